/* SPDX-License-Identifier: MIT
 * 0.8 to 1.3 times the mean, rounded outwards: being called earlier than told is a missed number, later only a wait. */
#include "queue/estimate/estimate.h"
#include "shared/base/banned.h"

#define STEP_MIN 5

bool estimate_wait(int minutes, int place, int n_windows, struct estimate *ret_estimate)
{
	long work, step, from, to;

	if (n_windows <= 0)
		return false;
	if (minutes < 0 || place < 0)
		minutes = place = 0;
	work = (long)minutes * place;
	step = 10L * n_windows * STEP_MIN; /* work in tenths of a minute that makes one step */
	from = work * 8 / step * STEP_MIN;
	to = (work * 13 + step - 1) / step * STEP_MIN;
	if (to < from + STEP_MIN)
		to = from + STEP_MIN;
	*ret_estimate = (struct estimate){(int)from, (int)to};
	return true;
}
