/* SPDX-License-Identifier: MIT
 * The desk's promises: sentences one by one, then days of random commands from seeds, each checked after every step and
 * replayed from its events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "queue/desk/desk.h"
#include "queue/estimate/estimate.h"
#include "shared/base/clock.h"
#include "shared/base/banned.h"

#define SEEDS 200
#define STEPS 400

static struct text_entry ja[] = {{"ja", "x"}};
static const char *w1_serves[] = {"a", "b"}, *w2_serves[] = {"a"}, *w3_serves[] = {"b"};
static struct config_office offices[] = {{
	.id = "honcho",
	.hours = {[1] = {true, 510, 1035}, [2] = {true, 510, 1035}, [3] = {true, 510, 1035}, [4] = {true, 510, 1035}, [5] = {true, 510, 1035}},
	.day_starts_min = 240,
}};
static struct config_service services[] = {
	{.id = "a", .name = {ja, 1}, .prefix = "A", .number_first = 1, .number_last = 99999, .minutes = 5},
	{.id = "b", .name = {ja, 1}, .prefix = "B", .number_first = 1, .number_last = 3, .minutes = 20},
	{.id = "a2", .name = {ja, 1}, .prefix = "A", .number_first = 1, .number_last = 5, .minutes = 5},
};
static struct config_window windows[] = {
	{.id = "w1", .office = "honcho", .label = {ja, 1}, .serves = w1_serves, .n_serves = 2},
	{.id = "w2", .office = "honcho", .label = {ja, 1}, .serves = w2_serves, .n_serves = 1},
	{.id = "w3", .office = "honcho", .label = {ja, 1}, .serves = w3_serves, .n_serves = 1},
	{.id = "w9", .office = "elsewhere", .label = {ja, 1}, .serves = w2_serves, .n_serves = 1},
};
static const char *holidays[] = {"2026-11-23"};
static struct config town = {
	.municipality = {.code = "209996", .timezone = "Asia/Tokyo"},
	.offices = offices, .n_offices = 1, .services = services, .n_services = 3, .windows = windows, .n_windows = 4,
	.holidays = holidays, .n_holidays = 1,
};

struct hall {
	struct desk *desk;
	int64_t seq, now;
	struct desk_event log[STEPS * 4];
	size_t n_log;
	struct desk_events last;
};

static int64_t instant_of(const char *text)
{
	int64_t ms = 0;

	assert_int_equal(instant_parse(text, &ms), 0);
	return ms;
}

static void hall_init(struct hall *h, const char *now)
{
	memset(h, 0, sizeof(*h));
	assert_int_equal(desk_new(&town, &offices[0], &h->desk), 0);
	h->now = instant_of(now);
}

static enum desk_outcome say(struct hall *h, struct desk_command c)
{
	struct desk_events events = {.n_items = 0};
	enum desk_outcome outcome;

	c.now_utc_ms = h->now;
	outcome = desk_decide(h->desk, &c, &events);
	for (size_t i = 0; outcome == DESK_OUTCOME_OK && i < events.n_items; i++) {
		events.items[i].seq = ++h->seq;
		assert_int_equal(desk_apply(h->desk, &events.items[i]), 0);
		h->log[h->n_log++] = events.items[i];
	}
	h->last = events;
	return outcome;
}

static enum desk_outcome issue(struct hall *h, const char *service)
{
	say(h, (struct desk_command){.verb = DESK_ROLL});
	return say(h, (struct desk_command){.verb = DESK_ISSUE, .service = service});
}

static enum desk_outcome at(struct hall *h, const char *window, enum desk_verb verb)
{
	return say(h, (struct desk_command){.verb = verb, .window = window});
}

static const char *number_at(struct hall *h, const char *window)
{
	const struct desk_ticket *ticket = desk_window_find(h->desk, window)->ticket;

	return ticket ? desk_ticket_number(ticket) : "";
}

static void desk_numbers_have_prefix_and_three_digits(void **state)
{
	struct hall h;

	hall_init(&h, "2026-11-24T10:12:00+09:00");
	for (int i = 0; i < 15; i++)
		assert_int_equal(issue(&h, "a"), DESK_OUTCOME_OK);
	assert_string_equal(h.last.items[0].ticket, "20261124-A015");
	assert_non_null(desk_ticket_find(h.desk, "20261124-A001"));
	h.desk = desk_free(h.desk);
}

static void desk_refuses_when_numbers_are_used_up_and_never_wraps(void **state)
{
	struct hall h;

	hall_init(&h, "2026-11-24T10:12:00+09:00");
	for (int i = 0; i < 3; i++)
		assert_int_equal(issue(&h, "b"), DESK_OUTCOME_OK);
	assert_int_equal(issue(&h, "b"), DESK_OUTCOME_EXHAUSTED);
	assert_int_equal(desk_n_waiting(h.desk, "b"), 3);
	h.desk = desk_free(h.desk);
}

static void desk_opens_by_hours_holidays_and_serving_windows(void **state)
{
	struct hall h;

	hall_init(&h, "2026-11-24T08:29:59+09:00");
	assert_int_equal(issue(&h, "a"), DESK_OUTCOME_CLOSED);
	h.now = instant_of("2026-11-24T08:30:00+09:00");
	assert_int_equal(issue(&h, "a"), DESK_OUTCOME_OK);
	h.now = instant_of("2026-11-24T17:15:00+09:00");
	assert_int_equal(issue(&h, "a"), DESK_OUTCOME_CLOSED);
	assert_int_equal(at(&h, "w3", DESK_OPEN), DESK_OUTCOME_OK); /* serves b only */
	assert_int_equal(issue(&h, "a"), DESK_OUTCOME_CLOSED);
	assert_int_equal(issue(&h, "b"), DESK_OUTCOME_OK);
	assert_false(desk_is_within_hours(h.desk, instant_of("2026-11-23T10:00:00+09:00"))); /* holiday */
	assert_false(desk_is_within_hours(h.desk, instant_of("2026-11-28T10:00:00+09:00"))); /* Saturday */
	assert_true(desk_is_within_hours(h.desk, instant_of("2026-11-24T01:00:00Z")));      /* 10:00 there, whatever the machine's zone */
	assert_int_equal(issue(&h, "a2"), DESK_OUTCOME_UNKNOWN_SERVICE);                    /* no window ever serves it */
	h.desk = desk_free(h.desk);
}

