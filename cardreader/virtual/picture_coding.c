/* SPDX-License-Identifier: MIT
 * libpng, OpenJPEG and libtiff write into memory here: nothing of a card touches a disk. JPEG 2000 is asked for a rate
 * and, should it still be too long, for a smaller one. */
#include <errno.h>
#include <openjpeg.h>
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

#include "cardreader/virtual/picture.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define BLACK_BELOW 128
#define JPEG2000_TRIES 8
#define JPEG2000_RESOLUTIONS 5

struct size {
	int width, height;
};

static struct size size_of(cairo_surface_t *surface)
{
	cairo_surface_flush(surface);
	return (struct size){cairo_image_surface_get_width(surface), cairo_image_surface_get_height(surface)};
}

static uint32_t pixel_at(cairo_surface_t *surface, int x, int y)
{
	const uint8_t *row = cairo_image_surface_get_data(surface) + (ptrdiff_t)y * cairo_image_surface_get_stride(surface);
	uint32_t pixel;

	memcpy(&pixel, row + 4 * (ptrdiff_t)x, 4);
	return pixel;
}

static uint8_t grey_at(cairo_surface_t *surface, int x, int y)
{
	uint32_t pixel = pixel_at(surface, x, y);

	return (uint8_t)((((pixel >> 16) & 0xFF) * 299 + ((pixel >> 8) & 0xFF) * 587 + (pixel & 0xFF) * 114) / 1000);
}

int picture_to_bits(cairo_surface_t *surface, struct buf *to)
{
	struct size size = size_of(surface);
	int r = 0;

	for (int y = 0; y < size.height; y++)
		for (int x = 0; !r && x < size.width; x += 8) {
			uint8_t byte = 0;

			for (int i = 0; i < 8; i++)
				byte = (uint8_t)(byte << 1 | (x + i < size.width && grey_at(surface, x + i, y) < BLACK_BELOW));
			r = buf_add(to, &byte, 1);
		}
	return r < 0 ? fault_pass(r) : 0;
}

/* ---- PNG ---- */

static void on_png_bytes(png_structp png, png_bytep bytes, size_t n_bytes)
{
	if (buf_add(png_get_io_ptr(png), bytes, n_bytes) < 0)
		png_error(png, "full");
}

struct rows {
	struct size size;
	const char *bytes;
	size_t stride;
	int depth, colour;  /* as IHDR has them */
	bool black_is_one;  /* PNG has 1 for white */
	unsigned px_per_metre; /* 0: not told */
};

