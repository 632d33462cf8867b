/* SPDX-License-Identifier: MIT
 * The card before the PIN: lay it down, what is wrong with it, or go on without it. */
#include "terminal/screen/parts.h"
#include "shared/base/banned.h"

static bool is_reader_there(const struct flow *flow)
{
	return flow->presence == CARD_PRESENCE_ABSENT || flow->presence == CARD_PRESENCE_PRESENT;
}

void draw_card(struct screen *screen)
{
	if (!screen_open(screen, "card.title", STEP_CARD))
		return;
	if (!is_reader_there(screen->flow))
		UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "no-reader", .style = UI_STYLE_WARNING,
		       .name = say(screen, "card.no-reader"));
	UI_ADD(screen->tree, screen->body, .role = UI_IMAGE, .key = "picture", .icon = "card-on-reader",
	       .name = say(screen, "card.picture"), .detail = say(screen, "card.here"));
	if (screen->flow->visit.is_asking_tries)
		UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "looking", .style = UI_STYLE_NOTICE,
		       .name = say(screen, "card.looking"));
	else
		add_label(screen, screen->body, say(screen, "card.what"), UI_STYLE_MUTED, 36);
	add_room(screen);
	add_way(screen, "no-card", say(screen, "card.without"), UI_STYLE_SECONDARY, ACTION_NO_CARD, 0)->font_px = 46;
	screen_close(screen, FOOTER_ALL);
}

static const char *failure_id(enum card_outcome outcome)
{
	switch (outcome) {
	case CARD_NO_READER:
	case CARD_SERVICE_UNAVAILABLE:
		return "card.failed-reader";
	case CARD_UNSUPPORTED:
		return "card.failed-kind";
	case CARD_OK:
	case CARD_NO_CARD:
	case CARD_REMOVED:
	case CARD_MALFORMED:
	case CARD_PIN_INCORRECT:
	case CARD_PIN_BLOCKED:
	case CARD_LAST_TRY:
	case CARD_PIN_MALFORMED:
	case CARD_NOT_GENUINE:
	case CARD_NOT_PERMITTED:
		return "card.failed-read";
	}
	return "card.failed-read";
}

void draw_card_failed(struct screen *screen)
{
	if (!screen_open(screen, "card.failed-title", STEP_CARD))
		return;
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "why", .style = UI_STYLE_WARNING, .font_px = 40,
	       .name = say(screen, failure_id(screen->flow->visit.card_outcome)));
	add_label(screen, screen->body, say(screen, "card.failed-next"), UI_STYLE_PLAIN, 38);
	add_room(screen);
	add_way(screen, "no-card", say(screen, "card.without"), UI_STYLE_PRIMARY, ACTION_NO_CARD, 0);
	add_way(screen, "again", say(screen, "card.again"), UI_STYLE_SECONDARY, ACTION_CARD_AGAIN, 0);
	screen_close(screen, FOOTER_ALL);
}

void draw_by_hand(struct screen *screen)
{
	if (!screen_open(screen, "by-hand.title", STEP_CHECK))
		return;
	UI_ADD(screen->tree, screen->body, .role = UI_LABEL, .style = UI_STYLE_NOTICE, .font_px = 40,
	       .name = say(screen, "by-hand.what"));
	add_label(screen, screen->body, say(screen, "by-hand.then"), UI_STYLE_PLAIN, 38);
	add_room(screen);
	add_way(screen, "next", say(screen, "frame.next"), UI_STYLE_PRIMARY, ACTION_NEXT, 0);
	screen_close(screen, FOOTER_ALL);
}

void draw_reading(struct screen *screen)
{
	if (!screen_open(screen, "reading.title", STEP_CARD))
		return;
	UI_ADD(screen->tree, screen->body, .role = UI_IMAGE, .key = "picture", .icon = "card-on-reader",
	       .name = say(screen, "card.picture"), .detail = say(screen, "reading.keep"));
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "reading", .style = UI_STYLE_NOTICE,
	       .font_px = 40, .name = say(screen, "reading.what"));
	add_room(screen);
	screen_close(screen, FOOTER_QUIT);
}

void draw_take_card(struct screen *screen)
{
	if (!screen_open(screen, "take-card.title", STEP_TICKET))
		return;
	UI_ADD(screen->tree, screen->body, .role = UI_IMAGE, .key = "picture", .icon = "card-off-reader",
	       .name = say(screen, "take-card.picture"));
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "take", .style = UI_STYLE_NOTICE, .font_px = 40,
	       .name = say(screen, "take-card.what"));
	add_room(screen);
	screen_close(screen, FOOTER_QUIT);
}
