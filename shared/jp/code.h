#pragma once
/* SPDX-License-Identifier: MIT
 * Check digits. Source: 全国地方公共団体コード (JIS X 0402 with check digit), 番号法施行令 8条 with 総務省令. */
#include <stdbool.h>
#include <stddef.h>

/** municipality_code_is_valid() - 6 digits: weights 6,5,4,3,2, 11 − (sum mod 11), its last digit. */
bool municipality_code_is_valid(const char *code);
/** individual_number_is_valid() - 12 ASCII digits of which the last fits (個人番号 with 検査用数字). @digits: borrowed, not
 *  terminated, as a struct secret holds them; nothing of them is copied. */
bool individual_number_is_valid(const unsigned char *digits, size_t n_digits);
