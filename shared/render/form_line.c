/* SPDX-License-Identifier: MIT
 * An airy form puts side by side only what always is (birth date and sex, copies and unit); a dense one whatever fits. */
#include <string.h>

#include "shared/render/form_line.h"
#include "shared/render/form_value.h"
#include "shared/base/banned.h"

#define LABEL_WIDTH 112.0
#define LABEL_SIZE 9.5
#define LABEL_FILL 0.94
#define SECOND_LABEL_WIDTH 84.0
#define SECOND_LABEL_CHARS 14
#define FIRST_SHARE 0.5627 /* of the room for two answers */
#define SMALL_LABEL_WIDTH 22.0
#define HINT_SIZE 8.0
#define DENSE_PAD_Y 2.5

static const struct value *find(const struct draft *draft, const struct form_field *field)
{
	return draft ? draft_find(draft, field->id) : NULL;
}

static double first_width(const struct maker *maker)
{
	return (maker->width - LABEL_WIDTH - SECOND_LABEL_WIDTH) * FIRST_SHARE;
}

static void add_label(struct maker *maker, struct band *band, double x, double w, const struct text *label)
{
	struct band_cell *cell = band_cell(band, x, w, LABEL_FILL);
	struct text_style style = {.face = FACE_GOTHIC, .size = LABEL_SIZE, .width = cell_inner_width(cell)};
	g_autofree char *text = text_plain(label);

	cell_text(cell, glyphs_layout(maker->context, text, &style, NULL, NULL), 0);
}

static struct band *new_line(struct maker *maker, const struct form_field *field)
{
	struct band *band = band_add(maker->bands, value_height(maker, field));

	band->is_framed = true;
	band->is_stretchy = field->type != FIELD_KANA;
	if (maker->is_dense)
		band->pad_y = DENSE_PAD_Y;
	return band;
}

/* ---- what may stand beside what --------------------------------------------------------------------------- */

static glong label_length(const struct form_field *field)
{
	g_autofree char *label = text_plain(&field->label);

	return g_utf8_strlen(label, -1);
}

static bool is_short(const struct form_field *field)
{
	return field->type == FIELD_DATE || field->type == FIELD_SEX || field->type == FIELD_POSTAL_CODE ||
	       field->type == FIELD_PHONE || (field->type == FIELD_INTEGER && !field->n_options);
}

static bool is_airy_pair(const struct form_field *first, const struct form_field *second)
{
	return is_short(first) && label_length(first) <= 10 && is_short(second) && second->type != FIELD_DATE &&
	       label_length(second) <= 7;
}

static bool is_dense_pair(const struct maker *maker, const struct form_field *first, const struct form_field *second,
			  const struct draft *draft)
{
	double room_first = first_width(maker) - 2 * CELL_PAD_X;
	double room_second = maker->width - LABEL_WIDTH - SECOND_LABEL_WIDTH - first_width(maker) - 2 * CELL_PAD_X;

	return value_need(maker, first, find(draft, first)) <= room_first && label_length(second) <= SECOND_LABEL_CHARS &&
	       value_need(maker, second, find(draft, second)) <= room_second;
}

/* Somebody else's number under a short label: two on a line. */
static bool is_small_number(const struct form_field *field)
{
	return field->type == FIELD_INDIVIDUAL_NUMBER && strcmp(field->id, FORM_NUMBER_FIELD) != 0 && label_length(field) <= 2;
}

static const struct form_field *field_at(const GPtrArray *fields, guint at)
{
	return at < fields->len ? fields->pdata[at] : NULL;
}

static guint n_inline_after(const GPtrArray *fields, guint at)
{
	guint n = 0;

	while (at + 1 + n < fields->len && field_at(fields, at + 1 + n)->is_inline)
		n++;
	return n;
}

static bool has_second(const struct maker *maker, const GPtrArray *fields, guint at, const struct draft *draft)
{
	const struct form_field *first = field_at(fields, at), *second = field_at(fields, at + 1);

	if (!second || second->is_inline || n_inline_after(fields, at + 1))
		return false;
	if (at > 0 && field_at(fields, at - 1)->type == FIELD_KANA && first->type == FIELD_PERSON_NAME)
		return false; /* a name is as wide as the reading above it */
	return is_airy_pair(first, second) || (maker->is_dense && is_dense_pair(maker, first, second, draft));
}

/* ---- lines ------------------------------------------------------------------------------------------------ */

static guint add_signature(struct maker *maker, const struct form_field *field, const struct draft *draft)
{
	g_autofree char *hint = text_plain(&field->help);
	struct band *band = new_line(maker, field);
	const struct value *value = find(draft, field);
	struct band_cell *cell;
	struct text_style style = {.face = FACE_GOTHIC, .size = HINT_SIZE, .align = PANGO_ALIGN_RIGHT};

	add_label(maker, band, 0, LABEL_WIDTH, &field->label);
	cell = band_cell(band, LABEL_WIDTH, maker->width - LABEL_WIDTH, 1);
	style.width = cell_inner_width(cell);
	if (value)
		value_draw(maker, cell, field, value);
	else
		cell_place(cell, 0, band->height - 22,
			   glyphs_layout(maker->context, *hint ? hint : "内容を 確かめて、ご自分で 書いてください", &style, NULL, NULL), 0.3);
	return 1;
}

static guint add_small_numbers(struct maker *maker, const GPtrArray *fields, guint at, const struct draft *draft)
{
	struct band *band = band_add(maker->bands, 27);
	double half = maker->width / 2;
	guint n = 0;

	band->is_framed = true;
	band->pad_y = DENSE_PAD_Y;
	for (; n < 2 && at + n < fields->len && is_small_number(field_at(fields, at + n)); n++) {
		const struct form_field *field = field_at(fields, at + n);

		add_label(maker, band, n * half, SMALL_LABEL_WIDTH, &field->label);
		value_draw(maker, band_cell(band, n * half + SMALL_LABEL_WIDTH, half - SMALL_LABEL_WIDTH, 1), field, find(draft, field));
	}
	if (n == 1)
		band_cell(band, half, half, 1);
	return n;
}

guint line_add(struct maker *maker, const GPtrArray *fields, guint at, const struct draft *draft)
{
	const struct form_field *field = field_at(fields, at);
	bool is_pair = has_second(maker, fields, at, draft);
	guint n_inline = n_inline_after(fields, at);
	double w = is_pair ? first_width(maker) : maker->width - LABEL_WIDTH;
	struct band *band;
	struct band_cell *cell;

	if (field->type == FIELD_SIGNATURE)
		return add_signature(maker, field, draft);
	if (is_small_number(field))
		return add_small_numbers(maker, fields, at, draft);
	band = new_line(maker, field);
	add_label(maker, band, 0, LABEL_WIDTH, &field->label);
	cell = band_cell(band, LABEL_WIDTH, w, 1);
	value_draw(maker, cell, field, find(draft, field));
	for (guint i = 1; i <= n_inline; i++)
		value_draw_inline(maker, cell, field_at(fields, at + i), find(draft, field_at(fields, at + i)));
	if (is_pair) {
		const struct form_field *second = field_at(fields, at + 1);
		double x = LABEL_WIDTH + w;

		band->height = MAX(band->height, value_height(maker, second));
		add_label(maker, band, x, SECOND_LABEL_WIDTH, &second->label);
		x += SECOND_LABEL_WIDTH;
		value_draw(maker, band_cell(band, x, maker->width - x, 1), second, find(draft, second));
	}
	return 1 + is_pair + n_inline;
}
