/* SPDX-License-Identifier: MIT
 * My Number card: the plans. 共通カードAP tells the expiry without a secret; 券面事項入力補助AP opens by PIN (number and
 * attributes), 照合番号A (number) or 照合番号B (attributes). The tries are asked before VERIFY, since only so can the last
 * one be kept: a card does not announce it. */
#include <errno.h>
#include <string.h>

#include "cardreader/profile/my_number.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define EF_COMMON_RECORD 0x01
#define EF_NUMBER 0x01
#define EF_ATTRIBUTES 0x02
#define NUMBER_FILE_BYTES 17
#define NUMBER_DIGITS 12
#define REFERENCE_PIN 0x91
#define REFERENCE_A 0x94
#define REFERENCE_B 0x95

static const uint8_t aid_common[] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00};
static const uint8_t aid_text[] = {0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08};
const uint8_t profile_jpki_aid[10] = {0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01};

#define SELECT(which) {.kind = CARD_ASK_SELECT, .aid = (which), .n_aid = sizeof(which)}
#define TRIES(of) {.kind = CARD_ASK_TRIES, .reference = (of)}

/* ---- expiry: 共通カードAP, free; an older card may lack it ---- */

static bool wants_expiry(const struct dialogue *d)
{
	return d->request->purpose == SESSION_LOOK || dialogue_wants(d, CARD_WANT_EXPIRY);
}

static enum dialogue_verdict take_common(struct dialogue *d, const struct card_answer *answer)
{
	memory_of(d)->has_common = answer->sw == SW_OK;
	return DIALOGUE_NEXT;
}

static bool has_common(const struct dialogue *d)
{
	return memory_in(d)->has_common;
}

static enum dialogue_verdict take_expiry(struct dialogue *d, const struct card_answer *answer)
{
	if (answer->sw == SW_OK)
		(void)!my_number_parse_expiry(answer->bytes, answer->n_bytes, d->result->expires);
	return DIALOGUE_NEXT;
}

/* ---- 券面事項入力補助AP ---- */

static uint8_t reference_of(enum card_auth auth)
{
	return auth == CARD_AUTH_A ? REFERENCE_A : auth == CARD_AUTH_B ? REFERENCE_B : REFERENCE_PIN;
}

static int ask_by_reference(struct dialogue *d, struct card_ask *ask)
{
	ask->reference = reference_of(d->request->auth);
	return 0;
}

/* Whoever agreed to spend the last try need not ask how many there are. */
static bool keeps_last_try(const struct dialogue *d)
{
	return !d->request->may_spend_last_try;
}

static enum dialogue_verdict take_attributes(struct dialogue *d, const struct card_answer *answer)
{
	if (answer->sw != SW_OK || my_number_parse(answer->bytes, answer->n_bytes, &d->result->person) < 0)
		return dialogue_end(d, CARD_MALFORMED);
	my_number_note_attributes(d, answer->bytes, answer->n_bytes);
	return DIALOGUE_NEXT;
}

/* 照合番号A opens the number, not the attributes. */
static bool opens_attributes(const struct dialogue *d)
{
	return d->request->auth != CARD_AUTH_A;
}

static enum dialogue_verdict take_number(struct dialogue *d, const struct card_answer *answer)
{
	const uint8_t *digits;

	if (answer->sw != SW_OK || my_number_parse_number(answer->bytes, answer->n_bytes, &digits) < 0)
		return dialogue_end(d, CARD_MALFORMED);
	d->result->number = secret_new(NUMBER_DIGITS);
	if (!d->result->number || secret_append(d->result->number, digits, NUMBER_DIGITS) < 0)
		return dialogue_end(d, CARD_SERVICE_UNAVAILABLE);
	my_number_note_number(d, answer->bytes, answer->n_bytes);
	return DIALOGUE_NEXT;
}

/* A My Number card may carry a driver's licence (マイナ免許証) as one more application. */
static enum dialogue_verdict note_licence(struct dialogue *d, const struct card_answer *answer)
{
	d->result->has_licence = answer->sw == SW_OK;
	return DIALOGUE_NEXT;
}

/* ---- counters ---- */

static enum dialogue_verdict note_pin(struct dialogue *d, const struct card_answer *answer)
{
	dialogue_note_tries(&d->result->tries.pin, answer);
	return DIALOGUE_NEXT;
}

static enum dialogue_verdict note_a(struct dialogue *d, const struct card_answer *answer)
{
	dialogue_note_tries(&d->result->tries.a, answer);
	return DIALOGUE_NEXT;
}

static enum dialogue_verdict note_b(struct dialogue *d, const struct card_answer *answer)
{
	dialogue_note_tries(&d->result->tries.b, answer);
	return DIALOGUE_NEXT;
}

static enum dialogue_verdict note_jpki_auth(struct dialogue *d, const struct card_answer *answer)
{
	dialogue_note_tries(&d->result->tries.jpki_auth, answer);
	return DIALOGUE_NEXT;
}

static enum dialogue_verdict note_jpki_sign(struct dialogue *d, const struct card_answer *answer)
{
	dialogue_note_tries(&d->result->tries.jpki_sign, answer);
	return DIALOGUE_NEXT;
}

static enum dialogue_verdict note_text(struct dialogue *d, const struct card_answer *answer)
{
	memory_of(d)->has_text = answer->sw == SW_OK;
	return DIALOGUE_NEXT;
}

