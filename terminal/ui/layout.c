/* SPDX-License-Identifier: MIT
 * Layout: two questions per node (how wide, how high at that width) with the least and the natural answer,
 * then one walk that hands out boxes. Answers are remembered for the pass, as texts are dear to measure. */
#include <math.h>
#include <string.h>

#include "terminal/ui/icon.h"
#include "terminal/ui/layout.h"
#include "shared/base/banned.h"

#define CHILDREN_MAX UI_NODES_MAX
#define GAP_STEPS {100, 80, 62}   /* 28 px become 17: 3 mm, the least between two targets */
#define GAP_LAST 35
#define TEXT_PERCENT_LEAST 60
#define TEXT_PERCENT_STEP 10

struct extent {
	int least, natural;
};

struct memo {
	int width;                     /* natural width, -1 unknown */
	int asked[2];                  /* widths whose height is known */
	struct extent height[2];
	int n_asked;
};

struct pass {
	struct view *view;
	GHashTable *memos;
	bool overflows;
};

static struct extent height_of(struct pass *pass, const struct ui_node *node, int width);
static void place(struct pass *pass, struct ui_node *node, struct ui_rect box);

static int px(const struct pass *pass, double design)
{
	return view_px(pass->view, design);
}

static int gap_of(const struct pass *pass, const struct ui_node *node)
{
	int percent = look_is_in_bar(node) ? 100 : pass->view->gap_percent;

	return (int)lround(node->gap * pass->view->scale * percent / 100);
}

/* Padding above and below shrinks with the gaps, down to half; margins stay, so that edges stay in line. */
static int padding_down(const struct pass *pass, const struct ui_node *node)
{
	int percent = look_is_in_bar(node) ? 100 : (pass->view->gap_percent + 100) / 2;

	return (int)lround(look_padding(node).down * pass->view->scale * percent / 100);
}

static struct memo *memo_of(struct pass *pass, const struct ui_node *node)
{
	struct memo *memo = g_hash_table_lookup(pass->memos, node);

	if (!memo) {
		memo = g_new0(struct memo, 1);
		memo->width = -1;
		g_hash_table_insert(pass->memos, (gpointer)(uintptr_t)node, memo);
	}
	return memo;
}

static int count(const struct ui_node *node)
{
	int n = 0;

	for (const struct ui_node *child = node->first_child; child; child = child->next)
		n++;
	return n;
}

static int grow_of(const struct ui_node *node)
{
	if (node->grow > 0)
		return node->grow;
	return node->role == UI_SPACER && node->width == 0 && node->height == 0 ? 1 : 0;
}

/* ---- widths ---- */

static int image_width(const struct pass *pass, const struct ui_node *node)
{
	if (node->picture)
		return cairo_image_surface_get_width(node->picture);
	if (node->value)
		return px(pass, 300);
	if (icon_is_illustration(node->icon))
		return px(pass, 984);
	return px(pass, 96);
}

static int width_of(struct pass *pass, const struct ui_node *node);

static int container_width(struct pass *pass, const struct ui_node *node)
{
	int total = 0, widest = 0, columns = node->columns > 0 ? node->columns : 1;
	int inset = 2 * px(pass, look_padding(node).across);

	for (const struct ui_node *child = node->first_child; child; child = child->next) {
		int width = width_of(pass, child);

		total += width + (child->next ? gap_of(pass, node) : 0);
		widest = MAX(widest, width);
	}
	if (node->flow == UI_ROW)
		return inset + total;
	if (node->flow == UI_GRID)
		return inset + columns * widest + (columns - 1) * gap_of(pass, node);
	return inset + widest;
}

