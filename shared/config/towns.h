#pragma once
/* SPDX-License-Identifier: MIT
 * Towns: many towns checked in one run. What they lie upon is read once; the towns are shared out among the processors, and
 * what is found is told in the order they were given, each finding once however many towns have it. */
#include "shared/config/layer/load.h"

/** towns_look_fn() - looks at one more thing of a town, such as whether its texts fit, and adds to @findings. May be called
 *  in another process than the caller's. */
typedef void towns_look_fn(const struct loaded *loaded, struct findings *findings);
/** towns_tell_fn() - what was found in the next town, sorted, without what was told before. Always in the caller's process.
 *  0, or a negative errno, which ends the run. */
typedef int towns_tell_fn(void *data, const struct findings *findings);

/** towns_check() - loaded_check() of @n towns, then @look (may be NULL), then @tell. Return: 0 and *ret_n_errors, the sum;
 *  -ENOMEM, -EIO when a process of the run ended before its work, what @tell gives. */
MUST_USE int towns_check(const char *const *paths, size_t n, const struct config_options *options, towns_look_fn *look,
			 towns_tell_fn *tell, void *data, size_t *ret_n_errors);
