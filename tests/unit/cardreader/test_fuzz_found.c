/* SPDX-License-Identifier: MIT
 * What the fuzzers of tests/fuzz once found, each as the shortest card that does it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "cardreader/session/transport.h"
#include "shared/base/banned.h"

/* fuzz_transport: the caller's answer was left as it was, whatever stood there. */
static void a_command_refused_by_6700_is_answered_by_an_empty_answer(void **state)
{
	static struct transport transport;
	const struct card_ask ask = {.kind = CARD_ASK_COMMAND, .ins = 0x2A, .le = 65536};
	struct card_answer answer;

	memset(&answer, 0xAA, sizeof(answer));
	assert_int_equal(transport_ask(&transport, &ask, NULL), TRANSPORT_SEND);
	assert_int_equal(transport_take(&transport, (const uint8_t *)"\x67\x00", 2, &answer), TRANSPORT_ANSWERED);
	assert_int_equal(answer.sw, 0);
	assert_int_equal(answer.n_bytes, 0);
	assert_int_equal(answer.tries, -1);
	assert_false(answer.is_blocked);
	assert_true(transport.has_no_extended);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_refused_by_6700_is_answered_by_an_empty_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
