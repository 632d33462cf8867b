#pragma once
/* SPDX-License-Identifier: MIT
 * Ruby (ふりがな) inside texts: {用件|ようけん}. A brace or bar is itself when doubled ({{ }} ||) outside
 * a pair. Readers of a plain name (speech, AT-SPI, tests) use ruby_strip(), painters ruby_next(). */
#include <stdbool.h>
#include "shared/base/cleanup.h"

/** One stretch of text with or without a reading; slices of the input, not terminated. */
struct ruby_run {
	const char *base;
	size_t base_len;
	const char *reading; /* NULL: none */
	size_t reading_len;
};

/** ruby_next() - takes the next run off *text. Return: false at the end. Malformed braces are plain text. */
bool ruby_next(const char **text, struct ruby_run *ret_run);
/** ruby_strip() - base text only, malloc'd; NULL: no memory. */
char *ruby_strip(const char *text);
