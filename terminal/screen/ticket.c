/* SPDX-License-Identifier: MIT
 * The end of a visit: the form to look at, printing, the number with its promise, or why there is none. */
#include "shared/base/clock.h"
#include "terminal/screen/parts.h"
#include "shared/base/banned.h"

#define PREVIEW_HEIGHT 1000
#define QR_SIZE 300 /* a phone at arm's length reads modules of 6 px and more, also of a long address */
#define CLOCK_STEP_MIN 5
#define BRING_LINES_MAX 5 /* the slip has them all */
#define MINUTE_MS INT64_C(60000)

void draw_review(struct screen *screen)
{
	const struct visit *visit = &screen->flow->visit;

	if (!screen_open(screen, "review.title", STEP_CHECK))
		return;
	if (visit->n_drafts > 1)
		add_label(screen, screen->body,
			  say_with(screen, "question.place", ui_text(screen->tree, "%d", visit->review + 1),
				   ui_text(screen->tree, "%d", visit->n_drafts)),
			  UI_STYLE_PRIMARY, 34);
	if (visit->has_preview_failed) {
		UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "failed", .style = UI_STYLE_WARNING,
		       .font_px = 40, .name = say(screen, "notice.preview-failed"));
	} else if (visit->is_preview_ready && screen->view->preview) {
		struct ui_node *paper = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .style = UI_STYLE_NOTICE,
					       .key = "paper", .flow = UI_COLUMN, .align = UI_CENTER, .gap = 1,
					       .grow = 1);
		UI_ADD(screen->tree, paper, .role = UI_IMAGE, .key = "page", .name = say(screen, "review.page"),
		       .picture = screen->view->preview, .height = PREVIEW_HEIGHT,
		       .width = (int)((int64_t)PREVIEW_HEIGHT *
				      cairo_image_surface_get_width(screen->view->preview) /
				      cairo_image_surface_get_height(screen->view->preview)));
	} else {
		UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "drawing", .style = UI_STYLE_NOTICE,
		       .name = say(screen, "review.drawing"));
	}
	add_label(screen, screen->body, say(screen, "review.then"), UI_STYLE_PLAIN, 36);
	if (!visit->is_preview_ready || visit->has_preview_failed)
		add_room(screen);
	add_way(screen, "print", say(screen, visit->review + 1 < visit->n_drafts ? "frame.next" : "review.print"),
		UI_STYLE_PRIMARY, ACTION_PRINT, 0);
	screen_close(screen, FOOTER_ALL);
}

/* A large line drawing in a pale box, as on the card screens. */
static void picture(struct screen *screen, const char *icon, const char *name)
{
	struct ui_node *box = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .style = UI_STYLE_NOTICE,
				     .key = "picture-box", .flow = UI_COLUMN, .align = UI_CENTER, .gap = 24, .padding = 60);

	UI_ADD(screen->tree, box, .role = UI_IMAGE, .key = "picture", .icon = icon, .width = 420, .height = 420,
	       .name = say(screen, name));
}

void draw_printing(struct screen *screen)
{
	const struct visit *visit = &screen->flow->visit;

	if (!screen_open(screen, visit->n_drafts ? "printing.title" : "printing.title-number", STEP_TICKET))
		return;
	picture(screen, "printer", "printing.picture");
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "printing", .style = UI_STYLE_NOTICE,
	       .font_px = 40, .name = say(screen, "printing.what"));
	add_room(screen);
	screen_close(screen, FOOTER_QUIT);
}

/* ---- the number ----------------------------------------------------------------------------------------------- */

static const char *window_text(struct screen *screen, const struct ticket *ticket, const char **ret_place)
{
	const struct flow *flow = screen->flow;
	const char *labels = "", *place = "";
	int n = 0;

	for (size_t i = 0; i < flow->config->n_windows; i++) {
		const struct config_window *window = &flow->config->windows[i];
		bool serves = ticket->window && strcmp(ticket->window, window->id) == 0;
		for (size_t j = 0; !ticket->window && j < window->n_serves; j++)
			serves |= strcmp(window->serves[j], ticket->service) == 0;
		if (!serves || strcmp(window->office, flow->office->id) != 0 || n >= 3)
			continue;
		labels = ui_text(screen->tree, "%s%s%s", labels, n ? "・" : "", in_language(screen, &window->label));
		if (n++ == 0)
			place = in_language(screen, &window->place);
	}
	*ret_place = n == 1 ? place : "";
	return labels;
}

