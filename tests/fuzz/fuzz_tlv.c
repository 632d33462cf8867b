/* SPDX-License-Identifier: MIT
 * Every object of a walk lies inside the bytes walked over, and the walk ends. */
#include "cardreader/profile/driver_licence.h"
#include "cardreader/profile/tlv.h"
#include "tests/fuzz/fuzz.h"
#include "shared/base/banned.h"

typedef int next_fn(struct tlv_walk *walk, struct tlv *ret_tlv);

static void walk_over(next_fn *next, const uint8_t *bytes, size_t n_bytes)
{
	struct tlv_walk walk = {bytes, n_bytes};
	struct tlv tlv;
	size_t n_before = n_bytes;

	while (next(&walk, &tlv) == TLV_OBJECT) {
		CLAIM(walk.n_left < n_before && tlv.total == n_before - walk.n_left);
		CLAIM(tlv.value >= bytes && tlv.value + tlv.length <= bytes + n_bytes);
		n_before = walk.n_left;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	uint8_t *exact = fuzz_copy(bytes, n_bytes);
	struct tlv tlv;

	walk_over(tlv_next, exact, n_bytes);
	walk_over(licence_next, exact, n_bytes);
	if (tlv_header(exact, n_bytes, &tlv) == 0)
		CLAIM(!tlv.value == (tlv.total > n_bytes));
	if (n_bytes && tlv_find(exact + 1, n_bytes - 1, exact[0], &tlv) == TLV_OBJECT)
		CLAIM(tlv.tag == exact[0]);
	free(exact);
	return 0;
}
