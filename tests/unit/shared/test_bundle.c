/* SPDX-License-Identifier: MIT
 * Bundles: what was signed loads as the folder did, and nothing else loads at all. The hostile archives are made with
 * libarchive and signed with the right key, so that the unpacking is tried, not the signature. */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "shared/base/buf.h"
#include "shared/base/limits.h"
#include "shared/config/bundle/bundle.h"
#include "shared/config/bundle/minisign.h"
#include "shared/config/bundle/pack.h"
#include "shared/config/number_permit.h"
#include "tests/unit/shared/config_folder.h"
#include "shared/base/banned.h"

#define ARCHIVE_BYTES_MAX (4 * 1024 * 1024)

/* The sound town with one procedure more, which may take the number. */
static const char number_layer[] =
	"procedures:\n"
	"  - {id: care, name: {ja: 介護, kana: かいご, en: Care}, service: certificates, forms: [care], individual_number: required, "
	"number_basis: 介護保険法}\n"
	"  - {id: help, name: {ja: 手当, kana: てあて, en: Help}, service: certificates, forms: [care], individual_number: optional, "
	"number_basis: 見本村の 条例}\n"
	"forms:\n"
	"  - id: care\n"
	"    version: 1\n"
	"    title: {ja: 申請書, kana: しんせいしょ, en: Application}\n"
	"    fields: [{id: individual_number, type: individual-number, label: {ja: 個人番号, "
	"kana: こじん ばんごう, en: Number}}]\n";

struct bench {
	struct folder folder;
	struct minisign_public public;
	struct minisign_secret secret;
	struct bundle_stamp stamp;
	char town[160], bundle[160], signature[176], key[176];
};

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	bench->stamp = (struct bundle_stamp){.serial = 20261124011200};
	folder_make(&bench->folder);
	folder_write_text(&bench->folder, "town", "number.yaml", number_layer);
	snprintf(bench->town, sizeof(bench->town), "%s/town", bench->folder.path);
	snprintf(bench->bundle, sizeof(bench->bundle), "%s/town.mdg", bench->folder.path);
	snprintf(bench->signature, sizeof(bench->signature), "%s.minisig", bench->bundle);
	snprintf(bench->key, sizeof(bench->key), "%s/town.pub", bench->folder.path);
	assert_int_equal(minisign_generate(&bench->public, &bench->secret), 0);
	assert_int_equal(minisign_public_write(bench->key, &bench->public), 0);
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	folder_remove(&bench->folder);
	minisign_secret_release(&bench->secret);
	free(bench);
	return 0;
}

static void pack(struct bench *bench)
{
	const struct config_options options = {.templates_dir = bench->folder.path, .allow_unsigned = true};
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(loaded_release) struct loaded loaded = {0};

	assert_int_equal(loaded_read(bench->town, &options, &findings, &loaded), 0);
	if (findings.n_errors > 0)
		findings_print(&findings, stderr);
	assert_int_equal(findings.n_errors, 0);
	assert_int_equal(bundle_pack(&loaded, &bench->stamp, &bench->secret, bench->bundle, &findings), 0);
}

static int load(const struct bench *bench, const char *path, bool has_key, bool allow_unsigned, struct findings *findings,
		struct config **ret_config)
{
	const struct config_options options = {
		.bundle_key = has_key ? bench->key : NULL, .allow_unsigned = allow_unsigned, .is_fast = true};

	return config_load(path, &options, findings, ret_config);
}

/* The bundle with the right key must be refused, for a reason that holds @what. */
static void assert_refused(const struct bench *bench, const char *what)
{
	CLEANUP(findings_release) struct findings findings = {0};
	struct config *config = NULL;

	assert_int_equal(load(bench, bench->bundle, true, true, &findings, &config), -EBADMSG);
	assert_null(config);
	assert_int_equal(findings.n_items, 1);
	if (!strstr(findings.items[0].what, what))
		fail_msg("wanted \"%s\", found: %s", what, findings.items[0].what);
}

static void read_whole(const char *path, struct buf *buf)
{
	assert_int_equal(buf_read_file(buf, path), 0);
}

