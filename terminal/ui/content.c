/* SPDX-License-Identifier: MIT
 * Content: arranges name, detail, note and icon of one leaf. Tiles read from the left with the icon beside the
 * name; plain buttons are centred; labels may carry a bullet, a step circle or a warning sign. */
#include <math.h>
#include <string.h>

#include "terminal/ui/content.h"
#include "shared/base/banned.h"

#define BAR_TEXT_PERCENT_MAX 104

int view_px(const struct view *view, double design)
{
	return (int)lround(design * view->scale);
}

int view_text_px(const struct view *view, const struct ui_node *node, int design)
{
	int percent = view->text_percent;

	if (percent > BAR_TEXT_PERCENT_MAX && (look_is_in_bar(node) || design >= 200))
		percent = BAR_TEXT_PERCENT_MAX;
	return MAX(8, (int)lround(design * view->scale * percent / 100));
}

enum ui_align content_align(const struct ui_node *node)
{
	if (node->align != UI_START)
		return node->align;
	if (node->role == UI_BUTTON)
		return look_is_tile(node) ? UI_START : UI_CENTER;
	if (node->style == UI_STYLE_TAG || node->style == UI_STYLE_TAG_WARM || look_is_badge(node))
		return UI_CENTER;
	if (node->parent && node->parent->flow == UI_COLUMN && look_is_container(node->parent))
		return node->parent->align;
	return UI_START;
}

const char *content_name(const struct ui_node *node)
{
	if (node->role == UI_ENTRY)
		return node->value ? node->value : "";
	return node->name ? node->name : "";
}

int content_ordinal(const struct ui_node *node)
{
	int ordinal = 1;

	if (node->parent)
		for (const struct ui_node *at = node->parent->first_child; at && at != node; at = at->next)
			ordinal++;
	return ordinal;
}

static struct text_block *block_new(const struct view *view, const struct ui_node *node, const char *text,
				    struct look_type type, int width)
{
	struct text_spec spec = {
		.text = text,
		.px = view_text_px(view, node, type.px),
		.is_bold = type.is_bold,
		.line_height = type.line_height,
		.align = (enum text_align)content_align(node), /* the same three */
		.language = node->language ? node->language : view->language,
		.has_counter = node->role == UI_BUTTON && node->font_px >= 80 && !node->detail,
	};

	return text_block_new(view->pango, &spec, width);
}

static struct piece *add(struct content *content, struct piece piece)
{
	struct piece *added = &content->pieces[content->n_pieces++];

	*added = piece;
	return added;
}

/* Appends a text under what is there. Return: its height. */
static int add_text(const struct view *view, const struct ui_node *node, struct content *content, const char *text,
		    struct look_type type, struct colour ink, int x, int y, int width)
{
	struct text_block *block = block_new(view, node, text, type, width < 0 ? -1 : width);
	int used = width < 0 ? text_block_width(block) : width;

	add(content, (struct piece){.block = block, .ink = ink,
				    .at = {x, y, used, text_block_height(block)}});
	content->width = MAX(content->width, x + text_block_width(block));
	return text_block_height(block);
}

/* The mark that stands left of a label's or button's name, and the room it takes, gap included. */
static enum mark mark_of(const struct view *view, const struct ui_node *node, int text_px, int *ret_size,
			 int *ret_room)
{
	*ret_size = *ret_room = 0;
	if (node->parent && node->parent->role == UI_STEPS) {
		*ret_size = view_px(view, 48);
		*ret_room = *ret_size + view_px(view, 12);
		return MARK_STEP;
	}
	if (look_is_tile(node) && node->icon) {
		*ret_size = view_px(view, 92);
		*ret_room = *ret_size + view_px(view, 20);
		return MARK_ICON_ON_PALE;
	}
	if (node->icon || (look_is_banner(node) &&
			   (node->style == UI_STYLE_WARNING || node->style == UI_STYLE_ERROR))) {
		*ret_size = (int)lround(text_px * 1.1);
		*ret_room = *ret_size + (int)lround(text_px * 0.4);
		return MARK_ICON;
	}
	if (node->state & UI_IS_BULLET) {
		*ret_size = (int)lround(text_px * 0.34);
		*ret_room = (int)lround(text_px * 1.15);
		return MARK_BULLET;
	}
	return MARK_NONE;
}

static int natural_width(const struct view *view, const struct ui_node *node, const char *text,
			 struct look_type type)
{
	CLEANUP(text_block_freep) struct text_block *block = block_new(view, node, text, type, -1);

	return text_block_width(block);
}

/* A button's word is not torn in two: its own type steps back a little before that. */
static struct look_type fitting_type(const struct view *view, const struct ui_node *node, int width)
{
	struct look_type type = look_name_type(node), smaller = type;

