/* SPDX-License-Identifier: MIT
 * The decision alone. Order of the questions: whose is it, is it older, is it time. */
#include <string.h>

#include "shared/config/bundle/keeper.h"
#include "shared/base/banned.h"

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define FIRST_MS INT64_C(1767225600000) /* 2026-01-01T00:00:00Z: this program is no older */

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* A laptop's clock may run ahead of the counter's by hours without either having lost its battery. */
bool keeper_clock_is_wrong(const struct keeper_mark *mark, const struct manifest *manifest, int64_t now_utc_ms)
{
	int64_t known_ms = later(FIRST_MS, later(mark ? manifest_packed_ms(mark->serial) : 0,
						 manifest ? manifest_packed_ms(manifest->serial) : 0));

	return now_utc_ms < known_ms - DAY_MS;
}

static bool is_the_same(const struct keeper_mark *mark, const struct keeper_case *asked)
{
	return mark && mark->serial == asked->manifest->serial && memcmp(mark->hash, asked->hash, sizeof(mark->hash)) == 0;
}

enum keeper_verdict keeper_judge(const struct keeper_case *asked)
{
	const struct manifest *manifest = asked->manifest;
	const struct keeper_mark *mark = asked->mark;

	if ((mark && strcmp(mark->code, manifest->code) != 0) ||
	    (asked->code && *asked->code && strcmp(asked->code, manifest->code) != 0))
		return KEEPER_OTHER_TOWN;
	if (is_the_same(mark, asked))
		return KEEPER_TAKE;
	if (mark && manifest->serial < mark->serial)
		return KEEPER_OLDER;
	if (mark && manifest->serial == mark->serial)
		return KEEPER_SAME_SERIAL;
	if (manifest_age(manifest, asked->now_utc_ms) != MANIFEST_NOT_YET)
		return KEEPER_TAKE;
	return keeper_clock_is_wrong(mark, manifest, asked->now_utc_ms) && !asked->has_other ? KEEPER_TAKE : KEEPER_NOT_YET;
}
