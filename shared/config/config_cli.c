/* SPDX-License-Identifier: MIT
 * madoguchi-config: the specialist's tool at the command line. Each subcommand is one row of a table. */
#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "shared/base/command.h"
#include "shared/config/config.h"
#include "shared/config/layer/explain.h"
#include "shared/config/layer/print.h"
#include "shared/base/banned.h"

#define PROGRAM "madoguchi-config"

static const char usage[] =
	"usage: " PROGRAM " check DIR... [--fast]      every finding, FILE:LINE:COL: error|warning: what, and what to do\n"
	"       " PROGRAM " print DIR [--json]        the merged result, as YAML that loads to the same\n"
	"       " PROGRAM " explain DIR KEY           a value, and each layer's say as FILE:LINE, winner first;\n"
	"                                             KEY as services.certificates.name.ja\n"
	"\n"
	"DIR is the folder of a town's layer (layer.yaml and other *.yaml; a file holds at most 1 MiB, a layer 256 files).\n"
	"options:\n"
	"  --templates DIR   where layer names are looked up (default: beside the program)\n"
	"  --fast            skip the checks that need fonts\n"
	"  --help, --version\n";

struct call {
	struct config_options options;
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

static const struct subcommand {
	const char *name;
	int (*run)(const struct call *call);
} subcommands[] = {
	{"check", run_check},
	{"print", run_print},
	{"explain", run_explain},
};

enum { OPTION_FAST = 256, OPTION_TEMPLATES, OPTION_JSON, OPTION_HELP, OPTION_VERSION };

static const struct option long_options[] = {
	{"fast", no_argument, NULL, OPTION_FAST},
	{"templates", required_argument, NULL, OPTION_TEMPLATES},
	{"json", no_argument, NULL, OPTION_JSON},
	{"help", no_argument, NULL, OPTION_HELP},
	{"version", no_argument, NULL, OPTION_VERSION},
	{NULL, 0, NULL, 0},
};

int main(int argc, char **argv)
{
	struct call call = {.options = {.allow_unsigned = true}};
	int option;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (option) {
		case OPTION_FAST:
			call.options.is_fast = true;
			break;
		case OPTION_TEMPLATES:
			call.options.templates_dir = optarg;
			break;
		case OPTION_JSON:
			call.is_json = true;
			break;
		case OPTION_HELP:
			return command_help(usage);
		case OPTION_VERSION:
			return command_version(PROGRAM);
		default:
			return command_usage(usage);
		}
	}
	if (optind >= argc)
		return command_usage(usage);
	call.words = argv + optind + 1;
	call.n_words = argc - optind - 1;
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]); i++)
		if (strcmp(argv[optind], subcommands[i].name) == 0)
			return subcommands[i].run(&call);
	return command_usage(usage);
}
