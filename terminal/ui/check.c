/* SPDX-License-Identifier: MIT
 * Check: looks at a laid-out screen as a strict reader would, for tests and for the preview of a town's texts. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "terminal/ui/icon.h"
#include "terminal/ui/ui_inner.h"
#include "shared/base/banned.h"

#define CONTRAST_LEAST 4.5

struct report {
	char *out;
	size_t size, used;
	int n_problems;
};

static void PRINTF_LIKE(3, 4) say(struct report *report, const struct ui_node *node, const char *format, ...)
{
	char text[160];
	va_list args;
	int n;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	report->n_problems++;
	if (report->used >= report->size)
		return;
	/* the key, never the text: reports are kept and a text may be a person's */
	n = snprintf(report->out + report->used, report->size - report->used, "%s (role %d at %d,%d %dx%d): %s\n",
		     node->key ? node->key : "-", (int)node->role, node->box.x, node->box.y, node->box.width,
		     node->box.height, text);
	if (n > 0)
		report->used += (size_t)n;
}

static void check_inside(const struct ui *ui, const struct ui_node *node, struct report *report)
{
	if (node->box.x < 0 || node->box.y < 0 || node->box.x + node->box.width > ui->width ||
	    node->box.y + node->box.height > ui->height)
		say(report, node, "outside the window of %dx%d", ui->width, ui->height);
}

static void check_text(const struct ui *ui, const struct ui_node *node, struct report *report)
{
	struct content content;

	if (!look_is_text(node) && node->role != UI_BUTTON && node->role != UI_ENTRY)
		return;
	content_make(&ui->view, node, node->box.width, &content);
	if (content.n_pieces > 0 && content.height > node->box.height)
		say(report, node, "text needs %d px of height", content.height);
	if (content.n_pieces > 0 && content.width > node->box.width + 1)
		say(report, node, "text needs %d px of width", content.width);
	content_release(&content);
}

static void check_target(const struct ui *ui, const struct ui_node *node, struct report *report)
{
	int least = view_px(&ui->view, LOOK_TARGET);

	if (node->role == UI_BUTTON && (node->box.width < least || node->box.height < least))
		say(report, node, "a finger needs %d px each way", least);
}

static void check_contrast(const struct ui *ui, const struct ui_node *node, struct report *report)
{
	double contrast;

	if ((!look_is_text(node) && node->role != UI_BUTTON) || !*content_name(node) ||
	    (node->state & UI_IS_DISABLED))
		return;
	contrast = colour_contrast(look_text_colour(&ui->view.look, node), look_ground(&ui->view.look, node));
	if (contrast < CONTRAST_LEAST)
		say(report, node, "contrast %.2f is below %.1f", contrast, CONTRAST_LEAST);
}

static bool overlap(struct ui_rect a, struct ui_rect b)
{
	return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

static void check_siblings(const struct ui_node *node, struct report *report)
{
	for (const struct ui_node *other = node->next; other; other = other->next)
		if (overlap(node->box, other->box))
			say(report, node, "overlaps %s", other->key ? other->key : "a sibling");
}

static void check_icon(const struct ui_node *node, struct report *report)
{
	if (node->icon && !icon_is_known(node->icon))
		say(report, node, "there is no drawing of that name");
}

int ui_problems(const struct ui *ui, char *out, size_t size)
{
	struct report report = {.out = out, .size = size};

	if (size > 0)
		out[0] = 0;
	if (!ui->tree)
		return 0;
	if (ui_tree_is_broken(ui->tree))
		say(&report, ui->tree->root, "more nodes or text than a screen may have");
	if (!ui->fits)
		say(&report, ui->tree->root, "does not fit even at the smallest type");
	for (const struct ui_node *node = ui->tree->root; node; node = ui_next(node)) {
		check_inside(ui, node, &report);
		check_text(ui, node, &report);
		check_target(ui, node, &report);
		check_contrast(ui, node, &report);
		check_siblings(node, &report);
		check_icon(node, &report);
	}
	return report.n_problems;
}
