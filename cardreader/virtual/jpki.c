/* SPDX-License-Identifier: MIT
 * JPKI-AP (公的個人認証): certificates and keys as OpenSC's jpki driver expects them. The authentication PIN is the
 * persona's, the signature PIN is VCARD_JPKI_SIGN_PIN. */
#include <errno.h>
#include <string.h>

#include "cardreader/profile/profile.h"
#include "cardreader/virtual/build.h"
#include "cardreader/virtual/vcard.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define CERTIFICATE_BYTES_MAX 4096
#define CREDENTIAL_AUTH 0
#define CREDENTIAL_SIGN 1
#define TOKEN_BYTES 160
#define TOKEN_TEXT_BYTES 32
#define UNIT_AUTH "JPKI for user authentication"
#define UNIT_SIGN "JPKI for digital signature"

enum { KEY_AUTH, KEY_SIGN, KEY_AUTH_CA, KEY_SIGN_CA };

static int add_certificate(struct vcard_application *to, uint16_t ef, unsigned unlocked_by, EVP_PKEY *key,
			   EVP_PKEY *issuer, const char *unit, const char *expires)
{
	CLEANUP(buf_release) struct buf der = BUF_INIT(CERTIFICATE_BYTES_MAX);
	int r = build_certificate(&der, key, issuer, unit, issuer ? "0000000000MIHON" : NULL, expires);

	if (r < 0)
		return fault_pass(r);
	return vcard_add_file(to, ef, unlocked_by, der.bytes, der.len) ? 0 : fault_raise(-ENOMEM);
}

static int prepare(struct vcard_application *to, const struct persona *p)
{
	int r = 0;

	for (size_t i = 0; !r && i < 4; i++)
		r = build_key(&to->keys[i]);
	if (!r)
		r = add_certificate(to, 0x000A, 0, to->keys[KEY_AUTH], to->keys[KEY_AUTH_CA], UNIT_AUTH, p->expires);
	if (!r)
		r = add_certificate(to, 0x000B, 0, to->keys[KEY_AUTH_CA], NULL, UNIT_AUTH, p->expires);
	if (!r)
		r = add_certificate(to, 0x0001, 1U << CREDENTIAL_SIGN, to->keys[KEY_SIGN], to->keys[KEY_SIGN_CA], UNIT_SIGN,
				    p->expires);
	if (!r)
		r = add_certificate(to, 0x0002, 0, to->keys[KEY_SIGN_CA], NULL, UNIT_SIGN, p->expires);
	if (r < 0)
		return fault_pass(r);
	vcard_find_file(to, 0x0017)->key = to->keys[KEY_AUTH];
	vcard_find_file(to, 0x001A)->key = to->keys[KEY_SIGN];
	return 0;
}

static int add_key(struct vcard_application *to, uint16_t ef, size_t credential)
{
	struct vcard_file *file = vcard_add_file(to, ef, 1U << credential, NULL, 0);

	if (!file)
		return fault_raise(-ENOMEM);
	file->kind = VCARD_KEY;
	return 0;
}

int vcard_make_jpki(struct vcard_application *to, const struct persona *p)
{
	static const char token_text[] = "JPKIAPICCTOKEN2";
	static const uint8_t availability[] = {0x8F, 0x8F, 0x00};
	uint8_t token[TOKEN_BYTES];
	int r;

	memcpy(to->aid, profile_jpki_aid, sizeof(profile_jpki_aid));
	to->n_aid = sizeof(profile_jpki_aid);
	to->prepare = prepare;
	memset(token, 0xFF, sizeof(token));
	memset(token, ' ', TOKEN_TEXT_BYTES);
	memcpy(token, token_text, sizeof(token_text) - 1);
	if (!vcard_add_file(to, 0x0006, 0, token, sizeof(token)) ||
	    !vcard_add_file(to, 0x0008, 0, availability, sizeof(availability)))
		return fault_raise(-ENOMEM);
	r = vcard_add_pin(to, PROFILE_JPKI_AUTH_PIN_EF, CREDENTIAL_AUTH, p->pin, 3, 3);
	if (!r)
		r = vcard_add_pin(to, PROFILE_JPKI_SIGN_PIN_EF, CREDENTIAL_SIGN, VCARD_JPKI_SIGN_PIN, 5, 5);
	if (!r)
		r = add_key(to, 0x0017, CREDENTIAL_AUTH);
	if (!r)
		r = add_key(to, 0x001A, CREDENTIAL_SIGN);
	return r < 0 ? fault_pass(r) : 0;
}
