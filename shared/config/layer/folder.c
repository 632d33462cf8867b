/* SPDX-License-Identifier: MIT
 * Files of a folder are taken in the order of their names and laid together into one tree, so that a town may cut
 * its text as it likes; only layer.yaml is asked for by name, it says which layer lies below. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/base/fault.h"
#include "shared/config/bundle/bundle.h"
#include "shared/config/layer/folder.h"
#include "shared/config/layer/lang.h"
#include "shared/config/layer/yaml.h"
#include "shared/base/banned.h"

#define LANG "lang/"

/* What one folder says about itself in layer.yaml. */
struct heading {
	const char *extends;
	struct place extends_place;
};

static bool ends_with(const char *text, const char *end)
{
	size_t n = strlen(text), m = strlen(end);

	return n > m && strcmp(text + n - m, end) == 0;
}

static int is_yaml_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && (ends_with(entry->d_name, ".yaml") || ends_with(entry->d_name, ".yml"));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Lays @from into @into: maps by name, lists behind one another. */
static void combine(struct loading *loading, struct tree *into, struct tree *from)
{
	while (from->first) {
		struct tree *child = tree_drop(from, from->first);
		struct tree *earlier = child->key ? tree_find(into, child->key) : NULL;

		if (!earlier) {
			if (into->n_children < CONFIG_KEYS_MAX)
				tree_add(into, child, child->key, &child->key_place);
			else
				finding_add(loading, RULE_TOO_MANY_ENTRIES, &child->place,
					    "has too many entries over all files — keep at most %d", CONFIG_KEYS_MAX);
		} else if (earlier->kind == child->kind && child->kind != TREE_SCALAR) {
			combine(loading, earlier, child);
		} else {
			finding_add(loading, RULE_DUPLICATE_KEY, &child->key_place,
				    "\"%s\" stands already in %s:%d of this layer — keep one", child->key,
				    earlier->key_place.file, earlier->key_place.line);
		}
	}
}

static const char *heading_text(struct loading *loading, struct tree *root, const char *key, struct place *ret_place)
{
	struct tree *value = tree_drop(root, tree_find(root, key));

	if (!value)
		return "";
	*ret_place = value->place;
	if (value->kind == TREE_SCALAR && !value->is_null)
		return value->scalar;
	finding_add(loading, RULE_WRONG_TYPE, &value->place, "\"%s\" must be a plain text — write it as %s: %s", key, key,
		    strcmp(key, "extends") == 0 ? "base" : "\"1\"");
	return "";
}

static void read_heading(struct loading *loading, struct layer *layer, struct tree *root, struct heading *heading)
{
	struct place ignored;

	heading->extends_place = layer->code_place = layer->start;
	heading->extends = heading_text(loading, root, "extends", &heading->extends_place);
	layer->code = heading_text(loading, root, "code", &layer->code_place);
	layer->version = heading_text(loading, root, "version", &ignored);
}

/* @root: of the file @name, as in "services.yaml" or "lang/ko.yaml"; NULL when it gave none. */
static void take_root(struct loading *loading, struct layer *layer, const char *name, struct tree *root,
		      struct heading *heading)
{
	if (strncmp(name, LANG, strlen(LANG)) == 0) {
		lang_take(loading, layer, name + strlen(LANG), root);
		return;
	}
	if (!root)
		return;
	if (strcmp(name, "layer.yaml") == 0)
		read_heading(loading, layer, root, heading);
	combine(loading, layer->root, root);
}

static void read_file(struct loading *loading, struct layer *layer, const char *name, struct heading *heading)
{
	const char *file = memory_format(loading->memory, "%s/%s", layer->folder, name);
	struct place place = {file ? file : "", 1, 1, layer->name};

	if (!file)
		return;
	if (!ends_with(name, ".yaml")) {
		finding_add(loading, RULE_UNREAD_FILE, &place, "is not read — rename it to end in .yaml");
		return;
	}
	take_root(loading, layer, name, yaml_read(loading, file, layer->name), heading);
}

static void free_names(struct dirent **names, int n)
{
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
}

