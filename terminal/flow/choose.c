/* SPDX-License-Identifier: MIT
 * Choosing: which service, which procedure, or only a number. */
#include <stdio.h>
#include <string.h>
#include "shared/config/number_permit.h"
#include "terminal/flow/parts.h"
#include "shared/base/banned.h"

static void choose_service(struct flow *flow, int64_t service, struct flow_effects *effects)
{
	if (service < 0 || (size_t)service >= flow->config->n_services)
		return;
	flow->visit.service = (int)service;
	flow->visit.procedure = -1;
	if (flow->visit.is_number_only)
		finish_number_only(flow, effects);
	else
		flow_go(flow, SCREEN_PROCEDURES);
}

void choose_drop_drafts(struct visit *visit)
{
	for (int i = 0; i < visit->n_drafts; i++)
		visit->drafts[i] = draft_free(visit->drafts[i]);
	visit->n_drafts = 0;
	visit->review = 0;
}

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
static int mark_number(const struct visit *visit, struct draft *draft, const struct form *form)
{
	for (size_t i = 0; i < form->n_fields; i++)
		if (form->fields[i].type == FIELD_INDIVIDUAL_NUMBER && strcmp(form->fields[i].id, FORM_NUMBER_FIELD) == 0)
			return draft_set(draft, FORM_NUMBER_FIELD, visit->has_number ? FORM_NUMBER_FROM_CARD : "", VALUE_CARD,
					 visit->card.genuine);
	return 0;
}

bool choose_drafts(struct flow *flow)
{
	const struct config_procedure *procedure = flow_procedure(flow);
	struct visit *visit = &flow->visit;
	char today[32];

	snprintf(today, sizeof today, "%04d-%02d-%02d", flow->local.year, flow->local.month, flow->local.day);
	for (size_t i = 0; procedure && i < procedure->n_forms && i < TICKET_DRAFTS_MAX; i++) {
		const struct form *form = config_form_find(flow->config, procedure->forms[i]);
		if (!form)
			continue;
		if (visit->n_drafts <= (int)i) {
			visit->drafts[i] = draft_new(form->id, form->version);
			if (!visit->drafts[i])
				return false;
			visit->n_drafts++;
		}
		if (fill_from_person(visit, visit->drafts[i], form) < 0 || mark_number(visit, visit->drafts[i], form) < 0 ||
		    draft_fill(visit->drafts[i], form, &visit->person, flow->local.year ? today : NULL) < 0)
			return false;
	}
	return visit->n_drafts == 0 || facts_give(visit, visit->drafts[0]);
}

/* A number read for one procedure is for no other (番号法 art. 9). */
static void forget_number(struct visit *visit, struct flow_effects *effects)
{
	if (visit->has_number)
		flow_effect(effects, EFFECT_NUMBER_WIPE);
	visit->has_number = visit->wants_number = visit->is_number_decided = visit->may_read_number = false;
}

void choose_procedure(struct flow *flow, int procedure, struct flow_effects *effects)
{
	struct visit *visit = &flow->visit;

	if (visit->procedure != procedure) {
		choose_drop_drafts(visit);
		forget_number(visit, effects);
	}
	visit->procedure = procedure;
	if (config_number_permit(flow->config, flow_procedure(flow)->id))
		visit->may_read_number = true;
	if (flow_procedure(flow)->n_forms == 0)
		finish_number_only(flow, effects);
	else if (visit->has_person)
		flow_go(flow, SCREEN_CHECK);
	else if (flow->config->terminal.n_card_kinds == 0)
		card_without(flow, effects);
	else
		card_enter(flow, effects);
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

bool choose_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	if (flow->screen == SCREEN_START)
		return start_pressed(flow, event, effects);
	if (flow->screen == SCREEN_SERVICES && event->action == ACTION_SERVICE) {
		choose_service(flow, event->argument, effects);
		return true;
	}
	if (flow->screen != SCREEN_PROCEDURES)
		return false;
	if (event->action == ACTION_TICKET_ONLY) {
		flow->visit.procedure = -1;
		choose_drop_drafts(&flow->visit);
		forget_number(&flow->visit, effects);
		finish_number_only(flow, effects);
		return true;
	}
	if (event->action == ACTION_PROCEDURE && event->argument >= 0 &&
	    (size_t)event->argument < flow->config->n_procedures) {
		choose_procedure(flow, (int)event->argument, effects);
		return true;
	}
	return false;
}
