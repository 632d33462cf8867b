/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "cardreader/session/outcome.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

static const struct {
	const char *word;
	int exit;
} outcomes[] = {
	[CARD_OK] = {"ok", 0},
	[CARD_NO_READER] = {"no-reader", 10},
	[CARD_NO_CARD] = {"no-card", 11},
	[CARD_REMOVED] = {"card-removed", 12},
	[CARD_UNSUPPORTED] = {"card-unsupported", 13},
	[CARD_MALFORMED] = {"card-malformed", 14},
	[CARD_SERVICE_UNAVAILABLE] = {"service-unavailable", 15},
	[CARD_PIN_INCORRECT] = {"pin-incorrect", 20},
	[CARD_PIN_BLOCKED] = {"pin-blocked", 21},
	[CARD_LAST_TRY] = {"last-try", 22},
	[CARD_PIN_MALFORMED] = {"pin-malformed", 23},
	[CARD_NOT_GENUINE] = {"not-genuine", 30},
	[CARD_NOT_PERMITTED] = {"not-permitted", 31},
};

static const char *const presences[] = {
	[CARD_PRESENCE_NO_SERVICE] = "no-service",
	[CARD_PRESENCE_NO_READER] = "no-reader",
	[CARD_PRESENCE_ABSENT] = "absent",
	[CARD_PRESENCE_PRESENT] = "present",
};

const char *card_outcome_word(enum card_outcome outcome)
{
	return outcomes[outcome].word;
}

int card_outcome_exit(enum card_outcome outcome)
{
	return outcomes[outcome].exit;
}

int card_outcome_parse(const char *word, enum card_outcome *ret_outcome)
{
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(*outcomes); i++)
		if (strcmp(outcomes[i].word, word) == 0) {
			*ret_outcome = (enum card_outcome)i;
			return 0;
		}
	return fault_raise(-EBADMSG);
}

const char *card_presence_word(enum card_presence presence)
{
	return presences[presence];
}

int card_presence_parse(const char *word, enum card_presence *ret_presence)
{
	for (size_t i = 0; i < sizeof(presences) / sizeof(*presences); i++)
		if (strcmp(presences[i], word) == 0) {
			*ret_presence = (enum card_presence)i;
			return 0;
		}
	return fault_raise(-EBADMSG);
}
