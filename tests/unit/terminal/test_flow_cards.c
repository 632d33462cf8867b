/* SPDX-License-Identifier: MIT
 * Every card a resident brings, as events: which screen each leads to, what is counted and forgotten, and that no screen of
 * a card is without a way on. */
#include <stdio.h>
#include <string.h>
#include "terminal/flow/parts.h"
#include "terminal/screen/screen.h"
#include "tests/unit/terminal/flow_kit.h"
#include "shared/base/banned.h"

#define SECOND 1000

static int setup(void **state)
{
	static struct kit kit;

	kit_open(&kit);
	kit_to_card(&kit);
	*state = &kit;
	return 0;
}

static int teardown(void **state)
{
	kit_close(*state);
	return 0;
}

static void type_b(struct kit *kit)
{
	static const struct {
		enum flow_screen screen;
		int length;
	} parts[] = {{SCREEN_B_BIRTH, 6}, {SCREEN_B_EXPIRY, 4}, {SCREEN_B_CODE, 4}};

	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		assert_int_equal(kit->flow.screen, parts[i].screen);
		assert_int_equal(flow_secret_length(&kit->flow), parts[i].length);
		kit_typed(kit, parts[i].length);
		kit_press(kit, ACTION_NEXT, 0);
	}
}

static void to_b(struct kit *kit)
{
	kit_lay(kit, CARD_MY_NUMBER, 0, 10);
	assert_int_equal(kit->flow.screen, SCREEN_PIN_BLOCKED);
	kit_press(kit, ACTION_BY_B, 0);
	assert_int_equal(kit->flow.screen, SCREEN_B_BIRTH);
}

static void each_kind_is_asked_for_what_opens_it(void **state)
{
	static const struct {
		enum card_kind kind;
		int pin, b;
		bool needs_secret;
		enum flow_screen screen;
		enum card_auth auth;
	} rows[] = {
		{CARD_MY_NUMBER, 3, 10, true, SCREEN_PIN, CARD_AUTH_PIN},
		{CARD_MY_NUMBER, 1, 10, true, SCREEN_LAST_TRY, CARD_AUTH_PIN},
		{CARD_MY_NUMBER, 0, 10, true, SCREEN_PIN_BLOCKED, CARD_AUTH_PIN},
		{CARD_DRIVER_LICENCE, 3, -1, true, SCREEN_PIN, CARD_AUTH_PIN},
		{CARD_DRIVER_LICENCE, 1, -1, true, SCREEN_LAST_TRY, CARD_AUTH_PIN},
		{CARD_DRIVER_LICENCE, 0, -1, true, SCREEN_PIN_BLOCKED, CARD_AUTH_PIN},
		{CARD_DRIVER_LICENCE, -1, -1, false, SCREEN_READING, CARD_AUTH_NONE},
		{CARD_RESIDENCE, -1, -1, true, SCREEN_CARD_NUMBER, CARD_AUTH_CARD_NUMBER},
	};
	struct kit *kit = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		kit_presence(kit, CARD_PRESENCE_PRESENT, kit->flow.insertion + 1);
		kit_look_told(kit, &(struct card_look){.outcome = CARD_OK, .kind = rows[i].kind, .needs_secret = rows[i].needs_secret,
						       .tries = {.pin = rows[i].pin, .b = rows[i].b}});
		assert_int_equal(kit->flow.screen, rows[i].screen);
		assert_int_equal(kit->flow.visit.auth, rows[i].auth);
		assert_int_equal(kit_has(kit, EFFECT_CARD_READ), rows[i].screen == SCREEN_READING);
		if (rows[i].screen == SCREEN_READING)
			kit_read(kit, CARD_MALFORMED, -1);
		kit_presence(kit, CARD_PRESENCE_ABSENT, kit->flow.insertion);
		assert_int_equal(kit->flow.screen, SCREEN_CARD);
	}
}

