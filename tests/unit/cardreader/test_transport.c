/* SPDX-License-Identifier: MIT
 * One ask, as the bytes that go over the wire, for each habit of readers and cards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cardreader/session/transport.h"
#include "shared/base/banned.h"

#define TURNS_MAX 8

struct turn {
	const char *command;
	size_t n_command;
	const char *answer; /* NULL: the reader refuses to carry it */
	size_t n_answer;
};

#define BYTES(literal) (literal), sizeof(literal) - 1
#define REFUSED NULL, 0
#define B100 "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789"

/* Plays the turns and gives what came of it. */
static enum transport_step play(struct transport *t, struct card_ask ask, const struct turn *turns, struct card_answer *answer)
{
	enum transport_step step = transport_ask(t, &ask, NULL);
	size_t i = 0;

	for (; step == TRANSPORT_SEND; i++) {
		assert_non_null(turns[i].command);
		assert_int_equal(t->n_command, turns[i].n_command);
		assert_memory_equal(t->command, turns[i].command, t->n_command);
		step = turns[i].answer ? transport_take(t, (const uint8_t *)turns[i].answer, turns[i].n_answer, answer) :
					 transport_refused(t);
	}
	assert_null(turns[i].command);
	return step;
}

static void assert_reads(struct card_ask ask, const struct turn *turns, const char *wanted, size_t n_wanted)
{
	struct transport *t = calloc(1, sizeof(*t));
	struct card_answer answer = {0};

	ask.kind = CARD_ASK_READ;
	assert_int_equal(play(t, ask, turns, &answer), TRANSPORT_ANSWERED);
	assert_int_equal(answer.sw, 0x9000);
	assert_int_equal(answer.n_bytes, n_wanted);
	assert_memory_equal(answer.bytes, wanted, n_wanted);
	free(t);
}

static void a_short_file_is_read_by_one_command_and_its_filler_dropped(void **state)
{
	assert_reads((struct card_ask){.sfi = 2},
		     (struct turn[TURNS_MAX]){{BYTES("\x00\xB0\x82\x00\x00"), BYTES("\xC1\x02xy\xFF\xFF\x90\x00")}},
		     BYTES("\xC1\x02xy"));
	assert_reads((struct card_ask){.sfi = 1, .n_bytes = 5},
		     (struct turn[TURNS_MAX]){{BYTES("\x00\xB0\x81\x00\x05"), BYTES("abcde\x90\x00")}}, BYTES("abcde"));
	assert_reads((struct card_ask){0}, /* the file selected last */
		     (struct turn[TURNS_MAX]){{BYTES("\x00\xB0\x00\x00\x00"), BYTES("\xC1\x01x\x90\x00")}}, BYTES("\xC1\x01x"));
}

static void a_long_file_is_one_command_in_extended_length(void **state)
{
	assert_reads((struct card_ask){.sfi = 2, .is_long = true},
		     (struct turn[TURNS_MAX]){{BYTES("\x00\xB0\x82\x00\x00\x00\x00"), BYTES("\xC1\x82\x00\x64" B100 "\x90\x00")}},
		     BYTES("\xC1\x82\x00\x64" B100));
}

static void without_extended_length_it_is_asked_again_in_short_form(void **state)
{
	const struct turn refused[TURNS_MAX] = {{BYTES("\x00\xB0\x82\x00\x00\x00\x00"), REFUSED},
						{BYTES("\x00\xB0\x82\x00\x00"), BYTES("\xC1\x82\x00\xC8" B100 "\x90\x00")},
						{BYTES("\x00\xB0\x00\x68\x64"), BYTES(B100 "\x90\x00")}};
	struct turn by_card[TURNS_MAX];

	assert_reads((struct card_ask){.sfi = 2, .is_long = true}, refused, BYTES("\xC1\x82\x00\xC8" B100 B100));
	memcpy(by_card, refused, sizeof(by_card));
	by_card[0].answer = "\x67\x00";
	by_card[0].n_answer = 2;
	assert_reads((struct card_ask){.sfi = 2, .is_long = true}, by_card, BYTES("\xC1\x82\x00\xC8" B100 B100));
}

