/* SPDX-License-Identifier: MIT
 * Frames: each event is encoded once, whoever many read it. The public side carries numbers, services and windows only;
 * the staff side adds the ticket's id and procedures, never a value of a form. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "queue/hall/internal.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

static const char *number_of(const struct desk_event *e)
{
	const char *dash = strchr(e->ticket, '-');

	return dash ? dash + 1 : "";
}

/* The stream's word for an event; NULL: not for this side. */
static const char *frame_type(const struct desk_event *e, bool is_staff)
{
	switch (e->kind) {
	case DESK_EVENT_DAY:
	case DESK_EVENT_ISSUED:
	case DESK_EVENT_CALLED:
	case DESK_EVENT_STARTED:
	case DESK_EVENT_FINISHED:
	case DESK_EVENT_HELD:
	case DESK_EVENT_NO_SHOW:
	case DESK_EVENT_CANCELLED:
	case DESK_EVENT_WINDOW:
		return desk_event_word(e->kind);
	case DESK_EVENT_TRANSFERRED:
	case DESK_EVENT_UNDONE: /* to a reader: what this window shows has changed */
		return "window";
	case DESK_EVENT_STAFF_CALL:
	case DESK_EVENT_DRAFT_CHANGED:
	case DESK_EVENT_DRAFT_ACCEPTED:
	case DESK_EVENT_DRAFT_ERASED:
		return is_staff ? desk_event_word(e->kind) : NULL;
	case DESK_EVENT_DRAFT_READ:
	case N_DESK_EVENT_KINDS:
		break;
	}
	return NULL;
}

static json_t *frame_data(const struct hall *hall, const struct desk_event *e)
{
	char at[INSTANT_LENGTH + 1];

	instant_format(e->at_utc_ms, hall->config->municipality.timezone, at);
	if (e->kind == DESK_EVENT_DAY)
		return json_pack("{sI si}", "seq", (json_int_t)e->seq, "day", e->day);
	if (e->kind == DESK_EVENT_ISSUED)
		return json_pack("{sI ss ss}", "seq", (json_int_t)e->seq, "number", number_of(e), "service", e->service);
	if (e->kind == DESK_EVENT_CALLED)
		return json_pack("{sI ss ss ss sb}", "seq", (json_int_t)e->seq, "number", number_of(e), "window", e->window, "at", at,
				 "recall", e->is_recall);
	if (e->kind == DESK_EVENT_STAFF_CALL)
		return json_pack("{sI ss ss}", "seq", (json_int_t)e->seq, "from", e->reason, "at", at);
	if (e->kind == DESK_EVENT_WINDOW || e->kind == DESK_EVENT_TRANSFERRED || e->kind == DESK_EVENT_UNDONE) {
		const struct desk_window *window = desk_window_find(hall->desk, e->window);

		return json_pack("{sI ss ss}", "seq", (json_int_t)e->seq, "window", e->window, "state",
				 desk_window_state_word(window ? window->state : DESK_WINDOW_CLOSED));
	}
	return json_pack("{sI ss ss}", "seq", (json_int_t)e->seq, "number", number_of(e), "window", e->window);
}

static int add_staff_members(const struct hall *hall, const struct desk_event *e, json_t *data)
{
	const struct desk_ticket *ticket = e->ticket[0] ? desk_ticket_find(hall->desk, e->ticket) : NULL;
	json_t *more;
	int r;

	if (!ticket)
		return 0;
	more = json_pack("{ss ss so sb}", "id", ticket->id, "service", ticket->service, "procedures", hall_procedures(ticket),
			 "has_drafts", ticket->n_drafts > 0);
	r = more ? json_object_update(data, more) : -1;
	json_decref(more);
	return r < 0 ? fault_raise(-ENOMEM) : 0;
}

static char *frame_text(const char *type, int64_t seq, const json_t *data)
{
	CLEANUP(freep) char *json = json_dumps(data, JSON_COMPACT);
	char *text = NULL;

	if (!json || asprintf(&text, "id: %lld\nevent: %s\ndata: %s\n\n", (long long)seq, type, json) < 0)
		return NULL;
	return text;
}

static void frame_release(struct hall_frame *frame)
{
	free(frame->open);
	free(frame->staff);
	*frame = (struct hall_frame){0};
}

void hall_frames_clear(struct hall *hall)
{
	for (size_t i = 0; i < HALL_FRAMES_MAX; i++)
		frame_release(&hall->frames[i]);
}

int hall_frame_put(struct hall *hall, const struct desk_event *event)
{
	struct hall_frame *frame = &hall->frames[event->seq % HALL_FRAMES_MAX];
	const char *staff = frame_type(event, true), *open = frame_type(event, false);
	struct hall_frame made = {.seq = event->seq};
	json_t *data = frame_data(hall, event);
	int r = data ? 0 : fault_raise(-ENOMEM);

	if (r == 0 && open && !(made.open = frame_text(open, event->seq, data)))
		r = fault_raise(-ENOMEM);
	if (r == 0)
		r = add_staff_members(hall, event, data);
	if (r == 0 && staff && !(made.staff = frame_text(staff, event->seq, data)))
		r = fault_raise(-ENOMEM);
	json_decref(data);
	if (r < 0) {
		frame_release(&made);
		return fault_pass(r);
	}
	frame_release(frame);
	*frame = made;
	if (event->seq - hall->first_frame_seq >= HALL_FRAMES_MAX)
		hall->first_frame_seq = event->seq - HALL_FRAMES_MAX + 1;
	return 0;
}

const struct hall_frame *hall_frame_after(const struct hall *hall, int64_t seq, bool *ret_is_lost)
{
	*ret_is_lost = seq > hall->last_seq || seq + 1 < hall->first_frame_seq;
	if (*ret_is_lost || seq == hall->last_seq)
		return NULL;
	return &hall->frames[(seq + 1) % HALL_FRAMES_MAX];
}
