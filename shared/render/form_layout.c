/* SPDX-License-Identifier: MIT
 * A municipal application form as clerks know it: title, addressee and date, one table for each section with its
 * labels in a fixed column, boxes to tick, room to sign, and at the foot what staff write. */
#include <string.h>

#include "shared/render/band.h"
#include "shared/render/form_flow.h"
#include "shared/render/form_layout.h"
#include "shared/render/form_line.h"
#include "shared/render/form_staff.h"
#include "shared/render/form_table.h"
#include "shared/render/form_value.h"
#include "shared/base/banned.h"

#define TITLE_Y 42.0
#define HEAD_Y 78.0
#define BODY_Y 104.0
#define DENSE_LIFT 14.0 /* a dense form begins that much higher */
#define BODY_NEXT_Y 62.0
#define BODY_BOTTOM 44.0 /* from below */
#define FOOT_Y 34.0

/* @beside: what the table below is of, in small; NULL: nothing. */
static void add_section_title(struct maker *maker, const char *title, const char *beside)
{
	struct band *gap = band_add(maker->bands, maker->is_dense ? 5 : 9);
	struct band *band;
	struct band_cell *cell;
	struct text_style style = {.face = FACE_GOTHIC, .size = maker->is_dense ? 10.5 : 11, .is_bold = true};
	PangoLayout *layout;
	double w, h, right;

	gap->keeps_next = true;
	gap->pad_y = 0;
	if (!*title)
		return;
	band = band_add(maker->bands, maker->is_dense ? 16 : 20);
	band->keeps_next = true;
	band->pad_y = 1;
	cell = band_cell(band, -CELL_PAD_X, maker->width + CELL_PAD_X, 1);
	cell_text(cell, glyphs_layout(maker->context, title, &style, NULL, NULL), 0);
	if (!beside)
		return;
	right = cell_right(cell) + 10;
	style = (struct text_style){.face = FACE_GOTHIC, .size = 8.5};
	layout = glyphs_layout(maker->context, beside, &style, NULL, NULL);
	glyphs_size(layout, &w, &h);
	if (right + w <= maker->width)
		cell_place(cell, right, MAX(cell->content_h - h - 1, 0), layout, 0);
	else
		g_object_unref(layout);
}

static const struct value *find(const struct draft *draft, const struct form_field *field)
{
	return draft ? draft_find(draft, field->id) : NULL;
}

