/* SPDX-License-Identifier: MIT
 * The spool against a world of dice: printers that fail in every way, power cuts between any two effects, programs that
 * repeat themselves. Whatever the order, no key reaches paper twice and nobody is left without an answer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "printer/spool/spool.h"
#include "shared/base/banned.h"

#define KEYS 6

struct world {
	struct spool *spool;
	struct spool_effect effects[SPOOL_EFFECTS_MAX];
	size_t n_effects;
	int64_t now;
	uint64_t dice;
	/* the journal */
	bool is_known[KEYS];
	enum print_state state[KEYS];
	/* what happened */
	int n_paper[KEYS], n_sends[KEYS];
	enum print_state told[KEYS];
	uint32_t pages[SPOOL_JOBS_MAX * 64];
	size_t n_pages;
	uint32_t key_of_job[4096];
	size_t busy_role, busy_printer;
	int busy_key, checking; /* -1 none */
	size_t check_role, check_printer;
	int n_checks, n_cancels, n_status;
	char last_reasons[SPOOL_REASONS_MAX];
};

static const struct spool_role two_printers[] = {{"slip", 2}};

static unsigned dice(struct world *world, unsigned sides)
{
	world->dice ^= world->dice << 13;
	world->dice ^= world->dice >> 7;
	world->dice ^= world->dice << 17;
	return (unsigned)(world->dice % sides);
}

static int key_number(const char *key)
{
	int number = -1;

	assert_int_equal(sscanf(key, "visit/slip/%d", &number), 1);
	return number;
}

static void carry_out(struct world *world, const struct spool_effect *effect)
{
	int key = effect->key[0] ? key_number(effect->key) : -1;

	switch (effect->kind) {
	case SPOOL_CHECK:
		world->checking = 1;
		world->n_checks++;
		world->check_role = effect->role;
		world->check_printer = effect->printer;
		break;
	case SPOOL_RECORD:
		world->is_known[key] = true;
		world->state[key] = effect->state;
		break;
	case SPOOL_SEND:
		world->busy_key = (int)world->key_of_job[effect->job];
		world->busy_role = effect->role;
		world->busy_printer = effect->printer;
		world->n_sends[world->busy_key]++;
		assert_int_equal(world->state[world->busy_key], PRINT_PROCESSING); /* durable before it leaves */
		break;
	case SPOOL_CANCEL:
		world->n_cancels++;
		world->busy_key = -1;
		break;
	case SPOOL_TELL:
		world->told[key] = effect->state;
		memcpy(world->last_reasons, effect->reasons, sizeof(world->last_reasons));
		break;
	case SPOOL_DROP:
		for (size_t i = 0; i < world->n_pages; i++)
			if (world->pages[i] == effect->job) {
				world->pages[i] = world->pages[--world->n_pages];
				return;
			}
		fail_msg("a page was dropped twice");
		break;
	case SPOOL_STATUS:
		world->n_status++;
		break;
	}
}

static void power_cut(struct world *world)
{
	/* what was on its way to the printer may have arrived */
	if (world->busy_key >= 0 && dice(world, 2))
		world->n_paper[world->busy_key]++;
	world->busy_key = -1;
	world->checking = 0;
	world->n_pages = 0;
	world->spool = spool_free(world->spool);
	for (int i = 0; i < KEYS; i++)
		if (world->is_known[i])
			world->state[i] = spool_after_restart(world->state[i]);
	assert_int_equal(spool_new(two_printers, 1, &world->spool), 0);
}

/* Carries out the effects; in a violent world the power may go between any two. */
static void settle(struct world *world, bool is_violent)
{
	size_t n;

	while ((n = spool_take_effects(world->spool, world->effects)) > 0)
		for (size_t i = 0; i < n; i++) {
			if (is_violent && dice(world, 60) == 0) {
				power_cut(world);
				return;
			}
			carry_out(world, &world->effects[i]);
		}
}

