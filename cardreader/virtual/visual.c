/* SPDX-License-Identifier: MIT
 * 券面事項確認AP: what is printed, as pictures. The name and the address are drawn in their true glyphs, whatever a
 * character set lacks. Its PIN objects have other numbers than the text application's: 照合番号B is 0012, A is 0013,
 * and the birth date opens the proof of age alone. */
#include <errno.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <string.h>

#include "cardreader/virtual/application.h"
#include "cardreader/virtual/picture.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define CREDENTIAL_BIRTH 0
#define CREDENTIAL_B 1
#define CREDENTIAL_A 2
#define BY_BIRTH (1U << CREDENTIAL_BIRTH)
#define BY_B (1U << CREDENTIAL_B)
#define BY_A (1U << CREDENTIAL_A)
#define FACE_BYTES_MAX 8000
#define FACE_WIDTH 240
#define FACE_HEIGHT 308
#define TEXT_WIDTH 736
#define NAME_HEIGHT 72
#define ADDRESS_HEIGHT 132
#define N_OBJECTS 9
#define N_HASHES 3

static const uint8_t filler[272] = {[0 ... 271] = 0xFF};

/* ---- pictures as objects ---- */

static void add_picture(struct build *to, uint32_t tag, int r, cairo_surface_t *surface)
{
	CLEANUP(picture_surface_freep) cairo_surface_t *picture = surface;
	CLEANUP(buf_release) struct buf png = BUF_INIT(PICTURE_BYTES_MAX);

	if (!r)
		r = picture_to_png(picture, &png);
	if (r < 0 && !to->r)
		to->r = r;
	build_object(to, tag, png.bytes, png.len);
}

static void add_text(struct build *to, uint32_t tag, const char *text, double size, int height)
{
	cairo_surface_t *surface = NULL;
	int r = picture_of_text(text, size, TEXT_WIDTH, height, &surface);

	add_picture(to, tag, r, surface);
}

static void add_digits(struct build *to, uint32_t tag, const char *digits, int width, int height)
{
	cairo_surface_t *surface = NULL;
	int r = picture_of_digits(digits, width, height, &surface);

	add_picture(to, tag, r, surface);
}

static void add_face(struct build *to, const struct persona *p)
{
	CLEANUP(picture_surface_freep) cairo_surface_t *surface = NULL;
	CLEANUP(buf_release) struct buf face = BUF_INIT(PICTURE_BYTES_MAX);
	int r = picture_of_person(p, FACE_WIDTH, FACE_HEIGHT, &surface);

	if (!r)
		r = picture_to_jpeg2000(surface, FACE_BYTES_MAX, false, &face);
	if (r < 0 && !to->r)
		to->r = r;
	build_object(to, 0xDF27, face.bytes, face.len);
}

static void add_key(struct build *to, uint32_t tag, EVP_PKEY *key)
{
	CLEANUP(build_release) struct build object = BUILD_INIT;

	build_public_key(&object, key);
	build_template(to, tag, &object);
}

/* ---- the record of the face ---- */

/* PKCS #1 v1.5 over a DigestInfo that names SHA-256 and holds three of them, one behind the other. */
static void sign_hashes(struct build *to, uint32_t tag, EVP_PKEY *key, const uint8_t *hashes, bool is_wrong)
{
	static const uint8_t prefix[] = {0x30, 0x71, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
					 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x60};
	uint8_t info[sizeof(prefix) + N_HASHES * SHA256_DIGEST_LENGTH], signature[BUILD_SIGNATURE_BYTES];
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	size_t n = sizeof(signature);
	bool ok;

	memcpy(info, prefix, sizeof(prefix));
	memcpy(info + sizeof(prefix), hashes, N_HASHES * SHA256_DIGEST_LENGTH);
	ok = context && EVP_PKEY_sign_init(context) == 1 && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1 &&
	     EVP_PKEY_sign(context, signature, &n, info, sizeof(info)) == 1;
	EVP_PKEY_CTX_free(context);
	if (!ok && !to->r)
		to->r = fault_raise(-EIO);
	if (is_wrong)
		signature[sizeof(signature) - 1] ^= 1;
	build_object(to, tag, signature, sizeof(signature));
}

