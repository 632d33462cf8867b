#pragma once
/* SPDX-License-Identifier: MIT
 * Profile: what the session must know of one kind of card: where its record lies, what opens it and how it is
 * read. A further kind of card is a further file and one line in profile.c; the session does not change. */
#include <stdint.h>
#include "shared/base/cleanup.h"
#include "shared/model/person.h"

struct card_profile {
	const char *kind;            /* the contract's word */
	const char *about;
	uint8_t aid[16];             /* application that holds the record */
	uint8_t n_aid;
	uint8_t pin_reference;       /* P2 of VERIFY: 0x80 | short file identifier */
	uint8_t n_pin_digits;
	uint8_t record_sfi;          /* short file identifier of the record's EF */
	uint32_t record_tag;         /* its outermost tag: anything else is no record of this kind */
	/** 0, -EBADMSG when the bytes are no such record, -ENOMEM. @ret_person untouched on failure. */
	int (*parse)(const uint8_t *record, size_t n_record, struct person *ret_person);
};

/** Profiles in the order in which `auto` tries them; ends with NULL. */
extern const struct card_profile *const card_profiles[];
/** profile_find() - by kind; NULL for other words. */
const struct card_profile *profile_find(const char *kind);

extern const struct card_profile profile_my_number;

/** Application and PIN objects of the public-key service on a My Number card, whose counters are shown too. */
extern const uint8_t profile_jpki_aid[10];
#define PROFILE_JPKI_AUTH_PIN_EF 0x0018
#define PROFILE_JPKI_SIGN_PIN_EF 0x001B
/** References of 照合番号A and B in the text application. */
#define PROFILE_TEXT_A_REFERENCE 0x94
#define PROFILE_TEXT_B_REFERENCE 0x95
