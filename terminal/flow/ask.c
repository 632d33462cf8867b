/* SPDX-License-Identifier: MIT
 * What screens and the program ask of a flow. Nothing here changes it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

const struct config_procedure *flow_procedure(const struct flow *flow)
{
	return flow->visit.procedure < 0 ? NULL : &flow->config->procedures[flow->visit.procedure];
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

int flow_copies(const struct flow *flow)
{
	for (int i = 0; i < flow->visit.n_drafts; i++) {
		const struct value *value = draft_find(flow->visit.drafts[i], "copies");
		long n = value ? strtol(value->text, NULL, 10) : 0;
		if (n > 0 && n < 1000)
			return (int)n;
	}
	return 1;
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
	const struct config_procedure *procedure = flow_procedure(flow);
	const struct visit *visit = &flow->visit;

	if (!procedure || procedure->individual_number == INDIVIDUAL_NUMBER_NEVER)
		return NUMBER_NEVER;
	if (visit->has_number)
		return NUMBER_READ;
	if (!visit->has_person && visit->wants_number && visit->may_read_number && visit->kind == CARD_MY_NUMBER &&
	    visit->auth == CARD_AUTH_PIN)
		return NUMBER_WILL_BE_READ;
	return NUMBER_BY_HAND;
}
