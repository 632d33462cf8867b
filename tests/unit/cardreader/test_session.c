/* SPDX-License-Identifier: MIT
 * The session against the virtual card itself, in one process, and against cards that answer anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cardreader/session/presence.h"
#include "cardreader/session/session.h"
#include "cardreader/virtual/vcard.h"
#include "shared/base/banned.h"

#define RANDOM_RUNS 20000

struct bench {
	struct persona *persona;
	struct vcard *card;
	struct secret *pin;
	struct session *session;
	int n_verify, n_apdus;
	uint8_t last[64];
	size_t n_last;
};

static void make_bench(struct bench *b, const char *pin)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/cardreader/virtual/personas/mihon-hanako.yaml", getenv("MESON_SOURCE_ROOT"));
	assert_int_equal(persona_load(path, stderr, &b->persona), 0);
	b->pin = secret_new(64);
	assert_int_equal(secret_append(b->pin, pin, strlen(pin)), 0);
}

static void release_bench(struct bench *b)
{
	session_free(b->session);
	secret_free(b->pin);
	vcard_free(b->card);
	persona_free(b->persona);
}

static void note_command(struct bench *b)
{
	const uint8_t *command = session_command(b->session, &b->n_last);

	assert_true(b->n_last >= 4 && b->n_last < sizeof(b->last));
	memcpy(b->last, command, b->n_last);
	b->n_apdus++;
	b->n_verify += command[1] == 0x20 && b->n_last > 5;
}

static const struct session_result *run(struct bench *b, struct session_request request)
{
	static uint8_t answer[VCARD_ANSWER_BYTES_MAX];
	enum session_step step;

	if (!b->card)
		assert_int_equal(vcard_new(b->persona, &b->card), 0);
	vcard_reset(b->card);
	request.secret = b->pin;
	if (request.purpose == SESSION_LOOK)
		request.purpose = SESSION_READ;
	request.auth = CARD_AUTH_PIN;
	b->session = session_free(b->session);
	b->n_apdus = 0;
	assert_int_equal(session_new(&request, &b->session), 0);
	for (step = session_start(b->session); step == SESSION_SEND;) {
		note_command(b);
		step = session_answer(b->session, answer, vcard_transmit(b->card, b->last, b->n_last, answer));
	}
	return session_result(b->session);
}

static void four_commands_read_the_four_attributes(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b, "1234");
	result = run(&b, (struct session_request){0});
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(b.n_apdus, 4);
	assert_int_equal(b.n_verify, 1);
	assert_string_equal(result->person.name.text, "見本　花子");
	assert_string_equal(result->person.sex.text, "female");
	assert_int_equal(secret_length(b.pin), 0); /* wiped once sent */
}

static void whoever_agreed_to_the_last_try_needs_three_commands(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	make_bench(&b, "1234");
	assert_int_equal(run(&b, (struct session_request){.may_spend_last_try = true})->outcome, CARD_OK);
	assert_int_equal(b.n_apdus, 3);
}

static void the_expiry_costs_two_commands_more(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b, "1234");
	result = run(&b, (struct session_request){.want = CARD_WANT_EXPIRY});
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(b.n_apdus, 6);
	assert_string_equal(result->expires, "2033-04-12");
}

static void a_record_beyond_256_bytes_is_read_on_from_the_current_file(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result;

	make_bench(&b, "1234");
	for (int i = 0; i < 40; i++)
		memcpy(b.persona->address + 9 * i, "見本村", 10);
	result = run(&b, (struct session_request){0});
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(b.n_apdus, 5);
	assert_string_equal(result->person.address.text, b.persona->address);
}

static void a_wrong_pin_tells_the_tries_left_and_the_last_one_is_kept(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	make_bench(&b, "0000");
	assert_int_equal(run(&b, (struct session_request){0})->outcome, CARD_PIN_INCORRECT);
	assert_int_equal(session_result(b.session)->tries_left, 2);
	assert_int_equal(secret_append(b.pin, "0000", 4), 0);
	assert_int_equal(run(&b, (struct session_request){0})->tries_left, 1);
	assert_int_equal(secret_append(b.pin, "0000", 4), 0);
	b.n_verify = 0;
	assert_int_equal(run(&b, (struct session_request){0})->outcome, CARD_LAST_TRY);
	assert_int_equal(session_result(b.session)->tries_left, 1);
	assert_int_equal(b.n_verify, 0);
	assert_int_equal(secret_length(b.pin), 0);
	assert_int_equal(secret_append(b.pin, "0000", 4), 0);
	assert_int_equal(run(&b, (struct session_request){.may_spend_last_try = true})->outcome, CARD_PIN_BLOCKED);
	assert_int_equal(b.n_verify, 1);
	assert_int_equal(secret_append(b.pin, "1234", 4), 0);
	assert_int_equal(run(&b, (struct session_request){0})->outcome, CARD_PIN_BLOCKED);
	assert_int_equal(b.n_verify, 1);
}

