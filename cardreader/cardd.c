/* SPDX-License-Identifier: MIT
 * madoguchi-cardd: the only process that talks to cards, since what a card says is hostile input. A child of the
 * program that needs a card, on a link as descriptor CHILD_LINK_FD; reaches pcscd and nothing else.
 *
 * Order matters: connect to pcscd, start the watching thread, warm up what opens files on first use, then lock
 * down. After that nothing can be opened: when pcscd is lost the process ends and its parent starts it afresh.
 * The watching thread only waits for readers and passes what it saw through a pipe. A request runs in the main
 * thread and may block for ever in a reader: the parent's watchdog then kills the process.
 *
 * What the two sides say to each other is in cardd_wire. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "cardreader/cardd_parts.h"
#include "cardreader/driver/record.h"
#include "cardreader/lockdown.h"
#include "cardreader/profile/jisx0208.h"
#include "cardreader/profile/profile.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/loop/child.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

static const char usage[] =
	"usage: madoguchi-cardd [--reader NAME] [--trust DIR] [--record]\n"
	"       madoguchi-cardd --trust DIR --check-trust\n"
	"  Started by madoguchi-terminal and madoguchi-card with a link as descriptor 3, never by hand.\n"
	"  --reader NAME   look at this reader only\n"
	"  --trust DIR     trust anchors: issuers' keys KEY-ID.pem, CA certificates *.crt,\n"
	"                  of residence cards residence-card*.crt\n"
	"  --record        tells every exchange with a card, everything personal replaced\n"
	"  --check-trust   only say what in DIR cannot be used: 0 nothing, 1 something\n"
	"  --help, --version\n";

static void on_message(void *data, struct link *link, json_t *message, int fd)
{
	CLEANUP(secret_freep) struct secret *secret = link_take_secret(link);

	cardd_serve(data, message, secret);
}

static void on_closed(void *data, struct link *link, int reason)
{
	struct cardd *cardd = data;

	sd_event_exit(cardd->loop, COMMAND_DONE);
}

/* What would open a file or socket on first use is used here. */
static int warm_up(const struct cardd *cardd)
{
	int r = cardd_watch_first(cardd);

	if (!r)
		r = cardd_serve_warm_up(cardd);
	if (r < 0)
		return fault_pass(r);
	json_object_seed(0);
	json_decref(json_pack("{s:s}", "warm", "up"));
	secret_free(secret_new(LINK_SECRET_BYTES_MAX));
	return 0;
}

static int run(struct cardd *cardd, const char *trust_dir)
{
	static const struct link_handlers handlers = {on_message, on_closed};
	int r;

	r = link_new(cardd->loop, CHILD_LINK_FD, &handlers, cardd, &cardd->link);
	if (r < 0)
		return fault_pass(r);
	r = cardd->driver->open(NULL, &cardd->device);
	if (r < 0)
		return fault_pass(r);
	if (r == DRIVER_NO_SERVICE) {
		cardd_tell_presence(cardd, CARD_PRESENCE_NO_SERVICE);
		return 0;
	}
	r = profile_warm_up(); /* before the first use of libcrypto: its heap wipes itself from here on */
	if (!r && trust_dir)
		r = trust_load(trust_dir, stderr, &cardd->trust);
	if (!r)
		r = jisx0208_open(&cardd->letters);
	if (!r)
		r = cardd_watch_start(cardd);
	if (!r)
		r = warm_up(cardd);
	if (!r)
		r = card_lockdown();
	if (r < 0)
		return fault_pass(r);
	r = sd_event_loop(cardd->loop);
	return r < 0 ? fault_raise(r) : r;
}

static int check_trust(const char *dir)
{
	struct trust *trust;

	if (!dir)
		return command_usage(usage);
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* nobody waits for the answer of an orphan */
	if (trust_load(dir, stderr, &trust) < 0)
		return COMMAND_FAILED;
	trust_free(trust);
	return COMMAND_DONE;
}

static int serve(struct cardd *cardd, const char *trust_dir, bool is_recording)
{
	char trail[512];
	int r;

	/* a parent that dies leaves nobody who could let a card go */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	wipe_json();
	r = secret_init_process();
	if (r >= 0)
		r = loop_new(&cardd->loop);
	if (r >= 0 && is_recording)
		r = recorder_new(&cardd->recorder);
	if (r >= 0)
		r = run(cardd, trust_dir);
	if (r < 0)
		return command_failed("madoguchi-cardd", "%s", fault_format(trail, sizeof(trail)));
	/* no tidying: the watching thread still waits in its context */
	_exit(r);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"reader", required_argument, NULL, 'r'}, {"trust", required_argument, NULL, 't'},
		{"check-trust", no_argument, NULL, 'c'},  {"record", no_argument, NULL, 'R'},
		{"help", no_argument, NULL, 'h'},	  {"version", no_argument, NULL, 'v'},
		{0},
	};
	struct cardd cardd = {.driver = &driver_pcsc, .seen_fds = {-1, -1}};
	const char *trust_dir = NULL;
	bool is_check = false, is_recording = false;
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0)
		switch (option) {
		case 'r':
			cardd.reader = optarg;
			break;
		case 't':
			trust_dir = optarg;
			break;
		case 'c':
			is_check = true;
			break;
		case 'R':
			is_recording = true;
			break;
		case 'h':
			return command_help(usage);
		case 'v':
			return command_version("madoguchi-cardd");
		default:
			return command_usage(usage);
		}
	if (is_check && optind == argc)
		return check_trust(trust_dir);
	if (optind != argc || fcntl(CHILD_LINK_FD, F_GETFD) < 0)
		return command_usage(usage);
	return serve(&cardd, trust_dir, is_recording);
}
