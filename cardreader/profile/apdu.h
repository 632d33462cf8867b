#pragma once
/* SPDX-License-Identifier: MIT
 * APDU: command and response of a smart card. Source: ISO/IEC 7816-4:2020 §5 (cases 1 to 4, short and
 * extended length). Thread: any. */
#include <stddef.h>
#include <stdint.h>
#include "shared/base/cleanup.h"

#define APDU_BYTES_MAX 65544       /* header, extended Lc, 65535 bytes, extended Le */
#define APDU_ANSWER_BYTES_MAX 65538 /* 65536 bytes and the status word */
#define APDU_NO_LE (-1)
#define SW_OK 0x9000 /* status word: done, nothing to add */

struct apdu {
	uint8_t cla, ins, p1, p2;
	const uint8_t *data; /* borrowed */
	size_t n_data;       /* Lc, 0–65535 */
	int32_t le;          /* APDU_NO_LE, or 1–65536 */
};

/** apdu_encode() - the bytes of a command, short where it fits, else extended. 0, -ENOSPC, -EINVAL (Le or Lc
 *  out of range). */
MUST_USE int apdu_encode(const struct apdu *apdu, uint8_t *out, size_t out_max, size_t *ret_length);
/** apdu_decode() - the fields of a command; data points into @bytes. 0, or -EBADMSG when the length bytes do
 *  not fit its length. */
MUST_USE int apdu_decode(const uint8_t *bytes, size_t n_bytes, struct apdu *ret_apdu);
/** apdu_status() - SW1 SW2 of an answer; 0 when it is too short to have one. */
uint16_t apdu_status(const uint8_t *answer, size_t n_answer);
