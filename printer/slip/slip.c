/* SPDX-License-Identifier: MIT
 * The ticket slip from top to bottom: number first, then where, when, what to bring, then the QR. Japanese, and below
 * it the visitor's language. Without a phone page the QR holds the bare token, which the terminal reads. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/clock.h"
#include "shared/base/fault.h"
#include "shared/jp/era.h"
#include "shared/jp/ruby.h"
#include "printer/print.h"
#include "printer/slip/paper.h"
#include "printer/slip/words.h"
#include "shared/base/banned.h"

#define MINUTE_MS (60 * 1000LL)
#define CLOCK_STEP_MIN 5

/* One line in both languages; the other is left out when there is none or it says the same. */
static int both_texts(struct paper *paper, const struct slip *slip, const char *ja, const char *other, double size,
		      enum paper_style style)
{
	if (!ja || !other)
		return fault_raise(-ENOMEM);
	paper_text(paper, ja, "ja", size, style);
	if (strcmp(ja, other) != 0)
		paper_text(paper, other, slip->language, size > 30 ? 24 : size * 0.85, PAPER_PLAIN);
	return 0;
}

static int both(struct paper *paper, const struct slip *slip, const char *word, double size, enum paper_style style)
{
	CLEANUP(freep) char *ja = slip_words(slip->config, word, "ja", NULL, NULL);
	CLEANUP(freep) char *other = slip_words(slip->config, word, slip->language, NULL, NULL);

	return both_texts(paper, slip, ja, other, size, style);
}

static int draw_head(struct paper *paper, const struct slip *slip, int64_t issued_utc_ms)
{
	static const char *const weekdays[] = {"", "月", "火", "水", "木", "金", "土", "日"};
	CLEANUP(freep) char *hall = slip_hall(slip->config);
	char era[64], western[64], line[160];
	struct local_time t;
	struct date date;
	int r = local_time_from(issued_utc_ms, slip->config->municipality.timezone, &t);

	if (r < 0)
		return fault_pass(r);
	if (!hall)
		return fault_raise(-ENOMEM);
	date = (struct date){t.year, t.month, t.day};
	paper_text(paper, hall, "ja", 30, PAPER_BOLD);
	snprintf(line, sizeof(line), "%s(%s) %02d:%02d", era_format(&date, era), weekdays[t.weekday], t.hour, t.minute);
	paper_text(paper, line, "ja", 25, PAPER_PLAIN);
	if (strncmp(slip->language, "ja", 2) != 0)
		paper_text(paper, era_format_in(&date, slip->language, western), slip->language, 22, PAPER_PLAIN);
	return 0;
}

static int draw_number(struct paper *paper, const struct slip *slip)
{
	char number[12];

	if (slip->copy) {
		snprintf(number, sizeof(number), "%d", slip->copy);
		CLEANUP(freep) char *ja = slip_words(slip->config, "copy", "ja", number, NULL);
		CLEANUP(freep) char *other = slip_words(slip->config, "copy", slip->language, number, NULL);
		CLEANUP(freep) char *badge = NULL;

		if (!ja || !other || asprintf(&badge, "%s%s%s", ja, strcmp(ja, other) ? "  " : "", strcmp(ja, other) ? other : "") < 0)
			return fault_raise(-ENOMEM);
		paper_badge(paper, badge, 30);
		paper_gap(paper, 18);
	}
	paper_headline(paper, slip->ticket->number, 150);
	return 0;
}

/* "証明書  1番窓口(1階 右手)" */
static char *where_in(const struct slip *slip, const char *language)
{
	const struct config_service *service = config_service_find(slip->config, slip->ticket->service);
	CLEANUP(freep) char *name = ruby_strip(service ? text_in(&service->name, language) : "");
	CLEANUP(freep) char *where = slip_where(slip, language);
	char *line = NULL;

	if (!name || !where || asprintf(&line, "%s%s%s", name, name[0] && where[0] ? "  " : "", where) < 0)
		return NULL;
	return line;
}

static int draw_where(struct paper *paper, const struct slip *slip)
{
	CLEANUP(freep) char *ja = where_in(slip, "ja");
	CLEANUP(freep) char *other = where_in(slip, slip->language);

	if (ja && !*ja)
		return 0;
	return both_texts(paper, slip, ja, other, 34, PAPER_BOLD);
}

/* The far end of the range, on the next five minutes: who comes by then has not missed the call by our promise. */
static int clock_text(const struct slip *slip, int64_t issued_utc_ms, char out[16])
{
	int64_t step_ms = CLOCK_STEP_MIN * MINUTE_MS;
	int64_t until = issued_utc_ms + slip->ticket->wait_to_min * MINUTE_MS;
	struct local_time t;
	int r = local_time_from((until + step_ms - 1) / step_ms * step_ms, slip->config->municipality.timezone, &t);

	if (r < 0)
		return fault_pass(r);
	snprintf(out, 16, "%02d:%02d", t.hour, t.minute);
	return 0;
}

