/* SPDX-License-Identifier: MIT
 * A path is followed along the key tables, first through what is there (does it name a text?), then once more through
 * the tree it is written to. A field that a form has from a block counts as the form's: what is said of it there becomes
 * the form's own say, as blocks.h lays it over. */
#include <string.h>

#include "shared/base/limits.h"
#include "shared/config/language.h"
#include "shared/config/layer/lang.h"
#include "shared/config/schema/keys.h"
#include "shared/base/banned.h"

#define LEVELS_MAX 20
#define NAME_BYTES_MAX 160
#define SUGGESTIONS_MAX 64 /* of one layer: comparing words takes time, and a wrong file is wrong in every line */

/* One name of a path, and where it leads. */
struct level {
	const char *name;
	const struct key *key;        /* NULL: the name of an entry, or of a text below `texts` */
	const char *id_key;           /* of an entry: what its name is the value of; NULL: no entry */
	size_t end;                   /* where in the line's path the next name begins */
	const struct key_map *map;    /* of the names below */
	const struct tree *seen;      /* what is there */
	struct tree *own, *merged;    /* the same place in the trees that are written; NULL: not looked for yet */
};

/* Lines beside one another begin alike: what the line before found on the way is kept, from the root down. */
struct applying {
	struct loading *loading;
	struct layer *layer; /* may live longer than the loading's memory: what is put into it comes from its own */
	struct tree *merged;
	int suggestions;
	const char *before; /* the path the levels are of */
	struct level levels[LEVELS_MAX];
	size_t n_levels;
};

/* ---- reading ----------------------------------------------------------------------------------------------------- */

static bool name_is_language(struct loading *loading, const struct layer *layer, const char *name, const char **ret_language)
{
	char guess[FINDING_GUESS_BYTES];
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
		    "\"%.40s\" is no language of a text — %sname the file by one of: ja kana ja-easy en zh-Hans ko vi pt fil",
		    language, finding_guess(guess, nearest));
	return false;
}

static void refuse_line(struct loading *loading, struct tree *line, enum finding_rule rule, const char *problem)
{
	finding_add(loading, rule, &line->key_place, "%.60s %s", line->key, gettext(problem));
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
	char guess[FINDING_GUESS_BYTES];

	finding_add(applying->loading, RULE_TRANSLATION_OF_NOTHING, &line->key_place,
		    "\"%.*s\" translates nothing: %s — %scorrect the path, or delete the line", NAME_BYTES_MAX, line->key, gettext(why),
		    finding_guess(guess, nearest));
}

