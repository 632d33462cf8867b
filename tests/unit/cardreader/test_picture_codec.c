/* SPDX-License-Identifier: MIT
 * Pictures of cards to PNG, in this process: each coding as the virtual card writes it, and bytes that are none. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>
#include <cmocka.h>

#include "cardreader/picture/codec.h"
#include "cardreader/picture/convert.h"
#include "cardreader/picture/picture.h"
#include "cardreader/virtual/picture.h"
#include "shared/base/banned.h"

#define FLIPS 400
#define WORDS "見本　花子"

typedef int decode_fn(const uint8_t *bytes, size_t n_bytes, struct raster *ret_raster);

static const uint8_t *bytes_of(const struct buf *buf)
{
	return (const uint8_t *)buf->bytes;
}

static bool is_dark(cairo_surface_t *surface, int x, int y)
{
	const uint8_t *row = cairo_image_surface_get_data(surface) + y * cairo_image_surface_get_stride(surface);

	return row[4 * x + 1] < 128;
}

static cairo_surface_t *draw_letters(int width, int height)
{
	cairo_surface_t *surface = NULL;

	assert_int_equal(picture_of_text(WORDS, height * 2 / 3, width, height, &surface), 0);
	return surface;
}

static cairo_surface_t *draw_face(int width, int height)
{
	static const struct persona persona = {.name = WORDS, .sex = '2'};
	cairo_surface_t *surface = NULL;

	assert_int_equal(picture_of_person(&persona, width, height, &surface), 0);
	return surface;
}

static void assert_same_letters(const struct raster *raster, cairo_surface_t *surface)
{
	assert_true(raster->is_bilevel);
	assert_int_equal(raster->width, cairo_image_surface_get_width(surface));
	assert_int_equal(raster->height, cairo_image_surface_get_height(surface));
	for (int y = 0; y < raster->height; y++)
		for (int x = 0; x < raster->width; x++)
			assert_int_equal(raster->grey[y * raster->width + x], is_dark(surface, x, y) ? 0 : 255);
}

/* PNG of four bytes a pixel, or of a palette of two colours. */
static void make_png(uint32_t format, uint32_t width, uint32_t height, const void *pixels, const void *colours, struct buf *to)
{
	png_image image = {.version = PNG_IMAGE_VERSION, .width = width, .height = height, .format = format,
			   .colormap_entries = colours ? 2 : 0};
	png_alloc_size_t n = PICTURE_BYTES_MAX;
	uint8_t *bytes = malloc(n);

	assert_true(png_image_write_to_memory(&image, bytes, &n, 0, pixels, 0, colours));
	assert_int_equal(buf_add(to, bytes, n), 0);
	free(bytes);
}

/* ---- what cards write ---- */

static void letters_come_pixel_for_pixel_from_png_and_mmr(void **state)
{
	CLEANUP(picture_surface_freep) cairo_surface_t *surface = draw_letters(413, 61); /* no multiple of eight */
	CLEANUP(buf_release) struct buf png = BUF_INIT(PICTURE_BYTES_MAX);
	CLEANUP(buf_release) struct buf tiff = BUF_INIT(PICTURE_BYTES_MAX);
	CLEANUP(raster_release) struct raster from_png = {0};
	CLEANUP(raster_release) struct raster from_tiff = {0};
	static const uint8_t filler[3000];

	assert_int_equal(picture_to_png(surface, &png), 0);
	assert_int_equal(codec_png_decode(bytes_of(&png), png.len, &from_png), 0);
	assert_same_letters(&from_png, surface);
	assert_int_equal(picture_to_tiff(surface, 200, &tiff), 0);
	assert_int_equal(buf_add(&tiff, filler, sizeof(filler)), 0);
	assert_int_equal(codec_tiff_decode(bytes_of(&tiff), tiff.len, &from_tiff), 0);
	assert_same_letters(&from_tiff, surface);
}

