#pragma once
/* SPDX-License-Identifier: MIT
 * Buf: a growing byte buffer born with its maximum. Always terminated with a NUL that does not count,
 * so that text built in it can be read as a C string. Wiped on release: pages and answers pass here. */
#include <stddef.h>
#include "shared/base/cleanup.h"

struct buf {
	char *bytes; /* NULL while empty */
	size_t len, cap, max;
};

/** BUF_INIT() - an empty buffer for a declaration; allocates nothing. */
#define BUF_INIT(bytes_max) ((struct buf){.max = (bytes_max)})

/** buf_release() - wipes and frees; the buffer is empty and usable again. */
void buf_release(struct buf *buf);
/** buf_add() - appends. 0, -ENOSPC beyond the maximum, -ENOMEM; the content is untouched on failure. */
MUST_USE int buf_add(struct buf *buf, const void *bytes, size_t n_bytes);
MUST_USE int buf_add_text(struct buf *buf, const char *text);
MUST_USE int buf_addf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);
/** buf_text() - the content as a C string, "" when empty. Borrowed. */
const char *buf_text(const struct buf *buf);
/** buf_read_fd() - appends everything up to end of file. */
MUST_USE int buf_read_fd(struct buf *buf, int fd);
/** buf_read_file() - appends a whole regular file. */
MUST_USE int buf_read_file(struct buf *buf, const char *path);
