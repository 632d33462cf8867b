/* SPDX-License-Identifier: MIT
 * What stands on the bench's card: of 見本 花子, fictional, with keys of the test's own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include "cardreader/profile/trust.h"
#include "tests/unit/cardreader/card_bench.h"
#include "shared/base/banned.h"

#define PIN (1U << 0x11)
#define A (1U << 0x14)
#define B (1U << 0x15)
#define NAME "\xE8\xA6\x8B\xE6\x9C\xAC\xE3\x80\x80\xE8\x8A\xB1\xE5\xAD\x90"
/* 葛󠄀 with a variation selector (U+E0100) and 𠮷 (four bytes) */
#define ADDRESS "\xE8\x91\x9B\xF3\xA0\x84\x80\xF0\xA0\xAE\xB7\xE6\x9D\x91\xEF\xBC\x91"

const char bench_text_issuer[17] = "MIHON-TEXT-CA-01", bench_visual_issuer[17] = "MIHON-VISU-CA-01";

void bench_keys(EVP_PKEY *keys[N_BENCH_KEYS])
{
	for (int i = 0; i < N_BENCH_KEYS; i++) {
		keys[i] = EVP_RSA_gen(2048);
		assert_non_null(keys[i]);
	}
}

void bench_keys_free(EVP_PKEY *keys[N_BENCH_KEYS])
{
	for (int i = 0; i < N_BENCH_KEYS; i++)
		EVP_PKEY_free(keys[i]);
}

size_t bench_tlv(uint8_t *to, size_t n, uint32_t tag, const void *value, size_t n_value)
{
	if (tag > 0xFF)
		to[n++] = (uint8_t)(tag >> 8);
	to[n++] = (uint8_t)tag;
	if (n_value >= 0x80) {
		to[n++] = 0x82;
		to[n++] = (uint8_t)(n_value >> 8);
	}
	to[n++] = (uint8_t)n_value;
	memmove(to + n, value, n_value);
	return n + n_value;
}

static size_t put_key(uint8_t *to, size_t n, EVP_PKEY *key)
{
	BIGNUM *modulus = NULL;
	uint8_t bytes[256];

	assert_int_equal(EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &modulus), 1);
	assert_int_equal(BN_bn2binpad(modulus, bytes, 256), 256);
	BN_free(modulus);
	return bench_tlv(to, bench_tlv(to, n, 0x90, "\x01\x00\x01", 3), 0x91, bytes, 256);
}

static void sign_raw(EVP_PKEY *key, const uint8_t *info, size_t n_info, uint8_t out[256])
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	size_t n = 256;

	assert_int_equal(EVP_PKEY_sign_init(context), 1);
	assert_int_equal(EVP_PKEY_sign(context, out, &n, info, n_info), 1);
	EVP_PKEY_CTX_free(context);
}

static void sign(EVP_PKEY *key, const void *bytes, size_t n_bytes, uint8_t out[256])
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t n = 256;

	assert_int_equal(EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key), 1);
	assert_int_equal(EVP_DigestSign(context, out, &n, bytes, n_bytes), 1);
	EVP_MD_CTX_free(context);
}

static struct bench_file *put_file(struct card_bench *b, enum bench_application application, uint16_t ef,
				   unsigned unlocked_by, const void *bytes, size_t n)
{
	struct bench_file *file = bench_file(b, application, ef);

	if (!file) {
		assert_true(b->n_files < BENCH_FILES_MAX);
		file = &b->files[b->n_files++];
	}
	assert_true(n <= BENCH_FILE_BYTES_MAX);
	file->application = application;
	file->ef = ef;
	file->unlocked_by = unlocked_by;
	memmove(file->bytes, bytes, n);
	file->n = n;
	return file;
}

static void put_template(struct card_bench *b, enum bench_application application, uint16_t ef, unsigned unlocked_by,
			 uint32_t tag, const uint8_t *value, size_t n_value)
{
	uint8_t bytes[BENCH_FILE_BYTES_MAX];

	put_file(b, application, ef, unlocked_by, bytes, bench_tlv(bytes, 0, tag, value, n_value));
}

