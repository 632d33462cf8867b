#pragma once
/* SPDX-License-Identifier: MIT
 * Picture: what a virtual card holds as images, drawn and never taken of anyone, and written in the codings the cards
 * use: 1-bit PNG, JPEG 2000 in shades of grey, TIFF with Group 4 (MMR). Thread: one at a time (Pango). */
#include <cairo.h>
#include <stdbool.h>
#include <stdint.h>
#include "cardreader/virtual/persona.h"
#include "shared/base/buf.h"

#define PICTURE_BYTES_MAX (256 * 1024)

static inline void picture_surface_freep(cairo_surface_t **surface)
{
	if (*surface)
		cairo_surface_destroy(*surface);
}

/* ---- drawing; the caller destroys the surface ---- */

/** picture_of_text() - black on white in the house's glyphs, variation sequences included; wraps at @width, shrinks
 *  until it fits @height. */
MUST_USE int picture_of_text(const char *text, double size, int width, int height, cairo_surface_t **ret_surface);
/** picture_of_digits() - one line of narrow digits that just fills the picture. */
MUST_USE int picture_of_digits(const char *digits, int width, int height, cairo_surface_t **ret_surface);
/** picture_of_person() - head and shoulders of a drawn figure. */
MUST_USE int picture_of_person(const struct persona *persona, int width, int height, cairo_surface_t **ret_surface);
/** picture_draw_person() - the same into a rectangle of another drawing. */
void picture_draw_person(cairo_t *cairo, const struct persona *persona, double x, double y, double width, double height);

/* ---- coding; appended to @to ---- */

/** picture_to_png() - one bit a pixel. */
MUST_USE int picture_to_png(cairo_surface_t *surface, struct buf *to);
/** picture_to_colour_png() - 24 bits a pixel; says its resolution, so that it prints in its true size. */
MUST_USE int picture_to_colour_png(cairo_surface_t *surface, double dpi, struct buf *to);
/** picture_to_jpeg2000() - at most @bytes_max. @is_codestream: bare (FF4F …), else as a JP2 file. */
MUST_USE int picture_to_jpeg2000(cairo_surface_t *surface, size_t bytes_max, bool is_codestream, struct buf *to);
/** picture_to_tiff() - one bit a pixel, Group 4, @dpi in its header. */
MUST_USE int picture_to_tiff(cairo_surface_t *surface, double dpi, struct buf *to);
/** picture_to_bits() - rows from the top, eight pixels a byte, 1 for black. */
MUST_USE int picture_to_bits(cairo_surface_t *surface, struct buf *to);
