/* SPDX-License-Identifier: MIT
 * The bytes here are of fictional people; the layout of EF 0002 is that of the card. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cardreader/profile/apdu.h"
#include "cardreader/profile/my_number.h"
#include "cardreader/profile/tlv.h"
#include "shared/base/banned.h"

/* 見本　一郎, 見本県見本村１, born 1971-06-30, male; filler FF FF behind the record */
#define NAME "\xE8\xA6\x8B\xE6\x9C\xAC\xE3\x80\x80\xE4\xB8\x80\xE9\x83\x8E"
#define ADDRESS "\xE8\xA6\x8B\xE6\x9C\xAC\xE7\x9C\x8C\xE8\xA6\x8B\xE6\x9C\xAC\xE6\x9D\x91\xEF\xBC\x91"
static const char record[] = "\xFF\x20\x44"
			     "\xDF\x21\x08\x00\x0E\x00\x20\x00\x38\x00\x43"
			     "\xDF\x22\x0F" NAME "\xDF\x23\x15" ADDRESS "\xDF\x24\x08"
			     "19710630"
			     "\xDF\x25\x01"
			     "1"
			     "\xFF\xFF";
#define N_RECORD (sizeof(record) - 1)
#define AT_BIRTH_DATE 59
#define AT_SEX 70

static int parse(const void *bytes, size_t n_bytes, struct person *ret_person)
{
	/* a heap copy of the exact size, so that the sanitizer sees a read beyond the end */
	uint8_t *copy = malloc(n_bytes ? n_bytes : 1);
	int r;

	memcpy(copy, bytes, n_bytes);
	r = my_number_parse(copy, n_bytes, ret_person);
	free(copy);
	return r;
}

static void attributes_come_byte_for_byte_from_the_record(void **state)
{
	CLEANUP(person_release) struct person person = {0};

	assert_int_equal(parse(record, N_RECORD, &person), 0);
	assert_string_equal(person.name.text, NAME);
	assert_string_equal(person.address.text, ADDRESS);
	assert_string_equal(person.birth_date.text, "1971-06-30");
	assert_string_equal(person.sex.text, "male");
	assert_int_equal(person.name.source, VALUE_CARD);
	assert_int_equal(person.name.proof, PROOF_NOT_CHECKED);
}

static void every_truncated_record_is_refused_and_leaves_nothing(void **state)
{
	for (size_t n = 0; n < N_RECORD - 2; n++) {
		struct person person = {0};

		assert_int_equal(parse(record, n, &person), -EBADMSG);
		assert_null(person.name.text);
	}
}

static void sex_codes_are_those_of_jis_x_0303(void **state)
{
	static const struct {
		char code;
		const char *word;
	} codes[] = {{'1', "male"}, {'2', "female"}, {'9', "other"}, {'0', "unknown"}, {'3', "unknown"}};
	char bytes[N_RECORD];

	memcpy(bytes, record, N_RECORD);
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		CLEANUP(person_release) struct person person = {0};

		bytes[AT_SEX] = codes[i].code;
		assert_int_equal(parse(bytes, N_RECORD, &person), 0);
		assert_string_equal(person.sex.text, codes[i].word);
	}
}

static void unknown_parts_of_a_birth_date_stay_unknown(void **state)
{
	static const struct {
		const char *bytes, *iso;
	} dates[] = {{"19500000", "1950-00-00"}, {"19500300", "1950-03-00"}, {"00000000", "0000-00-00"},
		     {"20000229", "2000-02-29"}, {"19000229", NULL},	     {"19711301", NULL},
		     {"1971063x", NULL},	 {"19710012", NULL}};
	char bytes[N_RECORD];

	memcpy(bytes, record, N_RECORD);
	for (size_t i = 0; i < sizeof(dates) / sizeof(*dates); i++) {
		CLEANUP(person_release) struct person person = {0};

		memcpy(bytes + AT_BIRTH_DATE, dates[i].bytes, 8);
		assert_int_equal(parse(bytes, N_RECORD, &person), dates[i].iso ? 0 : -EBADMSG);
		if (dates[i].iso)
			assert_string_equal(person.birth_date.text, dates[i].iso);
	}
}

static void unknown_objects_are_skipped_and_missing_or_double_ones_refused(void **state)
{
	CLEANUP(person_release) struct person person = {0};
	char bytes[N_RECORD + 8];

	/* DF26, which may one day be furigana, in front of the filler */
	memcpy(bytes, record, N_RECORD - 2);
	memcpy(bytes + N_RECORD - 2, "\xDF\x26\x03xyz", 6);
	bytes[2] = (char)(record[2] + 6);
	assert_int_equal(parse(bytes, N_RECORD + 4, &person), 0);
	assert_string_equal(person.sex.text, "male");
	memcpy(bytes + N_RECORD - 2, "\xDF\x25\x01" "2\x00\x00", 6);
	bytes[2] = (char)(record[2] + 4);
	assert_int_equal(parse(bytes, N_RECORD + 2, &person), -EBADMSG);
	memcpy(bytes, record, N_RECORD);
	bytes[AT_SEX - 2] = 0x27;
	assert_int_equal(parse(bytes, N_RECORD, &person), -EBADMSG);
}

