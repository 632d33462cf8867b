#pragma once
/* SPDX-License-Identifier: MIT
 * Mutual authentication and secure messaging of a residence card of generation 1 (在留カード, 特別永住者証明書), as pure
 * functions: nonces and the card's answers are inputs. All keys come from the card number, which is printed on the card
 * and typed by the resident: it opens the chip, it proves nobody. Secure messaging enciphers and has no MAC.
 * Source: 在留カード等仕様書 (一般公開用) Ver 1.5 §3.5 and its annex; ISO/IEC 9797-1 algorithm 3, padding 2;
 * ISO/IEC 7816-4 §10 (data objects 86 and 96). Thread: any. */
#include <stddef.h>
#include <stdint.h>
#include "shared/base/cleanup.h"
#include "shared/base/secret.h"

#define RESIDENCE_KEY_BYTES 16
#define RESIDENCE_CHALLENGE_BYTES 8      /* RND.ICC, RND.IFD */
#define RESIDENCE_CRYPTOGRAM_BYTES 40    /* E (32) and M (8) */
#define RESIDENCE_NUMBER_BYTES 12
#define RESIDENCE_VERIFY_BYTES 19        /* 86 11 01 and 16 enciphered bytes */

/** What one dialogue knows. Wiped by whoever holds it. */
struct residence_session {
	uint8_t card_key[RESIDENCE_KEY_BYTES];           /* K: from the card number */
	uint8_t rnd_icc[RESIDENCE_CHALLENGE_BYTES];      /* the card's challenge */
	uint8_t rnd_ifd[RESIDENCE_CHALLENGE_BYTES];      /* ours */
	uint8_t k_ifd[RESIDENCE_KEY_BYTES];              /* our half of the session key */
	uint8_t session_key[RESIDENCE_KEY_BYTES];        /* KSenc, after residence_authenticated() */
};

/** residence_card_key() - card_key from @card_number (12 characters). 0, -EINVAL, -EIO. */
MUST_USE int residence_card_key(struct residence_session *session, const struct secret *card_number);
/** residence_authenticate() - E_IFD ‖ M_IFD for MUTUAL AUTHENTICATE, from card_key and the three random values. 0, -EIO. */
MUST_USE int residence_authenticate(const struct residence_session *session, uint8_t out[RESIDENCE_CRYPTOGRAM_BYTES]);
/** residence_authenticated() - checks the card's M_ICC and that it answers both challenges, then sets session_key. 0;
 *  -EBADMSG: it does not know the number; -EIO. */
MUST_USE int residence_authenticated(struct residence_session *session, const uint8_t answer[RESIDENCE_CRYPTOGRAM_BYTES]);
/** residence_verify() - the enciphered card number as data of VERIFY. 0, -EINVAL, -EIO. */
MUST_USE int residence_verify(const struct residence_session *session, const struct secret *card_number,
			      uint8_t out[RESIDENCE_VERIFY_BYTES]);
/** residence_unwrap() - deciphers an answer `86 LL 01 …` of secure messaging and takes the padding off. @out may be
 *  @answer. 0; -EBADMSG: not such an answer; -ENOSPC: more than @out_max - 8 bytes; -EIO. */
MUST_USE int residence_unwrap(const struct residence_session *session, const uint8_t *answer, size_t n_answer, uint8_t *out,
			      size_t out_max, size_t *ret_n_bytes);
