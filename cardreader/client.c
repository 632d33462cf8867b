/* SPDX-License-Identifier: MIT
 * The side of madoguchi-cardd that stays alive. cardd may hang at any time in a reader's driver, so every wait has
 * a bound: from its start to its first word, and from a request to its answer. Whoever misses it is killed and
 * started afresh; between starts a growing pause keeps a broken reader service from costing anything.
 *
 * Insertions are numbered here, across restarts of cardd: after one the same card counts as newly inserted, so
 * that a PIN typed before never reaches a card nobody watched meanwhile. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/card.h"
#include "cardreader/session/outcome.h"
#include "shared/base/clock.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/loop/child.h"
#include "shared/loop/link.h"
#include "shared/base/banned.h"

#define REQUEST_TIMEOUT_MS 3000
#define RESTART_MS_MIN 100
#define RESTART_MS_MAX 5000
#define TIMER_ACCURACY_US 1000

enum waiting { WAITING_NOTHING, WAITING_READ, WAITING_TRIES };

struct card_client {
	sd_event *loop;
	struct card_handlers handlers;
	void *data;
	char *path, *reader;
	int request_timeout_ms;
	struct child *child;
	struct link *link;
	sd_event_source *watchdog; /* the present wait's bound, or the pause before the next start */
	int restart_ms;
	bool was_told; /* the presence handler has been called */
	enum card_presence presence;
	int64_t insertion, cardd_insertion;
	size_t n_readers;
	struct card_reader readers[CARD_READERS_MAX];
	enum waiting waiting;
	int64_t request_id;
	card_read_fn *read_fn;
	card_tries_fn *tries_fn;
	void *request_data;
	sd_event_source *early; /* answers a request that cardd will not */
	enum card_outcome early_outcome;
};

static void start(struct card_client *client);

/* ---- one timer for every bound ---- */

static int set_watchdog(struct card_client *client, int after_ms, sd_event_time_handler_t fn)
{
	int r;

	client->watchdog = sd_event_source_disable_unref(client->watchdog);
	if (!fn)
		return 0;
	r = sd_event_add_time(client->loop, &client->watchdog, CLOCK_MONOTONIC,
			      ((uint64_t)clock_mono_ms() + (uint64_t)after_ms) * 1000, TIMER_ACCURACY_US, fn, client);
	return r < 0 ? fault_raise(r) : 0;
}

/* ---- answers: each ends with the caller's function, which may free the client ---- */

static void finish_read(struct card_client *client, const struct card_reading *reading)
{
	card_read_fn *fn = client->read_fn;

	client->waiting = WAITING_NOTHING;
	fn(client->request_data, reading);
}

static void finish_tries(struct card_client *client, enum card_outcome outcome, const struct card_tries *tries)
{
	card_tries_fn *fn = client->tries_fn;

	client->waiting = WAITING_NOTHING;
	fn(client->request_data, outcome, tries);
}

static void finish_without(struct card_client *client, enum card_outcome outcome)
{
	static const struct card_tries none = {-1, -1, -1, -1, -1};

	if (client->waiting == WAITING_READ)
		finish_read(client, &(struct card_reading){.outcome = outcome, .tries_left = -1});
	else if (client->waiting == WAITING_TRIES)
		finish_tries(client, outcome, &none);
}

static int on_early(sd_event_source *source, void *data)
{
	struct card_client *client = data;

	client->early = sd_event_source_disable_unref(client->early);
	finish_without(client, client->early_outcome);
	return 0;
}

/* From the loop, never from inside the caller's own call. */
static int answer_early(struct card_client *client, enum card_outcome outcome)
{
	int r = sd_event_add_defer(client->loop, &client->early, on_early, client);

	if (r < 0) {
		client->waiting = WAITING_NOTHING;
		return fault_raise(r);
	}
	client->early_outcome = outcome;
	return 0;
}

/* The caller may free the client in its handler: nothing of it is touched afterwards. */
static void tell(struct card_client *client, enum card_presence presence, bool is_new_card)
{
	bool changed = !client->was_told || presence != client->presence || is_new_card;

	client->was_told = true;
	client->presence = presence;
	if (changed && client->handlers.presence)
		client->handlers.presence(client->data, presence);
}

/* ---- losing cardd and starting it again ---- */

static int on_restart(sd_event_source *source, uint64_t now_us, void *data)
{
	start(data);
	return 0;
}

static void lose(struct card_client *client)
{
	client->link = link_free(client->link);
	client->child = child_free(client->child);
	client->n_readers = 0;
	client->cardd_insertion = 0;
	/* without a timer the service stays away, which is what the presence says */
	(void)!set_watchdog(client, client->restart_ms, on_restart);
	client->restart_ms = client->restart_ms * 2 < RESTART_MS_MAX ? client->restart_ms * 2 : RESTART_MS_MAX;
	if (client->waiting != WAITING_NOTHING && !client->early)
		(void)!answer_early(client, CARD_SERVICE_UNAVAILABLE);
	tell(client, CARD_PRESENCE_NO_SERVICE, false);
}

