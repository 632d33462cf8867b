/* SPDX-License-Identifier: MIT
 * The card: laid down, looked at, opened (secret.c) and read, or the way without it, which is open on every one of these
 * screens. What a card tells without a secret decides what is asked for it. */
#include <stdio.h>
#include <string.h>
#include "terminal/flow/parts.h"
#include "shared/base/banned.h"

static void look(struct flow *flow, struct flow_effects *effects)
{
	struct visit *visit = &flow->visit;

	visit->is_looking = true;
	visit->insertion = flow->insertion;
	visit->may_spend_last_try = false;
	visit->kind = CARD_KIND_AUTO;
	visit->auth = CARD_AUTH_NONE;
	visit->tries = (struct card_tries){.pin = -1, .a = -1, .b = -1, .jpki_auth = -1, .jpki_sign = -1};
	visit->tries_left = -1;
	visit->wants_number = visit->is_number_decided = false;
	explicit_bzero(visit->expires, sizeof visit->expires);
	flow_effect(effects, EFFECT_CARD_LOOK);
}

void card_enter(struct flow *flow, struct flow_effects *effects)
{
	flow_go(flow, SCREEN_CARD);
	secret_forget(flow, effects);
	if (flow->is_card_left)
		flow->visit.notice = NOTICE_CARD_LEFT;
	else if (flow->presence == CARD_PRESENCE_PRESENT)
		look(flow, effects);
}

void card_failed(struct flow *flow, enum card_outcome outcome, struct flow_effects *effects)
{
	secret_forget(flow, effects);
	flow->visit.card_outcome = outcome;
	flow->failed_mono_ms = flow->now_mono_ms;
	flow_go(flow, SCREEN_CARD_FAILED);
}

static enum flow_notice notice_of(enum card_outcome outcome)
{
	switch ((int)outcome) {
	case CARD_UNSUPPORTED:
		return NOTICE_CARD_NOT_USABLE;
	case CARD_NO_READER:
	case CARD_SERVICE_UNAVAILABLE:
		return NOTICE_CARD_READER_AWAY;
	case CARD_NOT_GENUINE:
		return NOTICE_CARD_NOT_PROVED;
	case CARD_REMOVED:
		return NOTICE_CARD_REMOVED;
	case CARD_NO_CARD:
		return NOTICE_CARD_GONE;
	default:
		return NOTICE_CARD_NOT_READ;
	}
}

/* Nothing is asked of a card that still lies there: only a new insertion is read, or the same after a press. */
static void wait_for_another(struct flow *flow, enum flow_notice notice, struct flow_effects *effects)
{
	secret_forget(flow, effects);
	flow_go(flow, SCREEN_CARD);
	flow->visit.notice = notice;
}

void card_next(struct flow *flow, struct flow_effects *effects)
{
	wait_for_another(flow, notice_of(flow->visit.card_outcome), effects);
}

/* ---- what lies there ---------------------------------------------------------------------------------------- */

bool flow_takes_kind(const struct flow *flow, enum card_kind kind)
{
	const struct config *config = flow->config;

	for (size_t i = 0; i < config->terminal.n_card_kinds; i++)
		if (strcmp(config->terminal.card_kinds[i], card_kind_word(kind)) == 0)
			return true;
	return false;
}

/* The date printed on a card is the last day it is good for. Both are ISO dates: they compare as text. */
static bool is_expired(const struct flow *flow)
{
	char today[32];

	if (!flow->local.year || !*flow->visit.expires)
		return false;
	snprintf(today, sizeof today, "%04d-%02d-%02d", flow->local.year, flow->local.month, flow->local.day);
	return strcmp(flow->visit.expires, today) < 0;
}

/* Where the law's affair needs the number it is read, where it may be read the resident says. */
static bool must_ask_number(struct flow *flow)
{
	const struct config_procedure *procedure = flow_number_procedure(flow);
	struct visit *visit = &flow->visit;

	if (visit->may_read_number && procedure && procedure->individual_number == INDIVIDUAL_NUMBER_REQUIRED)
		visit->wants_number = visit->is_number_decided = true;
	return visit->may_read_number && !visit->is_number_decided && visit->tries.pin != 0;
}

