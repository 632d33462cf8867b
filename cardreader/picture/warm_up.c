/* SPDX-License-Identifier: MIT
 * What libraries ask the system at their first use they must have asked before the lock-down: glibc's qsort, which
 * libtiff sorts its fields with, asks how much memory there is. One picture of each kind goes all the way. */
#include "cardreader/picture/convert.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define PNG_BYTES_MAX 4096

/* 8 × 8 pixels in MMR: six entries, then the strip */
static const uint8_t tiff[] = {
	'I', 'I', 42, 0, 8, 0, 0, 0, 6, 0,
	0x00, 0x01, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0,     /* ImageWidth */
	0x01, 0x01, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0,     /* ImageLength */
	0x03, 0x01, 3, 0, 1, 0, 0, 0, 4, 0, 0, 0,     /* Compression: T.6 */
	0x06, 0x01, 3, 0, 1, 0, 0, 0, 0, 0, 0, 0,     /* PhotometricInterpretation: WhiteIsZero */
	0x11, 0x01, 4, 0, 1, 0, 0, 0, 86, 0, 0, 0,    /* StripOffsets */
	0x17, 0x01, 4, 0, 1, 0, 0, 0, 7, 0, 0, 0,     /* StripByteCounts */
	0, 0, 0, 0, 0xCB, 0xDF, 0xF8, 0xE0, 0x02, 0x00, 0x20};

/* 8 × 8 pixels, one resolution */
static const uint8_t jpeg2000[] = {
	0xFF, 0x4F, 0xFF, 0x51, 0, 41, 0, 0, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 8,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 15, 1, 1, 0xFF, 0x52, 0, 12, 0, 0, 0, 1, 0, 0, 4, 4, 0, 1, 0xFF, 0x5C, 0, 4, 0x40, 0x80,
	0xFF, 0x90, 0, 10, 0, 0, 0, 0, 0, 0x20, 0, 1, 0xFF, 0x93, 0xC0, 0x1F, 0x80, 0x70, 0x11, 0x50, 0x54, 0xA3, 0x6E, 0xD7,
	0x84, 0, 0, 0, 1, 0x84, 0x84, 0x7F, 0xFF, 0xD9};

int picture_warm_up(void)
{
	uint8_t from_tiff[PNG_BYTES_MAX], again[PNG_BYTES_MAX];
	size_t n_png, n_again;
	int r = picture_convert("image/tiff", tiff, sizeof(tiff), from_tiff, sizeof(from_tiff), &n_png);

	if (!r)
		r = picture_convert("image/jp2", jpeg2000, sizeof(jpeg2000), again, sizeof(again), &n_again);
	if (!r)
		r = picture_convert("image/png", from_tiff, n_png, again, sizeof(again), &n_again);
	return r < 0 ? fault_pass(r) : 0;
}
