/* SPDX-License-Identifier: MIT
 * Licences through the session, against a card of bytes, whose every byte can be spoilt, and against the virtual card. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "cardreader/lockdown.h"
#include "cardreader/profile/driver_licence.h"
#include "cardreader/profile/jisx0208.h"
#include "cardreader/session/session.h"
#include "cardreader/virtual/vcard.h"
#include "tests/support/licence_card.h"
#include "shared/base/banned.h"

#define RANDOM_RUNS 20000

struct bench {
	struct licence_card card;
	struct persona *persona;
	struct vcard *virtual; /* NULL: the card of bytes */
	struct session *session;
	struct secret *secret;
	int n_apdus, n_extended;
};

static void make_bench(struct bench *b)
{
	licence_card_make(&b->card);
	b->secret = secret_new(64);
}

static void make_my_bench(struct bench *b)
{
	licence_card_make_my(&b->card);
	b->secret = secret_new(64);
}

static void release_bench(struct bench *b)
{
	session_free(b->session);
	secret_free(b->secret);
	vcard_free(b->virtual);
	persona_free(b->persona);
}

static const struct session_result *run(struct bench *b, struct session_request request, const char *secret)
{
	static uint8_t answer[65538];
	enum session_step step;

	secret_clear(b->secret);
	if (secret)
		assert_int_equal(secret_append(b->secret, secret, strlen(secret)), 0);
	request.secret = secret ? b->secret : NULL;
	b->card.place = 0;
	b->card.is_open = false;
	b->card.current = NULL;
	b->card.n_verify = b->n_apdus = b->n_extended = 0;
	if (b->virtual)
		vcard_reset(b->virtual);
	b->session = session_free(b->session);
	assert_int_equal(session_new(&request, &b->session), 0);
	for (step = session_start(b->session); step == SESSION_SEND;) {
		size_t n_command;
		const uint8_t *command = session_command(b->session, &n_command);

		b->n_apdus++;
		b->n_extended += command[1] == 0xB0 && n_command == 7;
		step = session_answer(b->session, answer,
				      b->virtual ? vcard_transmit(b->virtual, command, n_command, answer) :
						   licence_card_transmit(&b->card, command, n_command, answer));
	}
	return session_result(b->session);
}

static const struct session_result *read_licence(struct bench *b, const char *pin)
{
	return run(b, (struct session_request){.purpose = SESSION_READ, .auth = CARD_AUTH_PIN,
					       .kind = CARD_DRIVER_LICENCE}, pin);
}

/* ---- JIS X 0208 ---- */

static int convert_locked_down(bool is_warm)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		struct jisx0208 *kept = NULL, *converter;
		char out[16];

		if ((is_warm && jisx0208_open(&kept) < 0) || card_lockdown() < 0)
			_exit(2);
		if (jisx0208_open(&converter) < 0 ||
		    jisx0208_text(converter, (const uint8_t *)"\x38\x2B\x4B\x5C", 4, out, sizeof(out)) < 0)
			_exit(3);
		jisx0208_close(converter);
		_exit(strcmp(out, "見本") == 0 ? 0 : 4);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
}

/* First of all tests: later ones load the converter into this very process. */
static void a_converter_kept_open_lets_a_locked_down_process_convert(void **state)
{
	assert_int_equal(convert_locked_down(true), 0);
	assert_int_equal(convert_locked_down(false), SIGSYS);
}

