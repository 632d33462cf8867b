/* SPDX-License-Identifier: MIT
 * マイナ免許証: a driver's licence recorded on a My Number card. It has neither name, address nor birth date: those are
 * the text application's. Tags run from C2 to FF in one byte and from 0100 on in two.
 * Source: 運転免許証及び運転免許証作成システム等仕様書 V010, 警察庁, as tabled in masanork/tobari (jpdlmnc.md); measurements
 * published by others. */
#include <string.h>

#include "cardreader/virtual/application.h"
#include "cardreader/virtual/licence_text.h"
#include "cardreader/virtual/picture.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define CREDENTIAL_PIN 0
#define BY_PIN (1U << CREDENTIAL_PIN)
#define TRIES 10
#define TAG_CATEGORY 0xEC
#define TAG_PHOTO 0x107
#define NO_PIN "****"
#define PHOTO_BYTES_MAX 2000
#define PHOTO_WIDTH 190
#define PHOTO_HEIGHT 238

static void add_photo(struct build *to, const struct persona *p)
{
	CLEANUP(picture_surface_freep) cairo_surface_t *surface = NULL;
	CLEANUP(buf_release) struct buf photo = BUF_INIT(PICTURE_BYTES_MAX);
	int r = picture_of_person(p, PHOTO_WIDTH, PHOTO_HEIGHT, &surface);

	if (!r)
		r = picture_to_jpeg2000(surface, PHOTO_BYTES_MAX, true, &photo);
	if (r < 0 && !to->r)
		to->r = r;
	build_object(to, TAG_PHOTO, photo.bytes, photo.len);
}

static void add_empty(struct build *to, uint32_t first, uint32_t last)
{
	for (uint32_t tag = first; tag <= last; tag++)
		build_object(to, tag, NULL, 0);
}

static void add_categories(struct build *to, const struct persona_licence *licence)
{
	add_empty(to, 0xE9, 0xEB); /* first days of groups of categories */
	for (uint32_t i = 0; i < PERSONA_CATEGORIES; i++)
		build_object(to, TAG_CATEGORY + i, licence->categories[i][0] ? "\x01" : "\x00", 1);
	add_empty(to, TAG_CATEGORY + PERSONA_CATEGORIES, TAG_PHOTO - 1); /* reserved */
}

static void make_record(struct build *to, const struct persona *p)
{
	const struct persona_licence *licence = &p->licence;
	struct licence_gaiji gaiji = {0};

	licence_date(to, 0xC2, licence->issued);
	build_object(to, 0xC3, "\x01", 1); /* 優良運転者 */
	licence_text(to, 0xC4, licence->colour, &gaiji);
	licence_date(to, 0xC5, licence->expires);
	for (uint32_t i = 0; i < PERSONA_CONDITIONS_MAX; i++)
		licence_text(to, 0xC6 + i, i < licence->n_conditions ? licence->conditions[i] : "", &gaiji);
	add_empty(to, 0xC6 + PERSONA_CONDITIONS_MAX, 0xE6); /* 外字, more conditions, remarks, reserved */
	build_text(to, 0xE7, licence->number);
	build_text(to, 0xE8, licence->number);
	add_categories(to, licence);
	add_photo(to, p);
}

static int prepare(struct vcard_application *to, const struct vcard_source *source)
{
	CLEANUP(build_release) struct build record = BUILD_INIT;
	CLEANUP(build_release) struct build signature = BUILD_INIT;
	EVP_PKEY *signer;
	int r = keyring_get(source->keys, KEYRING_LICENCE_SIGNER, &signer);

	if (r < 0)
		return fault_pass(r);
	make_record(&record, source->persona);
	build_signature(&signature, 0x108, signer, record.bytes.bytes, record.bytes.len,
			source->persona->tamper == PERSONA_WRONG_SIGNATURE);
	build_object(&signature, 0x10D, keyring_id(KEYRING_LICENCE_SIGNER), KEYRING_ID_BYTES);
	r = vcard_add_built(to, 0x001B, BY_PIN, &record);
	return r < 0 ? fault_pass(r) : vcard_add_built(to, 0x001C, BY_PIN, &signature);
}

int vcard_make_aboard(struct vcard_application *to, const struct vcard_source *source)
{
	static const uint8_t aid[16] = {0xA0, 0x00, 0x00, 0x02, 0x31, 0x06};
	const struct persona_licence *licence = &source->persona->licence;
	CLEANUP(build_release) struct build setting = BUILD_INIT;
	int r;

	if (!source->persona->has_licence)
		return 0; /* nameless: the card does not have it */
	to->name = "licence";
	memcpy(to->aid, aid, sizeof(aid));
	to->n_aid = sizeof(aid);
	to->prepare = prepare;
	build_object(&setting, 0xC1, licence->pin1[0] ? "\x01" : "\x00", 1);
	r = vcard_add_built(to, 0x001A, 0, &setting);
	if (!r)
		r = vcard_add_pin(to, 0x0006, CREDENTIAL_PIN, "licence-pin", licence->pin1[0] ? licence->pin1 : NO_PIN, TRIES, TRIES);
	return r < 0 ? fault_pass(r) : 0;
}
