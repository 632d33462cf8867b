/* SPDX-License-Identifier: MIT
 * One layer against the key tables. A value that earned a finding is marked, so that later checks do not
 * complain about it again. */
#include <string.h>

#include "shared/base/limits.h"
#include "shared/config/language.h"
#include "shared/config/schema/check.h"
#include "shared/config/schema/value.h"
#include "shared/base/banned.h"

static void check_map(struct loading *loading, struct tree *tree, const struct key_map *map);

static void refuse(struct loading *loading, enum finding_rule rule, struct tree *tree, const char *name,
		   const char *problem)
{
	finding_add(loading, rule, &tree->place, "%s %s", gettext(name), gettext(problem));
	tree->is_bad = true;
}

static bool expect(struct loading *loading, struct tree *tree, const char *name, enum tree_kind kind,
		   const char *problem)
{
	if (tree->kind == kind && !(kind == TREE_SCALAR && tree->is_null))
		return true;
	if (tree->kind == TREE_SCALAR && tree->is_null)
		refuse(loading, RULE_MISSING_VALUE, tree, name, "has no value — write one, or delete the line");
	else
		refuse(loading, RULE_WRONG_TYPE, tree, name, problem);
	return false;
}

static void check_scalar(struct loading *loading, struct tree *tree, const struct key *key)
{
	char out[400];
	enum finding_rule rule;
	const char *problem;

	if (!expect(loading, tree, key->name, TREE_SCALAR, "must be a single value — not a list or map"))
		return;
	if (strlen(tree->scalar) > VALUE_BYTES_MAX) {
		refuse(loading, RULE_TOO_LONG, tree, key->name, "is longer than 4096 bytes — shorten it");
		return;
	}
	problem = value_problem(key, tree->scalar, out, sizeof(out), &rule);
	if (problem)
		refuse(loading, rule, tree, key->name, problem);
}

static void check_language(struct loading *loading, struct tree *entry, const char *name)
{
	char guess[FINDING_GUESS_BYTES];
	const char *nearest;

	if (word_index(key_languages, entry->key) < 0) {
		nearest = word_nearest(key_languages, entry->key);
		finding_add(loading, RULE_UNKNOWN_LANGUAGE, &entry->key_place,
			    "\"%.40s\" is no language of a text — %suse ja kana ja-easy en zh-Hans ko vi pt fil", entry->key,
			    finding_guess(guess, nearest));
		entry->is_bad = true;
	}
	if (!expect(loading, entry, name, TREE_SCALAR, "must be a text in each language — not a list or map"))
		return;
	if (strlen(entry->scalar) > VALUE_BYTES_MAX)
		refuse(loading, RULE_TOO_LONG, entry, name, "is longer than 4096 bytes — shorten it");
}

/* A plain string becomes {ja: string}, in place. */
static void spread_text(struct loading *loading, struct tree *tree, const char *key)
{
	struct tree *ja = tree_new_scalar(loading->memory, tree->scalar, &tree->place);

	if (!ja)
		return;
	tree->kind = TREE_MAP;
	tree->scalar = NULL;
	tree_add(tree, ja, key, &tree->place);
}

static void check_text(struct loading *loading, struct tree *tree, const char *name)
{
	if (tree->kind == TREE_SCALAR && !tree->is_null)
		spread_text(loading, tree, "ja");
	if (!expect(loading, tree, name, TREE_MAP, "must be a text — write it alone, or by language such as {ja: …, en: …}"))
		return;
	for (struct tree *entry = tree->first; entry; entry = entry->next)
		check_language(loading, entry, name);
}

static void check_texts(struct loading *loading, struct tree *tree)
{
	if (!expect(loading, tree, "texts", TREE_MAP, "must be a map of texts — write name.of.text: {ja: …, en: …}"))
		return;
	for (struct tree *text = tree->first; text; text = text->next) {
		size_t n_sound = strspn(text->key, "abcdefghijklmnopqrstuvwxyz0123456789_.-");

		if (n_sound == 0 || text->key[n_sound] != '\0')
			finding_add(loading, RULE_BAD_TEXT_NAME, &text->key_place,
				    "\"%.40s\" is no name of a text — use small letters, digits, dots and hyphens", text->key);
		check_text(loading, text, text->key);
	}
}