/* "5〜15分  10:30ごろ" */
static char *promise_in(const struct slip *slip, const char *language, const char *clock)
{
	const struct ticket *ticket = slip->ticket;
	char from[12], to[12];
	char *line = NULL;
	bool is_one = ticket->wait_from_min == ticket->wait_to_min, is_within = ticket->wait_from_min <= 0;

	snprintf(from, sizeof(from), "%d", ticket->wait_from_min);
	snprintf(to, sizeof(to), "%d", ticket->wait_to_min);
	CLEANUP(freep) char *range = slip_words(slip->config, is_within ? "promise-within" : is_one ? "promise-one" : "promise",
						language, is_within || is_one ? to : from, to);
	CLEANUP(freep) char *until = slip_words(slip->config, "clock", language, clock, NULL);

	return range && until && asprintf(&line, "%s  %s", range, until) >= 0 ? line : NULL;
}

static int draw_promise(struct paper *paper, const struct slip *slip, int64_t issued_utc_ms)
{
	const struct ticket *ticket = slip->ticket;
	char clock[16];
	int r;

	if (ticket->wait_from_min == TICKET_WAIT_UNKNOWN || ticket->wait_to_min == TICKET_WAIT_UNKNOWN)
		return both(paper, slip, "no-promise", 34, PAPER_BOLD);
	if (ticket->wait_to_min <= 0)
		return both(paper, slip, "soon", 38, PAPER_BOLD);
	r = clock_text(slip, issued_utc_ms, clock);
	if (r < 0)
		return fault_pass(r);
	CLEANUP(freep) char *ja = promise_in(slip, "ja", clock);
	CLEANUP(freep) char *other = promise_in(slip, slip->language, clock);

	return both_texts(paper, slip, ja, other, 46, PAPER_BOLD);
}

static void draw_checks(struct paper *paper, const struct slip *slip, const char *const *items, const char *const *others,
			size_t n_items)
{
	for (size_t i = 0; i < n_items; i++) {
		paper_check(paper, items[i], others ? others[i] : NULL, slip->language);
		paper_gap(paper, 10);
	}
	paper_gap(paper, 10);
	paper_rule(paper, 3, true);
}

/* A list of several procedures is told apart from what to bring for them. */
static int draw_lists(struct paper *paper, const struct slip *slip)
{
	int r = 0;

	if (slip->n_to_do) {
		paper_gap(paper, 14);
		r = both(paper, slip, "to-do", 28, PAPER_BOLD);
		paper_gap(paper, 10);
		draw_checks(paper, slip, slip->to_do, slip->to_do_other, slip->n_to_do);
	}
	if (r < 0 || !slip->n_to_bring)
		return r;
	paper_gap(paper, slip->n_to_do ? 14 : 18);
	if (slip->n_to_do)
		r = both(paper, slip, "to-bring", 28, PAPER_BOLD);
	if (slip->n_to_do)
		paper_gap(paper, 10);
	draw_checks(paper, slip, slip->to_bring, slip->to_bring_other, slip->n_to_bring);
	return r;
}

static int draw_qr(struct paper *paper, const struct slip *slip)
{
	CLEANUP(freep) char *payload = NULL;
	int r;

	if (asprintf(&payload, "%s%s", slip->ticket->url ? "" : "madoguchi:t/",
		     slip->ticket->url ? slip->ticket->url : slip->ticket->token) < 0)
		return fault_raise(-ENOMEM);
	paper_gap(paper, 14);
	r = both(paper, slip, slip->ticket->url ? "phone" : "machine", 28, PAPER_PLAIN);
	return r < 0 ? r : paper_qr(paper, payload);
}

static int draw(struct paper *paper, const struct slip *slip, int64_t issued_utc_ms)
{
	int r;

	paper_gap(paper, 20);
	r = draw_head(paper, slip, issued_utc_ms);
	paper_gap(paper, 10);
	paper_rule(paper, 5, false);
	paper_gap(paper, 28);
	if (r == 0)
		r = draw_number(paper, slip);
	paper_gap(paper, 28);
	paper_rule(paper, 5, false);
	paper_gap(paper, 14);
	if (r == 0)
		r = draw_where(paper, slip);
	paper_gap(paper, 6);
	if (r == 0)
		r = draw_promise(paper, slip, issued_utc_ms);
	paper_gap(paper, 12);
	paper_rule(paper, 3, true);
	if (r == 0)
		r = draw_lists(paper, slip);
	if (r == 0)
		r = draw_qr(paper, slip);
	if (r == 0)
		r = both(paper, slip, "closing", 23, PAPER_PLAIN);
	paper_gap(paper, 24);
	return r;
}

int slip_render(const struct slip *slip, enum slip_format format, int out_fd)
{
	CLEANUP(paper_freep) struct paper *paper = NULL;
	CLEANUP(bitmap_release) struct bitmap bitmap = {0};
	int64_t issued_utc_ms;
	int r = instant_parse(slip->ticket->issued_at, &issued_utc_ms);

	if (r < 0)
		return fault_pass(r);
	paper = paper_new(slip->config->printer.slip_dots);
	if (!paper)
		return fault_raise(-ENOMEM);
	r = draw(paper, slip, issued_utc_ms);
	if (r == 0)
		r = paper_take_bitmap(paper, &bitmap);
	if (r < 0)
		return fault_pass(r);
	switch (format) {
	case SLIP_ESCPOS:
		return bitmap_write_escpos(&bitmap, out_fd);
	case SLIP_PNG:
		return bitmap_write_png(&bitmap, out_fd);
	case SLIP_PDF:
		break;
	}
	return bitmap_write_pdf(&bitmap, PAPER_DOTS_PER_MM, slip->ticket->issued_at, out_fd);
}