static void faces_come_close_from_file_and_codestream(void **state)
{
	CLEANUP(picture_surface_freep) cairo_surface_t *surface = draw_face(240, 320);

	for (int is_codestream = 0; is_codestream < 2; is_codestream++) {
		CLEANUP(buf_release) struct buf face = BUF_INIT(PICTURE_BYTES_MAX);
		CLEANUP(raster_release) struct raster raster = {0};
		static const uint8_t filler[500];
		long difference = 0;

		assert_int_equal(picture_to_jpeg2000(surface, 3000, is_codestream, &face), 0);
		assert_in_range(face.len, 500, 3000);
		assert_int_equal(buf_add(&face, filler, sizeof(filler)), 0);
		assert_int_equal(codec_jp2_decode(bytes_of(&face), face.len, &raster), 0);
		assert_false(raster.is_bilevel);
		assert_int_equal(raster.width, 240);
		assert_int_equal(raster.height, 320);
		for (int y = 0; y < 320; y++)
			for (int x = 0; x < 240; x++) {
				const uint8_t *p = cairo_image_surface_get_data(surface) +
						   y * cairo_image_surface_get_stride(surface) + 4 * x;

				difference += labs((299L * p[2] + 587L * p[1] + 114L * p[0]) / 1000 - raster.grey[y * 240 + x]);
			}
		assert_in_range(difference / (240 * 320), 0, 4);
	}
}

/* ---- letters must be seen ---- */

static void ground_is_white_however_the_card_says_it(void **state)
{
	/* B G R A in memory; a bar of three columns of eight is the ink */
	static const struct {
		const char *about;
		uint8_t ink[4], ground[4];
	} ways[] = {
		{"black on white", {0, 0, 0, 255}, {255, 255, 255, 255}},
		{"white on black", {255, 255, 255, 255}, {0, 0, 0, 255}},
		{"black on nothing", {0, 0, 0, 255}, {0, 0, 0, 0}},
		{"white on nothing", {255, 255, 255, 255}, {255, 255, 255, 0}},
		{"nothing cut out of black", {0, 0, 0, 0}, {0, 0, 0, 255}},
	};
	uint8_t colours[2][4];
	uint8_t pixels[64];

	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		CLEANUP(buf_release) struct buf png = BUF_INIT(PICTURE_BYTES_MAX);
		CLEANUP(raster_release) struct raster raster = {0};

		memcpy(colours[0], ways[i].ground, 4);
		memcpy(colours[1], ways[i].ink, 4);
		for (int p = 0; p < 64; p++)
			pixels[p] = p % 8 >= 2 && p % 8 < 5;
		make_png(PNG_FORMAT_BGRA_COLORMAP, 8, 8, pixels, colours, &png);
		assert_int_equal(png.bytes[24], 1); /* one bit in the file */
		assert_int_equal(codec_png_decode(bytes_of(&png), png.len, &raster), 0);
		assert_true(raster.is_bilevel);
		for (int p = 0; p < 64; p++)
			if (raster.grey[p] != (pixels[p] ? 0 : 255))
				fail_msg("%s: pixel %d", ways[i].about, p);
	}
}

static void colours_become_grey(void **state)
{
	static const uint8_t pixels[4][4] = {{0, 0, 255, 255}, {0, 255, 0, 255}, {255, 0, 0, 255}, {90, 90, 90, 255}};
	CLEANUP(buf_release) struct buf png = BUF_INIT(PICTURE_BYTES_MAX);
	CLEANUP(raster_release) struct raster raster = {0};

	make_png(PNG_FORMAT_BGRA, 4, 1, pixels, NULL, &png);
	assert_int_equal(codec_png_decode(bytes_of(&png), png.len, &raster), 0);
	assert_false(raster.is_bilevel);
	assert_true(raster.grey[1] > raster.grey[0] && raster.grey[0] > raster.grey[2]); /* green, red, blue */
	assert_int_equal(raster.grey[3], 90);
}

static struct raster converted(const char *media, const struct buf *from)
{
	static uint8_t png[CARD_PICTURE_PNG_BYTES_MAX];
	struct raster raster = {0};
	size_t n_png = 0;

