#pragma once
/* SPDX-License-Identifier: MIT
 * What the screens are made of; for terminal/screen/ only. */
#include <string.h>
#include "terminal/screen/screen.h"

struct screen {
	struct ui_tree *tree;
	const struct flow *flow;
	const struct screen_view *view;
	const char *language;
	struct ui_node *body; /* what stands between the frame's bars */
};

enum step { STEP_NONE = -1, STEP_PROCEDURE, STEP_CARD, STEP_CHECK, STEP_TICKET, N_STEPS };
enum footer { FOOTER_STAFF_ONLY, FOOTER_ALL, FOOTER_QUIT, FOOTER_FORGETS, FOOTER_HOURS };

/** screen_open() - tree, header, steps and the title @title_id. false: no memory. */
bool screen_open(struct screen *screen, const char *title_id, enum step step);
/** screen_open_named() - the same with a title that is already text. */
bool screen_open_named(struct screen *screen, const char *title, enum step step);
void screen_close(struct screen *screen, enum footer footer);

/** say() - the named text in the visit's language. */
const char *say(const struct screen *screen, const char *id);
/** say_with() - the same with $1 and $2 replaced. Lives in the tree. */
const char *say_with(const struct screen *screen, const char *id, const char *first, const char *second);
const char *say_number(const struct screen *screen, const char *id, int64_t first);
/** plain() - a resident's value, so that no brace in it can be taken for ruby. */
const char *plain(const struct screen *screen, const char *text);
const char *in_language(const struct screen *screen, const struct text *text);
/** language_name() - what a language calls itself. */
const char *language_name(const struct screen *screen, const char *language);
/** is_japanese() - also やさしい日本語. */
bool is_japanese(const struct screen *screen);

struct ui_node *add_label(struct screen *screen, struct ui_node *parent, const char *text, enum ui_style style,
			  int font_px);
struct ui_node *add_room(struct screen *screen);
/** add_way() - a full-width button; @style UI_STYLE_PRIMARY for the way on. */
struct ui_node *add_way(struct screen *screen, const char *key, const char *name, enum ui_style style, int action,
			int64_t argument);
void add_notice(struct screen *screen);
/** add_keypad() - ten keys with clear and one back; @action gets the digit. */
void add_keypad(struct screen *screen, enum flow_action action, enum flow_action clear, enum flow_action drop,
		int key_height);
/** add_key() - one key in @grid. */
void add_key(struct screen *screen, struct ui_node *grid, const char *id, const char *name, enum ui_style style,
	     enum flow_action action, int64_t argument, int font_px, int height);
void add_kana_keys(struct screen *screen);
/** add_pages() - earlier and later, when there is more than one page. */
void add_pages(struct screen *screen, int page, int n_items);
void add_pages_of(struct screen *screen, int page, int n_items, int per_page);
/** wait_text() - "4人待ち 約10〜20分"; "" when nothing is known. */
const char *wait_text(const struct screen *screen, int waiting, int from_min, int to_min);

/* the screens, by file */
void draw_start(struct screen *screen);
void draw_services(struct screen *screen);
void draw_procedures(struct screen *screen);
void draw_guide_events(struct screen *screen);
void draw_guide_question(struct screen *screen);
void draw_guide_result(struct screen *screen);
void draw_note(struct screen *screen);
void draw_card(struct screen *screen);
void draw_card_expired(struct screen *screen);
void draw_card_other(struct screen *screen);
void draw_card_failed(struct screen *screen);
void draw_by_hand(struct screen *screen);
void draw_reading(struct screen *screen);
void draw_pin(struct screen *screen);
void draw_number_ask(struct screen *screen);
void draw_b_birth(struct screen *screen);
void draw_b_expiry(struct screen *screen);
void draw_b_code(struct screen *screen);
void draw_card_number(struct screen *screen);
void draw_last_try(struct screen *screen);
void draw_pin_blocked(struct screen *screen);
void draw_pin_unknown(struct screen *screen);
void draw_check(struct screen *screen);
void draw_correct(struct screen *screen);
void draw_question(struct screen *screen);
void draw_review(struct screen *screen);
void draw_take_card(struct screen *screen);
void draw_printing(struct screen *screen);
void draw_ticket(struct screen *screen);
void draw_no_ticket(struct screen *screen);
void draw_scan(struct screen *screen);
void draw_ticket_state(struct screen *screen);
void draw_language(struct screen *screen);
void draw_staff(struct screen *screen);
void draw_quit(struct screen *screen);
void draw_warning(struct screen *screen);

/** number_text() - what becomes of the individual number in this visit, one line. */
const char *number_text(const struct screen *screen);
/** date_text() - an ISO date in the language's way: 昭和35年2月29日, 29 February 1960. */
const char *date_text(const struct screen *screen, const char *iso);
