/* SPDX-License-Identifier: MIT
 * Look: what each role and style looks like, as tables and small questions, so that layout, paint and the
 * checks can never use different numbers. */
#include <string.h>

#include "shared/base/utf8.h"
#include "terminal/ui/icon.h"
#include "terminal/ui/look.h"
#include "shared/base/banned.h"

bool look_is_in_bar(const struct ui_node *node)
{
	for (; node; node = node->parent)
		if (node->role == UI_PANEL && node->style == UI_STYLE_BAR)
			return true;
	return false;
}

bool look_is_header(const struct ui_node *node)
{
	return node->role == UI_PANEL && node->style == UI_STYLE_BAR && node->parent &&
	       node->parent->first_child == node;
}

static bool is_in_header(const struct ui_node *node)
{
	for (; node; node = node->parent)
		if (look_is_header(node))
			return true;
	return false;
}

bool look_is_tile(const struct ui_node *node)
{
	return node->role == UI_BUTTON && node->detail && node->align == UI_START;
}

bool look_is_banner(const struct ui_node *node)
{
	return (node->role == UI_LABEL || node->role == UI_STATUS) &&
	       (node->style == UI_STYLE_NOTICE || node->style == UI_STYLE_WARNING ||
		node->style == UI_STYLE_ERROR || node->style == UI_STYLE_CARD);
}

bool look_is_badge(const struct ui_node *node)
{
	const char *rest = node->name;

	return node->role == UI_LABEL && node->style == UI_STYLE_PRIMARY && rest && utf8_next(&rest) && !*rest;
}

bool look_is_container(const struct ui_node *node)
{
	return node->role == UI_FRAME || node->role == UI_PANEL;
}

bool look_is_text(const struct ui_node *node)
{
	return node->role == UI_HEADING || node->role == UI_LABEL || node->role == UI_STATUS;
}

bool look_is_focusable(const struct ui_node *node)
{
	return node->role == UI_BUTTON || node->role == UI_ENTRY || node->role == UI_PASSWORD;
}

static bool is_tag(const struct ui_node *node)
{
	return node->style == UI_STYLE_TAG || node->style == UI_STYLE_TAG_WARM;
}

static int name_px(const struct ui_node *node)
{
	if (node->font_px > 0)
		return node->font_px;
	switch (node->role) {
	case UI_HEADING:
		return 64;
	case UI_BUTTON:
		if (is_in_header(node))
			return 30;
		return node->style == UI_STYLE_PRIMARY || look_is_tile(node) ? 46 : 38;
	case UI_ENTRY:
	case UI_PASSWORD:
		return 46;
	case UI_LABEL:
	case UI_STATUS:
		if (node->style == UI_STYLE_TICKET)
			return 230;
		if (is_tag(node))
			return 24;
		if (node->parent && node->parent->role == UI_STEPS)
			return 28;
		if (is_in_header(node))
			return 36;
		return look_is_in_bar(node) ? 30 : 34;
	case UI_IMAGE:
		return 38;
	case UI_FRAME:
	case UI_PANEL:
	case UI_STEPS:
	case UI_SPACER:
	case N_UI_ROLES:
		break;
	}
	return 34;
}

struct look_type look_name_type(const struct ui_node *node)
{
	struct look_type type = {.px = name_px(node), .line_height = 1.45};

	type.is_bold = node->role == UI_HEADING || node->role == UI_BUTTON || is_tag(node) ||
		       node->style == UI_STYLE_TICKET || look_is_badge(node) ||
		       (node->state & (UI_IS_BOLD | UI_IS_CURRENT)) != 0 || node->role == UI_IMAGE;
	if (node->role == UI_HEADING || node->role == UI_BUTTON || type.px >= 44)
		type.line_height = 1.3;
	if (node->style == UI_STYLE_TICKET || look_is_badge(node) || type.px >= 80)
		type.line_height = 1.0;
	return type;
}

struct look_type look_detail_type(const struct ui_node *node)
{
	return (struct look_type){.px = node->role == UI_IMAGE ? 40 : 28, .is_bold = node->role == UI_IMAGE,
				  .line_height = 1.4};
}

struct look_type look_note_type(const struct ui_node *node)
{
	return (struct look_type){.px = 28, .is_bold = true, .line_height = 1.4};
}

