/* SPDX-License-Identifier: MIT
 * The guide: as properties over tables drawn at random and over the common catalogue's own, each tried with every way it
 * can be answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "shared/model/guide.h"
#include "shared/base/banned.h"

#define TABLES 400
#define QUESTIONS 4
#define OPTIONS 3
#define RESULTS 6
#define ASKED_MAX 5 /* who does not know what to do is not asked more than this */

static const char *const names[] = {"a", "b", "c", "d", "e", "f"};

struct table {
	struct guide_event event;
	struct guide_question questions[QUESTIONS];
	struct form_option options[QUESTIONS][OPTIONS];
	struct guide_result results[RESULTS];
	struct guide_condition when[RESULTS][2];
	const char *any[RESULTS][2][OPTIONS];
};

static unsigned dice(unsigned *seed, unsigned n)
{
	*seed = *seed * 1664525U + 1013904223U;
	return (*seed >> 16) % n;
}

static void draw_result(struct table *table, int r, unsigned *seed)
{
	struct guide_result *result = &table->results[r];

	*result = (struct guide_result){.id = names[r], .procedure = names[dice(seed, 4)], .when = table->when[r], .n_when = dice(seed, 3)};
	for (size_t w = 0; w < result->n_when; w++) {
		const struct guide_question *question = &table->questions[dice(seed, QUESTIONS)];
		struct guide_condition *condition = &table->when[r][w];
		*condition = (struct guide_condition){.question = question->id, .any = table->any[r][w]};
		for (size_t o = 0; o < question->n_options; o++)
			if (dice(seed, 2))
				table->any[r][w][condition->n_any++] = question->options[o].id;
	}
}

static void draw(struct table *table, unsigned seed)
{
	memset(table, 0, sizeof *table);
	for (int q = 0; q < QUESTIONS; q++) {
		table->questions[q] = (struct guide_question){.id = names[q], .options = table->options[q], .n_options = 2 + dice(&seed, 2)};
		for (int o = 0; o < OPTIONS; o++)
			table->options[q][o].id = names[o];
	}
	for (int r = 0; r < RESULTS; r++)
		draw_result(table, r, &seed);
	table->event = (struct guide_event){.id = "event", .questions = table->questions, .n_questions = QUESTIONS,
					    .results = table->results, .n_results = RESULTS};
}

/* ---- every way to answer ------------------------------------------------------------------------------------------- */

/* The next complete set of answers, as an odometer. false: that was the last. */
static bool turn(const struct guide_event *event, struct guide_answers *all)
{
	for (size_t q = 0; q < event->n_questions; q++) {
		if ((size_t)++all->chosen[q] < event->questions[q].n_options)
			return true;
		all->chosen[q] = 0;
	}
	return false;
}

static void start(const struct guide_event *event, struct guide_answers *all)
{
	guide_answers_init(all);
	for (size_t q = 0; q < event->n_questions; q++)
		all->chosen[q] = 0;
}

static void assert_same(const struct guide_event *event, const struct guide_answers *one, const struct guide_answers *other)
{
	int a[GUIDE_RESULTS_MAX], b[GUIDE_RESULTS_MAX];
	size_t n = guide_results(event, one, a);

	assert_int_equal(n, guide_results(event, other, b));
	assert_memory_equal(a, b, n * sizeof a[0]);
}

/* Two people who answered alike so far, and differ in @question only, are told different things. */
static bool matters(const struct guide_event *event, const struct guide_answers *so_far, int question)
{
	struct guide_answers all;

	start(event, &all);
	do {
		struct guide_answers one = all, other;
		int a[GUIDE_RESULTS_MAX], b[GUIDE_RESULTS_MAX];
		for (size_t q = 0; q < event->n_questions; q++)
			if (so_far->chosen[q] >= 0)
				one.chosen[q] = so_far->chosen[q];
		other = one;
		size_t n = guide_results(event, &one, a);
		for (size_t o = 0; o < event->questions[question].n_options; o++) {
			other.chosen[question] = (int)o;
			if (guide_results(event, &other, b) != n || memcmp(a, b, n * sizeof a[0]) != 0)
				return true;
		}
	} while (turn(event, &all));
	return false;
}

/* Answers as guide_next() asks. Return: how many questions that took. */
static int follow(const struct guide_event *event, const struct guide_answers *all, struct guide_answers *told, bool must_matter)
{
	int n = 0, q;

	guide_answers_init(told);
	while ((q = guide_next(event, told)) >= 0) {
		assert_int_equal(told->chosen[q], GUIDE_UNANSWERED);
		if (must_matter)
			assert_true(matters(event, told, q));
		told->chosen[q] = all->chosen[q];
		n++;
	}
	return n;
}

/* ---- drawn tables ------------------------------------------------------------------------------------------------- */

static void nothing_is_forgotten_by_what_was_not_asked(void **state)
{
	struct table table;
	struct guide_answers all, told;

	for (unsigned seed = 1; seed <= TABLES; seed++) {
		draw(&table, seed);
		start(&table.event, &all);
		do {
			follow(&table.event, &all, &told, false);
			assert_same(&table.event, &all, &told);
		} while (turn(&table.event, &all));
	}
}

static void order_of_answers_is_of_no_account(void **state)
{
	struct table table;
	struct guide_answers all, told;

	for (unsigned seed = 1; seed <= TABLES; seed++) {
		unsigned order = seed;
		draw(&table, seed);
		start(&table.event, &all);
		do {
			guide_answers_init(&told);
			while (guide_next(&table.event, &told) >= 0) {
				unsigned q = dice(&order, QUESTIONS);
				told.chosen[q] = all.chosen[q];
			}
			assert_same(&table.event, &all, &told);
		} while (turn(&table.event, &all));
	}
}

