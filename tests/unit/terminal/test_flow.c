/* SPDX-License-Identifier: MIT
 * Whole visits as values, in milliseconds, with the clock as an input. */
#include <string.h>
#include <uchar.h>
#include "terminal/flow/parts.h"
#include "tests/unit/terminal/flow_kit.h"
#include "shared/base/banned.h"

#define SECOND 1000

static int setup(void **state)
{
	static struct kit kit;

	kit_open(&kit);
	*state = &kit;
	return 0;
}

static int teardown(void **state)
{
	kit_close(*state);
	return 0;
}

static void assert_nothing_left(const struct kit *kit)
{
	struct visit empty;

	memset(&empty, 0, sizeof empty);
	empty.service = -1;
	empty.text_percent = 100;
	assert_memory_equal(&kit->flow.visit, &empty, sizeof empty);
	assert_int_equal(kit->flow.screen, SCREEN_START);
}

static void visit_with_card_ends_with_one_ticket(void **state)
{
	struct kit *kit = *state;

	kit_to_review(kit);
	kit_press(kit, ACTION_PRINT, 0);
	assert_true(kit_has(kit, EFFECT_PRINT_FORMS));
	assert_int_equal(kit->flow.screen, SCREEN_TAKE_CARD);
	assert_int_equal(kit->n_tickets_asked, 0);
	kit_presence(kit, CARD_PRESENCE_ABSENT, 1);
	assert_true(kit_has(kit, EFFECT_TICKET_ISSUE));
	kit_ticket(kit, QUEUE_OK);
	assert_true(kit_has(kit, EFFECT_PRINT_SLIP));
	assert_int_equal(kit->flow.screen, SCREEN_PRINTING);
	kit_event(kit, &(struct flow_event){.kind = FLOW_FORM_PRINTED, .argument = PAPER_DONE});
	assert_int_equal(kit->flow.screen, SCREEN_TICKET);
	assert_string_equal(kit->flow.visit.ticket.number, "A015");
	kit_press(kit, ACTION_FINISH, 0);
	assert_true(kit_has(kit, EFFECT_VISIT_WIPE));
	assert_nothing_left(kit);
}

static void number_only_asks_for_a_ticket_at_once(void **state)
{
	struct kit *kit = *state;

	kit_press(kit, ACTION_TICKET_ONLY, 0);
	assert_int_equal(kit->flow.screen, SCREEN_SERVICES);
	kit_press(kit, ACTION_SERVICE, kit_service(kit, "tax"));
	assert_true(kit_has(kit, EFFECT_TICKET_ISSUE));
	kit_ticket(kit, QUEUE_OK);
	assert_int_equal(kit->flow.screen, SCREEN_TICKET);
}

static void procedure_without_form_gives_a_number(void **state)
{
	struct kit *kit = *state;

	kit_press(kit, ACTION_SERVICE, kit_service(kit, "living"));
	kit_press(kit, ACTION_PROCEDURE, kit_procedure(kit, "suido"));
	assert_true(kit_has(kit, EFFECT_TICKET_ISSUE));
}

/* outcome of a read, tries told with it → where the visit goes */
static void each_read_outcome_has_its_screen(void **state)
{
	static const struct {
		enum card_outcome outcome;
		int tries;
		enum flow_screen screen;
	} rows[] = {
		{CARD_OK, -1, SCREEN_CHECK},
		{CARD_PIN_INCORRECT, 2, SCREEN_PIN},
		{CARD_PIN_INCORRECT, 1, SCREEN_LAST_TRY},
		{CARD_PIN_INCORRECT, 0, SCREEN_PIN_BLOCKED},
		{CARD_PIN_INCORRECT, -1, SCREEN_LAST_TRY}, /* unknown: rather too careful */
		{CARD_LAST_TRY, -1, SCREEN_LAST_TRY},
		{CARD_PIN_BLOCKED, 0, SCREEN_PIN_BLOCKED},
		{CARD_REMOVED, -1, SCREEN_CARD},
		{CARD_NO_CARD, -1, SCREEN_CARD},
		{CARD_NO_READER, -1, SCREEN_CARD_FAILED},
		{CARD_UNSUPPORTED, -1, SCREEN_CARD_FAILED},
		{CARD_MALFORMED, -1, SCREEN_CARD_FAILED},
		{CARD_SERVICE_UNAVAILABLE, -1, SCREEN_CARD_FAILED},
		{CARD_NOT_GENUINE, -1, SCREEN_CARD_FAILED},
	};
	struct kit *kit = *state;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		kit_to_pin(kit);
		kit_pin(kit, 4);
		kit_press(kit, ACTION_NEXT, 0);
		kit_read(kit, rows[i].outcome, rows[i].tries);
		assert_int_equal(kit->flow.screen, rows[i].screen);
		assert_int_equal(kit->flow.visit.secret_counts[0], 0);
		kit_presence(kit, CARD_PRESENCE_ABSENT, 1);
		kit_press(kit, ACTION_QUIT_YES, 0);
		assert_nothing_left(kit);
	}
}

