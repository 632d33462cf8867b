#pragma once
/* SPDX-License-Identifier: MIT
 * Platform: where pixels go and fingers come from. One window, one finger, one keyboard; SDL2 on the counter, an
 * image in memory for --draw and tests. Its events arrive from the GLib default main context (main_loop.h), and an
 * idle window takes no processor time. Thread: the loop's. */
#include <cairo.h>
#include "terminal/ui/ui.h"

struct platform;

enum platform_kind { PLATFORM_SDL, PLATFORM_HEADLESS, N_PLATFORM_KINDS };

struct platform_options {
	enum platform_kind kind;
	int width, height;      /* of the window; with is_fullscreen the display decides */
	bool is_fullscreen;
	const char *title;      /* of the window, for the window manager; never a visit's text */
};

enum platform_touch { PLATFORM_TOUCH_DOWN, PLATFORM_TOUCH_MOVE, PLATFORM_TOUCH_UP, PLATFORM_TOUCH_CANCEL };

/** Any of them may be NULL. @data is the owner's. */
struct platform_handlers {
	/** First finger or left mouse button, in window pixels. */
	void (*touch)(void *data, enum platform_touch touch, int x, int y, int64_t now_mono_ms);
	/** Tab and arrows, Enter and Space, Backspace. */
	void (*key)(void *data, enum ui_key key);
	/** Typed text, digits included, as UTF-8. */
	void (*text)(void *data, const char *utf8);
	/** The surface is a new one of this size and empty. */
	void (*resized)(void *data, int width, int height);
	/** The window was closed from outside. */
	void (*closed)(void *data);
};

/** platform_new() - opens the window. 0, -ENODEV when there is no display, another negative errno. */
MUST_USE int platform_new(const struct platform_options *options, const struct platform_handlers *handlers,
			  void *data, struct platform **ret_platform);
struct platform *platform_free(struct platform *platform);
DEFINE_CLEANUP(struct platform *, platform_free)

/** platform_surface() - 32-bit image of the window's size to paint on; borrowed until the next resized(). */
cairo_surface_t *platform_surface(struct platform *platform);
/** platform_present() - shows what was painted within @rects. */
void platform_present(struct platform *platform, const struct ui_rect *rects, int n_rects);
/** platform_connect() - the usual wiring: touch, keys, text and size go to @ui, its damage is painted and presented
 *  whenever the loop is about to sleep. NULL takes the wires off. */
void platform_connect(struct platform *platform, struct ui *ui);