static void letters_without_a_code_become_the_missing_letter_mark(void **state)
{
	static const struct {
		const char *codes;
		size_t n_codes;
		const char *text; /* NULL: refused */
	} cases[] = {
		{"", 0, ""},
		{"\x38\x2B\x21\x21\x4B\x5C", 6, "見　本"},
		{"\xFF\xF1\xFF\xF7\xFF\xFA", 6, "〓〓〓"},
		{"\x29\x21", 2, "〓"}, /* an empty row */
		{"\x38", 1, NULL},
		{"\xFF\xF0", 2, NULL},
		{"\xFF\xF8", 2, NULL},
		{"\x20\x21", 2, NULL},
		{"\x38\x7F", 2, NULL},
		{"\x1B\x24\x42\x21", 4, NULL},
		{"\xB8\xAB", 2, NULL},
	};
	CLEANUP(jisx0208_closep) struct jisx0208 *converter = NULL;

	assert_int_equal(jisx0208_open(&converter), 0);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char out[10] = "unset";
		int r = jisx0208_text(converter, (const uint8_t *)cases[i].codes, cases[i].n_codes, out, sizeof(out));

		assert_int_equal(r, cases[i].text ? 0 : -EBADMSG);
		assert_string_equal(out, cases[i].text ? cases[i].text : "");
	}
}

static void text_longer_than_its_place_is_refused_whole(void **state)
{
	CLEANUP(jisx0208_closep) struct jisx0208 *converter = NULL;
	char out[7];

	assert_int_equal(jisx0208_open(&converter), 0);
	assert_int_equal(jisx0208_text(converter, (const uint8_t *)"\x38\x2B\x4B\x5C", 4, out, sizeof(out)), 0);
	assert_int_equal(jisx0208_text(converter, (const uint8_t *)"\x38\x2B\x4B\x5C", 4, out, 6), -ENOSPC);
	assert_string_equal(out, "");
}

/* ---- the licence ---- */

static void a_licence_tells_the_person_and_what_may_be_driven(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b);
	result = read_licence(&b, "1234");
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->kind, CARD_DRIVER_LICENCE);
	assert_string_equal(result->person.name.text, "見本　花子");
	assert_string_equal(result->person.kana.text, "ミホン　ハナコ");
	assert_string_equal(result->person.birth_date.text, "1960-02-29");
	assert_string_equal(result->person.address.text, "見本県見本村大字見本１丁目２番３号");
	assert_null(result->person.sex.text);
	assert_int_equal(result->person.name.source, VALUE_CARD);
	assert_int_equal(result->genuine, PROOF_NOT_CHECKED);
	assert_string_equal(result->expires, "2028-03-29");
	assert_true(result->has_licence);
	assert_string_equal(result->licence.number, "000000000000");
	assert_string_equal(result->licence.colour, "優良");
	assert_string_equal(result->licence.conditions[0], "眼鏡等");
	assert_string_equal(result->licence.conditions[1], "");
	assert_int_equal(result->licence.categories, 1U << 1 | 1U << 6);
	assert_string_equal(card_licence_categories[1], "普通");
	assert_string_equal(card_licence_categories[6], "原付");
	assert_string_equal(card_licence_categories[14], "準中型");
	assert_null(card_licence_categories[15]);
	assert_int_equal(b.n_apdus, 7);
	assert_int_equal(b.card.n_verify, 1);
	assert_int_equal(secret_length(b.secret), 0);
}

static void a_reader_without_extended_length_reads_the_same_in_pieces(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b);
	b.card.has_no_extended = true;
	result = read_licence(&b, "1234");
	assert_int_equal(result->outcome, CARD_OK);
	assert_string_equal(result->person.address.text, "見本県見本村大字見本１丁目２番３号");
	assert_int_equal(b.n_extended, 1); /* learnt once */
	assert_true(result->has_no_extended);
	assert_int_equal(b.card.n_verify, 1);
}

static void before_the_pin_a_licence_tells_validity_and_tries(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b);
	b.card.tries = 2;
	result = run(&b, (struct session_request){.purpose = SESSION_LOOK}, NULL);
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->kind, CARD_DRIVER_LICENCE);
	assert_string_equal(result->expires, "2028-03-29");
	assert_true(result->needs_secret);
	assert_int_equal(result->tries.pin, 2);
	assert_int_equal(result->tries.b, -1);
	assert_null(result->person.name.text);
	result = run(&b, (struct session_request){.purpose = SESSION_TRIES}, NULL);
	assert_int_equal(result->tries.pin, 2);
	assert_int_equal(b.card.n_verify, 0);
}

