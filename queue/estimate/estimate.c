/* SPDX-License-Identifier: MIT
 * 0.8 to 1.3 times the mean, rounded outwards: being called earlier than told is a missed number, later only a wait.
 * With every window busy, the one who is next waits until one of the people being served has gone: the place counts
 * that work as one person, and everybody ahead as one more. */
#include "queue/estimate/estimate.h"
#include "shared/base/banned.h"

#define STEP_MIN 5

bool estimate_wait(const struct estimate_line *line, struct estimate *ret_estimate)
{
	long work, step, from, to;

	if (line->n_windows <= 0)
		return false;
	if (line->n_ahead <= 0 && line->is_window_free) {
		*ret_estimate = (struct estimate){0, STEP_MIN};
		return true;
	}
	work = line->minutes > 0 ? (long)line->minutes * (line->n_ahead > 0 ? line->n_ahead + 1L : 1L) : 0;
	step = 10L * line->n_windows * STEP_MIN; /* work in tenths of a minute that makes one step */
	from = work * 8 / step * STEP_MIN;
	to = (work * 13 + step - 1) / step * STEP_MIN;
	if (to < from + STEP_MIN)
		to = from + STEP_MIN;
	*ret_estimate = (struct estimate){(int)from, (int)to};
	return true;
}
