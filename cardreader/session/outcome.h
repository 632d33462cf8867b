#pragma once
/* SPDX-License-Identifier: MIT
 * Outcome: the words between the client and its helper; the outcome words are the contract's (§3). */
#include "cardreader/card.h"

/* 0, or -EBADMSG for another word */
MUST_USE int card_outcome_parse(const char *word, enum card_outcome *ret_outcome);
const char *card_presence_word(enum card_presence presence);
MUST_USE int card_presence_parse(const char *word, enum card_presence *ret_presence);