static void a_card_is_good_on_its_last_day_and_told_expired_on_the_next(void **state)
{
	static const struct {
		const char *expires;
		enum flow_screen screen;
	} rows[] = {{"2026-11-24", SCREEN_PIN}, {"2026-11-23", SCREEN_CARD_EXPIRED}, {"", SCREEN_PIN}, {"2019-12-31", SCREEN_CARD_EXPIRED}};
	struct kit *kit = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct card_look look = {.outcome = CARD_OK, .kind = CARD_MY_NUMBER, .needs_secret = true, .tries = {.pin = 3, .b = 10}};

		snprintf(look.expires, sizeof look.expires, "%s", rows[i].expires);
		kit_presence(kit, CARD_PRESENCE_PRESENT, kit->flow.insertion + 1);
		kit_look_told(kit, &look);
		assert_int_equal(kit->flow.screen, rows[i].screen);
		kit_presence(kit, CARD_PRESENCE_ABSENT, kit->flow.insertion);
	}
}

static void an_expired_card_is_not_looked_at_again_before_another_comes(void **state)
{
	struct kit *kit = *state;
	struct card_look look = {.outcome = CARD_OK, .kind = CARD_DRIVER_LICENCE, .expires = "2026-01-31", .tries = {.pin = 3}};

	kit_presence(kit, CARD_PRESENCE_PRESENT, 1);
	kit_look_told(kit, &look);
	kit_press(kit, ACTION_OTHER_CARD, 0);
	assert_int_equal(kit->flow.screen, SCREEN_CARD);
	assert_int_equal(kit->flow.visit.notice, NOTICE_CARD_OTHER);
	assert_false(kit_has(kit, EFFECT_CARD_LOOK));
	kit_presence(kit, CARD_PRESENCE_ABSENT, 1);
	assert_int_equal(kit->flow.visit.notice, NOTICE_NONE);
	kit_presence(kit, CARD_PRESENCE_PRESENT, 2);
	assert_true(kit_has(kit, EFFECT_CARD_LOOK));
}

static void a_town_may_take_few_kinds_or_none(void **state)
{
	struct kit *kit = *state;
	size_t n = kit->config->terminal.n_card_kinds;

	kit->config->terminal.n_card_kinds = 1;
	kit_lay(kit, CARD_RESIDENCE, -1, -1);
	assert_int_equal(kit->flow.screen, SCREEN_CARD_OTHER);
	kit_presence(kit, CARD_PRESENCE_ABSENT, kit->flow.insertion);
	kit_lay(kit, CARD_MY_NUMBER, 3, 10);
	assert_int_equal(kit->flow.screen, SCREEN_PIN);
	kit->config->terminal.n_card_kinds = 0;
	kit_press(kit, ACTION_BACK, 0);
	kit_press(kit, ACTION_PROCEDURE, kit_procedure(kit, "juminhyo"));
	assert_int_equal(kit->flow.screen, SCREEN_BY_HAND);
	kit->config->terminal.n_card_kinds = n;
}

static void three_parts_open_a_card_and_each_has_its_own_count(void **state)
{
	struct kit *kit = *state;

	to_b(kit);
	kit_typed(kit, 5);
	kit_press(kit, ACTION_NEXT, 0);
	assert_int_equal(kit->flow.screen, SCREEN_B_BIRTH); /* one is missing */
	kit_typed(kit, 7);
	assert_int_equal(flow_secret_count(&kit->flow), 5); /* no such count */
	type_b(kit);
	assert_int_equal(kit->flow.screen, SCREEN_READING);
	assert_true(kit_has(kit, EFFECT_CARD_READ));
	assert_int_equal(kit->flow.visit.auth, CARD_AUTH_B);
	kit_read(kit, CARD_OK, -1);
	assert_int_equal(kit->flow.screen, SCREEN_CHECK);
}

