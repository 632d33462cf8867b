/* SPDX-License-Identifier: MIT
 * 券面事項入力補助AP: number and four attributes, and what proves them. PIN opens both, 照合番号A only the number,
 * 照合番号B only the attributes. The signing chain is our own: hashes and signatures fit, the root is nobody's. */
#include <errno.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/profile/tlv.h"
#include "cardreader/virtual/build.h"
#include "cardreader/virtual/vcard.h"
#include "shared/base/fault.h"
#include "shared/jp/era.h"
#include "shared/base/banned.h"

#define FILE_BYTES_MAX 8192
#define ATTRIBUTES_FILE_BYTES 1024 /* physical size: FF behind the record */
#define CREDENTIAL_PIN 0
#define CREDENTIAL_A 1
#define CREDENTIAL_B 2
#define BY_PIN (1U << CREDENTIAL_PIN)
#define BY_A (1U << CREDENTIAL_A)
#define BY_B (1U << CREDENTIAL_B)
#define KEY_ID_BYTES 16

enum { KEY_ISSUER, KEY_SIGNER, KEY_INTERNAL, KEY_SESSION };

static const uint8_t filler[ATTRIBUTES_FILE_BYTES] = {[0 ... ATTRIBUTES_FILE_BYTES - 1] = 0xFF};
static const char issuer_id[KEY_ID_BYTES + 1] = "MIHON-TEXT-CA-01", signer_id[KEY_ID_BYTES + 1] = "MIHON-TEXT-SG-01";

static int add(struct vcard_application *to, uint16_t ef, unsigned unlocked_by, const struct buf *bytes)
{
	return vcard_add_file(to, ef, unlocked_by, bytes->bytes, bytes->len) ? 0 : fault_raise(-ENOMEM);
}

/* 照合番号B: birth as YYMMDD with the year of the era, expiry year, security code. */
static void make_b(const struct persona *p, char out[20])
{
	char iso[11];
	struct date date;
	int era_year = 0;

	snprintf(iso, sizeof(iso), "%.4s-%.2s-%.2s", p->birth_date, p->birth_date + 4, p->birth_date + 6);
	if (date_parse(iso, &date) < 0 || era_of(&date, &era_year) == ERA_NONE)
		era_year = 0;
	snprintf(out, 20, "%02d%.4s%.4s%.4s", era_year % 100, p->birth_date + 4, p->expires, p->security_code);
}

static int make_number(struct vcard_application *to, const struct persona *p)
{
	CLEANUP(buf_release) struct buf file = BUF_INIT(FILE_BYTES_MAX);
	int r = build_tlv(&file, 0xFF10, p->number, 12);

	if (!r)
		r = buf_add(&file, filler, 2);
	return r < 0 ? r : add(to, 0x0001, BY_PIN | BY_A, &file);
}

/* DF22 to DF25, and where each begins counted from the first of them. */
static int make_objects(struct buf *objects, const struct persona *p, size_t offsets[4])
{
	const struct {
		uint32_t tag;
		const char *bytes;
		size_t n;
	} all[] = {{0xDF22, p->name, strlen(p->name)},
		   {0xDF23, p->address, strlen(p->address)},
		   {0xDF24, p->birth_date, 8},
		   {0xDF25, &p->sex, 1}};
	int r = 0;

	for (size_t i = 0; !r && i < 4; i++) {
		offsets[i] = objects->len;
		r = build_tlv(objects, all[i].tag, all[i].bytes, all[i].n);
	}
	return r;
}

static int make_attributes(struct vcard_application *to, const struct persona *p)
{
	CLEANUP(buf_release) struct buf objects = BUF_INIT(FILE_BYTES_MAX);
	CLEANUP(buf_release) struct buf value = BUF_INIT(FILE_BYTES_MAX);
	CLEANUP(buf_release) struct buf file = BUF_INIT(FILE_BYTES_MAX);
	size_t offsets[4], before;
	uint8_t table[8];
	int r = make_objects(&objects, p, offsets);

	before = (objects.len + 11 < 0x80 ? 3 : 5) + 11; /* headers of FF20 and DF21, and the table */
	for (size_t i = 0; i < 4; i++) {
		table[2 * i] = (uint8_t)((before + offsets[i]) >> 8);
		table[2 * i + 1] = (uint8_t)(before + offsets[i]);
	}
	if (!r)
		r = build_tlv(&value, 0xDF21, table, sizeof(table));
	if (!r)
		r = buf_add(&value, objects.bytes, objects.len);
	if (!r)
		r = build_tlv(&file, 0xFF20, value.bytes, value.len);
	if (!r && file.len < ATTRIBUTES_FILE_BYTES)
		r = buf_add(&file, filler, ATTRIBUTES_FILE_BYTES - file.len);
	return r < 0 ? r : add(to, 0x0002, BY_PIN | BY_B, &file);
}