static void desk_day_rolls_over_at_day_starts_and_never_back(void **state)
{
	struct hall h;

	hall_init(&h, "2026-11-25T03:59:59+09:00");
	assert_int_equal(desk_day_of(h.desk, h.now), 20261124);
	assert_int_equal(say(&h, (struct desk_command){.verb = DESK_ROLL}), DESK_OUTCOME_OK);
	assert_int_equal(desk_day(h.desk), 20261124);
	assert_int_equal(at(&h, "w1", DESK_OPEN), DESK_OUTCOME_OK);
	assert_int_equal(issue(&h, "a"), DESK_OUTCOME_OK);
	h.now = instant_of("2026-11-25T04:00:00+09:00");
	say(&h, (struct desk_command){.verb = DESK_ROLL});
	assert_int_equal(desk_day(h.desk), 20261125);
	assert_int_equal(desk_n_tickets(h.desk), 0);
	assert_int_equal(desk_window_find(h.desk, "w1")->state, DESK_WINDOW_CLOSED);
	h.now = instant_of("2026-11-24T10:00:00+09:00"); /* the clock steps back a day */
	assert_int_equal(issue(&h, "a"), DESK_OUTCOME_OK);
	assert_int_equal(desk_day(h.desk), 20261125);
	assert_string_equal(h.last.items[0].ticket, "20261125-A001");
	assert_true(h.last.items[0].at_utc_ms >= instant_of("2026-11-25T04:00:00+09:00"));
	h.desk = desk_free(h.desk);
}

