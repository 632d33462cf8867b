/* SPDX-License-Identifier: MIT
 * Finishing: the filled form is shown and printed, the card is asked back before any slip comes, one number is asked for
 * and shown. Whatever does not work is told, and the visit goes on. Also "I already have a ticket". */
#include <ctype.h>
#include <string.h>
#include "terminal/flow/parts.h"
#include "shared/base/banned.h"

#define TICKET_CODE "madoguchi:t/"

void review_enter(struct flow *flow, struct flow_effects *effects)
{
	struct visit *visit = &flow->visit;

	flow_go(flow, SCREEN_REVIEW);
	visit->is_preview_ready = visit->has_preview_failed = false;
	flow_effect(effects, EFFECT_PREVIEW);
}

/* The one place that asks for a number: a visit gets one. */
static void ask_ticket(struct flow *flow, struct flow_effects *effects)
{
	flow_busy(flow, SCREEN_PRINTING);
	if (flow->visit.is_ticket_asked)
		return;
	flow->visit.is_ticket_asked = true;
	flow_effect(effects, EFFECT_TICKET_ISSUE);
}

void finish_number_only(struct flow *flow, struct flow_effects *effects)
{
	ask_ticket(flow, effects);
}

void finish_card_taken(struct flow *flow, struct flow_effects *effects)
{
	ask_ticket(flow, effects);
}

static void print_forms(struct flow *flow, struct flow_effects *effects)
{
	struct visit *visit = &flow->visit;

	if (visit->review + 1 < visit->n_drafts) {
		visit->review++;
		review_enter(flow, effects);
		return;
	}
	visit->form_paper = PAPER_ASKED;
	flow_effect(effects, EFFECT_PRINT_FORMS);
	if (flow->presence == CARD_PRESENCE_PRESENT)
		flow_go(flow, SCREEN_TAKE_CARD);
	else
		ask_ticket(flow, effects);
}

bool finish_pressed(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	if (flow->screen == SCREEN_REVIEW && event->action == ACTION_PRINT) {
		print_forms(flow, effects);
		return true;
	}
	if (event->action == ACTION_FINISH && (flow->screen == SCREEN_TICKET || flow->screen == SCREEN_NO_TICKET ||
					       flow->screen == SCREEN_TICKET_STATE)) {
		flow_end(flow, effects);
		return true;
	}
	return false;
}

/* Printing ends when the number is known and the form is on paper, or is known not to be. */
void finish_advance(struct flow *flow, bool is_late)
{
	struct visit *visit = &flow->visit;
	bool is_form_settled = visit->form_paper != PAPER_ASKED;
	bool is_ticket_settled = visit->has_ticket || visit->ticket_outcome != QUEUE_OK;

	if (flow->screen != SCREEN_PRINTING)
		return;
	if (is_late && !is_ticket_settled)
		visit->ticket_outcome = QUEUE_AWAY;
	if (!is_late && (!is_form_settled || !is_ticket_settled))
		return;
	flow_go(flow, visit->has_ticket ? SCREEN_TICKET : SCREEN_NO_TICKET);
	flow->touched_mono_ms = flow->now_mono_ms;
}

void finish_ticket_answered(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	struct visit *visit = &flow->visit;

	if (!visit->is_ticket_asked || visit->has_ticket || flow->screen != SCREEN_PRINTING)
		return;
	visit->ticket_outcome = event->queue_outcome;
	if (event->queue_outcome == QUEUE_OK &&
	    (!event->ticket || ticket_copy(event->ticket, &visit->ticket) < 0))
		visit->ticket_outcome = QUEUE_REFUSED;
	if (visit->ticket_outcome == QUEUE_OK) {
		visit->has_ticket = true;
		visit->slip_paper = PAPER_ASKED;
		flow_effect(effects, EFFECT_PRINT_SLIP);
	}
	finish_advance(flow, false);
}

/* ---- a ticket that is already there ------------------------------------------------------------------------ */

static bool is_token(const char *text)
{
	size_t n = strlen(text);

	for (const char *at = text; *at; at++)
		if (!isascii((unsigned char)*at) || !(isalnum((unsigned char)*at) || *at == '-' || *at == '_'))
			return false;
	return n >= 16 && n <= FLOW_TOKEN_LENGTH_MAX;
}

/* Our own code, or the address of our own phone page: another town's or a stranger's address is no ticket. */
static const char *token_in(const struct flow *flow, const char *text)
{
	const char *url = flow->config->queue.public_url;
	size_t n = url ? strlen(url) : 0;

	if (strncmp(text, TICKET_CODE, strlen(TICKET_CODE)) == 0)
		return text + strlen(TICKET_CODE);
	while (n > 0 && url[n - 1] == '/')
		n--;
	if (n > 0 && strncmp(text, url, n) == 0 && strncmp(text + n, "/t/", 3) == 0)
		return text + n + 3;
	return NULL;
}

void scan_code_seen(struct flow *flow, const char *text, struct flow_effects *effects)
{
	const char *token = text ? token_in(flow, text) : NULL;

	if (flow->screen != SCREEN_SCAN)
		return;
	flow->touched_mono_ms = flow->now_mono_ms;
	if (!token || !is_token(token)) {
		flow->visit.notice = NOTICE_NOT_A_TICKET;
		return;
	}
	if (strcmp(flow->visit.token, token) == 0)
		return; /* the same code is still before the camera */
	memcpy(flow->visit.token, token, strlen(token) + 1);
	flow_effect(effects, EFFECT_TICKET_SHOW);
}

void scan_ticket_shown(struct flow *flow, const struct flow_event *event, struct flow_effects *effects)
{
	struct visit *visit = &flow->visit;

	if (flow->screen != SCREEN_SCAN)
		return;
	if (event->queue_outcome == QUEUE_OK && event->ticket && ticket_copy(event->ticket, &visit->ticket) == 0) {
		visit->has_ticket = true;
		flow_go(flow, SCREEN_TICKET_STATE);
		flow_effect(effects, EFFECT_SCAN_STOP);
		return;
	}
	visit->notice = event->queue_outcome == QUEUE_AWAY ? NOTICE_QUEUE_AWAY : NOTICE_TICKET_UNKNOWN;
	explicit_bzero(visit->token, sizeof visit->token);
}
