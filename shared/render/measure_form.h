#pragma once
/* SPDX-License-Identifier: MIT
 * Measure form: what the automatic layout of the town's forms could not keep on the page or in its box. */
#include <stdbool.h>
#include "shared/config/layer/tree.h"

/** measure_forms() - one finding a form. @root: a merged tree without errors, since the whole configuration is made of it.
 *  @with_common: also forms that are as the common catalogue has them. */
void measure_forms(struct loading *loading, const struct tree *root, bool with_common);
