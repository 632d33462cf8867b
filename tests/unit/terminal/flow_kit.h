#pragma once
/* SPDX-License-Identifier: MIT
 * A visit in a test: the sample town, a clock that is a number, and the effects of the last event. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "terminal/flow/flow.h"

struct kit {
	struct config *config;
	struct flow flow;
	struct flow_effects effects;
	int64_t now;
	int n_tickets_asked; /* in this visit */
};

void kit_open(struct kit *kit);
void kit_close(struct kit *kit);
void kit_event(struct kit *kit, const struct flow_event *event);
void kit_press(struct kit *kit, enum flow_action action, int64_t argument);
/** kit_tick() - @ms later, a tick. */
void kit_tick(struct kit *kit, int64_t ms);
void kit_presence(struct kit *kit, enum card_presence presence, int64_t insertion);
/** kit_typed() - the step at hand holds so many characters; kit_pin() of a PIN. */
void kit_typed(struct kit *kit, int n_characters);
void kit_pin(struct kit *kit, int n_digits);
/** kit_look() - what a card of @kind tells without a secret, good until 2033; tries of PIN and of 照合番号B. */
void kit_look(struct kit *kit, enum card_outcome outcome, enum card_kind kind, int pin, int b);
void kit_look_told(struct kit *kit, const struct card_look *look);
void kit_read(struct kit *kit, enum card_outcome outcome, int tries_left);
void kit_ticket(struct kit *kit, enum queue_outcome outcome);
bool kit_has(const struct kit *kit, enum flow_effect effect);

/* whole stretches of a visit */
int kit_service(const struct kit *kit, const char *id);
/** kit_language() - the place of @language among those the screen offers. */
int kit_language(const struct kit *kit, const char *language);
int kit_procedure(const struct kit *kit, const char *id);
void kit_to_card(struct kit *kit);
void kit_to_pin(struct kit *kit);
/** kit_lay() - from the card screen: a card laid down and looked at. */
void kit_lay(struct kit *kit, enum card_kind kind, int pin, int b);
void kit_to_check(struct kit *kit);
/** kit_answer() - whatever is asked, until the review. */
void kit_answer(struct kit *kit);
void kit_to_review(struct kit *kit);
