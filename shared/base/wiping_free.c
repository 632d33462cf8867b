/* SPDX-License-Identifier: MIT
 * Compiled into each program that sees a person. Every block the process gives back is wiped first, whoever used it:
 * Pango, GLib, curl, libmicrohttpd and jansson keep copies of what they show and send, and mallopt(M_PERTURB) does not reach blocks that go to malloc's thread cache. The executable's
 * free() and realloc() stand before the C library's for all libraries. A name's last copy goes with the block that held it
 * (invariant 3). Left out under the address sanitizer, which has an allocator of its own. Source: glibc manual, Replacing
 * malloc; __libc_free and __libc_malloc are glibc's own entry points. */
#include <errno.h>
#include <malloc.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include "shared/base/sanitizer.h"
#include "shared/base/banned.h"

#ifndef HAS_ADDRESS_SANITIZER
void __libc_free(void *block);
void *__libc_malloc(size_t n_bytes);

void free(void *block)
{
	int error = errno;

	if (!block)
		return;
	explicit_bzero(block, malloc_usable_size(block));
	__libc_free(block);
	errno = error;
}

void *realloc(void *block, size_t n_bytes)
{
	size_t had = block ? malloc_usable_size(block) : 0;
	void *grown;

	if (block && n_bytes == 0) {
		free(block);
		return NULL;
	}
	if (block && n_bytes <= had && n_bytes >= had / 2)
		return block;
	grown = __libc_malloc(n_bytes);
	if (!grown || !block)
		return grown;
	memcpy(grown, block, had < n_bytes ? had : n_bytes);
	free(block);
	return grown;
}
#else
typedef int wiping_free_is_left_out; /* a file needs a declaration */
#endif
