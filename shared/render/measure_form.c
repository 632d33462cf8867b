/* SPDX-License-Identifier: MIT
 * The automatic layout makes a page of any form, but not of any label: what it could not keep inside its box or on the
 * page is looked for on the blank sheet itself, where clerk and resident would see it. */
#include <stdio.h>
#include <string.h>

#include "shared/config/schema/check.h"
#include "shared/render/fonts.h"
#include "shared/render/form_layout.h"
#include "shared/render/measure_form.h"
#include "shared/base/banned.h"

#define EDGE 12.0  /* points that no printer prints to */
#define SLACK 1.5  /* a letter may lean so far over a line */

struct extent {
	double left, right, top, bottom;
};

static struct extent extent_of(const struct mark *mark)
{
	PangoRectangle logical;

	pango_layout_get_extents(mark->layout, NULL, &logical);
	return (struct extent){mark->x + (double)logical.x / PANGO_SCALE, mark->x + (double)(logical.x + logical.width) / PANGO_SCALE,
			       mark->y, mark->y + (double)logical.height / PANGO_SCALE};
}

static bool is_off_page(const struct sheet *sheet, const struct extent *text)
{
	return text->left < EDGE || text->right > sheet->width - EDGE || text->top < EDGE || text->bottom > sheet->height - EDGE;
}

/* Whether the upright line runs through the text. */
static bool is_crossed(const struct extent *text, const struct mark *line)
{
	double middle = (text->top + text->bottom) / 2;

	return line->kind == MARK_LINE && line->w == 0 && line->h != 0 && line->x > text->left + SLACK &&
	       line->x < text->right - SLACK && middle > line->y && middle < line->y + line->h;
}

static bool is_out_of_its_box(const struct sheet_page *page, const struct extent *text)
{
	for (size_t i = 0; i < page->n_marks; i++)
		if (is_crossed(text, &page->marks[i]))
			return true;
	return false;
}

/* Return: whether @mark earned a finding. */
static bool check_mark(struct loading *loading, const struct tree *form, const struct sheet *sheet, size_t page,
		       const struct mark *mark)
{
	struct extent text;
	g_autofree char *shown = NULL;

	if (mark->kind != MARK_TEXT)
		return false;
	text = extent_of(mark);
	shown = g_utf8_substring(pango_layout_get_text(mark->layout), 0,
				 MIN(24, g_utf8_strlen(pango_layout_get_text(mark->layout), -1)));
	if (is_off_page(sheet, &text))
		finding_add(loading, RULE_FIELD_OUTSIDE_PAGE, &form->place,
			    "\"%s\" of the form %s does not stand on page %zu, whose paper it leaves — shorten it", shown,
			    tree_text(form, "id"), page + 1);
	else if (is_out_of_its_box(&sheet->pages[page], &text))
		finding_add(loading, RULE_TEXT_OVERFLOW, &form->place,
			    "\"%s\" is wider than its box on page %zu of the form %s — shorten it", shown, page + 1,
			    tree_text(form, "id"));
	else
		return false;
	return true;
}

static void check_sheet(struct loading *loading, const struct tree *form, const struct sheet *sheet)
{
	for (size_t page = 0; page < sheet->n_pages; page++)
		for (size_t i = 0; i < sheet->pages[page].n_marks; i++)
			if (check_mark(loading, form, sheet, page, &sheet->pages[page].marks[i]))
				return; /* one long label pushes others: the first is the one to mend */
}

/* A form nobody changed is the same in every town, and looked at by tests/unit/terminal/test_text_boxes.c. */
static bool is_common(const struct tree *tree)
{
	if (strcmp(tree->place.layer, "base") != 0 && strcmp(tree->place.layer, "built in") != 0)
		return false;
	for (const struct tree *child = tree->first; child; child = child->next)
		if (!is_common(child))
			return false;
	return true;
}

void measure_forms(struct loading *loading, const struct tree *root, bool with_common)
{
	const struct form_layout_options blank = {.is_blank = true};
	const struct config *config = bind_config(loading->memory, root);
	cairo_surface_t *surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR, NULL);
	cairo_t *cairo = cairo_create(surface);
	PangoContext *context = fonts_context(cairo, 72);

	for (size_t i = 0; config && i < config->n_forms; i++) {
		const struct tree *form = tree_entry(tree_find(root, "forms"), "id", config->forms[i].id);
		CLEANUP(sheet_freep) struct sheet *sheet = NULL;

		if (!form || (!with_common && is_common(form)))
			continue;
		sheet = form_layout(context, config, &config->forms[i], NULL, &blank);
		if (sheet)
			check_sheet(loading, form, sheet);
		else
			finding_add(loading, RULE_FIELD_OUTSIDE_PAGE, &form->place,
				    "the form %s takes more than %d pages — take fields out of it", config->forms[i].id,
				    SHEET_PAGES_MAX);
	}
	g_object_unref(context);
	cairo_destroy(cairo);
	cairo_surface_destroy(surface);
}
