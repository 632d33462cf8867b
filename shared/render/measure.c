/* SPDX-License-Identifier: MIT
 * Most texts are short beside their box: a bound on their width, taken from nothing but their characters, lets them pass
 * without a font. What remains is laid out as the screen lays it out, by the same code. So a town with thousands of texts
 * in eight languages is measured in a fraction of a second. */
#include <fontconfig/fontconfig.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "shared/base/utf8.h"
#include "shared/config/measure.h"
#include "shared/jp/ruby.h"
#include "shared/render/boxes.h"
#include "shared/render/colour.h"
#include "shared/render/fonts.h"
#include "shared/render/text_block.h"
#include "shared/base/banned.h"

#define PATH_BYTES 512
#define TEXT_BYTES 4096
#define SCALARS 0x110000
#define BUTTON_USUAL_PERCENT 92 /* one step back of a button's type is not seen */
#define BUTTON_LEAST_PERCENT 76 /* it steps back so far before its word is torn */
#define LEAST_PERCENT 70        /* a screen that is full takes smaller type, down to this */
#define EXCERPT 24              /* characters of a text shown in a finding */

struct measurer {
	struct loading loading;
	const struct tree *root, *languages;
	PangoContext *pango;
	FcFontSet *fonts;
	uint8_t *glyphs;                /* two bits a character: asked, there */
	char path[PATH_BYTES];
};

/* ---- characters ---------------------------------------------------------------------------------------------- */

static bool is_in_fonts(const struct measurer *measurer, uint32_t scalar)
{
	for (int i = 0; measurer->fonts && i < measurer->fonts->nfont; i++) {
		FcCharSet *set;

		if (FcPatternGetCharSet(measurer->fonts->fonts[i], FC_CHARSET, 0, &set) == FcResultMatch &&
		    FcCharSetHasChar(set, scalar))
			return true;
	}
	return false;
}

static bool has_glyph(struct measurer *measurer, uint32_t scalar)
{
	uint8_t *at = &measurer->glyphs[scalar / 4];
	unsigned shift = scalar % 4 * 2;

	if (scalar < 0x80 || scalar == 0x200b || scalar == 0x200d || scalar == 0x2060)
		return true;
	if (!(*at >> shift & 1))
		*at |= (uint8_t)((1 | (is_in_fonts(measurer, scalar) ? 2 : 0)) << shift);
	return *at >> shift & 2;
}

static const char *excerpt(const char *text, char out[EXCERPT * 4 + 8])
{
	CLEANUP(freep) char *plain = ruby_strip(text);
	const char *at = plain ? plain : text, *start = at;
	size_t n = 0;

	while (n < EXCERPT && *at && utf8_next(&at))
		n++;
	snprintf(out, EXCERPT * 4 + 8, "%.*s%s", (int)(at - start), start, *at ? "…" : "");
	return out;
}

static void check_glyphs(struct measurer *measurer, const struct tree *entry)
{
	const char *at = entry->scalar;
	char shown[EXCERPT * 4 + 8];

	while (*at) {
		uint32_t scalar = utf8_next(&at);

		if (!scalar)
			return;
		if (has_glyph(measurer, scalar))
			continue;
		finding_add(&measurer->loading, RULE_MISSING_GLYPH, &entry->place,
			    "no font of the counter has the character U+%04X in \"%s\" (%s) — write it with another", scalar,
			    excerpt(entry->scalar, shown), entry->key);
		return;
	}
}

/* ---- room ---------------------------------------------------------------------------------------------------- */

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
static bool is_surely_in(const struct text_box *box, const char *text)
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

static struct text_block *lay_out(struct measurer *measurer, const struct text_box *box, const char *text,
				  const char *language, int percent, int width)
{
	struct text_spec spec = {.text = text, .px = box->px * percent / 100, .is_bold = box->is_bold,
				 .line_height = 1.3, .language = language};

	return text_block_new(measurer->pango, &spec, width);
}

/* In Japanese and Chinese a line may end between any two characters; elsewhere a torn word is a fault. */
static bool has_words(const char *language)
{
	return strncmp(language, "ja", 2) != 0 && strcmp(language, "zh-Hans") != 0;
}

struct fit {
	int lines;
	bool tears, fits;
};

static struct fit fit_in(struct measurer *measurer, const struct text_box *box, const char *text, const char *language,
			 int percent)
{
	CLEANUP(text_block_freep) struct text_block *block = lay_out(measurer, box, text, language, percent, box->width);
	struct fit fit = {text_block_lines(block), has_words(language) && text_block_tears(block), false};

	fit.fits = fit.lines <= box->lines && !fit.tears;
	return fit;
}

