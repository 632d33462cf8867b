/* SPDX-License-Identifier: MIT
 * Answers: what the entry of one question holds while it is on the screen, by the field's type, and how it becomes a
 * value of the draft. Dates are typed by era and kept as ISO. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "shared/base/utf8.h"
#include "terminal/flow/parts.h"
#include "shared/base/banned.h"

#define PHONE_DIGITS_MAX 11
#define POSTAL_DIGITS 7

static struct draft *draft_of(struct flow *flow)
{
	return flow->visit.drafts[flow->visit.question.form];
}

static void entry_set(struct flow_question *question, const char *text)
{
	size_t length = strlen(text);

	if (length >= sizeof question->entry)
		return;
	explicit_bzero(question->entry, sizeof question->entry);
	memcpy(question->entry, text, length);
}

static void load_date(struct flow_question *question, const char *iso)
{
	struct date date;
	int year = 0;

	question->era = ERA_SHOWA;
	if (!iso || date_parse(iso, &date) < 0)
		return;
	question->era = (int)era_of(&date, &year);
	if (question->era == ERA_NONE)
		year = date.year;
	snprintf(question->date[0], sizeof question->date[0], "%u", (unsigned)year % 10000);
	snprintf(question->date[1], sizeof question->date[1], "%d", date.month);
	snprintf(question->date[2], sizeof question->date[2], "%d", date.day);
}

void answer_load(struct flow *flow)
{
	struct flow_question *question = &flow->visit.question;
	const struct form_field *field = flow_question_field(flow);
	const struct value *value = draft_find(draft_of(flow), field->id);

	entry_set(question, value ? value->text : "");
	if (field->type == FIELD_DATE)
		load_date(question, value ? value->text : NULL);
	if (field->type == FIELD_INTEGER && strtol(question->entry, NULL, 10) >= field->min + FLOW_PAGE_TILES)
		question->is_keypad = true;
}

/* ---- storing ---------------------------------------------------------------------------------------------- */

static const char *date_iso(const struct flow_question *question, char out[11])
{
	int part[3];
	struct date date = {0};

	out[0] = '\0';
	for (int i = 0; i < 3; i++)
		part[i] = (int)strtol(question->date[i], NULL, 10);
	if (!part[0] && !part[1] && !part[2])
		return out;
	if (question->era == ERA_NONE)
		date = (struct date){.year = part[0], .month = part[1], .day = part[2]};
	else if (era_to_date((enum era)question->era, part[0], part[1], part[2], &date) < 0)
		return NULL;
	if (!date.year || !date.month || !date.day)
		return NULL;
	date_format(&date, out);
	return date_parse(out, &date) < 0 ? NULL : out;
}

static const char *problem_of(struct flow *flow, const struct form_field *field)
{
	struct draft_finding findings[DRAFT_FINDINGS_MAX];
	const struct form *form = config_form_find(flow->config, draft_form(draft_of(flow)));
	size_t n = draft_check(draft_of(flow), form, findings, DRAFT_FINDINGS_MAX);

	for (size_t i = 0; i < n; i++)
		if (strcmp(findings[i].field, field->id) == 0)
			return findings[i].rule;
	return NULL;
}

/* What was answered to a question that this answer has taken back goes with it, and what hung on that. */
static void drop_hidden(struct flow *flow)
{
	struct draft *draft = draft_of(flow);
	const struct form *form = config_form_find(flow->config, draft_form(draft));
	bool is_dropped = true;

	while (is_dropped) {
		is_dropped = false;
		for (size_t i = 0; i < form->n_fields; i++) {
			const struct form_field *field = &form->fields[i];
			const struct value *value = draft_find(draft, field->id);

			if (value && value->source == VALUE_TYPED && !draft_is_shown(draft, field))
				is_dropped = draft_set(draft, field->id, "", VALUE_TYPED, PROOF_NOT_CHECKED) == 0;
		}
	}
}

bool answer_store(struct flow *flow)
{
	struct flow_question *question = &flow->visit.question;
	const struct form_field *field = flow_question_field(flow);
	const char *text = question->entry;
	char iso[11];

	if (field->type == FIELD_DATE)
		text = date_iso(question, iso);
	if (!text) {
		question->problem = "not-a-date";
		return false;
	}
	if (draft_set(draft_of(flow), field->id, text, VALUE_TYPED, PROOF_NOT_CHECKED) < 0) {
		question->problem = "not-clean-text";
		return false;
	}
	explicit_bzero(iso, sizeof iso);
	drop_hidden(flow);
	question->problem = problem_of(flow, field);
	return !question->problem;
}

/* ---- tiles ------------------------------------------------------------------------------------------------- */

bool flow_is_option_chosen(const struct flow_question *question, const char *id)
{
	size_t length = strlen(id);

	for (const char *at = question->entry; *at;) {
		size_t n = strcspn(at, ",");
		if (n == length && memcmp(at, id, n) == 0)
			return true;
		at += n + (at[n] == ',');
	}
	return false;
}

