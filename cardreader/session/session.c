/* SPDX-License-Identifier: MIT
 * A state is "what the next answer answers". Two answers belong to the transmission and are dealt with before
 * any state sees them: 61xx (more bytes wait: GET RESPONSE) and 6Cxx (wrong Le: the same READ with the right
 * one); both occur with T=0 readers. What VERIFY's answer means is decided in one place, on_verify().
 *
 * The tries are asked before VERIFY, since only so can the last one be kept: a card does not announce it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/profile/apdu.h"
#include "cardreader/profile/tlv.h"
#include "cardreader/session/session.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define CLA_ISO 0x00
#define INS_VERIFY 0x20
#define INS_SELECT 0xA4
#define INS_READ_BINARY 0xB0
#define INS_GET_RESPONSE 0xC0
#define SELECT_BY_AID 0x04
#define SELECT_BY_EF_ID 0x02
#define SELECT_NO_ANSWER 0x0C
#define BY_SFI 0x80
#define CURRENT_EF 0x80 /* P2 of VERIFY: the PIN object selected last */
#define READ_BYTES_MAX 256
#define SW_OK 0x9000
#define SW_END_OF_FILE 0x6282
#define SW_METHOD_BLOCKED 0x6983
#define SW_REFERENCE_BLOCKED 0x6984
#define TRIES_UNKNOWN (-1)

enum state { STATE_SELECT, STATE_QUERY, STATE_VERIFY, STATE_READ, STATE_COUNTER };

struct session {
	struct session_request request;
	enum state state;
	const struct card_profile *const *candidate; /* the profile being tried */
	size_t counter;                              /* the step of counters[] under way */
	bool was_verified;
	uint8_t command[32]; /* the longest, VERIFY with 照合番号B, has 19 bytes */
	size_t n_command;
	uint8_t record[SESSION_RECORD_BYTES_MAX];
	size_t n_record, n_before; /* n_before: record bytes when the present READ began */
	struct session_result result;
};

/* ---- the counters of every PIN on the card, for `tries` ---- */

struct counter {
	const uint8_t *aid; /* select this application first */
	uint8_t n_aid;
	uint16_t ef;        /* or this PIN object */
	uint8_t reference;  /* or ask for this counter */
	size_t tries;       /* where it goes in struct card_tries */
};

#define TRIES(member) offsetof(struct card_tries, member)
static const struct counter counters[] = {
	{.aid = profile_my_number.aid, .n_aid = 10},
	{.reference = 0x91, .tries = TRIES(pin)},
	{.reference = PROFILE_TEXT_A_REFERENCE, .tries = TRIES(a)},
	{.reference = PROFILE_TEXT_B_REFERENCE, .tries = TRIES(b)},
	{.aid = profile_jpki_aid, .n_aid = sizeof(profile_jpki_aid)},
	{.ef = PROFILE_JPKI_AUTH_PIN_EF},
	{.reference = CURRENT_EF, .tries = TRIES(jpki_auth)},
	{.ef = PROFILE_JPKI_SIGN_PIN_EF},
	{.reference = CURRENT_EF, .tries = TRIES(jpki_sign)},
};
#define N_COUNTERS (sizeof(counters) / sizeof(*counters))

/* ---- steps ---- */

static enum session_step done(struct session *s, enum card_outcome outcome)
{
	explicit_bzero(s->command, sizeof(s->command));
	s->n_command = 0;
	s->result.outcome = outcome;
	return SESSION_DONE;
}

static enum session_step transmit(struct session *s, enum state state, const struct apdu *apdu)
{
	if (s->result.n_apdus == SESSION_APDUS_MAX)
		return done(s, CARD_MALFORMED);
	explicit_bzero(s->command, sizeof(s->command));
	if (apdu_encode(apdu, s->command, sizeof(s->command), &s->n_command) < 0)
		return done(s, CARD_MALFORMED);
	s->result.n_apdus++;
	s->state = state;
	return SESSION_SEND;
}

static enum session_step send_select(struct session *s, enum state state, const uint8_t *aid, size_t n_aid)
{
	return transmit(s, state, &(struct apdu){CLA_ISO, INS_SELECT, SELECT_BY_AID, SELECT_NO_ANSWER, aid, n_aid,
						 APDU_NO_LE});
}

/* VERIFY without data asks for the tries and spends none. */
static enum session_step send_query(struct session *s, enum state state, uint8_t reference)
{
	return transmit(s, state, &(struct apdu){.ins = INS_VERIFY, .p2 = reference, .le = APDU_NO_LE});
}

static enum session_step send_verify(struct session *s)
{
	enum session_step step;

