/* SPDX-License-Identifier: MIT
 * Questions: which fields of the drafts are asked, one a screen, in the form's order. A field is asked when it has a
 * question, show_if lets it be seen, a screen can take its answer, and no card or scan has answered it. */
#include <string.h>
#include "terminal/flow/parts.h"
#include "shared/base/banned.h"

static const struct form *form_at(const struct flow *flow, int form)
{
	return config_form_find(flow->config, draft_form(flow->visit.drafts[form]));
}

/* Names and addresses in kanji, repeated rows and signatures are written by hand on the paper. */
static bool can_be_answered(enum form_field_type type)
{
	switch (type) {
	case FIELD_TEXT:
	case FIELD_KANA:
	case FIELD_POSTAL_CODE:
	case FIELD_DATE:
	case FIELD_SEX:
	case FIELD_PHONE:
	case FIELD_INTEGER:
	case FIELD_CHOICE:
	case FIELD_CHOICES:
	case FIELD_YES_NO:
		return true;
	case FIELD_PERSON_NAME:
	case FIELD_ADDRESS:
	case FIELD_ROWS:
	case FIELD_SIGNATURE:
	case FIELD_OFFICE_USE:
	case FIELD_INDIVIDUAL_NUMBER:
		return false;
	}
	return false;
}

/* What a card does not tell of its holder (a residence card: birth date, sex; a licence: sex) is asked, not required. */
bool flow_is_person_question(const struct flow *flow, const struct form_field *field)
{
	bool is_such = (field->type == FIELD_DATE && strcmp(field->from, "person.birth_date") == 0) ||
		       (field->type == FIELD_SEX && strcmp(field->from, "person.sex") == 0);

	return is_such && field->ask.n_entries == 0 && flow->visit.has_person;
}

static bool is_asked(const struct flow *flow, int form, int field)
{
	const struct form_field *f = &form_at(flow, form)->fields[field];
	const struct value *value = draft_find(flow->visit.drafts[form], f->id);

	if ((f->ask.n_entries == 0 && !flow_is_person_question(flow, f)) || !can_be_answered(f->type) || !draft_is_shown(flow->visit.drafts[form], f))
		return false;
	if (value && value->proof == PROOF_FAILED)
		return false; /* a card told it, though it could not prove itself: staff look at it */
	return !value || value->source == VALUE_TYPED || value->source == VALUE_DEFAULT;
}

/* The next (@step 1) or earlier (−1) question from a place that need not be one. */
static bool find_from(const struct flow *flow, int *form, int *field, int step)
{
	int at_form = *form, at_field = *field + step;

	while (at_form >= 0 && at_form < flow->visit.n_drafts) {
		int n = (int)form_at(flow, at_form)->n_fields;
		for (; at_field >= 0 && at_field < n; at_field += step)
			if (is_asked(flow, at_form, at_field)) {
				*form = at_form;
				*field = at_field;
				return true;
			}
		at_form += step;
		if (at_form < 0 || at_form >= flow->visit.n_drafts)
			break;
		at_field = step > 0 ? 0 : (int)form_at(flow, at_form)->n_fields - 1;
	}
	return false;
}

const struct form_field *flow_question_field(const struct flow *flow)
{
	if (flow->screen != SCREEN_QUESTION || flow->visit.question.form >= flow->visit.n_drafts)
		return NULL;
	return &form_at(flow, flow->visit.question.form)->fields[flow->visit.question.field];
}

int flow_question_place(const struct flow *flow, int *ret_place)
{
	int n = 0;
	int form = 0, field = -1;

	*ret_place = 0;
	while (find_from(flow, &form, &field, 1)) {
		n++;
		if (form == flow->visit.question.form && field == flow->visit.question.field)
			*ret_place = n;
	}
	return n;
}

static void show(struct flow *flow, int form, int field)
{
	flow_go(flow, SCREEN_QUESTION);
	flow->visit.question = (struct flow_question){.form = form, .field = field};
	answer_load(flow);
}

void question_first(struct flow *flow, struct flow_effects *effects)
{
	int form = 0, field = -1;

	flow->visit.review = 0;
	if (!choose_drafts(flow)) {
		card_failed(flow, CARD_MALFORMED, effects); /* no memory: staff and the no-card way */
		return;
	}
	if (find_from(flow, &form, &field, 1))
		show(flow, form, field);
	else
		review_enter(flow, effects);
}

bool question_back(struct flow *flow)
{
	int form = flow->visit.question.form, field = flow->visit.question.field;

	if (!find_from(flow, &form, &field, -1))
		return false;
	show(flow, form, field);
	return true;
}

bool question_last(struct flow *flow)
{
	int form = flow->visit.n_drafts - 1;
	int field = form < 0 ? 0 : (int)form_at(flow, form)->n_fields;

	if (form < 0 || !find_from(flow, &form, &field, -1))
		return false;
	show(flow, form, field);
	return true;
}

static void on(struct flow *flow, struct flow_effects *effects)
{
	int form = flow->visit.question.form, field = flow->visit.question.field;

	if (find_from(flow, &form, &field, 1)) {
		show(flow, form, field);
		return;
	}
	flow->visit.review = 0;
	review_enter(flow, effects);
}

static void skip(struct flow *flow, struct flow_effects *effects)
{
	const struct form_field *field = flow_question_field(flow);

	if (field->is_required && !flow_is_person_question(flow, field))
		return;
	answer_clear(flow);
	if (answer_store(flow) || flow_is_person_question(flow, field))
		on(flow, effects);
}

static void date_part(struct flow_question *question, int64_t part)
{
	if (part >= 0 && part < 3)
		question->date_part = (int)part;
}

bool question_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	struct flow_question *question = &flow->visit.question;

	if (flow->screen != SCREEN_QUESTION)
		return false;
	question->problem = NULL;
	switch ((int)event->action) {
	case ACTION_NEXT:
		if (answer_store(flow))
			on(flow, effects);
		break;
	case ACTION_SKIP:
		skip(flow, effects);
		break;
	case ACTION_CHOOSE:
		answer_choose(flow, (int)event->argument);
		break;
	case ACTION_NUMBER:
	case ACTION_DIGIT:
		answer_digit(flow, (int)event->argument);
		break;
	case ACTION_MORE_NUMBERS:
		answer_clear(flow);
		question->is_keypad = true;
		break;
	case ACTION_DROP:
		answer_drop(flow);
		break;
	case ACTION_CLEAR:
		answer_clear(flow);
		break;
	case ACTION_KANA:
		answer_add(flow, (uint32_t)event->argument);
		break;
	case ACTION_KANA_MARK:
		answer_mark(flow);
		break;
	case ACTION_KANA_PAGE:
		question->kana_page = event->argument == 1;
		break;
	case ACTION_ERA:
		if (event->argument >= ERA_NONE && event->argument <= ERA_REIWA)
			question->era = (int)event->argument;
		break;
	case ACTION_DATE_PART:
		date_part(question, event->argument);
		break;
	case ACTION_PAGE:
		if (event->argument >= 0 && event->argument < FLOW_PAGES_MAX)
			question->page = (int)event->argument;
		break;
	default:
		return false;
	}
	return true;
}

void question_typed(struct flow *flow, const char *text)
{
	struct flow_question *question = &flow->visit.question;

	if (flow->screen != SCREEN_QUESTION || !text || strlen(text) >= sizeof question->entry)
		return;
	explicit_bzero(question->entry, sizeof question->entry);
	memcpy(question->entry, text, strlen(text));
	question->problem = NULL;
}
