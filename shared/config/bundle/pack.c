/* SPDX-License-Identifier: MIT
 * The archive holds nothing of the machine it was made on: no times, owners or rights, files in the order of their
 * names. Both files are written beside their places first. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
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

static int write_entry(struct packing *packing, const char *name, const struct buf *text)
{
	CLEANUP(entry_freep) struct archive_entry *entry = archive_entry_new();

	if (!entry)
		return fault_raise(-ENOMEM);
	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)text->len);
	if (archive_write_header(packing->archive, entry) != ARCHIVE_OK ||
	    (text->len && archive_write_data(packing->archive, buf_text(text), text->len) != (la_ssize_t)text->len))
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
	return write_entry(packing, inner, &text);
}

static int pack_layer(struct packing *packing, size_t n, const struct layer *layer)
{
	struct listing listing = {0};
	int r = listing_read(packing->loading.memory, layer->folder, &listing);

	for (size_t i = 0; r == 0 && i < listing.n_names; i++)
		r = pack_file(packing, n, layer, listing.names[i]);
	return r < 0 ? fault_pass(r) : 0;
}

/* Signed and read back by anybody, so nothing may depend on the machine: no padding to blocks but tar's own. */
static int pack_all(struct packing *packing, const struct loaded *loaded)
{
	CLEANUP(writer_freep) struct archive *archive = archive_write_new();
	int r = 0;

	packing->archive = archive;
	if (!archive || archive_write_add_filter_zstd(archive) != ARCHIVE_OK ||
	    archive_write_set_format_pax_restricted(archive) != ARCHIVE_OK ||
	    archive_write_set_options(archive, "zstd:compression-level=10") != ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(archive, 1) != ARCHIVE_OK ||
	    archive_write_open(archive, packing, NULL, add_bytes, NULL) != ARCHIVE_OK)
		return fault_raise(-ENOMEM);
	for (size_t i = 0; r == 0 && i < loaded->layers.n_items; i++)
		r = pack_layer(packing, i, &loaded->layers.items[i]);
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

int bundle_pack(const struct loaded *loaded, const struct minisign_secret *secret, const char *output,
		struct findings *findings)
{
	CLEANUP(memory_freep) struct memory *memory = memory_new(CONFIG_BYTES_MAX);
	struct packing packing = {.loading = {.memory = memory, .findings = findings}, .bytes = BUF_INIT(BUNDLE_BYTES_MAX)};
	const char *slash = strrchr(output, '/');
	CLEANUP(freep) char *signature = NULL;
	char comment[320];
	int r = memory ? pack_all(&packing, loaded) : fault_raise(-ENOMEM);

	snprintf(comment, sizeof(comment), "file:%.256s\thashed", slash ? slash + 1 : output);
	if (r == 0)
		r = minisign_sign(secret, buf_text(&packing.bytes), packing.bytes.len, comment, &signature);
	if (r == 0)
		r = write_both(&packing, signature, output);
	buf_release(&packing.bytes);
	return r;
}
