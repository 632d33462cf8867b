/* SPDX-License-Identifier: MIT
 * A scanner without state: every run is a slice of the text it came from, so that a painter needs no copy. */
#include <string.h>

#include "shared/jp/ruby.h"
#include "shared/base/banned.h"

static bool is_doubled(const char *at)
{
	return (*at == '{' || *at == '}' || *at == '|') && at[1] == *at;
}

/* {base|reading}, both parts non-empty and free of braces and bars. Return: its length, 0 when it is none. */
static size_t pair_at(const char *at, struct ruby_run *run)
{
	size_t base_len, reading_len;

	if (*at != '{')
		return 0;
	base_len = strcspn(at + 1, "{|}");
	if (!base_len || at[1 + base_len] != '|')
		return 0;
	reading_len = strcspn(at + 2 + base_len, "{|}");
	if (!reading_len || at[2 + base_len + reading_len] != '}')
		return 0;
	*run = (struct ruby_run){at + 1, base_len, at + 2 + base_len, reading_len};
	return base_len + reading_len + 3;
}

bool ruby_next(const char **text, struct ruby_run *ret_run)
{
	const char *at = *text;
	struct ruby_run run = {at, 1, NULL, 0};
	struct ruby_run next;
	size_t length;

	if (!*at)
		return false;
	length = is_doubled(at) ? 2 : pair_at(at, &run);
	if (!length) {
		length = 1; /* a lone brace is itself */
		while (at[length] && !is_doubled(at + length) && !pair_at(at + length, &next))
			length++;
		run.base_len = length;
	}
	*ret_run = run;
	*text = at + length;
	return true;
}

char *ruby_strip(const char *text)
{
	char *plain = malloc(strlen(text) + 1);
	struct ruby_run run;
	size_t length = 0;

	if (!plain)
		return NULL;
	while (ruby_next(&text, &run)) {
		memcpy(plain + length, run.base, run.base_len);
		length += run.base_len;
	}
	plain[length] = '\0';
	return plain;
}
