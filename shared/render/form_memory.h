#pragma once
/* SPDX-License-Identifier: MIT
 * Form memory: keeps what a page is drawn with out of swap, in the child that draws an individual number. */

/** form_memory_begin() - before the first page is drawn: what pages take will come from one heap. */
void form_memory_begin(void);
/** form_memory_lock() - locks that heap, with room for one page, and the stack. 0, or a negative errno when the limit of
 *  locked memory (LimitMEMLOCK) is too low: nothing is locked then. Before the lock-down. */
int form_memory_lock(void);
