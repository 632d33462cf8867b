/* SPDX-License-Identifier: MIT
 * One row a key: which kinds of card have it, how it is read, where it goes, what it means. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/virtual/persona_fields.h"
#include "shared/base/fault.h"
#include "shared/base/utf8.h"
#include "shared/jp/era.h"
#include "shared/base/banned.h"

#define TAKE_ARGUMENTS struct reader *reader, void *to, size_t size, struct fy_node *value, const char *text

static const char *const categories[PERSONA_CATEGORIES] = {"大型", "普通", "大特", "大自二", "普自二", "小特", "原付",
							   "け引", "大二", "普二", "大特二", "け引二", "中型", "中二", "準中型"};

const char *persona_licence_category(size_t i)
{
	return categories[i];
}

/* ---- plain values ---- */

static const char *take_kind(TAKE_ARGUMENTS)
{
	for (int i = 0; i < PERSONA_KINDS; i++)
		if (strcmp(persona_kind_word(i), text) == 0)
			return NULL; /* persona_load() has looked at it first */
	return "must be my-number, driver-licence or residence-card";
}

static const char *take_text(TAKE_ARGUMENTS)
{
	size_t n = strlen(text);

	if (n >= size)
		return "text is too long";
	if (!n || !utf8_is_clean_text(text, n))
		return "text is empty or holds control characters";
	memcpy(to, text, n + 1);
	return NULL;
}

static const char *take_digits(TAKE_ARGUMENTS)
{
	if (strlen(text) != size - 1 || strspn(text, "0123456789") != size - 1)
		return "wrong number of digits (write it in quotes)";
	memcpy(to, text, size);
	return NULL;
}

static const char *take_date(TAKE_ARGUMENTS)
{
	struct date date;

	if (date_parse(text, &date) < 0)
		return "date must be YYYY-MM-DD, unknown parts 00";
	snprintf(to, 9, "%.4s%.2s%.2s", text, text + 5, text + 8);
	return NULL;
}

static const char *take_flag(TAKE_ARGUMENTS)
{
	bool *flag = to;

	if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
		return "must be true or false";
	*flag = text[0] == 't';
	return NULL;
}

static const char *take_sex(TAKE_ARGUMENTS)
{
	static const struct {
		const char *word;
		char digit;
	} sexes[] = {{"male", '1'}, {"female", '2'}, {"other", '9'}, {"unknown", '0'}};

	for (size_t i = 0; i < sizeof(sexes) / sizeof(*sexes); i++)
		if (strcmp(sexes[i].word, text) == 0) {
			*(char *)to = sexes[i].digit;
			return NULL;
		}
	return "must be male, female, other or unknown";
}

static const char *take_tamper(TAKE_ARGUMENTS)
{
	static const char *const words[] = {"none", "hash", "signature", "certificate", "internal-key", "clone"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(words[i], text) == 0) {
			*(enum persona_tamper *)to = (enum persona_tamper)i;
			return NULL;
		}
	return "must be none, hash, signature, certificate, internal-key or clone";
}

static const char *take_category(TAKE_ARGUMENTS)
{
	if (strcmp(text, "residence") != 0 && strcmp(text, "special-permanent") != 0)
		return "must be residence or special-permanent";
	*(enum persona_category *)to = text[0] == 's' ? PERSONA_SPECIAL_PERMANENT : PERSONA_RESIDENCE;
	return NULL;
}

static const char *take_sign_pin(TAKE_ARGUMENTS)
{
	size_t n = strlen(text);

	if (n < 6 || n > 16 || strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != n || strcspn(text, "0123456789") == n ||
	    strspn(text, "0123456789") == n)
		return "6 to 16 capital letters and digits, at least one of each";
	memcpy(to, text, n + 1);
	return NULL;
}

static const char *take_card_number(TAKE_ARGUMENTS)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (strlen(text) != 12 || strspn(text, letters) != 2 || strspn(text + 2, "0123456789") != 8 ||
	    strspn(text + 10, letters) != 2)
		return "two capital letters, eight digits, two capital letters";
	memcpy(to, text, 13);
	return NULL;
}

/* ---- maps and lists ---- */

