/* SPDX-License-Identifier: MIT
 * A session whose PIN cannot be right never gets as far as the card: it is started before connecting. */
#include <errno.h>
#include <string.h>

#include "cardreader/driver/exchange.h"
#include "cardreader/session/transport.h"
#include "shared/base/banned.h"

#define ANSWER_BYTES_MAX (TRANSPORT_ANSWER_BYTES_MAX + 2) /* more than any record; a longer answer is a driver's fault */

static enum card_outcome outcome_of(int r)
{
	switch (r) {
	case DRIVER_REMOVED:
		return CARD_REMOVED;
	case DRIVER_MUTE:
		return CARD_UNSUPPORTED;
	case DRIVER_NO_READER:
		return CARD_NO_READER;
	case -EMSGSIZE: /* more than any card of ours says */
		return CARD_MALFORMED;
	default:
		return CARD_SERVICE_UNAVAILABLE;
	}
}

static int transmit(const struct card_driver *driver, void *device, const struct session *session, uint8_t *answer,
		    size_t *ret_n_answer, const struct exchange_tap *tap)
{
	size_t n_command;
	const uint8_t *command = session_command(session, &n_command);
	int r;

	if (tap)
		tap->command(tap->data, command, n_command);
	r = driver->transmit(device, command, n_command, answer, ANSWER_BYTES_MAX, ret_n_answer);
	if (tap)
		tap->answer(tap->data, r, answer, r == DRIVER_OK ? *ret_n_answer : 0);
	return r;
}

static int converse(const struct card_driver *driver, void *device, struct session *session,
		    const struct exchange_tap *tap)
{
	uint8_t answer[ANSWER_BYTES_MAX];
	enum session_step step = SESSION_SEND;
	int r = DRIVER_OK;

	while (step == SESSION_SEND) {
		size_t n_answer = 0;

		r = transmit(driver, device, session, answer, &n_answer, tap);
		if (r == DRIVER_REFUSED) {
			step = session_refused(session);
			r = DRIVER_OK;
			continue;
		}
		if (r != DRIVER_OK) {
			session_lost(session, outcome_of(r));
			break;
		}
		step = session_answer(session, answer, n_answer);
	}
	explicit_bzero(answer, sizeof(answer));
	return r;
}

int card_exchange(const struct card_driver *driver, void *device, const char *reader, uint32_t event_count,
		  struct session *session, const struct exchange_tap *tap)
{
	int r;

	if (session_start(session) == SESSION_DONE)
		return DRIVER_OK;
	r = driver->connect(device, reader, event_count);
	if (r == DRIVER_OK) {
		r = converse(driver, device, session, tap);
		driver->disconnect(device);
	} else {
		session_lost(session, outcome_of(r));
	}
	return r == DRIVER_NO_SERVICE || r == DRIVER_BUSY ? r : DRIVER_OK;
}