static bool is_in_body(const struct form_field *field, const char *section, const struct draft *draft)
{
	return field->type != FIELD_OFFICE_USE && !table_is_for_staff(field) && strcmp(field->section ? field->section : "", section) == 0 &&
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

static bool is_conditional(const struct form_field *field)
{
	return field->show_if_field && *field->show_if_field;
}

/* On a blank page the ways to answer one question (from the card, by hand) are one box. */
static bool is_said_already(const GPtrArray *fields, const struct form_field *field)
{
	for (guint i = 0; i < fields->len; i++) {
		const struct form_field *other = fields->pdata[i];

		if (other->type == field->type && is_conditional(field) && is_conditional(other) &&
		    strcmp(text_in(&other->label, "ja"), text_in(&field->label, "ja")) == 0)
			return true;
	}
	return false;
}

static GPtrArray *fields_of(const struct form *form, const char *section, const struct draft *draft)
{
	GPtrArray *fields = g_ptr_array_new();

	for (size_t i = 0; i < form->n_fields; i++)
		if (is_in_body(&form->fields[i], section, draft) && (draft || !is_said_already(fields, &form->fields[i])))
			g_ptr_array_add(fields, (gpointer)(uintptr_t)&form->fields[i]);
	reading_first(fields);
	return fields;
}

static void add_section(struct maker *maker, const struct form *form, const char *id, const struct text *title,
			const struct draft *draft)
{
	g_autoptr(GPtrArray) fields = fields_of(form, id, draft);
	const struct form_field *first = fields->len ? fields->pdata[0] : NULL;
	g_autofree char *heading = title && first && first->type != FIELD_SIGNATURE ? text_plain(title) : g_strdup("");
	g_autofree char *beside = first && first->type == FIELD_ROWS ? text_plain(&first->label) : NULL;

	if (!first)
		return;
	add_section_title(maker, heading, beside);
	for (guint i = 0; i < fields->len;) {
		const struct form_field *field = fields->pdata[i];

		if (field->type == FIELD_ROWS) {
			table_add(maker, field, draft, field != first);
			i++;
		} else {
			i += line_add(maker, fields, i, draft);
		}
	}
}

static void add_note(struct maker *maker, const struct form *form)
{
	g_autofree char *text = text_plain(&form->note);
	struct text_style style = {.face = FACE_GOTHIC, .size = maker->is_dense ? 8 : 8.5, .width = maker->width, .gap = 0.35};
	struct band *band;

	if (!*text)
		return;
	band = band_add(maker->bands, 0);
	cell_place(band_cell(band, -CELL_PAD_X, maker->width + 2 * CELL_PAD_X, 1), 0, 4, glyphs_layout(maker->context, text, &style, NULL, NULL), 0);
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
		     const char *date, double lift)
{
	double width = sheet->width - 2 * FORM_LEFT;
	struct text_style title_style = {.face = FACE_GOTHIC, .is_bold = true, .size = 19, .width = width,
					 .align = PANGO_ALIGN_CENTER};
	struct text_style style = {.face = FACE_MINCHO, .size = 13, .width = width};
	g_autofree char *title = text_plain(&form->title);
	g_autofree char *addressee = addressee_of(config, form);

	while (title_style.size > 12 && (double)g_utf8_strlen(title, -1) * title_style.size > width)
		title_style.size -= 0.5;
	put(sheet, 0, FORM_LEFT, TITLE_Y - lift / 2, context, title, &title_style);
	put(sheet, 0, FORM_LEFT, HEAD_Y - lift, context, addressee, &style);
	style.size = 12;
	style.align = PANGO_ALIGN_RIGHT;
	put(sheet, 0, FORM_LEFT, HEAD_Y + 1 - lift, context, date, &style);
}

/* Which form in which version, by whom, and which page of how many. */
static void put_feet(struct sheet *sheet, PangoContext *context, const struct config *config, const struct form *form)
{
	double width = sheet->width - 2 * FORM_LEFT;
	struct text_style style = {.face = FACE_GOTHIC, .size = 7.5, .width = width};
	struct text_style small = {.face = FACE_GOTHIC, .size = 10, .is_bold = true, .width = width};
	g_autofree char *town = text_plain(&config->municipality.name);
	g_autofree char *title = text_plain(&form->title);
	g_autofree char *left = g_strdup_printf("%s　様式 %s　第%d版", town, form->id, form->version);
	g_autofree char *again = g_strconcat(title, "（続き）", NULL);

	for (size_t page = 0; page < sheet->n_pages; page++) {
		g_autofree char *right = g_strdup_printf("%zu / %zu ページ", page + 1, sheet->n_pages);

		style.align = PANGO_ALIGN_LEFT;
		put(sheet, page, FORM_LEFT, sheet->height - FOOT_Y, context, left, &style);
		style.align = PANGO_ALIGN_RIGHT;
		put(sheet, page, FORM_LEFT, sheet->height - FOOT_Y, context, right, &style);
		if (page)
			put(sheet, page, FORM_LEFT, 42, context, again, &small);
	}
}

static struct sheet *sheet_for(enum form_paper paper)
{
	switch (paper) {
	case PAPER_A4:
		return sheet_new(SHEET_WIDTH, SHEET_HEIGHT, SHEET_WIDTH);
	case PAPER_A4_LANDSCAPE:
		return sheet_new(SHEET_HEIGHT, SHEET_WIDTH, SHEET_HEIGHT);
	case PAPER_A3_LEFT_HALF:
		return sheet_new(SHEET_WIDTH, SHEET_HEIGHT, 2 * SHEET_WIDTH);
	}
	return sheet_new(SHEET_WIDTH, SHEET_HEIGHT, SHEET_WIDTH);
}

/* Body and foot; NULL when they take more pages than there may be. */
static struct sheet *laid_out(PangoContext *context, const struct config *config, const struct form *form,
			      const struct draft *shown, const struct form_layout_options *options, bool is_dense)
{
	CLEANUP(sheet_freep) struct sheet *sheet = sheet_for(form->paper);
	g_autoptr(GPtrArray) body = g_ptr_array_new_with_free_func(band_free);
	g_autoptr(GPtrArray) foot = g_ptr_array_new_with_free_func(band_free);
	struct missing missing = {0};
	struct maker maker = {.context = context, .missing = &missing, .bands = body, .width = sheet->width - 2 * FORM_LEFT,
		.is_dense = is_dense, .number = options->number, .is_number_masked = options->is_number_masked};
	struct form_flow flow = {body, foot, BODY_Y - (is_dense ? DENSE_LIFT : 0), BODY_NEXT_Y, sheet->height - BODY_BOTTOM};

	add_section(&maker, form, "", NULL, shown);
	for (size_t i = 0; i < form->n_sections; i++)
		add_section(&maker, form, form->sections[i].id, &form->sections[i].title, shown);
	add_note(&maker, form);
	maker.bands = foot;
	form_staff_add(&maker, config, form, shown);
	return form_flow(&flow, sheet) ? TAKE(sheet) : NULL;
}

struct sheet *form_layout(PangoContext *context, const struct config *config, const struct form *form,
			  const struct draft *draft, const struct form_layout_options *options)
{
	const struct draft *shown = options->is_blank ? NULL : draft;
	CLEANUP(sheet_freep) struct sheet *sheet = laid_out(context, config, form, shown, options, false);
	CLEANUP(sheet_freep) struct sheet *dense = NULL;
	bool is_dense;
	g_autofree char *date = request_date(form, shown, options);

	if (!sheet || sheet->n_pages > 1)
		dense = laid_out(context, config, form, shown, options, true);
	is_dense = dense && (!sheet || dense->n_pages < sheet->n_pages);
	if (is_dense) {
		struct sheet *airy = sheet;

		sheet = dense;
		dense = airy;
	}
	if (!sheet)
		return NULL;
	put_head(sheet, context, config, form, date, is_dense ? DENSE_LIFT : 0);
	put_feet(sheet, context, config, form);
	return TAKE(sheet);
}
