#pragma once
/* SPDX-License-Identifier: MIT
 * Memory of one loaded configuration: taken piece by piece, freed whole. Failure sticks, so that a run of
 * takings needs one look at the end besides the NULL each gives. Thread: the owner's. */
#include <stdbool.h>
#include <stddef.h>
#include "shared/base/cleanup.h"

struct memory;

/** memory_new() - @bytes_max: takings beyond it fail. NULL: no memory. */
struct memory *memory_new(size_t bytes_max);
struct memory *memory_free(struct memory *memory);
DEFINE_CLEANUP(struct memory *, memory_free)
/** memory_take() - @size zeroed bytes, aligned for anything. NULL when there is no more. */
void *memory_take(struct memory *memory, size_t size);
/** memory_text() - a terminated copy of @n_bytes bytes; NULL when there is no more. */
const char *memory_text(struct memory *memory, const char *bytes, size_t n_bytes);
const char *memory_format(struct memory *memory, const char *format, ...) PRINTF_LIKE(2, 3);
/** memory_adopt() - @other, which may be taken from still, ends with @memory and counts as part of it. NULL @other is fine. */
void memory_adopt(struct memory *memory, struct memory *other);
/** memory_is_short() - whether more than half of what it may take is taken. */
bool memory_is_short(const struct memory *memory);
/** memory_has_failed() - whether any taking failed since the start. */
bool memory_has_failed(const struct memory *memory);
