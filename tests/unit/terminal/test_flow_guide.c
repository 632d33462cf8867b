/* SPDX-License-Identifier: MIT
 * The guide on the terminal: from "not sure what you need" to one ticket for several procedures, and every way out of it. */
#include <string.h>
#include "terminal/flow/parts.h"
#include "tests/unit/terminal/flow_kit.h"
#include "shared/base/banned.h"

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

static int event_named(const struct kit *kit, const char *id)
{
	for (size_t i = 0; i < kit->config->n_guide; i++)
		if (strcmp(kit->config->guide[i].id, id) == 0)
			return (int)i;
	fail();
	return -1;
}

static void to_event(struct kit *kit, const char *id)
{
	kit_press(kit, ACTION_GUIDE, 0);
	assert_int_equal(kit->flow.screen, SCREEN_GUIDE_EVENTS);
	kit_press(kit, ACTION_EVENT, event_named(kit, id));
}

/* Answers the question on the screen, which must be @question, by the option @option. */
static void answer(struct kit *kit, const char *question, const char *option)
{
	const struct guide_question *asked = flow_guide_question(&kit->flow);

	assert_non_null(asked);
	assert_string_equal(asked->id, question);
	for (size_t i = 0; i < asked->n_options; i++)
		if (strcmp(asked->options[i].id, option) == 0) {
			kit_press(kit, ACTION_ANSWER, (int64_t)i);
			return;
		}
	fail();
}

/* Moved in from another town, no insurance by an employer, no children, nobody in care. */
static void to_result(struct kit *kit)
{
	to_event(kit, "moving-in");
	answer(kit, "from", "japan");
	answer(kit, "insurance", "no");
	answer(kit, "children", "no");
	answer(kit, "care", "no");
	assert_int_equal(kit->flow.screen, SCREEN_GUIDE_RESULT);
}

static int place_of(const struct kit *kit, const char *procedure)
{
	int results[GUIDE_RESULTS_MAX];
	int n = flow_guide_results(&kit->flow, results);
	bool is_here;

	for (int i = 0; i < n; i++)
		if (strcmp(flow_guide_procedure(&kit->flow, results[i], &is_here)->id, procedure) == 0)
			return i;
	return -1;
}

static void through_notes(struct kit *kit)
{
	for (int i = 0; i < FLOW_PROCEDURES_MAX && kit->flow.screen == SCREEN_NOTE; i++)
		kit_press(kit, ACTION_NEXT, 0);
}

static void to_review(struct kit *kit)
{
	kit_presence(kit, CARD_PRESENCE_PRESENT, 1);
	kit_look(kit, CARD_OK, CARD_MY_NUMBER, 3, 10);
	if (kit->flow.screen == SCREEN_NUMBER_ASK)
		kit_press(kit, ACTION_READ_NUMBER, 0);
	kit_pin(kit, 4);
	kit_press(kit, ACTION_NEXT, 0);
	kit_read(kit, CARD_OK, -1);
	assert_int_equal(kit->flow.screen, SCREEN_CHECK);
	kit_press(kit, ACTION_ALL_RIGHT, 0);
}

/* 令和8年1月1日 */
static void fill_in_date(struct kit *kit)
{
	static const int digits[] = {8, 1, 1};

	kit_press(kit, ACTION_ERA, ERA_REIWA);
	kit_press(kit, ACTION_CLEAR, 0);
	for (int part = 0; part < 3; part++) {
		kit_press(kit, ACTION_DATE_PART, part);
		kit_press(kit, ACTION_DIGIT, digits[part]);
	}
}

/* Skipped where it may be, else the first that is offered. */
static void fill_in(struct kit *kit)
{
	const struct form_field *field = flow_question_field(&kit->flow);

	if (!field->is_required) {
		kit_press(kit, ACTION_SKIP, 0);
		return;
	}
	if (field->type == FIELD_DATE)
		fill_in_date(kit);
	else if (field->type == FIELD_INTEGER)
		kit_press(kit, ACTION_NUMBER, field->min);
	else if (field->type == FIELD_TEXT || field->type == FIELD_KANA)
		kit_press(kit, ACTION_KANA, 0x3042);
	else
		kit_press(kit, ACTION_CHOOSE, 0);
	kit_press(kit, ACTION_NEXT, 0);
}

