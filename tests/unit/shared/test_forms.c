/* SPDX-License-Identifier: MIT
 * Every form of the catalogue on paper: blank, filled at random, filled with what is longest and rarest. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "shared/base/buf.h"
#include "shared/base/limits.h"
#include "shared/render/fonts.h"
#include "shared/render/form_layout.h"
#include "shared/render/form_value.h"
#include "shared/render/render.h"
#include "tests/unit/shared/sheet_look.h"
#include "shared/base/banned.h"

#define ROUNDS 6
#define PAGES_BLANK 2
#define PAGES_FILLED 3

/* Pango keeps fontconfig's patterns for the life of the process, out of the leak checker's sight. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

static struct config *config;
static uint64_t seed = 11;

static uint32_t any(uint32_t below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

static const char *one_of(const char *const *list, size_t n)
{
	return list[any((uint32_t)n)];
}

#define ONE_OF(...) one_of((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

#define ADDRESS_80                                                                                                        \
	"長野県見本郡見本村大字例示字見本原一二三四番地五六七号見本中央総合住宅団地第三期分譲区画南十七号棟"                   \
	"見本グランドレジデンスハイツアネックス二千五百三号室見本方"

/* A value that the type allows; the longest and rarest are as likely as the plain. */
static const char *value_for(const struct form_field *field, char out[64])
{
	switch (field->type) {
	case FIELD_PERSON_NAME:
		return ONE_OF("見本　花子", "葛󠄀城　辻󠄂之介", "𠮷見本　髙﨑", "MIHONPHANAVANTHONG SOUKSAVANH BOUNTHAVY ANOUSONE",
			      "見本葛\U000E01EF子");
	case FIELD_KANA:
		return ONE_OF("ミホン　ハナコ", "ミホンファナヴァントーン　スークサヴァン　ブンタヴィー　アヌソン");
	case FIELD_ADDRESS:
		return ONE_OF("長野県見本郡見本村大字例示123番地", ADDRESS_80);
	case FIELD_POSTAL_CODE:
		return "3990000";
	case FIELD_DATE:
		return ONE_OF("1926-12-25", "2019-05-01", "1999-12-31");
	case FIELD_SEX:
		return ONE_OF("male", "female", "other");
	case FIELD_PHONE:
		return ONE_OF("0265000000", "09000000000");
	case FIELD_YES_NO:
		return ONE_OF("yes", "no");
	case FIELD_INTEGER:
		snprintf(out, 64, "%d", field->min + (int)any((uint32_t)(field->max - field->min + 1)));
		return out;
	case FIELD_CHOICE:
	case FIELD_CHOICES:
		return field->options[any((uint32_t)field->n_options)].id;
	case FIELD_TEXT: {
		size_t n = MIN(field->max ? (size_t)field->max : 40, 60);

		return g_utf8_offset_to_pointer(ADDRESS_80, (glong)(g_utf8_strlen(ADDRESS_80, -1) - (glong)(1 + any((uint32_t)MAX(n, 1)))));
	}
	case FIELD_ROWS:
	case FIELD_SIGNATURE:
	case FIELD_OFFICE_USE:
	case FIELD_INDIVIDUAL_NUMBER:
		return NULL;
	}
	return NULL;
}

static void fill_rows(struct draft *draft, const struct form_field *rows, size_t n)
{
	char out[64];

	for (size_t row = 0; row < n; row++)
		for (size_t c = 0; c < rows->n_fields; c++) {
			const char *text = value_for(&rows->fields[c], out);

			if (text && (c == 0 || any(4)))
				assert_int_equal(draft_row_set(draft, rows->id, row, rows->fields[c].id, text, VALUE_TYPED, PROOF_NOT_CHECKED), 0);
		}
}

static struct draft *filled(const struct form *form, uint32_t out_of_ten)
{
	struct draft *draft = draft_new(form->id, form->version);
	char out[64];

	assert_non_null(draft);
	for (size_t i = 0; i < form->n_fields; i++) {
		const struct form_field *field = &form->fields[i];
		const char *text = value_for(field, out);

		if (field->type == FIELD_ROWS)
			fill_rows(draft, field, any((uint32_t)field->max + 1));
		else if (text && any(10) < out_of_ten)
			assert_int_equal(draft_set(draft, field->id, text, VALUE_CARD, PROOF_VERIFIED), 0);
	}
	return draft;
}

