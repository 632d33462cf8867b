#pragma once
/* SPDX-License-Identifier: MIT
 * Form table: rows for people. The widths follow what stands in the columns; a reading stands above its name in one
 * column; below what is filled there are empty lines for the pen. */
#include "shared/config/config.h"
#include "shared/model/draft.h"
#include "shared/render/band.h"

/** table_add() - the bands of a rows field; with its label as a line of the table when @has_caption. */
void table_add(struct maker *maker, const struct form_field *field, const struct draft *draft, bool has_caption);
/** table_rows() - how many rows it prints: those filled and some to go on, at most as many as there may be. */
size_t table_rows(const struct maker *maker, const struct form_field *field, const struct draft *draft);
/** table_is_for_staff() - whether all its columns are for office use: it belongs to the foot, a line for each person. */
bool table_is_for_staff(const struct form_field *field);
/** table_add_for_staff() - such a table with @n_rows rows. */
void table_add_for_staff(struct maker *maker, const struct form_field *field, size_t n_rows);
