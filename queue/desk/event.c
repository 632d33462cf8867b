/* SPDX-License-Identifier: MIT
 * Event codec: one table of members gives both directions; empty members are left out. */
#include <errno.h>
#include <string.h>

#include "queue/desk/desk.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define WORD_MEMBERS(X)                                                                                      \
	X(service) X(window) X(to_window) X(token_hash) X(visit) X(procedures) X(priority) X(language) X(reason) X(by)
#define NUMBER_MEMBERS(X) X(day) X(number) X(n_drafts) X(state)
#define FLAG_MEMBERS(X) X(is_recall) X(keeps_place)

json_t *desk_event_encode(const struct desk_event *event)
{
	json_t *body = json_object();
	int r = body ? 0 : -1;

#define X(m)                                                                                                 \
	if (r == 0 && event->m[0])                                                                           \
		r = json_object_set_new_nocheck(body, #m, json_string(event->m));
	WORD_MEMBERS(X)
#undef X
#define X(m)                                                                                                 \
	if (r == 0 && event->m)                                                                              \
		r = json_object_set_new_nocheck(body, #m, json_integer(event->m));
	NUMBER_MEMBERS(X)
#undef X
#define X(m)                                                                                                 \
	if (r == 0 && event->m)                                                                              \
		r = json_object_set_new_nocheck(body, #m, json_true());
	FLAG_MEMBERS(X)
#undef X
	if (r < 0) {
		json_decref(body);
		return NULL;
	}
	return body;
}

static bool word_decode(const json_t *body, const char *member, char *out, size_t size)
{
	const json_t *value = json_object_get(body, member);

	if (!value)
		return true;
	if (!json_is_string(value) || json_string_length(value) >= size)
		return false;
	memcpy(out, json_string_value(value), json_string_length(value) + 1);
	return true;
}

static bool number_decode(const json_t *body, const char *member, int *out)
{
	const json_t *value = json_object_get(body, member);

	if (!value)
		return true;
	if (!json_is_integer(value) || json_integer_value(value) < 0 || json_integer_value(value) > INT32_MAX)
		return false;
	*out = (int)json_integer_value(value);
	return true;
}

int desk_event_decode(const char *kind, const char *ticket, const json_t *body, struct desk_event *ret_event)
{
	struct desk_event e = {.kind = N_DESK_EVENT_KINDS};
	bool is_good = json_is_object(body) && strlen(ticket) < sizeof(e.ticket);

	for (int i = 0; i < N_DESK_EVENT_KINDS; i++)
		if (strcmp(desk_event_word((enum desk_event_kind)i), kind) == 0)
			e.kind = (enum desk_event_kind)i;
	if (!is_good || e.kind == N_DESK_EVENT_KINDS)
		return fault_raise(-EBADMSG);
	memcpy(e.ticket, ticket, strlen(ticket) + 1);
#define X(m) is_good = is_good && word_decode(body, #m, e.m, sizeof(e.m));
	WORD_MEMBERS(X)
#undef X
#define X(m) is_good = is_good && number_decode(body, #m, &e.m);
	NUMBER_MEMBERS(X)
#undef X
#define X(m) e.m = json_is_true(json_object_get(body, #m));
	FLAG_MEMBERS(X)
#undef X
	if (!is_good || (e.kind == DESK_EVENT_WINDOW && e.state > DESK_WINDOW_PAUSED))
		return fault_raise(-EBADMSG);
	*ret_event = e;
	return 0;
}
