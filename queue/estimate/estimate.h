#pragma once
/* SPDX-License-Identifier: MIT
 * Estimate: the promise of a wait. For now the configured minutes × place ÷ open windows, told as a range in steps of
 * five minutes, and at once when a window stands free; nothing is promised while no window is open. Pure. */
#include <stdbool.h>

struct estimate {
	int from_min, to_min;
};

/** What is known of the line when a promise is made. */
struct estimate_line {
	int minutes;         /* one person takes this long (configured) */
	int n_ahead;         /* people who are called before; place is one more */
	int n_windows;       /* open ones that serve it */
	bool is_window_free; /* one of them has nobody and nobody else to call before */
};

/** estimate_wait() - Return: false when nothing can be promised, *ret_estimate untouched. from ≥ 0, to ≥ from + 5;
 *  never less for more people ahead. */
bool estimate_wait(const struct estimate_line *line, struct estimate *ret_estimate);
