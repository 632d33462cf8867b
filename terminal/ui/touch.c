/* SPDX-License-Identifier: MIT
 * Touch: made for trembling and hurried hands. A button acts when the finger leaves it inside a target larger
 * than what is drawn; sliding off takes the press back for good; a second touch within 300 ms is the same one
 * bouncing. There is no long press, no double tap, no drag. */
#include <string.h>

#include "terminal/ui/ui_inner.h"
#include "shared/base/banned.h"

/* 0 inside, else how far outside, in the larger direction. */
static int distance(struct ui_rect box, int x, int y)
{
	int dx = x < box.x ? box.x - x : x >= box.x + box.width ? x - (box.x + box.width) + 1 : 0;
	int dy = y < box.y ? box.y - y : y >= box.y + box.height ? y - (box.y + box.height) + 1 : 0;

	return MAX(dx, dy);
}

static const struct ui_node *target_at(const struct ui *ui, int x, int y)
{
	int least = view_px(&ui->view, LOOK_SLOP) + 1;
	const struct ui_node *nearest = NULL;

	for (const struct ui_node *node = ui->tree->root; node; node = ui_next(node)) {
		int off;

		if (!look_is_focusable(node))
			continue;
		off = distance(node->box, x, y);
		if (off < least) {
			least = off;
			nearest = node;
		}
	}
	return nearest;
}

static void let_go(struct ui *ui)
{
	ui->is_touched = false;
	ui->state.pressed = NULL;
	ui_refresh(ui);
}

const struct ui_node *ui_pressed_carries(const struct ui *ui, const struct ui_tree *tree)
{
	const struct ui_node *pressed = ui->state.pressed, *same;

	if (!ui->is_touched || !pressed || !pressed->key || !ui->tree)
		return NULL;
	/* another screen: its button must not be pressed by a finger that meant the one before */
	if (strcmp(ui->tree->root->name, tree->root->name) != 0)
		return NULL;
	same = ui_find(tree, pressed->key);
	return same && same->role == pressed->role && same->action == pressed->action ? same : NULL;
}

void ui_touch_down(struct ui *ui, int x, int y, int64_t now_mono_ms)
{
	const struct ui_node *node;

	if (!ui->tree)
		return;
	ui_activity(ui);
	if (ui->is_touched || now_mono_ms - ui->touch_end_mono_ms < TOUCH_DEBOUNCE_MS)
		return;
	node = target_at(ui, x, y);
	if (!node || (node->role == UI_BUTTON && (node->state & UI_IS_DISABLED)))
		return;
	ui->is_touched = true;
	ui->state.pressed = node->role == UI_BUTTON ? node : NULL;
	ui->focus = node;
	ui->focus_is_visible = false;
	ui_refresh(ui);
}

void ui_touch_move(struct ui *ui, int x, int y)
{
	if (ui->state.pressed && distance(ui->state.pressed->box, x, y) > view_px(&ui->view, LOOK_SLIDE))
		let_go(ui);
}

void ui_touch_up(struct ui *ui, int x, int y, int64_t now_mono_ms)
{
	const struct ui_node *pressed;

	if (!ui->is_touched)
		return;
	ui_touch_move(ui, x, y);
	pressed = ui->state.pressed;
	let_go(ui);
	if (!pressed)
		return;
	ui->touch_end_mono_ms = now_mono_ms;
	ui_press(ui, pressed);
}

void ui_touch_cancel(struct ui *ui)
{
	if (ui->is_touched)
		let_go(ui);
}
