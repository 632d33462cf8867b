#pragma once
/* SPDX-License-Identifier: MIT
 * Folder: a layer as it lies on disk or in a bundle, and the chain of layers its `extends` makes. Above the chain lie the
 * local layers of a town: offices/ID/ and devices/ID/ in its folder, of which one each at most is chosen at a time. */
#include "shared/base/limits.h"
#include "shared/config/layer/tree.h"

struct layer {
	const char *name;      /* base, prefectures/20, else the folder as it was given */
	const char *folder;
	struct memory *memory; /* holds the trees */
	struct tree *root;     /* never NULL; a map */
	struct tree *lang;     /* by language, its file in lang/ as a map of paths to texts; NULL: none, or laid over @root already */
	struct place start;    /* its layer.yaml, for what concerns the whole */
	/* what layer.yaml says of the layer itself; "" nothing, then the place is @start */
	const char *extends, *code, *version, *office;
	struct place extends_place, code_place, version_place, office_place;
	bool is_incomplete; /* a file of it could not be read */
	/* of an office or a device; NULL: of neither */
	const char *office_id, *device_id;
};

/** Strongest first: items[0] is the folder that was asked for, or the device's and office's layers above it. */
struct layers {
	struct layer items[CONFIG_LAYERS_MAX + 2];
	size_t n_items;
};

/** All local layers of a town that were asked for. */
struct locals {
	struct layer items[CONFIG_LOCALS_MAX];
	size_t n_items;
	bool is_all;                /* in: read all; else those of @office and @device */
	const char *office, *device; /* in: NULL none; out: @office also when only the device's layer says it */
};

/** layers_read() - reads @path and all it extends, and local layers; whatever is wrong is a finding.
 *  Return: 0, -ENOMEM. @layers may be empty then. */
MUST_USE int layers_read(struct loading *loading, const char *path, struct layers *layers, struct locals *locals);
struct bundle;
/** layers_read_bundle() - the same of the layers inside @bundle, which lies at @path. */
MUST_USE int layers_read_bundle(struct loading *loading, const char *path, const struct bundle *bundle,
				struct layers *layers, struct locals *locals);
/** locals_find() - the layer of that office (@device NULL) or device, or NULL. */
const struct layer *locals_find(const struct locals *locals, const char *office, const char *device);
/** layers_with() - puts a layer ahead of all others; NULL @layer is fine. */
void layers_with(struct layers *layers, const struct layer *layer);