static const char *take_one_try(struct persona *persona, const char *key, const char *text)
{
	const struct {
		const char *key;
		unsigned kinds;
		int *to, max;
	} all[] = {{"pin", IN_MY_NUMBER, &persona->tries_pin, 3},
		   {"a", IN_MY_NUMBER, &persona->tries_a, 10},
		   {"b", IN_MY_NUMBER, &persona->tries_b, 10},
		   {"jpki_auth", IN_MY_NUMBER, &persona->tries_jpki_auth, 3},
		   {"jpki_sign", IN_MY_NUMBER, &persona->tries_jpki_sign, 5},
		   {"pin1", IN_LICENCE, &persona->tries_pin1, 3},
		   {"pin2", IN_LICENCE, &persona->tries_pin2, 3}};
	char *end;
	long tries = strtol(text, &end, 10);

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (strcmp(all[i].key, key) != 0 || !(all[i].kinds & 1U << persona->kind))
			continue;
		if (end == text || *end || tries < 0 || tries > all[i].max)
			return "0-3 for pin, jpki_auth, pin1 and pin2, 0-5 for jpki_sign, 0-10 for a and b";
		*all[i].to = (int)tries;
		return NULL;
	}
	return "a My Number card has pin a b jpki_auth jpki_sign, a driver's licence pin1 and pin2";
}

static const char *take_tries(TAKE_ARGUMENTS)
{
	struct fy_node_pair *pair;
	void *at = NULL;

	while ((pair = fy_node_mapping_iterate(value, &at))) {
		const char *key = fy_node_get_scalar0(fy_node_pair_key(pair));
		const char *tries = fy_node_get_scalar0(fy_node_pair_value(pair));
		const char *wrong = key && tries ? take_one_try(reader->persona, key, tries) : "numbers were expected";

		if (wrong)
			return wrong;
	}
	return NULL;
}

static const char *take_extra(TAKE_ARGUMENTS)
{
	struct persona *persona = reader->persona;
	struct fy_node_pair *pair;
	void *at = NULL;

	while ((pair = fy_node_mapping_iterate(value, &at))) {
		const char *key = fy_node_get_scalar0(fy_node_pair_key(pair));
		const char *content = fy_node_get_scalar0(fy_node_pair_value(pair));
		unsigned long tag = key && strlen(key) == 4 ? strtoul(key, NULL, 16) : 0;
		struct persona_extra *extra = &persona->extra[persona->n_extra];

		if (tag < 0xDF26 || tag > 0xDF2F || !content)
			return "tags DF26 to DF2F, each with a text";
		if (persona->n_extra == PERSONA_EXTRA_MAX)
			return "at most 4";
		if (take_text(reader, extra->text, sizeof(extra->text), NULL, content))
			return "a text is too long, empty or holds control characters";
		extra->tag = (uint32_t)tag;
		persona->n_extra++;
	}
	return NULL;
}

static const char *take_conditions(TAKE_ARGUMENTS)
{
	struct persona_licence *licence = &reader->persona->licence;
	struct fy_node *item;
	void *at = NULL;

	while ((item = fy_node_sequence_iterate(value, &at))) {
		const char *condition = fy_node_get_scalar0(item);

		if (licence->n_conditions == PERSONA_CONDITIONS_MAX)
			return "at most 4";
		if (!condition || take_text(reader, licence->conditions[licence->n_conditions++], PERSONA_TEXT_BYTES_MAX, NULL, condition))
			return "texts were expected";
	}
	return NULL;
}

static const char *take_categories(TAKE_ARGUMENTS)
{
	struct persona_licence *licence = &reader->persona->licence;
	struct fy_node_pair *pair;
	void *at = NULL;

	while ((pair = fy_node_mapping_iterate(value, &at))) {
		const char *key = fy_node_get_scalar0(fy_node_pair_key(pair));
		const char *date = fy_node_get_scalar0(fy_node_pair_value(pair));
		size_t i = 0;

		while (key && i < PERSONA_CATEGORIES && strcmp(categories[i], key) != 0)
			i++;
		if (!key || i == PERSONA_CATEGORIES)
			return "known are 大型 普通 大特 大自二 普自二 小特 原付 け引 大二 普二 大特二 け引二 中型 中二 準中型";
		if (!date || take_date(reader, licence->categories[i], 9, NULL, date))
			return "each has the date it was got, YYYY-MM-DD";
	}
	return NULL;
}

static const char *take_licence(TAKE_ARGUMENTS)
{
	reader->persona->has_licence = true;
	reader_take_map(reader, value, persona_licence_fields, persona_n_licence_fields, &reader->persona->licence);
	return NULL;
}

static int take_hex(const char *text, struct persona_file *file)
{
	size_t n = 0;

	file->bytes = calloc(strlen(text) / 2 + 1, 1);
	if (!file->bytes)
		return fault_raise(-ENOMEM);
	for (; *text; text++) {
		unsigned byte;

		if (*text == ' ' || *text == '\n')
			continue;
		if (n == PERSONA_FILE_BYTES_MAX || sscanf(text, "%2x", &byte) != 1 || !text[1] || strchr(" \n", text[1]))
			return fault_raise(-EINVAL);
		file->bytes[n++] = (uint8_t)byte;
		text++;
	}
	file->n_bytes = n;
	return 0;
}

