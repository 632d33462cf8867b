#pragma once
/* SPDX-License-Identifier: MIT
 * Scope-bound ownership: every owned local carries CLEANUP, success hands over with TAKE.
 * Uses the GNU cleanup attribute (gcc and clang). */
#include <stdlib.h>
#include <stdio.h>
#include <unistd.h>

#define CLEANUP(fn) __attribute__((cleanup(fn)))
#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF_LIKE(at, first) __attribute__((__format__(__printf__, at, first)))

/** TAKE() - gives the pointer and leaves NULL behind, so that the cleanup of the local does nothing. */
#define TAKE(p) ({ __typeof__(p) take_value_ = (p); (p) = NULL; take_value_; })
/** TAKE_FD() - the same for a descriptor; leaves -1. */
#define TAKE_FD(fd) ({ int take_fd_ = (fd); (fd) = -1; take_fd_; })

/** DEFINE_CLEANUP() - makes `NAMEp(type *p)` from a destructor `NAME(type)` that accepts NULL. */
#define DEFINE_CLEANUP(type, fn)                                                                             \
	static inline __attribute__((unused)) void fn##p(type *p)                                            \
	{                                                                                                    \
		if (*p)                                                                                      \
			fn(*p);                                                                              \
	}

static inline __attribute__((unused)) void freep(void *p)
{
	free(*(void **)p);
}

static inline __attribute__((unused)) void closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline __attribute__((unused)) void fclosep(FILE **f)
{
	if (*f)
		fclose(*f);
}