static void back_keeps_the_parts_and_at_the_first_forgets_them(void **state)
{
	struct kit *kit = *state;

	to_b(kit);
	kit_typed(kit, 6);
	kit_press(kit, ACTION_NEXT, 0);
	kit_typed(kit, 2);
	kit_press(kit, ACTION_BACK, 0);
	assert_int_equal(kit->flow.screen, SCREEN_B_BIRTH);
	assert_int_equal(flow_secret_count(&kit->flow), 6);
	assert_false(kit_has(kit, EFFECT_SECRET_CLEAR));
	kit_press(kit, ACTION_NEXT, 0);
	assert_int_equal(flow_secret_count(&kit->flow), 2);
	kit_press(kit, ACTION_SECRET_CLEAR, 0);
	assert_true(kit_has(kit, EFFECT_SECRET_CLEAR_STEP));
	assert_int_equal(flow_secret_count(&kit->flow), 0);
	kit_press(kit, ACTION_BACK, 0);
	kit_press(kit, ACTION_BACK, 0);
	assert_int_equal(kit->flow.screen, SCREEN_PIN_BLOCKED);
	assert_int_equal(kit->flow.visit.auth, CARD_AUTH_PIN);
	assert_true(kit_has(kit, EFFECT_SECRET_CLEAR));
}

static void wrong_numbers_start_again_and_tell_what_is_left(void **state)
{
	struct kit *kit = *state;

	to_b(kit);
	for (int left = 9; left > 1; left--) {
		type_b(kit);
		kit_read(kit, CARD_PIN_INCORRECT, left);
		assert_int_equal(kit->flow.screen, SCREEN_B_BIRTH);
		assert_int_equal(kit->flow.visit.notice, NOTICE_B_WRONG);
		assert_int_equal(kit->flow.visit.tries_left, left);
		for (int i = 0; i < FLOW_SECRET_STEPS_MAX; i++)
			assert_int_equal(kit->flow.visit.secret_counts[i], 0);
	}
	type_b(kit);
	kit_read(kit, CARD_PIN_INCORRECT, 1);
	assert_int_equal(kit->flow.screen, SCREEN_LAST_TRY);
	kit_typed(kit, 6);
	kit_press(kit, ACTION_NEXT, 0);
	assert_int_equal(kit->flow.screen, SCREEN_LAST_TRY);
	kit_press(kit, ACTION_LAST_TRY_AGREED, 0);
	type_b(kit);
	assert_true(kit->flow.visit.may_spend_last_try);
	kit_read(kit, CARD_PIN_BLOCKED, 0);
	assert_int_equal(kit->flow.screen, SCREEN_PIN_BLOCKED);
	assert_false(flow_can_use_b(&kit->flow));
	kit_press(kit, ACTION_BY_B, 0);
	assert_int_equal(kit->flow.screen, SCREEN_PIN_BLOCKED);
}

static void a_word_for_the_last_pin_is_none_for_the_last_numbers(void **state)
{
	struct kit *kit = *state;

	kit_lay(kit, CARD_MY_NUMBER, 1, 1);
	kit_press(kit, ACTION_LAST_TRY_AGREED, 0);
	assert_int_equal(kit->flow.screen, SCREEN_PIN);
	kit_press(kit, ACTION_PIN_UNKNOWN, 0);
	kit_press(kit, ACTION_BY_B, 0);
	assert_int_equal(kit->flow.screen, SCREEN_LAST_TRY);
	assert_false(kit->flow.visit.may_spend_last_try);
}

static void what_cannot_be_right_spends_nothing(void **state)
{
	struct kit *kit = *state;

	to_b(kit);
	type_b(kit);
	kit_read(kit, CARD_PIN_MALFORMED, -1);
	assert_int_equal(kit->flow.screen, SCREEN_B_BIRTH);
	assert_int_equal(kit->flow.visit.notice, NOTICE_SECRET_MALFORMED);
	assert_int_equal(kit->flow.visit.tries_left, 10);
}