static void add_missing(struct applying *applying, const struct tree *line, const char *in, const char *name,
			const char *nearest)
{
	char why[2 * NAME_BYTES_MAX];

	snprintf(why, sizeof(why), gettext("there is no \"%.80s\" in %.80s"), name, gettext(in));
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

static struct level *top(struct applying *applying)
{
	return &applying->levels[applying->n_levels - 1];
}

/* Goes on to @seen, which the name of @n bytes at the top's end means; NULL @seen: to nowhere. */
static bool descend(struct applying *applying, const struct tree *line, size_t n, const struct level *level)
{
	struct level *next = &applying->levels[applying->n_levels];
	const char *name = line->key + top(applying)->end;

	if (!level->seen || applying->n_levels == LEVELS_MAX)
		return false;
	*next = *level;
	next->name = memory_text(applying->layer->memory, name, n);
	next->end = top(applying)->end + n + (name[n] == '.');
	if (!next->name)
		return false;
	applying->n_levels++;
	return true;
}

/* From a list to its entry. */
static bool step_to_entry(struct applying *applying, const struct tree *line)
{
	const struct key *key = top(applying)->key;
	const struct tree *owner = top(applying)[-1].seen;
	const char *name = line->key + top(applying)->end;
	size_t n = strcspn(name, ".");
	struct level level = {.id_key = key->map->keys[0].name, .map = key->map};
	const char *id = memory_text(applying->loading->memory, name, n);

	if (!id)
		return false;
	if (name[n] == '\0') {
		add_finding(applying, line, "it ends before the name of a text", NULL);
		return false;
	}
	level.seen = tree_entry(top(applying)->seen, level.id_key, id);
	if (!level.seen && key->map == &key_field)
		level.seen = block_field(applying, owner, id);
	if (!level.seen)
		add_missing(applying, line, key->name, id, nearest_child(applying, top(applying)->seen, level.id_key, id));
	return descend(applying, line, n, &level);
}

static const char *why_no_text(const struct key *key, bool goes_on)
{
	if (key->type == KEY_TEXT && goes_on)
		return N_("it goes on behind the name of a text");
	if (key->type == KEY_TEXT || key->type == KEY_TEXTS || key->type == KEY_LIST || key->type == KEY_MAP)
		return N_("it ends before the name of a text");
	return N_("what it names is not a text");
}

/* A list of fields that is not there yet may still be filled from blocks. */
static const struct tree empty_list = {.kind = TREE_LIST};

/* One name further; false with a finding. */
static bool step(struct applying *applying, const struct tree *line)
{
	const struct tree *owner = top(applying)->seen;
	const char *rest = line->key + top(applying)->end;
	const struct key_map *map = top(applying)->map;
	size_t n = strcspn(rest, ".");
	const char *name = memory_text(applying->loading->memory, rest, n);
	const struct key *key = name ? key_find(map, name) : NULL;
	struct level level = {.key = key, .map = key ? key->map : NULL, .seen = tree_find(owner, name ? name : "")};

	if (!name)
		return false;
	if (!key) {
		add_missing(applying, line, map->what, name, key_nearest(map, name));
		return false;
	}
	if ((key->type == KEY_TEXT) != (rest[n] == '\0') || (key->type != KEY_TEXT && !key->map && key->type != KEY_TEXTS)) {
		add_finding(applying, line, why_no_text(key, rest[n] != '\0'), NULL);
		return false;
	}
	if (!level.seen && key->map == &key_field)
		level.seen = &empty_list;
	if (!level.seen)
		add_missing(applying, line, map->what, name, NULL);
	return descend(applying, line, n, &level);
}

/* Below `texts` the rest of the path is one name. */
static bool step_to_named_text(struct applying *applying, const struct tree *line)
{
	const char *name = line->key + top(applying)->end;
	struct level level = {.seen = tree_find(top(applying)->seen, name)};

	if (!level.seen)
		add_missing(applying, line, "texts", name, nearest_child(applying, top(applying)->seen, NULL, name));
	return descend(applying, line, strlen(name), &level);
}

static bool is_text(const struct level *level)
{
	return !level->id_key && (!level->key || level->key->type == KEY_TEXT) && !level->map;
}

/* Goes back to what @line has in common with the line before. */
static void rewind_to(struct applying *applying, const struct tree *line)
{
	size_t n = 0;

	while (applying->before[n] != '\0' && applying->before[n] == line->key[n])
		n++;
	while (applying->n_levels > 1 && (top(applying)->end > n || top(applying)->end == 0 || is_text(top(applying))))
		applying->n_levels--;
	applying->before = line->key;
}

/* Follows @line's path; false with a finding, or where one stands already. */
static bool follow(struct applying *applying, const struct tree *line)
{
	bool is_found = true;

	rewind_to(applying, line);
	while (is_found && (applying->n_levels == 1 || !is_text(top(applying)))) {
		const struct level *at = top(applying);

		if (at->seen->is_bad)
			return false;
		if (at->key && at->key->type == KEY_TEXTS)
			is_found = step_to_named_text(applying, line);
		else if (at->key && at->key->type == KEY_LIST)
			is_found = step_to_entry(applying, line);
		else
			is_found = step(applying, line);
	}
	return is_found && !top(applying)->seen->is_bad && top(applying)->seen->kind == TREE_MAP;
}

/* ---- writing ----------------------------------------------------------------------------------------------------- */

static struct tree *ensure_child(struct memory *memory, struct tree *map, const struct level *level, const struct place *place)
{
	enum tree_kind kind = level->key && level->key->type == KEY_LIST ? TREE_LIST : TREE_MAP;
	struct tree *child;

	tree_own(map);
	child = tree_find(map, level->name);
	if (!child) {
		child = tree_new(memory, kind, place);
		if (child)
			tree_add(map, child, level->name, place);
	}
	return child && child->kind == kind && !child->is_bad ? child : NULL;
}

static struct tree *ensure_entry(struct memory *memory, struct tree *list, const struct level *level, const struct place *place)
{
	struct tree *entry, *id;

	tree_own(list);
	entry = tree_entry(list, level->id_key, level->name);
	if (entry)
		return entry->is_bad ? NULL : entry;
	entry = tree_new(memory, TREE_MAP, place);
	id = tree_new_scalar(memory, level->name, place);
	if (!entry || !id)
		return NULL;
	tree_add(entry, id, level->id_key, place);
	tree_add(list, entry, NULL, NULL);
	return entry;
}

static struct tree *ensure(struct memory *memory, struct tree *above, const struct level *level, const struct place *place)
{
	if (!above)
		return NULL;
	return level->id_key ? ensure_entry(memory, above, level, place) : ensure_child(memory, above, level, place);
}

/* Finds or makes what the levels mean in both trees. False: no memory, or something bad is in the way. */
static bool ensure_levels(struct applying *applying, const struct place *place)
{
	for (size_t i = 1; i < applying->n_levels; i++) {
		struct level *level = &applying->levels[i];

		if (!level->own)
			level->own = ensure(applying->layer->memory, level[-1].own, level, place);
		if (!level->merged)
			level->merged = ensure(applying->loading->memory, level[-1].merged, level, place);
	}
	return top(applying)->own && top(applying)->merged;
}

/* Says @line in @language of @text; what a weaker layer said there goes. */
static void say(struct memory *memory, struct tree *text, const char *language, const struct tree *line)
{
	struct tree *said;

	tree_own(text);
	said = tree_find(text, language);
	if (!said) {
		said = tree_new_scalar(memory, line->scalar, &line->place);
		if (said)
			tree_add(text, said, language, &line->key_place);
		return;
	}
	said->beaten = tree_share(memory, said);
	said->kind = TREE_SCALAR;
	said->first = said->last = NULL;
	said->n_children = 0;
	said->is_shared = said->is_bad = said->is_null = false;
	said->scalar = line->scalar;
	said->place = line->place;
	said->key_place = line->key_place;
}

static void apply_line(struct applying *applying, const char *language, const struct tree *line)
{
	const struct tree *said;

	if (line->is_bad || !follow(applying, line) || !ensure_levels(applying, &line->key_place))
		return;
	said = tree_find(top(applying)->own, language);
	if (said) {
		finding_add(applying->loading, RULE_DUPLICATE_KEY, &line->key_place,
			    "\"%.*s\" is said in %s already in %s:%d of this layer — keep one", NAME_BYTES_MAX, line->key, language,
			    said->key_place.file, said->key_place.line);
		return;
	}
	/* in this order: until now the merged text may share what the layer says */
	say(applying->loading->memory, top(applying)->merged, language, line);
	say(applying->layer->memory, top(applying)->own, language, line);
}

void lang_apply(struct loading *loading, struct layer *layer, struct tree *merged)
{
	struct applying applying = {loading, layer, merged, .before = "", .n_levels = 1};

	if (!layer->lang || loading->is_incomplete)
		return;
	applying.levels[0] = (struct level){.map = &key_root, .seen = merged, .own = layer->root, .merged = merged};
	for (const struct tree *file = layer->lang->first; file; file = file->next)
		for (const struct tree *line = file->first; line; line = line->next)
			apply_line(&applying, file->key, line);
	/* from now on they are the layer's own texts */
	layer->lang->first = layer->lang->last = NULL;
	layer->lang->n_children = 0;
}
