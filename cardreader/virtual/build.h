#pragma once
/* SPDX-License-Identifier: MIT
 * Build: data objects, keys and certificates for the virtual card's files. Every call gives 0 or a negative errno. */
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdint.h>
#include "shared/base/buf.h"

#define BUILD_SIGNATURE_BYTES 256 /* RSA-2048 */

/** build_tlv() - one object; lengths of 128 and more in the form 82 hh ll, as these cards write them. */
MUST_USE int build_tlv(struct buf *to, uint32_t tag, const void *bytes, size_t n_bytes);
MUST_USE int build_key(EVP_PKEY **ret_key);
/** build_public_key() - 90 exponent, 91 modulus. */
MUST_USE int build_public_key(struct buf *to, EVP_PKEY *key);
/** build_signature() - RSASSA-PKCS1-v1_5 with SHA-256. */
MUST_USE int build_signature(EVP_PKEY *key, const void *bytes, size_t n_bytes, uint8_t out[BUILD_SIGNATURE_BYTES]);
/** build_certificate() - X.509 v3 in DER. @issuer: NULL for a self-signed CA certificate. @unit, @name: OU and CN,
 *  @name NULL for the CA. @expires: YYYYMMDD. */
MUST_USE int build_certificate(struct buf *to, EVP_PKEY *key, EVP_PKEY *issuer, const char *unit, const char *name,
			       const char *expires);
