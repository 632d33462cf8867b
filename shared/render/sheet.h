#pragma once
/* SPDX-License-Identifier: MIT
 * Sheet: what stands on the pages, as lines, fills and laid-out texts in points from the top left corner of a page.
 * Made by the layout, read by the painter and by tests; knows no form and no surface. */
#include <pango/pangocairo.h>
#include "shared/base/cleanup.h"

#define SHEET_WIDTH 595.276 /* A4 in points */
#define SHEET_HEIGHT 841.89
#define SHEET_PAGES_MAX 64

enum mark_kind { MARK_FILL, MARK_LINE, MARK_TEXT };

struct mark {
	enum mark_kind kind;
	double x, y, w, h;    /* line: w, h is the way to its end; text: its logical size */
	double grey;          /* 0 black … 1 white */
	double thick;         /* line */
	PangoLayout *layout;  /* text, owned */
};

struct sheet_page {
	struct mark *marks;
	size_t n_marks, cap;
};

struct sheet {
	double width, height; /* what may be drawn on */
	double paper_width;   /* of the paper itself: more than width where the right of it belongs to others */
	struct sheet_page pages[SHEET_PAGES_MAX];
	size_t n_pages;
};

/** sheet_new() - an empty sheet of the given points; sheet_free() wipes the texts on it. Return of the latter: NULL. */
struct sheet *sheet_new(double width, double height, double paper_width);
struct sheet *sheet_free(struct sheet *sheet);
DEFINE_CLEANUP(struct sheet *, sheet_free)

/* Adding to @page (0-based, must exist). sheet_text() takes the layout. */
void sheet_fill(struct sheet *sheet, size_t page, double x, double y, double w, double h, double grey);
void sheet_line(struct sheet *sheet, size_t page, double x, double y, double w, double h, double thick);
void sheet_text(struct sheet *sheet, size_t page, double x, double y, PangoLayout *layout, double grey);
/** sheet_paint() - draws one page at the origin of @cairo, one user unit a point. */
void sheet_paint(const struct sheet *sheet, size_t page, cairo_t *cairo);
