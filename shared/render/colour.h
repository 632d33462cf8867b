#pragma once
/* SPDX-License-Identifier: MIT
 * Colour: a town's key colour, the tints and shades made from it, and how well one colour reads on another. The screen
 * paints with them and the check of a town's texts measures them, so that both speak of the same colours. */
#include <stdint.h>

struct colour {
	double red, green, blue;
};

/** What is made of the key colour: shades for text, tints for grounds. */
struct palette {
	struct colour key, key_dark, key_darkest, pale, pale_strong;
};

#define CONTRAST_LEAST 4.5 /* WCAG 2.2, 1.4.3 */

/** colour_hex() - 0xrrggbb. */
struct colour colour_hex(uint32_t rgb);
/** colour_palette() - tints and shades of "#rrggbb"; an unreadable text gives the default key colour. */
struct palette colour_palette(const char *key_colour);
/** colour_contrast() - WCAG 2 contrast ratio, 1–21. */
double colour_contrast(struct colour a, struct colour b);