static void moving_in_leads_to_one_ticket_for_both_procedures(void **state)
{
	struct kit *kit = *state;
	const struct config_procedure *procedure;
	int n_forms = 0;

	to_result(kit);
	assert_true(flow_is_picked(&kit->flow, place_of(kit, "tennyu")));
	assert_true(flow_is_picked(&kit->flow, place_of(kit, "kokuho")));
	assert_false(flow_is_picked(&kit->flow, place_of(kit, "juminhyo"))); /* told, but only for who needs it */
	kit_press(kit, ACTION_NEXT, 0);
	assert_int_equal(kit->flow.screen, SCREEN_NOTE);
	through_notes(kit);
	assert_int_equal(kit->flow.visit.n_procedures, 2);
	assert_string_equal(flow_service(&kit->flow)->id, "moving"); /* of the first */
	for (int i = 0; (procedure = flow_procedure(&kit->flow, i)) != NULL; i++)
		n_forms += (int)procedure->n_forms;
	assert_true(n_forms >= 2);
	assert_int_equal(kit->flow.screen, SCREEN_CARD);
	to_review(kit);
	for (int i = 0; i < 80 && kit->flow.screen == SCREEN_QUESTION; i++)
		fill_in(kit);
	assert_int_equal(kit->flow.screen, SCREEN_REVIEW);
	assert_int_equal(kit->flow.visit.n_drafts, n_forms); /* each form of each procedure, one after another */
	for (int i = 0; i < n_forms; i++)
		kit_press(kit, ACTION_PRINT, 0);
	assert_int_equal(kit->flow.screen, SCREEN_TAKE_CARD);
	kit_presence(kit, CARD_PRESENCE_ABSENT, 1);
	assert_int_equal(kit->n_tickets_asked, 1);
	kit_ticket(kit, QUEUE_OK);
	kit_event(kit, &(struct flow_event){.kind = FLOW_FORM_PRINTED, .argument = PAPER_DONE});
	assert_int_equal(kit->flow.screen, SCREEN_TICKET);
	kit_press(kit, ACTION_FINISH, 0);
	assert_int_equal(kit->flow.visit.guide.n_asked, 0);
	assert_false(kit->flow.visit.is_guided);
}

static void back_asks_each_question_again_and_shows_what_was_said(void **state)
{
	struct kit *kit = *state;

	to_result(kit);
	kit_press(kit, ACTION_BACK, 0);
	assert_string_equal(flow_guide_question(&kit->flow)->id, "care");
	assert_int_equal(kit->flow.visit.guide.before, 1); /* no */
	kit_press(kit, ACTION_BACK, 0);
	assert_string_equal(flow_guide_question(&kit->flow)->id, "children");
	answer(kit, "children", "yes"); /* another answer brings another question */
	answer(kit, "nursery", "yes");
	answer(kit, "care", "no");
	assert_true(place_of(kit, "jido-teate") >= 0);
	for (int i = 0; i < 5; i++)
		kit_press(kit, ACTION_BACK, 0);
	assert_string_equal(flow_guide_question(&kit->flow)->id, "from");
	kit_press(kit, ACTION_BACK, 0);
	assert_int_equal(kit->flow.screen, SCREEN_GUIDE_EVENTS);
	kit_press(kit, ACTION_EVENT, event_named(kit, "death")); /* nothing of the other event is left */
	answer(kit, "notified", "yes");
	assert_int_equal(kit->flow.visit.guide.n_asked, 1);
	kit_press(kit, ACTION_BACK, 0);
	kit_press(kit, ACTION_BACK, 0);
	kit_press(kit, ACTION_BACK, 0);
	assert_true(kit_has(kit, EFFECT_VISIT_WIPE));
	assert_int_equal(kit->flow.screen, SCREEN_START);
}

