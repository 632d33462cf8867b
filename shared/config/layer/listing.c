/* SPDX-License-Identifier: MIT
 * One walk of bounded depth; what is no plain file or folder is left to who reads it, who has the words for it. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/config/layer/listing.h"
#include "shared/base/banned.h"

#define NAMES_MAX (CONFIG_LAYERS_MAX * CONFIG_FILES_MAX)

enum folder_kind {
	TOWN,   /* files, lang, offices, devices */
	PLACE,  /* files, lang */
	LANG,   /* files */
	PLACES, /* folders of PLACE */
	OTHER,  /* nothing of ours */
};

struct walk {
	struct memory *memory;
	const char *folder;
	struct listing listing;
};

static DIR *directory_free(DIR *directory)
{
	if (directory)
		closedir(directory);
	return NULL;
}
DEFINE_CLEANUP(DIR *, directory_free)

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n > m && strcmp(name + n - m, end) == 0;
}

bool listing_is_yaml(const char *name)
{
	return ends_in(name, ".yaml");
}

static enum folder_kind kind_below(enum folder_kind kind, const char *name)
{
	bool is_places = strcmp(name, "offices") == 0 || strcmp(name, "devices") == 0;

	if (kind == PLACES)
		return PLACE;
	if ((kind == TOWN || kind == PLACE) && strcmp(name, "lang") == 0)
		return LANG;
	return kind == TOWN && is_places ? PLACES : OTHER;
}

static bool is_folder(const struct walk *walk, const char *name)
{
	const char *path = memory_format(walk->memory, "%s/%s", walk->folder, name);
	struct stat status;

	return path && lstat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static int walk_below(struct walk *walk, const char *below, enum folder_kind kind);

static int take_entry(struct walk *walk, const char *below, enum folder_kind kind, const char *entry)
{
	enum folder_kind kind_of_entry = kind_below(kind, entry);
	const char *name = memory_format(walk->memory, "%s%s", below, entry);

	if (!name)
		return fault_raise(-ENOMEM);
	if (kind_of_entry != OTHER && is_folder(walk, name)) {
		name = memory_format(walk->memory, "%s/", name);
		return name ? walk_below(walk, name, kind_of_entry) : fault_raise(-ENOMEM);
	}
	if (kind_of_entry != OTHER && kind != PLACES)
		walk->listing.odd = name;
	if (kind == PLACES || (!listing_is_yaml(entry) && !ends_in(entry, ".yml")))
		return 0;
	if (walk->listing.n_names == NAMES_MAX)
		return fault_raise(-E2BIG);
	walk->listing.names[walk->listing.n_names++] = name;
	return 0;
}

static int walk_below(struct walk *walk, const char *below, enum folder_kind kind)
{
	const char *path = *below != '\0' ? memory_format(walk->memory, "%s/%s", walk->folder, below) : walk->folder;
	CLEANUP(directory_freep) DIR *directory = path ? opendir(path) : NULL;
	struct dirent *entry;
	int r = 0;

	if (!path)
		return fault_raise(-ENOMEM);
	if (!directory) {
		walk->listing.failed = path;
		walk->listing.error = errno;
		return 0;
	}
	while (r == 0 && (entry = readdir(directory)))
		if (entry->d_name[0] != '.')
			r = take_entry(walk, below, kind, entry->d_name);
	return r;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int listing_read(struct memory *memory, const char *folder, struct listing *ret_listing)
{
	struct walk walk = {memory, folder, {.names = memory_take(memory, NAMES_MAX * sizeof(*walk.listing.names))}};
	int r = walk.listing.names ? walk_below(&walk, "", TOWN) : fault_raise(-ENOMEM);

	if (r < 0)
		return fault_pass(r);
	qsort(walk.listing.names, walk.listing.n_names, sizeof(*walk.listing.names), by_bytes);
	*ret_listing = walk.listing;
	return 0;
}

static bool is_own_folder(const char *part)
{
	return strncmp(part, "lang/", 5) == 0 || strncmp(part, "offices/", 8) == 0 || strncmp(part, "devices/", 8) == 0;
}

const char *listing_inner(const char *path)
{
	const char *slash = strchr(path, '/');

	while (slash && !is_own_folder(slash + 1) && strchr(slash + 1, '/'))
		slash = strchr(slash + 1, '/');
	return slash && slash != path ? slash + 1 : NULL;
}
