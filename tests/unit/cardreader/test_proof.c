/* SPDX-License-Identifier: MIT
 * What makes a My Number card genuine, not genuine, or not checked, on the bench's own card; and what its pictures rest on. */
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

#define AT_ISSUER 10 /* in EF 0004, behind two headers */
#define BY_B "46063020330000"

static EVP_PKEY *keys[N_BENCH_KEYS];
static struct trust *both_issuers, *text_issuer, *stranger_as_issuer;

struct world {
	struct card_bench bench;
	struct session_request request;
};

static void release(struct world *w)
{
	bench_release(&w->bench);
}

static void make(struct world *w, const struct trust *trust)
{
	bench_make(&w->bench, keys);
	w->request = (struct session_request){.purpose = SESSION_READ, .auth = CARD_AUTH_PIN, .want = CARD_WANT_PROOF,
					      .trust = trust, .nonce = {1, 2, 3}};
}

static const struct session_result *read_card(struct world *w)
{
	return bench_run(&w->bench, w->request,
			 w->request.auth == CARD_AUTH_PIN ? "1234" : w->request.auth == CARD_AUTH_A ? "123456789010" : BY_B);
}

static void assert_proof(const struct session_result *result, enum value_proof proof)
{
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->genuine, proof);
	assert_int_equal(result->person.name.proof, proof);
	assert_int_equal(result->person.sex.proof, proof);
	assert_int_equal(result->person.name.source, proof == PROOF_FAILED ? VALUE_TYPED : VALUE_CARD);
	assert_string_equal(result->person.name.text, "見本　花子");
}

static void a_whole_chain_from_an_anchor_is_verified_with_four_more_commands(void **state)
{
	CLEANUP(release) struct world w;

	make(&w, both_issuers);
	assert_proof(read_card(&w), PROOF_VERIFIED);
	assert_int_equal(w.bench.n_apdus, 8);
	w.request.want |= CARD_WANT_EXPIRY;
	assert_proof(read_card(&w), PROOF_VERIFIED);
	assert_int_equal(w.bench.n_apdus, 10);
	w.request.may_spend_last_try = true;
	w.request.want = CARD_WANT_PROOF;
	assert_proof(read_card(&w), PROOF_VERIFIED);
	assert_int_equal(w.bench.n_apdus, 7);
	w.request.auth = CARD_AUTH_B;
	assert_proof(read_card(&w), PROOF_VERIFIED);
}

static void without_an_anchor_of_its_issuer_a_card_is_not_checked(void **state)
{
	CLEANUP(release) struct world w;

	make(&w, NULL);
	assert_proof(read_card(&w), PROOF_NOT_CHECKED);
	w.request.trust = text_issuer;
	memcpy(bench_file(&w.bench, BENCH_TEXT, 0x0004)->bytes + AT_ISSUER, "SOMEBODY-ELSE-01", 16);
	assert_proof(read_card(&w), PROOF_NOT_CHECKED);
}

static void whoever_names_an_issuer_we_hold_must_have_its_signature(void **state)
{
	CLEANUP(release) struct world w;

	make(&w, stranger_as_issuer);
	assert_proof(read_card(&w), PROOF_FAILED);
	release(&w);
	make(&w, both_issuers); /* and a whole chain of a stranger's making under the issuer's name */
	w.bench.keys[KEY_ISSUER] = w.bench.keys[KEY_SIGNER] = keys[KEY_STRANGER];
	bench_sign_text(&w.bench);
	assert_proof(read_card(&w), PROOF_FAILED);
}

static void every_inverted_byte_of_the_evidence_fails_with_and_without_anchors(void **state)
{
	static const uint16_t efs[] = {0x0003, 0x0004, 0x0007};

	for (size_t i = 0; i < 3; i++) {
		CLEANUP(release) struct world w;
		struct bench_file *file;

		make(&w, NULL);
		file = bench_file(&w.bench, BENCH_TEXT, efs[i]);
		for (size_t at = 0; at < file->n; at += at < 60 ? 1 : 7) {
			bool is_issuers_part = efs[i] == 0x0004 && ((at >= AT_ISSUER && at < AT_ISSUER + 32) || at >= file->n - 256);

			file->bytes[at] ^= 0xFF;
			w.request.trust = both_issuers;
			if (!(efs[i] == 0x0004 && at >= AT_ISSUER && at < AT_ISSUER + 16)) /* another issuer's name is another case */
				assert_proof(read_card(&w), PROOF_FAILED);
			w.request.trust = NULL; /* what only the issuer vouches for needs an anchor */
			assert_proof(read_card(&w), is_issuers_part ? PROOF_NOT_CHECKED : PROOF_FAILED);
			file->bytes[at] ^= 0xFF;
		}
		w.request.trust = both_issuers;
		assert_proof(read_card(&w), PROOF_VERIFIED);
	}
}

