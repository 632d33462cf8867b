/* SPDX-License-Identifier: MIT
 * The figure is made of ovals and curves; hair and shade follow the persona, so that two cards can be told apart. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "cardreader/virtual/picture.h"
#include "shared/base/fault.h"
#include "shared/render/fonts.h"
#include "shared/render/glyphs.h"
#include "shared/base/banned.h"

#define DRAWING_DPI 72 /* a point is a pixel */
#define SHRINK 0.93
#define SIZE_MIN 8.0

static int begin(int width, int height, cairo_surface_t **ret_surface, cairo_t **ret_cairo)
{
	cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, width, height);
	cairo_t *cairo = cairo_create(surface);

	if (cairo_status(cairo) != CAIRO_STATUS_SUCCESS) {
		cairo_destroy(cairo);
		cairo_surface_destroy(surface);
		return fault_raise(-ENOMEM);
	}
	cairo_set_source_rgb(cairo, 1, 1, 1);
	cairo_paint(cairo);
	cairo_set_source_rgb(cairo, 0, 0, 0);
	*ret_surface = surface;
	*ret_cairo = cairo;
	return 0;
}

int picture_of_text(const char *text, double size, int width, int height, cairo_surface_t **ret_surface)
{
	cairo_surface_t *surface;
	cairo_t *cairo;
	PangoContext *context;
	double w, h;
	int r = fonts_init();

	if (!r)
		r = begin(width, height, &surface, &cairo);
	if (r < 0)
		return fault_pass(r);
	context = fonts_context(cairo, DRAWING_DPI);
	for (bool fits = false; !fits; size *= SHRINK) {
		const struct text_style style = {.face = FACE_MINCHO, .size = size, .width = width - 4, .gap = 0.1};
		PangoLayout *layout = glyphs_layout(context, text, &style, NULL, NULL);

		glyphs_size(layout, &w, &h);
		fits = h <= height || size < SIZE_MIN;
		if (fits) {
			cairo_move_to(cairo, 2, (height - h) / 2);
			pango_cairo_show_layout(cairo, layout);
		}
		g_object_unref(layout);
	}
	g_object_unref(context);
	cairo_destroy(cairo);
	*ret_surface = surface;
	return 0;
}

/* Seven strokes a digit: at six pixels a letter no font is as clear. Bit 0 top, then clockwise, bit 6 the middle. */
int picture_of_digits(const char *digits, int width, int height, cairo_surface_t **ret_surface)
{
	static const uint8_t strokes[] = {0x3F, 0x06, 0x5B, 0x4F, 0x66, 0x6D, 0x7D, 0x07, 0x7F, 0x6F};
	double pitch = (double)width / (double)strlen(digits), w = floor(pitch * 2 / 3), h = height - 2;
	cairo_surface_t *surface;
	cairo_t *cairo;
	int r = begin(width, height, &surface, &cairo);

	if (r < 0)
		return fault_pass(r);
	cairo_set_antialias(cairo, CAIRO_ANTIALIAS_NONE);
	for (size_t i = 0; digits[i]; i++) {
		double x = floor(pitch * (double)i) + 1, y = 1, half = floor(h / 2);
		const double segments[7][4] = {{0, 0, w, 1},	{w - 1, 0, 1, half}, {w - 1, half, 1, h - half}, {0, h - 1, w, 1},
					       {0, half, 1, h - half}, {0, 0, 1, half},	     {0, half, w, 1}};

		for (size_t j = 0; digits[i] >= '0' && digits[i] <= '9' && j < 7; j++)
			if (strokes[digits[i] - '0'] & 1U << j)
				cairo_rectangle(cairo, x + segments[j][0], y + segments[j][1], segments[j][2], segments[j][3]);
	}
	cairo_fill(cairo);
	cairo_destroy(cairo);
	*ret_surface = surface;
	return 0;
}

/* ---- the figure ---- */

static void oval(cairo_t *cairo, double x, double y, double rx, double ry)
{
	cairo_save(cairo);
	cairo_translate(cairo, x, y);
	cairo_scale(cairo, rx, ry);
	cairo_new_sub_path(cairo);
	cairo_arc(cairo, 0, 0, 1, 0, 2 * G_PI);
	cairo_restore(cairo);
}

static void grey(cairo_t *cairo, double shade)
{
	cairo_set_source_rgb(cairo, shade, shade, shade);
}