static void ask_what_opens_it(struct flow *flow, struct flow_effects *effects)
{
	struct visit *visit = &flow->visit;

	if (visit->kind == CARD_RESIDENCE) {
		secret_begin(flow, CARD_AUTH_CARD_NUMBER, effects);
	} else if (visit->kind == CARD_DRIVER_LICENCE) {
		secret_begin(flow, visit->needs_secret ? CARD_AUTH_PIN : CARD_AUTH_NONE, effects);
	} else {
		if (must_ask_number(flow))
			flow_go(flow, SCREEN_NUMBER_ASK);
		else
			secret_begin(flow, CARD_AUTH_PIN, effects);
	}
}

static void use_look(struct flow *flow, const struct card_look *told, struct flow_effects *effects)
{
	struct visit *visit = &flow->visit;

	visit->kind = told->kind;
	visit->tries = told->tries;
	visit->needs_secret = told->needs_secret;
	memcpy(visit->expires, told->expires, sizeof visit->expires - 1);
	if (!flow_takes_kind(flow, visit->kind))
		flow_go(flow, SCREEN_CARD_OTHER);
	else if (is_expired(flow))
		flow_go(flow, SCREEN_CARD_EXPIRED);
	else
		ask_what_opens_it(flow, effects);
}

void card_looked_at(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	struct visit *visit = &flow->visit;

	if (!visit->is_looking || flow->screen != SCREEN_CARD || !event->look || event->argument != visit->insertion)
		return;
	visit->is_looking = false;
	if (event->look->outcome == CARD_OK)
		use_look(flow, event->look, effects);
	else if (event->look->outcome == CARD_REMOVED || event->look->outcome == CARD_NO_CARD)
		visit->notice = notice_of(event->look->outcome);
	else
		card_failed(flow, event->look->outcome, effects);
}

/* ---- what was read ------------------------------------------------------------------------------------------ */

static void use_reading(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	struct visit *visit = &flow->visit;

	person_release(&visit->person);
	choose_drop_drafts(visit); /* a new person never meets the answers of another */
	visit->wrong = 0;
	visit->is_by_hand = false;
	visit->has_number = event->has_number;
	if (person_copy(&event->reading->person, &visit->person) < 0 || !facts_take(visit, event->reading)) {
		visit->has_number = false;
		flow_effect(effects, EFFECT_NUMBER_WIPE);
		card_failed(flow, CARD_MALFORMED, effects); /* no memory: staff and the no-card way */
		return;
	}
	visit->has_person = true;
	flow_go(flow, SCREEN_CHECK);
}

static void to_card_screen(struct flow *flow, enum card_outcome outcome, struct flow_effects *effects)
{
	card_enter(flow, effects);
	if (flow->visit.notice == NOTICE_NONE)
		flow->visit.notice = notice_of(outcome);
}

static enum flow_notice wrong_notice(enum card_auth auth)
{
	return auth == CARD_AUTH_B ? NOTICE_B_WRONG : auth == CARD_AUTH_CARD_NUMBER ? NOTICE_CARD_NUMBER_WRONG : NOTICE_PIN_WRONG;
}

/* What was typed was not what the card has. Where a card does not say how many tries are left of a counted secret, one is
 * assumed: rather too careful. */
static void refused(struct flow *flow, int tries, enum flow_notice notice, struct flow_effects *effects)
{
	struct visit *visit = &flow->visit;

	visit->may_spend_last_try = false;
	if (visit->auth == CARD_AUTH_PIN)
		visit->tries.pin = tries < 0 ? 1 : tries;
	else if (visit->auth == CARD_AUTH_B)
		visit->tries.b = tries < 0 ? 1 : tries;
	secret_begin(flow, visit->auth, effects);
	visit->notice = notice;
}

/* This card cannot be opened without the number's permit: it is read once more without the number. */
static void number_refused(struct flow *flow, struct flow_effects *effects)
{
	flow->visit.wants_number = false;
	flow->visit.is_number_decided = true;
	flow->visit.may_read_number = false;
	secret_begin(flow, flow->visit.auth, effects);
	flow->visit.notice = NOTICE_NUMBER_REFUSED;
}

