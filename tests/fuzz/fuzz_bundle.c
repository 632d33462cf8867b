/* SPDX-License-Identifier: MIT
 * Bundles: the first byte says what the rest is. Archives are tried as they lie on disk and as tar behind our own zstd, since
 * no mutation gets through compression; both without a signature, as --allow-unsigned lets them in, and behind one made here
 * and perhaps broken by one byte. What is unpacked goes on to the YAML reader and the checks. */
#include <archive.h>
#include <archive_entry.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/config/bundle/manifest.h"
#include "shared/config/bundle/minisign.h"
#include "shared/config/bundle/unpack.h"
#include "tests/fuzz/fuzz.h"
#include "shared/base/banned.h"

#define PACKED_BYTES_MAX (1024 * 1024)

enum mode { RAW, TAR, RAW_SIGNED, TAR_SIGNED, MANIFEST, SIGNATURE, N_MODES };

struct keys {
	struct minisign_public public;
	struct minisign_secret secret;
	char folder[64], key[96], bundle[96], signature[112];
};

static void write_file(const char *path, const void *bytes, size_t n_bytes)
{
	FILE *out = fopen(path, "we");

	CLAIM(out && fwrite(bytes, 1, n_bytes, out) == n_bytes && fclose(out) == 0);
}

static const struct keys *keys(void)
{
	static struct keys keys;

	if (keys.folder[0])
		return &keys;
	snprintf(keys.folder, sizeof(keys.folder), "%s/fuzz-bundle-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	CLAIM(mkdtemp(keys.folder));
	snprintf(keys.key, sizeof(keys.key), "%s/key.pub", keys.folder);
	snprintf(keys.bundle, sizeof(keys.bundle), "%s/town.mdg", keys.folder);
	snprintf(keys.signature, sizeof(keys.signature), "%s.minisig", keys.bundle);
	CLAIM(minisign_generate(&keys.public, &keys.secret) == 0);
	CLAIM(minisign_public_write(keys.key, &keys.public) == 0);
	return &keys;
}

static void clean_up(void)
{
	const struct keys *k = keys();

	unlink(k->key);
	unlink(k->bundle);
	unlink(k->signature);
	rmdir(k->folder);
}

/* @bytes behind zstd, as our packing would put it there. */
static char *compress(const uint8_t *bytes, size_t n_bytes, size_t *ret_n)
{
	struct archive *archive = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	char *out = malloc(PACKED_BYTES_MAX);

	CLAIM(archive && entry && out);
	archive_write_add_filter_zstd(archive);
	archive_write_set_format_raw(archive);
	archive_write_set_bytes_in_last_block(archive, 1);
	CLAIM(archive_write_open_memory(archive, out, PACKED_BYTES_MAX, ret_n) == ARCHIVE_OK);
	archive_entry_set_filetype(entry, AE_IFREG);
	CLAIM(archive_write_header(archive, entry) == ARCHIVE_OK);
	CLAIM(archive_write_data(archive, bytes, n_bytes) == (la_ssize_t)n_bytes);
	CLAIM(archive_write_close(archive) == ARCHIVE_OK);
	archive_entry_free(entry);
	archive_write_free(archive);
	return out;
}

static void claim_sound(const struct bundle *bundle)
{
	size_t n_bytes = 0;

	CLAIM(bundle->n_files > 0 && bundle->n_files == bundle->manifest.n_files && bundle->n_layers <= CONFIG_LAYERS_MAX);
	for (size_t i = 0; i < bundle->n_files; i++) {
		CLAIM(bundle_name_is_plain(bundle->files[i].path) && bundle->files[i].layer < bundle->n_layers);
		n_bytes += bundle->files[i].n_bytes;
	}
	CLAIM(n_bytes <= BUNDLE_TEXT_BYTES_MAX);
}

static void try_unpack(const char *bytes, size_t n_bytes)
{
	struct bundle bundle = {.memory = memory_new(BUNDLE_TEXT_BYTES_MAX + 4 * 1024 * 1024)};
	char problem[320] = "";
	const char *r = bundle_unpack(&bundle, bytes, n_bytes, problem, sizeof(problem));

	CLAIM(!r || *r);
	if (!r)
		claim_sound(&bundle);
	bundle_release(&bundle);
}

/* The whole way of a program: signature, manifest, layers, checks. @flip: the byte that is not what was signed; beyond: none. */
static void try_load(const char *bytes, size_t n_bytes, size_t flip)
{
	const struct keys *k = keys();
	const struct config_options options = {.bundle_key = k->key, .is_fast = true};
	struct findings findings = {0};
	struct config *config = NULL;
	char *text = NULL, *copy = (char *)fuzz_copy((const uint8_t *)bytes, n_bytes);
	int r;

	CLAIM(minisign_sign(&k->secret, bytes, n_bytes, "file:town.mdg", &text) == 0);
	if (flip < n_bytes)
		copy[flip] = (char)~copy[flip];
	write_file(k->bundle, copy, n_bytes);
	write_file(k->signature, text, strlen(text));
	r = config_load(k->bundle, &options, &findings, &config);
	CLAIM((r == 0) == (config != NULL) && (r == 0 || findings.n_errors > 0));
	if (flip < n_bytes)
		CLAIM(!config && findings.n_items == 1 && findings.items[0].rule == RULE_BUNDLE_ALTERED);
	config_free(config);
	findings_release(&findings);
	free(copy);
	free(text);
}

static void try_manifest(const uint8_t *bytes, size_t n_bytes)
{
	struct memory *memory = memory_new(CONFIG_BYTES_MAX);
	struct buf again = BUF_INIT(CONFIG_FILE_BYTES_MAX);
	struct manifest manifest = {0};
	int r = manifest_decode(memory, (const char *)bytes, n_bytes, &manifest);

	if (r == 0) {
		CLAIM(manifest_encode(&manifest, &again) == 0);
		CLAIM(again.len == n_bytes && memcmp(again.bytes, bytes, n_bytes) == 0);
		CLAIM(manifest.serial > 0 && manifest.n_files > 0);
	}
	buf_release(&again);
	memory_free(memory);
}

/* Nobody but the fuzzer's own key signs, and it signed nothing. */
static void try_signature(const uint8_t *bytes, size_t n_bytes)
{
	uint8_t *copy = fuzz_copy(bytes, n_bytes);

	CLAIM(minisign_verify(&keys()->public, (const char *)copy, n_bytes, "bundle", 6) < 0);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	struct fuzz from = {bytes, n_bytes};
	enum mode mode = fuzz_byte(&from) % N_MODES;
	size_t n = from.n, flip = SIZE_MAX;
	char *packed = NULL;

	if (mode == MANIFEST)
		return try_manifest(from.bytes, from.n), 0;
	if (mode == SIGNATURE)
		return try_signature(from.bytes, from.n), 0;
	if (mode == RAW_SIGNED || mode == TAR_SIGNED) {
		flip = (size_t)fuzz_byte(&from) << 8;
		flip |= fuzz_byte(&from);
	}
	n = from.n;
	if (mode == TAR || mode == TAR_SIGNED)
		packed = compress(from.bytes, from.n, &n);
	else
		packed = (char *)fuzz_copy(from.bytes, from.n);
	if (flip == SIZE_MAX)
		try_unpack(packed, n);
	else
		try_load(packed, n, flip);
	free(packed);
	return 0;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	CLAIM(sodium_init() >= 0);
	(void)keys();
	return atexit(clean_up);
}
