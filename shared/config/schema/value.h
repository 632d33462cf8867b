#pragma once
/* SPDX-License-Identifier: MIT
 * Value: the scalars of a configuration, from text. Every parse gives 0 or -EINVAL and leaves its outputs alone then. */
#include <stdint.h>
#include "shared/config/config.h"
#include "shared/config/schema/keys.h"

MUST_USE int value_integer(const char *text, long min, long max, long *ret_value);
/** value_decimal() - "15.6", at most one decimal; @min, @max and the result in tenths. */
MUST_USE int value_decimal(const char *text, long min, long max, long *ret_tenths);
/** value_time() - "08:30", up to "24:00", in minutes. */
MUST_USE int value_time(const char *text, int *ret_min);
/** value_span() - "08:30-17:15"; "closed" gives is_open false. The end may not be before the beginning. */
MUST_USE int value_span(const char *text, struct config_hours *ret_hours);
/** value_band() - "1-499". */
MUST_USE int value_band(const char *text, int *ret_first, int *ret_last);
/** value_days() - "mon", "mon-fri" to 1 … 7. */
MUST_USE int value_days(const char *text, int *ret_first, int *ret_last);
/** value_contrast() - WCAG 2.2 contrast of "#rrggbb" on white, times 100; -EINVAL for other texts. */
int value_contrast(const char *colour);
/** value_problem() - what is wrong with a scalar for @key, and what to do; NULL when nothing is. Writes into @out;
 *  @ret_rule: which rule it breaks. */
const char *value_problem(const struct key *key, const char *text, char *out, size_t size, enum finding_rule *ret_rule);
