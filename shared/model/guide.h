#pragma once
/* SPDX-License-Identifier: MIT
 * Guide (迷わない): a life event's decision table and what was answered so far → the next question worth asking, and the
 * results that hold. A question whose answer cannot change any result is not asked. A procedure is told once, with the
 * reason of the first result that holds for it. Pure; the order of answers is of no account. Thread: any. */
#include "shared/config/config.h"

#define GUIDE_QUESTIONS_MAX 16
#define GUIDE_RESULTS_MAX 32
#define GUIDE_UNANSWERED (-1)

struct guide_answers {
	int chosen[GUIDE_QUESTIONS_MAX]; /* by question, the index of its option; GUIDE_UNANSWERED */
};

/** guide_answers_init() - nothing is answered. */
void guide_answers_init(struct guide_answers *answers);
/** guide_next() - the first question, in the event's order, whose answer can still change what is told.
 *  Return: its index, or −1 when everything is decided. Beyond GUIDE_QUESTIONS_MAX no question is asked; what depends on
 *  one is told, so that nothing is forgotten. */
int guide_next(const struct guide_event *event, const struct guide_answers *answers);
/** guide_results() - indices of the results that hold, in the event's order, one a procedure. A result that waits for an
 *  unanswered question does not hold yet.
 *  Return: how many; @ret_results holds GUIDE_RESULTS_MAX. */
size_t guide_results(const struct guide_event *event, const struct guide_answers *answers, int ret_results[GUIDE_RESULTS_MAX]);
