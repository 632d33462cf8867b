/* SPDX-License-Identifier: MIT
 * A name on a card is drawn some 300 pixels wide: on a clerk's screen that is a stamp, so letters grow, by whole
 * pixels, because the shape of a 外字 is what the picture is for. A photograph keeps its size unless it is too many
 * bytes; letters that are too many bytes keep their two levels as long as enlarging can be left out. */
#include <errno.h>
#include <string.h>

#include "cardreader/picture/codec.h"
#include "cardreader/picture/convert.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define LETTERS_WIDTH_MAX 1200 /* of enlarged letters: fits the clerk's card panel without scrolling */
#define ENLARGE_MAX 3
#define SHRINK_ROUNDS 12       /* (7/8)^12: a fifth of each side */

static int enlarge_letters(struct raster *raster)
{
	int factor = LETTERS_WIDTH_MAX / raster->width;

	if (factor * raster->height > RASTER_SIDE_MAX)
		factor = RASTER_SIDE_MAX / raster->height;
	if (factor > ENLARGE_MAX)
		factor = ENLARGE_MAX;
	return factor > 1 ? raster_enlarge(raster, factor) : 0;
}

static int encode_within(struct raster *raster, uint8_t *out, size_t out_max, size_t *ret_n_bytes)
{
	int r = codec_png_encode(raster, out, out_max, ret_n_bytes);

	for (int round = 0; r == -ENOSPC && round < SHRINK_ROUNDS; round++) {
		r = raster_shrink(raster, (raster->width * 7 + 7) / 8, (raster->height * 7 + 7) / 8);
		if (!r)
			r = codec_png_encode(raster, out, out_max, ret_n_bytes);
	}
	return r;
}

static int decode(const char *media, const uint8_t *bytes, size_t n_bytes, struct raster *ret_raster)
{
	static const struct {
		const char *media;
		int (*decode)(const uint8_t *bytes, size_t n_bytes, struct raster *ret_raster);
	} codecs[] = {{"image/png", codec_png_decode}, {"image/jp2", codec_jp2_decode}, {"image/tiff", codec_tiff_decode}};

	for (size_t i = 0; i < sizeof(codecs) / sizeof(*codecs); i++)
		if (strcmp(media, codecs[i].media) == 0)
			return codecs[i].decode(bytes, n_bytes, ret_raster);
	return fault_raise(-EBADMSG);
}

int picture_convert(const char *media, const uint8_t *bytes, size_t n_bytes, uint8_t *out, size_t out_max,
		    size_t *ret_n_bytes)
{
	CLEANUP(raster_release) struct raster raster = {0};
	int r = decode(media, bytes, n_bytes, &raster);

	if (r < 0)
		return fault_pass(r);
	if (raster.is_bilevel && strcmp(media, "image/png") == 0)
		r = enlarge_letters(&raster);
	if (!r)
		r = encode_within(&raster, out, out_max, ret_n_bytes);
	return r < 0 ? fault_pass(r) : 0;
}