static int width_of(struct pass *pass, const struct ui_node *node)
{
	struct memo *memo = memo_of(pass, node);
	struct content content;

	if (node->width > 0)
		return px(pass, node->width);
	if (memo->width >= 0)
		return memo->width;
	switch (node->role) {
	case UI_FRAME:
	case UI_PANEL:
		memo->width = container_width(pass, node);
		break;
	case UI_IMAGE:
		memo->width = image_width(pass, node);
		break;
	case UI_PASSWORD:
		memo->width = px(pass, 64.0 * 4 + 40 * 3);
		break;
	case UI_STEPS:
		memo->width = px(pass, 984);
		break;
	case UI_SPACER:
		memo->width = 0;
		break;
	case UI_HEADING:
	case UI_LABEL:
	case UI_BUTTON:
	case UI_ENTRY:
	case UI_STATUS:
	case N_UI_ROLES:
		content_make(pass->view, node, -1, &content);
		memo->width = content.width;
		content_release(&content);
		if (node->role == UI_BUTTON)
			memo->width = MAX(memo->width, px(pass, LOOK_TARGET + 4));
		break;
	}
	return memo->width;
}

/* What of a container cannot be made narrower by breaking lines: everything but its texts. */
static int rigid_width(struct pass *pass, const struct ui_node *node)
{
	int total = 0, widest = 0, columns = node->columns > 0 ? node->columns : 1;
	int inset = 2 * px(pass, look_padding(node).across);

	if (look_is_text(node) && !look_is_badge(node) && node->width == 0)
		return 0;
	if (!look_is_container(node) || node->width > 0)
		return width_of(pass, node);
	for (const struct ui_node *child = node->first_child; child; child = child->next) {
		int width = rigid_width(pass, child);

		total += width + (child->next ? gap_of(pass, node) : 0);
		widest = MAX(widest, width);
	}
	if (node->flow == UI_GRID)
		return inset + columns * widest + (columns - 1) * gap_of(pass, node);
	return inset + (node->flow == UI_ROW ? total : widest);
}

/* Whether a growing child of a crowded row can do with @width, its text on more lines. */
static bool can_do_with(struct pass *pass, const struct ui_node *child, int width)
{
	if (look_is_text(child))
		return true;
	if (child->role == UI_BUTTON)
		return width >= px(pass, LOOK_TARGET + 4) && content_wraps_in(pass->view, child, width);
	return look_is_container(child) && width >= rigid_width(pass, child);
}

/* Shares a row's room: fixed and natural widths first, then the growing ones, equally by their share; what does
 * not fit is taken from texts, then from everything else. */
static void row_widths(struct pass *pass, const struct ui_node *row, int room, int *ret_widths)
{
	int grows = 0, used = 0, wanted = 0, i = 0, n = count(row);
	int share, over;
	bool is_settled;
	bool fixed[CHILDREN_MAX];

	room -= (n - 1) * gap_of(pass, row);
	for (const struct ui_node *child = row->first_child; child; child = child->next, i++) {
		ret_widths[i] = width_of(pass, child);
		fixed[i] = grow_of(child) == 0;
		used += fixed[i] ? ret_widths[i] : 0;
		wanted += ret_widths[i];
		grows += grow_of(child);
	}
	do { /* a growing child gets what it needs, on more lines if it must; then the others share anew */
		is_settled = true;
		i = 0;
		for (const struct ui_node *child = row->first_child; child; child = child->next, i++) {
			if (fixed[i])
				continue;
			share = grows > 0 ? (room - used) * grow_of(child) / grows : 0;
			if (share >= ret_widths[i] || look_is_text(child) ||
			    (wanted > room && can_do_with(pass, child, share)))
				continue;
			fixed[i] = true;
			used += ret_widths[i];
			grows -= grow_of(child);
			is_settled = false;
		}
	} while (!is_settled);
	i = 0;
	for (const struct ui_node *child = row->first_child; child; child = child->next, i++) {
		if (fixed[i])
			continue;
		share = grows > 0 ? MAX(0, (room - used) * grow_of(child) / grows) : 0;
		grows -= grow_of(child);
		used += share;
		ret_widths[i] = share;
	}
	for (int round = 0; round < 2 && (over = used - room) > 0; round++) {
		int shrinkable = 0;

		i = 0;
		for (const struct ui_node *child = row->first_child; child; child = child->next, i++)
			if (round == 1 || (look_is_text(child) && !look_is_badge(child) && child->width == 0))
				shrinkable += ret_widths[i];
		i = 0;
		for (const struct ui_node *child = row->first_child; child && shrinkable > 0;
		     child = child->next, i++) {
			int cut;

			if (round == 0 && !(look_is_text(child) && !look_is_badge(child) && child->width == 0))
				continue;
			cut = (int)((int64_t)over * ret_widths[i] / shrinkable);
			if (round == 0)
				cut = MIN(cut, ret_widths[i] / 2);
			else
				pass->overflows = true;
			ret_widths[i] -= cut;
			used -= cut;
		}
	}
}