void card_was_read(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	const struct card_reading *reading = event->reading;
	struct visit *visit = &flow->visit;

	if (flow->screen != SCREEN_READING || !reading) {
		if (event->has_number)
			flow_effect(effects, EFFECT_NUMBER_WIPE);
		return;
	}
	switch (reading->outcome) {
	case CARD_OK:
		use_reading(flow, event, effects);
		return;
	case CARD_PIN_INCORRECT:
		if (visit->auth != CARD_AUTH_NONE) {
			refused(flow, reading->tries_left, wrong_notice(visit->auth), effects);
			return;
		}
		break; /* a licence that said it had no PIN */
	case CARD_LAST_TRY:
		refused(flow, 1, NOTICE_NONE, effects);
		return;
	case CARD_PIN_BLOCKED:
		if (visit->auth == CARD_AUTH_PIN || visit->auth == CARD_AUTH_B) {
			refused(flow, 0, NOTICE_NONE, effects);
			return;
		}
		break;
	case CARD_PIN_MALFORMED: /* never sent: no try was spent */
		if (visit->auth != CARD_AUTH_NONE) {
			secret_begin(flow, visit->auth, effects);
			visit->notice = NOTICE_SECRET_MALFORMED;
			return;
		}
		break;
	case CARD_NOT_PERMITTED:
		if (visit->wants_number) {
			number_refused(flow, effects);
			return;
		}
		break;
	case CARD_REMOVED:
	case CARD_NO_CARD:
		to_card_screen(flow, reading->outcome, effects);
		return;
	case CARD_NO_READER:
	case CARD_UNSUPPORTED:
	case CARD_MALFORMED:
	case CARD_SERVICE_UNAVAILABLE:
	case CARD_NOT_GENUINE:
		break;
	}
	card_failed(flow, reading->outcome, effects);
}

static void card_came(struct flow *flow, struct flow_effects *effects)
{
	if (flow->screen == SCREEN_CARD && !flow->visit.is_looking) {
		flow->visit.notice = NOTICE_NONE;
		look(flow, effects);
	} else if (flow->visit.notice == NOTICE_CARD_REMOVED_LATER) {
		flow->visit.notice = NOTICE_NONE; /* it lies there again */
	}
}

static void card_went(struct flow *flow, struct flow_effects *effects)
{
	flow->is_card_left = false;
	switch (flow->screen) {
	case SCREEN_NUMBER_ASK:
	case SCREEN_PIN:
	case SCREEN_B_BIRTH:
	case SCREEN_B_EXPIRY:
	case SCREEN_B_CODE:
	case SCREEN_CARD_NUMBER:
	case SCREEN_LAST_TRY:
	case SCREEN_PIN_UNKNOWN:
		to_card_screen(flow, CARD_REMOVED, effects);
		return;
	case SCREEN_CARD_FAILED:
		card_next(flow, effects);
		return;
	case SCREEN_CARD_EXPIRED:
	case SCREEN_CARD_OTHER:
	case SCREEN_PIN_BLOCKED:
		card_enter(flow, effects); /* the next card works */
		return;
	case SCREEN_CARD: /* what is said about a faulty card stays until the next comes */
		if (flow->visit.is_looking)
			flow->visit.notice = NOTICE_CARD_REMOVED;
		else if (flow->visit.notice == NOTICE_CARD_LEFT || flow->visit.notice == NOTICE_CARD_OTHER)
			flow->visit.notice = NOTICE_NONE;
		flow->visit.is_looking = false;
		return;
	case SCREEN_CHECK:
	case SCREEN_CORRECT:
	case SCREEN_QUESTION:
	case SCREEN_REVIEW:
		flow->visit.notice = NOTICE_CARD_REMOVED_LATER;
		return;
	case SCREEN_TAKE_CARD:
		finish_card_taken(flow, effects);
		return;
	case SCREEN_READING: /* cardd's answer says what was still read */
	case SCREEN_START:
	case SCREEN_SERVICES:
	case SCREEN_PROCEDURES:
	case SCREEN_GUIDE_EVENTS:
	case SCREEN_GUIDE_QUESTION:
	case SCREEN_GUIDE_RESULT:
	case SCREEN_NOTE:
	case SCREEN_BY_HAND:
	case SCREEN_PRINTING:
	case SCREEN_TICKET:
	case SCREEN_NO_TICKET:
	case SCREEN_SCAN:
	case SCREEN_TICKET_STATE:
	case N_FLOW_SCREENS:
		return;
	}
}

