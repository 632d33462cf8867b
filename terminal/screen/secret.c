/* SPDX-License-Identifier: MIT
 * What opens a card: PIN, 照合番号B in three parts with a picture of where each stands, a residence card's number; and what
 * each try means. The number of dots is all a screen ever knows of it. */
#include "terminal/screen/parts.h"
#include "shared/base/banned.h"

#define PIN_KEY_HEIGHT 150
#define KEY_HEIGHT 118
#define LETTER_COLUMNS 7

static bool is_licence(const struct screen *screen)
{
	return screen->flow->visit.kind == CARD_DRIVER_LICENCE;
}

const char *number_text(const struct screen *screen)
{
	switch (flow_number(screen->flow)) {
	case NUMBER_WILL_BE_READ:
		return say(screen, "number.will");
	case NUMBER_READ:
		return say(screen, "number.read");
	case NUMBER_BY_HAND:
		return say(screen, "number.by-hand");
	case NUMBER_NEVER:
		break;
	}
	return say(screen, "number.never");
}

/* ---- typing ---------------------------------------------------------------------------------------------------- */

static const char *dots(struct screen *screen, int n)
{
	const char *text = "";

	for (int i = 0; i < n && i < FLOW_SECRET_LENGTH_MAX; i++)
		text = ui_text(screen->tree, "%s•", text);
	return text;
}

/* @sizes: how the places are grouped, "2 2 2"; @names: what stands behind each group. Either may be NULL. */
static void entry(struct screen *screen, const char *name, const char *sizes, const char *names)
{
	UI_ADD(screen->tree, screen->body, .role = UI_PASSWORD, .key = "pin", .name = name,
	       .value = dots(screen, flow_secret_count(screen->flow)), .columns = flow_secret_length(screen->flow),
	       .note = sizes, .detail = names, .align = UI_CENTER);
}

static void tries(struct screen *screen, const char *many, const char *last)
{
	int left = screen->flow->visit.tries_left;

	if (left > 0)
		UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "tries", .align = UI_CENTER,
		       .style = left == 1 ? UI_STYLE_ERROR : UI_STYLE_MUTED,
		       .name = left == 1 ? say(screen, last) : say_number(screen, many, left));
}

static void digits(struct screen *screen, int height)
{
	add_keypad(screen, ACTION_SECRET_KEY, ACTION_SECRET_CLEAR, ACTION_SECRET_DROP, height);
}

static unsigned next_state(const struct screen *screen)
{
	return flow_secret_count(screen->flow) == flow_secret_length(screen->flow) ? UI_IS_DEFAULT_FOCUS : UI_IS_DISABLED;
}

void draw_pin(struct screen *screen)
{
	if (!screen_open(screen, is_licence(screen) ? "pin.title-licence" : "pin.title", STEP_CARD))
		return;
	add_label(screen, screen->body, say(screen, is_licence(screen) ? "pin.what-licence" : "pin.what"), UI_STYLE_MUTED, 34);
	entry(screen, say(screen, "pin.name"), NULL, NULL);
	tries(screen, "pin.tries", "pin.last");
	digits(screen, PIN_KEY_HEIGHT);
	add_room(screen);
	if (!is_licence(screen))
		UI_ADD(screen->tree, screen->body, .role = UI_LABEL, .key = "number", .align = UI_CENTER, .font_px = 32,
		       .style = flow_number(screen->flow) == NUMBER_WILL_BE_READ ? UI_STYLE_NOTICE : UI_STYLE_MUTED,
		       .name = number_text(screen));
	add_way(screen, "next", say(screen, "frame.next"), UI_STYLE_PRIMARY, ACTION_NEXT, 0)->state = next_state(screen);
	add_way(screen, "unknown", say(screen, "pin.unknown"), UI_STYLE_SECONDARY, ACTION_PIN_UNKNOWN, 0);
	screen_close(screen, FOOTER_ALL);
}

static void picture(struct screen *screen, const char *icon, const char *name)
{
	UI_ADD(screen->tree, screen->body, .role = UI_IMAGE, .key = "picture", .icon = icon, .name = say(screen, name));
}

