/* SPDX-License-Identifier: MIT
 * Everything is placed in millimetres on the card. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "cardreader/virtual/picture.h"
#include "cardreader/virtual/specimen.h"
#include "shared/base/fault.h"
#include "shared/render/fonts.h"
#include "shared/render/glyphs.h"
#include "shared/base/banned.h"

#define CARD_WIDTH 85.6
#define CARD_HEIGHT 54.0
#define MM_PER_INCH 25.4

struct sheet {
	cairo_t *cairo;
	PangoContext *context;
	double px_per_mm;
};

static void text(struct sheet *s, double x, double y, double size, double width, bool is_bold, const char *words)
{
	const struct text_style style = {.face = FACE_GOTHIC, .is_bold = is_bold, .size = size * s->px_per_mm,
					 .width = width * s->px_per_mm};
	PangoLayout *layout = glyphs_layout(s->context, words, &style, NULL, NULL);

	cairo_move_to(s->cairo, x * s->px_per_mm, y * s->px_per_mm);
	pango_cairo_show_layout(s->cairo, layout);
	g_object_unref(layout);
}

static void draw_plain(struct sheet *s, const struct persona *p)
{
	text(s, 4, 3, 3, 0, true, "見本 SPECIMEN");
	text(s, 4, 9, 3.6, 50, false, p->name);
	text(s, 4, 15, 2.6, 50, false, p->address);
	text(s, 4, 26, 3, 50, false, p->birth_date);
	text(s, 4, 32, 3, 50, false, p->expires);
	text(s, 4, 38, 3, 50, false, p->residence.card_number);
	if (!p->residence.is_under_16)
		picture_draw_person(s->cairo, p, 60 * s->px_per_mm, 10 * s->px_per_mm, 20 * s->px_per_mm, 26 * s->px_per_mm);
}

int specimen_draw(const struct persona *persona, double dpi, enum specimen_use use, cairo_surface_t **ret_surface)
{
	double px_per_mm = dpi / MM_PER_INCH;
	cairo_surface_t *surface;
	struct sheet sheet = {.px_per_mm = px_per_mm};
	int r = fonts_init();

	if (r < 0)
		return fault_pass(r);
	surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)lround(CARD_WIDTH * px_per_mm),
					     (int)lround(CARD_HEIGHT * px_per_mm));
	sheet.cairo = cairo_create(surface);
	cairo_set_source_rgb(sheet.cairo, 1, 1, 1);
	cairo_paint(sheet.cairo);
	cairo_set_source_rgb(sheet.cairo, 0, 0, 0);
	sheet.context = fonts_context(sheet.cairo, 72);
	draw_plain(&sheet, persona);
	g_object_unref(sheet.context);
	cairo_destroy(sheet.cairo);
	*ret_surface = surface;
	return 0;
}
