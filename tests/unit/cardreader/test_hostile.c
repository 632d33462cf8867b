/* SPDX-License-Identifier: MIT
 * Cards that answer anything: whatever they say, a secret reaches each PIN object at most once and none after a refusal,
 * the session ends, and no changed byte comes out as verified. Every purpose, way and kind of card. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cardreader/profile/profile.h"
#include "cardreader/profile/trust.h"
#include "tests/unit/cardreader/card_bench.h"
#include "shared/base/banned.h"

#define RANDOM_RUNS 30000
#define CHANGED_RUNS 3000
#define ALL_WANTS (CARD_WANT_EXPIRY | CARD_WANT_PROOF | CARD_WANT_PICTURES)

static EVP_PKEY *keys[N_BENCH_KEYS];
static struct trust *trust;

static const struct {
	enum card_auth auth;
	const char *secret;
} ways[] = {{CARD_AUTH_NONE, ""},	    {CARD_AUTH_PIN, "1234"},		 {CARD_AUTH_B, "46063020330000"},
	    {CARD_AUTH_A, "123456789010"}, {CARD_AUTH_CARD_NUMBER, "AB12345678CD"}, {CARD_AUTH_SIGN_PIN, "MIHON1"}};
#define N_WAYS (sizeof(ways) / sizeof(*ways))

/* What a card remembers of one session. */
struct witness {
	uint64_t object;         /* application and file selected last, folded */
	uint64_t asked[8];
	size_t n_asked;
	bool is_refused, is_verify;
	int n_verify, n_apdus;
};

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void see(struct witness *w, const uint8_t *command, size_t n)
{
	assert_true(n >= 4);
	w->n_apdus++;
	w->is_verify = false;
	if (command[1] == 0xA4)
		for (size_t i = command[2] == 0x04 ? 0 : 5; i < n; i++)
			w->object = (command[2] == 0x04 && !i ? 14695981039346656037U : w->object) * 1099511628211U ^ command[i];
	if (command[1] != 0x20 || n <= 5)
		return;
	w->is_verify = true;
	w->n_verify++;
	assert_false(w->is_refused);
	for (size_t i = 0; i < w->n_asked; i++)
		assert_true(w->asked[i] != (w->object ^ command[3]));
	assert_true(w->n_asked < 8);
	w->asked[w->n_asked++] = w->object ^ command[3];
}

static void hear(struct witness *w, const uint8_t *answer, size_t n)
{
	if (w->is_verify)
		w->is_refused |= n < 2 || answer[n - 2] != 0x90 || answer[n - 1] != 0x00;
}

/* @kindness of 8 answers say what one would hope for, so that sessions come far. */
static size_t random_answer(uint32_t *seed, uint32_t kindness, bool is_counter, uint8_t *answer)
{
	static const uint16_t words[] = {0x9000, 0x9000, 0x9000, 0x9000, 0x9000, 0x9000, 0x63C3, 0x63CA, 0x63C1, 0x63C0,
					 0x6984, 0x6982, 0x6A82, 0x6C00, 0x6C10, 0x6110, 0x6100, 0x6282, 0x6B00, 0x6700};
	static const struct {
		uint8_t bytes[8];
		size_t n;
	} starts[] = {{{0xFF, 0x20, 0x82, 0x02, 0x10, 0xDF, 0x22, 0x03}, 8}, {{0x30, 0x82, 0x01, 0x00, 0x30}, 5},
		      {{0x7F, 0x21, 0x82, 0x02, 0x33}, 5},		    {{0xFF, 0x10, 0x0C}, 3},
		      {{0x45, 0x0B, '0', '0', '8'}, 5},		    {{0xC1, 0x01, 0x31}, 3}};
	size_t n = 0, n_random = next(seed) % 4 ? 0 : next(seed) % 600;
	uint16_t sw = words[next(seed) % (sizeof(words) / sizeof(*words))];
	uint32_t start = next(seed) % 16;

	if (next(seed) % 8 < kindness)
		sw = is_counter ? 0x63CA : 0x9000;

	if (start < sizeof(starts) / sizeof(*starts)) {
		memcpy(answer, starts[start].bytes, starts[start].n);
		n = starts[start].n;
	}
	while (n_random--)
		answer[n++] = (uint8_t)next(seed);
	answer[n++] = (uint8_t)(sw >> 8);
	answer[n++] = (uint8_t)sw;
	return next(seed) % 64 ? n : n - 1 - next(seed) % n;
}

static struct session_request any_request(uint32_t *seed, size_t *ret_way)
{
	*ret_way = next(seed) % N_WAYS;
	return (struct session_request){
		.purpose = (enum session_purpose)(next(seed) % N_SESSION_PURPOSES),
		.kind = (enum card_kind)(next(seed) % N_CARD_KINDS), .auth = ways[*ret_way].auth,
		.want = next(seed) % (ALL_WANTS + 1), .may_spend_last_try = next(seed) & 1,
		.has_no_extended = next(seed) & 1, .trust = next(seed) & 1 ? trust : NULL, .today = "2026-11-22"};
}

