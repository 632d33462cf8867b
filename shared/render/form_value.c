/* SPDX-License-Identifier: MIT
 * Values stand in Mincho, larger than their labels in Gothic: what the resident said, against what the form says.
 * A long value first shrinks, then wraps; the line grows with it, so that nothing is ever cut. */
#include <string.h>

#include "shared/jp/era.h"
#include "shared/jp/ruby.h"
#include "shared/render/form_number.h"
#include "shared/render/form_value.h"
#include "shared/base/banned.h"

#define VALUE_SIZE 12.5
#define VALUE_SIZE_MIN 10.5
#define NAME_SIZE 16.0
#define KANA_SIZE 10.5
#define OPTION_SIZE 11.0
#define OPTION_GAP 11.0
#define HINT_SIZE 9.5
#define GREY_HINT 0.25
#define GREY_UNCHOSEN 0.25

char *text_plain(const struct text *text)
{
	CLEANUP(freep) char *plain = ruby_strip(text_in(text, "ja"));

	return g_strdup(plain ? plain : "");
}

char *date_plain(const char *iso, bool is_birth)
{
	struct date date;
	char text[64];

	if (iso && date_parse(iso, &date) == 0)
		return g_strdup(era_format(&date, text));
	if (iso && *iso)
		return g_strdup(iso); /* not a date: shown as it is, the check tells */
	if (is_birth)
		return g_strdup("明治・大正・昭和・平成・令和・西暦\n　　　　　年　　　　月　　　　日");
	return g_strdup("令和　　　　年　　　　月　　　　日");
}

double value_height(const struct form_field *field)
{
	switch (field->type) {
	case FIELD_PERSON_NAME:
		return 34;
	case FIELD_ADDRESS:
		return 36;
	case FIELD_KANA:
		return 20;
	case FIELD_SIGNATURE:
		return 54;
	case FIELD_INDIVIDUAL_NUMBER:
		return 40;
	case FIELD_TEXT:
	case FIELD_POSTAL_CODE:
	case FIELD_DATE:
	case FIELD_SEX:
	case FIELD_PHONE:
	case FIELD_INTEGER:
	case FIELD_CHOICE:
	case FIELD_CHOICES:
	case FIELD_YES_NO:
	case FIELD_ROWS:
	case FIELD_OFFICE_USE:
		return 27;
	}
	return 27;
}

static double value_size(const struct form_field *field)
{
	return field->type == FIELD_PERSON_NAME || field->type == FIELD_SIGNATURE ? NAME_SIZE :
	       field->type == FIELD_KANA ? KANA_SIZE : VALUE_SIZE;
}

/* The largest size at which @text takes at most @n_lines lines; at the least size as many lines as it takes. */
static void draw_fitted(struct maker *maker, struct band_cell *cell, const char *text, double size, int n_lines,
			const char *where)
{
	PangoLayout *layout;

	for (;; size = MAX(size - 0.5, VALUE_SIZE_MIN)) {
		struct text_style style = {.face = FACE_MINCHO, .size = size, .width = cell_inner_width(cell)};
		bool is_least = size <= VALUE_SIZE_MIN;

		layout = glyphs_layout(maker->context, text, &style, is_least ? maker->missing : NULL, where);
		if (!is_least && pango_layout_get_line_count(layout) <= n_lines) {
			g_object_unref(layout);
			layout = glyphs_layout(maker->context, text, &style, maker->missing, where);
			break;
		}
		if (is_least)
			break;
		g_object_unref(layout);
	}
	cell_text(cell, layout, 0);
}

static void draw_hint(struct maker *maker, struct band_cell *cell, const char *text, PangoAlignment align)
{
	struct text_style style = {.face = FACE_GOTHIC, .size = HINT_SIZE, .width = cell_inner_width(cell), .align = align};

	cell_text(cell, glyphs_layout(maker->context, text, &style, NULL, NULL), GREY_HINT);
}

static bool list_has(const char *list, const char *id)
{
	size_t length = strlen(id);

	for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		if (strncmp(at, id, length) == 0 && (at[length] == ',' || !at[length]))
			return true;
	return false;
}

/* The boxes of a field without options of its own. */
static const struct form_option yes_no[] = {
	{"yes", {&(struct text_entry){"ja", "はい"}, 1}},
	{"no", {&(struct text_entry){"ja", "いいえ"}, 1}},
};
static const struct form_option sexes[] = {
	{"male", {&(struct text_entry){"ja", "男"}, 1}},
	{"female", {&(struct text_entry){"ja", "女"}, 1}},
	{"other", {&(struct text_entry){"ja", "その他"}, 1}},
};

static const struct form_option *options_of(const struct form_field *field, size_t *ret_n)
{
	if (field->n_options) {
		*ret_n = field->n_options;
		return field->options;
	}
	*ret_n = field->type == FIELD_SEX ? 3 : field->type == FIELD_YES_NO ? 2 : 0;
	return field->type == FIELD_SEX ? sexes : yes_no;
}

