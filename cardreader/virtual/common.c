/* SPDX-License-Identifier: MIT
 * 共通カードAP: one record without PIN: serial number, municipality and expiry of the card. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cardreader/virtual/build.h"
#include "cardreader/virtual/vcard.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define SERIAL "000000000000001"
#define MUNICIPALITY "20999" /* 見本村, without check digit */

int vcard_make_common(struct vcard_application *to, const struct persona *p)
{
	static const uint8_t aid[10] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00};
	CLEANUP(buf_release) struct buf record = BUF_INIT(64);
	struct vcard_file *file;
	char text[29];

	memcpy(to->aid, aid, sizeof(aid));
	to->n_aid = sizeof(aid);
	snprintf(text, sizeof(text), "%s%s%.8s", SERIAL, MUNICIPALITY, p->expires);
	if (build_tlv(&record, 0x01, text, 28) < 0)
		return fault_raise(-ENOMEM);
	file = vcard_add_file(to, 0x0001, 0, record.bytes, record.len);
	if (!file)
		return fault_raise(-ENOMEM);
	file->kind = VCARD_RECORD;
	return 0;
}
