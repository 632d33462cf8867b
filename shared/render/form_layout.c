/* SPDX-License-Identifier: MIT
 * A municipal application form as clerks know it: title, addressee and date, one table for each section with its
 * labels in a fixed column, boxes to tick, room to sign, and at the foot what staff write. */
#include <string.h>

#include "shared/render/band.h"
#include "shared/render/form_flow.h"
#include "shared/render/form_layout.h"
#include "shared/render/form_staff.h"
#include "shared/render/form_value.h"
#include "shared/base/banned.h"

#define LABEL_WIDTH 112.0
#define LABEL_SIZE 9.5
#define LABEL_FILL 0.94
#define SECOND_LABEL_WIDTH 84.0
#define SECOND_LABEL_X (LABEL_WIDTH + 174.0)
#define TITLE_Y 42.0
#define HEAD_Y 78.0
#define BODY_Y 104.0
#define BODY_NEXT_Y 62.0
#define BODY_BOTTOM (SHEET_HEIGHT - 44.0)
#define BLANK_ROWS_MAX 6

static void label_draw(struct maker *maker, struct band_cell *cell, const char *text, PangoAlignment align)
{
	struct text_style style = {.face = FACE_GOTHIC, .size = LABEL_SIZE, .width = cell_inner_width(cell), .align = align};

	cell_text(cell, glyphs_layout(maker->context, text, &style, NULL, NULL), 0);
}

static void add_label(struct maker *maker, struct band *band, double x, double w, const struct text *label)
{
	g_autofree char *text = text_plain(label);

	label_draw(maker, band_cell(band, x, w, LABEL_FILL), text, PANGO_ALIGN_LEFT);
}

static struct band *add_line(struct maker *maker, const struct form_field *field)
{
	struct band *band = band_add(maker->bands, value_height(field));

	band->is_framed = true;
	band->is_stretchy = field->type != FIELD_KANA;
	add_label(maker, band, 0, LABEL_WIDTH, &field->label);
	return band;
}

static void add_section_title(struct maker *maker, const char *title)
{
	struct band *gap = band_add(maker->bands, 9);
	struct band *band;
	struct band_cell *cell;
	struct text_style style = {.face = FACE_GOTHIC, .size = 11, .is_bold = true};

	gap->keeps_next = true;
	band = band_add(maker->bands, 20);
	band->keeps_next = true;
	cell = band_cell(band, -CELL_PAD_X, FORM_WIDTH, 1);
	cell_text(cell, glyphs_layout(maker->context, title, &style, NULL, NULL), 0);
}

static const struct value *find(const struct draft *draft, const struct form_field *field)
{
	return draft ? draft_find(draft, field->id) : NULL;
}

static void add_signature(struct maker *maker, const struct form_field *field, const struct value *value)
{
	struct band *band = add_line(maker, field);
	struct band_cell *cell = band_cell(band, LABEL_WIDTH, FORM_WIDTH - LABEL_WIDTH, 1);
	struct text_style style = {.face = FACE_GOTHIC, .size = 8, .width = cell_inner_width(cell), .align = PANGO_ALIGN_RIGHT};

	if (value) {
		value_draw(maker, cell, field, value);
		return;
	}
	cell_place(cell, 0, 32, glyphs_layout(maker->context, "内容を 確かめて、ご自分で 書いてください", &style, NULL, NULL), 0.3);
}

/* Relative width of a column in a table of people. */
static double column_weight(const struct form_field *column)
{
	switch (column->type) {
	case FIELD_PERSON_NAME:
	case FIELD_KANA:
	case FIELD_ADDRESS:
		return 3;
	case FIELD_DATE:
		return 2.6;
	case FIELD_SEX:
	case FIELD_YES_NO:
	case FIELD_INTEGER:
		return 1.1;
	case FIELD_TEXT:
	case FIELD_POSTAL_CODE:
	case FIELD_PHONE:
	case FIELD_CHOICE:
	case FIELD_CHOICES:
	case FIELD_ROWS:
	case FIELD_SIGNATURE:
	case FIELD_OFFICE_USE:
	case FIELD_INDIVIDUAL_NUMBER:
		return 2;
	}
	return 2;
}

