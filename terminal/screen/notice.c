/* SPDX-License-Identifier: MIT
 * What lies over a screen: language, staff called, quitting, and the warning before the terminal forgets. */
#include "terminal/screen/parts.h"
#include "shared/base/banned.h"

void draw_language(struct screen *screen)
{
	const struct config *config = screen->flow->config;
	struct ui_node *grid;

	if (!screen_open(screen, "language.title", STEP_NONE))
		return;
	grid = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .key = "languages", .flow = UI_GRID, .gap = 28,
		      .columns = config->terminal.n_languages > 4 ? 2 : 1);
	for (size_t i = 0; i < config->terminal.n_languages; i++) {
		const char *language = config->terminal.languages[i];
		UI_ADD(screen->tree, grid, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .height = 190, .font_px = 50,
		       .key = ui_text(screen->tree, "language-%s", language), .name = language_name(screen, language),
		       .language = language, .action = ACTION_LANGUAGE_SET, .argument = (int64_t)i,
		       .state = strcmp(language, screen->language) == 0 ? UI_IS_CHOSEN : 0);
	}
	add_room(screen);
	add_way(screen, "close", say(screen, "language.close"), UI_STYLE_QUIET, ACTION_CLOSE, 0);
	screen_close(screen, FOOTER_STAFF_ONLY);
}

void draw_staff(struct screen *screen)
{
	const struct visit *visit = &screen->flow->visit;
	bool is_away = visit->is_staff_answered && visit->staff_outcome != QUEUE_OK;

	if (!screen_open(screen, is_away ? "staff.title-away" : "staff.title", STEP_NONE))
		return;
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "what", .font_px = 40,
	       .style = is_away ? UI_STYLE_WARNING : UI_STYLE_NOTICE,
	       .name = say(screen, is_away ? "staff.away" : visit->is_staff_answered ? "staff.coming" : "staff.calling"));
	add_room(screen);
	add_way(screen, "close", say(screen, "staff.close"), UI_STYLE_PRIMARY, ACTION_CLOSE, 0);
	screen_close(screen, FOOTER_QUIT);
}

void draw_quit(struct screen *screen)
{
	if (!screen_open(screen, "quit.title", STEP_NONE))
		return;
	UI_ADD(screen->tree, screen->body, .role = UI_LABEL, .style = UI_STYLE_WARNING, .font_px = 40,
	       .name = say(screen, screen->flow->presence == CARD_PRESENCE_PRESENT ? "quit.what-card" : "quit.what"));
	add_room(screen);
	add_way(screen, "close", say(screen, "quit.no"), UI_STYLE_PRIMARY, ACTION_CLOSE, 0);
	add_way(screen, "quit-yes", say(screen, "quit.yes"), UI_STYLE_SECONDARY, ACTION_QUIT_YES, 0);
	screen_close(screen, FOOTER_STAFF_ONLY);
}

void draw_warning(struct screen *screen)
{
	if (!screen_open(screen, "warning.title", STEP_NONE))
		return;
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "left", .style = UI_STYLE_WARNING, .font_px = 44,
	       .name = say_number(screen, "warning.what", flow_warning_left_s(screen->flow)));
	add_room(screen);
	add_way(screen, "more", say(screen, "warning.more"), UI_STYLE_PRIMARY, ACTION_MORE_TIME, 0);
	add_way(screen, "quit-yes", say(screen, "warning.end"), UI_STYLE_SECONDARY, ACTION_QUIT_YES, 0);
	screen_close(screen, FOOTER_STAFF_ONLY);
}
