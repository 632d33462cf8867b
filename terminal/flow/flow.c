/* SPDX-License-Identifier: MIT
 * The visit's spine: which part gets an event, what lies over a screen, time, and the end at which everything known of
 * the resident becomes zero. Each part (choosing, card, questions, finishing) is a file beside this one. */
#include "terminal/flow/parts.h"
#include <stdio.h>
#include <string.h>
#include "shared/base/banned.h"

#define TEXT_PERCENT_LARGE 130
#define SLIP_MISSING_STAYS 3 /* times longer on the screen when the number is not on paper */

void flow_init(struct flow *flow, const struct config *config, const struct config_office *office)
{
	*flow = (struct flow){.config = config, .office = office};
	flow->visit.service = -1;
	flow->visit.text_percent = 100;
}

bool flow_is_at_rest(const struct flow *flow)
{
	return flow->screen == SCREEN_START && flow->overlay == OVERLAY_NONE && !flow->visit.is_active;
}

static void visit_release(struct visit *visit)
{
	for (int i = 0; i < visit->n_drafts; i++)
		visit->drafts[i] = draft_free(visit->drafts[i]);
	person_release(&visit->person);
	facts_drop(visit);
	ticket_release(&visit->ticket);
	explicit_bzero(visit, sizeof *visit);
}

/* What lies on the reader, the time and the hall's state stay; waiting times are asked for anew, services have moved. */
void flow_exchange(struct flow *flow, const struct config *config, const struct config_office *office)
{
	flow->config = config;
	flow->office = office;
	visit_release(&flow->visit);
	flow->visit.service = -1;
	flow->visit.text_percent = 100;
	memset(flow->board, 0, sizeof flow->board);
	flow->board_mono_ms = 0;
}

void flow_release(struct flow *flow)
{
	visit_release(&flow->visit);
}

void flow_effect(struct flow_effects *effects, enum flow_effect effect)
{
	if (effects->n < FLOW_EFFECTS_MAX)
		effects->items[effects->n++] = effect;
}

void flow_go(struct flow *flow, enum flow_screen screen)
{
	flow->screen = screen;
	flow->visit.notice = NOTICE_NONE;
	flow->visit.page = 0;
	flow->busy_mono_ms = 0;
}

void flow_busy(struct flow *flow, enum flow_screen screen)
{
	flow_go(flow, screen);
	flow->busy_mono_ms = flow->now_mono_ms;
}

void flow_end(struct flow *flow, struct flow_effects *effects)
{
	bool was_scanning = flow->screen == SCREEN_SCAN;

	if (flow->visit.is_active && flow->presence == CARD_PRESENCE_PRESENT)
		flow->is_card_left = true;
	visit_release(&flow->visit);
	flow->visit.service = -1;
	flow->visit.text_percent = 100;
	flow->screen = SCREEN_START;
	flow->overlay = OVERLAY_NONE;
	flow->touched_mono_ms = flow->warned_mono_ms = flow->busy_mono_ms = 0;
	flow_effect(effects, EFFECT_SECRET_CLEAR);
	if (was_scanning)
		flow_effect(effects, EFFECT_SCAN_STOP);
	flow_effect(effects, EFFECT_VISIT_WIPE);
	flow_effect(effects, EFFECT_BOARD);
}

static void abandon(struct flow *flow, struct flow_effects *effects)
{
	flow_effect(effects, EFFECT_ABANDONED);
	flow_end(flow, effects);
}

/* ---- the frame: what every screen has -------------------------------------------------------------------- */

/* Quitting asks first only when there is something to lose. */
static void quit(struct flow *flow, struct flow_effects *effects)
{
	if (flow->visit.has_person || flow->visit.n_drafts > 0 || flow->visit.guide.n_asked > 0)
		flow->overlay = OVERLAY_QUIT;
	else
		flow_end(flow, effects);
}

static void call_staff(struct flow *flow, struct flow_effects *effects)
{
	flow->overlay = OVERLAY_STAFF;
	flow->visit.is_staff_answered = false;
	flow_effect(effects, EFFECT_STAFF_CALL);
}

