/* SPDX-License-Identifier: MIT
 * The guide (迷わない): what happened, one question a screen, the procedures that follow with their reasons, and what is told of a
 * procedure before its form: who may come, until when, what to bring. */
#include "terminal/screen/parts.h"
#include "shared/base/banned.h"

#define EVENTS_PER_PAGE 10
#define EVENTS_PER_PAGE_LARGE 6
#define RESULTS_PER_PAGE 3
#define RESULTS_PER_PAGE_LARGE 2
#define OPTION_HEIGHT 140

static bool is_large(const struct screen *screen)
{
	return screen->flow->visit.text_percent > 100;
}

/* The text size may have changed since the page was turned. */
static int first_on_page(const struct screen *screen, int per_page, int n)
{
	int first = screen->flow->visit.page * per_page;

	return first < n ? first : n > 0 ? (n - 1) / per_page * per_page : 0;
}

static const char *page_text(struct screen *screen, int page, int n, int per_page)
{
	return say_with(screen, "note.place", ui_text(screen->tree, "%d", page + 1),
			ui_text(screen->tree, "%d", (n + per_page - 1) / per_page));
}

void draw_guide_events(struct screen *screen)
{
	const struct config *config = screen->flow->config;
	int per_page = is_large(screen) ? EVENTS_PER_PAGE_LARGE : EVENTS_PER_PAGE;
	int n = (int)config->n_guide, first = first_on_page(screen, per_page, n);
	struct ui_node *grid;

	if (!screen_open(screen, "guide.title", STEP_NONE))
		return;
	grid = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .key = "events", .flow = UI_GRID, .columns = 2, .gap = 24);
	for (int i = first; i < n && i < first + per_page; i++)
		UI_ADD(screen->tree, grid, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY,
		       .key = ui_text(screen->tree, "event-%s", config->guide[i].id),
		       .name = in_language(screen, &config->guide[i].name), .detail = in_language(screen, &config->guide[i].detail),
		       .icon = config->guide[i].icon, .font_px = 44, .action = ACTION_EVENT, .argument = i);
	add_pages_of(screen, first / per_page, n, per_page);
	add_room(screen);
	add_way(screen, "ticket-only", say(screen, "guide.other"), UI_STYLE_SECONDARY, ACTION_TICKET_ONLY, 0);
	screen_close(screen, FOOTER_ALL);
}

static void event_name(struct screen *screen)
{
	add_label(screen, screen->body, in_language(screen, &flow_guide_event(screen->flow)->name), UI_STYLE_PRIMARY, 36)->state =
		UI_IS_BOLD;
}

void draw_guide_question(struct screen *screen)
{
	const struct flow *flow = screen->flow;
	const struct guide_question *question = flow_guide_question(flow);
	int n = (int)question->n_options, first = first_on_page(screen, FLOW_PAGE_TILES, n);

	if (!screen_open_named(screen, in_language(screen, &question->ask), STEP_PROCEDURE))
		return;
	event_name(screen);
	if (question->help.n_entries > 0)
		add_label(screen, screen->body, in_language(screen, &question->help), UI_STYLE_MUTED, 36);
	for (int i = first; i < n && i < first + FLOW_PAGE_TILES; i++)
		UI_ADD(screen->tree, screen->body, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY,
		       .key = ui_text(screen->tree, "answer-%s", question->options[i].id),
		       .name = in_language(screen, &question->options[i].label), .height = OPTION_HEIGHT, .font_px = 46,
		       .state = flow->visit.guide.before == i ? UI_IS_CHOSEN : 0, .action = ACTION_ANSWER, .argument = i);
	add_pages_of(screen, first / FLOW_PAGE_TILES, n, FLOW_PAGE_TILES);
	add_room(screen);
	screen_close(screen, FOOTER_ALL);
}

/* ---- what follows -------------------------------------------------------------------------------------------------- */

static const char *fee_text(struct screen *screen, const struct config_procedure *procedure)
{
	return procedure->fee_yen > 0 ? say_number(screen, "procedures.fee", procedure->fee_yen) : say(screen, "procedures.free");
}

static void result_tile(struct screen *screen, int place, int result)
{
	const struct guide_result *told = &flow_guide_event(screen->flow)->results[result];
	bool is_here, is_picked = flow_is_picked(screen->flow, place);
	const struct config_procedure *procedure = flow_guide_procedure(screen->flow, result, &is_here);

	UI_ADD(screen->tree, screen->body, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY,
	       .key = ui_text(screen->tree, "result-%s", procedure->id), .name = in_language(screen, &procedure->name),
	       .detail = in_language(screen, &told->reason),
	       .note = !is_here              ? say(screen, "guide.elsewhere")
		       : !told->is_optional  ? fee_text(screen, procedure)
					     : ui_text(screen->tree, "%s  %s", say(screen, "guide.optional"), fee_text(screen, procedure)),
	       .icon = is_picked ? "check" : NULL, .action = ACTION_PICK, .argument = place,
	       .state = (is_picked ? UI_IS_CHOSEN : 0U) | (is_here ? 0U : UI_IS_DISABLED));
}

