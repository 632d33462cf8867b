#pragma once
/* SPDX-License-Identifier: MIT
 * Icon: our own line drawings, and the picture of a card being laid on the reader. Inner to ui/. */
#include "terminal/ui/content.h"

/** icon_paint() - @name within a square of @size at @x, @y. Unknown names paint nothing: ui_problems() tells. */
void icon_paint(cairo_t *cr, const char *name, double x, double y, double size, double line_width,
		struct colour ink);
bool icon_is_known(const char *name);
/** icon_is_illustration() - card-on-reader, card-off-reader: as wide as the screen. NULL is none. */
bool icon_is_illustration(const char *name);
/** icon_is_face() - face-birth, face-expiry, face-code, face-residence: a card's face with one place marked. */
bool icon_is_face(const char *name);
void icon_paint_face(const struct view *view, cairo_t *cr, const struct ui_node *node);
/** icon_paint_illustration() - in the node's box; its detail, if any, is what the reader's pad says. */
void icon_paint_illustration(const struct view *view, cairo_t *cr, const struct ui_node *node);
/** icon_rounded() - adds a rounded rectangle to the path. */
void icon_rounded(cairo_t *cr, double x, double y, double width, double height, double radius);
