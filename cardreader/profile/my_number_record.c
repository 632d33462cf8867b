/* SPDX-License-Identifier: MIT
 * My Number card (個人番号カード), 券面事項入力補助AP: the four attributes (基本4情報) in EF 0002. There is no public
 * specification; the record is a template FF20 of private data objects DF21 (file offsets, not needed to read)
 * to DF25. Objects we do not know are skipped, since furigana may join them; filler behind the template is
 * ignored. Text stays byte for byte as the card gives it: a name is a legal fact. */
#include <errno.h>
#include <string.h>

#include "cardreader/profile/my_number.h"
#include "cardreader/profile/tlv.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/jp/era.h"
#include "shared/base/banned.h"

#define TAG_NUMBER 0xFF10
#define NUMBER_DIGITS 12
#define TAG_RECORD 0xFF20
#define TAG_NAME 0xDF22
#define TAG_ADDRESS 0xDF23
#define TAG_BIRTH_DATE 0xDF24
#define TAG_SEX 0xDF25

static int set_text(struct value *value, const struct tlv *tlv)
{
	char text[VALUE_BYTES_MAX + 1];
	int r;

	if (tlv->length > VALUE_BYTES_MAX || memchr(tlv->value, 0, tlv->length))
		return fault_raise(-EBADMSG);
	memcpy(text, tlv->value, tlv->length);
	text[tlv->length] = '\0';
	r = value_set(value, text, VALUE_CARD, PROOF_NOT_CHECKED);
	explicit_bzero(text, sizeof(text));
	return r == -EINVAL ? fault_raise(-EBADMSG) : r;
}

int my_number_date(const uint8_t *d, size_t n, char ret_iso[11])
{
	struct date date;
	char iso[11];

	if (n != 8)
		return fault_raise(-EBADMSG);
	for (size_t i = 0; i < n; i++)
		if (d[i] < '0' || d[i] > '9')
			return fault_raise(-EBADMSG);
	memcpy(iso, (const uint8_t[]){d[0], d[1], d[2], d[3], '-', d[4], d[5], '-', d[6], d[7], '\0'}, sizeof(iso));
	if (date_parse(iso, &date) < 0)
		return fault_raise(-EBADMSG);
	memcpy(ret_iso, iso, sizeof(iso));
	return 0;
}

/* Western; parts the registry does not know (生年月日不詳) are zeros. */
static int set_birth_date(struct value *value, const struct tlv *tlv)
{
	char iso[11];
	int r = my_number_date(tlv->value, tlv->length, iso);

	if (r < 0)
		return fault_pass(r);
	r = value_set(value, iso, VALUE_CARD, PROOF_NOT_CHECKED);
	explicit_bzero(iso, sizeof(iso));
	return r;
}

/* JIS X 0303: 1 男, 2 女, 9 適用不能, 0 不明; any other digit is as good as unknown. */
const char *my_number_sex(uint8_t code)
{
	if (code < '0' || code > '9')
		return NULL;
	return code == '1' ? "male" : code == '2' ? "female" : code == '9' ? "other" : "unknown";
}

static int set_sex(struct value *value, const struct tlv *tlv)
{
	const char *word = tlv->length == 1 ? my_number_sex(tlv->value[0]) : NULL;

	return word ? value_set(value, word, VALUE_CARD, PROOF_NOT_CHECKED) : fault_raise(-EBADMSG);
}

static int set_attribute(struct person *person, const struct tlv *tlv, unsigned *seen)
{
	static const struct {
		uint32_t tag;
		size_t value;
		int (*set)(struct value *value, const struct tlv *tlv);
	} attributes[] = {
		{TAG_NAME, offsetof(struct person, name), set_text},
		{TAG_ADDRESS, offsetof(struct person, address), set_text},
		{TAG_BIRTH_DATE, offsetof(struct person, birth_date), set_birth_date},
		{TAG_SEX, offsetof(struct person, sex), set_sex},
	};

	for (unsigned i = 0; i < sizeof(attributes) / sizeof(*attributes); i++) {
		if (attributes[i].tag != tlv->tag)
			continue;
		if (*seen & 1U << i)
			return fault_raise(-EBADMSG); /* twice: which one is the person? */
		*seen |= 1U << i;
		return attributes[i].set((struct value *)(void *)((char *)person + attributes[i].value), tlv);
	}
	return 0;
}

int my_number_parse(const uint8_t *record, size_t n_record, struct person *ret_person)
{
	CLEANUP(person_release) struct person person = {0};
	struct tlv_walk walk;
	struct tlv tlv;
	unsigned seen = 0;
	int r;

	r = tlv_header(record, n_record, &tlv);
	if (r < 0 || tlv.tag != TAG_RECORD || !tlv.value)
		return fault_raise(-EBADMSG);
	walk = (struct tlv_walk){tlv.value, tlv.length};
	while ((r = tlv_next(&walk, &tlv)) == TLV_OBJECT) {
		r = set_attribute(&person, &tlv, &seen);
		if (r < 0)
			return fault_pass(r);
	}
	if (r < 0)
		return fault_pass(r);
	if (seen != 0xf)
		return fault_raise(-EBADMSG);
	*ret_person = person;
	person = (struct person){0};
	return 0;
}

const uint8_t *my_number_signed_part(const uint8_t *record, size_t n_record, size_t *ret_n)
{
	struct tlv_walk walk;
	struct tlv tlv;

	if (tlv_header(record, n_record, &tlv) < 0 || tlv.tag != TAG_RECORD || !tlv.value)
		return NULL;
	walk = (struct tlv_walk){tlv.value, tlv.length};
	for (struct tlv_walk from = walk; tlv_next(&walk, &tlv) == TLV_OBJECT; from = walk)
		if (tlv.tag == TAG_NAME) {
			*ret_n = from.n_left;
			return from.bytes;
		}
	return NULL;
}

int my_number_parse_number(const uint8_t *record, size_t n_record, const uint8_t **ret_digits)
{
	struct tlv tlv;

	if (tlv_header(record, n_record, &tlv) < 0 || tlv.tag != TAG_NUMBER || !tlv.value || tlv.length != NUMBER_DIGITS)
		return fault_raise(-EBADMSG);
	for (size_t i = 0; i < NUMBER_DIGITS; i++)
		if (tlv.value[i] < '0' || tlv.value[i] > '9')
			return fault_raise(-EBADMSG);
	for (size_t i = tlv.total; i < n_record; i++)
		if (record[i] != 0xFF)
			return fault_raise(-EBADMSG);
	*ret_digits = tlv.value;
	return 0;
}

int my_number_parse_expiry(const uint8_t *record, size_t n_record, char ret_expires[11])
{
	char iso[11];

	/* behind tag, length, serial and municipality */
	if (n_record < 30 || record[0] != 0x01 || record[1] != 0x1C || my_number_date(record + 22, 8, iso) < 0 ||
	    strstr(iso, "-00"))
		return fault_raise(-EBADMSG);
	memcpy(ret_expires, iso, sizeof(iso));
	return 0;
}
