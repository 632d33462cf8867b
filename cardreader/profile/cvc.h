#pragma once
/* SPDX-License-Identifier: MIT
 * CVC: the card-verifiable certificate of a card application (EF 0004): who issued it, whose it is, one RSA key, the
 * issuer's signature. Only the one shape that these cards carry is taken. Source: ISO/IEC 7816-8 §A (7F21, 5F4E, 5F37);
 * the body is the card's own. Thread: any. */
#include "cardreader/profile/signature.h"
#include "cardreader/profile/trust.h"
#include "shared/model/person.h"

#define CVC_BODY_BYTES 297
#define CVC_KEY_BYTES 265

/** An RSA-2048 public key as cards write it; the exponent is always 65537. */
struct cvc_key {
	uint8_t modulus[SIGNATURE_BYTES];
};

struct cvc {
	uint8_t issuer[TRUST_KEY_ID_BYTES];
	struct cvc_key key;
	uint8_t body[CVC_BODY_BYTES];
	uint8_t signature[SIGNATURE_BYTES];
};

/** cvc_parse() - 7F21 { 5F4E { issuer, subject, key } 5F37 }; filler behind it is allowed. 0 or -EBADMSG. */
MUST_USE int cvc_parse(const uint8_t *bytes, size_t n_bytes, struct cvc *ret_cvc);
/** cvc_parse_key() - 90 03 010001 91 82 0100 modulus, and nothing else. 0 or -EBADMSG. */
MUST_USE int cvc_parse_key(const uint8_t *bytes, size_t n_bytes, struct cvc_key *ret_key);
/** cvc_anchored() - verified: an anchor of this issuer signed it; failed: we hold that issuer's key and it did not;
 *  not-checked: no anchor of this issuer. */
enum value_proof cvc_anchored(const struct cvc *cvc, const struct trust *trust);
/** cvc_key_signed() - whether @key signed @bytes (SHA-256). */
bool cvc_key_signed(const struct cvc_key *key, const void *bytes, size_t n_bytes, const uint8_t *signature,
		    size_t n_signature);
/** cvc_key_signed_content() - see signature_holds_content(). */
bool cvc_key_signed_content(const struct cvc_key *key, const uint8_t *content, size_t n_content,
			    const uint8_t *signature, size_t n_signature);
