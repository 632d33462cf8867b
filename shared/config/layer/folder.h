#pragma once
/* SPDX-License-Identifier: MIT
 * Folder: a layer as it lies on disk, and the chain of layers its `extends` makes. */
#include "shared/base/limits.h"
#include "shared/config/layer/tree.h"

struct layer {
	const char *name;      /* base, prefectures/20, else the folder as it was given */
	const char *folder;
	struct tree *root;     /* never NULL; a map */
	struct tree *lang;     /* by language, its file in lang/ as a map of paths to texts; NULL: none */
	const char *code;      /* "" none */
	const char *version;   /* "" none */
	struct place code_place;
	struct place start;    /* its layer.yaml, for what concerns the whole */
};

/** Strongest first: items[0] is the folder that was asked for. */
struct layers {
	struct layer items[CONFIG_LAYERS_MAX];
	size_t n_items;
};

/** layers_read() - reads @path and all it extends; whatever is wrong is a finding.
 *  Return: 0, -ENOMEM. @layers may be empty then. */
MUST_USE int layers_read(struct loading *loading, const char *path, struct layers *layers);
struct bundle;
/** layers_read_bundle() - the same of the layers inside @bundle, which lies at @path. */
MUST_USE int layers_read_bundle(struct loading *loading, const char *path, const struct bundle *bundle,
				struct layers *layers);
