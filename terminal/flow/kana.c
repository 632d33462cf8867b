/* SPDX-License-Identifier: MIT
 * One key cycles a kana through its voiced, half-voiced and small forms, as on Japanese telephones. Source: JIS X 0208
 * rows 4 and 5 order the forms side by side, but not regularly: hence a table. */
#include <stddef.h>
#include <uchar.h>
#include "terminal/flow/parts.h"
#include "shared/base/banned.h"

static const char32_t *const cycles[] = {
	U"あぁ", U"いぃ", U"うぅゔ", U"えぇ", U"おぉ", U"かが", U"きぎ", U"くぐ", U"けげ", U"こご", U"さざ", U"しじ", U"すず",
	U"せぜ", U"そぞ", U"ただ", U"ちぢ", U"つっづ", U"てで", U"とど", U"はばぱ", U"ひびぴ", U"ふぶぷ", U"へべぺ", U"ほぼぽ",
	U"やゃ", U"ゆゅ", U"よょ", U"わゎ",
};

uint32_t kana_marked(uint32_t scalar)
{
	for (size_t i = 0; i < sizeof cycles / sizeof cycles[0]; i++)
		for (const char32_t *at = cycles[i]; *at; at++)
			if (*at == scalar)
				return at[1] ? at[1] : cycles[i][0];
	return scalar;
}