#define ROW_NUMBER_WIDTH 32.0

static size_t n_columns(const struct form_field *field)
{
	return MIN(field->n_fields, BAND_CELLS_MAX - 1);
}

static double column_width(const struct form_field *field, size_t column)
{
	double sum = 0;

	for (size_t c = 0; c < n_columns(field); c++)
		sum += column_weight(&field->fields[c]);
	return (FORM_WIDTH - ROW_NUMBER_WIDTH) * column_weight(&field->fields[column]) / sum;
}

static void add_row(struct maker *maker, const struct form_field *field, const struct draft *draft, size_t row)
{
	struct band *band = band_add(maker->bands, 27);
	double x = ROW_NUMBER_WIDTH;
	char number[24];

	band->is_framed = band->is_row = band->is_stretchy = true;
	snprintf(number, sizeof(number), "%zu", row + 1);
	label_draw(maker, band_cell(band, 0, ROW_NUMBER_WIDTH, LABEL_FILL), number, PANGO_ALIGN_CENTER);
	for (size_t c = 0; c < n_columns(field); c++) {
		struct band_cell *cell = band_cell(band, x, column_width(field, c), 1);
		const struct value *value = draft ? draft_row_find(draft, field->id, row, field->fields[c].id) : NULL;

		value_draw_in_row(maker, cell, &field->fields[c], value);
		x += cell->w;
	}
}

static void add_table(struct maker *maker, const struct form_field *field, const struct draft *draft)
{
	size_t n_rows = draft ? draft_n_rows(draft, field->id) : 0;
	size_t n_blank = field->max ? MIN((size_t)field->max, BLANK_ROWS_MAX) : 3;
	struct band *caption = band_add(maker->bands, 22);
	struct band *head;
	double x = ROW_NUMBER_WIDTH;
	g_autofree char *label = text_plain(&field->label);

	caption->keeps_next = true;
	caption->is_framed = true;
	label_draw(maker, band_cell(caption, 0, FORM_WIDTH, LABEL_FILL), label, PANGO_ALIGN_LEFT);
	head = band_add(maker->bands, 20);
	head->is_framed = head->is_head = head->keeps_next = true;
	band_cell(head, 0, ROW_NUMBER_WIDTH, LABEL_FILL);
	for (size_t c = 0; c < n_columns(field); c++) {
		struct band_cell *cell = band_cell(head, x, column_width(field, c), LABEL_FILL);
		g_autofree char *title = text_plain(&field->fields[c].label);

		label_draw(maker, cell, title, PANGO_ALIGN_CENTER);
		x += cell->w;
	}
	for (size_t row = 0; row < (n_rows ? n_rows : n_blank); row++)
		add_row(maker, field, draft, row);
}

/* Two short answers share a line. */
static bool is_short(const struct form_field *field)
{
	g_autofree char *label = text_plain(&field->label);

	return (field->type == FIELD_DATE || field->type == FIELD_SEX || field->type == FIELD_POSTAL_CODE ||
		field->type == FIELD_PHONE || (field->type == FIELD_INTEGER && !field->n_options)) &&
	       g_utf8_strlen(label, -1) <= 10;
}

static bool can_follow(const struct form_field *field)
{
	g_autofree char *label = text_plain(&field->label);

	return is_short(field) && field->type != FIELD_DATE && g_utf8_strlen(label, -1) <= 7;
}

