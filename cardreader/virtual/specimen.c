/* SPDX-License-Identifier: MIT
 * The primitives of a card's face. Pango lays out in points of the device; the context's resolution makes a point of
 * it a tenth of a millimetre, so that hinting does not round small letters away. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cardreader/virtual/picture.h"
#include "cardreader/virtual/specimen_sheet.h"
#include "shared/base/fault.h"
#include "shared/jp/era.h"
#include "shared/render/fonts.h"
#include "shared/render/glyphs.h"
#include "shared/base/banned.h"

#define MM_PER_INCH 25.4
#define UNITS_PER_MM 10.0 /* of Pango */
#define POINTS_DPI 72
#define SHRINK 0.94
#define SIZE_MIN 1.2
#define CORNER 3.18 /* ID-1 */
#define LABEL_SIZE 1.75
#define LEGEND_HEIGHT 5.4
#define MARK_SIZE 2.9

static const struct colour marks[] = {{0, 0, 0}, {0.80, 0.24, 0.33}, {0.10, 0.42, 0.74}, {0.07, 0.52, 0.36}};

void sheet_colour(struct sheet *s, struct colour colour, double alpha)
{
	if (s->is_plain)
		cairo_set_source_rgb(s->cairo, 0, 0, 0);
	else
		cairo_set_source_rgba(s->cairo, colour.r, colour.g, colour.b, alpha);
}

/* ---- letters ---- */

static PangoLayout *layout_of(struct sheet *s, double size, bool is_bold, double width, const char *text)
{
	const struct text_style style = {.face = FACE_GOTHIC, .is_bold = is_bold, .size = size * UNITS_PER_MM,
					 .width = width * UNITS_PER_MM, .gap = 0.12};

	return glyphs_layout(s->context, text, &style, NULL, NULL);
}

static void show(struct sheet *s, double x, double y, PangoLayout *layout)
{
	cairo_save(s->cairo);
	cairo_translate(s->cairo, x, y);
	cairo_scale(s->cairo, 1 / UNITS_PER_MM, 1 / UNITS_PER_MM);
	cairo_move_to(s->cairo, 0, 0);
	pango_cairo_show_layout(s->cairo, layout);
	cairo_restore(s->cairo);
}

double sheet_text(struct sheet *s, double x, double y, double size, bool is_bold, struct colour colour, const char *text)
{
	PangoLayout *layout = layout_of(s, size, is_bold, 0, text);
	double width, height;

	sheet_colour(s, colour, 1);
	show(s, x, y, layout);
	glyphs_size(layout, &width, &height);
	g_object_unref(layout);
	return width / UNITS_PER_MM;
}

void sheet_fit(struct sheet *s, double x, double y, double size, double width, double height, const char *text)
{
	sheet_colour(s, INK, 1);
	for (bool fits = false; !fits; size *= SHRINK) {
		PangoLayout *layout = layout_of(s, size, false, width, text);
		double w, h;

		glyphs_size(layout, &w, &h);
		fits = h / UNITS_PER_MM <= height || size < SIZE_MIN;
		if (fits)
			show(s, x, y, layout);
		g_object_unref(layout);
	}
}

void sheet_label(struct sheet *s, double x, double y, const char *text)
{
	sheet_text(s, x, y, LABEL_SIZE, false, FAINT, text);
}

void sheet_western(const char *date, char out[64])
{
	long day = strtol(date + 6, NULL, 10), month = strtol((char[]){date[4], date[5], 0}, NULL, 10);

	snprintf(out, 64, "%.4s年%ld月%ld日", date, month, day);
}

void sheet_era(const char *date, char out[64])
{
	char iso[11];
	struct date parsed;

	snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2s", date, date + 4, date + 6);
	if (date_parse(iso, &parsed) < 0)
		snprintf(out, 64, "不詳");
	else
		era_format(&parsed, out);
}

/* ---- lines and areas ---- */

