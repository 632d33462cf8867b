#pragma once
/* SPDX-License-Identifier: MIT
 * Measure form: what the automatic layout of the town's forms could not keep on the page or in its box. */
#include "shared/config/layer/tree.h"

/** measure_forms() - one finding a form. @root: a merged tree without errors, since the whole configuration is made of it. */
void measure_forms(struct loading *loading, const struct tree *root);