static void text_that_is_no_clean_utf_8_is_refused(void **state)
{
	char bytes[N_RECORD];
	CLEANUP(person_release) struct person person = {0};

	memcpy(bytes, record, N_RECORD);
	bytes[17] = (char)0xC0;
	assert_int_equal(parse(bytes, N_RECORD, &person), -EBADMSG);
	bytes[17] = '\0';
	assert_int_equal(parse(bytes, N_RECORD, &person), -EBADMSG);
}

static void tlv_takes_all_definite_lengths_and_no_other(void **state)
{
	struct tlv tlv;

	assert_int_equal(tlv_header((const uint8_t *)"\xC1\x82\x00\x02xy", 6, &tlv), 0);
	assert_int_equal(tlv.length, 2);
	assert_int_equal(tlv_header((const uint8_t *)"\xC1\x81\x02xy", 5, &tlv), 0);
	assert_int_equal(tlv.total, 5);
	assert_int_equal(tlv_header((const uint8_t *)"\xFF\x20\x82\x01", 4, &tlv), -EAGAIN);
	assert_int_equal(tlv_header((const uint8_t *)"\xFF\x20\x82\x01\x00", 5, &tlv), 0);
	assert_int_equal(tlv.total, 261);
	assert_null(tlv.value);
	assert_int_equal(tlv_header((const uint8_t *)"\xC1\x80xy\0\0", 6, &tlv), -EBADMSG);
	assert_int_equal(tlv_header((const uint8_t *)"\xC1\x83\0\0\1x", 6, &tlv), -EBADMSG);
	assert_int_equal(tlv_find((const uint8_t *)"\xC1\x01x\xC2\x05y", 6, 0xC2, &tlv), -EBADMSG);
	assert_int_equal(tlv_find((const uint8_t *)"\xC1\x01x\xC2\x01y", 6, 0xC2, &tlv), TLV_OBJECT);
	assert_int_equal(tlv_find((const uint8_t *)"\xC1\x01x\xC2\x01y", 6, 0xC3, &tlv), TLV_END);
}

static void assert_encodes(struct apdu apdu, const char *bytes, size_t n_bytes)
{
	static uint8_t out[APDU_BYTES_MAX];
	struct apdu back;
	size_t n;

	assert_int_equal(apdu_encode(&apdu, out, sizeof(out), &n), 0);
	assert_int_equal(n, n_bytes);
	assert_memory_equal(out, bytes, n_bytes < 9 ? n_bytes : 9);
	assert_int_equal(apdu_decode(out, n, &back), 0);
	assert_int_equal(back.n_data, apdu.n_data);
	assert_int_equal(back.le, apdu.le);
	assert_memory_equal(back.data, apdu.data ? apdu.data : back.data, apdu.n_data);
}

static void commands_encode_in_all_cases_and_decode_back(void **state)
{
	static const uint8_t data[300] = {0x31, 0x32};

	assert_encodes((struct apdu){0, 0x20, 0, 0x91, NULL, 0, APDU_NO_LE}, "\x00\x20\x00\x91", 4);
	assert_encodes((struct apdu){0, 0xB0, 0x82, 0, NULL, 0, 256}, "\x00\xB0\x82\x00\x00", 5);
	assert_encodes((struct apdu){0, 0xB0, 0x82, 0, NULL, 0, 65536}, "\x00\xB0\x82\x00\x00\x00\x00", 7);
	assert_encodes((struct apdu){0, 0x20, 0, 0x91, data, 2, APDU_NO_LE}, "\x00\x20\x00\x91\x02\x31\x32", 7);
	assert_encodes((struct apdu){0x80, 0x2A, 0, 0, data, 2, 256}, "\x80\x2A\x00\x00\x02\x31\x32\x00", 8);
	assert_encodes((struct apdu){0, 1, 2, 3, data, 300, APDU_NO_LE}, "\x00\x01\x02\x03\x00\x01\x2C\x31\x32", 307);
	assert_encodes((struct apdu){0, 1, 2, 3, data, 2, 300}, "\x00\x01\x02\x03\x00\x00\x02\x31\x32", 11);
}

static void commands_whose_lengths_do_not_fit_are_refused(void **state)
{
	struct apdu apdu;
	uint8_t small[4];
	size_t n;

	assert_int_equal(apdu_decode((const uint8_t *)"\x00\x20\x00", 3, &apdu), -EBADMSG);
	assert_int_equal(apdu_decode((const uint8_t *)"\x00\x20\x00\x91\x05\x31", 6, &apdu), -EBADMSG);
	assert_int_equal(apdu_decode((const uint8_t *)"\x00\x20\x00\x91\x00\x31", 6, &apdu), -EBADMSG);
	assert_int_equal(apdu_encode(&(struct apdu){.le = 256}, small, sizeof(small), &n), -ENOSPC);
	assert_int_equal(apdu_encode(&(struct apdu){.le = 0}, small, sizeof(small), &n), -EINVAL);
	assert_int_equal(apdu_status((const uint8_t *)"\x90", 1), 0);
	assert_int_equal(apdu_status((const uint8_t *)"x\x63\xC2", 3), 0x63C2);
}

