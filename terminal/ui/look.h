#pragma once
/* SPDX-License-Identifier: MIT
 * Look: every number of the design in one place, at 1080×1920 design pixels: type sizes, paddings, colours.
 * Source: デジタル庁デザインシステム tokens (type scale, neutral and semantic colours, focus ring). Inner to ui/. */
#include <stdbool.h>
#include <stdint.h>
#include "shared/render/colour.h"
#include "terminal/ui/tree.h"

#define LOOK_WIDTH 1080
#define LOOK_HEIGHT 1920
#define LOOK_TARGET 116       /* 20 mm on 24 inches, the least a finger may be asked to hit */
#define LOOK_BUTTON_HEIGHT 120
#define LOOK_WAY_ON_HEIGHT 150
#define LOOK_FOCUS_REACH 8    /* 2 px gap, 4 px black, 2 px yellow */
#define LOOK_SLOP 12          /* a touch this far beside a button still means it */
#define LOOK_SLIDE 40         /* a pressed finger may wander this far */


#define LOOK_INK 0x1a1a1a
#define LOOK_GREY_DARK 0x4d4d4d
#define LOOK_GREY_LINE 0xb3b3b3
#define LOOK_GREY_PALE 0xe6e6e6
#define LOOK_GREY_GROUND 0xf2f2f2
#define LOOK_WHITE 0xffffff
#define LOOK_GREEN 0x197a4b
#define LOOK_ORANGE 0xc74700
#define LOOK_ORANGE_PALE 0xffeee2
#define LOOK_WARM_TEXT 0x8b3200
#define LOOK_RED 0xce0000
#define LOOK_RED_PALE 0xfdeeee
#define LOOK_FOCUS_YELLOW 0xffd43d

/** Type of a node's name. */
struct look_type {
	int px;             /* design pixels */
	bool is_bold;
	double line_height; /* times px */
};

struct look_type look_name_type(const struct ui_node *node);
struct look_type look_detail_type(const struct ui_node *node);
struct look_type look_note_type(const struct ui_node *node);
/** look_text_colour() - ink of the name; look_ground() - what it stands on (nearest filled ancestor). */
struct colour look_text_colour(const struct palette *look, const struct ui_node *node);
struct colour look_ground(const struct palette *look, const struct ui_node *node);
/** look_fill() - whether the node fills its box, and with what. */
bool look_fill(const struct palette *look, const struct ui_node *node, struct colour *ret_colour);

struct look_padding {
	int across, down; /* left and right; top and bottom */
};
struct look_padding look_padding(const struct ui_node *node);
int look_radius(const struct ui_node *node);
/** look_border() - outline width, 0 for none. */
int look_border(const struct palette *look, const struct ui_node *node, struct colour *ret_colour);

bool look_is_in_bar(const struct ui_node *node);
bool look_is_header(const struct ui_node *node);
/** look_is_tile() - a button that tells more than its name and reads from the left. */
bool look_is_tile(const struct ui_node *node);
/** look_is_banner() - a label or status in a coloured box of its own. */
bool look_is_banner(const struct ui_node *node);
bool look_is_container(const struct ui_node *node);
bool look_is_text(const struct ui_node *node);
bool look_is_focusable(const struct ui_node *node);
/** look_is_badge() - one letter in a filled circle, the town's mark. */
bool look_is_badge(const struct ui_node *node);
