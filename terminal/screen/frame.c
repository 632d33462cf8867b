/* SPDX-License-Identifier: MIT
 * The frame that never moves: the town and the helps on top, where you are, the title, and at the foot back, quit and
 * staff, always in the same places. Also the small pieces every screen is made of. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include "shared/base/buf.h"
#include "terminal/screen/parts.h"
#include "shared/base/banned.h"

#define BODY_MARGIN 48
#define TEXT_BYTES_MAX 4096
#define AT_ONCE_MIN 5 /* up to here nobody is told a range; the hall board says the same */

const char *say(const struct screen *screen, const char *id)
{
	return config_text(screen->flow->config, id, screen->language);
}

const char *language_name(const struct screen *screen, const char *language)
{
	char id[32] = "";

	for (size_t i = 0; i + 1 < sizeof id && language[i]; i++) /* names of texts are in small letters */
		id[i] = (char)tolower((unsigned char)language[i]);
	return config_text(screen->flow->config, ui_text(screen->tree, "language.%s", id), language);
}

bool is_japanese(const struct screen *screen)
{
	return strncmp(screen->language, "ja", 2) == 0;
}

const char *in_language(const struct screen *screen, const struct text *text)
{
	return text_in(text, screen->language);
}

const char *say_with(const struct screen *screen, const char *id, const char *first, const char *second)
{
	struct buf out = BUF_INIT(TEXT_BYTES_MAX);
	const char *text = say(screen, id);
	int r = 0;

	for (const char *at = text; *at && r == 0; at++) {
		const char *part = at[0] != '$' ? NULL : at[1] == '1' ? first : at[1] == '2' ? second : NULL;
		if (!part) {
			r = buf_add(&out, at, 1);
			continue;
		}
		r = buf_add_text(&out, part);
		at++;
	}
	text = ui_text(screen->tree, "%s", buf_text(&out));
	buf_release(&out);
	return text;
}

const char *say_number(const struct screen *screen, const char *id, int64_t first)
{
	char number[24];

	snprintf(number, sizeof number, "%lld", (long long)first);
	return say_with(screen, id, number, "");
}

const char *plain(const struct screen *screen, const char *text)
{
	struct buf out = BUF_INIT(2 * VALUE_BYTES_MAX);
	int r = 0;

	for (const char *at = text; at && *at && r == 0; at++) {
		if (*at == '{' || *at == '}' || *at == '|')
			r = buf_add(&out, at, 1);
		if (r == 0)
			r = buf_add(&out, at, 1);
	}
	text = ui_text(screen->tree, "%s", buf_text(&out));
	buf_release(&out);
	return text;
}

/* ---- bars --------------------------------------------------------------------------------------------------- */

static size_t first_character(const char *text)
{
	size_t n = *text ? 1 : 0;

	while (n && ((unsigned char)text[n] & 0xC0) == 0x80)
		n++;
	return n;
}

/* Between two languages the button is the other one; among more it leads to all of them. */
static void language_button(struct screen *screen, struct ui_node *bar)
{
	const struct config *config = screen->flow->config;
	const char *other;

	if (config->terminal.n_languages < 2)
		return;
	other = config->terminal.languages[!screen->flow->visit.language];
	if (config->terminal.n_languages == 2)
		UI_ADD(screen->tree, bar, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "language", .action = ACTION_LANGUAGE,
		       .name = language_name(screen, other), .language = other);
	else
		UI_ADD(screen->tree, bar, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "language", .action = ACTION_LANGUAGE,
		       .name = say(screen, "frame.language"));
}

static void header(struct screen *screen)
{
	const struct flow *flow = screen->flow;
	const struct text *town = &flow->config->municipality.name;
	const char *mark = text_in(town, "ja");
	struct ui_node *bar = UI_ADD(screen->tree, screen->tree->root, .role = UI_PANEL, .style = UI_STYLE_BAR,
				     .key = "header", .flow = UI_ROW, .align = UI_CENTER, .gap = 20);

	UI_ADD(screen->tree, bar, .role = UI_LABEL, .style = UI_STYLE_PRIMARY, .key = "mark",
	       .name = ui_text(screen->tree, "%.*s", (int)first_character(mark), mark));
	UI_ADD(screen->tree, bar, .role = UI_LABEL, .key = "town", .state = UI_IS_BOLD, .grow = 1,
	       .name = say_with(screen, "frame.town", in_language(screen, town), ""));
	UI_ADD(screen->tree, bar, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "text-size",
	       .action = ACTION_TEXT_SIZE,
	       .name = say(screen, flow->visit.text_percent == 100 ? "frame.text-larger" : "frame.text-normal"));
	language_button(screen, bar);
}

