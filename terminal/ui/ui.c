/* SPDX-License-Identifier: MIT
 * UI: owns the present tree and its picture. Every change (a new tree, a finger, focus) ends in ui_refresh(),
 * which compares the prints of all nodes with those painted last and keeps only the difference to paint. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/render/fonts.h"
#include "terminal/ui/ui_inner.h"
#include "shared/base/banned.h"

int ui_new(const struct ui_options *options, const struct ui_handlers *handlers, void *data, struct ui **ret_ui)
{
	struct ui *ui;

	if (options->width <= 0 || options->height <= 0)
		return fault_raise(-EINVAL);
	ui = calloc(1, sizeof(*ui));
	if (!ui)
		return fault_raise(-ENOMEM);
	if (handlers)
		ui->handlers = *handlers;
	ui->data = data;
	ui->width = options->width;
	ui->height = options->height;
	ui->text_percent = options->text_percent > 0 ? options->text_percent : 100;
	ui->touch_end_mono_ms = -TOUCH_DEBOUNCE_MS;
	ui->view.look = colour_palette(options->key_colour);
	ui->view.pango = fonts_screen_context();
	ui_damage_all(ui);
	*ret_ui = ui;
	return 0;
}

void ui_set_key_colour(struct ui *ui, const char *colour)
{
	ui->view.look = colour_palette(colour);
	ui_damage_all(ui);
}

struct ui *ui_free(struct ui *ui)
{
	if (!ui)
		return NULL;
	ui_tree_free(ui->tree);
	g_object_unref(ui->view.pango);
	free(ui);
	return NULL;
}

struct ui_rect ui_window(const struct ui *ui)
{
	return (struct ui_rect){0, 0, ui->width, ui->height};
}

void ui_activity(struct ui *ui)
{
	if (ui->handlers.activity)
		ui->handlers.activity(ui->data);
}

void ui_refresh(struct ui *ui)
{
	struct damage_list *now;

	if (!ui->tree)
		return;
	if (ui->changed)
		ui->changed(ui->changed_data);
	ui->state.focus = ui->focus_is_visible ? ui->focus : NULL;
	ui->state.caret = ui->focus && ui->focus->role == UI_ENTRY ? ui->focus : NULL;
	now = malloc(sizeof(*now));
	if (!now) {
		ui_damage_all(ui);
		return;
	}
	damage_list_make(&ui->view, ui->tree, &ui->state, now);
	damage_compare(&ui->painted, now, ui_window(ui), &ui->damage);
	memcpy(&ui->painted, now, sizeof(*now));
	free(now);
}

static void lay_out(struct ui *ui)
{
	ui->view.text_percent = ui->text_percent;
	ui->fits = layout_run(&ui->view, ui->tree, ui->width, ui->height);
}

void ui_show(struct ui *ui, struct ui_tree *tree)
{
	struct ui_tree *before = ui->tree;
	const struct ui_node *focus = NULL;
	bool is_visible = ui->focus_is_visible;

	if (!tree)
		return;
	if (ui->focus && ui->focus->key)
		focus = ui_find(tree, ui->focus->key);
	ui->state.pressed = ui_pressed_carries(ui, tree);
	ui->is_touched = ui->state.pressed != NULL;
	ui->tree = tree;
	lay_out(ui);
	if (!focus || (!look_is_focusable(focus) && focus->role != UI_HEADING))
		focus = ui_focus_default(ui);
	ui->focus = focus;
	ui->focus_is_visible = is_visible && focus && look_is_focusable(focus);
	ui_refresh(ui);
	ui_tree_free(before);
}

const struct ui_tree *ui_tree_shown(const struct ui *ui)
{
	return ui->tree;
}

void ui_set_text_percent(struct ui *ui, int percent)
{
	if (percent <= 0 || percent == ui->text_percent)
		return;
	ui->text_percent = percent;
	if (ui->tree) {
		lay_out(ui);
		ui_refresh(ui);
	}
}

void ui_resize(struct ui *ui, int width, int height)
{
	if (width <= 0 || height <= 0 || (width == ui->width && height == ui->height))
		return;
	ui->width = width;
	ui->height = height;
	if (ui->tree) {
		lay_out(ui);
		ui_refresh(ui);
	}
	ui_damage_all(ui);
}

bool ui_has_damage(const struct ui *ui)
{
	return ui->tree && ui->damage.n_rects > 0;
}

void ui_damage_all(struct ui *ui)
{
	ui->damage.n_rects = 1;
	ui->damage.rects[0] = ui_window(ui);
}

int ui_paint(struct ui *ui, cairo_surface_t *surface, struct ui_rect *ret_rects, int max)
{
	cairo_t *cr;
	int n;

	if (!ui_has_damage(ui) || max < 1)
		return 0;
	damage_limit(&ui->damage, max);
	cr = cairo_create(surface);
	for (int i = 0; i < ui->damage.n_rects; i++) {
		paint_tree(&ui->view, ui->tree, &ui->state, cr, ui->damage.rects[i]);
		ret_rects[i] = ui->damage.rects[i];
	}
	cairo_destroy(cr);
	cairo_surface_flush(surface);
	n = ui->damage.n_rects;
	ui->damage.n_rects = 0;
	return n;
}
