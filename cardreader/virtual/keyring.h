#pragma once
/* SPDX-License-Identifier: MIT
 * Keyring: the RSA-2048 keys of the virtual cards and of the fictional authorities that sign them. Each is made when
 * first asked for, or all at once; with a folder all are made at once and kept there, so that a training card proves the
 * same after a restart. Thread: any. */
#include <openssl/evp.h>
#include <stdint.h>
#include "shared/base/cleanup.h"

#define KEYRING_ID_BYTES 16

enum keyring_name {
	KEYRING_TEXT_ISSUER, KEYRING_TEXT_SIGNER, KEYRING_TEXT_INTERNAL, KEYRING_TEXT_SESSION,
	KEYRING_VISUAL_ISSUER, KEYRING_VISUAL_SIGNER, KEYRING_VISUAL_INTERNAL,
	KEYRING_JPKI_AUTH_CA, KEYRING_JPKI_AUTH, KEYRING_JPKI_SIGN_CA, KEYRING_JPKI_SIGN,
	KEYRING_LICENCE_SIGNER, KEYRING_RESIDENCE_CA, KEYRING_RESIDENCE_SIGNER,
	KEYRING_STRANGER, /* of a copied card: fits to nothing */
	KEYRING_NAMES,
};

struct keyring;

/** keyring_new() - @directory: where keys are kept (made 0700 when missing), NULL: nowhere. 0 or a negative errno. */
MUST_USE int keyring_new(const char *directory, struct keyring **ret_keys);
struct keyring *keyring_free(struct keyring *keys);
DEFINE_CLEANUP(struct keyring *, keyring_free)
/** keyring_get() - borrowed. 0 or a negative errno. */
MUST_USE int keyring_get(struct keyring *keys, enum keyring_name name, EVP_PKEY **ret_key);
/** keyring_make_all() - makes those that are missing, in threads, and waits for them: a reader gives a card 3 s for an
 *  answer, and no command of it may spend them on RSA keys. 0 or a negative errno. */
MUST_USE int keyring_make_all(struct keyring *keys);
/** keyring_id() - the 16 bytes by which CV certificates name a key of the text or visual application. They spell our
 *  fictional authority and resemble neither the production's nor the test hierarchy's. */
const uint8_t *keyring_id(enum keyring_name name);
/** keyring_write_trust() - the anchors that verify our cards, into @directory (made when missing): public keys as
 *  <key id in hex>.pem (text, visual, licence), CA certificates as *.crt in PEM (JPKI, residence card). */
MUST_USE int keyring_write_trust(struct keyring *keys, const char *directory);
