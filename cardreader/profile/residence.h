#pragma once
/* SPDX-License-Identifier: MIT
 * Residence card of generation 1: what its records and its signature mean. What `verified` says of such a card: front
 * image and photo are as the Immigration Services Agency signed them. It says nothing of the address, which
 * municipalities write afterwards and nobody signs, nor that the chip is the first one to hold those images: it
 * has no key of its own. Source: 在留カード等仕様書 (一般公開用) Ver 1.5. Thread: any. */
#include <stddef.h>
#include <stdint.h>
#include "cardreader/profile/tlv.h"
#include "cardreader/profile/trust.h"
#include "shared/model/person.h"

#define RESIDENCE_ADDRESS_FILE_BYTES 342
#define RESIDENCE_SIGNATURE_FILE_BYTES 1464
#define RESIDENCE_FRONT_BYTES 7000
#define RESIDENCE_FACE_BYTES 3000

/** residence_parse_address() - 住居地 (D4) into @ret_person's address, not-checked. A card nobody has notified an address
 *  for gives none. 0, -EBADMSG, -ENOMEM. */
MUST_USE int residence_parse_address(const uint8_t *record, size_t n_record, struct person *ret_person);
/** residence_picture_length() - bytes of a picture without its NUL filler; a few stay, since a TIFF may end in zeros. */
size_t residence_picture_length(const uint8_t *bytes, size_t n_bytes);
/** residence_judge() - the signature file against the values of D0 and D1 (zeroed where the card gave none). @today: ISO or
 *  "". Without a signature (holders under 16), without an anchor, or outside the certificate's dates: not-checked. */
enum value_proof residence_judge(const uint8_t *record, size_t n_record, const struct tlv *front, const struct tlv *face,
				 const struct trust *trust, const char *today);
