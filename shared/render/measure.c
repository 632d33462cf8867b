/* SPDX-License-Identifier: MIT
 * One walk over the merged tree, so that every finding has the place where the text was written: file, line and column of
 * the layer or of its translation. */
#include <fontconfig/fontconfig.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "shared/base/utf8.h"
#include "shared/config/measure.h"
#include "shared/jp/ruby.h"
#include "shared/render/boxes.h"
#include "shared/render/colour.h"
#include "shared/render/fit.h"
#include "shared/render/fonts.h"
#include "shared/render/measure_form.h"
#include "shared/base/banned.h"

#define PATH_BYTES 512
#define TEXT_BYTES 4096
#define SCALARS 0x110000
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

	if (fit_surely(box, text))
		return;
	fit = fit_text(measurer->pango, box, text, entry->key, fit_usual_percent(box));
	if (fit.fits)
		return;
	if (fit_text(measurer->pango, box, text, entry->key, fit_least_percent(box)).fits)
		finding_add(&measurer->loading, RULE_TEXT_CROWDED, &entry->place,
			    "\"%s\" (%s) only fits in small letters as %s — shorten it", excerpt(entry->scalar, shown),
			    entry->key, box->what);
	else if (fit.tears)
		finding_add(&measurer->loading, RULE_TEXT_OVERFLOW, &entry->place,
			    "a word of \"%s\" (%s) is wider than %s, %d px of type %d — use a shorter word",
			    excerpt(entry->scalar, shown), entry->key, box->what, box->width, box->px);
	else
		finding_add(&measurer->loading, RULE_TEXT_OVERFLOW, &entry->place,
			    "\"%s\" (%s) needs %d line%s%s as %s, where %d fit%s — shorten it",
			    excerpt(entry->scalar, shown), entry->key, fit.lines, fit.lines == 1 ? "" : "s",
			    strchr(entry->scalar, '{') ? " with readings" : "", box->what, box->lines,
			    box->lines == 1 ? "s" : "");
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

		if (!entry && text)
			entry = tree_find(text, "ja");
		if (!entry || entry->kind != TREE_SCALAR || entry->is_bad)
			return;
		total += fit_width(measurer->pango, &box, entry->scalar, language);
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
	if (findings->n_errors == 0)
		measure_forms(&measurer.loading, loaded->root, false);
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