static void ways_on(struct screen *screen, int n_picked)
{
	if (n_picked > 0)
		add_way(screen, "next", say_number(screen, n_picked == 1 ? "guide.go-on-one" : "guide.go-on", n_picked), UI_STYLE_PRIMARY,
			ACTION_NEXT, 0);
	add_way(screen, "ticket-only", say(screen, "procedures.other"), UI_STYLE_SECONDARY, ACTION_TICKET_ONLY, 0);
}

void draw_guide_result(struct screen *screen)
{
	int results[GUIDE_RESULTS_MAX];
	int n = flow_guide_results(screen->flow, results), per_page = is_large(screen) ? RESULTS_PER_PAGE_LARGE : RESULTS_PER_PAGE;
	int first = first_on_page(screen, per_page, n);

	if (!screen_open(screen, n > 0 ? "guide.title-result" : "guide.title-nothing", STEP_PROCEDURE))
		return;
	if (n > per_page)
		add_label(screen, screen->body,
			  ui_text(screen->tree, "%s  %s", in_language(screen, &flow_guide_event(screen->flow)->name),
				  page_text(screen, first / per_page, n, per_page)),
			  UI_STYLE_PRIMARY, 36)
			->state = UI_IS_BOLD;
	else
		event_name(screen);
	if (n > 0)
		add_label(screen, screen->body, say(screen, "guide.pick"), UI_STYLE_MUTED, 36);
	else
		UI_ADD(screen->tree, screen->body, .role = UI_LABEL, .style = UI_STYLE_NOTICE, .key = "nothing", .font_px = 40,
		       .name = say(screen, "guide.nothing"));
	for (int i = first; i < n && i < first + per_page; i++)
		result_tile(screen, i, results[i]);
	add_pages_of(screen, first / per_page, n, per_page);
	add_room(screen);
	ways_on(screen, __builtin_popcount(screen->flow->visit.guide.picked));
	screen_close(screen, FOOTER_ALL);
}

/* ---- before the form ----------------------------------------------------------------------------------------------- */

static void who_line(struct screen *screen, struct ui_node *box, const struct config_procedure *procedure)
{
	const char *people = "";

	for (size_t i = 0; i < procedure->n_who; i++)
		people = ui_text(screen->tree, "%s%s%s", people, i ? say(screen, "note.and") : "",
				 say(screen, ui_text(screen->tree, "who.%s", procedure->who[i])));
	if (*people)
		add_label(screen, box, say_with(screen, "note.who", people, ""), UI_STYLE_PLAIN, 36);
}

/* Where the town says nothing itself. */
static void by_rule(struct screen *screen, struct ui_node *box, const struct config_procedure *procedure)
{
	if (procedure->within_days > 0)
		add_label(screen, box, say_number(screen, "note.within", procedure->within_days), UI_STYLE_PLAIN, 36);
	who_line(screen, box, procedure);
}

static void bring_lines(struct screen *screen, struct ui_node *box, const struct config_procedure *procedure)
{
	bool has_title = false;

	for (size_t i = 0; i < procedure->n_bring; i++) {
		if (strcmp(procedure->bring[i], "fee") == 0 && procedure->fee_yen > 0)
			continue; /* told with its amount */
		if (!has_title)
			add_label(screen, box, say(screen, "note.bring"), UI_STYLE_PLAIN, 36)->state = UI_IS_BOLD;
		has_title = true;
		UI_ADD(screen->tree, box, .role = UI_LABEL, .state = UI_IS_BULLET, .font_px = 36,
		       .name = say(screen, ui_text(screen->tree, "bring.%s", procedure->bring[i])));
	}
}

static void note_box(struct screen *screen, const struct config_procedure *procedure)
{
	struct ui_node *box = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .style = UI_STYLE_SECONDARY, .flow = UI_COLUMN,
				     .gap = 12, .key = ui_text(screen->tree, "note-%s", procedure->id));

	add_label(screen, box, in_language(screen, &procedure->name), UI_STYLE_PRIMARY, 42)->state = UI_IS_BOLD;
	if (procedure->note.n_entries > 0)
		add_label(screen, box, in_language(screen, &procedure->note), UI_STYLE_PLAIN, 36);
	else
		by_rule(screen, box, procedure);
	bring_lines(screen, box, procedure);
	add_label(screen, box, fee_text(screen, procedure), UI_STYLE_PLAIN, 36);
}

void draw_note(struct screen *screen)
{
	const struct config_procedure *told[FLOW_PROCEDURES_MAX];
	int per_page, n = flow_notes(screen->flow, told, &per_page), first = first_on_page(screen, per_page, n);

	if (!screen_open(screen, "note.title", STEP_PROCEDURE))
		return;
	if (n > per_page)
		add_label(screen, screen->body, page_text(screen, first / per_page, n, per_page), UI_STYLE_PRIMARY, 34);
	for (int i = first; i < n && i < first + per_page; i++)
		note_box(screen, told[i]);
	add_room(screen);
	add_way(screen, "next", say(screen, "frame.next"), UI_STYLE_PRIMARY, ACTION_NEXT, 0);
	screen_close(screen, FOOTER_ALL);
}
