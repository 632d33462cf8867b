#pragma once
/* SPDX-License-Identifier: MIT
 * Check digits. Source: 全国地方公共団体コード (JIS X 0402 with check digit), 番号法施行令 8条 with 総務省令. */
#include <stdbool.h>

/** municipality_code_is_valid() - 6 digits: weights 6,5,4,3,2, 11 − (sum mod 11), its last digit. */
bool municipality_code_is_valid(const char *code);
