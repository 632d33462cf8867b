/* SPDX-License-Identifier: MIT
 * Locking all of the process would lock the fonts too, which are hundreds of megabytes of address space; what holds a
 * digit is the heap and the stack. So blocks of any size are kept on the heap, and the heap is locked with room to
 * spare after the first page was drawn. */
#include <errno.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "shared/base/fault.h"
#include "shared/render/form_memory.h"
#include "shared/base/banned.h"

#define LARGEST_ON_HEAP (32 * 1024 * 1024) /* the most mallopt takes */
#define ROOM_BYTES (2 * 1024 * 1024)       /* what one page takes, twice over */

void form_memory_begin(void)
{
	mallopt(M_MMAP_THRESHOLD, LARGEST_ON_HEAP);
	mallopt(M_TRIM_THRESHOLD, -1); /* never back to the kernel: the room stays */
	mallopt(M_ARENA_MAX, 1);
}

static int lock_part(const char *line)
{
	unsigned long from, to;

	if (sscanf(line, "%lx-%lx", &from, &to) != 2 || to <= from)
		return fault_raise(-EIO);
	return mlock((const void *)from, to - from) < 0 ? fault_raise(-errno) : 0;
}

int form_memory_lock(void)
{
	CLEANUP(fclosep) FILE *maps = NULL;
	struct rlimit limit;
	char line[512];
	int r = 0;

	free(malloc(ROOM_BYTES));
	if (getrlimit(RLIMIT_MEMLOCK, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		(void)!setrlimit(RLIMIT_MEMLOCK, &limit);
	}
	maps = fopen("/proc/self/maps", "re");
	if (!maps)
		return fault_raise(-errno);
	while (r == 0 && fgets(line, sizeof(line), maps))
		if (strstr(line, " [heap]\n") || strstr(line, " [stack]\n"))
			r = lock_part(line);
	return r;
}
