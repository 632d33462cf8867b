/* SPDX-License-Identifier: MIT
 * A request gives the session what it may not have of its own: the card that is meant, fresh random bytes, today's
 * date, the anchors, and what was learnt about the reader. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "cardreader/cardd_parts.h"
#include "cardreader/cardd_wire.h"
#include "cardreader/driver/exchange.h"
#include "cardreader/driver/record.h"
#include "shared/base/clock.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/base/banned.h"

static enum card_outcome absence(const struct cardd *cardd, int64_t insertion)
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

/* ---- readers without extended length: one failed command a reader, not one a card ---- */

static bool is_short_only(const struct cardd *cardd, const char *reader)
{
	for (size_t i = 0; i < cardd->n_short_only; i++)
		if (strcmp(cardd->short_only[i], reader) == 0)
			return true;
	return false;
}

static void note_short_only(struct cardd *cardd, const char *reader)
{
	if (is_short_only(cardd, reader) || cardd->n_short_only == DRIVER_READERS_MAX)
		return;
	snprintf(cardd->short_only[cardd->n_short_only++], DRIVER_READER_NAME_MAX, "%s", reader);
}

/* ---- one request ---- */

static int complete(const struct cardd *cardd, struct session_request *wish)
{
	struct timespec now;
	struct local_time local;
	int r;

	if (getrandom(wish->nonce, sizeof(wish->nonce), 0) != (ssize_t)sizeof(wish->nonce))
		return fault_raise(-EIO);
	clock_gettime(CLOCK_REALTIME, &now);
	r = local_time_from((int64_t)now.tv_sec * 1000, "Asia/Tokyo", &local);
	if (r < 0)
		return fault_pass(r);
	snprintf(wish->today, sizeof(wish->today), "%04u-%02u-%02u", (unsigned)local.year % 10000U,
		 (unsigned)local.month % 100U, (unsigned)local.day % 100U);
	wish->trust = cardd->trust;
	wish->has_no_extended = is_short_only(cardd, cardd->presence.reader);
	return 0;
}

int cardd_serve_warm_up(const struct cardd *cardd)
{
	return complete(cardd, &(struct session_request){0});
}

/* The individual number goes as a secret of the link, ahead of the message. */
static void answer(struct cardd *cardd, const struct cardd_ask *ask, const struct session_result *result, int driver_outcome)
{
	json_t *message = cardd_wire_done(ask->id, ask->wish.purpose, result, driver_outcome == DRIVER_BUSY);
	int r = message ? 0 : -ENOMEM;

	if (!r && ask->wish.purpose == SESSION_NUMBER && result->outcome == CARD_OK && result->number)
		r = link_send_secret(cardd->link, result->number);
	if (!r)
		r = link_send(cardd->link, message, -1);
	if (r < 0)
		sd_event_exit(cardd->loop, COMMAND_FAILED);
	json_decref(message);
}

/* ---- recording: lines go out before each command, so that even a card that never answers leaves a trace ---- */

#define RECORD_TEXT_BYTES_MAX (1024 * 1024)
#define RECORD_PIECE_BYTES_MAX (LINK_MESSAGE_BYTES_MAX / 2)

static void send_record(struct cardd *cardd, const char *text, size_t n_text)
{
	json_t *message = json_pack("{s:s, s:s%}", "event", "record", "text", text, n_text);

	if (!message || link_send(cardd->link, message, -1) < 0)
		sd_event_exit(cardd->loop, COMMAND_FAILED);
	json_decref(message);
}

static void tell_record(struct cardd *cardd, bool is_over)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(RECORD_TEXT_BYTES_MAX);
	size_t n;

	if (recorder_take(cardd->recorder, is_over, &text) < 0)
		sd_event_exit(cardd->loop, COMMAND_FAILED);
	for (size_t at = 0; at < text.len; at += n) {
		n = text.len - at < RECORD_PIECE_BYTES_MAX ? text.len - at : RECORD_PIECE_BYTES_MAX;
		send_record(cardd, text.bytes + at, n);
	}
}

static void on_command(void *data, const uint8_t *command, size_t n_command)
{
	struct cardd *cardd = data;

	recorder_command(cardd->recorder, command, n_command);
	tell_record(cardd, false);
}

static void on_answer(void *data, int outcome, const uint8_t *bytes, size_t n_bytes)
{
	struct cardd *cardd = data;

	recorder_answer(cardd->recorder, outcome, bytes, n_bytes);
}

static int exchange(struct cardd *cardd, const struct cardd_ask *ask, struct session *session)
{
	const struct exchange_tap tap = {cardd, on_command, on_answer};
	const struct presence *p = &cardd->presence;
	char remark[256];
	int r;

	if (!cardd->recorder)
		return card_exchange(cardd->driver, cardd->device, p->reader, p->event_count, session, NULL);
	snprintf(remark, sizeof(remark), "# %s on %s\n", cardd_wire_purpose(ask->wish.purpose), p->reader);
	send_record(cardd, remark, strlen(remark));
	r = card_exchange(cardd->driver, cardd->device, p->reader, p->event_count, session, &tap);
	tell_record(cardd, true);
	snprintf(remark, sizeof(remark), "# %s\n", card_outcome_word(session_result(session)->outcome));
	send_record(cardd, remark, strlen(remark));
	return r;
}

static void run(struct cardd *cardd, const struct cardd_ask *ask, struct session *session)
{
	const struct session_result *result = session_result(session);
	const struct presence *p = &cardd->presence;
	int r = DRIVER_OK;

	if (p->now != CARD_PRESENCE_PRESENT || p->insertion != ask->insertion)
		session_lost(session, absence(cardd, ask->insertion));
	else
		r = exchange(cardd, ask, session);
	if (result->has_no_extended && result->outcome == CARD_OK)
		note_short_only(cardd, p->reader);
	answer(cardd, ask, result, r);
	if (r == DRIVER_NO_SERVICE)
		sd_event_exit(cardd->loop, COMMAND_FAILED);
}

void cardd_serve(struct cardd *cardd, const json_t *message, struct secret *secret)
{
	CLEANUP(session_freep) struct session *session = NULL;
	struct cardd_ask ask;

	if (cardd_wire_take_ask(message, &ask) < 0 || complete(cardd, &ask.wish) < 0) {
		sd_event_exit(cardd->loop, COMMAND_FAILED);
		return;
	}
	ask.wish.secret = secret;
	if (session_new(&ask.wish, &session) < 0)
		sd_event_exit(cardd->loop, COMMAND_FAILED);
	else
		run(cardd, &ask, session);
	explicit_bzero(&ask, sizeof(ask));
}