static struct sheet *laid_out(const struct form *form, const struct draft *draft)
{
	cairo_surface_t *surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR, NULL);
	cairo_t *cairo = cairo_create(surface);
	PangoContext *context = fonts_context(cairo, 72);
	struct form_layout_options options = {.is_blank = !draft, .date_iso = draft ? "2026-11-24" : NULL};
	struct sheet *sheet = form_layout(context, config, form, draft, &options);

	g_object_unref(context);
	cairo_destroy(cairo);
	cairo_surface_destroy(surface);
	return sheet;
}

static void assert_said(const struct sheet *sheet, const char *text, const char *what)
{
	CLEANUP(buf_release) struct buf texts = BUF_INIT(1 << 20);

	sheet_look_texts(sheet, &texts);
	if (!strstr(buf_text(&texts), text))
		fail_msg("%s: \"%s\" does not stand on the page", what, text);
}

/* A label may be broken in a table's head, and inline fields have none. */
static void labels_are_said(const struct sheet *sheet, const struct form *form, const struct draft *draft)
{
	for (size_t i = 0; i < form->n_fields; i++) {
		const struct form_field *field = &form->fields[i];
		g_autofree char *label = text_plain(&field->label);
		bool is_at_top = field->from && strcmp(field->from, "visit.date") == 0;
		bool is_staff_table = field->type == FIELD_ROWS && field->fields[0].type == FIELD_OFFICE_USE;

		if (!field->is_inline && !is_at_top && !is_staff_table && (!draft || draft_is_shown(draft, field)))
			assert_said(sheet, label, form->id);
	}
}

static bool is_drawable(const char *text)
{
	return !strstr(text, "\U000E01EF");
}

static void values_are_said(const struct sheet *sheet, const struct form *form, const struct draft *draft)
{
	for (size_t i = 0; i < form->n_fields; i++) {
		const struct form_field *field = &form->fields[i];
		const struct value *value = draft_find(draft, field->id);
		bool is_plain = field->type == FIELD_TEXT || field->type == FIELD_ADDRESS || field->type == FIELD_PERSON_NAME ||
				field->type == FIELD_KANA || field->type == FIELD_PHONE;

		if (!value || !draft_is_shown(draft, field))
			continue;
		if (is_plain)
			assert_said(sheet, is_drawable(value->text) ? value->text : "〓", form->id);
		for (size_t o = 0; o < field->n_options; o++)
			if (strcmp(value->text, field->options[o].id) == 0) {
				g_autofree char *label = text_plain(&field->options[o].label);
				g_autofree char *ticked = g_strconcat("☑ ", label, NULL);

				assert_said(sheet, ticked, form->id);
			}
	}
}

static void every_blank_form_is_whole(void **state)
{
	for (size_t i = 0; i < config->n_forms; i++) {
		CLEANUP(sheet_freep) struct sheet *sheet = laid_out(&config->forms[i], NULL);

		sheet_look_is_whole(sheet, config->forms[i].id);
		labels_are_said(sheet, &config->forms[i], NULL);
		if (sheet->n_pages > PAGES_BLANK)
			fail_msg("%s: %zu pages", config->forms[i].id, sheet->n_pages);
	}
}

static void every_form_is_whole_however_it_is_filled(void **state)
{
	for (size_t i = 0; i < config->n_forms; i++)
		for (uint32_t round = 0; round < ROUNDS; round++) {
			const struct form *form = &config->forms[i];
			CLEANUP(draft_freep) struct draft *draft = filled(form, 4 + 6 * round / ROUNDS);
			CLEANUP(sheet_freep) struct sheet *sheet = laid_out(form, draft);

			sheet_look_is_whole(sheet, form->id);
			labels_are_said(sheet, form, draft);
			values_are_said(sheet, form, draft);
			if (sheet->n_pages > PAGES_FILLED)
				fail_msg("%s: %zu pages", form->id, sheet->n_pages);
		}
}

