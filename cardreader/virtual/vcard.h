#pragma once
/* SPDX-License-Identifier: MIT
 * Vcard: a card in software, as seen through APDUs: My Number card, driver's licence, residence card or special
 * permanent resident certificate. Applications, files, PIN objects with their try counters, signing keys. Knows no
 * reader. Made for training, demonstration and tests: its certification authorities are nobody's.
 * Source: JIS X 6320-4; the measured and published facts named in each application's file. */
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>
#include "cardreader/virtual/keyring.h"
#include "cardreader/virtual/persona.h"

#define VCARD_FILES_MAX 24
#define VCARD_CREDENTIALS_MAX 4
#define VCARD_APPLICATIONS_MAX 6
#define VCARD_ANSWER_BYTES_MAX 65538
#define VCARD_RANDOM_BYTES_MAX 64

struct vcard;

/** vcard_new() - with keys of its own. vcard_new_with_keys(): with @keys, borrowed, so that several cards have one
 *  certification authority and a test makes each RSA key once. @persona borrowed. 0 or a negative errno. */
MUST_USE int vcard_new(const struct persona *persona, struct vcard **ret_card);
MUST_USE int vcard_new_with_keys(const struct persona *persona, struct keyring *keys, struct vcard **ret_card);
struct vcard *vcard_free(struct vcard *card);
DEFINE_CLEANUP(struct vcard *, vcard_free)
/** vcard_prepare() - makes now what needs RSA keys or drawing, so that no command waits for it. */
void vcard_prepare(struct vcard *card);
/** vcard_keys() - its keys; keyring_write_trust() on them gives the anchors that verify this card. */
struct keyring *vcard_keys(struct vcard *card);
/** vcard_reset() - power off or reset: no application, no PIN verified; the counters stay. */
void vcard_reset(struct vcard *card);
/** vcard_transmit() - one command. Return: length of the answer in @answer (VCARD_ANSWER_BYTES_MAX). */
size_t vcard_transmit(struct vcard *card, const uint8_t *command, size_t n_command, uint8_t *answer);
/** vcard_atr() - answer to reset; borrowed. */
const uint8_t *vcard_atr(size_t *ret_n_atr);

/** vcard_set_blocked_sw() - what VERIFY with data gets on a blocked PIN: 0x6984 (measured) or 0x6983 (ISO). */
void vcard_set_blocked_sw(struct vcard *card, uint16_t sw);
/** vcard_set_random() - the next random bytes the card draws (challenge, its half of a session key), for published
 *  vectors; at most VCARD_RANDOM_BYTES_MAX. Afterwards it draws by itself again. */
void vcard_set_random(struct vcard *card, const uint8_t *bytes, size_t n_bytes);
/** vcard_forget_counts() - the VERIFY counts of vcard_status() begin at 0 again. */
void vcard_forget_counts(struct vcard *card);
/** vcard_n_verify() - VERIFY commands with data since then, whatever was answered. */
int vcard_n_verify(const struct vcard *card);
/** vcard_status() - one line: tries left of each PIN object by its word, then `verify N` and, for every object that
 *  was sent something, `verify-WORD N`. Return: @out. */
const char *vcard_status(const struct vcard *card, char *out, size_t size);