static enum spool_known known_of(const struct world *world, int key)
{
	if (!world->is_known[key] || world->state[key] == PRINT_PENDING || world->state[key] == PRINT_PROCESSING)
		return SPOOL_KEY_NEW;
	return world->state[key] == PRINT_ABORTED ? SPOOL_KEY_ABORTED
	       : world->state[key] == PRINT_COMPLETED ? SPOOL_KEY_COMPLETED : SPOOL_KEY_UNKNOWN;
}

static void submit(struct world *world, int key, bool is_violent)
{
	char text[32];
	uint32_t job;

	snprintf(text, sizeof(text), "visit/slip/%d", key);
	job = spool_submit(world->spool, world->now, "slip", text, "application/vnd.escpos", 1000, known_of(world, key));
	if (job) {
		world->key_of_job[job] = (uint32_t)key;
		world->pages[world->n_pages++] = job;
	}
	settle(world, is_violent);
}

static void answer_check(struct world *world, const char *reasons, bool is_violent)
{
	world->checking = 0;
	spool_checked(world->spool, world->now, world->check_role, world->check_printer, reasons);
	settle(world, is_violent);
}

static void answer_page(struct world *world, enum spool_outcome outcome, const char *reasons, bool is_violent)
{
	int key = world->busy_key;

	world->busy_key = -1;
	if (outcome == SPOOL_PRINTED || (outcome == SPOOL_LOST && dice(world, 2)))
		world->n_paper[key]++;
	spool_finished(world->spool, world->now, world->busy_role, world->busy_printer, outcome, reasons);
	settle(world, is_violent);
}

static void random_step(struct world *world)
{
	static const char *const conditions[] = {"", "", "", "media-empty", "connecting-to-device", "unsupported-document-format"};
	static const enum spool_outcome outcomes[] = {SPOOL_PRINTED, SPOOL_PRINTED, SPOOL_NOT_SENT, SPOOL_REFUSED, SPOOL_LOST};

	switch (dice(world, 6)) {
	case 0:
		submit(world, (int)dice(world, KEYS), true);
		break;
	case 1:
		if (world->checking)
			answer_check(world, conditions[dice(world, 6)], true);
		break;
	case 2:
		if (world->busy_key >= 0)
			answer_page(world, outcomes[dice(world, 5)], "other", true);
		break;
	case 3:
		if (world->busy_key >= 0)
			spool_noticed(world->spool, world->now, world->busy_role, world->busy_printer, dice(world, 2) ? "media-empty" : "");
		settle(world, true);
		break;
	case 4:
		world->now += dice(world, 20) == 0 ? SPOOL_PATIENCE_MS : (int64_t)dice(world, 20000);
		spool_tick(world->spool, world->now);
		settle(world, true);
		break;
	case 5:
		if (dice(world, 40) == 0)
			power_cut(world);
		break;
	}
}

static void world_init(struct world *world, uint64_t seed)
{
	*world = (struct world){.dice = seed * 2654435761U + 88172645463325252U, .busy_key = -1};
	assert_int_equal(spool_new(two_printers, 1, &world->spool), 0);
	spool_tick(world->spool, 0);
	settle(world, false);
}

static void no_key_reaches_paper_twice_in_any_order_of_faults_and_power_cuts(void **state)
{
	static struct world world;
	int n_printed = 0, n_lost = 0;

	for (uint64_t seed = 1; seed <= 3000; seed++) {
		world_init(&world, seed);
		for (int step = 0; step < 120; step++) {
			random_step(&world);
			assert_int_equal(world.n_pages, spool_n_jobs(world.spool));
		}
		for (int key = 0; key < KEYS; key++) {
			if (world.n_paper[key] > 1)
				fail_msg("seed %llu: key %d is on paper %d times", (unsigned long long)seed, key, world.n_paper[key]);
			/* and what is on paper is never called aborted */
			if (world.n_paper[key] && world.state[key] == PRINT_ABORTED)
				fail_msg("seed %llu: key %d is on paper and called aborted", (unsigned long long)seed, key);
			n_printed += world.state[key] == PRINT_COMPLETED;
			n_lost += world.state[key] == PRINT_UNKNOWN;
		}
		spool_free(world.spool);
	}
	assert_true(n_printed > 1000); /* the dice do reach both ends */
	assert_true(n_lost > 1000);
}

