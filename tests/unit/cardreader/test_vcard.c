/* SPDX-License-Identifier: MIT
 * The virtual card by itself: what each kind answers, byte by byte, as the published facts say. What it proves is
 * checked with OpenSSL against the anchors it writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <openssl/param_build.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "cardreader/profile/tlv.h"
#include "cardreader/virtual/faults.h"
#include "cardreader/virtual/mutual.h"
#include "cardreader/virtual/vcard.h"
#include "shared/base/banned.h"

#define SELECT_TEXT "00A4040C0AD3921000310001010408"
#define SELECT_VISUAL "00A4040C0AD3921000310001010402"
#define SELECT_JPKI "00A4040C0AD392F000260100000001"
#define B_OF_HANAKO "002000950E3335303232393230333339383736" /* 35 02 29, 2033, 9876 */

struct bench {
	struct persona *persona;
	struct vcard *card;
	struct faults faults;
	uint8_t answer[VCARD_ANSWER_BYTES_MAX];
	size_t n; /* without status word */
	unsigned sw;
};

static struct keyring *keys; /* one for all: making RSA keys is the slow part */

static void release_bench(struct bench *b)
{
	vcard_free(b->card);
	persona_free(b->persona);
}

static void load(struct bench *b, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/cardreader/virtual/personas/%s.yaml", getenv("MESON_SOURCE_ROOT"), name);
	assert_int_equal(persona_load(path, stderr, &b->persona), 0);
}

static void make(struct bench *b)
{
	b->card = vcard_free(b->card);
	assert_int_equal(vcard_new_with_keys(b->persona, keys, &b->card), 0);
}

static size_t from_hex(const char *hex, uint8_t *out)
{
	size_t n = 0;

	for (; *hex; hex += 2) {
		unsigned byte;

		assert_int_equal(sscanf(hex, "%2x", &byte), 1);
		out[n++] = (uint8_t)byte;
	}
	return n;
}

static unsigned send_bytes(struct bench *b, const uint8_t *command, size_t n_command)
{
	size_t n = faults_transmit(&b->faults, b->card, command, n_command, b->answer);

	assert_true(n >= 2);
	b->n = n - 2;
	b->sw = (unsigned)b->answer[n - 2] << 8 | b->answer[n - 1];
	return b->sw;
}

static unsigned send(struct bench *b, const char *hex)
{
	uint8_t command[512];

	return send_bytes(b, command, from_hex(hex, command));
}

static void object(const uint8_t *bytes, size_t n_bytes, uint32_t tag, struct tlv *ret)
{
	assert_int_equal(tlv_find(bytes, n_bytes, tag, ret), TLV_OBJECT);
}

static void assert_hex(const uint8_t *bytes, size_t n_bytes, const char *hex)
{
	uint8_t wanted[512];

	assert_int_equal(from_hex(hex, wanted), n_bytes);
	assert_memory_equal(bytes, wanted, n_bytes);
}

/* ---- My Number card ---- */

static void every_file_of_the_text_application_opens_to_its_credentials_only(void **state)
{
	static const struct {
		const char *verify;
		const char *open; /* one digit a file 0001 to 0008 */
	} all[] = {{NULL, "00011001"},
		   {"002000910431323334", "11111111"},
		   {"002000940C323039393936303030303130", "10111111"},
		   {B_OF_HANAKO, "01111111"}};
	CLEANUP(release_bench) struct bench b = {0};

	load(&b, "mihon-hanako");
	make(&b);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		assert_int_equal(send(&b, SELECT_TEXT), 0x9000);
		if (all[i].verify)
			assert_int_equal(send(&b, all[i].verify), 0x9000);
		for (unsigned ef = 1; ef <= 8; ef++) {
			char read[16];

			snprintf(read, sizeof(read), "00B0%02X0000", 0x80 | ef);
			assert_int_equal(send(&b, read), all[i].open[ef - 1] == '1' ? 0x9000 : 0x6982);
		}
	}
}