static void a_procedure_is_told_once_with_its_first_reason(void **state)
{
	struct guide_result results[] = {{.id = "a", .procedure = "p"}, {.id = "b", .procedure = "q"}, {.id = "c", .procedure = "p"}};
	struct guide_event event = {.results = results, .n_results = 3};
	struct guide_answers none;
	int told[GUIDE_RESULTS_MAX];

	guide_answers_init(&none);
	assert_int_equal(guide_results(&event, &none, told), 2);
	assert_int_equal(told[0], 0);
	assert_int_equal(told[1], 1);
	assert_int_equal(guide_next(&event, &none), -1);
}

static void question_that_changes_nothing_is_not_asked(void **state)
{
	struct form_option options[] = {{.id = "yes"}, {.id = "no"}};
	struct guide_question questions[] = {{.id = "one", .options = options, .n_options = 2}, {.id = "two", .options = options, .n_options = 2}};
	const char *yes[] = {"yes"}, *both[] = {"yes", "no"};
	struct guide_condition when[] = {{.question = "one", .any = yes, .n_any = 1}, {.question = "two", .any = yes, .n_any = 1}};
	struct guide_condition always[] = {{.question = "one", .any = both, .n_any = 2}};
	struct guide_result results[] = {{.id = "a", .procedure = "p", .when = when, .n_when = 2}};
	struct guide_event event = {.questions = questions, .n_questions = 2, .results = results, .n_results = 1};
	struct guide_answers answers;

	guide_answers_init(&answers);
	assert_int_equal(guide_next(&event, &answers), 0);
	answers.chosen[0] = 1; /* no: the second question is idle */
	assert_int_equal(guide_next(&event, &answers), -1);
	answers.chosen[0] = 0;
	assert_int_equal(guide_next(&event, &answers), 1);
	results[0] = (struct guide_result){.id = "a", .procedure = "p", .when = always, .n_when = 1};
	guide_answers_init(&answers);
	assert_int_equal(guide_next(&event, &answers), -1);
}

/* ---- the catalogue ------------------------------------------------------------------------------------------------ */

static int load(void **state)
{
	const char *source = getenv("MESON_SOURCE_ROOT");
	char town[1024], templates[1024];
	struct findings findings = {0};
	struct config *config = NULL;

	snprintf(town, sizeof town, "%s/shared/templates/municipalities/209996-mihon", source ? source : ".");
	snprintf(templates, sizeof templates, "%s/shared/templates", source ? source : ".");
	struct config_options options = {.templates_dir = templates, .allow_unsigned = true, .is_fast = true};
	int r = config_load(town, &options, &findings, &config);
	findings_print(&findings, stderr);
	findings_release(&findings);
	*state = config;
	return r;
}

static int unload(void **state)
{
	config_free(*state);
	return 0;
}

static void catalogue_asks_little_and_forgets_nothing(void **state)
{
	const struct config *config = *state;
	struct guide_answers all, told;

	assert_true(config->n_guide >= 9);
	for (size_t e = 0; e < config->n_guide; e++) {
		const struct guide_event *event = &config->guide[e];
		assert_true(event->n_questions <= GUIDE_QUESTIONS_MAX);
		start(event, &all);
		do {
			if (follow(event, &all, &told, false) > ASKED_MAX)
				fail_msg("%s asks too much", event->id);
			assert_same(event, &all, &told);
		} while (turn(event, &all));
	}
}

static void every_result_of_the_catalogue_can_be_reached(void **state)
{
	const struct config *config = *state;

	for (size_t e = 0; e < config->n_guide; e++) {
		const struct guide_event *event = &config->guide[e];
		bool is_reached[GUIDE_RESULTS_MAX] = {false};
		struct guide_answers all;
		int results[GUIDE_RESULTS_MAX];
		start(event, &all);
		do {
			size_t n = guide_results(event, &all, results);
			for (size_t i = 0; i < n; i++)
				is_reached[results[i]] = true;
		} while (turn(event, &all));
		for (size_t r = 0; r < event->n_results; r++)
			if (!is_reached[r])
				fail_msg("%s %s is never told", event->id, event->results[r].id);
	}
}

static void every_question_of_the_catalogue_matters_when_it_is_asked(void **state)
{
	const struct config *config = *state;
	struct guide_answers all, told;

	for (size_t e = 0; e < config->n_guide; e++) {
		const struct guide_event *event = &config->guide[e];
		bool is_asked[GUIDE_QUESTIONS_MAX] = {false};
		start(event, &all);
		do {
			follow(event, &all, &told, true);
			for (size_t q = 0; q < event->n_questions; q++)
				is_asked[q] |= told.chosen[q] >= 0;
		} while (turn(event, &all));
		for (size_t q = 0; q < event->n_questions; q++)
			if (!is_asked[q])
				fail_msg("%s never asks %s", event->id, event->questions[q].id);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_forgotten_by_what_was_not_asked),
		cmocka_unit_test(order_of_answers_is_of_no_account),
		cmocka_unit_test(a_procedure_is_told_once_with_its_first_reason),
		cmocka_unit_test(question_that_changes_nothing_is_not_asked),
		cmocka_unit_test_setup_teardown(catalogue_asks_little_and_forgets_nothing, load, unload),
		cmocka_unit_test_setup_teardown(every_result_of_the_catalogue_can_be_reached, load, unload),
		cmocka_unit_test_setup_teardown(every_question_of_the_catalogue_matters_when_it_is_asked, load, unload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