static void write_whole(const char *path, const void *bytes, size_t n_bytes)
{
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	assert_int_equal(fwrite(bytes, 1, n_bytes, out), n_bytes);
	assert_int_equal(fclose(out), 0);
}

static void sign(const struct bench *bench, const void *bytes, size_t n_bytes)
{
	CLEANUP(freep) char *text = NULL;

	write_whole(bench->bundle, bytes, n_bytes);
	assert_int_equal(minisign_sign(&bench->secret, bytes, n_bytes, "file:town.mdg", &text), 0);
	write_whole(bench->signature, text, strlen(text));
}

/* ---- what was signed ---------------------------------------------------------------------------------------------- */

static void a_bundle_loads_as_its_folder_did_and_stands_alone(void **state)
{
	struct bench *bench = *state;
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(config_freep) struct config *config = NULL;
	struct folder gone;

	folder_write_text(&bench->folder, "over", "layer.yaml", "extends: town\nversion: \"1\"\n");
	folder_write_text(&bench->folder, "over", "more.yaml", "services: [{id: moving, minutes: 25}]\n");
	snprintf(bench->town, sizeof(bench->town), "%s/over", bench->folder.path);
	pack(bench);
	gone = bench->folder;
	folder_make(&bench->folder); /* the layers are gone, the bundle is not */
	snprintf(bench->town, sizeof(bench->town), "%s/alone.mdg", bench->folder.path);
	assert_int_equal(rename(bench->bundle, bench->town), 0);
	snprintf(bench->bundle, sizeof(bench->bundle), "%s/alone.mdg.minisig", bench->folder.path);
	assert_int_equal(rename(bench->signature, bench->bundle), 0);
	snprintf(bench->signature, sizeof(bench->signature), "%s/alone.pub", bench->folder.path);
	assert_int_equal(rename(bench->key, bench->signature), 0);
	snprintf(bench->key, sizeof(bench->key), "%s", bench->signature);
	folder_remove(&gone);
	assert_int_equal(load(bench, bench->town, true, false, &findings, &config), 0);
	assert_int_equal(findings.n_items, 0);
	assert_int_equal(config_service_find(config, "moving")->minutes, 25);
	assert_string_equal(config->municipality.code, "209996");
	assert_int_equal(config->n_forms, 2);
}

static void the_same_text_and_key_give_the_same_bytes(void **state)
{
	struct bench *bench = *state;
	CLEANUP(buf_release) struct buf first = BUF_INIT(BUNDLE_BYTES_MAX), second = BUF_INIT(BUNDLE_BYTES_MAX);
	CLEANUP(buf_release) struct buf first_signature = BUF_INIT(4096), second_signature = BUF_INIT(4096);

	pack(bench);
	read_whole(bench->bundle, &first);
	read_whole(bench->signature, &first_signature);
	pack(bench);
	read_whole(bench->bundle, &second);
	read_whole(bench->signature, &second_signature);
	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.bytes, second.bytes, first.len);
	assert_string_equal(buf_text(&first_signature), buf_text(&second_signature));
}

static void any_changed_byte_of_a_bundle_is_refused(void **state)
{
	struct bench *bench = *state;
	CLEANUP(buf_release) struct buf bytes = BUF_INIT(BUNDLE_BYTES_MAX);

	pack(bench);
	read_whole(bench->bundle, &bytes);
	for (size_t i = 0; i < bytes.len; i++) {
		bytes.bytes[i] = (char)~bytes.bytes[i];
		write_whole(bench->bundle, bytes.bytes, bytes.len);
		assert_refused(bench, "is not what was signed");
		bytes.bytes[i] = (char)~bytes.bytes[i];
	}
	write_whole(bench->bundle, bytes.bytes, bytes.len - 1);
	assert_refused(bench, "is not what was signed");
	assert_int_equal(buf_add(&bytes, "\0", 1), 0);
	write_whole(bench->bundle, bytes.bytes, bytes.len);
	assert_refused(bench, "is not what was signed");
}

