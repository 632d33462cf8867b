/* SPDX-License-Identifier: MIT */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/cleanup.h"
#include "tests/support/memory_search.h"
#include "shared/base/banned.h"

long memory_count(pid_t pid, const void *needle, size_t n_bytes)
{
	CLEANUP(fclosep) FILE *maps = NULL;
	CLEANUP(closep) int memory = -1;
	char path[64], line[512], rights[5];
	unsigned long from, to;
	long n_found = 0;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)pid);
	maps = fopen(path, "re");
	snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
	memory = open(path, O_RDONLY | O_CLOEXEC);
	if (!maps || memory < 0)
		return -1;
	while (fgets(line, sizeof(line), maps)) {
		CLEANUP(freep) char *bytes = NULL;
		ssize_t n;

		if (sscanf(line, "%lx-%lx %4s", &from, &to, rights) != 3 || rights[0] != 'r' || rights[1] != 'w')
			continue;
		bytes = malloc(to - from);
		if (!bytes)
			return -1;
		n = pread(memory, bytes, to - from, (off_t)from);
		for (char *at = bytes; n > 0 && (at = memmem(at, (size_t)(bytes + n - at), needle, n_bytes)); at++)
			n_found++;
	}
	return n_found;
}