static void an_attribute_that_was_not_signed_fails(void **state)
{
	CLEANUP(release) struct world w;
	struct bench_file *file;

	make(&w, both_issuers);
	file = bench_file(&w.bench, BENCH_TEXT, 0x0002);
	file->bytes[file->n - 101 - 5] ^= 1; /* birth date: 19710631 is refused, 19710620 is not */
	file->bytes[file->n - 101 - 5] ^= 1;
	file->bytes[file->n - 101] = '1';
	assert_int_equal(read_card(&w)->genuine, PROOF_FAILED);
	assert_int_equal(read_card(&w)->person.birth_date.source, VALUE_TYPED);
	assert_string_equal(read_card(&w)->person.sex.text, "male");
}

static void a_copy_on_another_chip_cannot_answer_the_nonce(void **state)
{
	CLEANUP(release) struct world w;

	make(&w, both_issuers);
	w.bench.answers_with = keys[KEY_STRANGER];
	assert_proof(read_card(&w), PROOF_FAILED);
	w.request.trust = NULL;
	assert_proof(read_card(&w), PROOF_FAILED);
}

static void silence_is_failure_where_a_genuine_card_could_have_been_verified(void **state)
{
	static const uint16_t efs[] = {0x0003, 0x0004, 0x0007};

	for (size_t i = 0; i < 4; i++) {
		CLEANUP(release) struct world w;

		make(&w, text_issuer);
		if (i < 3)
			bench_file(&w.bench, BENCH_TEXT, efs[i])->ef = 0x0009;
		else
			w.bench.answers_with = NULL;
		assert_proof(read_card(&w), PROOF_FAILED);
		w.request.trust = NULL;
		assert_proof(read_card(&w), PROOF_NOT_CHECKED);
		assert_true(w.bench.n_apdus <= 8);
	}
}

static void nonsense_instead_of_evidence_is_failure(void **state)
{
	CLEANUP(release) struct world w;
	struct bench_file *file;

	make(&w, NULL);
	file = bench_file(&w.bench, BENCH_TEXT, 0x0003);
	memset(file->bytes, 0x80, file->n); /* no data object at all */
	assert_proof(read_card(&w), PROOF_FAILED);
}

static void the_number_comes_in_a_secret_and_its_hash_counts_too(void **state)
{
	CLEANUP(release) struct world w;
	const struct session_result *result;

	make(&w, both_issuers);
	w.request.purpose = SESSION_NUMBER;
	result = read_card(&w);
	assert_proof(result, PROOF_VERIFIED);
	assert_int_equal(secret_length(result->number), 12);
	assert_memory_equal(secret_bytes(result->number), "123456789010", 12);
	assert_int_equal(w.bench.n_apdus, 9);
	w.request.auth = CARD_AUTH_A;
	result = read_card(&w);
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->genuine, PROOF_VERIFIED);
	assert_null(result->person.name.text);
	assert_int_equal(secret_length(result->number), 12);
	bench_file(&w.bench, BENCH_TEXT, 0x0001)->bytes[14] ^= 1;
	result = read_card(&w);
	assert_int_equal(result->genuine, PROOF_FAILED);
	bench_file(&w.bench, BENCH_TEXT, 0x0001)->bytes[14] = 'x';
	result = read_card(&w);
	assert_int_equal(result->outcome, CARD_MALFORMED);
	assert_null(result->number);
	w.request.auth = CARD_AUTH_B;
	assert_int_equal(read_card(&w)->outcome, CARD_UNSUPPORTED);
	assert_int_equal(w.bench.n_verify, 0);
}

static void no_plain_reading_ever_asks_for_the_number(void **state)
{
	CLEANUP(release) struct world w;

	make(&w, both_issuers);
	bench_file(&w.bench, BENCH_TEXT, 0x0001)->bytes[0] = 0; /* would be malformed if it were read */
	w.request.want = CARD_WANT_PROOF | CARD_WANT_EXPIRY | CARD_WANT_FACE | CARD_WANT_NAME_PICTURES;
	assert_int_equal(read_card(&w)->outcome, CARD_OK);
	assert_null(read_card(&w)->number);
	w.request.auth = CARD_AUTH_B;
	assert_int_equal(read_card(&w)->outcome, CARD_OK);
}

/* ---- pictures ---- */

static void make_visual(struct world *w, const struct trust *trust, unsigned want)
{
	make(w, trust);
	w->request.auth = CARD_AUTH_B;
	w->request.want = CARD_WANT_NAME_PICTURES | CARD_WANT_FACE | want;
}

