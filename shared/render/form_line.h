#pragma once
/* SPDX-License-Identifier: MIT
 * Form line: labelled boxes. The labels stand in one column; where an answer is short a second one, with its label in a
 * second column, shares the line. */
#include "shared/config/config.h"
#include "shared/model/draft.h"
#include "shared/render/band.h"

/** line_add() - the line that begins with the field @at of @fields (struct form_field). Return: how many of them stand in it. */
guint line_add(struct maker *maker, const GPtrArray *fields, guint at, const struct draft *draft);
