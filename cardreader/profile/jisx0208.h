#pragma once
/* SPDX-License-Identifier: MIT
 * JIS X 0208 as a driver's licence writes it: two bytes a character, no escapes, no high bit. glibc's converter does
 * the work. It loads files at its first use: a process that will lock itself down opens one beforehand and keeps it;
 * as long as one is open, opening another touches no file. Thread: one object per thread. */
#include <stddef.h>
#include <stdint.h>
#include "shared/base/cleanup.h"

struct jisx0208;

/** jisx0208_open() - 0, -ENOMEM, -ENOSYS (this system has no converter). */
MUST_USE int jisx0208_open(struct jisx0208 **ret_converter);
/** jisx0208_close() - the converter's own memory keeps no character. Return: NULL. */
struct jisx0208 *jisx0208_close(struct jisx0208 *converter);
DEFINE_CLEANUP(struct jisx0208 *, jisx0208_close)
/** jisx0208_text() - as UTF-8, terminated. FFF1-FFF7 (外字), FFFA (欠字) and codes without a character become U+3013 〓.
 *  0, -EBADMSG (half a character, bytes that are no JIS X 0208), -ENOSPC. @out is "" on failure. */
MUST_USE int jisx0208_text(struct jisx0208 *converter, const uint8_t *codes, size_t n_codes, char *out, size_t out_max);