/* Line by line: what minisign calls untrusted may say anything, everything else may not change by one bit. */
static void any_changed_byte_of_a_signature_is_refused_but_for_its_untrusted_comment(void **state)
{
	struct bench *bench = *state;
	CLEANUP(buf_release) struct buf text = BUF_INIT(4096);
	size_t untrusted = strlen("untrusted comment: "), line;
	int n_accepted = 0;

	pack(bench);
	read_whole(bench->signature, &text);
	line = strcspn(text.bytes, "\n");
	for (size_t i = 0; i < text.len; i++) {
		CLEANUP(findings_release) struct findings findings = {0};
		CLEANUP(config_freep) struct config *config = NULL;
		bool is_free = i >= untrusted && i < line;
		char was = text.bytes[i];

		if (i + 1 == text.len)
			continue; /* the end of the last line: a file without it says the same */
		text.bytes[i] = (char)(was ^ 1);
		write_whole(bench->signature, text.bytes, text.len);
		n_accepted += load(bench, bench->bundle, true, true, &findings, &config) == 0;
		if ((config != NULL) != is_free)
			fail_msg("byte %zu of the signature: %s", i, config ? "taken" : "refused");
		text.bytes[i] = was;
	}
	assert_true(n_accepted > 0);
}

static void another_key_and_a_missing_signature_are_told_apart(void **state)
{
	struct bench *bench = *state;
	CLEANUP(minisign_secret_release) struct minisign_secret secret = {.key = NULL};
	struct minisign_public other;

	pack(bench);
	assert_int_equal(minisign_generate(&other, &secret), 0);
	assert_int_equal(remove(bench->key), 0);
	assert_int_equal(minisign_public_write(bench->key, &other), 0);
	assert_refused(bench, "was made with another key");
	memcpy(other.id, bench->public.id, sizeof(other.id)); /* the id is no proof */
	assert_int_equal(remove(bench->key), 0);
	assert_int_equal(minisign_public_write(bench->key, &other), 0);
	assert_refused(bench, "is not what was signed");
	assert_int_equal(remove(bench->signature), 0);
	assert_refused(bench, "put the signature beside the bundle");
	write_whole(bench->signature, "yes\n", 4);
	assert_refused(bench, "is no signature of minisign");
	assert_int_equal(remove(bench->key), 0);
	assert_refused(bench, "is no public key of minisign");
}

static void keys_are_read_back_and_never_overwritten(void **state)
{
	struct bench *bench = *state;
	CLEANUP(minisign_secret_release) struct minisign_secret secret = {.key = NULL};
	struct minisign_public public;
	char path[128];

	snprintf(path, sizeof(path), "%s/town.key", bench->folder.path);
	assert_int_equal(minisign_secret_write(path, &bench->secret), 0);
	assert_int_equal(minisign_secret_write(path, &bench->secret), -EEXIST);
	assert_int_equal(minisign_public_write(bench->key, &bench->public), -EEXIST);
	assert_int_equal(minisign_secret_read(path, &secret), 0);
	assert_memory_equal(secret_bytes(secret.key), secret_bytes(bench->secret.key), 64);
	assert_int_equal(minisign_public_read(bench->key, &public), 0);
	assert_memory_equal(&public, &bench->public, sizeof(public));
	assert_int_equal(minisign_secret_read(bench->key, &secret), -EBADMSG);
	assert_int_equal(minisign_public_read(path, &public), -EBADMSG);
}

/* ---- hostile archives --------------------------------------------------------------------------------------------- */

enum trick { PLAIN, LINK, HARD_LINK, FOLDER, DEVICE };

struct entry {
	const char *name;
	enum trick trick;
	const char *text;
	size_t n_zeros; /* instead of text */
};

#define LAYER "0/town/layer.yaml", PLAIN, "version: \"1\"\n"

struct made {
	char *bytes;
	size_t n;
};