static void files_have_their_published_shapes(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	struct tlv outer, inner;

	load(&b, "mihon-hanako");
	make(&b);
	send(&b, SELECT_TEXT);
	assert_int_equal(send(&b, "002000910431323334"), 0x9000);
	assert_int_equal(send(&b, "00B0810000"), 0x9000);
	assert_hex(b.answer, b.n, "FF100C323039393936303030303130FFFF");
	assert_int_equal(send(&b, "00B08300000000"), 0x9000);
	assert_int_equal(b.n, 5 + 0x14B);
	object(b.answer, b.n, 0xFF30, &outer);
	object(outer.value, outer.length, 0xDF33, &inner);
	assert_int_equal(inner.length, 256);
	assert_int_equal(send(&b, "00B08400000000"), 0x9000);
	assert_hex(b.answer, 10, "7F218202335F4E820129");
	assert_int_equal(send(&b, "00B08700000000"), 0x9000);
	assert_hex(b.answer, 5, "FF50820213");
	assert_int_equal(send(&b, "00B0910000"), 0x6981);
	assert_int_equal(send(&b, "00B0920000"), 0x6981);
	assert_int_equal(send(&b, "00B0800000"), 0x6981); /* the PIN object just named is current now */
}

static void attributes_longer_than_127_bytes_are_written_in_the_82_form(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	struct tlv record, table, address;

	load(&b, "mihon-hanako");
	for (int i = 0; i < 40; i++)
		memcpy(b.persona->address + 9 * i, "見本村", 10);
	b.persona->n_extra = 1;
	b.persona->extra[0] = (struct persona_extra){0xDF26, "ミホン"};
	make(&b);
	send(&b, SELECT_TEXT);
	send(&b, "002000910431323334");
	assert_int_equal(send(&b, "00B08200000000"), 0x9000);
	assert_int_equal(b.n, 1024);
	assert_int_equal(b.answer[2], 0x82);
	object(b.answer, b.n, 0xFF20, &record);
	object(record.value, record.length, 0xDF21, &table);
	object(record.value, record.length, 0xDF23, &address);
	assert_int_equal(address.length, 360);
	assert_ptr_equal(b.answer + ((size_t)table.value[2] << 8 | table.value[3]), address.value - 5);
	object(record.value, record.length, 0xDF26, &address);
	assert_int_equal(b.answer[b.n - 1], 0xFF);
}

static EVP_PKEY *public_key(const uint8_t *objects, size_t n_objects)
{
	struct tlv modulus;
	EVP_PKEY *key = NULL;
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *n, *e = BN_new();
	OSSL_PARAM *parameters;

	object(objects, n_objects, 0x91, &modulus);
	n = BN_bin2bn(modulus.value, (int)modulus.length, NULL);
	BN_set_word(e, 65537);
	OSSL_PARAM_BLD_push_BN(build, "n", n);
	OSSL_PARAM_BLD_push_BN(build, "e", e);
	parameters = OSSL_PARAM_BLD_to_param(build);
	assert_int_equal(EVP_PKEY_fromdata_init(context), 1);
	assert_int_equal(EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parameters), 1);
	OSSL_PARAM_free(parameters);
	OSSL_PARAM_BLD_free(build);
	EVP_PKEY_CTX_free(context);
	BN_free(n);
	BN_free(e);
	return key;
}

static bool verifies(EVP_PKEY *key, const uint8_t *bytes, size_t n_bytes, const struct tlv *signature)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool ok = EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
		  EVP_DigestVerify(context, signature->value, signature->length, bytes, n_bytes) == 1;

	EVP_MD_CTX_free(context);
	return ok;
}

