#pragma once
/* SPDX-License-Identifier: MIT
 * Load: from a folder to the layers and their merged, checked tree; what config_load() and madoguchi-config share. */
#include "shared/config/layer/cache.h"

struct loaded {
	struct memory *memory;   /* owns everything below */
	struct layer_cache *cache; /* of loaded_check(): owns what the layers below the town's hold; else NULL */
	struct layers layers;
	bool is_verified;        /* from a bundle whose signature was verified in this process */
	char bundle_code[8];     /* as the manifest of the bundle says; "" of a folder */
	struct tree *root;       /* merged, with the compiled defaults; NULL when nothing could be read */
};

/** loaded_read() - reads, checks and merges @path; findings are sorted. Return: 0 (look at findings->n_errors),
 *  -ENOMEM. With options' office or device their layers are laid above the town's, where there are any. */
MUST_USE int loaded_read(const char *path, const struct config_options *options, struct findings *findings,
			 struct loaded *ret_loaded);
/** loaded_check() - everything that can be found about @path: the town alone, and as each of its offices and devices will load it;
 *  options' office and device are not looked at. Findings are sorted and not repeated. *ret_loaded is the town alone.
 *  Return: 0, -ENOMEM. */
MUST_USE int loaded_check(const char *path, const struct config_options *options, struct findings *findings,
			  struct loaded *ret_loaded);
/** loaded_check_cached() - the same; what lies below the town is taken from @cache, which must outlive *ret_loaded. What is found
 *  there was told when it was first read. */
MUST_USE int loaded_check_cached(const char *path, const struct config_options *options, struct layer_cache *cache,
				 struct findings *findings, struct loaded *ret_loaded);
/** loaded_release() - also fit for CLEANUP. */
void loaded_release(struct loaded *loaded);
