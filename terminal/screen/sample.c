/* SPDX-License-Identifier: MIT
 * Sample visits of 見本 花子, one for every screen and what can be said on it: for --draw, previews and the layout test.
 * They are set as values, so that no screen can be missed for want of a way to it. */
#include <stdio.h>
#include <stdlib.h>
#include "terminal/screen/screen.h"
#include <string.h>
#include "shared/base/banned.h"

struct builder {
	const struct config *config;
	const struct config_office *office;
	int language, text_percent;
	struct screen_sample *out;
	size_t n;
};

/* Sets every key a shown sample may need; a failed allocation leaves the sample poorer, never broken. */
static void person(struct visit *visit)
{
	struct person *p = &visit->person;
	int r = value_set(&p->name, "見本　花子", VALUE_CARD, PROOF_NOT_CHECKED);

	r |= value_set(&p->address, "長野県見本村大字例示１２３番地", VALUE_CARD, PROOF_NOT_CHECKED);
	r |= value_set(&p->birth_date, "1960-02-29", VALUE_CARD, PROOF_NOT_CHECKED);
	r |= value_set(&p->sex, "female", VALUE_CARD, PROOF_NOT_CHECKED);
	visit->has_person = r == 0;
}

static struct flow *add(struct builder *builder, const char *name, enum flow_screen screen)
{
	struct screen_sample *sample = &builder->out[builder->n];
	struct flow *flow = &sample->flow;

	if (builder->n + 1 < SCREEN_SAMPLES_MAX)
		builder->n++;
	sample->name = name;
	flow_init(flow, builder->config, builder->office);
	flow->screen = screen;
	flow->local = (struct local_time){.year = 2026, .month = 11, .day = 24, .hour = 10, .minute = 12, .weekday = 2};
	flow->presence = CARD_PRESENCE_PRESENT;
	flow->has_camera = flow->is_window_open = true;
	flow->visit.is_active = true;
	flow->visit.language = builder->language;
	flow->visit.text_percent = builder->text_percent;
	flow->visit.tries_left = 3;
	for (size_t i = 0; i < builder->config->n_services && i < FLOW_SERVICES_MAX; i++)
		flow->board[i] = (struct flow_board){.is_known = true, .waiting = (int)((4 + i * 5) % 6),
						     .from_min = (int)((4 + i * 5) % 6) * 5,
						     .to_min = (int)((4 + i * 5) % 6) * 5 +
							       ((4 + i * 5) % 6 ? 10 : 5)};
	person(&flow->visit);
	return flow;
}

static void choose(struct flow *flow, int procedure)
{
	flow->visit.procedures[0] = flow->visit.draft_procedures[0] = procedure;
	flow->visit.n_procedures = 1;
}

/* The first procedure that has a form, as most visits; where a counter has no forms, the first. */
static void procedure(struct flow *flow)
{
	const struct config *config = flow->config;
	const struct form *form = NULL;
	size_t at = 0;

	if (config->n_procedures == 0)
		return;
	for (size_t i = 0; i < config->n_procedures && !form; i++) {
		form = config->procedures[i].n_forms ? config_form_find(config, config->procedures[i].forms[0]) : NULL;
		at = form ? i : 0;
	}
	choose(flow, (int)at);
	for (size_t s = 0; s < config->n_services; s++)
		if (strcmp(config->services[s].id, config->procedures[at].service) == 0)
			flow->visit.service = (int)s;
	flow->visit.drafts[0] = form ? draft_new(form->id, form->version) : NULL;
	flow->visit.n_drafts = flow->visit.drafts[0] != NULL;
	if (flow->visit.n_drafts && draft_fill(flow->visit.drafts[0], form, &flow->visit.person, "2026-11-24") < 0)
		return; /* poorer */
}

static struct flow *add_filled(struct builder *builder, const char *name, enum flow_screen screen)
{
	struct flow *flow = add(builder, name, screen);

	procedure(flow);
	return flow;
}