/* $1 and $2 as they are at their longest. Return: @text itself when there is nothing to fill in. */
static const char *filled(const struct text_box *box, const char *text, char out[TEXT_BYTES])
{
	size_t n = 0;

	if (!strchr(text, '$'))
		return text;
	for (const char *at = text; *at && n + 1 < TEXT_BYTES; at++) {
		const char *part = at[0] != '$' ? NULL : at[1] == '1' ? box->first : at[1] == '2' ? box->second : NULL;
		bool is_number = !part && at[0] == '$' && (at[1] == '1' || at[1] == '2');

		if (is_number)
			part = "88";
		if (!part) {
			out[n++] = *at;
			continue;
		}
		n += (size_t)snprintf(out + n, TEXT_BYTES - n, "%s", part);
		n = n < TEXT_BYTES ? n : TEXT_BYTES - 1;
		at++;
	}
	out[n] = '\0';
	return out;
}

static void check_box(struct measurer *measurer, const struct tree *entry, const struct text_box *box)
{
	char full[TEXT_BYTES], shown[EXCERPT * 4 + 8];
	const char *text = filled(box, entry->scalar, full);
	struct fit fit;

	if (is_surely_in(box, text))
		return;
	fit = fit_in(measurer, box, text, entry->key, box->is_button ? BUTTON_USUAL_PERCENT : 100);
	if (fit.fits)
		return;
	if (fit_in(measurer, box, text, entry->key, box->is_button ? BUTTON_LEAST_PERCENT : LEAST_PERCENT).fits)
		finding_add(&measurer->loading, RULE_TEXT_CROWDED, &entry->place,
			    "\"%s\" (%s) only fits in small letters as %s — shorten it", excerpt(entry->scalar, shown),
			    entry->key, box->what);
	else if (fit.tears)
		finding_add(&measurer->loading, RULE_TEXT_OVERFLOW, &entry->place,
			    "a word of \"%s\" (%s) is wider than %s, %d px of type %d — use a shorter word",
			    excerpt(entry->scalar, shown), entry->key, box->what, box->width, box->px);
	else
		finding_add(&measurer->loading, RULE_TEXT_OVERFLOW, &entry->place,
			    "\"%s\" (%s) needs %d lines as %s, where %d fit — shorten it",
			    excerpt(entry->scalar, shown), entry->key, fit.lines, box->what, box->lines);
}

static bool is_offered(const struct measurer *measurer, const char *language)
{
	if (!measurer->languages)
		return strcmp(language, "ja") == 0;
	for (const struct tree *at = measurer->languages->first; at; at = at->next)
		if (at->kind == TREE_SCALAR && strcmp(at->scalar, language) == 0)
			return true;
	return false;
}

static void check_text(struct measurer *measurer, const struct tree *text)
{
	for (const struct tree *entry = text->first; entry; entry = entry->next) {
		const struct text_box *box;

		if (entry->kind != TREE_SCALAR || entry->is_null || entry->is_bad || !is_offered(measurer, entry->key))
			continue;
		check_glyphs(measurer, entry);
		for (size_t n = 0; (box = box_of(measurer->path, n)); n++)
			check_box(measurer, entry, box);
	}
}

/* ---- texts beside each other ---------------------------------------------------------------------------------- */

static void check_row(struct measurer *measurer, const struct text_row *row, const char *language)
{
	const struct tree *texts = tree_find(measurer->root, "texts"), *last = NULL;
	struct text_box box = {.px = row->px, .is_bold = row->is_bold};
	int total = 0;

	for (size_t i = 0; row->ids[i]; i++) {
		const struct tree *text = tree_find(texts, row->ids[i]);
		const struct tree *entry = text ? tree_find(text, language) : NULL;
		struct text_block *block;

		if (!entry && text)
			entry = tree_find(text, "ja");
		if (!entry || entry->kind != TREE_SCALAR || entry->is_bad)
			return;
		block = lay_out(measurer, &box, entry->scalar, language, 100, -1);
		total += text_block_width(block);
		text_block_free(block);
		last = entry;
	}
	if (last && total > row->room)
		finding_add(&measurer->loading, RULE_TEXT_OVERFLOW, &last->place,
			    "the words of %s are %d px wide in %s, where %d fit — shorten one of them", row->what, total,
			    language, row->room);
}

/* ---- walking -------------------------------------------------------------------------------------------------- */

static void walk(struct measurer *measurer, const struct tree *tree, size_t n_path);