static void add_field(struct maker *maker, const struct form_field *field, const struct form_field *second,
		      const struct draft *draft)
{
	double w = second ? SECOND_LABEL_X - LABEL_WIDTH : FORM_WIDTH - LABEL_WIDTH;
	struct band *band;

	if (field->type == FIELD_ROWS) {
		add_table(maker, field, draft);
		return;
	}
	if (field->type == FIELD_SIGNATURE) {
		add_signature(maker, field, find(draft, field));
		return;
	}
	band = add_line(maker, field);
	value_draw(maker, band_cell(band, LABEL_WIDTH, w, 1), field, find(draft, field));
	if (second) {
		add_label(maker, band, SECOND_LABEL_X, SECOND_LABEL_WIDTH, &second->label);
		w = SECOND_LABEL_X + SECOND_LABEL_WIDTH;
		value_draw(maker, band_cell(band, w, FORM_WIDTH - w, 1), second, find(draft, second));
	}
}

static bool is_in_body(const struct form_field *field, const char *section, const struct draft *draft)
{
	return field->type != FIELD_OFFICE_USE && strcmp(field->section ? field->section : "", section) == 0 &&
	       strcmp(field->from ? field->from : "", "visit.date") != 0 && (!draft || draft_is_shown(draft, field));
}

/* The reading stands above its name, whatever order the questions have. */
static void reading_first(GPtrArray *fields)
{
	for (guint i = 1; i < fields->len; i++) {
		const struct form_field *a = fields->pdata[i - 1];
		const struct form_field *b = fields->pdata[i];

		if (a->type == FIELD_PERSON_NAME && b->type == FIELD_KANA) {
			gpointer name = fields->pdata[i - 1];

			fields->pdata[i - 1] = fields->pdata[i];
			fields->pdata[i] = name;
		}
	}
}

static void add_section(struct maker *maker, const struct form *form, const char *id, const struct text *title,
			const struct draft *draft)
{
	g_autoptr(GPtrArray) fields = g_ptr_array_new();
	g_autofree char *heading = title ? text_plain(title) : g_strdup("");

	for (size_t i = 0; i < form->n_fields; i++)
		if (is_in_body(&form->fields[i], id, draft))
			g_ptr_array_add(fields, &form->fields[i]);
	if (!fields->len)
		return;
	reading_first(fields);
	add_section_title(maker, heading);
	for (guint i = 0; i < fields->len; i++) {
		const struct form_field *second = i + 1 < fields->len ? fields->pdata[i + 1] : NULL;
		bool is_pair = second && is_short(fields->pdata[i]) && can_follow(second);

		add_field(maker, fields->pdata[i], is_pair ? second : NULL, draft);
		i += is_pair;
	}
}

static void add_note(struct maker *maker, const struct form *form)
{
	g_autofree char *text = text_plain(&form->note);
	struct text_style style = {.face = FACE_GOTHIC, .size = 8.5, .width = FORM_WIDTH, .gap = 0.35};
	struct band *band;

	if (!*text)
		return;
	band = band_add(maker->bands, 0);
	cell_place(band_cell(band, -CELL_PAD_X, FORM_WIDTH, 1), 0, 4, glyphs_layout(maker->context, text, &style, NULL, NULL), 0);
}

static void put(struct sheet *sheet, size_t page, double x, double y, PangoContext *context, const char *text,
		const struct text_style *style)
{
	sheet_text(sheet, page, x, y, glyphs_layout(context, text, style, NULL, NULL), 0);
}

/* Date of request: as told, else as in the draft, else room to write it. */
static char *request_date(const struct form *form, const struct draft *draft, const struct form_layout_options *options)
{
	const char *iso = options->date_iso;

	for (size_t i = 0; draft && !iso && i < form->n_fields; i++)
		if (form->fields[i].from && strcmp(form->fields[i].from, "visit.date") == 0 && find(draft, &form->fields[i]))
			iso = find(draft, &form->fields[i])->text;
	return date_plain(iso, false);
}

