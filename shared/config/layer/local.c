/* SPDX-License-Identifier: MIT
 * A device's layer names its office in layer.yaml, so that --device alone is enough at a start and `check` can try every
 * device as it will run. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/config/layer/local.h"
#include "shared/config/schema/check.h"
#include "shared/base/banned.h"

#define OFFICES "offices/"
#define DEVICES "devices/"

int layer_begin(struct loading *loading, struct layer *layer, const char *folder, const char *name)
{
	const char *file = memory_format(loading->memory, "%s/layer.yaml", folder);
	struct place start = {file ? file : "", 1, 1, name};

	*layer = (struct layer){.name = name, .folder = folder, .memory = loading->memory, .start = start, .extends = "",
				.code = "", .version = "", .office = "", .extends_place = start, .code_place = start,
				.version_place = start, .office_place = start};
	layer->root = file ? tree_new(loading->memory, TREE_MAP, &start) : NULL;
	return layer->root ? 0 : fault_raise(-ENOMEM);
}

/* Reads @prefix, "offices/honcho/". */
static int read_local(struct loading *loading, const struct source *source, const struct layer *town, const char *prefix,
		      struct locals *locals)
{
	size_t n = strlen(prefix) - 1; /* both folders' names are of one length */
	const char *id = memory_text(loading->memory, prefix + strlen(OFFICES), n - strlen(OFFICES));
	const char *folder = memory_format(loading->memory, "%s/%.*s", source->folder, (int)n, prefix);
	const char *name = memory_format(loading->memory, "%s/%.*s", town->name, (int)n, prefix);
	struct layer *layer = &locals->items[locals->n_items];
	int r = id && folder && name ? layer_begin(loading, layer, folder, name) : fault_raise(-ENOMEM);

	if (r < 0)
		return fault_pass(r);
	if (strncmp(prefix, DEVICES, strlen(DEVICES)) == 0)
		layer->device_id = id;
	else
		layer->office_id = id;
	(void)source_read(loading, source, prefix, layer); /* without a layer.yaml it is an office's layer still */
	check_layer(loading, layer->root);
	locals->n_items++;
	return 0;
}

static int read_all(struct loading *loading, const struct source *source, const struct layer *town, struct locals *locals)
{
	const char *prefix;
	size_t at = 0;
	int r = 0;

	while (r == 0 && (prefix = source_next_local(loading, source, &at))) {
		if (locals->n_items < CONFIG_LOCALS_MAX)
			r = read_local(loading, source, town, prefix, locals);
		else
			finding_add(loading, RULE_TOO_MANY_FILES, &town->start,
				    "there are more than %d layers of offices and devices — remove some", CONFIG_LOCALS_MAX);
	}
	return r < 0 ? fault_pass(r) : 0;
}

/* The one layer of @id below @folder, if there is one. */
static int read_one(struct loading *loading, const struct source *source, const struct layer *town, const char *folder,
		    const char *id, struct locals *locals)
{
	const char *prefix, *wanted = id ? memory_format(loading->memory, "%s%s/", folder, id) : "";
	size_t at = 0;

	if (!wanted)
		return fault_raise(-ENOMEM);
	while (*wanted != '\0' && (prefix = source_next_local(loading, source, &at)))
		if (strcmp(prefix, wanted) == 0)
			return read_local(loading, source, town, prefix, locals);
	return 0;
}

static void check_office_of_device(struct loading *loading, const struct layer *device, const struct locals *locals)
{
	if (device && locals->office && *device->office != '\0' && strcmp(device->office, locals->office) != 0)
		finding_add(loading, RULE_OTHER_OFFICE, &device->office_place,
			    "the device %s stands in the office \"%.48s\", but the program was started for \"%.48s\" — start it with "
			    "--office of this town and %.48s, or correct this line", device->device_id, device->office, locals->office,
			    device->office);
}

int locals_read(struct loading *loading, const struct source *source, const struct layer *town, struct locals *locals)
{
	const struct layer *device;
	int r;

	if (locals->is_all)
		return read_all(loading, source, town, locals);
	r = read_one(loading, source, town, DEVICES, locals->device, locals);
	if (r < 0)
		return fault_pass(r);
	device = locals_find(locals, NULL, locals->device);
	check_office_of_device(loading, device, locals);
	if (!locals->office && device && *device->office != '\0')
		locals->office = device->office;
	return read_one(loading, source, town, OFFICES, locals->office, locals);
}

const struct layer *locals_find(const struct locals *locals, const char *office, const char *device)
{
	const char *wanted = device ? device : office;

	for (size_t i = 0; wanted && i < locals->n_items; i++) {
		const struct layer *layer = &locals->items[i];
		const char *id = device ? layer->device_id : layer->office_id;

		if (id && strcmp(id, wanted) == 0)
			return layer;
	}
	return NULL;
}

void layers_with(struct layers *layers, const struct layer *layer)
{
	if (!layer || layers->n_items == sizeof(layers->items) / sizeof(layers->items[0]))
		return;
	memmove(&layers->items[1], &layers->items[0], layers->n_items * sizeof(layers->items[0]));
	layers->items[0] = *layer;
	layers->n_items++;
}

/* ---- what a local layer may not say ------------------------------------------------------------------------------ */

static void check_roots(struct loading *loading, const struct layer *local)
{
	static const char *const of_the_town[] = {"municipality", "offices", "services", "windows", "forms", "blocks", "queue",
		"retention", "holidays", NULL};

	for (const struct tree *child = local->root->first; child; child = child->next)
		if (word_index(of_the_town, child->key) >= 0)
			finding_add(loading, RULE_NOT_FOR_LOCAL, &child->key_place,
				    "\"%s\" is not set for one office or device, since the queue serves the whole town by it — move it to the "
				    "town's own folder", child->key);
}

/* What the terminal offers the queue must know. */
static void check_own_procedures(struct loading *loading, const struct layer *local, const struct tree *town)
{
	const struct tree *procedures = tree_find(local->root, "procedures");

	for (const struct tree *entry = procedures ? procedures->first : NULL; entry; entry = entry->next)
		if (!entry->is_bad && *tree_text(entry, "id") != '\0' && strcmp(tree_text(entry, "remove"), "true") != 0 &&
		    !tree_entry(tree_find(town, "procedures"), "id", tree_text(entry, "id")))
			finding_add(loading, RULE_NOT_FOR_LOCAL, &entry->place,
				    "the procedure \"%s\" would be known at one office or device only — add it in the town's own folder; here "
				    "remove: true takes away what is not done at this place", tree_text(entry, "id"));
}

static void check_owner(struct loading *loading, const struct layer *local, const struct tree *town)
{
	const char *office = local->device_id ? local->office : local->office_id;
	const struct place *place = local->device_id ? &local->office_place : &local->start;

	if (*office == '\0')
		finding_add(loading, RULE_MISSING_KEY, &local->start,
			    "a device's layer has no \"office\" — write office: ID into its layer.yaml, the office it stands in");
	else if (tree_find(town, "offices") && !tree_entry(tree_find(town, "offices"), "id", office))
		finding_add(loading, RULE_LAYER_OF_NOTHING, place,
			    "there is no office \"%.48s\" in offices — correct the name, or add the office in the town's own folder", office);
}

void local_check(struct loading *loading, const struct layer *local, const struct tree *town)
{
	if (*local->extends != '\0')
		finding_add(loading, RULE_MISPLACED_HEADING, &local->extends_place,
			    "an office's or device's layer always lies above its town — delete extends");
	check_roots(loading, local);
	if (loading->is_incomplete)
		return;
	check_owner(loading, local, town);
	check_own_procedures(loading, local, town);
}
