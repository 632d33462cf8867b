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
#define OPTION_SIZE_DENSE 10.0
#define OPTION_SIZE_LONG 9.0
#define OPTION_LINE 1.5
#define OPTION_BOX 14.0
#define OPTION_GAP 11.0
#define HINT_SIZE 9.5
#define INLINE_GAP 14.0
#define ROW_SIZE 11.0
#define ROW_SIZE_MIN 9.0
#define ROW_KANA_SIZE 8.0
#define ROW_HINT_SIZE 8.0
#define DATE_ROOM 150.0 /* what the whole words of the eras take */
#define DATE_NEED 105.0
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

/* For a form of many lines: still room for a pen. */
static double height_dense(const struct form_field *field)
{
	switch (field->type) {
	case FIELD_PERSON_NAME:
		return 27;
	case FIELD_ADDRESS:
		return 28;
	case FIELD_KANA:
		return 16;
	case FIELD_SIGNATURE:
		return 40;
	case FIELD_INDIVIDUAL_NUMBER:
		return 34;
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
		return 22;
	}
	return 22;
}

static double height_airy(const struct form_field *field)
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

double value_height(const struct maker *maker, const struct form_field *field)
{
	return maker->is_dense ? height_dense(field) : height_airy(field);
}

static double value_size(const struct form_field *field)
{
	return field->type == FIELD_PERSON_NAME || field->type == FIELD_SIGNATURE ? NAME_SIZE :
	       field->type == FIELD_KANA ? KANA_SIZE : VALUE_SIZE;
}

/* The largest size at which @text takes at most @n_lines lines; at the least size as many lines as it takes. */
static PangoLayout *fitted(struct maker *maker, double width, const char *text, double size, double size_min, int n_lines,
			   const char *where)
{
	for (;; size = MAX(size - 0.5, size_min)) {
		struct text_style style = {.face = FACE_MINCHO, .size = size, .width = width};
		bool is_least = size <= size_min;
		PangoLayout *layout = glyphs_layout(maker->context, text, &style, is_least ? maker->missing : NULL, where);

		if (is_least)
			return layout;
		if (pango_layout_get_line_count(layout) <= n_lines) {
			g_object_unref(layout);
			return glyphs_layout(maker->context, text, &style, maker->missing, where);
		}
		g_object_unref(layout);
	}
}

