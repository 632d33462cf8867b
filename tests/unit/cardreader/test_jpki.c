/* SPDX-License-Identifier: MIT
 * What a card proves with its JPKI keys: challenge, chain, dates, attributes; and certificates that are not what they say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cardreader/profile/jpki_certificate.h"
#include "cardreader/profile/profile.h"
#include "cardreader/profile/trust.h"
#include "tests/unit/cardreader/card_bench.h"
#include "shared/base/banned.h"

#define FROM "20240331150000Z"  /* 2024-04-01 in Japan */
#define UNTIL "20290630145959Z" /* 2029-06-30 in Japan */

static EVP_PKEY *keys[N_BENCH_KEYS];
static struct trust *ca_of_card, *ca_of_stranger;

struct world {
	struct card_bench bench;
	struct session_request request;
};

static void release(struct world *w)
{
	bench_release(&w->bench);
}

static void make(struct world *w, const struct trust *trust, enum card_auth auth)
{
	bench_make(&w->bench, keys);
	w->request = (struct session_request){.purpose = SESSION_PROVE, .auth = auth, .trust = trust, .nonce = {4, 5, 6},
					      .today = "2026-11-22"};
}

static const struct session_result *prove(struct world *w)
{
	return bench_run(&w->bench, w->request, w->request.auth == CARD_AUTH_PIN ? "1234" : "MIHON1");
}

static void the_user_key_answers_and_its_chain_holds(void **state)
{
	CLEANUP(release) struct world w;
	const struct session_result *result;

	make(&w, ca_of_card, CARD_AUTH_PIN);
	result = prove(&w);
	assert_int_equal(result->outcome, CARD_OK);
	assert_true(result->proof.is_challenge_answered);
	assert_int_equal(result->proof.chain, PROOF_VERIFIED);
	assert_true(result->proof.is_in_date);
	assert_string_equal(result->proof.not_before, "2024-04-01");
	assert_string_equal(result->proof.not_after, "2029-06-30");
	assert_null(result->person.name.text); /* the user certificate names nobody */
	assert_int_equal(result->genuine, PROOF_VERIFIED);
	assert_int_equal(w.bench.n_verify, 1);
	assert_int_equal(w.bench.n_apdus, 8);
}

static void the_signing_certificate_tells_the_attributes(void **state)
{
	CLEANUP(release) struct world w;
	const struct session_result *result;

	make(&w, ca_of_card, CARD_AUTH_SIGN_PIN);
	result = prove(&w);
	assert_int_equal(result->outcome, CARD_OK);
	assert_string_equal(result->person.name.text, "見本　花子");
	assert_string_equal(result->person.address.text,
			    "\xE8\x91\x9B\xF3\xA0\x84\x80\xF0\xA0\xAE\xB7\xE6\x9D\x91\xEF\xBC\x91");
	assert_string_equal(result->person.birth_date.text, "1971-06-30");
	assert_string_equal(result->person.sex.text, "female");
	assert_int_equal(result->person.name.proof, PROOF_VERIFIED);
	assert_true(result->proof.has_substitute_characters);
}

static void an_unknown_birth_date_stays_unknown_and_a_wrong_one_is_refused(void **state)
{
	static const struct {
		const char *digits, *iso;
	} dates[] = {{"400000000", "0000-00-00"}, {"319500000", "1950-00-00"}, {"319711301", NULL}, {"31971063", NULL},
		     {"x19710630", NULL}};

	for (size_t i = 0; i < sizeof(dates) / sizeof(*dates); i++) {
		CLEANUP(release) struct world w;
		const struct session_result *result;

		make(&w, ca_of_card, CARD_AUTH_SIGN_PIN);
		bench_certificate(&w.bench, 0x0001, &(struct bench_certificate){
			.not_before = FROM, .not_after = UNTIL, .key = keys[KEY_LEAF], .issuer = keys[KEY_CA],
			.has_attributes = true, .birth_date = dates[i].digits});
		result = prove(&w);
		assert_int_equal(result->outcome, dates[i].iso ? CARD_OK : CARD_MALFORMED);
		if (dates[i].iso)
			assert_string_equal(result->person.birth_date.text, dates[i].iso);
		else
			assert_null(result->person.name.text);
	}
}