/* ---- heights ---- */

static struct extent image_height(const struct pass *pass, const struct ui_node *node, int width)
{
	int natural;

	if (node->picture && cairo_image_surface_get_width(node->picture) > 0)
		natural = (int)((int64_t)width * cairo_image_surface_get_height(node->picture) /
				cairo_image_surface_get_width(node->picture));
	else if (node->value)
		natural = MIN(width, px(pass, 300));
	else if (icon_is_illustration(node->icon) || icon_is_face(node->icon))
		return icon_is_face(node->icon) ? (struct extent){px(pass, 280), px(pass, 400)}
						: (struct extent){px(pass, 380), px(pass, 628)};
	else
		return (struct extent){px(pass, 64), MIN(width, px(pass, 96))};
	return (struct extent){node->picture ? natural / 3 : natural * 2 / 3, natural};
}

static struct extent leaf_height(struct pass *pass, const struct ui_node *node, int width)
{
	struct content content;
	int needed;

	content_make(pass->view, node, width, &content);
	needed = content.height;
	content_release(&content);
	if (node->role == UI_BUTTON || node->role == UI_ENTRY) {
		int usual = node->style == UI_STYLE_PRIMARY && !look_is_in_bar(node) ? LOOK_WAY_ON_HEIGHT
										     : LOOK_BUTTON_HEIGHT;

		return (struct extent){MAX(needed, px(pass, LOOK_TARGET + 2)), MAX(needed, px(pass, usual))};
	}
	return (struct extent){needed, needed};
}

static struct extent column_height(struct pass *pass, const struct ui_node *node, int room)
{
	struct extent sum = {0, 0};

	for (const struct ui_node *child = node->first_child; child; child = child->next) {
		int width = child->width > 0 ? MIN(room, px(pass, child->width)) : room;
		struct extent height = height_of(pass, child, width);
		int gap = child->next ? gap_of(pass, node) : 0;

		sum.least += height.least + gap;
		sum.natural += height.natural + gap;
	}
	return sum;
}

static struct extent row_height(struct pass *pass, const struct ui_node *node, int room)
{
	struct extent most = {0, 0};
	int widths[CHILDREN_MAX], i = 0;

	row_widths(pass, node, room, widths);
	for (const struct ui_node *child = node->first_child; child; child = child->next, i++) {
		struct extent height = height_of(pass, child, widths[i]);

		most.least = MAX(most.least, height.least);
		most.natural = MAX(most.natural, height.natural);
	}
	return most;
}

static int cell_width(const struct pass *pass, const struct ui_node *grid, int room)
{
	int columns = grid->columns > 0 ? grid->columns : 1;

	return (room - (columns - 1) * gap_of(pass, grid)) / columns;
}