static void whatever_a_card_answers_the_secret_goes_once_and_the_session_ends(void **state)
{
	static uint8_t answer[2048];
	uint32_t seed = 20261122;
	int n_verified[N_SESSION_PURPOSES] = {0};

	for (int i = 0; i < RANDOM_RUNS; i++) {
		size_t way, n;
		struct session_request request = any_request(&seed, &way);
		CLEANUP(secret_freep) struct secret *secret = secret_new(64);
		CLEANUP(session_freep) struct session *session = NULL;
		struct witness witness = {0};
		uint32_t kindness = (uint32_t)i % 8;
		enum session_step step;

		assert_int_equal(secret_append(secret, ways[way].secret, strlen(ways[way].secret)), 0);
		request.secret = secret;
		assert_int_equal(session_new(&request, &session), 0);
		for (step = session_start(session); step == SESSION_SEND;) {
			const uint8_t *command = session_command(session, &n);

			bool is_counter = command[1] == 0x20 && n == 4;

			see(&witness, command, n);
			if (next(&seed) % 50 == 0 && !witness.is_verify) {
				step = session_refused(session);
				continue;
			}
			n = random_answer(&seed, kindness, is_counter, answer);
			hear(&witness, answer, n);
			step = session_answer(session, answer, n);
		}
		assert_true(witness.n_apdus <= SESSION_APDUS_MAX);
		assert_int_equal(secret_length(secret), 0);
		assert_true(session_result(session)->genuine != PROOF_VERIFIED);
		if (session_result(session)->outcome != CARD_OK && session_result(session)->outcome != CARD_NOT_GENUINE)
			assert_null(session_result(session)->person.name.text);
		n_verified[request.purpose] += witness.n_verify;
	}
	print_message("# VERIFY: read %d, number %d, prove %d\n", n_verified[SESSION_READ], n_verified[SESSION_NUMBER],
		      n_verified[SESSION_PROVE]);
	assert_int_equal(n_verified[SESSION_LOOK] + n_verified[SESSION_TRIES], 0);
	assert_true(n_verified[SESSION_READ] > 300); /* the answers do lead that far */
	assert_true(n_verified[SESSION_NUMBER] > 300);
	assert_true(n_verified[SESSION_PROVE] > 200);
}

/* ---- a genuine card, one byte of one answer changed on its way ---- */

static bool is_as_on_the_card(const struct session_result *result)
{
	const struct person *p = &result->person;

	return (!p->name.text || strcmp(p->name.text, "見本　花子") == 0) &&
	       (!p->birth_date.text || strcmp(p->birth_date.text, "1971-06-30") == 0) &&
	       (!p->sex.text || strcmp(p->sex.text, "female") == 0) &&
	       (!result->number || memcmp(secret_bytes(result->number), "123456789010", 12) == 0);
}

static void no_changed_byte_comes_out_as_verified(void **state)
{
	static const struct {
		enum session_purpose purpose;
		enum card_auth auth;
		const char *secret;
	} tries[] = {{SESSION_READ, CARD_AUTH_PIN, "1234"},   {SESSION_READ, CARD_AUTH_B, "46063020330000"},
		     {SESSION_NUMBER, CARD_AUTH_PIN, "1234"}, {SESSION_NUMBER, CARD_AUTH_A, "123456789010"},
		     {SESSION_PROVE, CARD_AUTH_PIN, "1234"},  {SESSION_PROVE, CARD_AUTH_SIGN_PIN, "MIHON1"}};
	struct card_bench bench;
	uint32_t seed = 3;
	int n_failed = 0, n_malformed = 0, n_verified = 0;

	bench_make(&bench, keys);
	for (int i = 0; i < CHANGED_RUNS; i++) {
		size_t t = next(&seed) % 6;
		const struct session_result *result;

		bench.changes_answer = (int)(1 + next(&seed) % 16);
		bench.changes_at = next(&seed);
		bench.changes_by = (uint8_t)(1 + next(&seed) % 255);
		result = bench_run(&bench, (struct session_request){
			.purpose = tries[t].purpose, .auth = tries[t].auth, .want = ALL_WANTS, .trust = trust,
			.today = "2026-11-22", .nonce = {(uint8_t)i}}, tries[t].secret);
		for (size_t p = 0; p < bench.n_pins; p++) {
			assert_true(bench.pins[p].n_verify <= 1);
			bench.pins[p].tries = bench.pins[p].tries_max;
			bench.pins[p].n_verify = 0;
		}
		if (result->genuine == PROOF_VERIFIED)
			assert_true(is_as_on_the_card(result));
		n_verified += result->genuine == PROOF_VERIFIED;
		n_failed += result->genuine == PROOF_FAILED;
		n_malformed += result->outcome == CARD_MALFORMED;
	}
	print_message("# %d verified, %d failed, %d malformed\n", n_verified, n_failed, n_malformed);
	assert_true(n_verified > 100 && n_failed > 100 && n_malformed > 100);
	bench_release(&bench);
}

static int make_world(void **state)
{
	struct bench_anchor anchors[] = {{bench_text_issuer, NULL}, {bench_visual_issuer, NULL}};
	struct card_bench bench;

	assert_int_equal(profile_warm_up(), 0);
	bench_keys(keys);
	bench_make(&bench, keys);
	anchors[0].key = keys[KEY_ISSUER];
	anchors[1].key = keys[KEY_VISUAL_ISSUER];
	trust = bench_trust(anchors, 2, bench_file(&bench, BENCH_JPKI, 0x000B));
	return 0;
}

static int end_world(void **state)
{
	trust_free(trust);
	bench_keys_free(keys);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_a_card_answers_the_secret_goes_once_and_the_session_ends),
		cmocka_unit_test(no_changed_byte_comes_out_as_verified),
	};

	return cmocka_run_group_tests(tests, make_world, end_world);
}