static bool frame_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	switch ((int)event->action) {
	case ACTION_STAFF:
		call_staff(flow, effects);
		return true;
	case ACTION_LANGUAGE:
		if (flow->config->terminal.n_languages == 2)
			flow->visit.language = !flow->visit.language;
		else
			flow->overlay = OVERLAY_LANGUAGE;
		return true;
	case ACTION_LANGUAGE_SET:
		if (event->argument >= 0 && (size_t)event->argument < flow->config->terminal.n_languages)
			flow->visit.language = (int)event->argument;
		flow->overlay = OVERLAY_NONE;
		return true;
	case ACTION_TEXT_SIZE:
		flow->visit.text_percent = flow->visit.text_percent == 100 ? TEXT_PERCENT_LARGE : 100;
		return true;
	case ACTION_CLOSE:
	case ACTION_MORE_TIME:
		flow->overlay = OVERLAY_NONE;
		return true;
	case ACTION_QUIT:
		quit(flow, effects);
		return true;
	case ACTION_QUIT_YES:
		flow_end(flow, effects);
		return true;
	default:
		return false;
	}
}

/* Back never loses what was answered; after printing there is no way back, only on. */
static void back(struct flow *flow, struct flow_effects *effects)
{
	switch (flow->screen) {
	case SCREEN_SERVICES:
	case SCREEN_PROCEDURES:
	case SCREEN_SCAN:
	case SCREEN_TICKET_STATE:
		flow_end(flow, effects);
		return;
	case SCREEN_GUIDE_EVENTS:
	case SCREEN_GUIDE_QUESTION:
	case SCREEN_GUIDE_RESULT:
		guide_back(flow, effects);
		return;
	case SCREEN_NOTE:
		choose_note_back(flow);
		return;
	case SCREEN_B_BIRTH:
	case SCREEN_B_EXPIRY:
	case SCREEN_B_CODE:
	case SCREEN_LAST_TRY:
	case SCREEN_PIN_BLOCKED:
		if (secret_back(flow, effects))
			return;
		secret_forget(flow, effects);
		choose_card_back(flow);
		return;
	case SCREEN_CARD:
	case SCREEN_CARD_EXPIRED:
	case SCREEN_CARD_OTHER:
	case SCREEN_NUMBER_ASK:
	case SCREEN_PIN:
	case SCREEN_CARD_NUMBER:
	case SCREEN_CARD_FAILED:
	case SCREEN_CHECK:
		secret_forget(flow, effects);
		flow->visit.is_looking = false;
		choose_card_back(flow);
		return;
	case SCREEN_PIN_UNKNOWN:
	case SCREEN_BY_HAND:
		flow->visit.is_by_hand = false;
		card_enter(flow, effects);
		return;
	case SCREEN_CORRECT:
		flow_go(flow, SCREEN_CHECK);
		return;
	case SCREEN_QUESTION:
		if (!question_back(flow))
			flow_go(flow, flow->visit.has_person ? SCREEN_CHECK : SCREEN_BY_HAND);
		return;
	case SCREEN_REVIEW:
		if (flow->visit.review > 0) {
			flow->visit.review--;
			review_enter(flow, effects);
		} else if (!question_last(flow)) {
			flow_go(flow, flow->visit.has_person ? SCREEN_CHECK : SCREEN_BY_HAND);
		}
		return;
	case SCREEN_START:
	case SCREEN_READING:
	case SCREEN_TAKE_CARD:
	case SCREEN_PRINTING:
	case SCREEN_TICKET:
	case SCREEN_NO_TICKET:
	case N_FLOW_SCREENS:
		return;
	}
}

static void pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	if (!flow->visit.is_active) {
		flow->visit.is_active = true;
		flow_effect(effects, EFFECT_VISIT_BEGIN);
	}
	/* the time-out screen has one meaning for every touch: somebody is here */
	if (flow->overlay == OVERLAY_WARNING && event->action != ACTION_QUIT_YES) {
		flow->overlay = OVERLAY_NONE;
		return;
	}
	if (frame_pressed(flow, event, effects))
		return;
	if (flow->overlay != OVERLAY_NONE)
		return; /* a button of the screen below cannot have been meant */
	if (event->action == ACTION_BACK) {
		back(flow, effects);
		return;
	}
	if (event->action == ACTION_PAGE && flow->screen != SCREEN_QUESTION) {
		if (event->argument >= 0 && event->argument < FLOW_PAGES_MAX)
			flow->visit.page = (int)event->argument;
		return;
	}
	if (!guide_pressed(flow, event, effects) && !choose_pressed(flow, event, effects) && !card_pressed(flow, event, effects) &&
	    !question_pressed(flow, event, effects))
		finish_pressed(flow, event, effects);
}