/* What each line of a grid asks for; naturally all lines are as high as the highest. Return: number of lines. */
static int grid_lines(struct pass *pass, const struct ui_node *node, int room, struct extent *ret_lines)
{
	int columns = node->columns > 0 ? node->columns : 1, i = 0, n, highest = 0;

	for (const struct ui_node *child = node->first_child; child; child = child->next, i++) {
		struct extent height = height_of(pass, child, cell_width(pass, node, room));
		struct extent *line = &ret_lines[i / columns];

		if (i % columns == 0)
			*line = (struct extent){0, 0};
		line->least = MAX(line->least, height.least);
		highest = MAX(highest, height.natural);
	}
	n = (i + columns - 1) / columns;
	for (int k = 0; k < n; k++)
		ret_lines[k].natural = highest;
	return n;
}

static struct extent grid_height(struct pass *pass, const struct ui_node *node, int room)
{
	struct extent lines[CHILDREN_MAX], sum = {0, 0};
	int n = grid_lines(pass, node, room, lines), gaps = gap_of(pass, node) * MAX(0, n - 1);

	for (int i = 0; i < n; i++) {
		sum.least += lines[i].least;
		sum.natural += lines[i].natural;
	}
	return (struct extent){sum.least + gaps, sum.natural + gaps};
}

static struct extent container_height(struct pass *pass, const struct ui_node *node, int width)
{
	int room = MAX(1, width - 2 * px(pass, look_padding(node).across));
	int inset = 2 * padding_down(pass, node);
	struct extent inner = {0, 0};

	switch (node->flow) {
	case UI_COLUMN:
		inner = column_height(pass, node, room);
		break;
	case UI_ROW:
		inner = row_height(pass, node, room);
		break;
	case UI_GRID:
		inner = grid_height(pass, node, room);
		break;
	}
	return (struct extent){inner.least + inset, inner.natural + inset};
}

static struct extent steps_height(struct pass *pass, const struct ui_node *node)
{
	int height = px(pass, 52);

	for (const struct ui_node *child = node->first_child; child; child = child->next)
		height = MAX(height, height_of(pass, child, width_of(pass, child)).least);
	return (struct extent){height, height};
}

static struct extent natural_height(struct pass *pass, const struct ui_node *node, int width)
{
	switch (node->role) {
	case UI_FRAME:
	case UI_PANEL:
		return container_height(pass, node, width);
	case UI_IMAGE:
		return image_height(pass, node, width);
	case UI_PASSWORD:
		return (struct extent){px(pass, 64), px(pass, 64)};
	case UI_STEPS:
		return steps_height(pass, node);
	case UI_SPACER:
		return (struct extent){0, 0};
	case UI_HEADING:
	case UI_LABEL:
	case UI_BUTTON:
	case UI_ENTRY:
	case UI_STATUS:
	case N_UI_ROLES:
		break;
	}
	return leaf_height(pass, node, width);
}

static struct extent height_of(struct pass *pass, const struct ui_node *node, int width)
{
	struct memo *memo = memo_of(pass, node);
	struct extent height;

	for (int i = 0; i < memo->n_asked; i++)
		if (memo->asked[i] == width)
			return memo->height[i];
	height = natural_height(pass, node, width);
	if (node->height > 0) {
		int wished = px(pass, node->height);

		height.natural = node->role == UI_IMAGE || node->role == UI_SPACER ? wished
										   : MAX(height.least, wished);
		if (node->role == UI_SPACER)
			height.least = 0;
		else if (node->role == UI_IMAGE)
			height.least = node->value ? wished : MIN(height.least, wished); /* a small code is no code */
	}
	memo->asked[memo->n_asked % 2] = width;
	memo->height[memo->n_asked % 2] = height;
	memo->n_asked = MIN(2, memo->n_asked + 1);
	return height;
}

/* ---- boxes ---- */

