#pragma once
/* SPDX-License-Identifier: MIT
 * Certificate: X.509 certificates in the shape of the public authentication service (公的個人認証サービス) and of the
 * residence card's, from authorities that are fictional and say so in their names.
 * Source: J-LIS certificate profile 3.2; RFC 5280. */
#include <openssl/x509.h>
#include "cardreader/virtual/keyring.h"
#include "cardreader/virtual/persona.h"

static inline void certificate_freep(X509 **certificate)
{
	X509_free(*certificate);
}

/** certificate_of_authority() - the self-signed one of KEYRING_JPKI_AUTH_CA, _SIGN_CA or _RESIDENCE_CA; the same
 *  bytes for the same key. Caller frees. */
MUST_USE int certificate_of_authority(struct keyring *keys, enum keyring_name name, X509 **ret_certificate);
/** certificate_of_holder() - of KEYRING_JPKI_AUTH, _JPKI_SIGN (with the four attributes) or _RESIDENCE_SIGNER.
 *  @is_wrong: its signature is not its authority's. Caller frees. */
MUST_USE int certificate_of_holder(struct keyring *keys, enum keyring_name name, const struct persona *persona,
				   bool is_wrong, X509 **ret_certificate);
