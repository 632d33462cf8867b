#pragma once
/* SPDX-License-Identifier: MIT
 * Damage: which pixels two pictures of the screen differ in, told from their nodes' prints. Inner to ui/. */
#include "terminal/ui/paint.h"

#define DAMAGE_RECTS_MAX 24

struct damage {
	struct ui_rect rects[DAMAGE_RECTS_MAX]; /* never overlapping */
	int n_rects;
};

/** One node as it was painted. */
struct damage_item {
	uint64_t print;
	struct ui_rect reach;
};

struct damage_list {
	struct damage_item items[UI_NODES_MAX + 1];
	int n_items;
};

/** damage_add() - clipped to @window; touching rectangles become one, and beyond the limit the two nearest do. */
void damage_add(struct damage *damage, struct ui_rect rect, struct ui_rect window);
/** damage_limit() - merges until at most @max rectangles are left. */
void damage_limit(struct damage *damage, int max);
void damage_list_make(const struct view *view, const struct ui_tree *tree, const struct paint_state *state,
		      struct damage_list *ret_list);
/** damage_compare() - adds the reach of everything that is only in one of the two. */
void damage_compare(const struct damage_list *before, const struct damage_list *after, struct ui_rect window,
		    struct damage *damage);