static void draw_shoulders(cairo_t *cairo)
{
	grey(cairo, 0.30);
	cairo_move_to(cairo, 4, 128);
	cairo_curve_to(cairo, 8, 100, 26, 99, 43, 92);
	cairo_line_to(cairo, 57, 92);
	cairo_curve_to(cairo, 74, 99, 92, 100, 96, 128);
	cairo_fill(cairo);
	grey(cairo, 0.97); /* collar */
	cairo_move_to(cairo, 42, 92.5);
	cairo_line_to(cairo, 50, 112);
	cairo_line_to(cairo, 58, 92.5);
	cairo_fill(cairo);
	grey(cairo, 0.82);
	cairo_rectangle(cairo, 42, 78, 16, 16);
	cairo_fill(cairo);
	oval(cairo, 50, 94, 8, 6);
	cairo_fill(cairo);
}

static void draw_face(cairo_t *cairo)
{
	grey(cairo, 0.82);
	oval(cairo, 25.5, 58, 3.5, 6);
	oval(cairo, 74.5, 58, 3.5, 6);
	cairo_fill(cairo);
	grey(cairo, 0.88);
	oval(cairo, 50, 56, 24, 30);
	cairo_fill(cairo);
	grey(cairo, 0.2);
	oval(cairo, 41, 57, 2.1, 2.6);
	oval(cairo, 59, 57, 2.1, 2.6);
	cairo_fill(cairo);
	cairo_set_line_width(cairo, 1.6);
	cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND);
	grey(cairo, 0.35);
	cairo_move_to(cairo, 36, 50.5);
	cairo_curve_to(cairo, 39, 48.5, 43, 48.5, 45, 50);
	cairo_move_to(cairo, 55, 50);
	cairo_curve_to(cairo, 57, 48.5, 61, 48.5, 64, 50.5);
	cairo_move_to(cairo, 50, 58);
	cairo_curve_to(cairo, 48.6, 63, 48.5, 65.5, 51, 66);
	cairo_move_to(cairo, 43.5, 73);
	cairo_curve_to(cairo, 47, 76, 53, 76, 56.5, 73);
	cairo_stroke(cairo);
}

static void draw_hair(cairo_t *cairo, bool is_long, double shade)
{
	grey(cairo, shade);
	cairo_move_to(cairo, 25, 58);
	cairo_curve_to(cairo, 20, 12, 80, 12, 75, 58);
	cairo_curve_to(cairo, 73, 46, 70, 40, 64, 37);
	cairo_curve_to(cairo, 54, 43, 38, 42, 33, 38);
	cairo_curve_to(cairo, 29, 42, 27, 48, 25, 58);
	cairo_fill(cairo);
	if (!is_long)
		return;
	cairo_move_to(cairo, 25.5, 50);
	cairo_curve_to(cairo, 21, 66, 23, 80, 21, 90);
	cairo_curve_to(cairo, 26, 93, 30, 91, 33, 86);
	cairo_curve_to(cairo, 28, 76, 27, 66, 28, 54);
	cairo_move_to(cairo, 74.5, 50);
	cairo_curve_to(cairo, 79, 66, 77, 80, 79, 90);
	cairo_curve_to(cairo, 74, 93, 70, 91, 67, 86);
	cairo_curve_to(cairo, 72, 76, 73, 66, 72, 54);
	cairo_fill(cairo);
}

void picture_draw_person(cairo_t *cairo, const struct persona *persona, double x, double y, double width, double height)
{
	bool is_old = strncmp(persona->birth_date, "1965", 4) < 0;
	double scale = fmax(width / 100, height / 128);

	cairo_save(cairo);
	cairo_rectangle(cairo, x, y, width, height);
	cairo_clip(cairo);
	grey(cairo, 0.95);
	cairo_paint(cairo);
	cairo_translate(cairo, x + (width - 100 * scale) / 2, y + (height - 128 * scale));
	cairo_scale(cairo, scale, scale);
	draw_shoulders(cairo);
	draw_face(cairo);
	draw_hair(cairo, persona->sex == '2', is_old ? 0.55 : 0.16);
	cairo_restore(cairo);
}

int picture_of_person(const struct persona *persona, int width, int height, cairo_surface_t **ret_surface)
{
	cairo_t *cairo;
	int r = begin(width, height, ret_surface, &cairo);

	if (r < 0)
		return fault_pass(r);
	picture_draw_person(cairo, persona, 0, 0, width, height);
	cairo_destroy(cairo);
	return 0;
}
