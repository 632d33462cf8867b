/* SPDX-License-Identifier: MIT
 * 在留カード and 特別永住者証明書, first generation. The chip holds the face as an image: name, birth date and status
 * are in that image only. What opens it is the card number, by mutual authentication and secure messaging (secure.c).
 * Objects have fixed lengths, filled with NUL.
 * Source: 在留カード等仕様書（一般公開用）Ver 1.5, 出入国在留管理庁. */
#include <errno.h>
#include <string.h>

#include "cardreader/virtual/application.h"
#include "cardreader/virtual/certificate.h"
#include "cardreader/virtual/picture.h"
#include "cardreader/virtual/specimen.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define CREDENTIAL_NUMBER 0
#define BY_NUMBER (1U << CREDENTIAL_NUMBER)
#define UNLIMITED 15 /* the most a status word could count; the card counts none */
#define FRONT_BYTES 7000
#define PHOTO_BYTES 3000
#define PHOTO_WIDTH 270
#define PHOTO_HEIGHT 360
#define ADDRESS_BYTES 320
#define PERMISSION_BYTES 120
#define CERTIFICATE_BYTES 1200
#define CHECK_FILE_BYTES 1464
#define FRONT_DPI_MAX 300.0
#define FRONT_DPI_MIN 60.0
#define FRONT_DPI_STEP 0.85

static const uint8_t zeros[FRONT_BYTES];

/* ---- objects ---- */

/* A value filled with NUL to its fixed length. */
static void fixed(struct build *to, uint32_t tag, const void *bytes, size_t n_bytes, size_t n_fixed)
{
	CLEANUP(build_release) struct build value = BUILD_INIT;

	build_bytes(&value, bytes, n_bytes);
	build_fill(&value, 0x00, n_fixed);
	build_template(to, tag, &value);
}

/* The largest drawing of the face that fits its object. */
static void front_image(struct build *to, const struct persona *p)
{
	int r = -EMSGSIZE;

	for (double dpi = FRONT_DPI_MAX; r == -EMSGSIZE && dpi > FRONT_DPI_MIN; dpi *= FRONT_DPI_STEP) {
		CLEANUP(picture_surface_freep) cairo_surface_t *surface = NULL;
		CLEANUP(buf_release) struct buf tiff = BUF_INIT(PICTURE_BYTES_MAX);

		r = specimen_draw(p, dpi, SPECIMEN_FOR_CHIP, &surface);
		if (!r)
			r = picture_to_tiff(surface, dpi, &tiff);
		if (!r && tiff.len > FRONT_BYTES)
			r = -EMSGSIZE;
		if (!r)
			fixed(to, 0xD0, tiff.bytes, tiff.len, FRONT_BYTES);
	}
	if (r < 0 && !to->r)
		to->r = fault_raise(r);
}

static void photo_image(struct build *to, const struct persona *p)
{
	CLEANUP(picture_surface_freep) cairo_surface_t *surface = NULL;
	CLEANUP(buf_release) struct buf photo = BUF_INIT(PICTURE_BYTES_MAX);
	int r;

	if (p->residence.is_under_16) {
		build_object(to, 0xD1, NULL, 0);
		build_bytes(to, zeros, PHOTO_BYTES);
		return;
	}
	r = picture_of_person(p, PHOTO_WIDTH, PHOTO_HEIGHT, &surface);
	if (!r)
		r = picture_to_jpeg2000(surface, PHOTO_BYTES, false, &photo);
	if (r < 0 && !to->r)
		to->r = r;
	fixed(to, 0xD1, photo.bytes, photo.len, PHOTO_BYTES);
}

/* ---- MF: version and kind; the reference of the number ---- */

int vcard_make_residence_mf(struct vcard_application *to, const struct vcard_source *source)
{
	CLEANUP(build_release) struct build version = BUILD_INIT;
	CLEANUP(build_release) struct build kind = BUILD_INIT;
	const struct persona_residence *residence = &source->persona->residence;
	int r;

	to->name = "mf";
	build_text(&version, 0xC0, "0001");
	build_text(&kind, 0xC1, residence->category == PERSONA_SPECIAL_PERMANENT ? "2" : "1");
	r = vcard_add_built(to, 0x000B, 0, &version);
	if (!r)
		r = vcard_add_built(to, 0x000A, 0, &kind);
	if (!r)
		r = vcard_add_pin(to, 0x0006, CREDENTIAL_NUMBER, "number", residence->card_number, UNLIMITED, UNLIMITED);
	if (r < 0)
		return fault_pass(r);
	vcard_find_file(to, 0x0006)->is_secured = true;
	return 0;
}

/* ---- DF1: images ---- */

static int prepare_df1(struct vcard_application *to, const struct vcard_source *source)
{
	CLEANUP(build_release) struct build front = BUILD_INIT;
	CLEANUP(build_release) struct build photo = BUILD_INIT;
	int r;

	front_image(&front, source->persona);
	photo_image(&photo, source->persona);
	r = vcard_add_built(to, 0x0005, BY_NUMBER, &front);
	if (!r)
		r = vcard_add_built(to, 0x0006, BY_NUMBER, &photo);
	if (r < 0)
		return fault_pass(r);
	vcard_find_file(to, 0x0005)->is_secured = vcard_find_file(to, 0x0006)->is_secured = true;
	return 0;
}

