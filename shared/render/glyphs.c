/* SPDX-License-Identifier: MIT
 * Pango falls back in silence: an unknown variation sequence is drawn as its base character, which is another
 * person's name. So the font is asked first, cluster by cluster, and Pango's own fallback is off. */
#include <glib.h>
#include <hb.h>
#include <string.h>

#include "shared/base/utf8.h"
#include "shared/render/fonts.h"
#include "shared/render/glyphs.h"
#include "shared/base/banned.h"

#define CHAIN_MAX 7
#define FONT_BOXES "Noto Sans Symbols2"
#define GETA "〓" /* U+3013: what Japanese print sets for a missing sort */

static const char *const chains[][CHAIN_MAX] = {
	[FACE_GOTHIC] = {FONT_GOTHIC, FONT_NAMES, "Noto Sans CJK JP", "Noto Sans", FONT_BOXES, "Noto Sans Thai",
			 "Noto Sans Devanagari"},
	[FACE_MINCHO] = {"BIZ UDPMincho", FONT_NAMES, "Noto Serif CJK JP", "Noto Serif", "Noto Sans CJK JP",
			 FONT_BOXES, "Noto Sans Thai"},
};

/* The fonts of both chains; lives as long as the font map. NULL where a package is not installed. */
struct faces {
	PangoFont *fonts[2][CHAIN_MAX];
};

static void faces_free(gpointer data)
{
	struct faces *faces = data;

	for (size_t i = 0; i < 2 * CHAIN_MAX; i++)
		if (faces->fonts[i / CHAIN_MAX][i % CHAIN_MAX])
			g_object_unref(faces->fonts[i / CHAIN_MAX][i % CHAIN_MAX]);
	g_free(faces);
}

static PangoFont *load(PangoContext *context, const char *family)
{
	PangoFontDescription *wanted = pango_font_description_new();
	PangoFontDescription *got;
	PangoFont *font;

	pango_font_description_set_family_static(wanted, family);
	pango_font_description_set_absolute_size(wanted, 10 * PANGO_SCALE);
	font = pango_font_map_load_font(pango_context_get_font_map(context), context, wanted);
	pango_font_description_free(wanted);
	if (!font)
		return NULL;
	got = pango_font_describe(font);
	if (g_strcmp0(pango_font_description_get_family(got), family) != 0)
		g_clear_object(&font); /* fontconfig gave its next best */
	pango_font_description_free(got);
	return font;
}

static struct faces *faces_of(PangoContext *context)
{
	PangoFontMap *map = pango_context_get_font_map(context);
	struct faces *faces = g_object_get_data(G_OBJECT(map), "madoguchi-faces");

	if (faces)
		return faces;
	faces = g_new0(struct faces, 1);
	for (size_t i = 0; i < 2 * CHAIN_MAX; i++)
		faces->fonts[i / CHAIN_MAX][i % CHAIN_MAX] = load(context, chains[i / CHAIN_MAX][i % CHAIN_MAX]);
	g_object_set_data_full(G_OBJECT(map), "madoguchi-faces", faces, faces_free);
	return faces;
}

/* One character as the reader sees it. */
struct cluster {
	const char *text;
	size_t len;
	uint32_t base, selector;
	uint32_t marks[4];
	size_t n_marks;
};

static bool is_selector(uint32_t c)
{
	return (c >= 0xfe00 && c <= 0xfe0d) || (c >= 0xe0100 && c <= 0xe01ef);
}

static bool is_mark(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36f) || c == 0x3099 || c == 0x309a;
}

/* joiners and the choice between picture and text style are no shapes of their own */
static bool is_silent(uint32_t c)
{
	return c == 0x200b || c == 0x200c || c == 0x200d || c == 0x2060 || c == 0xfe0e || c == 0xfe0f;
}

static bool cluster_next(const char **text, struct cluster *ret_cluster)
{
	const char *at = *text;
	struct cluster cluster = {.text = at, .base = utf8_next(&at)};

	if (!cluster.base)
		return false;
	for (const char *ahead = at;; at = ahead) {
		uint32_t c = utf8_next(&ahead);

		if (is_selector(c) && !cluster.selector && !cluster.n_marks)
			cluster.selector = c;
		else if (is_mark(c) && cluster.n_marks < 4)
			cluster.marks[cluster.n_marks++] = c;
		else if (!is_silent(c))
			break;
	}
	cluster.len = (size_t)(at - cluster.text);
	*text = at;
	*ret_cluster = cluster;
	return true;
}

static bool holds(PangoFont *font, const struct cluster *cluster)
{
	hb_font_t *hb = font ? pango_font_get_hb_font(font) : NULL;
	hb_codepoint_t glyph, base = cluster->base, composed;

	if (!hb)
		return false;
	if (is_silent(base))
		return true;
	if (cluster->selector)
		return hb_font_get_variation_glyph(hb, base, cluster->selector, &glyph);
	for (size_t i = 0; i < cluster->n_marks; i++) {
		if (hb_unicode_compose(hb_unicode_funcs_get_default(), base, cluster->marks[i], &composed) &&
		    hb_font_get_nominal_glyph(hb, composed, &glyph))
			base = composed;
		else if (!hb_font_get_nominal_glyph(hb, cluster->marks[i], &glyph))
			return false;
	}
	return hb_font_get_nominal_glyph(hb, base, &glyph);
}