static void desk_next_while_serving_is_busy_and_nothing_changes(void **state)
{
	struct hall h;

	hall_init(&h, "2026-11-24T10:12:00+09:00");
	issue(&h, "a");
	issue(&h, "a");
	assert_int_equal(at(&h, "w1", DESK_NEXT), DESK_OUTCOME_WINDOW_CLOSED);
	at(&h, "w1", DESK_OPEN);
	assert_int_equal(at(&h, "w1", DESK_NEXT), DESK_OUTCOME_OK);
	assert_int_equal(at(&h, "w1", DESK_START), DESK_OUTCOME_OK);
	assert_int_equal(at(&h, "w1", DESK_NEXT), DESK_OUTCOME_BUSY);
	assert_string_equal(number_at(&h, "w1"), "A001");
	assert_int_equal(say(&h, (struct desk_command){.verb = DESK_NEXT, .window = "w1", .finishes = true}), DESK_OUTCOME_OK);
	assert_string_equal(number_at(&h, "w1"), "A002");
	assert_int_equal(desk_ticket_find(h.desk, "20261124-A001")->state, DESK_FINISHED);
	at(&h, "w1", DESK_FINISH);
	assert_int_equal(at(&h, "w1", DESK_NEXT), DESK_OUTCOME_OK); /* an empty line is no mistake */
	assert_string_equal(number_at(&h, "w1"), "");
	assert_int_equal(at(&h, "w9", DESK_NEXT), DESK_OUTCOME_UNKNOWN_WINDOW);
	h.desk = desk_free(h.desk);
}

static void desk_two_windows_never_get_one_person(void **state)
{
	struct hall h;
	struct desk_events one, two;
	struct desk_command c = {.verb = DESK_NEXT};

	hall_init(&h, "2026-11-24T10:12:00+09:00");
	issue(&h, "a");
	at(&h, "w1", DESK_OPEN);
	at(&h, "w2", DESK_OPEN);
	/* both decide on the same state; the second's event cannot follow the first's */
	c.window = "w1";
	c.now_utc_ms = h.now;
	assert_int_equal(desk_decide(h.desk, &c, &one), DESK_OUTCOME_OK);
	c.window = "w2";
	assert_int_equal(desk_decide(h.desk, &c, &two), DESK_OUTCOME_OK);
	one.items[0].seq = ++h.seq;
	two.items[0].seq = ++h.seq;
	assert_int_equal(desk_apply(h.desk, &one.items[0]), 0);
	assert_true(desk_apply(h.desk, &two.items[0]) < 0);
	assert_int_equal(say(&h, (struct desk_command){.verb = DESK_CALL, .window = "w2", .ticket = "20261124-A001"}),
			 DESK_OUTCOME_ALREADY_CALLED);
	h.desk = desk_free(h.desk);
}

static void desk_recall_keeps_place_in_line(void **state)
{
	struct hall h;

	hall_init(&h, "2026-11-24T10:12:00+09:00");
	issue(&h, "a");
	issue(&h, "a");
	at(&h, "w1", DESK_OPEN);
	at(&h, "w1", DESK_NEXT);
	h.now += 60000;
	assert_int_equal(at(&h, "w1", DESK_RECALL), DESK_OUTCOME_OK);
	assert_true(h.last.items[0].is_recall);
	assert_string_equal(number_at(&h, "w1"), "A001");
	assert_int_equal(desk_ahead(h.desk, desk_ticket_find(h.desk, "20261124-A002")), 0);
	at(&h, "w1", DESK_START);
	assert_int_equal(at(&h, "w1", DESK_RECALL), DESK_OUTCOME_WRONG_STATE);
	h.desk = desk_free(h.desk);
}

static void desk_held_person_comes_back_and_undo_ends_after_30_s(void **state)
{
	struct hall h;

	hall_init(&h, "2026-11-24T10:12:00+09:00");
	issue(&h, "a");
	at(&h, "w1", DESK_OPEN);
	at(&h, "w1", DESK_NEXT);
	at(&h, "w1", DESK_START);
	assert_int_equal(at(&h, "w1", DESK_HOLD), DESK_OUTCOME_OK);
	assert_string_equal(number_at(&h, "w1"), "");
	assert_int_equal(at(&h, "w1", DESK_RESUME), DESK_OUTCOME_OK);
	assert_string_equal(number_at(&h, "w1"), "A001");
	assert_int_equal(at(&h, "w1", DESK_FINISH), DESK_OUTCOME_OK);
	h.now += DESK_UNDO_MS;
	assert_int_equal(at(&h, "w1", DESK_UNDO), DESK_OUTCOME_OK);
	assert_string_equal(number_at(&h, "w1"), "A001");
	assert_int_equal(at(&h, "w1", DESK_UNDO), DESK_OUTCOME_NOTHING_TO_UNDO);
	assert_int_equal(at(&h, "w1", DESK_MISS), DESK_OUTCOME_OK);
	h.now += DESK_UNDO_MS + 1;
	assert_int_equal(at(&h, "w1", DESK_UNDO), DESK_OUTCOME_NOTHING_TO_UNDO);
	h.desk = desk_free(h.desk);
}

