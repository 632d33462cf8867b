#pragma once
/* SPDX-License-Identifier: MIT
 * Form value: one field's answer as the content of a cell: text, date in the era's words, boxes to tick, or room to
 * write. */
#include "shared/config/config.h"
#include "shared/model/draft.h"
#include "shared/render/band.h"

/** value_draw() - @value NULL: nothing is known, the cell is left to write in. */
void value_draw(struct maker *maker, struct band_cell *cell, const struct form_field *field, const struct value *value);
/** value_draw_in_row() - the short way of a table of people: the chosen label only. */
void value_draw_in_row(struct maker *maker, struct band_cell *cell, const struct form_field *field,
		       const struct value *value);
/** value_height() - least height in points of a line for @field: room for a pen. */
double value_height(const struct form_field *field);
/** text_plain() - Japanese, without readings; free with g_free(). */
char *text_plain(const struct text *text);
/** date_plain() - "令和8年11月24日", or with NULL room to write the year, month and day. g_free(). */
char *date_plain(const char *iso, bool is_birth);
