/* SPDX-License-Identifier: MIT
 * Walks the key tables for references, until nothing more falls. */
#include <string.h>

#include "shared/config/layer/cascade.h"
#include "shared/config/schema/keys.h"
#include "shared/base/banned.h"

struct falling {
	struct loading *loading;
	struct tree *root;
	bool has_fallen;
};

void cascade_note(struct loading *loading, const char *list, const char *id, const char *layer)
{
	struct removal *removal = memory_take(loading->memory, sizeof(*removal));

	if (!removal)
		return;
	*removal = (struct removal){list, id, layer, loading->removals};
	loading->removals = removal;
}

/* Whether @name was removed from the list @key points to, by another layer than the one that names it. NULL: no. */
static const struct removal *removal_of(const struct falling *falling, const struct key *key, const struct tree *name)
{
	const struct removal *removal = falling->loading->removals;

	if (name->kind != TREE_SCALAR || tree_entry(tree_find(falling->root, key->target), "id", name->scalar))
		return NULL;
	for (; removal; removal = removal->next)
		if (strcmp(removal->list, key->target) == 0 && strcmp(removal->id, name->scalar) == 0)
			return strcmp(removal->layer, name->place.layer) == 0 ? NULL : removal;
	return NULL;
}

static void drop_names(struct falling *falling, const struct key *key, struct tree *names)
{
	struct tree *next;

	for (struct tree *name = names->kind == TREE_LIST ? names->first : NULL; name; name = next) {
		next = name->next;
		if (removal_of(falling, key, name))
			tree_drop(names, name);
	}
}

static void fall_in_map(struct falling *falling, struct tree *tree, const struct key_map *map, const struct removal **ret_by);

/* The entries that cannot stand without what was removed. */
static void fall_in_list(struct falling *falling, struct tree *list, const struct key *key)
{
	struct tree *next;

	for (struct tree *entry = list->kind == TREE_LIST ? list->first : NULL; entry; entry = next) {
		const struct removal *by = NULL;

		next = entry->next;
		fall_in_map(falling, entry, key->map, &by);
		if (!by)
			continue;
		cascade_note(falling->loading, key->name, tree_text(entry, key->map->keys[0].name), by->layer);
		tree_drop(list, entry);
		falling->has_fallen = true;
	}
}

/* *ret_by: set when a reference this map cannot do without was removed. */
static void fall_in_map(struct falling *falling, struct tree *tree, const struct key_map *map, const struct removal **ret_by)
{
	for (size_t i = 0; tree->kind == TREE_MAP && i < map->n_keys; i++) {
		const struct key *key = &map->keys[i];
		struct tree *value = tree_find(tree, key->name);
		const struct removal *removal;

		if (!value)
			continue;
		if (key->type == KEY_REFS)
			drop_names(falling, key, value);
		if (key->type == KEY_LIST)
			fall_in_list(falling, value, key);
		removal = key->type == KEY_REF ? removal_of(falling, key, value) : NULL;
		if (removal && key->is_required)
			*ret_by = removal;
		else if (removal)
			tree_drop(tree, value);
	}
}

static bool is_asked_for(const struct tree *results, const char *question)
{
	for (const struct tree *result = results ? results->first : NULL; result; result = result->next)
		if (tree_entry(tree_find(result, "when"), "question", question))
			return true;
	return false;
}

/* An event of the guide that lost results: a question nothing depends on any more is not asked, an event without any
 * result is not offered. */
static void thin_guide(struct tree *guide, struct tree *event)
{
	struct tree *results = tree_find(event, "results"), *questions = tree_find(event, "questions"), *next;

	for (struct tree *question = questions ? questions->first : NULL; question; question = next) {
		next = question->next;
		if (!is_asked_for(results, tree_text(question, "id")))
			tree_drop(questions, question);
	}
	if (results && results->n_children == 0)
		tree_drop(guide, event);
}

static void fall_in_guide(struct falling *falling, struct tree *guide)
{
	const struct key *key = key_find(&key_root, "guide");
	struct tree *next;

	for (struct tree *event = guide && guide->kind == TREE_LIST ? guide->first : NULL; event; event = next) {
		const struct tree *results = tree_find(event, "results");
		size_t n_before = results ? results->n_children : 0;
		const struct removal *by = NULL;

		next = event->next;
		fall_in_map(falling, event, key->map, &by);
		if (results && results->n_children < n_before)
			thin_guide(guide, event);
	}
}

void cascade_run(struct loading *loading, struct tree *root)
{
	struct falling falling = {loading, root, loading->removals != NULL};

	while (falling.has_fallen) {
		falling.has_fallen = false;
		for (size_t i = 0; i < key_root.n_keys; i++) {
			const struct key *key = &key_root.keys[i];
			struct tree *list = tree_find(root, key->name);

			if (list && key->type == KEY_LIST && strcmp(key->name, "guide") != 0)
				fall_in_list(&falling, list, key);
		}
		fall_in_guide(&falling, tree_find(root, "guide"));
	}
}
