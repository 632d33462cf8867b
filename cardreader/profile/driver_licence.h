#pragma once
/* SPDX-License-Identifier: MIT
 * Driver's licence (運転免許証, and マイナ免許証 on a My Number card): what its files hold. Plans are in
 * driver_licence.c and my_licence.c. Source: 警察庁「運転免許証及び運転免許証作成システム等仕様書」 versions 008-010. */
#include "cardreader/profile/profile.h"
#include "cardreader/profile/tlv.h"

#define LICENCE_RECORD_BYTES 880         /* DF1/EF 0001 */
#define LICENCE_CHANGES_BYTES 640        /* DF1/EF 0004 */
#define MY_LICENCE_RECORD_BYTES 5845     /* EF 001B of マイナ免許証 */

/** licence_next() - the next data object: tags of one byte even where BER has longer ones (1F, 5F, 7F), lengths of one
 *  byte, 81 hh or 82 hh ll, FF ends the file. TLV_OBJECT, TLV_END, or -EBADMSG. */
MUST_USE int licence_next(struct tlv_walk *walk, struct tlv *ret_tlv);
/** licence_parse_date() - era digit (1 明治 … 5 令和) and YYMMDD in ASCII; year 00: unknown. An era's years may run on beyond
 *  its end (平成33年), as expiry dates printed before 2019 do. @ret_iso: "0000-00-00" when nothing is known. 0, -EBADMSG. */
MUST_USE int licence_parse_date(const uint8_t *digits, size_t n_digits, char ret_iso[11]);

/** driver_licence_parse_common() - MF/EF 2F01 共通データ要素: the last day of validity. 0 or -EBADMSG. */
MUST_USE int driver_licence_parse_common(const uint8_t *record, size_t n_record, char ret_expires[11]);
/** licence_parse_pin_setting() - MF/EF 000A (@tag 05), EF 001A of マイナ免許証 (C1). 0 or -EBADMSG. */
MUST_USE int licence_parse_pin_setting(const uint8_t *record, size_t n_record, uint8_t tag, bool *ret_is_set);

/** What DF1/EF 0001 記載事項(本籍除く) tells. */
struct driver_licence_record {
	struct person person;      /* name, kana, address, birth_date */
	struct card_licence licence;
	char expires[11];
};
/** driver_licence_parse() - 0, -EBADMSG, -ENOMEM, -ENOSYS. @ret_record untouched on failure; its person is the caller's. */
MUST_USE int driver_licence_parse(const uint8_t *record, size_t n_record, struct driver_licence_record *ret_record);
/** driver_licence_parse_changes() - DF1/EF 0004 記載事項変更等: what was written in after issue. The newest name, reading
 *  and address replace @person's, conditions are added to @licence's. 0, or as above with both unchanged: then nobody
 *  knows whether name and address still hold. */
MUST_USE int driver_licence_parse_changes(const uint8_t *record, size_t n_record, struct person *person,
					  struct card_licence *licence);

/** What EF 001B of マイナ免許証 tells: no name, address or birth date. */
struct my_licence_record {
	struct card_licence licence;
	char expires[11];
	const uint8_t *photo;      /* JPEG 2000, borrowed from the file; NULL: none */
	size_t n_photo;
};
/** my_licence_parse() - as driver_licence_parse(). */
MUST_USE int my_licence_parse(const uint8_t *record, size_t n_record, struct my_licence_record *ret_record);
