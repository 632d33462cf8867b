/* SPDX-License-Identifier: MIT */
#include <sodium.h>

#include "shared/base/random.h"
#include "shared/base/banned.h"

const char *random_hex(char *out, size_t n_digits)
{
	unsigned char bytes[64];

	if (n_digits / 2 > sizeof(bytes))
		n_digits = 2 * sizeof(bytes);
	randombytes_buf(bytes, n_digits / 2);
	return sodium_bin2hex(out, n_digits + 1, bytes, n_digits / 2);
}