static void last_try_is_spent_only_after_a_yes(void **state)
{
	struct kit *kit = *state;

	kit_to_card(kit);
	kit_presence(kit, CARD_PRESENCE_PRESENT, 1);
	kit_look(kit, CARD_OK, CARD_MY_NUMBER, 1, 10);
	assert_int_equal(kit->flow.screen, SCREEN_LAST_TRY);
	kit_pin(kit, 4);
	kit_press(kit, ACTION_NEXT, 0);
	assert_false(kit_has(kit, EFFECT_CARD_READ));
	kit_press(kit, ACTION_LAST_TRY_AGREED, 0);
	assert_int_equal(kit->flow.screen, SCREEN_PIN);
	kit_pin(kit, 4);
	kit_press(kit, ACTION_NEXT, 0);
	assert_true(kit_has(kit, EFFECT_CARD_READ));
	assert_true(kit->flow.visit.may_spend_last_try);
}

static void agreement_to_the_last_try_dies_with_the_card(void **state)
{
	struct kit *kit = *state;

	kit_to_card(kit);
	kit_presence(kit, CARD_PRESENCE_PRESENT, 1);
	kit_look(kit, CARD_OK, CARD_MY_NUMBER, 1, 10);
	kit_press(kit, ACTION_LAST_TRY_AGREED, 0);
	kit_presence(kit, CARD_PRESENCE_ABSENT, 1);
	kit_presence(kit, CARD_PRESENCE_PRESENT, 2);
	assert_false(kit->flow.visit.may_spend_last_try);
	assert_int_equal(kit->flow.visit.insertion, 2);
}

static void short_pin_is_never_sent(void **state)
{
	struct kit *kit = *state;

	kit_to_pin(kit);
	for (int n = 0; n < FLOW_PIN_LENGTH; n++) {
		kit_pin(kit, n);
		kit_press(kit, ACTION_NEXT, 0);
		assert_false(kit_has(kit, EFFECT_CARD_READ));
	}
}

static void swapped_card_discards_the_pin(void **state)
{
	struct kit *kit = *state;

	kit_to_pin(kit);
	kit_pin(kit, 3);
	kit_presence(kit, CARD_PRESENCE_PRESENT, 2); /* told as one change */
	assert_true(kit_has(kit, EFFECT_SECRET_CLEAR));
	assert_int_equal(kit->flow.visit.secret_counts[0], 0);
	assert_int_equal(kit->flow.visit.insertion, 2);
}

static void removal_is_told_at_every_step(void **state)
{
	struct kit *kit = *state;

	kit_to_pin(kit);
	kit_presence(kit, CARD_PRESENCE_ABSENT, 1);
	assert_int_equal(kit->flow.screen, SCREEN_CARD);
	assert_int_equal(kit->flow.visit.notice, NOTICE_CARD_REMOVED);
	kit_press(kit, ACTION_QUIT_YES, 0);
	kit_to_check(kit);
	kit_presence(kit, CARD_PRESENCE_ABSENT, 1);
	assert_int_equal(kit->flow.screen, SCREEN_CHECK);
	assert_int_equal(kit->flow.visit.notice, NOTICE_CARD_REMOVED_LATER);
	kit_press(kit, ACTION_ALL_RIGHT, 0);
	kit_answer(kit);
	kit_press(kit, ACTION_PRINT, 0);
	assert_int_equal(kit->flow.screen, SCREEN_PRINTING); /* there is no card to ask back */
}

static void card_laid_back_is_not_called_gone(void **state)
{
	struct kit *kit = *state;

	kit_to_check(kit);
	kit_presence(kit, CARD_PRESENCE_ABSENT, 1);
	assert_int_equal(kit->flow.visit.notice, NOTICE_CARD_REMOVED_LATER);
	kit_presence(kit, CARD_PRESENCE_PRESENT, 2);
	assert_int_equal(kit->flow.visit.notice, NOTICE_NONE);
}

