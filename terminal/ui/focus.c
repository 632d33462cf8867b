/* SPDX-License-Identifier: MIT
 * Focus: the keyboard's way through a screen, in reading order and around. Everything a finger can do a key can. */
#include <string.h>

#include "terminal/ui/ui_inner.h"
#include "shared/base/banned.h"

const struct ui_node *ui_focus(const struct ui *ui)
{
	return ui->focus;
}

void ui_focus_set(struct ui *ui, const struct ui_node *node, bool is_visible)
{
	ui->focus = node;
	ui->focus_is_visible = is_visible;
	ui_refresh(ui);
}

const struct ui_node *ui_focus_default(const struct ui *ui)
{
	const struct ui_node *heading = NULL;

	for (const struct ui_node *node = ui->tree->root; node; node = ui_next(node)) {
		if (node->state & UI_IS_DEFAULT_FOCUS)
			return node;
		if (!heading && node->role == UI_HEADING)
			heading = node;
	}
	return heading;
}

/* The focusable node before or after @from in reading order, around the ends. @from need not be focusable. */
static const struct ui_node *neighbour(const struct ui *ui, const struct ui_node *from, bool is_backwards)
{
	const struct ui_node *first = NULL, *last = NULL, *before = NULL, *after = NULL;
	bool is_past = false;

	for (const struct ui_node *node = ui->tree->root; node; node = ui_next(node)) {
		if (node == from) {
			is_past = true;
			continue;
		}
		if (!look_is_focusable(node))
			continue;
		if (!first)
			first = node;
		last = node;
		if (!is_past)
			before = node;
		else if (!after)
			after = node;
	}
	if (is_backwards)
		return is_past && before ? before : last;
	return is_past && after ? after : first;
}

static void move_focus(struct ui *ui, bool is_backwards)
{
	const struct ui_node *to = neighbour(ui, ui->focus, is_backwards);

	if (!to && ui->focus && look_is_focusable(ui->focus))
		to = ui->focus; /* the only one */
	if (to)
		ui_focus_set(ui, to, true);
}

void ui_press(struct ui *ui, const struct ui_node *node)
{
	if (!node || node->role != UI_BUTTON || node->action <= 0 || (node->state & UI_IS_DISABLED))
		return;
	if (ui->handlers.action)
		ui->handlers.action(ui->data, node); /* the tree may be another one after this */
}

static const struct ui_node *entry_in_use(const struct ui *ui)
{
	const struct ui_node *only = NULL;

	if (ui->focus && ui->focus->role == UI_ENTRY)
		return ui->focus;
	for (const struct ui_node *node = ui->tree->root; node; node = ui_next(node))
		if (node->role == UI_ENTRY) {
			if (only)
				return NULL;
			only = node;
		}
	return only;
}

void ui_entry_set(struct ui *ui, const struct ui_node *entry, const char *text)
{
	if (entry->state & UI_IS_DISABLED || strlen(text) > ENTRY_BYTES_MAX)
		return;
	if (ui->handlers.entry)
		ui->handlers.entry(ui->data, entry, text);
}

static bool press_by_key(struct ui *ui, const char *key)
{
	const struct ui_node *node = ui_find(ui->tree, key);

	if (!node || node->role != UI_BUTTON)
		return false;
	ui_press(ui, node);
	return true;
}

static void type_into(struct ui *ui, const struct ui_node *entry, const char *utf8)
{
	CLEANUP(freep) char *text = NULL;

	if (asprintf(&text, "%s%s", entry->value ? entry->value : "", utf8) >= 0) {
		ui_entry_set(ui, entry, text);
		explicit_bzero(text, strlen(text));
	}
}

static bool is_variation_selector(const char *at)
{
	gunichar c = g_utf8_get_char(at);

	return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef) ||
	       g_unichar_ismark(c);
}

/* A letter goes with its variation selectors and marks: what is seen as one is deleted as one. */
static void delete_last(struct ui *ui, const struct ui_node *entry)
{
	CLEANUP(freep) char *text = strdup(entry->value ? entry->value : "");
	char *end;

	if (!text || !*text)
		return;
	end = text + strlen(text);
	do
		end = g_utf8_prev_char(end);
	while (end > text && is_variation_selector(end));
	explicit_bzero(end, strlen(end));
	ui_entry_set(ui, entry, text);
	explicit_bzero(text, strlen(text));
}

static void key_digit(struct ui *ui, int digit)
{
	char key[16], text[2] = {(char)('0' + digit), 0};
	const struct ui_node *entry;

	if (digit < 0 || digit > 9)
		return;
	snprintf(key, sizeof(key), "digit-%d", digit);
	if ((!ui->focus || ui->focus->role != UI_ENTRY) && press_by_key(ui, key))
		return;
	entry = entry_in_use(ui);
	if (entry)
		type_into(ui, entry, text);
	else
		press_by_key(ui, key);
}

void ui_key(struct ui *ui, enum ui_key key, int digit)
{
	const struct ui_node *entry;

	if (!ui->tree)
		return;
	ui_activity(ui);
	switch (key) {
	case UI_KEY_NEXT:
		move_focus(ui, false);
		break;
	case UI_KEY_PREVIOUS:
		move_focus(ui, true);
		break;
	case UI_KEY_PRESS:
		ui_press(ui, ui->focus);
		break;
	case UI_KEY_BACKSPACE:
		entry = entry_in_use(ui);
		if (entry)
			delete_last(ui, entry);
		else
			press_by_key(ui, "backspace");
		break;
	case UI_KEY_DIGIT:
		key_digit(ui, digit);
		break;
	}
}

void ui_type(struct ui *ui, const char *utf8)
{
	const struct ui_node *entry;

	if (!ui->tree || !*utf8)
		return;
	if (g_ascii_isdigit(utf8[0]) && !utf8[1]) {
		ui_key(ui, UI_KEY_DIGIT, utf8[0] - '0');
		return;
	}
	ui_activity(ui);
	entry = entry_in_use(ui);
	if (entry)
		type_into(ui, entry, utf8);
}