static void a_licence_without_pin_opens_by_asterisks_whatever_was_typed(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	make_bench(&b);
	b.card.pin = (const uint8_t *)"****";
	b.card.pin_setting.bytes[2] = 0;
	assert_false(run(&b, (struct session_request){.purpose = SESSION_LOOK}, NULL)->needs_secret);
	assert_int_equal(run(&b, (struct session_request){.purpose = SESSION_READ, .auth = CARD_AUTH_NONE}, NULL)->outcome,
			 CARD_OK);
	assert_string_equal(session_result(b.session)->person.name.text, "見本　花子");
	assert_int_equal(b.card.n_verify, 1);
	assert_int_equal(read_licence(&b, "9999")->outcome, CARD_OK);
	assert_memory_equal(b.card.last_pin, "****", 4);
	assert_int_equal(b.card.n_verify, 1);
}

static void a_licence_with_pin_is_not_tried_without_one(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	make_bench(&b);
	assert_int_equal(run(&b, (struct session_request){.purpose = SESSION_READ, .auth = CARD_AUTH_NONE}, NULL)->outcome,
			 CARD_PIN_MALFORMED);
	assert_int_equal(b.card.n_verify, 0);
	assert_int_equal(b.card.tries, 3);
}

static void a_wrong_pin_costs_one_try_and_the_last_one_is_kept(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	make_bench(&b);
	assert_int_equal(read_licence(&b, "0000")->outcome, CARD_PIN_INCORRECT);
	assert_int_equal(session_result(b.session)->tries_left, 2);
	assert_int_equal(read_licence(&b, "0000")->tries_left, 1);
	assert_int_equal(read_licence(&b, "0000")->outcome, CARD_LAST_TRY);
	assert_int_equal(b.card.n_verify, 0);
	assert_int_equal(run(&b, (struct session_request){.purpose = SESSION_READ, .auth = CARD_AUTH_PIN,
							  .kind = CARD_DRIVER_LICENCE, .may_spend_last_try = true},
			     "0000")->outcome, CARD_PIN_BLOCKED);
	assert_int_equal(read_licence(&b, "1234")->outcome, CARD_PIN_BLOCKED);
}

/* ---- changes ---- */

static void make_changes(struct bench *b)
{
	make_bench(b);
	b->card.changes.n_bytes = 0;
	licence_put(&b->card.changes, 0x50, "\x01", 1);
}

static void whoever_moved_is_given_the_newest_address(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_changes(&b);
	licence_put_change(&b.card.changes, 0x70, "5050401", "見本県見本村字新町１番地");
	licence_put_change(&b.card.changes, 0x71, "5070401", "見本県見本村字北町２番地");
	licence_put_change(&b.card.changes, 0x72, "5060401", "見本県見本村字南町３番地");
	licence_fill(&b.card.changes, 640);
	result = read_licence(&b, "1234");
	assert_int_equal(result->outcome, CARD_OK);
	assert_string_equal(result->person.address.text, "見本県見本村字北町２番地");
	assert_string_equal(result->person.name.text, "見本　花子");
	assert_string_equal(result->person.kana.text, "ミホン　ハナコ");
}

static void of_two_moves_on_one_day_the_later_entry_counts(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	make_changes(&b);
	licence_put_change(&b.card.changes, 0x70, "5050401", "見本県見本村字新町１番地");
	licence_put_change(&b.card.changes, 0x71, "5050401", "見本県見本村字北町２番地");
	licence_fill(&b.card.changes, 640);
	assert_string_equal(read_licence(&b, "1234")->person.address.text, "見本県見本村字北町２番地");
}

