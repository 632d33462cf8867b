/* SPDX-License-Identifier: MIT
 * Pango, Cairo and FreeType copy names as they shape and draw them, and free the copies as they are. This program's
 * own free and realloc stand before the library's for all of them, and wipe each block as it goes. Not under a
 * sanitizer, which has its own. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/banned.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER
#endif
#endif

#if !defined(__SANITIZE_ADDRESS__) && !defined(HAS_ADDRESS_SANITIZER)
extern void __libc_free(void *block);

void free(void *block)
{
	int error = errno;

	if (block)
		explicit_bzero(block, malloc_usable_size(block));
	__libc_free(block);
	errno = error;
}

void *realloc(void *block, size_t size)
{
	size_t old = block ? malloc_usable_size(block) : 0;
	void *moved;

	if (block && !size) {
		free(block);
		return NULL;
	}
	if (size && size <= old && old - size < old / 2)
		return block; /* fits, and little would be saved */
	moved = malloc(size);
	if (moved && block) {
		memcpy(moved, block, old < size ? old : size);
		free(block);
	}
	return moved;
}
#endif
