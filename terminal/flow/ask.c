/* SPDX-License-Identifier: MIT
 * What screens and the program ask of a flow. Nothing here changes it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "shared/config/number_permit.h"
#include "terminal/flow/parts.h"
#include "shared/base/banned.h"

const char *flow_language(const struct flow *flow)
{
	const struct config *config = flow->config;

	return config->terminal.n_languages ? config->terminal.languages[flow->visit.language] : "ja";
}

const struct config_service *flow_service(const struct flow *flow)
{
	return flow->visit.service < 0 ? NULL : &flow->config->services[flow->visit.service];
}

const struct config_procedure *flow_procedure(const struct flow *flow, int n)
{
	const struct visit *visit = &flow->visit;

	return n < 0 || n >= visit->n_procedures ? NULL : &flow->config->procedures[visit->procedures[n]];
}

const struct config_procedure *flow_draft_procedure(const struct flow *flow, int draft)
{
	const struct visit *visit = &flow->visit;

	return draft < 0 || draft >= visit->n_drafts ? NULL : &flow->config->procedures[visit->draft_procedures[draft]];
}

/* What the law's affair needs comes before what it only may have; of equals the one with a permit, then the first. */
const struct config_procedure *flow_number_procedure(const struct flow *flow)
{
	const struct config_procedure *best = NULL, *procedure;

	for (int i = 0; (procedure = flow_procedure(flow, i)) != NULL; i++) {
		bool has_permit = config_number_permit(flow->config, procedure->id) != NULL;
		bool had_permit = best && config_number_permit(flow->config, best->id);
		if (procedure->individual_number == INDIVIDUAL_NUMBER_NEVER)
			continue;
		if (!best || has_permit > had_permit ||
		    (has_permit == had_permit && procedure->individual_number > best->individual_number))
			best = procedure;
	}
	return best;
}

bool flow_is_service_here(const struct flow *flow, const struct config_service *service)
{
	for (size_t i = 0; i < flow->config->n_windows; i++) {
		const struct config_window *window = &flow->config->windows[i];
		if (strcmp(window->office, flow->office->id) != 0)
			continue;
		for (size_t j = 0; j < window->n_serves; j++)
			if (strcmp(window->serves[j], service->id) == 0)
				return true;
	}
	return false;
}

static int copies_in(const struct draft *draft)
{
	const struct value *value = draft_find(draft, "copies");
	long n = value ? strtol(value->text, NULL, 10) : 0;

	return n > 0 && n < 1000 ? (int)n : 1;
}

/* A procedure's copies stand in the form it brought; a form two of them share counts for the first. */
static int copies_of(const struct flow *flow, const struct config_procedure *procedure)
{
	for (int i = 0; i < flow->visit.n_drafts; i++)
		if (flow_draft_procedure(flow, i) == procedure && copies_in(flow->visit.drafts[i]) > 1)
			return copies_in(flow->visit.drafts[i]);
	return 1;
}

int64_t flow_fee_yen(const struct flow *flow)
{
	const struct config_procedure *procedure;
	int64_t yen = 0;

	for (int i = 0; (procedure = flow_procedure(flow, i)) != NULL; i++)
		yen += (int64_t)procedure->fee_yen * copies_of(flow, procedure);
	return yen;
}

static bool is_in(const char *const *ids, int n, const char *id)
{
	for (int i = 0; i < n; i++)
		if (strcmp(ids[i], id) == 0)
			return true;
	return false;
}

int flow_bring(const struct flow *flow, const char *ret_ids[FLOW_BRING_MAX])
{
	const struct config_procedure *procedure;
	int n = 0;

	for (int i = 0; (procedure = flow_procedure(flow, i)) != NULL; i++)
		for (size_t b = 0; b < procedure->n_bring && n < FLOW_BRING_MAX; b++)
			if (!is_in(ret_ids, n, procedure->bring[b]) &&
			    (strcmp(procedure->bring[b], "fee") != 0 || flow_fee_yen(flow) == 0))
				ret_ids[n++] = procedure->bring[b];
	return n;
}

bool flow_is_signed_by_hand(const struct flow *flow)
{
	const struct config_procedure *procedure;

	for (int i = 0; (procedure = flow_procedure(flow, i)) != NULL; i++)
		if (procedure->n_forms > 0 && procedure->signature == SIGNATURE_HANDWRITTEN)
			return true;
	return false;
}

static bool is_for_few(const struct config_procedure *procedure)
{
	for (size_t i = 0; i < procedure->n_who; i++)
		if (strcmp(procedure->who[i], "agent") == 0 || strcmp(procedure->who[i], "anyone") == 0)
			return false;
	return procedure->n_who > 0;
}

/* What everybody knows is not said: only who is guided hears of each procedure what to bring. */
static bool is_worth_a_note(const struct flow *flow, const struct config_procedure *procedure)
{
	return procedure->note.n_entries > 0 || procedure->within_days > 0 || is_for_few(procedure) ||
	       (flow->visit.is_guided && (procedure->n_who > 0 || procedure->n_bring > 0));
}

int flow_notes(const struct flow *flow, const struct config_procedure *ret_procedures[FLOW_PROCEDURES_MAX], int *ret_per_page)
{
	const struct config_procedure *procedure;
	int n = 0;

	for (int i = 0; (procedure = flow_procedure(flow, i)) != NULL; i++)
		if (is_worth_a_note(flow, procedure))
			ret_procedures[n++] = procedure;
	*ret_per_page = flow->visit.text_percent > 100 ? 1 : FLOW_NOTES_PER_PAGE;
	return n;
}

bool flow_is_open_now(const struct flow *flow)
{
	const struct local_time *local = &flow->local;
	const struct config_hours *hours = &flow->office->hours[local->weekday & 7];
	int minute = local->hour * 60 + local->minute;
	char today[32];

	if (!local->year)
		return true; /* not told yet: the queue decides */
	snprintf(today, sizeof today, "%04d-%02d-%02d", local->year, local->month, local->day);
	for (size_t i = 0; i < flow->config->n_holidays; i++)
		if (strcmp(flow->config->holidays[i], today) == 0)
			return false;
	return hours->is_open && minute >= hours->from_min && minute < hours->to_min;
}

bool flow_is_busy(const struct flow *flow)
{
	return flow->screen == SCREEN_READING || flow->screen == SCREEN_PRINTING;
}

enum flow_number flow_number(const struct flow *flow)
{
	const struct config_procedure *procedure = flow_number_procedure(flow);
	const struct visit *visit = &flow->visit;

	if (!procedure)
		return NUMBER_NEVER;
	if (visit->has_number)
		return NUMBER_READ;
	if (!visit->has_person && visit->wants_number && visit->may_read_number && visit->kind == CARD_MY_NUMBER &&
	    visit->auth == CARD_AUTH_PIN)
		return NUMBER_WILL_BE_READ;
	return NUMBER_BY_HAND;
}
