/* SPDX-License-Identifier: MIT
 * The check digit catches a mistyped town before its numbers are given to another, and a number read wrongly before it
 * stands on paper. */
#include <string.h>

#include "shared/jp/code.h"
#include "shared/base/banned.h"

#define CODE_DIGITS 6
#define NUMBER_DIGITS 12

bool municipality_code_is_valid(const char *code)
{
	int sum = 0;

	if (strlen(code) != CODE_DIGITS || strspn(code, "0123456789") != CODE_DIGITS)
		return false;
	for (int i = 0; i < CODE_DIGITS - 1; i++)
		sum += (code[i] - '0') * (6 - i);
	return (11 - sum % 11) % 10 == code[CODE_DIGITS - 1] - '0';
}

/* 行政手続における特定の個人を識別するための番号の利用等に関する法律施行令 8条: n counts from the digit before the last. */
bool individual_number_is_valid(const unsigned char *digits, size_t n_digits)
{
	int sum = 0, rest;

	if (n_digits != NUMBER_DIGITS)
		return false;
	for (int i = 0; i < NUMBER_DIGITS; i++)
		if (digits[i] < '0' || digits[i] > '9')
			return false;
	for (int n = 1; n < NUMBER_DIGITS; n++)
		sum += (digits[NUMBER_DIGITS - 1 - n] - '0') * (n <= 6 ? n + 1 : n - 5);
	rest = sum % 11;
	return digits[NUMBER_DIGITS - 1] - '0' == (rest <= 1 ? 0 : 11 - rest);
}
