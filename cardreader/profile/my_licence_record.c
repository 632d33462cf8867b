/* SPDX-License-Identifier: MIT
 * EF 001B of マイナ免許証: the licence without its holder, since the card is the holder's already. Tags run from C2 on,
 * one byte up to FF, which is an object here, and two bytes behind it; the file's size of 5845 bytes counts them so.
 * Source of the tags: 仕様書 version 010, as tabled in masanork/tobari, packages/civ/docs/jpdlmnc.md. */
#include <errno.h>
#include <string.h>

#include "cardreader/profile/driver_licence_fields.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define LAST_OF_ONE_BYTE 0xFF
#define FIRST_OF_TWO_BYTES 0x01
#define HELD 0x01

enum tag {
	TAG_COLOUR = 0xC4, TAG_EXPIRES = 0xC5, TAG_CONDITION = 0xC6, TAG_CONDITION_LAST = 0xC9,
	TAG_MORE_CONDITIONS = 0xCC, TAG_MORE_CONDITIONS_LAST = 0xD3, TAG_NUMBER = 0xE7, TAG_CATEGORY = 0xEC,
	TAG_CATEGORY_LAST = 0xFA,
	TAG_PHOTO_SECOND_BYTE = 0x07,
};

static bool is_condition(uint32_t tag)
{
	return (tag >= TAG_CONDITION && tag <= TAG_CONDITION_LAST) ||
	       (tag >= TAG_MORE_CONDITIONS && tag <= TAG_MORE_CONDITIONS_LAST);
}

static int take(struct jisx0208 *converter, struct my_licence_record *record, const struct tlv *tlv)
{
	struct card_licence *licence = &record->licence;

	if (!tlv->length)
		return 0;
	if (is_condition(tlv->tag))
		return licence_add_condition(converter, licence, "", tlv->value, tlv->length);
	if (tlv->tag >= TAG_CATEGORY && tlv->tag <= TAG_CATEGORY_LAST) {
		if (tlv->value[0] == HELD)
			licence->categories |= 1U << (tlv->tag - TAG_CATEGORY);
		return 0;
	}
	switch (tlv->tag) {
	case TAG_COLOUR:
		return jisx0208_text(converter, tlv->value, tlv->length, licence->colour, sizeof(licence->colour));
	case TAG_EXPIRES:
		return licence_set_expires(record->expires, tlv);
	case TAG_NUMBER:
		return licence_set_number(licence->number, tlv);
	default:
		return 0;
	}
}

static bool is_jpeg2000(const struct tlv *tlv)
{
	static const uint8_t codestream[] = {0xFF, 0x4F, 0xFF, 0x51}, file[] = {0, 0, 0, 12, 'j', 'P'};

	return (tlv->length > sizeof(codestream) && !memcmp(tlv->value, codestream, sizeof(codestream))) ||
	       (tlv->length > sizeof(file) && !memcmp(tlv->value, file, sizeof(file)));
}

/* What cannot be followed here costs the picture, not the reading. */
static void take_photo(struct my_licence_record *record, struct tlv_walk walk)
{
	struct tlv tlv;

	if (walk.n_left < 2 || walk.bytes[0] != LAST_OF_ONE_BYTE || walk.bytes[1] > walk.n_left - 2)
		return;
	walk.n_left -= 2U + walk.bytes[1];
	walk.bytes += 2U + walk.bytes[1];
	while (walk.n_left && walk.bytes[0] == FIRST_OF_TWO_BYTES) {
		walk.bytes++;
		walk.n_left--;
		if (licence_next(&walk, &tlv) != TLV_OBJECT)
			return;
		if (tlv.tag == TAG_PHOTO_SECOND_BYTE && is_jpeg2000(&tlv)) {
			record->photo = tlv.value;
			record->n_photo = tlv.length;
		}
	}
}

static void release(struct my_licence_record *record)
{
	explicit_bzero(record, sizeof(*record));
}

int my_licence_parse(const uint8_t *bytes, size_t n_bytes, struct my_licence_record *ret_record)
{
	CLEANUP(jisx0208_closep) struct jisx0208 *converter = NULL;
	CLEANUP(release) struct my_licence_record record = {0};
	struct tlv_walk walk = {bytes, n_bytes};
	struct tlv tlv;
	int r = jisx0208_open(&converter);

	while (!r && (r = licence_next(&walk, &tlv)) == TLV_OBJECT)
		r = take(converter, &record, &tlv);
	if (r < 0)
		return licence_fault(r);
	if (!*record.licence.number)
		return fault_raise(-EBADMSG);
	take_photo(&record, walk);
	*ret_record = record;
	return 0;
}