static void ticket(struct flow *flow, int ahead)
{
	struct ticket *t = &flow->visit.ticket;

	*t = (struct ticket){.id = strdup("20261124-A015"), .number = strdup("A015"),
			     .token = strdup("Zm9yLXRoZS1zYW1wbGUtb25seQ"), .service = strdup("certificates"),
			     .issued_at = strdup("2026-11-24T10:12:00+09:00"), .ahead = ahead,
			     .wait_from_min = ahead * 5, .wait_to_min = ahead * 5 + 15};
	if (flow->visit.service >= 0) {
		free(t->service);
		t->service = strdup(flow_service(flow)->id);
	}
	flow->visit.has_ticket = true;
}

static void choosing(struct builder *builder)
{
	struct flow *flow = add(builder, "start", SCREEN_START);

	flow = add(builder, "start-closed", SCREEN_START);
	flow->local.hour = 7;
	flow->is_window_open = false;
	flow = add(builder, "start-queue-away", SCREEN_START);
	flow->is_queue_away = flow->is_card_left = true;
	memset(flow->board, 0, sizeof flow->board);
	add(builder, "services", SCREEN_SERVICES);
	add_filled(builder, "procedures", SCREEN_PROCEDURES);
}

/* The first life event that asks something; every question of it, its longest list. */
static struct flow *add_guided(struct builder *builder, const char *name, enum flow_screen screen, bool is_answered)
{
	struct flow *flow = add(builder, name, screen);
	struct flow_guide *guide = &flow->visit.guide;

	flow->visit.is_guided = true;
	guide_answers_init(&guide->answers);
	for (size_t e = 0; e < builder->config->n_guide && builder->config->guide[guide->event].n_questions == 0; e++)
		guide->event = (int)e;
	for (int q; is_answered && (q = guide_next(flow_guide_event(flow), &guide->answers)) >= 0;)
		guide->answers.chosen[q] = (int)builder->config->guide[guide->event].questions[q].n_options > 2 ? 1 : 0;
	guide->before = GUIDE_UNANSWERED;
	guide->n_asked = is_answered;
	return flow;
}

static void pick_all(struct flow *flow)
{
	const struct guide_event *event = flow_guide_event(flow);
	int results[GUIDE_RESULTS_MAX];
	int n = flow_guide_results(flow, results);
	bool is_here;

	for (int i = 0; i < n && flow->visit.n_procedures < FLOW_PROCEDURES_MAX; i++) {
		const struct config_procedure *procedure = flow_guide_procedure(flow, results[i], &is_here);
		if (!is_here || event->results[results[i]].is_optional)
			continue;
		flow->visit.guide.picked |= 1U << i;
		flow->visit.procedures[flow->visit.n_procedures++] = (int)(procedure - flow->config->procedures);
	}
}

static void guided(struct builder *builder)
{
	static const char *const names[] = {"guide-question-1", "guide-question-2", "guide-question-3", "guide-question-4",
					    "guide-question-5"};
	int results[GUIDE_RESULTS_MAX];
	struct flow *flow;

	add(builder, "guide-events", SCREEN_GUIDE_EVENTS)->visit.is_guided = true;
	if (builder->config->n_guide == 0)
		return;
	flow = add_guided(builder, "guide-result", SCREEN_GUIDE_RESULT, true);
	pick_all(flow);
	flow = add_guided(builder, "guide-result-more", SCREEN_GUIDE_RESULT, true);
	pick_all(flow);
	flow->visit.page = 1;
	for (size_t i = 0; i < flow_guide_event(flow)->n_questions && i < sizeof names / sizeof names[0]; i++)
		add_guided(builder, names[i], SCREEN_GUIDE_QUESTION, false)->visit.guide.question = (int)i;
	flow = add_guided(builder, "note", SCREEN_NOTE, true);
	pick_all(flow);
	flow = add_guided(builder, "note-more", SCREEN_NOTE, true);
	pick_all(flow);
	flow->visit.page = 1;
	flow = add_guided(builder, "guide-nothing", SCREEN_GUIDE_RESULT, false);
	for (size_t e = 0; e < builder->config->n_guide && flow_guide_results(flow, results) > 0; e++)
		flow->visit.guide.event = (int)e; /* an event that tells of nothing until something is answered */
	flow = add_guided(builder, "guide-ticket", SCREEN_TICKET, true);
	pick_all(flow);
	flow->visit.form_paper = flow->visit.slip_paper = PAPER_DONE;
	ticket(flow, 4);
}

