/* SPDX-License-Identifier: MIT
 * First which band stands on which page, with the lines drawn in as far as it takes to save a page; then the spare room
 * of a single page is shared among the lines that like to be written in. */
#include "shared/render/form_flow.h"
#include "shared/base/banned.h"

#define STRETCH_MAX 10.0
#define FOOT_GAP 10.0
#define SOFT_ROOM 170.0 /* so much of a page is not left empty */
#define SQUEEZE_MAX 0.3 /* share of a line's height that may go */
#define SQUEEZE_STEP 0.05

struct place {
	const struct band *band;
	size_t page;
};

static double height_of(const GPtrArray *bands)
{
	double height = 0;

	for (guint i = 0; i < bands->len; i++)
		height += band_height(g_ptr_array_index(bands, i));
	return height;
}

static double line_height(const struct band *band, double squeeze)
{
	double slack = band_height(band) - band_content_height(band);

	return band->is_stretchy ? band_height(band) - MIN(slack, band->height * squeeze) : band_height(band);
}

/* A band and those it must stand with, or would better: a title never ends a page. */
static double height_kept(const GPtrArray *bands, guint i, double squeeze, bool is_soft)
{
	const struct band *band = g_ptr_array_index(bands, i);
	double height = line_height(band, squeeze);

	while ((band->keeps_next || (is_soft && band->keeps_softly)) && ++i < bands->len) {
		band = g_ptr_array_index(bands, i);
		height += line_height(band, squeeze);
	}
	return height;
}

static void place_add(GArray *places, const struct band *band, size_t page)
{
	struct place place = {band, page};

	g_array_append_val(places, place);
}

/* Whether the band @i begins a page: what it must stand with does not fit, or what it would better stand with does not
 * and little is left of this page. */
static bool is_overleaf(const struct form_flow *flow, guint i, double squeeze, double y)
{
	double left = flow->bottom - y;

	return height_kept(flow->body, i, squeeze, false) > left ||
	       (left < SOFT_ROOM && height_kept(flow->body, i, squeeze, true) > left);
}

/* Return: number of pages the body takes; *ret_y is where it ends on the last. */
static size_t place_body(const struct form_flow *flow, double squeeze, GArray *places, double *ret_y)
{
	const struct band *head = NULL;
	double y = flow->top_first;
	size_t page = 0;
	bool is_fresh = true;

	for (guint i = 0; i < flow->body->len; i++) {
		const struct band *band = g_ptr_array_index(flow->body, i);

		if (!is_fresh && is_overleaf(flow, i, squeeze, y)) {
			page++;
			y = flow->top_next;
			if (band->is_row && head) {
				place_add(places, head, page);
				y += band_height(head);
			}
		}
		head = band->is_head ? band : band->is_row ? head : NULL;
		place_add(places, band, page);
		y += line_height(band, squeeze);
		is_fresh = false;
	}
	*ret_y = y;
	return page + 1;
}

static double stretch_of(const GArray *places, double spare)
{
	size_t n = 0;

	for (guint i = 0; i < places->len; i++)
		n += g_array_index(places, struct place, i).band->is_stretchy;
	return n && spare > 0 ? MIN(spare / (double)n, STRETCH_MAX) : 0;
}

static bool is_edge(const struct place *place, const struct place *next)
{
	return !next || next->page != place->page || !next->band->is_framed;
}

static void draw(const GArray *places, struct sheet *sheet, const double *tops, double squeeze, double stretch)
{
	const struct place *all = &g_array_index(places, struct place, 0);
	double y = 0;

	for (guint i = 0; i < places->len; i++) {
		const struct place *before = i ? &all[i - 1] : NULL;
		const struct place *after = i + 1 < places->len ? &all[i + 1] : NULL;
		double height = line_height(all[i].band, squeeze) + (all[i].band->is_stretchy ? stretch : 0);

		if (!before || before->page != all[i].page)
			y = tops[all[i].page > 0];
		band_draw(all[i].band, sheet, all[i].page, y, height, is_edge(&all[i], before), is_edge(&all[i], after));
		y += height;
	}
}

static void draw_foot(const GPtrArray *foot, struct sheet *sheet, size_t page, double y)
{
	GArray *places = g_array_new(FALSE, FALSE, sizeof(struct place));
	double tops[2] = {y, y};

	for (guint i = 0; i < foot->len; i++)
		place_add(places, g_ptr_array_index(foot, i), page);
	if (places->len)
		draw(places, sheet, tops, 0, 0);
	g_array_free(places, TRUE);
}

struct plan {
	GArray *places;
	size_t n_pages; /* with the foot */
	bool foot_fits; /* below the end of the body */
	double end, squeeze;
};

static struct plan plan_with(const struct form_flow *flow, double squeeze)
{
	struct plan plan = {.places = g_array_new(FALSE, FALSE, sizeof(struct place)), .squeeze = squeeze};

	plan.n_pages = place_body(flow, squeeze, plan.places, &plan.end);
	plan.foot_fits = plan.end + FOOT_GAP + height_of(flow->foot) <= flow->bottom;
	plan.n_pages += !plan.foot_fits;
	return plan;
}

/* The roomiest plan among those with the fewest pages. */
static struct plan plan_best(const struct form_flow *flow)
{
	struct plan best = plan_with(flow, 0);

	for (double squeeze = SQUEEZE_STEP; squeeze <= SQUEEZE_MAX && best.n_pages > 1; squeeze += SQUEEZE_STEP) {
		struct plan plan = plan_with(flow, squeeze);
		struct plan worse = plan.n_pages < best.n_pages ? best : plan;

		best = plan.n_pages < best.n_pages ? plan : best;
		g_array_free(worse.places, TRUE);
	}
	return best;
}

bool form_flow(const struct form_flow *flow, struct sheet *sheet)
{
	struct plan plan = plan_best(flow);
	double tops[2] = {flow->top_first, flow->top_next};
	double foot_h = height_of(flow->foot);
	bool is_possible = plan.n_pages <= SHEET_PAGES_MAX;

	if (is_possible) {
		double spare = plan.n_pages == 1 ? flow->bottom - foot_h - FOOT_GAP - plan.end : 0;

		sheet->n_pages = plan.n_pages;
		if (plan.places->len)
			draw(plan.places, sheet, tops, plan.squeeze, stretch_of(plan.places, spare));
		draw_foot(flow->foot, sheet, plan.n_pages - 1, plan.foot_fits ? flow->bottom - foot_h : flow->top_next);
	}
	g_array_free(plan.places, TRUE);
	return is_possible;
}