/* Who is asked: as the form says, else the mayor of this town; $1 is the town's name. */
static char *addressee_of(const struct config *config, const struct form *form)
{
	const struct text *house = config_text_find(config, "form.addressee");
	g_autofree char *text = text_plain(form->addressee.n_entries == 0 && house ? house : &form->addressee);
	g_autofree char *town = text_plain(&config->municipality.name);
	g_auto(GStrv) parts = g_strsplit(text, "$1", -1);

	return g_strjoinv(town, parts);
}

static void put_head(struct sheet *sheet, PangoContext *context, const struct config *config, const struct form *form,
		     const char *date)
{
	struct text_style title_style = {.face = FACE_GOTHIC, .is_bold = true, .size = 19, .width = FORM_WIDTH,
					 .align = PANGO_ALIGN_CENTER};
	struct text_style style = {.face = FACE_MINCHO, .size = 13, .width = FORM_WIDTH};
	g_autofree char *title = text_plain(&form->title);
	g_autofree char *addressee = addressee_of(config, form);

	while (title_style.size > 12 && (double)g_utf8_strlen(title, -1) * title_style.size > FORM_WIDTH)
		title_style.size -= 0.5;
	put(sheet, 0, FORM_LEFT, TITLE_Y, context, title, &title_style);
	put(sheet, 0, FORM_LEFT, HEAD_Y, context, addressee, &style);
	style.size = 12;
	style.align = PANGO_ALIGN_RIGHT;
	put(sheet, 0, FORM_LEFT, HEAD_Y + 1, context, date, &style);
}

/* Which form in which version, by whom, and which page of how many. */
static void put_feet(struct sheet *sheet, PangoContext *context, const struct config *config, const struct form *form)
{
	struct text_style style = {.face = FACE_GOTHIC, .size = 7.5, .width = FORM_WIDTH};
	struct text_style small = {.face = FACE_GOTHIC, .size = 10, .is_bold = true, .width = FORM_WIDTH};
	g_autofree char *town = text_plain(&config->municipality.name);
	g_autofree char *title = text_plain(&form->title);
	g_autofree char *left = g_strdup_printf("%s　様式 %s　第%d版", town, form->id, form->version);
	g_autofree char *again = g_strconcat(title, "（続き）", NULL);

	for (size_t page = 0; page < sheet->n_pages; page++) {
		g_autofree char *right = g_strdup_printf("%zu / %zu ページ", page + 1, sheet->n_pages);

		style.align = PANGO_ALIGN_LEFT;
		put(sheet, page, FORM_LEFT, SHEET_HEIGHT - 34, context, left, &style);
		style.align = PANGO_ALIGN_RIGHT;
		put(sheet, page, FORM_LEFT, SHEET_HEIGHT - 34, context, right, &style);
		if (page)
			put(sheet, page, FORM_LEFT, 42, context, again, &small);
	}
}

struct sheet *form_layout(PangoContext *context, const struct config *config, const struct form *form,
			  const struct draft *draft, const struct form_layout_options *options)
{
	CLEANUP(sheet_freep) struct sheet *sheet = sheet_new();
	g_autoptr(GPtrArray) body = g_ptr_array_new_with_free_func(band_free);
	g_autoptr(GPtrArray) foot = g_ptr_array_new_with_free_func(band_free);
	struct missing missing = {0};
	struct maker maker = {context, &missing, body, options->number, options->is_number_masked};
	const struct draft *shown = options->is_blank ? NULL : draft;
	struct form_flow flow = {body, foot, BODY_Y, BODY_NEXT_Y, BODY_BOTTOM};
	g_autofree char *date = request_date(form, shown, options);

	add_section(&maker, form, "", NULL, shown);
	for (size_t i = 0; i < form->n_sections; i++)
		add_section(&maker, form, form->sections[i].id, &form->sections[i].title, shown);
	add_note(&maker, form);
	maker.bands = foot;
	form_staff_add(&maker, config, form, shown);
	if (!form_flow(&flow, sheet))
		return NULL;
	put_head(sheet, context, config, form, date);
	put_feet(sheet, context, config, form);
	return TAKE(sheet);
}
