/* SPDX-License-Identifier: MIT
 * What opens a card: PIN, 照合番号B in three parts as they stand on its face, or a residence card's number. The flow counts
 * characters and never sees one. A part typed for one card is never sent to another, and no last try is spent before the
 * resident agreed. */
#include "terminal/flow/parts.h"
#include "shared/base/banned.h"

#define N(array) ((int)(sizeof(array) / sizeof(array)[0]))

/* a residence card number is two letters, eight digits, two letters */
#define NUMBER_LENGTH 12
#define NUMBER_LETTERS 2

static const struct flow_secret_step pin_steps[] = {{SCREEN_PIN, FLOW_PIN_LENGTH}};
static const struct flow_secret_step b_steps[] = {{SCREEN_B_BIRTH, 6}, {SCREEN_B_EXPIRY, 4}, {SCREEN_B_CODE, 4}};
static const struct flow_secret_step number_steps[] = {{SCREEN_CARD_NUMBER, NUMBER_LENGTH}};

_Static_assert(N(b_steps) <= FLOW_SECRET_STEPS_MAX, "the visit counts every step");
_Static_assert(NUMBER_LENGTH <= FLOW_SECRET_LENGTH_MAX, "the program has room for a step");

int flow_secret_steps(enum card_auth auth, const struct flow_secret_step **ret_steps)
{
	switch (auth) {
	case CARD_AUTH_PIN:
		*ret_steps = pin_steps;
		return N(pin_steps);
	case CARD_AUTH_B:
		*ret_steps = b_steps;
		return N(b_steps);
	case CARD_AUTH_CARD_NUMBER:
		*ret_steps = number_steps;
		return N(number_steps);
	case CARD_AUTH_NONE:
	case CARD_AUTH_A:
	case CARD_AUTH_SIGN_PIN:
		break;
	}
	*ret_steps = NULL;
	return 0;
}

int flow_secret_step(const struct flow *flow)
{
	const struct flow_secret_step *steps;
	int n = flow_secret_steps(flow->visit.auth, &steps);

	for (int i = 0; i < n; i++)
		if (steps[i].screen == flow->screen)
			return i;
	return -1;
}

int flow_secret_length(const struct flow *flow)
{
	const struct flow_secret_step *steps;
	int step = flow_secret_step(flow);

	(void)!flow_secret_steps(flow->visit.auth, &steps);
	return step < 0 ? 0 : steps[step].length;
}

int flow_secret_count(const struct flow *flow)
{
	int step = flow_secret_step(flow);

	return step < 0 ? 0 : flow->visit.secret_counts[step];
}

bool flow_secret_takes_letter(const struct flow *flow)
{
	int at = flow_secret_count(flow);

	return flow->screen == SCREEN_CARD_NUMBER && (at < NUMBER_LETTERS || at >= NUMBER_LENGTH - NUMBER_LETTERS);
}

bool flow_can_use_b(const struct flow *flow)
{
	return flow->visit.kind == CARD_MY_NUMBER && flow->visit.tries.b != 0;
}

void secret_forget(struct flow *flow, struct flow_effects *effects)
{
	for (int i = 0; i < FLOW_SECRET_STEPS_MAX; i++)
		flow->visit.secret_counts[i] = 0;
	flow_effect(effects, EFFECT_SECRET_CLEAR);
}

static int tries_of(const struct visit *visit, enum card_auth auth)
{
	return auth == CARD_AUTH_PIN ? visit->tries.pin : auth == CARD_AUTH_B ? visit->tries.b : -1;
}

/* Unknown tries of a PIN are not taken for many: the card tells them with every answer. */
void secret_begin(struct flow *flow, enum card_auth auth, struct flow_effects *effects)
{
	const struct flow_secret_step *steps;
	struct visit *visit = &flow->visit;

	secret_forget(flow, effects);
	if (visit->auth != auth)
		visit->may_spend_last_try = false;
	visit->auth = auth;
	visit->tries_left = tries_of(visit, auth);
	if (flow_secret_steps(auth, &steps) == 0)
		card_read_begin(flow, effects);
	else if (visit->tries_left == 0)
		flow_go(flow, SCREEN_PIN_BLOCKED);
	else if (visit->tries_left == 1 && !visit->may_spend_last_try)
		flow_go(flow, SCREEN_LAST_TRY);
	else
		flow_go(flow, steps[0].screen);
}

void secret_counted(struct flow *flow, int64_t count)
{
	int step = flow_secret_step(flow);

	if (step >= 0 && count >= 0 && count <= flow_secret_length(flow))
		flow->visit.secret_counts[step] = (int)count;
}

/* On to the next part; after the last, to the card. */
static void part_done(struct flow *flow, struct flow_effects *effects)
{
	const struct flow_secret_step *steps;
	int n = flow_secret_steps(flow->visit.auth, &steps), step = flow_secret_step(flow);

	if (flow->visit.secret_counts[step] != steps[step].length)
		return;
	if (step + 1 < n) {
		flow_go(flow, steps[step + 1].screen);
		return;
	}
	for (int i = 0; i < n; i++)
		if (flow->visit.secret_counts[i] != steps[i].length)
			return;
	card_read_begin(flow, effects);
}

bool secret_back(struct flow *flow, struct flow_effects *effects)
{
	const struct flow_secret_step *steps;
	int step = flow_secret_step(flow);

	(void)!flow_secret_steps(flow->visit.auth, &steps);
	if (step > 0) {
		flow_go(flow, steps[step - 1].screen);
		return true;
	}
	if (flow->visit.auth != CARD_AUTH_B || (step < 0 && flow->screen != SCREEN_LAST_TRY && flow->screen != SCREEN_PIN_BLOCKED))
		return false;
	secret_forget(flow, effects);
	flow->visit.auth = CARD_AUTH_PIN;
	flow->visit.tries_left = flow->visit.tries.pin;
	flow_go(flow, flow->visit.tries.pin == 0 ? SCREEN_PIN_BLOCKED : SCREEN_PIN_UNKNOWN);
	return true;
}

bool secret_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	int step = flow_secret_step(flow);

	if (step < 0)
		return false;
	switch ((int)event->action) {
	case ACTION_SECRET_CLEAR:
		flow->visit.secret_counts[step] = 0;
		flow_effect(effects, EFFECT_SECRET_CLEAR_STEP);
		return true;
	case ACTION_SECRET_DROP:
		if (flow->visit.secret_counts[step] > 0)
			flow->visit.secret_counts[step]--;
		flow_effect(effects, EFFECT_SECRET_DROP);
		return true;
	case ACTION_PIN_UNKNOWN:
		if (flow->screen != SCREEN_PIN)
			return false;
		secret_forget(flow, effects);
		flow_go(flow, SCREEN_PIN_UNKNOWN);
		return true;
	case ACTION_NEXT:
		part_done(flow, effects);
		return true;
	default:
		return false;
	}
}