static void card(struct builder *builder)
{
	add_filled(builder, "card", SCREEN_CARD)->presence = CARD_PRESENCE_ABSENT;
	add_filled(builder, "card-no-reader", SCREEN_CARD)->presence = CARD_PRESENCE_NO_READER;
	add_filled(builder, "card-removed", SCREEN_CARD)->visit.notice = NOTICE_CARD_REMOVED;
	add_filled(builder, "card-gone", SCREEN_CARD)->visit.notice = NOTICE_CARD_GONE;
	add_filled(builder, "card-not-read", SCREEN_CARD)->visit.notice = NOTICE_CARD_NOT_READ;
	add_filled(builder, "card-not-usable", SCREEN_CARD)->visit.notice = NOTICE_CARD_NOT_USABLE;
	add_filled(builder, "card-not-proved", SCREEN_CARD)->visit.notice = NOTICE_CARD_NOT_PROVED;
	add_filled(builder, "card-reader-away", SCREEN_CARD)->visit.notice = NOTICE_CARD_READER_AWAY;
	add_filled(builder, "card-swap", SCREEN_CARD)->visit.notice = NOTICE_CARD_OTHER;
	add_filled(builder, "card-looking", SCREEN_CARD)->visit.is_looking = true;
	add_filled(builder, "reading", SCREEN_READING);
	add_filled(builder, "by-hand", SCREEN_BY_HAND);
}

/* What a card's look left in the visit: what is on a screen depends on it. */
static struct flow *add_card(struct builder *builder, const char *name, enum flow_screen screen, enum card_kind kind,
			     enum card_auth auth)
{
	struct flow *flow = add_filled(builder, name, screen);
	struct visit *visit = &flow->visit;

	visit->kind = kind;
	visit->auth = auth;
	visit->needs_secret = true;
	visit->tries = (struct card_tries){.pin = 3, .a = 10, .b = kind == CARD_MY_NUMBER ? 10 : -1, .jpki_auth = -1, .jpki_sign = -1};
	visit->tries_left = auth == CARD_AUTH_PIN ? visit->tries.pin : auth == CARD_AUTH_B ? visit->tries.b : -1;
	snprintf(visit->expires, sizeof visit->expires, "2033-04-01");
	return flow;
}

static void failures(struct builder *builder)
{
	static const struct {
		const char *name;
		enum card_outcome outcome;
	} rows[] = {
		{"failed-no-reader", CARD_NO_READER}, {"failed-service", CARD_SERVICE_UNAVAILABLE},
		{"failed-unsupported", CARD_UNSUPPORTED}, {"failed-malformed", CARD_MALFORMED},
		{"failed-not-genuine", CARD_NOT_GENUINE}, {"failed-not-permitted", CARD_NOT_PERMITTED},
		{"failed-locked", CARD_PIN_BLOCKED},
	};
	struct flow *flow;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		add_filled(builder, rows[i].name, SCREEN_CARD_FAILED)->visit.card_outcome = rows[i].outcome;
	flow = add_card(builder, "expired", SCREEN_CARD_EXPIRED, CARD_MY_NUMBER, CARD_AUTH_NONE);
	snprintf(flow->visit.expires, sizeof flow->visit.expires, "2026-04-12");
	add_card(builder, "other-kind", SCREEN_CARD_OTHER, CARD_RESIDENCE, CARD_AUTH_NONE);
}

/* A procedure that asks for the individual number, where the town has one. */
static void choose_with_number(struct flow *flow)
{
	for (size_t i = 0; i < flow->config->n_procedures; i++)
		if (flow->config->procedures[i].individual_number != INDIVIDUAL_NUMBER_NEVER)
			choose(flow, (int)i);
}

