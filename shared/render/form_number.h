#pragma once
/* SPDX-License-Identifier: MIT
 * Form number: the twelve boxes of an individual number. */
#include "shared/config/config.h"
#include "shared/model/draft.h"
#include "shared/render/band.h"

/** number_draw() - empty boxes; filled with the maker's number, or with its marks, only where @field is the resident's
 *  own and @value says that the card gave it. What else a value may hold is never drawn. */
void number_draw(struct maker *maker, struct band_cell *cell, const struct form_field *field, const struct value *value);
