/* SPDX-License-Identifier: MIT
 * libpng with one filter and zlib's first level. Errors leave by longjmp, as libpng wants it; nothing that changes after
 * setjmp is local. */
#include <png.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>

#include "shared/render/surface_png.h"
#include "shared/base/banned.h"

struct target {
	cairo_write_func_t write;
	void *closure;
	cairo_status_t status;
};

static void leave(png_structp png, png_const_charp message)
{
	(void)message;
	png_longjmp(png, 1);
}

static void silent(png_structp png, png_const_charp message)
{
	(void)png;
	(void)message;
}

static void put(png_structp png, png_bytep bytes, size_t n_bytes)
{
	struct target *target = png_get_io_ptr(png);

	target->status = target->write(target->closure, bytes, (unsigned)n_bytes);
	if (target->status != CAIRO_STATUS_SUCCESS)
		png_error(png, "not written");
}

static void flush(png_structp png)
{
	(void)png;
}

static void write_all(png_structp png, png_infop info, cairo_surface_t *surface, struct target *target)
{
	const uint8_t *pixels = cairo_image_surface_get_data(surface);
	int stride = cairo_image_surface_get_stride(surface), height = cairo_image_surface_get_height(surface);

	if (setjmp(png_jmpbuf(png))) {
		if (target->status == CAIRO_STATUS_SUCCESS)
			target->status = CAIRO_STATUS_NO_MEMORY;
		return;
	}
	png_set_write_fn(png, target, put, flush);
	png_set_compression_level(png, 1);
	png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
	png_set_IHDR(png, info, (uint32_t)cairo_image_surface_get_width(surface), (uint32_t)height, 8, PNG_COLOR_TYPE_RGB,
		     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) {
		png_set_bgr(png);
		png_set_filler(png, 0, PNG_FILLER_AFTER);
	} else {
		png_set_filler(png, 0, PNG_FILLER_BEFORE);
	}
	for (int y = 0; y < height; y++)
		png_write_row(png, pixels + (size_t)y * (size_t)stride);
	png_write_end(png, NULL);
}

cairo_status_t surface_write_png(cairo_surface_t *surface, cairo_write_func_t write, void *closure)
{
	struct target target = {write, closure, CAIRO_STATUS_SUCCESS};
	png_structp png;
	png_infop info;

	if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS)
		return cairo_surface_status(surface);
	if (cairo_image_surface_get_format(surface) != CAIRO_FORMAT_RGB24)
		return CAIRO_STATUS_INVALID_FORMAT;
	cairo_surface_flush(surface);
	png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, leave, silent);
	info = png ? png_create_info_struct(png) : NULL;
	if (info)
		write_all(png, info, surface, &target);
	else
		target.status = CAIRO_STATUS_NO_MEMORY;
	png_destroy_write_struct(&png, &info);
	return target.status;
}

static cairo_status_t to_file(void *closure, const unsigned char *bytes, unsigned n_bytes)
{
	return fwrite(bytes, 1, n_bytes, closure) == n_bytes ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

cairo_status_t surface_save_png(cairo_surface_t *surface, const char *path)
{
	FILE *file = fopen(path, "wbe");
	cairo_status_t status;

	if (!file)
		return CAIRO_STATUS_WRITE_ERROR;
	status = surface_write_png(surface, to_file, file);
	if (fclose(file) != 0 && status == CAIRO_STATUS_SUCCESS)
		status = CAIRO_STATUS_WRITE_ERROR;
	return status;
}
