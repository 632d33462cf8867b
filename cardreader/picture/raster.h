#pragma once
/* SPDX-License-Identifier: MIT
 * Raster: a decoded grey picture, one byte a pixel, 0 black to 255 white, rows without gaps. Thread: any. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "shared/base/cleanup.h"

#define RASTER_SIDE_MAX 2048

struct raster {
	int width, height;
	bool is_bilevel; /* holds 0 and 255 only */
	uint8_t *grey;
};

/** raster_init() - a black picture. 0, -ERANGE unless both sides are 1 to RASTER_SIDE_MAX, -ENOMEM. */
MUST_USE int raster_init(struct raster *raster, uint32_t width, uint32_t height);
/** raster_release() - wipes and frees; a zeroed one is fine. */
void raster_release(struct raster *raster);
DEFINE_CLEANUP(struct raster *, raster_release)

/** raster_ink_on_white() - turns a two-coloured picture over when its ground is the darker half. */
void raster_ink_on_white(struct raster *raster);
/** raster_enlarge() - every pixel becomes a square of @factor. 0, -ERANGE, -ENOMEM; unchanged on failure. */
MUST_USE int raster_enlarge(struct raster *raster, int factor);
/** raster_shrink() - mean of the area under each new pixel; never bilevel afterwards. @width, @height: at most the
 *  present ones. 0, -ERANGE, -ENOMEM; unchanged on failure. */
MUST_USE int raster_shrink(struct raster *raster, int width, int height);
