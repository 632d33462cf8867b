#pragma once
/* SPDX-License-Identifier: MIT
 * Paint: a laid-out tree onto Cairo, and the list of what was painted where, from which damage is told. Inner to ui/. */
#include "terminal/ui/content.h"

/** What the hand is doing just now; borrowed nodes of the present tree. */
struct paint_state {
	const struct ui_node *focus;   /* drawn with the ring; NULL when focus did not come by keyboard */
	const struct ui_node *pressed;
	const struct ui_node *caret;   /* the entry being typed into */
};

/** paint_tree() - every node that reaches into @clip, in order. The ground is painted too. */
void paint_tree(const struct view *view, const struct ui_tree *tree, const struct paint_state *state, cairo_t *cr,
		struct ui_rect clip);
/** paint_reach() - all pixels a node may touch. */
struct ui_rect paint_reach(const struct view *view, const struct ui_node *node);
/** paint_print() - 64 bits that change when the node's own picture changes. */
uint64_t paint_print(const struct view *view, const struct ui_node *node, const struct paint_state *state);
/** password_paint() - a UI_PASSWORD: columns places, grouped by note ("2 8 2"), each group followed by a word of detail. */
void password_paint(const struct view *view, const struct ui_node *node, cairo_t *cr);
