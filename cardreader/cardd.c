/* SPDX-License-Identifier: MIT
 * madoguchi-cardd: the only process that talks to cards, since what a card says is hostile input. A child of the
 * program that needs a card, on a link as descriptor CHILD_LINK_FD; reaches pcscd and nothing else.
 *
 * Order matters: connect to pcscd, start the watching thread, warm up what opens files on first use, then lock
 * down. After that nothing can be opened: when pcscd is lost the process ends and its parent starts it afresh.
 * The watching thread only waits for readers and passes what it saw through a pipe. A request runs in the main
 * thread and may block for ever in a reader: the parent's watchdog then kills the process.
 *
 * From us:  {"event":"presence","presence":WORD,"insertion":N,"readers":[{"name","card"}]}
 *           {"event":"done","id":N,"outcome":WORD,"tries_left":N,"apdus":N,"kind"?,"person"?,"tries"?}
 * To us:    {"request":"read"|"tries","id":N,"insertion":N,"kind"?,"spend_last_try"?}, a PIN ahead of it as 'S' */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include "cardreader/card.h"
#include "cardreader/driver/exchange.h"
#include "cardreader/lockdown.h"
#include "cardreader/session/outcome.h"
#include "cardreader/session/presence.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/loop/child.h"
#include "shared/loop/link.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

#define WATCH_BOUND_MS 10000 /* how long a reader that came in an unlucky moment stays unseen */

static const char usage[] =
	"usage: madoguchi-cardd [--reader NAME]\n"
	"  Started by madoguchi-terminal and madoguchi-card with a link as descriptor 3, never by hand.\n"
	"  --reader NAME   look at this reader only\n"
	"  --help, --version\n";

struct cardd {
	sd_event *loop;
	struct link *link;
	const struct card_driver *driver;
	void *device;
	const char *reader; /* NULL: any */
	struct presence presence;
	struct driver_readers readers;
	int seen_fds[2]; /* the watching thread writes struct driver_readers, the loop reads */
};

/* ---- watching thread ---- */

static void *watch_readers(void *data)
{
	struct cardd *cardd = data;
	struct driver_readers readers = {0};
	int r;

	do {
		r = cardd->driver->watch(cardd->device, &readers, WATCH_BOUND_MS);
		if (r == DRIVER_NO_SERVICE || r < 0)
			readers = (struct driver_readers){.has_service = false};
		if (r != DRIVER_UNCHANGED &&
		    write(cardd->seen_fds[1], &readers, sizeof(readers)) != (ssize_t)sizeof(readers))
			break;
	} while (readers.has_service || r == DRIVER_UNCHANGED);
	return NULL;
}

/* ---- presence ---- */

static void tell_presence(struct cardd *cardd, enum card_presence presence)
{
	json_t *readers = json_array(), *message;

	for (size_t i = 0; i < cardd->readers.n; i++)
		json_array_append_new(readers, json_pack("{s:s, s:b}", "name", cardd->readers.at[i].name, "card",
							 cardd->readers.at[i].has_card));
	message = json_pack("{s:s, s:s, s:I, s:o}", "event", "presence", "presence", card_presence_word(presence),
			    "insertion", (json_int_t)cardd->presence.insertion, "readers", readers);
	if (!message || link_send(cardd->link, message, -1) < 0)
		sd_event_exit(cardd->loop, COMMAND_FAILED);
	json_decref(message);
}

static int on_seen(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	struct cardd *cardd = data;
	struct presence_changes changes;
	bool was_service = cardd->readers.has_service;

	if (read(fd, &cardd->readers, sizeof(cardd->readers)) != (ssize_t)sizeof(cardd->readers))
		return 0;
	changes = presence_fold(&cardd->presence, &cardd->readers, cardd->reader);
	for (size_t i = 0; i < changes.n; i++)
		tell_presence(cardd, changes.at[i]);
	if (!changes.n) /* another reader came or went */
		tell_presence(cardd, cardd->presence.now);
	if (!cardd->readers.has_service)
		sd_event_exit(cardd->loop, was_service ? COMMAND_FAILED : COMMAND_DONE);
	return 0;
}

/* ---- requests ---- */

static json_t *encode_tries(const struct card_tries *tries)
{
	return json_pack("{s:i, s:i, s:i, s:i, s:i}", "pin", tries->pin, "a", tries->a, "b", tries->b, "jpki_auth",
			 tries->jpki_auth, "jpki_sign", tries->jpki_sign);
}

static void answer(struct cardd *cardd, json_int_t id, enum session_purpose purpose, const struct session_result *result)
{
	json_t *message = json_pack("{s:s, s:I, s:s, s:i, s:i}", "event", "done", "id", id, "outcome",
				    card_outcome_word(result->outcome), "tries_left", result->tries_left, "apdus",
				    result->n_apdus);
	int r = message ? 0 : -1;

	if (!r && result->kind != CARD_KIND_AUTO)
		r = json_object_set_new(message, "kind", json_string(card_kind_word(result->kind)));
	if (!r && result->outcome == CARD_OK && purpose == SESSION_TRIES)
		r = json_object_set_new(message, "tries", encode_tries(&result->tries));
	if (!r && result->outcome == CARD_OK && purpose == SESSION_READ)
		r = json_object_set_new(message, "person", person_encode(&result->person));
	if (r || link_send(cardd->link, message, -1) < 0)
		sd_event_exit(cardd->loop, COMMAND_FAILED);
	json_decref(message);
}

