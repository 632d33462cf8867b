/* SPDX-License-Identifier: MIT
 * PNG and PDF show the very dots the printer gets. Source of the commands: EPSON ESC/POS command reference, ESC @,
 * GS v 0 (obsolete for EPSON, yet the one raster command every maker's printer knows), ESC J, GS V. */
#include <cairo-pdf.h>
#include <cairo.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "printer/slip/bitmap.h"
#include "shared/base/banned.h"

#define BAND_ROWS 128 /* 9 KB at 576 dots: fits the receive buffer of small printers, so they print while we send */
#define POINTS_PER_MM (72.0 / 25.4)

void bitmap_release(struct bitmap *bitmap)
{
	free(bitmap->bits);
	*bitmap = (struct bitmap){0};
}

int bitmap_from_coverage(const uint8_t *coverage, int width, int height, int stride, int threshold,
			 struct bitmap *ret_bitmap)
{
	struct bitmap bitmap = {.width = width, .height = height, .stride = (width + 7) / 8};

	bitmap.bits = calloc((size_t)bitmap.stride, (size_t)height);
	if (!bitmap.bits)
		return fault_raise(-ENOMEM);
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++)
			if (coverage[y * stride + x] >= threshold)
				bitmap.bits[y * bitmap.stride + x / 8] |= (uint8_t)(0x80 >> x % 8);
	*ret_bitmap = bitmap;
	return 0;
}

static int write_all(int fd, const void *bytes, size_t n_bytes)
{
	const char *at = bytes;

	while (n_bytes) {
		ssize_t n = write(fd, at, n_bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault_raise(-errno);
		at += n;
		n_bytes -= (size_t)n;
	}
	return 0;
}

static int write_band(const struct bitmap *bitmap, int from, int n_rows, int fd)
{
	const uint8_t head[] = {0x1d, 0x76, 0x30, 0x00, (uint8_t)bitmap->stride, (uint8_t)(bitmap->stride >> 8),
				(uint8_t)n_rows, (uint8_t)(n_rows >> 8)};
	int r = write_all(fd, head, sizeof(head));

	return r < 0 ? r : write_all(fd, bitmap->bits + from * bitmap->stride, (size_t)(n_rows * bitmap->stride));
}

int bitmap_write_escpos(const struct bitmap *bitmap, int fd)
{
	static const uint8_t begin[] = {0x1b, 0x40};
	static const uint8_t end[] = {0x1b, 0x4a, 0x40, 0x1d, 0x56, 0x42, 0x00};
	int r = write_all(fd, begin, sizeof(begin));

	for (int y = 0; y < bitmap->height && r == 0; y += BAND_ROWS)
		r = write_band(bitmap, y, bitmap->height - y < BAND_ROWS ? bitmap->height - y : BAND_ROWS, fd);
	return r < 0 ? r : write_all(fd, end, sizeof(end));
}

static cairo_status_t on_write(void *data, const unsigned char *bytes, unsigned n_bytes)
{
	return write_all(*(int *)data, bytes, n_bytes) < 0 ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/* Grey with 0 and 255 only: every viewer shows it, and it compresses to the size of the bits. */
static cairo_surface_t *to_surface(const struct bitmap *bitmap)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, bitmap->width, bitmap->height);
	unsigned char *pixels = cairo_image_surface_get_data(surface);
	int stride = cairo_image_surface_get_stride(surface);

	if (!pixels)
		return surface;
	cairo_surface_flush(surface);
	for (int y = 0; y < bitmap->height; y++)
		for (int x = 0; x < bitmap->width; x++) {
			bool is_black = bitmap->bits[y * bitmap->stride + x / 8] & (0x80 >> x % 8);

			memset(pixels + y * stride + x * 4, is_black ? 0 : 255, 4);
		}
	cairo_surface_mark_dirty(surface);
	return surface;
}

int bitmap_write_png(const struct bitmap *bitmap, int fd)
{
	cairo_surface_t *surface = to_surface(bitmap);
	cairo_status_t status = cairo_surface_write_to_png_stream(surface, on_write, &fd);

	cairo_surface_destroy(surface);
	return status == CAIRO_STATUS_SUCCESS ? 0 : fault_raise(status == CAIRO_STATUS_NO_MEMORY ? -ENOMEM : -EIO);
}

int bitmap_write_pdf(const struct bitmap *bitmap, double dots_per_mm, const char *date_iso, int fd)
{
	double scale = POINTS_PER_MM / dots_per_mm;
	cairo_surface_t *image = to_surface(bitmap);
	cairo_surface_t *page = cairo_pdf_surface_create_for_stream(on_write, &fd, bitmap->width * scale, bitmap->height * scale);
	cairo_t *cairo = cairo_create(page);
	cairo_status_t status;

	cairo_pdf_surface_set_metadata(page, CAIRO_PDF_METADATA_CREATE_DATE, date_iso);
	cairo_scale(cairo, scale, scale);
	cairo_set_source_surface(cairo, image, 0, 0);
	cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_NEAREST);
	cairo_paint(cairo);
	cairo_show_page(cairo);
	status = cairo_status(cairo);
	cairo_destroy(cairo);
	cairo_surface_finish(page);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(page);
	cairo_surface_destroy(page);
	cairo_surface_destroy(image);
	return status == CAIRO_STATUS_SUCCESS ? 0 : fault_raise(status == CAIRO_STATUS_NO_MEMORY ? -ENOMEM : -EIO);
}
