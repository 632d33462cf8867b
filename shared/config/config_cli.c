/* SPDX-License-Identifier: MIT
 * madoguchi-config: the specialist's tool at the command line. Each subcommand is one row of a table. */
#include <getopt.h>
#include <string.h>

#include "shared/base/command.h"
#include "shared/config/config.h"
#include "shared/config/layer/load.h"
#include "shared/base/banned.h"

#define PROGRAM "madoguchi-config"

static const char usage[] =
	"usage: " PROGRAM " check DIR... [--fast]      every finding, FILE:LINE:COL: error|warning: what, and what to do\n"
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
		return command_failed(PROGRAM, "%zu error%s found — mend them and check again", n_errors, n_errors == 1 ? "" : "s");
	return COMMAND_DONE;
}

static const struct subcommand {
	const char *name;
	int (*run)(const struct call *call);
} subcommands[] = {
	{"check", run_check},
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