static void a_key_that_was_printed_is_answered_and_not_repeated(void **state)
{
	static struct world world;

	world_init(&world, 1);
	answer_check(&world, "", false);
	submit(&world, 0, false);
	answer_check(&world, "", false);
	answer_page(&world, SPOOL_PRINTED, "", false);
	submit(&world, 0, false);
	assert_int_equal(world.n_sends[0], 1);
	assert_int_equal(world.told[0], PRINT_COMPLETED);
	power_cut(&world);
	submit(&world, 0, false);
	assert_int_equal(world.n_sends[0], 1);
	spool_free(world.spool);
}

static void power_cut_makes_pending_aborted_and_processing_unknown(void **state)
{
	static struct world world;

	world_init(&world, 1);
	answer_check(&world, "", false);
	submit(&world, 0, false);
	submit(&world, 1, false);
	answer_check(&world, "", false);
	assert_int_equal(world.state[0], PRINT_PROCESSING);
	assert_int_equal(world.state[1], PRINT_PENDING);
	power_cut(&world);
	assert_int_equal(world.state[0], PRINT_UNKNOWN);
	assert_int_equal(world.state[1], PRINT_ABORTED);
	submit(&world, 0, false);
	assert_int_equal(world.told[0], PRINT_UNKNOWN);
	assert_int_equal(spool_n_jobs(world.spool), 0);
	submit(&world, 1, false); /* surely never printed: may be tried again */
	assert_int_equal(spool_n_jobs(world.spool), 1);
	spool_free(world.spool);
}

static void second_printer_takes_over_when_the_first_has_no_paper(void **state)
{
	static struct world world;

	world_init(&world, 1);
	answer_check(&world, "", false);
	submit(&world, 0, false);
	answer_check(&world, "media-empty", false);
	assert_int_equal(world.check_printer, 1);
	answer_check(&world, "", false);
	assert_int_equal(world.busy_printer, 1);
	answer_page(&world, SPOOL_PRINTED, "", false);
	assert_int_equal(world.told[0], PRINT_COMPLETED);
	spool_free(world.spool);
}

static void waiting_job_shows_why_and_goes_when_paper_is_back(void **state)
{
	static struct world world;

	world_init(&world, 1);
	answer_check(&world, "", false);
	submit(&world, 0, false);
	for (int i = 0; i < 6; i++) {
		answer_check(&world, "media-empty", false);
		answer_check(&world, "connecting-to-device", false);
		assert_int_equal(world.told[0], PRINT_PENDING);
		assert_string_equal(world.last_reasons, "media-empty");
		assert_false(world.checking);
		/* it backs off, and not for longer than it says */
		assert_true(spool_next_mono_ms(world.spool) > world.now);
		assert_true(spool_next_mono_ms(world.spool) <= world.now + SPOOL_BACKOFF_LAST_MS);
		world.now = spool_next_mono_ms(world.spool);
		spool_tick(world.spool, world.now);
		settle(&world, false);
		assert_true(world.checking);
	}
	answer_check(&world, "", false);
	answer_page(&world, SPOOL_PRINTED, "", false);
	assert_int_equal(world.told[0], PRINT_COMPLETED);
	spool_free(world.spool);
}

