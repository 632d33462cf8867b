#pragma once
/* SPDX-License-Identifier: MIT
 * Random identities. Source: libsodium's generator (getrandom). */
#include <stddef.h>

/** random_hex() - writes @n_digits lower-case hex digits (even) and a NUL. Return: @out. */
const char *random_hex(char *out, size_t n_digits);