/* Kept apart from what owns memory: libpng leaves by longjmp. */
static bool write_png(png_structp png, png_infop info, const struct rows *rows, struct buf *to)
{
	if (setjmp(png_jmpbuf(png)))
		return false;
	png_set_write_fn(png, to, on_png_bytes, NULL);
	png_set_IHDR(png, info, (png_uint_32)rows->size.width, (png_uint_32)rows->size.height, rows->depth, rows->colour,
		     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	if (rows->px_per_metre)
		png_set_pHYs(png, info, rows->px_per_metre, rows->px_per_metre, PNG_RESOLUTION_METER);
	png_write_info(png, info);
	if (rows->black_is_one)
		png_set_invert_mono(png);
	for (size_t y = 0; y < (size_t)rows->size.height; y++)
		png_write_row(png, (png_const_bytep)rows->bytes + y * rows->stride);
	png_write_end(png, NULL);
	return true;
}

static int encode_png(const struct rows *rows, struct buf *to)
{
	png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
	png_infop info = png ? png_create_info_struct(png) : NULL;
	bool ok = info && write_png(png, info, rows, to);

	png_destroy_write_struct(&png, &info);
	return ok ? 0 : fault_raise(-EIO);
}

int picture_to_png(cairo_surface_t *surface, struct buf *to)
{
	CLEANUP(buf_release) struct buf bits = BUF_INIT(PICTURE_BYTES_MAX);
	struct size size = size_of(surface);
	int r = picture_to_bits(surface, &bits);

	if (!r)
		r = encode_png(&(struct rows){size, bits.bytes, (size_t)(size.width + 7) / 8, 1, PNG_COLOR_TYPE_GRAY, true, 0}, to);
	return r < 0 ? fault_pass(r) : 0;
}

int picture_to_colour_png(cairo_surface_t *surface, double dpi, struct buf *to)
{
	struct size size = size_of(surface);
	size_t stride = 3 * (size_t)size.width;
	CLEANUP(buf_release) struct buf rgb = BUF_INIT(stride * (size_t)size.height);
	int r = 0;

	for (int y = 0; y < size.height; y++)
		for (int x = 0; !r && x < size.width; x++) {
			uint32_t pixel = pixel_at(surface, x, y);

			r = buf_add(&rgb, (uint8_t[]){(uint8_t)(pixel >> 16), (uint8_t)(pixel >> 8), (uint8_t)pixel}, 3);
		}
	if (!r)
		r = encode_png(&(struct rows){size, rgb.bytes, stride, 8, PNG_COLOR_TYPE_RGB, false, (unsigned)(dpi / 0.0254 + 0.5)}, to);
	return r < 0 ? fault_pass(r) : 0;
}

/* ---- JPEG 2000 ---- */

struct memory {
	uint8_t bytes[PICTURE_BYTES_MAX];
	size_t at, n;
};

static OPJ_SIZE_T on_write(void *from, OPJ_SIZE_T n_bytes, void *data)
{
	struct memory *memory = data;

	if (n_bytes > sizeof(memory->bytes) - memory->at)
		return (OPJ_SIZE_T)-1;
	memcpy(memory->bytes + memory->at, from, n_bytes);
	memory->at += n_bytes;
	memory->n = memory->at > memory->n ? memory->at : memory->n;
	return n_bytes;
}

static OPJ_BOOL on_seek(OPJ_OFF_T at, void *data)
{
	struct memory *memory = data;

	if (at < 0 || (size_t)at > sizeof(memory->bytes))
		return OPJ_FALSE;
	memory->at = (size_t)at;
	return OPJ_TRUE;
}

static OPJ_OFF_T on_skip(OPJ_OFF_T n_bytes, void *data)
{
	struct memory *memory = data;

	return on_seek((OPJ_OFF_T)memory->at + n_bytes, data) ? n_bytes : -1;
}

static opj_image_t *grey_image(cairo_surface_t *surface)
{
	struct size size = size_of(surface);
	opj_image_cmptparm_t component = {.dx = 1, .dy = 1, .w = (OPJ_UINT32)size.width, .h = (OPJ_UINT32)size.height, .prec = 8};
	opj_image_t *image = opj_image_create(1, &component, OPJ_CLRSPC_GRAY);

	if (!image)
		return NULL;
	image->x1 = (OPJ_UINT32)size.width;
	image->y1 = (OPJ_UINT32)size.height;
	for (int y = 0; y < size.height; y++)
		for (int x = 0; x < size.width; x++)
			image->comps[0].data[y * size.width + x] = grey_at(surface, x, y);
	return image;
}

static bool encode(opj_image_t *image, float rate, bool is_codestream, struct memory *memory)
{
	opj_codec_t *codec = opj_create_compress(is_codestream ? OPJ_CODEC_J2K : OPJ_CODEC_JP2);
	opj_stream_t *stream = opj_stream_create(4096, OPJ_FALSE);
	opj_cparameters_t parameters;
	bool ok = codec && stream;

	opj_set_default_encoder_parameters(&parameters);
	parameters.tcp_numlayers = 1;
	parameters.tcp_rates[0] = rate;
	parameters.cp_disto_alloc = 1;
	parameters.irreversible = 1;
	parameters.numresolution = JPEG2000_RESOLUTIONS;
	parameters.cod_format = is_codestream ? 0 : 1;
	if (ok) {
		opj_stream_set_user_data(stream, memory, NULL);
		opj_stream_set_write_function(stream, on_write);
		opj_stream_set_seek_function(stream, on_seek);
		opj_stream_set_skip_function(stream, on_skip);
		ok = opj_setup_encoder(codec, &parameters, image) && opj_start_compress(codec, image, stream) &&
		     opj_encode(codec, stream) && opj_end_compress(codec, stream);
	}
	opj_stream_destroy(stream);
	opj_destroy_codec(codec);
	return ok;
}

int picture_to_jpeg2000(cairo_surface_t *surface, size_t bytes_max, bool is_codestream, struct buf *to)
{
	CLEANUP(freep) struct memory *memory = calloc(1, sizeof(*memory));
	struct size size = size_of(surface);
	float rate = (float)size.width * (float)size.height / (float)bytes_max;
	int r = memory ? -EMSGSIZE : -ENOMEM;

	for (int i = 0; r == -EMSGSIZE && i < JPEG2000_TRIES; i++, rate *= 1.2F) {
		opj_image_t *image = grey_image(surface); /* the encoder takes its samples away */

		memory->at = memory->n = 0;
		if (!image || !encode(image, rate < 1.1F ? 1.1F : rate, is_codestream, memory))
			r = -EIO;
		else if (memory->n <= bytes_max)
			r = buf_add(to, memory->bytes, memory->n);
		opj_image_destroy(image);
	}
	return r < 0 ? fault_raise(r) : 0;
}

/* ---- TIFF ---- */

static tmsize_t tiff_read(thandle_t data, void *out, tmsize_t n_bytes)
{
	struct memory *memory = data;
	size_t n_left = memory->n > memory->at ? memory->n - memory->at : 0;
	size_t n = (size_t)n_bytes < n_left ? (size_t)n_bytes : n_left;

	memcpy(out, memory->bytes + memory->at, n);
	memory->at += n;
	return (tmsize_t)n;
}

static tmsize_t tiff_write(thandle_t data, void *from, tmsize_t n_bytes)
{
	return on_write(from, (OPJ_SIZE_T)n_bytes, data) == (OPJ_SIZE_T)-1 ? -1 : n_bytes;
}

static toff_t tiff_seek(thandle_t data, toff_t at, int whence)
{
	struct memory *memory = data;
	toff_t base = whence == SEEK_CUR ? memory->at : whence == SEEK_END ? memory->n : 0;

	return on_seek((OPJ_OFF_T)(base + at), data) ? memory->at : (toff_t)-1;
}

static toff_t tiff_size(thandle_t data)
{
	return ((struct memory *)data)->n;
}

static int tiff_close(thandle_t data)
{
	return 0;
}

static bool write_tiff(TIFF *tiff, struct size size, double dpi, char *bits)
{
	size_t stride = (size_t)(size.width + 7) / 8;
	bool ok = TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, size.width) && TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, size.height) &&
		  TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, 1) && TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1) &&
		  TIFFSetField(tiff, TIFFTAG_COMPRESSION, COMPRESSION_CCITTFAX4) &&
		  TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE) &&
		  TIFFSetField(tiff, TIFFTAG_FILLORDER, FILLORDER_MSB2LSB) && TIFFSetField(tiff, TIFFTAG_ROWSPERSTRIP, size.height) &&
		  TIFFSetField(tiff, TIFFTAG_XRESOLUTION, dpi) && TIFFSetField(tiff, TIFFTAG_YRESOLUTION, dpi) &&
		  TIFFSetField(tiff, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);

	for (size_t y = 0; ok && y < (size_t)size.height; y++)
		ok = TIFFWriteScanline(tiff, bits + y * stride, (uint32_t)y, 0) == 1;
	return ok;
}

int picture_to_tiff(cairo_surface_t *surface, double dpi, struct buf *to)
{
	CLEANUP(buf_release) struct buf bits = BUF_INIT(PICTURE_BYTES_MAX);
	CLEANUP(freep) struct memory *memory = calloc(1, sizeof(*memory));
	TIFF *tiff;
	bool ok;
	int r = memory ? picture_to_bits(surface, &bits) : fault_raise(-ENOMEM);

	if (r < 0)
		return fault_pass(r);
	tiff = TIFFClientOpen("picture", "w", memory, tiff_read, tiff_write, tiff_seek, tiff_close, tiff_size, NULL, NULL);
	if (!tiff)
		return fault_raise(-EIO);
	ok = write_tiff(tiff, size_of(surface), dpi, bits.bytes);
	TIFFClose(tiff);
	return ok ? buf_add(to, memory->bytes, memory->n) : fault_raise(-EIO);
}
