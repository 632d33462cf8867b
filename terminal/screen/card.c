/* SPDX-License-Identifier: MIT
 * The card before anything is typed: lay it down, what is wrong with it, or go on without it. */
#include <stdio.h>
#include "terminal/screen/parts.h"
#include "shared/base/banned.h"

static bool is_reader_there(const struct flow *flow)
{
	return flow->presence == CARD_PRESENCE_ABSENT || flow->presence == CARD_PRESENCE_PRESENT;
}

/* "マイナンバーカード、運転免許証": what this counter reads. */
static const char *kinds_text(struct screen *screen)
{
	const struct config *config = screen->flow->config;
	const char *text = "", *refused = screen->flow->screen == SCREEN_CARD_OTHER ? card_kind_word(screen->flow->visit.kind) : "";

	for (size_t i = 0; i < config->terminal.n_card_kinds; i++) {
		if (strcmp(config->terminal.card_kinds[i], refused) == 0)
			continue;
		const char *kind = say(screen, ui_text(screen->tree, "kind.%s", config->terminal.card_kinds[i]));
		text = *text ? say_with(screen, "kind.and", text, kind) : kind;
	}
	return text;
}

static void kinds(struct screen *screen)
{
	struct ui_node *box = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .style = UI_STYLE_SECONDARY, .key = "kinds",
				     .flow = UI_COLUMN, .gap = 6);

	add_label(screen, box, say(screen, "card.kinds"), UI_STYLE_MUTED, 30);
	add_label(screen, box, kinds_text(screen), UI_STYLE_PLAIN, 38)->state = UI_IS_BOLD;
}

static bool takes_only_my_number(const struct flow *flow)
{
	return flow->config->terminal.n_card_kinds == 1 && flow_takes_kind(flow, CARD_MY_NUMBER);
}

/* Said before any PIN: the number is read here, or it is not. */
static const char *number_before(const struct screen *screen)
{
	if (flow_number(screen->flow) == NUMBER_NEVER)
		return say(screen, "number.never");
	return say(screen, screen->flow->visit.may_read_number ? "number.may" : "number.by-hand");
}

void draw_card(struct screen *screen)
{
	const struct flow *flow = screen->flow;

	if (!screen_open(screen, takes_only_my_number(flow) ? "card.title-my-number" : "card.title", STEP_CARD))
		return;
	if (!is_reader_there(flow))
		UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "no-reader", .style = UI_STYLE_WARNING,
		       .name = say(screen, "card.no-reader"));
	UI_ADD(screen->tree, screen->body, .role = UI_IMAGE, .key = "picture", .icon = "card-on-reader",
	       .name = say(screen, "card.picture"), .detail = say(screen, "card.here"));
	if (flow->visit.is_looking) {
		UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "looking", .style = UI_STYLE_NOTICE,
		       .name = say(screen, "card.looking"));
	} else {
		if (!takes_only_my_number(flow))
			kinds(screen);
		add_label(screen, screen->body, ui_text(screen->tree, "%s\n%s", say(screen, "card.what"), number_before(screen)),
			  UI_STYLE_MUTED, 34);
	}
	add_room(screen);
	add_way(screen, "no-card", say(screen, "card.without"), UI_STYLE_SECONDARY, ACTION_NO_CARD, 0)->font_px = 46;
	screen_close(screen, FOOTER_ALL);
}

/* Outcomes that cannot be mended by typing have words of their own; the others read as a card that told nothing. */
static const char *failure_word(enum card_outcome outcome)
{
	switch (outcome) {
	case CARD_NO_READER:
	case CARD_SERVICE_UNAVAILABLE:
	case CARD_UNSUPPORTED:
	case CARD_NOT_GENUINE:
	case CARD_NOT_PERMITTED:
	case CARD_PIN_BLOCKED:
		return card_outcome_word(outcome);
	case CARD_OK:
	case CARD_NO_CARD:
	case CARD_REMOVED:
	case CARD_MALFORMED:
	case CARD_PIN_INCORRECT:
	case CARD_LAST_TRY:
	case CARD_PIN_MALFORMED:
		break;
	}
	return card_outcome_word(CARD_MALFORMED);
}

void draw_card_failed(struct screen *screen)
{
	const char *word = failure_word(screen->flow->visit.card_outcome);
	char id[64];

	snprintf(id, sizeof id, "failed-title.%s", word);
	if (!screen_open(screen, id, STEP_CARD))
		return;
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "why", .style = UI_STYLE_WARNING, .font_px = 40,
	       .name = say(screen, ui_text(screen->tree, "failed-what.%s", word)));
	add_label(screen, screen->body, say(screen, ui_text(screen->tree, "failed-next.%s", word)), UI_STYLE_PLAIN, 38);
	if (screen->flow->visit.card_outcome == CARD_UNSUPPORTED)
		kinds(screen);
	add_room(screen);
	add_way(screen, "no-card", say(screen, "card.without"), UI_STYLE_PRIMARY, ACTION_NO_CARD, 0);
	add_way(screen, "again", say(screen, "card.again"), UI_STYLE_SECONDARY, ACTION_CARD_AGAIN, 0);
	screen_close(screen, FOOTER_ALL);
}

static const char *kind_name(struct screen *screen)
{
	return say(screen, ui_text(screen->tree, "kind.%s", card_kind_word(screen->flow->visit.kind)));
}

static void ways_without_this_card(struct screen *screen)
{
	add_room(screen);
	add_way(screen, "no-card", say(screen, "card.without"), UI_STYLE_PRIMARY, ACTION_NO_CARD, 0);
	add_way(screen, "other", say(screen, "card.other"), UI_STYLE_SECONDARY, ACTION_OTHER_CARD, 0);
	screen_close(screen, FOOTER_ALL);
}

void draw_card_expired(struct screen *screen)
{
	if (!screen_open(screen, "expired.title", STEP_CARD))
		return;
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "why", .style = UI_STYLE_WARNING, .font_px = 40,
	       .name = say_with(screen, "expired.what", date_text(screen, screen->flow->visit.expires), kind_name(screen)));
	add_label(screen, screen->body, say(screen, "expired.then"), UI_STYLE_PLAIN, 38);
	ways_without_this_card(screen);
}

void draw_card_other(struct screen *screen)
{
	if (!screen_open(screen, "other.title", STEP_CARD))
		return;
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "why", .style = UI_STYLE_WARNING, .font_px = 40,
	       .name = say_with(screen, "other.what", kind_name(screen), ""));
	kinds(screen);
	add_label(screen, screen->body, say(screen, "other.then"), UI_STYLE_PLAIN, 38);
	ways_without_this_card(screen);
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