static void number_box(struct screen *screen, const struct ticket *ticket)
{
	struct ui_node *box = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .style = UI_STYLE_TICKET,
				     .key = "ticket", .flow = UI_COLUMN, .align = UI_CENTER, .gap = 8);
	struct ui_node *row;
	const char *place, *windows = window_text(screen, ticket, &place);

	UI_ADD(screen->tree, box, .role = UI_LABEL, .style = UI_STYLE_MUTED, .align = UI_CENTER, .font_px = 34,
	       .name = say(screen, "ticket.number"));
	UI_ADD(screen->tree, box, .role = UI_LABEL, .style = UI_STYLE_TICKET, .key = "number", .align = UI_CENTER,
	       .name = ticket->number);
	row = UI_ADD(screen->tree, box, .role = UI_PANEL, .flow = UI_ROW, .align = UI_CENTER, .gap = 24);
	UI_ADD(screen->tree, row, .role = UI_LABEL, .key = "window", .state = UI_IS_BOLD, .font_px = 52,
	       .name = windows);
	if (*place)
		UI_ADD(screen->tree, row, .role = UI_LABEL, .key = "place", .font_px = 38, .name = place);
}

/* The far end of the range, on the next five minutes, as on the paper: who comes by then has not missed the call by our
 * promise. A new ticket counts from its issue, one looked up from now. */
static const char *clock_until(struct screen *screen, const struct ticket *ticket)
{
	const struct flow *flow = screen->flow;
	const char *zone = flow->config->municipality.timezone;
	int64_t step_ms = CLOCK_STEP_MIN * MINUTE_MS, from_utc_ms;
	struct local_time at;
	int r = flow->screen == SCREEN_TICKET && ticket->issued_at
			? instant_parse(ticket->issued_at, &from_utc_ms)
			: local_time_to_utc_ms(&flow->local, zone, &from_utc_ms);

	if (r == 0)
		r = local_time_from((from_utc_ms + ticket->wait_to_min * MINUTE_MS + step_ms - 1) / step_ms * step_ms,
				    zone, &at);
	return r < 0 ? "" : ui_text(screen->tree, "%d:%02d", at.hour, at.minute);
}

static const char *range_text(struct screen *screen, const struct ticket *ticket)
{
	const char *to = ui_text(screen->tree, "%d", ticket->wait_to_min);

	if (ticket->wait_from_min <= 0)
		return say_with(screen, "ticket.within", to, "");
	if (ticket->wait_from_min == ticket->wait_to_min)
		return say_with(screen, "ticket.about", to, "");
	return say_with(screen, "ticket.range", ui_text(screen->tree, "%d", ticket->wait_from_min), to);
}

static void promise(struct screen *screen, struct ui_node *row, const struct ticket *ticket)
{
	struct ui_node *box = UI_ADD(screen->tree, row, .role = UI_PANEL, .style = UI_STYLE_CARD, .key = "promise",
				     .flow = UI_COLUMN, .align = UI_CENTER, .gap = 8, .grow = 1);
	bool is_unknown = ticket->wait_from_min == TICKET_WAIT_UNKNOWN || ticket->wait_to_min == TICKET_WAIT_UNKNOWN;
	const char *range, *clock = "";

	if (is_unknown) {
		range = say_number(screen, "ticket.ahead", ticket->ahead);
	} else if (ticket->wait_to_min <= 0) {
		range = say(screen, "ticket.soon");
	} else {
		range = range_text(screen, ticket);
		clock = clock_until(screen, ticket);
	}
	UI_ADD(screen->tree, box, .role = UI_SPACER, .grow = 1);
	UI_ADD(screen->tree, box, .role = UI_LABEL, .style = UI_STYLE_MUTED, .align = UI_CENTER, .font_px = 32,
	       .name = say(screen, is_unknown ? "ticket.no-promise-title" : "ticket.until"));
	UI_ADD(screen->tree, box, .role = UI_LABEL, .key = "wait", .align = UI_CENTER, .state = UI_IS_BOLD,
	       .font_px = 64, .name = range);
	if (*clock)
		UI_ADD(screen->tree, box, .role = UI_LABEL, .key = "clock", .align = UI_CENTER, .font_px = 44,
		       .name = say_with(screen, "ticket.clock", clock, ""));
	if (is_unknown)
		UI_ADD(screen->tree, box, .role = UI_LABEL, .align = UI_CENTER, .style = UI_STYLE_MUTED,
		       .font_px = 30, .name = say(screen, "ticket.no-promise"));
	UI_ADD(screen->tree, box, .role = UI_SPACER, .grow = 1);
}

