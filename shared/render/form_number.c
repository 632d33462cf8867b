/* SPDX-License-Identifier: MIT
 * Twelve boxes in three groups of four, as on the forms of the ministries. Every digit is a text of its own: no
 * string of the whole number is ever built. */
#include <string.h>

#include "shared/render/form_number.h"
#include "shared/base/banned.h"

#define BOX_HEIGHT 27.0
#define BOX_HEIGHT_SMALL 21.0
#define GROUP_DIGITS 4
#define GROUPS (FORM_NUMBER_DIGITS / GROUP_DIGITS)
#define DIGIT_SIZE 16.0
#define MARK_SIZE 12.0
#define LINE 0.7
#define LINE_WITHIN 0.35

/* What is wide enough for a pen in the hand of anyone, and what fits two numbers on a line. */
static const struct size {
	double box_w, box_h, gap;
} usual = {24, BOX_HEIGHT, 7}, small = {16.5, BOX_HEIGHT_SMALL, 5};

static const struct size *size_in(const struct band_cell *cell)
{
	return cell_inner_width(cell) >= FORM_NUMBER_DIGITS * usual.box_w + (GROUPS - 1) * usual.gap ? &usual : &small;
}

static double box_x(const struct size *size, int box)
{
	return box * size->box_w + box / GROUP_DIGITS * size->gap;
}

static void draw_frames(struct band_cell *cell)
{
	const struct size *size = size_in(cell);

	for (int box = 0; box < FORM_NUMBER_DIGITS; box++) {
		bool is_first = box % GROUP_DIGITS == 0, is_last = box % GROUP_DIGITS == GROUP_DIGITS - 1;

		cell_line(cell, box_x(size, box), 0, size->box_w, 0, LINE);
		cell_line(cell, box_x(size, box), size->box_h, size->box_w, 0, LINE);
		cell_line(cell, box_x(size, box), 0, 0, size->box_h, is_first ? LINE : LINE_WITHIN);
		if (is_last)
			cell_line(cell, box_x(size, box) + size->box_w, 0, 0, size->box_h, LINE);
	}
}

static void draw_sign(struct maker *maker, struct band_cell *cell, int box, const char *sign, double points)
{
	const struct size *size = size_in(cell);
	struct text_style style = {.face = FACE_GOTHIC, .size = points, .width = size->box_w, .align = PANGO_ALIGN_CENTER};
	PangoLayout *layout = glyphs_layout(maker->context, sign, &style, NULL, NULL);
	double width, height;

	glyphs_size(layout, &width, &height);
	cell_place(cell, box_x(size, box), (size->box_h - height) / 2, layout, 0);
}

void number_draw(struct maker *maker, struct band_cell *cell, const struct form_field *field, const struct value *value)
{
	bool is_given = strcmp(field->id, FORM_NUMBER_FIELD) == 0 && value && strcmp(value->text, FORM_NUMBER_FROM_CARD) == 0;

	draw_frames(cell);
	cell->content_h = MAX(cell->content_h, size_in(cell)->box_h);
	for (int box = 0; is_given && box < FORM_NUMBER_DIGITS; box++) {
		char digit[2] = "";

		if (maker->number) {
			digit[0] = ((const char *)secret_bytes(maker->number))[box];
			draw_sign(maker, cell, box, digit, DIGIT_SIZE);
			explicit_bzero(digit, sizeof(digit));
		} else if (maker->is_number_masked) {
			draw_sign(maker, cell, box, "●", MARK_SIZE);
		}
	}
}
