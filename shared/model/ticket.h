#pragma once
/* SPDX-License-Identifier: MIT
 * Ticket: the queue's answer to one visit (contract §6). Holds nothing personal. The token is the holder's
 * key: it stands in the QR code and nowhere in a log. */
#include <jansson.h>
#include "shared/base/cleanup.h"

#define TICKET_WAIT_UNKNOWN (-1)

struct ticket {
	char *id;         /* 20261124-A015 */
	char *number;     /* A015 */
	char *token;      /* ≥128 random bits, URL-safe */
	char *service;    /* service id */
	char *url;        /* phone page; NULL: none */
	char *issued_at;  /* ISO 8601 with offset */
	char *state;      /* waiting called serving held finished no-show cancelled void; NULL at issue */
	char *window;     /* window id when called; NULL */
	int ahead;        /* people before this one */
	int wait_from_min, wait_to_min; /* TICKET_WAIT_UNKNOWN: no promise */
};

/** ticket_release() - frees (the token wiped); a zeroed ticket is fine. */
void ticket_release(struct ticket *ticket);
DEFINE_CLEANUP(struct ticket *, ticket_release)
/** ticket_copy() - deep copy into a zeroed ticket; 0 or -ENOMEM. */
MUST_USE int ticket_copy(const struct ticket *from, struct ticket *ret_ticket);
/** ticket_encode() - as in contract §6; NULL: no memory. Caller decrefs. */
json_t *ticket_encode(const struct ticket *ticket);
/** ticket_decode() - 0, -EBADMSG when a member of the contract is missing or of the wrong type, -ENOMEM. */
MUST_USE int ticket_decode(const json_t *json, struct ticket *ret_ticket);