static int on_overdue(sd_event_source *source, uint64_t now_us, void *data)
{
	lose(data);
	return 0;
}

static void on_child_exit(void *data, struct child *child, int status)
{
	lose(data);
}

static void on_link_closed(void *data, struct link *link, int reason)
{
	lose(data);
}

/* ---- what cardd says ---- */

static void take_readers(struct card_client *client, const json_t *readers)
{
	size_t i;
	json_t *reader;

	client->n_readers = 0;
	json_array_foreach(readers, i, reader) {
		struct card_reader *to = &client->readers[client->n_readers];
		const char *name = json_string_value(json_object_get(reader, "name"));

		if (!name || client->n_readers == CARD_READERS_MAX)
			break;
		snprintf(to->name, sizeof(to->name), "%s", name);
		to->has_card = json_is_true(json_object_get(reader, "card"));
		client->n_readers++;
	}
}

static void on_presence(struct card_client *client, const json_t *message)
{
	const char *word = json_string_value(json_object_get(message, "presence"));
	int64_t insertion = json_integer_value(json_object_get(message, "insertion"));
	enum card_presence presence;
	bool is_new_card;

	if (!word || card_presence_parse(word, &presence) < 0) {
		lose(client);
		return;
	}
	if (client->waiting == WAITING_NOTHING || client->early)
		(void)!set_watchdog(client, 0, NULL);
	if (presence != CARD_PRESENCE_NO_SERVICE)
		client->restart_ms = RESTART_MS_MIN;
	is_new_card = presence == CARD_PRESENCE_PRESENT && insertion != client->cardd_insertion;
	if (is_new_card) {
		client->cardd_insertion = insertion;
		client->insertion++;
	}
	take_readers(client, json_object_get(message, "readers"));
	tell(client, presence, is_new_card);
}

static int tries_of(const json_t *tries, const char *which)
{
	const json_t *value = json_object_get(tries, which);

	return json_is_integer(value) ? (int)json_integer_value(value) : -1;
}

static void on_tries_done(struct card_client *client, const json_t *message, enum card_outcome outcome)
{
	const json_t *t = json_object_get(message, "tries");
	const struct card_tries tries = {tries_of(t, "pin"), tries_of(t, "a"), tries_of(t, "b"),
					 tries_of(t, "jpki_auth"), tries_of(t, "jpki_sign")};

	finish_tries(client, outcome, &tries);
}

static void on_read_done(struct card_client *client, const json_t *message, enum card_outcome outcome)
{
	struct card_reading reading = {.outcome = outcome, .tries_left = tries_of(message, "tries_left")};
	const char *kind = json_string_value(json_object_get(message, "kind"));

	if (kind)
		(void)!card_kind_parse(kind, &reading.kind);
	if (outcome == CARD_OK && person_decode(json_object_get(message, "person"), &reading.person) < 0)
		reading.outcome = CARD_SERVICE_UNAVAILABLE;
	finish_read(client, &reading);
	person_release(&reading.person);
}

static void on_done(struct card_client *client, const json_t *message)
{
	const char *word = json_string_value(json_object_get(message, "outcome"));
	enum card_outcome outcome;

	if (!word || card_outcome_parse(word, &outcome) < 0) {
		lose(client);
		return;
	}
	if (client->waiting == WAITING_NOTHING || client->early ||
	    json_integer_value(json_object_get(message, "id")) != client->request_id)
		return;
	(void)!set_watchdog(client, 0, NULL);
	if (client->waiting == WAITING_READ)
		on_read_done(client, message, outcome);
	else
		on_tries_done(client, message, outcome);
}

static void on_message(void *data, struct link *link, json_t *message, int fd)
{
	struct card_client *client = data;
	const char *event = json_string_value(json_object_get(message, "event"));

	if (event && strcmp(event, "presence") == 0)
		on_presence(client, message);
	else if (event && strcmp(event, "done") == 0)
		on_done(client, message);
	else
		lose(client);
}

static int try_start(struct card_client *client)
{
	static const struct link_handlers handlers = {on_message, on_link_closed};
	char *argv[] = {client->path, client->reader ? (char[]){"--reader"} : NULL, client->reader, NULL};
	CLEANUP(closep) int fd = -1;
	int r;

	r = child_start(client->loop, argv, on_child_exit, client, &client->child, &fd);
	if (!r)
		r = link_new(client->loop, fd, &handlers, client, &client->link);
	if (r < 0)
		return fault_pass(r);
	(void)TAKE_FD(fd);
	return set_watchdog(client, client->request_timeout_ms, on_overdue);
}

static void start(struct card_client *client)
{
	if (try_start(client) < 0)
		lose(client);
}

/* ---- requests ---- */

