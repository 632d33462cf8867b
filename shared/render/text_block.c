/* SPDX-License-Identifier: MIT
 * Text: Pango breaks and shapes; we place its lines ourselves, because readings (ruby) need room above the
 * line and the pitch must not depend on which fallback font a rare kanji came from. */
#include <math.h>
#include <string.h>

#include "shared/jp/ruby.h"
#include "shared/render/fonts.h"
#include "shared/render/text_block.h"
#include "shared/base/banned.h"

#define RUBY_SHARE 0.44      /* of the base's size */
#define RUBY_OVERHANG 0.30   /* of the base's size, in all: how far a long reading may lean over its neighbours */
#define COUNTER_SHARE 0.42

struct reading {
	guint start, end; /* bytes of the base in the plain text */
	char *text;
};

struct line {
	PangoLayoutLine *line;
	int width, baseline; /* pixels */
};

struct text_block {
	PangoLayout *layout;
	char *plain;
	GArray *readings; /* struct reading */
	GArray *lines;    /* struct line */
	struct text_spec spec;
	int width, height;
	bool tears;
};

/* g_utf8_next_char() casts const away */
static const char *next_char(const char *at)
{
	return at + g_utf8_skip[(unsigned char)*at];
}

static void reading_clear(void *data)
{
	struct reading *reading = data;

	explicit_bzero(reading->text, strlen(reading->text));
	g_free(reading->text);
}

static void split_readings(struct text_block *block, const char *text)
{
	GString *plain = g_string_new(NULL);
	struct ruby_run run;

	while (ruby_next(&text, &run)) {
		guint start = (guint)plain->len;

		g_string_append_len(plain, run.base, (gssize)run.base_len);
		if (run.reading) {
			struct reading reading = {start, (guint)plain->len,
						  g_strndup(run.reading, run.reading_len)};
			g_array_append_val(block->readings, reading);
		}
	}
	block->plain = g_string_free(plain, FALSE);
}

static PangoFontDescription *font(const char *language, int px, bool is_bold)
{
	PangoFontDescription *description = pango_font_description_new();

	pango_font_description_set_family_static(description, fonts_families(language));
	pango_font_description_set_absolute_size(description, px * (double)PANGO_SCALE);
	pango_font_description_set_weight(description, is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	return description;
}

static void insert(PangoAttrList *list, PangoAttribute *attribute, guint start, guint end)
{
	attribute->start_index = start;
	attribute->end_index = end;
	pango_attr_list_insert(list, attribute);
}

/* Everything after the leading digits becomes small: 2通, 20〜35分 keeps its digits large. */
static void shrink_counters(const struct text_block *block, PangoAttrList *list)
{
	const char *plain = block->plain;

	for (const char *at = plain; *at;) {
		const char *end = next_char(at);
		bool is_large = g_ascii_isdigit(*at) || g_ascii_isalpha(*at) || strchr("-:", *at) ||
				strncmp(at, "〜", 3) == 0;

		if (!is_large)
			insert(list,
			       pango_attr_size_new_absolute((int)(block->spec.px * COUNTER_SHARE * PANGO_SCALE)),
			       (guint)(at - plain), (guint)(end - plain));
		at = end;
	}
}

static PangoAttrList *attributes(const struct text_block *block)
{
	PangoAttrList *list = pango_attr_list_new();

	for (guint i = 0; i < block->readings->len; i++) {
		const struct reading *reading = &g_array_index(block->readings, struct reading, i);

		insert(list, pango_attr_allow_breaks_new(FALSE), reading->start, reading->end);
	}
	if (block->spec.has_counter)
		shrink_counters(block, list);
	return list;
}

static bool ends_phrase(const char *at)
{
	return *at == ' ' || *at == '\n' || strncmp(at, "　", 3) == 0;
}

static bool closes_phrase(const char *at)
{
	static const char *const signs[] = {"。", "、", "」", "，", "；", "：", "！", "？", "”"};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strncmp(at, signs[i], 3) == 0)
			return true;
	return false;
}

