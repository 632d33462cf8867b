/* SPDX-License-Identifier: MIT
 * The state of the day and what each event does to it. Every transition is checked here as well as in decide.c: a log
 * that says the impossible is refused, so that two people can never be at one window even after a bad restore. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "queue/desk/internal.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define INDEX_SLOTS_MIN 64

static bool is_word(const char *text)
{
	return text && text[0] && strlen(text) <= DESK_WORD_BYTES_MAX;
}

static int windows_init(struct desk *desk)
{
	desk->windows = calloc(desk->config->n_windows + 1, sizeof(*desk->windows));
	if (!desk->windows)
		return fault_raise(-ENOMEM);
	for (size_t i = 0; i < desk->config->n_windows; i++) {
		const struct config_window *window = &desk->config->windows[i];

		if (strcmp(window->office, desk->office->id) != 0)
			continue;
		if (!is_word(window->id))
			return fault_raise(-EINVAL);
		desk->windows[desk->n_windows++].config = window;
	}
	return 0;
}

/* A new day for all services. */
static void lines_reset(struct desk *desk)
{
	for (size_t i = 0; i < desk->config->n_services; i++) {
		const struct config_service *service = &desk->config->services[i];

		desk->lines[i] = (struct desk_line){.next_number = service->number_first,
						    .is_offered = desk_offers(desk, service->id)};
	}
}

int desk_new(const struct config *config, const struct config_office *office, struct desk **ret_desk)
{
	CLEANUP(desk_freep) struct desk *desk = calloc(1, sizeof(*desk));
	int r;

	if (!desk)
		return fault_raise(-ENOMEM);
	desk->config = config;
	desk->office = office;
	desk->lines = calloc(config->n_services + 1, sizeof(*desk->lines));
	if (!desk->lines)
		return fault_raise(-ENOMEM);
	for (size_t i = 0; i < config->n_services; i++)
		if (!is_word(config->services[i].id))
			return fault_raise(-EINVAL);
	r = windows_init(desk);
	if (r < 0)
		return fault_pass(r);
	lines_reset(desk);
	*ret_desk = TAKE(desk);
	return 0;
}

static void tickets_clear(struct desk *desk)
{
	for (size_t i = 0; i < desk->n_tickets; i++) {
		free(desk->tickets[i]->procedures);
		free(desk->tickets[i]);
	}
	desk->n_tickets = 0;
	free(desk->by_id.slots);
	free(desk->by_token.slots);
	desk->by_id = desk->by_token = (struct desk_index){0};
}

struct desk *desk_free(struct desk *desk)
{
	if (!desk)
		return NULL;
	tickets_clear(desk);
	free(desk->tickets);
	free(desk->windows);
	free(desk->lines);
	free(desk);
	return NULL;
}

/* ---- finding ------------------------------------------------------------------------------------------------- */

static size_t hash_text(const char *text) /* FNV-1a; keys are ours, not a stranger's */
{
	uint64_t hash = 14695981039346656037u;

	while (*text)
		hash = (hash ^ (unsigned char)*text++) * 1099511628211u;
	return (size_t)hash;
}

static const char *id_of(const struct desk_ticket *ticket)
{
	return ticket->id;
}

static const char *token_of(const struct desk_ticket *ticket)
{
	return ticket->token_hash;
}

typedef const char *key_fn(const struct desk_ticket *ticket);

static struct desk_ticket *index_find(const struct desk *desk, const struct desk_index *index, key_fn *key, const char *text)
{
	if (!index->n_slots || !text[0])
		return NULL;
	for (size_t at = hash_text(text);; at++) {
		uint32_t slot = index->slots[at & (index->n_slots - 1)];

		if (!slot)
			return NULL;
		if (strcmp(key(desk->tickets[slot - 1]), text) == 0)
			return desk->tickets[slot - 1];
	}
}

static void index_put(const struct desk *desk, struct desk_index *index, key_fn *key, size_t position)
{
	size_t at = hash_text(key(desk->tickets[position]));

	while (index->slots[at & (index->n_slots - 1)])
		at++;
	index->slots[at & (index->n_slots - 1)] = (uint32_t)position + 1;
}