static void foreign_card_then_the_next_card_works(void **state)
{
	struct kit *kit = *state;

	kit_to_card(kit);
	kit_presence(kit, CARD_PRESENCE_PRESENT, 1);
	kit_look(kit, CARD_UNSUPPORTED, CARD_MY_NUMBER, -1, 10);
	assert_int_equal(kit->flow.screen, SCREEN_CARD_FAILED);
	kit_presence(kit, CARD_PRESENCE_ABSENT, 1);
	assert_int_equal(kit->flow.screen, SCREEN_CARD);
	kit_presence(kit, CARD_PRESENCE_PRESENT, 2);
	assert_true(kit_has(kit, EFFECT_CARD_LOOK));
}

static void fail_card(struct kit *kit, int64_t insertion, enum card_outcome outcome)
{
	kit_presence(kit, CARD_PRESENCE_PRESENT, insertion);
	assert_true(kit_has(kit, EFFECT_CARD_LOOK));
	kit_look(kit, outcome, CARD_MY_NUMBER, -1, 10);
	assert_int_equal(kit->flow.screen, SCREEN_CARD_FAILED);
}

static void failed_card_left_lying_is_not_read_again_and_the_next_works(void **state)
{
	struct kit *kit = *state;

	kit_to_card(kit);
	fail_card(kit, 1, CARD_MALFORMED);
	assert_int_equal(flow_deadline(&kit->flow), kit->now + FLOW_CARD_FAILED_MS);
	kit_tick(kit, FLOW_CARD_FAILED_MS - 1);
	assert_int_equal(kit->flow.screen, SCREEN_CARD_FAILED);
	kit_tick(kit, 1);
	assert_int_equal(kit->flow.screen, SCREEN_CARD);
	assert_int_equal(kit->flow.visit.notice, NOTICE_CARD_NOT_READ);
	assert_false(kit_has(kit, EFFECT_CARD_LOOK));
	for (int i = 0; i < 5; i++) {
		kit_tick(kit, FLOW_CARD_FAILED_MS);
		kit_presence(kit, CARD_PRESENCE_PRESENT, 1); /* told again: the same card */
		assert_false(kit_has(kit, EFFECT_CARD_LOOK));
		assert_int_equal(kit->flow.screen, SCREEN_CARD);
	}
	kit_presence(kit, CARD_PRESENCE_ABSENT, 1);
	assert_int_equal(kit->flow.visit.notice, NOTICE_CARD_NOT_READ); /* still there to be read by its owner */
	kit_presence(kit, CARD_PRESENCE_PRESENT, 2);
	assert_true(kit_has(kit, EFFECT_CARD_LOOK));
	assert_int_equal(kit->flow.visit.notice, NOTICE_NONE);
	kit_look(kit, CARD_OK, CARD_MY_NUMBER, 3, 10);
	assert_int_equal(kit->flow.screen, SCREEN_PIN);
}

static void failed_card_taken_leads_on_at_once_with_its_reason(void **state)
{
	static const struct {
		enum card_outcome outcome;
		enum flow_notice notice;
	} rows[] = {{CARD_UNSUPPORTED, NOTICE_CARD_NOT_USABLE}, {CARD_MALFORMED, NOTICE_CARD_NOT_READ},
		    {CARD_NOT_GENUINE, NOTICE_CARD_NOT_PROVED}, {CARD_SERVICE_UNAVAILABLE, NOTICE_CARD_READER_AWAY}};
	struct kit *kit = *state;

	kit_to_card(kit);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		fail_card(kit, (int64_t)i + 1, rows[i].outcome);
		kit_presence(kit, CARD_PRESENCE_ABSENT, (int64_t)i + 1);
		assert_int_equal(kit->flow.screen, SCREEN_CARD);
		assert_int_equal(kit->flow.visit.notice, rows[i].notice);
	}
}

static void card_left_behind_is_not_the_next_visits(void **state)
{
	struct kit *kit = *state;

	kit_to_check(kit);
	kit_press(kit, ACTION_QUIT_YES, 0);
	assert_true(kit->flow.is_card_left);
	kit_to_card(kit);
	assert_false(kit_has(kit, EFFECT_CARD_LOOK));
	assert_int_equal(kit->flow.visit.notice, NOTICE_CARD_LEFT);
	kit_presence(kit, CARD_PRESENCE_ABSENT, 1);
	kit_presence(kit, CARD_PRESENCE_PRESENT, 2);
	assert_true(kit_has(kit, EFFECT_CARD_LOOK));
}