static struct colour button_text(const struct palette *look, const struct ui_node *node)
{
	if (node->state & UI_IS_DISABLED)
		return colour_hex(0x767676);
	if (node->state & UI_IS_CHOSEN)
		return look->key_dark;
	if (node->style == UI_STYLE_PRIMARY)
		return colour_hex(LOOK_WHITE);
	if (node->style == UI_STYLE_SECONDARY && !look_is_tile(node))
		return look->key;
	return colour_hex(LOOK_INK);
}

struct colour look_text_colour(const struct palette *look, const struct ui_node *node)
{
	if (node->role == UI_BUTTON)
		return button_text(look, node);
	switch (node->style) {
	case UI_STYLE_PRIMARY:
		return look_is_badge(node) ? colour_hex(LOOK_WHITE) : look->key;
	case UI_STYLE_SECONDARY:
		return look->key;
	case UI_STYLE_TAG:
	case UI_STYLE_TICKET:
		return look->key_dark;
	case UI_STYLE_TAG_WARM:
	case UI_STYLE_WARNING:
		return colour_hex(LOOK_WARM_TEXT);
	case UI_STYLE_ERROR:
		return colour_hex(LOOK_RED);
	case UI_STYLE_GOOD:
		return colour_hex(LOOK_GREEN);
	case UI_STYLE_MUTED:
	case UI_STYLE_QUIET:
		return colour_hex(LOOK_GREY_DARK);
	case UI_STYLE_PLAIN:
	case UI_STYLE_CARD:
	case UI_STYLE_NOTICE:
	case UI_STYLE_BAR:
		break;
	}
	if (node->parent && node->parent->role == UI_STEPS && !(node->state & UI_IS_CURRENT))
		return colour_hex(LOOK_GREY_DARK);
	return colour_hex(LOOK_INK);
}

static bool button_fill(const struct palette *look, const struct ui_node *node, struct colour *ret_colour)
{
	*ret_colour = colour_hex(LOOK_WHITE);
	if (node->state & UI_IS_DISABLED)
		*ret_colour = colour_hex(LOOK_GREY_GROUND);
	else if (node->state & UI_IS_CHOSEN)
		*ret_colour = look->pale_strong;
	else if (node->style == UI_STYLE_PRIMARY)
		*ret_colour = look->key;
	return true;
}

bool look_fill(const struct palette *look, const struct ui_node *node, struct colour *ret_colour)
{
	if (node->role == UI_BUTTON)
		return button_fill(look, node, ret_colour);
	if (node->role == UI_FRAME || node->role == UI_ENTRY) {
		*ret_colour = colour_hex(LOOK_WHITE);
		return true;
	}
	if (node->role == UI_IMAGE) {
		*ret_colour = look->pale;
		return node->style == UI_STYLE_NOTICE ||
		       icon_is_illustration(node->icon) || icon_is_face(node->icon);
	}
	if (node->role != UI_PANEL && !look_is_banner(node) && !is_tag(node) && !look_is_badge(node))
		return false;
	switch (node->style) {
	case UI_STYLE_PRIMARY:
		*ret_colour = look->key;
		return look_is_badge(node);
	case UI_STYLE_CARD:
		*ret_colour = colour_hex(LOOK_WHITE);
		return true;
	case UI_STYLE_NOTICE:
	case UI_STYLE_TAG:
		*ret_colour = look->pale;
		return true;
	case UI_STYLE_TICKET:
		*ret_colour = look->pale;
		return node->role == UI_PANEL;
	case UI_STYLE_WARNING:
	case UI_STYLE_TAG_WARM:
		*ret_colour = colour_hex(LOOK_ORANGE_PALE);
		return true;
	case UI_STYLE_ERROR:
		*ret_colour = colour_hex(LOOK_RED_PALE);
		return true;
	case UI_STYLE_BAR:
		*ret_colour = colour_hex(look_is_header(node) ? LOOK_WHITE : LOOK_GREY_GROUND);
		return true;
	case UI_STYLE_PLAIN:
	case UI_STYLE_SECONDARY:
	case UI_STYLE_QUIET:
	case UI_STYLE_GOOD:
	case UI_STYLE_MUTED:
		break;
	}
	return false;
}

