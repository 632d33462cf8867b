#pragma once
/* SPDX-License-Identifier: MIT
 * Wipe: personal bytes leave no copy in freed memory. */

/** wipe_json() - gives jansson an allocator whose free wipes the block. Once, at the start of every program that
 *  holds a person or a draft, before the first json_t: jansson keeps strings, keys and print buffers on the heap. */
void wipe_json(void);
/** wipe_free() - wipes the whole block and frees it. NULL is fine. */
void wipe_free(void *block);
