/* SPDX-License-Identifier: MIT
 * The files of a licence: the first byte says which. What is taken is clean text and real dates. */
#include "cardreader/profile/driver_licence.h"
#include "cardreader/profile/jisx0208.h"
#include "shared/base/utf8.h"
#include "shared/jp/era.h"
#include "tests/fuzz/fuzz.h"
#include "shared/base/banned.h"

static void check_text(const char *text, size_t size)
{
	CLAIM(memchr(text, 0, size));
	CLAIM(utf8_is_clean_text(text, strlen(text)));
}

static void check_licence(const struct card_licence *licence)
{
	check_text(licence->number, sizeof(licence->number));
	check_text(licence->colour, sizeof(licence->colour));
	for (int i = 0; i < 4; i++)
		check_text(licence->conditions[i], sizeof(licence->conditions[i]));
	CLAIM(licence->categories < 1U << 15);
}

static void check_date(const char iso[11])
{
	struct date date;

	CLAIM(!*iso || date_parse(iso, &date) == 0);
}

static void take_record(const uint8_t *bytes, size_t n_bytes)
{
	struct driver_licence_record record;

	if (driver_licence_parse(bytes, n_bytes, &record) < 0)
		return;
	check_licence(&record.licence);
	check_date(record.expires);
	check_date(record.person.birth_date.text);
	CLAIM(record.person.name.text && record.person.address.text && !record.person.sex.text);
	person_release(&record.person);
}

static void take_changes(const uint8_t *bytes, size_t n_bytes)
{
	CLEANUP(person_release) struct person person = {0};
	struct card_licence licence = {.number = "000000000000"};

	CLAIM(value_set(&person.address, "old", VALUE_CARD, PROOF_NOT_CHECKED) == 0);
	if (driver_licence_parse_changes(bytes, n_bytes, &person, &licence) < 0)
		CLAIM(strcmp(person.address.text, "old") == 0 && !*licence.conditions[0]);
	CLAIM(person.address.text);
	check_licence(&licence);
}

static void take_my_record(const uint8_t *bytes, size_t n_bytes)
{
	struct my_licence_record record;

	if (my_licence_parse(bytes, n_bytes, &record) < 0)
		return;
	check_licence(&record.licence);
	check_date(record.expires);
	CLAIM(!record.photo || (record.photo >= bytes && record.photo + record.n_photo <= bytes + n_bytes));
}

static void take_text(const uint8_t *bytes, size_t n_bytes)
{
	CLEANUP(jisx0208_closep) struct jisx0208 *converter = NULL;
	char out[64];

	CLAIM(jisx0208_open(&converter) == 0);
	if (jisx0208_text(converter, bytes, n_bytes, out, sizeof(out)) == 0)
		CLAIM(utf8_is_valid(out, strlen(out)));
	else
		CLAIM(!*out);
}

static void take_free(const uint8_t *bytes, size_t n_bytes)
{
	char expires[11] = "";
	bool is_set;

	(void)!driver_licence_parse_common(bytes, n_bytes, expires);
	check_date(expires);
	(void)!licence_parse_pin_setting(bytes, n_bytes, 0x05, &is_set);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	static void (*const takes[])(const uint8_t *bytes, size_t n_bytes) = {take_record, take_changes, take_my_record,
									      take_text, take_free};
	uint8_t *exact;

	if (!n_bytes)
		return 0;
	exact = fuzz_copy(bytes + 1, n_bytes - 1);
	takes[bytes[0] % (sizeof(takes) / sizeof(*takes))](exact, n_bytes - 1);
	free(exact);
	return 0;
}
