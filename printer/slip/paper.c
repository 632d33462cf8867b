/* SPDX-License-Identifier: MIT
 * Drawn in coverage (8 bits) by Cairo and Pango, then cut to black and white at one threshold: stems keep their weight,
 * which the one-bit rasteriser of a font does not promise. Everything that is not a letter stands on whole dots. */
#include <errno.h>
#include <math.h>
#include <qrencode.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/render/fonts.h"
#include "printer/slip/paper.h"
#include "shared/base/banned.h"

#define MARGIN 20.0
#define THRESHOLD 112
#define LEADING 0.16 /* of the size, between lines: the font's own is meant for paragraphs */
#define QR_MODULE_MIN 6   /* 0.75 mm: read by any phone from worn thermal paper */
#define QR_MODULE_MAX 8
#define QR_DOTS 232
#define QR_QUIET 4

struct paper {
	cairo_surface_t *surface;
	cairo_t *cairo;
	PangoContext *context;
	int width;
	double scale, y;
};

struct paper *paper_new(int width)
{
	CLEANUP(paper_freep) struct paper *paper = calloc(1, sizeof(*paper));

	if (!paper)
		return NULL;
	paper->width = width;
	paper->scale = (double)width / PAPER_DOTS;
	paper->surface = cairo_image_surface_create(CAIRO_FORMAT_A8, width, PAPER_ROWS_MAX);
	paper->cairo = cairo_create(paper->surface);
	if (cairo_status(paper->cairo) != CAIRO_STATUS_SUCCESS)
		return NULL;
	paper->context = fonts_context(paper->cairo, 96);
	return TAKE(paper);
}

struct paper *paper_free(struct paper *paper)
{
	if (!paper)
		return NULL;
	if (paper->context)
		g_object_unref(paper->context);
	cairo_destroy(paper->cairo);
	cairo_surface_destroy(paper->surface);
	free(paper);
	return NULL;
}

void paper_gap(struct paper *paper, double dots)
{
	paper->y += round(dots * paper->scale);
}

static PangoLayout *layout_new(struct paper *paper, const char *text, const char *language, double size,
			       enum paper_style style)
{
	PangoLayout *layout = pango_layout_new(paper->context);
	PangoFontDescription *font = pango_font_description_new();
	PangoAttrList *attrs = pango_attr_list_new();

