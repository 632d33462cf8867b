/* SPDX-License-Identifier: MIT
 * The published values of the residence card's authentication, each one, and what must be refused.
 * Source: 在留カード等仕様書 (一般公開用) Ver 1.5, annex. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cardreader/profile/residence_auth.h"
#include "shared/base/banned.h"

#define NUMBER "AA12345678BB"

static const uint8_t answer_of_card[RESIDENCE_CRYPTOGRAM_BYTES] = {
	0x58, 0x60, 0x77, 0x5B, 0x4D, 0x03, 0x2C, 0xC5, 0x64, 0xBA, 0x20, 0x4B, 0x8E, 0xA8, 0x68, 0xF6, 0x94, 0xA7, 0x4E, 0x74,
	0x75, 0xA8, 0xFE, 0xF2, 0x40, 0x58, 0x8B, 0xDA, 0x1A, 0xF4, 0x96, 0xCE, 0x59, 0x38, 0x8F, 0xD6, 0xCD, 0x45, 0x24, 0x8B};
static const uint8_t session_key[RESIDENCE_KEY_BYTES] = {0xCE, 0x94, 0x93, 0x8E, 0x19, 0xE3, 0xB9, 0x7D,
							 0xF9, 0x6E, 0xAB, 0xCE, 0xDC, 0x17, 0x15, 0xCC};

static struct secret *number_of(const char *text)
{
	struct secret *number = secret_new(16);

	assert_non_null(number);
	assert_int_equal(secret_append(number, text, strlen(text)), 0);
	return number;
}

static struct residence_session published_session(void)
{
	CLEANUP(secret_freep) struct secret *number = number_of(NUMBER);
	struct residence_session session = {
		.rnd_icc = {0x5A, 0x6E, 0x7E, 0x38, 0x51, 0x62, 0xB7, 0xA3},
		.rnd_ifd = {0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88},
	};

	for (uint8_t i = 0; i < RESIDENCE_KEY_BYTES; i++)
		session.k_ifd[i] = (uint8_t)(0x40 + i);
	assert_int_equal(residence_card_key(&session, number), 0);
	return session;
}

static void card_key_comes_from_the_number(void **state)
{
	static const uint8_t k[] = {0x65, 0x22, 0xB4, 0xE1, 0x71, 0x19, 0x5B, 0xB2, 0x18, 0x22, 0x3A, 0x97, 0x6C, 0x04, 0x01, 0x11};
	struct residence_session session = published_session();

	assert_memory_equal(session.card_key, k, sizeof(k));
}

static void our_cryptogram_carries_the_published_mac(void **state)
{
	static const uint8_t mac[] = {0x1A, 0xD7, 0xFB, 0x6A, 0x33, 0x89, 0xE0, 0x17};
	struct residence_session session = published_session();
	uint8_t out[RESIDENCE_CRYPTOGRAM_BYTES];

	/* the MAC is over all of E, so it holds only when E is the published one too */
	assert_int_equal(residence_authenticate(&session, out), 0);
	assert_memory_equal(out + 32, mac, sizeof(mac));
}

static void published_answer_gives_the_session_key(void **state)
{
	struct residence_session session = published_session();

	assert_int_equal(residence_authenticated(&session, answer_of_card), 0);
	assert_memory_equal(session.session_key, session_key, sizeof(session_key));
}

/* K.ICC never leaves the function but inside KSenc, so the published answer is made again from it. */
static void card_half_of_the_key_is_the_published_one(void **state)
{
	static const uint8_t k_icc[] = {0x19, 0xD0, 0x49, 0x49, 0x0F, 0xFF, 0x52, 0xEE, 0xDB, 0xFC, 0xB9, 0x30, 0xBC, 0x81, 0x0E, 0xD0};
	struct residence_session card = published_session(), session = published_session();
	uint8_t answer[RESIDENCE_CRYPTOGRAM_BYTES];

	/* the card's side of the same exchange, its half being K.ICC, must be the published answer byte for byte */
	memcpy(card.rnd_ifd, session.rnd_icc, sizeof(card.rnd_ifd));
	memcpy(card.rnd_icc, session.rnd_ifd, sizeof(card.rnd_icc));
	memcpy(card.k_ifd, k_icc, sizeof(k_icc));
	assert_int_equal(residence_authenticate(&card, answer), 0);
	assert_memory_equal(answer, answer_of_card, sizeof(answer));
}

