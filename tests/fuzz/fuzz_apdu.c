/* SPDX-License-Identifier: MIT
 * A command that can be decoded says the same when it is encoded again. */
#include "cardreader/profile/apdu.h"
#include "tests/fuzz/fuzz.h"
#include "shared/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	uint8_t *exact = fuzz_copy(bytes, n_bytes), *out = malloc(APDU_BYTES_MAX);
	struct apdu apdu, again;
	size_t n_out;

	CLAIM(out);
	if (n_bytes >= 2)
		CLAIM(apdu_status(exact, n_bytes) == (exact[n_bytes - 2] << 8 | exact[n_bytes - 1]));
	if (apdu_decode(exact, n_bytes, &apdu) == 0) {
		CLAIM(apdu.le == APDU_NO_LE || (apdu.le >= 1 && apdu.le <= 65536));
		CLAIM(apdu_encode(&apdu, out, APDU_BYTES_MAX, &n_out) == 0 && n_out <= n_bytes);
		CLAIM(apdu_decode(out, n_out, &again) == 0);
		CLAIM(again.ins == apdu.ins && again.p1 == apdu.p1 && again.le == apdu.le && again.n_data == apdu.n_data);
		CLAIM(!again.n_data || memcmp(again.data, apdu.data, apdu.n_data) == 0);
	}
	free(out);
	free(exact);
	return 0;
}