static void rounded(cairo_t *cairo, double x, double y, double width, double height, double radius)
{
	cairo_new_sub_path(cairo);
	cairo_arc(cairo, x + width - radius, y + radius, radius, -G_PI / 2, 0);
	cairo_arc(cairo, x + width - radius, y + height - radius, radius, 0, G_PI / 2);
	cairo_arc(cairo, x + radius, y + height - radius, radius, G_PI / 2, G_PI);
	cairo_arc(cairo, x + radius, y + radius, radius, G_PI, 3 * G_PI / 2);
	cairo_close_path(cairo);
}

void sheet_line(struct sheet *s, double x, double y, double width)
{
	sheet_colour(s, FAINT, 0.45);
	cairo_set_line_width(s->cairo, 0.12);
	cairo_move_to(s->cairo, x, y);
	cairo_rel_line_to(s->cairo, width, 0);
	cairo_stroke(s->cairo);
}

void sheet_box(struct sheet *s, double x, double y, double width, double height, double radius, struct colour colour,
	       double fill)
{
	rounded(s->cairo, x, y, width, height, radius);
	if (fill > 0 && !s->is_plain) {
		sheet_colour(s, colour, fill);
		cairo_fill(s->cairo);
		return;
	}
	sheet_colour(s, colour, 1);
	cairo_set_line_width(s->cairo, 0.25);
	cairo_stroke(s->cairo);
}

/* Two families of waves that cross: busy to the eye, quiet under letters. */
static void draw_waves(struct sheet *s, struct colour lines)
{
	cairo_set_line_width(s->cairo, 0.09);
	for (int i = -6; i < 34; i++)
		for (int way = -1; way <= 1; way += 2) {
			double y = i * 2.0;

			sheet_colour(s, lines, 0.16);
			cairo_move_to(s->cairo, 0, y);
			for (double x = 0; x < CARD_WIDTH; x += 21.4)
				cairo_rel_curve_to(s->cairo, 7, way * 5.5, 14, way * -5.5, 21.4, way * 0.8);
			cairo_stroke(s->cairo);
		}
}

static void draw_watermark(struct sheet *s, struct colour colour)
{
	PangoLayout *layout = layout_of(s, 22, true, 0, "見本");
	double width, height;

	glyphs_size(layout, &width, &height);
	cairo_save(s->cairo);
	cairo_translate(s->cairo, CARD_WIDTH * 0.56, CARD_HEIGHT * 0.52);
	cairo_rotate(s->cairo, -0.24);
	sheet_colour(s, colour, 0.085);
	show(s, -width / UNITS_PER_MM / 2, -height / UNITS_PER_MM / 2, layout);
	cairo_restore(s->cairo);
	g_object_unref(layout);
}

void sheet_background(struct sheet *s, struct colour from, struct colour to, struct colour lines)
{
	cairo_pattern_t *tint;

	if (s->is_plain)
		return;
	tint = cairo_pattern_create_linear(0, 0, CARD_WIDTH, CARD_HEIGHT);
	cairo_pattern_add_color_stop_rgb(tint, 0, from.r, from.g, from.b);
	cairo_pattern_add_color_stop_rgb(tint, 1, to.r, to.g, to.b);
	cairo_set_source(s->cairo, tint);
	cairo_paint(s->cairo);
	cairo_pattern_destroy(tint);
	draw_waves(s, lines);
	draw_watermark(s, lines);
}

void sheet_header(struct sheet *s, const char *title, const char *subtitle)
{
	const double width = 14.2, x = CARD_WIDTH - CARD_MARGIN - width;
	double after = CARD_MARGIN + sheet_text(s, CARD_MARGIN, 2.3, 3.9, true, INK, title);

	sheet_text(s, after + 2, 4.1, 1.75, false, FAINT, subtitle);
	if (!s->is_plain) {
		sheet_box(s, x, 2.2, width, 5.1, 0.9, (struct colour){1, 1, 1}, 0.85);
		sheet_box(s, x, 2.2, width, 5.1, 0.9, RED, 0);
	}
	sheet_text(s, x + 1.5, 2.7, 3.7, true, RED, "見　本");
}

