/* SPDX-License-Identifier: MIT
 * 券面事項入力補助AP: number and four attributes, and what proves them. PIN opens both, 照合番号A only the number,
 * 照合番号B only the attributes. Hashes and signatures fit, unless the persona asks for one that does not; the root
 * is our own fictional authority. */
#include <errno.h>
#include <openssl/sha.h>
#include <string.h>

#include "cardreader/profile/tlv.h"
#include "cardreader/virtual/application.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define ATTRIBUTES_FILE_BYTES 1024 /* physical size: FF behind the record */
#define CREDENTIAL_PIN 0
#define CREDENTIAL_A 1
#define CREDENTIAL_B 2
#define BY_PIN (1U << CREDENTIAL_PIN)
#define BY_A (1U << CREDENTIAL_A)
#define BY_B (1U << CREDENTIAL_B)
#define BY_ANY (BY_PIN | BY_A | BY_B)
#define TABLE_BYTES 8 /* four offsets */
#define SHORT_LENGTH_MAX 0x7F

static const uint8_t filler[128] = {[0 ... 127] = 0xFF};

static int make_number(struct vcard_application *to, const struct persona *p)
{
	CLEANUP(build_release) struct build file = BUILD_INIT;

	build_text(&file, 0xFF10, p->number);
	build_bytes(&file, filler, 2);
	return vcard_add_built(to, 0x0001, BY_PIN | BY_A, &file);
}

/* DF22 to DF25 and what the persona has beyond, and where each of the four begins, from the first of them. */
static void make_objects(struct build *objects, const struct persona *p, size_t offsets[4])
{
	const struct {
		uint32_t tag;
		const char *bytes;
		size_t n;
	} all[] = {{0xDF22, p->name, strlen(p->name)},
		   {0xDF23, p->address, strlen(p->address)},
		   {0xDF24, p->birth_date, 8},
		   {0xDF25, &p->sex, 1}};

	for (size_t i = 0; i < 4; i++) {
		offsets[i] = objects->bytes.len;
		build_object(objects, all[i].tag, all[i].bytes, all[i].n);
	}
	for (size_t i = 0; i < p->n_extra; i++)
		build_text(objects, p->extra[i].tag, p->extra[i].text);
}

static int make_attributes(struct vcard_application *to, const struct persona *p)
{
	CLEANUP(build_release) struct build objects = BUILD_INIT;
	CLEANUP(build_release) struct build value = BUILD_INIT;
	CLEANUP(build_release) struct build file = BUILD_INIT;
	size_t offsets[4], n_table = 3 + TABLE_BYTES, before;
	uint8_t table[TABLE_BYTES];

	make_objects(&objects, p, offsets);
	before = (objects.bytes.len + n_table <= SHORT_LENGTH_MAX ? 3 : 5) + n_table;
	for (size_t i = 0; i < 4; i++) {
		table[2 * i] = (uint8_t)((before + offsets[i]) >> 8);
		table[2 * i + 1] = (uint8_t)(before + offsets[i]);
	}
	build_object(&value, 0xDF21, table, sizeof(table));
	build_bytes(&value, objects.bytes.bytes, objects.bytes.len);
	build_template(&file, 0xFF20, &value);
	if (file.bytes.len < ATTRIBUTES_FILE_BYTES)
		build_fill(&file, 0xFF, ATTRIBUTES_FILE_BYTES);
	return vcard_add_built(to, 0x0002, BY_PIN | BY_B, &file);
}

static int make_information(struct vcard_application *to)
{
	static const uint8_t application_id[4] = {0x01, 0x03, 0x0E, 0x01};
	CLEANUP(build_release) struct build value = BUILD_INIT;
	CLEANUP(build_release) struct build file = BUILD_INIT;

	build_object(&value, 0xDF41, application_id, sizeof(application_id));
	build_object(&value, 0xDF42, keyring_id(KEYRING_TEXT_SIGNER), KEYRING_ID_BYTES);
	build_object(&value, 0xDF43, filler, sizeof(filler));
	build_template(&file, 0xFF40, &value);
	return vcard_add_built(to, 0x0005, 0, &file);
}

/* The hash of the attributes covers their objects with headers, without the table before and the filler behind. A
 * persona's own bytes may be no record: then nothing fits. */
static void hash_attributes(struct vcard_application *to, uint8_t hash[SHA256_DIGEST_LENGTH])
{
	const struct vcard_file *file = vcard_find_file(to, 0x0002);
	struct tlv record, table;

	memset(hash, 0, SHA256_DIGEST_LENGTH);
	if (tlv_header(file->bytes, file->n_bytes, &record) < 0 || !record.value ||
	    tlv_header(record.value, record.length, &table) < 0 || !table.value)
		return;
	SHA256(record.value + table.total, record.length - table.total, hash);
}

static int make_signature(struct vcard_application *to, const struct vcard_source *source)
{
	CLEANUP(build_release) struct build value = BUILD_INIT;
	CLEANUP(build_release) struct build file = BUILD_INIT;
	const struct vcard_file *number = vcard_find_file(to, 0x0001);
	enum persona_tamper tamper = source->persona->tamper;
	uint8_t hashes[2][SHA256_DIGEST_LENGTH];
	EVP_PKEY *signer;
	int r = keyring_get(source->keys, KEYRING_TEXT_SIGNER, &signer);

	if (r < 0)
		return fault_pass(r);
	SHA256(number->bytes, number->n_bytes, hashes[0]);
	hash_attributes(to, hashes[1]);
	hashes[1][0] ^= tamper == PERSONA_WRONG_HASH;
	build_object(&value, 0xDF31, hashes[0], sizeof(hashes[0]));
	build_object(&value, 0xDF32, hashes[1], sizeof(hashes[1]));
	build_signature(&value, 0xDF33, signer, value.bytes.bytes, value.bytes.len, tamper == PERSONA_WRONG_SIGNATURE);
	build_template(&file, 0xFF30, &value);
	return vcard_add_built(to, 0x0003, BY_ANY, &file);
}

