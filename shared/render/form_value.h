#pragma once
/* SPDX-License-Identifier: MIT
 * Form value: one field's answer as the content of a cell: text, date in the era's words, boxes to tick, or room to
 * write. */
#include "shared/config/config.h"
#include "shared/model/draft.h"
#include "shared/render/band.h"

/** value_draw() - @value NULL: nothing is known, the cell is left to write in. */
void value_draw(struct maker *maker, struct band_cell *cell, const struct form_field *field, const struct value *value);
/** value_draw_inline() - the same to the right of what is in the cell already, or below it where there is no room. */
void value_draw_inline(struct maker *maker, struct band_cell *cell, const struct form_field *field,
		       const struct value *value);
/** value_row_layout() - the short way of a table of people: the chosen label only. *ret_is_room: nothing is known, it is
 *  what helps a pen. The caller owns it. */
PangoLayout *value_row_layout(struct maker *maker, const struct form_field *field, const struct value *value, double width,
			      bool *ret_is_room);
/** value_height() - least height in points of a line for @field: room for a pen. */
double value_height(const struct maker *maker, const struct form_field *field);
#define VALUE_WHOLE 1e6
/** value_need() - about how wide a box the answer wants, in points; VALUE_WHOLE: a line of its own. */
double value_need(const struct maker *maker, const struct form_field *field, const struct value *value);
/** value_row_need() - the same for a column of a table. */
double value_row_need(const struct form_field *field);
/** text_plain() - Japanese, without readings; free with g_free(). */
char *text_plain(const struct text *text);
/** date_plain() - "令和8年11月24日", or with NULL room to write the year, month and day. g_free(). */
char *date_plain(const char *iso, bool is_birth);
