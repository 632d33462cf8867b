/* SPDX-License-Identifier: MIT
 * A folder is known by device and inode, however its path was written. */
#include <string.h>
#include <sys/stat.h>

#include "shared/config/layer/cache.h"
#include "shared/config/layer/merge.h"
#include "shared/base/banned.h"

struct layer_cache *layer_cache_new(void)
{
	CLEANUP(layer_cache_freep) struct layer_cache *cache = calloc(1, sizeof(*cache));

	if (cache)
		cache->memory = memory_new(CONFIG_CACHE_BYTES_MAX);
	return cache && cache->memory ? TAKE(cache) : NULL;
}

struct layer_cache *layer_cache_free(struct layer_cache *cache)
{
	if (cache)
		memory_free(cache->memory);
	free(cache);
	return NULL;
}

const struct layer *layer_cache_find(const struct layer_cache *cache, const char *folder)
{
	struct stat status;

	if (!cache || stat(folder, &status) < 0)
		return NULL;
	for (size_t i = 0; i < cache->n_layers; i++)
		if (cache->layers[i].inode == status.st_ino && cache->layers[i].device == status.st_dev)
			return &cache->layers[i].layer;
	return NULL;
}

bool layer_cache_has_room(const struct layer_cache *cache)
{
	return cache && cache->n_layers < CACHE_LAYERS_MAX && !memory_is_short(cache->memory);
}

void layer_cache_add(struct layer_cache *cache, const char *folder, const struct layer *layer)
{
	struct stat status;

	if (!layer_cache_has_room(cache) || stat(folder, &status) < 0)
		return;
	cache->layers[cache->n_layers++] = (struct cached_layer){status.st_dev, status.st_ino, *layer};
}

/* Whether all of them lie in the cache's memory, and so will the tree made of them. */
static bool are_cached(const struct layer_cache *cache, const struct layers *layers, size_t n)
{
	for (size_t i = n; i < layers->n_items; i++)
		if (layers->items[i].memory != cache->memory)
			return false;
	return layers->n_items > n;
}

static struct cached_merge *merge_below(struct loading *loading, const struct layers *layers, size_t n)
{
	struct layer_cache *cache = loading->cache;
	struct cached_merge *merge = &cache->merges[cache->n_merges];
	struct loading below = *loading;
	struct layers weaker = {.n_items = layers->n_items - n};

	memcpy(weaker.items, &layers->items[n], weaker.n_items * sizeof(weaker.items[0]));
	below.memory = cache->memory;
	below.removals = NULL;
	/* a town that could not be read whole says nothing about what lies below it */
	below.is_incomplete = false;
	for (size_t i = 0; i < weaker.n_items; i++)
		below.is_incomplete |= weaker.items[i].is_incomplete;
	*merge = (struct cached_merge){weaker.items[0].root, layers_merge(&below, &weaker), NULL};
	merge->removals = below.removals;
	if (!merge->merged || memory_has_failed(cache->memory))
		return NULL;
	cache->n_merges++;
	return merge;
}

const struct tree *layer_cache_below(struct loading *loading, const struct layers *layers, size_t n)
{
	struct layer_cache *cache = loading->cache;
	const struct cached_merge *merge = NULL;

	if (!cache || !are_cached(cache, layers, n))
		return NULL;
	for (size_t i = 0; i < cache->n_merges && !merge; i++)
		if (cache->merges[i].strongest == layers->items[n].root)
			merge = &cache->merges[i];
	if (!merge && cache->n_merges < CACHE_LAYERS_MAX && !memory_is_short(cache->memory))
		merge = merge_below(loading, layers, n);
	if (!merge)
		return NULL;
	loading->removals = merge->removals;
	return merge->merged;
}