static void an_attribute_told_twice_is_no_attribute(void **state)
{
	CLEANUP(release) struct world w;

	make(&w, ca_of_card, CARD_AUTH_SIGN_PIN);
	bench_certificate(&w.bench, 0x0001, &(struct bench_certificate){
		.not_before = FROM, .not_after = UNTIL, .key = keys[KEY_LEAF], .issuer = keys[KEY_CA],
		.has_attributes = true, .is_double = true});
	assert_int_equal(prove(&w)->outcome, CARD_MALFORMED);
}

static void a_chain_without_an_anchor_is_not_checked(void **state)
{
	CLEANUP(release) struct world w;
	const struct session_result *result;

	make(&w, NULL, CARD_AUTH_PIN);
	result = prove(&w);
	assert_int_equal(result->outcome, CARD_OK);
	assert_int_equal(result->proof.chain, PROOF_NOT_CHECKED);
	assert_int_equal(result->genuine, PROOF_NOT_CHECKED);
	assert_int_equal(w.bench.n_apdus, 10);
	w.request.trust = ca_of_stranger; /* of the same name, another key */
	assert_int_equal(prove(&w)->proof.chain, PROOF_NOT_CHECKED);
	bench_file(&w.bench, BENCH_JPKI, 0x000B)->ef = 0x0010; /* no copy of the CA's certificate on the card */
	assert_int_equal(prove(&w)->proof.chain, PROOF_NOT_CHECKED);
	assert_int_equal(session_result(w.bench.session)->outcome, CARD_OK);
}

static void a_forged_authority_of_the_same_name_is_never_verified(void **state)
{
	static const struct {
		bool has_key_ids, claims_known;
		enum value_proof chain;
	} forgeries[] = {{false, false, PROOF_NOT_CHECKED}, {true, false, PROOF_NOT_CHECKED}, {true, true, PROOF_FAILED}};

	for (size_t i = 0; i < 3; i++) {
		CLEANUP(release) struct world w;
		struct bench_certificate wish = {.not_before = FROM, .not_after = UNTIL, .key = keys[KEY_LEAF],
						 .issuer = keys[KEY_STRANGER], .has_key_ids = forgeries[i].has_key_ids,
						 .claims = forgeries[i].claims_known ? keys[KEY_CA] : NULL};

		make(&w, ca_of_card, CARD_AUTH_PIN);
		bench_certificate(&w.bench, 0x000A, &wish);
		wish.key = keys[KEY_STRANGER];
		wish.issuer = NULL;
		bench_certificate(&w.bench, 0x000B, &wish);
		assert_int_equal(prove(&w)->proof.chain, forgeries[i].chain);
		assert_int_equal(session_result(w.bench.session)->outcome,
				 forgeries[i].chain == PROOF_FAILED ? CARD_NOT_GENUINE : CARD_OK);
	}
}

static void what_does_not_hold_is_not_genuine(void **state)
{
	for (int i = 0; i < 6; i++) {
		CLEANUP(release) struct world w;
		const struct session_result *result;
		struct bench_file *file;

		make(&w, ca_of_card, CARD_AUTH_PIN);
		file = bench_file(&w.bench, BENCH_JPKI, 0x000A);
		if (i == 0)
			w.bench.jpki_key = keys[KEY_STRANGER]; /* the certificate is somebody else's */
		else if (i == 1)
			w.bench.jpki_key = NULL;
		else if (i == 2)
			memcpy(w.request.today, "2029-07-01", 11);
		else if (i == 3)
			memcpy(w.request.today, "2024-03-31", 11);
		else if (i == 4)
			file->bytes[file->n - 1] ^= 0xFF; /* the CA's signature */
		else {
			w.request.trust = NULL; /* the card's own CA did not sign it */
			bench_certificate(&w.bench, 0x000B, &(struct bench_certificate){
				.not_before = FROM, .not_after = UNTIL, .key = keys[KEY_STRANGER]});
		}
		result = prove(&w);
		assert_int_equal(result->outcome, CARD_NOT_GENUINE);
		assert_int_equal(result->genuine, PROOF_FAILED);
		assert_int_equal(result->proof.is_challenge_answered, i > 1);
		assert_int_equal(result->proof.is_in_date, i != 2 && i != 3);
		assert_int_equal(result->proof.chain, i > 3 ? PROOF_FAILED : PROOF_VERIFIED);
	}
}

