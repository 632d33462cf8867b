/* SPDX-License-Identifier: MIT
 * Most texts are short beside their box: a bound on their width, taken from nothing but their characters, lets them pass
 * without a font. What remains is laid out as the screen lays it out, by the same code. So a town with thousands of texts
 * in eight languages is measured in a fraction of a second. */
#include <string.h>

#include "shared/base/utf8.h"
#include "shared/jp/ruby.h"
#include "shared/render/fit.h"
#include "shared/render/text_block.h"
#include "shared/base/banned.h"

#define LINE_HEIGHT 1.3
#define RUBY_HEIGHT 0.42
#define BUTTON_USUAL_PERCENT 92 /* one step back of a button's type is not seen */
#define BUTTON_LEAST_PERCENT 76 /* it steps back so far before its word is torn */
#define LEAST_PERCENT 70        /* a screen that is full takes smaller type, down to this */

/* At least as wide as any of our fonts makes the character, in hundredths of the type's size. */
static int widest(uint32_t scalar)
{
	if (scalar >= 0x2e80 || (scalar >= 0x1100 && scalar < 0x1200) || scalar == 0x2026 || scalar == 0x2014)
		return 100;
	if (scalar == 'm' || scalar == 'M' || scalar == 'w' || scalar == 'W' || scalar == '%' || scalar == '@')
		return 105;
	if (scalar == 'i' || scalar == 'l' || scalar == 'j' || scalar == 't' || scalar == 'f' || scalar == 'r' ||
	    scalar == ' ' || scalar == '.' || scalar == ',' || scalar == 'I')
		return 50;
	if ((scalar >= 'a' && scalar <= 'z') || (scalar >= '0' && scalar <= '9'))
		return 72;
	return scalar < 0x300 || (scalar >= 0x1e00 && scalar < 0x2000) ? 85 : 100;
}

/* Whether a text surely stands in the box, by its characters alone. */
bool fit_surely(const struct text_box *box, const char *text)
{
	int room = box->width * 100 / box->px, total = 0, phrase = 0, longest = 0, breaks = 0;
	struct ruby_run run;

	while (ruby_next(&text, &run)) {
		const char *at = run.base, *end = run.base + run.base_len;

		while (at < end) {
			uint32_t scalar = utf8_next(&at);
			int width = scalar ? widest(scalar) : 0;

			if (!scalar)
				break;
			if (scalar == '\n')
				breaks++;
			phrase = scalar == ' ' || scalar == '\n' || scalar == 0x3000 ? 0 : phrase + width;
			longest = phrase > longest ? phrase : longest;
			total += width;
		}
	}
	if (longest > room)
		return false;
	return total <= room * (box->lines - breaks) - (box->lines - 1) * longest;
}

/* In Japanese and Chinese a line may end between any two characters; elsewhere a torn word is a fault. */
static bool has_words(const char *language)
{
	return strncmp(language, "ja", 2) != 0 && strcmp(language, "zh-Hans") != 0;
}

static struct text_block *lay_out(PangoContext *pango, const struct text_box *box, const char *text, const char *language,
				  int percent, int width)
{
	struct text_spec spec = {.text = text, .px = box->px * percent / 100, .is_bold = box->is_bold,
				 .line_height = LINE_HEIGHT, .language = language};

	return text_block_new(pango, &spec, width);
}

static bool text_has_ruby(const char *text)
{
	struct ruby_run run;

	while (ruby_next(&text, &run))
		if (run.reading)
			return true;
	return false;
}

struct fit fit_text(PangoContext *pango, const struct text_box *box, const char *text, const char *language, int percent)
{
	CLEANUP(text_block_freep) struct text_block *block = lay_out(pango, box, text, language, percent, box->width);
	struct fit fit = {text_block_lines(block), has_words(language) && text_block_tears(block), false};
	/* readings stand above their line: one line with them has room, where every line has them one line less fits */
	double room = box->px * (box->lines * LINE_HEIGHT + RUBY_HEIGHT) + 1;

	fit.fits = !fit.tears && text_block_height(block) <= room - (text_has_ruby(text) ? 0 : box->px * RUBY_HEIGHT);
	return fit;
}

int fit_width(PangoContext *pango, const struct text_box *box, const char *text, const char *language)
{
	CLEANUP(text_block_freep) struct text_block *block = lay_out(pango, box, text, language, 100, -1);

	return text_block_width(block);
}

int fit_usual_percent(const struct text_box *box)
{
	return box->is_button ? BUTTON_USUAL_PERCENT : 100;
}

int fit_least_percent(const struct text_box *box)
{
	return box->is_button ? BUTTON_LEAST_PERCENT : LEAST_PERCENT;
}
