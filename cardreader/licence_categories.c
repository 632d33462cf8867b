/* SPDX-License-Identifier: MIT
 * Names of the categories of a licence, in the order of tags 25-33 of the card: both cardd, which sets their bits, and
 * whoever shows them need the list. */
#include <stddef.h>

#include "cardreader/card.h"
#include "shared/base/banned.h"

const char *const card_licence_categories[] = {"大型", "普通", "大特", "大自二", "普自二", "小特", "原付", "け引", "大二",
					       "普二", "大特二", "け引二", "中型", "中二", "準中型", NULL};
