/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "cardreader/virtual/build.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define EXPONENT_BYTES 3

static void certificate_freep(X509 **certificate)
{
	X509_free(*certificate);
}

static void number_freep(BIGNUM **number)
{
	BN_free(*number);
}

int build_tlv(struct buf *to, uint32_t tag, const void *bytes, size_t n_bytes)
{
	uint8_t header[8];
	size_t n = 0;
	int r;

	for (int shift = 16; shift >= 0; shift -= 8)
		if (tag >> shift)
			header[n++] = (uint8_t)(tag >> shift);
	if (n_bytes >= 0x80) {
		header[n++] = 0x82;
		header[n++] = (uint8_t)(n_bytes >> 8);
	}
	header[n++] = (uint8_t)n_bytes;
	r = buf_add(to, header, n);
	return r < 0 ? r : buf_add(to, bytes, n_bytes);
}

int build_key(EVP_PKEY **ret_key)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);

	if (!key)
		return fault_raise(-EIO);
	*ret_key = key;
	return 0;
}

static int number_of(EVP_PKEY *key, const char *which, uint8_t *out, int n_bytes)
{
	CLEANUP(number_freep) BIGNUM *number = NULL;

	if (EVP_PKEY_get_bn_param(key, which, &number) != 1 || BN_bn2binpad(number, out, n_bytes) != n_bytes)
		return fault_raise(-EIO);
	return 0;
}

int build_public_key(struct buf *to, EVP_PKEY *key)
{
	uint8_t exponent[EXPONENT_BYTES], modulus[BUILD_SIGNATURE_BYTES];
	int r = number_of(key, OSSL_PKEY_PARAM_RSA_E, exponent, sizeof(exponent));

	if (!r)
		r = number_of(key, OSSL_PKEY_PARAM_RSA_N, modulus, sizeof(modulus));
	if (!r)
		r = build_tlv(to, 0x90, exponent, sizeof(exponent));
	if (!r)
		r = build_tlv(to, 0x91, modulus, sizeof(modulus));
	return r;
}

int build_signature(EVP_PKEY *key, const void *bytes, size_t n_bytes, uint8_t out[BUILD_SIGNATURE_BYTES])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t n = BUILD_SIGNATURE_BYTES;
	int ok = context && EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
		 EVP_DigestSign(context, out, &n, bytes, n_bytes) == 1;

	EVP_MD_CTX_free(context);
	return ok && n == BUILD_SIGNATURE_BYTES ? 0 : fault_raise(-EIO);
}

static int add_name(X509_NAME *to, const char *unit, const char *name)
{
	const struct {
		const char *field, *value;
	} parts[] = {{"C", "JP"}, {"O", "JPKI"}, {"OU", unit}, {"OU", "Virtual card, proves nothing"}, {"CN", name}};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (parts[i].value && X509_NAME_add_entry_by_txt(to, parts[i].field, MBSTRING_UTF8,
								 (const unsigned char *)parts[i].value, -1, -1, 0) != 1)
			return fault_raise(-EIO);
	return 0;
}

static int add_extension(X509 *certificate, int nid, const char *value)
{
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	int ok = extension && X509_add_ext(certificate, extension, -1) == 1;

	X509_EXTENSION_free(extension);
	return ok ? 0 : fault_raise(-EIO);
}

static int add_times(X509 *certificate, const char *expires)
{
	char until[16];

	snprintf(until, sizeof(until), "%s145959Z", expires);
	return ASN1_TIME_set_string_X509(X509_getm_notBefore(certificate), "20200101000000Z") == 1 &&
			       ASN1_TIME_set_string_X509(X509_getm_notAfter(certificate), until) == 1
		       ? 0
		       : fault_raise(-EINVAL);
}

static int write_certificate(struct buf *to, X509 *certificate)
{
	unsigned char *der = NULL;
	int n = i2d_X509(certificate, &der), r;

	if (n < 0)
		return fault_raise(-EIO);
	r = buf_add(to, der, (size_t)n);
	OPENSSL_free(der);
	return r;
}

int build_certificate(struct buf *to, EVP_PKEY *key, EVP_PKEY *issuer, const char *unit, const char *name,
		      const char *expires)
{
	CLEANUP(certificate_freep) X509 *certificate = X509_new();
	int r = certificate ? 0 : -ENOMEM;

	if (!r && (X509_set_version(certificate, X509_VERSION_3) != 1 ||
		   ASN1_INTEGER_set(X509_get_serialNumber(certificate), name ? 2 : 1) != 1 ||
		   X509_set_pubkey(certificate, key) != 1))
		r = fault_raise(-EIO);
	if (!r)
		r = add_times(certificate, expires);
	if (!r)
		r = add_name(X509_get_subject_name(certificate), unit, name);
	if (!r)
		r = add_name(X509_get_issuer_name(certificate), unit, NULL);
	if (!r)
		r = add_extension(certificate, NID_basic_constraints, issuer ? "critical,CA:FALSE" : "critical,CA:TRUE");
	if (!r)
		r = add_extension(certificate, NID_key_usage,
				  issuer ? "critical,digitalSignature" : "critical,keyCertSign,cRLSign");
	if (!r && X509_sign(certificate, issuer ? issuer : key, EVP_sha256()) <= 0)
		r = fault_raise(-EIO);
	return r < 0 ? fault_pass(r) : write_certificate(to, certificate);
}
