#pragma once
/* SPDX-License-Identifier: MIT
 * Listing: which files make a layer's folder, so that reading, packing and comparing speak of the same ones:
 * FILE.yaml, lang/LANGUAGE.yaml, and offices/ID/… and devices/ID/… with the same inside. */
#include <stdbool.h>
#include "shared/base/cleanup.h"
#include "shared/config/layer/memory.h"

struct listing {
	const char **names; /* "services.yaml", "lang/ko.yaml", "offices/honcho/lang/ko.yaml"; in the order of their bytes */
	size_t n_names;     /* with those ending in .yml, which only look as if they were read */
	const char *odd;    /* lang, offices or devices when that is no folder, else NULL */
	const char *failed; /* the folder that could not be read; NULL: all could */
	int error;          /* errno, why */
};

/** listing_read() - all files *.yaml of @folder. Links to folders are not followed. 0 (look at @failed); -E2BIG more than all
 *  layers together hold; -ENOMEM. */
MUST_USE int listing_read(struct memory *memory, const char *folder, struct listing *ret_listing);
/** listing_is_yaml() - whether @name ends as a file that is read. */
bool listing_is_yaml(const char *name);
/** listing_inner() - where in @path, "LAYER/FILE.yaml" or "LAYER/lang/ko.yaml" …, the name inside the layer begins: a layer's
 *  name has at least one part and may have more. NULL when nothing would be left for the layer. */
const char *listing_inner(const char *path);