static void put_cvc(struct card_bench *b, enum bench_application application, const char *issuer, EVP_PKEY *issuer_key,
		    EVP_PKEY *key)
{
	uint8_t body[512], value[1024], signature[256];
	size_t n = 32;

	memcpy(body, issuer, 16);
	memcpy(body + 16, "MIHON-SIGNER-001", 16);
	n = put_key(body, n, key);
	assert_int_equal(n, 297);
	sign(issuer_key, body, n, signature);
	n = bench_tlv(value, 0, 0x5F4E, body, n);
	n = bench_tlv(value, n, 0x5F37, signature, 256);
	put_template(b, application, 0x0004, 0, 0x7F21, value, n);
}

/* ---- text application ---- */

static void put_attributes(struct card_bench *b)
{
	uint8_t value[1024];
	size_t n = bench_tlv(value, 0, 0xDF21, "\x00\x0E\x00\x00\x00\x00\x00\x00", 8);
	struct bench_file *file;

	n = bench_tlv(value, n, 0xDF22, NAME, sizeof(NAME) - 1);
	n = bench_tlv(value, n, 0xDF23, ADDRESS, sizeof(ADDRESS) - 1);
	n = bench_tlv(value, n, 0xDF24, "19710630", 8);
	n = bench_tlv(value, n, 0xDF25, "2", 1);
	put_template(b, BENCH_TEXT, 0x0002, PIN | B, 0xFF20, value, n);
	file = bench_file(b, BENCH_TEXT, 0x0002);
	memset(file->bytes + file->n, 0xFF, 100);
	file->n += 100;
}

void bench_sign_text(struct card_bench *b)
{
	const struct bench_file *number = bench_file(b, BENCH_TEXT, 0x0001), *attributes = bench_file(b, BENCH_TEXT, 0x0002);
	uint8_t hash[32], value[1024], signature[256];
	size_t n;

	SHA256(number->bytes, number->n, hash);
	n = bench_tlv(value, 0, 0xDF31, hash, 32);
	/* FF20, one length byte, DF21; 100 bytes of filler */
	SHA256(attributes->bytes + 3 + 11, attributes->n - 100 - 14, hash);
	n = bench_tlv(value, n, 0xDF32, hash, 32);
	sign(b->keys[KEY_SIGNER], value, n, signature);
	n = bench_tlv(value, n, 0xDF33, signature, 256);
	put_template(b, BENCH_TEXT, 0x0003, PIN | A | B, 0xFF30, value, n);
	put_cvc(b, BENCH_TEXT, bench_text_issuer, b->keys[KEY_ISSUER], b->keys[KEY_SIGNER]);
	{
		uint8_t key[300];
		size_t n_key = put_key(key, 0, b->keys[KEY_INTERNAL]);

		n = bench_tlv(value, 0, 0xDF51, key, n_key);
	}
	sign(b->keys[KEY_SIGNER], value, n, signature);
	n = bench_tlv(value, n, 0xDF52, signature, 256);
	put_template(b, BENCH_TEXT, 0x0007, PIN | A | B, 0xFF50, value, n);
}

/* ---- visual application ---- */

void bench_sign_visual(struct card_bench *b, const char *birth_date, char sex)
{
	static const uint8_t picture[3000] = {0x89, 'P', 'N', 'G'};
	static const uint8_t info[] = {0x30, 0x71, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
				       0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x60};
	uint8_t value[BENCH_FILE_BYTES_MAX], key[300], signed_bytes[sizeof(info) + 96], signature[256];
	size_t n, from;

	memcpy(signed_bytes, info, sizeof(info));
	n = from = bench_tlv(value, 0, 0xDF21, "\0\0\0\0\0\0\0\0", 8);
	n = bench_tlv(value, n, 0xDF22, birth_date, 8);
	n = bench_tlv(value, n, 0xDF23, &sex, 1);
	n = bench_tlv(value, n, 0xDF24, key, put_key(key, 0, b->keys[KEY_INTERNAL]));
	SHA256(value + from, n - from, signed_bytes + sizeof(info));
	from = n;
	n = bench_tlv(value, n, 0xDF25, picture, 500);
	n = bench_tlv(value, n, 0xDF26, picture, 900);
	SHA256(value + from, n - from, signed_bytes + sizeof(info) + 32);
	from = n;
	n = bench_tlv(value, n, 0xDF27, picture, sizeof(picture));
	SHA256(value + from, n - from, signed_bytes + sizeof(info) + 64);
	sign_raw(b->keys[KEY_VISUAL_SIGNER], signed_bytes, sizeof(signed_bytes), signature);
	n = bench_tlv(value, n, 0xDF28, signature, 256);
	n = bench_tlv(value, n, 0xDF29, "20330412", 8);
	n = bench_tlv(value, n, 0xDF2A, picture, 40);
	put_template(b, BENCH_VISUAL, 0x0002, 1U << 0x12, 0xFF20, value, n);
	put_cvc(b, BENCH_VISUAL, bench_visual_issuer, b->keys[KEY_VISUAL_ISSUER], b->keys[KEY_VISUAL_SIGNER]);
}

