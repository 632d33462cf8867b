#pragma once
/* SPDX-License-Identifier: MIT
 * Band: one full-width strip of a form, such as a table line, with its cells and their texts, not yet placed on
 * a page. The flow of bands down the pages is in form_flow.c. */
#include <glib.h>
#include <stdbool.h>
#include "shared/base/secret.h"
#include "shared/render/glyphs.h"
#include "shared/render/sheet.h"

#define FORM_LEFT 45.0
#define BAND_CELLS_MAX 20
#define CELL_PAD_X 7.0
#define CELL_PAD_Y 4.5

struct band_item {
	PangoLayout *layout; /* NULL: a line */
	double x, y;         /* within the cell's content */
	double grey;
	double w, h, thick;  /* line: the way to its end */
};

struct band_cell {
	double x, w;    /* from the left edge of the form */
	double fill;    /* 1: none */
	double pad_x;
	bool is_top;    /* content at the top instead of the middle */
	GArray *items;  /* struct band_item */
	double content_h;
};

struct band {
	struct band_cell cells[BAND_CELLS_MAX];
	size_t n_cells;
	double height;      /* at least; grows to its content */
	double pad_y;
	bool is_framed;
	bool is_stretchy;   /* takes a share of what is left of the page */
	bool keeps_next;    /* never the last on a page */
	bool keeps_softly;  /* as keeps_next, unless much of the page would stay empty */
	bool is_head;       /* column titles: repeated when its rows go on overleaf */
	bool is_row;        /* belongs to the head before it */
};

/** What the making of a form needs at hand. */
struct maker {
	PangoContext *context;
	struct missing *missing;
	GPtrArray *bands; /* struct band, owned */
	double width;     /* of the form, between the margins */
	bool is_dense;    /* lower lines, more answers side by side: a form that airy lines would spread over more pages */
	const struct secret *number; /* twelve digits for the boxes of the individual number; NULL: none */
	bool is_number_masked;       /* boxes that hold it on paper show marks instead */
};

/** band_add() - a new band at the end of @bands (which owns it), @height points high. band_free(): its element destructor. */
struct band *band_add(GPtrArray *bands, double height);
void band_free(gpointer band);
/** band_cell() - a further cell, CELL_PAD_X inside; NULL never: beyond the last the last is given. */
struct band_cell *band_cell(struct band *band, double x, double w, double fill);
/** cell_text() - one more text below what is in the cell. */
void cell_text(struct band_cell *cell, PangoLayout *layout, double grey);
/** cell_place() - a text at a place of its own; grows the content. */
void cell_place(struct band_cell *cell, double x, double y, PangoLayout *layout, double grey);
/** cell_place_tall() - a text that counts as @height points high, whatever its fonts claim, and stands in their middle. */
void cell_place_tall(struct band_cell *cell, double x, double y, PangoLayout *layout, double grey, double height);
/** cell_lower() - moves all that is in the cell down by @by points. */
void cell_lower(struct band_cell *cell, double by);
/** cell_right() - where what is in the cell ends to the right. */
double cell_right(const struct band_cell *cell);
/** cell_line() - a line from @x, @y on its way @w, @h; does not grow the content. */
void cell_line(struct band_cell *cell, double x, double y, double w, double h, double thick);
/** band_height() - what the band takes: its minimum or its fullest cell. */
double band_height(const struct band *band);
/** band_content_height() - what its fullest cell takes, with padding. */
double band_content_height(const struct band *band);
double cell_inner_width(const struct band_cell *cell);
/** band_draw() - puts it on the page with its frame, @height tall. The layouts are shared with the sheet. */
void band_draw(const struct band *band, struct sheet *sheet, size_t page, double y, double height, bool is_first,
	       bool is_last);
