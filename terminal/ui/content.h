#pragma once
/* SPDX-License-Identifier: MIT
 * Content: what stands inside one leaf (texts, icon, mark) and where, for a given width. Layout measures it,
 * paint draws it and the checks compare it with the box, all from the same call. Inner to ui/. */
#include "terminal/ui/look.h"
#include "shared/render/text_block.h"

/** How design pixels become window pixels in the present pass. */
struct view {
	double scale;
	int text_percent;
	int gap_percent;
	PangoContext *pango;
	const char *language;
	struct palette look;
};

int view_px(const struct view *view, double design);
/** view_text_px() - type grows with 文字 大きく; bars only a little, so that the frame never moves. */
int view_text_px(const struct view *view, const struct ui_node *node, int design);

enum mark { MARK_NONE, MARK_ICON, MARK_ICON_ON_PALE, MARK_BULLET, MARK_STEP };

#define PIECES_MAX 5

struct piece {
	struct text_block *block; /* or a mark */
	enum mark mark;
	const char *icon;
	struct colour ink;
	struct ui_rect at;        /* relative to the node's box, before centring down */
};

struct content {
	struct piece pieces[PIECES_MAX];
	int n_pieces;
	int width, height;        /* what it needs, padding included */
};

/** content_make() - @width: of the box, padding included; negative for the natural width. */
void content_make(const struct view *view, const struct ui_node *node, int width, struct content *ret_content);
/** content_wraps_in() - whether a button's name can stand in @width, on several lines, without a word torn in two. */
bool content_wraps_in(const struct view *view, const struct ui_node *node, int width);
void content_release(struct content *content);
/** content_align() - the node's alignment, or the one it inherits from its column. */
enum ui_align content_align(const struct ui_node *node);
/** content_name() - the text shown for a node: an entry shows what is in it. */
const char *content_name(const struct ui_node *node);
/** content_ordinal() - 1 for the first child of its parent. */
int content_ordinal(const struct ui_node *node);