static void short_answers_are_read_on_from_where_they_ended(void **state)
{
	assert_reads((struct card_ask){.sfi = 2, .is_long = true},
		     (struct turn[TURNS_MAX]){{BYTES("\x00\xB0\x82\x00\x00\x00\x00"), BYTES("\xC1\x82\x01\x2C" B100 "\x90\x00")},
					      {BYTES("\x00\xB0\x00\x68\xC8"), BYTES(B100 "\x90\x00")},
					      {BYTES("\x00\xB0\x00\xCC\x64"), BYTES(B100 "\x90\x00")}},
		     BYTES("\xC1\x82\x01\x2C" B100 B100 B100));
}

static void waiting_bytes_are_fetched_and_a_wrong_length_mended(void **state)
{
	assert_reads((struct card_ask){.sfi = 2},
		     (struct turn[TURNS_MAX]){{BYTES("\x00\xB0\x82\x00\x00"), BYTES("\x6C\x05")},
					      {BYTES("\x00\xB0\x82\x00\x05"), BYTES("\xC1\x03xyz\x90\x00")}},
		     BYTES("\xC1\x03xyz"));
	assert_reads((struct card_ask){.sfi = 2},
		     (struct turn[TURNS_MAX]){{BYTES("\x00\xB0\x82\x00\x00"), BYTES("\xC1\x03x\x61\x02")},
					      {BYTES("\x00\xC0\x00\x00\x02"), BYTES("yz\x90\x00")}},
		     BYTES("\xC1\x03xyz"));
}

static void an_end_of_file_told_early_ends_the_reading(void **state)
{
	struct transport *t = calloc(1, sizeof(*t));
	struct card_answer answer;

	assert_reads((struct card_ask){.sfi = 2},
		     (struct turn[TURNS_MAX]){{BYTES("\x00\xB0\x82\x00\x00"), BYTES("\xC1\x03xyz\x62\x82")}}, BYTES("\xC1\x03xyz"));
	assert_reads((struct card_ask){.sfi = 2, .n_bytes = 17}, /* fewer bytes than asked are what there is */
		     (struct turn[TURNS_MAX]){{BYTES("\x00\xB0\x82\x00\x11"), BYTES("xyz\x62\x82")}}, BYTES("xyz"));
	assert_int_equal(play(t, (struct card_ask){.kind = CARD_ASK_READ, .sfi = 2},
			      (struct turn[TURNS_MAX]){{BYTES("\x00\xB0\x82\x00\x00"), BYTES("\xC1\x05xyz\x90\x00")},
						       {BYTES("\x00\xB0\x00\x05\x02"), BYTES("\x6B\x00")}},
			      &answer),
			 TRANSPORT_MALFORMED);
	free(t);
}

static void nothing_that_spends_a_try_is_ever_sent_again(void **state)
{
	static const char *const words[] = {"\x6C\x04", "\x6C\x00", "\x67\x00"};
	struct transport *t = calloc(1, sizeof(*t));
	const struct card_ask ask = {.kind = CARD_ASK_VERIFY, .reference = 0x91, .data = (const uint8_t *)"1234", .n_data = 4};
	struct card_answer answer;

	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(play(t, ask,
				      (struct turn[TURNS_MAX]){{BYTES("\x00\x20\x00\x91\x04" "1234"), words[i], 2}}, &answer),
				 TRANSPORT_ANSWERED);
		assert_int_not_equal(answer.sw, 0x9000);
		assert_int_equal(t->command[5], 0); /* the digits are gone */
	}
	assert_int_equal(transport_ask(t, &ask, NULL), TRANSPORT_SEND);
	assert_int_equal(transport_refused(t), TRANSPORT_MALFORMED);
	assert_int_equal(play(t, (struct card_ask){.kind = CARD_ASK_VERIFY, .reference = 0x91},
			      (struct turn[TURNS_MAX]){{0}}, &answer), TRANSPORT_MALFORMED); /* no secret, no command */
	free(t);
}

