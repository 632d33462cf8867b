/* SPDX-License-Identifier: MIT
 * 0.8 to 1.3 times the mean, rounded outwards: being called earlier than told is a missed number, later only a wait. */
#include "queue/estimate/estimate.h"
#include "shared/base/banned.h"

#define STEP_MIN 5

bool estimate_wait(int minutes, int place, int n_windows, struct estimate *ret_estimate)
{
	long tenths, from, to;

	if (n_windows <= 0)
		return false;
	if (minutes < 0 || place < 0)
		minutes = place = 0;
	tenths = 10L * minutes * place / n_windows; /* of a minute */
	from = tenths * 8 / 100 / STEP_MIN * STEP_MIN;
	to = (tenths * 13 + 100L * STEP_MIN - 1) / (100L * STEP_MIN) * STEP_MIN;
	if (to < from + STEP_MIN)
		to = from + STEP_MIN;
	*ret_estimate = (struct estimate){(int)from, (int)to};
	return true;
}