/* The way on and the way without a card, side by side: the keys need the height. Letters leave no room for one back. */
static void on_or_without(struct screen *screen, bool has_letters)
{
	struct ui_node *row = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .flow = UI_ROW, .gap = 24);

	UI_ADD(screen->tree, row, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "no-card", .grow = 1,
	       .name = say(screen, "b.none"), .action = ACTION_NO_CARD);
	if (has_letters)
		UI_ADD(screen->tree, row, .role = UI_BUTTON, .style = UI_STYLE_QUIET, .key = "drop", .grow = 1,
		       .name = say(screen, "keys.drop"), .action = ACTION_SECRET_DROP);
	UI_ADD(screen->tree, row, .role = UI_BUTTON, .style = UI_STYLE_PRIMARY, .key = "next", .grow = 2,
	       .name = say(screen, "frame.next"), .action = ACTION_NEXT, .state = next_state(screen));
}

/* One part of 照合番号B; its texts are named after @part. */
static void draw_b(struct screen *screen, const char *part, const char *sizes, const char *groups)
{
	static const char *const titles[] = {"b-birth.title", "b-expiry.title", "b-code.title"};
	struct ui_tree *tree;
	int step = flow_secret_step(screen->flow);

	if (step < 0 || !screen_open(screen, titles[step], STEP_CARD))
		return;
	tree = screen->tree;
	picture(screen, ui_text(tree, "face-%s", part + 2), ui_text(tree, "%s.picture", part));
	add_label(screen, screen->body,
		  ui_text(tree, "%s  %s", say_number(screen, "b.step", step + 1), say(screen, ui_text(tree, "%s.what", part))),
		  UI_STYLE_PLAIN, 32);
	entry(screen, say(screen, ui_text(tree, "%s.name", part)), sizes, groups ? say(screen, groups) : NULL);
	tries(screen, "b.tries", "b.last");
	digits(screen, KEY_HEIGHT);
	add_room(screen);
	on_or_without(screen, false);
	screen_close(screen, FOOTER_ALL);
}

void draw_b_birth(struct screen *screen)
{
	draw_b(screen, "b-birth", "2 2 2", "b-birth.groups");
}

void draw_b_expiry(struct screen *screen)
{
	draw_b(screen, "b-expiry", NULL, NULL);
}

void draw_b_code(struct screen *screen)
{
	draw_b(screen, "b-code", NULL, NULL);
}

static void letters(struct screen *screen)
{
	struct ui_node *grid = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .key = "letters", .flow = UI_GRID,
				      .columns = LETTER_COLUMNS, .gap = 14);

	for (int letter = 'A'; letter <= 'Z'; letter++)
		add_key(screen, grid, ui_text(screen->tree, "letter-%c", letter), ui_text(screen->tree, "%c", letter),
			UI_STYLE_SECONDARY, ACTION_SECRET_KEY, letter, 56, KEY_HEIGHT);
	for (int i = 'Z' - 'A' + 1; i % LETTER_COLUMNS; i++)
		UI_ADD(screen->tree, grid, .role = UI_SPACER);
}

void draw_card_number(struct screen *screen)
{
	const struct flow *flow = screen->flow;
	bool is_full, is_letter = flow_secret_takes_letter(flow);

	if (!screen_open(screen, "card-number.title", STEP_CARD))
		return;
	is_full = flow_secret_count(flow) == flow_secret_length(flow);
	picture(screen, "face-residence", "card-number.picture");
	add_label(screen, screen->body, say(screen, "card-number.what"), UI_STYLE_PLAIN, 36);
	entry(screen, say(screen, "card-number.name"), "2 8 2", NULL);
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "next-kind", .align = UI_CENTER, .font_px = 40,
	       .state = UI_IS_BOLD, .style = UI_STYLE_PRIMARY,
	       .name = say(screen, is_full ? "card-number.full" : is_letter ? "card-number.letter" : "card-number.digit"));
	if (is_letter || is_full)
		letters(screen);
	else
		digits(screen, KEY_HEIGHT);
	add_room(screen);
	on_or_without(screen, is_letter || is_full);
	screen_close(screen, FOOTER_ALL);
}

