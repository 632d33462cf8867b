/* SPDX-License-Identifier: MIT
 * The PIN: dots, ten keys, and what each try means. The number of dots is all a screen ever knows of it. */
#include "terminal/screen/parts.h"
#include "shared/base/banned.h"

#define DIGIT_HEIGHT 150

static const char *dots(struct screen *screen, int n)
{
	const char *text = "";

	for (int i = 0; i < n && i < FLOW_PIN_LENGTH; i++)
		text = ui_text(screen->tree, "%s•", text);
	return text;
}

void draw_pin(struct screen *screen)
{
	const struct visit *visit = &screen->flow->visit;
	bool is_full = visit->pin_count == FLOW_PIN_LENGTH;

	if (!screen_open(screen, "pin.title", STEP_CARD))
		return;
	add_label(screen, screen->body, say(screen, "pin.what"), UI_STYLE_MUTED, 34);
	UI_ADD(screen->tree, screen->body, .role = UI_PASSWORD, .key = "pin", .name = say(screen, "pin.name"),
	       .value = dots(screen, visit->pin_count), .columns = FLOW_PIN_LENGTH, .align = UI_CENTER);
	if (visit->tries_left > 0)
		UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "tries", .align = UI_CENTER,
		       .style = visit->tries_left == 1 ? UI_STYLE_ERROR : UI_STYLE_MUTED,
		       .name = visit->tries_left == 1 ? say(screen, "pin.last")
						      : say_number(screen, "pin.tries", visit->tries_left));
	add_keypad(screen, ACTION_PIN_DIGIT, ACTION_PIN_CLEAR, ACTION_PIN_DROP, DIGIT_HEIGHT);
	add_room(screen);
	add_way(screen, "next", say(screen, "frame.next"), UI_STYLE_PRIMARY, ACTION_NEXT, 0)->state =
		is_full ? UI_IS_DEFAULT_FOCUS : UI_IS_DISABLED;
	add_way(screen, "unknown", say(screen, "pin.unknown"), UI_STYLE_SECONDARY, ACTION_PIN_UNKNOWN, 0);
	screen_close(screen, FOOTER_ALL);
}

static void ways(struct screen *screen, const char *what, const char *then)
{
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "what", .style = UI_STYLE_WARNING, .font_px = 40,
	       .name = say(screen, what));
	add_label(screen, screen->body, say(screen, then), UI_STYLE_PLAIN, 38);
	add_room(screen);
}

void draw_last_try(struct screen *screen)
{
	if (!screen_open(screen, "last-try.title", STEP_CARD))
		return;
	ways(screen, "last-try.what", "last-try.then");
	add_way(screen, "no-card", say(screen, "card.without"), UI_STYLE_PRIMARY, ACTION_NO_CARD, 0);
	add_way(screen, "agree", say(screen, "last-try.agree"), UI_STYLE_SECONDARY, ACTION_LAST_TRY_AGREED, 0);
	screen_close(screen, FOOTER_ALL);
}

void draw_pin_blocked(struct screen *screen)
{
	if (!screen_open(screen, "blocked.title", STEP_CARD))
		return;
	ways(screen, "blocked.what", "blocked.then");
	add_way(screen, "no-card", say(screen, "card.without"), UI_STYLE_PRIMARY, ACTION_NO_CARD, 0);
	screen_close(screen, FOOTER_ALL);
}

void draw_pin_unknown(struct screen *screen)
{
	if (!screen_open(screen, "unknown.title", STEP_CARD))
		return;
	UI_ADD(screen->tree, screen->body, .role = UI_LABEL, .style = UI_STYLE_NOTICE, .font_px = 40,
	       .name = say(screen, "unknown.what"));
	add_label(screen, screen->body, say(screen, "unknown.then"), UI_STYLE_PLAIN, 38);
	add_room(screen);
	add_way(screen, "no-card", say(screen, "card.without"), UI_STYLE_PRIMARY, ACTION_NO_CARD, 0);
	add_way(screen, "again", say(screen, "unknown.again"), UI_STYLE_SECONDARY, ACTION_CARD_AGAIN, 0);
	screen_close(screen, FOOTER_ALL);
}
