/* SPDX-License-Identifier: MIT
 * Children are a chain, not a table: lists and maps are bounded by limits.h and read far more than searched. */
#include <string.h>

#include "shared/config/layer/tree.h"
#include "shared/base/banned.h"

struct tree *tree_new(struct memory *memory, enum tree_kind kind, const struct place *place)
{
	struct tree *tree = memory_take(memory, sizeof(*tree));

	if (tree) {
		tree->kind = kind;
		tree->place = *place;
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

void tree_add(struct tree *parent, struct tree *child, const char *key, const struct place *key_place)
{
	child->key = key;
	if (key_place)
		child->key_place = *key_place;
	child->next = NULL;
	if (parent->last)
		parent->last->next = child;
	else
		parent->first = child;
	parent->last = child;
	parent->n_children++;
}

struct tree *tree_drop(struct tree *parent, struct tree *child)
{
	struct tree *before = NULL;

	if (!child)
		return NULL;
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

struct tree *tree_find(const struct tree *map, const char *key)
{
	if (!map || map->kind != TREE_MAP)
		return NULL;
	for (struct tree *child = map->first; child; child = child->next)
		if (strcmp(child->key, key) == 0)
			return child;
	return NULL;
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
