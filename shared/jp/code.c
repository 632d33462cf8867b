/* SPDX-License-Identifier: MIT
 * The check digit catches a mistyped town before its numbers are given to another. */
#include <string.h>

#include "shared/jp/code.h"
#include "shared/base/banned.h"

#define CODE_DIGITS 6

bool municipality_code_is_valid(const char *code)
{
	int sum = 0;

	if (strlen(code) != CODE_DIGITS || strspn(code, "0123456789") != CODE_DIGITS)
		return false;
	for (int i = 0; i < CODE_DIGITS - 1; i++)
		sum += (code[i] - '0') * (6 - i);
	return (11 - sum % 11) % 10 == code[CODE_DIGITS - 1] - '0';
}
