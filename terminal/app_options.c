/* SPDX-License-Identifier: MIT
 * Options of madoguchi-terminal (contract §7), and the configuration they name. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "shared/base/command.h"
#include "shared/log/log.h"
#include "terminal/app.h"
#include "shared/base/banned.h"

#define PROGRAM "madoguchi-terminal"
#define SIDE_MIN 320
#define SIDE_MAX 8192

static const char usage[] =
	"usage: madoguchi-terminal --config DIR --office OFFICE --device ID --queue URL --token-file FILE --state DIR\n"
	"                          [--ca FILE] [--print SOCKET] [--reader NAME] [--trust DIR] [--camera /dev/videoN|dir:PATH]\n"
	"                          [--windowed WxH] [--clock-file FILE] [--templates DIR] [--allow-unsigned]\n"
	"                          [--bundle-key FILE.pub]   (a queue on another machine: a signed bundle only)\n"
	"       madoguchi-terminal --draw OUT --config DIR [--office OFFICE] [--language L] [--size WxH] [--text PERCENT]\n"
	"                          [--screen NAME]\n"
	"       madoguchi-terminal --help | --version\n"
	"\n"
	"The resident's screen: card, form, ticket. --trust: public keys (KEYID.pem) and CA certificates (*.crt) cards are\n"
	"proved by; without it no value counts as verified. --draw writes every screen to OUT/LANGUAGE-NN-NAME.png without a\n"
	"window and fails when a text does not fit; --screen only those of this NAME. WxH: 320 to 8192 pixels a side. PERCENT: 100 to 200.\n";

enum {
	OPTION_QUEUE = 256, OPTION_CA, OPTION_TOKEN, OPTION_STATE,
	OPTION_PRINT, OPTION_READER, OPTION_TRUST, OPTION_CAMERA, OPTION_WINDOWED, OPTION_CLOCK,
	OPTION_DRAW, OPTION_LANGUAGE, OPTION_SIZE, OPTION_TEXT, OPTION_SCREEN, OPTION_HELP, OPTION_VERSION,
};

static const struct option longs[] = {
	CONFIG_LONG_OPTIONS,
	CONFIG_LOCAL_OPTIONS,
	{"queue", required_argument, NULL, OPTION_QUEUE},
	{"ca", required_argument, NULL, OPTION_CA},
	{"token-file", required_argument, NULL, OPTION_TOKEN},
	{"state", required_argument, NULL, OPTION_STATE},
	{"print", required_argument, NULL, OPTION_PRINT},
	{"reader", required_argument, NULL, OPTION_READER},
	{"trust", required_argument, NULL, OPTION_TRUST},
	{"camera", required_argument, NULL, OPTION_CAMERA},
	{"windowed", required_argument, NULL, OPTION_WINDOWED},
	{"clock-file", required_argument, NULL, OPTION_CLOCK},
	{"draw", required_argument, NULL, OPTION_DRAW},
	{"language", required_argument, NULL, OPTION_LANGUAGE},
	{"screen", required_argument, NULL, OPTION_SCREEN},
	{"size", required_argument, NULL, OPTION_SIZE},
	{"text", required_argument, NULL, OPTION_TEXT},
	{"help", no_argument, NULL, OPTION_HELP},
	{"version", no_argument, NULL, OPTION_VERSION},
	{NULL, 0, NULL, 0},
};

static bool parse_number(const char *text, int min, int max, const char **ret_end, int *ret_number)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (end == text || n < min || n > max)
		return false;
	*ret_end = end;
	*ret_number = (int)n;
	return true;
}

static bool parse_size(const char *text, int *ret_width, int *ret_height)
{
	const char *end;

	return parse_number(text, SIDE_MIN, SIDE_MAX, &end, ret_width) && *end == 'x' &&
	       parse_number(end + 1, SIDE_MIN, SIDE_MAX, &end, ret_height) && !*end;
}

/* Options whose value is kept as it stands; NULL for the others. */
static const char **place_of(struct app_options *options, int option)
{
	switch (option) {
	case OPTION_QUEUE:
		return &options->queue_url;
	case OPTION_CA:
		return &options->ca_file;
	case OPTION_TOKEN:
		return &options->token_file;
	case OPTION_STATE:
		return &options->state_dir;
	case OPTION_PRINT:
		return &options->print_socket;
	case OPTION_READER:
		return &options->reader;
	case OPTION_TRUST:
		return &options->trust;
	case OPTION_CAMERA:
		return &options->camera;
	case OPTION_CLOCK:
		return &options->clock_file;
	case OPTION_DRAW:
		return &options->draw;
	case OPTION_LANGUAGE:
		return &options->language;
	case OPTION_SCREEN:
		return &options->screen;
	default:
		return NULL;
	}
}

static bool take(struct app_options *options, int option, const char *value)
{
	const char **place = place_of(options, option);
	const char *end;

	if (place) {
		*place = value;
		return true;
	}
	switch (option) {
	case OPTION_WINDOWED:
	case OPTION_SIZE:
		return parse_size(value, &options->width, &options->height);
	case OPTION_TEXT:
		return parse_number(value, 100, 200, &end, &options->text_percent) && !*end;
	default:
		return config_arguments_take(&options->towns, option, value);
	}
}

static bool is_loopback(const char *url)
{
	static const char *const hosts[] = {"://127.", "://localhost", "://[::1]"};

	for (size_t i = 0; url && i < sizeof hosts / sizeof hosts[0]; i++)
		if (strstr(url, hosts[i]))
			return true;
	return false;
}

static bool is_complete(const struct app_options *options)
{
	if (options->towns.n_paths != 1)
		return false;
	return options->draw || (options->towns.office && options->towns.device && options->queue_url && options->token_file &&
				 options->state_dir);
}

int app_options_parse(int argc, char **argv, struct app_options *ret_options, bool *ret_is_over)
{
	int option;

	*ret_options = (struct app_options){.text_percent = 100, .towns = {.is_fast = true}};
	while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
		if (option == OPTION_HELP || option == OPTION_VERSION) {
			*ret_is_over = true;
			return option == OPTION_HELP ? command_help(usage) : command_version(PROGRAM);
		}
		if (!take(ret_options, option, optarg))
			return command_usage(usage);
	}
	if (optind != argc || !is_complete(ret_options))
		return command_usage(usage);
	ret_options->is_local = is_loopback(ret_options->queue_url);
	return COMMAND_DONE;
}

int app_config(const struct app_options *options, struct config **ret_config, const struct config_office **ret_office)
{
	struct config_options how = config_arguments_options(&options->towns);
	struct findings findings = {0};
	int r;

	how.allow_unsigned = true; /* looked at by who has it */
	r = config_load(options->towns.paths[0], &how, &findings, ret_config);

	findings_print(&findings, stderr);
	findings_release(&findings);
	if (r < 0) {
		log_fault(LOG_CONFIG_REFUSED, r);
		return command_failed(PROGRAM, "the configuration %s is not usable: mend the findings above",
				      options->towns.paths[0]);
	}
	if (options->towns.office)
		*ret_office = config_office_by_name(*ret_config, options->towns.office);
	else if ((*ret_config)->n_offices > 0)
		*ret_office = &(*ret_config)->offices[0];
	if (!*ret_office)
		return command_failed(PROGRAM, "no office %s in the configuration: use CODE-OFFICE, as 209996-honcho",
				      options->towns.office ? options->towns.office : "");
	return COMMAND_DONE;
}
