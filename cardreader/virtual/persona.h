#pragma once
/* SPDX-License-Identifier: MIT
 * Persona: who a virtual card belongs to and what is wrong with it, from a YAML file (contract §3). Which keys a kind
 * of card has, and what each means, is one table (persona_fields.c); `madoguchi-virtual-card --fields` prints it. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "shared/base/cleanup.h"

#define PERSONA_FILES_MAX 16
#define PERSONA_FILE_BYTES_MAX 8192
#define PERSONA_TEXT_BYTES_MAX 1024
#define PERSONA_CONDITIONS_MAX 4
#define PERSONA_CATEGORIES 15
#define PERSONA_EXTRA_MAX 4

enum persona_kind { PERSONA_MY_NUMBER, PERSONA_DRIVER_LICENCE, PERSONA_RESIDENCE_CARD, PERSONA_KINDS };
enum persona_category { PERSONA_RESIDENCE, PERSONA_SPECIAL_PERMANENT };
/** The one link of the chain of proof that is broken. */
enum persona_tamper {
	PERSONA_GENUINE, PERSONA_WRONG_HASH, PERSONA_WRONG_SIGNATURE, PERSONA_WRONG_CERTIFICATE, PERSONA_WRONG_INTERNAL_KEY,
	PERSONA_CLONE,
};

struct persona_file {
	char place[8]; /* application: text, visual, jpki, mf, df1 …; "": where the record is */
	uint16_t ef;
	uint8_t *bytes;
	size_t n_bytes;
};

/** What a driver's licence says, as a card of its own or aboard a My Number card. Dates YYYYMMDD. */
struct persona_licence {
	char kana[PERSONA_TEXT_BYTES_MAX], alias[PERSONA_TEXT_BYTES_MAX];
	char number[13], reference[6];
	char issued[9], expires[9];
	char colour[32], commission[64];
	char conditions[PERSONA_CONDITIONS_MAX][PERSONA_TEXT_BYTES_MAX];
	size_t n_conditions;
	char categories[PERSONA_CATEGORIES][9]; /* tags 25 to 33; "" not held */
	char domicile[PERSONA_TEXT_BYTES_MAX];
	char pin1[5], pin2[5]; /* "" none was set */
};

struct persona_residence {
	enum persona_category category;
	char card_number[13];
	char nationality[64], status[64], period[64];
	char address_date[9], municipality[7];
	char permission[PERSONA_TEXT_BYTES_MAX], permission_individual[PERSONA_TEXT_BYTES_MAX];
	bool is_pending, is_under_16;
};

struct persona_extra {
	uint32_t tag; /* DF26 to DF2F */
	char text[PERSONA_TEXT_BYTES_MAX];
};

struct persona {
	enum persona_kind kind;
	enum persona_tamper tamper;
	char name[PERSONA_TEXT_BYTES_MAX], address[PERSONA_TEXT_BYTES_MAX];
	char printed_address[PERSONA_TEXT_BYTES_MAX]; /* a former one, on the face; empty: the same */
	char birth_date[9]; /* YYYYMMDD, unknown parts 0 */
	char sex;           /* JIS X 0303 digit */
	char expires[9];    /* YYYYMMDD */
	char certificates_expire[9];
	char number[13];    /* 個人番号 */
	char pin[5], sign_pin[17];
	bool is_pin_unusable;
	char security_code[5];
	int tries_pin, tries_a, tries_b, tries_jpki_auth, tries_jpki_sign, tries_pin1, tries_pin2;
	struct persona_extra extra[PERSONA_EXTRA_MAX];
	size_t n_extra;
	bool has_licence;
	struct persona_licence licence;
	struct persona_residence residence;
	size_t n_files;
	struct persona_file files[PERSONA_FILES_MAX]; /* raw bytes instead of what follows from the rest */
};

/** persona_load() - @diagnostics: where findings go as FILE:LINE:COL: error: what. 0, -EINVAL, -ENOENT, -ENOMEM. */
MUST_USE int persona_load(const char *path, FILE *diagnostics, struct persona **ret_persona);
struct persona *persona_free(struct persona *persona);
DEFINE_CLEANUP(struct persona *, persona_free)
/** persona_kind_word() - "my-number" … */
const char *persona_kind_word(enum persona_kind kind);
/** persona_print_fields() - every key of every kind with its meaning. */
void persona_print_fields(FILE *to);
/** persona_licence_category() - "普通" and its like; the tag of DF1/EF 0001 is 0x25 + @i. */
const char *persona_licence_category(size_t i);
/** persona_make_b() - 照合番号B: birth as YYMMDD with the year of the era, expiry year, security code. */
void persona_make_b(const struct persona *persona, char out[20]);
