/* SPDX-License-Identifier: MIT
 * A path is followed along the key tables, first through what is there (does it name a text?), then once more through
 * the tree it is written to. A field that a form has from a block counts as the form's: what is said of it there becomes
 * the form's own say, as blocks.h lays it over. */
#include <string.h>

#include "shared/base/limits.h"
#include "shared/config/layer/lang.h"
#include "shared/config/schema/keys.h"
#include "shared/base/banned.h"

#define STEPS_MAX 16
#define NAME_BYTES_MAX 160
#define SUGGESTIONS_MAX 64 /* of one layer: comparing words takes time, and a wrong file is wrong in every line */

/* One name of a path. */
struct step {
	const char *name;
	const struct key *key; /* NULL: the name is that of an entry or text below the step before */
	bool is_entry;
};

struct applying {
	struct loading *loading;
	struct layer *layer; /* may live longer than the loading's memory: what is put into it comes from its own */
	struct tree *merged;
	int suggestions;
};

struct path {
	struct step steps[STEPS_MAX];
	size_t n_steps;
	const struct tree *text; /* what it leads to */
};

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static bool name_is_language(struct loading *loading, const struct layer *layer, const char *name, const char **ret_language)
{
	const char *file = memory_format(loading->memory, "%s/lang/%s", layer->folder, name);
	const char *language = memory_text(loading->memory, name, strlen(name) - strlen(".yaml"));
	struct place place = {file ? file : "", 1, 1, layer->name};
	const char *nearest;

	if (!file || !language)
		return false;
	*ret_language = language;
	if (word_index(key_languages, language) >= 0)
		return true;
	nearest = word_nearest(key_languages, language);
	finding_add(loading, RULE_TRANSLATION_FILE, &place,
		    "\"%.40s\" is no language of a text — %s%s%sname the file by one of: ja kana ja-easy en zh-Hans ko vi pt fil",
		    language, nearest ? "did you mean \"" : "", nearest ? nearest : "", nearest ? "\"? or " : "");
	return false;
}

static void refuse_line(struct loading *loading, struct tree *line, enum finding_rule rule, const char *problem)
{
	finding_add(loading, rule, &line->key_place, "%.60s %s", line->key, problem);
	line->is_bad = true;
}

static void check_line(struct loading *loading, struct tree *line)
{
	if (line->kind != TREE_SCALAR)
		refuse_line(loading, line, RULE_TRANSLATION_FILE,
			    "must be one text — a file of lang is flat, write the whole path: services.certificates.name: …");
	else if (line->is_null)
		refuse_line(loading, line, RULE_MISSING_VALUE, "has no value — write one, or delete the line");
	else if (strlen(line->scalar) > VALUE_BYTES_MAX)
		refuse_line(loading, line, RULE_TOO_LONG, "is longer than 4096 bytes — shorten it");
}

void lang_take(struct loading *loading, struct layer *layer, const char *name, struct tree *root)
{
	const char *language;

	if (!name_is_language(loading, layer, name, &language) || !root)
		return;
	for (struct tree *line = root->first; line; line = line->next)
		check_line(loading, line);
	if (!layer->lang)
		layer->lang = tree_new(loading->memory, TREE_MAP, &layer->start);
	if (layer->lang)
		tree_add(layer->lang, root, language, &root->place);
}

/* ---- what a path names ------------------------------------------------------------------------------------------- */

/* The name at the front of @path, and what follows. */
static const char *take_name(struct memory *memory, const char **path)
{
	size_t n = strcspn(*path, ".");
	const char *name = memory_text(memory, *path, n);

	*path += n + ((*path)[n] == '.');
	return name;
}

static const char *name_of(const struct tree *child, const char *id_key)
{
	return id_key ? tree_text(child, id_key) : child->key;
}

/* The child of @parent that is a slip of the hand away from @name; @id_key NULL: by its key. */
static const char *nearest_child(struct applying *applying, const struct tree *parent, const char *id_key, const char *name)
{
	const char **words;
	size_t n = 0;

	if (!parent || applying->suggestions++ >= SUGGESTIONS_MAX)
		return NULL;
	words = memory_take(applying->loading->memory, (parent->n_children + 1) * sizeof(*words));
	for (const struct tree *child = parent->first; words && child; child = child->next)
		words[n++] = name_of(child, id_key);
	return words ? word_nearest(words, name) : NULL;
}