static void idle_visit_warns_then_forgets(void **state)
{
	struct kit *kit = *state;
	int idle = kit->config->terminal.idle_s * SECOND, warning = kit->config->terminal.warning_s * SECOND;

	kit_to_check(kit);
	kit_tick(kit, idle - 1);
	assert_int_equal(kit->flow.overlay, OVERLAY_NONE);
	kit_tick(kit, 1);
	assert_int_equal(kit->flow.overlay, OVERLAY_WARNING);
	assert_int_equal(flow_warning_left_s(&kit->flow), kit->config->terminal.warning_s);
	kit_press(kit, ACTION_MORE_TIME, 0);
	assert_int_equal(kit->flow.overlay, OVERLAY_NONE);
	assert_int_equal(kit->flow.screen, SCREEN_CHECK);
	kit_tick(kit, idle);
	kit_tick(kit, warning - 1);
	assert_true(kit->flow.visit.has_person);
	kit_tick(kit, 1);
	assert_true(kit_has(kit, EFFECT_ABANDONED));
	assert_nothing_left(kit);
}

static void deadline_is_never_in_the_past_while_someone_is_here(void **state)
{
	struct kit *kit = *state;

	kit_to_check(kit);
	for (int i = 0; i < 200 && kit->flow.visit.is_active; i++) {
		int64_t at = flow_deadline(&kit->flow);
		assert_true(at > kit->now);
		kit_tick(kit, at - kit->now);
	}
	assert_nothing_left(kit);
}

static void queue_away_promises_no_number(void **state)
{
	struct kit *kit = *state;

	kit_to_review(kit);
	kit_presence(kit, CARD_PRESENCE_ABSENT, 1);
	kit_press(kit, ACTION_PRINT, 0);
	kit_event(kit, &(struct flow_event){.kind = FLOW_FORM_PRINTED, .argument = PAPER_DONE});
	kit_ticket(kit, QUEUE_AWAY);
	assert_int_equal(kit->flow.screen, SCREEN_NO_TICKET);
	assert_false(kit->flow.visit.has_ticket);
	kit_ticket(kit, QUEUE_OK); /* an answer that comes after all */
	assert_false(kit->flow.visit.has_ticket);
}

static void silent_queue_and_printer_end_the_wait(void **state)
{
	struct kit *kit = *state;

	kit_to_review(kit);
	kit_presence(kit, CARD_PRESENCE_ABSENT, 1);
	kit_press(kit, ACTION_PRINT, 0);
	kit_tick(kit, FLOW_BUSY_MS_MAX);
	assert_int_equal(kit->flow.screen, SCREEN_NO_TICKET);
	assert_int_equal(kit->flow.visit.ticket_outcome, QUEUE_AWAY);
}

static void printer_out_still_gives_the_number(void **state)
{
	struct kit *kit = *state;

	kit_to_review(kit);
	kit_presence(kit, CARD_PRESENCE_ABSENT, 1);
	kit_press(kit, ACTION_PRINT, 0);
	kit_event(kit, &(struct flow_event){.kind = FLOW_FORM_PRINTED, .argument = PAPER_FAILED});
	kit_ticket(kit, QUEUE_OK);
	assert_int_equal(kit->flow.screen, SCREEN_TICKET);
	assert_int_equal(kit->flow.visit.form_paper, PAPER_FAILED);
	kit_event(kit, &(struct flow_event){.kind = FLOW_SLIP_PRINTED, .argument = PAPER_FAILED});
	kit_tick(kit, kit->config->terminal.ended_s * SECOND); /* the number stays longer when it is on no paper */
	assert_int_equal(kit->flow.screen, SCREEN_TICKET);
	kit_tick(kit, kit->config->terminal.ended_s * SECOND * 2);
	assert_nothing_left(kit);
}

static void wrong_values_are_marked_for_the_clerk(void **state)
{
	struct kit *kit = *state;

	kit_to_check(kit);
	kit_press(kit, ACTION_SOMETHING_WRONG, 0);
	kit_press(kit, ACTION_MARK_WRONG, 2); /* address, third of PERSON_VALUES */
	kit_press(kit, ACTION_NEXT, 0);
	assert_true(draft_find(kit->flow.visit.drafts[0], "address")->is_disputed);
	assert_int_equal(draft_find(kit->flow.visit.drafts[0], "address")->proof, PROOF_NOT_CHECKED);
	assert_false(draft_find(kit->flow.visit.drafts[0], "name")->is_disputed);
}

