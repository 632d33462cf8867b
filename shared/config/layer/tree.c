/* SPDX-License-Identifier: MIT
 * Children are a chain: lists and maps are bounded by limits.h and read far more than searched. Only a large map gets an
 * index beside it, when something is first looked for in it. */
#include <string.h>

#include "shared/config/layer/tree.h"
#include "shared/base/banned.h"

#define INDEXED_LEAST 16 /* children of a map; fewer are found faster one by one */

/* Open addressing; a slot is free when its node is NULL. */
struct tree_index {
	size_t n_slots; /* a power of two, more than twice the children */
	size_t n_used;
	struct tree *slots[];
};

struct tree *tree_new(struct memory *memory, enum tree_kind kind, const struct place *place)
{
	struct tree *tree = memory_take(memory, sizeof(*tree));

	if (tree) {
		tree->kind = kind;
		tree->place = *place;
		tree->memory = memory;
	}
	return tree;
}

struct tree *tree_new_scalar(struct memory *memory, const char *scalar, const struct place *place)
{
	struct tree *tree = scalar ? tree_new(memory, TREE_SCALAR, place) : NULL;

	if (tree)
		tree->scalar = scalar;
	return tree;
}

static uint16_t tag_of(const char *key)
{
	return (uint16_t)((unsigned char)key[0] | (key[0] != '\0' ? (unsigned char)key[1] << 8 : 0));
}

/* ---- finding by name --------------------------------------------------------------------------------------------- */

/* FNV-1a; the trees are bounded, so that names chosen to collide cost little. */
static uint32_t hash_of(const char *key)
{
	uint32_t hash = 2166136261u;

	for (; *key != '\0'; key++)
		hash = (hash ^ (unsigned char)*key) * 16777619u;
	return hash;
}

static struct tree **slot_of(struct tree_index *index, const char *key)
{
	size_t at = hash_of(key) & (index->n_slots - 1);

	while (index->slots[at] && strcmp(index->slots[at]->key, key) != 0)
		at = (at + 1) & (index->n_slots - 1);
	return &index->slots[at];
}

static void index_put(struct tree_index *index, struct tree *child)
{
	struct tree **slot = slot_of(index, child->key);

	if (!*slot)
		*slot = child; /* of two of one name the first is found, as in the chain */
	index->n_used++;
}

/* A fresh index with room to double; NULL: no memory, then the chain is searched. */
static struct tree_index *index_make(const struct tree *map)
{
	size_t n_slots = 64;
	struct tree_index *index;

	while (n_slots < 4 * map->n_children)
		n_slots *= 2;
	index = memory_take(map->memory, sizeof(*index) + n_slots * sizeof(index->slots[0]));
	if (!index)
		return NULL;
	index->n_slots = n_slots;
	for (struct tree *child = map->first; child; child = child->next)
		index_put(index, child);
	return index;
}

static void index_follow(struct tree *map, struct tree *child)
{
	if (!map->index)
		return;
	if (2 * (map->index->n_used + 1) > map->index->n_slots)
		map->index = NULL; /* made anew, larger, when next something is looked for */
	else
		index_put(map->index, child);
}

struct tree *tree_find(const struct tree *map, const char *key)
{
	if (!map || map->kind != TREE_MAP)
		return NULL;
	if (map->n_children >= INDEXED_LEAST && !map->index && map->memory)
		((struct tree *)(uintptr_t)map)->index = index_make(map); /* remembers, changes nothing that is said */
	if (map->index)
		return *slot_of(map->index, key);
	for (struct tree *child = map->first; child; child = child->next)
		if (child->key_tag == tag_of(key) && strcmp(child->key, key) == 0)
			return child;
	return NULL;
}

/* ---- sharing and changing ---------------------------------------------------------------------------------------- */

struct tree *tree_share(struct memory *memory, const struct tree *from)
{
	struct tree *tree = memory_take(memory, sizeof(*tree));

