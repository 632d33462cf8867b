#pragma once
/* SPDX-License-Identifier: MIT
 * Bitmap: what the printer's head burns, one bit a dot, 1 black, rows of whole bytes, left dot in the top bit. */
#include <stddef.h>
#include <stdint.h>
#include "shared/base/cleanup.h"

struct bitmap {
	uint8_t *bits;
	int width, height, stride;
};

void bitmap_release(struct bitmap *bitmap);
/** bitmap_from_coverage() - black where at least @threshold of 255 is covered: letters get crisp edges, no dither. */
MUST_USE int bitmap_from_coverage(const uint8_t *coverage, int width, int height, int stride, int threshold,
				  struct bitmap *ret_bitmap);

/* ---- its readers, each a whole document to @fd ---------------------------------------------------------------- */
/** bitmap_write_escpos() - ESC @, the picture as GS v 0 in bands, feed to the knife and cut. */
MUST_USE int bitmap_write_escpos(const struct bitmap *bitmap, int fd);
MUST_USE int bitmap_write_png(const struct bitmap *bitmap, int fd);
/** bitmap_write_pdf() - one page of @dots_per_mm; @date_iso for its metadata. */
MUST_USE int bitmap_write_pdf(const struct bitmap *bitmap, double dots_per_mm, const char *date_iso, int fd);