static void the_last_and_first_day_are_those_of_japan(void **state)
{
	CLEANUP(release) struct world w;

	make(&w, ca_of_card, CARD_AUTH_PIN);
	memcpy(w.request.today, "2029-06-30", 11);
	assert_int_equal(prove(&w)->outcome, CARD_OK);
	memcpy(w.request.today, "2024-04-01", 11);
	assert_int_equal(prove(&w)->outcome, CARD_OK);
	w.request.today[0] = '\0'; /* dates not judged: then nothing is verified either */
	assert_int_equal(prove(&w)->outcome, CARD_OK);
	assert_false(session_result(w.bench.session)->proof.is_in_date);
	assert_int_equal(session_result(w.bench.session)->genuine, PROOF_NOT_CHECKED);
}

static void an_authority_out_of_date_is_out_of_date(void **state)
{
	CLEANUP(release) struct world w;
	struct trust *old;

	make(&w, NULL, CARD_AUTH_PIN);
	bench_certificate(&w.bench, 0x000B, &(struct bench_certificate){
		.not_before = "20151019150000Z", .not_after = "20251019145959Z", .key = keys[KEY_CA], .has_key_ids = true});
	w.request.trust = old = bench_trust(NULL, 0, bench_file(&w.bench, BENCH_JPKI, 0x000B));
	assert_int_equal(prove(&w)->outcome, CARD_NOT_GENUINE);
	assert_int_equal(session_result(w.bench.session)->proof.chain, PROOF_VERIFIED);
	assert_false(session_result(w.bench.session)->proof.is_in_date);
	trust_free(old);
}

static void pins_of_jpki_are_spent_as_sparingly_as_all_others(void **state)
{
	CLEANUP(release) struct world w;
	struct bench_pin *pin;

	make(&w, ca_of_card, CARD_AUTH_SIGN_PIN);
	pin = bench_pin(&w.bench, BENCH_JPKI, 0x1B);
	assert_int_equal(bench_run(&w.bench, w.request, "WRONG1")->outcome, CARD_PIN_INCORRECT);
	assert_int_equal(session_result(w.bench.session)->tries_left, 4);
	pin->tries = 1;
	assert_int_equal(prove(&w)->outcome, CARD_LAST_TRY);
	assert_int_equal(w.bench.n_verify, 0);
	w.request.may_spend_last_try = true;
	assert_int_equal(prove(&w)->outcome, CARD_OK);
	pin->tries = 0;
	assert_int_equal(prove(&w)->outcome, CARD_PIN_BLOCKED);
	assert_int_equal(bench_run(&w.bench, w.request, "mihon1")->outcome, CARD_PIN_MALFORMED);
	assert_int_equal(w.bench.n_apdus, 0);
	assert_int_equal(bench_pin(&w.bench, BENCH_JPKI, 0x18)->n_verify, 0);
}

static void a_card_without_signing_certificate_cannot_sign(void **state)
{
	CLEANUP(release) struct world w;

	make(&w, ca_of_card, CARD_AUTH_SIGN_PIN);
	bench_pin(&w.bench, BENCH_JPKI, 0x1B)->ef = 0x1C;
	assert_int_equal(prove(&w)->outcome, CARD_UNSUPPORTED);
	assert_int_equal(w.bench.n_verify, 0);
	bench_pin(&w.bench, BENCH_JPKI, 0x1C)->ef = 0x1B;
	bench_file(&w.bench, BENCH_JPKI, 0x0001)->ef = 0x0010;
	assert_int_equal(prove(&w)->outcome, CARD_UNSUPPORTED);
	w.bench.has[BENCH_JPKI] = false;
	assert_int_equal(prove(&w)->outcome, CARD_UNSUPPORTED);
}

