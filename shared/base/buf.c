/* SPDX-License-Identifier: MIT
 * Growth doubles and never leaves an unwiped copy behind: realloc is not used. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/buf.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define BUF_FIRST_BYTES 256

void buf_release(struct buf *buf)
{
	if (buf->bytes)
		explicit_bzero(buf->bytes, buf->cap);
	free(buf->bytes);
	*buf = BUF_INIT(buf->max);
}

static int buf_reserve(struct buf *buf, size_t more)
{
	size_t need, cap;
	char *bytes;

	if (more > buf->max - buf->len)
		return fault_raise(-ENOSPC);
	need = buf->len + more + 1;
	if (need <= buf->cap)
		return 0;
	cap = buf->cap ? buf->cap : BUF_FIRST_BYTES;
	while (cap < need)
		cap *= 2;
	bytes = malloc(cap);
	if (!bytes)
		return fault_raise(-ENOMEM);
	if (buf->len)
		memcpy(bytes, buf->bytes, buf->len);
	if (buf->bytes)
		explicit_bzero(buf->bytes, buf->cap);
	free(buf->bytes);
	buf->bytes = bytes;
	buf->cap = cap;
	return 0;
}

int buf_add(struct buf *buf, const void *bytes, size_t n_bytes)
{
	int r = buf_reserve(buf, n_bytes);

	if (r < 0)
		return fault_pass(r);
	if (n_bytes)
		memcpy(buf->bytes + buf->len, bytes, n_bytes);
	buf->len += n_bytes;
	buf->bytes[buf->len] = '\0';
	return 0;
}

int buf_add_text(struct buf *buf, const char *text)
{
	return buf_add(buf, text, strlen(text));
}

int buf_addf(struct buf *buf, const char *format, ...)
{
	va_list args;
	int n, r;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		return fault_raise(-EINVAL);
	r = buf_reserve(buf, (size_t)n);
	if (r < 0)
		return fault_pass(r);
	va_start(args, format);
	vsnprintf(buf->bytes + buf->len, (size_t)n + 1, format, args);
	va_end(args);
	buf->len += (size_t)n;
	return 0;
}

const char *buf_text(const struct buf *buf)
{
	return buf->bytes ? buf->bytes : "";
}

int buf_read_fd(struct buf *buf, int fd)
{
	char chunk[4096];
	ssize_t n;
	int r = 0;

	while (r == 0 && (n = read(fd, chunk, sizeof(chunk))) != 0) {
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			r = fault_raise(-errno);
		else
			r = buf_add(buf, chunk, (size_t)n);
	}
	explicit_bzero(chunk, sizeof(chunk));
	return r;
}

int buf_read_file(struct buf *buf, const char *path)
{
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return fault_raise(-errno);
	return buf_read_fd(buf, fd);
}