/* Several may be chosen: the entry keeps the form's order, whatever the order of pressing. */
static void toggle(struct flow_question *question, const struct form_field *field, const char *id)
{
	char chosen[FLOW_ENTRY_BYTES_MAX] = "";
	size_t used = 0;

	for (size_t i = 0; i < field->n_options; i++) {
		const char *other = field->options[i].id;
		bool is_in = flow_is_option_chosen(question, other) != (strcmp(other, id) == 0);
		if (is_in && used + strlen(other) + 2 < sizeof chosen)
			used += (size_t)snprintf(chosen + used, sizeof chosen - used, "%s%s", used ? "," : "", other);
	}
	entry_set(question, chosen);
}

void answer_choose(struct flow *flow, int option)
{
	static const char *const sexes[] = {"male", "female", "other"};
	struct flow_question *question = &flow->visit.question;
	const struct form_field *field = flow_question_field(flow);

	if (option < 0)
		return;
	if (field->type == FIELD_YES_NO)
		entry_set(question, option == 0 ? "yes" : "no");
	else if (field->type == FIELD_SEX && option < 3)
		entry_set(question, sexes[option]);
	else if ((size_t)option < field->n_options && field->type == FIELD_CHOICES)
		toggle(question, field, field->options[option].id);
	else if ((size_t)option < field->n_options && field->type == FIELD_CHOICE)
		entry_set(question, field->options[option].id);
}

/* ---- keys -------------------------------------------------------------------------------------------------- */

static void add_digit(char *text, size_t digits_max, int digit)
{
	size_t length = strlen(text);

	if (digit < 0 || digit > 9 || length >= digits_max)
		return;
	text[length] = (char)('0' + digit);
	text[length + 1] = '\0';
}

static size_t digits_max(const struct form_field *field)
{
	if (field->type == FIELD_PHONE)
		return PHONE_DIGITS_MAX;
	if (field->type == FIELD_POSTAL_CODE)
		return POSTAL_DIGITS;
	return field->max > 99 ? 5 : 2;
}

static void date_digit(struct flow_question *question, int digit)
{
	size_t max = question->date_part == 0 && question->era == ERA_NONE ? 4 : 2;

	add_digit(question->date[question->date_part], max, digit);
	if (strlen(question->date[question->date_part]) == max && question->date_part < 2)
		question->date_part++;
}

void answer_digit(struct flow *flow, int digit)
{
	struct flow_question *question = &flow->visit.question;
	const struct form_field *field = flow_question_field(flow);
	char number[16];

	if (field->type == FIELD_DATE) {
		date_digit(question, digit);
	} else if (field->type == FIELD_INTEGER && !question->is_keypad) {
		snprintf(number, sizeof number, "%d", digit); /* a tile is the whole number */
		entry_set(question, number);
	} else if (field->type == FIELD_INTEGER || field->type == FIELD_PHONE || field->type == FIELD_POSTAL_CODE) {
		add_digit(question->entry, digits_max(field), digit);
	}
}

void answer_clear(struct flow *flow)
{
	struct flow_question *question = &flow->visit.question;

	explicit_bzero(question->entry, sizeof question->entry);
	explicit_bzero(question->date, sizeof question->date);
	question->date_part = 0;
	if (flow_question_field(flow)->type == FIELD_INTEGER)
		question->is_keypad = false;
}

static void drop_last(char *text)
{
	size_t length = strlen(text);

	while (length > 0 && ((unsigned char)text[length - 1] & 0xC0) == 0x80)
		text[--length] = '\0';
	if (length > 0)
		text[--length] = '\0';
}

void answer_drop(struct flow *flow)
{
	struct flow_question *question = &flow->visit.question;

	if (flow_question_field(flow)->type != FIELD_DATE) {
		drop_last(question->entry);
		return;
	}
	if (question->date[question->date_part][0] == '\0' && question->date_part > 0)
		question->date_part--;
	drop_last(question->date[question->date_part]);
}

void answer_add(struct flow *flow, uint32_t scalar)
{
	struct flow_question *question = &flow->visit.question;
	size_t length = strlen(question->entry);
	char utf8[4];

	if (scalar < 0x3000 || scalar > 0x30FF || length + 4 > sizeof question->entry)
		return; /* the keyboard has kana, the long vowel and the space of Japanese text */
	utf8[0] = (char)(0xE0 | scalar >> 12);
	utf8[1] = (char)(0x80 | (scalar >> 6 & 0x3F));
	utf8[2] = (char)(0x80 | (scalar & 0x3F));
	utf8[3] = '\0';
	memcpy(question->entry + length, utf8, sizeof utf8);
}

void answer_mark(struct flow *flow)
{
	struct flow_question *question = &flow->visit.question;
	size_t length = strlen(question->entry);
	const char *last;

	if (length < 3 || ((unsigned char)question->entry[length - 3] & 0xF0) != 0xE0)
		return;
	last = question->entry + length - 3;
	uint32_t scalar = utf8_next(&last);
	drop_last(question->entry);
	answer_add(flow, kana_marked(scalar));
}
