/* SPDX-License-Identifier: MIT
 * The large pictures of the counter: a card coming down onto the reader, and one being lifted off it. Drawn, not loaded, so that it is
 * sharp at every size and wears the town's colour. Laid out on 984×628 and scaled into its box. */
#include <math.h>
#include <string.h>

#include "terminal/ui/icon.h"
#include "shared/base/banned.h"

#define WIDE 984.0
#define HIGH 628.0
#define ON_READER "card-on-reader"
#define OFF_READER "card-off-reader"

static void ink(cairo_t *cr, struct colour colour)
{
	cairo_set_source_rgb(cr, colour.red, colour.green, colour.blue);
}

static void filled(cairo_t *cr, struct colour colour, double x, double y, double width, double height,
		   double radius)
{
	icon_rounded(cr, x, y, width, height, radius);
	ink(cr, colour);
	cairo_fill(cr);
}

static void outlined(cairo_t *cr, struct colour fill, struct colour line, double pen, double x, double y,
		     double width, double height, double radius)
{
	icon_rounded(cr, x, y, width, height, radius);
	ink(cr, fill);
	cairo_fill_preserve(cr);
	ink(cr, line);
	cairo_set_line_width(cr, pen);
	cairo_stroke(cr);
}

static void portrait(cairo_t *cr, const struct palette *look)
{
	filled(cr, look->pale_strong, -154, -86, 96, 118, 10);
	cairo_save(cr);
	icon_rounded(cr, -154, -86, 96, 118, 10);
	cairo_clip(cr);
	ink(cr, colour_hex(LOOK_WHITE));
	cairo_arc(cr, -106, -42, 23, 0, 2 * M_PI);
	cairo_fill(cr);
	cairo_arc(cr, -106, 38, 38, 0, 2 * M_PI);
	cairo_fill(cr);
	cairo_restore(cr);
}

static void card(cairo_t *cr, const struct palette *look, double middle, double degrees)
{
	cairo_save(cr);
	cairo_translate(cr, 492, middle);
	cairo_rotate(cr, degrees * M_PI / 180);
	cairo_set_source_rgba(cr, look->key_darkest.red, look->key_darkest.green, look->key_darkest.blue, 0.10);
	icon_rounded(cr, -180, -108, 374, 236, 24);
	cairo_fill(cr);
	outlined(cr, colour_hex(LOOK_WHITE), colour_hex(LOOK_INK), 6, -187, -118, 374, 236, 24);
	portrait(cr, look);
	filled(cr, colour_hex(LOOK_GREY_LINE), -34, -80, 168, 18, 9);
	filled(cr, colour_hex(0xcccccc), -34, -44, 198, 18, 9);
	filled(cr, colour_hex(0xcccccc), -34, -8, 134, 18, 9);
	filled(cr, look->pale_strong, -154, 56, 320, 34, 9);
	cairo_restore(cr);
}

/* From @from to @tip, 60 or so below or above. */
static void arrow(cairo_t *cr, const struct palette *look, double from, double tip)
{
	double barb = tip > from ? tip - 28 : tip + 28;

	ink(cr, look->key);
	cairo_set_line_width(cr, 12);
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
	cairo_move_to(cr, 492, from);
	cairo_line_to(cr, 492, tip);
	cairo_move_to(cr, 464, barb);
	cairo_line_to(cr, 492, tip);
	cairo_line_to(cr, 520, barb);
	cairo_stroke(cr);
}

static void reader(cairo_t *cr, const struct palette *look)
{
	filled(cr, look->pale_strong, 252, 548, 480, 26, 13);
	outlined(cr, colour_hex(LOOK_WHITE), look->key, 7, 212, 412, 560, 150, 32);
	filled(cr, look->pale_strong, 264, 446, 456, 82, 14);
}

/* Waves at both sides of the pad: the card is read without being pushed in. */
static void waves(cairo_t *cr, const struct palette *look)
{
	ink(cr, look->key);
	cairo_set_line_width(cr, 5);
	cairo_set_line_cap(cr, CAIRO_LINE_CAP_ROUND);
	for (int i = 0; i < 2; i++) {
		cairo_new_sub_path(cr);
		cairo_arc(cr, 232, 400, 26 + 24 * i, M_PI * 1.06, M_PI * 1.44);
		cairo_new_sub_path(cr);
		cairo_arc(cr, 752, 400, 26 + 24 * i, M_PI * 1.56, M_PI * 1.94);
	}
	cairo_stroke(cr);
}

static void legend(const struct view *view, cairo_t *cr, const struct ui_node *node, double scale, double left,
		   double top)
{
	struct text_spec spec = {.text = node->detail, .px = MAX(8, (int)lround(40 * scale)), .is_bold = true,
				 .line_height = 1.2, .align = TEXT_CENTER, .language = view->language};
	struct text_block *block;

	if (!node->detail || !*node->detail)
		return;
	block = text_block_new(view->pango, &spec, (int)(440 * scale));
	text_block_paint(block, cr, (int)lround(left + 272 * scale),
			 (int)lround(top + 487 * scale) - text_block_height(block) / 2, (int)(440 * scale),
			 view->look.key_dark);
	text_block_free(block);
}

bool icon_is_illustration(const char *name)
{
	return name && (strcmp(name, ON_READER) == 0 || strcmp(name, OFF_READER) == 0);
}

void icon_paint_illustration(const struct view *view, cairo_t *cr, const struct ui_node *node)
{
	double scale = fmin(node->box.width / WIDE, node->box.height / HIGH);
	double left = node->box.x + (node->box.width - WIDE * scale) / 2;
	double top = node->box.y + (node->box.height - HIGH * scale) / 2;
	bool is_lifted = strcmp(node->icon, OFF_READER) == 0;

	cairo_save(cr);
	cairo_translate(cr, left, top);
	cairo_scale(cr, scale, scale);
	if (!is_lifted)
		waves(cr, &view->look);
	reader(cr, &view->look);
	card(cr, &view->look, is_lifted ? 158 : 180, is_lifted ? -9 : -4.5);
	if (is_lifted)
		arrow(cr, &view->look, 388, 324);
	else
		arrow(cr, &view->look, 328, 390);
	cairo_restore(cr);
	legend(view, cr, node, scale, left, top);
}