/* Room for one more ticket at half load, so that adding it cannot fail half-way. */
static int index_reserve(const struct desk *desk, struct desk_index *index, key_fn *key)
{
	struct desk_index bigger = {.n_slots = index->n_slots ? index->n_slots * 2 : INDEX_SLOTS_MIN};

	if ((desk->n_tickets + 1) * 2 <= index->n_slots)
		return 0;
	bigger.slots = calloc(bigger.n_slots, sizeof(*bigger.slots));
	if (!bigger.slots)
		return fault_raise(-ENOMEM);
	for (size_t i = 0; i < desk->n_tickets; i++)
		index_put(desk, &bigger, key, i);
	free(index->slots);
	*index = bigger;
	return 0;
}

struct desk_ticket *desk_ticket_get(const struct desk *desk, const char *id)
{
	return index_find(desk, &desk->by_id, id_of, id);
}

struct desk_window *desk_window_get(const struct desk *desk, const char *id)
{
	for (size_t i = 0; i < desk->n_windows; i++)
		if (strcmp(desk->windows[i].config->id, id) == 0)
			return &desk->windows[i];
	return NULL;
}

int desk_service_index(const struct desk *desk, const char *service)
{
	for (size_t i = 0; i < desk->config->n_services; i++)
		if (strcmp(desk->config->services[i].id, service) == 0)
			return (int)i;
	return -1;
}

const struct desk_ticket *desk_ticket_find(const struct desk *desk, const char *id)
{
	return desk_ticket_get(desk, id);
}

const struct desk_ticket *desk_ticket_by_token(const struct desk *desk, const char *token_hash)
{
	return index_find(desk, &desk->by_token, token_of, token_hash);
}

const struct desk_window *desk_window_find(const struct desk *desk, const char *id)
{
	return desk_window_get(desk, id);
}

/* ---- applying ------------------------------------------------------------------------------------------------ */

static void line_count(struct desk *desk, const struct desk_ticket *ticket, int change)
{
	if (ticket->state != DESK_WAITING || ticket->service_index < 0)
		return;
	desk->lines[ticket->service_index].n_waiting += change;
	if (ticket->is_priority)
		desk->lines[ticket->service_index].n_waiting_priority += change;
}

static void set_state(struct desk *desk, struct desk_ticket *ticket, enum desk_state state, int64_t at_utc_ms)
{
	line_count(desk, ticket, -1);
	ticket->state = state;
	ticket->since_utc_ms = at_utc_ms;
	line_count(desk, ticket, 1);
}

static void leave_window(struct desk *desk, const struct desk_ticket *ticket)
{
	for (size_t i = 0; i < desk->n_windows; i++)
		if (desk->windows[i].ticket == ticket)
			desk->windows[i].ticket = NULL;
}

static void remember_undo(struct desk_window *window, struct desk_ticket *ticket, int64_t at_utc_ms)
{
	if (!window)
		return;
	window->undo.ticket = ticket;
	window->undo.state = ticket->state;
	window->undo.at_utc_ms = at_utc_ms;
}

static int apply_day(struct desk *desk, const struct desk_event *e)
{
	if (e->day <= desk->day)
		return fault_raise(-EBADMSG);
	tickets_clear(desk);
	desk->day = e->day;
	lines_reset(desk);
	for (size_t i = 0; i < desk->n_windows; i++)
		desk->windows[i] = (struct desk_window){.config = desk->windows[i].config};
	return 0;
}

static int tickets_reserve(struct desk *desk)
{
	struct desk_ticket **grown;
	size_t cap;
	int r;

	if (desk->n_tickets == desk->tickets_cap) {
		cap = desk->tickets_cap ? desk->tickets_cap * 2 : INDEX_SLOTS_MIN;
		grown = reallocarray(desk->tickets, cap, sizeof(*grown));
		if (!grown)
			return fault_raise(-ENOMEM);
		desk->tickets = grown;
		desk->tickets_cap = cap;
	}
	r = index_reserve(desk, &desk->by_id, id_of);
	return r < 0 ? fault_pass(r) : index_reserve(desk, &desk->by_token, token_of);
}

/* A number outside the band was given before the configuration was exchanged: it says nothing of this one. That no number
 * is given twice is seen to by the tickets' ids. */
