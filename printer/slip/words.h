#pragma once
/* SPDX-License-Identifier: MIT
 * Words: what a slip says, in Japanese and in the visitor's language: the texts slip.* of the configuration. */
#include "shared/config/config.h"
#include "printer/print.h"

/** slip_words() - the text "slip." and @id in @language, without readings, $1 and $2 replaced (NULL: ""); malloc'd, NULL: no
 *  memory. A language nobody translated it to gets English. */
char *slip_words(const struct config *config, const char *id, const char *language, const char *first, const char *second);
/** slip_hall() - 見本村役場: the town's name with what its hall is called; malloc'd, NULL: no memory. */
char *slip_hall(const struct config *config);
/** slip_where() - windows that serve the ticket: "1番窓口(1階 右手)"; several joined. "" none; NULL: no memory. */
char *slip_where(const struct slip *slip, const char *language);