static const char *take_one_file(struct persona *persona, const char *key, const char *hex)
{
	const char *slash = key ? strchr(key, '/') : NULL;
	const char *digits = slash ? slash + 1 : key;
	size_t n_place = slash ? (size_t)(slash - key) : 0;
	struct persona_file *file = &persona->files[persona->n_files];
	char *end;
	unsigned long ef = digits && strlen(digits) == 4 ? strtoul(digits, &end, 16) : 0;

	if (!hex || !ef || *end || n_place >= sizeof(file->place))
		return "EF identifiers in quotes (\"0002\", \"visual/0001\", \"df1/0001\"), each with bytes in hex";
	if (persona->n_files == PERSONA_FILES_MAX)
		return "too many files";
	persona->n_files++;
	memcpy(file->place, key, n_place);
	file->ef = (uint16_t)ef;
	return take_hex(hex, file) < 0 ? "bytes must be pairs of hex digits, at most 8192" : NULL;
}

static const char *take_files(TAKE_ARGUMENTS)
{
	struct fy_node_pair *pair;
	void *at = NULL;

	while ((pair = fy_node_mapping_iterate(value, &at))) {
		const char *wrong = take_one_file(reader->persona, fy_node_get_scalar0(fy_node_pair_key(pair)),
						  fy_node_get_scalar0(fy_node_pair_value(pair)));

		if (wrong)
			return wrong;
	}
	return NULL;
}

/* ---- the table ---- */

#define AT(member) offsetof(struct persona, member), sizeof(((struct persona *)NULL)->member)
#define IN_CARD(member) offsetof(struct persona_licence, member), sizeof(((struct persona_licence *)NULL)->member)

