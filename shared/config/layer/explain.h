#pragma once
/* SPDX-License-Identifier: MIT
 * Explain: where a value comes from. */
#include "shared/config/layer/load.h"

/** explain_print() - the value at the dotted @path, then each layer's say as FILE:LINE, winner first.
 *  0; -ENOENT when nobody says anything there; -ENOMEM, -EIO. */
MUST_USE int explain_print(const struct loaded *loaded, const char *path, FILE *out);
