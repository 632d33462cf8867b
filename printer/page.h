#pragma once
/* SPDX-License-Identifier: MIT
 * Page: a finished document in a sealed memfd, so that whoever receives it can rely on its bytes and its length. */
#include <stdint.h>
#include "shared/base/cleanup.h"

/** page_seal() - a sealed descriptor with the content of @fd: @fd itself (duplicated) when it is or can be sealed, else
 *  a copy. 0, -EINVAL (empty or not a file), -EFBIG beyond PAGE_BYTES_MAX, or another negative errno. */
MUST_USE int page_seal(int fd, int *ret_fd);
/** page_check() - accepts only a sealed memfd of 1–PAGE_BYTES_MAX bytes. 0, -EPERM (not sealed), -EINVAL, -EFBIG. */
MUST_USE int page_check(int fd, int64_t *ret_n_bytes);
