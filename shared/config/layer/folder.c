/* SPDX-License-Identifier: MIT
 * The chain is followed by `extends`, a name below the templates or a path, with or without the version it was written
 * for. In a bundle the chain was cut to measure when it was packed. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/base/fault.h"
#include "shared/config/bundle/bundle.h"
#include "shared/config/layer/cache.h"
#include "shared/config/layer/local.h"
#include "shared/config/layer/source.h"
#include "shared/config/schema/check.h"
#include "shared/base/banned.h"

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

/* The version in "base@1", "" when there is none. */
static const char *asked_version(const char *extends)
{
	const char *at = strrchr(extends, '@');

	return at && at != extends && !strchr(at, '/') ? at + 1 : "";
}

/* The name in "base@1". */
static const char *asked_name(struct loading *loading, const char *extends)
{
	const char *version = asked_version(extends);

	return *version == '\0' ? extends : memory_text(loading->memory, extends, (size_t)(version - extends) - 1);
}

static void check_version(struct loading *loading, const struct layer *layer, const struct layer *parent)
{
	const char *version = asked_version(layer->extends);

	if (*version == '\0' || strcmp(version, parent->version) == 0)
		return;
	if (*parent->version == '\0')
		finding_add(loading, RULE_LAYER_VERSION, &layer->extends_place,
			    "extends asks for version \"%.40s\" of %s, which says no version in %s — add version: \"%.40s\" there, "
			    "or extend it without one", version, parent->name, parent->start.file, version);
	else
		finding_add(loading, RULE_LAYER_VERSION, &layer->extends_place,
			    "extends asks for version \"%.40s\" of %s, which is version \"%.40s\" (%s:%d) — see what changed there, then "
			    "write @%.40s", version, parent->name, parent->version, parent->version_place.file,
			    parent->version_place.line, parent->version);
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

	if (!folder || !name || layer_begin(loading, layer, folder, name) < 0)
		return NULL;
	layers->n_items++;
	return layer;
}

static void add_missing_layer_file(struct loading *loading, const struct layer *layer)
{
	finding_add(loading, RULE_MISSING_LAYER_FILE, &layer->start,
		    "the folder has no layer.yaml — add one that says what it extends, such as extends: base");
	loading->is_incomplete = true;
}

