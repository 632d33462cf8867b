#pragma once
/* SPDX-License-Identifier: MIT
 * What the card and its commands share. Inside cardreader/virtual only. */
#include "cardreader/profile/apdu.h"
#include "cardreader/virtual/application.h"
#include "cardreader/virtual/mutual.h"

#define SW_FAILED_AUTHENTICATION 0x6300
#define SW_TRIES 0x63C0
#define SW_LENGTH 0x6700
#define SW_FILE_STRUCTURE 0x6981
#define SW_SECURITY_STATUS 0x6982
#define SW_BLOCKED 0x6984
#define SW_CONDITIONS 0x6985
#define SW_NO_CURRENT_EF 0x6986
#define SW_SM_OBJECT_MISSING 0x6987
#define SW_SM_OBJECT_WRONG 0x6988
#define SW_DATA 0x6A80
#define SW_NOT_FOUND 0x6A82
#define SW_NO_RECORD 0x6A83
#define SW_P1_P2 0x6A86
#define SW_NO_REFERENCE 0x6A88
#define SW_OFFSET 0x6B00
#define SW_INS 0x6D00
#define SW_CLA 0x6E00
#define SW_FAILED 0x6F00

struct vcard {
	struct vcard_source source;
	struct keyring *own_keys;
	struct vcard_application applications[VCARD_APPLICATIONS_MAX];
	size_t n_applications;
	bool has_mf; /* applications[0] is the MF: current after reset, its PINs count for the whole card */
	struct vcard_application *selected;
	struct vcard_file *current;
	unsigned verified; /* bits of the credentials that count */
	uint16_t blocked_sw;
	int n_verify;
	struct mutual mutual; /* of a residence card */
	bool has_mutual;
	uint8_t random[VCARD_RANDOM_BYTES_MAX];
	size_t n_random;
};

struct answer {
	uint8_t *bytes;
	size_t n;
};

/** vcard_dispatch() - a decoded command. Return: the status word. */
uint16_t vcard_dispatch(struct vcard *card, const struct apdu *apdu, struct answer *answer);
/** vcard_find_readable() - the file a READ means (@sfi 0: the current one). Return: SW_OK or why not. */
uint16_t vcard_find_readable(struct vcard *card, uint8_t sfi, enum vcard_file_kind kind);
/** vcard_look_up() - by EF identifier, made now when it was not yet; NULL: none. */
struct vcard_file *vcard_look_up(struct vcard *card, uint16_t ef);
/** vcard_credentials() - of the MF, else of the selected application. */
struct vcard_credential *vcard_credentials(struct vcard *card);
/** vcard_draw_random() - false: no random bytes to be had. */
bool vcard_draw_random(struct vcard *card, uint8_t *out, size_t n_bytes);

/* secure.c: the residence card's own commands */
uint16_t vcard_on_mutual(struct vcard *card, const struct apdu *apdu, struct answer *answer);
uint16_t vcard_on_secured(struct vcard *card, const struct apdu *apdu, struct answer *answer);
