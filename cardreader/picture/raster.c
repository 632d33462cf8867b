/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <string.h>

#include "cardreader/picture/raster.h"
#include "shared/base/fault.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

#define WHITE 255

int raster_init(struct raster *raster, uint32_t width, uint32_t height)
{
	uint8_t *grey;

	if (!width || !height || width > RASTER_SIDE_MAX || height > RASTER_SIDE_MAX)
		return fault_raise(-ERANGE);
	grey = calloc(width, height);
	if (!grey)
		return fault_raise(-ENOMEM);
	*raster = (struct raster){(int)width, (int)height, false, grey};
	return 0;
}

void raster_release(struct raster *raster)
{
	wipe_free(raster->grey);
	*raster = (struct raster){0};
}

void raster_ink_on_white(struct raster *raster)
{
	size_t n = (size_t)raster->width * (size_t)raster->height, n_black = 0;

	for (size_t i = 0; i < n; i++)
		n_black += !raster->grey[i];
	if (n_black <= n / 2)
		return;
	for (size_t i = 0; i < n; i++)
		raster->grey[i] = (uint8_t)(WHITE - raster->grey[i]);
}

static void replace(struct raster *raster, struct raster *by)
{
	raster_release(raster);
	*raster = *by;
	*by = (struct raster){0};
}

int raster_enlarge(struct raster *raster, int factor)
{
	struct raster large;
	int r = raster_init(&large, (uint32_t)(raster->width * factor), (uint32_t)(raster->height * factor));

	if (r < 0)
		return fault_pass(r);
	for (int y = 0; y < large.height; y++)
		for (int x = 0; x < large.width; x++)
			large.grey[y * large.width + x] = raster->grey[y / factor * raster->width + x / factor];
	large.is_bilevel = raster->is_bilevel;
	replace(raster, &large);
	return 0;
}

static uint8_t mean(const struct raster *raster, int x0, int x1, int y0, int y1)
{
	unsigned sum = 0;
	unsigned n = (unsigned)(x1 - x0) * (unsigned)(y1 - y0);

	for (int y = y0; y < y1; y++)
		for (int x = x0; x < x1; x++)
			sum += raster->grey[y * raster->width + x];
	return (uint8_t)((sum + n / 2) / n);
}

int raster_shrink(struct raster *raster, int width, int height)
{
	struct raster small;
	int r;

	if (width < 1 || height < 1 || width > raster->width || height > raster->height)
		return fault_raise(-ERANGE);
	r = raster_init(&small, (uint32_t)width, (uint32_t)height);
	if (r < 0)
		return fault_pass(r);
	for (int y = 0; y < height; y++)
		for (int x = 0; x < width; x++)
			small.grey[y * width + x] = mean(raster, x * raster->width / width, (x + 1) * raster->width / width,
							 y * raster->height / height, (y + 1) * raster->height / height);
	replace(raster, &small);
	return 0;
}
