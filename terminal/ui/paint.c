/* SPDX-License-Identifier: MIT
 * Paint: every role and style, back to front in reading order. A node's picture depends only on the node, its
 * box and the hand's state, so that repainting a part gives the same bytes as painting all. */
#include <math.h>
#include <qrencode.h>
#include <string.h>

#include "terminal/ui/icon.h"
#include "terminal/ui/paint.h"
#include "shared/base/banned.h"

#define PEN 4.0

static void ink(cairo_t *cr, struct colour colour)
{
	cairo_set_source_rgb(cr, colour.red, colour.green, colour.blue);
}

static bool meet(struct ui_rect a, struct ui_rect b)
{
	return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

static struct colour pressed_fill(const struct palette *look, const struct ui_node *node)
{
	if (node->style == UI_STYLE_PRIMARY && !(node->state & UI_IS_CHOSEN))
		return look->key_darkest;
	return node->style == UI_STYLE_QUIET ? colour_hex(LOOK_GREY_PALE) : look->pale_strong;
}

static void paint_ground(const struct view *view, const struct ui_node *node, bool is_pressed, cairo_t *cr)
{
	struct colour fill, line;
	bool is_filled = look_fill(&view->look, node, &fill);
	int border = look_border(&view->look, node, &line), pen = view_px(view, border);
	double radius = look_is_badge(node) ? node->box.height / 2.0 : view_px(view, look_radius(node));

	if (border > 0 && pen < 1)
		pen = 1;
	if (is_pressed)
		fill = pressed_fill(&view->look, node);
	if (is_filled || pen > 0)
		icon_rounded(cr, node->box.x + pen / 2.0, node->box.y + pen / 2.0, node->box.width - pen,
			     node->box.height - pen, fmax(0, radius - pen / 2.0));
	if (is_filled) {
		ink(cr, fill);
		if (pen > 0)
			cairo_fill_preserve(cr);
		else
			cairo_fill(cr);
	}
	if (pen > 0) {
		ink(cr, line);
		cairo_set_line_width(cr, pen);
		cairo_stroke(cr);
	}
}

static void paint_bar_edge(const struct view *view, const struct ui_node *node, cairo_t *cr)
{
	bool is_header = look_is_header(node);
	int pen = MAX(1, view_px(view, is_header ? 4 : 2));

	ink(cr, is_header ? view->look.key : colour_hex(LOOK_GREY_LINE));
	cairo_rectangle(cr, node->box.x, is_header ? node->box.y + node->box.height - pen : node->box.y,
			node->box.width, pen);
	cairo_fill(cr);
}

/* Hair lines between the rows of a card without gaps: a table. */
static void paint_separators(const struct view *view, const struct ui_node *node, cairo_t *cr)
{
	int pen = MAX(1, view_px(view, 2)), inset = view_px(view, 3);

	ink(cr, colour_hex(LOOK_GREY_PALE));
	for (const struct ui_node *child = node->first_child; child && child->next; child = child->next)
		cairo_rectangle(cr, node->box.x + inset, child->box.y + child->box.height - pen / 2,
				node->box.width - 2 * inset, pen);
	cairo_fill(cr);
}

static void paint_panel(const struct view *view, const struct ui_node *node, cairo_t *cr)
{
	if (node->style == UI_STYLE_BAR)
		paint_bar_edge(view, node, cr);
	if (node->style == UI_STYLE_CARD && node->flow == UI_COLUMN && node->gap == 0)
		paint_separators(view, node, cr);
	if (node->style == UI_STYLE_SECONDARY) {
		ink(cr, view->look.key);
		cairo_rectangle(cr, node->box.x, node->box.y, view_px(view, 12), node->box.height);
		cairo_fill(cr);
	}
}

static void paint_step_circle(const struct view *view, const struct ui_node *node, struct ui_rect at, cairo_t *cr)
{
	double pen = fmax(1, view->scale * 3), radius = (at.width - pen) / 2;
	double x = at.x + at.width / 2.0, y = at.y + at.height / 2.0;
	bool is_done = (node->state & UI_IS_DONE) != 0, is_current = (node->state & UI_IS_CURRENT) != 0;
	const struct palette *look = &view->look;
	char digits[12];

	cairo_new_path(cr); /* a text painted before leaves its current point */
	cairo_arc(cr, x, y, radius, 0, 2 * M_PI);
	ink(cr, is_current ? look->key : is_done ? look->pale_strong : colour_hex(LOOK_WHITE));
	cairo_fill_preserve(cr);
	ink(cr, is_current || is_done ? look->key : colour_hex(LOOK_GREY_LINE));
	cairo_set_line_width(cr, pen);
	cairo_stroke(cr);
	if (is_done && !is_current) {
		icon_paint(cr, "check", x - at.width * 0.27, y - at.width * 0.27, at.width * 0.54,
			   fmax(1, view->scale * 3.5), look->key);
		return;
	}
	snprintf(digits, sizeof(digits), "%d", content_ordinal(node));
	struct text_spec spec = {.text = digits, .px = (int)lround(at.width * 0.54), .is_bold = true,
				 .line_height = 1, .align = TEXT_CENTER};
	CLEANUP(text_block_freep) struct text_block *block = text_block_new(view->pango, &spec, -1);

	/* digits stand on the baseline of a square letter: a hair up puts them in the middle */
	text_block_paint(block, cr, at.x, (int)lround(y - text_block_height(block) / 2.0), at.width,
			 is_current ? colour_hex(LOOK_WHITE) : colour_hex(LOOK_GREY_DARK));
}

static void paint_mark(const struct view *view, const struct ui_node *node, const struct piece *piece,
		       struct ui_rect at, cairo_t *cr)
{
	double inset;

	switch (piece->mark) {
	case MARK_NONE:
		break;
	case MARK_ICON:
		icon_paint(cr, piece->icon, at.x, at.y, at.width, fmax(1.2, at.width / 11.0), piece->ink);
		break;
	case MARK_ICON_ON_PALE:
		icon_rounded(cr, at.x, at.y, at.width, at.height, view_px(view, 20));
		ink(cr, node->state & UI_IS_CHOSEN || node->style == UI_STYLE_PRIMARY ? colour_hex(LOOK_WHITE)
										     : view->look.pale);
		cairo_fill(cr);
		inset = at.width * 0.2;
		icon_paint(cr, piece->icon, at.x + inset, at.y + inset, at.width - 2 * inset,
			   fmax(1, view->scale * PEN), view->look.key);
		break;
	case MARK_BULLET:
		ink(cr, piece->ink);
		cairo_new_path(cr);
		cairo_arc(cr, at.x + at.width / 2.0, at.y + at.height / 2.0, at.width / 2.0 * 0.8, 0, 2 * M_PI);
		cairo_fill(cr);
		break;
	case MARK_STEP:
		paint_step_circle(view, node, at, cr);
		break;
	}
}

static void paint_caret(const struct view *view, const struct ui_node *node, const struct content *content, int dy,
			cairo_t *cr)
{
	const struct piece *piece = &content->pieces[0];
	int size = view_text_px(view, node, look_name_type(node).px);
	int x = node->box.x + piece->at.x + text_block_width(piece->block) + view_px(view, 4);

	ink(cr, view->look.key);
	cairo_rectangle(cr, x, node->box.y + dy + piece->at.y + (piece->at.height - size) / 2, view_px(view, 4),
			size);
	cairo_fill(cr);
}

static void paint_content(const struct view *view, const struct ui_node *node, const struct paint_state *state,
			  cairo_t *cr)
{
	struct content content;
	int dy;

	content_make(view, node, node->box.width, &content);
	dy = (node->box.height - content.height) / 2;
	if (look_is_text(node) && !look_is_banner(node) && !look_is_badge(node) &&
	    node->style != UI_STYLE_TAG && node->style != UI_STYLE_TAG_WARM &&
	    !(node->parent && (node->parent->flow == UI_ROW || node->parent->role == UI_STEPS)))
		dy = 0;
	for (int i = 0; i < content.n_pieces; i++) {
		const struct piece *piece = &content.pieces[i];
		struct ui_rect at = {node->box.x + piece->at.x, node->box.y + piece->at.y + dy, piece->at.width,
				     piece->at.height};
		struct colour colour = piece->ink;

		if (piece->block)
			text_block_paint(piece->block, cr, at.x, at.y, at.width, colour);
		else
			paint_mark(view, node, piece, at, cr);
	}
	if (state->caret == node && content.n_pieces > 0)
		paint_caret(view, node, &content, dy, cr);
	content_release(&content);
}

/* Whole pixels per module and the four modules of quiet zone the standard asks for (ISO/IEC 18004). */
static void paint_qr(const struct ui_node *node, cairo_t *cr)
{
	QRcode *code = QRcode_encodeString8bit(node->value, 0, QR_ECLEVEL_M);
	int side, module, x, y;

	if (!code)
		return;
	side = (int)fmin(node->box.width, node->box.height);
	module = side / (code->width + 8);
	if (module < 1)
		module = 1;
	side = module * (code->width + 8);
	x = node->box.x + (node->box.width - side) / 2;
	y = node->box.y + (node->box.height - side) / 2;
	ink(cr, colour_hex(LOOK_WHITE));
	cairo_rectangle(cr, x, y, side, side);
	cairo_fill(cr);
	cairo_set_source_rgb(cr, 0, 0, 0);
	for (int row = 0; row < code->width; row++)
		for (int column = 0; column < code->width; column++)
			if (code->data[row * code->width + column] & 1)
				cairo_rectangle(cr, x + (column + 4) * module, y + (row + 4) * module, module,
						module);
	cairo_fill(cr);
	QRcode_free(code);
}

static void paint_picture(const struct view *view, const struct ui_node *node, cairo_t *cr)
{
	int width = cairo_image_surface_get_width(node->picture), height = cairo_image_surface_get_height(node->picture);
	double scale, pen = fmax(1, view->scale * 2);
	int x, y, w, h;

	if (width <= 0 || height <= 0)
		return;
	scale = fmin((double)node->box.width / width, (double)node->box.height / height);
	w = (int)(width * scale);
	h = (int)(height * scale);
	x = node->box.x + (node->box.width - w) / 2;
	y = node->box.y + (node->box.height - h) / 2;
	cairo_save(cr);
	cairo_rectangle(cr, x, y, w, h);
	cairo_clip(cr);
	ink(cr, colour_hex(LOOK_WHITE));
	cairo_paint(cr);
	cairo_translate(cr, x, y);
	cairo_scale(cr, (double)w / width, (double)h / height);
	cairo_set_source_surface(cr, node->picture, 0, 0);
	cairo_pattern_set_filter(cairo_get_source(cr), CAIRO_FILTER_BEST);
	cairo_paint(cr);
	cairo_restore(cr);
	ink(cr, colour_hex(LOOK_GREY_LINE));
	cairo_set_line_width(cr, pen);
	cairo_rectangle(cr, x + pen / 2, y + pen / 2, w - pen, h - pen);
	cairo_stroke(cr);
}

static void paint_image(const struct view *view, const struct ui_node *node, cairo_t *cr)
{
	double size = fmin(node->box.width, node->box.height);

	if (node->picture)
		paint_picture(view, node, cr);
	else if (node->value)
		paint_qr(node, cr);
	else if (icon_is_illustration(node->icon))
		icon_paint_illustration(view, cr, node);
	else if (icon_is_face(node->icon))
		icon_paint_face(view, cr, node);
	else if (node->icon)
		icon_paint(cr, node->icon, node->box.x + (node->box.width - size) / 2,
			   node->box.y + (node->box.height - size) / 2, size,
			   fmax(fmax(1, view->scale * 3), size / 18),
			   node->style == UI_STYLE_PLAIN || node->style == UI_STYLE_NOTICE
				   ? view->look.key : look_text_colour(&view->look, node));
}

static void paint_step_lines(const struct view *view, const struct ui_node *node, cairo_t *cr)
{
	int gap = view_px(view, 14), pen = MAX(1, view_px(view, 3));

	ink(cr, colour_hex(LOOK_GREY_LINE));
	for (const struct ui_node *child = node->first_child; child && child->next; child = child->next) {
		int from = child->box.x + child->box.width + gap, to = child->next->box.x - gap;

		if (to > from)
			cairo_rectangle(cr, from, child->box.y + (child->box.height - pen) / 2, to - from, pen);
	}
	cairo_fill(cr);
}

/* Black outline two pixels off, yellow ring around it: seen on any ground. */
static void paint_focus(const struct view *view, const struct ui_node *node, cairo_t *cr)
{
	double unit = fmax(0.5, view->scale), radius = view_px(view, look_radius(node));
	const struct {
		double from, pen;
		uint32_t rgb;
	} rings[] = {{2, 4, 0x000000}, {6, 2, LOOK_FOCUS_YELLOW}};

	for (int i = 0; i < 2; i++) {
		double off = (rings[i].from + rings[i].pen / 2) * unit;

		icon_rounded(cr, node->box.x - off, node->box.y - off, node->box.width + 2 * off,
			     node->box.height + 2 * off, radius + off);
		ink(cr, colour_hex(rings[i].rgb));
		cairo_set_line_width(cr, rings[i].pen * unit);
		cairo_stroke(cr);
	}
}

static void paint_node(const struct view *view, const struct ui_node *node, const struct paint_state *state,
		       cairo_t *cr)
{
	cairo_new_path(cr);
	if (node->role != UI_FRAME)
		paint_ground(view, node, state->pressed == node, cr);
	switch (node->role) {
	case UI_PANEL:
		paint_panel(view, node, cr);
		break;
	case UI_HEADING:
	case UI_LABEL:
	case UI_STATUS:
	case UI_BUTTON:
	case UI_ENTRY:
		paint_content(view, node, state, cr);
		break;
	case UI_PASSWORD:
		password_paint(view, node, cr);
		break;
	case UI_IMAGE:
		paint_image(view, node, cr);
		break;
	case UI_STEPS:
		paint_step_lines(view, node, cr);
		break;
	case UI_FRAME:
	case UI_SPACER:
	case N_UI_ROLES:
		break;
	}
	if (state->focus == node)
		paint_focus(view, node, cr);
}

void paint_tree(const struct view *view, const struct ui_tree *tree, const struct paint_state *state, cairo_t *cr,
		struct ui_rect clip)
{
	cairo_save(cr);
	cairo_rectangle(cr, clip.x, clip.y, clip.width, clip.height);
	cairo_clip(cr);
	ink(cr, colour_hex(LOOK_WHITE));
	cairo_paint(cr);
	for (const struct ui_node *node = tree->root; node; node = ui_next(node))
		if (meet(paint_reach(view, node), clip))
			paint_node(view, node, state, cr);
	cairo_restore(cr);
}

struct ui_rect paint_reach(const struct view *view, const struct ui_node *node)
{
	int reach = view_px(view, LOOK_FOCUS_REACH + 4) + 2;

	if (look_is_container(node))
		return node->box;
	return (struct ui_rect){node->box.x - reach, node->box.y - reach, node->box.width + 2 * reach,
				node->box.height + 2 * reach};
}

/* FNV-1a */
static void mix(uint64_t *print, const void *bytes, size_t n_bytes)
{
	for (size_t i = 0; i < n_bytes; i++)
		*print = (*print ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
}

static void mix_text(uint64_t *print, const char *text)
{
	mix(print, text ? text : "\x01", text ? strlen(text) + 1 : 2);
}

uint64_t paint_print(const struct view *view, const struct ui_node *node, const struct paint_state *state)
{
	uint64_t print = 0xcbf29ce484222325;
	struct colour fill = {0}, line = {0}, text = look_text_colour(&view->look, node);
	const int numbers[] = {
		(int)node->role, (int)node->style, (int)node->state, node->box.x, node->box.y, node->box.width,
		node->box.height, (int)content_align(node), content_ordinal(node), node->columns, (int)node->flow,
		node->gap == 0, look_name_type(node).px, look_padding(node).across, look_padding(node).down,
		look_radius(node), look_is_header(node), view->text_percent, view->gap_percent,
		look_is_in_bar(node), look_is_tile(node), state->focus == node, state->pressed == node,
		state->caret == node, look_fill(&view->look, node, &fill), look_border(&view->look, node, &line),
	};

	mix(&print, numbers, sizeof(numbers));
	mix(&print, &fill, sizeof(fill));
	mix(&print, &line, sizeof(line));
	mix(&print, &text, sizeof(text));
	mix(&print, &view->scale, sizeof(view->scale));
	mix_text(&print, node->language ? node->language : view->language);
	mix_text(&print, node->name);
	mix_text(&print, node->value);
	mix_text(&print, node->detail);
	mix_text(&print, node->note);
	mix_text(&print, node->icon);
	mix(&print, &node->picture, sizeof(node->picture));
	for (const struct ui_node *child = node->first_child; child; child = child->next)
		mix(&print, &child->box, sizeof(child->box)); /* separators and step lines follow the children */
	if (node->parent && (node->parent->flow == UI_ROW || node->parent->role == UI_STEPS))
		mix_text(&print, "row");
	return print;
}
