/* SPDX-License-Identifier: MIT
 * Certificates of card applications. What is taken apart is compared with nothing: no signature of a random key holds. */
#include "cardreader/profile/cvc.h"
#include "tests/fuzz/fuzz.h"
#include "shared/base/banned.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	uint8_t *exact = fuzz_copy(bytes, n_bytes);
	struct cvc cvc;
	struct cvc_key key;

	if (cvc_parse(exact, n_bytes, &cvc) == 0) {
		CLAIM(n_bytes >= CVC_BODY_BYTES + SIGNATURE_BYTES);
		CLAIM(cvc_anchored(&cvc, NULL) == PROOF_NOT_CHECKED);
		(void)cvc_anchored(&cvc, fuzz_trust());
		(void)cvc_key_signed(&cvc.key, cvc.body, sizeof(cvc.body), cvc.signature, sizeof(cvc.signature));
	}
	if (cvc_parse_key(exact, n_bytes, &key) == 0) {
		CLAIM(n_bytes >= CVC_KEY_BYTES); /* lengths may be written longer than needed */
		(void)cvc_key_signed_content(&key, exact, 32, exact, SIGNATURE_BYTES);
	}
	free(exact);
	return 0;
}
