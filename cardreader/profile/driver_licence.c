/* SPDX-License-Identifier: MIT
 * Driver's licence: the plans. PIN1 opens the person, PIN2 in addition photo and 本籍, which a counter does not ask for.
 * The PIN object lies in the master file and stays open in DF1. A licence issued without a PIN opens by four asterisks,
 * whatever was typed. Genuineness stays not-checked: the signature (EF 0007) covers photo and 本籍 too, and the key is
 * not on the card. 外字 stay 〓: how EF 0003 lays out its bitmaps is not published. */
#include <errno.h>
#include <string.h>

#include "cardreader/profile/driver_licence.h"
#include "cardreader/profile/licence_pin.h"
#include "shared/base/banned.h"

#define SW_NO_FILE 0x6A82
#define EF_COMMON 0x2F01
#define COMMON_BYTES 17
#define SFI_PIN_SETTING 0x0A
#define PIN_SETTING_BYTES 3
#define TAG_PIN_SETTING 0x05
#define SFI_RECORD 0x01
#define SFI_CHANGES 0x04
#define REFERENCE_PIN1 0x81

static const uint8_t aid_df1[] = {0xA0, 0x00, 0x00, 0x02, 0x31, 0x01, 0x00, 0x00,
				  0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};

struct memory {
	struct licence_pin pin; /* first: licence_pin.h */
	bool has_common;
};

DIALOGUE_MEMORY(struct memory)

/* ---- is it one? Residence cards have a master file too, but another EF 000A ---- */

static enum dialogue_verdict take_pin_setting(struct dialogue *d, const struct card_answer *answer)
{
	bool is_set;

	if (answer->sw != SW_OK || licence_parse_pin_setting(answer->bytes, answer->n_bytes, TAG_PIN_SETTING, &is_set) < 0)
		return DIALOGUE_OTHER_KIND;
	return licence_pin_setting(d, is_set);
}

/* ---- what it tells everybody ---- */

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
		(void)!driver_licence_parse_common(answer->bytes, answer->n_bytes, d->result->expires);
	return DIALOGUE_NEXT;
}

/* ---- PIN1 ---- */

static bool keeps_last_try(const struct dialogue *d)
{
	return licence_pin_is_set(d) && !d->request->may_spend_last_try;
}

/* ---- DF1 ---- */

static enum dialogue_verdict take_record(struct dialogue *d, const struct card_answer *answer)
{
	struct session_result *result = d->result;
	struct driver_licence_record record;
	int r = answer->sw == SW_OK ? driver_licence_parse(answer->bytes, answer->n_bytes, &record) : -EBADMSG;

	if (r < 0)
		return dialogue_end(d, r == -EBADMSG ? CARD_MALFORMED : CARD_SERVICE_UNAVAILABLE);
	result->person = record.person;
	result->licence = record.licence;
	result->has_licence = true;
	memcpy(result->expires, record.expires, sizeof(result->expires));
	explicit_bzero(&record, sizeof(record));
	return DIALOGUE_NEXT;
}

/* Without EF 0004 nobody knows whether name and address still hold: the resident is asked for them then. */
static enum dialogue_verdict take_changes(struct dialogue *d, const struct card_answer *answer)
{
	struct person *person = &d->result->person;

	if (answer->sw == SW_NO_FILE)
		return DIALOGUE_NEXT; /* nothing was ever written in */
	if (answer->sw == SW_OK &&
	    driver_licence_parse_changes(answer->bytes, answer->n_bytes, person, &d->result->licence) == 0)
		return DIALOGUE_NEXT;
	value_release(&person->name);
	value_release(&person->kana);
	value_release(&person->address);
	return DIALOGUE_NEXT;
}

/* ---- plans ---- */

#define SELECT_MASTER_FILE {.fixed = {.kind = CARD_ASK_SELECT}, .take = dialogue_mine}
#define READ_PIN_SETTING                                                                                               \
	{.fixed = {.kind = CARD_ASK_READ, .sfi = SFI_PIN_SETTING, .n_bytes = PIN_SETTING_BYTES},                       \
	 .is_optional = true, .take = take_pin_setting}

static const struct card_step look[] = {
	SELECT_MASTER_FILE,
	READ_PIN_SETTING,
	{.fixed = {.kind = CARD_ASK_SELECT_FILE, .ef = EF_COMMON}, .is_optional = true, .take = take_common},
	{.is_wanted = has_common, .fixed = {.kind = CARD_ASK_READ, .n_bytes = COMMON_BYTES}, .is_optional = true,
	 .take = take_expiry},
	{.fixed = {.kind = CARD_ASK_TRIES, .reference = REFERENCE_PIN1}, .is_optional = true, .take = licence_pin_note_tries},
	{0},
};

static const struct card_step tries[] = {
	SELECT_MASTER_FILE,
	READ_PIN_SETTING,
	{.fixed = {.kind = CARD_ASK_TRIES, .reference = REFERENCE_PIN1}, .take = licence_pin_note_tries},
	{0},
};

static const struct card_step read_person[] = {
	SELECT_MASTER_FILE,
	READ_PIN_SETTING,
	{.is_wanted = keeps_last_try, .fixed = {.kind = CARD_ASK_TRIES, .reference = REFERENCE_PIN1},
	 .take = dialogue_tries},
	{.ask = licence_pin_ask, .fixed = {.kind = CARD_ASK_VERIFY, .reference = REFERENCE_PIN1}, .take = licence_pin_verified},
	{.fixed = {.kind = CARD_ASK_SELECT, .aid = aid_df1, .n_aid = sizeof(aid_df1)}, .take = dialogue_must},
	{.fixed = {.kind = CARD_ASK_READ, .sfi = SFI_RECORD, .n_bytes = LICENCE_RECORD_BYTES, .is_long = true},
	 .take = take_record},
	{.fixed = {.kind = CARD_ASK_READ, .sfi = SFI_CHANGES, .n_bytes = LICENCE_CHANGES_BYTES, .is_long = true},
	 .is_optional = true, .take = take_changes},
	{0},
};

const struct card_profile profile_driver_licence = {
	.kind = CARD_DRIVER_LICENCE,
	.about = "運転免許証: name, kana, birth date, address by PIN1",
	.auths = {[SESSION_READ] = CARD_AUTH_BIT(CARD_AUTH_PIN) | CARD_AUTH_BIT(CARD_AUTH_NONE)},
	.plans = {[SESSION_LOOK] = look, [SESSION_TRIES] = tries, [SESSION_READ] = read_person},
};
