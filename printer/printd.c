/* SPDX-License-Identifier: MIT
 * madoguchi-printd: one on each machine with a printer. Programs of the same user hand in finished pages, printers get
 * them once, and everybody learns what became of them. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>

#include "shared/base/clock.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/config/town.h"
#include "shared/log/log.h"
#include "shared/loop/child.h"
#include "printer/driver/driver.h"
#include "printer/journal/journal.h"
#include "printer/lockdown.h"
#include "printer/service/core.h"
#include "printer/service/peers.h"
#include "printer/spool/spool.h"
#include "shared/base/sanitizer.h"
#include "shared/base/banned.h"

#define PROGRAM "madoguchi-printd"

static const char usage[] =
	"usage: " PROGRAM " --config DIR|FILE.mdg --device ID --state DIR --socket PATH\n"
	"\n"
	"Prints what the programs of this machine hand in. `ready PATH` on stdout says that it serves.\n"
	"  --config DIR      the town; printer.roles names the printers, the first that can print is taken\n"
	"  --device ID       this machine's name in the configuration\n"
	"  --state DIR       the journal; 0700, made when missing\n"
	"  --socket PATH     where programs of the same user hand in their pages\n"
	"  --templates DIR   where layer names are looked up (default: beside the program)\n"
	"  --bundle-key FILE the bundle must be signed with this key; --allow-unsigned: take what nobody signed\n"
	"  --office OFFICE   a bundle of another town than this office's is refused\n"
	"  --clock-file FILE one ISO instant: the wall clock of a test\n"
	"  --help, --version\n"
	"At most 32 jobs and 64 MiB wait; one page is at most 16 MiB; a job that cannot begin within 10 minutes is given up.\n";

struct options {
	struct config_arguments towns;
	const char *state, *socket, *clock_file;
};

struct parts {
	sd_event *loop;
	struct clock *clock;
	struct town *town;
	struct journal *journal;
	struct peers *peers;
	struct core *core;
};

static void parts_release(struct parts *parts)
{
	core_free(parts->core);
	peers_free(parts->peers);
	journal_close(parts->journal);
	town_free(parts->town);
	clock_free(parts->clock);
	sd_event_unref(parts->loop);
}

enum { OPTION_HELP = 256, OPTION_VERSION };

static const struct option long_options[] = {
	CONFIG_LONG_OPTIONS,                             CONFIG_LOCAL_OPTIONS,
	{"state", required_argument, NULL, 's'},         {"socket", required_argument, NULL, 'p'},
	{"clock-file", required_argument, NULL, 'k'},
	{"help", no_argument, NULL, OPTION_HELP},        {"version", no_argument, NULL, OPTION_VERSION},
	{NULL, 0, NULL, 0},
};

/* Return: -1 to go on, else the exit code. */
static int parse_options(int argc, char **argv, struct options *options)
{
	int option;

	while ((option = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
		switch (option) {
		case 's':
			options->state = optarg;
			break;
		case 'p':
			options->socket = optarg;
			break;
		case 'k':
			options->clock_file = optarg;
			break;
		case OPTION_HELP:
			return command_help(usage);
		case OPTION_VERSION:
			return command_version(PROGRAM);
		default:
			if (!config_arguments_take(&options->towns, option, optarg))
				return command_usage(usage);
		}
	}
	if (optind != argc || options->towns.n_paths != 1 || !options->towns.device || !options->state || !options->socket)
		return command_usage(usage);
	return -1;
}

/* All wrong addresses at once. */
static int check_printers(void *data, const struct config *config)
{
	int n_wrong = config->printer.n_roles > SPOOL_ROLES_MAX;

	for (size_t i = 0; i < config->printer.n_roles; i++) {
		const struct config_printer_role *role = &config->printer.roles[i];

		if (role->n_uris > SPOOL_PRINTERS_MAX) {
			n_wrong++;
			command_failed(PROGRAM, "printer.roles.%s has more than %d addresses", role->role, SPOOL_PRINTERS_MAX);
		}
		for (size_t k = 0; k < role->n_uris; k++) {
			const char *error = printer_uri_error(role->uris[k]);

			if (error) {
				n_wrong++;
				command_failed(PROGRAM, "printer.roles.%s: %s: %s", role->role, role->uris[k], error);
			}
		}
	}
	return n_wrong ? fault_raise(-EINVAL) : 0;
}

/* Pages come from this machine alone, so a folder is fine where there is no key. */
static int load_town(const struct options *options, struct parts *parts)
{
	const struct town_options town = {.arguments = &options->towns, .state_dir = options->state, .office = options->towns.office,
					  .is_local = true, .clock = parts->clock, .fits = check_printers};
	int r = town_new(&town, &parts->town);

	if (r < 0)
		log_emit(LOG_CONFIG_REFUSED);
	return r < 0 ? fault_pass(r) : 0;
}

static int check_state_directory(const char *path)
{
	struct stat st;

	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return fault_raise(-errno);
	if (stat(path, &st) < 0)
		return fault_raise(-errno);
	return S_ISDIR(st.st_mode) && !(st.st_mode & 077) ? 0 : fault_raise(-EACCES);
}

/* Pages pass through here: neither a core file nor a debugger of the same user may hold them. */
static int close_to_others(void)
{
	if (setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}) < 0)
		return fault_raise(-errno);