int build_cv_certificate(struct build *to, struct keyring *keys, enum keyring_name issuer_name,
			 enum keyring_name subject_name, bool is_wrong)
{
	CLEANUP(build_release) struct build body = BUILD_INIT;
	CLEANUP(build_release) struct build value = BUILD_INIT;
	EVP_PKEY *issuer, *subject;
	int r = keyring_get(keys, issuer_name, &issuer);

	if (!r)
		r = keyring_get(keys, subject_name, &subject);
	if (r < 0)
		return fault_pass(r);
	build_bytes(&body, keyring_id(issuer_name), KEYRING_ID_BYTES);
	build_bytes(&body, keyring_id(subject_name), KEYRING_ID_BYTES);
	build_public_key(&body, subject);
	build_template(&value, 0x5F4E, &body);
	build_signature(&value, 0x5F37, issuer, body.bytes.bytes, body.bytes.len, is_wrong);
	build_template(to, 0x7F21, &value);
	return to->r;
}

static int make_certificate(struct vcard_application *to, const struct vcard_source *source)
{
	CLEANUP(build_release) struct build file = BUILD_INIT;
	int r = build_cv_certificate(&file, source->keys, KEYRING_TEXT_ISSUER, KEYRING_TEXT_SIGNER,
				     source->persona->tamper == PERSONA_WRONG_CERTIFICATE);

	return r < 0 ? fault_pass(r) : vcard_add_built(to, 0x0004, 0, &file);
}

static int make_session_key(struct vcard_application *to, const struct vcard_source *source)
{
	CLEANUP(build_release) struct build value = BUILD_INIT;
	CLEANUP(build_release) struct build file = BUILD_INIT;
	EVP_PKEY *key;
	int r = keyring_get(source->keys, KEYRING_TEXT_SESSION, &key);

	if (r < 0)
		return fault_pass(r);
	build_public_key(&value, key);
	build_template(&file, 0xA1, &value);
	return vcard_add_built(to, 0x0006, BY_ANY, &file);
}

static int make_internal_key(struct vcard_application *to, const struct vcard_source *source)
{
	CLEANUP(build_release) struct build key = BUILD_INIT;
	CLEANUP(build_release) struct build value = BUILD_INIT;
	CLEANUP(build_release) struct build file = BUILD_INIT;
	EVP_PKEY *internal, *signer;
	int r = keyring_get(source->keys, KEYRING_TEXT_INTERNAL, &internal);

	if (!r)
		r = keyring_get(source->keys, KEYRING_TEXT_SIGNER, &signer);
	if (r < 0)
		return fault_pass(r);
	build_public_key(&key, internal);
	build_template(&value, 0xDF51, &key);
	build_signature(&value, 0xDF52, signer, value.bytes.bytes, value.bytes.len,
			source->persona->tamper == PERSONA_WRONG_INTERNAL_KEY);
	build_template(&file, 0xFF50, &value);
	return vcard_add_built(to, 0x0007, BY_ANY, &file);
}

static int prepare(struct vcard_application *to, const struct vcard_source *source)
{
	int r = make_signature(to, source);

	if (!r)
		r = make_certificate(to, source);
	if (!r)
		r = make_session_key(to, source);
	if (!r)
		r = make_internal_key(to, source);
	if (!r) /* a copied card has every file of the first, but not its key */
		r = vcard_set_key(to, 0x0013, source->keys,
				  source->persona->tamper == PERSONA_CLONE ? KEYRING_STRANGER : KEYRING_TEXT_INTERNAL);
	return r < 0 ? fault_pass(r) : 0;
}

int vcard_make_text(struct vcard_application *to, const struct vcard_source *source)
{
	static const uint8_t aid[10] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08};
	const struct persona *p = source->persona;
	char b[20];
	int r;

	to->name = "text";
	memcpy(to->aid, aid, sizeof(aid));
	to->n_aid = sizeof(aid);
	to->prepare = prepare;
	to->default_key = 0x0013;
	persona_make_b(p, b);
	r = make_number(to, p);
	if (!r)
		r = make_attributes(to, p);
	if (!r)
		r = make_information(to);
	if (!r)
		r = vcard_add_pin(to, 0x0011, CREDENTIAL_PIN, "pin", p->pin, p->tries_pin, 3);
	if (!r)
		r = vcard_add_pin(to, 0x0012, 3, NULL, "", 0, 0); /* blocked as issued */
	if (!r)
		r = vcard_add_pin(to, 0x0014, CREDENTIAL_A, "a", p->number, p->tries_a, 10);
	if (!r)
		r = vcard_add_pin(to, 0x0015, CREDENTIAL_B, "b", b, p->tries_b, 10);
	if (!r)
		r = vcard_add_key(to, 0x0013, 0);
	if (r < 0)
		return fault_pass(r);
	return vcard_add_file(to, 0x0008, 0, filler, 16) ? 0 : fault_raise(-ENOMEM);
}