static void certificates_are_taken_whole_or_not_at_all(void **state)
{
	CLEANUP(release) struct world w;
	const struct bench_file *file;
	X509 *certificate = NULL;

	make(&w, NULL, CARD_AUTH_PIN);
	file = bench_file(&w.bench, BENCH_JPKI, 0x0001);
	assert_int_equal(jpki_certificate_parse(file->bytes, file->n, &certificate), 0);
	X509_free(certificate);
	certificate = NULL;
	for (size_t n = 0; n < file->n; n++)
		assert_true(jpki_certificate_parse(file->bytes, n, &certificate) < 0);
	assert_true(jpki_certificate_parse(file->bytes, file->n + 1, &certificate) < 0);
	assert_null(certificate);
}

/* Any one byte of it changed: refused, or no longer signed; never a verified other. */
static void no_changed_certificate_is_ever_verified(void **state)
{
	CLEANUP(release) struct world w;
	struct bench_file *file;

	make(&w, ca_of_card, CARD_AUTH_SIGN_PIN);
	file = bench_file(&w.bench, BENCH_JPKI, 0x0001);
	for (size_t at = 0; at < file->n; at += 3) {
		file->bytes[at] ^= (uint8_t)(1 + at % 255);
		assert_int_not_equal(prove(&w)->genuine, PROOF_VERIFIED);
		file->bytes[at] ^= (uint8_t)(1 + at % 255);
	}
	assert_int_equal(prove(&w)->genuine, PROOF_VERIFIED);
}

static void a_short_reader_proves_as_well(void **state)
{
	CLEANUP(release) struct world w;

	make(&w, ca_of_card, CARD_AUTH_SIGN_PIN);
	w.bench.is_reader_short = true;
	assert_int_equal(prove(&w)->outcome, CARD_OK);
	assert_true(session_result(w.bench.session)->has_no_extended);
	w.bench.is_reader_short = false;
	w.bench.is_t0 = true;
	assert_int_equal(prove(&w)->outcome, CARD_OK);
	assert_int_equal(session_result(w.bench.session)->genuine, PROOF_VERIFIED);
}

static int make_world(void **state)
{
	struct card_bench bench;

	assert_int_equal(profile_warm_up(), 0);
	bench_keys(keys);
	bench_make(&bench, keys);
	ca_of_card = bench_trust(NULL, 0, bench_file(&bench, BENCH_JPKI, 0x000B));
	bench_certificate(&bench, 0x000B, &(struct bench_certificate){
		.not_before = FROM, .not_after = UNTIL, .key = keys[KEY_STRANGER], .has_key_ids = true});
	ca_of_stranger = bench_trust(NULL, 0, bench_file(&bench, BENCH_JPKI, 0x000B));
	return 0;
}

static int end_world(void **state)
{
	trust_free(ca_of_card);
	trust_free(ca_of_stranger);
	bench_keys_free(keys);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_user_key_answers_and_its_chain_holds),
		cmocka_unit_test(the_signing_certificate_tells_the_attributes),
		cmocka_unit_test(an_unknown_birth_date_stays_unknown_and_a_wrong_one_is_refused),
		cmocka_unit_test(an_attribute_told_twice_is_no_attribute),
		cmocka_unit_test(a_chain_without_an_anchor_is_not_checked),
		cmocka_unit_test(a_forged_authority_of_the_same_name_is_never_verified),
		cmocka_unit_test(what_does_not_hold_is_not_genuine),
		cmocka_unit_test(the_last_and_first_day_are_those_of_japan),
		cmocka_unit_test(an_authority_out_of_date_is_out_of_date),
		cmocka_unit_test(pins_of_jpki_are_spent_as_sparingly_as_all_others),
		cmocka_unit_test(a_card_without_signing_certificate_cannot_sign),
		cmocka_unit_test(certificates_are_taken_whole_or_not_at_all),
		cmocka_unit_test(no_changed_certificate_is_ever_verified),
		cmocka_unit_test(a_short_reader_proves_as_well),
	};

	return cmocka_run_group_tests(tests, make_world, end_world);
}
