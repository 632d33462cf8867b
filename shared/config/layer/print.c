/* SPDX-License-Identifier: MIT
 * One walk in the order of the key tables, written as block YAML or built up in jansson. Not libfyaml's emitter: 0.7.12
 * writes every sequence of an event stream in flow style. Every text but a plain word is quoted, so that no reader of
 * YAML takes `no` or `1-2` for something else. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/config/layer/print.h"
#include "shared/config/schema/value.h"
#include "shared/base/banned.h"

static const struct key root_key = {"", KEY_MAP, .map = &key_root};

/* The key tables' row for @child of a value of @key; NULL where names are free. */
static const struct key *key_below(const struct key *key, const char *name)
{
	return key && key->map && name ? key_find(key->map, name) : NULL;
}

static bool has_own_order(const struct key *key, const struct tree *tree)
{
	return key && key->map && tree->kind == TREE_MAP;
}

/* Whether @child of @tree belongs to the merged result (an entry's `remove` does not). */
static bool is_shown(const struct key *key, const struct tree *tree, const struct tree *child)
{
	return !has_own_order(key, tree) || key_below(key, child->key);
}

typedef int visit_fn(void *data, const struct tree *child, const struct key *key);

static int each_child(const struct tree *tree, const struct key *key, visit_fn *visit, void *data)
{
	int r = 0;

	for (size_t i = 0; has_own_order(key, tree) && i < key->map->n_keys && r == 0; i++) {
		const struct tree *child = tree_find(tree, key->map->keys[i].name);

		if (child)
			r = visit(data, child, &key->map->keys[i]);
	}
	if (has_own_order(key, tree))
		return r;
	for (const struct tree *child = tree->first; child && r == 0; child = child->next) {
		/* an entry of a list is a map of the list's own keys */
		bool is_entry = tree->kind == TREE_LIST && key && key->type == KEY_LIST;

		if (is_shown(key, tree, child))
			r = visit(data, child, is_entry ? key : NULL);
	}
	return r;
}

static bool is_number(const struct tree *tree, const struct key *key)
{
	long value;

	if (key && key->type == KEY_DECIMAL)
		return value_decimal(tree->scalar, key->min, key->max, &value) == 0;
	return key && key->type == KEY_INT && value_integer(tree->scalar, key->min, key->max, &value) == 0;
}

/* Words that some reader of YAML 1.1 takes for a truth value or nothing. */
static bool is_loaded_word(const char *text)
{
	static const char *const words[] = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", NULL};

	for (size_t i = 0; words[i]; i++)
		if (strcasecmp(words[i], text) == 0)
			return true;
	return false;
}

static bool is_plain_word(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	static const char more[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

	return *text != '\0' && strchr(letters, *text) && strspn(text, more) == strlen(text) && !is_loaded_word(text);
}

struct printing {
	FILE *out;
	int depth;
	bool is_after_dash; /* the first name of an entry stands on the dash's line */
};

static void print_indent(struct printing *printing)
{
	if (!printing->is_after_dash)
		fprintf(printing->out, "%*s", 2 * printing->depth, "");
	printing->is_after_dash = false;
}

/* Double-quoted; texts are clean UTF-8, in which only these need an escape (yaml.c lets no other control in). */
static void print_quoted(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else if (*text == '\n')
			fputs("\\n", out);
		else
			fputc(*text, out);
	}
	fputc('"', out);
}

static void print_scalar(FILE *out, const char *text, bool is_plain)
{
	if (is_plain || is_plain_word(text))
		fputs(text, out);
	else
		print_quoted(out, text);
}

static void print_block(struct printing *printing, const struct tree *tree, const struct key *key);

static int print_child(void *data, const struct tree *child, const struct key *key)
{
	struct printing *printing = data;
	bool is_flat = child->kind == TREE_SCALAR || child->n_children == 0;

	print_indent(printing);
	if (child->key)
		print_scalar(printing->out, child->key, false);
	fputs(!child->key ? "- " : is_flat ? ": " : ":\n", printing->out);
	printing->depth++;
	printing->is_after_dash = !child->key;
	if (child->kind == TREE_SCALAR)
		print_scalar(printing->out, child->scalar, (key && key->type == KEY_BOOL) || is_number(child, key));
	else if (is_flat)
		fputs(child->kind == TREE_MAP ? "{}" : "[]", printing->out);
	else
		print_block(printing, child, key);
	if (is_flat)
		fputc('\n', printing->out);
	printing->depth--;
	printing->is_after_dash = false;
	return 0;
}

static void print_block(struct printing *printing, const struct tree *tree, const struct key *key)
{
	(void)each_child(tree, key, print_child, printing); /* print_child() never stops it; the stream keeps its error */
}

int tree_print(const struct tree *tree, const struct key *key, FILE *out)
{
	struct printing printing = {.out = out};

	print_block(&printing, tree, key ? key : &root_key);
	return ferror(out) || fflush(out) != 0 ? fault_raise(-EIO) : 0;
}

static int encode_child(void *data, const struct tree *child, const struct key *key)
{
	json_t *into = data;
	json_t *value = tree_encode(child, key ? key : &(const struct key){""});
	int r = child->key ? json_object_set_new(into, child->key, value) : json_array_append_new(into, value);

	return r < 0 ? fault_raise(-ENOMEM) : 0;
}

json_t *tree_encode(const struct tree *tree, const struct key *key)
{
	json_t *value;

	key = key ? key : &root_key;
	if (tree->kind == TREE_SCALAR && is_number(tree, key))
		return json_integer(strtol(tree->scalar, NULL, 10));
	if (tree->kind == TREE_SCALAR && key->type == KEY_BOOL)
		return json_boolean(strcmp(tree->scalar, "true") == 0);
	if (tree->kind == TREE_SCALAR)
		return json_string(tree->scalar);
	value = tree->kind == TREE_MAP ? json_object() : json_array();
	if (value && each_child(tree, key, encode_child, value) < 0) {
		json_decref(value);
		return NULL;
	}
	return value;
}
