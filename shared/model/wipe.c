/* SPDX-License-Identifier: MIT
 * jansson never calls realloc, so that a wiping free is enough. The allocator may have rounded the block up;
 * its whole usable size is wiped. */
#include <jansson.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "shared/model/wipe.h"
#include "shared/base/banned.h"

void wipe_free(void *block)
{
	if (!block)
		return;
	explicit_bzero(block, malloc_usable_size(block));
	free(block);
}

void wipe_json(void)
{
	json_set_alloc_funcs(malloc, wipe_free);
}