static void pictures_come_by_b_with_the_same_digits_in_a_second_pin_object(void **state)
{
	CLEANUP(release) struct world w;
	const struct session_result *result;

	make_visual(&w, NULL, 0);
	result = read_card(&w);
	assert_proof(result, PROOF_NOT_CHECKED);
	assert_int_equal(result->n_pictures, 3);
	assert_string_equal(result->pictures[0].what, "name");
	assert_string_equal(result->pictures[1].what, "address");
	assert_string_equal(result->pictures[2].what, "face");
	assert_string_equal(result->pictures[2].media, "image/jp2");
	assert_int_equal(result->pictures[2].n_bytes, 3000);
	assert_string_equal(result->expires, "2033-04-12");
	assert_int_equal(w.bench.n_verify, 2);
	assert_int_equal(bench_pin(&w.bench, BENCH_VISUAL, 0x12)->n_verify, 1);
	assert_int_equal(w.bench.n_apdus, 8);
	w.request.want = CARD_WANT_FACE;
	assert_int_equal(read_card(&w)->n_pictures, 1);
	w.request.auth = CARD_AUTH_PIN;
	assert_int_equal(read_card(&w)->n_pictures, 0);
	assert_int_equal(w.bench.n_verify, 1);
}

static void a_broken_visual_application_costs_the_pictures_only(void **state)
{
	for (int i = 0; i < 5; i++) {
		CLEANUP(release) struct world w;
		const struct session_result *result;

		make_visual(&w, NULL, 0);
		if (i == 0)
			w.bench.has[BENCH_VISUAL] = false;
		else if (i == 1)
			memcpy(bench_pin(&w.bench, BENCH_VISUAL, 0x12)->value, "99", 2);
		else if (i == 2)
			bench_pin(&w.bench, BENCH_VISUAL, 0x12)->tries = 1;
		else if (i == 3)
			memset(bench_file(&w.bench, BENCH_VISUAL, 0x0002)->bytes, 0x80, 100);
		else
			bench_sign_visual(&w.bench, "19710629", '2');
		result = read_card(&w);
		assert_proof(result, PROOF_NOT_CHECKED);
		assert_int_equal(result->n_pictures, 0);
		assert_int_equal(w.bench.n_verify, i == 0 || i == 2 ? 1 : 2);
		if (i == 2) {
			w.request.may_spend_last_try = true;
			assert_int_equal(read_card(&w)->n_pictures, 3);
		}
	}
}

static void pictures_stand_on_no_less_than_the_text(void **state)
{
	CLEANUP(release) struct world w;

	make_visual(&w, both_issuers, CARD_WANT_PROOF);
	assert_proof(read_card(&w), PROOF_VERIFIED);
	assert_int_equal(session_result(w.bench.session)->n_pictures, 3);
	w.request.trust = text_issuer; /* nobody vouches for the pictures */
	assert_proof(read_card(&w), PROOF_VERIFIED);
	assert_int_equal(session_result(w.bench.session)->n_pictures, 0);
	w.request.trust = NULL; /* nor for the text: the clerk is told so of both */
	assert_proof(read_card(&w), PROOF_NOT_CHECKED);
	assert_int_equal(session_result(w.bench.session)->n_pictures, 3);
}

static void a_face_that_was_not_signed_makes_the_card_failed(void **state)
{
	for (int i = 0; i < 4; i++) {
		CLEANUP(release) struct world w;
		struct bench_file *file;

		make_visual(&w, both_issuers, CARD_WANT_PROOF);
		file = bench_file(&w.bench, BENCH_VISUAL, 0x0002);
		if (i == 0)
			file->bytes[file->n - 1000] ^= 0xFF;
		else if (i == 1)
			bench_sign_visual(&w.bench, "19710629", '2'); /* somebody else's card */
		else if (i == 2)
			bench_file(&w.bench, BENCH_VISUAL, 0x0004)->ef = 0x0009;
		else
			bench_file(&w.bench, BENCH_VISUAL, 0x0004)->bytes[100] ^= 0xFF;
		assert_proof(read_card(&w), PROOF_FAILED);
		assert_int_equal(session_result(w.bench.session)->n_pictures, 0);
	}
}

/* ---- readers ---- */

static void every_habit_of_reader_and_card_gives_the_same_reading(void **state)
{
	for (int i = 0; i < 8; i++) {
		CLEANUP(release) struct world w;
		const struct session_result *result;

		make_visual(&w, both_issuers, CARD_WANT_PROOF | CARD_WANT_EXPIRY);
		w.bench.refuses_extended = i == 1;
		w.bench.is_reader_short = i == 2;
		w.bench.is_t0 = i == 3 || i == 4;
		w.bench.says_6282 = i == 5 || i == 4;
		w.bench.gives_at_most = i == 6 ? 100 : i == 7 ? 1000 : 0;
		w.request.has_no_extended = i == 4;
		result = read_card(&w);
		assert_proof(result, PROOF_VERIFIED);
		assert_int_equal(result->n_pictures, 3);
		assert_int_equal(result->pictures[2].n_bytes, 3000);
		assert_int_equal(result->has_no_extended, i == 1 || i == 2 || i == 4);
		assert_int_equal(w.bench.n_verify, 2);
		print_message("# habit %d: %d commands\n", i, w.bench.n_apdus);
	}
}