static void without_card_names_are_left_for_the_pen(void **state)
{
	struct kit *kit = *state;

	kit_to_card(kit);
	kit_press(kit, ACTION_NO_CARD, 0);
	assert_int_equal(kit->flow.screen, SCREEN_BY_HAND);
	kit_press(kit, ACTION_NEXT, 0);
	kit_answer(kit);
	assert_null(draft_find(kit->flow.visit.drafts[0], "name"));
	assert_null(draft_find(kit->flow.visit.drafts[0], "address"));
	kit_press(kit, ACTION_PRINT, 0);
	assert_true(kit_has(kit, EFFECT_TICKET_ISSUE));
}

static void back_keeps_every_answer(void **state)
{
	struct kit *kit = *state;

	kit_to_check(kit);
	kit_press(kit, ACTION_ALL_RIGHT, 0);
	kit_press(kit, ACTION_CHOOSE, 1);
	kit_press(kit, ACTION_NEXT, 0);
	kit_press(kit, ACTION_BACK, 0);
	assert_string_equal(kit->flow.visit.question.entry, flow_question_field(&kit->flow)->options[1].id);
	kit_press(kit, ACTION_BACK, 0);
	assert_int_equal(kit->flow.screen, SCREEN_CHECK);
	kit_press(kit, ACTION_BACK, 0);
	kit_press(kit, ACTION_PROCEDURE, kit_procedure(kit, "juminhyo"));
	assert_int_equal(kit->flow.screen, SCREEN_CHECK); /* the card is not asked for twice */
}

static void go_to_question(struct kit *kit, const char *id)
{
	for (int n = 0; strcmp(flow_question_field(&kit->flow)->id, id) != 0; n++) {
		assert_true(n < 12);
		kit_press(kit, ACTION_CHOOSE, 0);
		kit_press(kit, ACTION_NEXT, 0);
		assert_int_equal(kit->flow.screen, SCREEN_QUESTION);
	}
}

static void an_answer_taken_back_takes_what_hung_on_it(void **state)
{
	struct kit *kit = *state;

	kit_to_check(kit);
	kit_press(kit, ACTION_ALL_RIGHT, 0);
	go_to_question(kit, "show_more");
	kit_press(kit, ACTION_CHOOSE, 0); /* the individual number: what for? */
	kit_press(kit, ACTION_NEXT, 0);
	go_to_question(kit, "number_purpose");
	kit_press(kit, ACTION_CHOOSE, 0);
	kit_press(kit, ACTION_NEXT, 0);
	assert_non_null(draft_find(kit->flow.visit.drafts[0], "number_purpose"));
	kit_press(kit, ACTION_BACK, 0);
	kit_press(kit, ACTION_BACK, 0);
	kit_press(kit, ACTION_CHOOSE, 0); /* no number after all */
	kit_press(kit, ACTION_NEXT, 0);
	assert_string_equal(flow_question_field(&kit->flow)->id, "copies");
	assert_null(draft_find(kit->flow.visit.drafts[0], "number_purpose"));
	assert_non_null(draft_find(kit->flow.visit.drafts[0], "came_as"));
}

static void required_question_stays_until_answered(void **state)
{
	struct kit *kit = *state;

	kit_to_check(kit);
	kit_press(kit, ACTION_ALL_RIGHT, 0);
	assert_true(flow_question_field(&kit->flow)->is_required);
	kit_press(kit, ACTION_NEXT, 0);
	assert_string_equal(kit->flow.visit.question.problem, "required");
	kit_press(kit, ACTION_SKIP, 0);
	int place;
	flow_question_place(&kit->flow, &place);
	assert_int_equal(place, 1);
}

static void code_of_a_ticket_is_looked_up_once(void **state)
{
	struct kit *kit = *state;
	struct flow_event code = {.kind = FLOW_CODE, .text = "madoguchi:t/Zm9yLXRoZS10ZXN0LW9ubHk"};

	kit_press(kit, ACTION_SCAN, 0);
	assert_true(kit_has(kit, EFFECT_SCAN_START));
	kit_event(kit, &code);
	assert_true(kit_has(kit, EFFECT_TICKET_SHOW));
	kit_event(kit, &code);
	assert_false(kit_has(kit, EFFECT_TICKET_SHOW));
}

