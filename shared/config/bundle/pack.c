/* SPDX-License-Identifier: MIT
 * The archive holds nothing of the machine it was made on: no times, owners or rights, files in the order of their
 * names. Both files are written beside their places first. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/buf.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/config/bundle/pack.h"
#include "shared/config/bundle/unpack.h"
#include "shared/config/layer/listing.h"
#include "shared/config/layer/yaml.h"
#include "shared/base/banned.h"

static struct archive *writer_free(struct archive *archive)
{
	archive_write_free(archive);
	return NULL;
}
DEFINE_CLEANUP(struct archive *, writer_free)

static struct archive_entry *entry_free(struct archive_entry *entry)
{
	archive_entry_free(entry);
	return NULL;
}
DEFINE_CLEANUP(struct archive_entry *, entry_free)

struct packing {
	struct loading loading;
	struct archive *archive;
	struct buf bytes;
	struct manifest manifest;
	const char **texts; /* of its files */
	size_t n_bytes;     /* of all of them */
};

static la_ssize_t add_bytes(struct archive *archive, void *data, const void *bytes, size_t n_bytes)
{
	struct packing *packing = data;

	if (buf_add(&packing->bytes, bytes, n_bytes) < 0) {
		archive_set_error(archive, ENOSPC, "the bundle is too large");
		return -1;
	}
	return (la_ssize_t)n_bytes;
}

static int write_entry(struct packing *packing, const char *name, const char *text, size_t n_text)
{
	CLEANUP(entry_freep) struct archive_entry *entry = archive_entry_new();

	if (!entry)
		return fault_raise(-ENOMEM);
	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)n_text);
	if (archive_write_header(packing->archive, entry) != ARCHIVE_OK ||
	    (n_text && archive_write_data(packing->archive, text, n_text) != (la_ssize_t)n_text))
		return fault_raise(-ENOSPC);
	return 0;
}

/* The name of a layer inside the bundle: its way from the templates, else the last part of its folder. */
static const char *inner_name(const struct layer *layer)
{
	const char *slash = strrchr(layer->name, '/');

	if (bundle_name_is_plain(layer->name) || !slash)
		return layer->name;
	return slash + 1;
}

static int too_large(struct packing *packing, const struct place *place)
{
	finding_add(&packing->loading, RULE_BUNDLE_TOO_LARGE, place,
		"makes the town larger than a bundle may be (%d files, %d MiB) — take out what is not needed",
		    MANIFEST_FILES_MAX, BUNDLE_TEXT_BYTES_MAX / (1024 * 1024));
	return fault_raise(-EBADMSG);
}

static int list_file(struct packing *packing, const char *inner, const struct buf *text, const struct place *place)
{
	struct manifest *manifest = &packing->manifest;
	struct manifest_file *file = &manifest->files[manifest->n_files];
	const char *copy;

	packing->n_bytes += text->len;
	if (manifest->n_files == MANIFEST_FILES_MAX || packing->n_bytes > BUNDLE_TEXT_BYTES_MAX)
		return too_large(packing, place);
	copy = memory_text(packing->loading.memory, buf_text(text), text->len);
	if (!copy)
		return fault_raise(-ENOMEM);
	*file = (struct manifest_file){.path = inner, .n_bytes = text->len};
	manifest_hash(copy, text->len, file->hash);
	packing->texts[manifest->n_files++] = copy;
	return 0;
}

static int pack_file(struct packing *packing, size_t n, const struct layer *layer, const char *name)
{
	const char *file = memory_format(packing->loading.memory, "%s/%s", layer->folder, name);
	const char *inner = memory_format(packing->loading.memory, "%zu/%s/%s", n, inner_name(layer), name);
	CLEANUP(buf_release) struct buf text = BUF_INIT(CONFIG_FILE_BYTES_MAX);
	struct place place = {file ? file : "", 1, 1, layer->name};

	if (!file || !inner)
		return fault_raise(-ENOMEM);
	if (!bundle_name_is_plain(inner)) {
		finding_add(&packing->loading, RULE_BUNDLE_FILE_NAME, &place,
			"cannot stand in a bundle under this name — use letters a to z, digits, . _ and - in file and folder");
		return fault_raise(-EBADMSG);
	}
	if (yaml_read_bytes(&packing->loading, &place, &text) < 0)
		return fault_raise(-EBADMSG);
	return list_file(packing, inner, &text, &place);
}

static int pack_layer(struct packing *packing, size_t n, const struct layer *layer)
{
	struct listing listing = {0};
	int r = listing_read(packing->loading.memory, layer->folder, &listing);

	for (size_t i = 0; r == 0 && i < listing.n_names; i++)
		if (listing_is_yaml(listing.names[i]))
			r = pack_file(packing, n, layer, listing.names[i]);
	return r < 0 ? fault_pass(r) : 0;
}

static const char *text_or_none(const char *text)
{
	return text ? text : "";
}