/* ---- JPKI ---- */

static void key_id(EVP_PKEY *key, uint8_t id[20])
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);

	assert_true(n > 0);
	SHA1(der, (size_t)n, id);
	OPENSSL_free(der);
}

static void add_key_ids(X509 *to, EVP_PKEY *own, EVP_PKEY *issuer)
{
	ASN1_OCTET_STRING *subject = ASN1_OCTET_STRING_new();
	AUTHORITY_KEYID *authority = AUTHORITY_KEYID_new();
	uint8_t id[20];

	key_id(own, id);
	ASN1_OCTET_STRING_set(subject, id, sizeof(id));
	assert_int_equal(X509_add1_ext_i2d(to, NID_subject_key_identifier, subject, 0, 0), 1);
	key_id(issuer, id);
	authority->keyid = ASN1_OCTET_STRING_new();
	ASN1_OCTET_STRING_set(authority->keyid, id, sizeof(id));
	assert_int_equal(X509_add1_ext_i2d(to, NID_authority_key_identifier, authority, 0, 0), 1);
	ASN1_OCTET_STRING_free(subject);
	AUTHORITY_KEYID_free(authority);
}

static void push_attribute(GENERAL_NAMES *to, const char *oid, const char *text)
{
	GENERAL_NAME *name = GENERAL_NAME_new();
	ASN1_TYPE *value = ASN1_TYPE_new();
	ASN1_UTF8STRING *string = ASN1_UTF8STRING_new();

	ASN1_STRING_set(string, text, -1);
	ASN1_TYPE_set(value, V_ASN1_UTF8STRING, string);
	assert_int_equal(GENERAL_NAME_set0_othername(name, OBJ_txt2obj(oid, 1), value), 1);
	sk_GENERAL_NAME_push(to, name);
}

static void add_attributes(X509 *to, const struct bench_certificate *certificate)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();

	push_attribute(names, "1.2.392.200149.8.5.5.1", certificate->name ? certificate->name : NAME);
	if (certificate->is_double)
		push_attribute(names, "1.2.392.200149.8.5.5.1", NAME);
	push_attribute(names, "1.2.392.200149.8.5.5.2", "00000");
	push_attribute(names, "1.2.392.200149.8.5.5.3", "2");
	push_attribute(names, "1.2.392.200149.8.5.5.4", certificate->birth_date ? certificate->birth_date : "319710630");
	push_attribute(names, "1.2.392.200149.8.5.5.5", ADDRESS);
	push_attribute(names, "1.2.392.200149.8.5.5.6", "0100");
	push_attribute(names, "1.2.392.200149.8.5.5.9", "unknown");
	assert_int_equal(X509_add1_ext_i2d(to, NID_subject_alt_name, names, 0, 0), 1);
	GENERAL_NAMES_free(names);
}

static void set_name(X509_NAME *name, const char *cn)
{
	X509_NAME_add_entry_by_txt(name, "C", MBSTRING_UTF8, (const unsigned char *)"JP", -1, -1, 0);
	X509_NAME_add_entry_by_txt(name, "O", MBSTRING_UTF8, (const unsigned char *)"JPKI", -1, -1, 0);
	if (cn)
		X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)cn, -1, -1, 0);
}

void bench_certificate(struct card_bench *b, uint16_t ef, const struct bench_certificate *wish)
{
	X509 *x = X509_new();
	X509_EXTENSION *ca;
	unsigned char *der = NULL;
	int n;

	X509_set_version(x, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x), 7);
	X509_set_pubkey(x, wish->key);
	ASN1_TIME_set_string_X509(X509_getm_notBefore(x), wish->not_before);
	ASN1_TIME_set_string_X509(X509_getm_notAfter(x), wish->not_after);
	set_name(X509_get_subject_name(x), wish->issuer ? "0000MIHON" : NULL);
	set_name(X509_get_issuer_name(x), NULL);
	ca = X509V3_EXT_conf_nid(NULL, NULL, NID_basic_constraints, wish->issuer ? "critical,CA:FALSE" : "critical,CA:TRUE");
	X509_add_ext(x, ca, -1);
	X509_EXTENSION_free(ca);
	if (wish->has_key_ids)
		add_key_ids(x, wish->key, wish->claims ? wish->claims : wish->issuer ? wish->issuer : wish->key);
	if (wish->has_attributes)
		add_attributes(x, wish);
	assert_true(X509_sign(x, wish->issuer ? wish->issuer : wish->key, EVP_sha256()) > 0);
	n = i2d_X509(x, &der);
	assert_true(n > 0);
	put_file(b, BENCH_JPKI, ef, ef == 0x0001 ? 1U << 0x1B : 0, der, (size_t)n);
	OPENSSL_free(der);
	X509_free(x);
}