static void draw_fitted(struct maker *maker, struct band_cell *cell, const char *text, double size, int n_lines,
			const char *where)
{
	cell_text(cell, fitted(maker, cell_inner_width(cell), text, size, VALUE_SIZE_MIN, n_lines, where), 0);
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

static double option_size(const struct maker *maker)
{
	return maker->is_dense ? OPTION_SIZE_DENSE : OPTION_SIZE;
}

static PangoLayout *option_layout(struct maker *maker, const struct form_option *option, bool is_chosen, double size,
				  double inner)
{
	g_autofree char *label = text_plain(&option->label);
	g_autofree char *text = g_strconcat(is_chosen ? "☑" : "☐", " ", label, NULL);
	struct text_style style = {.face = FACE_GOTHIC, .size = size};
	PangoLayout *layout = glyphs_layout(maker->context, text, &style, maker->missing, text_in(&option->label, "ja"));
	double w, h;

	glyphs_size(layout, &w, &h);
	if (w > inner) {
		pango_layout_set_width(layout, (int)(inner * PANGO_SCALE));
		pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	}
	return layout;
}

/* Sentences to tick are smaller than words. */
static double options_size(const struct maker *maker, const struct form_option *options, size_t n_options, double inner)
{
	for (size_t i = 0; i < n_options; i++) {
		g_autofree char *label = text_plain(&options[i].label);

		if ((double)g_utf8_strlen(label, -1) * option_size(maker) > inner)
			return OPTION_SIZE_LONG;
	}
	return option_size(maker);
}

/* Boxes side by side from @x, @y on, going on below where the line is full; a label is broken only when it is wider than
 * the cell. */
static void draw_options(struct maker *maker, struct band_cell *cell, const struct form_field *field, const char *chosen,
			 double x, double y)
{
	double line_h = 0, inner = cell_inner_width(cell);
	size_t n_options;
	const struct form_option *options = options_of(field, &n_options);
	double size = options_size(maker, options, n_options, inner);

	for (size_t i = 0; i < n_options; i++) {
		bool is_chosen = list_has(chosen, options[i].id);
		PangoLayout *layout = option_layout(maker, &options[i], is_chosen, size, inner);
		double w, h;

		glyphs_size(layout, &w, &h);
		/* the font of the boxes claims more room above and below than they take */
		h = pango_layout_get_line_count(layout) * size * OPTION_LINE;
		if (x > 0 && x + w > inner) {
			x = 0;
			y += line_h;
			line_h = 0;
		}
		cell_place_tall(cell, x, y, layout, is_chosen ? 0 : GREY_UNCHOSEN, h);
		x += w + OPTION_GAP;
		line_h = MAX(line_h, h);
	}
}

/* About how wide the boxes of @field are on one line. */
static double options_need(const struct maker *maker, const struct form_field *field)
{
	size_t n_options;
	const struct form_option *options = options_of(field, &n_options);
	double need = 0;

	for (size_t i = 0; i < n_options; i++) {
		g_autofree char *label = text_plain(&options[i].label);

		need += (double)g_utf8_strlen(label, -1) * option_size(maker) + OPTION_BOX + OPTION_GAP;
	}
	return need - OPTION_GAP;
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

/* Room to write a date in, as wide as it may be. */
static char *date_room(double inner, double size, bool is_birth)
{
	static const char *const spaces = "　　　　"; /* at most four */
	bool is_narrow = inner < DATE_ROOM;
	int n = CLAMP((int)((inner / size - 5) / 3), 1, 4) * 3;

	if (!is_narrow)
		return date_plain(NULL, is_birth);
	if (is_birth)
		return g_strdup_printf("明・大・昭・平・令・西暦\n%.*s年%.*s月%.*s日", n, spaces, n, spaces, n, spaces);
	return g_strdup_printf("令和%.*s年%.*s月%.*s日", n, spaces, n, spaces, n, spaces);
}

static void draw_room(struct maker *maker, struct band_cell *cell, const struct form_field *field)
{
	g_autofree char *unit = NULL;
	g_autofree char *hint = NULL;

	if (field->type == FIELD_DATE) {
		hint = date_room(cell_inner_width(cell), HINT_SIZE, is_birth_date(field));
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
		draw_options(maker, cell, field, value ? value->text : "", 0, 0);
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

double value_need(const struct maker *maker, const struct form_field *field, const struct value *value)
{
	double chars = value ? (double)g_utf8_strlen(value->text, -1) : 0;

	switch (field->type) {
	case FIELD_DATE:
		return DATE_NEED;
	case FIELD_PHONE:
	case FIELD_POSTAL_CODE:
		return MAX(90, chars * VALUE_SIZE / 2);
	case FIELD_INTEGER:
		return 60;
	case FIELD_SEX:
	case FIELD_YES_NO:
	case FIELD_CHOICE:
	case FIELD_CHOICES:
		return options_need(maker, field);
	case FIELD_TEXT:
		return field->max ? MAX(MIN(field->max * 5, 150), chars * VALUE_SIZE_MIN) : VALUE_WHOLE;
	case FIELD_PERSON_NAME:
		return MAX(110, chars * VALUE_SIZE);
	case FIELD_KANA:
	case FIELD_ADDRESS:
	case FIELD_ROWS:
	case FIELD_SIGNATURE:
	case FIELD_OFFICE_USE:
	case FIELD_INDIVIDUAL_NUMBER:
		return VALUE_WHOLE;
	}
	return VALUE_WHOLE;
}

/* What stands in a box that belongs to another field: a text in brackets, a number with its unit. */
static char *inline_text(const struct form_field *field, const struct value *value)
{
	g_autofree char *text = value ? value_text(field, value->text) : NULL;
	g_autofree char *unit = field->type == FIELD_INTEGER ? text_plain(&field->unit) : NULL;

	if (field->type == FIELD_TEXT)
		return g_strdup_printf("（%s）", text ? text : "　　　　　　　　");
	return text ? g_steal_pointer(&text) : g_strconcat("　　", unit, NULL);
}

void value_draw_inline(struct maker *maker, struct band_cell *cell, const struct form_field *field,
		       const struct value *value)
{
	double x = cell_right(cell) + INLINE_GAP, y = 0, w, h;
	g_autofree char *text = NULL;
	PangoLayout *layout;

	if (has_boxes(field)) {
		bool is_beside = x + options_need(maker, field) <= cell_inner_width(cell);

		h = option_size(maker) * OPTION_LINE;
		if (is_beside && cell->content_h < h)
			cell_lower(cell, (h - cell->content_h) / 2);
		y = is_beside ? MAX((cell->content_h - h) / 2, 0) : cell->content_h + 1;
		draw_options(maker, cell, field, value ? value->text : "", is_beside ? x : 0, y);
		return;
	}
	text = inline_text(field, value);
	layout = fitted(maker, 0, text, value ? VALUE_SIZE : HINT_SIZE, HINT_SIZE, 1, text_in(&field->label, "ja"));
	glyphs_size(layout, &w, &h);
	if (x + w > cell_inner_width(cell)) {
		pango_layout_set_width(layout, (int)(cell_inner_width(cell) * PANGO_SCALE));
		cell_place(cell, 0, cell->content_h + 1, layout, 0);
	} else {
		cell_place(cell, x, MAX((cell->content_h - h) / 2, 0), layout, value ? 0 : GREY_HINT);
	}
	explicit_bzero(text, strlen(text));
}

/* What was chosen; when nothing was, all there is, to draw a circle round one. */
static char *row_choice(const struct form_field *field, const char *chosen)
{
	size_t n_options;
	const struct form_option *options = options_of(field, &n_options);
	GString *labels = g_string_new(NULL);

	/* 男・女: the third box is for screens, a pen needs none */
	n_options -= !chosen && field->type == FIELD_SEX;
	for (size_t i = 0; i < n_options; i++)
		if (!chosen || list_has(chosen, options[i].id)) {
			g_autofree char *label = text_plain(&options[i].label);

			g_string_append_printf(labels, "%s%s", labels->len ? "・" : "", label);
		}
	return g_string_free(labels, FALSE);
}

static PangoLayout *row_room(struct maker *maker, const struct form_field *field, double width)
{
	struct text_style style = {.face = FACE_GOTHIC, .size = ROW_HINT_SIZE, .width = width, .align = PANGO_ALIGN_CENTER};
	g_autofree char *text = NULL;

	if (has_boxes(field))
		text = row_choice(field, NULL);
	else if (field->type == FIELD_DATE)
		text = is_birth_date(field) ? g_strdup("明・大・昭・平・令・西\n　　年　　月　　日") : g_strdup("　　年　　月　　日");
	else
		text = g_strdup("");
	return glyphs_layout(maker->context, text, &style, NULL, NULL);
}

PangoLayout *value_row_layout(struct maker *maker, const struct form_field *field, const struct value *value, double width,
			      bool *ret_is_room)
{
	g_autofree char *text = !value ? NULL : has_boxes(field) ? row_choice(field, value->text) : value_text(field, value->text);
	double size = field->type == FIELD_KANA ? ROW_KANA_SIZE : ROW_SIZE;
	PangoLayout *layout;

	*ret_is_room = !text;
	if (!text)
		return row_room(maker, field, width);
	layout = fitted(maker, width, text, size, field->type == FIELD_KANA ? ROW_KANA_SIZE : ROW_SIZE_MIN, 1,
			text_in(&field->label, "ja"));
	if (has_boxes(field))
		pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
	explicit_bzero(text, strlen(text));
	return layout;
}

double value_row_need(const struct form_field *field)
{
	switch (field->type) {
	case FIELD_PERSON_NAME:
		return 112;
	case FIELD_ADDRESS:
		return 140;
	case FIELD_KANA:
		return 90;
	case FIELD_DATE:
		return 86;
	case FIELD_PHONE:
		return 80;
	case FIELD_POSTAL_CODE:
		return 56;
	case FIELD_SEX:
	case FIELD_INTEGER:
	case FIELD_YES_NO:
		return 40;
	case FIELD_CHOICE:
	case FIELD_CHOICES: {
		g_autofree char *all = row_choice(field, NULL);

		return CLAMP((double)g_utf8_strlen(all, -1) * ROW_HINT_SIZE + 8, 34, 90);
	}
	case FIELD_TEXT:
		return field->max ? CLAMP(field->max * 4.5, 40, 90) : 80;
	case FIELD_ROWS:
	case FIELD_SIGNATURE:
	case FIELD_OFFICE_USE:
	case FIELD_INDIVIDUAL_NUMBER:
		return 56;
	}
	return 56;
}