/* ---- time ------------------------------------------------------------------------------------------------- */

static int64_t idle_ms(const struct flow *flow)
{
	int64_t s = flow->config->terminal.idle_s;

	if (flow->screen == SCREEN_TICKET || flow->screen == SCREEN_NO_TICKET || flow->screen == SCREEN_TICKET_STATE) {
		s = flow->config->terminal.ended_s;
		if (flow->visit.slip_paper == PAPER_FAILED || flow->visit.slip_paper == PAPER_UNKNOWN || flow->screen == SCREEN_NO_TICKET)
			s *= SLIP_MISSING_STAYS;
	}
	return s * 1000;
}

/* The last screens have nothing left to do: they close by themselves, the others warn first. */
static bool is_last_screen(const struct flow *flow)
{
	return flow->screen == SCREEN_TICKET || flow->screen == SCREEN_NO_TICKET || flow->screen == SCREEN_TICKET_STATE;
}

static void gave_up_waiting(struct flow *flow, struct flow_effects *effects)
{
	flow->busy_mono_ms = 0;
	if (flow->screen == SCREEN_READING)
		card_failed(flow, CARD_SERVICE_UNAVAILABLE, effects);
	else if (flow->screen == SCREEN_PRINTING)
		finish_advance(flow, true);
}

static void idle(struct flow *flow, struct flow_effects *effects)
{
	if (flow->overlay == OVERLAY_WARNING) {
		if (flow->now_mono_ms - flow->warned_mono_ms >= (int64_t)flow->config->terminal.warning_s * 1000)
			abandon(flow, effects);
		return;
	}
	if (flow_is_busy(flow) || flow->now_mono_ms - flow->touched_mono_ms < idle_ms(flow))
		return;
	if (flow->screen == SCREEN_START || is_last_screen(flow)) {
		flow_end(flow, effects);
		return;
	}
	flow->overlay = OVERLAY_WARNING;
	flow->warned_mono_ms = flow->now_mono_ms;
}

static void tick(struct flow *flow, struct flow_effects *effects)
{
	if (flow->busy_mono_ms && flow->now_mono_ms - flow->busy_mono_ms >= FLOW_BUSY_MS_MAX)
		gave_up_waiting(flow, effects);
	if (flow->screen == SCREEN_CARD_FAILED && flow->now_mono_ms - flow->failed_mono_ms >= FLOW_CARD_FAILED_MS)
		card_next(flow, effects);
	if (flow->visit.is_active)
		idle(flow, effects);
	if (flow->screen == SCREEN_START &&
	    (!flow->board_mono_ms || flow->now_mono_ms - flow->board_mono_ms >= FLOW_BOARD_EVERY_MS)) {
		flow->board_mono_ms = flow->now_mono_ms;
		flow_effect(effects, EFFECT_BOARD);
	}
}

int64_t flow_deadline(const struct flow *flow)
{
	int64_t at = -1;

	if (flow->screen == SCREEN_START)
		at = flow->board_mono_ms + FLOW_BOARD_EVERY_MS;
	if (!flow->visit.is_active)
		return at;
	if (flow->overlay == OVERLAY_WARNING) /* each second: the countdown is on the screen */
		return flow->now_mono_ms + 1000 - (flow->now_mono_ms - flow->warned_mono_ms) % 1000;
	if (flow->busy_mono_ms)
		return flow->busy_mono_ms + FLOW_BUSY_MS_MAX;
	if (at < 0 || flow->touched_mono_ms + idle_ms(flow) < at)
		at = flow->touched_mono_ms + idle_ms(flow);
	if (flow->screen == SCREEN_CARD_FAILED && flow->failed_mono_ms + FLOW_CARD_FAILED_MS < at)
		at = flow->failed_mono_ms + FLOW_CARD_FAILED_MS;
	return at;
}