	if (!tree)
		return NULL;
	*tree = *from;
	tree->memory = memory;
	tree->next = NULL;
	tree->is_shared = tree->first != NULL;
	tree->told_for = 0;
	return tree;
}

void tree_own(struct tree *tree)
{
	const struct tree *from = tree->first;

	if (!tree->is_shared)
		return;
	tree->is_shared = false;
	tree->index = NULL;
	tree->first = tree->last = NULL;
	tree->n_children = 0;
	for (; from; from = from->next) {
		struct tree *child = tree_share(tree->memory, from);

		if (child)
			tree_add(tree, child, from->key, &from->key_place);
	}
}

void tree_add(struct tree *parent, struct tree *child, const char *key, const struct place *key_place)
{
	tree_own(parent);
	parent->is_of_scalars = false;
	child->key = key;
	child->key_tag = key ? tag_of(key) : 0;
	if (key_place)
		child->key_place = *key_place;
	child->next = NULL;
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
	parent->n_children++;
	index_follow(parent, child);
}

/* The child of @parent that stands where @child stood before the parent came to own copies. */
static struct tree *own_child(struct tree *parent, const struct tree *child)
{
	size_t position = 0;
	struct tree *own;

	for (const struct tree *at = parent->first; at && at != child; at = at->next)
		position++;
	tree_own(parent);
	own = parent->first;
	while (own && position-- > 0)
		own = own->next;
	return own;
}

struct tree *tree_drop(struct tree *parent, struct tree *child)
{
	struct tree *before = NULL;

	if (!child)
		return NULL;
	if (parent->is_shared)
		child = own_child(parent, child);
	if (!child)
		return NULL;
	parent->index = NULL;
	for (struct tree *at = parent->first; at && at != child; at = at->next)
		before = at;
	if (before)
		before->next = child->next;
	else
		parent->first = child->next;
	if (parent->last == child)
		parent->last = before;
	parent->n_children--;
	child->next = NULL;
	return child;
}

const char *tree_text(const struct tree *map, const char *key)
{
	const struct tree *child = tree_find(map, key);

	return child && child->kind == TREE_SCALAR ? child->scalar : "";
}

struct tree *tree_entry(const struct tree *list, const char *id_key, const char *id)
{
	if (!list || list->kind != TREE_LIST)
		return NULL;
	for (struct tree *child = list->first; child; child = child->next)
		if (child->kind == TREE_MAP && strcmp(tree_text(child, id_key), id) == 0)
			return child;
	return NULL;
}

/* @path begins with @name and goes on with a dot or ends: gives what follows, else NULL. */
static const char *path_after(const char *path, const char *name)
{
	size_t n = strlen(name);

	if (strncmp(path, name, n) != 0)
		return NULL;
	if (path[n] == '\0')
		return path + n;
	return path[n] == '.' && path[n + 1] != '\0' ? path + n + 1 : NULL;
}

static const char *entry_name(const struct tree *entry)
{
	const char *id = tree_text(entry, "id");

	if (*id != '\0')
		return id;
	return entry->kind == TREE_SCALAR ? entry->scalar : tree_text(entry, "date");
}

static const struct tree *tree_resolve_child(const struct tree *child, const char *rest)
{
	return rest ? tree_resolve(child, rest) : NULL;
}

const struct tree *tree_resolve(const struct tree *root, const char *path)
{
	char position[24];
	size_t n = 0;

	if (*path == '\0')
		return root;
	if (!root || root->kind == TREE_SCALAR)
		return NULL;
	for (const struct tree *child = root->first; child; child = child->next, n++) {
		const char *name = root->kind == TREE_MAP ? child->key : entry_name(child);
		const struct tree *found = *name != '\0' ? tree_resolve_child(child, path_after(path, name)) : NULL;

		if (!found && root->kind == TREE_LIST) {
			snprintf(position, sizeof(position), "%zu", n);
			found = tree_resolve_child(child, path_after(path, position));
		}
		if (found)
			return found;
	}
	return NULL;
}