static void a_new_name_takes_the_old_reading_away(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_changes(&b);
	licence_put_change(&b.card.changes, 0x60, "5070401", "架空　花子");
	licence_put_change(&b.card.changes, 0x68, "5050401", "フルイ　ハナコ");
	licence_put_change(&b.card.changes, 0x78, "5070401", "補聴器");
	licence_put_change(&b.card.changes, 0x80, "5070402", "眼鏡等");
	licence_fill(&b.card.changes, 640);
	result = read_licence(&b, "1234");
	assert_string_equal(result->person.name.text, "架空　花子");
	assert_null(result->person.kana.text);
	assert_string_equal(result->licence.conditions[1], "補聴器");
	assert_string_equal(result->licence.conditions[2], "解除: 眼鏡等");
	licence_card_make(&b.card);
	b.card.changes.n_bytes = 0;
	licence_put_change(&b.card.changes, 0x60, "5070401", "架空　花子");
	licence_put_change(&b.card.changes, 0x68, "5070401", "カクウ　ハナコ");
	licence_fill(&b.card.changes, 640);
	assert_string_equal(read_licence(&b, "1234")->person.kana.text, "カクウ　ハナコ");
}

static void assert_name_and_address_are_asked_for(struct bench *b)
{
	const struct session_result *result = read_licence(b, "1234");

	assert_int_equal(result->outcome, CARD_OK);
	assert_null(result->person.name.text);
	assert_null(result->person.kana.text);
	assert_null(result->person.address.text);
	assert_string_equal(result->person.birth_date.text, "1960-02-29");
}

static void what_was_written_in_and_cannot_be_read_leaves_name_and_address_to_the_resident(void **state)
{
	static const struct {
		size_t at;
		uint8_t byte;
	} spoilt[] = {
		{3 + 1, 200},       /* length beyond the entry: the next tag makes no sense */
		{3 + 2 + 1, 0x24},  /* date: no digit */
		{3 + 2 + 8, 0x39},  /* month 94 */
		{3 + 2 + 15, 0x80}, /* text: no JIS X 0208 */
		{3 + 2 + 15 + 24 + 6, 0x30}, /* commission: no 公 */
	};
	CLEANUP(release_bench) struct bench b = {0};

	for (size_t i = 0; i < sizeof(spoilt) / sizeof(*spoilt); i++) {
		release_bench(&b);
		b = (struct bench){0};
		make_changes(&b);
		licence_put_change(&b.card.changes, 0x70, "5050401", "見本県見本村字新町１番地");
		licence_fill(&b.card.changes, 640);
		assert_string_equal(read_licence(&b, "1234")->person.address.text, "見本県見本村字新町１番地");
		b.card.changes.bytes[spoilt[i].at] = spoilt[i].byte;
		assert_name_and_address_are_asked_for(&b);
	}
	licence_card_make(&b.card);
	b.card.changes.n_bytes = 3; /* cut short behind the mark */
	assert_name_and_address_are_asked_for(&b);
}

static void a_licence_that_has_no_file_for_changes_was_never_changed(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	make_bench(&b);
	b.card.changes.n_bytes = 0;
	assert_string_equal(read_licence(&b, "1234")->person.address.text, "見本県見本村大字見本１丁目２番３号");
}

/* ---- records ---- */

static int parse(const struct licence_file *file, struct driver_licence_record *record)
{
	return driver_licence_parse(file->bytes, file->n_bytes, record);
}

static void letters_outside_the_set_are_marked_in_name_and_address(void **state)
{
	struct licence_file file = {.n_bytes = 0};
	struct driver_licence_record record;

	licence_put_text(&file, 0x12, "?1本　花子");
	licence_put_text(&file, 0x13, "ミホン　?0");
	licence_put_ascii(&file, 0x16, "3000000");
	licence_put_text(&file, 0x17, "見本村?7町");
	assert_int_equal(parse(&file, &record), 0);
	assert_string_equal(record.person.name.text, "〓本　花子");
	assert_string_equal(record.person.address.text, "見本村〓町");
	assert_null(record.person.kana.text); /* no reading */
	assert_string_equal(record.person.birth_date.text, "0000-00-00");
	assert_string_equal(record.expires, "");
	person_release(&record.person);
}