const struct field persona_fields[] = {
	{"kind", IN_ALL, 0, FIELD_TEXT, take_kind, 0, 0, "my-number (when missing), driver-licence or residence-card"},
	{"category", IN_RESIDENCE, 0, FIELD_TEXT, take_category, AT(residence.category), "residence (when missing) or special-permanent"},
	{"name", IN_ALL, IN_ALL, FIELD_TEXT, take_text, AT(name), "氏名, as the card writes it; 氏 and 名 apart by U+3000"},
	{"address", IN_ALL, IN_ALL, FIELD_TEXT, take_text, AT(address), "住所, 住居地"},
	{"printed_address", IN_MY_NUMBER, 0, FIELD_TEXT, take_text, AT(printed_address),
	 "a former one that the face still shows; the address then stands in its 追記欄"},
	{"birth_date", IN_ALL, IN_ALL, FIELD_TEXT, take_date, AT(birth_date), "YYYY-MM-DD, unknown parts 00"},
	{"sex", IN_MY_NUMBER | IN_RESIDENCE, IN_MY_NUMBER | IN_RESIDENCE, FIELD_TEXT, take_sex, AT(sex),
	 "male, female, other or unknown"},
	{"number", IN_MY_NUMBER, IN_MY_NUMBER, FIELD_TEXT, take_digits, AT(number), "個人番号, 12 digits; write one with a wrong check digit"},
	{"pin", IN_MY_NUMBER, 0, FIELD_TEXT, take_digits, AT(pin), "4 digits, for attributes and for JPKI authentication"},
	{"pin_unusable", IN_MY_NUMBER, 0, FIELD_TEXT, take_flag, AT(is_pin_unusable),
	 "true: a card without PIN (顔認証マイナンバーカード); every PIN is blocked"},
	{"sign_pin", IN_MY_NUMBER, 0, FIELD_TEXT, take_sign_pin, AT(sign_pin), "JPKI signature PIN; MIHON1 when missing"},
	{"security_code", IN_MY_NUMBER, IN_MY_NUMBER, FIELD_TEXT, take_digits, AT(security_code), "4 digits printed on the face"},
	{"expires", IN_ALL, IN_ALL, FIELD_TEXT, take_date, AT(expires), "the card's last day"},
	{"certificates_expire", IN_MY_NUMBER | IN_RESIDENCE, 0, FIELD_TEXT, take_date, AT(certificates_expire),
	 "last day of the certificates aboard; the card's when missing"},
	{"tries", IN_MY_NUMBER | IN_LICENCE, 0, FIELD_MAP, take_tries, 0, 0,
	 "tries left: pin a b jpki_auth jpki_sign, on a driver's licence pin1 pin2"},
	{"extra", IN_MY_NUMBER, 0, FIELD_MAP, take_extra, 0, 0, "further objects of the attributes: tag (\"DF26\") and text"},
	{"licence", IN_MY_NUMBER, 0, FIELD_MAP, take_licence, 0, 0, "a driver's licence aboard (マイナ免許証)"},
	{"kana", IN_LICENCE, IN_LICENCE, FIELD_TEXT, take_text, AT(licence.kana), "呼び名, full-width katakana"},
	{"alias", IN_LICENCE, 0, FIELD_TEXT, take_text, AT(licence.alias), "通称名"},
	{"licence_number", IN_LICENCE, IN_LICENCE, FIELD_TEXT, take_digits, AT(licence.number), "12 digits"},
	{"reference", IN_LICENCE, 0, FIELD_TEXT, take_digits, AT(licence.reference), "照会番号, 5 digits"},
	{"issued", IN_LICENCE, IN_LICENCE, FIELD_TEXT, take_date, AT(licence.issued), "交付年月日"},
	{"colour", IN_LICENCE, IN_LICENCE, FIELD_TEXT, take_text, AT(licence.colour), "優良, 新規 or その他"},
	{"commission", IN_LICENCE, IN_LICENCE, FIELD_TEXT, take_text, AT(licence.commission), "公安委員会名"},
	{"conditions", IN_LICENCE, 0, FIELD_LIST, take_conditions, 0, 0, "免許の条件, at most 4"},
	{"categories", IN_LICENCE, IN_LICENCE, FIELD_MAP, take_categories, 0, 0, "what may be driven, each with its date"},
	{"domicile", IN_LICENCE, IN_LICENCE, FIELD_TEXT, take_text, AT(licence.domicile), "本籍"},
	{"pin1", IN_LICENCE, 0, FIELD_TEXT, take_digits, AT(licence.pin1), "4 digits; without pin1 and pin2 the card takes ****"},
	{"pin2", IN_LICENCE, 0, FIELD_TEXT, take_digits, AT(licence.pin2), "4 digits; with pin1 opens 本籍 and photo"},
	{"card_number", IN_RESIDENCE, IN_RESIDENCE, FIELD_TEXT, take_card_number, AT(residence.card_number), "AA12345678BB"},
	{"nationality", IN_RESIDENCE, IN_RESIDENCE, FIELD_TEXT, take_text, AT(residence.nationality), "国籍・地域"},
	{"status", IN_RESIDENCE, 0, FIELD_TEXT, take_text, AT(residence.status), "在留資格"},
	{"period", IN_RESIDENCE, 0, FIELD_TEXT, take_text, AT(residence.period), "在留期間"},
	{"address_date", IN_RESIDENCE, IN_RESIDENCE, FIELD_TEXT, take_date, AT(residence.address_date), "when the address was written"},
	{"municipality", IN_RESIDENCE, IN_RESIDENCE, FIELD_TEXT, take_digits, AT(residence.municipality), "市町村コード, 6 digits"},
	{"permission", IN_RESIDENCE, 0, FIELD_TEXT, take_text, AT(residence.permission), "資格外活動包括許可"},
	{"permission_individual", IN_RESIDENCE, 0, FIELD_TEXT, take_text, AT(residence.permission_individual), "資格外活動個別許可"},
	{"pending", IN_RESIDENCE, 0, FIELD_TEXT, take_flag, AT(residence.is_pending), "true: an application is pending"},
	{"under_16", IN_RESIDENCE, 0, FIELD_TEXT, take_flag, AT(residence.is_under_16), "true: no photograph and no signature aboard"},
	{"tamper", IN_ALL, 0, FIELD_TEXT, take_tamper, AT(tamper),
	 "hash, signature, certificate, internal-key or clone: this one link of the proof does not hold"},
	{"files", IN_ALL, 0, FIELD_MAP, take_files, 0, 0, "raw bytes instead: {\"0002\": hex, \"visual/0001\": hex, \"df1/0001\": hex}"},
};
const size_t persona_n_fields = sizeof(persona_fields) / sizeof(*persona_fields);

const struct field persona_licence_fields[] = {
	{"number", IN_MY_NUMBER, IN_MY_NUMBER, FIELD_TEXT, take_digits, IN_CARD(number), "12 digits"},
	{"issued", IN_MY_NUMBER, IN_MY_NUMBER, FIELD_TEXT, take_date, IN_CARD(issued), "交付年月日"},
	{"expires", IN_MY_NUMBER, IN_MY_NUMBER, FIELD_TEXT, take_date, IN_CARD(expires), "the licence's last day"},
	{"colour", IN_MY_NUMBER, IN_MY_NUMBER, FIELD_TEXT, take_text, IN_CARD(colour), "優良, 新規 or その他"},
	{"conditions", IN_MY_NUMBER, 0, FIELD_LIST, take_conditions, 0, 0, "免許の条件, at most 4"},
	{"categories", IN_MY_NUMBER, IN_MY_NUMBER, FIELD_MAP, take_categories, 0, 0, "what may be driven, each with its date"},
	{"pin", IN_MY_NUMBER, 0, FIELD_TEXT, take_digits, IN_CARD(pin1), "4 digits; when missing the application takes ****"},
};
const size_t persona_n_licence_fields = sizeof(persona_licence_fields) / sizeof(*persona_licence_fields);