static void promise_and_code(struct screen *screen, const struct ticket *ticket)
{
	struct ui_node *row = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .flow = UI_ROW, .gap = 24);
	struct ui_node *box;

	promise(screen, row, ticket);
	if (!ticket->token)
		return;
	box = UI_ADD(screen->tree, row, .role = UI_PANEL, .style = UI_STYLE_CARD, .key = "code", .flow = UI_COLUMN,
		     .align = UI_CENTER, .gap = 16, .grow = 1);
	UI_ADD(screen->tree, box, .role = UI_LABEL, .style = UI_STYLE_MUTED, .align = UI_CENTER, .font_px = 30,
	       .name = say(screen, ticket->url ? "ticket.phone" : "ticket.here"));
	UI_ADD(screen->tree, box, .role = UI_IMAGE, .key = "qr", .width = QR_SIZE, .height = QR_SIZE,
	       .name = say(screen, "ticket.qr"),
	       .value = ticket->url ? ticket->url : ui_text(screen->tree, "madoguchi:t/%s", ticket->token));
}

static void bring_line(struct screen *screen, struct ui_node *list, const char *text)
{
	UI_ADD(screen->tree, list, .role = UI_LABEL, .state = UI_IS_BULLET, .font_px = 36, .name = text);
}

static void to_bring(struct screen *screen)
{
	const struct flow *flow = screen->flow;
	const char *ids[FLOW_BRING_MAX];
	int n = flow_bring(flow, ids);
	struct ui_node *list;

	if (!flow_procedure(flow, 0))
		return;
	list = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .style = UI_STYLE_SECONDARY, .key = "bring",
		      .flow = UI_COLUMN, .gap = 10);
	add_label(screen, list, say(screen, "ticket.bring"), UI_STYLE_PLAIN, 40)->state = UI_IS_BOLD;
	if (flow->visit.form_paper == PAPER_DONE)
		bring_line(screen, list, say(screen, flow_is_signed_by_hand(flow) ? "ticket.form-to-sign" : "ticket.form"));
	for (int i = 0; i < n; i++)
		if (i < BRING_LINES_MAX || n == BRING_LINES_MAX + 1)
			bring_line(screen, list, say(screen, ui_text(screen->tree, "bring.%s", ids[i])));
	if (n > BRING_LINES_MAX + 1)
		bring_line(screen, list, say_number(screen, "ticket.bring-more", n - BRING_LINES_MAX));
	if (flow_fee_yen(flow) > 0)
		bring_line(screen, list, say_number(screen, "ticket.fee", flow_fee_yen(flow)));
	if (flow->visit.wrong)
		bring_line(screen, list, say(screen, "ticket.tell-wrong"));
}

static void paper_warnings(struct screen *screen)
{
	const struct visit *visit = &screen->flow->visit;

	if (visit->form_paper == PAPER_FAILED || visit->form_paper == PAPER_ASKED || visit->form_paper == PAPER_UNKNOWN)
		UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "form-out", .style = UI_STYLE_WARNING,
		       .name = say(screen, visit->form_paper == PAPER_FAILED ? "ticket.form-failed"
									      : "ticket.form-late"));
	if (visit->slip_paper == PAPER_FAILED || visit->slip_paper == PAPER_UNKNOWN)
		UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "slip-out", .style = UI_STYLE_WARNING,
		       .name = say(screen, "ticket.slip-failed"));
}

