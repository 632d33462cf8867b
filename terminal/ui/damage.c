/* SPDX-License-Identifier: MIT
 * Damage: both lists are sorted by print; what stands in only one of them has appeared or gone. A node's print
 * holds its box, so that a moved node counts as gone here and new there. */
#include <stdlib.h>

#include "terminal/ui/damage.h"
#include "shared/base/banned.h"

static struct ui_rect join(struct ui_rect a, struct ui_rect b)
{
	int right = MAX(a.x + a.width, b.x + b.width), bottom = MAX(a.y + a.height, b.y + b.height);
	struct ui_rect all = {MIN(a.x, b.x), MIN(a.y, b.y), 0, 0};

	all.width = right - all.x;
	all.height = bottom - all.y;
	return all;
}

static bool touch(struct ui_rect a, struct ui_rect b)
{
	return a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height;
}

static int64_t area(struct ui_rect r)
{
	return (int64_t)r.width * r.height;
}

static void drop(struct damage *damage, int i)
{
	damage->rects[i] = damage->rects[--damage->n_rects];
}

/* Merges the two whose joint rectangle wastes the fewest pixels. */
static void merge_nearest(struct damage *damage)
{
	int64_t least = INT64_MAX;
	int first = 0, second = 1;
	struct ui_rect all;

	for (int i = 0; i < damage->n_rects; i++)
		for (int k = i + 1; k < damage->n_rects; k++) {
			int64_t waste = area(join(damage->rects[i], damage->rects[k])) - area(damage->rects[i]) -
					area(damage->rects[k]);

			if (waste < least) {
				least = waste;
				first = i;
				second = k;
			}
		}
	all = join(damage->rects[first], damage->rects[second]);
	drop(damage, second);
	drop(damage, first);
	damage_add(damage, all, all);
}

void damage_add(struct damage *damage, struct ui_rect rect, struct ui_rect window)
{
	int left = MAX(rect.x, window.x), top = MAX(rect.y, window.y);
	int right = MIN(rect.x + rect.width, window.x + window.width);
	int bottom = MIN(rect.y + rect.height, window.y + window.height);
	struct ui_rect all = {left, top, right - left, bottom - top};

	if (all.width <= 0 || all.height <= 0)
		return;
	for (int i = 0; i < damage->n_rects; i++)
		if (touch(damage->rects[i], all)) {
			all = join(damage->rects[i], all);
			drop(damage, i);
			i = -1; /* the larger one may touch others now */
		}
	if (damage->n_rects == DAMAGE_RECTS_MAX)
		merge_nearest(damage);
	if (damage->n_rects < DAMAGE_RECTS_MAX)
		damage->rects[damage->n_rects++] = all;
}

void damage_limit(struct damage *damage, int max)
{
	while (damage->n_rects > MAX(1, max))
		merge_nearest(damage);
}

static int compare_items(const void *a, const void *b)
{
	const struct damage_item *one = a, *other = b;

	return one->print < other->print ? -1 : one->print > other->print;
}

void damage_list_make(const struct view *view, const struct ui_tree *tree, const struct paint_state *state,
		      struct damage_list *ret_list)
{
	ret_list->n_items = 0;
	for (const struct ui_node *node = tree->root; node && ret_list->n_items <= UI_NODES_MAX;
	     node = ui_next(node)) {
		if (node->role == UI_FRAME || node->role == UI_SPACER)
			continue;
		ret_list->items[ret_list->n_items++] =
			(struct damage_item){paint_print(view, node, state), paint_reach(view, node)};
	}
	qsort(ret_list->items, (size_t)ret_list->n_items, sizeof(ret_list->items[0]), compare_items);
}

void damage_compare(const struct damage_list *before, const struct damage_list *after, struct ui_rect window,
		    struct damage *damage)
{
	int i = 0, k = 0;

	while (i < before->n_items || k < after->n_items) {
		const struct damage_item *old = i < before->n_items ? &before->items[i] : NULL;
		const struct damage_item *new = k < after->n_items ? &after->items[k] : NULL;

		if (old && new && old->print == new->print) {
			i++;
			k++;
		} else if (old && (!new || old->print < new->print)) {
			damage_add(damage, old->reach, window);
			i++;
		} else {
			damage_add(damage, new->reach, window);
			k++;
		}
	}
}
