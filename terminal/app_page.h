#pragma once
/* SPDX-License-Identifier: MIT
 * Pages as pictures: a drawn form from a descriptor, and the sample form for --draw. */
#include <cairo.h>
#include "shared/config/config.h"

/** app_page_load() - the PNG in @fd from its start. NULL when it is none. */
cairo_surface_t *app_page_load(int fd);
/** app_page_sample() - the first form, filled for 見本 花子. NULL when it cannot be drawn. */
cairo_surface_t *app_page_sample(const struct config *config);
