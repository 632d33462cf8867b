#pragma once
/* SPDX-License-Identifier: MIT
 * Vcard: a My Number card in software, as seen through APDUs: applications, files, PIN objects with their try
 * counters, signing keys. Knows no reader. Made for training, demonstration and tests; its keys are made afresh
 * each time, so nothing signed with them proves anything. Source: JIS X 6320-4. */
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>
#include "cardreader/virtual/persona.h"

#define VCARD_FILES_MAX 24
#define VCARD_CREDENTIALS_MAX 4
#define VCARD_APPLICATIONS 3
#define VCARD_ANSWER_BYTES_MAX 65538
#define VCARD_JPKI_SIGN_PIN "MIHON1"

enum vcard_file_kind { VCARD_DATA, VCARD_RECORD, VCARD_PIN, VCARD_KEY };

struct vcard_file {
	uint16_t ef;
	enum vcard_file_kind kind;
	uint8_t *bytes;
	size_t n_bytes;
	unsigned unlocked_by; /* bits of credentials, any one is enough; 0: free */
	size_t credential;    /* of a PIN object */
	EVP_PKEY *key;        /* of a key, borrowed from the application */
};

struct vcard_credential {
	char value[20];
	int tries, tries_max;
};

struct vcard_application {
	uint8_t aid[16];
	size_t n_aid;
	struct vcard_file files[VCARD_FILES_MAX];
	size_t n_files;
	struct vcard_credential credentials[VCARD_CREDENTIALS_MAX];
	EVP_PKEY *keys[4];
	uint16_t default_key; /* EF that 内部認証 with P2=00 uses; 0: none */
	/** prepare() - makes what needs RSA keys, when the first command asks for it. 0 or a negative errno. */
	int (*prepare)(struct vcard_application *application, const struct persona *persona);
	bool is_prepared;
};

struct vcard;

MUST_USE int vcard_new(const struct persona *persona, struct vcard **ret_card);
struct vcard *vcard_free(struct vcard *card);
DEFINE_CLEANUP(struct vcard *, vcard_free)
/** vcard_reset() - power off or reset: no application, no PIN verified; the counters stay. */
void vcard_reset(struct vcard *card);
/** vcard_transmit() - one command. Return: length of the answer in @answer (VCARD_ANSWER_BYTES_MAX). */
size_t vcard_transmit(struct vcard *card, const uint8_t *command, size_t n_command, uint8_t *answer);
/** vcard_atr() - answer to reset; borrowed. */
const uint8_t *vcard_atr(size_t *ret_n_atr);
/** vcard_tries() - what is left of the text application's PIN, A and B. */
void vcard_tries(const struct vcard *card, int *ret_pin, int *ret_a, int *ret_b);

/* ---- the applications, each in its own file ---- */

MUST_USE int vcard_make_text(struct vcard_application *application, const struct persona *persona);
MUST_USE int vcard_make_jpki(struct vcard_application *application, const struct persona *persona);
MUST_USE int vcard_make_common(struct vcard_application *application, const struct persona *persona);

/** vcard_add_file() - a data file with a copy of @bytes; replaces one of the same EF. NULL: no memory or room. */
struct vcard_file *vcard_add_file(struct vcard_application *application, uint16_t ef, unsigned unlocked_by,
				  const void *bytes, size_t n_bytes);
struct vcard_file *vcard_find_file(struct vcard_application *application, uint16_t ef);
/** vcard_add_pin() - a PIN object; 0 or -ENOSPC. */
MUST_USE int vcard_add_pin(struct vcard_application *application, uint16_t ef, size_t credential, const char *value,
			   int tries, int tries_max);