static void a_number_b_that_can_only_be_a_slip_costs_no_try(void **state)
{
	static const struct {
		const char *digits;
		bool is_plausible;
	} all[] = {{"35022920339876", true},  {"35000020339876", true},	 {"35132920339876", false}, {"35023220339876", false},
		   {"35022919339876", false}, {"3502292033987", false}, {"3502292033987x", false}};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		CLEANUP(secret_freep) struct secret *b = secret_new(64);

		assert_int_equal(secret_append(b, all[i].digits, strlen(all[i].digits)), 0);
		assert_int_equal(card_secret_is_wellformed(CARD_AUTH_B, b), all[i].is_plausible);
	}
}

static void a_malformed_pin_never_reaches_the_card(void **state)
{
	static const char *const pins[] = {"123", "12345", "12a4", "１"};

	for (size_t i = 0; i < sizeof(pins) / sizeof(*pins); i++) {
		CLEANUP(release_bench) struct bench b = {0};

		make_bench(&b, pins[i]);
		assert_int_equal(run(&b, (struct session_request){0})->outcome, CARD_PIN_MALFORMED);
		assert_int_equal(b.n_apdus, 0);
	}
}

static void asking_for_the_tries_spends_none(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	const struct session_result *result = NULL;

	make_bench(&b, "1234");
	for (int i = 0; i < 20; i++)
		result = run(&b, (struct session_request){.purpose = SESSION_TRIES});
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->tries.pin, 3);
	assert_int_equal(result->tries.b, 10);
	assert_int_equal(result->tries.jpki_auth, 3);
	assert_int_equal(result->tries.jpki_sign, 5);
	assert_int_equal(b.n_verify, 0);
}

/* Plays a list of answers; the last one is repeated. */
static enum card_outcome play(struct bench *b, const char *const *answers, const size_t *lengths, size_t n)
{
	enum session_step step;
	size_t at = 0;

	b->session = session_free(b->session);
	b->n_apdus = b->n_verify = 0;
	assert_int_equal(session_new(&(struct session_request){.secret = b->pin, .purpose = SESSION_READ, .auth = CARD_AUTH_PIN}, &b->session), 0);
	step = session_start(b->session);
	while (step == SESSION_SEND) {
		note_command(b);
		step = session_answer(b->session, (const uint8_t *)answers[at], lengths[at]);
		at += at + 1 < n;
	}
	return session_result(b->session)->outcome;
}

static void odd_cards_end_in_the_outcome_that_fits(void **state)
{
	static const struct {
		const char *answers[5];
		size_t lengths[5], n;
		enum card_outcome outcome;
	} cards[] = {
		{{"\x6A\x82"}, {2}, 1, CARD_UNSUPPORTED},
		{{"\x90\x00", "\x6A\x88"}, {2, 2}, 2, CARD_UNSUPPORTED},
		{{"\x90\x00", "\x69\x84"}, {2, 2}, 2, CARD_PIN_BLOCKED},
		{{"\x90\x00", "\x63\xC0"}, {2, 2}, 2, CARD_PIN_BLOCKED},
		{{"\x90\x00", "\x90\x00"}, {2, 2}, 2, CARD_LAST_TRY}, /* counter hidden */
		{{"\x90\x00", "\x63\xC3", "\x69\x84"}, {2, 2, 2}, 3, CARD_PIN_BLOCKED},
		{{"\x90\x00", "\x63\xC3", "\x69\x83"}, {2, 2, 2}, 3, CARD_PIN_BLOCKED},
		{{"\x90\x00", "\x63\xC3", "\x6C\x04"}, {2, 2, 2}, 3, CARD_MALFORMED}, /* not again */
		{{"\x90\x00", "\x63\xC3", "\x90\x00", "\x90\x00"}, {2, 2, 2, 2}, 4, CARD_MALFORMED},
		{{"\x90\x00", "\x63\xC3", "\x90\x00", "\xFF\x20\x82\x01\x00\x90\x00"}, {2, 2, 2, 7}, 4, CARD_MALFORMED},
		{{"\x90\x00", "\x63\xC3", "\x90\x00", "\xFF\x20\x01\x90\x00", "\x6B\x00"}, {2, 2, 2, 5, 2}, 5, CARD_MALFORMED},
		{{"\x90\x00", "\x63\xC3", "\x90\x00", "\x6C\x10"}, {2, 2, 2, 2}, 4, CARD_MALFORMED},
		{{"\x61\x10"}, {2}, 1, CARD_MALFORMED},
		{{"\x90"}, {1}, 1, CARD_MALFORMED},
	};

	for (size_t i = 0; i < sizeof(cards) / sizeof(*cards); i++) {
		CLEANUP(release_bench) struct bench b = {0};

		make_bench(&b, "1234");
		assert_int_equal(play(&b, cards[i].answers, cards[i].lengths, cards[i].n), cards[i].outcome);
		assert_true(b.n_verify <= 1);
	}
}