static void other_codes_are_no_tickets(void **state)
{
	static const char *const texts[] = {"", "https://example.com/t/Zm9yLXRoZS10ZXN0LW9ubHk", "madoguchi:t/", "madoguchi:t/short",
					    "madoguchi:t/../../../etc/passwd-and-more", "madoguchi:t/Zm9yLXRoZS10ZXN0LW9ubHk?x=1"};
	struct kit *kit = *state;

	kit_press(kit, ACTION_SCAN, 0);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		kit_event(kit, &(struct flow_event){.kind = FLOW_CODE, .text = texts[i]});
		assert_false(kit_has(kit, EFFECT_TICKET_SHOW));
		assert_int_equal(kit->flow.visit.notice, NOTICE_NOT_A_TICKET);
	}
	kit_press(kit, ACTION_BACK, 0);
	assert_true(kit_has(kit, EFFECT_SCAN_STOP));
}

static void language_and_size_end_with_the_visit(void **state)
{
	struct kit *kit = *state;

	kit_press(kit, ACTION_LANGUAGE, 0);
	kit_press(kit, ACTION_LANGUAGE_SET, kit_language(kit, "en"));
	kit_press(kit, ACTION_TEXT_SIZE, 0);
	assert_string_equal(flow_language(&kit->flow), "en");
	assert_int_equal(kit->flow.visit.text_percent, 130);
	kit_tick(kit, kit->config->terminal.idle_s * SECOND);
	assert_nothing_left(kit);
	assert_string_equal(flow_language(&kit->flow), "ja");
}

static void quitting_asks_when_there_is_something_to_lose(void **state)
{
	struct kit *kit = *state;

	kit_to_card(kit);
	kit_press(kit, ACTION_QUIT, 0);
	assert_nothing_left(kit);
	kit_to_check(kit);
	kit_press(kit, ACTION_QUIT, 0);
	assert_int_equal(kit->flow.overlay, OVERLAY_QUIT);
	kit_press(kit, ACTION_CLOSE, 0);
	assert_int_equal(kit->flow.screen, SCREEN_CHECK);
	kit_press(kit, ACTION_QUIT, 0);
	kit_press(kit, ACTION_QUIT_YES, 0);
	assert_nothing_left(kit);
}

static void kana_marks_cycle_back(void **state)
{
	static const char32_t *const rows[] = {U"かが", U"はばぱ", U"つっづ", U"やゃ", U"うぅゔ"};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (const char32_t *at = rows[i]; *at; at++)
			assert_int_equal(kana_marked(*at), at[1] ? at[1] : rows[i][0]);
	assert_int_equal(kana_marked(U'ん'), U'ん');
	assert_int_equal(kana_marked(U'　'), U'　');
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(visit_with_card_ends_with_one_ticket), CASE(number_only_asks_for_a_ticket_at_once),
		CASE(procedure_without_form_gives_a_number), CASE(each_read_outcome_has_its_screen),
		CASE(last_try_is_spent_only_after_a_yes), CASE(agreement_to_the_last_try_dies_with_the_card),
		CASE(short_pin_is_never_sent), CASE(swapped_card_discards_the_pin), CASE(removal_is_told_at_every_step),
		CASE(card_laid_back_is_not_called_gone),
		CASE(foreign_card_then_the_next_card_works),
		CASE(failed_card_left_lying_is_not_read_again_and_the_next_works),
		CASE(failed_card_taken_leads_on_at_once_with_its_reason), CASE(card_left_behind_is_not_the_next_visits),
		CASE(idle_visit_warns_then_forgets), CASE(deadline_is_never_in_the_past_while_someone_is_here),
		CASE(queue_away_promises_no_number), CASE(silent_queue_and_printer_end_the_wait),
		CASE(printer_out_still_gives_the_number), CASE(wrong_values_are_marked_for_the_clerk),
		CASE(without_card_names_are_left_for_the_pen), CASE(back_keeps_every_answer),
		CASE(required_question_stays_until_answered), CASE(an_answer_taken_back_takes_what_hung_on_it),
		CASE(code_of_a_ticket_is_looked_up_once),
		CASE(other_codes_are_no_tickets), CASE(language_and_size_end_with_the_visit),
		CASE(quitting_asks_when_there_is_something_to_lose), CASE(kana_marks_cycle_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
