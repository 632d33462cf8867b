/* SPDX-License-Identifier: MIT
 * The seven encodings of ISO/IEC 7816-4 in two functions. Short and extended lengths are never mixed in one
 * command, which is why Le decides about Lc too. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "cardreader/profile/apdu.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define SHORT_LC_MAX 255
#define SHORT_LE_MAX 256
#define EXTENDED_LC_MAX 65535
#define EXTENDED_LE_MAX 65536

int apdu_encode(const struct apdu *apdu, uint8_t *out, size_t out_max, size_t *ret_length)
{
	bool has_le = apdu->le != APDU_NO_LE;
	bool extended = apdu->n_data > SHORT_LC_MAX || apdu->le > SHORT_LE_MAX;
	size_t n_lc = !apdu->n_data ? 0 : extended ? 3 : 1;
	size_t n_le = !has_le ? 0 : !extended ? 1 : apdu->n_data ? 2 : 3;
	size_t n = 4;

	if (apdu->n_data > EXTENDED_LC_MAX || (has_le && (apdu->le < 1 || apdu->le > EXTENDED_LE_MAX)))
		return fault_raise(-EINVAL);
	if (4 + n_lc + apdu->n_data + n_le > out_max)
		return fault_raise(-ENOSPC);
	memcpy(out, (uint8_t[]){apdu->cla, apdu->ins, apdu->p1, apdu->p2}, 4);
	if (n_lc == 3) {
		out[n++] = 0;
		out[n++] = (uint8_t)(apdu->n_data >> 8);
	}
	if (n_lc)
		out[n++] = (uint8_t)apdu->n_data;
	if (apdu->n_data)
		memcpy(out + n, apdu->data, apdu->n_data);
	n += apdu->n_data;
	if (n_le == 3)
		out[n++] = 0;
	if (n_le >= 2)
		out[n++] = (uint8_t)(apdu->le >> 8);
	if (n_le)
		out[n++] = (uint8_t)apdu->le; /* 256 and 65536 are written as zero */
	*ret_length = n;
	return 0;
}

static int decode_short(const uint8_t *body, size_t n_body, struct apdu *apdu)
{
	size_t n_data;

	if (n_body == 1) {
		apdu->le = body[0] ? body[0] : SHORT_LE_MAX;
		return 0;
	}
	n_data = body[0];
	if (!n_data || (n_body != 1 + n_data && n_body != 2 + n_data))
		return fault_raise(-EBADMSG);
	apdu->data = body + 1;
	apdu->n_data = n_data;
	if (n_body == 2 + n_data)
		apdu->le = body[n_body - 1] ? body[n_body - 1] : SHORT_LE_MAX;
	return 0;
}

static int32_t extended_le(const uint8_t *bytes)
{
	int32_t le = bytes[0] << 8 | bytes[1];

	return le ? le : EXTENDED_LE_MAX;
}

static int decode_extended(const uint8_t *body, size_t n_body, struct apdu *apdu)
{
	size_t n_data = (size_t)body[1] << 8 | body[2];

	if (n_body == 3) {
		apdu->le = extended_le(body + 1);
		return 0;
	}
	if (!n_data || (n_body != 3 + n_data && n_body != 5 + n_data))
		return fault_raise(-EBADMSG);
	apdu->data = body + 3;
	apdu->n_data = n_data;
	if (n_body == 5 + n_data)
		apdu->le = extended_le(body + 3 + n_data);
	return 0;
}

int apdu_decode(const uint8_t *bytes, size_t n_bytes, struct apdu *ret_apdu)
{
	struct apdu apdu = {.le = APDU_NO_LE};
	int r = 0;

	if (n_bytes < 4 || n_bytes > APDU_BYTES_MAX)
		return fault_raise(-EBADMSG);
	apdu.cla = bytes[0];
	apdu.ins = bytes[1];
	apdu.p1 = bytes[2];
	apdu.p2 = bytes[3];
	if (n_bytes >= 7 && bytes[4] == 0)
		r = decode_extended(bytes + 4, n_bytes - 4, &apdu);
	else if (n_bytes > 4)
		r = decode_short(bytes + 4, n_bytes - 4, &apdu);
	if (r < 0)
		return fault_pass(r);
	*ret_apdu = apdu;
	return 0;
}

uint16_t apdu_status(const uint8_t *answer, size_t n_answer)
{
	if (n_answer < 2)
		return 0;
	return (uint16_t)(answer[n_answer - 2] << 8 | answer[n_answer - 1]);
}
