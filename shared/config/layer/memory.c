/* SPDX-License-Identifier: MIT
 * A chain of blocks, each filled from its front: a configuration is thousands of small pieces with one end. */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "shared/config/layer/memory.h"
#include "shared/base/banned.h"

#define BLOCK_BYTES (64 * 1024)
#define ALIGNMENT (sizeof(max_align_t))

struct block {
	struct block *next;
	size_t used, size;
	max_align_t bytes[];
};

struct memory {
	struct block *blocks;
	size_t bytes, bytes_max;
	bool has_failed;
	struct memory *adopted, *next_adopted;
};

struct memory *memory_new(size_t bytes_max)
{
	struct memory *memory = calloc(1, sizeof(*memory));

	if (memory)
		memory->bytes_max = bytes_max;
	return memory;
}

struct memory *memory_free(struct memory *memory)
{
	if (!memory)
		return NULL;
	while (memory->adopted) {
		struct memory *next = memory->adopted->next_adopted;

		memory_free(memory->adopted);
		memory->adopted = next;
	}
	while (memory->blocks) {
		struct block *next = memory->blocks->next;

		free(memory->blocks);
		memory->blocks = next;
	}
	free(memory);
	return NULL;
}

static bool memory_grow(struct memory *memory, size_t size)
{
	size_t block_size = size > BLOCK_BYTES ? size : BLOCK_BYTES;
	struct block *block;

	if (memory->bytes + block_size > memory->bytes_max)
		return false;
	block = calloc(1, sizeof(*block) + block_size);
	if (!block)
		return false;
	block->size = block_size;
	block->next = memory->blocks;
	memory->blocks = block;
	memory->bytes += block_size;
	return true;
}

void *memory_take(struct memory *memory, size_t size)
{
	struct block *block = memory->blocks;
	char *start;

	if (size > SIZE_MAX / 2) {
		memory->has_failed = true;
		return NULL;
	}
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (!block || block->size - block->used < size) {
		if (!memory_grow(memory, size)) {
			memory->has_failed = true;
			return NULL;
		}
		block = memory->blocks;
	}
	start = (char *)block->bytes + block->used;
	block->used += size;
	return start;
}

const char *memory_text(struct memory *memory, const char *bytes, size_t n_bytes)
{
	char *copy = memory_take(memory, n_bytes + 1);

	if (copy && n_bytes > 0)
		memcpy(copy, bytes, n_bytes);
	return copy;
}

const char *memory_format(struct memory *memory, const char *format, ...)
{
	CLEANUP(freep) char *text = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0) {
		text = NULL;
		memory->has_failed = true;
		return NULL;
	}
	return memory_text(memory, text, (size_t)n);
}

void memory_adopt(struct memory *memory, struct memory *other)
{
	if (!other)
		return;
	memory->bytes += other->bytes;
	memory->has_failed |= memory->bytes > memory->bytes_max;
	other->next_adopted = memory->adopted;
	memory->adopted = other;
}

bool memory_is_short(const struct memory *memory)
{
	return memory->bytes > memory->bytes_max / 2;
}

bool memory_has_failed(const struct memory *memory)
{
	bool has_failed = memory->has_failed;

	for (const struct memory *other = memory->adopted; other; other = other->next_adopted)
		has_failed |= memory_has_failed(other);
	return has_failed;
}
