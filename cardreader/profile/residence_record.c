/* SPDX-License-Identifier: MIT
 * All objects of this card have a fixed length and are filled up with NUL; what was never written is zeros, tag and
 * length included. The signing certificate is checked against the town's anchors on the day itself: an expired one
 * does not make a card false, it only proves nothing. */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <string.h>
#include <time.h>

#include "cardreader/profile/residence.h"
#include "cardreader/profile/signature.h"
#include "shared/base/fault.h"
#include "shared/jp/era.h"
#include "shared/base/banned.h"

#define TAG_ADDRESS_DATE 0xD2
#define TAG_MUNICIPALITY 0xD3
#define TAG_ADDRESS 0xD4
#define TAG_SIGNATURE 0xDA
#define TAG_CERTIFICATE 0xDB
#define ADDRESS_BYTES_MAX 320
#define FILLER_KEPT 16 /* a TIFF directory's last entry and its end mark may be zeros */

/* ---- 住居地 ---- */

static int set_address(struct value *value, const struct tlv *tlv)
{
	char text[ADDRESS_BYTES_MAX + 1] = {0};
	size_t length;
	int r;

	if (tlv->length > ADDRESS_BYTES_MAX)
		return fault_raise(-EBADMSG);
	memcpy(text, tlv->value, tlv->length);
	length = strlen(text);
	for (size_t i = length; i < tlv->length; i++)
		if (text[i])
			return fault_raise(-EBADMSG); /* text behind the filler: which one is meant? */
	r = length ? value_set(value, text, VALUE_CARD, PROOF_NOT_CHECKED) : 0;
	explicit_bzero(text, sizeof(text));
	return r == -EINVAL ? fault_raise(-EBADMSG) : r;
}

int residence_parse_address(const uint8_t *record, size_t n_record, struct person *ret_person)
{
	static const uint32_t tags[] = {TAG_ADDRESS_DATE, TAG_MUNICIPALITY, TAG_ADDRESS};
	struct tlv_walk walk = {record, n_record};
	struct tlv tlv;

	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
		if (tlv_next(&walk, &tlv) != TLV_OBJECT)
			return fault_raise(-EBADMSG);
		if (!i && !tlv.tag && !tlv.length)
			return 0; /* never written */
		if (tlv.tag != tags[i])
			return fault_raise(-EBADMSG);
	}
	return set_address(&ret_person->address, &tlv);
}

/* ---- pictures ---- */

size_t residence_picture_length(const uint8_t *bytes, size_t n_bytes)
{
	size_t n = n_bytes;

	while (n && !bytes[n - 1])
		n--;
	return !n ? 0 : n + FILLER_KEPT < n_bytes ? n + FILLER_KEPT : n_bytes;
}

/* ---- signature ---- */

static void certificate_freep(X509 **certificate)
{
	X509_free(*certificate);
}

static void context_freep(X509_STORE_CTX **context)
{
	X509_STORE_CTX_free(*context);
}

/* Only what cannot be the issuer's doing makes a card false; the rest leaves it unproven. */
static enum value_proof meaning_of(int error)
{
	return error == X509_V_ERR_CERT_SIGNATURE_FAILURE ? PROOF_FAILED : PROOF_NOT_CHECKED;
}

static void set_day(X509_STORE_CTX *context, const char *today)
{
	struct tm tm = {.tm_hour = 3}; /* noon in Japan */
	struct date date;

	if (!today[0] || date_parse(today, &date) < 0) {
		X509_STORE_CTX_set_flags(context, X509_V_FLAG_NO_CHECK_TIME);
		return;
	}
	tm.tm_year = date.year - 1900;
	tm.tm_mon = date.month - 1;
	tm.tm_mday = date.day;
	X509_STORE_CTX_set_time(context, 0, timegm(&tm));
}

static enum value_proof judge_chain(X509 *certificate, const struct trust *trust, const char *today)
{
	CLEANUP(context_freep) X509_STORE_CTX *context = NULL;
	X509_STORE *store = trust_residence_store(trust);

	if (!store)
		return PROOF_NOT_CHECKED;
	context = X509_STORE_CTX_new();
	if (!context || X509_STORE_CTX_init(context, store, certificate, NULL) != 1)
		return PROOF_NOT_CHECKED;
	/* a town may hold the issuing authority's certificate without the root above it */
	X509_STORE_CTX_set_flags(context, X509_V_FLAG_PARTIAL_CHAIN);
	set_day(context, today);
	if (X509_verify_cert(context) == 1)
		return PROOF_VERIFIED;
	return meaning_of(X509_STORE_CTX_get_error(context));
}

static bool is_signed(EVP_PKEY *key, const struct tlv *front, const struct tlv *face, const struct tlv *signature)
{
	uint8_t images[RESIDENCE_FRONT_BYTES + RESIDENCE_FACE_BYTES];
	bool holds;

	if (front->length != RESIDENCE_FRONT_BYTES || face->length != RESIDENCE_FACE_BYTES)
		return false; /* a signed card has both, whole */
	memcpy(images, front->value, RESIDENCE_FRONT_BYTES);
	memcpy(images + RESIDENCE_FRONT_BYTES, face->value, RESIDENCE_FACE_BYTES);
	holds = signature_holds(key, images, sizeof(images), signature->value, signature->length);
	explicit_bzero(images, sizeof(images));
	return holds;
}

enum value_proof residence_judge(const uint8_t *record, size_t n_record, const struct tlv *front, const struct tlv *face,
				 const struct trust *trust, const char *today)
{
	CLEANUP(certificate_freep) X509 *certificate = NULL;
	struct tlv_walk walk = {record, n_record};
	struct tlv signature, holder;
	const unsigned char *der;
	enum value_proof proof;

	if (tlv_next(&walk, &signature) != TLV_OBJECT || signature.tag != TAG_SIGNATURE || !signature.length)
		return PROOF_NOT_CHECKED; /* unsigned: nothing is claimed, nothing is broken */
	if (tlv_next(&walk, &holder) != TLV_OBJECT || holder.tag != TAG_CERTIFICATE)
		return PROOF_FAILED;
	der = holder.value;
	certificate = d2i_X509(NULL, &der, (long)holder.length); /* filler may follow */
	proof = certificate && is_signed(X509_get0_pubkey(certificate), front, face, &signature) ?
		judge_chain(certificate, trust, today) : PROOF_FAILED;
	ERR_clear_error();
	return proof;
}