static enum card_outcome absence(const struct cardd *cardd, json_int_t insertion)
{
	switch (cardd->presence.now) {
	case CARD_PRESENCE_NO_SERVICE:
		return CARD_SERVICE_UNAVAILABLE;
	case CARD_PRESENCE_NO_READER:
		return insertion ? CARD_REMOVED : CARD_NO_READER;
	case CARD_PRESENCE_ABSENT:
		return insertion ? CARD_REMOVED : CARD_NO_CARD;
	case CARD_PRESENCE_PRESENT:
		return CARD_REMOVED;
	}
	return CARD_SERVICE_UNAVAILABLE;
}

static void serve(struct cardd *cardd, json_t *message, struct session *session, enum session_purpose purpose)
{
	json_int_t id = json_integer_value(json_object_get(message, "id"));
	json_int_t insertion = json_integer_value(json_object_get(message, "insertion"));
	int r = DRIVER_OK;

	if (cardd->presence.now != CARD_PRESENCE_PRESENT || cardd->presence.insertion != insertion)
		session_lost(session, absence(cardd, insertion));
	else
		r = card_exchange(cardd->driver, cardd->device, cardd->presence.reader, cardd->presence.event_count,
				  session);
	answer(cardd, id, purpose, session_result(session));
	if (r == DRIVER_NO_SERVICE)
		sd_event_exit(cardd->loop, COMMAND_FAILED);
}

static void on_message(void *data, struct link *link, json_t *message, int fd)
{
	struct cardd *cardd = data;
	CLEANUP(secret_freep) struct secret *pin = link_take_secret(link);
	CLEANUP(session_freep) struct session *session = NULL;
	const char *request = json_string_value(json_object_get(message, "request"));
	const char *kind = json_string_value(json_object_get(message, "kind"));
	struct session_request wish = {.secret = pin, .auth = CARD_AUTH_PIN};

	if (!request || (strcmp(request, "read") != 0 && strcmp(request, "tries") != 0) ||
	    (kind && card_kind_parse(kind, &wish.kind) < 0)) {
		sd_event_exit(cardd->loop, COMMAND_FAILED);
		return;
	}
	wish.purpose = strcmp(request, "tries") == 0 ? SESSION_TRIES : SESSION_READ;
	wish.may_spend_last_try = json_is_true(json_object_get(message, "spend_last_try"));
	if (session_new(&wish, &session) < 0)
		sd_event_exit(cardd->loop, COMMAND_FAILED);
	else
		serve(cardd, message, session, wish.purpose);
}

static void on_closed(void *data, struct link *link, int reason)
{
	struct cardd *cardd = data;

	sd_event_exit(cardd->loop, COMMAND_DONE);
}

/* ---- start ---- */

/* What would open a file or socket on first use is used here: the hash seed of jansson, the secret memory, and the
 * watching thread up to its first look. */
static int warm_up(const struct cardd *cardd)
{
	struct pollfd seen = {.fd = cardd->seen_fds[0], .events = POLLIN};

	if (poll(&seen, 1, WATCH_BOUND_MS) != 1)
		return fault_raise(-ETIMEDOUT);
	json_object_seed(0);
	json_decref(json_pack("{s:s}", "warm", "up"));
	secret_free(secret_new(LINK_SECRET_BYTES_MAX));
	return 0;
}

static int start_watching(struct cardd *cardd)
{
	sd_event_source *source;
	pthread_t thread;
	int r;

	if (pipe2(cardd->seen_fds, O_CLOEXEC) < 0)
		return fault_raise(-errno);
	r = sd_event_add_io(cardd->loop, &source, cardd->seen_fds[0], EPOLLIN, on_seen, cardd);
	if (r < 0)
		return fault_raise(r);
	/* what was seen counts before what is asked */
	sd_event_source_set_priority(source, SD_EVENT_PRIORITY_IMPORTANT);
	r = pthread_create(&thread, NULL, watch_readers, cardd);
	if (r)
		return fault_raise(-r);
	pthread_detach(thread);
	return 0;
}

static int run(struct cardd *cardd)
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
		tell_presence(cardd, CARD_PRESENCE_NO_SERVICE);
		return 0;
	}
	r = start_watching(cardd);
	if (!r)
		r = warm_up(cardd);
	if (!r)
		r = card_lockdown();
	if (r < 0)
		return fault_pass(r);
	r = sd_event_loop(cardd->loop);
	return r < 0 ? fault_raise(r) : r;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"reader", required_argument, NULL, 'r'}, {"help", no_argument, NULL, 'h'},
		{"version", no_argument, NULL, 'v'},	  {0},
	};
	struct cardd cardd = {.driver = &driver_pcsc, .seen_fds = {-1, -1}};
	char trail[512];
	int option, r;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0)
		switch (option) {
		case 'r':
			cardd.reader = optarg;
			break;
		case 'h':
			return command_help(usage);
		case 'v':
			return command_version("madoguchi-cardd");
		default:
			return command_usage(usage);
		}
	if (optind != argc || fcntl(CHILD_LINK_FD, F_GETFD) < 0)
		return command_usage(usage);
	/* a parent that dies leaves nobody who could let a card go */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	wipe_json();
	r = secret_init_process();
	if (r >= 0)
		r = loop_new(&cardd.loop);
	if (r >= 0)
		r = run(&cardd);
	if (r < 0)
		return command_failed("madoguchi-cardd", "%s", fault_format(trail, sizeof(trail)));
	/* no tidying: the watching thread still waits in its context */
	_exit(r);
}
