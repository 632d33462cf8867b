/* SPDX-License-Identifier: MIT
 * RSA comes from OpenSSL through its provider interface; nothing here knows a key's inner form but by parameter. */
#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <string.h>

#include "cardreader/virtual/build.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define EXPONENT_BYTES 3
#define SHORT_LENGTH_MAX 0x7F
#define LENGTH_MAX 0xFFFF

static void number_freep(BIGNUM **number)
{
	BN_free(*number);
}

void build_release(struct build *build)
{
	buf_release(&build->bytes);
}

static void fail(struct build *build, int r)
{
	if (!build->r && r < 0)
		build->r = fault_pass(r);
}

void build_bytes(struct build *to, const void *bytes, size_t n_bytes)
{
	if (!to->r && n_bytes)
		fail(to, buf_add(&to->bytes, bytes, n_bytes));
}

void build_object(struct build *to, uint32_t tag, const void *bytes, size_t n_bytes)
{
	uint8_t header[8];
	size_t n = 0;

	if (n_bytes > LENGTH_MAX)
		fail(to, fault_raise(-EMSGSIZE));
	for (int shift = 16; shift >= 0; shift -= 8)
		if (tag >> shift)
			header[n++] = (uint8_t)(tag >> shift);
	if (n_bytes > SHORT_LENGTH_MAX) {
		header[n++] = 0x82;
		header[n++] = (uint8_t)(n_bytes >> 8);
	}
	header[n++] = (uint8_t)n_bytes;
	build_bytes(to, header, n);
	build_bytes(to, bytes, n_bytes);
}

void build_text(struct build *to, uint32_t tag, const char *text)
{
	build_object(to, tag, text, strlen(text));
}

void build_template(struct build *to, uint32_t tag, const struct build *value)
{
	fail(to, value->r);
	build_object(to, tag, value->bytes.bytes, value->bytes.len);
}

void build_fill(struct build *to, uint8_t byte, size_t n_bytes)
{
	if (!to->r && to->bytes.len > n_bytes)
		fail(to, fault_raise(-EMSGSIZE));
	while (!to->r && to->bytes.len < n_bytes)
		build_bytes(to, &byte, 1);
}

static int number_of(EVP_PKEY *key, const char *which, uint8_t *out, int n_bytes)
{
	CLEANUP(number_freep) BIGNUM *number = NULL;

	if (EVP_PKEY_get_bn_param(key, which, &number) != 1 || BN_bn2binpad(number, out, n_bytes) != n_bytes)
		return fault_raise(-EIO);
	return 0;
}

void build_public_key(struct build *to, EVP_PKEY *key)
{
	uint8_t exponent[EXPONENT_BYTES], modulus[BUILD_SIGNATURE_BYTES];

	fail(to, number_of(key, OSSL_PKEY_PARAM_RSA_E, exponent, sizeof(exponent)));
	fail(to, number_of(key, OSSL_PKEY_PARAM_RSA_N, modulus, sizeof(modulus)));
	build_object(to, 0x90, exponent, sizeof(exponent));
	build_object(to, 0x91, modulus, sizeof(modulus));
}

void build_signature(struct build *to, uint32_t tag, EVP_PKEY *key, const void *bytes, size_t n_bytes, bool is_wrong)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	uint8_t signature[BUILD_SIGNATURE_BYTES];
	size_t n = sizeof(signature);
	bool ok = context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
		  EVP_DigestSign(context, signature, &n, bytes, n_bytes) == 1 && n == sizeof(signature);

	EVP_MD_CTX_free(context);
	if (!ok)
		fail(to, fault_raise(-EIO));
	if (is_wrong)
		signature[n - 1] ^= 1;
	build_object(to, tag, signature, sizeof(signature));
}

int build_key(EVP_PKEY **ret_key)
{
	EVP_PKEY *key = EVP_RSA_gen(8 * BUILD_SIGNATURE_BYTES);

	if (!key)
		return fault_raise(-EIO);
	*ret_key = key;
	return 0;
}
