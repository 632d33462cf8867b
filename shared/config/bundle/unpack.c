/* SPDX-License-Identifier: MIT
 * libarchive with one filter and one format; everything lands in memory, so that no name in an archive can reach a
 * disk. Bounds are checked while unpacking: a small file may claim to hold gigabytes. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <string.h>

#include "shared/base/limits.h"
#include "shared/config/bundle/unpack.h"
#include "shared/config/language.h"
#include "shared/config/layer/listing.h"
#include "shared/base/banned.h"

#define PATH_BYTES_MAX 200
#define FILTERS 2 /* zstd, and the file itself */

static struct archive *reader_free(struct archive *archive)
{
	if (archive)
		archive_read_free(archive);
	return NULL;
}
DEFINE_CLEANUP(struct archive *, reader_free)

bool bundle_name_is_plain(const char *name)
{
	const char *part = name;

	if (strlen(name) > PATH_BYTES_MAX)
		return false;
	for (;; part++) {
		size_t n = strcspn(part, "/");

		if (n == 0 || part[0] == '.')
			return false;
		for (size_t i = 0; i < n; i++)
			if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", part[i]))
				return false;
		part += n;
		if (*part == '\0')
			return true;
	}
}

struct unpacking {
	struct bundle *bundle;
	struct archive *archive;
	size_t n_bytes; /* so far, all files */
	bool has_manifest;
	char before[PATH_BYTES_MAX + 1]; /* the entry before this one */
	char *out; /* what is wrong */
	size_t size;
};

static const char *complain(struct unpacking *unpacking, const char *entry, const char *what)
{
	snprintf(unpacking->out, unpacking->size, gettext("holds \"%.80s\", which %s — pack the town again with madoguchi-config pack"),
		 entry ? entry : "?", gettext(what));
	return unpacking->out;
}

/* NULL: the name is in order and said in *ret_file. */
static const char *check_name(struct unpacking *unpacking, const char *name, struct bundle_file *file)
{
	struct bundle *bundle = unpacking->bundle;
	size_t n = name ? strlen(name) : 0;
	size_t layer;

	if (!name || name[0] == '/' || !bundle_name_is_plain(name) || name[1] != '/')
		return complain(unpacking, name, "is no plain name inside the bundle (absolute, .., or strange letters)");
	if (n < 8 || strcmp(name + n - 5, ".yaml") != 0 || !strchr(name + 2, '/'))
		return complain(unpacking, name, "is no YAML file of a layer");
	layer = (size_t)(name[0] - '0');
	if (layer >= CONFIG_LAYERS_MAX || layer > bundle->n_layers)
		return complain(unpacking, name, "belongs to a layer that is not there");
	if (strcmp(name, unpacking->before) <= 0)
		return complain(unpacking, name, strcmp(name, unpacking->before) == 0 ? "stands in it twice" : "is out of order");
	bundle->n_layers = layer + 1;
	file->layer = layer;
	snprintf(unpacking->before, sizeof(unpacking->before), "%s", name);
	file->path = memory_text(bundle->memory, name + 2, n - 2);
	file->name = file->path ? listing_inner(file->path) : NULL;
	return NULL;
}

static const char *check_kind(struct unpacking *unpacking, struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);

	if (archive_entry_symlink(entry) || archive_entry_hardlink(entry))
		return complain(unpacking, name, "is a link");
	if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_sparse_count(entry) > 0 ||
	    archive_entry_is_encrypted(entry))
		return complain(unpacking, name, "is no plain file");
	if (!archive_entry_size_is_set(entry) || archive_entry_size(entry) > CONFIG_FILE_BYTES_MAX)
		return complain(unpacking, name, "is larger than one file may be");
	return NULL;
}

static const char *read_file(struct unpacking *unpacking, struct archive_entry *entry, struct bundle_file *file)
{
	size_t size = (size_t)archive_entry_size(entry), n = 0;
	char *bytes;

	if (unpacking->n_bytes + size > BUNDLE_TEXT_BYTES_MAX)
		return complain(unpacking, unpacking->before, "makes it larger unpacked than a bundle may be");
	bytes = memory_take(unpacking->bundle->memory, size + 1);
	if (!bytes || !file->path)
		return complain(unpacking, unpacking->before, "does not fit into memory");
	while (n < size) {
		la_ssize_t got = archive_read_data(unpacking->archive, bytes + n, size - n);

		if (got <= 0)
			return complain(unpacking, unpacking->before, "is damaged");
		n += (size_t)got;
	}
	unpacking->n_bytes += size;
	file->bytes = bytes;
	file->n_bytes = size;
	return NULL;
}