	assert_int_equal(picture_convert(media, bytes_of(from), from->len, png, sizeof(png), &n_png), 0);
	assert_int_equal(codec_png_decode(png, n_png, &raster), 0);
	assert_int_equal(png[24], raster.is_bilevel ? 1 : 8);
	assert_int_equal(png[25], 0); /* grey */
	return raster;
}

static void small_letters_grow_by_whole_pixels(void **state)
{
	static const struct {
		int width, factor;
	} sizes[] = {{300, 3}, {400, 3}, {401, 2}, {600, 2}, {601, 1}, {1200, 1}};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		CLEANUP(picture_surface_freep) cairo_surface_t *surface = draw_letters(sizes[i].width, 40);
		CLEANUP(buf_release) struct buf png = BUF_INIT(PICTURE_BYTES_MAX);
		CLEANUP(raster_release) struct raster raster = {0};
		int f = sizes[i].factor;

		assert_int_equal(picture_to_png(surface, &png), 0);
		raster = converted("image/png", &png);
		assert_int_equal(raster.width, sizes[i].width * f);
		assert_int_equal(raster.height, 40 * f);
		for (int y = 0; y < raster.height; y++)
			for (int x = 0; x < raster.width; x++)
				assert_int_equal(raster.grey[y * raster.width + x], is_dark(surface, x / f, y / f) ? 0 : 255);
	}
}

static void large_faces_shrink_until_they_fit(void **state)
{
	CLEANUP(picture_surface_freep) cairo_surface_t *surface = draw_face(1500, 2000);
	CLEANUP(buf_release) struct buf face = BUF_INIT(PICTURE_BYTES_MAX);
	CLEANUP(raster_release) struct raster raster = {0};

	assert_int_equal(picture_to_jpeg2000(surface, SESSION_PICTURE_BYTES_MAX, false, &face), 0);
	raster = converted("image/jp2", &face);
	assert_in_range(raster.width, 200, 1499);
	assert_in_range(raster.height * 3, raster.width * 4 - 12, raster.width * 4 + 12);
}

static void same_picture_gives_the_same_bytes(void **state)
{
	CLEANUP(picture_surface_freep) cairo_surface_t *surface = draw_face(200, 250);
	CLEANUP(buf_release) struct buf face = BUF_INIT(PICTURE_BYTES_MAX);
	static uint8_t png[2][CARD_PICTURE_PNG_BYTES_MAX];
	size_t n[2];

	assert_int_equal(picture_to_jpeg2000(surface, 5000, true, &face), 0);
	for (int i = 0; i < 2; i++)
		assert_int_equal(picture_convert("image/jp2", bytes_of(&face), face.len, png[i], sizeof(png[i]), &n[i]), 0);
	assert_int_equal(n[0], n[1]);
	assert_memory_equal(png[0], png[1], n[0]);
}

/* ---- what no card writes ---- */