/* Links of the chain that hold: hash, signature, certificate, internal key, challenge. */
static unsigned chain_of(struct bench *b)
{
	static const uint8_t prefix[] = {0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
					 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};
	uint8_t attributes[1024], hash[32], command[6 + sizeof(prefix) + 32] = {0x80, 0x2A, 0, 0, sizeof(prefix) + 32};
	struct tlv outer, first, second, third, body, signature, named, table;
	EVP_PKEY *signer, *issuer, *internal;
	unsigned links = 0;

	send(b, SELECT_TEXT);
	send(b, "002000910431323334");
	assert_int_equal(send(b, "00B08200000000"), 0x9000);
	memcpy(attributes, b->answer, sizeof(attributes));
	object(attributes, sizeof(attributes), 0xFF20, &outer);
	object(outer.value, outer.length, 0xDF21, &table);
	SHA256(outer.value + table.total, outer.length - table.total, hash);
	assert_int_equal(send(b, "00B08400000000"), 0x9000);
	object(b->answer, b->n, 0x7F21, &outer);
	object(outer.value, outer.length, 0x5F4E, &body);
	object(outer.value, outer.length, 0x5F37, &signature);
	signer = public_key(body.value + 32, body.length - 32);
	assert_int_equal(keyring_get(keys, KEYRING_TEXT_ISSUER, &issuer), 0);
	links |= verifies(issuer, body.value, body.length, &signature) << 2;
	assert_int_equal(send(b, "00B08300000000"), 0x9000);
	object(b->answer, b->n, 0xFF30, &outer);
	object(outer.value, outer.length, 0xDF31, &first);
	object(outer.value, outer.length, 0xDF32, &second);
	object(outer.value, outer.length, 0xDF33, &third);
	links |= memcmp(second.value, hash, sizeof(hash)) == 0;
	links |= verifies(signer, outer.value, first.total + second.total, &third) << 1;
	assert_int_equal(send(b, "00B08700000000"), 0x9000);
	object(b->answer, b->n, 0xFF50, &outer);
	object(outer.value, outer.length, 0xDF51, &named);
	object(outer.value, outer.length, 0xDF52, &signature);
	internal = public_key(named.value, named.length);
	links |= verifies(signer, outer.value, named.total, &signature) << 3;
	SHA256((const uint8_t *)"nonce", 5, hash);
	memcpy(command + 5, prefix, sizeof(prefix));
	memcpy(command + 5 + sizeof(prefix), hash, sizeof(hash));
	assert_int_equal(send_bytes(b, command, sizeof(command)), 0x9000);
	signature = (struct tlv){.value = b->answer, .length = b->n};
	links |= verifies(internal, (const uint8_t *)"nonce", 5, &signature) << 4;
	EVP_PKEY_free(signer);
	EVP_PKEY_free(internal);
	return links;
}

static void each_kind_of_forgery_breaks_exactly_one_link(void **state)
{
	static const struct {
		enum persona_tamper tamper;
		unsigned links;
	} all[] = {{PERSONA_GENUINE, 31},	   {PERSONA_WRONG_HASH, 30},	     {PERSONA_WRONG_SIGNATURE, 29},
		   {PERSONA_WRONG_CERTIFICATE, 27}, {PERSONA_WRONG_INTERNAL_KEY, 23}, {PERSONA_CLONE, 15}};
	CLEANUP(release_bench) struct bench b = {0};

	load(&b, "mihon-hanako");
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		b.persona->tamper = all[i].tamper;
		make(&b);
		assert_int_equal(chain_of(&b), all[i].links);
	}
}