static void desk_priority_goes_first_and_transfer_keeps_the_place_when_asked(void **state)
{
	struct hall h;

	hall_init(&h, "2026-11-24T10:12:00+09:00");
	issue(&h, "a");
	say(&h, (struct desk_command){.verb = DESK_ISSUE, .service = "a", .priority = "pregnant"});
	issue(&h, "b");
	at(&h, "w2", DESK_OPEN);
	at(&h, "w2", DESK_NEXT);
	assert_string_equal(number_at(&h, "w2"), "A002");
	assert_int_equal(say(&h, (struct desk_command){.verb = DESK_TRANSFER, .window = "w2", .service = "b", .keeps_place = true}),
			 DESK_OUTCOME_OK);
	at(&h, "w3", DESK_OPEN);
	at(&h, "w3", DESK_NEXT);
	assert_string_equal(number_at(&h, "w3"), "A002"); /* one number through every window */
	h.desk = desk_free(h.desk);
}

static void desk_cancelled_person_is_never_called(void **state)
{
	struct hall h;

	hall_init(&h, "2026-11-24T10:12:00+09:00");
	issue(&h, "a");
	assert_int_equal(say(&h, (struct desk_command){.verb = DESK_CANCEL, .ticket = "20261124-A001"}), DESK_OUTCOME_OK);
	at(&h, "w1", DESK_OPEN);
	at(&h, "w1", DESK_NEXT);
	assert_string_equal(number_at(&h, "w1"), "");
	assert_int_equal(say(&h, (struct desk_command){.verb = DESK_CALL, .window = "w1", .ticket = "20261124-A001"}),
			 DESK_OUTCOME_WRONG_STATE);
	h.desk = desk_free(h.desk);
}

/* ---- whole days from a seed ------------------------------------------------------------------------------------- */

static uint32_t next(uint64_t *seed) /* xorshift64* */
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return (uint32_t)((*seed * 2685821657736338717u) >> 32);
}

static void check_whole(const struct hall *h)
{
	int n_waiting[2] = {0, 0};

	for (size_t i = 0; i < desk_n_tickets(h->desk); i++) {
		const struct desk_ticket *ticket = desk_ticket_at(h->desk, i);
		int n_windows = 0;

		for (size_t w = 0; w < desk_n_windows(h->desk); w++)
			n_windows += desk_window_at(h->desk, w)->ticket == ticket;
		assert_int_equal(n_windows, ticket->state == DESK_CALLED || ticket->state == DESK_SERVING);
		assert_ptr_equal(desk_ticket_find(h->desk, ticket->id), ticket); /* a number twice would hide one of them */
		if (ticket->state == DESK_WAITING)
			n_waiting[ticket->service[0] - 'a']++;
		assert_in_range(desk_ahead(h->desk, ticket), 0, desk_n_tickets(h->desk));
	}
	assert_int_equal(n_waiting[0], desk_n_waiting(h->desk, "a"));
	assert_int_equal(n_waiting[1], desk_n_waiting(h->desk, "b"));
}

static void random_step(struct hall *h, uint64_t *seed)
{
	static const char *const names[] = {"w1", "w2", "w3"};
	static const enum desk_verb verbs[] = {DESK_ISSUE, DESK_ISSUE, DESK_ISSUE, DESK_OPEN, DESK_NEXT, DESK_NEXT, DESK_CALL,
					       DESK_RECALL, DESK_START, DESK_FINISH, DESK_HOLD, DESK_RESUME, DESK_MISS,
					       DESK_TRANSFER, DESK_UNDO, DESK_CANCEL, DESK_CLOSE, DESK_PAUSE};
	struct desk_command c = {.verb = verbs[next(seed) % 18], .window = names[next(seed) % 3]};
	size_t n = desk_n_tickets(h->desk);
	char id[DESK_TICKET_ID_BYTES_MAX + 1] = "20261124-A001";
	enum desk_verb verb = c.verb;

	if (n)
		snprintf(id, sizeof(id), "%s", desk_ticket_at(h->desk, next(seed) % n)->id);
	c.ticket = verb == DESK_RESUME && next(seed) % 2 ? NULL : id;
	c.service = next(seed) % 4 ? "a" : "b";
	c.to_window = verb == DESK_TRANSFER && next(seed) % 3 == 0 ? names[next(seed) % 3] : NULL;
	c.finishes = next(seed) % 2;
	c.keeps_place = next(seed) % 2;
	c.priority = next(seed) % 5 ? NULL : "elderly";
	h->now += (int64_t)(next(seed) % 40000) - 5000; /* the clock jitters backwards too */
	if (next(seed) % 150 == 0)
		h->now += 24 * 3600 * 1000LL;
	say(h, (struct desk_command){.verb = DESK_ROLL});
	say(h, c);
}

