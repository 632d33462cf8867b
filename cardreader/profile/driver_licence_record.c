/* SPDX-License-Identifier: MIT
 * EF 2F01 tells the validity to everybody, DF1/EF 0001 the person to whoever has the PIN. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cardreader/profile/driver_licence.h"
#include "cardreader/profile/driver_licence_fields.h"
#include "shared/base/fault.h"
#include "shared/jp/era.h"
#include "shared/base/banned.h"

enum tag {
	TAG_NAME = 0x12, TAG_KANA = 0x13, TAG_ALL_NAMES_KANA = 0x15, TAG_BIRTH_DATE = 0x16, TAG_ADDRESS = 0x17,
	TAG_COLOUR = 0x1A, TAG_EXPIRES = 0x1B, TAG_CONDITION = 0x1C, TAG_NUMBER = 0x21, TAG_CATEGORY = 0x25,
	TAG_CATEGORY_LAST = 0x33, TAG_COMMON = 0x45,
};

/* Packed decimal, western. */
int driver_licence_parse_common(const uint8_t *record, size_t n_record, char ret_expires[11])
{
	struct tlv_walk walk = {record, n_record};
	struct tlv tlv;
	struct date date;
	char iso[11];
	const uint8_t *d;

	if (licence_next(&walk, &tlv) != TLV_OBJECT || tlv.tag != TAG_COMMON || tlv.length != 11)
		return fault_raise(-EBADMSG);
	d = tlv.value + 7; /* behind the version in three letters and the day of issue */
	for (int i = 0; i < 4; i++)
		if ((d[i] & 0xf) > 9 || d[i] >> 4 > 9)
			return fault_raise(-EBADMSG);
	snprintf(iso, sizeof(iso), "%02x%02x-%02x-%02x", d[0], d[1], d[2], d[3]);
	if (date_parse(iso, &date) < 0 || !date.year || !date.month || !date.day)
		return fault_raise(-EBADMSG);
	memcpy(ret_expires, iso, sizeof(iso));
	return 0;
}

static int take_category(struct card_licence *licence, const struct tlv *tlv)
{
	char iso[11];

	if (licence_parse_date(tlv->value, tlv->length, iso) < 0)
		return fault_raise(-EBADMSG);
	if (strncmp(iso, "0000", 4) != 0)
		licence->categories |= 1U << (tlv->tag - TAG_CATEGORY);
	return 0;
}

static int take(struct jisx0208 *converter, struct driver_licence_record *record, const struct tlv *tlv)
{
	struct person *person = &record->person;

	if (!tlv->length)
		return 0;
	if (tlv->tag >= TAG_CATEGORY && tlv->tag <= TAG_CATEGORY_LAST)
		return take_category(&record->licence, tlv);
	if (tlv->tag >= TAG_CONDITION && tlv->tag < TAG_CONDITION + LICENCE_CONDITIONS)
		return licence_add_condition(converter, &record->licence, "", tlv->value, tlv->length);
	switch (tlv->tag) {
	case TAG_NAME:
		return licence_set_text(converter, &person->name, tlv->value, tlv->length);
	case TAG_KANA:
		return licence_set_kana(converter, &person->kana, tlv->value, tlv->length);
	case TAG_ALL_NAMES_KANA:
		return person->kana.text ? 0 : licence_set_kana(converter, &person->kana, tlv->value, tlv->length);
	case TAG_BIRTH_DATE:
		return licence_set_date(&person->birth_date, tlv);
	case TAG_ADDRESS:
		return licence_set_text(converter, &person->address, tlv->value, tlv->length);
	case TAG_COLOUR:
		return jisx0208_text(converter, tlv->value, tlv->length, record->licence.colour,
				     sizeof(record->licence.colour));
	case TAG_EXPIRES:
		return licence_set_expires(record->expires, tlv);
	case TAG_NUMBER:
		return licence_set_number(record->licence.number, tlv);
	default: /* 通称名 is no name before the law; the rest is nothing a form asks for */
		return 0;
	}
}

static void release_record(struct driver_licence_record *record)
{
	person_release(&record->person);
	explicit_bzero(record, sizeof(*record));
}

int driver_licence_parse(const uint8_t *bytes, size_t n_bytes, struct driver_licence_record *ret_record)
{
	CLEANUP(jisx0208_closep) struct jisx0208 *converter = NULL;
	CLEANUP(release_record) struct driver_licence_record record = {0};
	struct tlv_walk walk = {bytes, n_bytes};
	struct tlv tlv;
	uint8_t seen[256 / 8] = {0};
	int r = jisx0208_open(&converter);

	while (!r && (r = licence_next(&walk, &tlv)) == TLV_OBJECT) {
		if (seen[tlv.tag / 8] & 1U << tlv.tag % 8)
			return fault_raise(-EBADMSG); /* twice: which one is the person? */
		seen[tlv.tag / 8] |= (uint8_t)(1U << tlv.tag % 8);
		r = take(converter, &record, &tlv);
	}
	if (r < 0)
		return licence_fault(r);
	if (!record.person.name.text || !record.person.birth_date.text || !record.person.address.text)
		return fault_raise(-EBADMSG);
	*ret_record = record;
	record.person = (struct person){0};
	return 0;
}