/* The YAML files in @below ("" or "lang/") of the layer's folder. Return: whether layer.yaml was among them. */
static bool read_files(struct loading *loading, struct layer *layer, const char *below, struct heading *heading)
{
	const char *folder = memory_format(loading->memory, "%s/%s", layer->folder, below);
	struct dirent **names = NULL;
	bool has_layer_file = false;
	int n = folder ? scandir(folder, &names, is_yaml_name, by_name) : 0;

	if (n < 0) {
		finding_add(loading, RULE_UNREADABLE_FILE, &layer->start,
			"the folder %s%s%s cannot be read: %s — see that it exists and may be read",
			    layer->folder, *below != '\0' ? "/" : "", below, strerror(errno));
		loading->is_incomplete = true;
		return true;
	}
	if (n > CONFIG_FILES_MAX)
		finding_add(loading, RULE_TOO_MANY_FILES, &layer->start,
			"the folder holds more than %d YAML files — join some", CONFIG_FILES_MAX);
	for (int i = 0; i < n && i < CONFIG_FILES_MAX; i++) {
		const char *name = memory_format(loading->memory, "%s%s", below, names[i]->d_name);

		has_layer_file |= strcmp(names[i]->d_name, "layer.yaml") == 0;
		if (name)
			read_file(loading, layer, name, heading);
	}
	free_names(names, n);
	return has_layer_file;
}

/* lang/ is a folder of its own or is not there. */
static bool has_lang(struct loading *loading, const struct layer *layer)
{
	const char *folder = memory_format(loading->memory, "%s/lang", layer->folder);
	struct place place = {folder ? folder : "", 1, 1, layer->name};
	struct stat status;

	if (!folder || lstat(folder, &status) < 0)
		return false;
	if (S_ISDIR(status.st_mode))
		return true;
	finding_add(loading, RULE_TRANSLATION_FILE, &place, "is no folder — lang is the folder of translations; rename this file");
	return false;
}

static void read_folder(struct loading *loading, struct layer *layer, struct heading *heading)
{
	bool has_layer_file = read_files(loading, layer, "", heading);

	if (has_lang(loading, layer))
		(void)read_files(loading, layer, LANG, heading);
	if (!has_layer_file) {
		finding_add(loading, RULE_MISSING_LAYER_FILE, &layer->start,
			"the folder has no layer.yaml — add one that says what it extends, such as extends: base");
		loading->is_incomplete = true;
	}
}