/* What the bundle is to say of itself, and every file of it in memory. */
static int collect(struct packing *packing, const struct loaded *loaded, const struct bundle_stamp *stamp)
{
	struct manifest *manifest = &packing->manifest;
	const struct tree *town = tree_find(loaded->root, "municipality");
	int r = 0;

	manifest->code = tree_text(town, "code");
	manifest->name = tree_text(tree_find(town, "name"), "ja");
	manifest->serial = stamp->serial ? stamp->serial : manifest_serial_now();
	manifest->not_before = text_or_none(stamp->not_before);
	manifest->expires = text_or_none(stamp->expires);
	manifest->files = memory_take(packing->loading.memory, MANIFEST_FILES_MAX * sizeof(*manifest->files));
	packing->texts = memory_take(packing->loading.memory, MANIFEST_FILES_MAX * sizeof(*packing->texts));
	if (!manifest->files || !packing->texts)
		return fault_raise(-ENOMEM);
	for (size_t i = 0; r == 0 && i < loaded->layers.n_items; i++) {
		const struct layer *layer = &loaded->layers.items[i];

		if (layer->office_id || layer->device_id)
			continue; /* lies in its town's folder and comes with that */
		manifest->layers[manifest->n_layers++] = (struct manifest_layer){inner_name(layer), layer->version};
		r = pack_layer(packing, manifest->n_layers - 1, layer);
	}
	return r < 0 ? fault_pass(r) : 0;
}

static int write_entries(struct packing *packing)
{
	CLEANUP(buf_release) struct buf head = BUF_INIT(CONFIG_FILE_BYTES_MAX);
	int r = manifest_encode(&packing->manifest, &head);

	if (r == 0)
		r = write_entry(packing, MANIFEST_NAME, buf_text(&head), head.len);
	for (size_t i = 0; r == 0 && i < packing->manifest.n_files; i++)
		r = write_entry(packing, packing->manifest.files[i].path, packing->texts[i], packing->manifest.files[i].n_bytes);
	return r < 0 ? fault_pass(r) : 0;
}

/* Signed and read back by anybody, so nothing may depend on the machine: no padding to blocks but tar's own. */
static int write_archive(struct packing *packing)
{
	CLEANUP(writer_freep) struct archive *archive = archive_write_new();
	int r;

	packing->archive = archive;
	if (!archive || archive_write_add_filter_zstd(archive) != ARCHIVE_OK ||
	    archive_write_set_format_pax_restricted(archive) != ARCHIVE_OK ||
	    archive_write_set_options(archive, "zstd:compression-level=10") != ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(archive, 1) != ARCHIVE_OK ||
	    archive_write_open(archive, packing, NULL, add_bytes, NULL) != ARCHIVE_OK)
		return fault_raise(-ENOMEM);
	r = write_entries(packing);
	if (r == 0 && archive_write_close(archive) != ARCHIVE_OK)
		r = fault_raise(-ENOSPC);
	return r;
}

static int write_part(const char *path, const void *bytes, size_t n_bytes)
{
	CLEANUP(closep) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	const char *at = bytes;

	if (fd < 0)
		return fault_raise(-errno);
	while (n_bytes) {
		ssize_t n = write(fd, at, n_bytes);

		if (n < 0)
			return fault_raise(-errno);
		at += n;
		n_bytes -= (size_t)n;
	}
	return fsync(fd) < 0 ? fault_raise(-errno) : 0;
}

static int write_both(struct packing *packing, const char *signature, const char *output)
{
	struct memory *memory = packing->loading.memory;
	const char *part = memory_format(memory, "%s.part", output);
	const char *signature_part = memory_format(memory, "%s.minisig.part", output);
	const char *signature_path = memory_format(memory, "%s.minisig", output);
	int r = part && signature_part && signature_path ? 0 : fault_raise(-ENOMEM);

	if (r < 0)
		return fault_pass(r);
	r = write_part(part, buf_text(&packing->bytes), packing->bytes.len);
	if (r == 0)
		r = write_part(signature_part, signature, strlen(signature));
	if (r == 0 && (rename(signature_part, signature_path) < 0 || rename(part, output) < 0))
		r = fault_raise(-errno);
	if (r < 0) {
		unlink(part);
		unlink(signature_part);
	}
	return r;
}

/* Signed as well, and shown by minisign -V. */
static void comment_of(const struct manifest *manifest, const char *output, char *out, size_t size)
{
	const char *slash = strrchr(output, '/');

	snprintf(out, size, "file:%.200s\tserial:%" PRId64 "\tcode:%.6s\thashed", slash ? slash + 1 : output, manifest->serial,
		 manifest->code);
}

int bundle_pack(const struct loaded *loaded, const struct bundle_stamp *stamp, const struct minisign_secret *secret,
		const char *output, struct findings *findings)
{
	CLEANUP(memory_freep) struct memory *memory = memory_new(CONFIG_BYTES_MAX);
	struct packing packing = {.loading = {.memory = memory, .findings = findings}, .bytes = BUF_INIT(BUNDLE_BYTES_MAX)};
	CLEANUP(freep) char *signature = NULL;
	char comment[320];
	int r = memory ? collect(&packing, loaded, stamp) : fault_raise(-ENOMEM);

	if (r == 0)
		r = write_archive(&packing);
	if (r == 0) {
		comment_of(&packing.manifest, output, comment, sizeof(comment));
		r = minisign_sign(secret, buf_text(&packing.bytes), packing.bytes.len, comment, &signature);
	}
	if (r == 0)
		r = write_both(&packing, signature, output);
	buf_release(&packing.bytes);
	return r;
}