static void pins(struct builder *builder)
{
	struct flow *flow;

	add_card(builder, "number-ask", SCREEN_NUMBER_ASK, CARD_MY_NUMBER, CARD_AUTH_NONE);
	add_card(builder, "pin", SCREEN_PIN, CARD_MY_NUMBER, CARD_AUTH_PIN)->visit.secret_counts[0] = 2;
	flow = add_card(builder, "pin-wrong", SCREEN_PIN, CARD_MY_NUMBER, CARD_AUTH_PIN);
	flow->visit.notice = NOTICE_PIN_WRONG;
	flow->visit.tries_left = 2;
	flow = add_card(builder, "pin-last", SCREEN_PIN, CARD_MY_NUMBER, CARD_AUTH_PIN);
	flow->visit.tries_left = 1;
	flow->visit.secret_counts[0] = 4;
	flow = add_card(builder, "pin-number", SCREEN_PIN, CARD_MY_NUMBER, CARD_AUTH_PIN);
	choose_with_number(flow);
	flow->visit.may_read_number = flow->visit.wants_number = true;
	flow->visit.has_person = false;
	add_card(builder, "pin-number-refused", SCREEN_PIN, CARD_MY_NUMBER, CARD_AUTH_PIN)->visit.notice = NOTICE_NUMBER_REFUSED;
	add_card(builder, "pin-licence", SCREEN_PIN, CARD_DRIVER_LICENCE, CARD_AUTH_PIN);
	add_card(builder, "last-try", SCREEN_LAST_TRY, CARD_MY_NUMBER, CARD_AUTH_PIN)->visit.notice = NOTICE_PIN_WRONG;
	add_card(builder, "last-try-b", SCREEN_LAST_TRY, CARD_MY_NUMBER, CARD_AUTH_B)->visit.notice = NOTICE_B_WRONG;
	add_card(builder, "last-try-licence", SCREEN_LAST_TRY, CARD_DRIVER_LICENCE, CARD_AUTH_PIN);
	add_card(builder, "blocked", SCREEN_PIN_BLOCKED, CARD_MY_NUMBER, CARD_AUTH_PIN);
	add_card(builder, "blocked-all", SCREEN_PIN_BLOCKED, CARD_MY_NUMBER, CARD_AUTH_PIN)->visit.tries.b = 0;
	add_card(builder, "blocked-b", SCREEN_PIN_BLOCKED, CARD_MY_NUMBER, CARD_AUTH_B)->visit.tries.b = 0;
	add_card(builder, "blocked-licence", SCREEN_PIN_BLOCKED, CARD_DRIVER_LICENCE, CARD_AUTH_PIN);
	add_card(builder, "pin-unknown", SCREEN_PIN_UNKNOWN, CARD_MY_NUMBER, CARD_AUTH_PIN);
	add_card(builder, "pin-unknown-licence", SCREEN_PIN_UNKNOWN, CARD_DRIVER_LICENCE, CARD_AUTH_PIN);
}

static void printed_numbers(struct builder *builder)
{
	struct flow *flow;

	add_card(builder, "b-birth", SCREEN_B_BIRTH, CARD_MY_NUMBER, CARD_AUTH_B)->visit.secret_counts[0] = 3;
	flow = add_card(builder, "b-wrong", SCREEN_B_BIRTH, CARD_MY_NUMBER, CARD_AUTH_B);
	flow->visit.notice = NOTICE_B_WRONG;
	flow->visit.tries_left = 9;
	add_card(builder, "b-expiry", SCREEN_B_EXPIRY, CARD_MY_NUMBER, CARD_AUTH_B)->visit.secret_counts[1] = 4;
	add_card(builder, "b-code", SCREEN_B_CODE, CARD_MY_NUMBER, CARD_AUTH_B)->visit.tries_left = 1;
	add_card(builder, "card-number", SCREEN_CARD_NUMBER, CARD_RESIDENCE, CARD_AUTH_CARD_NUMBER);
	add_card(builder, "card-number-digits", SCREEN_CARD_NUMBER, CARD_RESIDENCE, CARD_AUTH_CARD_NUMBER)->visit.secret_counts[0] = 5;
	flow = add_card(builder, "card-number-wrong", SCREEN_CARD_NUMBER, CARD_RESIDENCE, CARD_AUTH_CARD_NUMBER);
	flow->visit.notice = NOTICE_CARD_NUMBER_WRONG;
	flow = add_card(builder, "card-number-full", SCREEN_CARD_NUMBER, CARD_RESIDENCE, CARD_AUTH_CARD_NUMBER);
	flow->visit.notice = NOTICE_SECRET_MALFORMED;
	flow->visit.secret_counts[0] = 12;
}