static void back_from_the_card_keeps_what_was_picked(void **state)
{
	struct kit *kit = *state;

	to_result(kit);
	kit_press(kit, ACTION_PICK, place_of(kit, "juminhyo"));
	kit_press(kit, ACTION_NEXT, 0);
	through_notes(kit);
	assert_int_equal(kit->flow.screen, SCREEN_CARD);
	kit_press(kit, ACTION_BACK, 0);
	for (int i = 0; i < FLOW_PROCEDURES_MAX && kit->flow.screen == SCREEN_NOTE; i++)
		kit_press(kit, ACTION_BACK, 0);
	assert_int_equal(kit->flow.screen, SCREEN_GUIDE_RESULT);
	assert_true(flow_is_picked(&kit->flow, place_of(kit, "juminhyo")));
	kit_press(kit, ACTION_PICK, place_of(kit, "kokuho"));
	kit_press(kit, ACTION_NEXT, 0);
	assert_int_equal(kit->flow.visit.n_procedures, 2);
}

static void number_alone_carries_the_procedures_without_their_forms(void **state)
{
	struct kit *kit = *state;

	to_result(kit);
	kit_press(kit, ACTION_TICKET_ONLY, 0);
	assert_true(kit_has(kit, EFFECT_TICKET_ISSUE));
	assert_int_equal(kit->flow.visit.n_procedures, 2);
	assert_int_equal(kit->flow.visit.n_drafts, 0);
}

static void nothing_picked_goes_nowhere_but_to_the_services(void **state)
{
	struct kit *kit = *state;

	to_result(kit);
	kit_press(kit, ACTION_PICK, place_of(kit, "tennyu"));
	kit_press(kit, ACTION_PICK, place_of(kit, "kokuho"));
	kit_press(kit, ACTION_NEXT, 0);
	assert_int_equal(kit->flow.screen, SCREEN_GUIDE_RESULT);
	kit_press(kit, ACTION_TICKET_ONLY, 0);
	assert_int_equal(kit->flow.screen, SCREEN_SERVICES);
	kit_press(kit, ACTION_SERVICE, kit_service(kit, "tax"));
	assert_true(kit_has(kit, EFFECT_TICKET_ISSUE));
	assert_int_equal(kit->flow.visit.n_procedures, 0);
}

static void who_has_nothing_to_do_is_told_so(void **state)
{
	struct kit *kit = *state;
	int results[GUIDE_RESULTS_MAX];

	to_event(kit, "job-change");
	answer(kit, "what", "started");
	answer(kit, "before", "no"); /* neither age nor the next insurance is asked: they change nothing */
	assert_int_equal(kit->flow.screen, SCREEN_GUIDE_RESULT);
	assert_int_equal(flow_guide_results(&kit->flow, results), 0);
}

static void what_no_window_here_serves_is_told_and_not_picked(void **state)
{
	struct kit *kit = *state;
	struct config *config = kit->config;

	for (size_t i = 0; i < config->n_windows; i++)
		for (size_t j = 0; j < config->windows[i].n_serves; j++)
			if (strcmp(config->windows[i].serves[j], "health") == 0)
				config->windows[i].serves[j] = "certificates";
	to_result(kit);
	int kokuho = place_of(kit, "kokuho");
	assert_true(kokuho >= 0);
	assert_false(flow_is_picked(&kit->flow, kokuho));
	kit_press(kit, ACTION_PICK, kokuho);
	assert_false(flow_is_picked(&kit->flow, kokuho));
}

static void quitting_asks_once_something_was_answered(void **state)
{
	struct kit *kit = *state;

	to_event(kit, "death");
	answer(kit, "notified", "no");
	kit_press(kit, ACTION_QUIT, 0);
	assert_int_equal(kit->flow.overlay, OVERLAY_QUIT);
	kit_press(kit, ACTION_CLOSE, 0);
	assert_int_equal(kit->flow.screen, SCREEN_GUIDE_QUESTION);
	kit_press(kit, ACTION_QUIT, 0);
	kit_press(kit, ACTION_QUIT_YES, 0);
	assert_true(kit_has(kit, EFFECT_VISIT_WIPE));
	assert_int_equal(kit->flow.screen, SCREEN_START);
}

