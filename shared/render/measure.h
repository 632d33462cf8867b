#pragma once
/* SPDX-License-Identifier: MIT
 * Measure: what a town's texts and colours become on its screen and paper, measured with the fonts that will draw them:
 * texts too long for their box, characters no font has, colours that do not read, buttons too small for a finger. */
#include "shared/base/cleanup.h"
#include "shared/config/layer/load.h"

/** The least side of a touch target on every screen, in design pixels of a screen 1080 wide and 1920 high. */
#define MEASURE_TARGET_PX 118
#define MEASURE_TARGET_MM 20.0

/** measure_town() - adds to @findings what is wrong with the texts, colours and sizes of a merged town and sorts them. Needs
 *  fonts_init(). @loaded: a tree that was read whole; nothing is measured where it was not. */
void measure_town(const struct loaded *loaded, struct findings *findings);