static int make_information(struct vcard_application *to)
{
	static const uint8_t application_id[4] = {0x01, 0x03, 0x0E, 0x01};
	CLEANUP(buf_release) struct buf value = BUF_INIT(FILE_BYTES_MAX);
	CLEANUP(buf_release) struct buf file = BUF_INIT(FILE_BYTES_MAX);
	int r = build_tlv(&value, 0xDF41, application_id, sizeof(application_id));

	if (!r)
		r = build_tlv(&value, 0xDF42, signer_id, KEY_ID_BYTES);
	if (!r)
		r = build_tlv(&value, 0xDF43, filler, 128);
	if (!r)
		r = build_tlv(&file, 0xFF40, value.bytes, value.len);
	return r < 0 ? r : add(to, 0x0005, 0, &file);
}

/* The hash of the attributes covers their objects with headers, without the table before and the filler behind. */
static int hash_attributes(struct vcard_application *to, uint8_t hash[SHA256_DIGEST_LENGTH])
{
	const struct vcard_file *file = vcard_find_file(to, 0x0002);
	struct tlv record, table;

	if (!file || tlv_header(file->bytes, file->n_bytes, &record) < 0 || !record.value ||
	    tlv_header(record.value, record.length, &table) < 0 || !table.value)
		return fault_raise(-EBADMSG);
	SHA256(record.value + table.total, record.length - table.total, hash);
	return 0;
}

static int make_signature(struct vcard_application *to)
{
	CLEANUP(buf_release) struct buf value = BUF_INIT(FILE_BYTES_MAX);
	CLEANUP(buf_release) struct buf file = BUF_INIT(FILE_BYTES_MAX);
	const struct vcard_file *number = vcard_find_file(to, 0x0001);
	uint8_t hashes[2][SHA256_DIGEST_LENGTH] = {0}, signature[BUILD_SIGNATURE_BYTES];
	int r;

	SHA256(number->bytes, number->n_bytes, hashes[0]);
	(void)!hash_attributes(to, hashes[1]); /* a persona's own bytes may be no record: then nothing fits */
	r = build_tlv(&value, 0xDF31, hashes[0], sizeof(hashes[0]));
	if (!r)
		r = build_tlv(&value, 0xDF32, hashes[1], sizeof(hashes[1]));
	if (!r)
		r = build_signature(to->keys[KEY_SIGNER], value.bytes, value.len, signature);
	if (!r)
		r = build_tlv(&value, 0xDF33, signature, sizeof(signature));
	if (!r)
		r = build_tlv(&file, 0xFF30, value.bytes, value.len);
	return r < 0 ? r : add(to, 0x0003, BY_PIN | BY_A | BY_B, &file);
}

static int make_certificate(struct vcard_application *to)
{
	CLEANUP(buf_release) struct buf body = BUF_INIT(FILE_BYTES_MAX);
	CLEANUP(buf_release) struct buf value = BUF_INIT(FILE_BYTES_MAX);
	CLEANUP(buf_release) struct buf file = BUF_INIT(FILE_BYTES_MAX);
	uint8_t signature[BUILD_SIGNATURE_BYTES];
	int r = buf_add(&body, issuer_id, KEY_ID_BYTES);

	if (!r)
		r = buf_add(&body, signer_id, KEY_ID_BYTES);
	if (!r)
		r = build_public_key(&body, to->keys[KEY_SIGNER]);
	if (!r)
		r = build_signature(to->keys[KEY_ISSUER], body.bytes, body.len, signature);
	if (!r)
		r = build_tlv(&value, 0x5F4E, body.bytes, body.len);
	if (!r)
		r = build_tlv(&value, 0x5F37, signature, sizeof(signature));
	if (!r)
		r = build_tlv(&file, 0x7F21, value.bytes, value.len);
	return r < 0 ? r : add(to, 0x0004, 0, &file);
}

