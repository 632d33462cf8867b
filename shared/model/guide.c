/* SPDX-License-Identifier: MIT
 * The decision table. For one result each question allows a set of its options (a bit each); a result that is still open
 * makes the unanswered questions it restricts worth asking, unless an earlier result tells of the same procedure in
 * every case in which this one would. */
#include <string.h>
#include "shared/model/guide.h"
#include "shared/base/banned.h"

#define OPTIONS_MAX 64
#define ALL UINT64_MAX

enum standing { FAILS, OPEN, HOLDS };

static size_t n_questions(const struct guide_event *event)
{
	return event->n_questions < GUIDE_QUESTIONS_MAX ? event->n_questions : GUIDE_QUESTIONS_MAX;
}

static uint64_t options_of(const struct guide_question *question)
{
	return question->n_options >= OPTIONS_MAX ? ALL : (UINT64_C(1) << question->n_options) - 1;
}

static bool is_named(const struct guide_condition *condition, const char *option)
{
	for (size_t i = 0; i < condition->n_any; i++)
		if (strcmp(condition->any[i], option) == 0)
			return true;
	return false;
}

/* Several conditions on one question must all hold. */
static uint64_t allowed(const struct guide_result *result, const struct guide_question *question)
{
	uint64_t mask = options_of(question);

	for (size_t i = 0; i < result->n_when; i++) {
		if (strcmp(result->when[i].question, question->id) != 0)
			continue;
		for (size_t o = 0; o < question->n_options && o < OPTIONS_MAX; o++)
			if (!is_named(&result->when[i], question->options[o].id))
				mask &= ~(UINT64_C(1) << o);
	}
	return mask;
}

/* What can still be the answer. */
static uint64_t possible(const struct guide_question *question, int chosen)
{
	if (chosen < 0 || chosen >= OPTIONS_MAX || (size_t)chosen >= question->n_options)
		return options_of(question);
	return UINT64_C(1) << chosen;
}

static enum standing standing_of(const struct guide_event *event, const struct guide_result *result,
				 const struct guide_answers *answers)
{
	enum standing standing = HOLDS;

	for (size_t q = 0; q < n_questions(event); q++) {
		uint64_t can_be = possible(&event->questions[q], answers->chosen[q]);
		uint64_t may_be = allowed(result, &event->questions[q]);
		if (!(can_be & may_be))
			return FAILS;
		if (can_be & ~may_be)
			standing = OPEN;
	}
	return standing;
}

/* Whenever @result would hold, @earlier, which tells of the same procedure, holds too. */
static bool is_covered_by(const struct guide_event *event, const struct guide_result *result,
			  const struct guide_result *earlier, const struct guide_answers *answers)
{
	if (strcmp(result->procedure, earlier->procedure) != 0)
		return false;
	for (size_t q = 0; q < n_questions(event); q++) {
		uint64_t can_be = possible(&event->questions[q], answers->chosen[q]);
		if (can_be & allowed(result, &event->questions[q]) & ~allowed(earlier, &event->questions[q]))
			return false;
	}
	return true;
}

static bool is_open(const struct guide_event *event, size_t result, const struct guide_answers *answers)
{
	if (standing_of(event, &event->results[result], answers) != OPEN)
		return false;
	for (size_t i = 0; i < result; i++)
		if (is_covered_by(event, &event->results[result], &event->results[i], answers))
			return false;
	return true;
}

void guide_answers_init(struct guide_answers *answers)
{
	for (int i = 0; i < GUIDE_QUESTIONS_MAX; i++)
		answers->chosen[i] = GUIDE_UNANSWERED;
}

int guide_next(const struct guide_event *event, const struct guide_answers *answers)
{
	for (size_t q = 0; q < n_questions(event); q++) {
		const struct guide_question *question = &event->questions[q];
		uint64_t can_be = possible(question, answers->chosen[q]);
		if (answers->chosen[q] >= 0)
			continue;
		for (size_t r = 0; r < event->n_results; r++)
			if ((can_be & ~allowed(&event->results[r], question)) && is_open(event, r, answers))
				return (int)q;
	}
	return -1;
}

static bool is_told(const struct guide_event *event, const int *results, size_t n_results, const char *procedure)
{
	for (size_t i = 0; i < n_results; i++)
		if (strcmp(event->results[results[i]].procedure, procedure) == 0)
			return true;
	return false;
}

size_t guide_results(const struct guide_event *event, const struct guide_answers *answers, int ret_results[GUIDE_RESULTS_MAX])
{
	size_t n = 0;

	for (size_t r = 0; r < event->n_results && n < GUIDE_RESULTS_MAX; r++)
		if (standing_of(event, &event->results[r], answers) == HOLDS &&
		    !is_told(event, ret_results, n, event->results[r].procedure))
			ret_results[n++] = (int)r;
	return n;
}
