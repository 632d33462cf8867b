/* SPDX-License-Identifier: MIT
 * madoguchi-config: the specialist's tool at the command line. Each subcommand is one row of a table. */
#include <getopt.h>
#include <string.h>

#include "shared/base/secret.h"
#include "shared/config/language.h"
#include "shared/config/tool/tool.h"
#include "shared/base/banned.h"

static const char usage[] =
	"usage: " TOOL " new CODE --name NAME --extends LAYER --output DIR [--name-kana KANA] [--name-en ENGLISH]\n"
	"                                             a folder for one more town, sound from the start\n"
	"       " TOOL " check DIR... [--fast]      every finding, FILE:LINE:COL: error|warning: what, and what to do;\n"
	"                                             the town alone and as each office and device will load it;\n"
	"                                             with --json as SARIF 2.1.0, for editors and CI\n"
	"       " TOOL " print DIR [--json]         the merged result, as YAML that loads to the same\n"
	"       " TOOL " explain DIR KEY            a value, and each layer's say as FILE:LINE, winner first;\n"
	"                                             KEY as services.certificates.name.ja\n"
	"       " TOOL " diff DIR_A DIR_B [--json]  what differs by meaning, a line each; nothing when nothing does\n"
	"       " TOOL " matrix DIR... [--all] [--html FILE]\n"
	"                                             towns beside their common base: what each changes, adds, removes, and where\n"
	"       " TOOL " preview DIR --output OUT    every screen, form, slip and page of the town, OUT/index.html to click through;\n"
	"                                             an OUT that an earlier preview made is made anew\n"
	"       " TOOL " schema [--lang | --manual]   JSON Schema of a layer's files for editors; of a file of lang/; the manual\n"
	"       " TOOL " keygen --output PREFIX     makes PREFIX.pub and PREFIX.key (no password: keep the key apart)\n"
	"       " TOOL " pack DIR --key SECRET --output FILE.mdg [--serial N] [--not-before DATE] [--expires DATE]\n"
	"                                             DIR with all it extends as a bundle, and FILE.mdg.minisig beside it;\n"
	"                                             a counter never goes back to a lower serial (usual: the time in UTC as\n"
	"                                             YYYYMMDDhhmmss); DATE as 2027-03-31, both days included\n"
	"       " TOOL " verify FILE.mdg --pub KEY [--json]\n"
	"                                             whether bundle and signature fit the key, and what is in it\n"
	"\n"
	"DIR is the folder of a town's layer (layer.yaml and other *.yaml; a file holds at most 4 MiB, a layer 256 files)\n"
	"or its bundle FILE.mdg. CODE is the six-digit code of the municipality, LAYER base, prefectures/20 or a folder.\n"
	"Keys and signatures are those of minisign (-G -W, -V).\n"
	"options:\n"
	"  --templates DIR   where layer names are looked up (default: beside the program)\n"
	"  --bundle-key KEY  a bundle must be signed with this key (default: bundles are read unverified)\n"
	"  --office ID, --device ID   print, explain: with the layers of this office or device above the town's\n"
	"  --language ja|en  what findings are told in (default: as LANG says; C means en)\n"
	"  --fast            skip the checks that need fonts\n"
	"  --help, --version\n";

int tool_usage(void)
{
	return command_usage(usage);
}

static const struct subcommand {
	const char *name;
	int (*run)(const struct tool_call *call);
} subcommands[] = {
	{"new", tool_new},
	{"check", tool_check},
	{"print", tool_print},
	{"explain", tool_explain},
	{"diff", tool_diff},
	{"matrix", tool_matrix},
	{"preview", tool_preview},
	{"schema", tool_schema},
	{"keygen", tool_keygen},
	{"pack", tool_pack},
	{"verify", tool_verify},
};

enum { OPTION_FAST = 256, OPTION_JSON, OPTION_KEY, OPTION_PUB, OPTION_OUTPUT, OPTION_NAME, OPTION_NAME_KANA, OPTION_NAME_EN,
       OPTION_EXTENDS, OPTION_SERIAL, OPTION_NOT_BEFORE, OPTION_EXPIRES, OPTION_HTML, OPTION_ALL, OPTION_MANUAL, OPTION_LANG, OPTION_LANGUAGE, OPTION_HELP,
       OPTION_VERSION };

