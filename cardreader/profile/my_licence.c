/* SPDX-License-Identifier: MIT
 * マイナ免許証: a driver's licence as an application of its own on a My Number card. Only who asks for a licence gets it:
 * with kind auto such a card is a My Number card. It holds no name and no address. The PIN object is EF 0006 (P2 86),
 * measured on cards; the printed specification's sample says 82, where a try may cost another PIN: asked, never tried. */
#include <errno.h>
#include <string.h>

#include "cardreader/profile/driver_licence.h"
#include "cardreader/profile/licence_pin.h"
#include "shared/base/banned.h"

#define SFI_PIN_SETTING 0x1A
#define PIN_SETTING_BYTES 3
#define TAG_PIN_SETTING 0xC1
#define EF_RECORD 0x001B
#define REFERENCE_PIN 0x86
#define REFERENCE_PIN_AS_PRINTED 0x82

const uint8_t profile_my_licence_aid[16] = {0xA0, 0x00, 0x00, 0x02, 0x31, 0x06};

struct memory {
	struct licence_pin pin; /* first: licence_pin.h */
	bool is_told;
};

DIALOGUE_MEMORY(struct memory)

static enum dialogue_verdict take_application(struct dialogue *d, const struct card_answer *answer)
{
	if (answer->sw != SW_OK || d->request->kind != CARD_DRIVER_LICENCE)
		return DIALOGUE_OTHER_KIND;
	d->result->kind = CARD_MY_NUMBER;
	d->result->has_licence = true;
	return DIALOGUE_NEXT;
}

static enum dialogue_verdict take_pin_setting(struct dialogue *d, const struct card_answer *answer)
{
	bool is_set;

	if (answer->sw != SW_OK || licence_parse_pin_setting(answer->bytes, answer->n_bytes, TAG_PIN_SETTING, &is_set) < 0)
		return dialogue_end(d, CARD_MALFORMED);
	return licence_pin_setting(d, is_set);
}

/* ---- tries ---- */

static bool is_counter(const struct card_answer *answer)
{
	return answer->tries >= 0 || answer->is_blocked;
}

static enum dialogue_verdict note_tries(struct dialogue *d, const struct card_answer *answer)
{
	memory_of(d)->is_told = is_counter(answer);
	return licence_pin_note_tries(d, answer);
}

static bool is_not_told(const struct dialogue *d)
{
	return !memory_in(d)->is_told;
}

/* Asked even of whoever agreed to the last try: without a counter here there is no PIN object to try. */
static enum dialogue_verdict take_tries(struct dialogue *d, const struct card_answer *answer)
{
	return is_counter(answer) ? dialogue_tries(d, answer) : dialogue_end(d, CARD_UNSUPPORTED);
}

/* ---- the licence ---- */

static enum dialogue_verdict take_record(struct dialogue *d, const struct card_answer *answer)
{
	struct my_licence_record record;
	int r = answer->sw == SW_OK ? my_licence_parse(answer->bytes, answer->n_bytes, &record) : -EBADMSG;

	if (r < 0)
		return dialogue_end(d, r == -EBADMSG ? CARD_MALFORMED : CARD_SERVICE_UNAVAILABLE);
	d->result->licence = record.licence;
	memcpy(d->result->expires, record.expires, sizeof(record.expires));
	if (dialogue_wants(d, CARD_WANT_FACE) && record.photo)
		dialogue_add_picture(d, "face", "image/jp2", record.photo, record.n_photo);
	explicit_bzero(&record, sizeof(record));
	return DIALOGUE_NEXT;
}

/* ---- plans ---- */

#define SELECT_APPLICATION                                                                                             \
	{.fixed = {.kind = CARD_ASK_SELECT, .aid = profile_my_licence_aid, .n_aid = sizeof(profile_my_licence_aid)},   \
	 .is_optional = true, .take = take_application}
#define READ_PIN_SETTING                                                                                               \
	{.fixed = {.kind = CARD_ASK_READ, .sfi = SFI_PIN_SETTING, .n_bytes = PIN_SETTING_BYTES},                       \
	 .take = take_pin_setting}

/* LOOK and TRIES ask for the same: there is nothing else without the PIN. */
static const struct card_step look[] = {
	SELECT_APPLICATION,
	READ_PIN_SETTING,
	{.fixed = {.kind = CARD_ASK_TRIES, .reference = REFERENCE_PIN}, .is_optional = true, .take = note_tries},
	{.is_wanted = is_not_told, .fixed = {.kind = CARD_ASK_TRIES, .reference = REFERENCE_PIN_AS_PRINTED},
	 .is_optional = true, .take = note_tries},
	{0},
};

static const struct card_step read_licence[] = {
	SELECT_APPLICATION,
	READ_PIN_SETTING,
	{.is_wanted = licence_pin_is_set, .fixed = {.kind = CARD_ASK_TRIES, .reference = REFERENCE_PIN}, .take = take_tries},
	{.ask = licence_pin_ask, .fixed = {.kind = CARD_ASK_VERIFY, .reference = REFERENCE_PIN}, .take = licence_pin_verified},
	{.fixed = {.kind = CARD_ASK_SELECT_FILE, .ef = EF_RECORD}, .take = dialogue_must},
	{.fixed = {.kind = CARD_ASK_READ, .n_bytes = MY_LICENCE_RECORD_BYTES, .is_long = true}, .take = take_record},
	{0},
};

const struct card_profile profile_my_licence = {
	.kind = CARD_DRIVER_LICENCE,
	.about = "マイナ免許証: the licence on a My Number card, by its own PIN",
	.auths = {[SESSION_READ] = CARD_AUTH_BIT(CARD_AUTH_PIN) | CARD_AUTH_BIT(CARD_AUTH_NONE)},
	.plans = {[SESSION_LOOK] = look, [SESSION_TRIES] = look, [SESSION_READ] = read_licence},
};