static void put_offset(uint8_t *table, size_t i, size_t offset)
{
	table[2 * i] = (uint8_t)(offset >> 8);
	table[2 * i + 1] = (uint8_t)offset;
}

/* Objects DF22 to DF2A; where each begins, and behind the last one, from the first. */
static void make_objects(struct build *to, const struct vcard_source *source, EVP_PKEY *internal, EVP_PKEY *signer,
			 size_t at[N_OBJECTS + 1])
{
	const struct persona *p = source->persona;
	uint8_t hashes[N_HASHES * SHA256_DIGEST_LENGTH];
	size_t i = 0;

#define BEGIN at[i++] = to->bytes.len
	BEGIN, build_object(to, 0xDF22, p->birth_date, 8);
	BEGIN, build_object(to, 0xDF23, &p->sex, 1);
	BEGIN, add_key(to, 0xDF24, internal);
	BEGIN, add_text(to, 0xDF25, p->name, 48, NAME_HEIGHT);
	BEGIN, add_text(to, 0xDF26, p->address, 38, ADDRESS_HEIGHT);
	BEGIN, add_face(to, p);
	BEGIN;
	if (!to->r) {
		const uint8_t *bytes = (const uint8_t *)to->bytes.bytes;

		SHA256(bytes, at[3], hashes);
		SHA256(bytes + at[3], at[5] - at[3], hashes + SHA256_DIGEST_LENGTH);
		SHA256(bytes + at[5], at[6] - at[5], hashes + 2 * (size_t)SHA256_DIGEST_LENGTH);
		hashes[0] ^= p->tamper == PERSONA_WRONG_HASH;
	}
	sign_hashes(to, 0xDF28, signer, hashes, p->tamper == PERSONA_WRONG_SIGNATURE);
	BEGIN, build_object(to, 0xDF29, p->expires, 8);
	BEGIN, add_digits(to, 0xDF2A, p->security_code, 24, 12);
	BEGIN;
#undef BEGIN
}

static int make_face(struct vcard_application *to, const struct vcard_source *source, EVP_PKEY *internal, EVP_PKEY *signer)
{
	CLEANUP(build_release) struct build objects = BUILD_INIT;
	CLEANUP(build_release) struct build value = BUILD_INIT;
	CLEANUP(build_release) struct build file = BUILD_INIT;
	uint8_t table[2 * N_OBJECTS];
	size_t at[N_OBJECTS + 1] = {0}, before = 5 + 3 + sizeof(table);

	make_objects(&objects, source, internal, signer, at);
	for (size_t i = 0; i < N_OBJECTS; i++)
		put_offset(table, i, before + at[i]);
	build_object(&value, 0xDF21, table, sizeof(table));
	build_bytes(&value, objects.bytes.bytes, objects.bytes.len);
	build_template(&file, 0xFF20, &value);
	if (objects.r < 0)
		return fault_pass(objects.r);
	return vcard_add_built(to, 0x0002, BY_A | BY_B, &file);
}

/* ---- the other files ---- */

static int make_age(struct vcard_application *to, const struct vcard_source *source, EVP_PKEY *internal, EVP_PKEY *signer)
{
	CLEANUP(build_release) struct build value = BUILD_INIT;
	CLEANUP(build_release) struct build file = BUILD_INIT;

	build_object(&value, 0xDF11, source->persona->birth_date, 8);
	add_key(&value, 0xDF12, internal);
	build_signature(&value, 0xDF13, signer, value.bytes.bytes, value.bytes.len,
			source->persona->tamper == PERSONA_WRONG_SIGNATURE);
	build_template(&file, 0xFF10, &value);
	return vcard_add_built(to, 0x0001, BY_BIRTH, &file);
}

