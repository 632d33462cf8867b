/* SPDX-License-Identifier: MIT
 * What callers see of a hall, as the contract's JSON. */
#include <string.h>

#include "queue/estimate/estimate.h"
#include "queue/hall/internal.h"
#include "shared/base/banned.h"

#define BOARD_CALLED_MAX 10

/* @ticket NULL: for one given now. */
static json_t *wait_of(const struct hall *hall, const char *service, int n_ahead, const struct desk_ticket *ticket)
{
	const struct config_service *s = config_service_find(hall->config, service);
	struct estimate e;

	if (!s || !estimate_wait(&(struct estimate_line){.minutes = s->minutes, .n_ahead = n_ahead,
							 .n_windows = desk_n_open_windows(hall->desk, service),
							 .is_window_free = n_ahead == 0 &&
								desk_is_window_free(hall->desk, service, ticket)}, &e))
		return json_null();
	return json_pack("{si si}", "from_min", e.from_min, "to_min", e.to_min);
}

static json_t *ticket_wait(const struct hall *hall, const struct desk_ticket *ticket)
{
	if (ticket->state != DESK_WAITING)
		return json_null();
	return wait_of(hall, ticket->service, desk_ahead(hall->desk, ticket), ticket);
}

static json_t *instant(const struct hall *hall, int64_t utc_ms)
{
	char at[INSTANT_LENGTH + 1];

	return json_string(instant_format(utc_ms, hall->config->municipality.timezone, at));
}

/* "a,b" → ["a","b"] */
json_t *hall_procedures(const struct desk_ticket *ticket)
{
	json_t *list = json_array();
	const char *at = ticket->procedures;

	while (list && *at) {
		size_t n = strcspn(at, ",");

		json_array_append_new(list, json_stringn(at, n));
		at += n + (at[n] == ',');
	}
	return list;
}

/* The same procedures as a clerk calls them. */
static json_t *procedure_names(const struct hall *hall, const struct desk_ticket *ticket)
{
	json_t *ids = hall_procedures(ticket), *names = json_array(), *id;
	size_t i;

	json_array_foreach(ids, i, id) {
		const struct config_procedure *procedure = config_procedure_find(hall->config, json_string_value(id));

		json_array_append_new(names, procedure ? json_string(text_in(&procedure->name, "ja")) : json_incref(id));
	}
	json_decref(ids);
	return names;
}

static json_t *view_service(const struct hall *hall, const struct config_service *service)
{
	int waiting = desk_n_waiting(hall->desk, service->id);

	return json_pack("{ss ss si so}", "id", service->id, "name", text_in(&service->name, "ja"), "waiting", waiting, "wait",
			 wait_of(hall, service->id, waiting, NULL));
}

static json_t *view_board_window(const struct desk_window *window)
{
	return json_pack("{ss ss ss ss?}", "id", window->config->id, "label", text_in(&window->config->label, "ja"), "state",
			 desk_window_state_word(window->state), "number",
			 window->ticket ? desk_ticket_number(window->ticket) : NULL);
}

/* A call stays on the board after the person has come, until newer ones push it out; one taken back does not. */
static bool was_called(const struct desk_ticket *ticket)
{
	return ticket->called_utc_ms > 0 && ticket->window[0] && ticket->state != DESK_WAITING &&
	       ticket->state != DESK_CANCELLED && ticket->state != DESK_VOID;
}

/* The last calls of the day, latest first. */
static json_t *view_called(const struct hall *hall)
{
	const struct desk_ticket *latest[BOARD_CALLED_MAX];
	size_t n = 0;
	json_t *list = json_array();

	for (size_t i = 0; i < desk_n_tickets(hall->desk); i++) {
		const struct desk_ticket *ticket = desk_ticket_at(hall->desk, i);
		size_t at = n < BOARD_CALLED_MAX ? n : BOARD_CALLED_MAX - 1;

		if (!was_called(ticket) || (n == BOARD_CALLED_MAX && latest[at]->called_utc_ms >= ticket->called_utc_ms))
			continue;
		for (; at > 0 && latest[at - 1]->called_utc_ms < ticket->called_utc_ms; at--)
			latest[at] = latest[at - 1];
		latest[at] = ticket;
		n += n < BOARD_CALLED_MAX;
	}
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{ss ss so}", "number", desk_ticket_number(latest[i]), "window",
						      latest[i]->window, "at", instant(hall, latest[i]->called_utc_ms)));
	return list;
}

json_t *hall_view_dated(const struct hall *hall, json_t *view, int64_t now_utc_ms)
{
	if (view)
		json_object_set_new(view, "now", instant(hall, now_utc_ms));
	return view;
}

json_t *hall_view_board(const struct hall *hall)
{
	json_t *services = json_array(), *windows = json_array();

	for (size_t i = 0; i < hall->config->n_services; i++)
		if (desk_offers(hall->desk, hall->config->services[i].id))
			json_array_append_new(services, view_service(hall, &hall->config->services[i]));
	for (size_t i = 0; i < desk_n_windows(hall->desk); i++)
		json_array_append_new(windows, view_board_window(desk_window_at(hall->desk, i)));
	return json_pack("{sI si ss ss so so so}", "seq", (json_int_t)hall->last_seq, "day", desk_day(hall->desk), "office",
			 text_in(&hall->office->name, "ja"), "municipality", text_in(&hall->config->municipality.name, "ja"),
			 "services", services, "windows", windows, "called", view_called(hall));
}

