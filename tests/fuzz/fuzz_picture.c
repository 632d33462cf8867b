/* SPDX-License-Identifier: MIT
 * Pictures out of cards: the first byte says by which codec. The libraries themselves are not instrumented; what is
 * looked for is how we use them, and crashes of theirs, which cost a process of their own and no more. */
#include "cardreader/picture/convert.h"
#include "cardreader/picture/picture.h"
#include "tests/fuzz/fuzz.h"
#include "shared/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	static const char *const media[] = {"image/png", "image/jp2", "image/tiff"};
	static uint8_t png[CARD_PICTURE_PNG_BYTES_MAX];
	struct fuzz from = {bytes, n_bytes};
	const char *called = media[fuzz_byte(&from) % 3];
	uint8_t *copy = fuzz_copy(from.bytes, from.n);
	size_t n_png = 0;

	if (from.n <= SESSION_PICTURE_BYTES_MAX && picture_convert(called, copy, from.n, png, sizeof(png), &n_png) == 0)
		CLAIM(n_png > 50 && n_png <= sizeof(png) && memcmp(png + 1, "PNG", 3) == 0);
	free(copy);
	return 0;
}