static void a_full_table_has_no_empty_row_and_a_short_one_has(void **state)
{
	const struct form *form = config_form_find(config, "tennyu");

	assert_non_null(form);
	for (size_t i = 0; i < form->n_fields; i++)
		if (form->fields[i].type == FIELD_ROWS && strcmp(form->fields[i].id, "members") == 0)
			for (size_t n = 0; n <= (size_t)form->fields[i].max; n += 5) {
				CLEANUP(draft_freep) struct draft *draft = draft_new(form->id, form->version);
				CLEANUP(sheet_freep) struct sheet *sheet = NULL;
				bool is_full = n == (size_t)form->fields[i].max;
				CLEANUP(buf_release) struct buf texts = BUF_INIT(1 << 20);
				size_t n_room = 0;

				for (size_t row = 0; row < n; row++)
					assert_int_equal(draft_row_set(draft, "members", row, "card", "yes", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
				sheet = laid_out(form, draft);
				sheet_look_texts(sheet, &texts);
				for (const char *at = buf_text(&texts); (at = strstr(at, "有・無\n")); at++)
					n_room++;
				assert_true(is_full ? n_room == 0 : n_room >= 1);
			}
}

/* 戸籍法施行規則: the certificate of the doctor is the right half of the sheet. */
static void the_half_of_the_doctor_stays_empty(void **state)
{
	static const char *const ids[] = {"shussho", "shibo"};

	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		const struct form *form = config_form_find(config, ids[i]);
		CLEANUP(draft_freep) struct draft *draft = NULL;
		CLEANUP(sheet_freep) struct sheet *sheet = NULL;

		assert_non_null(form);
		assert_int_equal(form->paper, PAPER_A3_LEFT_HALF);
		draft = filled(form, 9);
		sheet = laid_out(form, draft);
		assert_true(fabs(sheet->paper_width - (2 * sheet->width)) < 0.01);
		assert_true(fabs(sheet->paper_width - (420 / 25.4 * 72)) < 0.1);
		assert_true(fabs(sheet->height - (297 / 25.4 * 72)) < 0.1);
		sheet_look_is_whole(sheet, ids[i]); /* within the left half */
	}
}

static void a_landscape_form_uses_its_width(void **state)
{
	struct form wide = *config_form_find(config, "jido-teate");
	CLEANUP(draft_freep) struct draft *draft = filled(&wide, 8);
	CLEANUP(sheet_freep) struct sheet *sheet = NULL;
	double right = 0;

	wide.paper = PAPER_A4_LANDSCAPE;
	sheet = laid_out(&wide, draft);
	sheet_look_is_whole(sheet, "landscape");
	assert_true(sheet->width > sheet->height);
	for (size_t i = 0; i < sheet->pages[0].n_marks; i++)
		right = MAX(right, sheet->pages[0].marks[i].x + sheet->pages[0].marks[i].w);
	assert_true(fabs(right - (sheet->width - 45)) < 0.5);
}

static void what_a_condition_hides_is_neither_printed_nor_said_to_be_from_the_card(void **state)
{
	const struct form *form = config_form_find(config, "tennyu");
	CLEANUP(draft_freep) struct draft *draft = draft_new("tennyu", form->version);
	CLEANUP(sheet_freep) struct sheet *sheet = NULL;
	CLEANUP(buf_release) struct buf texts = BUF_INIT(1 << 20);

	assert_int_equal(draft_set(draft, "came_as", "agent", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_int_equal(draft_set(draft, "old_address", "長野県見本村隠し1番地", VALUE_CARD, PROOF_VERIFIED), 0);
	assert_int_equal(draft_set(draft, "name", "見本　花子", VALUE_CARD, PROOF_VERIFIED), 0);
	sheet = laid_out(form, draft);
	sheet_look_texts(sheet, &texts);
	assert_null(strstr(buf_text(&texts), "隠し"));
	assert_non_null(strstr(buf_text(&texts), "氏名（真正性 確認済み）"));
}

static int set_up(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	struct config_options options = {.is_fast = true};
	g_autofree char *path = NULL;
	g_autofree char *templates = NULL;

	assert_non_null(getenv("MESON_SOURCE_ROOT"));
	templates = g_strconcat(getenv("MESON_SOURCE_ROOT"), "/shared/templates", NULL);
	path = g_strconcat(templates, "/municipalities/209996-mihon", NULL);
	options.templates_dir = templates;
	if (config_load(path, &options, &findings, &config) < 0) {
		findings_print(&findings, stderr);
		return -1;
	}
	return render_init();
}

static int tear_down(void **state)
{
	config = config_free(config);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_blank_form_is_whole),
		cmocka_unit_test(every_form_is_whole_however_it_is_filled),
		cmocka_unit_test(a_full_table_has_no_empty_row_and_a_short_one_has),
		cmocka_unit_test(the_half_of_the_doctor_stays_empty),
		cmocka_unit_test(a_landscape_form_uses_its_width),
		cmocka_unit_test(what_a_condition_hides_is_neither_printed_nor_said_to_be_from_the_card),
	};

	return cmocka_run_group_tests_name("forms", tests, set_up, tear_down);
}
