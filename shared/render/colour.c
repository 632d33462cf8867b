/* SPDX-License-Identifier: MIT
 * The default key colour has its neighbours in the token table of デジタル庁デザインシステム; any other gets them by mixing. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "shared/render/colour.h"
#include "shared/base/banned.h"

#define KEY_DEFAULT 0x0017c1u

struct colour colour_hex(uint32_t rgb)
{
	return (struct colour){(rgb >> 16 & 0xff) / 255.0, (rgb >> 8 & 0xff) / 255.0, (rgb & 0xff) / 255.0};
}

static struct colour mix(struct colour a, struct colour b, double share_of_b)
{
	return (struct colour){a.red + (b.red - a.red) * share_of_b, a.green + (b.green - a.green) * share_of_b,
			       a.blue + (b.blue - a.blue) * share_of_b};
}

struct palette colour_palette(const char *key_colour)
{
	const struct colour white = colour_hex(0xffffff), black = colour_hex(0);
	uint32_t rgb = KEY_DEFAULT;
	struct colour key;
	char *end = NULL;

	if (key_colour && key_colour[0] == '#' && strlen(key_colour) == 7) {
		unsigned long parsed = strtoul(key_colour + 1, &end, 16);

		if (end && !*end)
			rgb = (uint32_t)parsed;
	}
	key = colour_hex(rgb);
	if (rgb == KEY_DEFAULT) /* blue-900, 1000, 1200, 50, 100 of the token table */
		return (struct palette){key, colour_hex(0x00118f), colour_hex(0x000060), colour_hex(0xe8f1fe),
				     colour_hex(0xd9e6ff)};
	return (struct palette){key, mix(key, black, 0.25), mix(key, black, 0.5), mix(white, key, 0.09),
			     mix(white, key, 0.16)};
}

static double linear(double channel)
{
	return channel <= 0.04045 ? channel / 12.92 : pow((channel + 0.055) / 1.055, 2.4);
}

static double luminance(struct colour c)
{
	return 0.2126 * linear(c.red) + 0.7152 * linear(c.green) + 0.0722 * linear(c.blue);
}

double colour_contrast(struct colour a, struct colour b)
{
	double la = luminance(a), lb = luminance(b);

	return (fmax(la, lb) + 0.05) / (fmin(la, lb) + 0.05);
}
