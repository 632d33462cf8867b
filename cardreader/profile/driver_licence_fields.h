#pragma once
/* SPDX-License-Identifier: MIT
 * Fields of a licence's files, for the files of this profile only. Each call gives 0 or a negative errno. */
#include "cardreader/profile/driver_licence.h"
#include "cardreader/profile/jisx0208.h"

#define LICENCE_CONDITION_BYTES sizeof(((struct card_licence *)NULL)->conditions[0])
#define LICENCE_CONDITIONS (sizeof(((struct card_licence *)NULL)->conditions) / LICENCE_CONDITION_BYTES)

/** licence_fault() - what a parser gives for @r: -ENOMEM and -ENOSYS are not the card's fault, all else is -EBADMSG. */
int licence_fault(int r);
MUST_USE int licence_set_text(struct jisx0208 *converter, struct value *value, const uint8_t *codes, size_t n_codes);
/** licence_set_kana() - leaves @value empty when it is no kana: a reading is a convenience. */
MUST_USE int licence_set_kana(struct jisx0208 *converter, struct value *value, const uint8_t *codes, size_t n_codes);
MUST_USE int licence_set_date(struct value *value, const struct tlv *tlv);
MUST_USE int licence_set_number(char out[13], const struct tlv *tlv);
/** licence_set_expires() - leaves @out as it is when the year is 00. */
MUST_USE int licence_set_expires(char out[11], const struct tlv *tlv);
/** licence_add_condition() - into the next free place; without one it is left out. */
MUST_USE int licence_add_condition(struct jisx0208 *converter, struct card_licence *licence, const char *prefix,
				   const uint8_t *codes, size_t n_codes);