void draw_ticket(struct screen *screen)
{
	const struct visit *visit = &screen->flow->visit;

	if (!screen_open(screen, visit->slip_paper == PAPER_FAILED ? "ticket.title-no-slip" : "ticket.title",
			 STEP_TICKET))
		return;
	number_box(screen, &visit->ticket);
	promise_and_code(screen, &visit->ticket);
	paper_warnings(screen);
	to_bring(screen);
	add_room(screen);
	add_way(screen, "finish", say(screen, "ticket.finish"), UI_STYLE_PRIMARY, ACTION_FINISH, 0);
	screen_close(screen, FOOTER_FORGETS);
}

static const char *why_no_ticket(enum queue_outcome outcome)
{
	switch (outcome) {
	case QUEUE_CLOSED:
		return "no-ticket.closed";
	case QUEUE_EXHAUSTED:
		return "no-ticket.exhausted";
	case QUEUE_AWAY:
		return "no-ticket.away";
	case QUEUE_OK:
	case QUEUE_REFUSED:
	case QUEUE_NOT_FOUND:
		return "no-ticket.refused";
	}
	return "no-ticket.refused";
}

void draw_no_ticket(struct screen *screen)
{
	const struct visit *visit = &screen->flow->visit;
	const struct config_hours *hours = &screen->flow->office->hours[screen->flow->local.weekday & 7];

	if (!screen_open(screen, "no-ticket.title", STEP_TICKET))
		return;
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "why", .style = UI_STYLE_WARNING, .font_px = 40,
	       .name = say(screen, why_no_ticket(visit->ticket_outcome)));
	if (visit->ticket_outcome == QUEUE_CLOSED && hours->is_open)
		add_label(screen, screen->body,
			  say_with(screen, "no-ticket.hours",
				   ui_text(screen->tree, "%d:%02d", hours->from_min / 60, hours->from_min % 60),
				   ui_text(screen->tree, "%d:%02d", hours->to_min / 60, hours->to_min % 60)),
			  UI_STYLE_PLAIN, 44);
	add_label(screen, screen->body,
		  say(screen, visit->form_paper == PAPER_DONE ? "no-ticket.then-form" : "no-ticket.then"),
		  UI_STYLE_PLAIN, 40);
	paper_warnings(screen);
	to_bring(screen);
	add_room(screen);
	add_way(screen, "finish", say(screen, "ticket.finish"), UI_STYLE_PRIMARY, ACTION_FINISH, 0);
	screen_close(screen, FOOTER_FORGETS);
}

/* ---- a ticket one already has ----------------------------------------------------------------------------------- */

void draw_scan(struct screen *screen)
{
	if (!screen_open(screen, "scan.title", STEP_NONE))
		return;
	picture(screen, "ticket", "scan.picture");
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "what", .style = UI_STYLE_NOTICE, .font_px = 40,
	       .name = say(screen, screen->flow->has_camera ? "scan.what" : "scan.no-camera"));
	add_room(screen);
	screen_close(screen, FOOTER_ALL);
}

void draw_ticket_state(struct screen *screen)
{
	const struct ticket *ticket = &screen->flow->visit.ticket;
	const char *state = ticket->state ? ticket->state : "waiting";
	bool is_waiting = strcmp(state, "waiting") == 0;
	struct ui_node *row;

	if (!screen_open(screen, is_waiting ? "state.title" : "state.title-other", STEP_NONE))
		return;
	number_box(screen, ticket);
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "state", .style = UI_STYLE_NOTICE, .font_px = 44,
	       .name = say(screen, ui_text(screen->tree, "state.%s", state)));
	if (is_waiting) {
		row = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .flow = UI_ROW, .gap = 24);
		promise(screen, row, ticket);
		add_label(screen, screen->body, say_number(screen, "ticket.ahead", ticket->ahead), UI_STYLE_PLAIN, 40)
			->key = "ahead";
	}
	add_room(screen);
	add_way(screen, "finish", say(screen, "state.finish"), UI_STYLE_PRIMARY, ACTION_FINISH, 0);
	screen_close(screen, FOOTER_STAFF_ONLY);
}
