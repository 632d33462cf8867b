/* SPDX-License-Identifier: MIT
 * The records of a My Number card: all parsers see every input. */
#include "cardreader/profile/my_number.h"
#include "shared/jp/era.h"
#include "tests/fuzz/fuzz.h"
#include "shared/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	CLEANUP(person_release) struct person person = {0};
	uint8_t *exact = fuzz_copy(bytes, n_bytes);
	const uint8_t *part;
	struct date date;
	char iso[11];
	size_t n;

	if (my_number_parse(exact, n_bytes, &person) == 0)
		CLAIM(person.name.text && person.address.text && person.sex.text &&
		      date_parse(person.birth_date.text, &date) == 0);
	part = my_number_signed_part(exact, n_bytes, &n);
	CLAIM(!part || (part >= exact && part + n <= exact + n_bytes));
	if (my_number_parse_number(exact, n_bytes, &part) == 0)
		CLAIM(part >= exact && part + 12 <= exact + n_bytes);
	if (my_number_parse_expiry(exact, n_bytes, iso) == 0)
		CLAIM(date_parse(iso, &date) == 0 && date.day);
	if (my_number_date(exact, n_bytes, iso) == 0)
		CLAIM(date_parse(iso, &date) == 0);
	free(exact);
	return 0;
}