static const struct option long_options[] = {
	{"fast", no_argument, NULL, OPTION_FAST},
	CONFIG_LONG_OPTIONS,
	CONFIG_LOCAL_OPTIONS,
	{"key", required_argument, NULL, OPTION_KEY},
	{"pub", required_argument, NULL, OPTION_PUB},
	{"output", required_argument, NULL, OPTION_OUTPUT},
	{"name", required_argument, NULL, OPTION_NAME},
	{"name-kana", required_argument, NULL, OPTION_NAME_KANA},
	{"name-en", required_argument, NULL, OPTION_NAME_EN},
	{"extends", required_argument, NULL, OPTION_EXTENDS},
	{"serial", required_argument, NULL, OPTION_SERIAL},
	{"not-before", required_argument, NULL, OPTION_NOT_BEFORE},
	{"expires", required_argument, NULL, OPTION_EXPIRES},
	{"html", required_argument, NULL, OPTION_HTML},
	{"all", no_argument, NULL, OPTION_ALL},
	{"manual", no_argument, NULL, OPTION_MANUAL},
	{"lang", no_argument, NULL, OPTION_LANG},
	{"language", required_argument, NULL, OPTION_LANGUAGE},
	{"json", no_argument, NULL, OPTION_JSON},
	{"help", no_argument, NULL, OPTION_HELP},
	{"version", no_argument, NULL, OPTION_VERSION},
	{NULL, 0, NULL, 0},
};

/* Takes @option of ours into @call; false when it is none of them. */
static bool take_option(struct tool_call *call, int option)
{
	switch (option) {
	case OPTION_FAST:
		call->towns.is_fast = true;
		return true;
	case OPTION_JSON:
		call->is_json = true;
		return true;
	case OPTION_ALL:
		call->is_all = true;
		return true;
	case OPTION_MANUAL:
		call->is_manual = true;
		return true;
	case OPTION_LANG:
		call->is_language_file = true;
		return true;
	case OPTION_LANGUAGE:
		call->language = optarg;
		return true;
	case OPTION_HTML:
		call->html = optarg;
		return true;
	case OPTION_KEY:
		call->key = optarg;
		return true;
	case OPTION_PUB:
		call->pub = optarg;
		return true;
	case OPTION_OUTPUT:
		call->output = optarg;
		return true;
	case OPTION_NAME:
		call->name = optarg;
		return true;
	case OPTION_NAME_KANA:
		call->name_kana = optarg;
		return true;
	case OPTION_NAME_EN:
		call->name_en = optarg;
		return true;
	case OPTION_SERIAL:
		call->serial = optarg;
		return true;
	case OPTION_NOT_BEFORE:
		call->not_before = optarg;
		return true;
	case OPTION_EXPIRES:
		call->expires = optarg;
		return true;
	case OPTION_EXTENDS:
		call->extends = optarg;
		return true;
	default:
		return config_arguments_take(&call->towns, option, optarg);
	}
}

static int run(struct tool_call *call, const char *name)
{
	call->options = config_arguments_options(&call->towns);
	call->options.allow_unsigned |= !call->options.bundle_key; /* a tool to look into what lies at hand */
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]); i++)
		if (strcmp(name, subcommands[i].name) == 0)
			return command_end(TOOL, subcommands[i].run(call));
	return tool_usage();
}

int main(int argc, char **argv)
{
	struct tool_call call = {0};
	int option;

	if (secret_init_process() < 0)
		return command_failed(TOOL, "cannot start");
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == OPTION_HELP)
			return command_help(usage);
		if (option == OPTION_VERSION)
			return command_version(TOOL);
		if (!take_option(&call, option))
			return tool_usage();
	}
	if (optind >= argc || call.towns.n_paths > 0 || language_choose(call.language) < 0)
		return tool_usage();
	call.words = argv + optind + 1;
	call.n_words = argc - optind - 1;
	return run(&call, argv[optind]);
}