/* The signature already says that nothing was changed; this says that whoever packed it wrote down what is in it, and that
 * nothing is in it besides. Without a signature it still finds damage. */
static const char *check_listed(struct unpacking *unpacking, const struct bundle_file *file)
{
	const struct bundle *bundle = unpacking->bundle;
	const struct manifest_file *listed = &bundle->manifest.files[bundle->n_files];
	const struct manifest_layer *layer = &bundle->manifest.layers[file->layer];
	uint8_t hash[MANIFEST_HASH_BYTES];
	size_t n = strlen(layer->name);

	if (bundle->n_files == bundle->manifest.n_files || strcmp(listed->path, unpacking->before) != 0)
		return complain(unpacking, unpacking->before, "its manifest does not name here");
	if (file->layer >= bundle->manifest.n_layers || strncmp(file->path, layer->name, n) != 0 || file->path[n] != '/')
		return complain(unpacking, unpacking->before, "belongs to a layer its manifest does not name");
	manifest_hash(file->bytes, file->n_bytes, hash);
	if (listed->n_bytes != file->n_bytes || memcmp(hash, listed->hash, sizeof(hash)) != 0)
		return complain(unpacking, unpacking->before, "is not the file its manifest names (size or hash)");
	return NULL;
}

static const char *take_manifest(struct unpacking *unpacking, struct archive_entry *entry)
{
	struct bundle *bundle = unpacking->bundle;
	struct bundle_file file = {.path = MANIFEST_NAME};
	const char *name = archive_entry_pathname(entry), *problem;

	if (!name || strcmp(name, MANIFEST_NAME) != 0)
		return complain(unpacking, name, "stands where its manifest should be");
	problem = check_kind(unpacking, entry);
	snprintf(unpacking->before, sizeof(unpacking->before), "%s", name);
	if (!problem)
		problem = read_file(unpacking, entry, &file);
	unpacking->before[0] = '\0';
	if (problem)
		return problem;
	unpacking->has_manifest = true;
	if (manifest_decode(bundle->memory, file.bytes, file.n_bytes, &bundle->manifest) < 0)
		return complain(unpacking, name, "is no manifest of a bundle, or one of a newer program");
	return NULL;
}

static const char *take_entry(struct unpacking *unpacking, struct archive_entry *entry)
{
	struct bundle *bundle = unpacking->bundle;
	struct bundle_file file = {0};
	const char *problem;

	if (!unpacking->has_manifest)
		return take_manifest(unpacking, entry);
	problem = check_kind(unpacking, entry);
	if (!problem)
		problem = check_name(unpacking, archive_entry_pathname(entry), &file);
	if (!problem && bundle->n_files == MANIFEST_FILES_MAX)
		problem = complain(unpacking, unpacking->before, "is one file too many");
	if (!problem)
		problem = read_file(unpacking, entry, &file);
	if (!problem)
		problem = check_listed(unpacking, &file);
	if (!problem)
		bundle->files[bundle->n_files++] = file;
	return problem;
}

static const char *broken(struct unpacking *unpacking)
{
	snprintf(unpacking->out, unpacking->size,
		 "is no bundle of this program, or damaged — copy it again, or pack the town with madoguchi-config pack");
	return unpacking->out;
}

const char *bundle_unpack(struct bundle *bundle, const void *bytes, size_t n_bytes, char *out, size_t size)
{
	CLEANUP(reader_freep) struct archive *archive = archive_read_new();
	struct unpacking unpacking = {.bundle = bundle, .archive = archive, .out = out, .size = size};
	const char *problem = NULL;
	struct archive_entry *entry;
	int r;

	bundle->files = memory_take(bundle->memory, MANIFEST_FILES_MAX * sizeof(*bundle->files));
	if (!archive || !bundle->files || archive_read_support_filter_zstd(archive) != ARCHIVE_OK ||
	    archive_read_support_format_tar(archive) != ARCHIVE_OK ||
	    archive_read_open_memory(archive, bytes, n_bytes) != ARCHIVE_OK || archive_filter_count(archive) != FILTERS ||
	    archive_filter_code(archive, 0) != ARCHIVE_FILTER_ZSTD)
		return broken(&unpacking);
	while (!problem && (r = archive_read_next_header(archive, &entry)) != ARCHIVE_EOF)
		problem = r == ARCHIVE_OK ? take_entry(&unpacking, entry) : broken(&unpacking);
	if (!problem && !unpacking.has_manifest)
		problem = broken(&unpacking);
	if (!problem && bundle->n_files < bundle->manifest.n_files) {
		snprintf(out, size, "lacks \"%.80s\", which its manifest names — copy it again, or pack the town again",
			 bundle->manifest.files[bundle->n_files].path);
		problem = out;
	}
	return problem;
}