static size_t random_answer(uint32_t *seed, uint8_t *answer)
{
	static const uint16_t words[] = {0x9000, 0x9000, 0x9000, 0x63C3, 0x63C2, 0x63C1, 0x63C0, 0x6984, 0x6983, 0x6982,
					 0x6A82, 0x6C00, 0x6C10, 0x6110, 0x6100, 0x6282, 0x6B00, 0x6700, 0x0000};
	size_t n = 0;
	uint16_t sw;

	*seed = *seed * 1103515245 + 12345;
	if (*seed >> 28 < 4) {
		static const uint8_t start[] = {0xFF, 0x20, 0x82, 0x02, 0x10, 0xDF, 0x22, 0x03};

		memcpy(answer, start, sizeof(start));
		n = *seed >> 16 & 0xff;
	}
	sw = words[(*seed >> 8) % (sizeof(words) / sizeof(*words))];
	answer[n++] = (uint8_t)(sw >> 8);
	answer[n++] = (uint8_t)sw;
	return *seed >> 27 & 1 ? n : n - (*seed >> 26 & 1);
}

static void whatever_a_card_answers_verify_is_sent_at_most_once_and_the_session_ends(void **state)
{
	uint8_t answer[300] = {0};
	uint32_t seed = 20261122;
	int n_verified = 0;

	for (int i = 0; i < RANDOM_RUNS; i++) {
		struct bench b = {0};
		enum session_step step;

		b.pin = secret_new(8);
		assert_int_equal(secret_append(b.pin, "1234", 4), 0);
		assert_int_equal(session_new(&(struct session_request){.secret = b.pin, .purpose = SESSION_READ, .auth = CARD_AUTH_PIN,
								   .may_spend_last_try = i & 1}, &b.session),
				 0);
		for (step = session_start(b.session); step == SESSION_SEND;) {
			note_command(&b);
			step = session_answer(b.session, answer, random_answer(&seed, answer));
		}
		assert_true(b.n_verify <= 1);
		assert_true(b.n_apdus <= SESSION_APDUS_MAX);
		n_verified += b.n_verify;
		session_free(b.session);
		secret_free(b.pin);
	}
	assert_true(n_verified > RANDOM_RUNS / 100); /* the answers do lead that far */
}

static struct driver_readers one_reader(bool has_card, uint32_t event_count)
{
	struct driver_readers readers = {.has_service = true, .n = 1};

	snprintf(readers.at[0].name, sizeof(readers.at[0].name), "reader");
	readers.at[0].has_card = has_card;
	readers.at[0].event_count = event_count;
	return readers;
}

static struct presence_changes fold(struct presence *presence, bool has_card, uint32_t event_count)
{
	struct driver_readers readers = one_reader(has_card, event_count);

	return presence_fold(presence, &readers, NULL);
}

static void a_card_swapped_between_two_looks_is_told_as_gone_and_new(void **state)
{
	struct presence presence = {0};
	struct presence_changes changes;

	assert_int_equal(fold(&presence, false, 0).at[0], CARD_PRESENCE_ABSENT);
	assert_int_equal(fold(&presence, false, 0).n, 0);
	assert_int_equal(fold(&presence, true, 1).at[0], CARD_PRESENCE_PRESENT);
	assert_int_equal(presence.insertion, 1);
	assert_int_equal(fold(&presence, true, 1).n, 0);
	changes = fold(&presence, true, 3);
	assert_int_equal(changes.n, 2);
	assert_int_equal(changes.at[0], CARD_PRESENCE_ABSENT);
	assert_int_equal(changes.at[1], CARD_PRESENCE_PRESENT);
	assert_int_equal(presence.insertion, 2);
	assert_int_equal(fold(&presence, false, 4).at[0], CARD_PRESENCE_ABSENT);
	assert_int_equal(presence_fold(&presence, &(struct driver_readers){.has_service = true}, NULL).at[0],
			 CARD_PRESENCE_NO_READER);
	assert_int_equal(presence_fold(&presence, &(struct driver_readers){0}, NULL).at[0], CARD_PRESENCE_NO_SERVICE);
}

static void only_the_wanted_reader_is_looked_at(void **state)
{
	struct presence presence = {0};
	struct driver_readers readers = one_reader(true, 1);

	assert_int_equal(presence_fold(&presence, &readers, "another").at[0], CARD_PRESENCE_NO_READER);
	assert_int_equal(presence_fold(&presence, &readers, "reader").at[0], CARD_PRESENCE_PRESENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(four_commands_read_the_four_attributes),
		cmocka_unit_test(whoever_agreed_to_the_last_try_needs_three_commands),
		cmocka_unit_test(the_expiry_costs_two_commands_more),
		cmocka_unit_test(a_record_beyond_256_bytes_is_read_on_from_the_current_file),
		cmocka_unit_test(a_wrong_pin_tells_the_tries_left_and_the_last_one_is_kept),
		cmocka_unit_test(a_number_b_that_can_only_be_a_slip_costs_no_try),
		cmocka_unit_test(a_malformed_pin_never_reaches_the_card),
		cmocka_unit_test(asking_for_the_tries_spends_none),
		cmocka_unit_test(odd_cards_end_in_the_outcome_that_fits),
		cmocka_unit_test(whatever_a_card_answers_verify_is_sent_at_most_once_and_the_session_ends),
		cmocka_unit_test(a_card_swapped_between_two_looks_is_told_as_gone_and_new),
		cmocka_unit_test(only_the_wanted_reader_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
