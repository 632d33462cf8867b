/* SPDX-License-Identifier: MIT
 * What only the merged tree can tell: what is missing, what points nowhere, what is not translated. One walk over the
 * key tables; the sense of counters and forms is looked at afterwards. */
#include <string.h>

#include "shared/config/language.h"
#include "shared/config/schema/check.h"
#include "shared/config/schema/texts.h"
#include "shared/config/schema/value.h"
#include "shared/base/banned.h"

static bool has_fallback(const struct key *key)
{
	bool is_any = key->fallback != NULL;

	for (size_t i = 0; key->type == KEY_MAP && i < key->map->n_keys; i++)
		is_any |= key->map->keys[i].fallback != NULL;
	return is_any;
}

/* A list of the words in @words. */
static struct tree *word_list(struct memory *memory, const char *words, const struct place *place)
{
	struct tree *list = tree_new(memory, TREE_LIST, place);
	size_t n;

	for (; list && *words != '\0'; words += n + strspn(words + n, " ")) {
		struct tree *entry;

		n = strcspn(words, " ");
		entry = tree_new_scalar(memory, memory_text(memory, words, n), place);
		if (!entry)
			return NULL;
		tree_add(list, entry, NULL, NULL);
	}
	return list;
}

static void fill_map(struct memory *memory, struct tree *tree, const struct key_map *map, const struct place *built_in)
{
	for (size_t i = 0; i < map->n_keys; i++) {
		const struct key *key = &map->keys[i];
		struct tree *value;

		/* a required key that is missing earns a finding, not a default */
		if (key->is_required || !has_fallback(key) || tree_find(tree, key->name))
			continue;
		if (key->type == KEY_MAP)
			value = tree_new(memory, TREE_MAP, built_in);
		else if (key->type == KEY_WORDS)
			value = word_list(memory, key->fallback, built_in);
		else
			value = tree_new_scalar(memory, key->fallback, built_in);
		if (value)
			tree_add(tree, value, key->name, built_in);
	}
}

static void fill(struct memory *memory, struct tree *tree, const struct key_map *map, const struct place *built_in)
{
	fill_map(memory, tree, map, built_in);
	for (size_t i = 0; i < map->n_keys; i++) {
		const struct key *key = &map->keys[i];
		struct tree *value = tree_find(tree, key->name);

		if (!value || value->is_bad)
			continue;
		if (key->type == KEY_MAP && value->kind == TREE_MAP)
			fill(memory, value, key->map, built_in);
		if (key->type != KEY_LIST || value->kind != TREE_LIST)
			continue;
		for (struct tree *entry = value->first; entry; entry = entry->next)
			if (entry->kind == TREE_MAP)
				fill(memory, entry, key->map, built_in);
	}
}

void fill_defaults(struct loading *loading, struct tree *root)
{
	static const struct place built_in = {"", 0, 0, "built in"};

	fill(loading->memory, root, &key_root, &built_in);
}

struct walk {
	struct loading *loading;
	const struct tree *root;
	struct text_check texts;
	bool is_spoken; /* what is looked at is shown or read to residents */
};

static void check_reference(const struct walk *walk, const struct tree *value, const struct key *key)
{
	const struct tree *targets = tree_find(walk->root, key->target);
	char name[96];

	if (value->is_bad || value->kind != TREE_SCALAR)
		return;
	if (targets && targets->is_bad)
		return;
	snprintf(name, sizeof(name), "%s%.64s", key->prefix ? key->prefix : "", value->scalar);
	if (targets && (targets->kind == TREE_MAP ? tree_find(targets, name) : tree_entry(targets,
		"id", value->scalar)))
		return;
	finding_add(walk->loading, RULE_DANGLING_REFERENCE, &value->place,
		"%s names \"%s\", which is not in %s — correct the name or add it there",
		    key->name, name, key->target);
}

static void check_keys(const struct walk *walk, struct tree *tree, const struct key_map *map);

static void check_present(const struct walk *walk, struct tree *value, const struct key *key)
{
	switch (key->type) {
	case KEY_TEXT:
		check_one_text(&walk->texts, value, key->name, walk->is_spoken);
		return;
	case KEY_TEXTS:
		for (const struct tree *text = value->first; text; text = text->next)
			check_one_text(&walk->texts, text, text->key, true);
		return;
	case KEY_REF:
		check_reference(walk, value, key);
		return;
	case KEY_REFS:
		for (const struct tree *entry = value->first; entry; entry = entry->next)
			check_reference(walk, entry, key);
		return;
	case KEY_MAP:
		check_keys(walk, value, key->map);
		return;
	case KEY_LIST:
		for (struct tree *entry = value->first; entry; entry = entry->next)
			check_keys(walk, entry, key->map);
		return;
	case KEY_ID: case KEY_STRING: case KEY_INT: case KEY_DECIMAL: case KEY_BOOL: case KEY_WORD: case KEY_WORDS: case KEY_ENUM: case KEY_TIME:
	case KEY_SPAN: case KEY_HOURS: case KEY_BAND: case KEY_PREFIX: case KEY_CODE: case KEY_COLOUR: case KEY_WEB:
	case KEY_PRINTER: case KEY_DATE: case KEY_ROLES: case KEY_IDS:
		return;
	}
}

/* Boxes only staff write in, and names of holidays. */
static bool is_for_staff(const struct tree *tree, const struct key_map *map)
{
	return (map == &key_field && strcmp(tree_text(tree, "type"), "office-use") == 0) || map->keys[0].type == KEY_DATE;
}

static void check_keys(const struct walk *outer, struct tree *tree, const struct key_map *map)
{
	struct walk inner = *outer;
	const struct walk *walk = &inner;

	if (tree->is_bad || tree->kind != TREE_MAP)
		return;
	inner.is_spoken = outer->is_spoken && !is_for_staff(tree, map);
	for (size_t i = 0; i < map->n_keys; i++) {
		const struct key *key = &map->keys[i];
		struct tree *value = tree_find(tree, key->name);

		if (value && !value->is_bad)
			check_present(walk, value, key);
		else if (!value && key->is_required)
			finding_add(walk->loading, RULE_MISSING_KEY, &tree->place,
				"%s has no \"%s\" — add it%s", gettext(map->what), key->name,
				    map == &key_root ? gettext("; this folder with all it extends makes no town yet") : "");
	}
}

void check_whole(struct loading *loading, struct tree *root)
{
	struct tree *terminal = tree_find(root, "terminal");
	struct tree *languages = tree_find(terminal, "languages");
	const struct tree *offered = languages && languages->kind == TREE_LIST && !languages->is_bad ? languages : NULL;
	struct walk walk = {loading, root, {loading, offered, text_check_mark(offered)}, true};

	if (offered && offered->n_children == 0)
		finding_add(loading, RULE_NO_LANGUAGE, &languages->place, "languages is empty — offer at least ja");
	check_keys(&walk, root, &key_root);
	check_counter(loading, root);
	check_forms(loading, root);
	check_number(loading, root);
	check_procedures(loading, root);
	check_guide(loading, root);
	check_text_names(loading, root);
}