static void number_is_given(struct desk *desk, int service, int number)
{
	if (service >= 0 && number >= desk->lines[service].next_number && number <= desk->config->services[service].number_last)
		desk->lines[service].next_number = number + 1;
}

static int apply_issued(struct desk *desk, const struct desk_event *e)
{
	struct desk_ticket *ticket;
	int r = tickets_reserve(desk);

	if (r < 0)
		return fault_pass(r);
	if (!e->ticket[0] || desk_ticket_get(desk, e->ticket) || desk->day == 0)
		return fault_raise(-EBADMSG);
	ticket = calloc(1, sizeof(*ticket));
	if (!ticket)
		return fault_raise(-ENOMEM);
	ticket->procedures = strdup(e->procedures);
	if (!ticket->procedures) {
		free(ticket);
		return fault_raise(-ENOMEM);
	}
	memcpy(ticket->id, e->ticket, sizeof(ticket->id));
	memcpy(ticket->token_hash, e->token_hash, sizeof(ticket->token_hash));
	memcpy(ticket->visit, e->visit, sizeof(ticket->visit));
	memcpy(ticket->service, e->service, sizeof(ticket->service));
	ticket->service_index = desk_service_index(desk, e->service);
	snprintf(ticket->language, sizeof(ticket->language), "%s", e->language);
	ticket->is_priority = e->priority[0] != '\0';
	ticket->n_drafts = e->n_drafts;
	ticket->place = e->seq;
	ticket->issued_utc_ms = ticket->since_utc_ms = e->at_utc_ms;
	desk->tickets[desk->n_tickets] = ticket;
	index_put(desk, &desk->by_id, id_of, desk->n_tickets);
	if (ticket->token_hash[0])
		index_put(desk, &desk->by_token, token_of, desk->n_tickets);
	desk->n_tickets++;
	line_count(desk, ticket, 1);
	number_is_given(desk, ticket->service_index, e->number);
	return 0;
}

static int apply_called(struct desk *desk, const struct desk_event *e, struct desk_ticket *ticket, struct desk_window *window)
{
	if (e->is_recall) {
		ticket->n_calls++;
		ticket->called_utc_ms = e->at_utc_ms;
		return 0;
	}
	if ((ticket->state != DESK_WAITING && ticket->state != DESK_HELD && ticket->state != DESK_NO_SHOW) ||
	    (window && window->ticket))
		return fault_raise(-EBADMSG);
	remember_undo(window, ticket, e->at_utc_ms);
	set_state(desk, ticket, DESK_CALLED, e->at_utc_ms);
	memcpy(ticket->window, e->window, sizeof(ticket->window));
	ticket->n_calls++;
	ticket->called_utc_ms = e->at_utc_ms;
	if (window)
		window->ticket = ticket;
	return 0;
}

static int apply_moved(struct desk *desk, const struct desk_event *e, struct desk_ticket *ticket, struct desk_window *window,
		       enum desk_state to)
{
	if (!desk_state_is_live(ticket->state))
		return fault_raise(-EBADMSG);
	remember_undo(window, ticket, e->at_utc_ms);
	set_state(desk, ticket, to, e->at_utc_ms);
	if (to != DESK_SERVING)
		leave_window(desk, ticket);
	return 0;
}

static int apply_transferred(struct desk *desk, const struct desk_event *e, struct desk_ticket *ticket,
			     struct desk_window *window)
{
	if (ticket->state != DESK_CALLED && ticket->state != DESK_SERVING)
		return fault_raise(-EBADMSG);
	leave_window(desk, ticket);
	if (window)
		window->undo.ticket = NULL;
	memcpy(ticket->service, e->service, sizeof(ticket->service));
	memcpy(ticket->bound_window, e->to_window, sizeof(ticket->bound_window));
	ticket->service_index = desk_service_index(desk, e->service);
	ticket->window[0] = '\0';
	if (!e->keeps_place)
		ticket->place = e->seq;
	set_state(desk, ticket, DESK_WAITING, e->at_utc_ms);
	return 0;
}

