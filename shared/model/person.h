#pragma once
/* SPDX-License-Identifier: MIT
 * Person: what is known of the resident for one visit, each value with where it came from and whether it
 * was proved genuine. Wiped by release. JSON form: contract §5 (person.json). */
#include <jansson.h>
#include <stdbool.h>
#include "shared/base/cleanup.h"

enum value_source { VALUE_CARD, VALUE_SCAN, VALUE_TYPED, VALUE_DEFAULT, VALUE_STAFF };
enum value_proof { PROOF_NOT_CHECKED, PROOF_VERIFIED, PROOF_FAILED };

/** text is malloc'd UTF-8, validated, never normalised; NULL: unknown. */
struct value {
	char *text;
	enum value_source source;
	enum value_proof proof;  /* PROOF_FAILED: the card could not prove itself, and nothing else */
	bool is_disputed;        /* the resident says this is wrong; proof stays what it was */
};

/** value_set() - replaces the text by a copy of at most VALUE_BYTES_MAX bytes of clean UTF-8 (the old one is
 *  wiped); what is set anew is not disputed. 0, -EINVAL for other bytes, -ENOSPC, -ENOMEM; unchanged on failure. */
MUST_USE int value_set(struct value *value, const char *text, enum value_source source, enum value_proof proof);
void value_release(struct value *value);

/* words of the contract: card scan typed default staff · verified failed not-checked; parse gives -EINVAL */
const char *value_source_word(enum value_source source);
MUST_USE int value_source_parse(const char *word, enum value_source *ret_source);
const char *value_proof_word(enum value_proof proof);
MUST_USE int value_proof_parse(const char *word, enum value_proof *ret_proof);

#define PERSON_VALUES(X) X(name) X(kana) X(address) X(postal_code) X(birth_date) X(sex)

/** birth_date is ISO with unknown parts as 00; sex is male, female, other or unknown (JIS X 0303 1, 2, 9, 0). */
struct person {
#define X(v) struct value v;
	PERSON_VALUES(X)
#undef X
};

/** person_release() - wipes and frees every value; a zeroed person is fine. */
void person_release(struct person *person);
DEFINE_CLEANUP(struct person *, person_release)
/** person_copy() - deep copy into a zeroed person; 0 or -ENOMEM and then nothing is left behind. */
MUST_USE int person_copy(const struct person *from, struct person *ret_person);
/** person_find() - the value called "person.name" …; NULL for other names. */
const struct value *person_find(const struct person *person, const char *from);
/** person_encode() - contract's person.json: {"name":{"value"…}}: each value {"value","source","proof"}. NULL: no memory. */
json_t *person_encode(const struct person *person);
/** person_decode() - accepts that, and plain strings (source typed, proof not-checked). -EBADMSG when malformed. */
MUST_USE int person_decode(const json_t *json, struct person *ret_person);
