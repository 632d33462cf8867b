#pragma once
/* SPDX-License-Identifier: MIT
 * Licence PIN: what both licences do with a PIN that the holder may never have set. A profile's memory begins with a
 * struct licence_pin. A licence issued without a PIN opens by four asterisks, whatever was typed.
 * Source: 警察庁「運転免許証及び運転免許証作成システム等仕様書」. */
#include "cardreader/profile/profile.h"

struct licence_pin {
	bool is_set;
};

/** licence_pin_setting() - notes whether there is a PIN; READ without a secret of a card that has one ends here. */
enum dialogue_verdict licence_pin_setting(struct dialogue *dialogue, bool is_set);
bool licence_pin_is_set(const struct dialogue *dialogue);
/** licence_pin_ask() - VERIFY's data: four asterisks without a PIN, else the request's secret. 0. */
int licence_pin_ask(struct dialogue *dialogue, struct card_ask *ask);
/** licence_pin_verified() - dialogue_verified(), but a card that refuses its own asterisks is malformed. */
enum dialogue_verdict licence_pin_verified(struct dialogue *dialogue, const struct card_answer *answer);
enum dialogue_verdict licence_pin_note_tries(struct dialogue *dialogue, const struct card_answer *answer);
