#pragma once
/* SPDX-License-Identifier: MIT
 * Driver: the table behind platform.h; one file per kind. Inner to platform/. */
#include "terminal/platform/platform.h"

struct platform_driver {
	const char *name;
	MUST_USE int (*open)(struct platform *platform, const struct platform_options *options, void **ret_state);
	void (*close)(void *state);
	cairo_surface_t *(*surface)(void *state);
	void (*present)(void *state, const struct ui_rect *rects, int n_rects);
};

extern const struct platform_driver platform_headless, platform_sdl;

/* what a driver tells */
void platform_touched(struct platform *platform, enum platform_touch touch, int x, int y);
void platform_keyed(struct platform *platform, enum ui_key key);
void platform_typed(struct platform *platform, const char *utf8);
void platform_was_resized(struct platform *platform, int width, int height);
void platform_was_closed(struct platform *platform);
