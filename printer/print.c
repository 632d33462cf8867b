/* SPDX-License-Identifier: MIT
 * madoguchi-print: slips and jobs at the command line, with the same library as the terminal. Each subcommand is one
 * row of a table. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/config/arguments.h"
#include "shared/loop/child.h"
#include "shared/model/ticket.h"
#include "shared/render/fonts.h"
#include "printer/print.h"
#include "shared/base/banned.h"

#define PROGRAM "madoguchi-print"
#define STATUS_WAIT_MS 3000
#define ANSWER_WAIT_MS 5000

static const char usage[] =
	"usage: " PROGRAM " slip TICKET.json --config DIR [--office OFFICE] [--device ID] [--language L] [--copy N] [--bring TEXT]...\n"
	"                            --output FILE.escpos|FILE.png|FILE.pdf     draws a ticket slip\n"
	"       " PROGRAM " submit FILE --role slip|form --key KEY --socket PATH [--wait SECONDS] [--json]\n"
	"                            prints FILE (.pdf .png .escpos) through madoguchi-printd; the same KEY prints once\n"
	"       " PROGRAM " status --socket PATH [--json]     per role: ready, or what the printer needs;\n"
	"                            settings: when the configuration runs out or a new one was refused\n"
	"\n"
	"TICKET.json is the queue's answer to a ticket request, - reads it from stdin. A page is at most 16 MiB, a key at\n"
	"most 128 characters of 0-9 A-Z a-z : / . _ -\n"
	"submit waits until the page is printed (at most --wait seconds, default 60; 0: only until it is taken); exit 0\n"
	"printed, or taken with --wait 0; 1 aborted, unknown, or not known in time.\n"
	"options: --templates DIR, --bundle-key FILE, --allow-unsigned as everywhere; --help, --version\n";

struct call {
	struct config_arguments towns;
	const char *language, *output, *role, *key, *socket;
	const char *bring[16];
	size_t n_bring;
	int copy, wait_s;
	bool is_json;
	const char *file; /* the word after the subcommand, or NULL */
};

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n >= m && strcmp(text + n - m, end) == 0;
}

/* ---- slip ------------------------------------------------------------------------------------------------- */

static int load_ticket(const char *path, struct ticket *ret_ticket)
{
	json_t *json = strcmp(path, "-") == 0 ? json_loadf(stdin, JSON_REJECT_DUPLICATES, NULL)
					      : json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	int r = json ? ticket_decode(json, ret_ticket) : -EBADMSG;

	json_decref(json);
	return r < 0 ? fault_raise(r) : 0;
}

static int slip_format_of(const char *path)
{
	return ends_with(path, ".escpos") ? SLIP_ESCPOS : ends_with(path, ".png") ? SLIP_PNG
			: ends_with(path, ".pdf") ? SLIP_PDF : -1;
}

/* A file of that name is replaced only by a whole slip. */
static int write_slip(const struct slip *slip, enum slip_format format, const char *path)
{
	CLEANUP(freep) char *part = NULL;
	CLEANUP(closep) int fd = -1;
	int r;

	if (asprintf(&part, "%s.part", path) < 0)
		return fault_raise(-ENOMEM);
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0)
		return fault_raise(-errno);
	r = slip_render(slip, format, fd);
	if (r == 0 && rename(part, path) < 0)
		r = -errno;
	if (r < 0)
		unlink(part);
	return r < 0 ? fault_pass(r) : 0;
}

static int run_slip(const struct call *call)
{
	CLEANUP(config_freep) struct config *config = NULL;
	CLEANUP(ticket_release) struct ticket ticket = {0};
	struct slip slip = {.ticket = &ticket, .language = call->language ? call->language : "ja",
			    .to_bring = call->bring, .n_to_bring = call->n_bring, .copy = call->copy};
	int format, r;

	if (!call->file || call->towns.n_paths != 1 || !call->output || (format = slip_format_of(call->output)) < 0)
		return command_usage(usage);
	if (config_arguments_load(&call->towns, 0, &config) < 0)
		return command_failed(PROGRAM, "the configuration has errors — mend them and try again");
	if (load_ticket(call->file, &ticket) < 0)
		return command_failed(PROGRAM, "%s is no ticket — give the queue's answer to a ticket request", call->file);
	slip.config = config;
	slip.office = call->towns.office ? config_office_by_name(config, call->towns.office)
					 : config->n_offices ? &config->offices[0] : NULL;
	if (!slip.office)
		return command_failed(PROGRAM, "no such office — use CODE-ID, like 209996-honcho");
	if (fonts_init() < 0)
		return command_failed(PROGRAM, "the Japanese fonts are missing — install fonts-morisawa-bizud-gothic");
	r = write_slip(&slip, (enum slip_format)format, call->output);
	if (r < 0)
		return command_failed(PROGRAM, "%s was not written (%s)", call->output, fault_name(r));
	return COMMAND_DONE;
}

