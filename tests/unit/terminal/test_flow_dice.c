/* SPDX-License-Identifier: MIT
 * The flow against dice: any order of any events. Whatever comes, a visit asks for one ticket at most, every screen has a way
 * out, every screen can be drawn, and when a visit ends nothing of it is left. */
#include <stdio.h>
#include <string.h>
#include "terminal/screen/screen.h"
#include "tests/unit/terminal/flow_kit.h"
#include "shared/base/banned.h"

#define VISITS 600
#define STEPS 250

/* xorshift: the same dice on every machine, so that a failure can be thrown again */
static uint64_t throw(uint64_t *dice)
{
	*dice ^= *dice << 13;
	*dice ^= *dice >> 7;
	*dice ^= *dice << 17;
	return *dice;
}

static int below(uint64_t *dice, int n)
{
	return (int)(throw(dice) % (uint64_t)n);
}

/* Residents mostly go on: else the dice would never come far. */
static bool leads_away(enum flow_action action)
{
	return action == ACTION_QUIT || action == ACTION_QUIT_YES || action == ACTION_BACK || action == ACTION_STAFF ||
	       action == ACTION_LANGUAGE || action == ACTION_TEXT_SIZE || action == ACTION_SECRET_CLEAR ||
	       action == ACTION_SECRET_DROP || action == ACTION_NO_CARD;
}

/* Presses a button that is on the screen, as a resident would. */
static void press_something(struct kit *kit, uint64_t *dice)
{
	struct screen_view view = {.flow = &kit->flow};
	struct ui_tree *tree = screen_tree(&view);
	const struct ui_node *buttons[UI_NODES_MAX];
	int n = 0;

	assert_non_null(tree);
	assert_false(ui_tree_is_broken(tree));
	for (const struct ui_node *node = tree->root; node; node = ui_next(node))
		if (node->role == UI_BUTTON && node->action > 0 && !(node->state & UI_IS_DISABLED))
			buttons[n++] = node;
	assert_true(n > 0);
	const struct ui_node *node = buttons[below(dice, n)];
	for (int again = 0; again < 4 && leads_away((enum flow_action)node->action); again++)
		node = buttons[below(dice, n)];
	enum flow_action action = (enum flow_action)node->action;
	int64_t argument = node->argument;
	ui_tree_free(tree);
	int length = flow_secret_length(&kit->flow);
	if (length > 0 && flow_secret_count(&kit->flow) == length && below(dice, 2))
		kit_press(kit, ACTION_NEXT, 0);
	else if (action == ACTION_SECRET_KEY) /* mostly the whole of it: else the dice would never come far */
		kit_typed(kit, below(dice, 3) ? length : below(dice, length + 2));
	else
		kit_press(kit, action, argument);
}

static void kit_shown(struct kit *kit, enum queue_outcome outcome)
{
	char number[] = "A015", service[] = "certificates", id[] = "20261124-A015", token[] = "Zm9yLXRoZS10ZXN0LW9ubHk",
	     at[] = "2026-11-24T10:12:00+09:00";
	struct ticket ticket = {.id = id, .number = number, .service = service, .token = token, .issued_at = at};

	kit_event(kit, &(struct flow_event){.kind = FLOW_TICKET_SHOWN, .queue_outcome = outcome, .ticket = &ticket});
}

/* Any kind of card, now and then an old one, with few tries left. */
static void throw_look(struct kit *kit, uint64_t *dice, enum card_outcome outcome)
{
	struct card_look look = {.outcome = outcome, .kind = (enum card_kind)(1 + below(dice, N_CARD_KINDS - 1)),
				 .needs_secret = below(dice, 2), .tries = {.pin = below(dice, 5) - 1, .b = below(dice, 4) - 1}};

	snprintf(look.expires, sizeof look.expires, "%s", below(dice, 6) ? "2033-04-12" : "2026-11-23");
	if (kit->flow.visit.is_active)
		kit->flow.visit.may_read_number = below(dice, 2);
	kit_event(kit, &(struct flow_event){.kind = FLOW_CARD_LOOK, .look = &look,
					    .argument = below(dice, 5) ? kit->flow.visit.insertion : below(dice, 3)});
}

