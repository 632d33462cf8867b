/* SPDX-License-Identifier: MIT
 * A residence card's records and its side of the mutual authentication: the first byte says which. */
#include "cardreader/profile/residence.h"
#include "cardreader/profile/residence_auth.h"
#include "tests/fuzz/fuzz.h"
#include "shared/base/banned.h"

static void take_address(const uint8_t *bytes, size_t n_bytes)
{
	CLEANUP(person_release) struct person person = {0};

	if (residence_parse_address(bytes, n_bytes, &person) < 0)
		CLAIM(!person.address.text);
	CLAIM(!person.name.text);
	CLAIM(residence_picture_length(bytes, n_bytes) <= n_bytes);
}

/* The card cannot know our random half: whatever it answers, it has not proved that it knows the number. */
static void take_authentication(const uint8_t *bytes, size_t n_bytes)
{
	struct residence_session session = {.card_key = {1, 2, 3}, .rnd_ifd = {4, 5, 6}, .k_ifd = {7, 8, 9}};
	uint8_t answer[RESIDENCE_CRYPTOGRAM_BYTES] = {0};

	memcpy(answer, bytes, n_bytes < sizeof(answer) ? n_bytes : sizeof(answer));
	CLAIM(residence_authenticated(&session, answer) < 0);
}

static void take_message(const uint8_t *bytes, size_t n_bytes)
{
	const struct residence_session session = {.session_key = {1, 2, 3}};
	uint8_t *out = malloc(n_bytes + 8);
	size_t n_out;

	CLAIM(out);
	if (residence_unwrap(&session, bytes, n_bytes, out, n_bytes + 8, &n_out) == 0)
		CLAIM(n_out <= n_bytes);
	free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	static void (*const takes[])(const uint8_t *bytes, size_t n_bytes) = {take_address, take_authentication,
									      take_message};
	uint8_t *exact;

	if (!n_bytes)
		return 0;
	exact = fuzz_copy(bytes + 1, n_bytes - 1);
	takes[bytes[0] % 3](exact, n_bytes - 1);
	free(exact);
	return 0;
}