/* ---- submit ----------------------------------------------------------------------------------------------- */

struct waiting {
	sd_event *loop;
	const struct call *call;
	enum print_state state;
	char reasons[200];
	bool is_answered;
	json_t *roles; /* the latest status, owned */
	json_t *settings; /* likewise */
};

static void on_state(void *data, enum print_state state, const char *reasons)
{
	struct waiting *waiting = data;

	waiting->is_answered = true;
	waiting->state = state;
	snprintf(waiting->reasons, sizeof(waiting->reasons), "%s", reasons);
	if (waiting->call->wait_s == 0 || (state != PRINT_PENDING && state != PRINT_PROCESSING))
		sd_event_exit(waiting->loop, 0);
}

static int on_time_over(sd_event_source *source, uint64_t usec, void *data)
{
	struct waiting *waiting = data;

	return sd_event_exit(waiting->loop, 0);
}

static int report_job(const struct waiting *waiting)
{
	bool is_good = waiting->state == PRINT_COMPLETED ||
		       (waiting->call->wait_s == 0 && (waiting->state == PRINT_PENDING || waiting->state == PRINT_PROCESSING));
	const char *word = waiting->is_answered ? print_state_word(waiting->state) : "unknown";

	if (waiting->call->is_json)
		printf("{\"key\":\"%s\",\"state\":\"%s\",\"reasons\":\"%s\"}\n", waiting->call->key, word, waiting->reasons);
	else
		printf("%s%s%s\n", word, waiting->reasons[0] ? " " : "", waiting->reasons);
	if (waiting->is_answered && is_good)
		return COMMAND_DONE;
	if (waiting->is_answered && waiting->state == PRINT_ABORTED)
		return command_failed(PROGRAM, "not printed (%s) — mend that and submit it again",
				      waiting->reasons[0] ? waiting->reasons : "no reason given");
	return command_failed(PROGRAM, "it is not known whether it was printed (%s) — look at the printer",
			      waiting->reasons[0] ? waiting->reasons : "no answer in time");
}

static const char *format_of(const char *path)
{
	return ends_with(path, ".pdf") ? "application/pdf" : ends_with(path, ".png") ? "image/png"
			: ends_with(path, ".escpos") ? "application/vnd.escpos" : NULL;
}

