/* SPDX-License-Identifier: MIT
 * The client's side: any JSON as the answer of a cardd that a hostile card has turned. */
#include "cardreader/cardd_wire.h"
#include "shared/base/utf8.h"
#include "tests/fuzz/fuzz.h"
#include "shared/base/banned.h"

static void take_done(const json_t *message)
{
	struct session_result result;
	bool is_in_use;
	json_t *again;

	if (cardd_wire_take_done(message, &result, &is_in_use) < 0)
		return;
	CLAIM(result.n_pictures <= CARD_PICTURES_MAX && result.tries_left >= -1);
	CLAIM(!result.person.name.text || utf8_is_clean_text(result.person.name.text, strlen(result.person.name.text)));
	CLAIM(memchr(result.expires, 0, sizeof(result.expires)));
	for (size_t i = 0; i < result.n_pictures; i++)
		CLAIM(result.pictures[i].n_bytes <= SESSION_PICTURE_BYTES_MAX);
	again = cardd_wire_done(1, SESSION_READ, &result, is_in_use);
	CLAIM(again);
	json_decref(again);
	cardd_wire_release(&result);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	json_t *message = json_loadb((const char *)bytes, n_bytes, JSON_REJECT_DUPLICATES, NULL);
	struct cardd_ask ask;

	if (!message)
		return 0;
	take_done(message);
	(void)!cardd_wire_take_ask(message, &ask);
	json_decref(message);
	return 0;
}
