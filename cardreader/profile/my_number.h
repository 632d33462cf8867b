#pragma once
/* SPDX-License-Identifier: MIT
 * My Number card (個人番号カード): what its parts share. Records are what the applications' files hold; plans are in
 * my_number.c. There is no public specification. */
#include "cardreader/profile/profile.h"

/** my_number_parse() - EF 0002 of 券面事項入力補助AP (基本4情報). 0, -EBADMSG when the bytes are no such record, -ENOMEM.
 *  @ret_person untouched on failure. */
MUST_USE int my_number_parse(const uint8_t *record, size_t n_record, struct person *ret_person);
/** my_number_parse_number() - EF 0001 (個人番号): FF10, 12 digits, filler FF. Sets @ret_digits to the digits inside @record.
 *  0 or -EBADMSG. The check digit is not judged: what the card says is the number. */
MUST_USE int my_number_parse_number(const uint8_t *record, size_t n_record, const uint8_t **ret_digits);
/** my_number_parse_expiry() - record of 共通カードAP: 01 1C, serial 15, municipality 5, 有効期限 YYYYMMDD. Writes the ISO
 *  date. 0 or -EBADMSG. */
MUST_USE int my_number_parse_expiry(const uint8_t *record, size_t n_record, char ret_expires[11]);
