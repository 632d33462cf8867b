#pragma once
/* SPDX-License-Identifier: MIT
 * Cardd wire: what madoguchi-cardd and its client say to each other, both directions and both sides in one place, so
 * that they cannot drift apart. Secrets never stand in it: they go as the link's own packets ahead of the message.
 *
 * To cardd:   {"request":PURPOSE,"id":N,"insertion":N,"kind","auth","want":BITS,"spend_last_try":B}
 * From cardd: {"event":"done","id":N,"outcome":WORD,"tries_left":N,"apdus":N,"in_use":B,"kind"?,"expires"?,
 *              "needs_secret","has_licence","genuine","tries","person"?,"pictures"?,"licence"?,"proof"?}
 *             {"event":"presence","presence":WORD,"insertion":N,"readers":[{"name","card"}]}
 *             {"event":"record","text":LINES} */
#include <jansson.h>
#include "cardreader/session/session.h"

/** One request as it goes to cardd; of the wish only purpose, kind, auth, want and may_spend_last_try travel. */
struct cardd_ask {
	int64_t id, insertion;
	struct session_request wish;
};

/** cardd_wire_purpose() - the word of a request. */
const char *cardd_wire_purpose(enum session_purpose purpose);
/** cardd_wire_ask() - NULL: no memory. */
json_t *cardd_wire_ask(const struct cardd_ask *ask);
/** cardd_wire_take_ask() - 0 or -EBADMSG. */
MUST_USE int cardd_wire_take_ask(const json_t *message, struct cardd_ask *ret_ask);

/** cardd_wire_done() - what a session came to; person and pictures only when it came to CARD_OK. @is_in_use: another
 *  program holds the card. NULL: no memory. */
json_t *cardd_wire_done(int64_t id, enum session_purpose purpose, const struct session_result *result, bool is_in_use);
/** cardd_wire_take_done() - @ret_result is released by the caller; @ret_in_use as above. 0, -EBADMSG, -ENOMEM. */
MUST_USE int cardd_wire_take_done(const json_t *message, struct session_result *ret_result, bool *ret_in_use);
/** cardd_wire_release() - wipes and frees what a result holds. */
void cardd_wire_release(struct session_result *result);
