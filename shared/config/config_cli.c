/* SPDX-License-Identifier: MIT
 * madoguchi-config: the specialist's tool at the command line. Each subcommand is one row of a table. */
#include <errno.h>
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/secret.h"
#include "shared/config/arguments.h"
#include "shared/config/bundle/bundle.h"
#include "shared/config/bundle/minisign.h"
#include "shared/config/bundle/pack.h"
#include "shared/config/layer/explain.h"
#include "shared/config/layer/print.h"
#include "shared/base/banned.h"

#define PROGRAM "madoguchi-config"

static const char usage[] =
	"usage: " PROGRAM " check DIR... [--fast]      every finding, FILE:LINE:COL: error|warning: what, and what to do\n"
	"       " PROGRAM " print DIR [--json]        the merged result, as YAML that loads to the same\n"
	"       " PROGRAM " explain DIR KEY           a value, and each layer's say as FILE:LINE, winner first;\n"
	"                                             KEY as services.certificates.name.ja\n"
	"       " PROGRAM " keygen --output PREFIX    makes PREFIX.pub and PREFIX.key (no password: keep the key apart)\n"
	"       " PROGRAM " pack DIR --key SECRET --output FILE.mdg\n"
	"                                             DIR with all it extends as a bundle, and FILE.mdg.minisig beside it\n"
	"       " PROGRAM " verify FILE.mdg --pub KEY   whether bundle and signature fit the key, and the town loads\n"
	"\n"
	"DIR is the folder of a town's layer (layer.yaml and other *.yaml; a file holds at most 1 MiB, a layer 256 files)\n"
	"or its bundle FILE.mdg. Keys and signatures are those of minisign (-G -W, -V).\n"
	"options:\n"
	"  --templates DIR   where layer names are looked up (default: beside the program)\n"
	"  --bundle-key KEY  a bundle must be signed with this key (default: bundles are read unverified)\n"
	"  --fast            skip the checks that need fonts\n"
	"  --help, --version\n";

struct call {
	struct config_arguments towns;
	struct config_options options; /* of them */
	const char *key, *pub, *output;
	bool is_json;
	char **words; /* what follows the subcommand */
	int n_words;
};

static int run_check(const struct call *call)
{
	size_t n_errors = 0;

	if (call->n_words == 0)
		return command_usage(usage);
	for (int i = 0; i < call->n_words; i++) {
		CLEANUP(findings_release) struct findings findings = {0};
		CLEANUP(config_freep) struct config *config = NULL;
		int r = config_load(call->words[i], &call->options, &findings, &config);

		findings_print(&findings, stdout);
		n_errors += findings.n_errors;
		if (r < 0 && findings.n_errors == 0)
			return command_failed(PROGRAM, "there was no memory to check %s — try again", call->words[i]);
	}
	if (n_errors > 0)
		return command_failed(PROGRAM,
			"%zu error%s found — mend them and check again", n_errors, n_errors == 1 ? "" : "s");
	return COMMAND_DONE;
}

/* Reads a town that must be sound; its errors go to stderr. */
static int read_sound(const struct call *call, const char *path, struct loaded *ret_loaded)
{
	CLEANUP(findings_release) struct findings findings = {0};
	int r = loaded_read(path, &call->options, &findings, ret_loaded);

	if (r < 0)
		return command_failed(PROGRAM, "there was no memory to read %s — try again", path);
	if (findings.n_errors == 0)
		return COMMAND_DONE;
	findings_print(&findings, stderr);
	return command_failed(PROGRAM, "%s has errors — mend them first", path);
}

static int print_json(const struct tree *root)
{
	json_t *json = tree_encode(root, NULL);
	int r = json ? json_dumpf(json, stdout, JSON_COMPACT) : -1;

	json_decref(json);
	return r < 0 || putchar('\n') == EOF || fflush(stdout) != 0 ? -1 : 0;
}

static int run_print(const struct call *call)
{
	CLEANUP(loaded_release) struct loaded loaded = {0};
	int r;

	if (call->n_words != 1)
		return command_usage(usage);
	r = read_sound(call, call->words[0], &loaded);
	if (r != COMMAND_DONE)
		return r;
	if ((call->is_json ? print_json(loaded.root) : tree_print(loaded.root, NULL, stdout)) < 0)
		return command_failed(PROGRAM, "the result could not be written — see that there is room for it");
	return COMMAND_DONE;
}

static int run_explain(const struct call *call)
{
	CLEANUP(loaded_release) struct loaded loaded = {0};
	int r;

	if (call->n_words != 2)
		return command_usage(usage);
	r = read_sound(call, call->words[0], &loaded);
	if (r != COMMAND_DONE)
		return r;
	r = explain_print(&loaded, call->words[1], stdout);
	if (r == -ENOENT)
		return command_failed(PROGRAM,
			"no layer of %s says anything about \"%s\" — look for the key in the output of print",
				      call->words[0], call->words[1]);
	return r < 0 ? command_failed(PROGRAM,
		"the answer could not be written — see that there is room for it") : COMMAND_DONE;
}

/* ---- bundles ----------------------------------------------------------------------------------------------------- */

static int key_failed(const char *path, int r)
{
	if (r == -EEXIST)
		return command_failed(PROGRAM, "%s is there already — choose another name; a key is never overwritten", path);
	if (r == -ENOKEY)
		return command_failed(PROGRAM, "%s has a password — make one without: keygen, or minisign -G -W", path);
	if (r == -EBADMSG)
		return command_failed(PROGRAM, "%s is no key of minisign — give the right file", path);
	return command_failed(PROGRAM, "%s: %s", path, strerror(-r));
}

