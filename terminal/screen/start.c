/* SPDX-License-Identifier: MIT
 * The first touch: what the town serves, with the wait of each, a number only, or a ticket one already has; then the
 * procedures of one service. */
#include "terminal/screen/parts.h"
#include "shared/base/banned.h"

/* Return: whether there was one; room is short then. */
static bool hall_notices(struct screen *screen)
{
	const struct flow *flow = screen->flow;

	bool is_closed = !flow->is_window_open && !flow_is_open_now(flow);

	if (flow->is_card_left)
		UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "card-left", .style = UI_STYLE_WARNING,
		       .name = say(screen, "notice.card-left"));
	if (flow->is_queue_away)
		UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "queue-away", .style = UI_STYLE_WARNING,
		       .name = say(screen, "notice.queue-away-start"));
	else if (is_closed)
		UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "closed", .style = UI_STYLE_WARNING,
		       .name = say(screen, "notice.closed"));
	return flow->is_card_left || flow->is_queue_away || is_closed;
}

static void service_tiles(struct screen *screen)
{
	const struct flow *flow = screen->flow;
	struct ui_node *grid = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .key = "services",
				      .flow = UI_GRID, .columns = 2, .gap = 28);

	for (size_t i = 0; i < flow->config->n_services && i < FLOW_SERVICES_MAX; i++) {
		const struct config_service *service = &flow->config->services[i];
		const struct flow_board *board = &flow->board[i];
		if (!flow_is_service_here(flow, service))
			continue;
		UI_ADD(screen->tree, grid, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY,
		       .key = ui_text(screen->tree, "service-%s", service->id),
		       .name = in_language(screen, &service->name),
		       .detail = in_language(screen, &service->detail), .icon = service->icon, .font_px = 44,
		       .note = board->is_known
				       ? wait_text(screen, board->waiting, board->from_min, board->to_min)
				       : NULL,
		       .action = ACTION_SERVICE, .argument = (int64_t)i);
	}
}

void draw_start(struct screen *screen)
{
	struct ui_node *row;
	bool is_tight;

	if (!screen_open(screen, "start.title", STEP_NONE))
		return;
	is_tight = hall_notices(screen) || screen->flow->visit.text_percent > 100;
	service_tiles(screen);
	if (screen->flow->config->n_guide > 0)
		UI_ADD(screen->tree, screen->body, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "guide", .icon = "question",
		       .name = say(screen, "start.guide"), .action = ACTION_GUIDE,
		       .detail = is_tight ? NULL : say(screen, "start.guide-what"));
	row = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .flow = UI_ROW, .gap = 28);
	UI_ADD(screen->tree, row, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "ticket-only", .grow = 1,
	       .name = say(screen, "start.ticket-only"), .action = ACTION_TICKET_ONLY);
	if (screen->flow->has_camera)
		UI_ADD(screen->tree, row, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "scan", .grow = 1,
		       .name = say(screen, "start.have-ticket"), .action = ACTION_SCAN);
	add_room(screen);
	screen_close(screen, FOOTER_HOURS);
}

void draw_services(struct screen *screen)
{
	if (!screen_open(screen, "services.title", STEP_NONE))
		return;
	service_tiles(screen);
	add_room(screen);
	screen_close(screen, FOOTER_ALL);
}

static const char *procedure_note(struct screen *screen, const struct config_procedure *procedure)
{
	if (procedure->n_forms == 0)
		return say(screen, "procedures.number-only");
	return procedure->fee_yen > 0 ? say_number(screen, "procedures.fee", procedure->fee_yen)
				      : say(screen, "procedures.free");
}

void draw_procedures(struct screen *screen)
{
	const struct flow *flow = screen->flow;
	const struct config_service *service = flow_service(flow);
	int first = flow->visit.page * FLOW_PAGE_TILES, n = 0;

	if (!screen_open(screen, "procedures.title", STEP_PROCEDURE))
		return;
	add_label(screen, screen->body, in_language(screen, &service->name), UI_STYLE_PRIMARY, 38)->state = UI_IS_BOLD;
	for (size_t i = 0; i < flow->config->n_procedures; i++) {
		const struct config_procedure *procedure = &flow->config->procedures[i];
		if (strcmp(procedure->service, service->id) != 0)
			continue;
		if (n >= first && n < first + FLOW_PAGE_TILES)
			UI_ADD(screen->tree, screen->body, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY,
			       .key = ui_text(screen->tree, "procedure-%s", procedure->id),
			       .name = in_language(screen, &procedure->name),
			       .detail = in_language(screen, &procedure->detail),
			       .note = procedure_note(screen, procedure), .action = ACTION_PROCEDURE,
			       .argument = (int64_t)i);
		n++;
	}
	add_pages(screen, flow->visit.page, n);
	add_room(screen);
	add_way(screen, "ticket-only", say(screen, "procedures.other"), UI_STYLE_SECONDARY, ACTION_TICKET_ONLY, 0);
	screen_close(screen, FOOTER_ALL);
}