static void counters_and_blocks_are_told_from_the_status_word(void **state)
{
	static const struct {
		const char *bytes;
		int tries;
		bool is_blocked;
	} words[] = {{"\x63\xC3", 3, false}, {"\x63\xC0", 0, true}, {"\x69\x84", -1, true}, {"\x69\x83", -1, true},
		     {"\x63\x00", -1, false}, {"\x90\x00", -1, false}};
	struct transport *t = calloc(1, sizeof(*t));
	struct card_answer answer;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		assert_int_equal(play(t, (struct card_ask){.kind = CARD_ASK_TRIES, .reference = 0x95},
				      (struct turn[TURNS_MAX]){{BYTES("\x00\x20\x00\x95"), words[i].bytes, 2}}, &answer),
				 TRANSPORT_ANSWERED);
		assert_int_equal(answer.tries, words[i].tries);
		assert_int_equal(answer.is_blocked, words[i].is_blocked);
	}
	free(t);
}

static void an_answer_larger_than_any_file_is_malformed_and_one_for_ever_ends(void **state)
{
	struct transport *t = calloc(1, sizeof(*t));
	uint8_t *large = calloc(1, TRANSPORT_ANSWER_BYTES_MAX + 3);
	struct card_answer answer;
	enum transport_step step;
	int n = 0;

	transport_ask(t, &(struct card_ask){.kind = CARD_ASK_READ, .sfi = 2, .is_long = true}, NULL);
	large[TRANSPORT_ANSWER_BYTES_MAX + 1] = 0x90;
	assert_int_equal(transport_take(t, large, TRANSPORT_ANSWER_BYTES_MAX + 3, &answer), TRANSPORT_MALFORMED);
	step = transport_ask(t, &(struct card_ask){.kind = CARD_ASK_READ, .sfi = 2}, NULL);
	for (; step == TRANSPORT_SEND && n < 1000; n++)
		step = transport_take(t, (const uint8_t *)"\x61\x10", 2, &answer);
	assert_int_equal(step, TRANSPORT_MALFORMED);
	free(large);
	free(t);
}

static void the_answer_before_is_gone_when_the_next_is_asked_for(void **state)
{
	static const uint8_t nothing[TRANSPORT_ANSWER_BYTES_MAX];
	struct transport *t = calloc(1, sizeof(*t));
	struct card_answer answer;

	play(t, (struct card_ask){.kind = CARD_ASK_READ, .sfi = 1},
	     (struct turn[TURNS_MAX]){{BYTES("\x00\xB0\x81\x00\x00"), BYTES("\xC1\x03xyz\xFF\xFF\xFF\x90\x00")}}, &answer);
	assert_int_equal(transport_ask(t, &(struct card_ask){.kind = CARD_ASK_TRIES, .reference = 0x91}, NULL), TRANSPORT_SEND);
	assert_memory_equal(t->bytes, nothing, sizeof(nothing));
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_file_is_read_by_one_command_and_its_filler_dropped),
		cmocka_unit_test(a_long_file_is_one_command_in_extended_length),
		cmocka_unit_test(without_extended_length_it_is_asked_again_in_short_form),
		cmocka_unit_test(short_answers_are_read_on_from_where_they_ended),
		cmocka_unit_test(waiting_bytes_are_fetched_and_a_wrong_length_mended),
		cmocka_unit_test(an_end_of_file_told_early_ends_the_reading),
		cmocka_unit_test(nothing_that_spends_a_try_is_ever_sent_again),
		cmocka_unit_test(counters_and_blocks_are_told_from_the_status_word),
		cmocka_unit_test(an_answer_larger_than_any_file_is_malformed_and_one_for_ever_ends),
		cmocka_unit_test(the_answer_before_is_gone_when_the_next_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
