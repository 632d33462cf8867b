/* SPDX-License-Identifier: MIT
 * Headless: the window is an image in memory. Same pixels as a display, no display needed: --draw, goldens, tests. */
#include <errno.h>

#include "shared/base/fault.h"
#include "terminal/platform/driver.h"
#include "shared/base/banned.h"

static int headless_open(struct platform *platform, const struct platform_options *options, void **ret_state)
{
	cairo_surface_t *surface =
		cairo_image_surface_create(CAIRO_FORMAT_RGB24, options->width, options->height);

	if (cairo_surface_status(surface) != CAIRO_STATUS_SUCCESS) {
		cairo_surface_destroy(surface);
		return fault_raise(-ENOMEM);
	}
	*ret_state = surface;
	return 0;
}

static void headless_close(void *state)
{
	cairo_surface_destroy(state);
}

static cairo_surface_t *headless_surface(void *state)
{
	return state;
}

static void headless_present(void *state, const struct ui_rect *rects, int n_rects)
{
	cairo_surface_flush(state);
}

const struct platform_driver platform_headless = {
	.name = "headless",
	.open = headless_open,
	.close = headless_close,
	.surface = headless_surface,
	.present = headless_present,
};
