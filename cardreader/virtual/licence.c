/* SPDX-License-Identifier: MIT
 * IC運転免許証: two PINs under the MF that hold for the whole card, 記載事項 in JIS X 0208, 本籍 and photograph behind
 * both PINs. A licence without PIN takes "****". Objects of EF 0007 behind the signature, and the tags of the third to
 * the seventh 外字, are not in what is published and are our own choice.
 * Source: 運転免許証及び運転免許証作成システム等仕様書 V008 and V010, 警察庁, as read by published clients. */
#include <errno.h>
#include <openssl/x509.h>
#include <string.h>

#include "cardreader/virtual/application.h"
#include "cardreader/virtual/licence_text.h"
#include "cardreader/virtual/picture.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define CREDENTIAL_PIN1 0
#define CREDENTIAL_PIN2 1
#define BY_PIN1 (1U << CREDENTIAL_PIN1)
#define BY_BOTH (BY_PIN1 | 1U << CREDENTIAL_PIN2)
#define NO_PIN "****"
#define JIS_YEAR "\x31" /* JIS X 0208-1997 and what came before */
#define RECORD_BYTES 880
#define DOMICILE_BYTES 82
#define GAIJI_BYTES 264
#define CHANGES_BYTES 640
#define MORE_GAIJI_BYTES 663
#define DOMICILE_CHANGES_BYTES 256
#define SIGNATURE_BYTES 578
#define PHOTO_BYTES 2005
#define PHOTO_VALUE_BYTES 2000
#define PHOTO_WIDTH 190
#define PHOTO_HEIGHT 238
#define GAIJI_SIDE 32
#define GAIJI_VALUE_BYTES (1 + GAIJI_SIDE * GAIJI_SIDE / 8)
#define GAIJI_IN_FIRST_FILE 2

static const char nothing[] = "";

/* ---- MF ---- */

static void add_bcd(struct build *to, const char *date)
{
	for (size_t i = 0; i < 8; i += 2) {
		uint8_t byte = (uint8_t)((date[i] - '0') << 4 | (date[i + 1] - '0'));

		build_bytes(to, &byte, 1);
	}
}

int vcard_make_licence_mf(struct vcard_application *to, const struct vcard_source *source)
{
	CLEANUP(build_release) struct build issuer = BUILD_INIT;
	CLEANUP(build_release) struct build common = BUILD_INIT;
	CLEANUP(build_release) struct build setting = BUILD_INIT;
	const struct persona *p = source->persona;
	const char *pin1 = p->licence.pin1[0] ? p->licence.pin1 : NO_PIN, *pin2 = p->licence.pin2[0] ? p->licence.pin2 : NO_PIN;
	int r;

	to->name = "mf";
	build_bytes(&issuer, "010", 3);
	add_bcd(&issuer, p->licence.issued);
	add_bcd(&issuer, p->expires);
	build_template(&common, 0x45, &issuer);
	build_object(&common, 0x46, "\x00\x01", 2);
	build_object(&setting, 0x05, p->licence.pin1[0] ? "\x01" : "\x00", 1);
	r = vcard_add_built(to, 0x2F01, 0, &common);
	if (!r)
		r = vcard_add_built(to, 0x000A, 0, &setting);
	if (!r)
		r = vcard_add_pin(to, 0x0001, CREDENTIAL_PIN1, "pin1", pin1, p->tries_pin1, 3);
	if (!r)
		r = vcard_add_pin(to, 0x0002, CREDENTIAL_PIN2, "pin2", pin2, p->tries_pin2, 3);
	return r < 0 ? fault_pass(r) : 0;
}

/* ---- DF1 ---- */

/* The earliest date of some categories; "" when none is held. */
static const char *earliest(const struct persona_licence *licence, const uint8_t *categories, size_t n)
{
	const char *date = nothing;

	for (size_t i = 0; i < n; i++) {
		const char *held = licence->categories[categories[i]];

		if (held[0] && (!date[0] || strcmp(held, date) < 0))
			date = held;
	}
	return date;
}

static void add_categories(struct build *to, const struct persona_licence *licence)
{
	static const uint8_t small[] = {3, 4, 5, 6}, second[] = {8, 9, 10, 11, 13}, other[] = {0, 1, 2, 7, 12, 14};

	licence_date(to, 0x22, earliest(licence, small, sizeof(small)));
	licence_date(to, 0x23, earliest(licence, other, sizeof(other)));
	licence_date(to, 0x24, earliest(licence, second, sizeof(second)));
	for (uint32_t i = 0; i < PERSONA_CATEGORIES; i++)
		licence_date(to, 0x25 + i, licence->categories[i]);
}