	if (node->role != UI_BUTTON || width < 0)
		return type;
	for (int percent = 100; percent >= 76; percent -= 8) {
		struct text_block *block;
		bool tears;

		smaller.px = type.px * percent / 100;
		block = block_new(view, node, content_name(node), smaller, width);
		tears = text_block_tears(block);
		text_block_free(block);
		if (!tears)
			return smaller;
	}
	return type;
}

bool content_wraps_in(const struct view *view, const struct ui_node *node, int width)
{
	struct look_type type = look_name_type(node);
	int size, room;
	struct text_block *block;
	bool tears;

	mark_of(view, node, view_text_px(view, node, type.px), &size, &room);
	type.px = type.px * 84 / 100;
	block = block_new(view, node, content_name(node), type,
			  MAX(1, width - 2 * view_px(view, look_padding(node).across) - room));
	tears = text_block_tears(block);
	text_block_free(block);
	return !tears;
}

/* Name with the mark at its left. Return: height of the row. */
static int add_name_row(const struct view *view, const struct ui_node *node, struct content *content, int x, int y,
			int width)
{
	struct look_type type = look_name_type(node);
	struct colour ink = look_text_colour(&view->look, node);
	int size, room, text_px = view_text_px(view, node, type.px);
	enum mark mark = mark_of(view, node, text_px, &size, &room);
	int text_width = width < 0 ? -1 : MAX(1, width - room), height, first_line;
	struct piece *text;

	type = fitting_type(view, node, text_width);
	if (mark == MARK_ICON && node->role == UI_BUTTON && width >= 0) {
		/* icon and name are centred as one */
		int natural = natural_width(view, node, content_name(node), type);

		if (natural < text_width) {
			x += (width - room - natural) / 2;
			text_width = natural;
		}
	}
	height = add_text(view, node, content, content_name(node), type, ink, x + room, y, text_width);
	text = &content->pieces[content->n_pieces - 1];
	if (mark == MARK_NONE)
		return height;
	first_line = mark == MARK_BULLET || (mark == MARK_ICON && node->role != UI_BUTTON)
			     ? (int)lround(text_px * type.line_height) : height;
	add(content, (struct piece){
		.mark = mark,
		.icon = node->icon ? node->icon : "warning",
		.ink = ink,
		.at = {mark == MARK_BULLET ? x + (int)lround(text_px * 0.4) : x, y + (first_line - size) / 2, size,
		       size},
	});
	if (size > height && mark != MARK_BULLET) {
		/* the taller mark sets the row; the name sits in its middle */
		content->pieces[content->n_pieces - 1].at.y = y;
		text->at.y += (size - height) / 2;
		height = size;
	}
	return height;
}

static void make_badge(const struct view *view, const struct ui_node *node, struct content *content)
{
	struct look_type type = look_name_type(node);
	int size = (int)lround(view_text_px(view, node, type.px) * 1.8);
	struct text_block *block = block_new(view, node, content_name(node), type, -1);

	add(content, (struct piece){.block = block, .ink = look_text_colour(&view->look, node),
				    .at = {0, (size - text_block_height(block)) / 2, size,
					   text_block_height(block)}});
	content->width = content->height = size;
}

void content_make(const struct view *view, const struct ui_node *node, int width, struct content *ret_content)
{
	struct look_padding padding = look_padding(node);
	/* on a crowded screen the room inside a tile shrinks with the gaps around it */
	int across = view_px(view, padding.across);
	int down = view_px(view, look_is_tile(node) ? padding.down * (100 + view->gap_percent) / 200.0 : padding.down);
	int inner = width < 0 ? -1 : MAX(1, width - 2 * across), y = down;
	struct content content = {0};

	*ret_content = content;
	if (look_is_badge(node)) {
		make_badge(view, node, ret_content);
		return;
	}
	if (!*content_name(node) && node->role != UI_ENTRY && node->role != UI_BUTTON)
		return;
	y += add_name_row(view, node, &content, across, y, inner);
	if (node->role == UI_BUTTON && node->detail && *node->detail) {
		y += look_is_tile(node) ? view_px(view, 10) : view_px(view, 2);
		y += add_text(view, node, &content, node->detail, look_detail_type(node),
			      node->style == UI_STYLE_PRIMARY ? look_text_colour(&view->look, node)
							      : colour_hex(LOOK_GREY_DARK),
			      across, y, inner);
	}
	if (node->role == UI_BUTTON && node->note && *node->note) {
		y += view_px(view, 8);
		y += add_text(view, node, &content, node->note, look_note_type(node),
			      node->style == UI_STYLE_PRIMARY ? look_text_colour(&view->look, node)
							      : colour_hex(LOOK_GREEN),
			      across, y, inner);
	}
	content.width += across;
	content.height = y + down;
	*ret_content = content;
}

void content_release(struct content *content)
{
	for (int i = 0; i < content->n_pieces; i++)
		content->pieces[i].block = text_block_free(content->pieces[i].block);
	content->n_pieces = 0;
}
