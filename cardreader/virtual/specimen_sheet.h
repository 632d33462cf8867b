#pragma once
/* SPDX-License-Identifier: MIT
 * What the three faces are drawn with. Everything is placed in millimetres on the card. Inside cardreader/virtual
 * only. */
#include <pango/pangocairo.h>
#include <stdbool.h>
#include "cardreader/virtual/specimen.h"

#define CARD_WIDTH 85.6
#define CARD_HEIGHT 54.0
#define CARD_MARGIN 4.0

struct sheet {
	cairo_t *cairo;
	PangoContext *context; /* of millimetres */
	bool is_plain;         /* black on white, nothing behind the letters */
};

struct colour {
	double r, g, b;
};

#define INK ((struct colour){0.11, 0.16, 0.20})
#define FAINT ((struct colour){0.38, 0.45, 0.49})
#define RED ((struct colour){0.78, 0.20, 0.16})

enum { MARK_BIRTH = 1, MARK_YEAR, MARK_CODE };

void sheet_colour(struct sheet *sheet, struct colour colour, double alpha);
/** sheet_text() - one line. Return: its width. */
double sheet_text(struct sheet *sheet, double x, double y, double size, bool is_bold, struct colour colour, const char *text);
/** sheet_fit() - wraps at @width and shrinks until it fits @height. */
void sheet_fit(struct sheet *sheet, double x, double y, double size, double width, double height, const char *text);
void sheet_label(struct sheet *sheet, double x, double y, const char *text);
void sheet_line(struct sheet *sheet, double x, double y, double width);
/** sheet_box() - a rounded rectangle; @fill alpha 0: outline only. */
void sheet_box(struct sheet *sheet, double x, double y, double width, double height, double radius, struct colour colour,
	       double fill);
/** sheet_background() - fine lines over a tint from @from to @to, and 見本 across it. */
void sheet_background(struct sheet *sheet, struct colour from, struct colour to, struct colour lines);
/** sheet_header() - the card's title with its foreign name below, and the 見本 badge at the right. */
void sheet_header(struct sheet *sheet, const char *title, const char *subtitle);
/** sheet_photo() - the drawn figure in a frame; an empty frame on a plain sheet or when there is none. */
void sheet_photo(struct sheet *sheet, const struct persona *persona, bool has_photo, double x, double y, double width,
		 double height);
/** sheet_mark() - the circled number @mark in its colour. Return: its width. */
double sheet_mark(struct sheet *sheet, double x, double y, int mark);
/** sheet_under() - a line in the colour of @mark below what it marks. */
void sheet_under(struct sheet *sheet, double x, double y, double width, int mark);
/** sheet_legend() - the strip along the bottom edge. Return: where its text begins. */
double sheet_legend(struct sheet *sheet);
/** sheet_western(), sheet_era() - 2033年4月12日; 昭和35年2月29日. @date: YYYYMMDD. */
void sheet_western(const char *date, char out[64]);
void sheet_era(const char *date, char out[64]);

void specimen_my_number(struct sheet *sheet, const struct persona *persona);
void specimen_licence(struct sheet *sheet, const struct persona *persona);
void specimen_residence(struct sheet *sheet, const struct persona *persona);
