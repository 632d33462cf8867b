/* SPDX-License-Identifier: MIT
 * The fee is that of the first procedure which uses the form; copies are the whole numbers counted in 通. */
#include <string.h>

#include "shared/render/form_staff.h"
#include "shared/render/form_table.h"
#include "shared/render/form_value.h"
#include "shared/base/banned.h"

#define STAFF_LABEL_WIDTH 112.0
#define STAFF_BOX_HEIGHT 50.0
#define STAFF_BOX_HEIGHT_DENSE 40.0
#define STAFF_BOXES_MAX 6
#define STAFF_FILL 0.9

static PangoLayout *small(struct maker *maker, const char *text, double size, double width, PangoAlignment align)
{
	struct text_style style = {.face = FACE_GOTHIC, .size = size, .width = width, .align = align, .gap = 0.3};

	return glyphs_layout(maker->context, text, &style, NULL, NULL);
}

static struct band_cell *add_line(struct maker *maker, const char *label)
{
	struct band *band = band_add(maker->bands, maker->is_dense ? 18 : 24);
	struct band_cell *cell = band_cell(band, 0, STAFF_LABEL_WIDTH, STAFF_FILL);

	band->is_framed = true;
	band->pad_y = maker->is_dense ? 2.5 : CELL_PAD_Y;
	cell_text(cell, small(maker, label, 9, cell_inner_width(cell), PANGO_ALIGN_LEFT), 0);
	return band_cell(band, STAFF_LABEL_WIDTH, maker->width - STAFF_LABEL_WIDTH, 1);
}

static void add_text_line(struct maker *maker, const char *label, const char *text)
{
	struct band_cell *cell = add_line(maker, label);

	cell_text(cell, small(maker, text, maker->is_dense ? 9 : 10, cell_inner_width(cell), PANGO_ALIGN_LEFT), 0);
}

static bool uses(const struct config_procedure *procedure, const struct form *form)
{
	for (size_t i = 0; i < procedure->n_forms; i++)
		if (strcmp(procedure->forms[i], form->id) == 0)
			return true;
	return false;
}

/* Copies asked for; 0 when they are not known. */
static long count_copies(const struct form *form, const struct draft *draft)
{
	long copies = 0;

	for (size_t i = 0; draft && i < form->n_fields; i++) {
		const struct form_field *field = &form->fields[i];
		const struct value *value = field->type == FIELD_INTEGER ? draft_find(draft, field->id) : NULL;

		if (value && draft_is_shown(draft, field) && strcmp(text_in(&field->unit, "ja"), "通") == 0)
			copies += strtol(value->text, NULL, 10);
	}
	return copies > 0 && copies < 1000 ? copies : 0;
}

/* 3,000 whatever the locale of the machine */
static const char *yen(long amount, char *out, size_t size)
{
	if (amount < 1000)
		snprintf(out, size, "%ld", amount);
	else
		snprintf(out, size, "%ld,%03ld", amount / 1000, amount % 1000);
	return out;
}

/* Whether the form counts anything: a registration is paid once. */
static bool is_counted(const struct form *form)
{
	for (size_t i = 0; i < form->n_fields; i++)
		if (form->fields[i].type == FIELD_INTEGER)
			return true;
	return false;
}

static void add_fee(struct maker *maker, const struct config *config, const struct form *form, const struct draft *draft)
{
	const struct config_procedure *procedure = NULL;
	long copies = count_copies(form, draft);
	char text[128], sum[32];

	for (size_t i = 0; !procedure && i < config->n_procedures; i++)
		if (uses(&config->procedures[i], form))
			procedure = &config->procedures[i];
	if (!procedure || !procedure->fee_yen)
		return; /* a notice costs nothing: there is no fee to collect */
	if (copies)
		snprintf(text, sizeof(text), "1通 %d円 × %ld通 ＝ %s円", procedure->fee_yen, copies,
			 yen(procedure->fee_yen * copies, sum, sizeof(sum)));
	else if (is_counted(form))
		snprintf(text, sizeof(text), "1通 %d円 ×　　　　　通 ＝　　　　　　　　円", procedure->fee_yen);
	else
		snprintf(text, sizeof(text), "%s円", yen(procedure->fee_yen, sum, sizeof(sum)));
	add_text_line(maker, "手数料", text);
}

static void add_card_line(struct maker *maker, const struct form *form, const struct draft *draft)
{
	enum value_proof worst = PROOF_VERIFIED;
	g_autoptr(GString) text = g_string_new(NULL);

	for (size_t i = 0; draft && i < form->n_fields; i++) {
		const struct value *value = draft_find(draft, form->fields[i].id);
		g_autofree char *label = text_plain(&form->fields[i].label);

		/* what a card could not prove counts as typed, but a card it came from: staff must see that on paper too */
		if (!value || !draft_is_shown(draft, &form->fields[i]) || (value->source != VALUE_CARD && value->proof != PROOF_FAILED))
			continue;
		/* on a reprint its boxes are empty */
		if (form->fields[i].type == FIELD_INDIVIDUAL_NUMBER && !maker->number && !maker->is_number_masked)
			continue;
		g_string_append_printf(text, "%s%s", text->len ? "・" : "", label);
		if (value->proof == PROOF_FAILED || worst == PROOF_VERIFIED)
			worst = value->proof;
	}
	if (!text->len)
		return;
	g_string_append(text, worst == PROOF_VERIFIED ? "（真正性 確認済み）" :
			      worst == PROOF_FAILED ? "（真正性を 確認できませんでした）" : "（真正性は 未確認）");
	add_text_line(maker, "カードから転記", text->str);
}