static void the_face_holds_its_pictures_behind_b_and_the_number_behind_a(void **state)
{
	static const uint32_t tags[] = {0xDF21, 0xDF22, 0xDF23, 0xDF24, 0xDF25, 0xDF26, 0xDF27, 0xDF28, 0xDF29, 0xDF2A};
	CLEANUP(release_bench) struct bench b = {0};
	struct tlv outer, inner, table;

	load(&b, "mihon-hanako");
	make(&b);
	assert_int_equal(send(&b, SELECT_VISUAL), 0x9000);
	assert_int_equal(send(&b, "00B0820000"), 0x6982);
	assert_int_equal(send(&b, "002000920E3335303232393230333339383736"), 0x9000);
	assert_int_equal(send(&b, "00B08200000000"), 0x9000);
	object(b.answer, b.n, 0xFF20, &outer);
	object(outer.value, outer.length, 0xDF21, &table);
	for (size_t i = 1; i < sizeof(tags) / sizeof(*tags); i++) {
		object(outer.value, outer.length, tags[i], &inner);
		assert_ptr_equal(b.answer + ((size_t)table.value[2 * i - 2] << 8 | table.value[2 * i - 1]),
				 inner.value + inner.length - inner.total);
		if (tags[i] == 0xDF25 || tags[i] == 0xDF26 || tags[i] == 0xDF2A)
			assert_memory_equal(inner.value, "\x89PNG", 4);
		if (tags[i] == 0xDF27)
			assert_memory_equal(inner.value, "\0\0\0\x0CjP  ", 8);
	}
	assert_int_equal(send(&b, "00B0850000"), 0x6982);
	assert_int_equal(send(&b, "00B0810000"), 0x6982);
	assert_int_equal(send(&b, SELECT_VISUAL), 0x9000);
	assert_int_equal(send(&b, "0020009106333530323239"), 0x9000);
	assert_int_equal(send(&b, "00B08100000000"), 0x9000);
	assert_int_equal(send(&b, "00B0820000"), 0x6982);
	assert_int_equal(send(&b, "002000930C323039393936303030303130"), 0x9000);
	assert_int_equal(send(&b, "00B0850000"), 0x9000);
}

static void a_card_without_pin_counts_none_and_opens_to_b(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	load(&b, "mihon-hanako");
	b.persona->tries_pin = 0;
	make(&b);
	send(&b, SELECT_TEXT);
	assert_int_equal(send(&b, "00200091"), 0x63C0);
	assert_int_equal(send(&b, "002000910431323334"), 0x6984);
	b.faults.blocked_sw = 0x6983;
	assert_int_equal(send(&b, "002000910431323334"), 0x6983);
	assert_int_equal(send(&b, B_OF_HANAKO), 0x9000);
	assert_int_equal(vcard_n_verify(b.card), 3);
}

static X509 *certificate_at(struct bench *b, const char *read)
{
	const uint8_t *at = b->answer;
	X509 *certificate;

	assert_int_equal(send(b, read), 0x9000);
	certificate = d2i_X509(NULL, &at, (long)b->n);
	assert_non_null(certificate);
	assert_ptr_equal(at, b->answer + b->n);
	return certificate;
}

/* The value of the otherName 1.2.392.200149.8.5.5.@number. */
static void assert_attribute(X509 *certificate, char number, const char *wanted)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	char oid[64], is[64];

	snprintf(oid, sizeof(oid), "1.2.392.200149.8.5.5.%c", number);
	assert_non_null(names);
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		OTHERNAME *other = sk_GENERAL_NAME_value(names, i)->d.otherName;

		OBJ_obj2txt(is, sizeof(is), other->type_id, 1);
		if (strcmp(is, oid) != 0)
			continue;
		assert_int_equal(other->value->type, V_ASN1_UTF8STRING);
		assert_int_equal(other->value->value.utf8string->length, strlen(wanted));
		assert_memory_equal(other->value->value.utf8string->data, wanted, strlen(wanted));
		GENERAL_NAMES_free(names);
		return;
	}
	fail_msg("no attribute %s", oid);
}

static void the_signing_certificate_carries_the_four_attributes_and_its_authority_signed_it(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	X509 *sign, *sign_ca, *auth, *auth_ca;

	load(&b, "mihon-hanako");
	snprintf(b.persona->name, sizeof(b.persona->name), "%s", "𠮷田　花子");
	make(&b);
	assert_int_equal(send(&b, SELECT_JPKI), 0x9000);
	assert_int_equal(send(&b, "00B08100000000"), 0x6982);
	assert_int_equal(send(&b, "0020009B064D49484F4E31"), 0x9000);
	sign = certificate_at(&b, "00B08100000000");
	sign_ca = certificate_at(&b, "00B08200000000");
	auth = certificate_at(&b, "00B08A00000000");
	auth_ca = certificate_at(&b, "00B08B00000000");
	assert_int_equal(X509_verify(sign, X509_get0_pubkey(sign_ca)), 1);
	assert_int_equal(X509_verify(auth, X509_get0_pubkey(auth_ca)), 1);
	assert_int_equal(X509_check_issued(sign_ca, sign), X509_V_OK);
	assert_attribute(sign, '1', "〓田　花子");
	assert_attribute(sign, '2', "10000");
	assert_attribute(sign, '3', "2");
	assert_attribute(sign, '4', "319600229");
	assert_attribute(sign, '5', "長野県見本村大字例示１２３番地");
	assert_null(X509_get_ext_d2i(auth, NID_subject_alt_name, NULL, NULL));
	X509_free(sign);
	X509_free(sign_ca);
	X509_free(auth);
	X509_free(auth_ca);
}