/* Index in the chain, or CHAIN_MAX when no font holds it. */
static size_t choose(const struct faces *faces, enum face face, const struct cluster *cluster)
{
	size_t i = 0;

	while (i < CHAIN_MAX && !holds(faces->fonts[face][i], cluster))
		i++;
	return i;
}

static void note_missing(struct missing *missing, const struct cluster *cluster, const char *where)
{
	if (!missing)
		return;
	for (size_t i = 0; i < missing->n_items; i++)
		if (missing->items[i].scalar == cluster->base && missing->items[i].selector == cluster->selector &&
		    missing->items[i].where == where)
			return;
	if (missing->n_items == MISSING_MAX)
		missing->has_more = true;
	else
		missing->items[missing->n_items++] = (struct missing_character){cluster->base, cluster->selector, where};
}

static void mark_part(PangoAttrList *list, PangoAttribute *attribute, size_t from, size_t to)
{
	attribute->start_index = (guint)from;
	attribute->end_index = (guint)to;
	pango_attr_list_insert(list, attribute);
}

/* Boxes to tick hang too high and small beside kanji. */
static void mark_run(PangoAttrList *list, const char *family, double size, size_t from, size_t to)
{
	mark_part(list, pango_attr_family_new(family), from, to);
	if (strcmp(family, FONT_BOXES) != 0)
		return;
	mark_part(list, pango_attr_scale_new(1.15), from, to);
	mark_part(list, pango_attr_rise_new((int)(-0.42 * size * PANGO_SCALE)), from, to);
}

/* @text with 〓 for what is missing, and the font of every run in @list. */
static GString *compose(const struct faces *faces, const char *text, const struct text_style *style, PangoAttrList *list,
			struct missing *missing, const char *where)
{
	GString *shown = g_string_sized_new(strlen(text) + 8);
	struct cluster cluster;
	enum face face = style->face;
	size_t run_font = 0, run_start = 0;

	while (cluster_next(&text, &cluster)) {
		size_t font = choose(faces, face, &cluster);
		bool is_missing = font == CHAIN_MAX;

		if (is_missing) {
			note_missing(missing, &cluster, where);
			font = 0;
		}
		if (font != run_font && shown->len > run_start) {
			if (run_font)
				mark_run(list, chains[face][run_font], style->size, run_start, shown->len);
			run_start = shown->len;
		}
		run_font = font;
		g_string_append_len(shown, is_missing ? GETA : cluster.text,
				    is_missing ? (gssize)strlen(GETA) : (gssize)cluster.len);
	}
	if (run_font)
		mark_run(list, chains[face][run_font], style->size, run_start, shown->len);
	return shown;
}

PangoLayout *glyphs_layout(PangoContext *context, const char *text, const struct text_style *style,
			   struct missing *missing, const char *where)
{
	PangoLayout *layout = pango_layout_new(context);
	PangoAttrList *list = pango_attr_list_new();
	PangoFontDescription *font = pango_font_description_new();
	GString *shown;

	pango_attr_list_insert(list, pango_attr_fallback_new(FALSE));
	shown = compose(faces_of(context), text, style, list, missing, where);
	pango_font_description_set_family_static(font, chains[style->face][0]);
	pango_font_description_set_weight(font, style->is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
	pango_layout_set_font_description(layout, font);
	pango_layout_set_attributes(layout, list);
	pango_layout_set_alignment(layout, style->align);
	pango_layout_set_spacing(layout, (int)(style->size * (style->gap > 0 ? style->gap : 0.2) * PANGO_SCALE));
	if (style->width > 0) {
		pango_layout_set_width(layout, (int)(style->width * PANGO_SCALE));
		pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
	}
	pango_layout_set_text(layout, shown->str, (int)shown->len);
	explicit_bzero(shown->str, shown->allocated_len);
	g_string_free(shown, TRUE);
	pango_font_description_free(font);
	pango_attr_list_unref(list);
	return layout;
}

void glyphs_size(PangoLayout *layout, double *ret_width, double *ret_height)
{
	PangoRectangle logical;

	pango_layout_get_extents(layout, NULL, &logical);
	*ret_width = (double)logical.width / PANGO_SCALE;
	*ret_height = (double)logical.height / PANGO_SCALE;
}

bool glyphs_find_missing(PangoContext *context, const char *text, struct missing_character *ret_missing)
{
	const struct faces *faces = faces_of(context);
	struct cluster cluster;

	while (cluster_next(&text, &cluster))
		if (choose(faces, FACE_MINCHO, &cluster) == CHAIN_MAX) {
			*ret_missing = (struct missing_character){cluster.base, cluster.selector, NULL};
			return true;
		}
	return false;
}
