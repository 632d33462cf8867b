/* SPDX-License-Identifier: MIT
 * From a checked tree to the struct: each row of the key tables says where its value goes. Parsing cannot fail here
 * any more; only memory can. */
#include <string.h>

#include "shared/config/schema/check.h"
#include "shared/config/schema/value.h"
#include "shared/base/banned.h"

static void bind_map(struct memory *memory, const struct tree *tree, const struct key_map *map, char *into);

static void put_text(char *into, size_t at, const char *text)
{
	memcpy(into + at, &text, sizeof(text));
}

static void put_int(char *into, size_t at, int value)
{
	memcpy(into + at, &value, sizeof(value));
}

static void put_list(char *into, const struct key *key, void *items, size_t n)
{
	memcpy(into + key->at, &items, sizeof(items));
	memcpy(into + key->count_at, &n, sizeof(n));
}

static void bind_text(struct memory *memory, const struct tree *tree, struct text *text)
{
	text->entries = memory_take(memory, tree->n_children * sizeof(*text->entries));
	if (!text->entries)
		return;
	for (const struct tree *entry = tree->first; entry; entry = entry->next)
		text->entries[text->n_entries++] = (struct text_entry){entry->key, entry->scalar};
}

static void bind_texts(struct memory *memory, const struct tree *tree, const struct key *key, char *into)
{
	struct config_named_text *texts = memory_take(memory, tree->n_children * sizeof(*texts));
	size_t n = 0;

	for (const struct tree *entry = tree->first; texts && entry; entry = entry->next, n++) {
		texts[n].id = entry->key;
		bind_text(memory, entry, &texts[n].text);
	}
	put_list(into, key, texts, n);
}

static void bind_scalars(struct memory *memory, const struct tree *tree, const struct key *key, char *into)
{
	const char **items = memory_take(memory, tree->n_children * sizeof(*items));
	size_t n = 0;

	for (const struct tree *entry = tree->first; items && entry; entry = entry->next)
		items[n++] = entry->scalar;
	put_list(into, key, items, n);
}

static void bind_list(struct memory *memory, const struct tree *tree, const struct key *key, char *into)
{
	char *items = memory_take(memory, tree->n_children * key->map->size);
	size_t n = 0;

	for (const struct tree *entry = tree->first; items && entry; entry = entry->next, n++)
		bind_map(memory, entry, key->map, items + n * key->map->size);
	put_list(into, key, items, n);
}

static void bind_roles(struct memory *memory, const struct tree *tree, const struct key *key, char *into)
{
	struct config_printer_role *roles = memory_take(memory, tree->n_children * sizeof(*roles));
	size_t n = 0;

	for (const struct tree *role = tree->first; roles && role; role = role->next, n++) {
		roles[n].role = role->key;
		roles[n].uris = memory_take(memory, role->n_children * sizeof(*roles[n].uris));
		for (const struct tree *entry = role->first; roles[n].uris && entry; entry = entry->next)
			roles[n].uris[roles[n].n_uris++] = tree_text(entry, "uri");
	}
	put_list(into, key, roles, n);
}

/* Spans of days first, single days over them. */
static void bind_hours(const struct tree *tree, struct config_hours *week)
{
	for (int pass = 0; pass < 2; pass++) {
		for (const struct tree *line = tree->first; line; line = line->next) {
			struct config_hours hours;
			int first, last;

			if (value_days(line->key, &first, &last) < 0 || value_span(line->scalar, &hours) < 0)
				continue;
			if ((first == last) != (pass == 1))
				continue;
			for (int day = first; day <= last; day++)
				week[day] = hours;
		}
	}
}

static void bind_band(const struct tree *tree, char *into, size_t at)
{
	int first = 0, last = 0;

	(void)!value_band(tree->scalar, &first, &last);
	put_int(into, at, first);
	put_int(into, at + sizeof(int), last);
}

static void bind_number(const struct tree *tree, const struct key *key, char *into)
{
	long number = 0;
	int minutes = 0;
	bool is_true = strcmp(tree->scalar, "true") == 0;

	switch ((int)key->type) {
	case KEY_BOOL:
		memcpy(into + key->at, &is_true, sizeof(is_true));
		return;
	case KEY_ENUM:
		put_int(into, key->at, word_index(key->words, tree->scalar));
		return;
	case KEY_TIME:
		(void)!value_time(tree->scalar, &minutes);
		put_int(into, key->at, minutes);
		return;
	case KEY_DECIMAL:
		(void)!value_decimal(tree->scalar, key->min, key->max, &number);
		put_int(into, key->at, (int)number);
		return;
	default:
		(void)!value_integer(tree->scalar, key->min, key->max, &number);
		put_int(into, key->at, (int)number);
	}
}

static void bind_value(struct memory *memory, const struct tree *tree, const struct key *key, char *into)
{
	switch (key->type) {
	case KEY_ID: case KEY_REF: case KEY_STRING: case KEY_WORD: case KEY_PREFIX: case KEY_CODE: case KEY_COLOUR:
	case KEY_WEB: case KEY_PRINTER: case KEY_DATE:
		put_text(into, key->at, tree->scalar);
		return;
	case KEY_BOOL: case KEY_ENUM: case KEY_TIME: case KEY_INT: case KEY_DECIMAL:
		bind_number(tree, key, into);
		return;
	case KEY_TEXT:
		bind_text(memory, tree, (struct text *)(void *)(into + key->at));
		return;
	case KEY_TEXTS:
		bind_texts(memory, tree, key, into);
		return;
	case KEY_REFS: case KEY_WORDS: case KEY_IDS:
		bind_scalars(memory, tree, key, into);
		return;
	case KEY_SPAN:
		(void)!value_span(tree->scalar, (struct config_hours *)(void *)(into + key->at));
		return;
	case KEY_HOURS:
		bind_hours(tree, (struct config_hours *)(void *)(into + key->at));
		return;
	case KEY_BAND:
		bind_band(tree, into, key->at);
		return;
	case KEY_MAP:
		bind_map(memory, tree, key->map, into + key->at);
		return;
	case KEY_LIST:
		bind_list(memory, tree, key, into);
		return;
	case KEY_ROLES:
		bind_roles(memory, tree, key, into);
		return;
	}
}

/* What is one text in the struct must never be NULL, said or not. */
static bool is_one_text(enum key_type type)
{
	return type == KEY_ID || type == KEY_REF || type == KEY_STRING || type == KEY_WORD || type == KEY_PREFIX ||
	       type == KEY_CODE || type == KEY_COLOUR || type == KEY_WEB || type == KEY_PRINTER || type == KEY_DATE;
}

static void bind_map(struct memory *memory, const struct tree *tree, const struct key_map *map, char *into)
{
	for (size_t i = 0; i < map->n_keys; i++) {
		const struct key *key = &map->keys[i];
		const struct tree *value = tree ? tree_find(tree, key->name) : NULL;

		if (key->at == NOT_KEPT)
			continue;
		if (value)
			bind_value(memory, value, key, into);
		else if (key->type == KEY_MAP)
			bind_map(memory, NULL, key->map, into + key->at);
		else if (is_one_text(key->type))
			put_text(into, key->at, "");
	}
}

struct config *bind_config(struct memory *memory, const struct tree *root)
{
	struct config *config = memory_take(memory, sizeof(*config));

	if (!config)
		return NULL;
	bind_map(memory, root, &key_root, (char *)config);
	if (memory_has_failed(memory))
		return NULL;
	config->memory = memory;
	return config;
}