static void a_card_number_has_letters_where_they_stand_and_no_last_try(void **state)
{
	struct kit *kit = *state;

	kit_lay(kit, CARD_RESIDENCE, -1, -1);
	for (int n = 0; n < 12; n++) {
		kit_typed(kit, n);
		assert_int_equal(flow_secret_takes_letter(&kit->flow), n < 2 || n >= 10);
	}
	for (int i = 0; i < 5; i++) {
		kit_typed(kit, 12);
		kit_press(kit, ACTION_NEXT, 0);
		kit_read(kit, CARD_PIN_INCORRECT, -1);
		assert_int_equal(kit->flow.screen, SCREEN_CARD_NUMBER);
		assert_int_equal(kit->flow.visit.notice, NOTICE_CARD_NUMBER_WRONG);
	}
}

/* Each screen that waits for something typed, reached anew. */
static void to_screen(struct kit *kit, enum flow_screen screen)
{
	kit_presence(kit, CARD_PRESENCE_ABSENT, kit->flow.insertion);
	if (screen == SCREEN_CARD_NUMBER) {
		kit_lay(kit, CARD_RESIDENCE, -1, -1);
	} else if (screen == SCREEN_PIN) {
		kit_lay(kit, CARD_MY_NUMBER, 3, 10);
	} else {
		to_b(kit);
		for (enum flow_screen at = SCREEN_B_BIRTH; at < screen; at++) {
			kit_typed(kit, flow_secret_length(&kit->flow));
			kit_press(kit, ACTION_NEXT, 0);
		}
	}
	assert_int_equal(kit->flow.screen, screen);
	kit_typed(kit, flow_secret_length(&kit->flow) - 1);
}

static void a_card_taken_or_swapped_takes_what_was_typed_along(void **state)
{
	static const enum flow_screen screens[] = {SCREEN_PIN, SCREEN_B_BIRTH, SCREEN_B_EXPIRY, SCREEN_B_CODE, SCREEN_CARD_NUMBER};
	struct kit *kit = *state;

	for (size_t i = 0; i < sizeof screens / sizeof screens[0]; i++)
		for (int is_swap = 0; is_swap < 2; is_swap++) {
			to_screen(kit, screens[i]);
			if (is_swap)
				kit_presence(kit, CARD_PRESENCE_PRESENT, kit->flow.insertion + 1);
			else
				kit_presence(kit, CARD_PRESENCE_ABSENT, kit->flow.insertion);
			assert_true(kit_has(kit, EFFECT_SECRET_CLEAR));
			assert_int_equal(kit->flow.screen, SCREEN_CARD);
			assert_int_equal(kit_has(kit, EFFECT_CARD_LOOK), is_swap);
			for (int s = 0; s < FLOW_SECRET_STEPS_MAX; s++)
				assert_int_equal(kit->flow.visit.secret_counts[s], 0);
			assert_int_equal(kit->flow.visit.notice, is_swap ? NOTICE_NONE : NOTICE_CARD_REMOVED);
		}
}

static void whoever_leaves_is_forgotten_with_what_was_typed(void **state)
{
	static const enum flow_screen screens[] = {SCREEN_PIN, SCREEN_B_BIRTH, SCREEN_B_EXPIRY, SCREEN_B_CODE, SCREEN_CARD_NUMBER};
	struct kit *kit = *state;

	for (size_t i = 0; i < sizeof screens / sizeof screens[0]; i++) {
		to_screen(kit, screens[i]);
		kit_tick(kit, kit->config->terminal.idle_s * SECOND);
		assert_int_equal(kit->flow.overlay, OVERLAY_WARNING);
		kit_tick(kit, kit->config->terminal.warning_s * SECOND);
		assert_true(kit_has(kit, EFFECT_SECRET_CLEAR));
		assert_true(kit_has(kit, EFFECT_VISIT_WIPE));
		assert_int_equal(kit->flow.screen, SCREEN_START);
		kit_presence(kit, CARD_PRESENCE_ABSENT, kit->flow.insertion);
		kit_to_card(kit);
	}
}