/* ---- driver's licence ---- */

static void a_licence_is_read_through_its_two_pins(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	struct tlv value;

	load(&b, "licence");
	make(&b);
	assert_int_equal(send(&b, SELECT_TEXT), 0x6A82);
	assert_int_equal(send(&b, "00A40000023F00"), 0x9000);
	assert_int_equal(send(&b, "00A4020C022F01"), 0x9000);
	assert_int_equal(send(&b, "00B0000000"), 0x9000);
	assert_hex(b.answer, b.n, "450B3031302024061820290803" "46020001");
	assert_int_equal(send(&b, "00A4020C02000A"), 0x9000);
	assert_int_equal(send(&b, "00B0000003"), 0x9000);
	assert_hex(b.answer, b.n, "050101");
	assert_int_equal(send(&b, "00200081"), 0x63C3);
	assert_int_equal(send(&b, "002000810431323334"), 0x9000);
	assert_int_equal(send(&b, "00A4040C10A0000002310100000000000000000000"), 0x9000);
	assert_int_equal(send(&b, "00B08100000000"), 0x9000);
	assert_int_equal(b.n, 880);
	object(b.answer, b.n, 0x12, &value); /* 見本﨑　次郎: the third is the first 外字 */
	assert_hex(value.value, value.length, "382B4B5CFFF12121" "3C214F3A");
	object(b.answer, b.n, 0x16, &value);
	assert_memory_equal(value.value, "3600703", 7);
	object(b.answer, b.n, 0x1B, &value);
	assert_memory_equal(value.value, "5110803", 7);
	assert_int_equal(send(&b, "00B0830000"), 0x9000);
	assert_hex(b.answer, 4, "48818101");
	assert_int_equal(send(&b, "00B0820000"), 0x6982);
	assert_int_equal(send(&b, "00A40000"), 0x9000);
	assert_int_equal(send(&b, "002000820435363738"), 0x9000);
	assert_int_equal(send(&b, "00A4040C10A0000002310100000000000000000000"), 0x9000);
	assert_int_equal(send(&b, "00B0820000"), 0x9000);
	assert_int_equal(b.n, 82);
	assert_int_equal(send(&b, "00B08700000000"), 0x9000);
	assert_int_equal(b.n, 578);
	assert_int_equal(send(&b, "00A4040C10A0000002310200000000000000000000"), 0x9000);
	assert_int_equal(send(&b, "00B08100000000"), 0x9000);
	assert_int_equal(b.n, 2005);
	assert_hex(b.answer, 3, "5F4082");
	assert_hex(b.answer + 5, 2, "FF4F");
}

static void a_licence_without_pin_takes_four_stars(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	load(&b, "licence");
	b.persona->licence.pin1[0] = b.persona->licence.pin2[0] = '\0';
	make(&b);
	assert_int_equal(send(&b, "00B08A0003"), 0x9000);
	assert_hex(b.answer, b.n, "050100");
	assert_int_equal(send(&b, "00200081042A2A2A2A"), 0x9000);
	assert_int_equal(send(&b, "00A4040C10A0000002310100000000000000000000"), 0x9000);
	assert_int_equal(send(&b, "00B0810000"), 0x9000);
}

