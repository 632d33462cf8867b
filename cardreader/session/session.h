#pragma once
/* SPDX-License-Identifier: MIT
 * Session: one request to one card, as a pure machine: the card's answer in, the next command or the result
 * out. No reader, clock or log. It sends the fewest commands the card allows (SELECT application, ask for the
 * tries, VERIFY, READ BINARY by short file identifier) and never a second VERIFY, whatever the card answers.
 * Every session ends: a bound on commands cuts off a card that goes on for ever.
 * Source: ISO/IEC 7816-4, JIS X 6320-4. Thread: any, one object per thread. */
#include <stdint.h>
#include "cardreader/card.h"
#include "cardreader/profile/profile.h"

#define SESSION_APDUS_MAX 40
#define SESSION_RECORD_BYTES_MAX 4096

struct session;

struct session_request {
	const struct card_profile *profile; /* NULL: try all in turn */
	bool only_tries;                    /* ask for the counters, read nothing */
	bool may_spend_last_try;
	struct secret *pin;                 /* borrowed until the session is freed, cleared once sent; NULL: none */
};

struct session_result {
	enum card_outcome outcome;
	int tries_left;                     /* -1 unless told by the card */
	const struct card_profile *profile; /* the kind that answered; NULL: none */
	struct person person;               /* filled on CARD_OK of a reading */
	struct card_tries tries;            /* filled on CARD_OK when only the tries were asked */
	int n_apdus;
};

enum session_step { SESSION_SEND, SESSION_DONE };

/** session_new() - 0 or -ENOMEM. */
MUST_USE int session_new(const struct session_request *request, struct session **ret_session);
/** session_free() - wipes commands, record and person. Return: NULL. */
struct session *session_free(struct session *session);
DEFINE_CLEANUP(struct session *, session_free)

/** session_start() - the first step; once. */
enum session_step session_start(struct session *session);
/** session_answer() - the card's whole answer with status word, borrowed. After SESSION_SEND only. */
enum session_step session_answer(struct session *session, const uint8_t *answer, size_t n_answer);
/** session_lost() - ends it from outside: @outcome says why (CARD_REMOVED …). */
void session_lost(struct session *session, enum card_outcome outcome);

/** session_command() - after SESSION_SEND: the bytes to send, borrowed until the next step. */
const uint8_t *session_command(const struct session *session, size_t *ret_length);
/** session_result() - after SESSION_DONE or session_lost(); borrowed. */
const struct session_result *session_result(const struct session *session);
