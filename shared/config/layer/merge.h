#pragma once
/* SPDX-License-Identifier: MIT
 * Merge: layers to one tree, weakest first. */
#include "shared/config/layer/folder.h"
#include "shared/config/schema/keys.h"

/** layers_merge() - a new tree. The layers' own trees are only given their translations (lang.h). Maps merge by key, lists of entries by id (the order of
 *  the weakest layer that names an entry), other lists and values are replaced whole, `remove: true` drops an entry.
 *  NULL: no memory. */
struct tree *layers_merge(struct loading *loading, struct layers *layers);
/** layers_merge_onto() - the same, begun from a copy of @below, which is what all but the first @n layers make together; NULL
 *  @below: begun from nothing. */
struct tree *layers_merge_onto(struct loading *loading, struct layers *layers, size_t n, const struct tree *below);
/** merge_map() - lays map @from over map @into, whose names @map lists. */
void merge_map(struct loading *loading, struct tree *into, const struct tree *from, const struct key_map *map);
/** merge_copy() - a copy, which shares the children of its maps of scalars; NULL: no memory. */
struct tree *merge_copy(struct memory *memory, const struct tree *from);
