#pragma once
/* SPDX-License-Identifier: MIT
 * Texts of a merged tree: languages, readings, ruby, what is put into them, and whether translations are of these words. */
#include "shared/config/schema/check.h"

struct text_check {
	struct loading *loading;
	const struct tree *languages; /* those the screen offers: a list, or NULL */
	uint32_t mark;                /* of these languages: text_check_mark() */
};

/** text_check_mark() - a hash of @languages, never 0: texts that many towns share are looked at once for each. */
uint32_t text_check_mark(const struct tree *languages);
/** check_one_text() - @name: how messages call it. @is_spoken: residents read or hear it, so that it needs every language
 *  and a reading; what only staff see needs neither. */
void check_one_text(const struct text_check *check, const struct tree *text, const char *name, bool is_spoken);
/** check_text_names() - names under texts that only layers above the weakest one use. */
void check_text_names(struct loading *loading, const struct tree *root);
