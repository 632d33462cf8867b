/* SPDX-License-Identifier: MIT
 * One ask against any answers: it ends, sends well-formed commands, and sends a VERIFY once. */
#include "cardreader/session/transport.h"
#include "tests/fuzz/fuzz.h"
#include "shared/base/banned.h"

#define COMMANDS_MAX 20000 /* far more than any ask may need */

static struct card_ask make_ask(struct fuzz *from)
{
	static const uint8_t data[32] = "1234";
	struct card_ask ask = {.kind = (enum card_ask_kind)(fuzz_byte(from) % (CARD_ASK_COMMAND + 1))};
	uint8_t shape = fuzz_byte(from);

	ask.aid = data;
	ask.n_aid = shape & 1 ? 16 : 0;
	ask.is_long = shape & 2;
	ask.sfi = shape >> 3;
	ask.ef = shape;
	ask.n_bytes = (uint16_t)(fuzz_byte(from) << 8 | fuzz_byte(from));
	ask.reference = 0x81;
	ask.ins = 0x2A;
	ask.data = data;
	ask.n_data = shape & 0x1f;
	ask.le = shape & 4 ? 65536 : APDU_NO_LE;
	return ask;
}

static void look_at(const struct transport *transport, int *n_verify)
{
	struct apdu apdu;

	CLAIM(apdu_decode(transport->command, transport->n_command, &apdu) == 0);
	*n_verify += apdu.ins == 0x20;
	CLAIM(*n_verify <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	static struct transport transport;
	struct fuzz from = {bytes, n_bytes};
	struct card_ask ask = make_ask(&from);
	struct card_answer answer;
	enum transport_step step;
	int n_verify = 0, n_commands = 0;

	memset(&transport, 0, sizeof(transport));
	memset(&answer, 0xAA, sizeof(answer)); /* what is answered must be filled */
	for (step = transport_ask(&transport, &ask, NULL); step == TRANSPORT_SEND && from.n;) {
		size_t n;
		const uint8_t *block;
		uint8_t *exact;

		look_at(&transport, &n_verify);
		CLAIM(++n_commands < COMMANDS_MAX);
		if (from.bytes[0] == 0xFF) {
			fuzz_byte(&from);
			step = transport_refused(&transport);
			answer = (struct card_answer){.tries = -1}; /* the caller's */
			continue;
		}
		block = fuzz_block(&from, &n);
		exact = fuzz_copy(block, n);
		step = transport_take(&transport, exact, n, &answer);
		free(exact);
	}
	if (step == TRANSPORT_ANSWERED) {
		CLAIM(answer.n_bytes <= TRANSPORT_ANSWER_BYTES_MAX && answer.tries >= -1 && answer.tries <= 15);
		CLAIM(ask.kind != CARD_ASK_READ || !ask.n_bytes || answer.n_bytes <= ask.n_bytes || answer.sw != 0x9000);
	}
	return 0;
}
