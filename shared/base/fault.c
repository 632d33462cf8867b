/* SPDX-License-Identifier: MIT
 * The trail of a fault: a short ring per thread. Eight hops are more than any call path of ours;
 * what does not fit is dropped at the far end, the origin is always kept. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "shared/base/fault.h"

#define FAULT_HOPS_MAX 8

struct hop {
	const char *file;
	int line;
};

static _Thread_local struct {
	int code;
	int n_hops;
	struct hop hops[FAULT_HOPS_MAX];
} trail;

void fault_trace_add(int code, const char *file, int line)
{
	if (trail.n_hops < FAULT_HOPS_MAX)
		trail.hops[trail.n_hops++] = (struct hop){file, line};
}

void fault_trace_start(int code, const char *file, int line)
{
	trail.code = code;
	trail.n_hops = 0;
	fault_trace_add(code, file, line);
}

const char *fault_name(int code)
{
	const char *name = strerrorname_np(code < 0 ? -code : code);

	return name ? name : "EUNKNOWN";
}

const char *fault_format(char *out, size_t size)
{
	int used = snprintf(out, size, "%s", trail.n_hops ? fault_name(trail.code) : "no fault");

	for (int i = 0; i < trail.n_hops && used >= 0 && (size_t)used < size; i++)
		used += snprintf(out + used, size - (size_t)used, "%s%s:%d", i ? " < " : " at ", trail.hops[i].file,
				 trail.hops[i].line);
	return out;
}
