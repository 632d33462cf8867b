/* SPDX-License-Identifier: MIT
 * Checks a draft against its form: one function for each kind of value, all findings at once. Lengths count what a
 * reader counts: a variation selector or a combining mark belongs to the character before it. */
#include <string.h>

#include "shared/base/utf8.h"
#include "shared/jp/era.h"
#include "shared/model/draft_inner.h"
#include "shared/base/banned.h"

struct report {
	struct draft_finding *out;
	size_t n, max;
};

static void add(struct report *report, const char *field, const char *column, size_t row, const char *rule)
{
	if (report->n < report->max)
		report->out[report->n++] = (struct draft_finding){field, rule, column, row};
}

static bool list_has(const char *list, const char *item)
{
	size_t length = strlen(item), part;

	for (const char *at = list;; at += part + 1) {
		part = strcspn(at, ",");
		if (part == length && memcmp(at, item, length) == 0)
			return true;
		if (!at[part])
			return false;
	}
}

bool draft_is_shown(const struct draft *draft, const struct form_field *field)
{
	const struct value *value;

	if (!field->show_if_field || !*field->show_if_field)
		return true;
	value = draft_find(draft, field->show_if_field);
	if (!value)
		return false;
	if (field->show_if_value && *field->show_if_value && list_has(value->text, field->show_if_value))
		return true;
	for (size_t i = 0; i < field->n_show_if_any; i++)
		if (list_has(value->text, field->show_if_any[i]))
			return true;
	return false;
}

static bool is_joined(uint32_t c)
{
	return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef) || (c >= 0x300 && c <= 0x36f) ||
	       c == 0x3099 || c == 0x309a || c == 0x200d;
}

static int count_characters(const char *text)
{
	int n = 0;

	for (uint32_t c; (c = utf8_next(&text)) != 0;)
		n += !is_joined(c);
	return n;
}

static const char *check_text(const struct form_field *field, const char *text)
{
	int n = count_characters(text);

	if (field->max && n > field->max)
		return "too-long";
	return n < field->min ? "out-of-range" : NULL;
}

static const char *check_kana(const struct form_field *field, const char *text)
{
	for (const char *at = text; *at;) {
		uint32_t c = utf8_next(&at);

		if (!(c >= 0x3041 && c <= 0x30ff) && c != ' ' && c != 0x3000 && !(c >= 0x31f0 && c <= 0x31ff))
			return "not-kana";
	}
	return check_text(field, text);
}

static const char *check_integer(const struct form_field *field, const char *text)
{
	size_t n_digits = strspn(text + (*text == '-'), "0123456789");
	char *end;
	long number = strtol(text, &end, 10);

	if (!n_digits || *end || n_digits > 10)
		return n_digits > 10 && !text[(*text == '-') + n_digits] ? "out-of-range" : "not-an-integer";
	if ((field->min || field->max) && (number < field->min || (field->max && number > field->max)))
		return "out-of-range";
	return NULL;
}

/* GIF DS-445: half-width digits and hyphens */
static const char *check_phone(const char *text)
{
	int n_digits = 0;

	for (const char *at = text + (*text == '+'); *at; at++) {
		bool is_digit = *at >= '0' && *at <= '9';

		if (!is_digit && (*at != '-' || !n_digits || at[-1] == '-' || !at[1]))
			return "not-a-phone-number";
		n_digits += is_digit;
	}
	return n_digits >= 9 && n_digits <= 15 ? NULL : "not-a-phone-number";
}

static const char *check_postal_code(const char *text)
{
	size_t head = strspn(text, "0123456789");
	size_t hyphen = head == 3 && text[3] == '-';
	size_t tail = strspn(text + head + hyphen, "0123456789");

	return !text[head + hyphen + tail] && head + tail == 7 && (head == 7 || hyphen) ? NULL : "not-a-postal-code";
}

static bool is_option(const struct form_field *field, const char *id, size_t length)
{
	for (size_t i = 0; i < field->n_options; i++)
		if (strlen(field->options[i].id) == length && memcmp(field->options[i].id, id, length) == 0)
			return true;
	return false;
}

static const char *check_choices(const struct form_field *field, const char *text)
{
	const char *at = text;
	int n = 0;

	for (size_t length;; at += length + 1, n++) {
		length = strcspn(at, ",");
		if (!is_option(field, at, length))
			return "not-an-option";
		for (const char *before = text; before < at; before += strcspn(before, ",") + 1)
			if (strcspn(before, ",") == length && memcmp(before, at, length) == 0)
				return "not-an-option";
		if (!at[length])
			break;
	}
	n++;
	return n < field->min || (field->max && n > field->max) ? "out-of-range" : NULL;
}

static bool is_one_of(const char *text, const char *const *words)
{
	while (*words && strcmp(*words, text) != 0)
		words++;
	return *words != NULL;
}

static const char *check_number_mark(const struct form_field *field, const char *text)
{
	bool is_mark = strcmp(field->id, FORM_NUMBER_FIELD) == 0 && strcmp(text, FORM_NUMBER_FROM_CARD) == 0;

	return is_mark ? NULL : "individual-number-in-draft";
}