	if (s->was_verified)
		return done(s, CARD_MALFORMED);
	s->was_verified = true;
	step = transmit(s, STATE_VERIFY,
			&(struct apdu){CLA_ISO, INS_VERIFY, 0, (*s->candidate)->pin_reference,
				       secret_bytes(s->request.pin), secret_length(s->request.pin), APDU_NO_LE});
	secret_clear(s->request.pin);
	return step;
}

/* The first READ names the file by its short identifier, which makes it current; offsets beyond 255 need that. */
static enum session_step send_read(struct session *s, size_t n_bytes)
{
	struct apdu apdu = {.ins = INS_READ_BINARY, .le = n_bytes < READ_BYTES_MAX ? (int32_t)n_bytes : READ_BYTES_MAX};

	s->n_before = s->n_record;
	if (s->n_record) {
		apdu.p1 = (uint8_t)(s->n_record >> 8);
		apdu.p2 = (uint8_t)s->n_record;
	} else {
		apdu.p1 = BY_SFI | (*s->candidate)->record_sfi;
	}
	return transmit(s, STATE_READ, &apdu);
}

static enum session_step send_counter(struct session *s)
{
	const struct counter *c = &counters[s->counter];
	const uint8_t ef[2] = {(uint8_t)(c->ef >> 8), (uint8_t)c->ef};

	if (c->aid)
		return send_select(s, STATE_COUNTER, c->aid, c->n_aid);
	if (c->ef)
		return transmit(s, STATE_COUNTER, &(struct apdu){CLA_ISO, INS_SELECT, SELECT_BY_EF_ID, SELECT_NO_ANSWER,
								 ef, sizeof(ef), APDU_NO_LE});
	return send_query(s, STATE_COUNTER, c->reference);
}

/* ---- answers ---- */

static bool is_blocked(uint16_t sw)
{
	return sw == SW_REFERENCE_BLOCKED || sw == SW_METHOD_BLOCKED;
}

static bool is_counter(uint16_t sw)
{
	return (sw & 0xfff0) == 0x63c0;
}

static enum session_step pin_outcome(struct session *s, enum card_outcome outcome, int tries_left)
{
	s->result.tries_left = tries_left;
	return done(s, outcome);
}

static enum session_step on_select(struct session *s, uint16_t sw)
{
	if (sw == SW_OK)
		return send_query(s, STATE_QUERY, (*s->candidate)->pin_reference);
	if (!s->request.profile && s->candidate[1]) {
		s->candidate++;
		return send_select(s, STATE_SELECT, (*s->candidate)->aid, (*s->candidate)->n_aid);
	}
	return done(s, CARD_UNSUPPORTED);
}

static enum session_step on_query(struct session *s, uint16_t sw)
{
	int tries = is_counter(sw) ? sw & 0xf : TRIES_UNKNOWN;

	s->result.profile = *s->candidate;
	if (tries == 0 || is_blocked(sw))
		return pin_outcome(s, CARD_PIN_BLOCKED, 0);
	/* 9000 and 6300 hide the counter: it may be the last one */
	if (tries == TRIES_UNKNOWN && sw != SW_OK && sw != 0x6300)
		return done(s, CARD_UNSUPPORTED);
	if (tries <= 1 && !s->request.may_spend_last_try)
		return pin_outcome(s, CARD_LAST_TRY, tries);
	return send_verify(s);
}

static enum session_step on_verify(struct session *s, uint16_t sw)
{
	if (sw == SW_OK)
		return send_read(s, READ_BYTES_MAX);
	if (is_blocked(sw) || sw == 0x63c0)
		return pin_outcome(s, CARD_PIN_BLOCKED, 0);
	if (is_counter(sw))
		return pin_outcome(s, CARD_PIN_INCORRECT, sw & 0xf);
	if (sw == 0x6300)
		return pin_outcome(s, CARD_PIN_INCORRECT, TRIES_UNKNOWN);
	return done(s, CARD_MALFORMED);
}

static enum session_step on_read(struct session *s, uint16_t sw)
{
	struct tlv tlv;
	int r;

	if ((sw != SW_OK && sw != SW_END_OF_FILE) || s->n_record == s->n_before)
		return done(s, CARD_MALFORMED);
	r = tlv_header(s->record, s->n_record, &tlv);
	if (r == -EAGAIN)
		return send_read(s, READ_BYTES_MAX);
	if (r < 0 || tlv.tag != (*s->candidate)->record_tag || tlv.total > SESSION_RECORD_BYTES_MAX)
		return done(s, CARD_MALFORMED);
	if (s->n_record < tlv.total)
		return send_read(s, tlv.total - s->n_record);
	r = (*s->candidate)->parse(s->record, tlv.total, &s->result.person);
	explicit_bzero(s->record, sizeof(s->record));
	return done(s, r < 0 ? CARD_MALFORMED : CARD_OK);
}