/* Boxes side by side, going on below where the line is full; a label is broken only when it is wider than the cell. */
static void draw_options(struct maker *maker, struct band_cell *cell, const struct form_field *field, const char *chosen)
{
	double x = 0, y = 0, line_h = 0, inner = cell_inner_width(cell);
	size_t n_options;
	const struct form_option *options = options_of(field, &n_options);

	for (size_t i = 0; i < n_options; i++) {
		bool is_chosen = list_has(chosen, options[i].id);
		g_autofree char *label = text_plain(&options[i].label);
		g_autofree char *text = g_strconcat(is_chosen ? "☑" : "☐", " ", label, NULL);
		struct text_style style = {.face = FACE_GOTHIC, .size = OPTION_SIZE, .is_bold = false};
		PangoLayout *layout = glyphs_layout(maker->context, text, &style, maker->missing, label);
		double w, h;

		glyphs_size(layout, &w, &h);
		if (w > inner) {
			pango_layout_set_width(layout, (int)(inner * PANGO_SCALE));
			pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
			glyphs_size(layout, &w, &h);
		}
		if (x > 0 && x + w > inner) {
			x = 0;
			y += line_h + 1;
			line_h = 0;
		}
		cell_place(cell, x, y, layout, is_chosen ? 0 : GREY_UNCHOSEN);
		x += w + OPTION_GAP;
		line_h = MAX(line_h, h);
	}
}

static char *postal_plain(const char *text)
{
	if (strlen(text) == 7 && strspn(text, "0123456789") == 7)
		return g_strdup_printf("〒%.3s-%s", text, text + 3);
	return g_strconcat("〒", text, NULL);
}

/* What stands in the cell for a value that is text; NULL for boxes. */
static char *value_text(const struct form_field *field, const char *text)
{
	g_autofree char *unit = NULL;

	switch (field->type) {
	case FIELD_DATE:
		return date_plain(text, false);
	case FIELD_POSTAL_CODE:
		return postal_plain(text);
	case FIELD_INTEGER:
		unit = text_plain(&field->unit);
		return g_strconcat(text, *unit ? " " : "", unit, NULL);
	case FIELD_CHOICE:
	case FIELD_CHOICES:
	case FIELD_YES_NO:
	case FIELD_SEX:
	case FIELD_ROWS:
	case FIELD_INDIVIDUAL_NUMBER:
		return NULL;
	case FIELD_TEXT:
	case FIELD_PERSON_NAME:
	case FIELD_KANA:
	case FIELD_ADDRESS:
	case FIELD_PHONE:
	case FIELD_SIGNATURE:
	case FIELD_OFFICE_USE:
		return g_strdup(text);
	}
	return NULL;
}

static bool has_boxes(const struct form_field *field)
{
	return field->type == FIELD_CHOICE || field->type == FIELD_CHOICES || field->type == FIELD_YES_NO ||
	       field->type == FIELD_SEX || (field->type == FIELD_OFFICE_USE && field->n_options);
}

static bool is_birth_date(const struct form_field *field)
{
	return (field->from && strcmp(field->from, "person.birth_date") == 0) ||
	       strstr(text_in(&field->label, "ja"), "生年月日");
}

static void draw_room(struct maker *maker, struct band_cell *cell, const struct form_field *field)
{
	g_autofree char *unit = NULL;
	g_autofree char *hint = NULL;

	if (field->type == FIELD_DATE) {
		hint = date_plain(NULL, is_birth_date(field));
		draw_hint(maker, cell, hint, PANGO_ALIGN_LEFT);
	} else if (field->type == FIELD_POSTAL_CODE) {
		draw_hint(maker, cell, "〒　　　　　－", PANGO_ALIGN_LEFT);
	} else if (field->type == FIELD_INTEGER) {
		unit = text_plain(&field->unit);
		hint = g_strconcat("　　　　　　", unit, NULL);
		draw_hint(maker, cell, hint, PANGO_ALIGN_LEFT);
	}
}

void value_draw(struct maker *maker, struct band_cell *cell, const struct form_field *field, const struct value *value)
{
	g_autofree char *text = NULL;

	if (has_boxes(field)) {
		draw_options(maker, cell, field, value ? value->text : "");
		return;
	}
	if (field->type == FIELD_INDIVIDUAL_NUMBER) {
		number_draw(maker, cell, field, value);
		return;
	}
	text = value ? value_text(field, value->text) : NULL;
	if (text)
		draw_fitted(maker, cell, text, value_size(field), field->type == FIELD_PERSON_NAME ? 1 : 2,
			    text_in(&field->label, "ja"));
	else
		draw_room(maker, cell, field);
	if (text)
		explicit_bzero(text, strlen(text));
}

void value_draw_in_row(struct maker *maker, struct band_cell *cell, const struct form_field *field,
		       const struct value *value)
{
	size_t n_options;
	const struct form_option *options;
	GString *labels;

	if (!value)
		return;
	if (!has_boxes(field)) {
		g_autofree char *text = value_text(field, value->text);

		if (text)
			draw_fitted(maker, cell, text, 11, 1, text_in(&field->label, "ja"));
		return;
	}
	options = options_of(field, &n_options);
	labels = g_string_new(NULL);
	for (size_t i = 0; i < n_options; i++)
		if (list_has(value->text, options[i].id)) {
			g_autofree char *label = text_plain(&options[i].label);

			g_string_append_printf(labels, "%s%s", labels->len ? "・" : "", label);
		}
	draw_fitted(maker, cell, labels->str, 11, 1, text_in(&field->label, "ja"));
	g_string_free(labels, TRUE);
}