/* Forbids breaks inside every phrase that fits on a line of its own. */
static void keep_phrases(struct text_block *block, PangoAttrList *list, int width)
{
	const char *plain = block->plain, *at = plain;

	while (*at) {
		const char *start, *stop;
		int line_start, line_stop, x_start, x_stop;

		while (*at && ends_phrase(at))
			at = next_char(at);
		start = at;
		while (*at && !ends_phrase(at)) {
			bool is_last = closes_phrase(at);

			at = next_char(at);
			if (is_last && !closes_phrase(at))
				break;
		}
		stop = at;
		if (start == stop)
			break;
		pango_layout_index_to_line_x(block->layout, (int)(start - plain), FALSE, &line_start, &x_start);
		pango_layout_index_to_line_x(block->layout, (int)(stop - plain), FALSE, &line_stop, &x_stop);
		if (line_start == line_stop && abs(x_stop - x_start) <= width * PANGO_SCALE)
			insert(list, pango_attr_allow_breaks_new(FALSE), (guint)(start - plain),
			       (guint)(stop - plain));
		else
			block->tears = true;
	}
}

/* A last line of a letter or two looks lost: narrower lines, as long as they stay as many. */
static void balance(const struct text_block *block, int width)
{
	int n_lines = pango_layout_get_line_count(block->layout);
	PangoRectangle last;

	pango_layout_line_get_extents(pango_layout_get_line_readonly(block->layout, n_lines - 1), NULL, &last);
	if (n_lines < 2 || last.width * 4 > width * PANGO_SCALE)
		return;
	for (int percent = 80; percent < 100; percent += 6) {
		pango_layout_set_width(block->layout, width * percent / 100 * PANGO_SCALE);
		if (pango_layout_get_line_count(block->layout) == n_lines)
			return;
	}
	pango_layout_set_width(block->layout, width * PANGO_SCALE);
}

static void break_lines(struct text_block *block, int width)
{
	PangoAttrList *list = attributes(block);
	int natural;

	pango_layout_set_attributes(block->layout, list);
	pango_layout_get_size(block->layout, &natural, NULL);
	if (width >= 0 && natural > width * PANGO_SCALE) {
		PangoAttrList *kept = pango_attr_list_copy(list);

		keep_phrases(block, kept, width);
		pango_layout_set_attributes(block->layout, kept);
		pango_layout_set_wrap(block->layout, PANGO_WRAP_WORD_CHAR);
		pango_layout_set_width(block->layout, width * PANGO_SCALE);
		balance(block, width);
		pango_attr_list_unref(kept);
	}
	pango_attr_list_unref(list);
}

static bool line_has_reading(const struct text_block *block, const PangoLayoutLine *line)
{
	for (guint i = 0; i < block->readings->len; i++) {
		guint start = g_array_index(block->readings, struct reading, i).start;

		if (start >= (guint)line->start_index && start < (guint)(line->start_index + line->length))
			return true;
	}
	return false;
}

static void place_lines(struct text_block *block, PangoContext *pango)
{
	PangoFontDescription *description = font(block->spec.language, block->spec.px, block->spec.is_bold);
	PangoFontMetrics *metrics = pango_context_get_metrics(pango, description, NULL);
	double ascent = pango_font_metrics_get_ascent(metrics) / (double)PANGO_SCALE;
	double descent = pango_font_metrics_get_descent(metrics) / (double)PANGO_SCALE;
	int pitch = (int)lround(block->spec.px * block->spec.line_height);
	int n_lines = pango_layout_get_line_count(block->layout);

	/* fallback fonts speak for themselves; the pitch is that of BIZ UD: 0.88 up, 0.12 down */
	if (ascent + descent > block->spec.px * 1.15)
		ascent = block->spec.px * 0.88, descent = block->spec.px * 0.12;
	for (int i = 0; i < n_lines; i++) {
		struct line line = {.line = pango_layout_get_line_readonly(block->layout, i)};
		PangoRectangle logical;

		pango_layout_line_get_extents(line.line, NULL, &logical);
		line.width = (logical.width + PANGO_SCALE - 1) / PANGO_SCALE;
		if (line_has_reading(block, line.line))
			block->height += (int)lround(block->spec.px * (RUBY_SHARE - 0.02));
		line.baseline = block->height + (int)lround((pitch - ascent - descent) / 2 + ascent);
		block->height += pitch;
		block->width = MAX(block->width, line.width);
		g_array_append_val(block->lines, line);
	}
	pango_font_metrics_unref(metrics);
	pango_font_description_free(description);
}

struct text_block *text_block_new(PangoContext *pango, const struct text_spec *spec, int width)
{
	struct text_block *block = g_new0(struct text_block, 1);
	PangoFontDescription *description = font(spec->language, spec->px, spec->is_bold);

