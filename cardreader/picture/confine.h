#pragma once
/* SPDX-License-Identifier: MIT
 * Confine: what the decoding process may still do: compute, within bounds, and answer on the descriptors it holds. */
#include "shared/base/cleanup.h"

#define PICTURE_MEMORY_BYTES_MAX (256UL * 1024 * 1024) /* address space: OpenJPEG wants 70 MiB for 2048 × 2048 grey */
#define PICTURE_CPU_SECONDS_MAX 3

/** picture_confine() - for the whole process, for good: memory, CPU time, no file written, no core, and card_lockdown()'s
 *  filter, which kills. Under the address sanitizer memory has no bound. 0 or a negative errno. */
MUST_USE int picture_confine(void);
