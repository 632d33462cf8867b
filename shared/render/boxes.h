#pragma once
/* SPDX-License-Identifier: MIT
 * Boxes: where each text of a configuration stands and what room it has there, in design pixels (slips: dots). The screens
 * themselves are built in terminal/screen/; tests/unit/terminal/ lays them out with texts as long as this table allows. */
#include <stdbool.h>
#include <stddef.h>

/** The least side of a touch target on every screen, in design pixels (1080 wide, 1920 high), and what a finger needs. */
#define BOX_TARGET_PX 118
#define BOX_TARGET_MM 20.0

struct text_box {
	const char *pattern;  /* of the dotted path, as fnmatch(3): texts.*.title, services.*.name */
	const char *what;     /* "the title of a screen" */
	int width, px, lines; /* room across, size of type, lines that fit */
	bool is_bold, is_button;
	const char *first, *second; /* what $1 and $2 may become at their longest; NULL: two digits */
};

/** Texts that stand beside each other in one row: together they may be so wide. */
struct text_row {
	const char *what;
	const char *ids[5];   /* names under texts, up to NULL */
	int room, px;
	bool is_bold;
};

/** box_of() - the @n-th box a text stands in; NULL when there are no more. A name under texts has those of
 *  its first pattern only. */
const struct text_box *box_of(const char *path, size_t n);
extern const struct text_row text_rows[];
extern const size_t n_text_rows;