static void a_card_that_goes_on_for_ever_costs_the_pictures_and_never_wins(void **state)
{
	CLEANUP(release) struct world w;

	make_visual(&w, both_issuers, CARD_WANT_PROOF);
	w.bench.gives_at_most = 25;
	assert_proof(read_card(&w), PROOF_VERIFIED);
	assert_int_equal(session_result(w.bench.session)->n_pictures, 0);
	assert_int_equal(w.bench.n_apdus, SESSION_APDUS_MAX);
	w.bench.gives_at_most = 4; /* the evidence itself does not come to an end */
	assert_proof(read_card(&w), PROOF_FAILED);
	assert_int_equal(w.bench.n_apdus, SESSION_APDUS_MAX);
}

static void text_keeps_its_variation_selectors_and_rare_characters(void **state)
{
	CLEANUP(release) struct world w;

	make(&w, both_issuers);
	assert_string_equal(read_card(&w)->person.address.text,
			    "\xE8\x91\x9B\xF3\xA0\x84\x80\xF0\xA0\xAE\xB7\xE6\x9D\x91\xEF\xBC\x91");
}

static void a_look_tells_a_licence_on_the_card(void **state)
{
	CLEANUP(release) struct world w;
	const struct session_result *result;

	make(&w, NULL);
	w.request = (struct session_request){.purpose = SESSION_LOOK};
	result = bench_run(&w.bench, w.request, "");
	assert_int_equal(result->outcome, CARD_OK);
	assert_false(result->has_licence);
	assert_int_equal(w.bench.n_apdus, 6);
	w.bench.has[BENCH_LICENCE] = true;
	result = bench_run(&w.bench, w.request, "");
	assert_true(result->has_licence);
	assert_string_equal(result->expires, "2033-04-12");
	assert_int_equal(result->tries.pin, 3);
	assert_int_equal(result->tries.b, 10);
	assert_int_equal(w.bench.n_verify, 0);
}

static int make_world(void **state)
{
	struct bench_anchor anchors[] = {{bench_text_issuer, NULL}, {bench_visual_issuer, NULL}};
	struct bench_anchor strange = {bench_text_issuer, NULL};

	assert_int_equal(profile_warm_up(), 0);
	bench_keys(keys);
	anchors[0].key = keys[KEY_ISSUER];
	anchors[1].key = keys[KEY_VISUAL_ISSUER];
	strange.key = keys[KEY_STRANGER];
	both_issuers = bench_trust(anchors, 2, NULL);
	text_issuer = bench_trust(anchors, 1, NULL);
	stranger_as_issuer = bench_trust(&strange, 1, NULL);
	return 0;
}

static int end_world(void **state)
{
	trust_free(both_issuers);
	trust_free(text_issuer);
	trust_free(stranger_as_issuer);
	bench_keys_free(keys);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_chain_from_an_anchor_is_verified_with_four_more_commands),
		cmocka_unit_test(without_an_anchor_of_its_issuer_a_card_is_not_checked),
		cmocka_unit_test(whoever_names_an_issuer_we_hold_must_have_its_signature),
		cmocka_unit_test(every_inverted_byte_of_the_evidence_fails_with_and_without_anchors),
		cmocka_unit_test(an_attribute_that_was_not_signed_fails),
		cmocka_unit_test(a_copy_on_another_chip_cannot_answer_the_nonce),
		cmocka_unit_test(silence_is_failure_where_a_genuine_card_could_have_been_verified),
		cmocka_unit_test(nonsense_instead_of_evidence_is_failure),
		cmocka_unit_test(the_number_comes_in_a_secret_and_its_hash_counts_too),
		cmocka_unit_test(no_plain_reading_ever_asks_for_the_number),
		cmocka_unit_test(pictures_come_by_b_with_the_same_digits_in_a_second_pin_object),
		cmocka_unit_test(a_broken_visual_application_costs_the_pictures_only),
		cmocka_unit_test(pictures_stand_on_no_less_than_the_text),
		cmocka_unit_test(a_face_that_was_not_signed_makes_the_card_failed),
		cmocka_unit_test(every_habit_of_reader_and_card_gives_the_same_reading),
		cmocka_unit_test(a_card_that_goes_on_for_ever_costs_the_pictures_and_never_wins),
		cmocka_unit_test(text_keeps_its_variation_selectors_and_rare_characters),
		cmocka_unit_test(a_look_tells_a_licence_on_the_card),
	};

	return cmocka_run_group_tests(tests, make_world, end_world);
}
