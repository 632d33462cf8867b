/* SPDX-License-Identifier: MIT
 * What 見本 花子 answers on the screen: the first choice, one copy, a word where a word is due. Only what is asked is answered:
 * a field that show_if hides stays empty. */
#include <string.h>

#include "shared/config/layer/memory.h"
#include "shared/config/tool/preview.h"
#include "shared/base/banned.h"

#define ANSWERS_MAX 64

struct answers {
	struct preview *preview;
	struct job *job;
	const struct form *form;
	const char *fields[ANSWERS_MAX], *values[ANSWERS_MAX];
	size_t n;
};

static const char *value_of(const struct answers *answers, const char *field)
{
	for (size_t i = 0; i < answers->n; i++)
		if (strcmp(answers->fields[i], field) == 0)
			return answers->values[i];
	for (size_t i = 0; i < answers->form->n_fields; i++)
		if (strcmp(answers->form->fields[i].id, field) == 0)
			return answers->form->fields[i].default_value;
	return "";
}

static bool is_shown(const struct answers *answers, const struct form_field *field)
{
	const char *value;

	if (*field->show_if_field == '\0')
		return true;
	value = value_of(answers, field->show_if_field);
	if (*field->show_if_value != '\0' && strcmp(value, field->show_if_value) == 0)
		return true;
	for (size_t i = 0; i < field->n_show_if_any; i++)
		if (strcmp(value, field->show_if_any[i]) == 0)
			return true;
	return false;
}

/* Dates of other people and days; the resident's own come from the card. */
static const char *sample_value(const struct preview *preview, const struct form_field *field)
{
	switch (field->type) {
	case FIELD_CHOICE:
	case FIELD_CHOICES:
		return field->n_options > 0 ? field->options[0].id : NULL;
	case FIELD_INTEGER:
		return memory_format(preview->memory, "%d", field->min > 0 ? field->min : 1);
	case FIELD_YES_NO:
		return "no";
	case FIELD_PHONE:
		return "000-0000-0000";
	case FIELD_PERSON_NAME:
		return "見本 太郎";
	case FIELD_KANA:
		return "ミホン タロウ";
	case FIELD_ADDRESS:
		return "見本県例示市見本町1番2号";
	case FIELD_POSTAL_CODE:
		return "399-0000";
	case FIELD_DATE:
		return "2026-11-20";
	case FIELD_SEX:
		return "male";
	case FIELD_TEXT:
		return field->max >= 1 && field->max < 2 ? "見" : "見本";
	case FIELD_ROWS:
	case FIELD_SIGNATURE:
	case FIELD_OFFICE_USE:
	case FIELD_INDIVIDUAL_NUMBER:
		return NULL;
	}
	return NULL;
}

static void answer(struct answers *answers, const char *name, const char *value)
{
	job_word(answers->job, "--set");
	job_word(answers->job, memory_format(answers->preview->memory, "%s=%s", name, value));
}

/* One row of a table of people. */
static void answer_row(struct answers *answers, const struct form_field *field)
{
	for (size_t i = 0; i < field->n_fields && answers->job->n_words + 2 < JOB_WORDS_MAX; i++) {
		const char *value = sample_value(answers->preview, &field->fields[i]);
		const char *name = memory_format(answers->preview->memory, "%s.0.%s", field->id, field->fields[i].id);

		if (value && name)
			answer(answers, name, value);
	}
}

void preview_answers(struct preview *preview, struct job *job, const struct form *form)
{
	struct answers answers = {.preview = preview, .job = job, .form = form};

	for (size_t i = 0; i < form->n_fields && answers.n < ANSWERS_MAX && job->n_words + 2 < JOB_WORDS_MAX; i++) {
		const struct form_field *field = &form->fields[i];
		const char *value = sample_value(preview, field);

		if (!is_shown(&answers, field) || (field->from && *field->from != '\0'))
			continue;
		if (field->type == FIELD_ROWS)
			answer_row(&answers, field);
		if (!value || *field->default_value != '\0')
			continue;
		answers.fields[answers.n] = field->id;
		answers.values[answers.n++] = value;
		answer(&answers, field->id, value);
	}
}
