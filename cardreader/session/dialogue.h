#pragma once
/* SPDX-License-Identifier: MIT
 * Dialogue: what the steps of a profile's plan work on: the request, the result they fill, and a memory of their own
 * that is wiped with the session. And the decisions every kind of card shares: what tries and VERIFY's answers mean. */
#include "cardreader/session/session.h"
#include "cardreader/session/transport.h"

#define DIALOGUE_MEMORY_BYTES 32768

struct dialogue {
	const struct session_request *request;
	struct session_result *result;
	int tries;                       /* of the PIN asked last; -1 unknown */
	_Alignas(max_align_t) uint8_t memory[DIALOGUE_MEMORY_BYTES]; /* the profile's own, zeroed at start */
};

enum dialogue_verdict {
	DIALOGUE_NEXT,       /* the next wanted step */
	DIALOGUE_AGAIN,      /* this step once more, with a fresh ask */
	DIALOGUE_OTHER_KIND, /* no card of this kind: the next profile; only before a secret was sent */
	DIALOGUE_END,        /* the result's outcome is set */
};

/** dialogue_end() - sets the outcome. Return: DIALOGUE_END. */
enum dialogue_verdict dialogue_end(struct dialogue *dialogue, enum card_outcome outcome);
/** dialogue_tries() - takes the answer of CARD_ASK_TRIES: ends with PIN_BLOCKED or LAST_TRY, or goes on. A counter the
 *  card hides (9000, 6300) may be the last one. */
enum dialogue_verdict dialogue_tries(struct dialogue *dialogue, const struct card_answer *answer);
/** dialogue_verified() - takes the answer of CARD_ASK_VERIFY: goes on after 9000 only. */
enum dialogue_verdict dialogue_verified(struct dialogue *dialogue, const struct card_answer *answer);
/** dialogue_note_tries() - writes a counter that @answer tells (63Cx, blocked: 0) to @tries; else leaves it. */
void dialogue_note_tries(int *tries, const struct card_answer *answer);
/** dialogue_mine() - goes on after 9000, else the card is of another kind. dialogue_must(): else it is malformed. */
enum dialogue_verdict dialogue_mine(struct dialogue *dialogue, const struct card_answer *answer);
enum dialogue_verdict dialogue_must(struct dialogue *dialogue, const struct card_answer *answer);
/** DIALOGUE_MEMORY() - the two views a profile has of its memory: memory_of() to change it, memory_in() to look. */
#define DIALOGUE_MEMORY(type)                                                                                          \
	_Static_assert(sizeof(type) <= DIALOGUE_MEMORY_BYTES, "the dialogue's memory is too small");                   \
	static inline __attribute__((unused)) type *memory_of(struct dialogue *d)                                      \
	{                                                                                                              \
		return (type *)(void *)d->memory;                                                                      \
	}                                                                                                              \
	static inline __attribute__((unused)) const type *memory_in(const struct dialogue *d)                          \
	{                                                                                                              \
		return (const type *)(const void *)d->memory;                                                          \
	}
/** dialogue_add_picture() - copies an undecoded picture into the result; too large or too many: left out. */
void dialogue_add_picture(struct dialogue *dialogue, const char *what, const char *media, const uint8_t *bytes,
			  size_t n_bytes);
/** dialogue_wants() - whether CARD_WANT_… @want is wished for. */
bool dialogue_wants(const struct dialogue *dialogue, unsigned want);
/** dialogue_prove() - sets genuine, and on failure makes the person's values typed, proof failed; on success verified.
 *  Never turns a failure into anything else. */
void dialogue_prove(struct dialogue *dialogue, enum value_proof genuine);