static int make_number(struct vcard_application *to, const struct vcard_source *source, EVP_PKEY *internal, EVP_PKEY *signer)
{
	CLEANUP(build_release) struct build value = BUILD_INIT;
	CLEANUP(build_release) struct build file = BUILD_INIT;

	add_digits(&value, 0xDF41, source->persona->number, 72, 12);
	add_key(&value, 0xDF42, internal);
	build_signature(&value, 0xDF43, signer, value.bytes.bytes, value.bytes.len,
			source->persona->tamper == PERSONA_WRONG_SIGNATURE);
	build_template(&file, 0xFF40, &value);
	return vcard_add_built(to, 0x0005, BY_A, &file);
}

static int make_information(struct vcard_application *to)
{
	static const uint8_t application_id[4] = {0x06, 0x03, 0x0E, 0x01};
	CLEANUP(build_release) struct build value = BUILD_INIT;
	CLEANUP(build_release) struct build file = BUILD_INIT;

	build_object(&value, 0xDF31, application_id, sizeof(application_id));
	build_object(&value, 0xDF32, keyring_id(KEYRING_VISUAL_SIGNER), KEYRING_ID_BYTES);
	build_text(&value, 0xDF33, "1");
	build_text(&value, 0xDF34, "20999");
	build_object(&value, 0xDF35, filler, sizeof(filler));
	build_template(&file, 0xFF30, &value);
	return vcard_add_built(to, 0x0003, 0, &file);
}

static int prepare(struct vcard_application *to, const struct vcard_source *source)
{
	CLEANUP(build_release) struct build certificate = BUILD_INIT;
	enum persona_tamper tamper = source->persona->tamper;
	EVP_PKEY *internal, *signer;
	int r = keyring_get(source->keys, KEYRING_VISUAL_INTERNAL, &internal);

	if (!r)
		r = keyring_get(source->keys, KEYRING_VISUAL_SIGNER, &signer);
	if (!r)
		r = make_face(to, source, internal, signer);
	if (!r)
		r = make_age(to, source, internal, signer);
	if (!r)
		r = make_number(to, source, internal, signer);
	if (!r)
		r = build_cv_certificate(&certificate, source->keys, KEYRING_VISUAL_ISSUER, KEYRING_VISUAL_SIGNER,
					 tamper == PERSONA_WRONG_CERTIFICATE);
	if (!r)
		r = vcard_add_built(to, 0x0004, 0, &certificate);
	if (!r)
		r = vcard_set_key(to, 0x0014, source->keys, tamper == PERSONA_CLONE ? KEYRING_STRANGER : KEYRING_VISUAL_INTERNAL);
	return r < 0 ? fault_pass(r) : 0;
}

int vcard_make_visual(struct vcard_application *to, const struct vcard_source *source)
{
	static const uint8_t aid[10] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02};
	const struct persona *p = source->persona;
	char b[20], birth[7];
	int r;

	to->name = "visual";
	memcpy(to->aid, aid, sizeof(aid));
	to->n_aid = sizeof(aid);
	to->prepare = prepare;
	to->default_key = 0x0014;
	persona_make_b(p, b);
	snprintf(birth, sizeof(birth), "%.6s", b);
	r = make_information(to);
	if (!r)
		r = vcard_add_pin(to, 0x0011, CREDENTIAL_BIRTH, "visual-birth", birth, 10, 10);
	if (!r)
		r = vcard_add_pin(to, 0x0012, CREDENTIAL_B, "visual-b", b, p->tries_b, 10);
	if (!r)
		r = vcard_add_pin(to, 0x0013, CREDENTIAL_A, "visual-a", p->number, p->tries_a, 10);
	if (!r)
		r = vcard_add_key(to, 0x0014, 0);
	if (r < 0)
		return fault_pass(r);
	return vcard_add_file(to, 0x0006, 0, filler, 16) ? 0 : fault_raise(-ENOMEM);
}
