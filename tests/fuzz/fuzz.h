#pragma once
/* SPDX-License-Identifier: MIT
 * What the harnesses share: the input taken apart from its front, and a claim that must hold whatever it was. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "cardreader/profile/trust.h"

/** The fuzzer keeps the input that made a claim false. */
#define CLAIM(holds)                                                                                                   \
	do {                                                                                                           \
		if (!(holds)) {                                                                                        \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #holds);                            \
			abort();                                                                                       \
		}                                                                                                      \
	} while (0)

struct fuzz {
	const uint8_t *bytes;
	size_t n;
};

static inline uint8_t fuzz_byte(struct fuzz *from)
{
	if (!from->n)
		return 0;
	from->n--;
	return *from->bytes++;
}

/** fuzz_block() - a length in two bytes, then that many bytes or what is left. */
static inline const uint8_t *fuzz_block(struct fuzz *from, size_t *ret_n)
{
	size_t n = (size_t)fuzz_byte(from) << 8;
	const uint8_t *block;

	n |= fuzz_byte(from);
	n = n < from->n ? n : from->n;
	block = from->bytes;
	from->bytes += n;
	from->n -= n;
	*ret_n = n;
	return block;
}

/** fuzz_copy() - exactly @n bytes on the heap, so that reading one too many is seen; the caller frees. */
static inline uint8_t *fuzz_copy(const uint8_t *bytes, size_t n)
{
	uint8_t *copy = malloc(n + !n);

	CLAIM(copy);
	if (n)
		memcpy(copy, bytes, n);
	return copy;
}

/** fuzz_trust() - the anchors that verify the seeds ($FUZZ_TRUST), read once; NULL: not given. */
static inline const struct trust *fuzz_trust(void)
{
	static struct trust *trust;
	const char *dir = getenv("FUZZ_TRUST");

	if (!trust && dir)
		CLAIM(trust_load(dir, stderr, &trust) == 0);
	return trust;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes);
int LLVMFuzzerInitialize(int *argc, char ***argv);
