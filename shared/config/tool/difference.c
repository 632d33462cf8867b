/* SPDX-License-Identifier: MIT
 * One walk down both trees at once in the order of the key tables. Trees are bounded by the loader, so is the depth. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/config/layer/print.h"
#include "shared/config/tool/difference.h"
#include "shared/base/banned.h"

struct walk {
	struct memory *memory;
	difference_fn *tell;
	void *data;
};

/* Where the walk stands: the names on the way. */
struct way {
	const char *path, *root, *entry, *member;
	const struct key *key;
};

static int walk_value(const struct walk *walk, const struct way *way, const struct tree *a, const struct tree *b);

/* One name further down. */
static int step(const struct walk *walk, const struct way *way, const char *name, const struct key *key, struct way *ret_way)
{
	struct way next = *way;

	next.path = *way->path != '\0' ? memory_format(walk->memory, "%s.%s", way->path, name) : name;
	if (!next.path)
		return fault_raise(-ENOMEM);
	if (*way->root == '\0')
		next.root = name;
	else if (*way->entry == '\0')
		next.entry = name;
	else if (*way->member == '\0')
		next.member = name;
	next.key = key;
	*ret_way = next;
	return 0;
}

static int tell(const struct walk *walk, const struct way *way, enum difference_kind kind, const struct tree *a,
		const struct tree *b)
{
	const struct difference difference = {kind, way->path, way->root, way->entry, way->member, way->key, a, b};

	return walk->tell(walk->data, &difference);
}

static bool trees_equal(const struct tree *a, const struct tree *b)
{
	const struct tree *x, *y;

	if (a->kind != b->kind || a->n_children != b->n_children)
		return false;
	if (a->kind == TREE_SCALAR)
		return strcmp(a->scalar, b->scalar) == 0;
	for (x = a->first, y = b->first; x; x = x->next, y = y->next) {
		const struct tree *other = a->kind == TREE_MAP ? tree_find(b, x->key) : y;

		if (!other || !trees_equal(x, other))
			return false;
	}
	return true;
}

static int walk_child(const struct walk *walk, const struct way *way, const char *name, const struct key *key,
		      const struct tree *a, const struct tree *b)
{
	struct way next;
	int r;

	if (!a && !b)
		return 0;
	r = step(walk, way, name, key, &next);
	if (r < 0)
		return r;
	if (!a || !b)
		return tell(walk, &next, a ? DIFFERENCE_REMOVED : DIFFERENCE_ADDED, a, b);
	return walk_value(walk, &next, a, b);
}

static int walk_free_map(const struct walk *walk, const struct way *way, const struct tree *a, const struct tree *b)
{
	int r = 0;

	for (const struct tree *child = a->first; child && r == 0; child = child->next)
		r = walk_child(walk, way, child->key, NULL, child, tree_find(b, child->key));
	for (const struct tree *child = b->first; child && r == 0; child = child->next)
		if (!tree_find(a, child->key))
			r = walk_child(walk, way, child->key, NULL, NULL, child);
	return r;
}

static int walk_map(const struct walk *walk, const struct way *way, const struct key_map *map, const struct tree *a,
		    const struct tree *b)
{
	int r = 0;

	for (size_t i = 0; i < map->n_keys && r == 0; i++) {
		const struct key *key = &map->keys[i];

		r = walk_child(walk, way, key->name, key, tree_find(a, key->name), tree_find(b, key->name));
	}
	return r;
}

/* Whether the entries both lists have stand in another order. */
static bool is_reordered(const struct tree *a, const struct tree *b, const char *id_key)
{
	const struct tree *y = b->first;

	for (const struct tree *x = a->first; x; x = x->next) {
		const char *id = tree_text(x, id_key);

		if (!tree_entry(b, id_key, id))
			continue;
		while (y && !tree_entry(a, id_key, tree_text(y, id_key)))
			y = y->next;
		if (!y || strcmp(tree_text(y, id_key), id) != 0)
			return true;
		y = y->next;
	}
	return false;
}

static int walk_entries(const struct walk *walk, const struct way *way, const struct tree *a, const struct tree *b)
{
	const struct key *key = way->key;
	const char *id_key = key->map->keys[0].name;
	int r = 0;

	for (const struct tree *x = a->first; x && r == 0; x = x->next)
		r = walk_child(walk, way, tree_text(x, id_key), key, x, tree_entry(b, id_key, tree_text(x, id_key)));
	for (const struct tree *y = b->first; y && r == 0; y = y->next)
		if (!tree_entry(a, id_key, tree_text(y, id_key)))
			r = walk_child(walk, way, tree_text(y, id_key), key, NULL, y);
	if (r == 0 && is_reordered(a, b, id_key))
		r = tell(walk, way, DIFFERENCE_ORDER, a, b);
	return r;
}

