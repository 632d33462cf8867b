/* SPDX-License-Identifier: MIT
 * One table of the text members keeps copy, release and codec in step. The token is wiped: it is the holder's key. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/base/utf8.h"
#include "shared/model/ticket.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

#define TICKET_NUMBER_MAX 1000000

/* X(member, must be a text in the answer) */
#define TICKET_TEXTS(X) \
	X(id, true) X(number, true) X(token, true) X(service, true) X(url, false) X(issued_at, true) X(state, false) \
	X(window, false)

void ticket_release(struct ticket *ticket)
{
#define X(m, must) wipe_free(ticket->m);
	TICKET_TEXTS(X)
#undef X
	*ticket = (struct ticket){0};
}

int ticket_copy(const struct ticket *from, struct ticket *ret_ticket)
{
	struct ticket copy = {.ahead = from->ahead, .wait_from_min = from->wait_from_min, .wait_to_min = from->wait_to_min};
	bool is_whole = true;

#define X(m, must)                                                                                           \
	if (from->m) {                                                                                       \
		copy.m = strdup(from->m);                                                                    \
		is_whole = is_whole && copy.m;                                                               \
	}
	TICKET_TEXTS(X)
#undef X
	if (!is_whole) {
		ticket_release(&copy);
		return fault_raise(-ENOMEM);
	}
	*ret_ticket = copy;
	return 0;
}

static json_t *wait_encode(const struct ticket *ticket)
{
	if (ticket->wait_from_min == TICKET_WAIT_UNKNOWN || ticket->wait_to_min == TICKET_WAIT_UNKNOWN)
		return json_null();
	return json_pack("{s:i, s:i}", "from_min", ticket->wait_from_min, "to_min", ticket->wait_to_min);
}

json_t *ticket_encode(const struct ticket *ticket)
{
	json_t *json = json_pack("{s:s?, s:s?, s:s?, s:s?, s:i, s:o, s:s?, s:s?}", "id", ticket->id, "number", ticket->number,
				 "token", ticket->token, "service", ticket->service, "ahead", ticket->ahead, "wait",
				 wait_encode(ticket), "url", ticket->url, "issued_at", ticket->issued_at);
	bool is_whole = json != NULL;

	if (ticket->state)
		is_whole = is_whole && json_object_set_new(json, "state", json_string(ticket->state)) == 0;
	if (ticket->window)
		is_whole = is_whole && json_object_set_new(json, "window", json_string(ticket->window)) == 0;
	if (is_whole)
		return json;
	json_decref(json);
	return NULL;
}

static int text_decode(const json_t *member, bool must, char **ret_text)
{
	const char *text = json_string_value(member);
	size_t n_bytes = json_string_length(member);

	if (!text && !must && (!member || json_is_null(member)))
		return 0;
	if (!text || strlen(text) != n_bytes || (must && !n_bytes) || n_bytes > VALUE_BYTES_MAX ||
	    !utf8_is_clean_text(text, n_bytes))
		return fault_raise(-EBADMSG);
	*ret_text = strdup(text);
	return *ret_text ? 0 : fault_raise(-ENOMEM);
}

static int count_decode(const json_t *member, int *ret_count)
{
	json_int_t count = json_integer_value(member);

	if (!json_is_integer(member) || count < 0 || count > TICKET_NUMBER_MAX)
		return fault_raise(-EBADMSG);
	*ret_count = (int)count;
	return 0;
}

static int wait_decode(const json_t *wait, struct ticket *ticket)
{
	ticket->wait_from_min = ticket->wait_to_min = TICKET_WAIT_UNKNOWN;
	if (json_is_null(wait))
		return 0;
	if (count_decode(json_object_get(wait, "from_min"), &ticket->wait_from_min) < 0 ||
	    count_decode(json_object_get(wait, "to_min"), &ticket->wait_to_min) < 0 ||
	    ticket->wait_from_min > ticket->wait_to_min)
		return fault_raise(-EBADMSG);
	return 0;
}

int ticket_decode(const json_t *json, struct ticket *ret_ticket)
{
	struct ticket ticket = {0};
	int r = json_object_get(json, "url") ? 0 : fault_raise(-EBADMSG);

#define X(m, must)                                                                                           \
	if (r == 0)                                                                                          \
		r = text_decode(json_object_get(json, #m), must, &ticket.m);
	TICKET_TEXTS(X)
#undef X
	if (r == 0)
		r = count_decode(json_object_get(json, "ahead"), &ticket.ahead);
	if (r == 0)
		r = wait_decode(json_object_get(json, "wait"), &ticket);
	if (r < 0) {
		ticket_release(&ticket);
		return fault_pass(r);
	}
	*ret_ticket = ticket;
	return 0;
}
