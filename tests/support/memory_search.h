#pragma once
/* SPDX-License-Identifier: MIT
 * Memory search: how often some bytes stand in the memory of a process. For tests that prove that nothing is left. */
#include <stddef.h>
#include <sys/types.h>

/** memory_count() - how often @needle stands in the readable and writable memory of @pid; -1 when it may not be looked at. */
long memory_count(pid_t pid, const void *needle, size_t n_bytes);
