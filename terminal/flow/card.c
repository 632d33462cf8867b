/* SPDX-License-Identifier: MIT
 * The card: laid down, PIN, read, or the way without it, which is open on every one of these screens. A PIN begun for
 * one card is never sent to another, and the last try is spent only after the resident agreed. */
#include "terminal/flow/parts.h"
#include "shared/base/banned.h"

static void ask_tries(struct flow *flow, struct flow_effects *effects)
{
	flow->visit.is_asking_tries = true;
	flow->visit.insertion = flow->insertion;
	flow->visit.may_spend_last_try = false;
	flow_effect(effects, EFFECT_CARD_TRIES);
}

void card_enter(struct flow *flow, struct flow_effects *effects)
{
	flow_go(flow, SCREEN_CARD);
	flow_pin_forget(flow, effects);
	if (flow->is_card_left)
		flow->visit.notice = NOTICE_CARD_LEFT;
	else if (flow->presence == CARD_PRESENCE_PRESENT)
		ask_tries(flow, effects);
}

void card_failed(struct flow *flow, enum card_outcome outcome, struct flow_effects *effects)
{
	flow_pin_forget(flow, effects);
	flow->visit.card_outcome = outcome;
	flow->failed_mono_ms = flow->now_mono_ms;
	flow_go(flow, SCREEN_CARD_FAILED);
}

static enum flow_notice notice_of(enum card_outcome outcome)
{
	if (outcome == CARD_UNSUPPORTED)
		return NOTICE_CARD_NOT_USABLE;
	if (outcome == CARD_NO_READER || outcome == CARD_SERVICE_UNAVAILABLE)
		return NOTICE_CARD_READER_AWAY;
	return NOTICE_CARD_NOT_READ;
}

/* Nothing is asked of a card that still lies there: only a new insertion is read, or the same after a press. */
void card_next(struct flow *flow, struct flow_effects *effects)
{
	flow_pin_forget(flow, effects);
	flow_go(flow, SCREEN_CARD);
	flow->visit.notice = notice_of(flow->visit.card_outcome);
}

static void by_tries(struct flow *flow, int tries, struct flow_effects *effects)
{
	struct visit *visit = &flow->visit;

	visit->tries_left = tries;
	flow_pin_forget(flow, effects);
	if (tries == 0)
		flow_go(flow, SCREEN_PIN_BLOCKED);
	else if (tries == 1 && !visit->may_spend_last_try)
		flow_go(flow, SCREEN_LAST_TRY);
	else
		flow_go(flow, SCREEN_PIN);
}

void card_tries_told(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	if (!flow->visit.is_asking_tries || flow->screen != SCREEN_CARD)
		return;
	flow->visit.is_asking_tries = false;
	if (event->card_outcome == CARD_OK)
		by_tries(flow, (int)event->argument, effects);
	else if (event->card_outcome == CARD_REMOVED || event->card_outcome == CARD_NO_CARD)
		flow->visit.notice = NOTICE_CARD_REMOVED;
	else
		card_failed(flow, event->card_outcome, effects);
}

static void use_person(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	struct visit *visit = &flow->visit;

	person_release(&visit->person);
	choose_drop_drafts(visit); /* a new person never meets the answers of another */
	visit->wrong = 0;
	visit->is_by_hand = false;
	if (!event->person || person_copy(event->person, &visit->person) < 0) {
		card_failed(flow, CARD_MALFORMED, effects);
		return;
	}
	visit->has_person = true;
	flow_go(flow, SCREEN_CHECK);
}

static void to_card_screen(struct flow *flow, struct flow_effects *effects)
{
	card_enter(flow, effects);
	flow->visit.notice = NOTICE_CARD_REMOVED;
}