static int write_pair(const char *public_path, const char *secret_path)
{
	CLEANUP(minisign_secret_release) struct minisign_secret secret = {.key = NULL};
	struct minisign_public public;
	int r = minisign_generate(&public, &secret);

	if (r < 0)
		return command_failed(PROGRAM, "there was no memory to make a key — try again");
	r = minisign_secret_write(secret_path, &secret);
	if (r < 0)
		return key_failed(secret_path, r);
	r = minisign_public_write(public_path, &public);
	if (r < 0) {
		unlink(secret_path);
		return key_failed(public_path, r);
	}
	return COMMAND_DONE;
}

static int run_keygen(const struct call *call)
{
	CLEANUP(freep) char *public_path = NULL;
	CLEANUP(freep) char *secret_path = NULL;

	if (call->n_words != 0 || !call->output)
		return command_usage(usage);
	if (asprintf(&public_path, "%s.pub", call->output) < 0 || asprintf(&secret_path, "%s.key", call->output) < 0)
		return command_failed(PROGRAM, "there was no memory to make a key — try again");
	return write_pair(public_path, secret_path);
}

/* What was packed must be read again as it was meant. */
static int check_packed(const char *path, struct findings *findings)
{
	const struct config_options options = {.allow_unsigned = true, .is_fast = true};
	CLEANUP(config_freep) struct config *config = NULL;

	return config_load(path, &options, findings, &config);
}

static int run_pack(const struct call *call)
{
	CLEANUP(loaded_release) struct loaded loaded = {0};
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(minisign_secret_release) struct minisign_secret secret = {.key = NULL};
	int r;

	if (call->n_words != 1 || !call->key || !call->output)
		return command_usage(usage);
	if (bundle_is(call->words[0]))
		return command_failed(PROGRAM, "%s is no folder — give the folder of the town", call->words[0]);
	r = minisign_secret_read(call->key, &secret);
	if (r < 0)
		return key_failed(call->key, r);
	r = read_sound(call, call->words[0], &loaded);
	if (r != COMMAND_DONE)
		return r;
	r = bundle_pack(&loaded, &secret, call->output, &findings);
	if (r == 0)
		r = check_packed(call->output, &findings);
	if (findings.n_errors > 0) {
		findings_print(&findings, stderr);
		return command_failed(PROGRAM, "%s was not packed — mend what stands above", call->words[0]);
	}
	return r < 0 ? command_failed(PROGRAM, "%s was not written: %s", call->output, strerror(-r)) : COMMAND_DONE;
}

static int run_verify(const struct call *call)
{
	const struct config_options options = {.bundle_key = call->pub, .is_fast = true};
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(config_freep) struct config *config = NULL;

	if (call->n_words != 1 || !call->pub)
		return command_usage(usage);
	if (config_load(call->words[0], &options, &findings, &config) < 0) {
		findings_print(&findings, stderr);
		return command_failed(PROGRAM, "%s is not to be used — mend what stands above", call->words[0]);
	}
	printf("%s: signed with this key; %s\n", call->words[0], config->municipality.code);
	return COMMAND_DONE;
}

static const struct subcommand {
	const char *name;
	int (*run)(const struct call *call);
} subcommands[] = {
	{"check", run_check},
	{"print", run_print},
	{"explain", run_explain},
	{"keygen", run_keygen},
	{"pack", run_pack},
	{"verify", run_verify},
};

enum { OPTION_FAST = 256, OPTION_JSON, OPTION_KEY, OPTION_PUB, OPTION_OUTPUT, OPTION_HELP, OPTION_VERSION };

static const struct option long_options[] = {
	{"fast", no_argument, NULL, OPTION_FAST},
	CONFIG_LONG_OPTIONS,
	{"key", required_argument, NULL, OPTION_KEY},
	{"pub", required_argument, NULL, OPTION_PUB},
	{"output", required_argument, NULL, OPTION_OUTPUT},
	{"json", no_argument, NULL, OPTION_JSON},
	{"help", no_argument, NULL, OPTION_HELP},
	{"version", no_argument, NULL, OPTION_VERSION},
	{NULL, 0, NULL, 0},
};

int main(int argc, char **argv)
{
	struct call call = {0};
	int option;

	if (secret_init_process() < 0)
		return command_failed(PROGRAM, "cannot start");

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (option) {
		case OPTION_FAST:
			call.towns.is_fast = true;
			break;
		case OPTION_KEY:
			call.key = optarg;
			break;
		case OPTION_PUB:
			call.pub = optarg;
			break;
		case OPTION_OUTPUT:
			call.output = optarg;
			break;
		case OPTION_JSON:
			call.is_json = true;
			break;
		case OPTION_HELP:
			return command_help(usage);
		case OPTION_VERSION:
			return command_version(PROGRAM);
		default:
			if (!config_arguments_take(&call.towns, option, optarg))
				return command_usage(usage);
		}
	}
	if (optind >= argc || call.towns.n_paths > 0)
		return command_usage(usage);
	call.options = config_arguments_options(&call.towns);
	call.options.allow_unsigned |= !call.options.bundle_key; /* a tool to look into what lies at hand */
	call.words = argv + optind + 1;
	call.n_words = argc - optind - 1;
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]); i++)
		if (strcmp(argv[optind], subcommands[i].name) == 0)
			return subcommands[i].run(&call);
	return command_usage(usage);
}