/* Gives every child of a column or line of a grid its height: natural and grown, or squeezed towards the least. */
static void share_heights(struct pass *pass, const struct extent *wants, const int *grows, int n, int room,
			  int *ret_heights)
{
	int natural = 0, least = 0, grow = 0;

	for (int i = 0; i < n; i++) {
		natural += wants[i].natural;
		least += wants[i].least;
		grow += grows[i];
	}
	if (least > room)
		pass->overflows = true;
	for (int i = 0, left = room - natural, slack = natural - least; i < n; i++) {
		int slackness = wants[i].natural - wants[i].least, change = 0;

		if (left >= 0 && grow > 0) {
			change = left * grows[i] / grow;
			left -= change;
			grow -= grows[i];
		} else if (left < 0 && slack > 0) {
			change = -MIN(slackness, (int)ceil(-(double)left * slackness / slack));
			left -= change;
			slack -= slackness;
		}
		ret_heights[i] = wants[i].natural + change;
	}
}

static bool takes_full_width(const struct ui_node *node)
{
	if (node->width > 0 || look_is_badge(node))
		return false;
	if (node->role == UI_IMAGE)
		return icon_is_illustration(node->icon) || icon_is_face(node->icon) || node->picture;
	return node->style != UI_STYLE_TAG && node->style != UI_STYLE_TAG_WARM;
}

static int aligned(enum ui_align align, int room, int size)
{
	return align == UI_CENTER ? (room - size) / 2 : align == UI_END ? room - size : 0;
}

static void place_column(struct pass *pass, const struct ui_node *node, struct ui_rect room)
{
	struct extent wants[CHILDREN_MAX];
	int grows[CHILDREN_MAX], heights[CHILDREN_MAX], widths[CHILDREN_MAX], n = 0, y = room.y;
	int gap = gap_of(pass, node);

	for (const struct ui_node *child = node->first_child; child; child = child->next, n++) {
		widths[n] = takes_full_width(child) ? room.width : MIN(room.width, width_of(pass, child));
		wants[n] = height_of(pass, child, widths[n]);
		grows[n] = grow_of(child);
	}
	share_heights(pass, wants, grows, n, room.height - gap * MAX(0, n - 1), heights);
	n = 0;
	for (struct ui_node *child = node->first_child; child; child = child->next, n++) {
		int x = room.x + aligned(node->align, room.width, widths[n]);

		place(pass, child, (struct ui_rect){x, y, widths[n], heights[n]});
		y += heights[n] + gap;
	}
}

static void place_row(struct pass *pass, const struct ui_node *node, struct ui_rect room)
{
	int widths[CHILDREN_MAX], i = 0, used = 0, x = room.x, gap = gap_of(pass, node);

	row_widths(pass, node, room.width, widths);
	for (const struct ui_node *child = node->first_child; child; child = child->next)
		used += widths[i++] + (child->next ? gap : 0);
	if (node->parent && node->parent->flow == UI_COLUMN && used < room.width)
		x += aligned(node->parent->align, room.width, used);
	i = 0;
	for (struct ui_node *child = node->first_child; child; child = child->next, i++) {
		struct extent want = height_of(pass, child, widths[i]);
		bool is_stretched = node->align == UI_START && !look_is_text(child) && child->role != UI_IMAGE;
		int height = MIN(room.height, MAX(want.least, MIN(want.natural, room.height)));

		if (is_stretched || (look_is_container(child) && look_border(&pass->view->look, child,
									    &(struct colour){0}) > 0))
			height = room.height;
		if (want.least > room.height)
			pass->overflows = true;
		place(pass, child, (struct ui_rect){x, room.y + aligned(node->align, room.height, height),
						    widths[i], height});
		x += widths[i] + gap;
	}
}

