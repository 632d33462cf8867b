#pragma once
/* SPDX-License-Identifier: MIT
 * The house's fonts: a private fontconfig list so that text looks the same on every machine. */
#include <pango/pangocairo.h>
#include "shared/base/cleanup.h"

#define FONT_GOTHIC "BIZ UDPGothic"   /* screens and slips */
#define FONT_GOTHIC_FIXED "BIZ UDGothic"
#define FONT_MINCHO "BIZ UDPMincho"   /* printed forms */
#define FONT_NAMES "IPAmjMincho"      /* names with Moji_Joho variation sequences */

/** fonts_init() - once per process, before any Pango call: the private list becomes fontconfig's current one.
 *  0, or -ENOENT when BIZ UD Gothic is not installed. */
MUST_USE int fonts_init(void);
/** fonts_families() - the families for screens and slips in @language (a language of the configuration; NULL: ja). Static. */
const char *fonts_families(const char *language);
/** fonts_language() - @language as Pango and the fonts know it: やさしい日本語 is Japanese, zh-Hans is zh-cn. */
PangoLanguage *fonts_language(const char *language);
/** fonts_screen_context() - what screens measure and draw with: grey, unhinted, the same on every display. Caller unrefs. */
PangoContext *fonts_screen_context(void);
/** fonts_context() - a Pango context for drawing on @cairo at @dpi (72 for PDF points, 96 for screens). Caller unrefs. */
PangoContext *fonts_context(cairo_t *cairo, double dpi);
