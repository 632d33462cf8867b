/* SPDX-License-Identifier: MIT
 * JPKI-AP (公的個人認証): certificates and keys as OpenSC's jpki driver expects them. The authentication PIN is the
 * persona's PIN. A card without PIN carries no signing certificate. */
#include <errno.h>
#include <string.h>

#include "cardreader/virtual/application.h"
#include "cardreader/virtual/certificate.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define CREDENTIAL_AUTH 0
#define CREDENTIAL_SIGN 1
#define TOKEN_BYTES 160
#define TOKEN_TEXT_BYTES 32
#define PRESENT 0x8F

static int add_certificate(struct vcard_application *to, uint16_t ef, unsigned unlocked_by, X509 *certificate)
{
	unsigned char *der = NULL;
	int n = i2d_X509(certificate, &der);
	struct vcard_file *file = n > 0 ? vcard_add_file(to, ef, unlocked_by, der, (size_t)n) : NULL;

	OPENSSL_free(der);
	return file ? 0 : fault_raise(-EIO);
}

static int add_authority(struct vcard_application *to, uint16_t ef, const struct vcard_source *source, enum keyring_name name)
{
	CLEANUP(certificate_freep) X509 *certificate = NULL;
	int r = certificate_of_authority(source->keys, name, &certificate);

	return r < 0 ? fault_pass(r) : add_certificate(to, ef, 0, certificate);
}

static int add_holder(struct vcard_application *to, uint16_t ef, unsigned unlocked_by, const struct vcard_source *source,
		      enum keyring_name name)
{
	CLEANUP(certificate_freep) X509 *certificate = NULL;
	int r = certificate_of_holder(source->keys, name, source->persona, false, &certificate);

	return r < 0 ? fault_pass(r) : add_certificate(to, ef, unlocked_by, certificate);
}

static int prepare(struct vcard_application *to, const struct vcard_source *source)
{
	bool is_copy = source->persona->tamper == PERSONA_CLONE;
	int r = add_holder(to, 0x000A, 0, source, KEYRING_JPKI_AUTH);

	if (!r)
		r = add_authority(to, 0x000B, source, KEYRING_JPKI_AUTH_CA);
	if (!r)
		r = vcard_set_key(to, 0x0017, source->keys, is_copy ? KEYRING_STRANGER : KEYRING_JPKI_AUTH);
	if (!r && !source->persona->is_pin_unusable)
		r = add_holder(to, 0x0001, 1U << CREDENTIAL_SIGN, source, KEYRING_JPKI_SIGN);
	if (!r)
		r = add_authority(to, 0x0002, source, KEYRING_JPKI_SIGN_CA);
	if (!r)
		r = vcard_set_key(to, 0x001A, source->keys, is_copy ? KEYRING_STRANGER : KEYRING_JPKI_SIGN);
	return r < 0 ? fault_pass(r) : 0;
}

int vcard_make_jpki(struct vcard_application *to, const struct vcard_source *source)
{
	static const uint8_t aid[10] = {0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01};
	static const char token_text[] = "JPKIAPICCTOKEN2";
	const struct persona *p = source->persona;
	const uint8_t availability[] = {p->is_pin_unusable ? 0x00 : PRESENT, PRESENT, 0x00};
	uint8_t token[TOKEN_BYTES];
	int r;

	to->name = "jpki";
	memcpy(to->aid, aid, sizeof(aid));
	to->n_aid = sizeof(aid);
	to->prepare = prepare;
	memset(token, 0xFF, sizeof(token));
	memset(token, ' ', TOKEN_TEXT_BYTES);
	memcpy(token, token_text, sizeof(token_text) - 1);
	if (!vcard_add_file(to, 0x0006, 0, token, sizeof(token)) ||
	    !vcard_add_file(to, 0x0008, 0, availability, sizeof(availability)))
		return fault_raise(-ENOMEM);
	r = vcard_add_pin(to, 0x0018, CREDENTIAL_AUTH, "jpki-auth", p->pin, p->tries_jpki_auth, 3);
	if (!r)
		r = vcard_add_pin(to, 0x001B, CREDENTIAL_SIGN, "jpki-sign", p->sign_pin, p->tries_jpki_sign, 5);
	if (!r)
		r = vcard_add_key(to, 0x0017, 1U << CREDENTIAL_AUTH);
	if (!r)
		r = vcard_add_key(to, 0x001A, 1U << CREDENTIAL_SIGN);
	return r < 0 ? fault_pass(r) : 0;
}
