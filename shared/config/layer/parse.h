#pragma once
/* SPDX-License-Identifier: MIT
 * Parse: the files of one layer, several at a time where a check waits for nothing else. */
#include "shared/config/layer/tree.h"

struct parsed {
	const char *file;   /* how findings name it */
	const char *layer;
	const char *bytes;  /* NULL: on disk */
	size_t n_bytes;
	struct tree *root;  /* out: NULL when there is none; findings say why */
};

/** parse_all() - parses those of the @n files that end in .yaml. With loading->cache, which means a run of checks, by as many
 *  threads as there are processors; findings come in the order of the files all the same. */
void parse_all(struct loading *loading, struct parsed *files, size_t n);
