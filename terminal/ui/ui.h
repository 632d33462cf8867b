#pragma once
/* SPDX-License-Identifier: MIT
 * UI: keeps the present tree, lays it out, paints what changed, follows touch, keys and focus, and publishes it on
 * AT-SPI. The owner gives trees and gets actions. Thread: the loop's. */
#include <cairo.h>
#include "shared/config/config.h"
#include "terminal/ui/tree.h"

struct ui;

struct ui_handlers {
	/** A button was pressed (finger released inside, Enter or Space on the focus, AT-SPI click). @node is borrowed
	 *  until the handler gives a new tree. */
	void (*action)(void *data, const struct ui_node *node);
	/** Text typed into the focused entry by a real keyboard or set through AT-SPI: the whole new content. */
	void (*entry)(void *data, const struct ui_node *node, const char *text);
	/** Any sign of a person (touch, key): the idle clock starts again. */
	void (*activity)(void *data);
};

struct ui_options {
	int width, height;          /* window pixels */
	int text_percent;           /* 100; 130 for 文字 大きく */
	const char *key_colour;     /* #0017c1 */
};

MUST_USE int ui_new(const struct ui_options *options, const struct ui_handlers *handlers, void *data, struct ui **ret_ui);
struct ui *ui_free(struct ui *ui);
DEFINE_CLEANUP(struct ui *, ui_free)

/** ui_show() - takes ownership of @tree, lays it out, computes the damage against the one before; focus stays on the
 *  node with the same key, else goes to UI_IS_DEFAULT_FOCUS, else to the heading. */
void ui_show(struct ui *ui, struct ui_tree *tree);
const struct ui_tree *ui_tree_shown(const struct ui *ui);
/** ui_set_key_colour() - of the next tree on. */
void ui_set_key_colour(struct ui *ui, const char *colour);
void ui_set_text_percent(struct ui *ui, int percent);
void ui_resize(struct ui *ui, int width, int height);

/** ui_paint() - paints the damage onto @surface (ARGB32/RGB24 of the window's size). @ret_rects gets up to @max
 *  rectangles that changed. Return: how many; 0 when nothing changed. */
int ui_paint(struct ui *ui, cairo_surface_t *surface, struct ui_rect *ret_rects, int max);
bool ui_has_damage(const struct ui *ui);
void ui_damage_all(struct ui *ui);

/* input, in window pixels; @now_mono_ms debounces a second touch within 300 ms */
void ui_touch_down(struct ui *ui, int x, int y, int64_t now_mono_ms);
void ui_touch_move(struct ui *ui, int x, int y);
void ui_touch_up(struct ui *ui, int x, int y, int64_t now_mono_ms);
void ui_touch_cancel(struct ui *ui);
enum ui_key { UI_KEY_NEXT, UI_KEY_PREVIOUS, UI_KEY_PRESS, UI_KEY_BACKSPACE, UI_KEY_DIGIT };
/** ui_key() - @digit with UI_KEY_DIGIT: presses the button with key "digit-N" when there is one. */
void ui_key(struct ui *ui, enum ui_key key, int digit);
void ui_type(struct ui *ui, const char *utf8);
const struct ui_node *ui_focus(const struct ui *ui);
/** ui_press() - as if @node had been pressed; used by AT-SPI. */
void ui_press(struct ui *ui, const struct ui_node *node);

/** ui_problems() - layout problems of the present tree for tests and preview: text that does not fit its box, nodes
 *  outside the window, targets below 20 mm (116 px at 1080 wide on 24"). One line each into @out. Return: how many. */
int ui_problems(const struct ui *ui, char *out, size_t size);

/* ---- AT-SPI (ui/atspi.c): needs a GLib main loop and a session bus ---- */
struct ui_atspi;
/** ui_atspi_new() - publishes application "madoguchi-terminal". 0, or -ENOTCONN without a bus (then go on without). */
MUST_USE int ui_atspi_new(struct ui *ui, struct ui_atspi **ret_atspi);
struct ui_atspi *ui_atspi_free(struct ui_atspi *atspi);
/** ui_atspi_changed() - tells the bus what changed since the last call; after each ui_show() and focus change. */
void ui_atspi_changed(struct ui_atspi *atspi);
