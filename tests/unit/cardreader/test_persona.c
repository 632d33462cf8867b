/* SPDX-License-Identifier: MIT
 * Personas: what is found wrong and where, and that those we ship are fictional. Faults: what a reader does wrong,
 * around a card that does right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "cardreader/virtual/faults.h"
#include "cardreader/virtual/vcard.h"
#include "shared/base/banned.h"

#define SELECT_TEXT "00A4040C0AD3921000310001010408"
#define VERIFY_PIN "002000910431323334"

struct bench {
	struct persona *persona;
	struct vcard *card;
	struct faults *faults;
	uint8_t answer[VCARD_ANSWER_BYTES_MAX];
	size_t n; /* without status word */
	unsigned sw;
};

static struct keyring *keys;

/* ---- personas ---- */

/* What persona_load() says about @yaml, without the file's name. Caller frees. */
static char *findings(const char *yaml, int *ret_r)
{
	char path[] = "/tmp/persona-XXXXXX", *said = NULL, *out;
	int fd = mkstemp(path);
	size_t n_said;
	FILE *diagnostics = open_memstream(&said, &n_said);
	struct persona *persona = NULL;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, yaml, strlen(yaml)), strlen(yaml));
	close(fd);
	*ret_r = persona_load(path, diagnostics, &persona);
	fclose(diagnostics);
	unlink(path);
	persona_free(persona);
	out = strdup(strncmp(said, path, strlen(path)) == 0 ? said + strlen(path) : said);
	free(said);
	return out;
}

#define MY_NUMBER \
	"name: 見本　花子\naddress: 長野県見本村\nbirth_date: 1960-02-29\nsex: female\nnumber: \"209996000010\"\n" \
	"expires: 2033-04-12\nsecurity_code: \"9876\"\n"

static void a_wrong_persona_is_told_by_line_and_column(void **state)
{
	static const struct {
		const char *yaml, *said;
	} all[] = {
		{MY_NUMBER "pin: \"1234\"\nname_kana: x\n", ":9:1: error: name_kana: unknown key"},
		{MY_NUMBER "pin: \"12\"\n", ":8:1: error: pin: wrong number of digits"},
		{MY_NUMBER, ":1:1: error: pin: either a pin, or pin_unusable: true"},
		{MY_NUMBER "pin: \"1234\"\npin_unusable: true\n", ":1:1: error: pin: either a pin"},
		{MY_NUMBER "pin: \"1234\"\npin1: \"1234\"\n", ":9:1: error: pin1: a card of kind my-number has no such key"},
		{MY_NUMBER "pin: \"1234\"\ntries: {pin: 4}\n", ":9:1: error: tries: 0-3 for pin"},
		{MY_NUMBER "pin: \"1234\"\ntries: {pin1: 1}\n", ":9:1: error: tries: a My Number card has pin a b"},
		{MY_NUMBER "pin: \"1234\"\nlicence:\n  number: \"1\"\n", ":10:3: error: number: wrong number of digits"},
		{MY_NUMBER "pin: \"1234\"\nextra: {DF25: x}\n", ":9:1: error: extra: tags DF26 to DF2F"},
		{"kind: library-card\n" MY_NUMBER "pin: \"1234\"\n", ":1:1: error: kind: must be my-number, driver-licence"},
		{"kind: residence-card\nname: A\naddress: B\nbirth_date: 2000-01-01\nsex: male\nexpires: 2030-01-01\n"
		 "nationality: C\naddress_date: 2020-01-01\nmunicipality: \"209996\"\ncard_number: AA1\n",
		 ":10:1: error: card_number: two capital letters"},
		{"kind: residence-card\nname: A\naddress: B\nbirth_date: 2000-01-01\nsex: male\nexpires: 2030-01-01\n"
		 "nationality: C\naddress_date: 2020-01-01\nmunicipality: \"209996\"\ncard_number: AA12345678BB\ntamper: clone\n",
		 ":1:1: error: tamper: only a My Number card"},
		{"name: [\n", ":"},
		{"", ": error: is empty"},
		{"kind: my-number\nname: \x8c\xa9\x96\x7b\n", ":2:1: error: this line is not UTF-8; save the file as UTF-8"},
		{"- a\n", ":1:1: error: a persona is a map"},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		int r;
		char *said = findings(all[i].yaml, &r);

		assert_int_equal(r, -22);
		if (strncmp(said, all[i].said, strlen(all[i].said)) != 0)
			fail_msg("%s\n... said: %s", all[i].yaml, said);
		free(said);
	}
}