static void number_is_enciphered_as_published(void **state)
{
	static const uint8_t object[RESIDENCE_VERIFY_BYTES] = {0x86, 0x11, 0x01, 0x1A, 0xA8, 0x29, 0x73, 0xDB, 0x95, 0x9A,
							       0x81, 0x1F, 0x97, 0x11, 0xD7, 0x28, 0xF0, 0xEE, 0xF6};
	CLEANUP(secret_freep) struct secret *number = number_of(NUMBER);
	struct residence_session session = published_session();
	uint8_t out[RESIDENCE_VERIFY_BYTES];

	assert_int_equal(residence_authenticated(&session, answer_of_card), 0);
	assert_int_equal(residence_verify(&session, number, out), 0);
	assert_memory_equal(out, object, sizeof(object));
}

static void answer_with_any_bit_changed_is_refused(void **state)
{
	for (size_t bit = 0; bit < 8 * sizeof(answer_of_card); bit++) {
		struct residence_session session = published_session();
		uint8_t answer[RESIDENCE_CRYPTOGRAM_BYTES];

		memcpy(answer, answer_of_card, sizeof(answer));
		answer[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(residence_authenticated(&session, answer), -EBADMSG);
	}
}

/* A whole answer of the right card to other challenges: the MAC holds, the nonces do not. */
static void answer_to_another_challenge_is_refused(void **state)
{
	struct residence_session session = published_session();

	session.rnd_ifd[7] ^= 1;
	assert_int_equal(residence_authenticated(&session, answer_of_card), -EBADMSG);
	session = published_session();
	session.rnd_icc[0] ^= 1;
	assert_int_equal(residence_authenticated(&session, answer_of_card), -EBADMSG);
}

static void number_of_another_length_is_refused(void **state)
{
	CLEANUP(secret_freep) struct secret *number = number_of("AA12345678B");
	struct residence_session session = published_session();
	uint8_t out[RESIDENCE_VERIFY_BYTES];

	assert_int_equal(residence_card_key(&session, number), -EINVAL);
	assert_int_equal(residence_verify(&session, number, out), -EINVAL);
}

/* ---- secure messaging ---- */

/* The published VERIFY object is a cryptogram like any other: its content is the number. */
static void cryptogram_is_taken_off_its_padding(void **state)
{
	CLEANUP(secret_freep) struct secret *number = number_of(NUMBER);
	struct residence_session session = published_session();
	uint8_t object[RESIDENCE_VERIFY_BYTES], out[16];
	size_t n = 0;

	assert_int_equal(residence_authenticated(&session, answer_of_card), 0);
	assert_int_equal(residence_verify(&session, number, object), 0);
	assert_int_equal(residence_unwrap(&session, object, sizeof(object), out, sizeof(out), &n), 0);
	assert_int_equal(n, 12);
	assert_memory_equal(out, NUMBER, 12);
	assert_int_equal(residence_unwrap(&session, object, sizeof(object), out, sizeof(out) - 1, &n), -ENOSPC);
}

static void other_shapes_of_cryptograms_are_refused(void **state)
{
	CLEANUP(secret_freep) struct secret *number = number_of(NUMBER);
	struct residence_session session = published_session();
	uint8_t object[RESIDENCE_VERIFY_BYTES], out[32];
	size_t n = 77;

	assert_int_equal(residence_authenticated(&session, answer_of_card), 0);
	for (size_t length = 0; length < sizeof(object); length++) {
		assert_int_equal(residence_verify(&session, number, object), 0);
		assert_int_equal(residence_unwrap(&session, object, length, out, sizeof(out), &n), -EBADMSG); /* cut off */
	}
	for (size_t at = 0; at < 3; at++) { /* tag, length, indicator */
		assert_int_equal(residence_verify(&session, number, object), 0);
		object[at] ^= 0x02;
		assert_int_equal(residence_unwrap(&session, object, sizeof(object), out, sizeof(out), &n), -EBADMSG);
	}
	assert_int_equal(residence_verify(&session, number, object), 0);
	object[sizeof(object) - 1] ^= 1; /* the last block deciphers to noise: no padding there */
	assert_int_equal(residence_unwrap(&session, object, sizeof(object), out, sizeof(out), &n), -EBADMSG);
	assert_int_equal(n, 77);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(card_key_comes_from_the_number),
		cmocka_unit_test(our_cryptogram_carries_the_published_mac),
		cmocka_unit_test(published_answer_gives_the_session_key),
		cmocka_unit_test(card_half_of_the_key_is_the_published_one),
		cmocka_unit_test(number_is_enciphered_as_published),
		cmocka_unit_test(answer_with_any_bit_changed_is_refused),
		cmocka_unit_test(answer_to_another_challenge_is_refused),
		cmocka_unit_test(number_of_another_length_is_refused),
		cmocka_unit_test(cryptogram_is_taken_off_its_padding),
		cmocka_unit_test(other_shapes_of_cryptograms_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
