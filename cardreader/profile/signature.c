/* SPDX-License-Identifier: MIT
 * libcrypto takes the padding off and gives what it held; the comparison is ours, so that no parser of DigestInfo can be
 * talked into anything. */
#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rsa.h>
#include <string.h>

#include "cardreader/profile/signature.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define RSA_BITS_MIN 2048
#define RSA_BITS_MAX 4096
#define RSA_BYTES_MAX (RSA_BITS_MAX / 8)

static void context_freep(EVP_PKEY_CTX **context)
{
	EVP_PKEY_CTX_free(*context);
}

int signature_hash(const void *bytes, size_t n_bytes, uint8_t ret_hash[SIGNATURE_HASH_BYTES])
{
	unsigned n = 0;

	if (EVP_Digest(bytes, n_bytes, ret_hash, &n, EVP_sha256(), NULL) != 1 || n != SIGNATURE_HASH_BYTES)
		return fault_raise(-EIO);
	return 0;
}

size_t signature_info(const uint8_t *content, size_t n_content, uint8_t out[SIGNATURE_INFO_BYTES_MAX])
{
	static const uint8_t algorithm[] = {0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
					    0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00};

	out[0] = 0x30;
	out[1] = (uint8_t)(sizeof(algorithm) + 2 + n_content);
	memcpy(out + 2, algorithm, sizeof(algorithm));
	out[17] = 0x04;
	out[18] = (uint8_t)n_content;
	memcpy(out + SIGNATURE_INFO_HEADER_BYTES, content, n_content);
	return SIGNATURE_INFO_HEADER_BYTES + n_content;
}

bool signature_key_is_usable(const EVP_PKEY *key)
{
	return key && EVP_PKEY_is_a(key, "RSA") && EVP_PKEY_get_bits(key) >= RSA_BITS_MIN &&
	       EVP_PKEY_get_bits(key) <= RSA_BITS_MAX;
}

bool signature_holds_content(EVP_PKEY *key, const uint8_t *content, size_t n_content, const uint8_t *signature,
			     size_t n_signature)
{
	CLEANUP(context_freep) EVP_PKEY_CTX *context = NULL;
	uint8_t wanted[SIGNATURE_INFO_BYTES_MAX], held[RSA_BYTES_MAX];
	size_t n_wanted, n_held = sizeof(held);

	if (!signature_key_is_usable(key) || !n_content || n_content > SIGNATURE_CONTENT_BYTES_MAX)
		return false;
	n_wanted = signature_info(content, n_content, wanted);
	context = EVP_PKEY_CTX_new(key, NULL);
	if (!context || EVP_PKEY_verify_recover_init(context) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) != 1 ||
	    EVP_PKEY_verify_recover(context, held, &n_held, signature, n_signature) != 1) {
		ERR_clear_error();
		return false;
	}
	return n_held == n_wanted && CRYPTO_memcmp(held, wanted, n_wanted) == 0;
}

bool signature_holds(EVP_PKEY *key, const void *bytes, size_t n_bytes, const uint8_t *signature, size_t n_signature)
{
	uint8_t hash[SIGNATURE_HASH_BYTES];

	return signature_hash(bytes, n_bytes, hash) == 0 &&
	       signature_holds_content(key, hash, sizeof(hash), signature, n_signature);
}
