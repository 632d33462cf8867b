#pragma once
/* SPDX-License-Identifier: MIT
 * Listing: which files make a layer's folder, so that reading, packing and comparing speak of the same ones:
 * FILE.yaml, lang/LANGUAGE.yaml, and offices/ID/… and devices/ID/… with the same inside. */
#include "shared/base/cleanup.h"
#include "shared/config/layer/memory.h"

struct listing {
	const char **names; /* "services.yaml", "lang/ko.yaml", "offices/honcho/lang/ko.yaml"; in the order of their bytes */
	size_t n_names;
};

/** listing_read() - all files *.yaml of @folder. Links to folders are not followed. 0; -E2BIG more than a layer holds;
 *  -ENOMEM; what opendir(3) gives for @folder itself. */
MUST_USE int listing_read(struct memory *memory, const char *folder, struct listing *ret_listing);
/** listing_inner() - where in @path, "LAYER/FILE.yaml" or "LAYER/lang/ko.yaml" …, the name inside the layer begins: a layer's
 *  name has at least one part and may have more. NULL when nothing would be left for the layer. */
const char *listing_inner(const char *path);
