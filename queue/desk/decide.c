/* SPDX-License-Identifier: MIT
 * What a command leads to. Nothing here changes the desk. */
#include <stdio.h>
#include <string.h>

#include "queue/desk/internal.h"
#include "shared/base/banned.h"

typedef enum desk_outcome decide_fn(const struct desk *desk, const struct desk_command *c, struct desk_events *out);

static void put_word(char *out, size_t size, const char *text)
{
	snprintf(out, size, "%s", text ? text : "");
}

static struct desk_event *add(const struct desk *desk, const struct desk_command *c, struct desk_events *out,
			      enum desk_event_kind kind)
{
	struct desk_event *e = &out->items[out->n_items++];

	*e = (struct desk_event){.kind = kind, .day = desk->day};
	e->at_utc_ms = c->now_utc_ms > desk->last_utc_ms ? c->now_utc_ms : desk->last_utc_ms;
	put_word(e->by, sizeof(e->by), c->by);
	put_word(e->reason, sizeof(e->reason), c->reason);
	return e;
}

static struct desk_event *add_at_window(const struct desk *desk, const struct desk_command *c, struct desk_events *out,
					enum desk_event_kind kind, const struct desk_ticket *ticket)
{
	struct desk_event *e = add(desk, c, out, kind);

	put_word(e->ticket, sizeof(e->ticket), ticket->id);
	put_word(e->window, sizeof(e->window), c->window);
	put_word(e->service, sizeof(e->service), ticket->service);
	return e;
}

static enum desk_outcome decide_roll(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	int day = desk_day_of(desk, c->now_utc_ms);

	if (day > desk->day)
		add(desk, c, out, DESK_EVENT_DAY)->day = day;
	return DESK_OUTCOME_OK;
}

static enum desk_outcome decide_issue(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	int index = desk_service_index(desk, c->service);
	const struct config_service *service;
	char id[DESK_TICKET_ID_BYTES_MAX + 1];
	struct desk_event *e;
	int number;

	if (index < 0 || !desk_offers(desk, c->service))
		return DESK_OUTCOME_UNKNOWN_SERVICE;
	if (!desk_is_within_hours(desk, c->now_utc_ms) && !desk_n_open_windows(desk, c->service))
		return DESK_OUTCOME_CLOSED;
	service = &desk->config->services[index];
	/* services that share a prefix must not share numbers, whatever the configuration says */
	for (number = desk->lines[index].next_number; number <= service->number_last; number++) {
		desk_ticket_id_format(desk->day, service, number, id, sizeof(id));
		if (!desk_ticket_get(desk, id))
			break;
	}
	if (number > service->number_last)
		return DESK_OUTCOME_EXHAUSTED;
	e = add(desk, c, out, DESK_EVENT_ISSUED);
	e->number = number;
	e->n_drafts = c->n_drafts;
	put_word(e->ticket, sizeof(e->ticket), id);
	put_word(e->service, sizeof(e->service), c->service);
	put_word(e->token_hash, sizeof(e->token_hash), c->token_hash);
	put_word(e->visit, sizeof(e->visit), c->visit);
	put_word(e->procedures, sizeof(e->procedures), c->procedures);
	put_word(e->priority, sizeof(e->priority), c->priority);
	put_word(e->language, sizeof(e->language), c->language);
	return DESK_OUTCOME_OK;
}

static enum desk_outcome set_window(const struct desk *desk, const struct desk_command *c, struct desk_events *out,
				    enum desk_window_state state)
{
	const struct desk_window *window = desk_window_get(desk, c->window);
	struct desk_event *e;

	if (window->state == state)
		return DESK_OUTCOME_OK;
	if (state != DESK_WINDOW_OPEN && window->ticket)
		return DESK_OUTCOME_BUSY;
	e = add(desk, c, out, DESK_EVENT_WINDOW);
	e->state = (int)state;
	put_word(e->window, sizeof(e->window), c->window);
	return DESK_OUTCOME_OK;
}

static enum desk_outcome decide_open(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	return set_window(desk, c, out, DESK_WINDOW_OPEN);
}

static enum desk_outcome decide_pause(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	return set_window(desk, c, out, DESK_WINDOW_PAUSED);
}

static enum desk_outcome decide_close(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	return set_window(desk, c, out, DESK_WINDOW_CLOSED);
}