static int make_session_key(struct vcard_application *to)
{
	CLEANUP(buf_release) struct buf value = BUF_INIT(FILE_BYTES_MAX);
	CLEANUP(buf_release) struct buf file = BUF_INIT(FILE_BYTES_MAX);
	int r = build_public_key(&value, to->keys[KEY_SESSION]);

	if (!r)
		r = build_tlv(&file, 0xA1, value.bytes, value.len);
	return r < 0 ? r : add(to, 0x0006, BY_PIN | BY_A | BY_B, &file);
}

static int make_internal_key(struct vcard_application *to)
{
	CLEANUP(buf_release) struct buf key = BUF_INIT(FILE_BYTES_MAX);
	CLEANUP(buf_release) struct buf value = BUF_INIT(FILE_BYTES_MAX);
	CLEANUP(buf_release) struct buf file = BUF_INIT(FILE_BYTES_MAX);
	uint8_t signature[BUILD_SIGNATURE_BYTES];
	int r = build_public_key(&key, to->keys[KEY_INTERNAL]);

	if (!r)
		r = build_tlv(&value, 0xDF51, key.bytes, key.len);
	if (!r)
		r = build_signature(to->keys[KEY_SIGNER], value.bytes, value.len, signature);
	if (!r)
		r = build_tlv(&value, 0xDF52, signature, sizeof(signature));
	if (!r)
		r = build_tlv(&file, 0xFF50, value.bytes, value.len);
	return r < 0 ? r : add(to, 0x0007, BY_PIN | BY_A | BY_B, &file);
}

static int override_files(struct vcard_application *to, const struct persona *p)
{
	static const unsigned unlocked_by[] = {[1] = BY_PIN | BY_A, [2] = BY_PIN | BY_B, [3] = BY_PIN | BY_A | BY_B,
					       [6] = BY_PIN | BY_A | BY_B, [7] = BY_PIN | BY_A | BY_B, [8] = 0};

	for (size_t i = 0; i < p->n_files; i++) {
		const struct persona_file *file = &p->files[i];

		if (!vcard_add_file(to, file->ef, file->ef <= 8 ? unlocked_by[file->ef] : 0, file->bytes, file->n_bytes))
			return fault_raise(-ENOMEM);
	}
	return 0;
}

static int prepare(struct vcard_application *to, const struct persona *p)
{
	struct vcard_file *internal;
	int r = 0;

	for (size_t i = 0; !r && i < 4; i++)
		r = build_key(&to->keys[i]);
	if (!r)
		r = make_signature(to);
	if (!r)
		r = make_certificate(to);
	if (!r)
		r = make_session_key(to);
	if (!r)
		r = make_internal_key(to);
	if (r < 0)
		return fault_pass(r);
	internal = vcard_find_file(to, 0x0013);
	internal->key = to->keys[KEY_INTERNAL];
	return override_files(to, p);
}

int vcard_make_text(struct vcard_application *to, const struct persona *p)
{
	static const uint8_t aid[10] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08};
	struct vcard_file *internal;
	char b[20];
	int r;

	memcpy(to->aid, aid, sizeof(aid));
	to->n_aid = sizeof(aid);
	to->prepare = prepare;
	to->default_key = 0x0013;
	make_b(p, b);
	r = make_number(to, p);
	if (!r)
		r = make_attributes(to, p);
	if (!r)
		r = make_information(to);
	if (!r)
		r = vcard_add_pin(to, 0x0011, CREDENTIAL_PIN, p->pin, p->tries_pin, 3);
	if (!r)
		r = vcard_add_pin(to, 0x0014, CREDENTIAL_A, p->number, p->tries_a, 10);
	if (!r)
		r = vcard_add_pin(to, 0x0015, CREDENTIAL_B, b, p->tries_b, 10);
	if (r < 0)
		return fault_pass(r);
	internal = vcard_add_file(to, 0x0013, 0, NULL, 0);
	if (!internal || !vcard_add_file(to, 0x0008, 0, filler, 16))
		return fault_raise(-ENOMEM);
	internal->kind = VCARD_KEY;
	return override_files(to, p);
}
