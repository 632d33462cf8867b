#pragma once
/* SPDX-License-Identifier: MIT
 * Glyphs: texts with a font chosen for every character and variation sequence, so that nothing is drawn in a
 * wrong shape or left out. What no font holds is drawn as 〓 and remembered. */
#include <pango/pangocairo.h>
#include <stdbool.h>
#include <stdint.h>
#include "shared/base/cleanup.h"

#define MISSING_MAX 12

/** Characters that could not be drawn on this page: the scalar and, when it was a sequence, its selector. */
struct missing {
	struct missing_character {
		uint32_t scalar, selector;
		const char *where; /* label of the field, borrowed from the form */
	} items[MISSING_MAX];
	size_t n_items;
	bool has_more;
};

enum face { FACE_GOTHIC, FACE_MINCHO };

struct text_style {
	enum face face;
	bool is_bold;
	double size;  /* points */
	double width; /* wrap there; 0: one line */
	double gap;   /* between lines, as a share of the size; 0: a fifth */
	PangoAlignment align;
};

/** glyphs_layout() - never NULL. @missing: NULL or what to add to, for @where. */
PangoLayout *glyphs_layout(PangoContext *context, const char *text, const struct text_style *style,
			   struct missing *missing, const char *where);
/** glyphs_size() - logical size in points. */
void glyphs_size(PangoLayout *layout, double *ret_width, double *ret_height);
/** glyphs_find_missing() - the first character of @text without a glyph. Return: false when all can be drawn. */
bool glyphs_find_missing(PangoContext *context, const char *text, struct missing_character *ret_missing);