static int apply_undone(struct desk *desk, const struct desk_event *e, struct desk_ticket *ticket, struct desk_window *window)
{
	bool is_at_window = e->state == DESK_CALLED || e->state == DESK_SERVING;

	if (e->state < 0 || e->state >= N_DESK_STATES || (is_at_window && window && window->ticket && window->ticket != ticket))
		return fault_raise(-EBADMSG);
	leave_window(desk, ticket);
	set_state(desk, ticket, (enum desk_state)e->state, e->at_utc_ms);
	if (is_at_window && window)
		window->ticket = ticket;
	if (e->state == DESK_WAITING)
		ticket->window[0] = '\0';
	if (window)
		window->undo.ticket = NULL;
	return 0;
}

static int apply_to_ticket(struct desk *desk, const struct desk_event *e, struct desk_window *window)
{
	struct desk_ticket *ticket = desk_ticket_get(desk, e->ticket);

	if (!ticket)
		return fault_raise(-EBADMSG);
	switch (e->kind) {
	case DESK_EVENT_CALLED:
		return apply_called(desk, e, ticket, window);
	case DESK_EVENT_STARTED:
		return apply_moved(desk, e, ticket, window, DESK_SERVING);
	case DESK_EVENT_FINISHED:
		return apply_moved(desk, e, ticket, window, DESK_FINISHED);
	case DESK_EVENT_HELD:
		return apply_moved(desk, e, ticket, window, DESK_HELD);
	case DESK_EVENT_NO_SHOW:
		return apply_moved(desk, e, ticket, window, DESK_NO_SHOW);
	case DESK_EVENT_CANCELLED:
		return apply_moved(desk, e, ticket, window, DESK_CANCELLED);
	case DESK_EVENT_TRANSFERRED:
		return apply_transferred(desk, e, ticket, window);
	case DESK_EVENT_UNDONE:
		return apply_undone(desk, e, ticket, window);
	case DESK_EVENT_DAY:
	case DESK_EVENT_ISSUED:
	case DESK_EVENT_WINDOW:
	case DESK_EVENT_STAFF_CALL:
	case DESK_EVENT_DRAFT_READ:
	case DESK_EVENT_DRAFT_CHANGED:
	case DESK_EVENT_DRAFT_ACCEPTED:
	case DESK_EVENT_DRAFT_ERASED:
	case N_DESK_EVENT_KINDS:
		break;
	}
	return fault_raise(-EBADMSG);
}

static void apply_erased(struct desk *desk, const struct desk_event *e)
{
	struct desk_ticket *ticket = desk_ticket_get(desk, e->ticket);

	if (ticket) { /* none: a ticket of an earlier day */
		ticket->n_drafts = 0;
		ticket->visit[0] = '\0';
	}
}

int desk_apply(struct desk *desk, const struct desk_event *e)
{
	struct desk_window *window = e->window[0] ? desk_window_get(desk, e->window) : NULL;
	int r = 0;

	switch (e->kind) {
	case DESK_EVENT_DAY:
		r = apply_day(desk, e);
		break;
	case DESK_EVENT_ISSUED:
		r = apply_issued(desk, e);
		break;
	case DESK_EVENT_WINDOW:
		if (window)
			window->state = (enum desk_window_state)e->state;
		break;
	case DESK_EVENT_DRAFT_ERASED:
		apply_erased(desk, e);
		break;
	case DESK_EVENT_STAFF_CALL:
	case DESK_EVENT_DRAFT_READ:
	case DESK_EVENT_DRAFT_CHANGED:
	case DESK_EVENT_DRAFT_ACCEPTED:
		break;
	case DESK_EVENT_CALLED:
	case DESK_EVENT_STARTED:
	case DESK_EVENT_FINISHED:
	case DESK_EVENT_HELD:
	case DESK_EVENT_NO_SHOW:
	case DESK_EVENT_CANCELLED:
	case DESK_EVENT_TRANSFERRED:
	case DESK_EVENT_UNDONE:
		r = apply_to_ticket(desk, e, window);
		break;
	case N_DESK_EVENT_KINDS:
		return fault_raise(-EBADMSG);
	}
	if (r < 0)
		return fault_pass(r);
	desk->last_seq = e->seq;
	if (e->at_utc_ms > desk->last_utc_ms)
		desk->last_utc_ms = e->at_utc_ms;
	return 0;
}
