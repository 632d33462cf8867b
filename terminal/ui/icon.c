/* SPDX-License-Identifier: MIT
 * Icon: each drawing is a line of strokes on a 24×24 grid, so that one pen (round joins) gives them one hand.
 *   M x y  move    L x y  line    C x1 y1 x2 y2 x y  curve    Z  close
 *   O x y r  circle    A x y r from to  arc in degrees    R x y w h r  rounded box    D x y r  filled dot */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "terminal/ui/icon.h"
#include "shared/base/banned.h"

#define GRID 24.0

static const struct {
	const char *name, *strokes;
} icons[] = {
	{"document", "M6 3L14 3L19 8L19 21L6 21Z M14 3L14 8L19 8 M9 8.2L10.8 8.2 M9 12.2L16 12.2 M9 16.2L16 16.2"},
	{"house", "M3.2 11.8L12 4L20.8 11.8 M5.8 9.8L5.8 20.2L18.2 20.2L18.2 9.8 "
		  "M10 20.2L10 14.4L14 14.4L14 20.2"},
	{"shield", "M12 2.8L19.6 5.8L19.6 11.4C19.6 16 16.6 19.4 12 21.2C7.4 19.4 4.4 16 4.4 11.4L4.4 5.8Z "
		   "M12 8.4L12 15 M8.7 11.7L15.3 11.7"},
	{"person", "O12 7.4 3.9 M5.2 20.6L5.2 19.4C5.2 15.6 8 13.8 12 13.8C16 13.8 18.8 15.6 18.8 19.4L18.8 20.6"},
	{"yen", "O12 12 9.2 M8.1 6.9L12 12L15.9 6.9 M12 12L12 17.4 M8.7 12.3L15.3 12.3 M8.7 14.9L15.3 14.9"},
	{"flower", "O12 8 1.9 A12 4.6 2.1 150 390 A15.25 6.95 2.1 222 462 A14 10.75 2.1 294 534 "
		   "A10 10.75 2.1 6 246 A8.75 6.95 2.1 78 318 M12 13.4L12 21.4 "
		   "M12 20C9.4 20 7.8 18.6 7.6 16.2 M12 20C14.6 20 16.2 18.6 16.4 16.2"},
	{"question", "O12 12 9.2 M9.2 9.6C9.2 7.8 10.4 6.8 12 6.8C13.7 6.8 14.9 7.9 14.9 9.5"
		     "C14.9 11.8 12 11.8 12 14.2 D12 17.2 1.15"},
	{"card", "R2.4 5 19.2 14 2.4 R5.4 8.6 5 6.4 1 M13.4 9.6L18.4 9.6 M13.4 12.2L18.4 12.2 M13.4 14.8L16.4 14.8"},
	{"printer", "M7 9L7 3.4L17 3.4L17 9 M7 17L5 17C3.9 17 3 16.1 3 15L3 11C3 9.9 3.9 9 5 9L19 9C20.1 9 21 9.9 21 11"
		    "L21 15C21 16.1 20.1 17 19 17L17 17 M7 13.6L17 13.6L17 20.6L7 20.6Z D17.9 11.4 0.95"},
	{"speaker", "M3.6 9.4L7.4 9.4L12 5.4L12 18.6L7.4 14.6L3.6 14.6Z A12.4 12 3.8 -48 48 A12.4 12 7.6 -48 48"},
	{"back", "M20 12L4.6 12 M10.8 5.8L4.6 12L10.8 18.2"},
	{"staff", "O12 8 3.6 M5.2 20.6L5.2 19.6C5.2 16 8 14.4 12 14.4C16 14.4 18.8 16 18.8 19.6L18.8 20.6 "
		  "A12 8.4 6 180 360 M6 8.4L6 10.6 M18 8.4L18 10.6"},
	{"check", "M4.4 12.8L9.8 18.2L19.8 6.6"},
	{"warning", "M12 3.6L21.4 20L2.6 20Z M12 9.8L12 14.2 D12 17.1 1.15"},
	{"bell", "M4.8 17L19.2 17C17.6 15.4 17.2 13.8 17.2 11C17.2 7.6 15 5.4 12 5.4C9 5.4 6.8 7.6 6.8 11"
		 "C6.8 13.8 6.4 15.4 4.8 17Z M12 5.4L12 3.2 A12 17.8 2.5 25 155"},
	{"paper", "M6 3L18 3L18 21L6 21Z M9.2 8L14.8 8 M9.2 12L14.8 12 M9.2 16L12.6 16"},
	{"scissors", "O6 6.8 2.7 O6 17.2 2.7 M8.3 8.4L20.4 16.8 M8.3 15.6L20.4 7.2"},
	{"ticket", "M5 5.8L19 5.8C20.1 5.8 21 6.7 21 7.8L21 16.2C21 17.3 20.1 18.2 19 18.2L5 18.2"
		   "C3.9 18.2 3 17.3 3 16.2L3 7.8C3 6.7 3.9 5.8 5 5.8Z M15.4 5.8L15.4 7.8 M15.4 10.8L15.4 13.2 "
		   "M15.4 16.2L15.4 18.2 M6.8 10.2L11.6 10.2 M6.8 13.8L11.6 13.8"},
	{"card-on-reader", ""},
	{"card-off-reader", ""},
};