static void late_answers_are_nobodys(void **state)
{
	struct card_look look = {.outcome = CARD_OK, .kind = CARD_RESIDENCE};
	struct card_reading reading = {.outcome = CARD_OK, .tries_left = -1, .kind = CARD_MY_NUMBER};
	struct kit *kit = *state;

	kit_presence(kit, CARD_PRESENCE_PRESENT, 1);
	kit_presence(kit, CARD_PRESENCE_ABSENT, 1);
	kit_presence(kit, CARD_PRESENCE_PRESENT, 2);
	kit_event(kit, &(struct flow_event){.kind = FLOW_CARD_LOOK, .look = &look, .argument = 1}); /* of the card before */
	assert_int_equal(kit->flow.screen, SCREEN_CARD);
	kit_look(kit, CARD_OK, CARD_MY_NUMBER, 3, 10);
	kit_event(kit, &(struct flow_event){.kind = FLOW_CARD_LOOK, .look = &look, .argument = 2});
	assert_int_equal(kit->flow.screen, SCREEN_PIN);
	kit_event(kit, &(struct flow_event){.kind = FLOW_CARD_READ, .reading = &reading, .has_number = true});
	assert_int_equal(kit->flow.screen, SCREEN_PIN);
	assert_false(kit->flow.visit.has_person);
	assert_true(kit_has(kit, EFFECT_NUMBER_WIPE));
}

/* Every screen a card can lead to: pressing nothing but what is on it, a resident gets on without the card. */
static void no_screen_of_a_card_is_a_dead_end(void **state)
{
	struct kit *kit = *state;
	struct screen_sample samples[SCREEN_SAMPLES_MAX];
	size_t n = screen_samples(kit->config, &kit->config->offices[0], 0, 100, samples);
	unsigned seen = 0;

	for (size_t i = 0; i < n; i++) {
		struct ui_tree *tree;
		bool has_way = false;

		if (samples[i].flow.screen < SCREEN_CARD || samples[i].flow.screen > SCREEN_CARD_FAILED ||
		    samples[i].flow.screen == SCREEN_READING || samples[i].flow.overlay != OVERLAY_NONE)
			continue;
		seen |= 1U << samples[i].flow.screen;
		tree = screen_tree(&(struct screen_view){.flow = &samples[i].flow});
		for (const struct ui_node *node = tree->root; node; node = ui_next(node))
			has_way |= node->role == UI_BUTTON && !(node->state & UI_IS_DISABLED) &&
				   (node->action == ACTION_NO_CARD || node->action == ACTION_PIN_UNKNOWN || node->action == ACTION_READ_NUMBER);
		assert_non_null(ui_find(tree, "staff"));
		assert_non_null(ui_find(tree, "back"));
		ui_tree_free(tree);
		if (!has_way)
			print_error("%s has no way on\n", samples[i].name);
		assert_true(has_way);
	}
	assert_int_equal(seen >> SCREEN_CARD, (1U << (SCREEN_CARD_FAILED - SCREEN_CARD + 1)) - 1 - (1U << (SCREEN_READING - SCREEN_CARD)));
	screen_samples_release(samples, n);
}

/* ---- facts, pictures, the number -------------------------------------------------------------------------------------- */