static void an_address_beyond_127_bytes_is_read_whole(void **state)
{
	struct licence_file file = {.n_bytes = 0};
	struct driver_licence_record record;
	char address[3 * 90 + 1] = "";

	for (int i = 0; i < 90; i++)
		memcpy(address + 3 * i, "村", 4);
	licence_put_text(&file, 0x12, "見本");
	licence_put_ascii(&file, 0x16, "5010501");
	licence_put_text(&file, 0x17, address);
	assert_int_equal(parse(&file, &record), 0);
	assert_string_equal(record.person.address.text, address);
	assert_string_equal(record.person.birth_date.text, "2019-05-01");
	person_release(&record.person);
}

static void a_record_without_name_birth_or_address_or_with_one_twice_is_refused(void **state)
{
	static const uint8_t tags[] = {0x12, 0x16, 0x17};
	struct driver_licence_record record;

	for (size_t left_out = 0; left_out < 4; left_out++) {
		struct licence_file file = {.n_bytes = 0};

		for (size_t i = 0; i < 3; i++)
			if (i != left_out && i == 1)
				licence_put_ascii(&file, tags[i], "3350229");
			else if (i != left_out)
				licence_put_text(&file, tags[i], "見本");
		if (left_out == 3)
			licence_put_text(&file, 0x12, "架空");
		assert_int_equal(parse(&file, &record), -EBADMSG);
	}
}

static void dates_run_on_beyond_their_era_and_no_others(void **state)
{
	static const struct {
		const char *digits, *iso;
	} dates[] = {
		{"4330401", "2021-04-01"}, {"1450729", "1912-07-29"}, {"5010501", "2019-05-01"}, {"0000000", "0000-00-00"},
		{"3640107", "1989-01-07"}, {"3350230", NULL},	      {"6010101", NULL},	 {"0010101", NULL},
		{"335022", NULL},	   {"33502299", NULL},	      {"335022a", NULL},	 {"3351301", NULL},
		{"3000129", "0000-01-29"}, {"3350029", NULL},
	};

	for (size_t i = 0; i < sizeof(dates) / sizeof(*dates); i++) {
		char iso[11] = "unset";
		int r = licence_parse_date((const uint8_t *)dates[i].digits, strlen(dates[i].digits), iso);

		assert_int_equal(r, dates[i].iso ? 0 : -EBADMSG);
		assert_string_equal(iso, dates[i].iso ? dates[i].iso : "unset");
	}
}

static void objects_are_walked_by_one_byte_tags_to_the_end_mark(void **state)
{
	static const uint8_t bytes[] = {0x1F, 0x00, 0x5F, 0x01, 0xAA, 0x7F, 0x81, 0x01, 0xBB, 0x82, 0x82, 0x00, 0x01, 0xCC,
					0xFF, 0x05};
	static const struct {
		uint8_t bytes[4];
		size_t n_bytes;
	} refused[] = {{{0x12}, 1}, {{0x12, 0x01}, 2}, {{0x12, 0x80}, 2}, {{0x12, 0x83, 0, 0}, 4},
		       {{0x12, 0x82, 0}, 3}, {{0x12, 0x81}, 2}, {{0x12, 0x82, 0, 1}, 4}, {{0x12, 0x90, 0, 0}, 4}};
	struct tlv_walk walk = {bytes, sizeof(bytes)};
	struct tlv tlv;

	for (uint32_t tag = 0x1F; tag != 0; tag = tag == 0x1F ? 0x5F : tag == 0x5F ? 0x7F : tag == 0x7F ? 0x82 : 0) {
		assert_int_equal(licence_next(&walk, &tlv), TLV_OBJECT);
		assert_int_equal(tlv.tag, tag);
		assert_int_equal(tlv.length, tag == 0x1F ? 0 : 1);
	}
	assert_int_equal(*tlv.value, 0xCC);
	assert_int_equal(licence_next(&walk, &tlv), TLV_END);
	for (size_t i = 0; i < sizeof(refused) / sizeof(*refused); i++) {
		walk = (struct tlv_walk){refused[i].bytes, refused[i].n_bytes};
		assert_int_equal(licence_next(&walk, &tlv), -EBADMSG);
	}
}

