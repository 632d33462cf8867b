#pragma once
/* SPDX-License-Identifier: MIT
 * Signature: the one way in which cards of this family sign: RSA-2048 with PKCS #1 v1.5 over a DigestInfo that names
 * SHA-256. Checked by building what the padding must hold and comparing all of it, never by reading a length out of it.
 * Source: RFC 8017 §8.2, §9.2. Thread: any. */
#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "shared/base/cleanup.h"

#define SIGNATURE_BYTES 256
#define SIGNATURE_HASH_BYTES 32
#define SIGNATURE_CONTENT_BYTES_MAX 96  /* the visual application signs three hashes as if they were one */
#define SIGNATURE_INFO_HEADER_BYTES 19
#define SIGNATURE_INFO_BYTES_MAX (SIGNATURE_INFO_HEADER_BYTES + SIGNATURE_CONTENT_BYTES_MAX)

/** signature_hash() - SHA-256. 0, or -EIO. */
MUST_USE int signature_hash(const void *bytes, size_t n_bytes, uint8_t ret_hash[SIGNATURE_HASH_BYTES]);
/** signature_info() - DigestInfo with @content (1-96 bytes) as its digest. Return: bytes written to @out. */
size_t signature_info(const uint8_t *content, size_t n_content, uint8_t out[SIGNATURE_INFO_BYTES_MAX]);
/** signature_holds() - whether @signature is @key's over the SHA-256 of @bytes. Whatever goes wrong: false. */
bool signature_holds(EVP_PKEY *key, const void *bytes, size_t n_bytes, const uint8_t *signature, size_t n_signature);
/** signature_holds_content() - the same over a DigestInfo whose digest is @content itself. */
bool signature_holds_content(EVP_PKEY *key, const uint8_t *content, size_t n_content, const uint8_t *signature,
			     size_t n_signature);
/** signature_key_is_usable() - RSA of 2048 to 4096 bits: what others are is never handed to a computation. */
bool signature_key_is_usable(const EVP_PKEY *key);

static inline __attribute__((unused)) void evp_pkey_freep(EVP_PKEY **key)
{
	EVP_PKEY_free(*key);
}
