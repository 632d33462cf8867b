/* SPDX-License-Identifier: MIT
 * Choosing: which service, which procedure or, out of the guide, which procedures, or only a number. What the law and the
 * town say of a procedure is told before anything is filled in. */
#include <stdio.h>
#include <string.h>
#include "shared/config/number_permit.h"
#include "terminal/flow/parts.h"
#include "shared/base/banned.h"

/* A number read for one procedure is for no other (番号法 art. 9). */
static void forget_number(struct visit *visit, struct flow_effects *effects)
{
	if (visit->has_number)
		flow_effect(effects, EFFECT_NUMBER_WIPE);
	visit->has_number = visit->wants_number = visit->is_number_decided = visit->may_read_number = false;
}

void choose_drop_drafts(struct visit *visit)
{
	for (int i = 0; i < visit->n_drafts; i++)
		visit->drafts[i] = draft_free(visit->drafts[i]);
	memset(visit->draft_procedures, 0, sizeof visit->draft_procedures);
	visit->n_drafts = 0;
	visit->review = 0;
}

/* ---- drafts ------------------------------------------------------------------------------------------------------- */

/* What the resident called wrong goes on as disputed, its proof unchanged: the clerk's console shows such values first. */
static int fill_from_person(const struct visit *visit, struct draft *draft, const struct form *form)
{
	unsigned bit = 1;

#define X(v)                                                                                                 \
	for (size_t i = 0; visit->person.v.text && i < form->n_fields; i++)                                  \
		if (strcmp(form->fields[i].from, "person." #v) == 0) {                                       \
			int r = draft_set(draft, form->fields[i].id, visit->person.v.text,                   \
					  visit->person.v.source,                                            \
					  visit->person.v.proof);                                            \
			if (r == 0 && (visit->wrong & bit))                                                  \
				r = draft_dispute(draft, form->fields[i].id, true);                          \
			if (r < 0)                                                                           \
				return r;                                                                    \
		}                                                                                            \
	bit <<= 1;
	PERSON_VALUES(X)
#undef X
	return 0;
}

/* The draft says only that the card gave the number; the digits go onto the page past it. */
static int mark_number(const struct flow *flow, int n)
{
	const struct visit *visit = &flow->visit;
	const struct config_procedure *procedure = flow_draft_procedure(flow, n), *reader = flow_number_procedure(flow);
	const struct form *form = config_form_find(flow->config, draft_form(visit->drafts[n]));
	/* read because the law's affair needs it: where another only may have it, its box stays empty */
	bool is_given = visit->has_number && procedure && reader && procedure->individual_number >= reader->individual_number &&
			(procedure == reader || config_number_permit(flow->config, procedure->id));

	for (size_t i = 0; form && i < form->n_fields; i++)
		if (form->fields[i].type == FIELD_INDIVIDUAL_NUMBER && strcmp(form->fields[i].id, FORM_NUMBER_FIELD) == 0)
			return draft_set(visit->drafts[n], FORM_NUMBER_FIELD, is_given ? FORM_NUMBER_FROM_CARD : "", VALUE_CARD,
					 visit->card.genuine);
	return 0;
}

static int draft_of_form(const struct visit *visit, const struct form *form)
{
	for (int i = 0; i < visit->n_drafts; i++)
		if (strcmp(draft_form(visit->drafts[i]), form->id) == 0)
			return i;
	return -1;
}

/* Two procedures may share a form: it is filled once. Forms beyond the last that travels are the clerk's. */
static bool add_draft(struct visit *visit, const struct form *form, int procedure)
{
	struct draft *draft;

	if (!form || draft_of_form(visit, form) >= 0 || visit->n_drafts == TICKET_DRAFTS_MAX)
		return true;
	draft = draft_new(form->id, form->version);
	if (!draft)
		return false;
	visit->draft_procedures[visit->n_drafts] = procedure;
	visit->drafts[visit->n_drafts++] = draft;
	return true;
}

static bool fill(struct flow *flow, int n)
{
	struct visit *visit = &flow->visit;
	const struct form *form = config_form_find(flow->config, draft_form(visit->drafts[n]));
	char today[32];

	snprintf(today, sizeof today, "%04d-%02d-%02d", flow->local.year, flow->local.month, flow->local.day);
	return fill_from_person(visit, visit->drafts[n], form) >= 0 && mark_number(flow, n) >= 0 &&
	       draft_fill(visit->drafts[n], form, &visit->person, flow->local.year ? today : NULL) >= 0;
}

bool choose_drafts(struct flow *flow)
{
	struct visit *visit = &flow->visit;
	const struct config_procedure *procedure;

	for (int p = 0; (procedure = flow_procedure(flow, p)) != NULL; p++)
		for (size_t i = 0; i < procedure->n_forms; i++)
			if (!add_draft(visit, config_form_find(flow->config, procedure->forms[i]), visit->procedures[p]))
				return false;
	for (int i = 0; i < visit->n_drafts; i++)
		if (!fill(flow, i))
			return false;
	return visit->n_drafts == 0 || facts_give(visit, visit->drafts[0]);
}

/* ---- procedures ---------------------------------------------------------------------------------------------------- */

static int service_index(const struct config *config, const char *id)
{
	for (size_t i = 0; i < config->n_services; i++)
		if (strcmp(config->services[i].id, id) == 0)
			return (int)i;
	return -1;
}

/* The number is taken for the first procedure's service: the windows pass the ticket on (転送). */
static void take_procedures(struct flow *flow, const int *procedures, int n, struct flow_effects *effects)
{
	struct visit *visit = &flow->visit;

	bool is_same = n == visit->n_procedures;

	for (int i = 0; i < n && is_same; i++)
		is_same = procedures[i] == visit->procedures[i];
	if (!is_same) {
		choose_drop_drafts(visit);
		forget_number(visit, effects);
	}
	memset(visit->procedures, 0, sizeof visit->procedures);
	for (int i = 0; i < n; i++)
		visit->procedures[i] = procedures[i];
	visit->n_procedures = n;
	if (n)
		visit->service = service_index(flow->config, flow_procedure(flow, 0)->service);
}

static bool has_forms(const struct flow *flow)
{
	const struct config_procedure *procedure;

	for (int p = 0; (procedure = flow_procedure(flow, p)) != NULL; p++)
		if (procedure->n_forms > 0)
			return true;
	return false;
}

static void to_card(struct flow *flow, struct flow_effects *effects)
{
	if (!has_forms(flow))
		finish_number_only(flow, effects);
	else if (flow->visit.has_person)
		flow_go(flow, SCREEN_CHECK);
	else if (flow->config->terminal.n_card_kinds == 0)
		card_without(flow, effects);
	else
		card_enter(flow, effects);
}

void choose_procedures(struct flow *flow, const int *procedures, int n, struct flow_effects *effects)
{
	const struct config_procedure *told[FLOW_PROCEDURES_MAX];
	int per_page;

	take_procedures(flow, procedures, n, effects);
	for (int p = 0; p < n; p++)
		if (config_number_permit(flow->config, flow_procedure(flow, p)->id))
			flow->visit.may_read_number = true;
	if (flow_notes(flow, told, &per_page) > 0)
		flow_go(flow, SCREEN_NOTE);
	else
		to_card(flow, effects);
}

void choose_ticket_only(struct flow *flow, const int *procedures, int n, struct flow_effects *effects)
{
	take_procedures(flow, procedures, n, effects);
	choose_drop_drafts(&flow->visit);
	forget_number(&flow->visit, effects);
	finish_number_only(flow, effects);
}

void choose_note_back(struct flow *flow)
{
	if (flow->visit.page > 0)
		flow->visit.page--;
	else
		flow_go(flow, flow->visit.is_guided ? SCREEN_GUIDE_RESULT : SCREEN_PROCEDURES);
}

void choose_card_back(struct flow *flow)
{
	const struct config_procedure *told[FLOW_PROCEDURES_MAX];
	int per_page, n = flow_notes(flow, told, &per_page);

	if (n > 0) {
		flow_go(flow, SCREEN_NOTE);
		flow->visit.page = (n - 1) / per_page;
	} else {
		flow_go(flow, flow->visit.is_guided ? SCREEN_GUIDE_RESULT : SCREEN_PROCEDURES);
	}
}

/* ---- pressed ------------------------------------------------------------------------------------------------------- */

static void choose_service(struct flow *flow, int64_t service, struct flow_effects *effects)
{
	if (service < 0 || (size_t)service >= flow->config->n_services)
		return;
	take_procedures(flow, NULL, 0, effects);
	flow->visit.service = (int)service;
	if (flow->visit.is_number_only)
		finish_number_only(flow, effects);
	else
		flow_go(flow, SCREEN_PROCEDURES);
}

static void scan(struct flow *flow, struct flow_effects *effects)
{
	if (!flow->has_camera)
		return;
	flow_go(flow, SCREEN_SCAN);
	flow_effect(effects, EFFECT_SCAN_START);
}

static bool start_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	switch ((int)event->action) {
	case ACTION_SERVICE:
		choose_service(flow, event->argument, effects);
		return true;
	case ACTION_TICKET_ONLY:
		flow->visit.is_number_only = true;
		flow_go(flow, SCREEN_SERVICES);
		return true;
	case ACTION_SCAN:
		scan(flow, effects);
		return true;
	default:
		return false;
	}
}

static bool procedures_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	int procedure = (int)event->argument;

	if (event->action == ACTION_TICKET_ONLY) {
		choose_ticket_only(flow, NULL, 0, effects);
		return true;
	}
	if (event->action != ACTION_PROCEDURE || event->argument < 0 || (size_t)event->argument >= flow->config->n_procedures)
		return false;
	choose_procedures(flow, &procedure, 1, effects);
	return true;
}

static bool note_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	const struct config_procedure *told[FLOW_PROCEDURES_MAX];
	int per_page, n = flow_notes(flow, told, &per_page);

	if (event->action != ACTION_NEXT)
		return false;
	if ((flow->visit.page + 1) * per_page < n)
		flow->visit.page++;
	else
		to_card(flow, effects);
	return true;
}

bool choose_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	switch ((int)flow->screen) {
	case SCREEN_START:
		return start_pressed(flow, event, effects);
	case SCREEN_SERVICES:
		if (event->action == ACTION_SERVICE)
			choose_service(flow, event->argument, effects);
		return event->action == ACTION_SERVICE;
	case SCREEN_PROCEDURES:
		return procedures_pressed(flow, event, effects);
	case SCREEN_NOTE:
		return note_pressed(flow, event, effects);
	default:
		return false;
	}
}
