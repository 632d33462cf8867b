/* SPDX-License-Identifier: MIT
 * EUC-JP is JIS X 0208 with high bits, so iconv knows the table; its single-shift planes (kana, JIS X 0212) are not
 * part of what a licence may hold. */
#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

#include "cardreader/virtual/licence_text.h"
#include "shared/base/fault.h"
#include "shared/base/utf8.h"
#include "shared/jp/era.h"
#include "shared/base/banned.h"

#define EUC_HIGH 0x80
#define EUC_FIRST 0xA1

static bool is_selector(uint32_t scalar)
{
	return (scalar >= 0xFE00 && scalar <= 0xFE0F) || (scalar >= 0xE0100 && scalar <= 0xE01EF);
}

/* Full-width forms, and the two marks that Unicode has twice where the set has one. */
static uint32_t fold(uint32_t scalar)
{
	if (scalar == ' ')
		return 0x3000;
	if (scalar > ' ' && scalar < 0x7F)
		return scalar == '-' ? 0x2212 : scalar + 0xFEE0;
	return scalar == 0xFF0D ? 0x2212 : scalar == 0xFF5E ? 0x301C : scalar;
}

/* The two bytes, or false when the set has no such character. */
static bool find_code(iconv_t to_euc, uint32_t scalar, uint8_t code[2])
{
	char in[4] = {(char)(scalar >> 24), (char)(scalar >> 16), (char)(scalar >> 8), (char)scalar};
	char out[4], *from = in, *to = out;
	size_t n_in = sizeof(in), n_out = sizeof(out);

	if (iconv(to_euc, &from, &n_in, &to, &n_out) == (size_t)-1 || n_out != sizeof(out) - 2 || (uint8_t)out[0] < EUC_FIRST)
		return false;
	code[0] = (uint8_t)out[0] - EUC_HIGH;
	code[1] = (uint8_t)out[1] - EUC_HIGH;
	return true;
}

static unsigned gaiji_code(struct licence_gaiji *gaiji, const char *character, size_t n_bytes)
{
	size_t i = 0;

	if (n_bytes >= sizeof(gaiji->characters[0]))
		return LICENCE_MISSING_CODE;
	while (i < gaiji->n && (strlen(gaiji->characters[i]) != n_bytes || memcmp(gaiji->characters[i], character, n_bytes) != 0))
		i++;
	if (i == LICENCE_GAIJI_MAX)
		return LICENCE_MISSING_CODE;
	if (i == gaiji->n) {
		memcpy(gaiji->characters[gaiji->n++], character, n_bytes);
		gaiji->characters[i][n_bytes] = '\0';
	}
	return (unsigned)(LICENCE_GAIJI_CODE + i);
}

static void add_characters(struct build *to, iconv_t to_euc, const char *text, struct licence_gaiji *gaiji)
{
	while (*text) {
		const char *from = text, *ahead;
		uint32_t scalar = utf8_next(&text);
		uint8_t code[2];
		bool is_variant = false;

		for (ahead = text; *ahead && is_selector(utf8_next(&ahead)); is_variant = true)
			text = ahead;
		if (is_variant || !find_code(to_euc, fold(scalar), code)) {
			unsigned own = gaiji_code(gaiji, from, (size_t)(text - from));

			code[0] = (uint8_t)(own >> 8);
			code[1] = (uint8_t)own;
		}
		build_bytes(to, code, sizeof(code));
	}
}

void licence_text(struct build *to, uint32_t tag, const char *text, struct licence_gaiji *gaiji)
{
	CLEANUP(build_release) struct build value = BUILD_INIT;
	iconv_t to_euc = iconv_open("EUC-JP", "UTF-32BE");

	if (to_euc == (iconv_t)-1) {
		value.r = fault_raise(-EIO);
	} else {
		add_characters(&value, to_euc, text, gaiji);
		iconv_close(to_euc);
	}
	build_template(to, tag, &value);
}

void licence_date(struct build *to, uint32_t tag, const char *date)
{
	char iso[11], text[24];
	struct date parsed;
	int year = 0;
	enum era era = ERA_NONE;

	snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2s", date, date + (date[0] ? 4 : 0), date + (date[0] ? 6 : 0));
	if (date[0] && !date_parse(iso, &parsed))
		era = era_of(&parsed, &year);
	if (date[0])
		snprintf(text, sizeof(text), "%d%02d%.4s", era, year % 100, date + 4);
	build_object(to, tag, text, date[0] ? 7 : 0);
}
