/* SPDX-License-Identifier: MIT
 * Secret memory on libsodium's guarded allocator: mlock, MADV_DONTDUMP, guard pages, wipe on free. */
#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "shared/base/fault.h"
#include "shared/base/secret.h"
#include "shared/base/sanitizer.h"
#include "shared/base/banned.h"

#define SECRET_BYTES_MAX 4096

struct secret {
	size_t length;
	size_t max;
	unsigned char bytes[];
};

int secret_init_process(void)
{
	if (sodium_init() < 0)
		return fault_raise(-ENOSYS);
	if (setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}) < 0)
		return fault_raise(-errno);
#ifndef HAS_ADDRESS_SANITIZER /* the leak checker must attach to its own process at exit */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return fault_raise(-errno);
#endif
	return 0;
}

struct secret *secret_new(size_t bytes_max)
{
	struct secret *secret;

	if (!bytes_max || bytes_max > SECRET_BYTES_MAX || sodium_init() < 0)
		return NULL;
	/* sodium_malloc puts the end of the block on a guard page; keep our size_t header aligned */
	secret = sodium_malloc((sizeof(*secret) + bytes_max + 15) & ~(size_t)15);
	if (!secret)
		return NULL;
	secret->length = 0;
	secret->max = bytes_max;
	return secret;
}

struct secret *secret_free(struct secret *secret)
{
	if (secret)
		sodium_free(secret);
	return NULL;
}

int secret_append(struct secret *secret, const void *bytes, size_t n_bytes)
{
	if (n_bytes > secret->max - secret->length)
		return fault_raise(-ENOSPC);
	memcpy(secret->bytes + secret->length, bytes, n_bytes);
	secret->length += n_bytes;
	return 0;
}

void secret_drop_last(struct secret *secret)
{
	if (secret->length)
		sodium_memzero(secret->bytes + --secret->length, 1);
}

void secret_clear(struct secret *secret)
{
	sodium_memzero(secret->bytes, secret->max);
	secret->length = 0;
}

size_t secret_length(const struct secret *secret)
{
	return secret->length;
}

const void *secret_bytes(const struct secret *secret)
{
	return secret->bytes;
}

bool secret_is_digits(const struct secret *secret, size_t n_digits)
{
	if (secret->length != n_digits)
		return false;
	for (size_t i = 0; i < n_digits; i++)
		if (secret->bytes[i] < '0' || secret->bytes[i] > '9')
			return false;
	return true;
}

int secret_read_fd(struct secret *secret, int fd)
{
	unsigned char byte;
	ssize_t n;
	int r;

	while ((n = read(fd, &byte, 1)) == 1 && byte != '\n') {
		r = secret_append(secret, &byte, 1);
		sodium_memzero(&byte, 1);
		if (r < 0)
			return fault_pass(r);
	}
	if (n < 0)
		return fault_raise(-errno);
	return 0;
}