static void add_entry(struct archive *archive, const struct entry *wanted)
{
	static const mode_t kinds[] = {AE_IFREG, AE_IFLNK, AE_IFREG, AE_IFDIR, AE_IFCHR};
	struct archive_entry *entry = archive_entry_new();
	size_t size = wanted->trick != PLAIN ? 0 : wanted->text ? strlen(wanted->text) : wanted->n_zeros;
	char *bytes = calloc(1, size + 1);

	if (wanted->text && size)
		memcpy(bytes, wanted->text, size);
	archive_entry_set_pathname(entry, wanted->name);
	archive_entry_set_filetype(entry, kinds[wanted->trick]);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, (la_int64_t)size);
	if (wanted->trick == LINK)
		archive_entry_set_symlink(entry, "/etc/passwd");
	if (wanted->trick == HARD_LINK)
		archive_entry_set_hardlink(entry, "0/town/layer.yaml");
	assert_int_equal(archive_write_header(archive, entry), ARCHIVE_OK);
	assert_int_equal(archive_write_data(archive, bytes, size), size);
	free(bytes);
	archive_entry_free(entry);
}

/* A manifest that names the entries as they are, so that it is their own fault when they are refused. */
static void add_manifest(struct archive *archive, const struct entry *entries, size_t n_entries)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(CONFIG_FILE_BYTES_MAX);
	struct manifest manifest = {.code = "209996", .name = "見本村", .serial = 1, .not_before = "", .expires = "",
				    .layers = {{"town", "1"}}, .n_layers = 1, .n_files = n_entries};

	manifest.files = calloc(n_entries, sizeof(*manifest.files));
	for (size_t i = 0; i < n_entries; i++) {
		char *bytes = calloc(1, entries[i].n_zeros + 1);

		manifest.files[i].path = entries[i].name;
		manifest.files[i].n_bytes = entries[i].text ? strlen(entries[i].text) : entries[i].n_zeros;
		manifest_hash(entries[i].text ? entries[i].text : bytes, manifest.files[i].n_bytes, manifest.files[i].hash);
		if (manifest.files[i].n_bytes > CONFIG_FILE_BYTES_MAX)
			manifest.files[i].n_bytes = CONFIG_FILE_BYTES_MAX; /* as far as a manifest may claim */
		free(bytes);
	}
	assert_int_equal(manifest_encode(&manifest, &text), 0);
	add_entry(archive, &(struct entry){MANIFEST_NAME, PLAIN, buf_text(&text)});
	free(manifest.files);
}

enum wrapping { BARE = 1, GZIP = 2, TWICE = 4, CPIO = 8 };

static struct made make(const struct entry *entries, size_t n_entries, unsigned wrapping)
{
	struct archive *archive = archive_write_new();
	struct made made = {malloc(ARCHIVE_BYTES_MAX), 0};

	if (wrapping & GZIP)
		archive_write_add_filter_gzip(archive);
	else
		archive_write_add_filter_zstd(archive);
	if (wrapping & TWICE)
		archive_write_add_filter_zstd(archive);
	if (wrapping & CPIO)
		archive_write_set_format_cpio(archive);
	else
		archive_write_set_format_pax_restricted(archive);
	archive_write_set_bytes_in_last_block(archive, 1);
	assert_int_equal(archive_write_open_memory(archive, made.bytes, ARCHIVE_BYTES_MAX, &made.n), ARCHIVE_OK);
	if (!(wrapping & BARE))
		add_manifest(archive, entries, n_entries);
	for (size_t i = 0; i < n_entries; i++)
		add_entry(archive, &entries[i]);
	assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
	archive_write_free(archive);
	return made;
}

static void assert_archive_refused(const struct bench *bench, const struct entry *entries, size_t n_entries, const char *what)
{
	struct made made = make(entries, n_entries, 0);

	sign(bench, made.bytes, made.n);
	assert_refused(bench, what);
	free(made.bytes);
}

