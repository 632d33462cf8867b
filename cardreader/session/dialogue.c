/* SPDX-License-Identifier: MIT
 * What a PIN's counter and VERIFY's answer mean is the same for every card of this family: 63Cx tells the tries, 6984
 * was measured on a blocked PIN, 6983 stands in the standard. */
#include <stdlib.h>
#include <string.h>

#include "cardreader/session/dialogue.h"
#include "shared/base/banned.h"

#define SW_WRONG_NO_COUNTER 0x6300
#define TRIES_UNKNOWN (-1)

enum dialogue_verdict dialogue_end(struct dialogue *d, enum card_outcome outcome)
{
	d->result->outcome = outcome;
	return DIALOGUE_END;
}

static enum dialogue_verdict end_with_tries(struct dialogue *d, enum card_outcome outcome, int tries_left)
{
	d->result->tries_left = tries_left;
	return dialogue_end(d, outcome);
}

enum dialogue_verdict dialogue_tries(struct dialogue *d, const struct card_answer *answer)
{
	d->tries = answer->tries;
	if (answer->is_blocked)
		return end_with_tries(d, CARD_PIN_BLOCKED, 0);
	if (answer->tries == TRIES_UNKNOWN && answer->sw != SW_OK && answer->sw != SW_WRONG_NO_COUNTER)
		return dialogue_end(d, CARD_UNSUPPORTED);
	if (answer->tries <= 1 && !d->request->may_spend_last_try)
		return end_with_tries(d, CARD_LAST_TRY, answer->tries);
	return DIALOGUE_NEXT;
}

enum dialogue_verdict dialogue_verified(struct dialogue *d, const struct card_answer *answer)
{
	if (answer->sw == SW_OK)
		return DIALOGUE_NEXT;
	if (answer->is_blocked)
		return end_with_tries(d, CARD_PIN_BLOCKED, 0);
	if (answer->tries >= 0)
		return end_with_tries(d, CARD_PIN_INCORRECT, answer->tries);
	if (answer->sw == SW_WRONG_NO_COUNTER)
		return end_with_tries(d, CARD_PIN_INCORRECT, TRIES_UNKNOWN);
	return dialogue_end(d, CARD_MALFORMED);
}

void dialogue_note_tries(int *tries, const struct card_answer *answer)
{
	if (answer->tries >= 0 || answer->is_blocked)
		*tries = answer->tries > 0 ? answer->tries : 0;
}

enum dialogue_verdict dialogue_mine(struct dialogue *d, const struct card_answer *answer)
{
	return answer->sw == SW_OK ? DIALOGUE_NEXT : DIALOGUE_OTHER_KIND;
}

enum dialogue_verdict dialogue_must(struct dialogue *d, const struct card_answer *answer)
{
	return answer->sw == SW_OK ? DIALOGUE_NEXT : dialogue_end(d, CARD_MALFORMED);
}

void dialogue_add_picture(struct dialogue *d, const char *what, const char *media, const uint8_t *bytes, size_t n_bytes)
{
	struct session_result *result = d->result;
	uint8_t *copy;

	if (!n_bytes || n_bytes > SESSION_PICTURE_BYTES_MAX || result->n_pictures == CARD_PICTURES_MAX)
		return;
	copy = malloc(n_bytes);
	if (!copy)
		return; /* a picture less; the reading stands */
	memcpy(copy, bytes, n_bytes);
	result->pictures[result->n_pictures++] = (struct session_picture){what, media, copy, n_bytes};
}

bool dialogue_wants(const struct dialogue *d, unsigned want)
{
	return (d->request->want & want) == want;
}

void dialogue_prove(struct dialogue *d, enum value_proof genuine)
{
	struct session_result *result = d->result;

	if (result->genuine == PROOF_FAILED)
		return;
	result->genuine = genuine;
	if (genuine == PROOF_NOT_CHECKED)
		return;
#define X(v)                                                                                                           \
	if (result->person.v.text) {                                                                                   \
		result->person.v.proof = genuine;                                                                      \
		result->person.v.source = genuine == PROOF_FAILED ? VALUE_TYPED : VALUE_CARD;                          \
	}
	PERSON_VALUES(X)
#undef X
}