void card_presence_changed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	bool was_present = flow->presence == CARD_PRESENCE_PRESENT;
	bool is_present = event->presence == CARD_PRESENCE_PRESENT;
	bool is_other = event->argument != flow->insertion;

	if (was_present && (!is_present || is_other)) {
		flow->presence = CARD_PRESENCE_ABSENT;
		card_went(flow, effects);
	}
	flow->presence = event->presence;
	flow->insertion = event->argument;
	if (is_present && (!was_present || is_other))
		card_came(flow, effects);
}

void card_read_begin(struct flow *flow, struct flow_effects *effects)
{
	flow_busy(flow, SCREEN_READING);
	for (int i = 0; i < FLOW_SECRET_STEPS_MAX; i++)
		flow->visit.secret_counts[i] = 0;
	flow_effect(effects, EFFECT_CARD_READ);
}

void card_without(struct flow *flow, struct flow_effects *effects)
{
	secret_forget(flow, effects);
	flow->visit.is_looking = false;
	flow->visit.is_by_hand = true;
	flow_go(flow, SCREEN_BY_HAND);
}

static bool check_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	if (flow->screen == SCREEN_CHECK && event->action == ACTION_SOMETHING_WRONG) {
		flow_go(flow, SCREEN_CORRECT);
		return true;
	}
	if (flow->screen == SCREEN_CORRECT && event->action == ACTION_MARK_WRONG && event->argument >= 0 &&
	    event->argument < 32) {
		flow->visit.wrong ^= 1U << event->argument;
		return true;
	}
	if ((flow->screen == SCREEN_CHECK && event->action == ACTION_ALL_RIGHT) ||
	    (flow->screen == SCREEN_CORRECT && event->action == ACTION_NEXT)) {
		if (event->action == ACTION_ALL_RIGHT)
			flow->visit.wrong = 0;
		question_first(flow, effects);
		return true;
	}
	return false;
}

/* The ways out of a card's screens: each of them has at least one. */
static bool way_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	switch ((int)event->action) {
	case ACTION_NO_CARD:
		card_without(flow, effects);
		return true;
	case ACTION_CARD_AGAIN:
		card_enter(flow, effects);
		return true;
	case ACTION_OTHER_CARD:
		wait_for_another(flow, flow->presence == CARD_PRESENCE_PRESENT ? NOTICE_CARD_OTHER : NOTICE_NONE, effects);
		return true;
	case ACTION_BY_B:
		if (flow_can_use_b(flow) && (flow->screen == SCREEN_PIN_UNKNOWN || flow->screen == SCREEN_PIN_BLOCKED ||
					     flow->screen == SCREEN_LAST_TRY))
			secret_begin(flow, CARD_AUTH_B, effects);
		return true;
	default:
		return false;
	}
}

bool card_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	if (secret_pressed(flow, event, effects))
		return true;
	switch ((int)flow->screen) {
	case SCREEN_CHECK:
	case SCREEN_CORRECT:
		return check_pressed(flow, event, effects);
	case SCREEN_BY_HAND:
		if (event->action == ACTION_NEXT)
			question_first(flow, effects);
		return event->action == ACTION_NEXT;
	case SCREEN_NUMBER_ASK:
		if (event->action != ACTION_READ_NUMBER)
			break;
		flow->visit.wants_number = event->argument == 1;
		flow->visit.is_number_decided = true;
		secret_begin(flow, CARD_AUTH_PIN, effects);
		return true;
	case SCREEN_LAST_TRY:
		if (event->action != ACTION_LAST_TRY_AGREED)
			break;
		flow->visit.may_spend_last_try = true;
		secret_begin(flow, flow->visit.auth, effects);
		return true;
	case SCREEN_CARD:
	case SCREEN_CARD_EXPIRED:
	case SCREEN_CARD_OTHER:
	case SCREEN_PIN:
	case SCREEN_B_BIRTH:
	case SCREEN_B_EXPIRY:
	case SCREEN_B_CODE:
	case SCREEN_CARD_NUMBER:
	case SCREEN_PIN_BLOCKED:
	case SCREEN_PIN_UNKNOWN:
	case SCREEN_CARD_FAILED:
		break;
	default:
		return false;
	}
	return way_pressed(flow, event, effects);
}
