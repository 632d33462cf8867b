#pragma once
/* SPDX-License-Identifier: MIT
 * Build: the bytes of a file, object by object. A build that failed stays failed, so that a file is written down as
 * the list it is and looked at once, when it is added to the card. */
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>
#include "shared/base/buf.h"

#define BUILD_SIGNATURE_BYTES 256 /* RSA-2048 */
#define BUILD_BYTES_MAX 65536

struct build {
	struct buf bytes;
	int r; /* first failure */
};

#define BUILD_INIT ((struct build){.bytes = BUF_INIT(BUILD_BYTES_MAX)})
void build_release(struct build *build);

void build_bytes(struct build *to, const void *bytes, size_t n_bytes);
/** build_object() - one data object; lengths of 128 and more in the form 82 hh ll, as these cards write them. */
void build_object(struct build *to, uint32_t tag, const void *bytes, size_t n_bytes);
void build_text(struct build *to, uint32_t tag, const char *text);
/** build_template() - an object around what another build holds. */
void build_template(struct build *to, uint32_t tag, const struct build *value);
/** build_fill() - @byte up to @n_bytes in all; more than that already is a failure. */
void build_fill(struct build *to, uint8_t byte, size_t n_bytes);
/** build_public_key() - 90 exponent, 91 modulus. */
void build_public_key(struct build *to, EVP_PKEY *key);
/** build_signature() - object @tag with RSASSA-PKCS1-v1_5 and SHA-256 over @bytes; @is_wrong: with its last bit
 *  turned over. */
void build_signature(struct build *to, uint32_t tag, EVP_PKEY *key, const void *bytes, size_t n_bytes, bool is_wrong);

MUST_USE int build_key(EVP_PKEY **ret_key);