static void a_record_cut_anywhere_is_refused_or_whole(void **state)
{
	static struct licence_card card;
	size_t n_taken = 0;

	licence_card_make(&card);
	for (size_t n = 0; n < card.record.n_bytes; n++) {
		struct driver_licence_record record;
		uint8_t *exact = malloc(n + !n); /* so that a byte read too many is seen */

		assert_non_null(exact);
		memcpy(exact, card.record.bytes, n);
		if (driver_licence_parse(exact, n, &record) == 0) {
			assert_string_equal(record.person.address.text, "見本県見本村大字見本１丁目２番３号");
			person_release(&record.person);
			n_taken++;
		}
		free(exact);
	}
	assert_true(n_taken > 500 && n_taken < 800);
}

/* ---- マイナ免許証 ---- */

static void a_licence_on_a_my_number_card_tells_the_licence_and_no_person(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_my_bench(&b);
	result = run(&b, (struct session_request){.purpose = SESSION_READ, .auth = CARD_AUTH_PIN,
						  .kind = CARD_DRIVER_LICENCE, .want = CARD_WANT_FACE}, "5678");
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->kind, CARD_MY_NUMBER);
	assert_true(result->has_licence);
	assert_null(result->person.name.text);
	assert_null(result->person.address.text);
	assert_string_equal(result->expires, "2028-03-29");
	assert_string_equal(result->licence.number, "000000000000");
	assert_string_equal(result->licence.colour, "優良");
	assert_string_equal(result->licence.conditions[0], "眼鏡等");
	assert_string_equal(result->licence.conditions[1], "準中型で運転できる準中型車は準中型車（５ｔ）に限る");
	assert_int_equal(result->licence.categories, 1U << 1 | 1U << 14);
	assert_int_equal(result->n_pictures, 1);
	assert_string_equal(result->pictures[0].what, "face");
	assert_int_equal(result->pictures[0].n_bytes, 64);
	assert_int_equal(b.card.n_verify, 1);
	assert_int_equal(read_licence(&b, "5678")->n_pictures, 0); /* not asked for */
}

static void with_kind_auto_such_a_card_is_a_my_number_card(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_my_bench(&b);
	result = run(&b, (struct session_request){.purpose = SESSION_LOOK}, NULL);
	assert_int_equal(result->kind, CARD_MY_NUMBER);
	result = run(&b, (struct session_request){.purpose = SESSION_READ, .auth = CARD_AUTH_NONE}, NULL);
	assert_int_equal(result->outcome, CARD_UNSUPPORTED);
	assert_false(result->has_licence);
	assert_int_equal(b.card.n_verify, 0);
}

static void the_pin_of_a_my_number_licence_has_tries_of_its_own(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_my_bench(&b);
	result = run(&b, (struct session_request){.purpose = SESSION_LOOK, .kind = CARD_DRIVER_LICENCE}, NULL);
	assert_int_equal(result->kind, CARD_MY_NUMBER);
	assert_true(result->has_licence && result->needs_secret);
	assert_int_equal(result->tries.pin, 10);
	assert_int_equal(read_licence(&b, "0000")->outcome, CARD_PIN_INCORRECT);
	assert_int_equal(session_result(b.session)->tries_left, 9);
	b.card.my_setting.bytes[2] = 0;
	b.card.pin = (const uint8_t *)"****";
	assert_int_equal(run(&b, (struct session_request){.purpose = SESSION_READ, .auth = CARD_AUTH_NONE,
							  .kind = CARD_DRIVER_LICENCE}, NULL)->outcome, CARD_OK);
}

