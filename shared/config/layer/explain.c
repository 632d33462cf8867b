/* SPDX-License-Identifier: MIT
 * The merged tree gives the value; the layers' own trees, strongest first, give who said what. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/config/layer/explain.h"
#include "shared/config/layer/print.h"
#include "shared/base/banned.h"

/* The key tables' row of the value at @path, followed as tree_resolve() follows it; NULL where names are free. */
static const struct key *key_at(const char *path)
{
	static const struct key root = {"", KEY_MAP, .map = &key_root};
	const struct key *key = &root;

	while (*path != '\0' && key && key->map) {
		char name[64];
		size_t n = strcspn(path, ".");

		snprintf(name, sizeof(name), "%.*s", (int)n, path);
		path += path[n] == '.' ? n + 1 : n;
		key = key_find(key->map, name);
		/* within a list: the entry's name; with nothing behind it the value is the entry, printed by the list's keys */
		if (key && key->type == KEY_LIST) {
			n = strcspn(path, ".");
			path += path[n] == '.' ? n + 1 : n;
		}
	}
	return *path == '\0' ? key : NULL;
}

static bool is_removal(const struct tree *tree)
{
	return tree->kind == TREE_MAP && strcmp(tree_text(tree, "remove"), "true") == 0;
}

static void print_say(const struct tree *tree, FILE *out)
{
	const struct place *place = tree->key ? &tree->key_place : &tree->place;

	if (place->line == 0)
		fprintf(out, "built in");
	else
		fprintf(out, "%s:%d", place->file, place->line);
	if (tree->kind == TREE_SCALAR)
		fprintf(out, ": %s", tree->scalar);
	else if (is_removal(tree))
		fprintf(out, ": removed");
	fprintf(out, place->line == 0 ? "\n" : "  (%s)\n", place->layer);
}

int explain_print(const struct loaded *loaded, const char *path, FILE *out)
{
	const struct tree *value = tree_resolve(loaded->root, path);
	bool is_said = false;
	int r = 0;

	if (value && value->kind == TREE_SCALAR)
		fprintf(out, "%s\n", value->scalar);
	else if (value)
		r = tree_print(value, key_at(path), out);
	for (size_t i = 0; i < loaded->layers.n_items && r == 0; i++) {
		const struct tree *said = tree_resolve(loaded->layers.items[i].root, path);

		if (!said)
			continue;
		is_said = true;
		print_say(said, out);
	}
	if (r == 0 && value && !is_said)
		print_say(value, out);
	if (r < 0)
		return fault_pass(r);
	return value || is_said ? 0 : fault_raise(-ENOENT);
}