static void walk_child(struct measurer *measurer, const struct tree *child, const char *name, size_t n_path)
{
	int n;

	if (!name || !*name)
		return;
	n = snprintf(measurer->path + n_path, PATH_BYTES - n_path, "%s%s", n_path ? "." : "", name);
	if (n > 0 && n_path + (size_t)n < PATH_BYTES)
		walk(measurer, child, n_path + (size_t)n);
	measurer->path[n_path] = '\0';
}

static void walk(struct measurer *measurer, const struct tree *tree, size_t n_path)
{
	if (tree->is_bad)
		return;
	if (tree->kind == TREE_MAP && tree_find(tree, "ja") && tree_find(tree, "ja")->kind == TREE_SCALAR) {
		check_text(measurer, tree);
		return;
	}
	for (const struct tree *child = tree->first; child; child = child->next) {
		if (child->kind == TREE_SCALAR)
			continue;
		walk_child(measurer, child, tree->kind == TREE_LIST ? tree_text(child, "id") : child->key, n_path);
	}
}

/* ---- colours -------------------------------------------------------------------------------------------------- */

static void check_colours(struct measurer *measurer)
{
	const struct tree *theme = tree_find(measurer->root, "theme");
	const struct tree *colour = theme ? tree_find(theme, "key_colour") : NULL;
	struct palette palette;

	if (!colour || colour->is_bad || colour->kind != TREE_SCALAR)
		return;
	palette = colour_palette(colour->scalar);
	const struct {
		const char *what;
		struct colour text, ground;
	} pairs[] = {
		{"white words on a button of it", colour_hex(0xffffff), palette.key},
		{"words in it on its pale tint", palette.key, palette.pale},
		{"its dark shade on a chosen button", palette.key_dark, palette.pale_strong},
		{"its dark shade on its pale tint", palette.key_dark, palette.pale},
	};
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		double contrast = colour_contrast(pairs[i].text, pairs[i].ground);

		if (contrast >= CONTRAST_LEAST)
			continue;
		finding_add(&measurer->loading, RULE_LOW_CONTRAST, &colour->place,
			    "key_colour %s: %s have a contrast of only %.2f:1 — choose a darker colour, 4.5:1 is the least",
			    colour->scalar, pairs[i].what, contrast);
		return;
	}
}

/* ---- fingers -------------------------------------------------------------------------------------------------- */

static double number_of(const struct tree *map, const char *key)
{
	return g_ascii_strtod(tree_text(map, key), NULL);
}

static void check_targets(struct measurer *measurer)
{
	const struct tree *terminal = tree_find(measurer->root, "terminal");
	const struct tree *screen = terminal ? tree_find(terminal, "screen") : NULL;
	const struct tree *diagonal = screen ? tree_find(screen, "diagonal_inch") : NULL;
	double width, height, inches, mm;

	if (!diagonal || diagonal->is_bad)
		return;
	width = number_of(screen, "width_px");
	height = number_of(screen, "height_px");
	inches = number_of(screen, "diagonal_inch");
	if (width <= 0 || height <= 0 || inches <= 0)
		return;
	mm = fmin(width / 1080, height / 1920) * BOX_TARGET_PX * inches * 25.4 / hypot(width, height);
	if (mm < BOX_TARGET_MM)
		finding_add(&measurer->loading, RULE_SMALL_TARGET, &diagonal->place,
			    "the smallest button is %.1f mm on a screen of %.0f × %.0f px and %.1f inches, a finger needs %.0f — "
			    "use a larger screen, or stand it upright", mm, width, height, inches, BOX_TARGET_MM);
}

int measure_init(void)
{
	return fonts_init();
}

static bool open_measurer(struct measurer *measurer)
{
	measurer->glyphs = calloc(SCALARS / 4, 1);
	measurer->fonts = FcConfigGetFonts(NULL, FcSetSystem);
	measurer->pango = fonts_screen_context();
	return measurer->glyphs && measurer->fonts && measurer->pango;
}

void measure_town(const struct loaded *loaded, struct findings *findings)
{
	struct measurer measurer = {.loading = {.memory = loaded->memory, .findings = findings}, .root = loaded->root};
	const struct tree *terminal = loaded->root ? tree_find(loaded->root, "terminal") : NULL;

	if (!loaded->root)
		return;
	measurer.languages = terminal ? tree_find(terminal, "languages") : NULL;
	check_colours(&measurer);
	check_targets(&measurer);
	if (open_measurer(&measurer)) {
		walk(&measurer, loaded->root, 0);
		for (size_t i = 0; i < n_text_rows; i++)
			for (const struct tree *at = measurer.languages ? measurer.languages->first : NULL; at; at = at->next)
				check_row(&measurer, &text_rows[i], at->scalar);
	}
	if (measurer.pango)
		g_object_unref(measurer.pango);
	free(measurer.glyphs);
	findings_sort(findings);
}
