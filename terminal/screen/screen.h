#pragma once
/* SPDX-License-Identifier: MIT
 * Screen: from the state of a visit to the tree that is painted, touched, spoken and published. One file a screen (or
 * a few that are one thought); words come from the configuration, in the visit's language. Pure. Thread: any. */
#include <cairo.h>
#include "terminal/flow/flow.h"
#include "terminal/ui/tree.h"

struct screen_view {
	const struct flow *flow;
	cairo_surface_t *preview; /* the page under review, borrowed; NULL until it is drawn */
};

/** screen_tree() - the present screen or what lies over it. NULL: no memory. Caller frees. */
struct ui_tree *screen_tree(const struct screen_view *view);

/** One screen with a sample visit, for --draw and the layout test. */
struct screen_sample {
	const char *name; /* file name without suffix: "pin-wrong" */
	struct flow flow;
	cairo_surface_t *preview;
};
#define SCREEN_SAMPLES_MAX 128
/** screen_samples() - every screen worth looking at, with 見本 花子. @ret_samples holds SCREEN_SAMPLES_MAX.
 *  Return: how many; release them with screen_samples_release(). */
size_t screen_samples(const struct config *config, const struct config_office *office, int language, int text_percent,
		      struct screen_sample *ret_samples);
void screen_samples_release(struct screen_sample *samples, size_t n_samples);
