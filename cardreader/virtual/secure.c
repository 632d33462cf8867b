/* SPDX-License-Identifier: MIT
 * The residence card's own commands: MUTUAL AUTHENTICATE, and VERIFY and READ BINARY under secure messaging (class
 * 08: data object 86 with the ciphertext, 96 with the length wanted; no MAC). The number may be tried without limit,
 * as on the card. */
#include <errno.h>
#include <openssl/crypto.h>
#include <string.h>

#include "cardreader/profile/tlv.h"
#include "cardreader/virtual/vcard_inner.h"
#include "shared/base/banned.h"

#define NUMBER_REFERENCE 0x86
#define NUMBER_BYTES 12
#define NUMBER_CREDENTIAL 0
#define INS_VERIFY 0x20
#define CIPHERTEXT_FOLLOWS 0x01
#define WHOLE_FILE 65536

uint16_t vcard_on_mutual(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	uint8_t k_icc[MUTUAL_KEY_BYTES];
	int r;

	if (apdu->p1 || apdu->p2)
		return SW_P1_P2;
	if (apdu->n_data != MUTUAL_MESSAGE_BYTES)
		return SW_LENGTH;
	if (!card->mutual.has_challenge)
		return SW_CONDITIONS;
	if (!vcard_draw_random(card, k_icc, sizeof(k_icc)))
		return SW_FAILED;
	card->verified = 0;
	r = mutual_answer(&card->mutual, apdu->data, k_icc, answer->bytes);
	OPENSSL_cleanse(k_icc, sizeof(k_icc));
	if (r < 0)
		return r == -EPERM ? SW_FAILED_AUTHENTICATION : SW_FAILED;
	answer->n = MUTUAL_MESSAGE_BYTES;
	return SW_OK;
}

static uint16_t on_verify(struct vcard *card, const struct apdu *apdu)
{
	struct vcard_credential *credential = &vcard_credentials(card)[NUMBER_CREDENTIAL];
	uint8_t plain[32];
	struct tlv object;
	int n;

	card->n_verify++;
	credential->n_verify++;
	if (apdu->p1 || apdu->p2 != NUMBER_REFERENCE)
		return SW_NO_REFERENCE;
	if (tlv_find(apdu->data, apdu->n_data, 0x86, &object) != TLV_OBJECT)
		return SW_SM_OBJECT_MISSING;
	if (object.length < 2 || object.length > 1 + sizeof(plain) || object.value[0] != CIPHERTEXT_FOLLOWS)
		return SW_SM_OBJECT_WRONG;
	n = mutual_unwrap(&card->mutual, object.value + 1, object.length - 1, plain);
	if (n < 0)
		return SW_SM_OBJECT_WRONG;
	if (n != NUMBER_BYTES || CRYPTO_memcmp(plain, credential->value, NUMBER_BYTES) != 0) {
		card->verified = 0;
		return SW_FAILED_AUTHENTICATION;
	}
	card->verified |= 1U << NUMBER_CREDENTIAL;
	return SW_OK;
}

/* Object 96: one or two bytes, 0 meaning all there is. Return: SW_OK or why not. */
static uint16_t wanted_bytes(const struct apdu *apdu, size_t *ret_n)
{
	struct tlv object;
	size_t n;

	if (tlv_find(apdu->data, apdu->n_data, 0x96, &object) != TLV_OBJECT)
		return SW_SM_OBJECT_MISSING;
	if (object.length < 1 || object.length > 2)
		return SW_SM_OBJECT_WRONG;
	n = object.value[0];
	if (object.length == 2)
		n = n << 8 | object.value[1];
	*ret_n = n ? n : object.length == 2 ? WHOLE_FILE : 256;
	return SW_OK;
}

static uint16_t wrap(struct vcard *card, const uint8_t *bytes, size_t n_bytes, const struct apdu *apdu,
		     struct answer *answer)
{
	static const size_t longest = 5 + 8; /* tag, length, indicator, padding */
	CLEANUP(build_release) struct build build = BUILD_INIT;
	uint8_t *secret = answer->bytes;
	int n;

	if (n_bytes + longest > VCARD_ANSWER_BYTES_MAX)
		return SW_LENGTH;
	secret[0] = CIPHERTEXT_FOLLOWS;
	n = mutual_wrap(&card->mutual, bytes, n_bytes, secret + 1);
	if (n < 0)
		return SW_FAILED;
	build_object(&build, 0x86, secret, 1 + (size_t)n);
	if (build.r < 0)
		return SW_FAILED;
	if (apdu->le == APDU_NO_LE || build.bytes.len > (size_t)apdu->le)
		return SW_LENGTH;
	memcpy(answer->bytes, build.bytes.bytes, build.bytes.len);
	answer->n = build.bytes.len;
	return SW_OK;
}

static uint16_t on_read(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	bool by_sfi = apdu->p1 & 0x80;
	size_t offset = by_sfi ? apdu->p2 : (size_t)apdu->p1 << 8 | apdu->p2, n = 0, n_left;
	uint16_t sw = vcard_find_readable(card, by_sfi ? apdu->p1 & 0x1f : 0, VCARD_DATA);

	if (sw == SW_OK)
		sw = wanted_bytes(apdu, &n);
	if (sw != SW_OK)
		return sw;
	if (offset >= card->current->n_bytes)
		return SW_OFFSET;
	n_left = card->current->n_bytes - offset;
	return wrap(card, card->current->bytes + offset, n < n_left ? n : n_left, apdu, answer);
}

uint16_t vcard_on_secured(struct vcard *card, const struct apdu *apdu, struct answer *answer)
{
	if (!card->mutual.is_open)
		return SW_SECURITY_STATUS;
	return apdu->ins == INS_VERIFY ? on_verify(card, apdu) : on_read(card, apdu, answer);
}
