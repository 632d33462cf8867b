/* SPDX-License-Identifier: MIT
 * The key tables say what is an entry and what is a plain list, so that the same rule holds whatever a town wrote. */
#include <string.h>

#include "shared/config/layer/lang.h"
#include "shared/config/layer/cascade.h"
#include "shared/config/layer/merge.h"
#include "shared/base/banned.h"

/* Remembered where it is so: what many towns are copied from is not walked to its last word each time. */
static bool is_of_scalars(const struct tree *tree)
{
	if (tree->is_of_scalars)
		return true;
	for (const struct tree *child = tree->first; child; child = child->next)
		if (child->kind != TREE_SCALAR)
			return false;
	if (tree->kind == TREE_MAP)
		((struct tree *)(uintptr_t)tree)->is_of_scalars = true;
	return tree->kind == TREE_MAP;
}

struct tree *merge_copy(struct memory *memory, const struct tree *from)
{
	struct tree *to;

	if (is_of_scalars(from))
		return tree_share(memory, from);
	to = tree_new(memory, from->kind, &from->place);
	if (!to)
		return NULL;
	to->scalar = from->scalar;
	to->is_null = from->is_null;
	to->is_bad = from->is_bad;
	to->beaten = from->beaten;
	for (const struct tree *child = from->first; child; child = child->next) {
		struct tree *child_copy = merge_copy(memory, child);

		if (!child_copy)
			return NULL;
		tree_add(to, child_copy, child->key, &child->key_place);
	}
	return to;
}

/* @with stands where @old stood. */
static void replace(struct tree *parent, struct tree *old, struct tree *with)
{
	with->key = old->key;
	with->key_tag = old->key_tag;
	with->key_place = old->key_place;
	with->next = old->next;
	parent->index = NULL;
	parent->is_of_scalars = false;
	for (struct tree *child = parent->first; child; child = child->next)
		if (child->next == old)
			child->next = with;
	if (parent->first == old)
		parent->first = with;
	if (parent->last == old)
		parent->last = with;
}

/* {id: "*", remove: true, except: […]} */
static void clear_list(struct loading *loading, struct tree *list, const struct tree *from, const struct key *key)
{
	const char *id_key = key->map->keys[0].name;
	const struct tree *except = tree_find(from, "except");
	struct tree *next;

	for (struct tree *entry = list->first; entry; entry = next) {
		bool is_kept = false;

		next = entry->next;
		for (const struct tree *id = except ? except->first : NULL; id; id = id->next)
			is_kept |= id->kind == TREE_SCALAR && strcmp(id->scalar, tree_text(entry, id_key)) == 0;
		if (is_kept)
			continue;
		cascade_note(loading, key->name, tree_text(entry, id_key), from->place.layer);
		tree_drop(list, entry);
	}
}

static void overlay_entry(struct loading *loading, struct tree *list, const struct tree *from, const struct key *key)
{
	const char *id_key = key->map->keys[0].name;
	struct tree *entry = tree_entry(list, id_key, tree_text(from, id_key));
	bool is_removal = strcmp(tree_text(from, "remove"), "true") == 0;

	if (from->is_bad || from->kind != TREE_MAP)
		return;
	if (is_removal && strcmp(tree_text(from, id_key), "*") == 0) {
		clear_list(loading, list, from, key);
		return;
	}
	if (is_removal && !entry)
		finding_add(loading, RULE_REMOVES_NOTHING, &from->place,
			"removes \"%s\" from %s, where no weaker layer has it — delete this entry",
			    tree_text(from, id_key), key->name);
	if (is_removal) {
		cascade_note(loading, key->name, tree_text(from, id_key), from->place.layer);
		tree_drop(list, entry);
		return;
	}
	if (!entry) {
		entry = tree_new(loading->memory, TREE_MAP, &from->place);
		if (!entry)
			return;
		tree_add(list, entry, NULL, NULL);
	}
	merge_map(loading, entry, from, key->map);
}

static void overlay_value(struct loading *loading, struct tree *into, const struct tree *from, const struct key *key)
{
	struct tree *old = tree_find(into, from->key);
	bool is_list = key && key->type == KEY_LIST && from->kind == TREE_LIST;
	bool is_map = from->kind == TREE_MAP;
	bool is_all_new = is_map && !(key && key->map) && !old; /* names are free: nothing of it is left out */
	struct tree *with;

	if (is_list || (is_map && !is_all_new)) {
		if (!old || old->kind != from->kind) {
			with = tree_new(loading->memory, from->kind, &from->place);
			if (!with)
				return;
			if (old)
				replace(into, old, with);
			else
				tree_add(into, with, from->key, &from->key_place);
			old = with;
		}
		old->place = from->place;
		old->is_bad |= from->is_bad;
		if (is_map)
			merge_map(loading, old, from, key ? key->map : NULL);
		for (const struct tree *entry = is_list ? from->first : NULL; entry; entry = entry->next)
			overlay_entry(loading, old, entry, key);
		return;
	}
	with = merge_copy(loading->memory, from);
	if (!with)
		return;
	with->beaten = old;
	if (old)
		replace(into, old, with);
	else
		tree_add(into, with, from->key, &from->key_place);
}

/* @map NULL: names are free (texts, languages, weekdays, roles). */
void merge_map(struct loading *loading, struct tree *into, const struct tree *from, const struct key_map *map)
{
	into->place = from->place;
	tree_own(into);
	for (const struct tree *child = from->first; child; child = child->next) {
		const struct key *key = map ? key_find(map, child->key) : NULL;

		if (!map || key)
			overlay_value(loading, into, child, key);
	}
}

struct tree *layers_merge(struct loading *loading, struct layers *layers)
{
	return layers_merge_onto(loading, layers, 0, NULL);
}

struct tree *layers_merge_onto(struct loading *loading, struct layers *layers, size_t n, const struct tree *below)
{
	struct place nowhere = {"", 1, 1, ""};
	struct tree *root = below ? merge_copy(loading->memory, below) :
				    tree_new(loading->memory, TREE_MAP, layers->n_items > 0 ? &layers->items[0].start : &nowhere);

	for (size_t i = below ? n : layers->n_items; root && i-- > 0;) {
		merge_map(loading, root, layers->items[i].root, &key_root);
		lang_apply(loading, &layers->items[i], root);
	}
	if (root && layers->n_items > 0)
		root->place = layers->items[0].start;
	return root;
}