/* The next layer's folder, or NULL at the end of the chain; what is wrong with it is said. */
static const char *step_down(struct loading *loading, struct layers *layers)
{
	const struct layer *layer = &layers->items[layers->n_items - 1];
	const char *folder, *name;

	if (*layer->extends == '\0')
		return NULL;
	name = asked_name(loading, layer->extends);
	folder = name ? find_parent(loading, layer, name) : NULL;
	if (folder && !is_known_already(layers, folder) && layers->n_items < CONFIG_LAYERS_MAX)
		return folder;
	loading->is_incomplete = true;
	if (!folder)
		finding_add(loading, RULE_UNKNOWN_LAYER, &layer->extends_place,
			"there is no layer \"%s\" (templates: %s) — name a folder of the templates, or give "
			"--templates",
			    name ? name : "", loading->templates_dir ? loading->templates_dir : "none found");
	else if (layers->n_items == CONFIG_LAYERS_MAX)
		finding_add(loading, RULE_EXTENDS_TOO_LONG, &layer->extends_place,
			"extends goes on for more than %d layers — shorten the chain", CONFIG_LAYERS_MAX);
	else
		finding_add(loading, RULE_EXTENDS_CYCLE, &layer->extends_place,
			"extends \"%s\" leads back in a circle — extend a layer below this one", name);
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

/* Reads the layer in @folder, and above the first of all its local ones. 0, -ENOMEM. */
static int read_layer(struct loading *loading, const char *folder, struct layers *layers, struct locals *locals)
{
	const char *own_folder = memory_text(loading->memory, folder, strlen(folder));
	struct layer *layer = add_layer(loading, layers, own_folder, own_folder ? layer_name(loading, own_folder) : NULL);
	struct source source = {0};
	int r = layer ? source_of_folder(loading, layer, &source) : fault_raise(-ENOMEM);

	if (r < 0)
		return fault_pass(r);
	if (!source_read(loading, &source, "", layer))
		add_missing_layer_file(loading, layer);
	check_layer(loading, layer->root);
	layer->is_incomplete = loading->is_incomplete;
	return locals ? locals_read(loading, &source, layer, locals) : 0;
}

/* The next layer of the chain; one that lies below a town is read once for all towns. */
static int read_next(struct loading *loading, const char *folder, struct layers *layers, struct locals *locals)
{
	bool is_town = layers->n_items == 0;
	const struct layer *known = is_town ? NULL : layer_cache_find(loading->cache, folder);
	struct loading reading = *loading;
	int r = 0;

	reading.is_incomplete = false;
	if (!is_town && layer_cache_has_room(loading->cache))
		reading.memory = loading->cache->memory;
	if (known)
		layers->items[layers->n_items++] = *known;
	else
		r = read_layer(&reading, folder, layers, is_town ? locals : NULL);
	if (r < 0)
		return fault_pass(r);
	if (!known && reading.memory != loading->memory)
		layer_cache_add(loading->cache, folder, &layers->items[layers->n_items - 1]);
	loading->is_incomplete |= reading.is_incomplete || layers->items[layers->n_items - 1].is_incomplete;
	if (!is_town)
		check_version(loading, &layers->items[layers->n_items - 2], &layers->items[layers->n_items - 1]);
	return 0;
}

int layers_read(struct loading *loading, const char *path, struct layers *layers, struct locals *locals)
{
	size_t n = strlen(path);
	const char *folder;
	int r;

	while (n > 1 && path[n - 1] == '/')
		n--;
	folder = memory_text(loading->memory, path, n);
	while (folder) {
		r = read_next(loading, folder, layers, locals);
		if (r < 0)
			return fault_pass(r);
		folder = step_down(loading, layers);
	}
	return memory_has_failed(loading->memory) ? fault_raise(-ENOMEM) : 0;
}

/* ---- the same out of a bundle ------------------------------------------------------------------------------------ */

/* How the layer is called, and where its places say it stands. */
static struct layer *add_inner_layer(struct loading *loading, struct layers *layers, const char *path,
				     const struct bundle *bundle, size_t n)
{
	size_t i = 0;
	const char *name, *folder;

	while (bundle->files[i].layer != n)
		i++;
	name = memory_text(loading->memory, bundle->files[i].path, (size_t)(bundle->files[i].name - bundle->files[i].path) - 1);
	folder = name ? memory_format(loading->memory, "%s/%s", path, name) : NULL;
	return folder ? add_layer(loading, layers, folder, name) : NULL;
}

/* All but the last layer extend the next. */
static void check_inner_layer(struct loading *loading, const struct layer *layer, bool has_layer_file, bool is_last)
{
	if (has_layer_file && (*layer->extends == '\0') == is_last)
		return;
	finding_add(loading, RULE_BUNDLE_INCOMPLETE, &layer->start,
		"the bundle does not hold all the layers it names — pack the town again with madoguchi-config pack");
	loading->is_incomplete = true;
}

int layers_read_bundle(struct loading *loading, const char *path, const struct bundle *bundle, struct layers *layers,
		       struct locals *locals)
{
	for (size_t n = 0; n < bundle->n_layers; n++) {
		struct layer *layer = add_inner_layer(loading, layers, path, bundle, n);
		struct source source = {0};
		int r = layer ? source_of_bundle(loading, bundle, n, layer->folder, &source) : fault_raise(-ENOMEM);

		if (r < 0)
			return fault_pass(r);
		check_inner_layer(loading, layer, source_read(loading, &source, "", layer), n + 1 == bundle->n_layers);
		check_layer(loading, layer->root);
		if (n > 0)
			check_version(loading, layer - 1, layer);
		r = n == 0 ? locals_read(loading, &source, layer, locals) : 0;
		if (r < 0)
			return fault_pass(r);
	}
	return memory_has_failed(loading->memory) ? fault_raise(-ENOMEM) : 0;
}
