/* SPDX-License-Identifier: MIT
 * Reading goes through libpng's simplified interface, which composes everything to grey over white and longjmps
 * nowhere. Letters cut out of a transparent ground in one colour are told by the alpha channel alone: then what is
 * opaque is ink. Source: ISO/IEC 15948. */
#include <errno.h>
#include <png.h>
#include <string.h>

#include "cardreader/picture/codec.h"
#include "shared/base/fault.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

#define IHDR_BIT_DEPTH 24
#define HEADER_BYTES 33 /* signature and IHDR */
#define WHITE 255
#define HALF 128

/* ---- reading ---- */

/* @ga: grey and alpha of each pixel. */
static void compose(const uint8_t *ga, struct raster *raster)
{
	size_t n = (size_t)raster->width * (size_t)raster->height;
	bool is_blank = true, is_cut_out = false;

	for (size_t i = 0; i < n; i++) {
		unsigned grey = ga[2 * i], alpha = ga[2 * i + 1];

		raster->grey[i] = (uint8_t)((grey * alpha + WHITE * (WHITE - alpha) + WHITE / 2) / WHITE);
		is_blank = is_blank && raster->grey[i] == WHITE;
		is_cut_out = is_cut_out || (alpha != ga[1]);
	}
	for (size_t i = 0; is_blank && is_cut_out && i < n; i++)
		raster->grey[i] = (uint8_t)(WHITE - ga[2 * i + 1]);
}

/* Two colours: of 1 bit, or nothing but black and white in more. */
static void make_bilevel(struct raster *raster, bool is_one_bit)
{
	size_t n = (size_t)raster->width * (size_t)raster->height;

	for (size_t i = 0; !is_one_bit && i < n; i++)
		if (raster->grey[i] && raster->grey[i] != WHITE)
			return;
	for (size_t i = 0; i < n; i++)
		raster->grey[i] = raster->grey[i] < HALF ? 0 : WHITE;
	raster->is_bilevel = true;
	raster_ink_on_white(raster);
}

static int read_pixels(png_image *image, struct raster *raster)
{
	size_t n = (size_t)image->width * image->height * 2;
	uint8_t *ga = calloc(1, n);
	bool is_read;

	if (!ga)
		return fault_raise(-ENOMEM);
	is_read = png_image_finish_read(image, NULL, ga, 0, NULL);
	if (is_read)
		compose(ga, raster);
	explicit_bzero(ga, n);
	free(ga);
	return is_read ? 0 : fault_raise(-EBADMSG);
}

int codec_png_decode(const uint8_t *bytes, size_t n_bytes, struct raster *ret_raster)
{
	CLEANUP(raster_release) struct raster raster = {0};
	png_image image = {.version = PNG_IMAGE_VERSION};
	int r;

	if (n_bytes < HEADER_BYTES || !png_image_begin_read_from_memory(&image, bytes, n_bytes))
		return fault_raise(-EBADMSG);
	image.format = PNG_FORMAT_GA;
	r = raster_init(&raster, image.width, image.height);
	if (!r)
		r = read_pixels(&image, &raster);
	png_image_free(&image);
	if (r < 0)
		return fault_pass(r);
	make_bilevel(&raster, bytes[IHDR_BIT_DEPTH] == 1);
	*ret_raster = raster;
	raster = (struct raster){0};
	return 0;
}

/* ---- writing ---- */

struct sink {
	uint8_t *out;
	size_t max, n;
	bool is_full;
};

static void put(png_structp png, png_bytep bytes, size_t n_bytes)
{
	struct sink *sink = png_get_io_ptr(png);

	if (n_bytes > sink->max - sink->n) {
		sink->is_full = true;
		png_error(png, "full");
	}
	memcpy(sink->out + sink->n, bytes, n_bytes);
	sink->n += n_bytes;
}

static void flush(png_structp png)
{
}

static void silent(png_structp png, png_const_charp message)
{
}

static void leave(png_structp png, png_const_charp message)
{
	png_longjmp(png, 1);
}

static void write_rows(png_structp png, const struct raster *raster)
{
	uint8_t row[RASTER_SIDE_MAX];

	if (raster->is_bilevel)
		png_set_packing(png); /* 0 and 1 in a byte each */
	for (int y = 0; y < raster->height; y++) {
		memcpy(row, raster->grey + (size_t)y * (size_t)raster->width, (size_t)raster->width);
		for (int x = 0; raster->is_bilevel && x < raster->width; x++)
			row[x] = row[x] ? 1 : 0;
		png_write_row(png, row);
	}
	explicit_bzero(row, sizeof(row));
}

/* Everything that changes between setjmp and longjmp lives in @sink: locals could be lost. */
static int write_png(png_structp png, png_infop info, const struct raster *raster, struct sink *sink)
{
	if (setjmp(png_jmpbuf(png)))
		return sink->is_full ? -ENOSPC : -ENOMEM;
	png_set_write_fn(png, sink, put, flush);
	png_set_compression_level(png, 9);
	png_set_IHDR(png, info, (uint32_t)raster->width, (uint32_t)raster->height, raster->is_bilevel ? 1 : 8,
		     PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	write_rows(png, raster);
	png_write_end(png, NULL);
	return 0;
}

int codec_png_encode(const struct raster *raster, uint8_t *out, size_t out_max, size_t *ret_n_bytes)
{
	struct sink sink = {out, out_max, 0, false};
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, leave, silent);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	int r = info ? write_png(png, info, raster, &sink) : -ENOMEM;

	png_destroy_write_struct(&png, &info);
	if (r < 0)
		return fault_raise(r);
	*ret_n_bytes = sink.n;
	return 0;
}