static void check_hours(struct loading *loading, struct tree *tree, const struct key *key)
{
	int first, last;

	if (!expect(loading, tree, key->name, TREE_MAP, "must be spans by weekday — write {mon-fri: \"08:30-17:15\"}"))
		return;
	for (struct tree *day = tree->first; day; day = day->next) {
		if (value_days(day->key, &first, &last) < 0) {
			finding_add(loading, RULE_UNKNOWN_WEEKDAY, &day->key_place,
				    "\"%.40s\" is no weekday — write mon tue wed thu fri sat sun, or a span such as mon-fri", day->key);
			day->is_bad = true;
		}
		check_scalar(loading, day, key);
	}
}

static void check_scalars(struct loading *loading, struct tree *tree, const struct key *key)
{
	if (!expect(loading, tree, key->name, TREE_LIST, "must be a list — write it as [one, two]"))
		return;
	for (struct tree *entry = tree->first; entry; entry = entry->next) {
		check_scalar(loading, entry, key);
		if (entry->kind != TREE_SCALAR)
			continue;
		for (struct tree *other = tree->first; other != entry; other = other->next)
			if (other->kind == TREE_SCALAR && strcmp(other->scalar, entry->scalar) == 0 && !entry->is_bad)
				refuse(loading, RULE_REPEATED_ENTRY, entry, key->name, "names this twice — keep one");
	}
}

static void check_printer(struct loading *loading, struct tree *entry, const struct key *key)
{
	static const struct key uri = {"uri", KEY_PRINTER, true};
	static const struct key_map printer_entry = {N_("a printer"), &uri, 1, 0};

	if (!expect(loading, entry, key->name, TREE_MAP, "must be printers by address — write [{uri: \"ipps://…\"}]"))
		return;
	check_map(loading, entry, &printer_entry);
	if (!tree_find(entry, "uri"))
		refuse(loading, RULE_MISSING_KEY, entry, key->name, "needs the address of the printer — add uri: \"ipps://…\"");
}

static void check_roles(struct loading *loading, struct tree *tree, const struct key *key)
{
	if (!expect(loading, tree, key->name, TREE_MAP,
		"must be printers by role — write {slip: [{uri: …}], form: [{uri: …}]}"))
		return;
	for (struct tree *role = tree->first; role; role = role->next) {
		if (word_index(key_roles, role->key) < 0)
			finding_add(loading, RULE_UNKNOWN_ROLE, &role->key_place,
				"\"%.40s\" is no role of a printer — use slip or form", role->key);
		if (!expect(loading, role, role->key, TREE_LIST,
			"must be a list of printers — write [{uri: \"ipps://…\"}]"))
			continue;
		for (struct tree *entry = role->first; entry; entry = entry->next)
			check_printer(loading, entry, key);
	}
}

static bool is_removal(struct loading *loading, struct tree *entry)
{
	struct tree *remove = tree_find(entry, "remove");

	if (!remove)
		return false;
	if (strcmp(tree_text(entry, "remove"), "true") != 0)
		refuse(loading, RULE_BAD_REMOVE, remove, "remove", "can only be true — delete the line to keep the entry");
	return true;
}

/* {id: "*", remove: true, except: [one, two]} drops what weaker layers name in this list. */
static void check_clearing(struct loading *loading, struct tree *entry, const char *id_key)
{
	const struct key keys[] = {{id_key, KEY_STRING, true}, {"remove", KEY_BOOL, true}, {"except", KEY_IDS, false}};
	const struct key_map clearing = {"the removal of all entries", keys, 3, 0};

	if (!is_removal(loading, entry))
		refuse(loading, RULE_BAD_REMOVE, entry, "*", "stands for all entries and can only remove them — add remove: true");
	check_map(loading, entry, &clearing);
}

static void check_list_entry(struct loading *loading, struct tree *list, struct tree *entry, const struct key *key)
{
	const char *id_key = key->map->keys[0].name;
	const struct tree *first;

	if (entry->kind == TREE_SCALAR && !entry->is_null && key->map->keys[0].type == KEY_DATE)
		spread_text(loading, entry, id_key);
	if (!expect(loading, entry, key->map->what, TREE_MAP,
		"must be a map of its settings — begin it with \"- id: …\""))
		return;
	if (strcmp(tree_text(entry, id_key), "*") == 0) {
		check_clearing(loading, entry, id_key);
		return;
	}
	check_map(loading, entry, key->map);
	if (!tree_find(entry, id_key)) {
		refuse(loading, RULE_MISSING_ID, entry, key->map->what, "has no id — add one, entries are told apart by it");
		return;
	}
	first = tree_entry(list, id_key, tree_text(entry, id_key));
	if (first && first != entry && *tree_text(entry, id_key) != '\0')
		finding_add(loading, RULE_DUPLICATE_ID, &tree_find(entry, id_key)->place,
			    "the id \"%s\" is used twice in %s, first in %s:%d — give one of them another id",
			    tree_text(entry, id_key), key->name, first->place.file, first->place.line);
}