static void the_eighth_foreign_character_is_missing(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	struct tlv value;

	load(&b, "licence");
	snprintf(b.persona->name, sizeof(b.persona->name), "%s", "﨑髙𠮷﨟𥙿𡈽塚󠄁齋﨑舘A");
	make(&b);
	assert_int_equal(send(&b, "002000810431323334"), 0x9000);
	assert_int_equal(send(&b, "00A4040C10A0000002310100000000000000000000"), 0x9000);
	assert_int_equal(send(&b, "00B08100000000"), 0x9000);
	object(b.answer, b.n, 0x12, &value); /* 齋 and 舘 are in the set; the second 﨑 is the first again */
	assert_hex(value.value, value.length, "FFF1FFF2FFF3FFF4FFF5FFF6FFF7" "6337" "FFF1" "345C" "2341");
	object(b.answer, b.n, 0x17, &value); /* 長野県見本村大字髙…: the second again, no eighth needed */
	assert_hex(value.value + 16, 2, "FFF2");
	snprintf(b.persona->address, sizeof(b.persona->address), "%s", "見本村𩸽");
	make(&b);
	assert_int_equal(send(&b, "002000810431323334"), 0x9000);
	assert_int_equal(send(&b, "00A4040C10A0000002310100000000000000000000"), 0x9000);
	assert_int_equal(send(&b, "00B08100000000"), 0x9000);
	object(b.answer, b.n, 0x17, &value);
	assert_hex(value.value, value.length, "382B4B5C423CFFFA");
	assert_int_equal(send(&b, "00B08500000000"), 0x9000);
	assert_int_equal(b.n, 663);
	object(b.answer, b.n, 0xA5, &value);
	assert_int_equal(value.length, 129);
}

/* ---- residence card ---- */

struct exchange {
	struct mutual reader; /* the reader's side: same key, its own session key */
	uint8_t message[40];
};

/* Opens the session as a reader that knows @number; @random: the card's bytes, NULL its own. */
static unsigned authenticate(struct bench *b, struct exchange *e, const char *number, const uint8_t *random)
{
	uint8_t plain[32], command[46] = {0x00, 0x82, 0x00, 0x00, 0x28}, mac[8], seed[20], hash[20];

	assert_int_equal(mutual_init(&e->reader, number), 0);
	if (random)
		vcard_set_random(b->card, random, 24);
	assert_int_equal(send(b, "0084000008"), 0x9000);
	from_hex("1122334455667788", plain);
	memcpy(plain + 8, b->answer, 8);
	from_hex("404142434445464748494A4B4C4D4E4F", plain + 16);
	assert_int_equal(mutual_cipher(e->reader.key, true, plain, 32, e->message), 0);
	assert_int_equal(mutual_mac(e->reader.key, e->message, 32, e->message + 32), 0);
	memcpy(command + 5, e->message, 40);
	if (send_bytes(b, command, sizeof(command)) != 0x9000)
		return b->sw;
	assert_int_equal(b->n, 40);
	assert_int_equal(mutual_mac(e->reader.key, b->answer, 32, mac), 0);
	assert_memory_equal(mac, b->answer + 32, 8);
	assert_int_equal(mutual_cipher(e->reader.key, false, b->answer, 32, plain), 0);
	for (size_t i = 0; i < 16; i++)
		seed[i] = plain[16 + i] ^ (uint8_t)(0x40 + i);
	memcpy(seed + 16, "\0\0\0\1", 4);
	SHA1(seed, sizeof(seed), hash);
	memcpy(e->reader.session_key, hash, 16);
	return b->sw;
}

static unsigned verify_number(struct bench *b, struct exchange *e, const char *number)
{
	uint8_t command[24] = {0x08, 0x20, 0x00, 0x86, 0x13, 0x86, 0x11, 0x01}, padded[32];

	assert_int_equal(mutual_wrap(&e->reader, (const uint8_t *)number, 12, padded), 16);
	memcpy(command + 8, padded, 16);
	return send_bytes(b, command, sizeof(command));
}