static const struct desk_ticket *first_waiting(const struct desk *desk, const struct desk_window *window)
{
	const struct desk_ticket *best = NULL;

	for (size_t i = 0; i < desk->n_tickets; i++) {
		const struct desk_ticket *ticket = desk->tickets[i];

		if (ticket->state == DESK_WAITING && desk_may_call(desk, window, ticket) && (!best || desk_is_before(ticket, best)))
			best = ticket;
	}
	return best;
}

/* A window that is about to call must be open and free, or free itself by finishing. */
static enum desk_outcome make_free(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	const struct desk_window *window = desk_window_get(desk, c->window);

	if (window->state != DESK_WINDOW_OPEN)
		return DESK_OUTCOME_WINDOW_CLOSED;
	if (!window->ticket)
		return DESK_OUTCOME_OK;
	if (!c->finishes)
		return DESK_OUTCOME_BUSY;
	add_at_window(desk, c, out, DESK_EVENT_FINISHED, window->ticket);
	return DESK_OUTCOME_OK;
}

static enum desk_outcome decide_next(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	enum desk_outcome outcome = make_free(desk, c, out);
	const struct desk_ticket *ticket;

	if (outcome != DESK_OUTCOME_OK)
		return outcome;
	ticket = first_waiting(desk, desk_window_get(desk, c->window));
	if (ticket)
		add_at_window(desk, c, out, DESK_EVENT_CALLED, ticket);
	return DESK_OUTCOME_OK;
}

static enum desk_outcome decide_call(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	const struct desk_ticket *ticket = c->ticket ? desk_ticket_get(desk, c->ticket) : NULL;
	enum desk_outcome outcome;

	if (!ticket)
		return DESK_OUTCOME_UNKNOWN_TICKET;
	if (ticket->state == DESK_CALLED || ticket->state == DESK_SERVING)
		return DESK_OUTCOME_ALREADY_CALLED;
	if (ticket->state != DESK_WAITING && ticket->state != DESK_HELD && ticket->state != DESK_NO_SHOW)
		return DESK_OUTCOME_WRONG_STATE;
	outcome = make_free(desk, c, out);
	if (outcome == DESK_OUTCOME_OK)
		add_at_window(desk, c, out, DESK_EVENT_CALLED, ticket);
	return outcome;
}

static enum desk_outcome decide_resume(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	struct desk_command call = *c;
	const struct desk_ticket *last = NULL;

	for (size_t i = 0; i < desk->n_tickets && !c->ticket; i++) {
		const struct desk_ticket *ticket = desk->tickets[i];

		if (ticket->state == DESK_HELD && strcmp(ticket->window, c->window) == 0 &&
		    (!last || ticket->since_utc_ms >= last->since_utc_ms))
			last = ticket;
	}
	if (!c->ticket && !last)
		return DESK_OUTCOME_NO_TICKET;
	if (last)
		call.ticket = last->id;
	return decide_call(desk, &call, out);
}

static enum desk_outcome decide_recall(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	const struct desk_window *window = desk_window_get(desk, c->window);

	if (!window->ticket)
		return DESK_OUTCOME_NO_TICKET;
	if (window->ticket->state != DESK_CALLED)
		return DESK_OUTCOME_WRONG_STATE;
	add_at_window(desk, c, out, DESK_EVENT_CALLED, window->ticket)->is_recall = true;
	return DESK_OUTCOME_OK;
}

static enum desk_outcome move(const struct desk *desk, const struct desk_command *c, struct desk_events *out,
			      enum desk_event_kind kind, bool needs_called)
{
	const struct desk_window *window = desk_window_get(desk, c->window);

	if (!window->ticket)
		return DESK_OUTCOME_NO_TICKET;
	if (needs_called && window->ticket->state != DESK_CALLED)
		return DESK_OUTCOME_WRONG_STATE;
	add_at_window(desk, c, out, kind, window->ticket);
	return DESK_OUTCOME_OK;
}

static enum desk_outcome decide_start(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	return move(desk, c, out, DESK_EVENT_STARTED, true);
}

static enum desk_outcome decide_finish(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	return move(desk, c, out, DESK_EVENT_FINISHED, false);
}

static enum desk_outcome decide_hold(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	return move(desk, c, out, DESK_EVENT_HELD, false);
}

static enum desk_outcome decide_miss(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	return move(desk, c, out, DESK_EVENT_NO_SHOW, true);
}

