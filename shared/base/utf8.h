#pragma once
/* SPDX-License-Identifier: MIT
 * UTF-8 at the doors: text is validated where it enters and never normalised afterwards (NFC would turn
 * U+FA19 into U+795E, and a name is a legal fact). Source: RFC 3629. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** utf8_is_valid() - well-formed, no surrogates, nothing beyond U+10FFFF. NUL bytes are allowed. */
bool utf8_is_valid(const char *bytes, size_t n_bytes);
/** utf8_is_clean_text() - valid and without control characters (C0, DEL, C1, U+2028/9, bidi overrides). */
bool utf8_is_clean_text(const char *bytes, size_t n_bytes);
/** utf8_next() - takes one scalar value off the front of a valid, terminated text and moves *text past it.
 *  Return: the scalar, 0 at the end. */
uint32_t utf8_next(const char **text);