static bool is_key(const char *key)
{
	return key[0] && strlen(key) <= PRINT_KEY_LENGTH_MAX &&
	       strspn(key, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz:/._-") == strlen(key);
}

static int run_submit(const struct call *call)
{
	CLEANUP(print_client_freep) struct print_client *client = NULL;
	CLEANUP(closep) int fd = -1;
	struct waiting waiting = {.call = call};
	int64_t wait_ms = call->wait_s ? call->wait_s * 1000LL : ANSWER_WAIT_MS;
	int r;

	if (!call->file || !call->role || !call->key || !call->socket || !is_key(call->key) || !format_of(call->file))
		return command_usage(usage);
	fd = open(call->file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return command_failed(PROGRAM, "%s cannot be read (%s)", call->file, fault_name(errno));
	r = loop_new(&waiting.loop);
	if (r == 0)
		r = print_client_new(waiting.loop, call->socket, NULL, &waiting, &client);
	if (r == 0)
		r = print_submit(client, call->role, call->key, format_of(call->file), fd, on_state, &waiting);
	if (r == 0)
		r = sd_event_add_time_relative(waiting.loop, NULL, CLOCK_MONOTONIC, (uint64_t)wait_ms * 1000, 0, on_time_over,
					       &waiting);
	if (r >= 0)
		r = sd_event_loop(waiting.loop);
	client = print_client_free(client);
	sd_event_unref(waiting.loop);
	if (r < 0)
		return command_failed(PROGRAM, "%s was not handed over (%s) — a page is 1 byte to 16 MiB", call->file,
				      fault_name(r));
	return report_job(&waiting);
}

/* ---- status ----------------------------------------------------------------------------------------------- */

/* One line, and only when there is something to do. */
static void print_settings(const json_t *settings)
{
	const char *age = json_string_value(json_object_get(settings, "age"));
	const char *refused = json_string_value(json_object_get(settings, "refused"));

	if (refused && *refused)
		printf("settings %s\n", refused);
	if (age && strcmp(age, "valid") != 0)
		printf("settings %s %s\n", age, json_string_value(json_object_get(settings, "expires")));
}

static void print_status(const struct call *call, json_t *roles, json_t *settings)
{
	json_t *role;
	size_t i;

	if (call->is_json) {
		json_t *json = json_pack("{sO sO*}", "roles", roles, "settings", settings);

		json_dumpf(json, stdout, JSON_COMPACT);
		putchar('\n');
		json_decref(json);
		return;
	}
	json_array_foreach(roles, i, role)
		printf("%s %s\n", json_string_value(json_object_get(role, "role")),
		       json_string_value(json_object_get(role, "reasons")));
	print_settings(settings);
}

static void on_settings(void *data, const json_t *settings)
{
	struct waiting *waiting = data;

	json_decref(waiting->settings);
	waiting->settings = json_deep_copy(settings);
}

/* printd has just started while a role still says connecting-to-device: wait a little for the printer's answer. */
static void on_status(void *data, const struct print_role_status *roles, size_t n_roles)
{
	struct waiting *waiting = data;
	bool is_settled = true;

	json_decref(waiting->roles);
	waiting->roles = json_array();
	for (size_t i = 0; i < n_roles; i++) {
		is_settled = is_settled && strcmp(roles[i].reasons, "connecting-to-device") != 0;
		json_array_append_new(waiting->roles,
				      json_pack("{ss ss}", "role", roles[i].role, "reasons", roles[i].reasons));
	}
	if (is_settled)
		sd_event_exit(waiting->loop, 0);
}

static int run_status(const struct call *call)
{
	static const struct print_handlers handlers = {.status = on_status, .settings = on_settings};
	CLEANUP(print_client_freep) struct print_client *client = NULL;
	struct waiting waiting = {.call = call};
	int r;

	if (call->file || !call->socket)
		return command_usage(usage);
	r = loop_new(&waiting.loop);
	if (r == 0)
		r = print_client_new(waiting.loop, call->socket, &handlers, &waiting, &client);
	if (r == 0)
		r = sd_event_add_time_relative(waiting.loop, NULL, CLOCK_MONOTONIC, STATUS_WAIT_MS * 1000ULL, 0, on_time_over,
					       &waiting);
	if (r >= 0)
		r = sd_event_loop(waiting.loop);
	client = print_client_free(client);
	sd_event_unref(waiting.loop);
	if (r < 0 || !waiting.roles)
		return command_failed(PROGRAM, "no madoguchi-printd answers at %s — start it", call->socket);
	print_status(call, waiting.roles, waiting.settings);
	json_decref(waiting.roles);
	json_decref(waiting.settings);
	return COMMAND_DONE;
}

/* ---- the command line ------------------------------------------------------------------------------------- */

static const struct subcommand {
	const char *name;
	int (*run)(const struct call *call);
} subcommands[] = {
	{"slip", run_slip},
	{"submit", run_submit},
	{"status", run_status},
};

enum { OPTION_HELP = 256, OPTION_VERSION };

static const struct option long_options[] = {
	CONFIG_LONG_OPTIONS,                         CONFIG_LOCAL_OPTIONS,
	{"language", required_argument, NULL, 'l'},  {"output", required_argument, NULL, 'f'},
	{"role", required_argument, NULL, 'r'},      {"key", required_argument, NULL, 'k'},
	{"socket", required_argument, NULL, 's'},
	{"copy", required_argument, NULL, 'n'},      {"wait", required_argument, NULL, 'w'},
	{"bring", required_argument, NULL, 'b'},     {"json", no_argument, NULL, 'j'},
	{"help", no_argument, NULL, OPTION_HELP},    {"version", no_argument, NULL, OPTION_VERSION},
	{NULL, 0, NULL, 0},
};

static bool parse_count(const char *text, int max, int *ret_value)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (end == text || *end || value < 0 || value > max)
		return false;
	*ret_value = (int)value;
	return true;
}

static bool take_option(struct call *call, int option, const char *value)
{
	const char **texts[] = {['l'] = &call->language, ['f'] = &call->output, ['r'] = &call->role,
				['k'] = &call->key,    ['s'] = &call->socket};

	if (config_arguments_take(&call->towns, option, value))
		return true;
	switch (option) {
	case 'j':
		call->is_json = true;
		return true;
	case 'n':
		return parse_count(value, 99, &call->copy);
	case 'w':
		return parse_count(value, 3600, &call->wait_s);
	case 'b':
		if (call->n_bring == sizeof(call->bring) / sizeof(*call->bring))
			return false;
		call->bring[call->n_bring++] = value;
		return true;
	default:
		if (option == '?' || option >= CONFIG_OPTION_CONFIG)
			return false;
		*texts[option] = value;
		return true;
	}
}

int main(int argc, char **argv)
{
	struct call call = {.wait_s = 60, .towns = {.is_fast = true}};
	int option;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		if (option == OPTION_HELP)
			return command_help(usage);
		if (option == OPTION_VERSION)
			return command_version(PROGRAM);
		if (!take_option(&call, option, optarg))
			return command_usage(usage);
	}
	if (optind >= argc || argc - optind > 2)
		return command_usage(usage);
	call.file = argc - optind == 2 ? argv[optind + 1] : NULL;
	for (size_t i = 0; i < sizeof(subcommands) / sizeof(*subcommands); i++)
		if (strcmp(argv[optind], subcommands[i].name) == 0)
			return subcommands[i].run(&call);
	return command_usage(usage);
}
