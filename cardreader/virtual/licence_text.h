#pragma once
/* SPDX-License-Identifier: MIT
 * Licence text: what a driver's licence writes its texts and dates in: JIS X 0208 two-byte codes without escape or
 * high bit, characters of one's own (外字) as FFF1 to FFF7, dates as a digit for the era and YYMMDD.
 * Source: 運転免許証及び運転免許証作成システム等仕様書, 警察庁. */
#include "cardreader/virtual/build.h"

#define LICENCE_GAIJI_MAX 7
#define LICENCE_GAIJI_CODE 0xFFF1 /* of the first */
#define LICENCE_MISSING_CODE 0xFFFA /* 欠字: neither in the set nor among the seven */

/** Characters the set lacks, in the order met; each with its variation selector. */
struct licence_gaiji {
	char characters[LICENCE_GAIJI_MAX][16];
	size_t n;
};

/** licence_text() - object @tag with the text; new characters join @gaiji. Half-width ASCII becomes full-width. */
void licence_text(struct build *to, uint32_t tag, const char *text, struct licence_gaiji *gaiji);
/** licence_date() - object @tag with 7 ASCII digits; YYYYMMDD "" gives an empty object. */
void licence_date(struct build *to, uint32_t tag, const char *date);