int vcard_make_residence_df1(struct vcard_application *to, const struct vcard_source *source)
{
	static const uint8_t aid[16] = {0xD3, 0x92, 0xF0, 0x00, 0x4F, 0x02};

	to->name = "df1";
	memcpy(to->aid, aid, sizeof(aid));
	to->n_aid = sizeof(aid);
	to->prepare = prepare_df1;
	return 0;
}

/* ---- DF2: address and permissions ---- */

static int add_permission(struct vcard_application *to, uint16_t ef, uint32_t tag, const char *text)
{
	CLEANUP(build_release) struct build file = BUILD_INIT;

	if (text[0])
		fixed(&file, tag, text, strlen(text), PERMISSION_BYTES);
	build_fill(&file, 0x00, 2 + PERMISSION_BYTES); /* withdrawn: tag and length are zero too */
	return vcard_add_built(to, ef, BY_NUMBER, &file);
}

int vcard_make_residence_df2(struct vcard_application *to, const struct vcard_source *source)
{
	static const uint8_t aid[16] = {0xD3, 0x92, 0xF0, 0x00, 0x4F, 0x03};
	CLEANUP(build_release) struct build address = BUILD_INIT;
	CLEANUP(build_release) struct build pending = BUILD_INIT;
	const struct persona *p = source->persona;
	int r;

	to->name = "df2";
	memcpy(to->aid, aid, sizeof(aid));
	to->n_aid = sizeof(aid);
	build_text(&address, 0xD2, p->residence.address_date);
	build_text(&address, 0xD3, p->residence.municipality);
	fixed(&address, 0xD4, p->address, strlen(p->address), ADDRESS_BYTES);
	r = vcard_add_built(to, 0x0001, BY_NUMBER, &address);
	if (r < 0 || p->residence.category == PERSONA_SPECIAL_PERMANENT)
		return r < 0 ? fault_pass(r) : 0;
	build_text(&pending, 0xD7, p->residence.is_pending ? "1" : "0");
	r = add_permission(to, 0x0002, 0xD5, p->residence.permission);
	if (!r)
		r = add_permission(to, 0x0003, 0xD6, p->residence.permission_individual);
	if (!r)
		r = vcard_add_built(to, 0x0004, BY_NUMBER, &pending);
	return r < 0 ? fault_pass(r) : 0;
}

/* ---- DF3: check code and certificate ---- */

static void add_certificate(struct build *to, const struct vcard_source *source)
{
	CLEANUP(certificate_freep) X509 *certificate = NULL;
	bool is_wrong = source->persona->tamper == PERSONA_WRONG_CERTIFICATE;
	int r = certificate_of_holder(source->keys, KEYRING_RESIDENCE_SIGNER, source->persona, is_wrong, &certificate), n;
	unsigned char *der = NULL;

	n = r < 0 ? r : i2d_X509(certificate, &der);
	if (n < 0 && !to->r)
		to->r = fault_raise(-EIO);
	fixed(to, 0xDB, der, n < 0 ? 0 : (size_t)n, CERTIFICATE_BYTES);
	OPENSSL_free(der);
}

/* The check code covers both values, NUL included, without their headers. */
static void add_check_code(struct build *to, const struct vcard_source *source, EVP_PKEY *signer)
{
	CLEANUP(build_release) struct build front = BUILD_INIT;
	CLEANUP(build_release) struct build photo = BUILD_INIT;
	CLEANUP(build_release) struct build content = BUILD_INIT;
	enum persona_tamper tamper = source->persona->tamper;

	front_image(&front, source->persona);
	photo_image(&photo, source->persona);
	if (front.r < 0 || photo.r < 0) {
		to->r = front.r < 0 ? front.r : photo.r;
		return;
	}
	build_bytes(&content, front.bytes.bytes + front.bytes.len - FRONT_BYTES, FRONT_BYTES);
	build_bytes(&content, photo.bytes.bytes + photo.bytes.len - PHOTO_BYTES, PHOTO_BYTES);
	if (tamper == PERSONA_WRONG_HASH)
		content.bytes.bytes[content.bytes.len - 1] ^= 1;
	build_signature(to, 0xDA, signer, content.bytes.bytes, content.bytes.len, tamper == PERSONA_WRONG_SIGNATURE);
}

static int prepare_df3(struct vcard_application *to, const struct vcard_source *source)
{
	CLEANUP(build_release) struct build file = BUILD_INIT;
	EVP_PKEY *signer;
	int r = keyring_get(source->keys, KEYRING_RESIDENCE_SIGNER, &signer);

	if (r < 0)
		return fault_pass(r);
	if (source->persona->residence.is_under_16) {
		build_object(&file, 0xDA, NULL, 0);
		build_object(&file, 0xDB, NULL, 0);
		build_fill(&file, 0x00, CHECK_FILE_BYTES);
	} else {
		add_check_code(&file, source, signer);
		add_certificate(&file, source);
	}
	return vcard_add_built(to, 0x0002, BY_NUMBER, &file);
}

int vcard_make_residence_df3(struct vcard_application *to, const struct vcard_source *source)
{
	static const uint8_t aid[16] = {0xD3, 0x92, 0xF0, 0x00, 0x4F, 0x04};

	to->name = "df3";
	memcpy(to->aid, aid, sizeof(aid));
	to->n_aid = sizeof(aid);
	to->prepare = prepare_df3;
	return 0;
}