/* One line, with the file's name, whatever is named as a persona. */
static void what_is_no_text_file_is_refused_before_it_is_read(void **state)
{
	static const char *const all[][2] = {
		{"/dev/zero", "/dev/zero: error: is not a file"},
		{"/tmp", "/tmp: error: is not a file"},
		{"/nonexistent/persona.yaml", "/nonexistent/persona.yaml: error: there is no such file"},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		char *said = NULL;
		size_t n_said;
		FILE *diagnostics = open_memstream(&said, &n_said);
		struct persona *persona = NULL;

		assert_int_equal(persona_load(all[i][0], diagnostics, &persona), -22);
		fclose(diagnostics);
		assert_memory_equal(said, all[i][1], strlen(all[i][1]));
		assert_ptr_equal(strchr(said, '\n'), said + n_said - 1);
		free(said);
	}
}

static void a_wrong_pin_is_not_called_a_missing_one(void **state)
{
	int r;
	char *said = findings(MY_NUMBER "pin: \"12a4\"\n", &r);

	assert_non_null(strstr(said, "pin: wrong number of digits"));
	assert_null(strstr(said, "pin_unusable"));
	free(said);
}

static void every_finding_is_told_at_once(void **state)
{
	int r, n = 0;
	char *said = findings("kind: driver-licence\nsex: male\npin1: \"12345\"\n", &r);

	for (const char *at = said; (at = strchr(at, '\n')); at++)
		n++;
	assert_true(n >= 10); /* sex is no key of a licence, pin1 is too long, and what is missing */
	free(said);
}

static int check_digit(const char *number)
{
	int sum = 0;

	for (int i = 1; i <= 11; i++)
		sum += (number[11 - i] - '0') * (i <= 6 ? i + 1 : i - 5);
	return sum % 11 <= 1 ? 0 : 11 - sum % 11;
}

static void the_personas_shipped_load_and_nobody_can_have_their_numbers(void **state)
{
	glob_t found;
	char pattern[512];

	snprintf(pattern, sizeof(pattern), "%s/cardreader/virtual/personas/*.yaml", getenv("MESON_SOURCE_ROOT"));
	assert_int_equal(glob(pattern, 0, NULL, &found), 0);
	assert_true(found.gl_pathc >= 18);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct persona *persona;
		struct vcard *card;

		if (persona_load(found.gl_pathv[i], stderr, &persona) < 0)
			fail_msg("%s", found.gl_pathv[i]);
		if (persona->kind == PERSONA_MY_NUMBER && check_digit(persona->number) == persona->number[11] - '0')
			fail_msg("%s: the check digit is right", found.gl_pathv[i]);
		assert_int_equal(vcard_new_with_keys(persona, keys, &card), 0);
		vcard_free(card);
		persona_free(persona);
	}
	globfree(&found);
}

/* ---- faults ---- */

static void make(struct bench *b, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/cardreader/virtual/personas/%s.yaml", getenv("MESON_SOURCE_ROOT"), name);
	assert_int_equal(persona_load(path, stderr, &b->persona), 0);
	assert_int_equal(vcard_new_with_keys(b->persona, keys, &b->card), 0);
	b->faults = calloc(1, sizeof(*b->faults));
	assert_non_null(b->faults);
}

static void release_bench(struct bench *b)
{
	vcard_free(b->card);
	persona_free(b->persona);
	free(b->faults);
}

static unsigned send(struct bench *b, const char *hex)
{
	uint8_t command[512];
	size_t n = 0;

	for (; *hex; hex += 2) {
		unsigned byte;

		assert_int_equal(sscanf(hex, "%2x", &byte), 1);
		command[n++] = (uint8_t)byte;
	}
	n = faults_transmit(b->faults, b->card, command, n, b->answer);
	assert_true(n >= 2);
	b->n = n - 2;
	b->sw = (unsigned)b->answer[b->n] << 8 | b->answer[b->n + 1];
	return b->sw;
}

static void a_t0_reader_says_how_much_waits_and_what_le_is_right(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	make(&b, "mihon-hanako");
	b.faults->t0 = true;
	assert_int_equal(send(&b, SELECT_TEXT), 0x9000);
	assert_int_equal(send(&b, "00200091"), 0x63C3);
	assert_int_equal(send(&b, VERIFY_PIN), 0x9000);
	assert_int_equal(send(&b, "00B0810000"), 0x6C11); /* 17 bytes, not 256 */
	assert_int_equal(send(&b, "00B0810011"), 0x9000);
	assert_int_equal(b.n, 17);
	assert_int_equal(send(&b, "00B08200000000"), 0x6700);
	assert_int_equal(send(&b, "00B0820000"), 0x9000);
	assert_int_equal(b.n, 256);
	assert_int_equal(send(&b, "802A00000431323334" "00"), 0x6100); /* 256 wait */
	assert_int_equal(send(&b, "00C0000080"), 0x6180);
	assert_int_equal(b.n, 128);
	assert_int_equal(send(&b, "00C0000090"), 0x6C80);
	assert_int_equal(send(&b, "00C0000080"), 0x9000);
	assert_int_equal(b.n, 128);
	assert_int_equal(send(&b, "00C0000080"), 0x6985);
	assert_int_equal(send(&b, "802A00000431323334" "00"), 0x6100);
	assert_int_equal(send(&b, SELECT_TEXT), 0x9000);
	assert_int_equal(send(&b, "00C0000000"), 0x6985); /* another command has dropped it */
}