static void steps(struct screen *screen, enum step step)
{
	static const char *const names[N_STEPS] = {"step.procedure", "step.card", "step.check", "step.ticket"};
	struct ui_node *bar;

	if (step == STEP_NONE)
		return;
	bar = UI_ADD(screen->tree, screen->body, .role = UI_STEPS, .key = "steps", .flow = UI_ROW);
	for (int i = 0; i < N_STEPS; i++)
		UI_ADD(screen->tree, bar, .role = UI_LABEL, .key = names[i], .name = say(screen, names[i]),
		       .state = i == (int)step ? UI_IS_CURRENT : i < (int)step ? UI_IS_DONE : 0);
}

bool screen_open_named(struct screen *screen, const char *title, enum step step)
{
	CLEANUP(freep) char *kept = strdup(title); /* the tree that may hold it does not exist yet */

	if (kept)
		screen->tree = ui_tree_new(kept, screen->language);
	if (!screen->tree)
		return false;
	header(screen);
	screen->body = UI_ADD(screen->tree, screen->tree->root, .role = UI_PANEL, .key = "body", .flow = UI_COLUMN,
			      .gap = 30, .padding = BODY_MARGIN, .grow = 1);
	steps(screen, step);
	UI_ADD(screen->tree, screen->body, .role = UI_HEADING, .key = "title", .name = kept);
	add_notice(screen);
	return true;
}

bool screen_open(struct screen *screen, const char *title_id, enum step step)
{
	return screen_open_named(screen, say(screen, title_id), step);
}

static struct ui_node *footer_bar(struct screen *screen)
{
	return UI_ADD(screen->tree, screen->tree->root, .role = UI_PANEL, .style = UI_STYLE_BAR, .key = "footer",
		      .flow = UI_ROW, .align = UI_CENTER, .gap = 24);
}

static void footer_button(struct screen *screen, struct ui_node *bar, const char *key, const char *id,
			  enum ui_style style, enum flow_action action)
{
	UI_ADD(screen->tree, bar, .role = UI_BUTTON, .style = style, .key = key, .name = say(screen, id),
	       .action = action, .grow = 1, .icon = action == ACTION_BACK ? "back" : NULL);
}

static const char *clock_text(const struct screen *screen, int minute)
{
	return ui_text(screen->tree, "%d:%02d", minute / 60, minute % 60);
}

static const char *hours_text(struct screen *screen)
{
	const struct flow *flow = screen->flow;
	const struct config_hours *hours = &flow->office->hours[flow->local.weekday & 7];
	const struct config_hours *lunch = &flow->office->lunch;
	const char *open, *now;

	if (!flow->local.year)
		return "";
	now = clock_text(screen, flow->local.hour * 60 + flow->local.minute);
	if (!hours->is_open)
		return ui_text(screen->tree, "%s  %s", now, say(screen, "frame.closed-today"));
	open = say_with(screen, "frame.hours", clock_text(screen, hours->from_min), clock_text(screen, hours->to_min));
	if (!lunch->is_open)
		return ui_text(screen->tree, "%s  %s", now, open);
	return ui_text(screen->tree, "%s  %s\n%s", now, open,
		       say_with(screen, "frame.lunch", clock_text(screen, lunch->from_min),
				clock_text(screen, lunch->to_min)));
}

void screen_close(struct screen *screen, enum footer footer)
{
	struct ui_node *bar = footer_bar(screen);

	switch (footer) {
	case FOOTER_ALL:
		footer_button(screen, bar, "back", "frame.back", UI_STYLE_QUIET, ACTION_BACK);
		footer_button(screen, bar, "quit", "frame.quit", UI_STYLE_QUIET, ACTION_QUIT);
		break;
	case FOOTER_QUIT:
		UI_ADD(screen->tree, bar, .role = UI_SPACER, .grow = 1);
		footer_button(screen, bar, "quit", "frame.quit", UI_STYLE_QUIET, ACTION_QUIT);
		break;
	case FOOTER_FORGETS:
		UI_ADD(screen->tree, bar, .role = UI_LABEL, .key = "forgets", .style = UI_STYLE_MUTED, .grow = 2,
		       .name = say(screen, "frame.forgets"));
		break;
	case FOOTER_HOURS:
		UI_ADD(screen->tree, bar, .role = UI_LABEL, .key = "hours", .style = UI_STYLE_MUTED, .grow = 2,
		       .name = hours_text(screen));
		break;
	case FOOTER_STAFF_ONLY:
		UI_ADD(screen->tree, bar, .role = UI_SPACER, .grow = 2);
		break;
	}
	footer_button(screen, bar, "staff", "frame.staff", UI_STYLE_SECONDARY, ACTION_STAFF);
}

/* ---- pieces -------------------------------------------------------------------------------------------------- */

struct ui_node *add_label(struct screen *screen, struct ui_node *parent, const char *text, enum ui_style style,
			  int font_px)
{
	return UI_ADD(screen->tree, parent, .role = UI_LABEL, .name = text, .style = style, .font_px = font_px);
}

struct ui_node *add_room(struct screen *screen)
{
	return UI_ADD(screen->tree, screen->body, .role = UI_SPACER, .grow = 1);
}

