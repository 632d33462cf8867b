/* SPDX-License-Identifier: MIT
 * The faces of two cards with one place marked: where the numbers stand that open them. Drawn after the cards' layout, not
 * after a real card, with invented writing; what is not meant is grey bars. Laid out on 600×378 (ISO/IEC 7810 ID-1 is
 * 85.6 × 54 mm) and scaled into its box. */
#include <math.h>
#include <string.h>

#include "terminal/ui/icon.h"
#include "shared/base/banned.h"

#define WIDE 600.0
#define HIGH 378.0
#define INSET 12 /* of the card in its box, design pixels of the window */

enum { FACE_BIRTH, FACE_EXPIRY, FACE_CODE, FACE_RESIDENCE, N_FACES };
static const char *const names[N_FACES] = {"face-birth", "face-expiry", "face-code", "face-residence"};

/* One line of the face: what the resident types of it, and what stands behind. */
struct writing {
	int face;              /* marked there, a grey bar elsewhere */
	const char *marked, *rest;
	double x, y, px;
	double bar_width;
};

static const struct writing writings[] = {
	{FACE_BIRTH, "平成 5年 4月 1日", "生", 196, 146, 38, 290},
	{FACE_EXPIRY, "2033", "年 4月 1日まで有効", 196, 210, 38, 330},
	{FACE_CODE, "9876", "", 462, 302, 46, 96},
};
static const struct writing residence = {FACE_RESIDENCE, "AB12345678CD", "", 248, 26, 36, 276};

struct bar {
	double x, y, width;
};
static const struct bar my_number_bars[] = {{36, 36, 250}, {36, 76, 420}, {36, 106, 330}, {200, 268, 220}};
static const struct bar residence_bars[] = {{32, 38, 150}, {32, 96, 300}, {32, 134, 220}, {32, 176, 260}, {32, 218, 340},
					    {32, 260, 180}, {32, 302, 300}};

static void ink(cairo_t *cr, struct colour colour)
{
	cairo_set_source_rgb(cr, colour.red, colour.green, colour.blue);
}

static void bars(cairo_t *cr, const struct bar *bar, size_t n)
{
	ink(cr, colour_hex(0xd9d9d9));
	for (size_t i = 0; i < n; i++) {
		icon_rounded(cr, bar[i].x, bar[i].y, bar[i].width, 16, 8);
		cairo_fill(cr);
	}
}

static void portrait(cairo_t *cr, double x, double y)
{
	cairo_save(cr);
	icon_rounded(cr, x, y, 128, 164, 10);
	ink(cr, colour_hex(0xe6e6e6));
	cairo_fill_preserve(cr);
	cairo_clip(cr);
	ink(cr, colour_hex(LOOK_WHITE));
	cairo_arc(cr, x + 64, y + 62, 31, 0, 2 * M_PI);
	cairo_fill(cr);
	cairo_arc(cr, x + 64, y + 166, 54, 0, 2 * M_PI);
	cairo_fill(cr);
	cairo_restore(cr);
}

/* Return: how wide they are. Nothing is painted with @cr NULL. */
static double letters(const struct view *view, cairo_t *cr, const char *text, double x, double y, double px, double scale,
		      struct colour colour)
{
	struct text_spec spec = {.text = text, .px = MAX(8, (int)lround(px * scale)), .is_bold = true, .line_height = 1.0,
				 .language = "ja"};
	CLEANUP(text_block_freep) struct text_block *block = text_block_new(view->pango, &spec, -1);

	if (cr) {
		cairo_save(cr);
		cairo_scale(cr, 1 / scale, 1 / scale); /* letters keep whole pixels */
		text_block_paint(block, cr, (int)lround(x * scale), (int)lround(y * scale), text_block_width(block), colour);
		cairo_restore(cr);
	}
	return text_block_width(block) / scale;
}

static void write_line(const struct view *view, cairo_t *cr, const struct writing *line, int face, double scale)
{
	if (line->face != face) {
		bars(cr, &(const struct bar){line->x, line->y + 10, line->bar_width}, 1);
		return;
	}
	double width = letters(view, NULL, line->marked, 0, 0, line->px, scale, view->look.key);

	icon_rounded(cr, line->x - 12, line->y - 9, width + 24, line->px + 20, 12);
	ink(cr, view->look.pale_strong);
	cairo_fill_preserve(cr);
	ink(cr, view->look.key);
	cairo_set_line_width(cr, 3 / scale * view->scale);
	cairo_stroke(cr);
	letters(view, cr, line->marked, line->x, line->y, line->px, scale, view->look.key_dark);
	letters(view, cr, line->rest, line->x + width + 20, line->y + line->px * 0.2, line->px * 0.7, scale,
		colour_hex(LOOK_GREY_DARK));
}

static int face_of(const char *name)
{
	for (int i = 0; name && i < N_FACES; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

bool icon_is_face(const char *name)
{
	return face_of(name) >= 0;
}

void icon_paint_face(const struct view *view, cairo_t *cr, const struct ui_node *node)
{
	int face = face_of(node->icon), inset = view_px(view, INSET);
	double scale = fmin((node->box.width - 2 * inset) / WIDE, (node->box.height - 2 * inset) / HIGH);

	if (face < 0 || scale <= 0)
		return;
	cairo_save(cr);
	cairo_translate(cr, node->box.x + (node->box.width - WIDE * scale) / 2, node->box.y + (node->box.height - HIGH * scale) / 2);
	cairo_scale(cr, scale, scale);
	cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
	icon_rounded(cr, 0, 0, WIDE, HIGH, 26);
	ink(cr, colour_hex(LOOK_WHITE));
	cairo_fill_preserve(cr);
	ink(cr, colour_hex(LOOK_INK));
	cairo_set_line_width(cr, 3 / scale * view->scale);
	cairo_stroke(cr);
	if (face == FACE_RESIDENCE) {
		bars(cr, residence_bars, sizeof residence_bars / sizeof residence_bars[0]);
		portrait(cr, 436, 92);
		write_line(view, cr, &residence, face, scale);
	} else {
		bars(cr, my_number_bars, sizeof my_number_bars / sizeof my_number_bars[0]);
		portrait(cr, 36, 150);
		for (size_t i = 0; i < sizeof writings / sizeof writings[0]; i++)
			write_line(view, cr, &writings[i], face, scale);
	}
	cairo_restore(cr);
}