	pango_font_description_set_family_static(font, fonts_families(language));
	pango_font_description_set_absolute_size(font, size * paper->scale * PANGO_SCALE);
	pango_font_description_set_weight(font, style == PAPER_BOLD ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_layout_set_font_description(layout, font);
	pango_font_description_free(font);
	pango_attr_list_insert(attrs, pango_attr_language_new(fonts_language(language)));
	pango_layout_set_attributes(layout, attrs);
	pango_attr_list_unref(attrs);
	pango_layout_set_text(layout, text, -1);
	pango_layout_set_spacing(layout, (int)(size * LEADING * paper->scale * PANGO_SCALE));
	return layout;
}

static void layout_show(struct paper *paper, PangoLayout *layout, double x, double y)
{
	cairo_move_to(paper->cairo, x, y);
	pango_cairo_show_layout(paper->cairo, layout);
}

void paper_text(struct paper *paper, const char *text, const char *language, double size, enum paper_style style)
{
	PangoLayout *layout = layout_new(paper, text, language, size, style);
	int height;

	pango_layout_set_width(layout, (int)((paper->width - 2 * MARGIN * paper->scale) * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER);
	pango_layout_get_pixel_size(layout, NULL, &height);
	layout_show(paper, layout, MARGIN * paper->scale, paper->y);
	paper->y += height;
	paper_gap(paper, size * LEADING);
	g_object_unref(layout);
}

void paper_headline(struct paper *paper, const char *text, double height)
{
	double room = paper->width - 2 * MARGIN * paper->scale, fit;
	PangoLayout *layout = layout_new(paper, text, "ja", 100, PAPER_BOLD);
	PangoRectangle ink;

	pango_layout_get_pixel_extents(layout, &ink, NULL);
	g_object_unref(layout);
	if (ink.width <= 0 || ink.height <= 0)
		return;
	fit = room / ink.width < height * paper->scale / ink.height ? room / ink.width : height * paper->scale / ink.height;
	layout = layout_new(paper, text, "ja", 100 * fit, PAPER_BOLD);
	pango_layout_get_pixel_extents(layout, &ink, NULL);
	layout_show(paper, layout, round((paper->width - ink.width) / 2.0) - ink.x, paper->y - ink.y);
	paper->y += ink.height;
	g_object_unref(layout);
}

void paper_badge(struct paper *paper, const char *text, double size)
{
	PangoLayout *layout = layout_new(paper, text, "ja", size, PAPER_BOLD);
	double pad = round(16 * paper->scale);
	int width, height;

	pango_layout_get_pixel_size(layout, &width, &height);
	cairo_rectangle(paper->cairo, round((paper->width - width) / 2.0) - pad, paper->y, width + 2 * pad, height + pad);
	cairo_fill(paper->cairo);
	cairo_save(paper->cairo);
	cairo_set_operator(paper->cairo, CAIRO_OPERATOR_CLEAR);
	layout_show(paper, layout, round((paper->width - width) / 2.0), paper->y + round(pad / 2));
	cairo_restore(paper->cairo);
	paper->y += height + pad;
	g_object_unref(layout);
}

/* Return: the height of the first line, for the box beside it. */
static int check_line(struct paper *paper, const char *text, const char *language, double size, double left)
{
	PangoLayout *layout = layout_new(paper, text, language, size, PAPER_PLAIN);
	PangoRectangle first;
	int height;

	pango_layout_set_width(layout, (int)((paper->width - left - MARGIN * paper->scale) * PANGO_SCALE));
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_get_pixel_size(layout, NULL, &height);
	pango_layout_line_get_pixel_extents(pango_layout_get_line_readonly(layout, 0), NULL, &first);
	layout_show(paper, layout, left, paper->y);
	paper->y += height;
	g_object_unref(layout);
	return first.height;
}

void paper_check(struct paper *paper, const char *text, const char *other, const char *language)
{
	double left = round(58 * paper->scale), side = round(22 * paper->scale), line = round(2 * paper->scale);
	double top = paper->y;
	int height = check_line(paper, text, "ja", 28, left);

	cairo_set_line_width(paper->cairo, line);
	cairo_rectangle(paper->cairo, round(MARGIN * paper->scale) + line / 2, top + round((height - side) / 2) + line / 2,
			side, side);
	cairo_stroke(paper->cairo);
	if (other && other[0])
		check_line(paper, other, language, 22, left);
}

void paper_rule(struct paper *paper, double thickness, bool is_dashed)
{
	double left = round(MARGIN * paper->scale), step = round(8 * paper->scale);
	double height = round(thickness * paper->scale);

	for (double x = left; x < paper->width - left; x += step)
		cairo_rectangle(paper->cairo, x, paper->y, is_dashed ? round(step * 0.75) : step, height);
	cairo_fill(paper->cairo);
	paper->y += height;
}

static void draw_modules(struct paper *paper, const QRcode *code, int module, int left, int top)
{
	for (int y = 0; y < code->width; y++)
		for (int x = 0; x < code->width; x++)
			if (code->data[y * code->width + x] & 1)
				cairo_rectangle(paper->cairo, left + x * module, top + y * module, module, module);
	cairo_fill(paper->cairo);
}

int paper_qr(struct paper *paper, const char *payload)
{
	QRcode *code = QRcode_encodeString8bit(payload, 0, QR_ECLEVEL_M);
	int modules, module;

	if (!code)
		return fault_raise(errno == ENOMEM ? -ENOMEM : -EMSGSIZE);
	modules = code->width + 2 * QR_QUIET;
	module = (int)(QR_DOTS * paper->scale) / code->width;
	module = module > QR_MODULE_MAX ? QR_MODULE_MAX : module < QR_MODULE_MIN ? QR_MODULE_MIN : module;
	if (modules * module > paper->width) {
		QRcode_free(code);
		return fault_raise(-EMSGSIZE);
	}
	draw_modules(paper, code, module, (paper->width - code->width * module) / 2, (int)paper->y + QR_QUIET * module);
	paper->y += modules * module;
	QRcode_free(code);
	return 0;
}

int paper_take_bitmap(struct paper *paper, struct bitmap *ret_bitmap)
{
	if (cairo_status(paper->cairo) != CAIRO_STATUS_SUCCESS)
		return fault_raise(-ENOMEM);
	if (paper->y > PAPER_ROWS_MAX)
		return fault_raise(-EMSGSIZE);
	cairo_surface_flush(paper->surface);
	return bitmap_from_coverage(cairo_image_surface_get_data(paper->surface), paper->width, (int)paper->y,
				    cairo_image_surface_get_stride(paper->surface), THRESHOLD, ret_bitmap);
}
