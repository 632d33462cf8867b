#pragma once
/* SPDX-License-Identifier: MIT
 * Estimate: the promise of a wait. For now the configured minutes × place ÷ open windows, told as a range in steps of
 * five minutes; nothing is promised while no window is open. Pure. */
#include <stdbool.h>

struct estimate {
	int from_min, to_min;
};

/** estimate_wait() - @minutes one person takes (configured); @place in line, 1 is the next; @n_windows open ones that
 *  serve it. Return: false when nothing can be promised, *ret_estimate untouched. from ≥ 0, to ≥ from + 5. */
bool estimate_wait(int minutes, int place, int n_windows, struct estimate *ret_estimate);