static bool has_text(const struct dialogue *d)
{
	return memory_in(d)->has_text;
}

static enum dialogue_verdict note_jpki(struct dialogue *d, const struct card_answer *answer)
{
	memory_of(d)->has_jpki = answer->sw == SW_OK;
	return memory_in(d)->has_text || memory_in(d)->has_jpki ? DIALOGUE_NEXT : DIALOGUE_OTHER_KIND;
}

static bool has_jpki(const struct dialogue *d)
{
	return memory_in(d)->has_jpki;
}

static enum dialogue_verdict note_pin_file(struct dialogue *d, const struct card_answer *answer)
{
	memory_of(d)->has_pin_file = answer->sw == SW_OK;
	return DIALOGUE_NEXT;
}

static bool has_pin_file(const struct dialogue *d)
{
	return memory_in(d)->has_jpki && memory_in(d)->has_pin_file;
}

/* ---- plans ---- */

static const struct card_step look[] = {
	{.fixed = SELECT(aid_common), .take = take_common},
	{.is_wanted = has_common, .fixed = {.kind = CARD_ASK_RECORD, .sfi = EF_COMMON_RECORD}, .is_optional = true,
	 .take = take_expiry},
	{.fixed = SELECT(aid_text), .take = dialogue_mine},
	{.fixed = TRIES(REFERENCE_PIN), .is_optional = true, .take = note_pin},
	{.fixed = TRIES(REFERENCE_B), .is_optional = true, .take = note_b},
	{.fixed = SELECT(profile_my_licence_aid), .is_optional = true, .take = note_licence},
	{0},
};

static const struct card_step tries[] = {
	{.fixed = SELECT(aid_text), .take = note_text},
	{.is_wanted = has_text, .fixed = TRIES(REFERENCE_PIN), .take = note_pin},
	{.is_wanted = has_text, .fixed = TRIES(REFERENCE_A), .take = note_a},
	{.is_wanted = has_text, .fixed = TRIES(REFERENCE_B), .take = note_b},
	{.fixed = SELECT(profile_jpki_aid), .take = note_jpki},
	{.is_wanted = has_jpki, .fixed = {.kind = CARD_ASK_SELECT_FILE, .ef = PROFILE_JPKI_AUTH_PIN_EF}, .take = note_pin_file},
	{.is_wanted = has_pin_file, .fixed = TRIES(CARD_CURRENT_FILE), .take = note_jpki_auth},
	{.is_wanted = has_jpki, .fixed = {.kind = CARD_ASK_SELECT_FILE, .ef = PROFILE_JPKI_SIGN_PIN_EF}, .take = note_pin_file},
	{.is_wanted = has_pin_file, .fixed = TRIES(CARD_CURRENT_FILE), .take = note_jpki_sign},
	{0},
};

#define EXPIRY_STEPS                                                                                                   \
	{.is_wanted = wants_expiry, .fixed = SELECT(aid_common), .take = take_common},                                 \
	{.is_wanted = has_common, .fixed = {.kind = CARD_ASK_RECORD, .sfi = EF_COMMON_RECORD}, .is_optional = true,    \
	 .take = take_expiry}
#define OPENING_STEPS                                                                                                  \
	{.fixed = SELECT(aid_text), .take = dialogue_mine},                                                                \
	{.is_wanted = keeps_last_try, .ask = ask_by_reference, .fixed = TRIES(0), .take = dialogue_tries},             \
	{.ask = ask_by_reference, .fixed = {.kind = CARD_ASK_VERIFY}, .take = dialogue_verified}

static const struct card_step read_attributes[] = {
	EXPIRY_STEPS,
	OPENING_STEPS,
	{.fixed = {.kind = CARD_ASK_READ, .sfi = EF_ATTRIBUTES}, .take = take_attributes},
	MY_NUMBER_PROOF_STEPS,
	VISUAL_STEPS,
	{0},
};

static const struct card_step read_number[] = {
	EXPIRY_STEPS,
	OPENING_STEPS,
	{.is_wanted = opens_attributes, .fixed = {.kind = CARD_ASK_READ, .sfi = EF_ATTRIBUTES}, .take = take_attributes},
	{.fixed = {.kind = CARD_ASK_READ, .sfi = EF_NUMBER, .n_bytes = NUMBER_FILE_BYTES}, .take = take_number},
	MY_NUMBER_PROOF_STEPS,
	{0},
};

const struct card_profile profile_my_number = {
	.kind = CARD_MY_NUMBER,
	.about = "マイナンバーカード: 基本4情報 by PIN or 照合番号B, 個人番号 by PIN or 照合番号A, JPKI",
	.auths = {[SESSION_READ] = CARD_AUTH_BIT(CARD_AUTH_PIN) | CARD_AUTH_BIT(CARD_AUTH_B),
		  [SESSION_NUMBER] = CARD_AUTH_BIT(CARD_AUTH_PIN) | CARD_AUTH_BIT(CARD_AUTH_A),
		  [SESSION_PROVE] = CARD_AUTH_BIT(CARD_AUTH_PIN) | CARD_AUTH_BIT(CARD_AUTH_SIGN_PIN)},
	.plans = {[SESSION_LOOK] = look, [SESSION_TRIES] = tries, [SESSION_READ] = read_attributes,
		  [SESSION_NUMBER] = read_number, [SESSION_PROVE] = jpki_prove},
};