static void check_replay(const struct hall *h)
{
	struct desk *again = NULL;

	assert_int_equal(desk_new(&town, &offices[0], &again), 0);
	for (size_t i = 0; i < h->n_log; i++) {
		json_t *body = desk_event_encode(&h->log[i]);
		struct desk_event event;

		assert_int_equal(desk_event_decode(desk_event_word(h->log[i].kind), h->log[i].ticket, body, &event), 0);
		json_decref(body);
		event.seq = h->log[i].seq;
		event.at_utc_ms = h->log[i].at_utc_ms;
		assert_int_equal(desk_apply(again, &event), 0);
		assert_true(i == 0 || h->log[i].at_utc_ms >= h->log[i - 1].at_utc_ms);
	}
	assert_int_equal(desk_day(again), desk_day(h->desk));
	assert_int_equal(desk_n_tickets(again), desk_n_tickets(h->desk));
	for (size_t i = 0; i < desk_n_tickets(again); i++) {
		const struct desk_ticket *one = desk_ticket_at(again, i), *other = desk_ticket_at(h->desk, i);

		assert_string_equal(one->id, other->id);
		assert_int_equal(one->state, other->state);
		assert_int_equal(one->place, other->place);
		assert_string_equal(one->window, other->window);
	}
	for (size_t w = 0; w < desk_n_windows(again); w++)
		assert_int_equal(desk_window_at(again, w)->state, desk_window_at(h->desk, w)->state);
	desk_free(again);
}

static void desk_random_days_keep_every_promise_and_replay(void **state)
{
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		static struct hall h;
		uint64_t at_seed = seed * 0x9e3779b97f4a7c15u;

		hall_init(&h, "2026-11-24T09:00:00+09:00");
		for (int i = 0; i < STEPS; i++) {
			random_step(&h, &at_seed);
			check_whole(&h);
		}
		check_replay(&h);
		h.desk = desk_free(h.desk);
	}
}

static void desk_refuses_events_that_cannot_follow(void **state)
{
	struct hall h;
	struct desk_event event;

	hall_init(&h, "2026-11-24T10:12:00+09:00");
	issue(&h, "a");
	event = h.log[1];
	event.seq = 3;
	assert_true(desk_apply(h.desk, &event) < 0); /* the same number again */
	event = h.log[0];
	assert_true(desk_apply(h.desk, &event) < 0); /* the same day again */
	event = (struct desk_event){.kind = DESK_EVENT_STARTED, .ticket = "20261124-A099"};
	assert_true(desk_apply(h.desk, &event) < 0); /* nobody's number */
	h.desk = desk_free(h.desk);
}

static void estimate_keeps_its_table(void **state)
{
	static const struct {
		struct estimate_line line;
		struct estimate promised;
	} rows[] = {
		{{.minutes = 20, .n_ahead = 0, .n_windows = 1, .is_window_free = true}, {0, 5}},
		{{.minutes = 5, .n_ahead = 0, .n_windows = 3, .is_window_free = true}, {0, 5}},
		{{.minutes = 20, .n_ahead = 0, .n_windows = 1}, {15, 30}}, /* until the one being served has gone: 16–26 */
		{{.minutes = 20, .n_ahead = 0, .n_windows = 2}, {5, 15}},  /* until the first of two has gone: 8–13 */
		{{.minutes = 20, .n_ahead = 1, .n_windows = 1, .is_window_free = true}, {30, 55}},
		{{.minutes = 5, .n_ahead = 0, .n_windows = 1}, {0, 10}},
		{{.minutes = 5, .n_ahead = 7, .n_windows = 2}, {15, 30}},  /* 20 minutes: 16–26 */
		{{.minutes = 0, .n_ahead = 9, .n_windows = 1}, {0, 5}},
		{{.minutes = 10, .n_ahead = -1, .n_windows = 1, .is_window_free = true}, {0, 5}},
	};
	struct estimate e = {-1, -1};

	assert_false(estimate_wait(&(struct estimate_line){.minutes = 5, .n_ahead = 3}, &e));
	assert_int_equal(e.from_min, -1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_true(estimate_wait(&rows[i].line, &e));
		assert_int_equal(e.from_min, rows[i].promised.from_min);
		assert_int_equal(e.to_min, rows[i].promised.to_min);
	}
}