/* How often @list holds a value equal to @tree. */
static size_t count_equal(const struct tree *list, const struct tree *tree)
{
	size_t n = 0;

	for (const struct tree *child = list->first; child; child = child->next)
		n += trees_equal(child, tree);
	return n;
}

static bool has_same_members(const struct tree *a, const struct tree *b)
{
	for (const struct tree *child = a->first; child; child = child->next)
		if (count_equal(a, child) != count_equal(b, child))
			return false;
	return a->n_children == b->n_children;
}

static int walk_value(const struct walk *walk, const struct way *way, const struct tree *a, const struct tree *b)
{
	const struct key *key = way->key;

	if (a->kind != b->kind)
		return tell(walk, way, DIFFERENCE_CHANGED, a, b);
	if (a->kind == TREE_MAP)
		return key && key->map ? walk_map(walk, way, key->map, a, b) : walk_free_map(walk, way, a, b);
	if (a->kind == TREE_LIST && key && key->type == KEY_LIST)
		return walk_entries(walk, way, a, b);
	if (trees_equal(a, b))
		return 0;
	if (a->kind == TREE_LIST && has_same_members(a, b))
		return tell(walk, way, DIFFERENCE_ORDER, a, b);
	return tell(walk, way, DIFFERENCE_CHANGED, a, b);
}

int difference_each(struct memory *memory, const struct tree *a, const struct tree *b, difference_fn *tell_one, void *data)
{
	const struct walk walk = {memory, tell_one, data};
	const struct way way = {"", "", "", "", NULL};

	return walk_map(&walk, &way, &key_root, a, b);
}

const char *difference_word(enum difference_kind kind)
{
	static const char *const words[] = {"added", "removed", "changed", "order"};

	return words[kind];
}

/* ---- for a person to read ---------------------------------------------------------------------------------------- */

static const char *name_of(const struct tree *entry)
{
	static const char *const members[] = {"name", "title", "label", "ask", NULL};

	for (size_t i = 0; members[i]; i++) {
		const char *ja = tree_text(tree_find(entry, members[i]), "ja");

		if (*ja != '\0')
			return ja;
	}
	return tree_text(entry, "ja");
}

static const char *list_brief(struct memory *memory, const struct tree *list)
{
	const char *text = "[";

	for (const struct tree *child = list->first; child && text; child = child->next) {
		const char *id = child->kind == TREE_SCALAR ? child->scalar : tree_text(child, child->first->key);

		text = memory_format(memory, "%s%s%s", text, child == list->first ? "" : ", ", id);
	}
	return text ? memory_format(memory, "%s]", text) : NULL;
}

const char *value_brief(struct memory *memory, const struct tree *value, const struct key *key)
{
	static const struct key free_names = {""};
	CLEANUP(freep) char *dump = NULL;
	json_t *json;

	if (value->kind == TREE_SCALAR)
		return *value->scalar != '\0' ? value->scalar : "\"\"";
	if (value->kind == TREE_LIST)
		return list_brief(memory, value);
	if (*name_of(value) != '\0')
		return name_of(value);
	json = tree_encode(value, key ? key : &free_names);
	dump = json ? json_dumps(json, JSON_COMPACT) : NULL;
	json_decref(json);
	return dump ? memory_text(memory, dump, strlen(dump)) : NULL;
}

const char *place_brief(struct memory *memory, const struct tree *value)
{
	const struct place *place = &value->place; /* not that of the name, which a merge leaves with the weakest layer */

	return place->line > 0 ? memory_format(memory, "%s:%d", place->file, place->line) : "built in";
}

static bool is_removal(const struct tree *said)
{
	return said && said->kind == TREE_MAP && strcmp(tree_text(said, "remove"), "true") == 0;
}

const struct tree *difference_removal(struct memory *memory, const struct layers *layers, const char *path)
{
	const char *dot = strrchr(path, '.');
	const char *all = dot ? memory_format(memory, "%.*s.*", (int)(dot - path), path) : NULL;

	for (size_t i = 0; i < layers->n_items; i++) {
		const struct tree *own = tree_resolve(layers->items[i].root, path);
		const struct tree *of_all = all ? tree_resolve(layers->items[i].root, all) : NULL;

		if (is_removal(own))
			return own;
		if (is_removal(of_all))
			return of_all;
	}
	return NULL;
}
