/* SPDX-License-Identifier: MIT
 * Both licences say in a file of their own whether a PIN was set, and both are opened by VERIFY all the same. */
#include "cardreader/profile/licence_pin.h"
#include "shared/base/banned.h"

static const uint8_t no_pin[4] = {'*', '*', '*', '*'};

DIALOGUE_MEMORY(struct licence_pin)

enum dialogue_verdict licence_pin_setting(struct dialogue *d, bool is_set)
{
	memory_of(d)->is_set = is_set;
	d->result->needs_secret = is_set;
	if (d->request->purpose == SESSION_READ && is_set && d->request->auth == CARD_AUTH_NONE)
		return dialogue_end(d, CARD_PIN_MALFORMED);
	return DIALOGUE_NEXT;
}

bool licence_pin_is_set(const struct dialogue *d)
{
	return memory_in(d)->is_set;
}

int licence_pin_ask(struct dialogue *d, struct card_ask *ask)
{
	if (!memory_in(d)->is_set) {
		ask->data = no_pin;
		ask->n_data = sizeof(no_pin);
	}
	return 0;
}

enum dialogue_verdict licence_pin_verified(struct dialogue *d, const struct card_answer *answer)
{
	if (!memory_in(d)->is_set && answer->sw != SW_OK && !answer->is_blocked)
		return dialogue_end(d, CARD_MALFORMED); /* it said that four asterisks open it */
	return dialogue_verified(d, answer);
}

enum dialogue_verdict licence_pin_note_tries(struct dialogue *d, const struct card_answer *answer)
{
	dialogue_note_tries(&d->result->tries.pin, answer);
	return DIALOGUE_NEXT;
}