/* Every record in a heap block of just its size. */
static int parse_number(const char *bytes, size_t n_bytes)
{
	uint8_t *copy = malloc(n_bytes ? n_bytes : 1);
	const uint8_t *digits = NULL;
	int r;

	memcpy(copy, bytes, n_bytes);
	r = my_number_parse_number(copy, n_bytes, &digits);
	assert_true(r < 0 ? !digits : digits == copy + 3 || digits == copy + 4);
	free(copy);
	return r;
}

static void the_number_is_twelve_digits_and_filler_and_nothing_else(void **state)
{
	static const char number[] = "\xFF\x10\x0C" "123456789010" "\xFF\xFF";

	assert_int_equal(parse_number(number, 17), 0);
	assert_int_equal(parse_number(number, 15), 0);
	assert_int_equal(parse_number("\xFF\x10\x81\x0C" "123456789010", 16), 0);
	for (size_t n = 0; n < 15; n++)
		assert_int_equal(parse_number(number, n), -EBADMSG);
	assert_int_equal(parse_number("\xFF\x10\x0C" "12345678901x" "\xFF\xFF", 17), -EBADMSG);
	assert_int_equal(parse_number("\xFF\x10\x0C" "123456789010" "\xFF\x00", 17), -EBADMSG);
	assert_int_equal(parse_number("\xFF\x20\x0C" "123456789010" "\xFF\xFF", 17), -EBADMSG);
	assert_int_equal(parse_number("\xFF\x10\x0B" "12345678901" "\xFF\xFF", 16), -EBADMSG);
}

static void what_is_signed_begins_at_the_name_and_ends_with_the_template(void **state)
{
	size_t n = 0;
	const uint8_t *part = my_number_signed_part((const uint8_t *)record, N_RECORD, &n);

	assert_ptr_equal(part, (const uint8_t *)record + 14);
	assert_int_equal(n, N_RECORD - 14 - 2);
	assert_null(my_number_signed_part((const uint8_t *)record, N_RECORD - 3, &n));
	assert_null(my_number_signed_part((const uint8_t *)"\xFF\x20\x03\xDF\x23\x00", 6, &n));
}

/* 7F21 { 5F4E { issuer, subject, 90 exponent, 91 modulus } 5F37 signature } */
static size_t make_cvc(uint8_t *to)
{
	static const uint8_t front[] = {0x7F, 0x21, 0x82, 0x02, 0x33, 0x5F, 0x4E, 0x82, 0x01, 0x29};
	static const uint8_t key[] = {0x90, 0x03, 0x01, 0x00, 0x01, 0x91, 0x82, 0x01, 0x00};
	static const uint8_t behind[] = {0x5F, 0x37, 0x82, 0x01, 0x00};

	memset(to, 0xC3, 568);
	memcpy(to, front, sizeof(front));
	memcpy(to + 42, key, sizeof(key));
	memcpy(to + 307, behind, sizeof(behind));
	return 568;
}

static void a_card_verifiable_certificate_has_one_shape(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
	} wrong[] = {{1, 0x22}, {6, 0x4F}, {9, 0x28}, {42, 0x91}, {46, 0x03}, {47, 0x92}, {50, 0xFF}, {51, 0x43}, {306, 0xC2},
		     {308, 0x38}, {311, 0x01}};
	uint8_t bytes[568], *copy;
	struct cvc cvc;

	assert_int_equal(cvc_parse(bytes, make_cvc(bytes), &cvc), 0);
	assert_int_equal(cvc.issuer[0], 0xC3);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		make_cvc(bytes);
		bytes[wrong[i].at] = wrong[i].value;
		assert_int_equal(cvc_parse(bytes, sizeof(bytes), &cvc), -EBADMSG);
	}
	make_cvc(bytes);
	for (size_t n = 0; n < sizeof(bytes); n++) {
		copy = malloc(n ? n : 1);
		memcpy(copy, bytes, n);
		assert_int_equal(cvc_parse(copy, n, &cvc), -EBADMSG);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attributes_come_byte_for_byte_from_the_record),
		cmocka_unit_test(every_truncated_record_is_refused_and_leaves_nothing),
		cmocka_unit_test(sex_codes_are_those_of_jis_x_0303),
		cmocka_unit_test(unknown_parts_of_a_birth_date_stay_unknown),
		cmocka_unit_test(unknown_objects_are_skipped_and_missing_or_double_ones_refused),
		cmocka_unit_test(text_that_is_no_clean_utf_8_is_refused),
		cmocka_unit_test(the_number_is_twelve_digits_and_filler_and_nothing_else),
		cmocka_unit_test(what_is_signed_begins_at_the_name_and_ends_with_the_template),
		cmocka_unit_test(a_card_verifiable_certificate_has_one_shape),
		cmocka_unit_test(tlv_takes_all_definite_lengths_and_no_other),
		cmocka_unit_test(commands_encode_in_all_cases_and_decode_back),
		cmocka_unit_test(commands_whose_lengths_do_not_fit_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