static const char *check_value(const struct form_field *field, const char *text)
{
	static const char *const sexes[] = {"male", "female", "other", "unknown", NULL};
	static const char *const answers[] = {"yes", "no", NULL};
	struct date date;

	if (!utf8_is_clean_text(text, strlen(text)))
		return "not-clean-text";
	switch (field->type) {
	case FIELD_KANA:
		return check_kana(field, text);
	case FIELD_POSTAL_CODE:
		return check_postal_code(text);
	case FIELD_DATE:
		return date_parse(text, &date) < 0 ? "not-a-date" : NULL;
	case FIELD_SEX:
		return is_one_of(text, sexes) ? NULL : "not-an-option";
	case FIELD_PHONE:
		return check_phone(text);
	case FIELD_INTEGER:
		return check_integer(field, text);
	case FIELD_CHOICE:
		return is_option(field, text, strlen(text)) ? NULL : "not-an-option";
	case FIELD_CHOICES:
		return check_choices(field, text);
	case FIELD_YES_NO:
		return is_one_of(text, answers) ? NULL : "not-an-option";
	case FIELD_ROWS:
		return "not-an-option";
	case FIELD_INDIVIDUAL_NUMBER:
		return check_number_mark(field, text);
	case FIELD_TEXT:
	case FIELD_PERSON_NAME:
	case FIELD_ADDRESS:
	case FIELD_SIGNATURE:
	case FIELD_OFFICE_USE:
		return check_text(field, text);
	}
	return NULL;
}

bool draft_holds_number(const struct draft *draft, const struct form *form)
{
	for (size_t i = 0; i < form->n_fields; i++) {
		const struct form_field *field = &form->fields[i];

		for (size_t e = 0; field->type == FIELD_INDIVIDUAL_NUMBER && e < draft->n_entries; e++)
			if (strcmp(draft->entries[e].field, field->id) == 0 &&
			    (draft->entries[e].rows || check_number_mark(field, draft->entries[e].value.text)))
				return true;
	}
	return false;
}

static bool may_be_required(const struct form_field *field)
{
	/* written by hand on the paper, after the check */
	return field->is_required && field->type != FIELD_SIGNATURE && field->type != FIELD_OFFICE_USE &&
	       field->type != FIELD_INDIVIDUAL_NUMBER;
}

static const struct form_field *field_find(const struct form_field *fields, size_t n_fields, const char *id)
{
	for (size_t i = 0; i < n_fields; i++)
		if (strcmp(fields[i].id, id) == 0)
			return &fields[i];
	return NULL;
}

static void check_row(const struct draft_row *row, const struct form_field *field, size_t at, struct report *report)
{
	for (size_t c = 0; c < field->n_fields; c++) {
		const struct form_field *column = &field->fields[c];
		const char *text = NULL, *rule = NULL;

		for (size_t i = 0; i < row->n_cells; i++)
			if (strcmp(row->cells[i].column, column->id) == 0)
				text = row->cells[i].value.text;
		if (text)
			rule = check_value(column, text);
		else if (may_be_required(column))
			rule = "required";
		if (rule)
			add(report, field->id, column->id, at, rule);
	}
	for (size_t i = 0; i < row->n_cells; i++)
		if (!field_find(field->fields, field->n_fields, row->cells[i].column))
			add(report, field->id, row->cells[i].column, at, "unknown-field");
}

static void check_rows(const struct draft_entry *entry, const struct form_field *field, struct report *report)
{
	if (field->max && entry->n_rows > (size_t)field->max)
		add(report, field->id, NULL, 0, "too-many-rows");
	else if (entry->n_rows < (size_t)(field->min > 0 ? field->min : 0))
		add(report, field->id, NULL, 0, "out-of-range");
	for (size_t i = 0; i < entry->n_rows; i++)
		check_row(&entry->rows[i], field, i, report);
}

static void check_field(const struct draft *draft, const struct form_field *field, struct report *report)
{
	const struct draft_entry *entry = NULL;
	const char *rule = NULL;

	for (size_t i = 0; i < draft->n_entries; i++)
		if (strcmp(draft->entries[i].field, field->id) == 0)
			entry = &draft->entries[i];
	if (!entry && may_be_required(field) && draft_is_shown(draft, field))
		rule = "required";
	else if (entry && field->type == FIELD_ROWS && entry->rows)
		check_rows(entry, field, report);
	else if (entry && entry->rows)
		rule = "not-clean-text";
	else if (entry)
		rule = check_value(field, entry->value.text);
	if (rule)
		add(report, field->id, NULL, 0, rule);
}

size_t draft_check(const struct draft *draft, const struct form *form, struct draft_finding *out, size_t out_max)
{
	struct report report = {out, 0, out_max};

	if (strcmp(draft->form, form->id) != 0 || draft->version != form->version)
		add(&report, form->id, NULL, 0, "wrong-version");
	for (size_t i = 0; i < form->n_fields; i++)
		check_field(draft, &form->fields[i], &report);
	for (size_t i = 0; i < draft->n_entries; i++)
		if (!field_find(form->fields, form->n_fields, draft->entries[i].field))
			add(&report, draft->entries[i].field, NULL, 0, "unknown-field");
	return report.n;
}
