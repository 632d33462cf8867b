/* SPDX-License-Identifier: MIT
 * The contract's words, and what a secret must look like before any card sees it. */
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

static const char *const kinds[N_CARD_KINDS] = {
	[CARD_KIND_AUTO] = "auto",
	[CARD_MY_NUMBER] = "my-number",
	[CARD_DRIVER_LICENCE] = "driver-licence",
	[CARD_RESIDENCE] = "residence-card",
};

const char *card_kind_word(enum card_kind kind)
{
	return kinds[kind];
}

int card_kind_parse(const char *word, enum card_kind *ret_kind)
{
	for (size_t i = 0; i < N_CARD_KINDS; i++)
		if (strcmp(kinds[i], word) == 0) {
			*ret_kind = (enum card_kind)i;
			return 0;
		}
	return fault_raise(-EINVAL);
}

/* ---- secrets ---- */

static bool is_upper(unsigned char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool is_card_number(const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (i < 2 || i >= 10 ? !is_upper(bytes[i]) : !is_digit(bytes[i]))
			return false;
	return n == 12;
}

static bool is_sign_pin(const unsigned char *bytes, size_t n)
{
	bool has_letter = false, has_digit = false;

	for (size_t i = 0; i < n; i++) {
		if (!is_upper(bytes[i]) && !is_digit(bytes[i]))
			return false;
		has_letter |= is_upper(bytes[i]);
		has_digit |= is_digit(bytes[i]);
	}
	return n >= 6 && n <= 16 && has_letter && has_digit;
}

/* A month 13, a day 32 or a year of another century can only be a slip: it should not cost one of the tries. The year of
 * birth is not judged, since cards of foreign nationals may count it the western way; 00 stands for what is not known. */
static bool is_plausible_b(const unsigned char *digits)
{
	int month = 10 * (digits[2] - '0') + digits[3] - '0';
	int day = 10 * (digits[4] - '0') + digits[5] - '0';

	return month <= 12 && day <= 31 && digits[6] == '2' && digits[7] == '0';
}

bool card_secret_is_wellformed(enum card_auth auth, const struct secret *secret)
{
	if (auth == CARD_AUTH_NONE)
		return !secret || secret_length(secret) == 0;
	if (!secret)
		return false;
	switch (auth) {
	case CARD_AUTH_PIN:
		return secret_is_digits(secret, 4);
	case CARD_AUTH_B:
		return secret_is_digits(secret, 14) && is_plausible_b(secret_bytes(secret));
	case CARD_AUTH_A:
		return secret_is_digits(secret, 12);
	case CARD_AUTH_CARD_NUMBER:
		return is_card_number(secret_bytes(secret), secret_length(secret));
	case CARD_AUTH_SIGN_PIN:
		return is_sign_pin(secret_bytes(secret), secret_length(secret));
	case CARD_AUTH_NONE:
		break;
	}
	return false;
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