static void put_u32(uint8_t *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* Source: ISO/IEC 15948 Annex D. */
static uint32_t crc_of(const uint8_t *bytes, size_t n)
{
	uint32_t crc = 0xffffffff;

	for (size_t i = 0; i < n; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? 0xedb88320 ^ crc >> 1 : crc >> 1;
	}
	return ~crc;
}

static void sides_beyond_2048_are_refused_before_decoding(void **state)
{
	static const uint32_t sides[] = {2049, 60000, 0x7fffffff, 0xffffffff, 0};
	CLEANUP(picture_surface_freep) cairo_surface_t *surface = draw_face(64, 80);
	CLEANUP(buf_release) struct buf png = BUF_INIT(PICTURE_BYTES_MAX);
	CLEANUP(buf_release) struct buf jp2 = BUF_INIT(PICTURE_BYTES_MAX);

	assert_int_equal(picture_to_png(surface, &png), 0);
	assert_int_equal(picture_to_jpeg2000(surface, 3000, true, &jp2), 0);
	for (size_t i = 0; i < sizeof(sides) / sizeof(*sides); i++)
		for (size_t at = 0; at < 8; at += 4) {
			CLEANUP(raster_release) struct raster raster = {0};
			uint8_t *ihdr = (uint8_t *)png.bytes + 16, *siz = (uint8_t *)jp2.bytes + 8, kept[8];

			memcpy(kept, ihdr, 8);
			put_u32(ihdr + at, sides[i]);
			put_u32((uint8_t *)png.bytes + 29, crc_of(ihdr - 4, 17));
			assert_true(codec_png_decode(bytes_of(&png), png.len, &raster) < 0);
			memcpy(ihdr, kept, 8);
			memcpy(kept, siz, 8);
			put_u32(siz + at, sides[i]);
			assert_true(codec_jp2_decode(bytes_of(&jp2), jp2.len, &raster) < 0);
			memcpy(siz, kept, 8);
			assert_null(raster.grey);
		}
}

static void make_tiff(uint16_t compression, uint16_t bits, uint32_t side, struct buf *to)
{
	char path[64];
	static uint8_t row[4096];
	TIFF *tiff;
	int fd;

	snprintf(path, sizeof(path), "%s/picture-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	tiff = TIFFFdOpen(fd, path, "w");
	TIFFSetField(tiff, TIFFTAG_IMAGEWIDTH, side);
	TIFFSetField(tiff, TIFFTAG_IMAGELENGTH, side);
	TIFFSetField(tiff, TIFFTAG_BITSPERSAMPLE, bits);
	TIFFSetField(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
	TIFFSetField(tiff, TIFFTAG_COMPRESSION, compression);
	TIFFSetField(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
	for (uint32_t y = 0; y < side; y++)
		assert_int_equal(TIFFWriteScanline(tiff, row, y, 0), 1);
	TIFFClose(tiff);
	assert_int_equal(buf_read_file(to, path), 0);
	unlink(path);
}

static void other_shapes_of_tiff_are_refused(void **state)
{
	static const struct {
		uint16_t compression, bits;
		uint32_t side;
		int r;
	} shapes[] = {
		{COMPRESSION_CCITTFAX4, 1, 2048, 0}, {COMPRESSION_CCITTFAX4, 1, 2049, -ERANGE}, {COMPRESSION_NONE, 1, 16, -EBADMSG},
		{COMPRESSION_LZW, 8, 16, -EBADMSG}, {COMPRESSION_CCITTFAX3, 1, 16, -EBADMSG}, {COMPRESSION_ADOBE_DEFLATE, 1, 16, -EBADMSG},
	};

	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++) {
		CLEANUP(buf_release) struct buf tiff = BUF_INIT(PICTURE_BYTES_MAX);
		CLEANUP(raster_release) struct raster raster = {0};

		make_tiff(shapes[i].compression, shapes[i].bits, shapes[i].side, &tiff);
		assert_int_equal(codec_tiff_decode(bytes_of(&tiff), tiff.len, &raster), shapes[i].r);
		if (!shapes[i].r)
			assert_int_equal(raster.grey[0], 0); /* zero is black in this one */
	}
}

static void what_it_is_called_is_what_it_must_be(void **state)
{
	static const char *const media[] = {"image/png", "image/jp2", "image/tiff", "image/gif", ""};
	CLEANUP(picture_surface_freep) cairo_surface_t *surface = draw_face(64, 80);
	static uint8_t out[CARD_PICTURE_PNG_BYTES_MAX];

	for (int made = 0; made < 3; made++)
		for (int called = 0; called < 5; called++) {
			CLEANUP(buf_release) struct buf file = BUF_INIT(PICTURE_BYTES_MAX);
			size_t n = 77;

			assert_int_equal(made == 0 ? picture_to_png(surface, &file) :
					 made == 1 ? picture_to_jpeg2000(surface, 3000, false, &file) :
						     picture_to_tiff(surface, 200, &file), 0);
			assert_int_equal(picture_convert(media[called], bytes_of(&file), file.len, out, sizeof(out), &n),
					 made == called ? 0 : -EBADMSG);
			assert_true((n == 77) == (made != called));
		}
}

static void make_all(struct buf files[3])
{
	CLEANUP(picture_surface_freep) cairo_surface_t *letters = draw_letters(200, 40);
	CLEANUP(picture_surface_freep) cairo_surface_t *face = draw_face(96, 120);

	for (int i = 0; i < 3; i++)
		files[i] = BUF_INIT(PICTURE_BYTES_MAX);
	assert_int_equal(picture_to_png(letters, &files[0]), 0);
	assert_int_equal(picture_to_jpeg2000(face, 3000, false, &files[1]), 0);
	assert_int_equal(picture_to_tiff(letters, 200, &files[2]), 0);
}

static decode_fn *const decoders[3] = {codec_png_decode, codec_jp2_decode, codec_tiff_decode};

/* A copy of exactly the length, so that a sanitizer sees a read behind it. */
static int decode_copy(decode_fn *decode, const uint8_t *bytes, size_t n)
{
	CLEANUP(raster_release) struct raster raster = {0};
	uint8_t *copy = malloc(n ? n : 1);
	int r;

	memcpy(copy, bytes, n);
	r = decode(copy, n, &raster);
	free(copy);
	assert_true((r == 0) == (raster.grey != NULL));
	return r;
}

static void pictures_cut_off_are_no_pictures(void **state)
{
	struct buf files[3];

	make_all(files);
	for (int i = 0; i < 3; i++) {
		size_t n_taken = 0;

		for (size_t n = 0; n < files[i].len; n += 1 + files[i].len / 500)
			n_taken += decode_copy(decoders[i], bytes_of(&files[i]), n) == 0;
		assert_in_range(n_taken, 0, 24); /* end marks and resolutions may be missing */
		buf_release(&files[i]);
	}
}

static void spoilt_pictures_are_survived(void **state)
{
	struct buf files[3];
	uint32_t seed = 20261122;

	make_all(files);
	for (int i = 0; i < 3; i++) {
		for (int flip = 0; flip < FLIPS; flip++) {
			uint8_t *copy = malloc(files[i].len);

			memcpy(copy, files[i].bytes, files[i].len);
			for (int n = 0; n <= flip % 4; n++) {
				seed = seed * 1664525 + 1013904223;
				copy[(seed >> 8) % files[i].len] ^= (uint8_t)(1 << (seed & 7));
			}
			(void)!decode_copy(decoders[i], copy, files[i].len);
			free(copy);
		}
		buf_release(&files[i]);
	}
}

static void output_never_exceeds_its_room(void **state)
{
	CLEANUP(raster_release) struct raster noise = {0};
	uint8_t out[1000];
	size_t n = 77;
	uint32_t seed = 1;

	assert_int_equal(raster_init(&noise, 64, 64), 0);
	for (int i = 0; i < 64 * 64; i++)
		noise.grey[i] = (uint8_t)((seed = seed * 1664525 + 1013904223) >> 24);
	memset(out, 0xA5, sizeof(out));
	assert_int_equal(codec_png_encode(&noise, out, sizeof(out) - 8, &n), -ENOSPC);
	assert_int_equal(n, 77);
	for (size_t i = sizeof(out) - 8; i < sizeof(out); i++)
		assert_int_equal(out[i], 0xA5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(letters_come_pixel_for_pixel_from_png_and_mmr),
		cmocka_unit_test(faces_come_close_from_file_and_codestream),
		cmocka_unit_test(ground_is_white_however_the_card_says_it),
		cmocka_unit_test(colours_become_grey),
		cmocka_unit_test(small_letters_grow_by_whole_pixels),
		cmocka_unit_test(large_faces_shrink_until_they_fit),
		cmocka_unit_test(same_picture_gives_the_same_bytes),
		cmocka_unit_test(sides_beyond_2048_are_refused_before_decoding),
		cmocka_unit_test(other_shapes_of_tiff_are_refused),
		cmocka_unit_test(what_it_is_called_is_what_it_must_be),
		cmocka_unit_test(pictures_cut_off_are_no_pictures),
		cmocka_unit_test(spoilt_pictures_are_survived),
		cmocka_unit_test(output_never_exceeds_its_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