static const char *strokes_of(const char *name)
{
	for (size_t i = 0; name && i < sizeof(icons) / sizeof(icons[0]); i++)
		if (strcmp(icons[i].name, name) == 0)
			return icons[i].strokes;
	return NULL;
}

bool icon_is_known(const char *name)
{
	return strokes_of(name) != NULL || icon_is_face(name);
}

void icon_rounded(cairo_t *cr, double x, double y, double width, double height, double radius)
{
	radius = fmin(radius, fmin(width, height) / 2);
	cairo_new_sub_path(cr);
	cairo_arc(cr, x + width - radius, y + radius, radius, -M_PI / 2, 0);
	cairo_arc(cr, x + width - radius, y + height - radius, radius, 0, M_PI / 2);
	cairo_arc(cr, x + radius, y + height - radius, radius, M_PI / 2, M_PI);
	cairo_arc(cr, x + radius, y + radius, radius, M_PI, M_PI * 3 / 2);
	cairo_close_path(cr);
}

static void stroke(cairo_t *cr, char command, const double v[6])
{
	switch (command) {
	case 'M':
		cairo_move_to(cr, v[0], v[1]);
		break;
	case 'L':
		cairo_line_to(cr, v[0], v[1]);
		break;
	case 'C':
		cairo_curve_to(cr, v[0], v[1], v[2], v[3], v[4], v[5]);
		break;
	case 'Z':
		cairo_close_path(cr);
		break;
	case 'O':
		cairo_new_sub_path(cr);
		cairo_arc(cr, v[0], v[1], v[2], 0, 2 * M_PI);
		break;
	case 'A':
		cairo_new_sub_path(cr);
		cairo_arc(cr, v[0], v[1], v[2], v[3] * M_PI / 180, v[4] * M_PI / 180);
		break;
	case 'R':
		icon_rounded(cr, v[0], v[1], v[2], v[3], v[4]);
		break;
	case 'D':
		cairo_stroke(cr);
		cairo_arc(cr, v[0], v[1], v[2], 0, 2 * M_PI);
		cairo_fill(cr);
		break;
	}
}

void icon_paint(cairo_t *cr, const char *name, double x, double y, double size, double line_width,
		struct colour ink)
{
	const char *at = strokes_of(name);

	if (!at)
		return;
	cairo_save(cr);
	cairo_translate(cr, x, y);
	cairo_scale(cr, size / GRID, size / GRID);
	cairo_set_line_width(cr, line_width * GRID / size);
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
	cairo_set_source_rgb(cr, ink.red, ink.green, ink.blue);
	cairo_new_path(cr);
	while (*at) {
		char command = *at++;
		double values[6] = {0};
		char *end;

		for (int i = 0; i < 6; i++, at = end) {
			values[i] = strtod(at, &end);
			if (end == at)
				break;
		}
		stroke(cr, command, values);
	}
	cairo_stroke(cr);
	cairo_restore(cr);
}