static void place_grid(struct pass *pass, const struct ui_node *node, struct ui_rect room)
{
	struct extent wants[CHILDREN_MAX];
	int grows[CHILDREN_MAX], heights[CHILDREN_MAX], i = 0, y = room.y;
	int columns = node->columns > 0 ? node->columns : 1, gap = gap_of(pass, node);
	int width = cell_width(pass, node, room.width), n = grid_lines(pass, node, room.width, wants);

	for (int k = 0; k < n; k++)
		grows[k] = 1;
	share_heights(pass, wants, grows, n, room.height - gap * MAX(0, n - 1), heights);
	for (struct ui_node *child = node->first_child; child; child = child->next, i++) {
		int column = i % columns;
		/* the last column takes the pixels the division left over */
		int right = column == columns - 1 ? room.width : (column + 1) * width + column * gap;

		place(pass, child, (struct ui_rect){room.x + column * (width + gap), y,
						    right - column * (width + gap), heights[i / columns]});
		if (column == columns - 1)
			y += heights[i / columns] + gap;
	}
}

/* Where you are: circles and names from edge to edge, equal lines between them. */
static void place_steps(struct pass *pass, const struct ui_node *node, struct ui_rect box)
{
	int n = count(node), used = 0, x = box.x, i = 0, gap;
	int widths[CHILDREN_MAX];

	for (const struct ui_node *child = node->first_child; child; child = child->next)
		used += widths[i++] = width_of(pass, child);
	gap = n > 1 ? (box.width - used) / (n - 1) : 0;
	if (gap < px(pass, 16) && n > 1)
		pass->overflows = true;
	i = 0;
	for (struct ui_node *child = node->first_child; child; child = child->next, i++) {
		place(pass, child, (struct ui_rect){child->next || n == 1 ? x : box.x + box.width - widths[i], box.y,
						    widths[i], box.height});
		x += widths[i] + gap;
	}
}

static void place(struct pass *pass, struct ui_node *node, struct ui_rect box)
{
	int across = px(pass, look_padding(node).across), down = padding_down(pass, node);
	struct ui_rect room = {box.x + across, box.y + down, MAX(1, box.width - 2 * across),
			       MAX(0, box.height - 2 * down)};

	node->box = box;
	if (node->role == UI_STEPS)
		place_steps(pass, node, box);
	if (!look_is_container(node) || !node->first_child)
		return;
	switch (node->flow) {
	case UI_COLUMN:
		place_column(pass, node, room);
		break;
	case UI_ROW:
		place_row(pass, node, room);
		break;
	case UI_GRID:
		place_grid(pass, node, room);
		break;
	}
}

static bool run_pass(struct view *view, const struct ui_tree *tree, struct ui_rect window, int text_percent,
		     int gap_percent)
{
	struct pass pass = {.view = view};

	view->text_percent = text_percent;
	view->gap_percent = gap_percent;
	pass.memos = g_hash_table_new_full(NULL, NULL, NULL, g_free);
	place(&pass, tree->root, window);
	g_hash_table_unref(pass.memos);
	return !pass.overflows;
}

/* First what was wished with all gaps down to narrow ones, then type a size smaller, at last anything that holds
 * the content. */
bool layout_run(struct view *view, const struct ui_tree *tree, int width, int height)
{
	static const int gaps[] = GAP_STEPS;
	int wished = view->text_percent, frame_width;
	struct ui_rect frame;

	view->scale = fmin((double)width / LOOK_WIDTH, (double)height / LOOK_HEIGHT);
	view->language = tree->language;
	/* on a wide window the screen stays a readable column in its middle */
	frame_width = MIN(width, (int)lround(LOOK_WIDTH * 1.3 * view->scale));
	frame = (struct ui_rect){(width - frame_width) / 2, 0, frame_width, height};
	for (int percent = wished; percent >= MIN(wished, 100); percent -= TEXT_PERCENT_STEP)
		for (size_t i = 0; i < sizeof(gaps) / sizeof(gaps[0]); i++)
			if (run_pass(view, tree, frame, percent, gaps[i]))
				return true;
	for (int percent = MIN(wished, 100); percent >= TEXT_PERCENT_LEAST; percent -= TEXT_PERCENT_STEP)
		if (run_pass(view, tree, frame, percent, GAP_LAST))
			return true;
	return false;
}