static size_t unwrap(struct bench *b, struct exchange *e, uint8_t *out)
{
	struct tlv secret;
	int n;

	object(b->answer, b->n, 0x86, &secret);
	assert_int_equal(secret.value[0], 0x01);
	n = mutual_unwrap(&e->reader, secret.value + 1, secret.length - 1, out);
	assert_true(n >= 0);
	return (size_t)n;
}

static void the_published_vectors_hold_on_the_cards_side(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	struct exchange e;
	uint8_t random[24], encrypted[32];

	load(&b, "residence-card");
	make(&b);
	from_hex("5A6E7E385162B7A3" "19D049490FFF52EEDBFCB930BC810ED0", random);
	assert_int_equal(authenticate(&b, &e, "AA12345678BB", random), 0x9000);
	assert_hex(e.reader.key, 16, "6522B4E171195BB218223A976C040111");
	assert_hex(e.message + 32, 8, "1AD7FB6A3389E017");
	assert_hex(b.answer, b.n,
		   "5860775B4D032CC564BA204B8EA868F694A74E7475A8FEF240588BDA1AF496CE" "59388FD6CD45248B");
	assert_hex(e.reader.session_key, 16, "CE94938E19E3B97DF96EABCEDC1715CC");
	assert_int_equal(mutual_wrap(&e.reader, (const uint8_t *)"AA12345678BB", 12, encrypted), 16);
	assert_hex(encrypted, 16, "1AA82973DB959A811F9711D728F0EEF6");
	assert_int_equal(verify_number(&b, &e, "AA12345678BB"), 0x9000);
}

static void a_residence_card_gives_images_under_secure_messaging_and_the_address_plainly(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	struct exchange e;
	struct tlv value;
	uint8_t plain[8192];

	load(&b, "residence-card");
	make(&b);
	assert_int_equal(send(&b, "00B08B0000"), 0x9000);
	assert_hex(b.answer, b.n, "C00430303031");
	assert_int_equal(send(&b, "00B08A0000"), 0x9000);
	assert_hex(b.answer, b.n, "C10131");
	assert_int_equal(authenticate(&b, &e, "AA12345678BB", NULL), 0x9000);
	assert_int_equal(verify_number(&b, &e, "AA12345678BB"), 0x9000);
	assert_int_equal(send(&b, "00A4040C10D392F0004F0200000000000000000000"), 0x9000);
	assert_int_equal(send(&b, "00B08500000000"), 0x6982);
	assert_int_equal(send(&b, "08B08500000004960200000000"), 0x9000);
	assert_int_equal(unwrap(&b, &e, plain), 7004);
	assert_hex(plain, 4, "D0821B58");
	assert_memory_equal(plain + 4, "II*\0", 4);
	assert_int_equal(send(&b, "08B086000496020010" "00"), 0x9000);
	assert_int_equal(unwrap(&b, &e, plain), 16);
	assert_hex(plain, 4, "D1820BB8");
	assert_int_equal(send(&b, "00A4040C10D392F0004F0300000000000000000000"), 0x9000);
	assert_int_equal(send(&b, "00B08100000000"), 0x9000);
	assert_int_equal(b.n, 342);
	object(b.answer, b.n, 0xD4, &value);
	assert_int_equal(value.length, 320);
	assert_string_equal((const char *)value.value, b.persona->address);
	assert_int_equal(send(&b, "00B0840000"), 0x9000);
	assert_hex(b.answer, b.n, "D70130");
	assert_int_equal(send(&b, "00A4040C10D392F0004F0400000000000000000000"), 0x9000);
	assert_int_equal(send(&b, "00B08200000000"), 0x9000);
	assert_int_equal(b.n, 1464);
}

static void open_card(struct bench *b, const char *persona)
{
	struct exchange e;

	load(b, persona);
	make(b);
	assert_int_equal(authenticate(b, &e, b->persona->residence.card_number, NULL), 0x9000);
	assert_int_equal(verify_number(b, &e, b->persona->residence.card_number), 0x9000);
}

