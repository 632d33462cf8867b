/* SPDX-License-Identifier: MIT
 * From a folder or a bundle: read every layer, check each alone, merge, check the whole. References and missing keys are only looked for when
 * every file could be read: else each unread line would be reported as missing elsewhere. */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/base/fault.h"
#include "shared/config/bundle/bundle.h"
#include "shared/config/layer/blocks.h"
#include "shared/config/layer/cache.h"
#include "shared/config/layer/cascade.h"
#include "shared/config/layer/load.h"
#include "shared/config/layer/local.h"
#include "shared/config/layer/merge.h"
#include "shared/config/schema/check.h"
#include "shared/base/banned.h"

#define MUNICIPALITY_CODE_LENGTH 6

static const char *real_folder(struct memory *memory, const char *path)
{
	CLEANUP(freep) char *real = realpath(path, NULL);
	struct stat status;

	if (!real || stat(real, &status) < 0 || !S_ISDIR(status.st_mode))
		return NULL;
	return memory_text(memory, real, strlen(real));
}

/* The templates of this build: installed beside bin/, or two folders above build/FOLDER/. */
static const char *find_templates(struct memory *memory)
{
	static const char *const places[] = {"../share/madoguchi/templates", "../../shared/templates"};
	char self[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *found = NULL;
	const char *directory;

	if (n < 0)
		return NULL;
	self[n] = '\0';
	directory = dirname(self);
	for (size_t i = 0; !found && i < sizeof(places) / sizeof(places[0]); i++) {
		const char *path = memory_format(memory, "%s/%s", directory, places[i]);

		found = path ? real_folder(memory, path) : NULL;
	}
	return found;
}

static void check_layer_code(struct loading *loading, const struct layer *layer, const struct tree *root)
{
	const char *town = tree_text(tree_find(root, "municipality"), "code");
	size_t n = strlen(layer->code);

	if (n == 0 || *town == '\0')
		return;
	if ((n != 2 && n != 6) || strncmp(layer->code, town, n) != 0)
		finding_add(loading, RULE_LAYER_CODE, &layer->code_place,
			"this layer is for \"%s\", but municipality.code is \"%s\" — correct one of them, or extend "
			"another layer",
			    layer->code, town);
}

/* The manifest was asked before anything else was read; it must have told the truth. */
static void check_bundle_code(struct loading *loading, const struct loaded *loaded)
{
	const struct tree *town = tree_find(loaded->root, "municipality");

	if (loaded->bundle_code[0] && strcmp(tree_text(town, "code"), loaded->bundle_code) != 0)
		finding_add(loading, RULE_BUNDLE_MALFORMED, &loaded->layers.items[0].start,
			"is of town \"%s\", but the bundle's manifest says %s — pack the town again with madoguchi-config pack",
			    tree_text(town, "code"), loaded->bundle_code);
}

/* The layers of the town itself: its folder, and an office's and a device's. */
static size_t count_own(const struct layers *layers)
{
	size_t n = 0;

	while (n < layers->n_items && (layers->items[n].office_id || layers->items[n].device_id))
		n++;
	return n + 1;
}

/* The layers as one tree, checked as a whole; NULL: no memory. */
static struct tree *merge_and_check(struct loading *loading, struct layers *layers)
{
	size_t n = count_own(layers);
	const struct tree *below;
	struct tree *root;

	loading->removals = NULL; /* those of another variant */
	loading->layers = layers;
	below = layer_cache_below(loading, layers, n);
	root = layers_merge_onto(loading, layers, n, below);
	if (!root)
		return NULL;
	cascade_run(loading, root);
	blocks_expand(loading, root);
	fill_defaults(loading, root);
	for (size_t i = 0; i < layers->n_items; i++)
		check_layer_code(loading, &layers->items[i], root);
	if (!loading->is_incomplete)
		check_whole(loading, root);
	return root;
}

/* The town as a program at @device (or in @office) loads it, in memory of its own. */
static void check_variant(const struct loading *loading, const struct layers *town, const struct layer *office,
			  const struct layer *device)
{
	CLEANUP(memory_freep) struct memory *memory = memory_new(CONFIG_BYTES_MAX);
	struct loading variant = *loading;
	struct layers layers = *town;

	variant.memory = memory;
	layers_with(&layers, office);
	layers_with(&layers, device);
	if (!memory || !merge_and_check(&variant, &layers) || memory_has_failed(memory))
		finding_add(&variant, RULE_TOO_LARGE, device ? &device->start : &office->start,
			    "with this layer the town is larger than this program takes, or memory is short — make it smaller");
	findings_sort(variant.findings);
}

static void check_variants(struct loading *loading, const struct loaded *loaded, const struct locals *locals)
{
	for (size_t i = 0; i < locals->n_items && !loading->is_incomplete; i++) {
		const struct layer *local = &locals->items[i];

		local_check(loading, local, loaded->root);
		if (local->device_id)
			check_variant(loading, &loaded->layers, locals_find(locals, local->office, NULL), local);
		else
			check_variant(loading, &loaded->layers, local, NULL);
	}
}

/* Lays the layers of office and device above the town's. */
static void choose_locals(struct loading *loading, struct loaded *loaded, const struct locals *locals)
{
	const struct tree *town;

	if (locals->n_items == 0)
		return;
	town = layers_merge(loading, &loaded->layers);
	for (size_t i = 0; town && i < locals->n_items; i++)
		local_check(loading, &locals->items[i], town);
	layers_with(&loaded->layers, locals_find(locals, locals->office, NULL));
	layers_with(&loaded->layers, locals_find(locals, NULL, locals->device));
}

static void check_all(struct loading *loading, struct loaded *loaded, struct locals *locals)
{
	if (!locals->is_all)
		choose_locals(loading, loaded, locals);
	loaded->root = merge_and_check(loading, &loaded->layers);
	if (!loaded->root)
		return;
	check_bundle_code(loading, loaded);
	if (locals->is_all)
		check_variants(loading, loaded, locals);
}

static int read_bundle(struct loading *loading, const char *path, struct loaded *loaded, struct locals *locals)
{
	const struct config_options *options = loading->options;
	CLEANUP(bundle_release) struct bundle bundle = {0};
	int r = bundle_open(loading, path, &bundle);

	if (r == 0 && options && options->admit)
		r = options->admit(options->admit_data, loading, path, &bundle);
	if (r < 0)
		return fault_pass(r);
	snprintf(loaded->bundle_code, sizeof(loaded->bundle_code), "%s", bundle.manifest.code);
	r = layers_read_bundle(loading, path, &bundle, &loaded->layers, locals);
	if (r < 0)
		return fault_pass(r);
	loaded->is_verified = bundle.is_verified;
	return 0;
}

static int read_folder(struct loading *loading, const char *path, struct loaded *loaded, struct locals *locals)
{
	const struct config_options *options = loading->options;
	struct place place = {path, 1, 1, ""};

	if (options && options->bundle_key && !options->allow_unsigned) {
		finding_add(loading, RULE_UNSIGNED_FOLDER, &place,
			"is a folder, which nobody signed — give the town's bundle, or --allow-unsigned for a trial");
		return fault_raise(-EBADMSG);
	}
	if (options && options->templates_dir && !loading->templates_dir) {
		place.file = options->templates_dir;
		finding_add(loading, RULE_MISSING_TEMPLATES, &place, "is no folder of templates — correct --templates");
		return fault_raise(-EBADMSG);
	}
	return layers_read(loading, path, &loaded->layers, locals);
}

/* "209996-honcho" is the office honcho of the town 209996 only; "honcho" that of any. */
static const char *office_id(const char *name)
{
	bool has_code = name && strspn(name, "0123456789") == MUNICIPALITY_CODE_LENGTH && name[MUNICIPALITY_CODE_LENGTH] == '-';

	return has_code ? name + MUNICIPALITY_CODE_LENGTH + 1 : name;
}

static bool is_office_elsewhere(const struct layers *layers, const char *name)
{
	const char *code = "";

	for (size_t i = 0; i < layers->n_items && *code == '\0'; i++)
		code = tree_text(tree_find(layers->items[i].root, "municipality"), "code");
	return office_id(name) != name && strncmp(name, code, MUNICIPALITY_CODE_LENGTH) != 0;
}

static void read_all(struct loading *loading, const char *path, struct loaded *loaded, bool is_all)
{
	static const struct config_options none;
	const struct config_options *options = loading->options ? loading->options : &none;
	struct locals *locals = memory_take(loading->memory, sizeof(*locals));
	struct place place = {path, 1, 1, ""};
	int r = locals ? 0 : fault_raise(-ENOMEM);

	if (r == 0) {
		locals->is_all = is_all;
		locals->office = office_id(options->office);
		locals->device = options->device;
		r = bundle_is(path) ? read_bundle(loading, path, loaded, locals) : read_folder(loading, path, loaded, locals);
	}
	if (r == 0 && !is_all && is_office_elsewhere(&loaded->layers, options->office))
		locals->n_items = 0;
	if (r == 0)
		check_all(loading, loaded, locals);
	if (r == -ENOMEM || memory_has_failed(loading->memory) ||
	    (loading->cache && memory_has_failed(loading->cache->memory)))
		finding_add(loading, RULE_TOO_LARGE, &place,
			"is larger than the %d bytes this program takes, or memory is short — make it smaller",
			    CONFIG_BYTES_MAX);
}

static int read_town(const char *path, const struct config_options *options, struct layer_cache *cache, bool is_all,
		     struct findings *findings, struct loaded *ret_loaded)
{
	CLEANUP(memory_freep) struct memory *memory = memory_new(CONFIG_BYTES_MAX);
	struct loading loading = {.memory = memory, .findings = findings, .options = options, .cache = cache};
	struct loaded loaded = {0};

	if (!memory)
		return fault_raise(-ENOMEM);
	loading.templates_dir = options && options->templates_dir ? real_folder(memory, options->templates_dir) :
									  find_templates(memory);
	read_all(&loading, path, &loaded, is_all);
	findings_sort(findings);
	loaded.memory = TAKE(memory);
	*ret_loaded = loaded;
	return 0;
}

int loaded_read(const char *path, const struct config_options *options, struct findings *findings,
		struct loaded *ret_loaded)
{
	return read_town(path, options, NULL, false, findings, ret_loaded);
}

int loaded_check(const char *path, const struct config_options *options, struct findings *findings,
		 struct loaded *ret_loaded)
{
	CLEANUP(layer_cache_freep) struct layer_cache *cache = layer_cache_new();
	int r = cache ? loaded_check_cached(path, options, cache, findings, ret_loaded) : fault_raise(-ENOMEM);

	if (r < 0)
		return fault_pass(r);
	ret_loaded->cache = TAKE(cache);
	return 0;
}

int loaded_check_cached(const char *path, const struct config_options *options, struct layer_cache *cache,
			struct findings *findings, struct loaded *ret_loaded)
{
	return read_town(path, options, cache, true, findings, ret_loaded);
}

void loaded_release(struct loaded *loaded)
{
	memory_free(loaded->memory);
	layer_cache_free(loaded->cache);
	*loaded = (struct loaded){0};
}