static void estimate_never_promises_less_for_more_people_ahead(void **state)
{
	for (int minutes = 0; minutes <= 60; minutes += 3)
		for (int n_windows = 1; n_windows <= 8; n_windows++)
			for (int is_free = 0; is_free <= 1; is_free++) {
				struct estimate before = {0, 0}, e;

				for (int n_ahead = 0; n_ahead < 200; n_ahead++) {
					long work = (long)minutes * (n_ahead + 1);

					assert_true(estimate_wait(&(struct estimate_line){minutes, n_ahead, n_windows, is_free}, &e));
					assert_true(e.from_min >= before.from_min && e.to_min >= before.to_min);
					assert_true(e.from_min % 5 == 0 && e.to_min % 5 == 0 && e.to_min >= e.from_min + 5);
					assert_true(e.from_min * n_windows * 10L <= work * 8);
					if (n_ahead > 0 || !is_free)
						assert_true(e.to_min * n_windows * 10L >= work * 13);
					before = e;
				}
			}
}

static void desk_window_is_free_only_for_the_first_it_would_call(void **state)
{
	struct hall h;
	const struct desk_ticket *first, *second;

	hall_init(&h, "2026-11-24T10:12:00+09:00");
	assert_false(desk_is_window_free(h.desk, "a", NULL)); /* all closed */
	assert_int_equal(issue(&h, "b"), DESK_OUTCOME_OK);
	assert_int_equal(issue(&h, "a"), DESK_OUTCOME_OK);
	first = desk_ticket_at(h.desk, 0);
	second = desk_ticket_at(h.desk, 1);
	at(&h, "w1", DESK_OPEN);
	assert_true(desk_is_window_free(h.desk, "b", first));
	assert_false(desk_is_window_free(h.desk, "a", second)); /* w1 serves both and calls the first */
	assert_false(desk_is_window_free(h.desk, "a", NULL));
	at(&h, "w2", DESK_OPEN);
	assert_true(desk_is_window_free(h.desk, "a", second));
	assert_false(desk_is_window_free(h.desk, "a", NULL));
	assert_int_equal(at(&h, "w2", DESK_NEXT), DESK_OUTCOME_OK);
	assert_false(desk_is_window_free(h.desk, "a", NULL)); /* somebody is there */
	assert_int_equal(at(&h, "w1", DESK_NEXT), DESK_OUTCOME_OK);
	at(&h, "w2", DESK_FINISH);
	assert_true(desk_is_window_free(h.desk, "a", NULL));
	h.desk = desk_free(h.desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(desk_numbers_have_prefix_and_three_digits),
		cmocka_unit_test(desk_refuses_when_numbers_are_used_up_and_never_wraps),
		cmocka_unit_test(desk_opens_by_hours_holidays_and_serving_windows),
		cmocka_unit_test(desk_day_rolls_over_at_day_starts_and_never_back),
		cmocka_unit_test(desk_next_while_serving_is_busy_and_nothing_changes),
		cmocka_unit_test(desk_two_windows_never_get_one_person),
		cmocka_unit_test(desk_recall_keeps_place_in_line),
		cmocka_unit_test(desk_held_person_comes_back_and_undo_ends_after_30_s),
		cmocka_unit_test(desk_priority_goes_first_and_transfer_keeps_the_place_when_asked),
		cmocka_unit_test(desk_cancelled_person_is_never_called),
		cmocka_unit_test(desk_random_days_keep_every_promise_and_replay),
		cmocka_unit_test(desk_refuses_events_that_cannot_follow),
		cmocka_unit_test(desk_window_is_free_only_for_the_first_it_would_call),
		cmocka_unit_test(estimate_keeps_its_table),
		cmocka_unit_test(estimate_never_promises_less_for_more_people_ahead),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
