/* SPDX-License-Identifier: MIT
 * Columns share the line by what they would like to have; where there is too little, down to what their titles take. */
#include "shared/render/form_table.h"
#include "shared/render/form_value.h"
#include "shared/base/banned.h"

#define FILL 0.94
#define NUMBER_WIDTH 24.0
#define CELL_PAD 3.5
#define HEAD_SIZE 8.5
#define COLUMN_LEAST 34.0
#define KEPT_ROWS 6 /* so short a table is not broken over two pages if that can be avoided */
#define LABEL_SIZE 9.5
#define GREY_ROOM 0.35
#define ROW_HEIGHT 30.0
#define ROW_HEIGHT_DENSE 25.0
#define ROW_HEIGHT_READING 7.0 /* more, where a reading stands above the name */
#define STAFF_ROW_HEIGHT 19.0
#define READING_HEIGHT 11.0
#define READING_LINE 0.3
#define ROWS_AIRY 6
#define ROWS_DENSE 4
#define ROWS_SELDOM 3

struct column {
	const struct form_field *field;
	const struct form_field *reading; /* above it in the same column; NULL: none */
	double x, w;
};

struct table {
	const struct form_field *field;
	struct column columns[BAND_CELLS_MAX - 1];
	size_t n_columns;
};

static bool is_reading_of(const struct form_field *reading, const struct form_field *name)
{
	return reading->type == FIELD_KANA && name->type == FIELD_PERSON_NAME;
}

static void find_columns(struct table *table)
{
	const struct form_field *fields = table->field->fields;

	for (size_t c = 0; c < table->field->n_fields && table->n_columns < G_N_ELEMENTS(table->columns); c++) {
		struct column column = {.field = &fields[c]};

		if (c + 1 < table->field->n_fields && is_reading_of(&fields[c], &fields[c + 1])) {
			column = (struct column){.field = &fields[c + 1], .reading = &fields[c]};
			c++;
		} else if (c + 1 < table->field->n_fields && is_reading_of(&fields[c + 1], &fields[c])) {
			column.reading = &fields[c + 1];
			c++;
		}
		table->columns[table->n_columns++] = column;
	}
}

/* A title may take two lines. */
static double column_least(const struct column *column)
{
	g_autofree char *title = text_plain(&column->field->label);

	return MAX((double)((g_utf8_strlen(title, -1) + 1) / 2) * HEAD_SIZE + 2 * CELL_PAD + 1, COLUMN_LEAST);
}

static double column_need(const struct column *column)
{
	return MAX(column_least(column), value_row_need(column->field));
}

static struct table table_of(const struct maker *maker, const struct form_field *field)
{
	struct table table = {.field = field};
	double need = 0, least = 0, x = NUMBER_WIDTH, room = maker->width - NUMBER_WIDTH;

	find_columns(&table);
	for (size_t c = 0; c < table.n_columns; c++) {
		need += column_need(&table.columns[c]);
		least += column_least(&table.columns[c]);
	}
	for (size_t c = 0; c < table.n_columns; c++) {
		double want = column_need(&table.columns[c]), at_least = column_least(&table.columns[c]);
		bool is_between = room < need && room > least;

		table.columns[c].x = x;
		table.columns[c].w = is_between ? at_least + (want - at_least) * (room - least) / (need - least) :
				     room < need ? at_least * room / least : want * room / need;
		x += table.columns[c].w;
	}
	return table;
}

static struct band_cell *tight_cell(struct band *band, double x, double w, double fill)
{
	struct band_cell *cell = band_cell(band, x, w, fill);

	cell->pad_x = CELL_PAD;
	return cell;
}

static void put_label(struct maker *maker, struct band_cell *cell, const char *text, double size, PangoAlignment align)
{
	struct text_style style = {.face = FACE_GOTHIC, .size = size, .width = cell_inner_width(cell), .align = align};

	cell_text(cell, glyphs_layout(maker->context, text, &style, NULL, NULL), 0);
}

static void add_caption(struct maker *maker, const struct form_field *field)
{
	struct band *band = band_add(maker->bands, maker->is_dense ? 18 : 22);
	g_autofree char *label = text_plain(&field->label);

	band->keeps_next = band->is_framed = true;
	band->pad_y = 2.5;
	put_label(maker, band_cell(band, 0, maker->width, FILL), label, LABEL_SIZE, PANGO_ALIGN_LEFT);
}

/* A title that would leave one character alone on its second line is broken in the middle. */
static char *balanced(char *title, double inner)
{
	glong length = g_utf8_strlen(title, -1), fit = (glong)(inner / HEAD_SIZE);
	g_autofree char *whole = title;
	const char *middle = g_utf8_offset_to_pointer(whole, (length + 1) / 2);

	if (length != fit + 1 || length < 3)
		return g_steal_pointer(&whole);
	return g_strdup_printf("%.*s\n%s", (int)(middle - whole), whole, middle);
}