int flow_warning_left_s(const struct flow *flow)
{
	int64_t left = (int64_t)flow->config->terminal.warning_s * 1000 - (flow->now_mono_ms - flow->warned_mono_ms);

	return left < 0 ? 0 : (int)((left + 999) / 1000);
}

/* ---- what the hall tells ---------------------------------------------------------------------------------- */

static void board_told(struct flow *flow, const struct flow_event *event)
{
	const struct config *config = flow->config;

	flow->is_queue_away = event->queue_outcome != QUEUE_OK;
	flow->is_window_open = event->queue_outcome == QUEUE_OK && event->argument != 0;
	for (size_t i = 0; i < config->n_services && i < FLOW_SERVICES_MAX; i++) {
		flow->board[i] = (struct flow_board){0};
		for (size_t j = 0; j < event->n_services; j++)
			if (strcmp(event->services[j].id, config->services[i].id) == 0)
				flow->board[i] = (struct flow_board){.is_known = true,
					.waiting = event->services[j].waiting,
					.from_min = event->services[j].wait_from_min,
					.to_min = event->services[j].wait_to_min};
	}
}

static void someone_is_here(struct flow *flow)
{
	flow->touched_mono_ms = flow->now_mono_ms;
	if (flow->overlay == OVERLAY_WARNING)
		flow->overlay = OVERLAY_NONE;
}

static void outside(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	switch (event->kind) {
	case FLOW_CLOCK:
		flow->local = event->local;
		break;
	case FLOW_CARD_PRESENCE:
		if (flow->visit.is_active)
			someone_is_here(flow);
		card_presence_changed(flow, event, effects);
		break;
	case FLOW_CARD_LOOK:
		card_looked_at(flow, event, effects);
		break;
	case FLOW_CARD_READ:
		card_was_read(flow, event, effects);
		break;
	case FLOW_BOARD:
		board_told(flow, event);
		break;
	case FLOW_STAFF_ANSWER:
		flow->visit.staff_outcome = event->queue_outcome;
		flow->visit.is_staff_answered = flow->overlay == OVERLAY_STAFF;
		break;
	case FLOW_PREVIEW:
		if (flow->screen == SCREEN_REVIEW) {
			flow->visit.is_preview_ready = event->argument == 0;
			flow->visit.has_preview_failed = event->argument != 0;
		}
		break;
	case FLOW_FORM_PRINTED:
		if (flow->visit.form_paper == PAPER_ASKED)
			flow->visit.form_paper = (enum flow_paper)event->argument;
		finish_advance(flow, false);
		break;
	case FLOW_SLIP_PRINTED:
		if (flow->visit.slip_paper == PAPER_ASKED)
			flow->visit.slip_paper = (enum flow_paper)event->argument;
		break;
	case FLOW_TICKET_ANSWER:
		finish_ticket_answered(flow, event, effects);
		break;
	case FLOW_TICKET_SHOWN:
		scan_ticket_shown(flow, event, effects);
		break;
	case FLOW_CODE:
		scan_code_seen(flow, event->text, effects);
		break;
	case FLOW_CAMERA:
		flow->has_camera = event->argument != 0;
		break;
	case FLOW_PRESSED:
	case FLOW_TYPED:
	case FLOW_ACTIVITY:
	case FLOW_TICK:
	case FLOW_SECRET_COUNT:
		break;
	}
}

void flow_step(struct flow *flow, const struct flow_event *event, int64_t now_mono_ms, struct flow_effects *effects)
{
	effects->n = 0;
	flow->now_mono_ms = now_mono_ms;
	switch ((int)event->kind) {
	case FLOW_PRESSED:
		flow->touched_mono_ms = now_mono_ms;
		pressed(flow, event, effects);
		break;
	case FLOW_TYPED:
		someone_is_here(flow);
		question_typed(flow, event->text);
		break;
	case FLOW_ACTIVITY:
		someone_is_here(flow);
		break;
	case FLOW_SECRET_COUNT:
		someone_is_here(flow);
		secret_counted(flow, event->argument);
		break;
	case FLOW_TICK:
		tick(flow, effects);
		break;
	default:
		outside(flow, event, effects);
	}
}