/* ---- all of it ---- */

static void put_pin(struct card_bench *b, enum bench_application application, uint16_t ef, const char *value, int tries)
{
	struct bench_pin *pin = &b->pins[b->n_pins++];

	pin->application = application;
	pin->ef = ef;
	snprintf(pin->value, sizeof(pin->value), "%s", value);
	pin->tries = pin->tries_max = tries;
}

void bench_make(struct card_bench *b, EVP_PKEY *const keys[N_BENCH_KEYS])
{
	static const char record[] = "\x01\x1C" "000000000000001" "20999" "20330412";

	*b = (struct card_bench){.selected = -1};
	memcpy(b->keys, keys, sizeof(b->keys));
	b->answers_with = keys[KEY_INTERNAL];
	b->jpki_key = keys[KEY_LEAF];
	for (int i = 0; i < N_BENCH_APPLICATIONS; i++)
		b->has[i] = i != BENCH_LICENCE;
	put_file(b, BENCH_COMMON, 0x0001, 0, record, sizeof(record) - 1);
	put_file(b, BENCH_TEXT, 0x0001, PIN | A, "\xFF\x10\x0C" "123456789010" "\xFF\xFF", 17); /* wrong check digit: nobody's */
	put_attributes(b);
	bench_sign_text(b);
	bench_sign_visual(b, "19710630", '2');
	put_pin(b, BENCH_TEXT, 0x11, "1234", 3);
	put_pin(b, BENCH_TEXT, 0x14, "123456789010", 10);
	put_pin(b, BENCH_TEXT, 0x15, "46063020330000", 10);
	put_pin(b, BENCH_VISUAL, 0x12, "46063020330000", 10);
	put_pin(b, BENCH_JPKI, 0x18, "1234", 3);
	put_pin(b, BENCH_JPKI, 0x1B, "MIHON1", 5);
	for (uint16_t ef = 1; ef <= 2; ef++) /* signing: 0001, 0002; user: 000A, 000B */
		for (uint16_t kind = 0; kind <= 9; kind += 9)
			bench_certificate(b, ef + kind, &(struct bench_certificate){
				.not_before = "20240331150000Z", .not_after = "20290630145959Z", .has_key_ids = true,
				.key = keys[ef == 1 ? KEY_LEAF : KEY_CA], .issuer = ef == 1 ? keys[KEY_CA] : NULL,
				.has_attributes = ef + kind == 1});
}

/* ---- anchors ---- */

static FILE *open_in(const char *dir, const char *name, char path[256])
{
	FILE *file;

	snprintf(path, 256, "%s/%s", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	return file;
}

struct trust *bench_trust(const struct bench_anchor *anchors, size_t n_anchors, const struct bench_file *ca)
{
	char dir[128], paths[8][256], name[64];
	struct trust *trust = NULL;
	size_t n = 0;
	FILE *file;

	snprintf(dir, sizeof(dir), "%s/mdg-trust-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < n_anchors; i++) {
		for (size_t j = 0; j < 16; j++)
			snprintf(name + 2 * j, 3, "%02x", (unsigned)(uint8_t)anchors[i].id[j]);
		memcpy(name + 32, ".pem", 5);
		file = open_in(dir, name, paths[n++]);
		assert_int_equal(PEM_write_PUBKEY(file, anchors[i].key), 1);
		fclose(file);
	}
	if (ca) {
		file = open_in(dir, "ca.crt", paths[n++]);
		assert_int_equal(fwrite(ca->bytes, 1, ca->n, file), ca->n);
		fclose(file);
	}
	assert_int_equal(trust_load(dir, stderr, &trust), 0);
	while (n)
		unlink(paths[--n]);
	rmdir(dir);
	return trust;
}
