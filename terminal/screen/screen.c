/* SPDX-License-Identifier: MIT
 * Which function draws which screen. */
#include "terminal/screen/parts.h"
#include "shared/base/banned.h"

typedef void draw_fn(struct screen *screen);

static draw_fn *const screens[N_FLOW_SCREENS] = {
	[SCREEN_START] = draw_start,
	[SCREEN_SERVICES] = draw_services,
	[SCREEN_PROCEDURES] = draw_procedures,
	[SCREEN_GUIDE_EVENTS] = draw_guide_events,
	[SCREEN_GUIDE_QUESTION] = draw_guide_question,
	[SCREEN_GUIDE_RESULT] = draw_guide_result,
	[SCREEN_NOTE] = draw_note,
	[SCREEN_CARD] = draw_card,
	[SCREEN_CARD_EXPIRED] = draw_card_expired,
	[SCREEN_CARD_OTHER] = draw_card_other,
	[SCREEN_NUMBER_ASK] = draw_number_ask,
	[SCREEN_PIN] = draw_pin,
	[SCREEN_B_BIRTH] = draw_b_birth,
	[SCREEN_B_EXPIRY] = draw_b_expiry,
	[SCREEN_B_CODE] = draw_b_code,
	[SCREEN_CARD_NUMBER] = draw_card_number,
	[SCREEN_LAST_TRY] = draw_last_try,
	[SCREEN_PIN_BLOCKED] = draw_pin_blocked,
	[SCREEN_PIN_UNKNOWN] = draw_pin_unknown,
	[SCREEN_READING] = draw_reading,
	[SCREEN_CARD_FAILED] = draw_card_failed,
	[SCREEN_BY_HAND] = draw_by_hand,
	[SCREEN_CHECK] = draw_check,
	[SCREEN_CORRECT] = draw_correct,
	[SCREEN_QUESTION] = draw_question,
	[SCREEN_REVIEW] = draw_review,
	[SCREEN_TAKE_CARD] = draw_take_card,
	[SCREEN_PRINTING] = draw_printing,
	[SCREEN_TICKET] = draw_ticket,
	[SCREEN_NO_TICKET] = draw_no_ticket,
	[SCREEN_SCAN] = draw_scan,
	[SCREEN_TICKET_STATE] = draw_ticket_state,
};

static draw_fn *const overlays[] = {
	[OVERLAY_LANGUAGE] = draw_language,
	[OVERLAY_STAFF] = draw_staff,
	[OVERLAY_QUIT] = draw_quit,
	[OVERLAY_WARNING] = draw_warning,
};

struct ui_tree *screen_tree(const struct screen_view *view)
{
	const struct flow *flow = view->flow;
	struct screen screen = {.flow = flow, .view = view, .language = flow_language(flow)};

	if (flow->overlay != OVERLAY_NONE)
		overlays[flow->overlay](&screen);
	else
		screens[flow->screen](&screen);
	return screen.tree;
}