static enum desk_outcome decide_transfer(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	const struct desk_window *window = desk_window_get(desk, c->window);
	const char *service = c->service;
	struct desk_event *e;

	if (!window->ticket)
		return DESK_OUTCOME_NO_TICKET;
	if (c->to_window && !desk_window_get(desk, c->to_window))
		return DESK_OUTCOME_UNKNOWN_WINDOW;
	if (c->to_window)
		service = window->ticket->service;
	if (!service || desk_service_index(desk, service) < 0 || (!c->to_window && !desk_offers(desk, service)))
		return DESK_OUTCOME_UNKNOWN_SERVICE;
	e = add_at_window(desk, c, out, DESK_EVENT_TRANSFERRED, window->ticket);
	e->keeps_place = c->keeps_place;
	put_word(e->service, sizeof(e->service), service);
	put_word(e->to_window, sizeof(e->to_window), c->to_window);
	return DESK_OUTCOME_OK;
}

static enum desk_outcome decide_undo(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	const struct desk_window *window = desk_window_get(desk, c->window);
	const struct desk_ticket *ticket = window->undo.ticket;
	int64_t now = c->now_utc_ms > desk->last_utc_ms ? c->now_utc_ms : desk->last_utc_ms;
	bool is_at_window = window->undo.state == DESK_CALLED || window->undo.state == DESK_SERVING;

	/* the ticket may have gone on elsewhere meanwhile: only its own window takes a step back */
	if (!ticket || now - window->undo.at_utc_ms > DESK_UNDO_MS || strcmp(ticket->window, window->config->id) != 0 ||
	    (window->ticket && window->ticket != ticket) || (is_at_window && window->state != DESK_WINDOW_OPEN) ||
	    ticket->state == DESK_CANCELLED || ticket->state == DESK_WAITING)
		return DESK_OUTCOME_NOTHING_TO_UNDO;
	add_at_window(desk, c, out, DESK_EVENT_UNDONE, ticket)->state = (int)window->undo.state;
	return DESK_OUTCOME_OK;
}

static enum desk_outcome decide_cancel(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	const struct desk_ticket *ticket = c->ticket ? desk_ticket_get(desk, c->ticket) : NULL;
	struct desk_event *e;

	if (!ticket)
		return DESK_OUTCOME_UNKNOWN_TICKET;
	if (ticket->state == DESK_CANCELLED)
		return DESK_OUTCOME_OK;
	if (!desk_state_is_live(ticket->state) || ticket->state == DESK_SERVING)
		return DESK_OUTCOME_WRONG_STATE;
	e = add_at_window(desk, c, out, DESK_EVENT_CANCELLED, ticket);
	put_word(e->window, sizeof(e->window), ticket->window);
	return DESK_OUTCOME_OK;
}

static enum desk_outcome decide_note(const struct desk *desk, const struct desk_command *c, struct desk_events *out)
{
	struct desk_event *e = add(desk, c, out, c->note);

	e->number = c->number;
	put_word(e->ticket, sizeof(e->ticket), c->ticket);
	put_word(e->window, sizeof(e->window), c->window);
	put_word(e->visit, sizeof(e->visit), c->visit);
	return DESK_OUTCOME_OK;
}

static const struct {
	decide_fn *fn;
	bool needs_window;
} verbs[] = {
	[DESK_ROLL] = {decide_roll, false},     [DESK_ISSUE] = {decide_issue, false},
	[DESK_OPEN] = {decide_open, true},      [DESK_PAUSE] = {decide_pause, true},
	[DESK_CLOSE] = {decide_close, true},    [DESK_NEXT] = {decide_next, true},
	[DESK_CALL] = {decide_call, true},      [DESK_RECALL] = {decide_recall, true},
	[DESK_START] = {decide_start, true},    [DESK_FINISH] = {decide_finish, true},
	[DESK_HOLD] = {decide_hold, true},      [DESK_RESUME] = {decide_resume, true},
	[DESK_MISS] = {decide_miss, true},      [DESK_TRANSFER] = {decide_transfer, true},
	[DESK_UNDO] = {decide_undo, true},      [DESK_CANCEL] = {decide_cancel, false},
	[DESK_NOTE] = {decide_note, false},
};

enum desk_outcome desk_decide(const struct desk *desk, const struct desk_command *command, struct desk_events *ret_events)
{
	struct desk_events events = {.n_items = 0};
	enum desk_outcome outcome;

	if (verbs[command->verb].needs_window && (!command->window || !desk_window_get(desk, command->window)))
		return DESK_OUTCOME_UNKNOWN_WINDOW;
	outcome = verbs[command->verb].fn(desk, command, &events);
	if (outcome == DESK_OUTCOME_OK)
		*ret_events = events;
	return outcome;
}