static void the_pin_is_never_tried_on_the_object_that_only_the_print_knows(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	make_my_bench(&b);
	b.card.pin_reference = 0x82;
	assert_int_equal(run(&b, (struct session_request){.purpose = SESSION_TRIES, .kind = CARD_DRIVER_LICENCE}, NULL)
				 ->tries.pin, 10);
	assert_int_equal(run(&b, (struct session_request){.purpose = SESSION_READ, .auth = CARD_AUTH_PIN,
							  .kind = CARD_DRIVER_LICENCE, .may_spend_last_try = true},
			     "5678")->outcome, CARD_UNSUPPORTED);
	assert_int_equal(b.card.n_verify, 0);
}

static void another_card_with_a_master_file_is_no_licence(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	make_bench(&b);
	b.card.pin_setting.bytes[0] = 0xC1; /* a residence card's kind */
	assert_int_equal(read_licence(&b, "1234")->outcome, CARD_UNSUPPORTED);
	assert_int_equal(session_result(b.session)->kind, CARD_KIND_AUTO);
	assert_int_equal(b.card.n_verify, 0);
}

/* ---- the virtual card ---- */

static void load_persona(struct bench *b, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/cardreader/virtual/personas/%s.yaml", getenv("MESON_SOURCE_ROOT"), name);
	assert_int_equal(persona_load(path, stderr, &b->persona), 0);
	b->secret = secret_new(64);
}

static void the_virtual_licence_tells_its_persona_with_marks_for_foreign_letters(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	load_persona(&b, "licence");
	assert_int_equal(vcard_new(b.persona, &b.virtual), 0);
	result = run(&b, (struct session_request){.purpose = SESSION_LOOK}, NULL);
	assert_int_equal(result->kind, CARD_DRIVER_LICENCE);
	assert_string_equal(result->expires, "2029-08-03");
	assert_int_equal(result->tries.pin, 3);
	result = run(&b, (struct session_request){.purpose = SESSION_READ, .auth = CARD_AUTH_PIN}, "1234");
	assert_int_equal(result->outcome, CARD_OK);
	assert_string_equal(result->person.name.text, "見本〓　次郎");
	assert_string_equal(result->person.kana.text, "ミホンザキ　ジロウ");
	assert_string_equal(result->person.address.text, "長野県見本村大字〓例示４５番地６");
	assert_string_equal(result->person.birth_date.text, "1985-07-03");
	assert_string_equal(result->licence.number, "209996000055");
	assert_string_equal(result->licence.conditions[1], "準中型で運転できる準中型車は準中型車（５ｔ）に限る");
	assert_int_equal(result->licence.categories, 1U << 1 | 1U << 6);
	assert_int_equal(vcard_n_verify(b.virtual), 1);
}

static void the_virtual_my_number_card_carries_a_licence_of_its_own(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	load_persona(&b, "mihon-hanako");
	b.persona->has_licence = true;
	b.persona->licence = (struct persona_licence){.number = "209996000026", .colour = "優良", .pin1 = "5678",
						      .issued = "20250401", .expires = "20300329", .n_conditions = 1,
						      .conditions = {"眼鏡等"}, .categories = {[1] = "19850401"}};
	assert_int_equal(vcard_new(b.persona, &b.virtual), 0);
	result = run(&b, (struct session_request){.purpose = SESSION_READ, .auth = CARD_AUTH_PIN,
						  .kind = CARD_DRIVER_LICENCE, .want = CARD_WANT_FACE}, "5678");
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->kind, CARD_MY_NUMBER);
	assert_string_equal(result->licence.number, "209996000026");
	assert_string_equal(result->licence.colour, "優良");
	assert_string_equal(result->licence.conditions[0], "眼鏡等");
	assert_int_equal(result->licence.categories, 1U << 1);
	assert_string_equal(result->expires, "2030-03-29");
	assert_int_equal(result->n_pictures, 1);
	assert_int_equal(vcard_n_verify(b.virtual), 1);
}

