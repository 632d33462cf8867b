#pragma once
/* SPDX-License-Identifier: MIT
 * Session: one request to one card, as a pure machine: the card's answer in, the next command or the result
 * out. No reader, clock, random source or log: nonces and the date are inputs. What is asked of a kind of card, and
 * what its answers mean, is the profile's plan; the session walks the plan, and cardreader/session/transport turns
 * each ask into as many commands as reader and card need. Never a second VERIFY for one secret and one PIN object.
 * Every session ends: a bound on commands cuts off a card that goes on for ever.
 * Source: ISO/IEC 7816-4, JIS X 6320-4. Thread: any, one object per thread. */
#include <stdint.h>
#include "cardreader/card.h"

#define SESSION_APDUS_MAX 200      /* a card of several kB through a reader without extended length */
#define SESSION_NONCE_BYTES 32
#define SESSION_PICTURE_BYTES_MAX 12288

struct session;
struct trust;
struct card_profile;

enum session_purpose {
	SESSION_LOOK, SESSION_TRIES, SESSION_READ, SESSION_NUMBER, SESSION_PROVE, N_SESSION_PURPOSES
};

struct session_request {
	enum session_purpose purpose;
	enum card_kind kind;
	enum card_auth auth;
	unsigned want;                      /* CARD_WANT_… */
	bool may_spend_last_try;
	bool has_no_extended;               /* the reader is known to carry no extended length */
	struct secret *secret;              /* borrowed until the session is freed, cleared once the card has it; NULL: none */
	const struct trust *trust;          /* borrowed; NULL: no anchors */
	uint8_t nonce[SESSION_NONCE_BYTES]; /* fresh random bytes */
	char today[11];                     /* ISO date; "": dates are not judged */
};

/** A picture as the card holds it: not yet decoded, any bytes. */
struct session_picture {
	const char *what;                   /* name address face front; static */
	const char *media;                  /* image/png image/jp2 image/tiff; static */
	uint8_t *bytes;
	size_t n_bytes;
};

struct session_result {
	enum card_outcome outcome;
	int tries_left;                     /* -1 unless told by the card */
	enum card_kind kind;                /* that answered; CARD_KIND_AUTO: none did */
	struct card_tries tries;            /* LOOK, TRIES */
	bool needs_secret, has_licence;
	char expires[11];
	struct person person;               /* READ, NUMBER; PROVE with SIGN_PIN */
	enum value_proof genuine;
	struct session_picture pictures[CARD_PICTURES_MAX];
	size_t n_pictures;
	struct card_licence licence;        /* when has_licence on READ */
	struct secret *number;              /* NUMBER; NULL before */
	struct card_proof proof;            /* PROVE: all but outcome, tries_left, person */
	bool has_no_extended;               /* learnt or given */
	int n_apdus;
};

enum session_step { SESSION_SEND, SESSION_DONE };

/** session_new() - copies @request. 0 or -ENOMEM. */
MUST_USE int session_new(const struct session_request *request, struct session **ret_session);
/** session_free() - wipes commands, answers and result. Return: NULL. */
struct session *session_free(struct session *session);
DEFINE_CLEANUP(struct session *, session_free)

/** session_start() - the first step; once. A malformed secret ends here, before any command. */
enum session_step session_start(struct session *session);
/** session_answer() - the card's whole answer with status word, borrowed. After SESSION_SEND only. */
enum session_step session_answer(struct session *session, const uint8_t *answer, size_t n_answer);
/** session_refused() - the reader could not carry the command, and the card has not seen it: a READ in extended
 *  length is asked again in short form, anything else ends with CARD_MALFORMED. After SESSION_SEND only. */
enum session_step session_refused(struct session *session);
/** session_lost() - ends it from outside: @outcome says why (CARD_REMOVED …). */
void session_lost(struct session *session, enum card_outcome outcome);

/** session_command() - after SESSION_SEND: the bytes to send, borrowed until the next step. */
const uint8_t *session_command(const struct session *session, size_t *ret_length);
/** session_result() - after SESSION_DONE or session_lost(); borrowed. */
const struct session_result *session_result(const struct session *session);