static void left_alone_the_guide_warns_and_forgets(void **state)
{
	struct kit *kit = *state;

	to_event(kit, "death");
	answer(kit, "notified", "no");
	kit_tick(kit, (int64_t)kit->config->terminal.idle_s * 1000);
	assert_int_equal(kit->flow.overlay, OVERLAY_WARNING);
	kit_press(kit, ACTION_MORE_TIME, 0);
	assert_int_equal(kit->flow.screen, SCREEN_GUIDE_QUESTION);
	kit_tick(kit, (int64_t)kit->config->terminal.idle_s * 1000);
	kit_tick(kit, (int64_t)kit->config->terminal.warning_s * 1000);
	assert_true(kit_has(kit, EFFECT_ABANDONED));
	assert_int_equal(kit->flow.visit.guide.n_asked, 0);
}

static void wild_numbers_choose_nothing(void **state)
{
	static const int64_t wild[] = {-1, 99, INT64_MAX, INT64_MIN, 1000000};
	struct kit *kit = *state;

	kit_press(kit, ACTION_GUIDE, 0);
	for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++)
		kit_press(kit, ACTION_EVENT, wild[i]);
	assert_int_equal(kit->flow.screen, SCREEN_GUIDE_EVENTS);
	kit_press(kit, ACTION_EVENT, event_named(kit, "moving-in"));
	for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++)
		kit_press(kit, ACTION_ANSWER, wild[i]);
	assert_string_equal(flow_guide_question(&kit->flow)->id, "from");
	answer(kit, "from", "japan");
	answer(kit, "insurance", "yes");
	answer(kit, "children", "no");
	answer(kit, "care", "no");
	uint32_t picked = kit->flow.visit.guide.picked;
	for (size_t i = 0; i < sizeof wild / sizeof wild[0]; i++)
		kit_press(kit, ACTION_PICK, wild[i]);
	assert_int_equal(kit->flow.visit.guide.picked, picked);
}

/* ---- several procedures at once ------------------------------------------------------------------------------------ */

static void go_on(struct kit *kit, const char *const *procedures, int n)
{
	int chosen[FLOW_PROCEDURES_MAX];
	struct flow_effects effects = {0};

	kit_press(kit, ACTION_GUIDE, 0);
	for (int i = 0; i < n; i++)
		chosen[i] = kit_procedure(kit, procedures[i]);
	choose_procedures(&kit->flow, chosen, n, &effects);
	through_notes(kit);
	to_review(kit);
}

static const struct draft *draft_named(const struct kit *kit, const char *form)
{
	for (int i = 0; i < kit->flow.visit.n_drafts; i++)
		if (strcmp(draft_form(kit->flow.visit.drafts[i]), form) == 0)
			return kit->flow.visit.drafts[i];
	return NULL;
}

static void a_form_two_procedures_share_is_filled_once(void **state)
{
	static const char *const both[] = {"denshi-shomei", "card-pin"};
	struct kit *kit = *state;

	assert_string_equal(kit->config->procedures[kit_procedure(kit, "denshi-shomei")].forms[0],
			    kit->config->procedures[kit_procedure(kit, "card-pin")].forms[0]);
	go_on(kit, both, 2);
	assert_int_equal(kit->flow.visit.n_drafts, 1);
	assert_string_equal(flow_draft_procedure(&kit->flow, 0)->id, "denshi-shomei");
}

/* Gives the form of @procedure a box for the number and says how the procedure may use it. */
static void asks_number(struct kit *kit, const char *procedure, enum individual_number use)
{
	struct config_procedure *asked = &kit->config->procedures[kit_procedure(kit, procedure)];

	asked->individual_number = use;
	for (size_t f = 0; f < kit->config->n_forms; f++)
		if (strcmp(kit->config->forms[f].id, asked->forms[0]) == 0) {
			struct form_field *last = &kit->config->forms[f].fields[kit->config->forms[f].n_fields - 1];
			last->id = FORM_NUMBER_FIELD;
			last->type = FIELD_INDIVIDUAL_NUMBER;
		}
}

static bool holds_number(const struct kit *kit, const char *form)
{
	const struct value *value = draft_find(draft_named(kit, form), FORM_NUMBER_FIELD);

	return value && strcmp(value->text, FORM_NUMBER_FROM_CARD) == 0;
}