/* ---- when it does not go ------------------------------------------------------------------------------------------ */

static void told(struct screen *screen, const char *what, const char *then)
{
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "what", .style = UI_STYLE_WARNING, .font_px = 40,
	       .name = say(screen, what));
	add_label(screen, screen->body, say(screen, then), UI_STYLE_PLAIN, 38);
	add_room(screen);
}

/* 照合番号B first where the card has it: nobody need write by hand for want of a PIN. */
static void ways(struct screen *screen)
{
	bool has_b = flow_can_use_b(screen->flow) && screen->flow->visit.auth != CARD_AUTH_B;

	if (has_b)
		add_way(screen, "by-b", say(screen, "unknown.by-b"), UI_STYLE_PRIMARY, ACTION_BY_B, 0);
	add_way(screen, "no-card", say(screen, "card.without"), has_b ? UI_STYLE_SECONDARY : UI_STYLE_PRIMARY, ACTION_NO_CARD, 0);
}

void draw_last_try(struct screen *screen)
{
	bool is_b = screen->flow->visit.auth == CARD_AUTH_B;

	if (!screen_open(screen, is_b ? "last-try.title-b" : "last-try.title", STEP_CARD))
		return;
	told(screen, is_b ? "last-try.what-b" : is_licence(screen) ? "last-try.what-licence" : "last-try.what",
	     is_b ? "unknown.then" : flow_can_use_b(screen->flow) ? "unknown.then-b" : "last-try.then");
	ways(screen);
	add_way(screen, "agree", say(screen, "last-try.agree"), UI_STYLE_SECONDARY, ACTION_LAST_TRY_AGREED, 0);
	screen_close(screen, FOOTER_ALL);
}

void draw_pin_blocked(struct screen *screen)
{
	bool is_b = screen->flow->visit.auth == CARD_AUTH_B;

	if (!screen_open(screen, is_b ? "blocked.title-b" : "blocked.title", STEP_CARD))
		return;
	told(screen, is_b ? "blocked.what-b" : "blocked.what",
	     is_licence(screen) ? "blocked.then-licence"
	     : !is_b && flow_can_use_b(screen->flow) ? "blocked.then-b" : "blocked.then");
	ways(screen);
	add_way(screen, "other", say(screen, "card.other"), UI_STYLE_SECONDARY, ACTION_OTHER_CARD, 0);
	screen_close(screen, FOOTER_ALL);
}

void draw_pin_unknown(struct screen *screen)
{
	if (!screen_open(screen, "unknown.title", STEP_CARD))
		return;
	UI_ADD(screen->tree, screen->body, .role = UI_LABEL, .style = UI_STYLE_NOTICE, .font_px = 40,
	       .name = say(screen, "unknown.what"));
	if (flow_can_use_b(screen->flow))
		add_label(screen, screen->body, say(screen, "unknown.then-b"), UI_STYLE_PLAIN, 38);
	add_label(screen, screen->body, say(screen, "unknown.then"), UI_STYLE_PLAIN, 38);
	add_room(screen);
	ways(screen);
	add_way(screen, "again", say(screen, "unknown.again"), UI_STYLE_SECONDARY, ACTION_CARD_AGAIN, 0);
	screen_close(screen, FOOTER_ALL);
}

void draw_number_ask(struct screen *screen)
{
	if (!screen_open(screen, "number-ask.title", STEP_CARD))
		return;
	UI_ADD(screen->tree, screen->body, .role = UI_LABEL, .style = UI_STYLE_NOTICE, .font_px = 40,
	       .name = say(screen, "number-ask.what"));
	add_label(screen, screen->body, say(screen, "number-ask.then"), UI_STYLE_PLAIN, 38);
	add_room(screen);
	add_way(screen, "yes", say(screen, "number-ask.yes"), UI_STYLE_PRIMARY, ACTION_READ_NUMBER, 1);
	add_way(screen, "no", say(screen, "number-ask.no"), UI_STYLE_SECONDARY, ACTION_READ_NUMBER, 0);
	screen_close(screen, FOOTER_ALL);
}
