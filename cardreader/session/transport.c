/* SPDX-License-Identifier: MIT
 * Three answers belong to the transmission and are dealt with here, before any profile sees them: 61xx (more bytes
 * wait: GET RESPONSE), 6Cxx (wrong Le: the same command with the right one, but never a VERIFY) and 6700 to extended
 * length (this reader or card has none: short form from now on). A file is read until its first data object is whole;
 * cards that give less than asked, or say 6282 or 6B00 at the end, have given what there is. */
#include <errno.h>
#include <string.h>

#include "cardreader/profile/tlv.h"
#include "cardreader/session/transport.h"
#include "shared/base/banned.h"

#define CLA_ISO 0x00
#define INS_VERIFY 0x20
#define INS_SELECT 0xA4
#define INS_READ_BINARY 0xB0
#define INS_READ_RECORD 0xB2
#define INS_GET_RESPONSE 0xC0
#define SELECT_BY_AID 0x04
#define SELECT_BY_EF_ID 0x02
#define SELECT_NO_ANSWER 0x0C
#define BY_SFI 0x80
#define RECORD_NUMBER_IN_P1 0x04
#define SHORT_LE_MAX 256
#define EXTENDED_LE_MAX 65536
#define OFFSET_MAX 0x7fff
#define REPEATS_MAX 80 /* GET RESPONSE and repeated commands for one ask */
#define SW_END_OF_FILE 0x6282
#define SW_WRONG_LENGTH 0x6700
#define SW_OFFSET 0x6B00

static enum transport_step send(struct transport *t, const struct apdu *apdu)
{
	explicit_bzero(t->command, sizeof(t->command));
	t->is_extended = apdu->le > SHORT_LE_MAX || apdu->n_data > 255;
	if (apdu_encode(apdu, t->command, sizeof(t->command), &t->n_command) < 0)
		return TRANSPORT_MALFORMED;
	return TRANSPORT_SEND;
}

static int32_t read_le(const struct transport *t, size_t n_missing)
{
	if (t->ask.is_long && !t->has_no_extended && n_missing > SHORT_LE_MAX)
		return EXTENDED_LE_MAX;
	return n_missing < SHORT_LE_MAX ? (int32_t)n_missing : SHORT_LE_MAX;
}

/* The first READ names the file by its short identifier, which makes it current; offsets beyond 255 need that. */
static enum transport_step send_read(struct transport *t, size_t n_missing)
{
	struct apdu apdu = {.ins = INS_READ_BINARY, .le = read_le(t, n_missing)};

	t->n_before = t->n_bytes;
	if (t->n_bytes > OFFSET_MAX)
		return TRANSPORT_MALFORMED;
	if (t->n_bytes || !t->ask.sfi) {
		apdu.p1 = (uint8_t)(t->n_bytes >> 8);
		apdu.p2 = (uint8_t)t->n_bytes;
	} else {
		apdu.p1 = BY_SFI | t->ask.sfi;
	}
	return send(t, &apdu);
}

static size_t first_read_bytes(const struct card_ask *ask)
{
	if (ask->n_bytes)
		return ask->n_bytes;
	return ask->is_long ? TRANSPORT_ANSWER_BYTES_MAX : SHORT_LE_MAX;
}

static enum transport_step send_select(struct transport *t)
{
	static const uint8_t master_file[2] = {0x3F, 0x00};
	const struct card_ask *ask = &t->ask;

	if (!ask->n_aid)
		return send(t, &(struct apdu){CLA_ISO, INS_SELECT, 0, 0, master_file, 2, APDU_NO_LE});
	return send(t, &(struct apdu){CLA_ISO, INS_SELECT, SELECT_BY_AID, SELECT_NO_ANSWER, ask->aid, ask->n_aid,
				      APDU_NO_LE});
}

enum transport_step transport_ask(struct transport *t, const struct card_ask *ask, const struct secret *secret)
{
	const uint8_t ef[2] = {(uint8_t)(ask->ef >> 8), (uint8_t)ask->ef};
	struct apdu apdu = {ask->cla, ask->ins, ask->p1, ask->p2, ask->data, ask->n_data, ask->le};

	explicit_bzero(t->bytes, sizeof(t->bytes)); /* the answer before: its taker has kept what it needs */
	t->ask = *ask;
	t->n_bytes = t->n_before = 0;
	t->n_repeats = 0;
	switch (ask->kind) {
	case CARD_ASK_SELECT:
		return send_select(t);
	case CARD_ASK_SELECT_FILE:
		return send(t, &(struct apdu){CLA_ISO, INS_SELECT, SELECT_BY_EF_ID, SELECT_NO_ANSWER, ef, 2, APDU_NO_LE});
	case CARD_ASK_TRIES:
		return send(t, &(struct apdu){.ins = INS_VERIFY, .p2 = ask->reference, .le = APDU_NO_LE});
	case CARD_ASK_VERIFY:
		apdu = (struct apdu){.cla = ask->cla, .ins = INS_VERIFY, .p2 = ask->reference, .data = ask->data,
				     .n_data = ask->n_data, .le = APDU_NO_LE};
		if (!ask->data && secret) {
			apdu.data = secret_bytes(secret);
			apdu.n_data = secret_length(secret);
		}
		return apdu.n_data ? send(t, &apdu) : TRANSPORT_MALFORMED;
	case CARD_ASK_READ:
		return send_read(t, first_read_bytes(ask));
	case CARD_ASK_RECORD:
		return send(t, &(struct apdu){.ins = INS_READ_RECORD, .p1 = 1,
					      .p2 = (uint8_t)(ask->sfi << 3 | RECORD_NUMBER_IN_P1), .le = SHORT_LE_MAX});
	case CARD_ASK_COMMAND:
		return send(t, &apdu);
	}
	return TRANSPORT_MALFORMED;
}

