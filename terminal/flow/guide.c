/* SPDX-License-Identifier: MIT
 * The guide (迷わない): what happened, a few questions, and the procedures that follow, of which the resident picks what to do
 * today. Which question is asked and what is told is decided by shared/model/guide.h. */
#include "terminal/flow/parts.h"
#include "shared/base/banned.h"

const struct guide_event *flow_guide_event(const struct flow *flow)
{
	const struct visit *visit = &flow->visit;

	return visit->is_guided && (size_t)visit->guide.event < flow->config->n_guide ? &flow->config->guide[visit->guide.event] : NULL;
}

const struct guide_question *flow_guide_question(const struct flow *flow)
{
	const struct guide_event *event = flow_guide_event(flow);

	return event && flow->screen == SCREEN_GUIDE_QUESTION ? &event->questions[flow->visit.guide.question] : NULL;
}

int flow_guide_results(const struct flow *flow, int ret_results[GUIDE_RESULTS_MAX])
{
	const struct guide_event *event = flow_guide_event(flow);
	int all[GUIDE_RESULTS_MAX], n = 0;
	size_t n_all = event ? guide_results(event, &flow->visit.guide.answers, all) : 0;

	for (size_t i = 0; i < n_all; i++)
		if (config_procedure_find(flow->config, event->results[all[i]].procedure))
			ret_results[n++] = all[i];
	return n;
}

const struct config_procedure *flow_guide_procedure(const struct flow *flow, int result, bool *ret_is_here)
{
	const struct guide_event *event = flow_guide_event(flow);
	const struct config_procedure *procedure = config_procedure_find(flow->config, event->results[result].procedure);
	const struct config_service *service = config_service_find(flow->config, procedure->service);

	*ret_is_here = service && flow_is_service_here(flow, service);
	return procedure;
}

bool flow_is_picked(const struct flow *flow, int place)
{
	return flow->visit.guide.picked >> place & 1;
}

static int n_picked(const struct flow *flow)
{
	return __builtin_popcount(flow->visit.guide.picked);
}

static void pick(struct flow *flow, int64_t place)
{
	int results[GUIDE_RESULTS_MAX];
	int n = flow_guide_results(flow, results);
	bool is_here = false;

	if (place < 0 || place >= n)
		return;
	flow_guide_procedure(flow, results[place], &is_here);
	if (is_here && (flow_is_picked(flow, (int)place) || n_picked(flow) < FLOW_PROCEDURES_MAX))
		flow->visit.guide.picked ^= 1U << place;
}

/* ---- questions ----------------------------------------------------------------------------------------------------- */

static void show_results(struct flow *flow)
{
	const struct guide_event *event = flow_guide_event(flow);
	int results[GUIDE_RESULTS_MAX];
	int n = flow_guide_results(flow, results);

	flow->visit.guide.picked = 0;
	for (int i = 0; i < n; i++)
		if (!event->results[results[i]].is_optional)
			pick(flow, i);
	flow_go(flow, SCREEN_GUIDE_RESULT);
}

static void ask(struct flow *flow, int question, int before)
{
	flow->visit.guide.question = question;
	flow->visit.guide.before = before;
	flow_go(flow, SCREEN_GUIDE_QUESTION);
}

static void on(struct flow *flow)
{
	int next = guide_next(flow_guide_event(flow), &flow->visit.guide.answers);

	if (next < 0)
		show_results(flow);
	else
		ask(flow, next, GUIDE_UNANSWERED);
}

static void answer(struct flow *flow, int64_t option)
{
	struct flow_guide *guide = &flow->visit.guide;
	const struct guide_question *question = flow_guide_question(flow);

	if (option < 0 || (size_t)option >= question->n_options || guide->n_asked == GUIDE_QUESTIONS_MAX)
		return;
	guide->answers.chosen[guide->question] = (int)option;
	guide->asked[guide->n_asked++] = guide->question;
	on(flow);
}

static void begin(struct flow *flow, int64_t event)
{
	if (event < 0 || (size_t)event >= flow->config->n_guide)
		return;
	flow->visit.guide = (struct flow_guide){.event = (int)event};
	guide_answers_init(&flow->visit.guide.answers);
	on(flow);
}

/* The answer to the question gone back to counts no more; it is only shown. */
static void question_before(struct flow *flow)
{
	struct flow_guide *guide = &flow->visit.guide;

	if (guide->n_asked == 0) {
		flow_go(flow, SCREEN_GUIDE_EVENTS);
		return;
	}
	int question = guide->asked[--guide->n_asked];
	int before = guide->answers.chosen[question];
	guide->answers.chosen[question] = GUIDE_UNANSWERED;
	ask(flow, question, before);
}

/* ---- pressed ------------------------------------------------------------------------------------------------------- */

static int picked_procedures(const struct flow *flow, int ret_procedures[FLOW_PROCEDURES_MAX])
{
	int results[GUIDE_RESULTS_MAX], n = 0;
	int n_results = flow_guide_results(flow, results);
	bool is_here;

	for (int i = 0; i < n_results && n < FLOW_PROCEDURES_MAX; i++)
		if (flow_is_picked(flow, i))
			ret_procedures[n++] = (int)(flow_guide_procedure(flow, results[i], &is_here) - flow->config->procedures);
	return n;
}

static void number_only(struct flow *flow)
{
	flow->visit.is_number_only = true;
	flow_go(flow, SCREEN_SERVICES);
}

static bool result_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	int procedures[FLOW_PROCEDURES_MAX];
	int n = picked_procedures(flow, procedures);

	switch ((int)event->action) {
	case ACTION_PICK:
		pick(flow, event->argument);
		return true;
	case ACTION_NEXT:
		if (n > 0)
			choose_procedures(flow, procedures, n, effects);
		return true;
	case ACTION_TICKET_ONLY:
		if (n > 0)
			choose_ticket_only(flow, procedures, n, effects);
		else
			number_only(flow);
		return true;
	default:
		return false;
	}
}

bool guide_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	switch ((int)flow->screen) {
	case SCREEN_START:
		if (event->action != ACTION_GUIDE || flow->config->n_guide == 0)
			return false;
		flow->visit.is_guided = true;
		flow_go(flow, SCREEN_GUIDE_EVENTS);
		return true;
	case SCREEN_GUIDE_EVENTS:
		if (event->action == ACTION_EVENT)
			begin(flow, event->argument);
		else if (event->action == ACTION_TICKET_ONLY)
			number_only(flow);
		return event->action == ACTION_EVENT || event->action == ACTION_TICKET_ONLY;
	case SCREEN_GUIDE_QUESTION:
		if (event->action == ACTION_ANSWER)
			answer(flow, event->argument);
		return event->action == ACTION_ANSWER;
	case SCREEN_GUIDE_RESULT:
		return result_pressed(flow, event, effects);
	default:
		return false;
	}
}

void guide_back(struct flow *flow, struct flow_effects *effects)
{
	if (flow->screen == SCREEN_GUIDE_EVENTS)
		flow_end(flow, effects);
	else
		question_before(flow);
}
