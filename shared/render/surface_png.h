#pragma once
/* SPDX-License-Identifier: MIT
 * Surface to PNG, quickly. A screen or page is flat colour and text: cairo's own writer tries every filter of every row at
 * zlib's sixth level, which takes ten times as long for a file a third smaller (measured: 1080 × 1920 in 110 ms). */
#include <cairo.h>
#include "shared/base/cleanup.h"

/** surface_write_png() - an image surface of CAIRO_FORMAT_RGB24, handed to @write piece by piece. CAIRO_STATUS_SUCCESS,
 *  CAIRO_STATUS_NO_MEMORY, CAIRO_STATUS_INVALID_FORMAT or what @write gave. */
MUST_USE cairo_status_t surface_write_png(cairo_surface_t *surface, cairo_write_func_t write, void *closure);
/** surface_save_png() - the same into the file @path, replacing it. CAIRO_STATUS_WRITE_ERROR: see errno. */
MUST_USE cairo_status_t surface_save_png(cairo_surface_t *surface, const char *path);