/* A card as cards are: laid down when asked for, it answers; now and then it goes. */
static void card_does_its_part(struct kit *kit, uint64_t *dice)
{
	if (kit->flow.screen == SCREEN_READING) {
		kit_read(kit, (enum card_outcome)below(dice, 13), below(dice, 4));
	} else if (kit->flow.screen == SCREEN_CARD) {
		kit_presence(kit, CARD_PRESENCE_ABSENT, kit->flow.insertion);
		kit_presence(kit, CARD_PRESENCE_PRESENT, kit->flow.insertion + 1);
		throw_look(kit, dice, CARD_OK);
	} else if (!below(dice, 4)) {
		kit_presence(kit, CARD_PRESENCE_ABSENT, kit->flow.insertion);
	}
}

static void outside(struct kit *kit, uint64_t *dice)
{
	switch (below(dice, 20)) {
	case 0:
		if (below(dice, 3)) /* mostly a card that stays */
			kit_presence(kit, CARD_PRESENCE_PRESENT, 1);
		else
			kit_presence(kit, (enum card_presence)below(dice, 4), below(dice, 4));
		break;
	case 1:
		throw_look(kit, dice, (enum card_outcome)below(dice, 13));
		break;
	case 2:
		kit_read(kit, (enum card_outcome)below(dice, 13), below(dice, 5) - 1);
		break;
	case 11:
		kit_read(kit, CARD_OK, -1);
		break;
	case 12:
		kit_shown(kit, (enum queue_outcome)below(dice, 3));
		break;
	case 3:
		kit_ticket(kit, (enum queue_outcome)below(dice, 6));
		break;
	case 4:
		kit_event(kit, &(struct flow_event){.kind = FLOW_FORM_PRINTED, .argument = below(dice, 5)});
		break;
	case 5:
		kit_event(kit, &(struct flow_event){.kind = FLOW_SLIP_PRINTED, .argument = below(dice, 5)});
		break;
	case 6:
		kit_event(kit, &(struct flow_event){.kind = FLOW_PREVIEW, .argument = below(dice, 2)});
		break;
	case 7:
		kit_event(kit, &(struct flow_event){.kind = FLOW_TYPED, .text = "みほん{ }|"});
		break;
	case 8:
		kit_event(kit, &(struct flow_event){.kind = FLOW_CODE, .text = "madoguchi:t/Zm9yLXRoZS10ZXN0LW9ubHk"});
		break;
	case 9:
		kit_event(kit, &(struct flow_event){.kind = FLOW_BOARD, .queue_outcome = (enum queue_outcome)below(dice, 6)});
		break;
	case 10: /* any number at all as action and argument: nothing may break */
		kit_press(kit, (enum flow_action)below(dice, 60), (int64_t)throw(dice) >> below(dice, 64));
		break;
	case 13:
		kit_tick(kit, below(dice, 30000));
		break;
	default:
		card_does_its_part(kit, dice);
	}
}

/* To the start screen by what is on the screens: quit, or waiting. */
static void leave(struct kit *kit)
{
	for (int i = 0; i < 400 && kit->flow.visit.is_active; i++) {
		int64_t at = flow_deadline(&kit->flow);
		assert_true(at >= 0);
		kit_tick(kit, at > kit->now ? at - kit->now : 1);
	}
	assert_false(kit->flow.visit.is_active);
}

static void dice_never_break_a_visit(void **state)
{
	struct kit kit;
	uint64_t dice = 0x209996u * 2654435761u;
	struct visit empty;
	uint64_t seen = 0;

	memset(&empty, 0, sizeof empty);
	empty.service = -1;
	empty.text_percent = 100;
	kit_open(&kit);
	size_t n_kinds = kit.config->terminal.n_card_kinds;
	for (int v = 0; v < VISITS; v++) {
		kit.config->terminal.n_card_kinds = v % 4 ? n_kinds : (size_t)(v / 4) % n_kinds; /* towns that take few kinds */
		for (int s = 0; s < STEPS; s++) {
			kit.now += below(&dice, 400);
			if (below(&dice, 4))
				press_something(&kit, &dice);
			else
				outside(&kit, &dice);
			seen |= UINT64_C(1) << kit.flow.screen;
			assert_true(kit.n_tickets_asked <= 1);
			assert_true(kit.effects.n < FLOW_EFFECTS_MAX);
			if (kit_has(&kit, EFFECT_VISIT_WIPE))
				assert_memory_equal(&kit.flow.visit, &empty, sizeof empty);
		}
		leave(&kit);
		assert_memory_equal(&kit.flow.visit, &empty, sizeof empty);
	}
	assert_int_equal(seen, (UINT64_C(1) << N_FLOW_SCREENS) - 1); /* the dice have been everywhere */
	kit_close(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(dice_never_break_a_visit)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
