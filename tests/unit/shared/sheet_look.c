/* SPDX-License-Identifier: MIT
 * Texts count by their ink: fonts claim more room than they draw in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/shared/sheet_look.h"
#include "shared/base/banned.h"

#define MARGIN 45.0
#define FOOT 18.0
#define SLACK 0.6 /* a hair of a glyph may touch a line */

struct ink {
	const struct mark *mark;
	double x, y, w, h;
};

void sheet_look_texts(const struct sheet *sheet, struct buf *out)
{
	for (size_t p = 0; p < sheet->n_pages; p++)
		for (size_t i = 0; i < sheet->pages[p].n_marks; i++)
			if (sheet->pages[p].marks[i].kind == MARK_TEXT) {
				assert_int_equal(buf_add_text(out, pango_layout_get_text(sheet->pages[p].marks[i].layout)), 0);
				assert_int_equal(buf_add_text(out, "\n"), 0);
			}
}

static struct ink ink_of(const struct mark *mark)
{
	struct ink ink = {.mark = mark, .x = mark->x, .y = mark->y, .w = mark->w, .h = mark->h};
	PangoRectangle drawn;

	if (mark->kind != MARK_TEXT)
		return ink;
	pango_layout_get_extents(mark->layout, &drawn, NULL);
	ink.x += (double)drawn.x / PANGO_SCALE;
	ink.y += (double)drawn.y / PANGO_SCALE;
	ink.w = (double)drawn.width / PANGO_SCALE;
	ink.h = (double)drawn.height / PANGO_SCALE;
	return ink;
}

static const char *text_of(const struct ink *ink)
{
	return ink->mark->kind == MARK_TEXT ? pango_layout_get_text(ink->mark->layout) : "a line or fill";
}

static void is_inside(const struct sheet *sheet, const struct ink *ink, const char *what)
{
	if (ink->y < 0 || ink->y + ink->h > sheet->height - FOOT || ink->x < MARGIN - SLACK ||
	    ink->x + ink->w > sheet->width - MARGIN + SLACK)
		fail_msg("%s: \"%s\" leaves the margins: %.1f %.1f %.1f %.1f", what, text_of(ink), ink->x, ink->y, ink->w, ink->h);
}

static bool do_meet(const struct ink *a, const struct ink *b, double slack)
{
	return a->x + slack < b->x + b->w && b->x + slack < a->x + a->w && a->y + slack < b->y + b->h &&
	       b->y + slack < a->y + a->h;
}

static void is_apart(const struct ink *a, const struct ink *b, const char *what)
{
	if (a->mark->kind == MARK_TEXT && b->mark->kind == MARK_TEXT && do_meet(a, b, 0) && a->w > 0 && b->w > 0)
		fail_msg("%s: \"%s\" lies on \"%s\"", what, text_of(a), text_of(b));
	if ((a->mark->kind == MARK_TEXT) != (b->mark->kind == MARK_TEXT) && (a->mark->kind == MARK_LINE || b->mark->kind == MARK_LINE)) {
		const struct ink *text = a->mark->kind == MARK_TEXT ? a : b, *line = text == a ? b : a;
		struct ink inner = {text->mark, text->x + SLACK, text->y + SLACK, text->w - 2 * SLACK, text->h - 2 * SLACK};

		if (inner.w > 0 && inner.h > 0 && do_meet(&inner, line, -0.01))
			fail_msg("%s: a line runs through \"%s\" at %.1f %.1f (text %.1f %.1f %.1f %.1f)", what, text_of(text),
				 line->x, line->y, text->x, text->y, text->w, text->h);
	}
}

void sheet_look_is_whole(const struct sheet *sheet, const char *what)
{
	assert_non_null(sheet);
	for (size_t p = 0; p < sheet->n_pages; p++) {
		const struct sheet_page *page = &sheet->pages[p];
		struct ink *inks = g_new(struct ink, page->n_marks);

		for (size_t i = 0; i < page->n_marks; i++) {
			inks[i] = ink_of(&page->marks[i]);
			is_inside(sheet, &inks[i], what);
			for (size_t j = 0; j < i; j++)
				is_apart(&inks[j], &inks[i], what);
		}
		g_free(inks);
	}
}