static void make_record(struct build *to, const struct persona *p, struct licence_gaiji *gaiji)
{
	const struct persona_licence *licence = &p->licence;

	build_object(to, 0x11, JIS_YEAR, 1);
	licence_text(to, 0x12, p->name, gaiji);
	licence_text(to, 0x13, licence->kana, gaiji);
	licence_text(to, 0x14, licence->alias, gaiji);
	licence_text(to, 0x15, nothing, gaiji);
	licence_date(to, 0x16, p->birth_date);
	licence_text(to, 0x17, p->address, gaiji);
	licence_date(to, 0x18, licence->issued);
	build_text(to, 0x19, licence->reference[0] ? licence->reference : "00000");
	licence_text(to, 0x1A, licence->colour, gaiji);
	licence_date(to, 0x1B, p->expires);
	for (uint32_t i = 0; i < PERSONA_CONDITIONS_MAX; i++)
		licence_text(to, 0x1C + i, i < licence->n_conditions ? licence->conditions[i] : nothing, gaiji);
	licence_text(to, 0x20, licence->commission, gaiji);
	build_text(to, 0x21, licence->number);
	add_categories(to, licence);
	build_fill(to, 0xFF, RECORD_BYTES);
}

/* One byte for how it is composed, then 32 rows of 32 pixels. The length is written as 81 81: it fills the file. */
static void add_gaiji(struct build *to, uint8_t tag, const char *character)
{
	CLEANUP(picture_surface_freep) cairo_surface_t *surface = NULL;
	CLEANUP(buf_release) struct buf bits = BUF_INIT(GAIJI_VALUE_BYTES);
	uint8_t header[] = {tag, 0x81, GAIJI_VALUE_BYTES, 0x01};
	int r;

	if (!character) {
		build_object(to, tag, NULL, 0);
		return;
	}
	r = picture_of_text(character, GAIJI_SIDE - 4, GAIJI_SIDE, GAIJI_SIDE, &surface);
	if (!r)
		r = picture_to_bits(surface, &bits);
	if (r < 0 && !to->r)
		to->r = r;
	build_bytes(to, header, sizeof(header));
	build_bytes(to, bits.bytes, bits.len);
}

static int add_gaiji_files(struct vcard_application *to, const struct licence_gaiji *gaiji)
{
	CLEANUP(build_release) struct build first = BUILD_INIT;
	CLEANUP(build_release) struct build more = BUILD_INIT;
	int r;

	for (size_t i = 0; i < GAIJI_IN_FIRST_FILE; i++)
		add_gaiji(&first, (uint8_t)(0x48 + i), i < gaiji->n ? gaiji->characters[i] : NULL);
	build_fill(&first, 0xFF, GAIJI_BYTES);
	build_object(&more, 0xA0, gaiji->n > GAIJI_IN_FIRST_FILE ? "\x01" : "\x00", 1);
	for (size_t i = GAIJI_IN_FIRST_FILE; i < LICENCE_GAIJI_MAX; i++)
		add_gaiji(&more, (uint8_t)(0xA1 + i - GAIJI_IN_FIRST_FILE), i < gaiji->n ? gaiji->characters[i] : NULL);
	build_fill(&more, 0xFF, MORE_GAIJI_BYTES);
	r = vcard_add_built(to, 0x0003, BY_PIN1, &first);
	return r < 0 ? fault_pass(r) : vcard_add_built(to, 0x0005, BY_PIN1, &more);
}

static int add_records(struct vcard_application *to, const struct persona *p, struct licence_gaiji *gaiji)
{
	CLEANUP(build_release) struct build record = BUILD_INIT;
	CLEANUP(build_release) struct build domicile = BUILD_INIT;
	CLEANUP(build_release) struct build changes = BUILD_INIT;
	CLEANUP(build_release) struct build domicile_changes = BUILD_INIT;
	int r;

	make_record(&record, p, gaiji);
	licence_text(&domicile, 0x41, p->licence.domicile, gaiji);
	build_fill(&domicile, 0xFF, DOMICILE_BYTES);
	build_object(&changes, 0x50, "\x00", 1);
	build_fill(&changes, 0xFF, CHANGES_BYTES);
	build_object(&domicile_changes, 0x50, "\x00", 1);
	build_fill(&domicile_changes, 0xFF, DOMICILE_CHANGES_BYTES);
	r = vcard_add_built(to, 0x0001, BY_PIN1, &record);
	if (!r)
		r = vcard_add_built(to, 0x0002, BY_BOTH, &domicile);
	if (!r)
		r = vcard_add_built(to, 0x0004, BY_PIN1, &changes);
	if (!r)
		r = vcard_add_built(to, 0x0006, BY_BOTH, &domicile_changes);
	if (r < 0)
		return fault_pass(r);
	vcard_find_file(to, 0x0002)->needs_all = vcard_find_file(to, 0x0006)->needs_all = true;
	return 0;
}

