/* SPDX-License-Identifier: MIT
 * Frames are thick round a table and thin inside, as on the forms clerks know. */
#include "shared/render/band.h"
#include "shared/base/banned.h"

#define LINE_OUTER 1.1
#define LINE_INNER 0.5

struct band *band_add(GPtrArray *bands, double height)
{
	struct band *band = g_new0(struct band, 1);

	band->height = height;
	band->pad_y = CELL_PAD_Y;
	g_ptr_array_add(bands, band);
	return band;
}

void band_free(gpointer data)
{
	struct band *band = data;

	for (size_t c = 0; c < band->n_cells; c++) {
		for (guint i = 0; i < band->cells[c].items->len; i++)
			g_clear_object(&g_array_index(band->cells[c].items, struct band_item, i).layout);
		g_array_free(band->cells[c].items, TRUE);
	}
	g_free(band);
}

struct band_cell *band_cell(struct band *band, double x, double w, double fill)
{
	if (band->n_cells == BAND_CELLS_MAX)
		return &band->cells[BAND_CELLS_MAX - 1];
	band->cells[band->n_cells] = (struct band_cell){
		.x = x, .w = w, .fill = fill, .pad_x = CELL_PAD_X, .items = g_array_new(FALSE, FALSE, sizeof(struct band_item))};
	return &band->cells[band->n_cells++];
}

void cell_place(struct band_cell *cell, double x, double y, PangoLayout *layout, double grey)
{
	struct band_item item = {.layout = layout, .x = x, .y = y, .grey = grey};
	double width, height;

	glyphs_size(layout, &width, &height);
	cell->content_h = MAX(cell->content_h, y + height);
	g_array_append_val(cell->items, item);
}

void cell_place_tall(struct band_cell *cell, double x, double y, PangoLayout *layout, double grey, double height)
{
	struct band_item item = {.layout = layout, .x = x, .grey = grey};
	double w, h;

	glyphs_size(layout, &w, &h);
	item.y = y + (height - h) / 2;
	cell->content_h = MAX(cell->content_h, y + height);
	g_array_append_val(cell->items, item);
}

void cell_lower(struct band_cell *cell, double by)
{
	for (guint i = 0; i < cell->items->len; i++)
		g_array_index(cell->items, struct band_item, i).y += by;
	cell->content_h += by;
}

double cell_right(const struct band_cell *cell)
{
	double right = 0;

	for (guint i = 0; i < cell->items->len; i++) {
		const struct band_item *item = &g_array_index(cell->items, struct band_item, i);
		double w = item->w, h;

		if (item->layout)
			glyphs_size(item->layout, &w, &h);
		right = MAX(right, item->x + w);
	}
	return right;
}

void cell_line(struct band_cell *cell, double x, double y, double w, double h, double thick)
{
	struct band_item item = {.x = x, .y = y, .w = w, .h = h, .thick = thick};

	g_array_append_val(cell->items, item);
}

void cell_text(struct band_cell *cell, PangoLayout *layout, double grey)
{
	cell_place(cell, 0, cell->content_h, layout, grey);
}

double cell_inner_width(const struct band_cell *cell)
{
	return cell->w - 2 * cell->pad_x;
}

double band_content_height(const struct band *band)
{
	double height = 0;

	for (size_t c = 0; c < band->n_cells; c++)
		height = MAX(height, band->cells[c].content_h + 2 * band->pad_y);
	return height;
}

double band_height(const struct band *band)
{
	return MAX(band->height, band_content_height(band));
}

static void draw_cell(const struct band_cell *cell, double pad_y, struct sheet *sheet, size_t page, double y, double height)
{
	double left = FORM_LEFT + cell->x;
	double top = y + (cell->is_top ? pad_y : (height - cell->content_h) / 2);

	if (cell->fill < 1)
		sheet_fill(sheet, page, left, y, cell->w, height, cell->fill);
	for (guint i = 0; i < cell->items->len; i++) {
		const struct band_item *item = &g_array_index(cell->items, struct band_item, i);
		double x = left + cell->pad_x + item->x, at = top + item->y;

		if (item->layout)
			sheet_text(sheet, page, x, at, g_object_ref(item->layout), item->grey);
		else
			sheet_line(sheet, page, x, at, item->w, item->h, item->thick);
	}
}

void band_draw(const struct band *band, struct sheet *sheet, size_t page, double y, double height, bool is_first,
	       bool is_last)
{
	double width = sheet->width - 2 * FORM_LEFT;

	for (size_t c = 0; c < band->n_cells; c++) {
		draw_cell(&band->cells[c], band->pad_y, sheet, page, y, height);
		if (band->is_framed && c > 0)
			sheet_line(sheet, page, FORM_LEFT + band->cells[c].x, y, 0, height, LINE_INNER);
	}
	if (!band->is_framed)
		return;
	sheet_line(sheet, page, FORM_LEFT, y, width, 0, is_first ? LINE_OUTER : LINE_INNER);
	if (is_last)
		sheet_line(sheet, page, FORM_LEFT, y + height, width, 0, LINE_OUTER);
	sheet_line(sheet, page, FORM_LEFT, y, 0, height, LINE_OUTER);
	sheet_line(sheet, page, FORM_LEFT + width, y, 0, height, LINE_OUTER);
}