static struct flow *add_check(struct builder *builder, const char *name, enum card_kind kind, enum value_proof genuine)
{
	struct flow *flow = add_card(builder, name, SCREEN_CHECK, kind, CARD_AUTH_PIN);
	struct person *p = &flow->visit.person;
	bool is_failed = genuine == PROOF_FAILED;

	flow->visit.card.genuine = genuine;
	for (struct value *value = &p->name; value <= &p->sex; value++) {
		value->proof = genuine;
		value->source = is_failed ? VALUE_TYPED : VALUE_CARD;
	}
	return flow;
}

static void checks(struct builder *builder)
{
	struct flow *flow;

	add_check(builder, "check", CARD_MY_NUMBER, PROOF_NOT_CHECKED);
	add_check(builder, "check-verified", CARD_MY_NUMBER, PROOF_VERIFIED);
	add_check(builder, "check-failed", CARD_MY_NUMBER, PROOF_FAILED);
	flow = add_check(builder, "check-licence", CARD_DRIVER_LICENCE, PROOF_NOT_CHECKED);
	if (value_set(&flow->visit.person.name, "見本　〓子", VALUE_CARD, PROOF_NOT_CHECKED) < 0)
		value_release(&flow->visit.person.name);
	value_release(&flow->visit.person.sex);
	flow = add_check(builder, "check-number", CARD_MY_NUMBER, PROOF_VERIFIED);
	choose_with_number(flow);
	flow->visit.has_number = true;
	flow = add_check(builder, "check-by-b", CARD_MY_NUMBER, PROOF_NOT_CHECKED);
	choose_with_number(flow);
	flow = add_check(builder, "check-residence", CARD_RESIDENCE, PROOF_NOT_CHECKED);
	value_release(&flow->visit.person.name);
	value_release(&flow->visit.person.birth_date);
	value_release(&flow->visit.person.sex);
	add_filled(builder, "correct", SCREEN_CORRECT)->visit.wrong = 1U << 2;
}

/* One of each kind of question the town's forms ask. */
static void questions(struct builder *builder)
{
	static const char *const names[] = {
		[FIELD_TEXT] = "question-text", [FIELD_KANA] = "question-kana", [FIELD_DATE] = "question-date",
		[FIELD_SEX] = "question-sex", [FIELD_PHONE] = "question-phone", [FIELD_INTEGER] = "question-number",
		[FIELD_CHOICE] = "question-choice", [FIELD_CHOICES] = "question-choices",
		[FIELD_YES_NO] = "question-yes-no", [FIELD_POSTAL_CODE] = "question-postal-code",
		[FIELD_INDIVIDUAL_NUMBER] = NULL,
	};
	static const char *const entries[] = {
		[FIELD_TEXT] = "みほん", [FIELD_KANA] = "みほん　はなこ", [FIELD_PHONE] = "0260", [FIELD_INTEGER] = "2",
		[FIELD_INDIVIDUAL_NUMBER] = NULL,
	};
	unsigned seen = 0;

	for (size_t f = 0; f < builder->config->n_forms; f++) {
		const struct form *form = &builder->config->forms[f];
		for (size_t i = 0; i < form->n_fields; i++) {
			const struct form_field *field = &form->fields[i];
			bool is_person = strncmp(field->from, "person.", 7) == 0 &&
					 (field->type == FIELD_DATE || field->type == FIELD_SEX);
			if ((field->ask.n_entries == 0 && !is_person) || !names[field->type] || seen >> field->type & 1)
				continue;
			seen |= 1U << field->type;
			struct flow *flow = add(builder, names[field->type], SCREEN_QUESTION);
			procedure(flow);
			flow->visit.drafts[0] = draft_free(flow->visit.drafts[0]);
			flow->visit.drafts[0] = draft_new(form->id, form->version);
			flow->visit.n_drafts = flow->visit.drafts[0] != NULL;
			flow->visit.question.field = (int)i;
			flow->visit.question.era = ERA_SHOWA;
			if (entries[field->type])
				snprintf(flow->visit.question.entry, sizeof flow->visit.question.entry, "%s",
					 entries[field->type]);
			if (field->type == FIELD_PHONE)
				flow->visit.question.problem = "not-a-phone-number";
		}
	}
}