static void add_head(struct maker *maker, const struct table *table)
{
	struct band *band = band_add(maker->bands, maker->is_dense ? 16 : 20);

	band->is_framed = band->is_head = band->keeps_next = true;
	band->pad_y = 2.5;
	band_cell(band, 0, NUMBER_WIDTH, FILL);
	for (size_t c = 0; c < table->n_columns; c++) {
		const struct column *column = &table->columns[c];
		g_autofree char *reading = column->reading ? text_plain(&column->reading->label) : NULL;
		g_autofree char *name = balanced(text_plain(&column->field->label), column->w - 2 * CELL_PAD);
		g_autofree char *title = reading ? g_strconcat(reading, "\n", name, NULL) : g_strdup(name);

		put_label(maker, tight_cell(band, column->x, column->w, FILL), title, HEAD_SIZE, PANGO_ALIGN_CENTER);
	}
}

static const struct value *find(const struct draft *draft, const struct table *table, size_t row, const struct form_field *field)
{
	return draft ? draft_row_find(draft, table->field->id, row, field->id) : NULL;
}

static void put_value(struct maker *maker, struct band_cell *cell, const struct form_field *field, const struct value *value)
{
	bool is_room;
	PangoLayout *layout = value_row_layout(maker, field, value, cell_inner_width(cell), &is_room);

	cell_text(cell, layout, is_room ? GREY_ROOM : 0);
}

/* A thin line between the reading and the name, as far down as the reading takes. */
static void put_reading(struct maker *maker, struct band_cell *cell, const struct form_field *field, const struct value *value)
{
	bool is_room;
	PangoLayout *layout = value_row_layout(maker, field, value, cell_inner_width(cell), &is_room);
	double w, h;

	glyphs_size(layout, &w, &h);
	h = MAX(h, READING_HEIGHT);
	cell->is_top = true;
	cell_place(cell, 0, 0, layout, 0);
	cell_line(cell, -cell->pad_x, h, cell->w, 0, READING_LINE);
	cell->content_h = h + 1.5;
}

static double row_height(const struct maker *maker, const struct table *table)
{
	double height = maker->is_dense ? ROW_HEIGHT_DENSE : ROW_HEIGHT;

	for (size_t c = 0; c < table->n_columns; c++)
		if (table->columns[c].reading)
			return height + ROW_HEIGHT_READING;
	return height;
}

static void add_row(struct maker *maker, const struct table *table, const struct draft *draft, size_t row, size_t n_rows)
{
	struct band *band = band_add(maker->bands, row_height(maker, table));
	char number[24];

	band->is_framed = band->is_row = band->is_stretchy = true;
	band->keeps_next = row == 0 && n_rows > 1;
	band->keeps_softly = row + 1 < n_rows && n_rows <= KEPT_ROWS;
	band->pad_y = 1.5;
	snprintf(number, sizeof(number), "%zu", row + 1);
	put_label(maker, tight_cell(band, 0, NUMBER_WIDTH, FILL), number, LABEL_SIZE, PANGO_ALIGN_CENTER);
	for (size_t c = 0; c < table->n_columns; c++) {
		const struct column *column = &table->columns[c];
		struct band_cell *cell = tight_cell(band, column->x, column->w, 1);

		if (column->reading)
			put_reading(maker, cell, column->reading, find(draft, table, row, column->reading));
		put_value(maker, cell, column->field, find(draft, table, row, column->field));
	}
}

size_t table_rows(const struct maker *maker, const struct form_field *field, const struct draft *draft)
{
	size_t n_filled = draft ? draft_n_rows(draft, field->id) : 0;
	size_t n_max = field->max > 0 ? (size_t)field->max : ROWS_AIRY;
	bool is_seldom = field->show_if_field && *field->show_if_field;
	size_t n_usual = is_seldom ? ROWS_SELDOM : maker->is_dense ? ROWS_DENSE : ROWS_AIRY;

	return MAX(n_filled, MIN(n_max, MAX(n_usual, n_filled + 1)));
}

void table_add(struct maker *maker, const struct form_field *field, const struct draft *draft, bool has_caption)
{
	struct table table = table_of(maker, field);
	size_t n_rows = table_rows(maker, field, draft);

	if (has_caption)
		add_caption(maker, field);
	add_head(maker, &table);
	for (size_t row = 0; row < n_rows; row++)
		add_row(maker, &table, draft, row, n_rows);
}

bool table_is_for_staff(const struct form_field *field)
{
	bool is_for_staff = field->type == FIELD_ROWS && field->n_fields > 0;

	for (size_t c = 0; c < field->n_fields; c++)
		is_for_staff = is_for_staff && field->fields[c].type == FIELD_OFFICE_USE;
	return is_for_staff;
}

void table_add_for_staff(struct maker *maker, const struct form_field *field, size_t n_rows)
{
	struct table table = table_of(maker, field);

	add_head(maker, &table);
	for (size_t row = 0; row < n_rows; row++) {
		struct band *band = band_add(maker->bands, STAFF_ROW_HEIGHT);
		char number[24];

		band->is_framed = band->is_row = true;
		band->pad_y = 1.5;
		snprintf(number, sizeof(number), "%zu", row + 1);
		put_label(maker, tight_cell(band, 0, NUMBER_WIDTH, FILL), number, HEAD_SIZE, PANGO_ALIGN_CENTER);
		for (size_t c = 0; c < table.n_columns; c++)
			tight_cell(band, table.columns[c].x, table.columns[c].w, 1);
	}
}