static void add_finding(struct applying *applying, const struct tree *line, const char *why, const char *nearest)
{
	finding_add(applying->loading, RULE_TRANSLATION_OF_NOTHING, &line->key_place,
		    "\"%.*s\" translates nothing: %s — %s%s%scorrect the path, or delete the line", NAME_BYTES_MAX, line->key, why,
		    nearest ? "did you mean \"" : "", nearest ? nearest : "", nearest ? "\"? " : "");
}

static void add_missing(struct applying *applying, const struct tree *line, const char *in, const char *name,
			const char *nearest)
{
	char why[2 * NAME_BYTES_MAX];

	snprintf(why, sizeof(why), "there is no \"%.80s\" in %.80s", name, in);
	add_finding(applying, line, why, nearest);
}

/* The field @id of a block that one of @form's sections names. */
static const struct tree *block_field(const struct applying *applying, const struct tree *form, const char *id)
{
	const struct tree *blocks = tree_find(applying->merged, "blocks");
	const struct tree *sections = tree_find(form, "sections");

	for (const struct tree *section = sections ? sections->first : NULL; section; section = section->next) {
		const struct tree *block = tree_entry(blocks, "id", tree_text(section, "block"));
		const struct tree *field = tree_entry(tree_find(block, "fields"), "id", id);

		if (field)
			return field;
	}
	return NULL;
}

static bool add_step(struct path *path, const char *name, const struct key *key, bool is_entry)
{
	if (path->n_steps == STEPS_MAX || !name)
		return false;
	path->steps[path->n_steps++] = (struct step){name, key, is_entry};
	return true;
}

static const struct tree *find_entry(struct applying *applying, const struct tree *line, struct path *path,
				     const struct tree *owner, const struct key *key, const char *name)
{
	const char *id_key = key->map->keys[0].name;
	const struct tree *list = tree_find(owner, key->name);
	const struct tree *entry = tree_entry(list, id_key, name);

	if (!entry && key->map == &key_field)
		entry = block_field(applying, owner, name);
	if (!entry)
		add_missing(applying, line, key->name, name, nearest_child(applying, list, id_key, name));
	return entry && add_step(path, name, key, true) ? entry : NULL;
}

static const char *why_no_text(const struct key *key, const char *rest)
{
	if (key->type == KEY_TEXT && *rest != '\0')
		return "it goes on behind the name of a text";
	if (key->type == KEY_TEXT || key->type == KEY_TEXTS || key->type == KEY_LIST || key->type == KEY_MAP)
		return "it ends before the name of a text";
	return "what it names is not a text";
}

