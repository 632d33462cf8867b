/* SPDX-License-Identifier: MIT
 * Garbage comes from xorshift64*: a failing run can be had again from its seed. */
#include <string.h>

#include "cardreader/profile/apdu.h"
#include "cardreader/virtual/faults.h"
#include "shared/base/banned.h"

#define INS_READ_BINARY 0xB0
#define INS_GET_RESPONSE 0xC0
#define SW_END_OF_FILE 0x6282
#define SW_LENGTH 0x6700
#define SW_MORE 0x6100
#define SW_WRONG_LE 0x6C00
#define SW_NOTHING_WAITS 0x6985
#define SHORT_LE_MAX 256
#define GARBAGE_BYTES_MAX 260

static size_t only_status(uint8_t *answer, unsigned sw)
{
	answer[0] = (uint8_t)(sw >> 8);
	answer[1] = (uint8_t)sw;
	return 2;
}

static size_t set_status(uint8_t *answer, size_t n_data, unsigned sw)
{
	return n_data + only_status(answer + n_data, sw);
}

static uint64_t draw(struct faults *f)
{
	f->garbage ^= f->garbage >> 12;
	f->garbage ^= f->garbage << 25;
	f->garbage ^= f->garbage >> 27;
	return f->garbage * 0x2545F4914F6CDD1DULL;
}

/* Half of it ends in 9000: bytes that claim to be good reach the parsers, others do not. */
static size_t garbage(struct faults *f, uint8_t *answer)
{
	size_t n = (size_t)(draw(f) % GARBAGE_BYTES_MAX);

	for (size_t i = 0; i < n + 2; i++)
		answer[i] = (uint8_t)(draw(f) >> 32);
	return draw(f) & 1 << 20 ? set_status(answer, n, SW_OK) : n + 2;
}

static bool is_extended(const uint8_t *command, size_t n_command)
{
	return n_command >= 7 && command[4] == 0;
}

/* ---- T=0 ---- */

/* 61 and how many wait; 00 for 256 and more. */
static unsigned more(size_t n)
{
	return SW_MORE | (unsigned)(n < SHORT_LE_MAX ? n : 0);
}

static size_t get_response(struct faults *f, const struct apdu *apdu, uint8_t *answer)
{
	size_t n_left = f->n_held - f->held_at, n = apdu->le == APDU_NO_LE ? 0 : (size_t)apdu->le;

	if (!n_left)
		return only_status(answer, SW_NOTHING_WAITS);
	if (n > n_left)
		return only_status(answer, SW_WRONG_LE | (unsigned)(n_left & 0xFF));
	memcpy(answer, f->held + f->held_at, n);
	f->held_at += n;
	n_left -= n;
	return set_status(answer, n, n_left ? more(n_left) : SW_OK);
}

static size_t transmit_t0(struct faults *f, struct vcard *card, const uint8_t *command, size_t n_command, uint8_t *answer)
{
	struct apdu apdu;
	size_t n;

	if (is_extended(command, n_command) || apdu_decode(command, n_command, &apdu) < 0)
		return only_status(answer, SW_LENGTH);
	if (apdu.ins == INS_GET_RESPONSE)
		return get_response(f, &apdu, answer);
	faults_reset(f);
	n = vcard_transmit(card, command, n_command, answer) - 2;
	if (!n || apdu.le == APDU_NO_LE)
		return n + 2;
	if (apdu.n_data) { /* data both ways: the answer must be fetched */
		memcpy(f->held, answer, n);
		f->n_held = n;
		return only_status(answer, more(n));
	}
	return n < (size_t)apdu.le ? only_status(answer, SW_WRONG_LE | (unsigned)n) : n + 2;
}

/* ---- public calls ---- */

size_t faults_transmit(struct faults *f, struct vcard *card, const uint8_t *command, size_t n_command, uint8_t *answer)
{
	size_t n;

	if (f->n_answers) {
		f->n_answers -= f->n_answers > 0;
		memcpy(answer, f->answer, f->n_answer);
		return f->n_answer;
	}
	if (f->is_garbage)
		return garbage(f, answer);
	vcard_set_blocked_sw(card, f->blocked_sw ? f->blocked_sw : 0x6984);
	if (f->no_extended && is_extended(command, n_command))
		return only_status(answer, SW_LENGTH);
	n = f->t0 ? transmit_t0(f, card, command, n_command, answer) : vcard_transmit(card, command, n_command, answer);
	if (f->short_answer && n_command > 1 && command[1] == INS_READ_BINARY && n > f->short_answer + 2)
		return set_status(answer, f->short_answer, SW_END_OF_FILE);
	return n;
}

void faults_reset(struct faults *f)
{
	f->n_held = f->held_at = 0;
}

void faults_set_answer(struct faults *f, const uint8_t *bytes, size_t n_bytes, int n_times)
{
	f->n_answer = n_bytes < sizeof(f->answer) ? n_bytes : sizeof(f->answer);
	if (f->n_answer)
		memcpy(f->answer, bytes, f->n_answer);
	f->n_answers = f->n_answer ? n_times : 0;
}

void faults_set_garbage(struct faults *f, bool is_on, uint64_t seed)
{
	f->is_garbage = is_on;
	f->garbage = seed * 0x9E3779B97F4A7C15ULL + 1;
}
