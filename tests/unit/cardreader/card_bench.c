/* SPDX-License-Identifier: MIT
 * The card of the bench: what ISO/IEC 7816-4 says of the five commands it knows, and the habits of readers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "cardreader/profile/apdu.h"
#include "tests/unit/cardreader/card_bench.h"
#include "shared/base/secret.h"
#include "shared/base/banned.h"

static const struct {
	uint8_t bytes[16];
	size_t n;
} aids[N_BENCH_APPLICATIONS] = {
	[BENCH_COMMON] = {{0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00}, 10},
	[BENCH_TEXT] = {{0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08}, 10},
	[BENCH_VISUAL] = {{0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02}, 10},
	[BENCH_JPKI] = {{0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01}, 10},
	[BENCH_LICENCE] = {{0xA0, 0x00, 0x00, 0x02, 0x31, 0x06}, 16},
};

struct bench_file *bench_file(struct card_bench *b, enum bench_application application, uint16_t ef)
{
	for (size_t i = 0; i < b->n_files; i++)
		if (b->files[i].application == application && b->files[i].ef == ef)
			return &b->files[i];
	return NULL;
}

struct bench_pin *bench_pin(struct card_bench *b, enum bench_application application, uint16_t ef)
{
	for (size_t i = 0; i < b->n_pins; i++)
		if (b->pins[i].application == application && b->pins[i].ef == ef)
			return &b->pins[i];
	return NULL;
}

/* ---- commands ---- */

struct answer {
	uint8_t *bytes;
	size_t n;
};

static uint16_t on_select(struct card_bench *b, const struct apdu *apdu)
{
	if (apdu->p1 == 0x02 && b->selected >= 0 && apdu->n_data == 2) {
		uint16_t ef = (uint16_t)(apdu->data[0] << 8 | apdu->data[1]);

		bool is_key = b->selected == BENCH_JPKI && (ef == 0x17 || ef == 0x1A);

		if (!is_key && !bench_file(b, (enum bench_application)b->selected, ef) &&
		    !bench_pin(b, (enum bench_application)b->selected, ef))
			return 0x6A82;
		b->current = ef;
		return 0x9000;
	}
	for (int i = 0; i < N_BENCH_APPLICATIONS; i++)
		if (b->has[i] && apdu->p1 == 0x04 && apdu->n_data == aids[i].n &&
		    memcmp(apdu->data, aids[i].bytes, aids[i].n) == 0) {
			b->selected = i;
			b->current = 0;
			b->verified = 0;
			return 0x9000;
		}
	return 0x6A82;
}

static uint16_t on_verify(struct card_bench *b, const struct apdu *apdu)
{
	uint16_t ef = apdu->p2 & 0x1f ? apdu->p2 & 0x1f : b->current;
	struct bench_pin *pin = b->selected < 0 ? NULL : bench_pin(b, (enum bench_application)b->selected, ef);

	if (!pin)
		return 0x6A88;
	if (!apdu->n_data)
		return (uint16_t)(0x63C0 | pin->tries);
	b->n_verify++;
	pin->n_verify++;
	if (!pin->tries)
		return 0x6984;
	if (apdu->n_data != strlen(pin->value) || memcmp(apdu->data, pin->value, apdu->n_data) != 0)
		return (uint16_t)(0x63C0 | --pin->tries);
	pin->tries = pin->tries_max;
	b->verified |= 1U << (ef & 0x1f);
	return 0x9000;
}

static uint16_t on_read(struct card_bench *b, const struct apdu *apdu, struct answer *answer)
{
	bool by_sfi = apdu->ins == 0xB0 && apdu->p1 & 0x80;
	size_t offset = apdu->ins == 0xB2 ? 0 : by_sfi ? apdu->p2 : (size_t)apdu->p1 << 8 | apdu->p2, n;
	const struct bench_file *file;

	b->n_reads++;
	if (by_sfi)
		b->current = apdu->p1 & 0x1f;
	if (apdu->ins == 0xB2)
		b->current = apdu->p2 >> 3;
	file = b->selected < 0 ? NULL : bench_file(b, (enum bench_application)b->selected, b->current);
	if (!file)
		return 0x6A82;
	if (file->unlocked_by && !(file->unlocked_by & b->verified))
		return 0x6982;
	if (offset >= file->n)
		return 0x6B00;
	n = file->n - offset;
	if (b->gives_at_most && n > b->gives_at_most)
		n = b->gives_at_most;
	if (b->is_t0 && apdu->le < 256 && n < (size_t)apdu->le)
		return (uint16_t)(0x6C00 | n);
	answer->n = n < (size_t)apdu->le ? n : (size_t)apdu->le;
	memcpy(answer->bytes, file->bytes + offset, answer->n);
	return b->says_6282 && answer->n < (size_t)apdu->le ? 0x6282 : 0x9000;
}

