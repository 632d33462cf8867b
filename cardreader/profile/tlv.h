#pragma once
/* SPDX-License-Identifier: MIT
 * TLV: strict walk over BER data objects from a card. Definite lengths only, up to 82 hh ll; longer forms than
 * needed are accepted (cards write them), the indefinite form and values that reach beyond their template are
 * not. Source: ISO/IEC 8825-1, ISO/IEC 7816-4 §6. Thread: any. */
#include <stddef.h>
#include <stdint.h>
#include "shared/base/cleanup.h"

struct tlv {
	uint32_t tag;         /* the tag bytes as they stand: 0xFF20, 0xDF22, 0xC5 */
	const uint8_t *value; /* borrowed */
	size_t length;
	size_t total;         /* header and value */
};

/** tlv_header() - tag, length and total of the object at the front; the value need not be there yet (then value
 *  is NULL). 0, -EAGAIN when even the header is cut off, -EBADMSG. */
MUST_USE int tlv_header(const uint8_t *bytes, size_t n_bytes, struct tlv *ret_tlv);

struct tlv_walk {
	const uint8_t *bytes;
	size_t n_left;
};

enum { TLV_OBJECT = 0, TLV_END = 1 };
/** tlv_next() - the next object of a template. TLV_OBJECT, TLV_END, or -EBADMSG. */
MUST_USE int tlv_next(struct tlv_walk *walk, struct tlv *ret_tlv);
/** tlv_find() - the first object with @tag in @bytes. TLV_OBJECT, TLV_END when there is none, or -EBADMSG. */
MUST_USE int tlv_find(const uint8_t *bytes, size_t n_bytes, uint32_t tag, struct tlv *ret_tlv);
