/* SPDX-License-Identifier: MIT
 * The places of a secret: one circle each, filled where something is typed, in the groups the card writes it in. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "terminal/ui/paint.h"
#include "shared/base/banned.h"

#define GROUPS_MAX 6
#define PLACE 64.0      /* a circle */
#define GAP 40.0        /* between circles; half of it in a long row */
#define LONG_FROM 6
#define UNIT_PX 40      /* the word behind a group */

struct group {
	int n_places;
	struct text_block *unit; /* NULL none */
	double width;
};

struct row {
	struct group groups[GROUPS_MAX];
	int n_groups;
	double place, gap, between;
};

/* "2 8 2": so many places in each group; without it all are one. */
static void read_groups(const struct ui_node *node, struct row *row)
{
	const char *at = node->note ? node->note : "";
	char *end;

	for (; row->n_groups < GROUPS_MAX; at = end) {
		long n = strtol(at, &end, 10);
		if (end == at || n < 1)
			break;
		row->groups[row->n_groups++].n_places = (int)n;
	}
	if (row->n_groups == 0)
		row->groups[row->n_groups++].n_places = node->columns > 0 ? node->columns : 4;
}

static void read_units(const struct view *view, const struct ui_node *node, struct row *row)
{
	const char *at = node->detail ? node->detail : "";

	for (int i = 0; i < row->n_groups && *at; i++) {
		size_t n = strcspn(at, " ");
		CLEANUP(freep) char *word = strndup(at, n);
		struct text_spec spec = {.text = word ? word : "", .px = view_px(view, UNIT_PX), .is_bold = true,
					 .line_height = 1.0, .language = view->language};

		row->groups[i].unit = text_block_new(view->pango, &spec, -1);
		at += n + (at[n] == ' ');
	}
}

static double measure(struct row *row)
{
	double total = 0;

	for (int i = 0; i < row->n_groups; i++) {
		struct group *group = &row->groups[i];
		group->width = group->n_places * row->place + (group->n_places - 1) * row->gap;
		if (group->unit)
			group->width += row->gap * 0.6 + text_block_width(group->unit);
		total += group->width + (i ? row->between : 0);
	}
	return total;
}

static void fit(const struct view *view, const struct ui_node *node, struct row *row)
{
	int n = 0;

	for (int i = 0; i < row->n_groups; i++)
		n += row->groups[i].n_places;
	row->place = fmin(node->box.height, view->scale * PLACE);
	row->gap = view->scale * (n > LONG_FROM - 1 ? GAP / 2 : GAP);
	row->between = view->scale * GAP * 1.2;
	for (int i = 0; i < 12 && measure(row) > node->box.width; i++) {
		row->place *= 0.94;
		row->gap *= 0.9;
		row->between *= 0.94;
	}
}

void password_paint(const struct view *view, const struct ui_node *node, cairo_t *cr)
{
	struct row row = {0};
	int n_filled = (int)g_utf8_strlen(node->value ? node->value : "", -1);
	double pen = fmax(1, view->scale * 5), x, y = node->box.y + node->box.height / 2.0;

	read_groups(node, &row);
	read_units(view, node, &row);
	fit(view, node, &row);
	x = node->box.x + (node->box.width - measure(&row)) / 2;
	for (int g = 0; g < row.n_groups; g++) {
		struct group *group = &row.groups[g];

		cairo_set_source_rgb(cr, view->look.key.red, view->look.key.green, view->look.key.blue);
		cairo_set_line_width(cr, pen);
		for (int i = 0; i < group->n_places; i++) {
			cairo_new_path(cr);
			cairo_arc(cr, x + row.place / 2 + i * (row.place + row.gap), y, (row.place - pen) / 2, 0, 2 * M_PI);
			if (n_filled-- > 0)
				cairo_fill_preserve(cr);
			cairo_stroke(cr);
		}
		if (group->unit)
			text_block_paint(group->unit, cr, (int)lround(x + group->width - text_block_width(group->unit)),
					 (int)lround(y - text_block_height(group->unit) / 2.0), text_block_width(group->unit),
					 colour_hex(LOOK_INK));
		x += group->width + row.between;
		text_block_free(group->unit);
	}
}