static void a_residence_card_leaves_birth_date_to_a_question_and_the_name_to_the_pen(void **state)
{
	struct card_reading reading = {.outcome = CARD_OK, .tries_left = -1, .kind = CARD_RESIDENCE, .genuine = PROOF_VERIFIED};
	static uint8_t png[] = {0x89, 'P', 'N', 'G'};
	struct kit *kit = *state;

	reading.pictures[0] = (struct card_picture){.what = "front", .png = png, .n_png = sizeof png, .width = 1, .height = 1};
	reading.n_pictures = 1;
	assert_int_equal(value_set(&reading.person.address, "長野県見本村大字例示１", VALUE_CARD, PROOF_VERIFIED), 0);
	kit_lay(kit, CARD_RESIDENCE, -1, -1);
	kit_typed(kit, 12);
	kit_press(kit, ACTION_NEXT, 0);
	kit_event(kit, &(struct flow_event){.kind = FLOW_CARD_READ, .reading = &reading});
	person_release(&reading.person);
	assert_int_equal(kit->flow.screen, SCREEN_CHECK);
	assert_int_equal(kit->flow.visit.n_pictures, 1);
	kit_press(kit, ACTION_ALL_RIGHT, 0);
	assert_string_equal(flow_question_field(&kit->flow)->id, "birth_date");
	assert_string_equal(draft_card(kit->flow.visit.drafts[0])->kind, "residence-card");
	assert_int_equal(draft_card(kit->flow.visit.drafts[0])->genuine, PROOF_VERIFIED);
	kit_press(kit, ACTION_SKIP, 0); /* required on the form: then by the pen */
	assert_string_not_equal(flow_question_field(&kit->flow)->id, "birth_date");
	assert_null(draft_find(kit->flow.visit.drafts[0], "name"));
	kit_press(kit, ACTION_QUIT_YES, 0);
	assert_int_equal(kit->flow.visit.n_pictures, 0);
}

static void a_forged_cards_values_go_on_as_failed_and_are_not_asked_again(void **state)
{
	struct card_reading reading = {.outcome = CARD_OK, .tries_left = -1, .kind = CARD_MY_NUMBER, .genuine = PROOF_FAILED};
	struct kit *kit = *state;

	assert_int_equal(value_set(&reading.person.name, "見本　偽子", VALUE_TYPED, PROOF_FAILED), 0);
	assert_int_equal(value_set(&reading.person.birth_date, "1990-10-10", VALUE_TYPED, PROOF_FAILED), 0);
	kit_lay(kit, CARD_MY_NUMBER, 3, 10);
	kit_typed(kit, 4);
	kit_press(kit, ACTION_NEXT, 0);
	kit_event(kit, &(struct flow_event){.kind = FLOW_CARD_READ, .reading = &reading});
	person_release(&reading.person);
	kit_press(kit, ACTION_ALL_RIGHT, 0);
	assert_string_not_equal(flow_question_field(&kit->flow)->id, "birth_date");
	assert_int_equal(draft_find(kit->flow.visit.drafts[0], "birth_date")->proof, PROOF_FAILED);
	assert_int_equal(draft_card(kit->flow.visit.drafts[0])->genuine, PROOF_FAILED);
}

/* A procedure that may take the number, as a signed bundle would say. */
static void permit(struct kit *kit, enum individual_number use)
{
	kit->config->procedures[kit_procedure(kit, "juminhyo")].individual_number = use;
	kit->flow.visit.may_read_number = true;
}

static void the_number_is_read_where_the_law_asks_and_asked_where_it_may(void **state)
{
	struct kit *kit = *state;

	assert_int_equal(flow_number(&kit->flow), NUMBER_NEVER);
	permit(kit, INDIVIDUAL_NUMBER_REQUIRED);
	kit_lay(kit, CARD_MY_NUMBER, 3, 10);
	assert_int_equal(kit->flow.screen, SCREEN_PIN);
	assert_int_equal(flow_number(&kit->flow), NUMBER_WILL_BE_READ);
	kit_presence(kit, CARD_PRESENCE_ABSENT, kit->flow.insertion);
	permit(kit, INDIVIDUAL_NUMBER_OPTIONAL);
	for (int yes = 0; yes < 2; yes++) {
		kit_lay(kit, CARD_MY_NUMBER, 3, 10);
		assert_int_equal(kit->flow.screen, SCREEN_NUMBER_ASK);
		kit_press(kit, ACTION_READ_NUMBER, yes);
		assert_int_equal(kit->flow.screen, SCREEN_PIN);
		assert_int_equal(flow_number(&kit->flow), yes ? NUMBER_WILL_BE_READ : NUMBER_BY_HAND);
		kit_presence(kit, CARD_PRESENCE_ABSENT, kit->flow.insertion);
	}
}

