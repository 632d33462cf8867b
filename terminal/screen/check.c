/* SPDX-License-Identifier: MIT
 * What was read, each value with where it came from; then which of them the resident calls wrong. */
#include <stdio.h>
#include "terminal/screen/parts.h"
#include "shared/base/banned.h"

const char *date_text(const struct screen *screen, const char *iso)
{
	struct date date;
	char out[64];

	if (date_parse(iso, &date) < 0)
		return plain(screen, iso);
	return ui_text(screen->tree, "%s", era_format_in(&date, screen->language, out));
}

static const char *value_text(struct screen *screen, const char *what, const struct value *value)
{
	if (strcmp(what, "birth_date") == 0)
		return date_text(screen, value->text);
	if (strcmp(what, "sex") == 0)
		return say(screen, ui_text(screen->tree, "sex.%s", value->text));
	return plain(screen, value->text);
}

/* Where it came from; and that it was verified, only where it was. */
static void tags(struct screen *screen, struct ui_node *row, const struct value *value)
{
	bool is_read = value->source == VALUE_CARD || value->source == VALUE_SCAN;
	bool is_verified = value->proof == PROOF_VERIFIED;
	struct ui_node *box = !is_verified ? row : UI_ADD(screen->tree, row, .role = UI_PANEL, .flow = UI_COLUMN, .gap = 6,
							 .align = UI_END);

	UI_ADD(screen->tree, box, .role = UI_LABEL, .style = is_read ? UI_STYLE_TAG : UI_STYLE_TAG_WARM,
	       .name = say(screen, ui_text(screen->tree, "source.%s", value_source_word(value->source))));
	if (is_verified)
		UI_ADD(screen->tree, box, .role = UI_LABEL, .style = UI_STYLE_TAG, .name = say(screen, "check.verified"));
}

static struct ui_node *row_of(struct screen *screen, struct ui_node *table, const char *what)
{
	struct ui_node *row = UI_ADD(screen->tree, table, .role = UI_PANEL, .key = what, .flow = UI_ROW,
				     .align = UI_CENTER, .gap = 20, .height = 126);

	add_label(screen, row, say(screen, ui_text(screen->tree, "person.%s", what)), UI_STYLE_MUTED, 32)->width = 230;
	return row;
}

static void value_row(struct screen *screen, struct ui_node *table, const char *what, const struct value *value)
{
	struct ui_node *row = row_of(screen, table, what);

	UI_ADD(screen->tree, row, .role = UI_LABEL, .key = ui_text(screen->tree, "value-%s", what), .grow = 1,
	       .state = UI_IS_BOLD, .font_px = 42, .name = value_text(screen, what, value));
	tags(screen, row, value);
}

static bool form_asks(const struct flow *flow, const struct form *form, const char *from)
{
	for (size_t f = 0; form && f < form->n_fields; f++)
		if (strcmp(form->fields[f].from, from) == 0 && flow_is_person_question(flow, &form->fields[f]))
			return true;
	return false;
}

static bool is_asked(const struct flow *flow, const char *what)
{
	const struct config_procedure *procedure;
	char from[32];

	snprintf(from, sizeof from, "person.%s", what);
	for (int p = 0; (procedure = flow_procedure(flow, p)) != NULL; p++)
		for (size_t i = 0; i < procedure->n_forms; i++)
			if (form_asks(flow, config_form_find(flow->config, procedure->forms[i]), from))
				return true;
	return false;
}

/* What this kind of card does not tell, and what becomes of it. */
static void missing_row(struct screen *screen, struct ui_node *table, const char *what)
{
	bool is_name = strcmp(what, "name") == 0;
	const char *then = is_name ? "check.name-looked-at" : is_asked(screen->flow, what) ? "check.asked-next" : "check.by-pen";

	UI_ADD(screen->tree, row_of(screen, table, what), .role = UI_LABEL, .key = ui_text(screen->tree, "missing-%s", what),
	       .grow = 1, .style = UI_STYLE_MUTED, .font_px = 34, .name = say(screen, then));
}

/* No card tells kana or a postal code: they are not missed. Sex is, only where a form asks for it. */
static bool is_told_by_cards(const struct screen *screen, const char *what)
{
	if (strcmp(what, "sex") == 0)
		return is_asked(screen->flow, what);
	return strcmp(what, "name") == 0 || strcmp(what, "address") == 0 || strcmp(what, "birth_date") == 0;
}

static bool has_missing_glyph(const struct person *person)
{
	return (person->name.text && strstr(person->name.text, "〓")) || (person->address.text && strstr(person->address.text, "〓"));
}

static void remarks(struct screen *screen, const struct visit *visit)
{
	if (visit->card.genuine == PROOF_FAILED)
		UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "proof", .style = UI_STYLE_WARNING, .font_px = 34,
		       .name = say(screen, "check.proof-failed"));
	if (has_missing_glyph(&visit->person))
		UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "glyph", .style = UI_STYLE_NOTICE, .font_px = 34,
		       .name = say(screen, "check.missing-glyph"));
	UI_ADD(screen->tree, screen->body, .role = UI_LABEL, .key = "number", .style = UI_STYLE_MUTED, .font_px = 32,
	       .name = number_text(screen));
}

void draw_check(struct screen *screen)
{
	const struct visit *visit = &screen->flow->visit;
	const struct person *person = &visit->person;
	struct ui_node *table;

	if (!screen_open(screen, "check.title", STEP_CHECK))
		return;
	table = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .style = UI_STYLE_CARD, .key = "values",
		       .flow = UI_COLUMN);
#define X(v)                                                                                                 \
	if (person->v.text)                                                                                  \
		value_row(screen, table, #v, &person->v);                                                    \
	else if (is_told_by_cards(screen, #v))                                                               \
		missing_row(screen, table, #v);
	PERSON_VALUES(X)
#undef X
	remarks(screen, visit);
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