static void make_photo(struct build *to, const struct persona *p)
{
	CLEANUP(picture_surface_freep) cairo_surface_t *surface = NULL;
	CLEANUP(buf_release) struct buf photo = BUF_INIT(PICTURE_BYTES_MAX);
	int r = picture_of_person(p, PHOTO_WIDTH, PHOTO_HEIGHT, &surface);

	if (!r)
		r = picture_to_jpeg2000(surface, PHOTO_VALUE_BYTES, true, &photo);
	if (r < 0 && !to->r)
		to->r = r;
	build_object(to, 0x5F40, photo.bytes, photo.len);
	build_fill(to, 0xFF, PHOTO_BYTES);
}

static void add_name(struct build *to, uint32_t tag, const char *common_name)
{
	X509_NAME *name = X509_NAME_new();
	unsigned char *der = NULL;
	int n = -1;

	if (name && X509_NAME_add_entry_by_txt(name, "C", MBSTRING_UTF8, (const unsigned char *)"JP", -1, -1, 0) == 1 &&
	    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0) == 1)
		n = i2d_X509_NAME(name, &der);
	if (n < 0 && !to->r)
		to->r = fault_raise(-EIO);
	build_object(to, tag, der, n < 0 ? 0 : (size_t)n);
	OPENSSL_free(der);
	X509_NAME_free(name);
}

/* One signature over EF 0001, EF 0002 and the photograph's file, whole as they lie on the card. */
static int add_signature(struct vcard_application *to, const struct vcard_source *source)
{
	CLEANUP(build_release) struct build content = BUILD_INIT;
	CLEANUP(build_release) struct build photo = BUILD_INIT;
	CLEANUP(build_release) struct build file = BUILD_INIT;
	const struct vcard_file *record = vcard_find_file(to, 0x0001), *domicile = vcard_find_file(to, 0x0002);
	enum persona_tamper tamper = source->persona->tamper;
	EVP_PKEY *signer;
	int r = keyring_get(source->keys, tamper == PERSONA_WRONG_CERTIFICATE ? KEYRING_STRANGER : KEYRING_LICENCE_SIGNER, &signer);

	if (r < 0)
		return fault_pass(r);
	make_photo(&photo, source->persona);
	build_bytes(&content, record->bytes, record->n_bytes);
	build_bytes(&content, domicile->bytes, domicile->n_bytes);
	build_bytes(&content, photo.bytes.bytes, photo.bytes.len);
	if (tamper == PERSONA_WRONG_HASH)
		build_bytes(&content, nothing, 1);
	build_signature(&file, 0xB1, signer, content.bytes.bytes, content.bytes.len, tamper == PERSONA_WRONG_SIGNATURE);
	build_object(&file, 0xB2, "\x01", 1);
	add_name(&file, 0xB3, "Mihon prefectural police, proves nothing");
	add_name(&file, 0xB4, "Mihon licence signer");
	build_object(&file, 0xB5, keyring_id(KEYRING_LICENCE_SIGNER), KEYRING_ID_BYTES);
	build_fill(&file, 0xFF, SIGNATURE_BYTES);
	if (photo.r < 0 || content.r < 0)
		return fault_pass(photo.r < 0 ? photo.r : content.r);
	return vcard_add_built(to, 0x0007, BY_PIN1, &file);
}

static int prepare_df1(struct vcard_application *to, const struct vcard_source *source)
{
	struct licence_gaiji gaiji = {0};
	CLEANUP(build_release) struct build again = BUILD_INIT;
	int r;

	make_record(&again, source->persona, &gaiji); /* for the characters met; the file stands already */
	r = add_gaiji_files(to, &gaiji);
	if (!r)
		r = add_signature(to, source);
	return r < 0 ? fault_pass(r) : 0;
}

int vcard_make_licence_df1(struct vcard_application *to, const struct vcard_source *source)
{
	static const uint8_t aid[16] = {0xA0, 0x00, 0x00, 0x02, 0x31, 0x01};
	struct licence_gaiji gaiji = {0};

	to->name = "df1";
	memcpy(to->aid, aid, sizeof(aid));
	to->n_aid = sizeof(aid);
	to->prepare = prepare_df1;
	return add_records(to, source->persona, &gaiji);
}

/* ---- DF2 ---- */

static int prepare_df2(struct vcard_application *to, const struct vcard_source *source)
{
	CLEANUP(build_release) struct build photo = BUILD_INIT;

	int r;

	make_photo(&photo, source->persona);
	r = vcard_add_built(to, 0x0001, BY_BOTH, &photo);
	if (r < 0)
		return fault_pass(r);
	vcard_find_file(to, 0x0001)->needs_all = true;
	return 0;
}

int vcard_make_licence_df2(struct vcard_application *to, const struct vcard_source *source)
{
	static const uint8_t aid[16] = {0xA0, 0x00, 0x00, 0x02, 0x31, 0x02};

	to->name = "df2";
	memcpy(to->aid, aid, sizeof(aid));
	to->n_aid = sizeof(aid);
	to->prepare = prepare_df2;
	return 0;
}