	block->spec = *spec;
	block->spec.text = NULL;
	block->readings = g_array_new(FALSE, FALSE, sizeof(struct reading));
	g_array_set_clear_func(block->readings, reading_clear);
	block->lines = g_array_new(FALSE, FALSE, sizeof(struct line));
	split_readings(block, spec->text);
	pango_context_set_language(pango, fonts_language(spec->language));
	block->layout = pango_layout_new(pango);
	pango_layout_set_font_description(block->layout, description);
	pango_font_description_free(description);
	pango_layout_set_text(block->layout, block->plain, -1);
	break_lines(block, width);
	place_lines(block, pango);
	return block;
}

struct text_block *text_block_free(struct text_block *block)
{
	if (!block)
		return NULL;
	pango_layout_set_text(block->layout, "", -1);
	g_object_unref(block->layout);
	explicit_bzero(block->plain, strlen(block->plain));
	g_free(block->plain);
	g_array_unref(block->readings);
	g_array_unref(block->lines);
	g_free(block);
	return NULL;
}

int text_block_width(const struct text_block *block)
{
	return block->width;
}

int text_block_height(const struct text_block *block)
{
	return block->height;
}

int text_block_lines(const struct text_block *block)
{
	return (int)block->lines->len;
}

bool text_block_tears(const struct text_block *block)
{
	return block->tears;
}

/* Spreads a short reading over its base, lets a long one lean over a little, and squeezes what is longer. */
static void paint_reading(const struct text_block *block, cairo_t *cr, const struct reading *reading, double x,
			  double room, double baseline)
{
	int px = MAX(10, (int)lround(block->spec.px * RUBY_SHARE));
	PangoLayout *layout = pango_layout_new(pango_layout_get_context(block->layout));
	PangoFontDescription *description = font(block->spec.language, px, false);
	double most = room + block->spec.px * RUBY_OVERHANG, width, spread = 0;
	long n_letters = g_utf8_strlen(reading->text, -1);
	PangoRectangle logical;

	pango_layout_set_font_description(layout, description);
	pango_layout_set_text(layout, reading->text, -1);
	pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, 0), NULL, &logical);
	width = logical.width / (double)PANGO_SCALE;
	if (width < room && n_letters > 0)
		spread = fmin((room - width) / (double)n_letters, px * 0.7);
	if (spread > 0.5) {
		PangoAttrList *list = pango_attr_list_new();

		pango_attr_list_insert(list, pango_attr_letter_spacing_new((int)(spread * PANGO_SCALE)));
		pango_layout_set_attributes(layout, list);
		pango_attr_list_unref(list);
		width += spread * (double)n_letters;
	}
	cairo_save(cr);
	cairo_translate(cr, round(x + (room - fmin(width, most)) / 2), round(baseline - block->spec.px * 0.92));
	if (width > most)
		cairo_scale(cr, most / width, 1);
	cairo_move_to(cr, 0, 0);
	pango_cairo_show_layout_line(cr, pango_layout_get_line_readonly(layout, 0));
	cairo_restore(cr);
	pango_layout_set_text(layout, "", -1);
	pango_font_description_free(description);
	g_object_unref(layout);
}

static void paint_readings_of(const struct text_block *block, cairo_t *cr, const struct line *line, double x,
			      double baseline)
{
	for (guint i = 0; i < block->readings->len; i++) {
		const struct reading *reading = &g_array_index(block->readings, struct reading, i);
		int from, to;

		if (reading->start < (guint)line->line->start_index ||
		    reading->start >= (guint)(line->line->start_index + line->line->length))
			continue;
		pango_layout_line_index_to_x(line->line, (int)reading->start, FALSE, &from);
		pango_layout_line_index_to_x(line->line, (int)reading->end, FALSE, &to);
		paint_reading(block, cr, reading, x + from / (double)PANGO_SCALE,
			      (to - from) / (double)PANGO_SCALE, baseline);
	}
}

void text_block_paint(const struct text_block *block, cairo_t *cr, int x, int y, int width, struct colour ink)
{
	cairo_set_source_rgb(cr, ink.red, ink.green, ink.blue);
	for (guint i = 0; i < block->lines->len; i++) {
		const struct line *line = &g_array_index(block->lines, struct line, i);
		int room = width - line->width, at = x;

		if (block->spec.align == TEXT_CENTER)
			at += room / 2;
		else if (block->spec.align == TEXT_END)
			at += room;
		cairo_move_to(cr, at, y + line->baseline);
		pango_cairo_show_layout_line(cr, line->line);
		paint_readings_of(block, cr, line, at, y + line->baseline);
	}
}
