#pragma once
/* SPDX-License-Identifier: MIT
 * Paper: a roll one draws on from the top down. Sizes are in dots of a 576-dot (72 mm) line and are scaled to the
 * configured width. */
#include <pango/pangocairo.h>
#include <stdbool.h>
#include "shared/base/cleanup.h"
#include "printer/slip/bitmap.h"

#define PAPER_DOTS 576
#define PAPER_DOTS_PER_MM 8.0
#define PAPER_ROWS_MAX 4800 /* 600 mm */

struct paper;

/** paper_new() - @width in dots of the printer. NULL: no memory. */
struct paper *paper_new(int width);
struct paper *paper_free(struct paper *paper);
DEFINE_CLEANUP(struct paper *, paper_free)

enum paper_style { PAPER_PLAIN, PAPER_BOLD };

/** paper_gap() - moves down. */
void paper_gap(struct paper *paper, double dots);
/** paper_text() - centred, wrapped. @language as in lang attributes: chooses the shapes of shared characters. */
void paper_text(struct paper *paper, const char *text, const char *language, double size, enum paper_style style);
/** paper_headline() - one line as large as fits the width, its capitals at most @height. */
void paper_headline(struct paper *paper, const char *text, double height);
/** paper_badge() - white on black, centred. */
void paper_badge(struct paper *paper, const char *text, double size);
/** paper_check() - a line behind a box to tick; @other below it, smaller, NULL or "" none. */
void paper_check(struct paper *paper, const char *text, const char *other, const char *language);
void paper_rule(struct paper *paper, double thickness, bool is_dashed);
/** paper_qr() - level M, 4 modules of quiet zone, whole dots a module. 0, -EMSGSIZE when it does not fit, -ENOMEM. */
MUST_USE int paper_qr(struct paper *paper, const char *payload);
/** paper_take_bitmap() - everything drawn so far. 0, -EMSGSIZE when it was more than the roll holds, -ENOMEM. */
MUST_USE int paper_take_bitmap(struct paper *paper, struct bitmap *ret_bitmap);
