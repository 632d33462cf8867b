/* SPDX-License-Identifier: MIT
 * libtiff from memory, for the one shape a residence card writes: one page, two levels, MMR. libtiff can do far more;
 * every other shape is refused before a pixel is decoded. Source: TIFF 6.0 §11 (T.6), ITU-T T.6. */
#include <errno.h>
#include <string.h>
#include <tiffio.h>

#include "cardreader/picture/codec.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define WHITE 255

struct source {
	const uint8_t *bytes;
	size_t n;
	uint64_t at;
};

static tmsize_t read_some(thandle_t data, void *out, tmsize_t n)
{
	struct source *source = data;
	uint64_t n_left = source->at < source->n ? source->n - source->at : 0;

	if (n < 0)
		return -1;
	if ((uint64_t)n > n_left)
		n = (tmsize_t)n_left;
	memcpy(out, source->bytes + source->at, (size_t)n);
	source->at += (uint64_t)n;
	return n;
}

static tmsize_t write_none(thandle_t data, void *bytes, tmsize_t n)
{
	return -1;
}

static toff_t seek(thandle_t data, toff_t to, int whence)
{
	struct source *source = data;

	source->at = whence == SEEK_CUR ? source->at + to : whence == SEEK_END ? source->n + to : to;
	return source->at;
}

static int close_none(thandle_t data)
{
	return 0;
}

static toff_t size_of(thandle_t data)
{
	return ((struct source *)data)->n;
}

static int say_nothing(TIFF *tiff, void *data, const char *module, const char *format, va_list args)
{
	return 1; /* handled: nothing goes to stderr */
}

static TIFF *open_source(struct source *source)
{
	TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
	TIFF *tiff;

	if (!options)
		return NULL;
	TIFFOpenOptionsSetMaxSingleMemAlloc(options, RASTER_SIDE_MAX * RASTER_SIDE_MAX);
	TIFFOpenOptionsSetErrorHandlerExtR(options, say_nothing, NULL);
	TIFFOpenOptionsSetWarningHandlerExtR(options, say_nothing, NULL);
	/* m: no memory mapping; h: only the header is read, directories by hand */
	tiff = TIFFClientOpenExt("card", "rm", source, read_some, write_none, seek, close_none, size_of, NULL, NULL,
				 options);
	TIFFOpenOptionsFree(options);
	return tiff;
}

static bool is_usable(TIFF *tiff)
{
	uint16_t compression = 0, bits = 1, samples = 1;

	TIFFGetField(tiff, TIFFTAG_COMPRESSION, &compression);
	TIFFGetFieldDefaulted(tiff, TIFFTAG_BITSPERSAMPLE, &bits);
	TIFFGetFieldDefaulted(tiff, TIFFTAG_SAMPLESPERPIXEL, &samples);
	return compression == COMPRESSION_CCITTFAX4 && bits == 1 && samples == 1 && !TIFFIsTiled(tiff);
}

static int read_rows(TIFF *tiff, struct raster *raster)
{
	uint8_t row[RASTER_SIDE_MAX / 8 + 1];
	uint16_t photometric = PHOTOMETRIC_MINISWHITE;
	int r = 0;

	if (TIFFScanlineSize(tiff) > (tmsize_t)sizeof(row))
		return fault_raise(-ERANGE);
	TIFFGetField(tiff, TIFFTAG_PHOTOMETRIC, &photometric);
	for (int y = 0; !r && y < raster->height; y++) {
		if (TIFFReadScanline(tiff, row, (uint32_t)y, 0) < 0)
			r = fault_raise(-EBADMSG);
		for (int x = 0; !r && x < raster->width; x++) {
			bool bit = row[x / 8] >> (7 - x % 8) & 1;

			raster->grey[y * raster->width + x] = bit == (photometric == PHOTOMETRIC_MINISWHITE) ? 0 : WHITE;
		}
	}
	explicit_bzero(row, sizeof(row));
	return r;
}

static int decode(TIFF *tiff, struct raster *raster)
{
	uint32_t width = 0, height = 0;
	int r;

	TIFFGetField(tiff, TIFFTAG_IMAGEWIDTH, &width);
	TIFFGetField(tiff, TIFFTAG_IMAGELENGTH, &height);
	if (!is_usable(tiff))
		return fault_raise(-EBADMSG);
	r = raster_init(raster, width, height);
	if (!r)
		r = read_rows(tiff, raster);
	if (r < 0)
		return fault_pass(r);
	raster->is_bilevel = true;
	return 0;
}

int codec_tiff_decode(const uint8_t *bytes, size_t n_bytes, struct raster *ret_raster)
{
	CLEANUP(raster_release) struct raster raster = {0};
	struct source source = {bytes, n_bytes, 0};
	TIFF *tiff = open_source(&source);
	int r;

	if (!tiff)
		return fault_raise(-EBADMSG);
	r = decode(tiff, &raster);
	TIFFClose(tiff);
	if (r < 0)
		return fault_pass(r);
	*ret_raster = raster;
	raster = (struct raster){0};
	return 0;
}