static json_t *view_staff_ticket(const struct hall *hall, const struct desk_ticket *ticket)
{
	return json_pack("{ss ss ss ss so so sb si si so so}", "id", ticket->id, "number", desk_ticket_number(ticket), "state",
			 desk_state_word(ticket->state), "service", ticket->service, "procedures", hall_procedures(ticket),
			 "procedure_names", procedure_names(hall, ticket), "priority", ticket->is_priority, "n_drafts", ticket->n_drafts, "n_calls", ticket->n_calls, "issued_at",
			 instant(hall, ticket->issued_utc_ms), "since", instant(hall, ticket->since_utc_ms));
}

static json_t *view_line_ticket(const struct hall *hall, const struct desk_ticket *ticket, int64_t now_utc_ms)
{
	int64_t waited_ms = now_utc_ms - ticket->issued_utc_ms;

	return json_pack("{ss ss ss ss so so sI sb si si ss}", "id", ticket->id, "number", desk_ticket_number(ticket), "state",
			 desk_state_word(ticket->state), "service", ticket->service, "procedures", hall_procedures(ticket),
			 "procedure_names", procedure_names(hall, ticket), "waited_s",
			 (json_int_t)(waited_ms > 0 ? waited_ms / 1000 : 0), "priority", ticket->is_priority, "n_drafts",
			 ticket->n_drafts, "n_calls", ticket->n_calls, "window", ticket->window);
}

json_t *hall_view_window_short(const struct hall *hall, const struct desk_window *window)
{
	return json_pack("{ss ss so}", "window", window->config->id, "state", desk_window_state_word(window->state), "ticket",
			 window->ticket ? view_staff_ticket(hall, window->ticket) : json_null());
}

static int by_line(const void *a, const void *b)
{
	const struct desk_ticket *const *one = a, *const *other = b;

	return desk_is_before(*one, *other) ? -1 : 1;
}

/* The tickets in @state this window may call, in the order it would. */
static json_t *view_line(const struct hall *hall, const struct desk_window *window, enum desk_state state, int64_t now_utc_ms)
{
	size_t n = 0, n_all = desk_n_tickets(hall->desk);
	CLEANUP(freep) const struct desk_ticket **line = calloc(n_all + 1, sizeof(*line));
	json_t *list = json_array();

	for (size_t i = 0; i < n_all && line; i++)
		if (desk_ticket_at(hall->desk, i)->state == state && desk_may_call(hall->desk, window, desk_ticket_at(hall->desk, i)))
			line[n++] = desk_ticket_at(hall->desk, i);
	if (n)
		qsort(line, n, sizeof(*line), by_line);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, view_line_ticket(hall, line[i], now_utc_ms));
	return list;
}

json_t *hall_view_window(const struct hall *hall, const struct desk_window *window, int64_t now_utc_ms)
{
	json_t *view = hall_view_window_short(hall, window);

	if (!view)
		return NULL;
	json_object_set_new(view, "seq", json_integer(hall->last_seq));
	json_object_set_new(view, "label", json_string(text_in(&window->config->label, "ja")));
	json_object_set_new(view, "waiting", view_line(hall, window, DESK_WAITING, now_utc_ms));
	json_object_set_new(view, "held", view_line(hall, window, DESK_HELD, now_utc_ms));
	json_object_set_new(view, "called", view_line(hall, window, DESK_CALLED, now_utc_ms));
	json_object_set_new(view, "no_show", view_line(hall, window, DESK_NO_SHOW, now_utc_ms));
	return view;
}

json_t *hall_view_ticket(const struct hall *hall, const struct desk_ticket *ticket)
{
	const struct config_window *window = ticket->window[0] ? config_window_find(hall->config, ticket->window) : NULL;
	const struct config_service *service = config_service_find(hall->config, ticket->service);
	json_t *view = json_pack("{ss ss ss ss ss si so so}", "id", ticket->id, "number", desk_ticket_number(ticket), "state",
				 desk_state_word(ticket->state), "service", ticket->service, "service_name",
				 service ? text_in(&service->name, "ja") : "", "ahead", desk_ahead(hall->desk, ticket), "wait",
				 ticket_wait(hall, ticket), "issued_at", instant(hall, ticket->issued_utc_ms));

	if (view && ticket->window[0]) {
		json_object_set_new(view, "window", json_string(ticket->window));
		json_object_set_new(view, "window_label", json_string(window ? text_in(&window->label, "ja") : ticket->window));
	}
	if (view) {
		json_object_set_new(view, "office", json_string(text_in(&hall->office->name, "ja")));
		json_object_set_new(view, "municipality", json_string(text_in(&hall->config->municipality.name, "ja")));
	}
	return view;
}

json_t *hall_view_issued(const struct hall *hall, const struct desk_ticket *ticket, const char *token)
{
	json_t *url = hall->config->queue.public_url[0] ? json_sprintf("%s/t/%s", hall->config->queue.public_url, token) :
							   json_null();

	return json_pack("{ss ss ss ss si so so so}", "id", ticket->id, "number", desk_ticket_number(ticket), "token", token,
			 "service", ticket->service, "ahead", desk_ahead(hall->desk, ticket), "wait", ticket_wait(hall, ticket),
			 "url", url, "issued_at", instant(hall, ticket->issued_utc_ms));
}
