/* SPDX-License-Identifier: MIT
 * Files are taken in the order of their names, so that findings come in the same order from a folder and from its bundle. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/config/bundle/bundle.h"
#include "shared/config/layer/lang.h"
#include "shared/config/layer/listing.h"
#include "shared/config/layer/parse.h"
#include "shared/config/layer/source.h"
#include "shared/base/banned.h"

#define LANG "lang/"
#define OFFICES "offices/"
#define DEVICES "devices/"

/* ---- which files ------------------------------------------------------------------------------------------------- */

static void add_odd_findings(struct loading *loading, const struct layer *layer, const struct listing *listing)
{
	if (listing->failed) {
		finding_add(loading, RULE_UNREADABLE_FILE, &layer->start,
			    "the folder %s cannot be read: %s — see that it exists and may be read", listing->failed,
			    strerror(listing->error));
		loading->is_incomplete = true;
	}
	if (listing->odd) {
		const char *file = memory_format(loading->memory, "%s/%s", layer->folder, listing->odd);
		struct place place = {file ? file : "", 1, 1, layer->name};

		finding_add(loading, RULE_TRANSLATION_FILE, &place,
			    "is no folder — lang, offices and devices are folders of a layer; rename this file");
	}
}

int source_of_folder(struct loading *loading, const struct layer *layer, struct source *ret_source)
{
	struct listing listing = {0};
	int r = listing_read(loading->memory, layer->folder, &listing);

	if (r < 0 && r != -E2BIG)
		return fault_pass(r);
	if (r == -E2BIG) {
		finding_add(loading, RULE_TOO_MANY_FILES, &layer->start,
			    "the folder holds more than %d YAML files — join some", CONFIG_LAYERS_MAX * CONFIG_FILES_MAX);
		loading->is_incomplete = true;
	}
	add_odd_findings(loading, layer, &listing);
	*ret_source = (struct source){.folder = layer->folder, .n_files = listing.n_names,
				      .files = memory_take(loading->memory, listing.n_names * sizeof(struct source_file))};
	if (!ret_source->files)
		return fault_raise(-ENOMEM);
	for (size_t i = 0; i < listing.n_names; i++)
		ret_source->files[i].name = listing.names[i];
	return 0;
}

int source_of_bundle(struct loading *loading, const struct bundle *bundle, size_t n, const char *folder,
		     struct source *ret_source)
{
	struct source source = {.folder = folder,
				.files = memory_take(loading->memory, bundle->n_files * sizeof(struct source_file))};

	if (!source.files)
		return fault_raise(-ENOMEM);
	for (size_t i = 0; i < bundle->n_files; i++) {
		const struct bundle_file *file = &bundle->files[i];

		if (file->layer == n)
			source.files[source.n_files++] = (struct source_file){file->name, file->bytes, file->n_bytes};
	}
	*ret_source = source;
	return 0;
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

static bool is_local(const char *name)
{
	return begins(name, OFFICES) || begins(name, DEVICES);
}

/* The length of offices/ID/ or devices/ID/ at the front of @name, 0 when it begins with neither. */
static size_t local_length(const char *name)
{
	const char *id = is_local(name) ? strchr(name, '/') : NULL, *slash = id ? strchr(id + 1, '/') : NULL;

	return slash ? (size_t)(slash - name) + 1 : 0;
}

const char *source_next_local(struct loading *loading, const struct source *source, size_t *at)
{
	const char *before = *at > 0 ? source->files[*at - 1].name : "";

	for (; *at < source->n_files; (*at)++) {
		const char *name = source->files[*at].name;
		size_t n = local_length(name);

		if (n == 0 || strncmp(name, before, n) == 0)
			continue;
		(*at)++;
		return memory_text(loading->memory, name, n);
	}
	return NULL;
}

/* ---- one file into the tree -------------------------------------------------------------------------------------- */

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

static void take_heading(struct loading *loading, struct layer *layer, struct tree *root)
{
	layer->extends = heading_text(loading, root, "extends", &layer->extends_place);
	layer->code = heading_text(loading, root, "code", &layer->code_place);
	layer->version = heading_text(loading, root, "version", &layer->version_place);
	if (layer->device_id)
		layer->office = heading_text(loading, root, "office", &layer->office_place);
}

static void take_file(struct loading *loading, const char *name, const struct parsed *parsed, struct layer *layer)
{
	struct place place = {parsed->file, 1, 1, layer->name};
	struct tree *root = parsed->root;

	if (!listing_is_yaml(name))
		finding_add(loading, RULE_UNREAD_FILE, &place, "is not read — rename it to end in .yaml");
	else if (begins(name, LANG))
		lang_take(loading, layer, name + strlen(LANG), root);
	if (!root || begins(name, LANG))
		return;
	if (strcmp(name, "layer.yaml") == 0)
		take_heading(loading, layer, root);
	combine(loading, layer->root, root);
}

/* Which of @source's files make the layer, each with its name below @prefix. */
static size_t choose_files(struct loading *loading, const struct source *source, const char *prefix, const struct layer *layer,
			   const struct source_file *chosen[CONFIG_FILES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < source->n_files; i++) {
		const char *name = source->files[i].name;

		if (!begins(name, prefix) || (*prefix == '\0' && is_local(name)))
			continue;
		if (n == CONFIG_FILES_MAX) {
			finding_add(loading, RULE_TOO_MANY_FILES, &layer->start,
				    "the folder holds more than %d YAML files — join some", CONFIG_FILES_MAX);
			break;
		}
		chosen[n++] = &source->files[i];
	}
	return n;
}

bool source_read(struct loading *loading, const struct source *source, const char *prefix, struct layer *layer)
{
	const struct source_file *chosen[CONFIG_FILES_MAX];
	size_t n = choose_files(loading, source, prefix, layer, chosen);
	struct parsed *parsed = memory_take(loading->memory, n * sizeof(*parsed));
	bool has_layer_file = false;

	if (!parsed)
		return true;
	for (size_t i = 0; i < n; i++) {
		const char *file = memory_format(loading->memory, "%s/%s", source->folder, chosen[i]->name);

		if (!file)
			return true;
		parsed[i] = (struct parsed){.file = file, .layer = layer->name, .bytes = chosen[i]->bytes, .n_bytes = chosen[i]->n_bytes};
	}
	parse_all(loading, parsed, n);
	for (size_t i = 0; i < n; i++) {
		const char *name = chosen[i]->name + strlen(prefix);

		has_layer_file |= strcmp(name, "layer.yaml") == 0;
		take_file(loading, name, &parsed[i], layer);
	}
	return has_layer_file;
}
