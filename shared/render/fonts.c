/* SPDX-License-Identifier: MIT
 * The list is a fontconfig document in this file, not in the user's home: named folders of the Debian packages,
 * named files of the large Noto set, and the order of fallback. The system's font cache is read, so that start
 * costs no scan of the fonts. Languages other than Japanese that share characters with it (Chinese, Korean)
 * get their own shapes when the text's language says so. */
#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangofc-fontmap.h>
#include <stdbool.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/render/fonts.h"
#include "shared/base/banned.h"

#define NOTO "/usr/share/fonts/truetype/noto/"
#define ACCEPT(name) "<glob>" NOTO name "</glob>"
#define PREFER(lang, family)                                                                                 \
	"<match target=\"pattern\"><test name=\"lang\" compare=\"contains\"><string>" lang "</string></test>"  \
	"<edit name=\"family\" mode=\"prepend\" binding=\"strong\"><string>" family "</string></edit></match>"
#define AFTER(family) "<string>" family "</string>"

static const char font_list[] =
	"<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig>"
	"<dir>/usr/share/fonts/truetype/bizud-gothic</dir><dir>/usr/share/fonts/truetype/bizud-mincho</dir>"
	"<dir>/usr/share/fonts/truetype/ipamj</dir><dir>/usr/share/fonts/opentype/noto</dir>"
	"<dir>/usr/share/fonts/truetype/noto</dir>"
	"<cachedir>/var/cache/fontconfig</cachedir><cachedir prefix=\"xdg\">fontconfig</cachedir>"
	"<selectfont><rejectfont><glob>" NOTO "*</glob></rejectfont><acceptfont>"
	ACCEPT("NotoSans-Regular.ttf") ACCEPT("NotoSans-Bold.ttf") ACCEPT("NotoSerif-Regular.ttf")
	ACCEPT("NotoSansSymbols2-Regular.ttf") ACCEPT("NotoSansThai-Regular.ttf") ACCEPT("NotoSansThai-Bold.ttf")
	ACCEPT("NotoSansDevanagari-Regular.ttf") ACCEPT("NotoSansDevanagari-Bold.ttf")
	ACCEPT("NotoSansMyanmar-Regular.ttf") ACCEPT("NotoSansMyanmar-Bold.ttf")
	ACCEPT("NotoSansKhmer-Regular.ttf") ACCEPT("NotoSansKhmer-Bold.ttf")
	"</acceptfont></selectfont>"
	PREFER("zh", "Noto Sans CJK SC") PREFER("ko", "Noto Sans CJK KR") PREFER("vi", "Noto Sans")
	"<match target=\"pattern\"><edit name=\"family\" mode=\"append_last\">"
	AFTER(FONT_GOTHIC) AFTER(FONT_NAMES) AFTER("Noto Sans CJK JP") AFTER("Noto Sans") AFTER("Noto Sans Symbols2")
	"</edit></match></fontconfig>";

static bool has_family(FcConfig *config, const char *family)
{
	FcPattern *pattern = FcPatternBuild(NULL, FC_FAMILY, FcTypeString, family, (char *)NULL);
	FcObjectSet *objects = FcObjectSetBuild(FC_FILE, (char *)NULL);
	FcFontSet *found = pattern && objects ? FcFontList(config, pattern, objects) : NULL;
	bool is_there = found && found->nfont > 0;

	if (found)
		FcFontSetDestroy(found);
	if (objects)
		FcObjectSetDestroy(objects);
	if (pattern)
		FcPatternDestroy(pattern);
	return is_there;
}

int fonts_init(void)
{
	FcConfig *config = FcConfigCreate();
	int r = 0;

	if (!config)
		return fault_raise(-ENOMEM);
	if (!FcConfigParseAndLoadFromMemory(config, (const FcChar8 *)font_list, FcFalse) || !FcConfigBuildFonts(config) ||
	    !has_family(config, FONT_GOTHIC))
		r = fault_raise(-ENOENT);
	else if (!FcConfigSetCurrent(config))
		r = fault_raise(-ENOMEM);
	else
		pango_fc_font_map_set_config(PANGO_FC_FONT_MAP(pango_cairo_font_map_get_default()), config);
	FcConfigDestroy(config); /* drops our reference only */
	return r;
}

#define LATIN "Noto Sans, " FONT_GOTHIC ", Noto Sans CJK JP"

/* Chinese and Korean have their own shapes of the same characters. Latin letters of a Japanese font have hardly any
 * descenders, and Vietnamese wants its marks from the font of its letters.
 * Whatever else stands in such a text (a town's name in kanji) comes from the fonts behind. */
static const struct {
	const char *language, *known_as, *families;
} tongues[] = {
	{"ja", "ja", FONT_GOTHIC ", Noto Sans CJK JP, Noto Sans"},
	{"kana", "ja", FONT_GOTHIC ", Noto Sans CJK JP, Noto Sans"},
	{"ja-easy", "ja", FONT_GOTHIC ", Noto Sans CJK JP, Noto Sans"},
	{"zh-Hans", "zh-cn", "Noto Sans CJK SC, Noto Sans"},
	{"ko", "ko", "Noto Sans CJK KR, Noto Sans"},
	{"en", "en", LATIN}, {"vi", "vi", LATIN}, {"pt", "pt", LATIN}, {"fil", "fil", LATIN},
};

const char *fonts_families(const char *language)
{
	for (size_t i = 0; language && i < sizeof(tongues) / sizeof(tongues[0]); i++)
		if (strcmp(tongues[i].language, language) == 0)
			return tongues[i].families;
	return tongues[0].families;
}

PangoLanguage *fonts_language(const char *language)
{
	for (size_t i = 0; language && i < sizeof(tongues) / sizeof(tongues[0]); i++)
		if (strcmp(tongues[i].language, language) == 0)
			return pango_language_from_string(tongues[i].known_as);
	return pango_language_from_string(language ? language : "ja");
}

PangoContext *fonts_screen_context(void)
{
	PangoContext *pango = pango_font_map_create_context(pango_cairo_font_map_get_default());
	cairo_font_options_t *options = cairo_font_options_create();

	/* the same letters on every display: no subpixel colours, no hinting that bends strokes */
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	pango_cairo_context_set_font_options(pango, options);
	pango_cairo_context_set_resolution(pango, 96);
	cairo_font_options_destroy(options);
	return pango;
}

PangoContext *fonts_context(cairo_t *cairo, double dpi)
{
	PangoContext *context = pango_cairo_create_context(cairo);
	cairo_font_options_t *options = cairo_font_options_create();

	/* the same widths at every size and on every surface */
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(context, options);
	cairo_font_options_destroy(options);
	pango_cairo_context_set_resolution(context, dpi);
	pango_context_set_round_glyph_positions(context, FALSE);
	pango_context_set_language(context, pango_language_from_string("ja"));
	return context;
}
