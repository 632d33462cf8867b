/* SPDX-License-Identifier: MIT
 * madoguchi-form: forms at the command line, and the render worker of the daemons. */
#include <getopt.h>
#include <string.h>

#include "shared/base/command.h"
#include "shared/base/secret.h"
#include "shared/model/wipe.h"
#include "shared/render/form_command.h"
#include "shared/base/banned.h"

static const char usage[] =
	"usage: madoguchi-form list --config DIR [--json]\n"
	"       madoguchi-form fill FORM --config DIR [--person FILE.json] [--set FIELD=VALUE]... [--date YYYY-MM-DD]\n"
	"       madoguchi-form check DRAFT.json --config DIR [--json]\n"
	"       madoguchi-form render DRAFT.json --config DIR --output FILE.pdf|.png [--blank] [--date YYYY-MM-DD] [--dpi N]\n"
	"       madoguchi-form render FORM --blank --config DIR --output FILE.pdf|.png\n"
	"       madoguchi-form --worker --config DIR [--config DIR]...   (started by the daemons)\n"
	"       madoguchi-form --number-page --config FILE.mdg --bundle-key FILE.pub   (one page; started by the terminal)\n"
	"\n"
	"A file named - is standard input, and as --output standard output in PDF. A cell of a table is set by\n"
	"--set FIELD.ROW.COLUMN=VALUE, rows counted from 0. A draft holds at most 256 fields of 4096 bytes and 32 rows.\n"
	"DIR is the folder of a town's layer or its bundle FILE.mdg, which needs --bundle-key FILE.pub or --allow-unsigned.\n"
	"Options: --templates DIR  --office CODE-ID  --device ID  --clock-file FILE  --help  --version\n";

enum { OPT_PERSON = 256, OPT_SET, OPT_OUTPUT, OPT_BLANK, OPT_DATE, OPT_DPI,
       OPT_JSON, OPT_WORKER, OPT_NUMBER_PAGE, OPT_CLOCK_FILE, OPT_HELP, OPT_VERSION };

static const struct option options[] = {
	CONFIG_LONG_OPTIONS, CONFIG_LOCAL_OPTIONS, {"person", required_argument, NULL, OPT_PERSON},
	{"set", required_argument, NULL, OPT_SET}, {"output", required_argument, NULL, OPT_OUTPUT},
	{"blank", no_argument, NULL, OPT_BLANK}, {"date", required_argument, NULL, OPT_DATE},
	{"dpi", required_argument, NULL, OPT_DPI}, {"json", no_argument, NULL, OPT_JSON},
	{"worker", no_argument, NULL, OPT_WORKER}, {"number-page", no_argument, NULL, OPT_NUMBER_PAGE},
	{"clock-file", required_argument, NULL, OPT_CLOCK_FILE},
	{"help", no_argument, NULL, OPT_HELP}, {"version", no_argument, NULL, OPT_VERSION}, {0}};

static bool take_option(struct form_command *command, int option)
{
	switch (option) {
	case OPT_PERSON:
		command->person_path = optarg;
		return true;
	case OPT_SET:
		command->sets[command->n_sets++] = optarg;
		return true;
	case OPT_OUTPUT:
		command->output_path = optarg;
		return true;
	case OPT_BLANK:
		return command->is_blank = true;
	case OPT_DATE:
		command->date_iso = optarg;
		return true;
	case OPT_DPI:
		command->dpi = strtod(optarg, NULL);
		return command->dpi >= 20 && command->dpi <= 600;
	case OPT_JSON:
		return command->is_json = true;
	case OPT_WORKER:
		command->mode = FORM_WORKER;
		return true;
	case OPT_NUMBER_PAGE:
		command->mode = FORM_NUMBER_PAGE;
		return true;
	case OPT_CLOCK_FILE:
		command->clock_file = optarg;
		return true;
	default:
		return config_arguments_take(&command->towns, option, optarg);
	}
}

static int dispatch(struct form_command *command, const char *verb)
{
	static const struct {
		const char *verb;
		bool has_argument;
		int (*run)(const struct form_command *);
	} verbs[] = {{"list", false, form_list}, {"fill", true, form_fill}, {"check", true, form_check}, {"render", true, form_render}};

	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strcmp(verb, verbs[i].verb) != 0)
			continue;
		if (verbs[i].has_argument != (command->argument != NULL))
			return command_usage(usage);
		if (form_command_load(command) < 0)
			return command_failed(FORM_PROGRAM, "the configuration has errors; see madoguchi-config check");
		return verbs[i].run(command);
	}
	return command_usage(usage);
}

static int run(struct form_command *command, int argc, char **argv)
{
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option == OPT_HELP)
			return command_help(usage);
		if (option == OPT_VERSION)
			return command_version(FORM_PROGRAM);
		if (!take_option(command, option))
			return command_usage(usage);
	}
	if (!command->towns.n_paths)
		return command_usage(usage);
	if (command->mode != FORM_COMMAND)
		return optind == argc ? form_worker_run(command) : command_usage(usage);
	if (optind >= argc || argc - optind > 2)
		return command_usage(usage);
	command->argument = argv[optind + 1]; /* NULL after the last */
	return dispatch(command, argv[optind]);
}

int main(int argc, char **argv)
{
	CLEANUP(freep) void *sets = calloc((size_t)argc + 1, sizeof(char *));
	struct form_command command = {.sets = sets};
	int code;

	wipe_json();
	if (!sets || secret_init_process() < 0)
		return command_failed(FORM_PROGRAM, "cannot start");
	code = run(&command, argc, argv);
	form_command_release(&command);
	return code;
}
