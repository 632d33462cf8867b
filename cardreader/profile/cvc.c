/* SPDX-License-Identifier: MIT
 * Keys are kept as bytes and become libcrypto's only while one signature is checked: a session's memory is wiped, never
 * destructed. An even or short modulus is no RSA-2048 key and is refused before any arithmetic. */
#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <string.h>

#include "cardreader/profile/cvc.h"
#include "cardreader/profile/tlv.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define TAG_CERTIFICATE 0x7F21
#define TAG_BODY 0x5F4E
#define TAG_SIGNATURE 0x5F37
#define TAG_EXPONENT 0x90
#define TAG_MODULUS 0x91
#define EXPONENT 65537

static int next_of(struct tlv_walk *walk, uint32_t tag, size_t length, struct tlv *ret_tlv)
{
	struct tlv tlv;

	if (tlv_next(walk, &tlv) != TLV_OBJECT || tlv.tag != tag || tlv.length != length)
		return fault_raise(-EBADMSG);
	*ret_tlv = tlv;
	return 0;
}

int cvc_parse_key(const uint8_t *bytes, size_t n_bytes, struct cvc_key *ret_key)
{
	static const uint8_t exponent_bytes[] = {0x01, 0x00, 0x01};
	struct tlv_walk walk = {bytes, n_bytes};
	struct tlv exponent, modulus;

	if (next_of(&walk, TAG_EXPONENT, sizeof(exponent_bytes), &exponent) < 0 ||
	    memcmp(exponent.value, exponent_bytes, sizeof(exponent_bytes)) != 0 ||
	    next_of(&walk, TAG_MODULUS, SIGNATURE_BYTES, &modulus) < 0 || walk.n_left ||
	    !(modulus.value[0] & 0x80) || !(modulus.value[SIGNATURE_BYTES - 1] & 1))
		return fault_raise(-EBADMSG);
	memcpy(ret_key->modulus, modulus.value, SIGNATURE_BYTES);
	return 0;
}

int cvc_parse(const uint8_t *bytes, size_t n_bytes, struct cvc *ret_cvc)
{
	struct tlv certificate, body, signature;
	struct tlv_walk walk;
	struct cvc cvc;

	if (tlv_header(bytes, n_bytes, &certificate) < 0 || certificate.tag != TAG_CERTIFICATE || !certificate.value)
		return fault_raise(-EBADMSG);
	walk = (struct tlv_walk){certificate.value, certificate.length};
	if (next_of(&walk, TAG_BODY, CVC_BODY_BYTES, &body) < 0 ||
	    next_of(&walk, TAG_SIGNATURE, SIGNATURE_BYTES, &signature) < 0 || walk.n_left)
		return fault_raise(-EBADMSG);
	if (cvc_parse_key(body.value + CVC_BODY_BYTES - CVC_KEY_BYTES, CVC_KEY_BYTES, &cvc.key) < 0)
		return fault_raise(-EBADMSG);
	memcpy(cvc.issuer, body.value, sizeof(cvc.issuer));
	memcpy(cvc.body, body.value, sizeof(cvc.body));
	memcpy(cvc.signature, signature.value, sizeof(cvc.signature));
	*ret_cvc = cvc;
	return 0;
}

/* NULL when libcrypto does not want it. */
static EVP_PKEY *make_key(const struct cvc_key *from)
{
	OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
	BIGNUM *modulus = BN_bin2bn(from->modulus, sizeof(from->modulus), NULL);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	if (builder && modulus && context && OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
	    OSSL_PARAM_BLD_push_uint(builder, OSSL_PKEY_PARAM_RSA_E, EXPONENT) == 1)
		params = OSSL_PARAM_BLD_to_param(builder);
	if (!params || EVP_PKEY_fromdata_init(context) != 1 ||
	    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
		ERR_clear_error();
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(builder);
	BN_free(modulus);
	EVP_PKEY_CTX_free(context);
	return key;
}

enum value_proof cvc_anchored(const struct cvc *cvc, const struct trust *trust)
{
	EVP_PKEY *anchor = trust_key(trust, cvc->issuer);

	if (!anchor)
		return PROOF_NOT_CHECKED;
	return signature_holds(anchor, cvc->body, sizeof(cvc->body), cvc->signature, sizeof(cvc->signature)) ?
		       PROOF_VERIFIED :
		       PROOF_FAILED;
}

bool cvc_key_signed(const struct cvc_key *key, const void *bytes, size_t n_bytes, const uint8_t *signature,
		    size_t n_signature)
{
	CLEANUP(evp_pkey_freep) EVP_PKEY *made = make_key(key);

	return made && signature_holds(made, bytes, n_bytes, signature, n_signature);
}

bool cvc_key_signed_content(const struct cvc_key *key, const uint8_t *content, size_t n_content,
			    const uint8_t *signature, size_t n_signature)
{
	CLEANUP(evp_pkey_freep) EVP_PKEY *made = make_key(key);

	return made && signature_holds_content(made, content, n_content, signature, n_signature);
}