static uint16_t on_sign(struct card_bench *b, const struct apdu *apdu, struct answer *answer)
{
	EVP_PKEY *key = apdu->p2 == 0x80 && (b->current == 0x17 || b->current == 0x1A) ? b->jpki_key :
			b->selected == BENCH_TEXT ? b->answers_with : NULL;
	unsigned pin = b->current == 0x1A ? 1U << 0x1B : 1U << 0x18;
	EVP_PKEY_CTX *context;

	if (!key)
		return 0x6A88;
	if (b->selected == BENCH_JPKI && !(b->verified & pin))
		return 0x6982;
	context = EVP_PKEY_CTX_new(key, NULL);
	answer->n = 256;
	assert_int_equal(EVP_PKEY_sign_init(context), 1);
	assert_int_equal(EVP_PKEY_sign(context, answer->bytes, &answer->n, apdu->data, apdu->n_data), 1);
	EVP_PKEY_CTX_free(context);
	return 0x9000;
}

static uint16_t dispatch(struct card_bench *b, const struct apdu *apdu, struct answer *answer)
{
	switch (apdu->ins) {
	case 0xA4:
		return on_select(b, apdu);
	case 0x20:
		return on_verify(b, apdu);
	case 0xB0:
	case 0xB2:
		return on_read(b, apdu, answer);
	case 0x2A:
		return on_sign(b, apdu, answer);
	default:
		return 0x6D00;
	}
}

/* A T=0 reader hands an answer out in pieces of 100 bytes. */
static uint16_t hand_out(struct card_bench *b, struct answer *answer, uint16_t sw)
{
	size_t n = b->n_waiting < 100 ? b->n_waiting : 100;

	memcpy(answer->bytes, b->waiting, n);
	memmove(b->waiting, b->waiting + n, b->n_waiting - n);
	b->n_waiting -= n;
	answer->n = n;
	return b->n_waiting ? (uint16_t)(0x6100 | (b->n_waiting < 256 ? b->n_waiting : 0)) : sw;
}

static uint16_t serve(struct card_bench *b, const struct apdu *apdu, struct answer *answer)
{
	uint16_t sw;

	if (apdu->ins == 0xC0)
		return hand_out(b, answer, 0x9000);
	sw = dispatch(b, apdu, answer);
	if (!b->is_t0 || answer->n <= 100)
		return sw;
	memcpy(b->waiting, answer->bytes, answer->n);
	b->n_waiting = answer->n;
	return hand_out(b, answer, sw);
}

/* ---- runs ---- */

static enum session_step step(struct card_bench *b, uint8_t *bytes)
{
	struct answer answer = {.bytes = bytes};
	struct apdu apdu;
	size_t n;
	const uint8_t *command = session_command(b->session, &n);
	bool is_extended;
	uint16_t sw;

	assert_int_equal(apdu_decode(command, n, &apdu), 0);
	b->n_apdus++;
	is_extended = apdu.le > 256 || apdu.n_data > 255;
	if (is_extended && b->is_reader_short)
		return session_refused(b->session);
	sw = is_extended && b->refuses_extended ? 0x6700 : serve(b, &apdu, &answer);
	bytes[answer.n] = (uint8_t)(sw >> 8);
	bytes[answer.n + 1] = (uint8_t)sw;
	if (b->n_apdus == b->changes_answer)
		bytes[b->changes_at % (answer.n + 2)] ^= b->changes_by;
	return session_answer(b->session, bytes, answer.n + 2);
}

const struct session_result *bench_run(struct card_bench *b, struct session_request request, const char *secret)
{
	static uint8_t answer[BENCH_ANSWER_BYTES_MAX];
	enum session_step next;

	if (!b->secret)
		b->secret = secret_new(64);
	secret_clear(b->secret);
	assert_int_equal(secret_append(b->secret, secret, strlen(secret)), 0);
	request.secret = b->secret;
	b->session = session_free(b->session);
	b->selected = -1;
	b->verified = 0;
	b->n_apdus = b->n_verify = b->n_reads = 0;
	assert_int_equal(session_new(&request, &b->session), 0);
	for (next = session_start(b->session); next == SESSION_SEND;)
		next = step(b, answer);
	explicit_bzero(answer, sizeof(answer));
	explicit_bzero(b->waiting, sizeof(b->waiting));
	assert_int_equal(secret_length(b->secret), 0);
	return session_result(b->session);
}

void bench_release(struct card_bench *b)
{
	b->session = session_free(b->session);
	b->secret = secret_free(b->secret);
}