static void a_special_permanent_resident_has_no_permissions_and_a_child_no_signature(void **state)
{
	CLEANUP(release_bench) struct bench special = {0};
	CLEANUP(release_bench) struct bench child = {0};

	open_card(&special, "special-permanent");
	assert_int_equal(send(&special, "00B08A0000"), 0x9000);
	assert_hex(special.answer, special.n, "C10132");
	assert_int_equal(send(&special, "00A4040C10D392F0004F0300000000000000000000"), 0x9000);
	assert_int_equal(send(&special, "00B08100000000"), 0x9000);
	assert_int_equal(send(&special, "00B0820000"), 0x6A82);
	assert_int_equal(send(&special, "00B0840000"), 0x6A82);
	open_card(&child, "residence-card-under-16");
	assert_int_equal(send(&child, "00A4040C10D392F0004F0300000000000000000000"), 0x9000);
	assert_int_equal(send(&child, "00B0820000"), 0x9000);
	assert_hex(child.answer, 2, "0000");
	assert_int_equal(send(&child, "00B0840000"), 0x9000);
	assert_hex(child.answer, child.n, "D70131");
	assert_int_equal(send(&child, "00A4040C10D392F0004F0400000000000000000000"), 0x9000);
	assert_int_equal(send(&child, "00B08200000000"), 0x9000);
	assert_int_equal(child.n, 1464);
	assert_hex(child.answer, 6, "DA00DB000000");
}

static void a_wrong_card_number_opens_nothing_and_may_be_tried_without_limit(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	struct exchange e;

	load(&b, "residence-card");
	make(&b);
	assert_int_equal(send(&b, "00A4040C10D392F0004F0300000000000000000000"), 0x9000);
	assert_int_equal(send(&b, "00B0810000"), 0x6982);
	for (int i = 0; i < 20; i++)
		assert_int_equal(authenticate(&b, &e, "AA12345678BC", NULL), 0x6300);
	assert_int_equal(send(&b, "08B0810004960200100" "0"), 0x6982);
	assert_int_equal(authenticate(&b, &e, "AA12345678BB", NULL), 0x9000);
	for (int i = 0; i < 20; i++)
		assert_int_equal(verify_number(&b, &e, "AA12345678BC"), 0x6300);
	assert_int_equal(send(&b, "00B0810000"), 0x6982);
	assert_int_equal(verify_number(&b, &e, "AA12345678BB"), 0x9000);
	assert_int_equal(send(&b, "00B0810000"), 0x9000);
	vcard_reset(b.card);
	assert_int_equal(send(&b, "00A4040C10D392F0004F0300000000000000000000"), 0x9000);
	assert_int_equal(send(&b, "00B0810000"), 0x6982);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_file_of_the_text_application_opens_to_its_credentials_only),
		cmocka_unit_test(files_have_their_published_shapes),
		cmocka_unit_test(attributes_longer_than_127_bytes_are_written_in_the_82_form),
		cmocka_unit_test(each_kind_of_forgery_breaks_exactly_one_link),
		cmocka_unit_test(the_face_holds_its_pictures_behind_b_and_the_number_behind_a),
		cmocka_unit_test(a_card_without_pin_counts_none_and_opens_to_b),
		cmocka_unit_test(the_signing_certificate_carries_the_four_attributes_and_its_authority_signed_it),
		cmocka_unit_test(a_licence_is_read_through_its_two_pins),
		cmocka_unit_test(a_licence_without_pin_takes_four_stars),
		cmocka_unit_test(the_eighth_foreign_character_is_missing),
		cmocka_unit_test(the_published_vectors_hold_on_the_cards_side),
		cmocka_unit_test(a_special_permanent_resident_has_no_permissions_and_a_child_no_signature),
		cmocka_unit_test(a_residence_card_gives_images_under_secure_messaging_and_the_address_plainly),
		cmocka_unit_test(a_wrong_card_number_opens_nothing_and_may_be_tried_without_limit),
	};
	int failed;

	if (keyring_new(NULL, &keys) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	keyring_free(keys);
	return failed;
}
