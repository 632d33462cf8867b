#pragma once
/* SPDX-License-Identifier: MIT
 * Codecs: bytes of a card to a grey raster, and back to PNG. Meant for a process that may die: input is hostile.
 * Thread: any. */
#include "cardreader/picture/raster.h"

/* Each: 0, -EBADMSG (no such picture, or one of a shape no card writes), -ERANGE (too large), -ENOMEM. */

/** codec_png_decode() - ISO/IEC 15948; colours become grey over white; of 1 bit: two levels, ink dark. */
MUST_USE int codec_png_decode(const uint8_t *bytes, size_t n_bytes, struct raster *ret_raster);
/** codec_jp2_decode() - JPEG 2000 (ISO/IEC 15444-1), as a JP2 file or as a bare codestream; grey or RGB. */
MUST_USE int codec_jp2_decode(const uint8_t *bytes, size_t n_bytes, struct raster *ret_raster);
/** codec_tiff_decode() - TIFF of one page in MMR (ITU-T T.6), two levels; filler behind it is fine. */
MUST_USE int codec_tiff_decode(const uint8_t *bytes, size_t n_bytes, struct raster *ret_raster);

/** codec_png_encode() - grey PNG of 1 bit when bilevel, else 8; the same bytes for the same picture. 0, -ENOSPC when
 *  it needs more than @out_max, -ENOMEM. */
MUST_USE int codec_png_encode(const struct raster *raster, uint8_t *out, size_t out_max, size_t *ret_n_bytes);
