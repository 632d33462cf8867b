/* SPDX-License-Identifier: MIT
 * One question a screen: the form and how far, the question, and the answer by touch: tiles, numbers, ten keys, a date
 * by era, or kana. */
#include <stdio.h>
#include <stdlib.h>
#include "terminal/screen/parts.h"
#include "shared/base/banned.h"

#define TILE_HEIGHT 170
#define KEY_HEIGHT 124

static void tile(struct screen *screen, struct ui_node *parent, const char *key, const char *name, bool is_chosen,
		 enum flow_action action, int64_t argument)
{
	UI_ADD(screen->tree, parent, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = key, .name = name,
	       .state = is_chosen ? UI_IS_CHOSEN : 0, .action = action, .argument = argument, .font_px = 46,
	       .height = 140);
}

static void yes_no(struct screen *screen, const struct flow_question *question)
{
	struct ui_node *row = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .flow = UI_GRID, .columns = 2,
				     .gap = 28);

	tile(screen, row, "choice-yes", say(screen, "question.yes"), strcmp(question->entry, "yes") == 0,
	     ACTION_CHOOSE, 0);
	tile(screen, row, "choice-no", say(screen, "question.no"), strcmp(question->entry, "no") == 0, ACTION_CHOOSE,
	     1);
}

static void sexes(struct screen *screen, const struct flow_question *question)
{
	static const char *const words[] = {"male", "female", "other"};
	struct ui_node *row = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .flow = UI_GRID, .columns = 3,
				     .gap = 28);

	for (int i = 0; i < 3; i++)
		tile(screen, row, ui_text(screen->tree, "choice-%s", words[i]),
		     say(screen, ui_text(screen->tree, "sex.%s", words[i])), strcmp(question->entry, words[i]) == 0,
		     ACTION_CHOOSE, i);
}

static void options(struct screen *screen, const struct form_field *field, const struct flow_question *question)
{
	int first = question->page * FLOW_PAGE_TILES;

	for (int i = first; i < (int)field->n_options && i < first + FLOW_PAGE_TILES; i++)
		tile(screen, screen->body, ui_text(screen->tree, "choice-%s", field->options[i].id),
		     in_language(screen, &field->options[i].label),
		     flow_is_option_chosen(question, field->options[i].id), ACTION_CHOOSE, i);
	add_pages(screen, question->page, (int)field->n_options);
}

static const char *with_unit(struct screen *screen, const struct form_field *field, int number)
{
	const char *unit = in_language(screen, &field->unit);

	if (!*unit)
		return ui_text(screen->tree, "%d", number);
	return ui_text(screen->tree, is_japanese(screen) ? "%d%s" : "%d %s", number, unit);
}

/* A price per copy is told where the copies are asked for. */
static void price(struct screen *screen, const struct form_field *field, const struct flow_question *question)
{
	const struct config_procedure *procedure = flow_draft_procedure(screen->flow, question->form);
	long n = strtol(question->entry, NULL, 10);
	char yen[24];

	if (!procedure || procedure->fee_yen <= 0 || strcmp(field->id, "copies") != 0 || n <= 0)
		return;
	snprintf(yen, sizeof yen, "%ld", n * procedure->fee_yen);
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "price", .align = UI_END, .font_px = 44,
	       .state = UI_IS_BOLD,
	       .name = say_with(screen, "question.price", with_unit(screen, field, (int)n), yen));
}

static void shown_entry(struct screen *screen, const char *value)
{
	UI_ADD(screen->tree, screen->body, .role = UI_ENTRY, .key = "entry", .name = say(screen, "question.entry"),
	       .value = plain(screen, value), .font_px = 56);
}

static void integer(struct screen *screen, const struct form_field *field, const struct flow_question *question)
{
	long chosen = strtol(question->entry, NULL, 10);
	struct ui_node *grid;

	if (question->is_keypad) {
		shown_entry(screen, question->entry);
		add_keypad(screen, ACTION_DIGIT, ACTION_CLEAR, ACTION_DROP, KEY_HEIGHT);
		return;
	}
	grid = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .key = "numbers", .flow = UI_GRID, .columns = 3,
		      .gap = 28);
	for (int i = 0; i < FLOW_PAGE_TILES && field->min + i <= field->max; i++)
		UI_ADD(screen->tree, grid, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY,
		       .key = ui_text(screen->tree, "digit-%d", field->min + i),
		       .name = is_japanese(screen)
				       ? with_unit(screen, field, field->min + i)
				       : ui_text(screen->tree, "%d", field->min + i), .action = ACTION_NUMBER,
		       .argument = field->min + i, .font_px = 72, .height = TILE_HEIGHT,
		       .state = *question->entry && chosen == field->min + i ? UI_IS_CHOSEN : 0);
	if (field->min + FLOW_PAGE_TILES <= field->max)
		add_way(screen, "more",
			say_with(screen, "question.more", with_unit(screen, field, field->min + FLOW_PAGE_TILES), ""),
			UI_STYLE_SECONDARY, ACTION_MORE_NUMBERS, 0);
}