/* ---- hostile cards ---- */

static void a_spoilt_card_ends_the_session_and_sees_the_pin_at_most_once(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	uint32_t seed = 20261122;
	int n_ok = 0;

	make_bench(&b);
	for (int i = 0; i < RANDOM_RUNS; i++) {
		static struct licence_card whole;
		struct licence_file *files[] = {&b.card.pin_setting, &b.card.record, &b.card.changes, &b.card.my_setting,
						&b.card.my_record};
		bool is_my = i & 1;

		if (is_my)
			licence_card_make_my(&whole);
		else
			licence_card_make(&whole);
		b.card = whole;
		for (int spots = 0; spots < 3; spots++) {
			struct licence_file *file;

			seed = seed * 1103515245 + 12345;
			file = files[(seed >> 20) % 5];
			if (file->n_bytes)
				file->bytes[(seed >> 8) % file->n_bytes] ^= (uint8_t)(1 + (seed >> 24) % 255);
		}
		n_ok += read_licence(&b, is_my ? "5678" : "1234")->outcome == CARD_OK;
		assert_true(b.card.n_verify <= 1);
		assert_true(b.n_apdus <= SESSION_APDUS_MAX);
	}
	assert_true(n_ok > RANDOM_RUNS / 10 && n_ok < RANDOM_RUNS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_converter_kept_open_lets_a_locked_down_process_convert),
		cmocka_unit_test(letters_without_a_code_become_the_missing_letter_mark),
		cmocka_unit_test(text_longer_than_its_place_is_refused_whole),
		cmocka_unit_test(a_licence_tells_the_person_and_what_may_be_driven),
		cmocka_unit_test(a_reader_without_extended_length_reads_the_same_in_pieces),
		cmocka_unit_test(before_the_pin_a_licence_tells_validity_and_tries),
		cmocka_unit_test(a_licence_without_pin_opens_by_asterisks_whatever_was_typed),
		cmocka_unit_test(a_licence_with_pin_is_not_tried_without_one),
		cmocka_unit_test(a_wrong_pin_costs_one_try_and_the_last_one_is_kept),
		cmocka_unit_test(whoever_moved_is_given_the_newest_address),
		cmocka_unit_test(of_two_moves_on_one_day_the_later_entry_counts),
		cmocka_unit_test(a_new_name_takes_the_old_reading_away),
		cmocka_unit_test(what_was_written_in_and_cannot_be_read_leaves_name_and_address_to_the_resident),
		cmocka_unit_test(a_licence_that_has_no_file_for_changes_was_never_changed),
		cmocka_unit_test(letters_outside_the_set_are_marked_in_name_and_address),
		cmocka_unit_test(an_address_beyond_127_bytes_is_read_whole),
		cmocka_unit_test(a_record_without_name_birth_or_address_or_with_one_twice_is_refused),
		cmocka_unit_test(dates_run_on_beyond_their_era_and_no_others),
		cmocka_unit_test(objects_are_walked_by_one_byte_tags_to_the_end_mark),
		cmocka_unit_test(a_record_cut_anywhere_is_refused_or_whole),
		cmocka_unit_test(a_licence_on_a_my_number_card_tells_the_licence_and_no_person),
		cmocka_unit_test(with_kind_auto_such_a_card_is_a_my_number_card),
		cmocka_unit_test(the_pin_of_a_my_number_licence_has_tries_of_its_own),
		cmocka_unit_test(the_pin_is_never_tried_on_the_object_that_only_the_print_knows),
		cmocka_unit_test(another_card_with_a_master_file_is_no_licence),
		cmocka_unit_test(the_virtual_licence_tells_its_persona_with_marks_for_foreign_letters),
		cmocka_unit_test(the_virtual_my_number_card_carries_a_licence_of_its_own),
		cmocka_unit_test(a_spoilt_card_ends_the_session_and_sees_the_pin_at_most_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
