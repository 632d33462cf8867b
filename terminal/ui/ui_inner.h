#pragma once
/* SPDX-License-Identifier: MIT
 * The parts of one user interface, shared by ui.c, focus.c, touch.c, check.c and atspi.c. Inner to ui/. */
#include "terminal/ui/damage.h"
#include "terminal/ui/layout.h"
#include "terminal/ui/ui.h"

#define TOUCH_DEBOUNCE_MS 300
#define ENTRY_BYTES_MAX 512

struct ui {
	struct ui_handlers handlers;
	void *data;
	struct ui_tree *tree;
	struct view view;
	int width, height;
	int text_percent;              /* wished; the view holds what the layout could give */
	bool fits;
	struct paint_state state;
	const struct ui_node *focus;
	bool focus_is_visible;         /* came by keyboard */
	bool is_touched;               /* a finger is down on state.pressed */
	int64_t touch_end_mono_ms;     /* of the last touch that counted */
	struct damage damage;
	struct damage_list painted;    /* as of the last refresh */
	void (*changed)(void *data);   /* told after every refresh: the bus's copy of the tree */
	void *changed_data;
};

struct ui_rect ui_window(const struct ui *ui);
/** ui_refresh() - after any change of what the hand is doing: compares and adds damage. */
void ui_refresh(struct ui *ui);
void ui_focus_set(struct ui *ui, const struct ui_node *node, bool is_visible);
/** ui_focus_default() - where focus starts on a new screen: UI_IS_DEFAULT_FOCUS, else the heading. */
const struct ui_node *ui_focus_default(const struct ui *ui);
void ui_activity(struct ui *ui);
/** ui_pressed_carries() - whether a finger that is down may go on to @tree's node with the same key. */
const struct ui_node *ui_pressed_carries(const struct ui *ui, const struct ui_tree *tree);
/** ui_entry_set() - tells the owner the entry's new content. */
void ui_entry_set(struct ui *ui, const struct ui_node *entry, const char *text);