struct ui_node *add_way(struct screen *screen, const char *key, const char *name, enum ui_style style, int action,
			int64_t argument)
{
	return UI_ADD(screen->tree, screen->body, .role = UI_BUTTON, .style = style, .key = key, .name = name,
		      .action = action, .argument = argument,
		      .state = style == UI_STYLE_PRIMARY ? UI_IS_DEFAULT_FOCUS : 0);
}

static bool is_wrong_entry(enum flow_notice notice)
{
	return notice == NOTICE_PIN_WRONG || notice == NOTICE_B_WRONG || notice == NOTICE_CARD_NUMBER_WRONG ||
	       notice == NOTICE_SECRET_MALFORMED;
}

void add_notice(struct screen *screen)
{
	static const char *const ids[N_FLOW_NOTICES] = {
		[NOTICE_CARD_REMOVED] = "notice.card-removed",
		[NOTICE_CARD_NOT_READ] = "notice.card-not-read",
		[NOTICE_CARD_NOT_USABLE] = "notice.card-not-usable",
		[NOTICE_CARD_READER_AWAY] = "notice.card-reader-away",
		[NOTICE_CARD_GONE] = "notice.card-gone",
		[NOTICE_CARD_NOT_PROVED] = "notice.card-not-proved",
		[NOTICE_CARD_OTHER] = "notice.card-other",
		[NOTICE_CARD_REMOVED_LATER] = "notice.card-removed-later",
		[NOTICE_PIN_WRONG] = "notice.pin-wrong",
		[NOTICE_B_WRONG] = "notice.b-wrong",
		[NOTICE_CARD_NUMBER_WRONG] = "notice.card-number-wrong",
		[NOTICE_SECRET_MALFORMED] = "notice.secret-malformed",
		[NOTICE_NUMBER_REFUSED] = "notice.number-refused",
		[NOTICE_NOT_A_TICKET] = "notice.not-a-ticket",
		[NOTICE_TICKET_UNKNOWN] = "notice.ticket-unknown",
		[NOTICE_QUEUE_AWAY] = "notice.queue-away",
		[NOTICE_PREVIEW_FAILED] = "notice.preview-failed",
		[NOTICE_CARD_LEFT] = "notice.card-left",
	};
	enum flow_notice notice = screen->flow->visit.notice;

	if (screen->flow->overlay != OVERLAY_NONE || notice == NOTICE_NONE)
		return;
	UI_ADD(screen->tree, screen->body, .role = UI_STATUS, .key = "notice", .name = say(screen, ids[notice]),
	       .style = notice == NOTICE_CARD_REMOVED_LATER ? UI_STYLE_NOTICE
			: is_wrong_entry(notice)            ? UI_STYLE_ERROR
							    : UI_STYLE_WARNING);
}

void add_pages(struct screen *screen, int page, int n_items)
{
	add_pages_of(screen, page, n_items, FLOW_PAGE_TILES);
}

void add_pages_of(struct screen *screen, int page, int n_items, int per_page)
{
	int n_pages = (n_items + per_page - 1) / per_page;
	struct ui_node *row;

	if (n_pages < 2)
		return;
	row = UI_ADD(screen->tree, screen->body, .role = UI_PANEL, .flow = UI_ROW, .gap = 24);
	UI_ADD(screen->tree, row, .role = UI_BUTTON, .style = UI_STYLE_QUIET, .key = "earlier", .grow = 1,
	       .name = say(screen, "frame.earlier"), .action = ACTION_PAGE, .argument = page - 1,
	       .state = page == 0 ? UI_IS_DISABLED : 0);
	UI_ADD(screen->tree, row, .role = UI_BUTTON, .style = UI_STYLE_SECONDARY, .key = "later", .grow = 1,
	       .name = say(screen, "frame.later"), .action = ACTION_PAGE, .argument = page + 1,
	       .state = page + 1 >= n_pages ? UI_IS_DISABLED : 0);
}

const char *wait_text(const struct screen *screen, int waiting, int from_min, int to_min)
{
	const char *people = waiting > 0 ? say_number(screen, waiting == 1 ? "wait.one" : "wait.people", waiting) : "";
	const char *range;
	char from[12], to[12];

	if (from_min < 0 || to_min < 0)
		return waiting > 0 ? people : say(screen, "wait.nobody");
	if (from_min == 0 && to_min <= AT_ONCE_MIN)
		return say(screen, "wait.at-once");
	snprintf(from, sizeof from, "%d", from_min);
	snprintf(to, sizeof to, "%d", to_min);
	if (from_min == 0)
		range = say_with(screen, "wait.within", to, "");
	else if (from_min == to_min)
		range = say_with(screen, "wait.about", to, "");
	else
		range = say_with(screen, "wait.range", from, to);
	return ui_text(screen->tree, "%s%s%s", people, *people ? " " : "", range);
}
