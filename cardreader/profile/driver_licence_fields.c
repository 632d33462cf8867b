/* SPDX-License-Identifier: MIT
 * What the files of a licence have in common: data objects, era dates, text in JIS X 0208. */
#include <errno.h>
#include <string.h>

#include "cardreader/profile/driver_licence_fields.h"
#include "shared/base/fault.h"
#include "shared/base/utf8.h"
#include "shared/jp/era.h"
#include "shared/base/banned.h"

#define END_OF_FILE 0xFF
#define DATE_DIGITS 7
#define NUMBER_DIGITS 12
#define TEXT_BYTES_MAX 2048 /* the whole of EF 0001 as text is shorter */

int licence_next(struct tlv_walk *walk, struct tlv *ret_tlv)
{
	size_t n_header = 2, length;

	if (!walk->n_left || walk->bytes[0] == END_OF_FILE)
		return TLV_END;
	if (walk->n_left < 2)
		return fault_raise(-EBADMSG);
	length = walk->bytes[1];
	if (length >= 0x80) {
		if (length != 0x81 && length != 0x82)
			return fault_raise(-EBADMSG);
		n_header += length & 0xf;
		if (walk->n_left < n_header)
			return fault_raise(-EBADMSG);
		length = n_header == 3 ? walk->bytes[2] : (size_t)walk->bytes[2] << 8 | walk->bytes[3];
	}
	if (walk->n_left - n_header < length)
		return fault_raise(-EBADMSG);
	*ret_tlv = (struct tlv){walk->bytes[0], walk->bytes + n_header, length, n_header + length};
	walk->bytes += ret_tlv->total;
	walk->n_left -= ret_tlv->total;
	return TLV_OBJECT;
}

/* ---- dates ---- */

static int two(const uint8_t *digits)
{
	return (digits[0] - '0') * 10 + digits[1] - '0';
}

int licence_parse_date(const uint8_t *digits, size_t n_digits, char ret_iso[11])
{
	static const int year_zero[] = {[1] = 1867, [2] = 1911, [3] = 1925, [4] = 1988, [5] = 2018};
	struct date date, checked;
	char iso[11];

	if (n_digits != DATE_DIGITS)
		return fault_raise(-EBADMSG);
	for (size_t i = 0; i < DATE_DIGITS; i++)
		if (digits[i] < '0' || digits[i] > '9')
			return fault_raise(-EBADMSG);
	date = (struct date){two(digits + 1), two(digits + 3), two(digits + 5)};
	if (date.year && (digits[0] < '1' || digits[0] > '5'))
		return fault_raise(-EBADMSG);
	if (date.year)
		date.year += year_zero[digits[0] - '0'];
	if (date_parse(date_format(&date, iso), &checked) < 0)
		return fault_raise(-EBADMSG);
	memcpy(ret_iso, iso, sizeof(iso));
	return 0;
}

int licence_parse_pin_setting(const uint8_t *record, size_t n_record, uint8_t tag, bool *ret_is_set)
{
	if (n_record < 3 || record[0] != tag || record[1] != 1 || record[2] > 1)
		return fault_raise(-EBADMSG);
	*ret_is_set = record[2] == 1;
	return 0;
}

/* ---- values ---- */

int licence_fault(int r)
{
	return r == -ENOMEM || r == -ENOSYS ? fault_pass(r) : fault_raise(-EBADMSG);
}

int licence_set_text(struct jisx0208 *converter, struct value *value, const uint8_t *codes, size_t n_codes)
{
	char text[TEXT_BYTES_MAX];
	int r = jisx0208_text(converter, codes, n_codes, text, sizeof(text));

	if (!r)
		r = value_set(value, text, VALUE_CARD, PROOF_NOT_CHECKED);
	explicit_bzero(text, sizeof(text));
	return r;
}

static bool is_kana(const char *text)
{
	for (uint32_t c; (c = utf8_next(&text)) != 0;)
		if (!(c >= 0x3041 && c <= 0x30FF) && c != 0x3000)
			return false;
	return true;
}

int licence_set_kana(struct jisx0208 *converter, struct value *value, const uint8_t *codes, size_t n_codes)
{
	int r = licence_set_text(converter, value, codes, n_codes);

	if (!r && !is_kana(value->text))
		value_release(value);
	return r;
}

int licence_set_date(struct value *value, const struct tlv *tlv)
{
	char iso[11];
	int r = licence_parse_date(tlv->value, tlv->length, iso);

	if (!r)
		r = value_set(value, iso, VALUE_CARD, PROOF_NOT_CHECKED);
	explicit_bzero(iso, sizeof(iso));
	return r;
}

int licence_set_number(char out[13], const struct tlv *tlv)
{
	if (tlv->length != NUMBER_DIGITS)
		return fault_raise(-EBADMSG);
	for (size_t i = 0; i < NUMBER_DIGITS; i++)
		if (tlv->value[i] < '0' || tlv->value[i] > '9')
			return fault_raise(-EBADMSG);
	memcpy(out, tlv->value, NUMBER_DIGITS);
	out[NUMBER_DIGITS] = '\0';
	return 0;
}

int licence_set_expires(char out[11], const struct tlv *tlv)
{
	char iso[11];

	if (licence_parse_date(tlv->value, tlv->length, iso) < 0)
		return fault_raise(-EBADMSG);
	if (strncmp(iso, "0000", 4) != 0)
		memcpy(out, iso, sizeof(iso));
	return 0;
}

int licence_add_condition(struct jisx0208 *converter, struct card_licence *licence, const char *prefix,
			  const uint8_t *codes, size_t n_codes)
{
	size_t n_prefix = strlen(prefix);
	char text[LICENCE_CONDITION_BYTES];
	int r = jisx0208_text(converter, codes, n_codes, text, sizeof(text) - n_prefix);

	for (size_t i = 0; !r && i < LICENCE_CONDITIONS; i++)
		if (!*licence->conditions[i]) {
			memcpy(licence->conditions[i], prefix, n_prefix);
			memcpy(licence->conditions[i] + n_prefix, text, sizeof(text) - n_prefix);
			break;
		}
	explicit_bzero(text, sizeof(text));
	return r;
}
