#pragma once
/* SPDX-License-Identifier: MIT
 * JPKI: JPKI-AP (公的個人認証) of a My Number card: the card signs a fresh nonce with the user's or the signing key, its
 * certificate says whose key that is. Revocation is not checked: CRL and OCSP are open to 署名検証者 only. */
#include "cardreader/profile/jpki_certificate.h"
#include "cardreader/profile/profile.h"
#include "cardreader/profile/signature.h"

/** What the steps keep. */
struct jpki {
	uint8_t certificate[JPKI_CERTIFICATE_BYTES_MAX];
	size_t n_certificate;
	bool has_no_ca;               /* the card keeps no copy of its CA's certificate */
	uint8_t challenge[SIGNATURE_INFO_BYTES_MAX];
};

/** jpki_prove - the plan of SESSION_PROVE. */
extern const struct card_step jpki_prove[];