static void a_number_stands_only_where_its_own_procedure_may_have_it(void **state)
{
	static const char *const all[] = {"juminhyo", "inkan", "zei-shomei"};
	struct kit *kit = *state;
	const char *forms[3];

	for (size_t i = 0; i < 3; i++)
		forms[i] = kit->config->procedures[kit_procedure(kit, all[i])].forms[0];
	asks_number(kit, "juminhyo", INDIVIDUAL_NUMBER_NEVER);
	asks_number(kit, "inkan", INDIVIDUAL_NUMBER_REQUIRED);
	asks_number(kit, "zei-shomei", INDIVIDUAL_NUMBER_OPTIONAL);
	go_on(kit, all, 3);
	assert_string_equal(flow_number_procedure(&kit->flow)->id, "inkan");
	kit->flow.visit.has_number = true;
	assert_true(choose_drafts(&kit->flow));
	assert_false(holds_number(kit, forms[0]));
	assert_true(holds_number(kit, forms[1]));
	assert_false(holds_number(kit, forms[2])); /* read because another needs it, without a permit of its own */
}

static void fees_of_all_procedures_are_told_as_one_sum(void **state)
{
	static const char *const both[] = {"juminhyo", "inkan"};
	struct kit *kit = *state;
	const char *ids[FLOW_BRING_MAX];
	int64_t first = kit->config->procedures[kit_procedure(kit, "juminhyo")].fee_yen;
	int64_t second = kit->config->procedures[kit_procedure(kit, "inkan")].fee_yen;

	go_on(kit, both, 2);
	assert_true(first > 0 && second > 0);
	assert_int_equal(flow_fee_yen(&kit->flow), first + second);
	assert_int_equal(draft_set(kit->flow.visit.drafts[0], "copies", "3", VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	assert_int_equal(flow_fee_yen(&kit->flow), 3 * first + second);
	int n = flow_bring(&kit->flow, ids);
	for (int i = 0; i < n; i++) {
		assert_string_not_equal(ids[i], "fee");
		for (int j = 0; j < i; j++)
			assert_string_not_equal(ids[i], ids[j]); /* each thing once */
	}
}

/* ---- languages ------------------------------------------------------------------------------------------------------- */

static void two_languages_change_places_and_more_have_a_screen(void **state)
{
	static const char *many[] = {"ja", "ja-easy", "en", "zh-Hans", "ko", "vi", "pt", "fil"};
	struct kit *kit = *state;

	to_event(kit, "death");
	kit->config->terminal.n_languages = 2;
	kit_press(kit, ACTION_LANGUAGE, 0);
	assert_int_equal(kit->flow.overlay, OVERLAY_NONE);
	assert_int_equal(kit->flow.visit.language, 1);
	kit_press(kit, ACTION_LANGUAGE, 0);
	assert_int_equal(kit->flow.visit.language, 0);
	const char **few = kit->config->terminal.languages;
	kit->config->terminal.languages = many;
	kit->config->terminal.n_languages = sizeof many / sizeof many[0];
	kit_press(kit, ACTION_LANGUAGE, 0);
	assert_int_equal(kit->flow.overlay, OVERLAY_LANGUAGE);
	kit_press(kit, ACTION_LANGUAGE_SET, 3);
	assert_int_equal(kit->flow.overlay, OVERLAY_NONE);
	assert_int_equal(kit->flow.screen, SCREEN_GUIDE_QUESTION); /* where one was */
	assert_string_equal(flow_language(&kit->flow), "zh-Hans");
	kit_press(kit, ACTION_QUIT_YES, 0);
	assert_string_equal(flow_language(&kit->flow), "ja");
	kit->config->terminal.languages = few;
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(moving_in_leads_to_one_ticket_for_both_procedures), CASE(back_asks_each_question_again_and_shows_what_was_said),
		CASE(back_from_the_card_keeps_what_was_picked), CASE(number_alone_carries_the_procedures_without_their_forms),
		CASE(nothing_picked_goes_nowhere_but_to_the_services), CASE(who_has_nothing_to_do_is_told_so),
		CASE(what_no_window_here_serves_is_told_and_not_picked), CASE(quitting_asks_once_something_was_answered),
		CASE(left_alone_the_guide_warns_and_forgets), CASE(wild_numbers_choose_nothing),
		CASE(a_form_two_procedures_share_is_filled_once), CASE(a_number_stands_only_where_its_own_procedure_may_have_it),
		CASE(fees_of_all_procedures_are_told_as_one_sum), CASE(two_languages_change_places_and_more_have_a_screen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
