/* SPDX-License-Identifier: MIT
 * Questions about the day: lines, places, windows, and the words of states. */
#include <string.h>

#include "queue/desk/internal.h"
#include "shared/base/banned.h"

int desk_day(const struct desk *desk)
{
	return desk->day;
}

int64_t desk_last_utc_ms(const struct desk *desk)
{
	return desk->last_utc_ms;
}

size_t desk_n_tickets(const struct desk *desk)
{
	return desk->n_tickets;
}

const struct desk_ticket *desk_ticket_at(const struct desk *desk, size_t i)
{
	return desk->tickets[i];
}

size_t desk_n_windows(const struct desk *desk)
{
	return desk->n_windows;
}

const struct desk_window *desk_window_at(const struct desk *desk, size_t i)
{
	return &desk->windows[i];
}

bool desk_window_serves(const struct desk_window *window, const char *service)
{
	for (size_t i = 0; i < window->config->n_serves; i++)
		if (strcmp(window->config->serves[i], service) == 0)
			return true;
	return false;
}

bool desk_is_before(const struct desk_ticket *a, const struct desk_ticket *b)
{
	if (a->is_priority != b->is_priority)
		return a->is_priority;
	return a->place < b->place;
}

int desk_ahead(const struct desk *desk, const struct desk_ticket *ticket)
{
	const struct desk_line *line;
	int n = 0;

	if (ticket->state != DESK_WAITING || ticket->service_index < 0)
		return 0;
	line = &desk->lines[ticket->service_index];
	/* the newest of all without priority: everybody else is ahead, no need to walk the hall */
	if (!ticket->is_priority && desk->n_tickets && desk->tickets[desk->n_tickets - 1] == ticket &&
	    ticket->place == desk->last_seq)
		return line->n_waiting - 1;
	for (size_t i = 0; i < desk->n_tickets; i++)
		n += desk->tickets[i]->state == DESK_WAITING && desk->tickets[i]->service_index == ticket->service_index &&
		     desk_is_before(desk->tickets[i], ticket);
	return n;
}

int desk_n_waiting(const struct desk *desk, const char *service)
{
	int index = desk_service_index(desk, service);

	return index < 0 ? 0 : desk->lines[index].n_waiting;
}

int desk_n_open_windows(const struct desk *desk, const char *service)
{
	int n = 0;

	for (size_t i = 0; i < desk->n_windows; i++)
		n += desk->windows[i].state == DESK_WINDOW_OPEN && desk_window_serves(&desk->windows[i], service);
	return n;
}

/* A ticket sent to one window is called there only. */
bool desk_may_call(const struct desk *desk, const struct desk_window *window, const struct desk_ticket *ticket)
{
	if (ticket->bound_window[0] && desk_window_get(desk, ticket->bound_window))
		return strcmp(ticket->bound_window, window->config->id) == 0;
	return desk_window_serves(window, ticket->service) || ticket->service_index < 0 ||
	       !desk->lines[ticket->service_index].is_offered;
}

static bool has_none_before(const struct desk *desk, const struct desk_window *window, const struct desk_ticket *ticket)
{
	for (size_t i = 0; i < desk->n_tickets; i++) {
		const struct desk_ticket *other = desk->tickets[i];

		if (other->state == DESK_WAITING && other != ticket && (!ticket || desk_is_before(other, ticket)) &&
		    desk_may_call(desk, window, other))
			return false;
	}
	return true;
}

bool desk_is_window_free(const struct desk *desk, const char *service, const struct desk_ticket *ticket)
{
	for (size_t i = 0; i < desk->n_windows; i++) {
		const struct desk_window *window = &desk->windows[i];

		if (window->state == DESK_WINDOW_OPEN && !window->ticket &&
		    (ticket ? desk_may_call(desk, window, ticket) : desk_window_serves(window, service)) &&
		    has_none_before(desk, window, ticket))
			return true;
	}
	return false;
}

bool desk_offers(const struct desk *desk, const char *service)
{
	for (size_t i = 0; i < desk->n_windows; i++)
		if (desk_window_serves(&desk->windows[i], service))
			return true;
	return false;
}

const char *desk_state_word(enum desk_state state)
{
	static const char *const words[] = {
#define X(name, word, is_live) word,
		DESK_STATES(X)
#undef X
	};

	return words[state];
}

bool desk_state_is_live(enum desk_state state)
{
	static const bool live[] = {
#define X(name, word, is_live) is_live,
		DESK_STATES(X)
#undef X
	};

	return live[state];
}

const char *desk_window_state_word(enum desk_window_state state)
{
	static const char *const words[] = {"closed", "open", "paused"};

	return words[state];
}

const char *desk_event_word(enum desk_event_kind kind)
{
	static const char *const words[] = {
#define X(name, word) word,
		DESK_EVENTS(X)
#undef X
	};

	return words[kind];
}

static const struct {
	int status;
	const char *word;
} outcomes[] = {
#define X(name, status, word) {status, word},
	DESK_OUTCOMES(X)
#undef X
};

const char *desk_outcome_word(enum desk_outcome outcome)
{
	return outcomes[outcome].word;
}

int desk_outcome_status(enum desk_outcome outcome)
{
	return outcomes[outcome].status;
}