void sheet_photo(struct sheet *s, const struct persona *persona, bool has_photo, double x, double y, double width,
		 double height)
{
	if (has_photo && !s->is_plain)
		picture_draw_person(s->cairo, persona, x, y, width, height);
	else
		sheet_text(s, x + width / 2 - 2.2, y + height / 2 - 1.2, 2.1, false, FAINT, has_photo ? "写真" : "なし");
	cairo_rectangle(s->cairo, x, y, width, height);
	sheet_colour(s, FAINT, 0.8);
	cairo_set_line_width(s->cairo, 0.15);
	cairo_stroke(s->cairo);
}

double sheet_mark(struct sheet *s, double x, double y, int mark)
{
	static const char *const numbers[] = {"", "1", "2", "3"};
	PangoLayout *layout;
	double width, height;

	if (s->is_plain)
		return 0;
	layout = layout_of(s, MARK_SIZE * 0.72, true, 0, numbers[mark]);
	glyphs_size(layout, &width, &height);
	cairo_new_sub_path(s->cairo);
	cairo_arc(s->cairo, x + MARK_SIZE / 2, y + MARK_SIZE / 2, MARK_SIZE / 2, 0, 2 * G_PI);
	sheet_colour(s, marks[mark], 1);
	cairo_fill(s->cairo);
	sheet_colour(s, (struct colour){1, 1, 1}, 1);
	show(s, x + (MARK_SIZE - width / UNITS_PER_MM) / 2, y + (MARK_SIZE - height / UNITS_PER_MM) / 2, layout);
	g_object_unref(layout);
	return MARK_SIZE;
}

void sheet_under(struct sheet *s, double x, double y, double width, int mark)
{
	if (s->is_plain)
		return;
	sheet_colour(s, marks[mark], 1);
	cairo_set_line_width(s->cairo, 0.45);
	cairo_move_to(s->cairo, x, y);
	cairo_rel_line_to(s->cairo, width, 0);
	cairo_stroke(s->cairo);
}

double sheet_legend(struct sheet *s)
{
	const double y = CARD_HEIGHT - LEGEND_HEIGHT;

	if (s->is_plain)
		return y;
	cairo_rectangle(s->cairo, 0, y, CARD_WIDTH, LEGEND_HEIGHT);
	cairo_set_source_rgba(s->cairo, 1, 1, 1, 0.9);
	cairo_fill(s->cairo);
	sheet_line(s, 0, y, CARD_WIDTH);
	return y;
}

/* ---- the whole ---- */

int specimen_draw(const struct persona *persona, double dpi, enum specimen_use use, cairo_surface_t **ret_surface)
{
	static void (*const faces[PERSONA_KINDS])(struct sheet *, const struct persona *) = {
		specimen_my_number, specimen_licence, specimen_residence};
	struct sheet sheet = {.is_plain = use == SPECIMEN_FOR_CHIP};
	double scale = dpi / MM_PER_INCH;
	cairo_surface_t *surface;
	int r = fonts_init();

	if (r < 0)
		return fault_pass(r);
	surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)lround(CARD_WIDTH * scale), (int)lround(CARD_HEIGHT * scale));
	sheet.cairo = cairo_create(surface);
	if (cairo_status(sheet.cairo) != CAIRO_STATUS_SUCCESS) {
		cairo_destroy(sheet.cairo);
		cairo_surface_destroy(surface);
		return fault_raise(-ENOMEM);
	}
	cairo_set_source_rgb(sheet.cairo, 1, 1, 1);
	cairo_paint(sheet.cairo);
	cairo_scale(sheet.cairo, scale, scale);
	sheet.context = fonts_context(sheet.cairo, POINTS_DPI);
	rounded(sheet.cairo, 0, 0, CARD_WIDTH, CARD_HEIGHT, CORNER);
	cairo_clip(sheet.cairo);
	faces[persona->kind](&sheet, persona);
	rounded(sheet.cairo, 0.1, 0.1, CARD_WIDTH - 0.2, CARD_HEIGHT - 0.2, CORNER);
	sheet_colour(&sheet, FAINT, 0.9);
	cairo_set_line_width(sheet.cairo, 0.2);
	cairo_stroke(sheet.cairo);
	g_object_unref(sheet.context);
	cairo_destroy(sheet.cairo);
	*ret_surface = surface;
	return 0;
}
