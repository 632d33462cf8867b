#pragma once
/* SPDX-License-Identifier: MIT
 * Specimen: the face of a virtual card, drawn in a design of our own in the spirit of the real one and marked 見本, so
 * that staff can practise where to look. */
#include <cairo.h>
#include "cardreader/virtual/persona.h"

enum specimen_use {
	SPECIMEN_FOR_STAFF, /* in colour, what opens the card marked and explained */
	SPECIMEN_FOR_CHIP,  /* lines and letters only: the image inside a residence card */
};

/** specimen_draw() - 85.6 × 54.0 mm at @dpi. The caller destroys the surface. 0 or a negative errno. */
MUST_USE int specimen_draw(const struct persona *persona, double dpi, enum specimen_use use, cairo_surface_t **ret_surface);
