#pragma once
/* SPDX-License-Identifier: MIT
 * Card bench: a My Number card built byte by byte from the facts sheet of the tests' own, apart from the virtual card, so
 * that two readings of the same facts meet. Every file can be tampered with; readers' and cards' habits are switches. */
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdint.h>
#include "cardreader/session/session.h"

#define BENCH_FILES_MAX 24
#define BENCH_FILE_BYTES_MAX 8192
#define BENCH_ANSWER_BYTES_MAX 65538

enum bench_application { BENCH_COMMON, BENCH_TEXT, BENCH_VISUAL, BENCH_JPKI, BENCH_LICENCE, N_BENCH_APPLICATIONS };
enum bench_key { KEY_ISSUER, KEY_SIGNER, KEY_INTERNAL, KEY_VISUAL_ISSUER, KEY_VISUAL_SIGNER, KEY_CA, KEY_LEAF, KEY_STRANGER,
		 N_BENCH_KEYS };

struct bench_file {
	enum bench_application application;
	uint16_t ef;
	unsigned unlocked_by; /* bits of EFs' low five bits; 0 free */
	uint8_t bytes[BENCH_FILE_BYTES_MAX];
	size_t n;
};

struct bench_pin {
	enum bench_application application;
	uint16_t ef;
	char value[20];
	int tries, tries_max;
	int n_verify;         /* with data, ever */
};

struct card_bench {
	struct bench_file files[BENCH_FILES_MAX];
	size_t n_files;
	struct bench_pin pins[8];
	size_t n_pins;
	bool has[N_BENCH_APPLICATIONS];
	EVP_PKEY *keys[N_BENCH_KEYS];  /* borrowed from bench_keys() */
	EVP_PKEY *answers_with, *visual_key, *jpki_key; /* what 内部認証 and the JPKI keys sign with */
	/* habits */
	bool refuses_extended;  /* 6700 */
	bool is_reader_short;   /* session_refused() on extended length */
	bool is_t0;             /* 61xx and 6Cxx as a T=0 reader passes them */
	bool says_6282;         /* at the end of a file */
	size_t gives_at_most;   /* bytes of one READ; 0 no limit */
	int changes_answer;     /* the n-th answer of a session gets one byte changed on its way; 0 none */
	uint32_t changes_at;    /* which byte, modulo the answer's length */
	uint8_t changes_by;
	/* state */
	int selected;
	uint16_t current;
	unsigned verified;
	uint8_t waiting[BENCH_ANSWER_BYTES_MAX];
	size_t n_waiting;
	/* seen */
	int n_apdus, n_verify, n_reads;
	struct secret *secret;
	struct session *session;
};

/** bench_keys() - keys made once for a test program; free with bench_keys_free(). */
void bench_keys(EVP_PKEY *keys[N_BENCH_KEYS]);
void bench_keys_free(EVP_PKEY *keys[N_BENCH_KEYS]);
/** bench_make() - a whole genuine card of 見本 花子 with the given keys. */
void bench_make(struct card_bench *bench, EVP_PKEY *const keys[N_BENCH_KEYS]);
void bench_release(struct card_bench *bench);
struct bench_file *bench_file(struct card_bench *bench, enum bench_application application, uint16_t ef);
struct bench_pin *bench_pin(struct card_bench *bench, enum bench_application application, uint16_t ef);
/** bench_sign_text(), bench_sign_visual() - make EF 0003, 0004, 0007 and the visual record anew with the present keys. */
void bench_sign_text(struct card_bench *bench);
void bench_sign_visual(struct card_bench *bench, const char *birth_date, char sex);
/** bench_certificate() - a certificate of @key by @issuer (NULL: self-signed CA), replacing the JPKI file @ef. */
struct bench_certificate {
	const char *not_before, *not_after; /* ASN.1 times */
	EVP_PKEY *key, *issuer;             /* issuer NULL: a CA of its own */
	bool has_key_ids;                   /* SKI and AKI, of the keys */
	EVP_PKEY *claims;                   /* AKI names this key instead; NULL: the issuer's */
	bool has_attributes, is_double;
	const char *birth_date;             /* nine digits */
	const char *name;                   /* NULL: 見本　花子 */
};
void bench_certificate(struct card_bench *bench, uint16_t ef, const struct bench_certificate *certificate);
/** bench_tlv() - appends one object to @to; lengths from 128 on as 82 hh ll. Return: the new length. */
size_t bench_tlv(uint8_t *to, size_t n, uint32_t tag, const void *value, size_t n_value);
/** bench_run() - one session with @secret; the result stays until the next. */
const struct session_result *bench_run(struct card_bench *bench, struct session_request request, const char *secret);
/** bench_text_issuer, bench_visual_issuer - key ids of the two issuers. */
extern const char bench_text_issuer[17], bench_visual_issuer[17];
/** bench_trust() - writes a folder of anchors and loads it. @keys: public keys as <id>.pem; @n_keys. @cas: JPKI CA
 *  certificates in DER. */
struct bench_anchor {
	const char *id;  /* 16 bytes */
	EVP_PKEY *key;
};
struct trust;
struct trust *bench_trust(const struct bench_anchor *anchors, size_t n_anchors, const struct bench_file *ca);
