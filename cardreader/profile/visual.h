#pragma once
/* SPDX-License-Identifier: MIT
 * Visual: 券面事項確認AP of a My Number card, which holds the card as it is drawn: name and address with their true glyphs
 * (外字), the face. It opens by 照合番号B once more, in a PIN object of its own. What goes wrong here costs the pictures,
 * never the attributes. */
#include "cardreader/profile/cvc.h"
#include "cardreader/profile/profile.h"

/** What the visual application's steps keep. */
struct visual {
	bool is_lost;                 /* no pictures from this card */
	bool has_certificate, is_certificate_broken;
	struct cvc certificate;
};

bool visual_is_wanted(const struct dialogue *dialogue);
bool visual_wants_tries(const struct dialogue *dialogue);
bool visual_wants_certificate(const struct dialogue *dialogue);
enum dialogue_verdict visual_take_application(struct dialogue *dialogue, const struct card_answer *answer);
enum dialogue_verdict visual_take_certificate(struct dialogue *dialogue, const struct card_answer *answer);
enum dialogue_verdict visual_take_tries(struct dialogue *dialogue, const struct card_answer *answer);
enum dialogue_verdict visual_take_verify(struct dialogue *dialogue, const struct card_answer *answer);
enum dialogue_verdict visual_take_record(struct dialogue *dialogue, const struct card_answer *answer);

extern const uint8_t visual_aid[10];
#define VISUAL_REFERENCE_B 0x92

/** Steps behind the attributes, wanted with pictures and 照合番号B. */
#define VISUAL_STEPS                                                                                                   \
	{.is_wanted = visual_is_wanted, .is_optional = true, .take = visual_take_application,                          \
	 .fixed = {.kind = CARD_ASK_SELECT, .aid = visual_aid, .n_aid = sizeof(visual_aid)}},                          \
	{.is_wanted = visual_wants_certificate, .is_optional = true, .take = visual_take_certificate,                  \
	 .fixed = {.kind = CARD_ASK_READ, .sfi = 0x04, .is_long = true}},                                              \
	{.is_wanted = visual_wants_tries, .is_optional = true, .take = visual_take_tries,                              \
	 .fixed = {.kind = CARD_ASK_TRIES, .reference = VISUAL_REFERENCE_B}},                                          \
	{.is_wanted = visual_is_wanted, .is_optional = true, .take = visual_take_verify,                               \
	 .fixed = {.kind = CARD_ASK_VERIFY, .reference = VISUAL_REFERENCE_B}},                                         \
	{.is_wanted = visual_is_wanted, .is_optional = true, .take = visual_take_record,                               \
	 .fixed = {.kind = CARD_ASK_READ, .sfi = 0x02, .is_long = true}}