static void ends(struct builder *builder)
{
	struct flow *flow = add_filled(builder, "review", SCREEN_REVIEW);

	flow->visit.is_preview_ready = true;
	add_filled(builder, "review-failed", SCREEN_REVIEW)->visit.has_preview_failed = true;
	add_filled(builder, "take-card", SCREEN_TAKE_CARD);
	add_filled(builder, "printing", SCREEN_PRINTING);
	flow = add_filled(builder, "ticket", SCREEN_TICKET);
	flow->visit.form_paper = flow->visit.slip_paper = PAPER_DONE;
	ticket(flow, 4);
	flow = add_filled(builder, "ticket-soon", SCREEN_TICKET);
	flow->visit.form_paper = flow->visit.slip_paper = PAPER_DONE;
	ticket(flow, 0);
	flow->visit.ticket.wait_to_min = 5;
	flow->visit.ticket.url = strdup("https://madoguchi.mihon.example/t/Zm9yLXRoZS1zYW1wbGUtb25seQ");
	flow = add_filled(builder, "ticket-no-paper", SCREEN_TICKET);
	flow->visit.form_paper = flow->visit.slip_paper = PAPER_FAILED;
	flow->visit.wrong = 1;
	ticket(flow, 4);
	flow = add(builder, "ticket-no-promise", SCREEN_TICKET);
	ticket(flow, 2);
	flow->visit.ticket.wait_from_min = flow->visit.ticket.wait_to_min = TICKET_WAIT_UNKNOWN;
	flow = add_filled(builder, "no-ticket-away", SCREEN_NO_TICKET);
	flow->visit.ticket_outcome = QUEUE_AWAY;
	flow->visit.form_paper = PAPER_DONE;
	add(builder, "no-ticket-closed", SCREEN_NO_TICKET)->visit.ticket_outcome = QUEUE_CLOSED;
	add(builder, "scan", SCREEN_SCAN);
	add(builder, "scan-other", SCREEN_SCAN)->visit.notice = NOTICE_NOT_A_TICKET;
	ticket(add(builder, "ticket-state", SCREEN_TICKET_STATE), 3);
}

static void overlays(struct builder *builder)
{
	struct flow *flow;

	add(builder, "language", SCREEN_START)->overlay = OVERLAY_LANGUAGE;
	flow = add(builder, "staff", SCREEN_CARD);
	flow->overlay = OVERLAY_STAFF;
	flow->visit.is_staff_answered = true;
	add(builder, "quit", SCREEN_CHECK)->overlay = OVERLAY_QUIT;
	flow = add(builder, "warning", SCREEN_CHECK);
	flow->overlay = OVERLAY_WARNING;
	flow->warned_mono_ms = 1;
}

size_t screen_samples(const struct config *config, const struct config_office *office, int language, int text_percent,
		      struct screen_sample *ret_samples)
{
	struct builder builder = {.config = config, .office = office, .language = language,
				  .text_percent = text_percent, .out = ret_samples};

	memset(ret_samples, 0, SCREEN_SAMPLES_MAX * sizeof *ret_samples);
	choosing(&builder);
	guided(&builder);
	card(&builder);
	failures(&builder);
	pins(&builder);
	printed_numbers(&builder);
	checks(&builder);
	questions(&builder);
	ends(&builder);
	overlays(&builder);
	return builder.n;
}

void screen_samples_release(struct screen_sample *samples, size_t n_samples)
{
	for (size_t i = 0; i < n_samples; i++)
		flow_release(&samples[i].flow);
}