static void names_that_lead_out_of_a_bundle_are_refused(void **state)
{
	static const char *const names[] = {
		"../layer.yaml", "/0/town/layer.yaml", "0/../layer.yaml", "0/town/../../layer.yaml", "0//layer.yaml",
		"0/./layer.yaml", "0/town/.hidden.yaml", "./0/town/layer.yaml", "0/to wn/layer.yaml", "0/town/layer\n.yaml",
		"C:/layer.yaml", "0\\town\\layer.yaml", "00/town/layer.yaml", "0/layer.yaml", "0/town/layer.yml", "0/town/layer",
		"1/town/layer.yaml", "9/town/layer.yaml", "a/town/layer.yaml", "-/town/layer.yaml",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_archive_refused(*state, &(struct entry){names[i], PLAIN, "version: \"1\"\n"}, 1, "holds \"");
}

static void links_folders_and_devices_in_a_bundle_are_refused(void **state)
{
	const struct entry link[] = {{LAYER}, {"0/town/town.yaml", LINK}};
	const struct entry hard_link[] = {{LAYER}, {"0/town/town.yaml", HARD_LINK}};
	const struct entry folder[] = {{"0/town/a.yaml", FOLDER}, {LAYER}};
	const struct entry device[] = {{LAYER}, {"0/town/town.yaml", DEVICE}};

	assert_archive_refused(*state, link, 2, "is a link");
	assert_archive_refused(*state, hard_link, 2, "is a link");
	assert_archive_refused(*state, folder, 2, "is no plain file");
	assert_archive_refused(*state, device, 2, "is no plain file");
}

static void a_name_twice_or_out_of_order_is_refused(void **state)
{
	const struct entry twice[] = {{LAYER}, {LAYER}};
	const struct entry mixed[] = {{"0/town/town.yaml", PLAIN, "services: []\n"}, {LAYER}};

	assert_archive_refused(*state, twice, 2, "stands in it twice");
	assert_archive_refused(*state, mixed, 2, "is out of order");
}

/* A few hundred bytes that claim to be megabytes. */
static void bombs_are_refused_at_their_bounds(void **state)
{
	static struct entry many[CONFIG_FILES_MAX];
	static char names[CONFIG_FILES_MAX][32];
	const struct entry large = {"0/town/a.yaml", PLAIN, NULL, CONFIG_FILE_BYTES_MAX + 1};

	assert_archive_refused(*state, &large, 1, "is larger than one file may be");
	for (size_t i = 0; i < 40; i++) {
		snprintf(names[i], sizeof(names[i]), "0/town/a%03zu.yaml", i);
		many[i] = (struct entry){names[i], PLAIN, NULL, CONFIG_FILE_BYTES_MAX};
	}
	assert_archive_refused(*state, many, 40, "larger unpacked than a bundle may be");
}

static void other_packings_than_ours_are_refused(void **state)
{
	const struct entry layer = {LAYER};
	struct made made = make(&layer, 1, GZIP);

	sign(*state, made.bytes, made.n);
	assert_refused(*state, "is no bundle of this program");
	free(made.bytes);
	made = make(&layer, 1, TWICE); /* zstd within zstd */
	sign(*state, made.bytes, made.n);
	assert_refused(*state, "is no bundle of this program");
	free(made.bytes);
	made = make(&layer, 1, CPIO);
	sign(*state, made.bytes, made.n);
	assert_refused(*state, "is no bundle of this program");
	free(made.bytes);
	made = make(NULL, 0, BARE);
	sign(*state, made.bytes, made.n);
	assert_refused(*state, "is no bundle of this program");
	free(made.bytes);
	sign(*state, "", 0);
	assert_refused(*state, "is no bundle of this program");
}

static void a_bundle_cut_short_by_its_maker_is_refused(void **state)
{
	struct bench *bench = *state;
	CLEANUP(buf_release) struct buf bytes = BUF_INIT(BUNDLE_BYTES_MAX);

	pack(bench);
	read_whole(bench->bundle, &bytes);
	for (size_t n = 1; n < bytes.len - 4; n += 37) { /* behind the last 4 bytes lies a checksum only */
		CLEANUP(findings_release) struct findings findings = {0};
		struct config *config = NULL;

		sign(bench, bytes.bytes, n);
		assert_int_equal(load(bench, bench->bundle, true, false, &findings, &config), -EBADMSG);
		assert_null(config);
	}
}

static void a_bundle_without_all_its_layers_is_refused(void **state)
{
	struct bench *bench = *state;
	const struct entry hanging = {"0/town/layer.yaml", PLAIN, "extends: base\n"};
	const struct entry headless = {"0/town/town.yaml", PLAIN, "services: []\n"};
	struct made made = make(&hanging, 1, 0);
	CLEANUP(findings_release) struct findings findings = {0}, others = {0};
	struct config *config = NULL;

	sign(bench, made.bytes, made.n);
	free(made.bytes);
	assert_int_equal(load(bench, bench->bundle, true, false, &findings, &config), -EBADMSG);
	assert_true(finding_stands(&findings, FINDING_ERROR, "town/layer.yaml", 1, 1, "does not hold all the layers"));
	made = make(&headless, 1, 0);
	sign(bench, made.bytes, made.n);
	free(made.bytes);
	assert_int_equal(load(bench, bench->bundle, true, false, &others, &config), -EBADMSG);
	assert_true(finding_stands(&others, FINDING_ERROR, "town/layer.yaml", 1, 1, "does not hold all the layers"));
}

/* ---- the manifest ------------------------------------------------------------------------------------------------- */

static void assert_made_refused(const struct bench *bench, struct made made, const char *what)
{
	sign(bench, made.bytes, made.n);
	free(made.bytes);
	assert_refused(bench, what);
}

/* The archive of @archived under the manifest of @listed. */
static struct made make_listed(const struct entry *listed, size_t n_listed, const struct entry *archived, size_t n_archived)
{
	struct archive *archive = archive_write_new();
	struct made made = {malloc(ARCHIVE_BYTES_MAX), 0};

	archive_write_add_filter_zstd(archive);
	archive_write_set_format_pax_restricted(archive);
	archive_write_set_bytes_in_last_block(archive, 1);
	assert_int_equal(archive_write_open_memory(archive, made.bytes, ARCHIVE_BYTES_MAX, &made.n), ARCHIVE_OK);
	add_manifest(archive, listed, n_listed);
	for (size_t i = 0; i < n_archived; i++)
		add_entry(archive, &archived[i]);
	assert_int_equal(archive_write_close(archive), ARCHIVE_OK);
	archive_write_free(archive);
	return made;
}

static void files_that_are_missing_added_or_changed_are_refused_though_signed(void **state)
{
	const struct entry both[] = {{LAYER}, {"0/town/town.yaml", PLAIN, "services: []\n"}};
	const struct entry other[] = {{LAYER}, {"0/town/town.yaml", PLAIN, "windows:  []\n"}};
	const struct entry longer[] = {{LAYER}, {"0/town/town.yaml", PLAIN, "services:  []\n"}};
	const struct entry elsewhere[] = {{"0/town/lamp.yaml", PLAIN, "services: []\n"}};
	const struct entry stranger[] = {{"0/house/layer.yaml", PLAIN, "version: \"1\"\n"}};

	assert_made_refused(*state, make_listed(both, 2, both, 1), "lacks \"0/town/town.yaml\"");
	assert_made_refused(*state, make_listed(both, 1, both, 2), "its manifest does not name");
	assert_made_refused(*state, make_listed(both, 2, other, 2), "is not the file its manifest names");
	assert_made_refused(*state, make_listed(both, 2, longer, 2), "is not the file its manifest names");
	assert_made_refused(*state, make_listed(both, 2, elsewhere, 1), "its manifest does not name");
	assert_made_refused(*state, make_listed(stranger, 1, stranger, 1), "belongs to a layer");
	assert_made_refused(*state, make(both, 2, BARE), "stands where its manifest should be");
}

static void a_file_changed_in_an_unsigned_bundle_is_found_by_its_hash(void **state)
{
	struct bench *bench = *state;
	const struct entry was = {LAYER}, is = {"0/town/layer.yaml", PLAIN, "version: \"2\"\n"};
	struct made made = make_listed(&was, 1, &is, 1);
	CLEANUP(findings_release) struct findings findings = {0};
	struct config *config = NULL;

	write_whole(bench->bundle, made.bytes, made.n);
	free(made.bytes);
	assert_int_equal(load(bench, bench->bundle, false, true, &findings, &config), -EBADMSG);
	assert_true(finding_stands(&findings, FINDING_ERROR, "town.mdg", 1, 1, "size or hash"));
}

static void a_manifest_for_another_town_than_its_files_is_refused(void **state)
{
	struct bench *bench = *state;
	const struct entry town[] = {{LAYER}, {"0/town/town.yaml", PLAIN, "municipality: {code: \"209988\", name: ひながた町}\n"}};
	struct made made = make(town, 2, 0);
	CLEANUP(findings_release) struct findings findings = {0};
	struct config *config = NULL;

	sign(bench, made.bytes, made.n);
	free(made.bytes);
	assert_int_equal(load(bench, bench->bundle, true, false, &findings, &config), -EBADMSG);
	assert_true(finding_stands(&findings, FINDING_ERROR, "town/layer.yaml", 1, 1, "the bundle's manifest says 209996"));
}

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define MANIFEST(format, code, serial, from, until, more)                                                              \
	"{\n \"format\": " format ",\n \"code\": \"" code "\",\n \"name\": \"見本村\",\n \"serial\": " serial          \
	",\n \"not_before\": \"" from "\",\n \"expires\": \"" until                                                      \
	"\",\n \"layers\": [\n  {\n   \"name\": \"town\",\n   \"version\": \"\"\n  }\n ],\n \"files\": [\n  {\n   \"path\": "  \
	"\"0/town/layer.yaml\",\n   \"size\": 3,\n   \"blake2b\": \"" HASH "\"\n  }\n ]" more "\n}\n"

static int decode(const char *text, struct manifest *ret_manifest)
{
	CLEANUP(memory_freep) struct memory *memory = memory_new(CONFIG_BYTES_MAX);

	return manifest_decode(memory, text, strlen(text), ret_manifest);
}

static void a_manifest_is_read_only_as_it_would_be_written(void **state)
{
	static const char *const wrong[] = {
		"", "{}", "[]", "null\n",
		MANIFEST("2", "209996", "5", "", "", ""), MANIFEST("1", "20999", "5", "", "", ""),
		MANIFEST("1", "20999x", "5", "", "", ""), MANIFEST("1", "209996", "0", "", "", ""),
		MANIFEST("1", "209996", "-5", "", "", ""), MANIFEST("1", "209996", "5.0", "", "", ""),
		MANIFEST("1", "209996", "99991231235960", "", "", ""), MANIFEST("1", "209996", "5", "2026-02-30", "", ""),
		MANIFEST("1", "209996", "5", "", "2026-11-24T00", ""), MANIFEST("1", "209996", "5", "", "tomorrow", ""),
		MANIFEST("1", "209996", "5", "", "", ",\n \"more\": 1"), MANIFEST("1", "209996", "5", "", "", " "),
		MANIFEST("1", "209996", "5", "", "", "") "\n", MANIFEST("1", "209996", "5", "", "", ",\n \"serial\": 9"),
	};
	struct manifest manifest = {0};

	assert_int_equal(decode(MANIFEST("1", "209996", "5", "2026-11-24", "2028-03-31", ""), &manifest), 0);
	assert_int_equal(manifest.serial, 5);
	assert_int_equal(manifest.n_files, 1);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (decode(wrong[i], &manifest) != -EBADMSG)
			fail_msg("manifest %zu was taken", i);
}

static void serials_are_times_and_days_begin_in_japan(void **state)
{
	int64_t serial;

	assert_int_equal(setenv("SOURCE_DATE_EPOCH", "1795482720", 1), 0);
	serial = manifest_serial_now();
	assert_int_equal(unsetenv("SOURCE_DATE_EPOCH"), 0);
	assert_int_equal(serial, INT64_C(20261124011200));
	assert_int_equal(manifest_packed_ms(serial), INT64_C(1795482720000));
	assert_int_equal(manifest_packed_ms(5), 0);
	assert_int_equal(manifest_packed_ms(INT64_C(20261324011200)), 0);
	assert_int_equal(manifest_day_start_ms("2026-11-24"), INT64_C(1795446000000)); /* 2026-11-23T15:00Z */
	assert_false(manifest_date_is("2026-11-31"));
	assert_false(manifest_date_is("26-11-24"));
	assert_true(manifest_serial_now() > INT64_C(20260101000000));
}

/* ---- the permit --------------------------------------------------------------------------------------------------- */

static void only_a_verified_bundle_gives_permits_and_only_where_marked(void **state)
{
	struct bench *bench = *state;
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(config_freep) struct config *config = NULL;

	pack(bench);
	assert_int_equal(load(bench, bench->bundle, true, false, &findings, &config), 0);
	assert_true(number_permit_is_valid(config_number_permit(config, "care")));
	assert_string_equal(number_permit_procedure(config_number_permit(config, "care")), "care");
	assert_true(number_permit_is_valid(config_number_permit(config, "help")));
	assert_null(config_number_permit(config, "juminhyo")); /* marked never */
	assert_null(config_number_permit(config, "no-such-procedure"));
	for (size_t i = 0; i < config->n_procedures; i++) /* what is said later counts nothing */
		config->procedures[i].individual_number = INDIVIDUAL_NUMBER_REQUIRED;
	assert_null(config_number_permit(config, "juminhyo"));
}

static void folders_and_unsigned_bundles_never_give_a_permit(void **state)
{
	struct bench *bench = *state;
	CLEANUP(findings_release) struct findings findings = {0}, refused = {0}, folder_refused = {0};
	CLEANUP(config_freep) struct config *folder = NULL;
	CLEANUP(config_freep) struct config *unsigned_bundle = NULL;
	struct config *none = NULL;

	pack(bench);
	assert_int_equal(load(bench, bench->town, false, true, &findings, &folder), 0);
	assert_null(config_number_permit(folder, "care"));
	assert_int_equal(load(bench, bench->bundle, false, true, &findings, &unsigned_bundle), 0);
	assert_null(config_number_permit(unsigned_bundle, "care"));
	assert_int_equal(load(bench, bench->bundle, false, false, &refused, &none), -EBADMSG);
	assert_true(finding_stands(&refused, FINDING_ERROR, "town.mdg", 1, 1, "without a key to check it"));
	assert_int_equal(load(bench, bench->town, true, false, &folder_refused, &none), -EBADMSG);
	assert_true(finding_stands(&folder_refused, FINDING_ERROR, "town", 1, 1, "which nobody signed"));
}

static void a_permit_cannot_be_made_or_copied(void **state)
{
	struct bench *bench = *state;
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(config_freep) struct config *config = NULL;
	char zeros[64] = "";
	const struct number_permit *permit;
	void *copy = NULL;

	pack(bench);
	assert_int_equal(load(bench, bench->bundle, true, false, &findings, &config), 0);
	permit = config_number_permit(config, "care");
	assert_false(number_permit_is_valid(NULL));
	assert_string_equal(number_permit_procedure(NULL), "");
	assert_false(number_permit_is_valid((const struct number_permit *)(const void *)zeros));
	copy = malloc(sizeof(zeros));
	memcpy(zeros, permit, 2 * sizeof(void *));
	memcpy(copy, zeros, sizeof(zeros));
	assert_false(number_permit_is_valid(copy));
	assert_string_equal(number_permit_procedure(copy), "");
	free(copy);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(a_bundle_loads_as_its_folder_did_and_stands_alone),
		T(the_same_text_and_key_give_the_same_bytes),
		T(any_changed_byte_of_a_bundle_is_refused),
		T(any_changed_byte_of_a_signature_is_refused_but_for_its_untrusted_comment),
		T(another_key_and_a_missing_signature_are_told_apart),
		T(keys_are_read_back_and_never_overwritten),
		T(names_that_lead_out_of_a_bundle_are_refused),
		T(links_folders_and_devices_in_a_bundle_are_refused),
		T(a_name_twice_or_out_of_order_is_refused),
		T(bombs_are_refused_at_their_bounds),
		T(other_packings_than_ours_are_refused),
		T(a_bundle_cut_short_by_its_maker_is_refused),
		T(a_bundle_without_all_its_layers_is_refused),
		T(files_that_are_missing_added_or_changed_are_refused_though_signed),
		T(a_file_changed_in_an_unsigned_bundle_is_found_by_its_hash),
		T(a_manifest_for_another_town_than_its_files_is_refused),
		T(a_manifest_is_read_only_as_it_would_be_written),
		T(serials_are_times_and_days_begin_in_japan),
		T(only_a_verified_bundle_gives_permits_and_only_where_marked),
		T(folders_and_unsigned_bundles_never_give_a_permit),
		T(a_permit_cannot_be_made_or_copied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