/* Follows @line's path; false with a finding, or where one stands already. */
static bool follow(struct applying *applying, const struct tree *line, struct path *path)
{
	const struct key_map *map = &key_root;
	const struct tree *at = applying->merged;
	const char *rest = line->key;

	while (at && !at->is_bad) {
		const char *name = take_name(applying->layer->memory, &rest);
		const struct key *key = name ? key_find(map, name) : NULL;
		const struct tree *child = tree_find(at, name ? name : "");

		if (!name)
			return false;
		if (!key) {
			add_missing(applying, line, map->what, name, key_nearest(map, name));
			return false;
		}
		if ((key->type == KEY_TEXT) != (*rest == '\0') || (key->type != KEY_TEXT && !key->map && key->type != KEY_TEXTS)) {
			add_finding(applying, line, why_no_text(key, rest), NULL);
			return false;
		}
		if (!add_step(path, name, key, false))
			return false;
		if (key->type == KEY_TEXTS) {
			path->text = tree_find(child, rest);
			if (!path->text)
				add_missing(applying, line, "texts", rest, nearest_child(applying, child, NULL, rest));
			return path->text && add_step(path, rest, NULL, false);
		}
		if (key->type == KEY_LIST) {
			name = take_name(applying->layer->memory, &rest);
			if (*rest == '\0') {
				add_finding(applying, line, why_no_text(key, rest), NULL);
				return false;
			}
			at = name ? find_entry(applying, line, path, at, key, name) : NULL;
		} else if (!child) {
			add_missing(applying, line, map->what, name, NULL);
			return false;
		} else if (key->type == KEY_TEXT) {
			path->text = child;
			return true;
		} else {
			at = child;
		}
		map = key->map;
	}
	return false;
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static struct tree *ensure_child(struct memory *memory, struct tree *map, const char *name, enum tree_kind kind,
				 const struct place *place)
{
	struct tree *child = tree_find(map, name);

	if (!child) {
		child = tree_new(memory, kind, place);
		if (child)
			tree_add(map, child, name, place);
	}
	return child && child->kind == kind && !child->is_bad ? child : NULL;
}

static struct tree *ensure_entry(struct memory *memory, struct tree *list, const struct step *step, const struct place *place)
{
	const char *id_key = step->key->map->keys[0].name;
	struct tree *entry = tree_entry(list, id_key, step->name);
	struct tree *id;

	if (entry)
		return entry->is_bad ? NULL : entry;
	entry = tree_new(memory, TREE_MAP, place);
	id = tree_new_scalar(memory, step->name, place);
	if (!entry || !id)
		return NULL;
	tree_add(entry, id, id_key, place);
	tree_add(list, entry, NULL, NULL);
	return entry;
}

/* The text at @path in @root, made as far as it is not there. NULL: no memory, or something bad is in the way. */
static struct tree *ensure_text(struct memory *memory, struct tree *root, const struct path *path, const struct place *place)
{
	struct tree *at = root;

	for (size_t i = 0; at && i < path->n_steps; i++) {
		const struct step *step = &path->steps[i];

		if (step->is_entry)
			at = ensure_entry(memory, at, step, place);
		else
			at = ensure_child(memory, at, step->name, step->key && step->key->type == KEY_LIST ? TREE_LIST : TREE_MAP, place);
	}
	return at;
}

/* Says @line in @language of @text; what a weaker layer said there goes. */
static void say(struct memory *memory, struct tree *text, const char *language, const struct tree *line)
{
	struct tree *said = text ? tree_find(text, language) : NULL;

	if (!text)
		return;
	if (!said) {
		said = tree_new_scalar(memory, line->scalar, &line->place);
		if (said)
			tree_add(text, said, language, &line->key_place);
		return;
	}
	said->kind = TREE_SCALAR;
	said->first = said->last = NULL;
	said->n_children = 0;
	said->is_bad = said->is_null = false;
	said->scalar = line->scalar;
	said->place = line->place;
	said->key_place = line->key_place;
}

static void apply_line(struct applying *applying, const char *language, const struct tree *line)
{
	struct loading *loading = applying->loading;
	struct path path = {0};
	struct tree *own;
	const struct tree *said;

	if (line->is_bad || !follow(applying, line, &path) || path.text->is_bad || path.text->kind != TREE_MAP)
		return;
	own = ensure_text(applying->layer->memory, applying->layer->root, &path, &line->key_place);
	said = own ? tree_find(own, language) : NULL;
	if (said) {
		finding_add(loading, RULE_DUPLICATE_KEY, &line->key_place,
			    "\"%.*s\" is said in %s already in %s:%d of this layer — keep one", NAME_BYTES_MAX, line->key, language,
			    said->key_place.file, said->key_place.line);
		return;
	}
	say(applying->layer->memory, own, language, line);
	say(loading->memory, ensure_text(loading->memory, applying->merged, &path, &line->key_place), language, line);
}

void lang_apply(struct loading *loading, struct layer *layer, struct tree *merged)
{
	struct applying applying = {loading, layer, merged, 0};

	if (!layer->lang || loading->is_incomplete)
		return;
	for (const struct tree *file = layer->lang->first; file; file = file->next)
		for (const struct tree *line = file->first; line; line = line->next)
			apply_line(&applying, file->key, line);
	/* from now on they are the layer's own texts */
	layer->lang->first = layer->lang->last = NULL;
	layer->lang->n_children = 0;
}