static bool was_any_counter_told(const struct card_tries *t)
{
	return t->pin >= 0 || t->a >= 0 || t->b >= 0 || t->jpki_auth >= 0 || t->jpki_sign >= 0;
}

/* A refused selection takes everything below it along. */
static size_t counter_after(size_t counter, bool refused)
{
	const struct counter *c = &counters[counter++];

	if (refused && c->aid)
		while (counter < N_COUNTERS && !counters[counter].aid)
			counter++;
	else if (refused && c->ef)
		counter++;
	return counter;
}

static enum session_step on_counter(struct session *s, uint16_t sw)
{
	const struct counter *c = &counters[s->counter];
	bool is_select = c->aid || c->ef;

	if (!is_select && (is_counter(sw) || is_blocked(sw)))
		*(int *)(void *)((char *)&s->result.tries + c->tries) = is_counter(sw) ? sw & 0xf : 0;
	if (s->counter == 0 && sw == SW_OK)
		s->result.profile = &profile_my_number;
	s->counter = counter_after(s->counter, is_select && sw != SW_OK);
	if (s->counter < N_COUNTERS)
		return send_counter(s);
	return done(s, was_any_counter_told(&s->result.tries) ? CARD_OK : CARD_UNSUPPORTED);
}

/* ---- public calls ---- */

int session_new(const struct session_request *request, struct session **ret_session)
{
	struct session *s = calloc(1, sizeof(*s));

	if (!s)
		return fault_raise(-ENOMEM);
	s->request = *request;
	s->result.tries_left = -1;
	s->result.tries = (struct card_tries){-1, -1, -1, -1, -1};
	*ret_session = s;
	return 0;
}

struct session *session_free(struct session *session)
{
	if (!session)
		return NULL;
	person_release(&session->result.person);
	explicit_bzero(session, sizeof(*session));
	free(session);
	return NULL;
}

enum session_step session_start(struct session *s)
{
	s->candidate = card_profiles;
	if (s->request.only_tries)
		return send_counter(s);
	while (s->request.profile && *s->candidate && *s->candidate != s->request.profile)
		s->candidate++;
	if (!*s->candidate)
		return done(s, CARD_UNSUPPORTED);
	if (!s->request.pin || !secret_is_digits(s->request.pin, (*s->candidate)->n_pin_digits))
		return done(s, CARD_PIN_MALFORMED);
	return send_select(s, STATE_SELECT, (*s->candidate)->aid, (*s->candidate)->n_aid);
}

/* Bytes of the record; anything else a card sends along is dropped. */
static int take_data(struct session *s, const uint8_t *bytes, size_t n_bytes)
{
	if (s->state != STATE_READ)
		return 0;
	if (n_bytes > sizeof(s->record) - s->n_record)
		return fault_raise(-EBADMSG);
	memcpy(s->record + s->n_record, bytes, n_bytes);
	s->n_record += n_bytes;
	return 0;
}

static int32_t le_of(uint16_t sw)
{
	return sw & 0xff ? sw & 0xff : READ_BYTES_MAX;
}

static enum session_step repeat_read(struct session *s, uint16_t sw)
{
	struct apdu apdu = {s->command[0], s->command[1], s->command[2], s->command[3], NULL, 0, le_of(sw)};

	return transmit(s, STATE_READ, &apdu);
}

enum session_step session_answer(struct session *s, const uint8_t *answer, size_t n_answer)
{
	uint16_t sw = apdu_status(answer, n_answer);

	if (!sw || take_data(s, answer, n_answer - 2) < 0)
		return done(s, CARD_MALFORMED);
	if (sw >> 8 == 0x61)
		return transmit(s, s->state, &(struct apdu){.ins = INS_GET_RESPONSE, .le = le_of(sw)});
	if (sw >> 8 == 0x6c && s->state == STATE_READ)
		return repeat_read(s, sw);
	switch (s->state) {
	case STATE_SELECT:
		return on_select(s, sw);
	case STATE_QUERY:
		return on_query(s, sw);
	case STATE_VERIFY:
		return on_verify(s, sw);
	case STATE_READ:
		return on_read(s, sw);
	case STATE_COUNTER:
		return on_counter(s, sw);
	}
	return done(s, CARD_MALFORMED);
}

void session_lost(struct session *s, enum card_outcome outcome)
{
	done(s, outcome);
}

const uint8_t *session_command(const struct session *s, size_t *ret_length)
{
	*ret_length = s->n_command;
	return s->command;
}

const struct session_result *session_result(const struct session *s)
{
	return &s->result;
}