static void check_list(struct loading *loading, struct tree *tree, const struct key *key)
{
	if (!expect(loading, tree, key->name, TREE_LIST, "must be a list — begin each entry with \"- \""))
		return;
	if (tree->n_children > CONFIG_ENTRIES_MAX)
		refuse(loading, RULE_TOO_MANY_ENTRIES, tree, key->name, "has more than 512 entries over all files — remove some");
	for (struct tree *entry = tree->first; entry; entry = entry->next)
		check_list_entry(loading, tree, entry, key);
}

static void check_value(struct loading *loading, struct tree *tree, const struct key *key)
{
	switch (key->type) {
	case KEY_TEXT:
		check_text(loading, tree, key->name);
		return;
	case KEY_TEXTS:
		check_texts(loading, tree);
		return;
	case KEY_REFS:
	case KEY_WORDS:
	case KEY_IDS:
		check_scalars(loading, tree, key);
		return;
	case KEY_HOURS:
		check_hours(loading, tree, key);
		return;
	case KEY_ROLES:
		check_roles(loading, tree, key);
		return;
	case KEY_LIST:
		check_list(loading, tree, key);
		return;
	case KEY_MAP:
		if (expect(loading, tree, key->name, TREE_MAP, "must be a map of its settings — write them below it as name: value"))
			check_map(loading, tree, key->map);
		return;
	case KEY_ID: case KEY_REF: case KEY_STRING: case KEY_INT: case KEY_DECIMAL: case KEY_BOOL: case KEY_WORD: case KEY_ENUM:
	case KEY_TIME: case KEY_SPAN: case KEY_BAND: case KEY_PREFIX: case KEY_CODE: case KEY_COLOUR: case KEY_WEB:
	case KEY_PRINTER: case KEY_DATE:
		check_scalar(loading, tree, key);
		return;
	}
}

static void add_unknown(struct loading *loading, struct tree *tree, const struct key_map *map)
{
	const char *nearest = key_nearest(map, tree->key);
	char known[400] = "";
	size_t n = 0;

	tree->is_bad = true;
	if (nearest) {
		finding_add(loading, RULE_UNKNOWN_KEY, &tree->key_place,
			"unknown key \"%.60s\" in %s — did you mean \"%s\"?", tree->key,
			    gettext(map->what), nearest);
		return;
	}
	for (size_t i = 0; i < map->n_keys && n < sizeof(known); i++)
		n += (size_t)snprintf(known + n, sizeof(known) - n, " %s", map->keys[i].name);
	finding_add(loading, RULE_UNKNOWN_KEY, &tree->key_place,
		"unknown key \"%.60s\" in %s — known are:%s", tree->key, gettext(map->what), known);
}

static void check_map(struct loading *loading, struct tree *tree, const struct key_map *map)
{
	bool is_entry = map->n_keys > 0 && (map->keys[0].type == KEY_ID || map->keys[0].type == KEY_DATE);

	if (is_entry)
		(void)is_removal(loading, tree);
	for (struct tree *child = tree->first; child; child = child->next) {
		const struct key *key = key_find(map, child->key);

		if (key)
			check_value(loading, child, key);
		else if (!is_entry || strcmp(child->key, "remove") != 0)
			add_unknown(loading, child, map);
	}
}

void check_layer(struct loading *loading, struct tree *root)
{
	static const char *const heading[] = {"extends", "code", "version", NULL};
	struct tree *next;

	for (struct tree *child = root->first; child; child = next) {
		next = child->next;
		if (word_index(heading, child->key) < 0)
			continue;
		finding_add(loading, RULE_MISPLACED_HEADING, &child->key_place,
			"\"%s\" stands only in layer.yaml — move it there", child->key);
		tree_drop(root, child);
	}
	check_map(loading, root, &key_root);
}
