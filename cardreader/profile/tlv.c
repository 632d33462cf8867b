/* SPDX-License-Identifier: MIT */
#include <errno.h>

#include "cardreader/profile/tlv.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define TAG_BYTES_MAX 3

/* Return: bytes used, or a negative errno. */
static int take_tag(const uint8_t *bytes, size_t n_bytes, uint32_t *ret_tag)
{
	uint32_t tag;
	size_t n = 1;

	if (!n_bytes)
		return -EAGAIN;
	tag = bytes[0];
	if ((bytes[0] & 0x1f) == 0x1f)
		do {
			if (n == TAG_BYTES_MAX)
				return fault_raise(-EBADMSG);
			if (n == n_bytes)
				return -EAGAIN;
			tag = tag << 8 | bytes[n++];
		} while (bytes[n - 1] & 0x80);
	*ret_tag = tag;
	return (int)n;
}

static int take_length(const uint8_t *bytes, size_t n_bytes, size_t *ret_length)
{
	size_t n_more;

	if (!n_bytes)
		return -EAGAIN;
	n_more = bytes[0] & 0x80 ? bytes[0] & 0x7fU : 0;
	if (bytes[0] == 0x80 || n_more > 2)
		return fault_raise(-EBADMSG);
	if (n_bytes < 1 + n_more)
		return -EAGAIN;
	*ret_length = n_more == 2 ? (size_t)bytes[1] << 8 | bytes[2] : n_more == 1 ? bytes[1] : bytes[0];
	return (int)(1 + n_more);
}

int tlv_header(const uint8_t *bytes, size_t n_bytes, struct tlv *ret_tlv)
{
	uint32_t tag;
	size_t length, n_header;
	int n_tag, n_length;

	n_tag = take_tag(bytes, n_bytes, &tag);
	if (n_tag < 0)
		return n_tag;
	n_length = take_length(bytes + n_tag, n_bytes - (size_t)n_tag, &length);
	if (n_length < 0)
		return n_length;
	n_header = (size_t)(n_tag + n_length);
	*ret_tlv = (struct tlv){tag, n_bytes - n_header >= length ? bytes + n_header : NULL, length,
				n_header + length};
	return 0;
}

int tlv_next(struct tlv_walk *walk, struct tlv *ret_tlv)
{
	struct tlv tlv;
	int r;

	if (!walk->n_left)
		return TLV_END;
	r = tlv_header(walk->bytes, walk->n_left, &tlv);
	if (r < 0 || !tlv.value)
		return fault_raise(-EBADMSG);
	walk->bytes += tlv.total;
	walk->n_left -= tlv.total;
	*ret_tlv = tlv;
	return TLV_OBJECT;
}

int tlv_find(const uint8_t *bytes, size_t n_bytes, uint32_t tag, struct tlv *ret_tlv)
{
	struct tlv_walk walk = {bytes, n_bytes};
	struct tlv tlv;
	int r;

	while ((r = tlv_next(&walk, &tlv)) == TLV_OBJECT)
		if (tlv.tag == tag) {
			*ret_tlv = tlv;
			return TLV_OBJECT;
		}
	return r;
}
