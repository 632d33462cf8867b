#pragma once
/* SPDX-License-Identifier: MIT
 * Presence: folds what readers report into what a counter needs to know: is there a card, and is it still the
 * same one. A card taken away and another put down between two looks shows only in the reader's event counter;
 * it is told as ABSENT, then PRESENT with a new insertion number. Pure. */
#include <stdbool.h>
#include <stdint.h>
#include "cardreader/card.h"
#include "cardreader/driver/driver.h"

struct presence {
	bool was_told;                       /* anything at all yet */
	enum card_presence now;
	int64_t insertion;                   /* changes with every insertion; 0: none yet */
	char reader[DRIVER_READER_NAME_MAX]; /* where the card is */
	uint32_t event_count;                /* that reader's, when the card was seen */
};

struct presence_changes {
	size_t n;
	enum card_presence at[2];
};

/** presence_fold() - @wanted: the only reader to look at, NULL for the first that has a card. */
struct presence_changes presence_fold(struct presence *presence, const struct driver_readers *readers, const char *wanted);
