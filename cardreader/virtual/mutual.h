#pragma once
/* SPDX-License-Identifier: MIT
 * Mutual: the residence card's side of mutual authentication and secure messaging. Two-key 3DES in CBC with IV 0,
 * MAC ISO/IEC 9797-1 algorithm 3 with padding method 2, keys from SHA-1 of the card number. No reader, no clock, no
 * randomness of its own: the published vectors are its test.
 * Source: 在留カード等仕様書（一般公開用）Ver 1.5, 出入国在留管理庁. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "shared/base/cleanup.h"

#define MUTUAL_KEY_BYTES 16
#define MUTUAL_RANDOM_BYTES 8
#define MUTUAL_MESSAGE_BYTES 40 /* E (32) and M (8) */

struct mutual {
	uint8_t key[MUTUAL_KEY_BYTES];          /* K: encrypts and authenticates the exchange */
	uint8_t challenge[MUTUAL_RANDOM_BYTES]; /* RND.ICC */
	bool has_challenge;
	uint8_t session_key[MUTUAL_KEY_BYTES]; /* KSenc */
	bool is_open;
};

/** mutual_init() - from the 12 characters of the card number. 0 or -EIO. */
MUST_USE int mutual_init(struct mutual *mutual, const char *card_number);
/** mutual_close() - no challenge, no session; the key stays. */
void mutual_close(struct mutual *mutual);
/** mutual_mac() - over @n_bytes of @bytes. 0 or -EIO. */
MUST_USE int mutual_mac(const uint8_t key[MUTUAL_KEY_BYTES], const uint8_t *bytes, size_t n_bytes, uint8_t out[8]);
/** mutual_cipher() - 3DES-CBC, IV 0, of whole blocks. 0, -EINVAL or -EIO. */
MUST_USE int mutual_cipher(const uint8_t key[MUTUAL_KEY_BYTES], bool encrypts, const uint8_t *in, size_t n_bytes,
			   uint8_t *out);
/** mutual_answer() - what the reader sent against the challenge, and what the card answers to it with @k_icc.
 *  0 and the session is open, -EPERM when the reader does not know the number, -EIO. */
MUST_USE int mutual_answer(struct mutual *mutual, const uint8_t message[MUTUAL_MESSAGE_BYTES],
			   const uint8_t k_icc[MUTUAL_KEY_BYTES], uint8_t out[MUTUAL_MESSAGE_BYTES]);
/** mutual_wrap() - @n_bytes padded and encrypted for the session; @out holds n_bytes + 8. Return: its length,
 *  or -EIO. mutual_unwrap(): the same back, -EBADMSG when the padding is not there. */
MUST_USE int mutual_wrap(const struct mutual *mutual, const uint8_t *bytes, size_t n_bytes, uint8_t *out);
MUST_USE int mutual_unwrap(const struct mutual *mutual, const uint8_t *bytes, size_t n_bytes, uint8_t *out);
