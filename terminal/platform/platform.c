/* SPDX-License-Identifier: MIT
 * Platform: chooses the driver and carries its events either to the owner's handlers or straight into a connected
 * ui, whose damage is painted when the loop has nothing else to do: many changes, one paint. */
#include <errno.h>
#include <glib.h>

#include "shared/base/clock.h"
#include "shared/base/fault.h"
#include "terminal/platform/driver.h"
#include "shared/base/banned.h"

#define RECTS_MAX 16

struct platform {
	const struct platform_driver *driver;
	void *state;
	struct platform_handlers handlers;
	void *data;
	struct ui *ui;
	GSource *painter;
};

static const struct platform_driver *const drivers[N_PLATFORM_KINDS] = {
	[PLATFORM_SDL] = &platform_sdl,
	[PLATFORM_HEADLESS] = &platform_headless,
};

int platform_new(const struct platform_options *options, const struct platform_handlers *handlers, void *data,
		 struct platform **ret_platform)
{
	struct platform *platform;
	int r;

	if (options->kind >= N_PLATFORM_KINDS || options->width <= 0 || options->height <= 0)
		return fault_raise(-EINVAL);
	platform = calloc(1, sizeof(*platform));
	if (!platform)
		return fault_raise(-ENOMEM);
	platform->driver = drivers[options->kind];
	if (handlers)
		platform->handlers = *handlers;
	platform->data = data;
	r = platform->driver->open(platform, options, &platform->state);
	if (r < 0) {
		free(platform);
		return fault_pass(r);
	}
	*ret_platform = platform;
	return 0;
}

struct platform *platform_free(struct platform *platform)
{
	if (!platform)
		return NULL;
	platform_connect(platform, NULL);
	platform->driver->close(platform->state);
	free(platform);
	return NULL;
}

cairo_surface_t *platform_surface(struct platform *platform)
{
	return platform->driver->surface(platform->state);
}

void platform_present(struct platform *platform, const struct ui_rect *rects, int n_rects)
{
	if (n_rects > 0)
		platform->driver->present(platform->state, rects, n_rects);
}

/* ---- a connected ui ---- */

struct painter {
	GSource source;
	struct platform *platform;
};

static gboolean painter_prepare(GSource *source, int *ret_timeout_ms)
{
	*ret_timeout_ms = -1;
	return ui_has_damage(((struct painter *)source)->platform->ui);
}

static gboolean painter_dispatch(GSource *source, GSourceFunc fn, gpointer data)
{
	struct platform *platform = ((struct painter *)source)->platform;
	struct ui_rect rects[RECTS_MAX];
	int n = ui_paint(platform->ui, platform_surface(platform), rects, RECTS_MAX);

	platform_present(platform, rects, n);
	return G_SOURCE_CONTINUE;
}

static gboolean painter_check(GSource *source)
{
	return ui_has_damage(((struct painter *)source)->platform->ui);
}

void platform_connect(struct platform *platform, struct ui *ui)
{
	static const GSourceFuncs painter_funcs = {
		.prepare = painter_prepare, .check = painter_check, .dispatch = painter_dispatch};

	if (platform->painter) {
		g_source_destroy(platform->painter);
		g_source_unref(platform->painter);
		platform->painter = NULL;
	}
	platform->ui = ui;
	if (!ui)
		return;
	platform->painter = g_source_new((GSourceFuncs *)(uintptr_t)&painter_funcs, sizeof(struct painter));
	((struct painter *)platform->painter)->platform = platform;
	g_source_set_priority(platform->painter, G_PRIORITY_DEFAULT_IDLE);
	g_source_attach(platform->painter, NULL);
}

/* ---- from the driver ---- */

void platform_touched(struct platform *platform, enum platform_touch touch, int x, int y)
{
	int64_t now = clock_mono_ms();

	if (platform->handlers.touch)
		platform->handlers.touch(platform->data, touch, x, y, now);
	if (!platform->ui)
		return;
	switch (touch) {
	case PLATFORM_TOUCH_DOWN:
		ui_touch_down(platform->ui, x, y, now);
		break;
	case PLATFORM_TOUCH_MOVE:
		ui_touch_move(platform->ui, x, y);
		break;
	case PLATFORM_TOUCH_UP:
		ui_touch_up(platform->ui, x, y, now);
		break;
	case PLATFORM_TOUCH_CANCEL:
		ui_touch_cancel(platform->ui);
		break;
	}
}

void platform_keyed(struct platform *platform, enum ui_key key)
{
	if (platform->handlers.key)
		platform->handlers.key(platform->data, key);
	if (platform->ui)
		ui_key(platform->ui, key, 0);
}

void platform_typed(struct platform *platform, const char *utf8)
{
	if (platform->handlers.text)
		platform->handlers.text(platform->data, utf8);
	if (platform->ui)
		ui_type(platform->ui, utf8);
}

void platform_was_resized(struct platform *platform, int width, int height)
{
	if (platform->handlers.resized)
		platform->handlers.resized(platform->data, width, height);
	if (!platform->ui)
		return;
	ui_resize(platform->ui, width, height);
	ui_damage_all(platform->ui);
}

void platform_was_closed(struct platform *platform)
{
	if (platform->handlers.closed)
		platform->handlers.closed(platform->data);
}
