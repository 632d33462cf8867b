#pragma once
/* SPDX-License-Identifier: MIT
 * Words: what a slip says, in Japanese and in the visitor's language. A town may replace any of it by a text of the
 * same id in its configuration ("slip.closing"). */
#include "shared/config/config.h"
#include "printer/print.h"

enum slip_word {
#define SLIP_WORD(id, ja, en) SLIP_WORD_##id,
#include "printer/slip/words_list.h"
#undef SLIP_WORD
	N_SLIP_WORDS
};

/** What may stand in a word as {from} {to} {clock} {copy}. */
struct slip_values {
	int from, to, copy;
	const char *clock;
};

/** slip_words() - the word in @language with its values; malloc'd, NULL: no memory. A language we have no word in
 *  gets English. @values may be NULL. */
char *slip_words(const struct config *config, enum slip_word word, const char *language, const struct slip_values *values);
/** slip_hall() - 見本村役場: the town's name with what its hall is called; malloc'd, NULL: no memory. */
char *slip_hall(const struct config *config);
/** slip_where() - windows that serve the ticket: "1番窓口(1階 右手)"; several joined. "" none; NULL: no memory. */
char *slip_where(const struct slip *slip, const char *language);