void card_was_read(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	if (flow->screen != SCREEN_READING)
		return;
	switch (event->card_outcome) {
	case CARD_OK:
		use_person(flow, event, effects);
		return;
	case CARD_PIN_INCORRECT:
		flow->visit.may_spend_last_try = false;
		by_tries(flow, event->argument < 0 ? 1 : (int)event->argument, effects);
		flow->visit.notice = NOTICE_PIN_WRONG;
		return;
	case CARD_LAST_TRY:
		flow->visit.may_spend_last_try = false;
		by_tries(flow, 1, effects);
		return;
	case CARD_PIN_BLOCKED:
		by_tries(flow, 0, effects);
		return;
	case CARD_REMOVED:
	case CARD_NO_CARD:
		to_card_screen(flow, effects);
		return;
	case CARD_NO_READER:
	case CARD_UNSUPPORTED:
	case CARD_MALFORMED:
	case CARD_SERVICE_UNAVAILABLE:
	case CARD_PIN_MALFORMED:
	case CARD_NOT_GENUINE:
	case CARD_NOT_PERMITTED:
		card_failed(flow, event->card_outcome, effects);
		return;
	}
}

static void card_came(struct flow *flow, struct flow_effects *effects)
{
	if (flow->screen == SCREEN_CARD && !flow->visit.is_asking_tries) {
		flow->visit.notice = NOTICE_NONE;
		ask_tries(flow, effects);
	} else if (flow->visit.notice == NOTICE_CARD_REMOVED_LATER) {
		flow->visit.notice = NOTICE_NONE; /* it lies there again */
	}
}

static void card_went(struct flow *flow, struct flow_effects *effects)
{
	flow->is_card_left = false;
	switch (flow->screen) {
	case SCREEN_PIN:
	case SCREEN_LAST_TRY:
	case SCREEN_PIN_UNKNOWN:
		to_card_screen(flow, effects);
		return;
	case SCREEN_CARD_FAILED:
		card_next(flow, effects);
		return;
	case SCREEN_PIN_BLOCKED:
		card_enter(flow, effects); /* the next card works */
		return;
	case SCREEN_CARD: /* what is said about a faulty card stays until the next comes */
		if (flow->visit.is_asking_tries)
			flow->visit.notice = NOTICE_CARD_REMOVED;
		else if (flow->visit.notice == NOTICE_CARD_LEFT)
			flow->visit.notice = NOTICE_NONE;
		flow->visit.is_asking_tries = false;
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

static void read_card(struct flow *flow, struct flow_effects *effects)
{
	if (flow->visit.pin_count != FLOW_PIN_LENGTH)
		return;
	flow_busy(flow, SCREEN_READING);
	flow->visit.pin_count = 0;
	flow_effect(effects, EFFECT_CARD_READ);
}

static void without_card(struct flow *flow, struct flow_effects *effects)
{
	flow_pin_forget(flow, effects);
	flow->visit.is_asking_tries = false;
	flow->visit.is_by_hand = true;
	flow_go(flow, SCREEN_BY_HAND);
}

static bool pin_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	switch ((int)event->action) {
	case ACTION_PIN_CLEAR:
		flow_pin_forget(flow, effects);
		return true;
	case ACTION_PIN_DROP:
		if (flow->visit.pin_count > 0)
			flow->visit.pin_count--;
		flow_effect(effects, EFFECT_PIN_DROP);
		return true;
	case ACTION_PIN_UNKNOWN:
		flow_pin_forget(flow, effects);
		flow_go(flow, SCREEN_PIN_UNKNOWN);
		return true;
	case ACTION_NEXT:
		read_card(flow, effects);
		return true;
	default:
		return false;
	}
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

bool card_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	switch ((int)flow->screen) {
	case SCREEN_PIN:
		return pin_pressed(flow, event, effects);
	case SCREEN_CHECK:
	case SCREEN_CORRECT:
		return check_pressed(flow, event, effects);
	case SCREEN_BY_HAND:
		if (event->action == ACTION_NEXT)
			question_first(flow, effects);
		return event->action == ACTION_NEXT;
	case SCREEN_LAST_TRY:
		if (event->action == ACTION_LAST_TRY_AGREED) {
			flow->visit.may_spend_last_try = true;
			by_tries(flow, 1, effects);
			return true;
		}
		break;
	case SCREEN_CARD:
	case SCREEN_PIN_BLOCKED:
	case SCREEN_PIN_UNKNOWN:
	case SCREEN_CARD_FAILED:
		break;
	default:
		return false;
	}
	if (event->action == ACTION_NO_CARD)
		without_card(flow, effects);
	else if (event->action == ACTION_CARD_AGAIN)
		card_enter(flow, effects);
	return event->action == ACTION_NO_CARD || event->action == ACTION_CARD_AGAIN;
}
