#pragma once
/* SPDX-License-Identifier: MIT
 * Text: one laid-out text with readings above their kanji, broken between phrases (分かち書き) rather than inside
 * them where the room allows. Measured and painted from the same object,
 * on the screen as in the check of a town's texts. */
#include <stdbool.h>
#include <pango/pangocairo.h>
#include "shared/base/cleanup.h"
#include "shared/render/colour.h"

enum text_align { TEXT_START, TEXT_CENTER, TEXT_END };

struct text_spec {
	const char *text;     /* ruby allowed; \n starts a new line */
	int px;               /* window pixels */
	bool is_bold;
	bool has_counter;     /* a number with its small counter word: 2通 */
	double line_height;
	enum text_align align;
	const char *language; /* NULL: ja */
};

struct text_block;

/** text_block_new() - @width: room in window pixels, negative for as wide as it likes. Never NULL (GLib
 *  ends the program without memory, as Pango itself does). */
struct text_block *text_block_new(PangoContext *pango, const struct text_spec *spec, int width);
/** text_block_free() - wipes the text. */
struct text_block *text_block_free(struct text_block *block);
DEFINE_CLEANUP(struct text_block *, text_block_free)
int text_block_width(const struct text_block *block);
int text_block_height(const struct text_block *block);
/** text_block_tears() - whether a phrase had to be broken in two because no line could hold it. */
int text_block_lines(const struct text_block *block);
bool text_block_tears(const struct text_block *block);
/** text_block_paint() - lines aligned within @width. */
void text_block_paint(const struct text_block *block, cairo_t *cr, int x, int y, int width, struct colour ink);
