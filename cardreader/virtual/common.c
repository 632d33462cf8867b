/* SPDX-License-Identifier: MIT
 * 共通カードAP: one record without PIN: serial number, municipality and expiry of the card. */
#include <stdio.h>
#include <string.h>

#include "cardreader/virtual/application.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define SERIAL "000000000000001"
#define MUNICIPALITY "20999" /* 見本村, without check digit */
#define RECORD_BYTES 28

int vcard_make_common(struct vcard_application *to, const struct vcard_source *source)
{
	static const uint8_t aid[10] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00};
	CLEANUP(build_release) struct build record = BUILD_INIT;
	char text[RECORD_BYTES + 1];
	int r;

	to->name = "common";
	memcpy(to->aid, aid, sizeof(aid));
	to->n_aid = sizeof(aid);
	snprintf(text, sizeof(text), "%s%s%.8s", SERIAL, MUNICIPALITY, source->persona->expires);
	build_text(&record, 0x01, text);
	r = vcard_add_built(to, 0x0001, 0, &record);
	if (r < 0)
		return fault_pass(r);
	vcard_find_file(to, 0x0001)->kind = VCARD_RECORD;
	return 0;
}
