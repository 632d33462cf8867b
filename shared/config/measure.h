#pragma once
/* SPDX-License-Identifier: MIT
 * Measure: what a town's texts and colours become on its screen and paper, with the fonts that will draw them: texts too
 * long for their box, characters no font has, colours that do not read, buttons too small for a finger. Declared here for
 * madoguchi-config and built in shared/render/measure.c, which stands above: programs that only load do without fonts. */
#include <stdbool.h>
#include "shared/base/cleanup.h"
#include "shared/config/layer/load.h"

/** measure_init() - once per process. -ENOENT: the fonts of a counter are not installed. */
MUST_USE int measure_init(void);
/** measure_town() - adds to @findings what is wrong with the texts, colours and sizes of a merged town and sorts them.
 *  @loaded: nothing is measured where no tree could be merged. */
void measure_town(const struct loaded *loaded, struct findings *findings);