static int send_request(struct card_client *client, json_t *request, const struct secret *pin)
{
	int r = request ? 0 : -ENOMEM;

	if (!r && pin)
		r = link_send_secret(client->link, pin);
	if (!r)
		r = link_send(client->link, request, -1);
	json_decref(request);
	if (!r)
		r = set_watchdog(client, client->request_timeout_ms, on_overdue);
	return r < 0 ? fault_pass(r) : 0;
}

/* What is known here already need not be asked; cardd checks again, since it may know more. */
static enum card_outcome outcome_beforehand(const struct card_client *client, int64_t insertion)
{
	if (!client->link || client->presence == CARD_PRESENCE_NO_SERVICE)
		return CARD_SERVICE_UNAVAILABLE;
	if (insertion && insertion != client->insertion)
		return CARD_REMOVED;
	if (client->presence == CARD_PRESENCE_NO_READER)
		return insertion ? CARD_REMOVED : CARD_NO_READER;
	if (client->presence == CARD_PRESENCE_ABSENT)
		return insertion ? CARD_REMOVED : CARD_NO_CARD;
	return CARD_OK;
}

static int begin(struct card_client *client, enum waiting waiting, void *data)
{
	if (client->waiting != WAITING_NOTHING)
		return fault_raise(-EBUSY);
	client->waiting = waiting;
	client->request_id++;
	client->request_data = data;
	return 0;
}

int card_tries(struct card_client *client, card_tries_fn *fn, void *data)
{
	enum card_outcome outcome = outcome_beforehand(client, 0);
	int r = begin(client, WAITING_TRIES, data);

	if (r < 0)
		return r;
	client->tries_fn = fn;
	if (outcome != CARD_OK)
		return answer_early(client, outcome);
	r = send_request(client,
			 json_pack("{s:s, s:I, s:I}", "request", "tries", "id", (json_int_t)client->request_id,
				   "insertion", (json_int_t)client->cardd_insertion),
			 NULL);
	return r < 0 ? answer_early(client, CARD_SERVICE_UNAVAILABLE) : 0;
}

static json_t *encode_read(const struct card_client *client, const struct card_read_request *request)
{
	json_t *message = json_pack("{s:s, s:I, s:I, s:b}", "request", "read", "id", (json_int_t)client->request_id,
				    "insertion", (json_int_t)client->cardd_insertion, "spend_last_try",
				    request->may_spend_last_try);

	if (message)
		json_object_set_new(message, "kind", json_string(card_kind_word(request->kind)));
	return message;
}

int card_read(struct card_client *client, const struct card_read_request *request, card_read_fn *fn, void *data)
{
	enum card_outcome outcome = outcome_beforehand(client, request->insertion);
	bool is_sendable = request->secret && secret_length(request->secret) > 0;
	int r = begin(client, WAITING_READ, data);

	if (!r) {
		client->read_fn = fn;
		if (outcome == CARD_OK && !is_sendable)
			outcome = CARD_PIN_MALFORMED;
		if (outcome == CARD_OK && send_request(client, encode_read(client, request),
							       request->secret) < 0)
			outcome = CARD_SERVICE_UNAVAILABLE;
		if (outcome != CARD_OK)
			r = answer_early(client, outcome);
	}
	if (request->secret)
		secret_clear(request->secret);
	return r;
}

/* ---- life ---- */

int card_client_new(sd_event *loop, const struct card_options *options, const struct card_handlers *handlers,
		    void *data, struct card_client **ret_client)
{
	CLEANUP(card_client_freep) struct card_client *client = calloc(1, sizeof(*client));
	int r = 0;

	if (!client)
		return fault_raise(-ENOMEM);
	client->loop = sd_event_ref(loop);
	client->handlers = *handlers;
	client->data = data;
	client->restart_ms = RESTART_MS_MIN;
	client->request_timeout_ms = options->request_timeout_ms ? options->request_timeout_ms : REQUEST_TIMEOUT_MS;
	if (options->cardd_path)
		client->path = strdup(options->cardd_path);
	else
		r = command_sibling("cardreader", "madoguchi-cardd", &client->path);
	if (options->reader)
		client->reader = strdup(options->reader);
	if (r < 0)
		return fault_pass(r);
	if (!client->path || (options->reader && !client->reader))
		return fault_raise(-ENOMEM);
	r = try_start(client);
	if (r < 0)
		return fault_pass(r);
	*ret_client = TAKE(client);
	return 0;
}

struct card_client *card_client_free(struct card_client *client)
{
	if (!client)
		return NULL;
	sd_event_source_disable_unref(client->watchdog);
	sd_event_source_disable_unref(client->early);
	link_free(client->link);
	child_free(client->child);
	sd_event_unref(client->loop);
	free(client->path);
	free(client->reader);
	free(client);
	return NULL;
}

enum card_presence card_client_presence(const struct card_client *client)
{
	return client->presence;
}

const struct card_reader *card_client_readers(const struct card_client *client, size_t *ret_n_readers)
{
	*ret_n_readers = client->n_readers;
	return client->readers;
}

int64_t card_client_insertion(const struct card_client *client)
{
	return client->insertion;
}
