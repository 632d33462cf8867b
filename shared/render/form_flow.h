#pragma once
/* SPDX-License-Identifier: MIT
 * Form flow: bands down the pages. The body goes from the top, the foot (what staff write, footnotes) stands at the
 * bottom of the last page; a table that goes on overleaf repeats its head. */
#include "shared/render/band.h"

struct form_flow {
	const GPtrArray *body, *foot;
	double top_first, top_next, bottom; /* where bands may stand, in points from the top of the page */
};

/** form_flow() - places all bands on @sheet, which has no pages yet. Return: false beyond SHEET_PAGES_MAX. */
bool form_flow(const struct form_flow *flow, struct sheet *sheet);