struct colour look_ground(const struct palette *look, const struct ui_node *node)
{
	struct colour colour;

	for (; node; node = node->parent)
		if (look_fill(look, node, &colour))
			return colour;
	return colour_hex(LOOK_WHITE);
}

int look_border(const struct palette *look, const struct ui_node *node, struct colour *ret_colour)
{
	*ret_colour = look->key;
	if (node->role == UI_ENTRY)
		return 4;
	if (node->role == UI_BUTTON) {
		if (node->state & UI_IS_DISABLED)
			*ret_colour = colour_hex(LOOK_GREY_LINE);
		else if (node->state & UI_IS_CHOSEN)
			return 9;
		else if (node->style == UI_STYLE_QUIET)
			*ret_colour = colour_hex(LOOK_GREY_DARK);
		else if (node->style == UI_STYLE_ERROR)
			*ret_colour = colour_hex(LOOK_RED);
		else if (node->style == UI_STYLE_PRIMARY)
			return 0;
		return is_in_header(node) ? 3 : 4;
	}
	if (node->style == UI_STYLE_TICKET && node->role == UI_PANEL)
		return 6;
	*ret_colour = colour_hex(LOOK_GREY_LINE);
	if (node->style == UI_STYLE_CARD && (node->role == UI_PANEL || look_is_banner(node)))
		return 3;
	if (node->style == UI_STYLE_WARNING && (node->role == UI_PANEL || look_is_banner(node))) {
		*ret_colour = colour_hex(LOOK_ORANGE);
		return 3;
	}
	if (node->style == UI_STYLE_ERROR && (node->role == UI_PANEL || look_is_banner(node))) {
		*ret_colour = colour_hex(LOOK_RED);
		return 3;
	}
	return 0;
}

/* A card whose rows touch: hair lines part them. */
static bool is_table(const struct ui_node *node)
{
	return node && node->role == UI_PANEL && node->style == UI_STYLE_CARD && node->flow == UI_COLUMN &&
	       node->gap == 0;
}

struct look_padding look_padding(const struct ui_node *node)
{
	if (node->padding > 0)
		return (struct look_padding){node->padding, node->padding};
	if (node->role == UI_BUTTON)
		return look_is_tile(node) ? (struct look_padding){30, 32} : (struct look_padding){26, 16};
	if (node->role == UI_ENTRY)
		return (struct look_padding){28, 20};
	if (look_is_banner(node))
		return (struct look_padding){28, 22};
	if (is_tag(node))
		return (struct look_padding){16, 3};
	if (node->role != UI_PANEL)
		return (struct look_padding){0, 0};
	if (node->style == UI_STYLE_PLAIN && node->flow == UI_ROW && is_table(node->parent))
		return (struct look_padding){0, 26};
	switch (node->style) {
	case UI_STYLE_BAR:
		return (struct look_padding){48, look_is_header(node) ? 16 : 28};
	case UI_STYLE_CARD:
		return (struct look_padding){36, node->gap > 0 ? 32 : 4};
	case UI_STYLE_NOTICE:
	case UI_STYLE_WARNING:
	case UI_STYLE_ERROR:
	case UI_STYLE_TICKET:
		return (struct look_padding){36, 32};
	case UI_STYLE_SECONDARY:
		return (struct look_padding){40, 4}; /* beside the bar at its left */
	case UI_STYLE_PLAIN:
	case UI_STYLE_PRIMARY:
	case UI_STYLE_QUIET:
	case UI_STYLE_GOOD:
	case UI_STYLE_MUTED:
	case UI_STYLE_TAG:
	case UI_STYLE_TAG_WARM:
		break;
	}
	return (struct look_padding){0, 0};
}

int look_radius(const struct ui_node *node)
{
	if (is_tag(node))
		return 10;
	if (node->role == UI_BUTTON)
		return is_in_header(node) ? 18 : look_is_tile(node) ? 24 : 20;
	if (node->role == UI_ENTRY)
		return 16;
	if (node->style == UI_STYLE_TICKET)
		return 32;
	if (node->style == UI_STYLE_BAR)
		return 0;
	return look_is_banner(node) ? 16 : 24;
}