#ifndef HAS_ADDRESS_SANITIZER
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return fault_raise(-errno);
#endif
	return 0;
}

static json_t *settings_of(void *data)
{
	const struct parts *parts = data;

	return town_status_encode(parts->town);
}

/* The printers of the town as it is now; programs keep their connections. */
static int open_core(struct parts *parts)
{
	const struct config *config = town_config(parts->town);
	const struct core_options options = {parts->loop, parts->clock, parts->journal, config->printer.roles,
					     config->printer.n_roles, &peers_core_handlers, parts->peers};
	int r = core_new(&options, &parts->core);

	if (r < 0)
		return fault_pass(r);
	peers_serve(parts->peers, parts->core);
	return 0;
}

/* Between jobs only: a page is printed by the printers it was taken for. */
static void on_town_due(void *data, struct town *town)
{
	struct parts *parts = data;
	CLEANUP(config_freep) struct config *old = NULL;
	int r;

	if (!core_is_idle(parts->core)) {
		town_postpone(town);
		return;
	}
	if (town_take(town, &old) == 0)
		return;
	parts->core = core_free(parts->core);
	r = open_core(parts);
	if (r < 0) {
		log_fault(LOG_PRINT_FAILED, r);
		sd_event_exit(parts->loop, 1); /* started again, by the same configuration */
	}
}

static int start(const struct options *options, struct parts *parts)
{
	int n_unknown = 0, r = close_to_others();

	if (r == 0)
		r = loop_new(&parts->loop);
	if (r == 0)
		r = clock_new(options->clock_file, &parts->clock);
	if (r == 0)
		r = check_state_directory(options->state);
	if (r == 0)
		r = load_town(options, parts);
	if (r == 0)
		r = journal_open(options->state, clock_utc_ms(parts->clock), &parts->journal, &n_unknown);
	if (r == 0 && n_unknown)
		log_emit(LOG_PRINT_UNKNOWN, LOG_NUMBER("JOBS", n_unknown));
	if (r == 0)
		r = peers_new(parts->loop, options->socket, &parts->peers);
	if (r == 0) {
		peers_settings(parts->peers, settings_of, parts);
		r = open_core(parts);
	}
	if (r == 0)
		r = town_watch(parts->town, parts->loop, on_town_due, parts);
	if (r == 0)
		r = lockdown();
	return r < 0 ? fault_pass(r) : 0;
}

int main(int argc, char **argv)
{
	CLEANUP(parts_release) struct parts parts = {0};
	struct options options = {.towns = {.is_fast = true}};
	char trail[256];
	int r = parse_options(argc, argv, &options);

	if (r >= 0)
		return r;
	log_open(PROGRAM);
	r = start(&options, &parts);
	if (r < 0) {
		log_fault(LOG_START_FAILED, r);
		return command_failed(PROGRAM, "not started (%s) — see the message above, mend it and start again",
				      fault_format(trail, sizeof(trail)));
	}
	log_emit(LOG_STARTED, LOG_NUMBER("ROLES", town_config(parts.town)->printer.n_roles));
	printf("ready %s\n", options.socket);
	fflush(stdout);
	sd_notify(0, "READY=1");
	r = sd_event_loop(parts.loop);
	sd_notify(0, "STOPPING=1");
	log_emit(LOG_STOPPED);
	return r == 0 ? COMMAND_DONE : COMMAND_FAILED;
}