static void the_numbers_on_the_card_and_other_cards_leave_its_box_empty(void **state)
{
	struct kit *kit = *state;

	permit(kit, INDIVIDUAL_NUMBER_REQUIRED);
	to_b(kit);
	assert_int_equal(flow_number(&kit->flow), NUMBER_BY_HAND);
	kit_presence(kit, CARD_PRESENCE_ABSENT, kit->flow.insertion);
	kit_lay(kit, CARD_DRIVER_LICENCE, 3, -1);
	assert_int_equal(flow_number(&kit->flow), NUMBER_BY_HAND);
	kit_press(kit, ACTION_NO_CARD, 0);
	assert_int_equal(flow_number(&kit->flow), NUMBER_BY_HAND);
}

static void a_number_refused_is_told_and_the_card_read_without_it(void **state)
{
	struct kit *kit = *state;

	permit(kit, INDIVIDUAL_NUMBER_REQUIRED);
	kit_lay(kit, CARD_MY_NUMBER, 3, 10);
	kit_typed(kit, 4);
	kit_press(kit, ACTION_NEXT, 0);
	kit_read(kit, CARD_NOT_PERMITTED, -1);
	assert_int_equal(kit->flow.screen, SCREEN_PIN);
	assert_int_equal(kit->flow.visit.notice, NOTICE_NUMBER_REFUSED);
	assert_int_equal(flow_number(&kit->flow), NUMBER_BY_HAND);
}

static void a_number_read_is_for_no_other_procedure(void **state)
{
	struct card_reading reading = {.outcome = CARD_OK, .tries_left = -1, .kind = CARD_MY_NUMBER};
	struct kit *kit = *state;

	permit(kit, INDIVIDUAL_NUMBER_REQUIRED);
	kit_lay(kit, CARD_MY_NUMBER, 3, 10);
	kit_typed(kit, 4);
	kit_press(kit, ACTION_NEXT, 0);
	kit_event(kit, &(struct flow_event){.kind = FLOW_CARD_READ, .reading = &reading, .has_number = true});
	assert_int_equal(flow_number(&kit->flow), NUMBER_READ);
	kit_press(kit, ACTION_BACK, 0);
	kit_press(kit, ACTION_PROCEDURE, kit_procedure(kit, "inkan"));
	assert_true(kit_has(kit, EFFECT_NUMBER_WIPE));
	assert_false(kit->flow.visit.has_number);
	assert_int_equal(flow_number(&kit->flow), NUMBER_NEVER);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(each_kind_is_asked_for_what_opens_it), CASE(a_card_is_good_on_its_last_day_and_told_expired_on_the_next),
		CASE(an_expired_card_is_not_looked_at_again_before_another_comes), CASE(a_town_may_take_few_kinds_or_none),
		CASE(three_parts_open_a_card_and_each_has_its_own_count), CASE(back_keeps_the_parts_and_at_the_first_forgets_them),
		CASE(wrong_numbers_start_again_and_tell_what_is_left), CASE(a_word_for_the_last_pin_is_none_for_the_last_numbers),
		CASE(what_cannot_be_right_spends_nothing), CASE(a_card_number_has_letters_where_they_stand_and_no_last_try),
		CASE(a_card_taken_or_swapped_takes_what_was_typed_along), CASE(whoever_leaves_is_forgotten_with_what_was_typed),
		CASE(late_answers_are_nobodys), CASE(no_screen_of_a_card_is_a_dead_end),
		CASE(a_residence_card_leaves_birth_date_to_a_question_and_the_name_to_the_pen),
		CASE(a_forged_cards_values_go_on_as_failed_and_are_not_asked_again),
		CASE(the_number_is_read_where_the_law_asks_and_asked_where_it_may),
		CASE(the_numbers_on_the_card_and_other_cards_leave_its_box_empty),
		CASE(a_number_refused_is_told_and_the_card_read_without_it), CASE(a_number_read_is_for_no_other_procedure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
