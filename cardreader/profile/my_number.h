#pragma once
/* SPDX-License-Identifier: MIT
 * My Number card (個人番号カード): what its parts share. Records are what the applications' files hold (my_number_record.c),
 * my_number_proof.c says whether the text application is genuine, visual.c reads the drawn card, jpki.c lets it sign; the
 * plans that string their steps together are in my_number.c. There is no public specification. */
#include "cardreader/profile/cvc.h"
#include "cardreader/profile/jpki.h"
#include "cardreader/profile/profile.h"
#include "cardreader/profile/visual.h"

/** What the proof keeps between its steps. */
struct my_number_proof {
	uint8_t number_hash[SIGNATURE_HASH_BYTES], attributes_hash[SIGNATURE_HASH_BYTES];
	bool has_number_hash, has_attributes_hash;
	bool is_withheld;             /* the card gave no evidence, and there was nothing to check it with */
	enum value_proof anchored;
	struct cvc certificate;
	struct cvc_key internal_key;
	uint8_t challenge[SIGNATURE_INFO_BYTES_MAX];
};

struct my_number_memory {
	bool has_common, has_text, has_jpki, has_pin_file;
	struct my_number_proof proof;
	struct visual visual;
	struct jpki jpki;
};
DIALOGUE_MEMORY(struct my_number_memory)

/* ---- records ---- */

/** my_number_parse() - EF 0002 of 券面事項入力補助AP (基本4情報). 0, -EBADMSG when the bytes are no such record, -ENOMEM.
 *  @ret_person untouched on failure. */
MUST_USE int my_number_parse(const uint8_t *record, size_t n_record, struct person *ret_person);
/** my_number_signed_part() - the bytes of EF 0002 that its hash covers: from the name's tag to the template's end. Return:
 *  where they begin inside @record, NULL when it has none. */
const uint8_t *my_number_signed_part(const uint8_t *record, size_t n_record, size_t *ret_n);
/** my_number_parse_number() - EF 0001 (個人番号): FF10, 12 digits, filler FF. Sets @ret_digits to the digits inside @record.
 *  0 or -EBADMSG. The check digit is not judged: what the card says is the number. */
MUST_USE int my_number_parse_number(const uint8_t *record, size_t n_record, const uint8_t **ret_digits);
/** my_number_parse_expiry() - record of 共通カードAP: 01 1C, serial 15, municipality 5, 有効期限 YYYYMMDD. Writes the ISO
 *  date. 0 or -EBADMSG. */
MUST_USE int my_number_parse_expiry(const uint8_t *record, size_t n_record, char ret_expires[11]);
/** my_number_date() - eight digits YYYYMMDD, unknown parts zero, as ISO. 0 or -EBADMSG. */
MUST_USE int my_number_date(const uint8_t *digits, size_t n_digits, char ret_iso[11]);
/** my_number_sex() - the word for a digit of JIS X 0303; NULL when it is no digit. */
const char *my_number_sex(uint8_t code);

/* ---- genuineness ---- */

/** my_number_note_number(), my_number_note_attributes() - what the card told of itself, to be compared with what was signed. */
void my_number_note_number(struct dialogue *dialogue, const uint8_t *file, size_t n_file);
void my_number_note_attributes(struct dialogue *dialogue, const uint8_t *record, size_t n_record);

bool my_number_proves(const struct dialogue *dialogue);
int my_number_ask_challenge(struct dialogue *dialogue, struct card_ask *ask);
enum dialogue_verdict my_number_take_certificate(struct dialogue *dialogue, const struct card_answer *answer);
enum dialogue_verdict my_number_take_hashes(struct dialogue *dialogue, const struct card_answer *answer);
enum dialogue_verdict my_number_take_internal_key(struct dialogue *dialogue, const struct card_answer *answer);
enum dialogue_verdict my_number_take_challenge(struct dialogue *dialogue, const struct card_answer *answer);

/** Four commands of a plan that is wanted with CARD_WANT_PROOF: certificate 0004, hashes 0003, internal key 0007, 内部認証. */
#define MY_NUMBER_PROOF_STEP(file, taker)                                                                              \
	{.is_wanted = my_number_proves, .fixed = {.kind = CARD_ASK_READ, .sfi = (file), .is_long = true},              \
	 .is_optional = true, .take = (taker)}
#define MY_NUMBER_PROOF_STEPS                                                                                          \
	MY_NUMBER_PROOF_STEP(0x04, my_number_take_certificate), MY_NUMBER_PROOF_STEP(0x03, my_number_take_hashes),     \
	MY_NUMBER_PROOF_STEP(0x07, my_number_take_internal_key),                                                       \
	{.is_wanted = my_number_proves, .ask = my_number_ask_challenge, .is_optional = true,                           \
	 .fixed = {.kind = CARD_ASK_COMMAND, .cla = 0x80, .ins = 0x2A, .le = 256}, .take = my_number_take_challenge}
