#pragma once
/* SPDX-License-Identifier: MIT
 * Cache: layers that several towns, or several devices of one, lie upon, read and checked once, and what such layers make
 * together. Files are taken as they were when first read: a cache lives for one run of checks, not for a program's life. */
#include <sys/types.h>
#include "shared/config/layer/folder.h"

#define CACHE_LAYERS_MAX 64

struct layer_cache {
	struct memory *memory; /* owns layers and merged trees */
	struct cached_layer {
		dev_t device;
		ino_t inode;
		struct layer layer;
	} layers[CACHE_LAYERS_MAX];
	size_t n_layers;
	struct cached_merge {
		const struct tree *strongest; /* root of the strongest of the layers */
		struct tree *merged;
		struct removal *removals;
	} merges[CACHE_LAYERS_MAX];
	size_t n_merges;
};

/** layer_cache_new() - NULL: no memory. */
struct layer_cache *layer_cache_new(void);
struct layer_cache *layer_cache_free(struct layer_cache *cache);
DEFINE_CLEANUP(struct layer_cache *, layer_cache_free)
/** layer_cache_find() - the layer read from @folder, or NULL. */
const struct layer *layer_cache_find(const struct layer_cache *cache, const char *folder);
/** layer_cache_has_room() - whether one more can be added. */
bool layer_cache_has_room(const struct layer_cache *cache);
/** layer_cache_add() - @layer, whose trees lie in the cache's memory, was read from @folder. */
void layer_cache_add(struct layer_cache *cache, const char *folder, const struct layer *layer);
/** layer_cache_below() - what @layers make together but for the @n strongest, merged now or before; loading->removals are
 *  then those of these layers. NULL: there is no cache, or no room. */
const struct tree *layer_cache_below(struct loading *loading, const struct layers *layers, size_t n);
