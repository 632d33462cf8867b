/* SPDX-License-Identifier: MIT
 * What was read, each value with where it came from; then which of them the resident calls wrong. */
#include "terminal/screen/parts.h"
#include "shared/base/banned.h"

const char *date_text(const struct screen *screen, const char *iso)
{
	struct date date;
	char out[64];

	if (date_parse(iso, &date) < 0)
		return plain(screen, iso);
	return ui_text(screen->tree, "%s",
		       strcmp(screen->language, "ja") == 0 ? era_format(&date, out) : era_format_en(&date, out));
}

static const char *value_text(struct screen *screen, const char *what, const struct value *value)
{
	if (strcmp(what, "birth_date") == 0)
		return date_text(screen, value->text);
	if (strcmp(what, "sex") == 0)
		return say(screen, ui_text(screen->tree, "sex.%s", value->text));
	return plain(screen, value->text);
}

static void source_tag(struct screen *screen, struct ui_node *row, const struct value *value)
{
	bool is_read = value->source == VALUE_CARD || value->source == VALUE_SCAN;

	UI_ADD(screen->tree, row, .role = UI_LABEL, .style = is_read ? UI_STYLE_TAG : UI_STYLE_TAG_WARM,
	       .name = say(screen, ui_text(screen->tree, "source.%s", value_source_word(value->source))));
}

static void value_row(struct screen *screen, struct ui_node *table, const char *what, const struct value *value)
{
	struct ui_node *row = UI_ADD(screen->tree, table, .role = UI_PANEL, .key = what, .flow = UI_ROW,
				     .align = UI_CENTER, .gap = 20, .height = 126);

	add_label(screen, row, say(screen, ui_text(screen->tree, "person.%s", what)), UI_STYLE_MUTED, 32)->width = 230;
	UI_ADD(screen->tree, row, .role = UI_LABEL, .key = ui_text(screen->tree, "value-%s", what), .grow = 1,
	       .state = UI_IS_BOLD, .font_px = 42, .name = value_text(screen, what, value));
	source_tag(screen, row, value);
}

void draw_check(struct screen *screen)
{
	const struct person *person = &screen->flow->visit.person;
	struct ui_node *table;

	if (!screen_open(screen, "check.title", STEP_CHECK))
		return;
	table = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .style = UI_STYLE_CARD, .key = "values",
		       .flow = UI_COLUMN);
#define X(v)                                                                                                 \
	if (person->v.text)                                                                                  \
		value_row(screen, table, #v, &person->v);
	PERSON_VALUES(X)
#undef X
	add_label(screen, screen->body, say(screen, "check.number-not-read"), UI_STYLE_MUTED, 32);
	add_room(screen);
	add_way(screen, "yes", say(screen, "check.yes"), UI_STYLE_PRIMARY, ACTION_ALL_RIGHT, 0);
	add_way(screen, "wrong", say(screen, "check.wrong"), UI_STYLE_SECONDARY, ACTION_SOMETHING_WRONG, 0);
	screen_close(screen, FOOTER_ALL);
}

static void wrong_choice(struct screen *screen, const char *what, const struct value *value, int bit)
{
	bool is_wrong = screen->flow->visit.wrong >> bit & 1;

	UI_ADD(screen->tree, screen->body, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY,
	       .key = ui_text(screen->tree, "wrong-%s", what),
	       .name = say(screen, ui_text(screen->tree, "person.%s", what)),
	       .detail = value_text(screen, what, value), .action = ACTION_MARK_WRONG, .argument = bit,
	       .state = is_wrong ? UI_IS_CHOSEN : 0, .icon = is_wrong ? "check" : NULL);
}

void draw_correct(struct screen *screen)
{
	const struct visit *visit = &screen->flow->visit;
	int bit = 0;

	if (!screen_open(screen, "correct.title", STEP_CHECK))
		return;
	add_label(screen, screen->body, say(screen, "correct.what"), UI_STYLE_MUTED, 36);
#define X(v)                                                                                                 \
	if (visit->person.v.text)                                                                            \
		wrong_choice(screen, #v, &visit->person.v, bit);                                             \
	bit++;
	PERSON_VALUES(X)
#undef X
	add_room(screen);
	add_way(screen, "next", say(screen, "correct.next"), UI_STYLE_PRIMARY, ACTION_NEXT, 0)->state =
		visit->wrong ? UI_IS_DEFAULT_FOCUS : UI_IS_DISABLED;
	screen_close(screen, FOOTER_ALL);
}
