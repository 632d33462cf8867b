#pragma once
/* SPDX-License-Identifier: MIT
 * Fit: one text in one box. */
#include <pango/pangocairo.h>
#include <stdbool.h>
#include "shared/render/boxes.h"

struct fit {
	int lines;
	bool tears; /* a word had to be broken in two */
	bool fits;
};

/** fit_surely() - whether the characters alone say that @text stands in the box. false: it must be measured. */
bool fit_surely(const struct text_box *box, const char *text);
/** fit_text() - laid out at @percent of the box's type. @pango: fonts_screen_context(). */
struct fit fit_text(PangoContext *pango, const struct text_box *box, const char *text, const char *language, int percent);
/** fit_width() - on one line, in pixels. */
int fit_width(PangoContext *pango, const struct text_box *box, const char *text, const char *language);
/** fit_usual_percent() - what of its type a text may lose unseen; fit_least_percent() - what the screen takes at most. */
int fit_usual_percent(const struct text_box *box);
int fit_least_percent(const struct text_box *box);