static bool is_folder(const char *path)
{
	struct stat status;

	return path && stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* The folder `extends: @name` of @layer means; NULL when there is none. */
static const char *find_parent(struct loading *loading, const struct layer *layer, const char *name)
{
	struct memory *memory = loading->memory;
	const char *folder;

	if (name[0] == '/')
		return is_folder(name) ? name : NULL;
	if (name[0] != '.' && loading->templates_dir) {
		folder = memory_format(memory, "%s/%s", loading->templates_dir, name);
		if (is_folder(folder))
			return folder;
	}
	folder = memory_format(memory, "%s/%s", layer->folder, name);
	if (is_folder(folder))
		return folder;
	/* a town's folder inside a tree of templates, read by a program that lies elsewhere */
	folder = memory_format(memory, "%s/../../%s", layer->folder, name);
	return name[0] != '.' && is_folder(folder) ? folder : NULL;
}

static bool is_known_already(const struct layers *layers, const char *folder)
{
	struct stat a, b;

	if (stat(folder, &a) < 0)
		return false;
	for (size_t i = 0; i < layers->n_items; i++)
		if (stat(layers->items[i].folder, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
			return true;
	return false;
}

static struct layer *add_layer(struct loading *loading, struct layers *layers, const char *folder, const char *name)
{
	struct layer *layer = &layers->items[layers->n_items];
	const char *file = memory_format(loading->memory, "%s/layer.yaml", folder);

	if (!file)
		return NULL;
	*layer = (struct layer){.name = name, .folder = folder, .code = "", .version = "", .start = {file, 1, 1, name}};
	layer->root = tree_new(loading->memory, TREE_MAP, &layer->start);
	if (!layer->root)
		return NULL;
	layers->n_items++;
	return layer;
}

/* The next layer's folder, or NULL at the end of the chain; what is wrong with it is said. */
static const char *step_down(struct loading *loading, struct layers *layers, const struct heading *heading)
{
	const struct layer *layer = &layers->items[layers->n_items - 1];
	const char *folder;

	if (*heading->extends == '\0')
		return NULL;
	folder = find_parent(loading, layer, heading->extends);
	if (folder && !is_known_already(layers, folder) && layers->n_items < CONFIG_LAYERS_MAX)
		return folder;
	loading->is_incomplete = true;
	if (!folder)
		finding_add(loading, RULE_UNKNOWN_LAYER, &heading->extends_place,
			"there is no layer \"%s\" (templates: %s) — name a folder of the templates, or give "
			"--templates",
			    heading->extends, loading->templates_dir ? loading->templates_dir : "none found");
	else if (layers->n_items == CONFIG_LAYERS_MAX)
		finding_add(loading, RULE_EXTENDS_TOO_LONG, &heading->extends_place,
			"extends goes on for more than %d layers — shorten the chain", CONFIG_LAYERS_MAX);
	else
		finding_add(loading, RULE_EXTENDS_CYCLE, &heading->extends_place,
			"extends \"%s\" leads back in a circle — extend a layer below this one", heading->extends);
	return NULL;
}

/* The folder's name: below the templates the way to it from there, else as given. */
static const char *layer_name(const struct loading *loading, const char *folder)
{
	CLEANUP(freep) char *real = realpath(folder, NULL);
	size_t n = loading->templates_dir ? strlen(loading->templates_dir) : 0;

	if (real && n > 0 && strncmp(real, loading->templates_dir, n) == 0 && real[n] == '/')
		return memory_text(loading->memory, real + n + 1, strlen(real + n + 1));
	return folder;
}

int layers_read(struct loading *loading, const char *path, struct layers *layers)
{
	size_t n = strlen(path);
	const char *folder;

	while (n > 1 && path[n - 1] == '/')
		n--;
	folder = memory_text(loading->memory, path, n);
	while (folder) {
		struct heading heading = {.extends = ""};
		const char *name = layer_name(loading, folder);
		struct layer *layer = name ? add_layer(loading, layers, folder, name) : NULL;

		if (!layer)
			return fault_raise(-ENOMEM);
		read_folder(loading, layer, &heading);
		folder = step_down(loading, layers, &heading);
	}
	return memory_has_failed(loading->memory) ? fault_raise(-ENOMEM) : 0;
}

/* A layer inside a bundle: how it is called, and where its places say it stands. */
static struct layer *add_inner_layer(struct loading *loading, struct layers *layers, const char *path,
				     const struct bundle_file *first)
{
	size_t n_name = (size_t)(first->name - first->path) - 1;
	const char *name = memory_text(loading->memory, first->path, n_name);
	const char *folder = name ? memory_format(loading->memory, "%s/%s", path, name) : NULL;

	return folder ? add_layer(loading, layers, folder, name) : NULL;
}

/* Offices and devices of a town are layers of their own. */
static bool is_of_a_place(const char *name)
{
	return strncmp(name, "offices/", 8) == 0 || strncmp(name, "devices/", 8) == 0;
}

/* The chain inside a bundle was cut to measure when it was packed: all but the last extend the next. */
static void check_inner_layer(struct loading *loading, const struct layer *layer, const struct heading *heading,
			      bool has_heading, bool is_last)
{
	if (has_heading && (*heading->extends == '\0') == is_last)
		return;
	finding_add(loading, RULE_BUNDLE_INCOMPLETE, &layer->start,
		"the bundle does not hold all the layers it names — pack the town again with madoguchi-config pack");
	loading->is_incomplete = true;
}

int layers_read_bundle(struct loading *loading, const char *path, const struct bundle *bundle, struct layers *layers)
{
	size_t i = 0;

	for (size_t n = 0; n < bundle->n_layers; n++) {
		struct heading heading = {.extends = ""};
		struct layer *layer = add_inner_layer(loading, layers, path, &bundle->files[i]);
		bool has_heading = false;

		if (!layer)
			return fault_raise(-ENOMEM);
		for (; i < bundle->n_files && bundle->files[i].layer == n; i++) {
			const struct bundle_file *file = &bundle->files[i];
			const char *place = memory_format(loading->memory, "%s/%s", path, file->path);

			if (!place)
				return fault_raise(-ENOMEM);
			if (is_of_a_place(file->name))
				continue;
			has_heading |= strcmp(file->name, "layer.yaml") == 0;
			take_root(loading, layer, file->name,
				  yaml_parse(loading, place, layer->name, file->bytes, file->n_bytes), &heading);
		}
		check_inner_layer(loading, layer, &heading, has_heading, n + 1 == bundle->n_layers);
	}
	return memory_has_failed(loading->memory) ? fault_raise(-ENOMEM) : 0;
}