/* 〓 U+845B U+E0110（氏名） */
static void add_missing_line(struct maker *maker)
{
	const struct missing *missing = maker->missing;
	g_autoptr(GString) text = g_string_new("〓は 印刷できない文字です。職員が 書き入れてください。");

	if (!missing->n_items)
		return;
	for (size_t i = 0; i < missing->n_items; i++) {
		const struct missing_character *item = &missing->items[i];

		g_string_append_printf(text, "%sU+%04X", i ? "、" : "　", item->scalar);
		if (item->selector)
			g_string_append_printf(text, " U+%04X", item->selector);
		if (item->where && *item->where)
			g_string_append_printf(text, "（%s）", item->where);
	}
	if (missing->has_more)
		g_string_append(text, "、ほか");
	add_text_line(maker, "印刷できない文字", text->str);
}

static void add_box(struct maker *maker, struct band *band, double x, double w, const struct form_field *field,
		    const struct draft *draft)
{
	struct band_cell *cell = band_cell(band, x, w, 1);
	const struct value *value = draft ? draft_find(draft, field->id) : NULL;
	g_autofree char *label = text_plain(&field->label);

	cell->is_top = true;
	cell_text(cell, small(maker, label, 8.5, cell_inner_width(cell), PANGO_ALIGN_CENTER), 0);
	if (value)
		value_draw(maker, cell, field, value);
}

static void add_boxes(struct maker *maker, const GPtrArray *fields, const struct draft *draft)
{
	guint n_lines = (fields->len + STAFF_BOXES_MAX - 1) / STAFF_BOXES_MAX;
	guint each = n_lines ? (fields->len + n_lines - 1) / n_lines : 1;

	for (guint from = 0; from < fields->len; from += each) {
		struct band *band = band_add(maker->bands, maker->is_dense ? STAFF_BOX_HEIGHT_DENSE : STAFF_BOX_HEIGHT);
		guint n = MIN(each, fields->len - from);

		band->is_framed = true;
		for (guint i = 0; i < n; i++)
			add_box(maker, band, maker->width * i / n, maker->width / n, fields->pdata[from + i], draft);
	}
}

static void add_title(struct maker *maker, const struct form *form, const struct form_field *first)
{
	struct band *band = band_add(maker->bands, maker->is_dense ? 17 : 20);
	struct band_cell *cell = band_cell(band, 0, maker->width, STAFF_FILL);
	struct text_style style = {.face = FACE_GOTHIC, .size = 9.5, .is_bold = true};
	g_autofree char *title = g_strdup("職員記入欄");

	for (size_t i = 0; first && first->section && i < form->n_sections; i++)
		if (strcmp(form->sections[i].id, first->section) == 0) {
			g_free(title);
			title = text_plain(&form->sections[i].title);
		}
	band->is_framed = band->keeps_next = true;
	band->pad_y = 2.5;
	cell_text(cell, glyphs_layout(maker->context, title, &style, NULL, NULL), 0);
}

/* A line for each person that the form tells of. */
static void add_tables(struct maker *maker, const struct form *form, const struct draft *draft)
{
	size_t n_people = 0;

	for (size_t i = 0; i < form->n_fields; i++)
		if (form->fields[i].type == FIELD_ROWS && !table_is_for_staff(&form->fields[i]) &&
		    (!draft || draft_is_shown(draft, &form->fields[i])))
			n_people = MAX(n_people, table_rows(maker, &form->fields[i], draft));
	for (size_t i = 0; i < form->n_fields; i++)
		if (table_is_for_staff(&form->fields[i]))
			table_add_for_staff(maker, &form->fields[i], MIN(n_people ? n_people : 1, (size_t)form->fields[i].max));
}

/* A form whose author named no boxes has the three every counter stamps. */
static const struct form_field usual_boxes[] = {
	{.id = "", .type = FIELD_OFFICE_USE, .label = {&(struct text_entry){"ja", "本人確認"}, 1}},
	{.id = "", .type = FIELD_OFFICE_USE, .label = {&(struct text_entry){"ja", "受付"}, 1}},
	{.id = "", .type = FIELD_OFFICE_USE, .label = {&(struct text_entry){"ja", "交付"}, 1}},
};

void form_staff_add(struct maker *maker, const struct config *config, const struct form *form, const struct draft *draft)
{
	g_autoptr(GPtrArray) boxes = g_ptr_array_new();
	g_autoptr(GPtrArray) lines = g_ptr_array_new();

	for (size_t i = 0; i < form->n_fields; i++)
		if (form->fields[i].type == FIELD_OFFICE_USE)
			g_ptr_array_add(form->fields[i].n_options ? lines : boxes, &form->fields[i]);
	if (!boxes->len && !lines->len)
		for (size_t i = 0; i < G_N_ELEMENTS(usual_boxes); i++)
			g_ptr_array_add(boxes, (gpointer)(uintptr_t)&usual_boxes[i]);
	add_title(maker, form, boxes->len ? boxes->pdata[0] : lines->pdata[0]);
	add_fee(maker, config, form, draft);
	add_card_line(maker, form, draft);
	for (guint i = 0; i < lines->len; i++) {
		const struct form_field *field = lines->pdata[i];
		g_autofree char *label = text_plain(&field->label);

		value_draw(maker, add_line(maker, label), field, draft ? draft_find(draft, field->id) : NULL);
	}
	add_missing_line(maker);
	add_tables(maker, form, draft);
	add_boxes(maker, boxes, draft);
}