/* ---- answers ---- */

static enum transport_step answered(struct transport *t, uint16_t sw, struct card_answer *answer)
{
	bool is_counter = (sw & 0xfff0) == 0x63c0;

	explicit_bzero(t->command, sizeof(t->command));
	*answer = (struct card_answer){.sw = sw, .bytes = t->bytes, .n_bytes = t->n_bytes,
				       .tries = is_counter ? sw & 0xf : -1,
				       .is_blocked = sw == 0x6983 || sw == 0x6984 || sw == 0x63c0};
	return TRANSPORT_ANSWERED;
}

/* How much the file still owes: 0 it is whole, -1 it can never be. */
static int64_t missing(const struct transport *t)
{
	struct tlv tlv;
	int r;

	if (t->ask.n_bytes)
		return t->ask.n_bytes > t->n_bytes ? t->ask.n_bytes - (int64_t)t->n_bytes : 0;
	r = tlv_header(t->bytes, t->n_bytes, &tlv);
	if (r == -EAGAIN)
		return SHORT_LE_MAX;
	if (r < 0 || tlv.total > sizeof(t->bytes))
		return -1;
	return tlv.total > t->n_bytes ? (int64_t)(tlv.total - t->n_bytes) : 0;
}

/* What stands behind the first data object is filler: nobody sees it. */
static void drop_filler(struct transport *t)
{
	struct tlv tlv;
	size_t wanted = t->ask.n_bytes;

	if (!wanted && tlv_header(t->bytes, t->n_bytes, &tlv) == 0)
		wanted = tlv.total;
	if (wanted && wanted < t->n_bytes)
		t->n_bytes = wanted;
}

static enum transport_step on_read(struct transport *t, uint16_t sw, struct card_answer *answer)
{
	bool is_end = sw == SW_END_OF_FILE || (sw == SW_OFFSET && t->n_bytes);
	int64_t n_missing;

	if (sw != SW_OK && !is_end)
		return answered(t, sw, answer);
	n_missing = missing(t);
	if (n_missing == 0 || (is_end && t->n_bytes && t->ask.n_bytes)) {
		drop_filler(t);
		return answered(t, SW_OK, answer);
	}
	if (n_missing < 0 || t->n_bytes == t->n_before)
		return TRANSPORT_MALFORMED;
	return send_read(t, (size_t)n_missing);
}

static int32_t le_of(uint16_t sw)
{
	return sw & 0xff ? sw & 0xff : SHORT_LE_MAX;
}

/* Of what was sent only the READs may be sent twice: they change nothing on the card. */
static bool is_repeatable(const struct transport *t)
{
	return t->ask.kind == CARD_ASK_READ || t->ask.kind == CARD_ASK_RECORD;
}

enum transport_step transport_take(struct transport *t, const uint8_t *bytes, size_t n, struct card_answer *answer)
{
	uint16_t sw = apdu_status(bytes, n);

	if (!sw || n - 2 > sizeof(t->bytes) - t->n_bytes)
		return TRANSPORT_MALFORMED;
	memcpy(t->bytes + t->n_bytes, bytes, n - 2);
	t->n_bytes += n - 2;
	if (sw >> 8 == 0x61)
		return t->n_repeats++ == REPEATS_MAX ? TRANSPORT_MALFORMED :
		       send(t, &(struct apdu){.ins = INS_GET_RESPONSE, .le = le_of(sw)});
	if (sw >> 8 == 0x6c && is_repeatable(t) && t->n_repeats++ < REPEATS_MAX) {
		struct apdu apdu = {t->command[0], t->command[1], t->command[2], t->command[3], NULL, 0, le_of(sw)};

		return send(t, &apdu);
	}
	if (sw == SW_WRONG_LENGTH && t->is_extended) {
		*answer = (struct card_answer){.tries = -1};
		return transport_refused(t);
	}
	if (t->ask.kind == CARD_ASK_READ)
		return on_read(t, sw, answer);
	return answered(t, sw, answer);
}

enum transport_step transport_refused(struct transport *t)
{
	if (!t->is_extended)
		return TRANSPORT_MALFORMED;
	t->has_no_extended = true;
	if (t->ask.kind == CARD_ASK_COMMAND)
		return TRANSPORT_ANSWERED; /* by nobody: what a shorter one is only the profile knows */
	if (t->ask.kind != CARD_ASK_READ)
		return TRANSPORT_MALFORMED;
	return send_read(t, t->ask.n_bytes ? t->ask.n_bytes - t->n_bytes : SHORT_LE_MAX);
}
