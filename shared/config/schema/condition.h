#pragma once
/* SPDX-License-Identifier: MIT
 * Condition: show_if, the field that decides whether another is asked and printed. */
#include "shared/config/schema/check.h"

bool field_type_is(const struct tree *field, const char *type);
/** field_has_options() - whether one chooses among options. */
bool field_has_options(const struct tree *field);
/** field_can_be() - whether @value is one that @field can have. */
bool field_can_be(const struct tree *field, const char *value);
/** check_condition() - the show_if of @field, which stands in the list @fields. */
void check_condition(struct loading *loading, const struct tree *fields, const struct tree *field);
/** check_condition_cycles() - fields of @fields that show each other in a circle. */
void check_condition_cycles(struct loading *loading, const struct tree *fields);