static void job_nobody_could_print_is_given_up_before_it_surprises_someone(void **state)
{
	static struct world world;

	world_init(&world, 1);
	answer_check(&world, "", false);
	submit(&world, 0, false);
	answer_check(&world, "media-empty", false);
	answer_check(&world, "media-empty", false);
	world.now += SPOOL_PATIENCE_MS;
	spool_tick(world.spool, world.now);
	settle(&world, false);
	assert_int_equal(world.told[0], PRINT_ABORTED);
	assert_string_equal(world.last_reasons, "media-empty");
	assert_int_equal(world.n_pages, 0);
	spool_free(world.spool);
}

static void page_stuck_in_the_printer_becomes_unknown_and_frees_the_line(void **state)
{
	static struct world world;

	world_init(&world, 1);
	answer_check(&world, "", false);
	submit(&world, 0, false);
	answer_check(&world, "", false);
	spool_noticed(world.spool, world.now, 0, 0, "media-empty");
	settle(&world, false);
	assert_int_equal(world.told[0], PRINT_PROCESSING);
	world.now += SPOOL_PATIENCE_MS;
	spool_tick(world.spool, world.now);
	settle(&world, false);
	assert_int_equal(world.told[0], PRINT_UNKNOWN);
	assert_int_equal(world.n_cancels, 1);
	submit(&world, 1, false);
	answer_check(&world, "", false);
	answer_page(&world, SPOOL_PRINTED, "", false);
	assert_int_equal(world.told[1], PRINT_COMPLETED);
	spool_free(world.spool);
}

static void format_no_printer_takes_is_refused_at_once(void **state)
{
	static struct world world;

	world_init(&world, 1);
	answer_check(&world, "", false);
	submit(&world, 0, false);
	answer_check(&world, "unsupported-document-format", false);
	answer_check(&world, "unsupported-document-format", false);
	assert_int_equal(world.told[0], PRINT_ABORTED);
	assert_string_equal(spool_role_reasons(world.spool, 0), "");
	spool_free(world.spool);
}

static void line_is_bounded_in_jobs_and_bytes(void **state)
{
	static struct world world;
	char key[40];

	world_init(&world, 1);
	for (int i = 0; i < SPOOL_JOBS_MAX; i++) {
		snprintf(key, sizeof(key), "visit/slip/0%d", i);
		assert_true(spool_submit(world.spool, 0, "slip", key, "x", 1, SPOOL_KEY_NEW) > 0);
		spool_take_effects(world.spool, world.effects);
	}
	assert_int_equal(spool_submit(world.spool, 0, "slip", "visit/slip/1", "x", 1, SPOOL_KEY_NEW), 0);
	settle(&world, false);
	assert_int_equal(world.told[1], PRINT_ABORTED);
	assert_string_equal(world.last_reasons, "spool-area-full");
	assert_false(world.is_known[1]); /* never taken, so nothing of it is recorded */
	spool_free(world.spool);
	world_init(&world, 1);
	assert_true(spool_submit(world.spool, 0, "slip", "visit/slip/1", "x", SPOOL_BYTES_MAX, SPOOL_KEY_NEW) > 0);
	assert_int_equal(spool_submit(world.spool, 0, "slip", "visit/slip/2", "x", 1, SPOOL_KEY_NEW), 0);
	spool_free(world.spool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_key_reaches_paper_twice_in_any_order_of_faults_and_power_cuts),
		cmocka_unit_test(a_key_that_was_printed_is_answered_and_not_repeated),
		cmocka_unit_test(power_cut_makes_pending_aborted_and_processing_unknown),
		cmocka_unit_test(second_printer_takes_over_when_the_first_has_no_paper),
		cmocka_unit_test(waiting_job_shows_why_and_goes_when_paper_is_back),
		cmocka_unit_test(job_nobody_could_print_is_given_up_before_it_surprises_someone),
		cmocka_unit_test(page_stuck_in_the_printer_becomes_unknown_and_frees_the_line),
		cmocka_unit_test(format_no_printer_takes_is_refused_at_once),
		cmocka_unit_test(line_is_bounded_in_jobs_and_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
