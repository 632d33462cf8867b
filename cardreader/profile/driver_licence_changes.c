/* SPDX-License-Identifier: MIT
 * EF 0001 stays as it was at issue; whoever moves or marries gets an entry in EF 0004, so that both must be read before
 * an address may be called the present one. An entry is: one byte for the year of JIS X 0208, the date as seven
 * full-width digits, the text, and the public safety commission in five characters (...公委). What does not look so is
 * no entry: a wrong cut would shorten an address unseen. Sources of that layout, which agree: the readers of Matsusaka
 * city (DriverLisenceConstants.java) and of Watanabe Toshinori (TLVRecord+DriverLicense.swift). */
#include <errno.h>
#include <string.h>

#include "cardreader/profile/driver_licence.h"
#include "cardreader/profile/driver_licence_fields.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define DATE_DIGITS 7
#define ENTRY_TEXT 15       /* behind year and date */
#define ENTRY_COMMISSION 10 /* at the end */

/* Eight slots each. */
enum tag {
	TAG_NEW_NAME = 0x60, TAG_NEW_KANA = 0x68, TAG_NEW_ADDRESS = 0x70,
	TAG_NEW_CONDITION = 0x78, TAG_CONDITION_LIFTED = 0x80, TAG_REMARK = 0x88,
};

struct entry {
	const uint8_t *text;   /* NULL: none yet */
	size_t n_text;
	char date[11];
};

static int parse_entry(const struct tlv *tlv, struct entry *ret_entry)
{
	static const uint8_t public[2] = {0x38, 0x78}; /* 公, in every commission's name */
	uint8_t digits[DATE_DIGITS];
	struct entry entry = {0};
	const uint8_t *commission;
	bool is_named = false;

	if (tlv->length < ENTRY_TEXT + 2 + ENTRY_COMMISSION)
		return fault_raise(-EBADMSG);
	for (int i = 0; i < DATE_DIGITS; i++) {
		if (tlv->value[1 + 2 * i] != 0x23)
			return fault_raise(-EBADMSG);
		digits[i] = tlv->value[2 + 2 * i];
	}
	commission = tlv->value + tlv->length - ENTRY_COMMISSION;
	for (int i = 0; i < ENTRY_COMMISSION; i += 2)
		is_named |= memcmp(commission + i, public, 2) == 0;
	if (!is_named || licence_parse_date(digits, sizeof(digits), entry.date) < 0 || strncmp(entry.date, "0000", 4) == 0)
		return fault_raise(-EBADMSG);
	entry.text = tlv->value + ENTRY_TEXT;
	entry.n_text = tlv->length - ENTRY_TEXT - ENTRY_COMMISSION;
	*ret_entry = entry;
	return 0;
}

struct changes {
	struct entry name, kana, address;
	struct card_licence licence; /* conditions, with those added */
};

/* Of entries of one day the later slot counts. */
static void keep_newest(struct entry *newest, const struct entry *entry)
{
	if (!newest->text || strcmp(entry->date, newest->date) >= 0)
		*newest = *entry;
}

static int take_change(struct jisx0208 *converter, struct changes *changes, const struct tlv *tlv)
{
	struct entry entry;

	if (!tlv->length || tlv->tag < TAG_NEW_NAME || tlv->tag >= TAG_REMARK)
		return 0;
	if (parse_entry(tlv, &entry) < 0)
		return fault_raise(-EBADMSG);
	if (tlv->tag < TAG_NEW_KANA)
		keep_newest(&changes->name, &entry);
	else if (tlv->tag < TAG_NEW_ADDRESS)
		keep_newest(&changes->kana, &entry);
	else if (tlv->tag < TAG_NEW_CONDITION)
		keep_newest(&changes->address, &entry);
	else
		return licence_add_condition(converter, &changes->licence,
					     tlv->tag < TAG_CONDITION_LIFTED ? "" : "解除: ", entry.text, entry.n_text);
	return 0;
}

static bool is_of_the_new_name(const struct changes *changes)
{
	return !changes->name.text || strcmp(changes->kana.date, changes->name.date) >= 0;
}

/* A new name makes the old reading nobody's. */
static int set_changed(struct jisx0208 *converter, const struct changes *changes, struct person *person)
{
	int r = 0;

	if (changes->name.text) {
		r = licence_set_text(converter, &person->name, changes->name.text, changes->name.n_text);
		value_release(&person->kana);
	}
	if (!r && changes->kana.text && is_of_the_new_name(changes))
		r = licence_set_kana(converter, &person->kana, changes->kana.text, changes->kana.n_text);
	if (!r && changes->address.text)
		r = licence_set_text(converter, &person->address, changes->address.text, changes->address.n_text);
	return r;
}

/* A file cut short may hide the newest entry. */
static bool is_whole(const struct tlv_walk *walk, size_t n_bytes)
{
	return walk->n_left || n_bytes == LICENCE_CHANGES_BYTES;
}

static void release_changes(struct changes *changes)
{
	explicit_bzero(changes, sizeof(*changes));
}

int driver_licence_parse_changes(const uint8_t *bytes, size_t n_bytes, struct person *person,
				 struct card_licence *licence)
{
	CLEANUP(jisx0208_closep) struct jisx0208 *converter = NULL;
	CLEANUP(person_release) struct person changed = {0};
	CLEANUP(release_changes) struct changes changes = {.licence = *licence};
	struct tlv_walk walk = {bytes, n_bytes};
	struct tlv tlv;
	int r = jisx0208_open(&converter);

	while (!r && (r = licence_next(&walk, &tlv)) == TLV_OBJECT)
		r = take_change(converter, &changes, &tlv);
	if (r == TLV_END)
		r = is_whole(&walk, n_bytes) ? person_copy(person, &changed) : -EBADMSG;
	if (!r)
		r = set_changed(converter, &changes, &changed);
	if (r < 0)
		return licence_fault(r);
	person_release(person);
	*person = changed;
	changed = (struct person){0};
	*licence = changes.licence;
	return 0;
}