static void eras(struct screen *screen, const struct flow_question *question)
{
	static const enum era shown[] = {ERA_TAISHO, ERA_SHOWA, ERA_HEISEI, ERA_REIWA, ERA_NONE};
	struct ui_node *row = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .key = "eras", .flow = UI_GRID,
				     .columns = 5, .gap = 16);

	for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
		UI_ADD(screen->tree, row, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY,
		       .key = ui_text(screen->tree, "era-%d", (int)shown[i]),
		       .name = say(screen, ui_text(screen->tree, "era.%d", (int)shown[i])), .action = ACTION_ERA,
		       .argument = shown[i], .padding = 16, .font_px = 36, .state = question->era == (int)shown[i] ? UI_IS_CHOSEN : 0);
}

static void date(struct screen *screen, const struct flow_question *question)
{
	static const char *const parts[] = {"question.year", "question.month", "question.day"};
	struct ui_node *row;

	eras(screen, question);
	row = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .key = "date", .flow = UI_GRID, .columns = 3,
		     .gap = 22);
	for (int i = 0; i < 3; i++)
		UI_ADD(screen->tree, row, .role = UI_BUTTON, .style = UI_STYLE_QUIET, .key = parts[i],
		       .name = say_with(screen, parts[i], *question->date[i] ? question->date[i] : "＿", ""),
		       .action = ACTION_DATE_PART, .argument = i, .font_px = 46,
		       .state = question->date_part == i ? UI_IS_CHOSEN : 0);
	add_keypad(screen, ACTION_DIGIT, ACTION_CLEAR, ACTION_DROP, KEY_HEIGHT);
}

static void answer(struct screen *screen, const struct form_field *field, const struct flow_question *question)
{
	switch (field->type) {
	case FIELD_YES_NO:
		yes_no(screen, question);
		return;
	case FIELD_SEX:
		sexes(screen, question);
		return;
	case FIELD_CHOICE:
	case FIELD_CHOICES:
		options(screen, field, question);
		return;
	case FIELD_INTEGER:
		integer(screen, field, question);
		return;
	case FIELD_DATE:
		date(screen, question);
		return;
	case FIELD_PHONE:
	case FIELD_POSTAL_CODE:
		shown_entry(screen, question->entry);
		add_keypad(screen, ACTION_DIGIT, ACTION_CLEAR, ACTION_DROP, KEY_HEIGHT);
		return;
	case FIELD_TEXT:
	case FIELD_KANA:
		shown_entry(screen, question->entry);
		add_kana_keys(screen);
		return;
	case FIELD_PERSON_NAME:
	case FIELD_ADDRESS:
	case FIELD_ROWS:
	case FIELD_SIGNATURE:
	case FIELD_OFFICE_USE:
	case FIELD_INDIVIDUAL_NUMBER:
		return;
	}
}

static const char *problem_text(struct screen *screen, const char *rule)
{
	const char *id = ui_text(screen->tree, "problem.%s", rule);

	return say(screen, config_text_find(screen->flow->config, id) ? id : "problem.other");
}

static void help(struct screen *screen, const struct form_field *field)
{
	const struct config_procedure *procedure = flow_draft_procedure(screen->flow, screen->flow->visit.question.form);
	const char *text = in_language(screen, &field->help);

	if (!*text && flow_is_person_question(screen->flow, field))
		text = say(screen, "ask.pen");

	if (!*text && procedure && procedure->fee_yen > 0 && strcmp(field->id, "copies") == 0)
		text = say_with(screen, "question.fee", with_unit(screen, field, 1),
				ui_text(screen->tree, "%d", procedure->fee_yen));
	if (*text)
		add_label(screen, screen->body, text, UI_STYLE_MUTED, 34);
}

static const char *title_of(struct screen *screen, const struct form_field *field)
{
	if (!flow_is_person_question(screen->flow, field))
		return in_language(screen, &field->ask);
	return say(screen, field->type == FIELD_SEX ? "ask.sex" : "ask.birth_date");
}

void draw_question(struct screen *screen)
{
	const struct flow *flow = screen->flow;
	const struct flow_question *question = &flow->visit.question;
	const struct form_field *field = flow_question_field(flow);
	const struct form *form = config_form_find(flow->config, draft_form(flow->visit.drafts[question->form]));
	int place, n = flow_question_place(flow, &place);

	if (!screen_open_named(screen, title_of(screen, field), STEP_CHECK))
		return;
	UI_ADD(screen->tree, screen->body, .role = UI_LABEL, .key = "place", .style = UI_STYLE_PRIMARY, .font_px = 34,
	       .state = UI_IS_BOLD,
	       .name = ui_text(screen->tree, "%s  %s", in_language(screen, &form->title),
			       say_with(screen, "question.place", ui_text(screen->tree, "%d", place),
					ui_text(screen->tree, "%d", n))));
	help(screen, field);
	if (question->problem)
		UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "problem", .style = UI_STYLE_ERROR,
		       .name = problem_text(screen, question->problem));
	answer(screen, field, question);
	add_room(screen);
	price(screen, field, question);
	add_way(screen, "next", say(screen, "frame.next"), UI_STYLE_PRIMARY, ACTION_NEXT, 0);
	if (!field->is_required || flow_is_person_question(flow, field))
		add_way(screen, "skip", say(screen, "question.skip"), UI_STYLE_SECONDARY, ACTION_SKIP, 0);
	screen_close(screen, FOOTER_ALL);
}