static void a_reader_without_extended_length_answers_6700(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	make(&b, "mihon-hanako");
	b.faults->no_extended = true;
	assert_int_equal(send(&b, SELECT_TEXT), 0x9000);
	assert_int_equal(send(&b, VERIFY_PIN), 0x9000);
	assert_int_equal(send(&b, "00B08200000000"), 0x6700);
	assert_int_equal(send(&b, "00B0820000"), 0x9000);
	assert_int_equal(send(&b, "00B0010000"), 0x9000);
	assert_int_equal(b.n, 256);
}

static void short_answers_end_in_6282(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	make(&b, "mihon-hanako");
	b.faults->short_answer = 100;
	assert_int_equal(send(&b, SELECT_TEXT), 0x9000);
	assert_int_equal(send(&b, VERIFY_PIN), 0x9000);
	assert_int_equal(send(&b, "00B0820000"), 0x6282);
	assert_int_equal(b.n, 100);
	assert_int_equal(send(&b, "00B0000064"), 0x9000);
	assert_int_equal(b.n, 100);
}

static void set_answers_are_given_so_often_and_the_card_sees_nothing(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	make(&b, "mihon-hanako");
	faults_set_answer(b.faults, (const uint8_t *)"\x6A\x82", 2, 3);
	for (int i = 0; i < 3; i++)
		assert_int_equal(send(&b, SELECT_TEXT), 0x6A82);
	assert_int_equal(send(&b, SELECT_TEXT), 0x9000);
	faults_set_answer(b.faults, (const uint8_t *)"\x90\x00", 2, -1);
	for (int i = 0; i < 50; i++)
		assert_int_equal(send(&b, "002000910430303030"), 0x9000);
	assert_int_equal(vcard_n_verify(b.card), 0);
	faults_set_answer(b.faults, NULL, 0, 1);
	assert_int_equal(send(&b, "002000910430303030"), 0x63C2);
}

static void garbage_can_be_had_again_from_its_seed(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	uint8_t first[300];
	size_t n_first, n_good = 0;

	make(&b, "mihon-hanako");
	faults_set_garbage(b.faults, true, 42);
	send(&b, SELECT_TEXT);
	n_first = b.n;
	memcpy(first, b.answer, n_first);
	for (int i = 0; i < 200; i++)
		n_good += send(&b, SELECT_TEXT) == 0x9000;
	assert_in_range(n_good, 50, 150);
	faults_set_garbage(b.faults, true, 42);
	send(&b, SELECT_TEXT);
	assert_int_equal(b.n, n_first);
	assert_memory_equal(b.answer, first, n_first);
	faults_set_garbage(b.faults, false, 0);
	assert_int_equal(send(&b, SELECT_TEXT), 0x9000);
}

static void the_status_tells_tries_and_how_often_each_pin_was_sent(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	char status[512];

	make(&b, "mihon-hanako");
	send(&b, SELECT_TEXT);
	send(&b, "00200091");
	send(&b, "002000910430303030");
	send(&b, VERIFY_PIN);
	send(&b, "002000950E3030303030303030303030303030");
	assert_string_equal(vcard_status(b.card, status, sizeof(status)),
			    "pin 3 a 10 b 9 visual-birth 10 visual-b 10 visual-a 10 jpki-auth 3 jpki-sign 5 verify 3 "
			    "verify-pin 2 verify-b 1");
	vcard_forget_counts(b.card);
	assert_int_equal(vcard_n_verify(b.card), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_persona_is_told_by_line_and_column),
		cmocka_unit_test(what_is_no_text_file_is_refused_before_it_is_read),
		cmocka_unit_test(a_wrong_pin_is_not_called_a_missing_one),
		cmocka_unit_test(every_finding_is_told_at_once),
		cmocka_unit_test(the_personas_shipped_load_and_nobody_can_have_their_numbers),
		cmocka_unit_test(a_t0_reader_says_how_much_waits_and_what_le_is_right),
		cmocka_unit_test(a_reader_without_extended_length_answers_6700),
		cmocka_unit_test(short_answers_end_in_6282),
		cmocka_unit_test(set_answers_are_given_so_often_and_the_card_sees_nothing),
		cmocka_unit_test(garbage_can_be_had_again_from_its_seed),
		cmocka_unit_test(the_status_tells_tries_and_how_often_each_pin_was_sent),
	};
	int failed;

	if (keyring_new(NULL, &keys) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	keyring_free(keys);
	return failed;
}
