/* SPDX-License-Identifier: MIT
 * Memory is GLib's, which ends the process when there is none: pages are drawn in a helper that may end. */
#include <glib.h>

#include "shared/render/sheet.h"
#include "shared/base/banned.h"

struct sheet *sheet_new(double width, double height, double paper_width)
{
	struct sheet *sheet = g_new0(struct sheet, 1);

	sheet->width = width;
	sheet->height = height;
	sheet->paper_width = paper_width;
	return sheet;
}

struct sheet *sheet_free(struct sheet *sheet)
{
	if (!sheet)
		return NULL;
	for (size_t p = 0; p < sheet->n_pages; p++) {
		for (size_t i = 0; i < sheet->pages[p].n_marks; i++)
			g_clear_object(&sheet->pages[p].marks[i].layout);
		g_free(sheet->pages[p].marks);
	}
	g_free(sheet);
	return NULL;
}

static void add(struct sheet *sheet, size_t page, const struct mark *mark)
{
	struct sheet_page *p = &sheet->pages[page];

	if (p->n_marks == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 256;
		p->marks = g_renew(struct mark, p->marks, p->cap);
	}
	p->marks[p->n_marks++] = *mark;
}

void sheet_fill(struct sheet *sheet, size_t page, double x, double y, double w, double h, double grey)
{
	add(sheet, page, &(struct mark){.kind = MARK_FILL, .x = x, .y = y, .w = w, .h = h, .grey = grey});
}

void sheet_line(struct sheet *sheet, size_t page, double x, double y, double w, double h, double thick)
{
	add(sheet, page, &(struct mark){.kind = MARK_LINE, .x = x, .y = y, .w = w, .h = h, .thick = thick});
}

void sheet_text(struct sheet *sheet, size_t page, double x, double y, PangoLayout *layout, double grey)
{
	struct mark mark = {.kind = MARK_TEXT, .x = x, .y = y, .grey = grey, .layout = layout};
	PangoRectangle logical;

	pango_layout_get_extents(layout, NULL, &logical);
	mark.w = (double)logical.width / PANGO_SCALE;
	mark.h = (double)logical.height / PANGO_SCALE;
	add(sheet, page, &mark);
}

static void paint(const struct mark *mark, cairo_t *cairo)
{
	cairo_set_source_rgb(cairo, mark->grey, mark->grey, mark->grey);
	switch (mark->kind) {
	case MARK_FILL:
		cairo_rectangle(cairo, mark->x, mark->y, mark->w, mark->h);
		cairo_fill(cairo);
		break;
	case MARK_LINE:
		cairo_set_line_width(cairo, mark->thick);
		cairo_set_line_cap(cairo, CAIRO_LINE_CAP_SQUARE);
		cairo_move_to(cairo, mark->x, mark->y);
		cairo_rel_line_to(cairo, mark->w, mark->h);
		cairo_stroke(cairo);
		break;
	case MARK_TEXT:
		cairo_move_to(cairo, mark->x, mark->y);
		pango_cairo_show_layout(cairo, mark->layout);
		break;
	}
}

void sheet_paint(const struct sheet *sheet, size_t page, cairo_t *cairo)
{
	/* fills below lines below texts, in whatever order the layout made them */
	for (int kind = MARK_FILL; kind <= MARK_TEXT; kind++)
		for (size_t i = 0; i < sheet->pages[page].n_marks; i++)
			if ((int)sheet->pages[page].marks[i].kind == kind)
				paint(&sheet->pages[page].marks[i], cairo);
}
