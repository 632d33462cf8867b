#pragma once
/* SPDX-License-Identifier: MIT
 * JSON of one value, shared by person and draft: {"value","source","proof","disputed"?}: the last only when it is true. */
#include <jansson.h>
#include "shared/model/person.h"

/** value_encode() - @value has a text. NULL: no memory. */
json_t *value_encode(const struct value *value);
/** value_decode() - that, or a plain string (typed, not checked). 0, -EBADMSG, -ENOSPC, -ENOMEM; untouched on failure. */
MUST_USE int value_decode(const json_t *json, struct value *value);
