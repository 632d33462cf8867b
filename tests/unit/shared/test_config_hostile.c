/* SPDX-License-Identifier: MIT
 * Files nobody would write on purpose: each gives a finding or loads, none stops the program. Run under ASan. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <cmocka.h>

#include "shared/base/limits.h"
#include "tests/unit/shared/config_folder.h"
#include "shared/base/banned.h"

#define N_MUTATIONS 200

/* Loads the town with @bytes as one more file. Return: config_load()'s. */
static int load_with(const char *bytes, size_t n_bytes, struct findings *findings)
{
	CLEANUP(config_freep) struct config *config = NULL;
	struct folder folder;
	int r;

	folder_make(&folder);
	folder_write(&folder, "town", "x.yaml", bytes, n_bytes);
	r = folder_load(&folder, "town", findings, &config);
	folder_remove(&folder);
	assert_true(r == 0 || r == -EBADMSG);
	assert_true((r == 0) == (findings->n_errors == 0));
	return r;
}

/* A small fixed sequence (xorshift, Marsaglia 2003), so that a failure comes again. */
static uint32_t next(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static size_t read_source(char *out, size_t size)
{
	char path[512];
	const char *root = getenv("MESON_SOURCE_ROOT");
	FILE *in;
	size_t n;

	snprintf(path, sizeof(path), "%s/shared/templates/base/form-juminhyo.yaml", root ? root : ".");
	in = fopen(path, "r");
	assert_non_null(in);
	n = fread(out, 1, size, in);
	fclose(in);
	return n;
}

static void mutated_files_never_crash(void **state)
{
	static const char marks[] = "{}[]:-#&*!|>'\"%@`,?\n\t \\\0\xff\xe3\x80";
	static char source[32768], mutated[32768];
	size_t n = read_source(source, sizeof(source));
	uint32_t seed = 2463534242u;
	size_t n_refused = 0;

	assert_true(n > 1000);
	for (int i = 0; i < N_MUTATIONS; i++) {
		CLEANUP(findings_release) struct findings findings = {0};
		size_t length = i % 5 == 4 ? next(&seed) % n : n;

		memcpy(mutated, source, n);
		for (uint32_t change = 1 + next(&seed) % 6; change > 0; change--)
			mutated[next(&seed) % n] = i % 2 ? marks[next(&seed) % (sizeof(marks) - 1)] : (char)next(&seed);
		n_refused += load_with(mutated, length, &findings) < 0;
	}
	assert_true(n_refused > N_MUTATIONS / 2);
}

static void garbage_is_refused(void **state)
{
	char garbage[4096];
	uint32_t seed = 1;

	for (int i = 0; i < 20; i++) {
		CLEANUP(findings_release) struct findings findings = {0};

		for (size_t j = 0; j < sizeof(garbage); j++)
			garbage[j] = (char)next(&seed);
		assert_int_equal(load_with(garbage, sizeof(garbage), &findings), -EBADMSG);
	}
}

static void deep_nesting_is_a_finding(void **state)
{
	static char deep[60000];

	for (int i = 0; i < 3; i++) {
		CLEANUP(findings_release) struct findings findings = {0};

		memset(deep, i == 0 ? '[' : i == 1 ? '{' : '-', sizeof(deep));
		for (size_t j = 1; i == 2 && j < sizeof(deep); j += 2)
			deep[j] = ' ';
		memcpy(deep, "texts: ", 7);
		assert_int_equal(load_with(deep, sizeof(deep), &findings), -EBADMSG);
	}
}

static void a_huge_file_is_a_finding(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(freep) char *huge = malloc(CONFIG_FILE_BYTES_MAX + 1);

	assert_non_null(huge);
	memset(huge, ' ', CONFIG_FILE_BYTES_MAX + 1);
	assert_int_equal(load_with(huge, CONFIG_FILE_BYTES_MAX + 1, &findings), -EBADMSG);
	assert_true(finding_stands(&findings, FINDING_ERROR, "x.yaml", 1, 1, "larger than"));
}

static void a_flood_of_names_is_bounded(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(freep) char *flood = malloc(CONFIG_FILE_BYTES_MAX);
	size_t n = 0;

	assert_non_null(flood);
	for (int i = 0; n < CONFIG_FILE_BYTES_MAX - 32; i++)
		n += (size_t)snprintf(flood + n, 32, "k%d: 1\n", i);
	assert_int_equal(load_with(flood, n, &findings), -EBADMSG);
	assert_true(findings.n_items <= CONFIG_FINDINGS_MAX + 1);
	assert_true(finding_stands(&findings, FINDING_ERROR, "x.yaml", 0, 0, "too many entries"));
}

static void a_flood_of_entries_is_bounded(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	static char flood[65536];
	size_t n = (size_t)snprintf(flood, sizeof(flood), "services:\n");

	for (int i = 0; i < 2000; i++)
		n += (size_t)snprintf(flood + n, sizeof(flood) - n, "- {id: s%d}\n", i);
	assert_int_equal(load_with(flood, n, &findings), -EBADMSG);
	assert_true(finding_stands(&findings, FINDING_ERROR, "x.yaml", 514, 0, "too many entries"));
}

static void shift_jis_and_utf16_are_named_as_such(void **state)
{
	static const char sjis[] = "texts:\n  a.b: \x8c\xa9\x96\x7b\x91\xba\n";
	static const char utf16[] = "\xff\xfet\0e\0x\0t\0";
	CLEANUP(findings_release) struct findings first = {0}, second = {0};

	assert_int_equal(load_with(sjis, sizeof(sjis) - 1, &first), -EBADMSG);
	assert_true(finding_stands(&first, FINDING_ERROR, "x.yaml", 2, 1, "not UTF-8"));
	assert_int_equal(load_with(utf16, sizeof(utf16) - 1, &second), -EBADMSG);
	assert_true(finding_stands(&second, FINDING_ERROR, "x.yaml", 1, 1, "not UTF-8"));
}

static void a_byte_order_mark_and_carriage_returns_are_fine(void **state)
{
	static const char text[] = "\xef\xbb\xbf" "texts:\r\n  a.b: {ja: あ, en: a}\r\n";
	CLEANUP(findings_release) struct findings findings = {0};

	assert_int_equal(load_with(text, sizeof(text) - 1, &findings), 0);
	assert_int_equal(findings.n_items, 0);
}

static void links_pipes_and_folders_are_findings(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	struct config *config = NULL;
	struct folder folder;
	char path[128];

	folder_make(&folder);
	snprintf(path, sizeof(path), "%s/town/link.yaml", folder.path);
	assert_int_equal(symlink("town.yaml", path), 0);
	snprintf(path, sizeof(path), "%s/town/pipe.yaml", folder.path);
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(path, sizeof(path), "%s/town/folder.yaml", folder.path);
	assert_int_equal(mkdir(path, 0700), 0);
	folder_write_text(&folder, "town", "old.yml", "queue: {}\n");
	assert_int_equal(folder_load(&folder, "town", &findings, &config), -EBADMSG);
	folder_remove(&folder);
	assert_true(finding_stands(&findings, FINDING_ERROR, "link.yaml", 1, 1, "symbolic link"));
	assert_true(finding_stands(&findings, FINDING_ERROR, "pipe.yaml", 1, 1, "not a regular file"));
	assert_true(finding_stands(&findings, FINDING_ERROR, "folder.yaml", 1, 1, "not a regular file"));
	assert_true(finding_stands(&findings, FINDING_WARNING, "old.yml", 1, 1, "rename it"));
}

static void links_and_files_in_place_of_a_layers_own_folders_are_findings(void **state)
{
	static const char *const names[] = {"lang", "offices", "devices"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		CLEANUP(findings_release) struct findings findings = {0};
		struct config *config = NULL;
		struct folder folder;
		char path[128], end[32];

		folder_make(&folder);
		snprintf(path, sizeof(path), "%s/town/%s", folder.path, names[i]);
		snprintf(end, sizeof(end), "town/%s", names[i]);
		assert_int_equal(symlink("/etc", path), 0);
		assert_int_equal(folder_load(&folder, "town", &findings, &config), -EBADMSG);
		assert_true(finding_stands(&findings, FINDING_ERROR, end, 1, 1, "is no folder"));
		folder_remove(&folder);
	}
}

static void a_file_of_translations_is_read_as_carefully_as_any(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	struct config *config = NULL;
	struct folder folder;
	char path[128];

	folder_make(&folder);
	folder_write_text(&folder, "town/lang", "ko.yaml", "texts.bring.fee: &a x\n");
	folder_write(&folder, "town/lang", "vi.yaml", "texts.bring.fee: \x8f\x5a\n", 20);
	folder_write_text(&folder, "town/lang", "pt.yaml", "texts.bring.fee: {a: {b: {c: d}}}\n");
	snprintf(path, sizeof(path), "%s/town/lang/fil.yaml", folder.path);
	assert_int_equal(mkfifo(path, 0600), 0);
	snprintf(path, sizeof(path), "%s/town/lang/en.yaml", folder.path);
	assert_int_equal(symlink("/dev/zero", path), 0);
	assert_int_equal(folder_load(&folder, "town", &findings, &config), -EBADMSG);
	folder_remove(&folder);
	assert_true(finding_stands(&findings, FINDING_ERROR, "lang/ko.yaml", 1, 21, "anchors"));
	assert_true(finding_stands(&findings, FINDING_ERROR, "lang/vi.yaml", 1, 1, "is not UTF-8"));
	assert_true(finding_stands(&findings, FINDING_ERROR, "lang/pt.yaml", 1, 1, "flat"));
	assert_true(finding_stands(&findings, FINDING_ERROR, "lang/fil.yaml", 1, 1, "not a regular file"));
	assert_true(finding_stands(&findings, FINDING_ERROR, "lang/en.yaml", 1, 1, "symbolic link"));
}

static void a_flood_of_wrong_translations_is_bounded(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(config_freep) struct config *config = NULL;
	CLEANUP(freep) char *text = NULL;
	size_t n_text = 0;
	struct folder folder;
	FILE *out = open_memstream(&text, &n_text);

	for (int i = 0; i < 4000; i++)
		fprintf(out, "texts.bring.fe%d.%d: x\n", i, i);
	fclose(out);
	folder_make(&folder);
	folder_write(&folder, "town/lang", "ko.yaml", text, n_text);
	assert_int_equal(folder_load(&folder, "town", &findings, &config), 0); /* warnings make no town unusable */
	folder_remove(&folder);
	assert_int_equal(findings.n_items, CONFIG_FINDINGS_MAX * 4 / 5);
}

static void a_name_with_a_nul_is_refused(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	struct config *config = NULL;
	struct folder folder;

	folder_make(&folder);
	folder_write_text(&folder, "town", "nul.yaml", "queue: {}\n\"queue\\0x\": {}\n");
	assert_int_equal(folder_load(&folder, "town", &findings, &config), -EBADMSG);
	folder_remove(&folder);
	assert_true(finding_stands(&findings, FINDING_ERROR, "nul.yaml", 2, 1, "control"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mutated_files_never_crash),
		cmocka_unit_test(garbage_is_refused),
		cmocka_unit_test(deep_nesting_is_a_finding),
		cmocka_unit_test(a_huge_file_is_a_finding),
		cmocka_unit_test(a_flood_of_names_is_bounded),
		cmocka_unit_test(a_flood_of_entries_is_bounded),
		cmocka_unit_test(shift_jis_and_utf16_are_named_as_such),
		cmocka_unit_test(a_byte_order_mark_and_carriage_returns_are_fine),
		cmocka_unit_test(links_pipes_and_folders_are_findings),
		cmocka_unit_test(links_and_files_in_place_of_a_layers_own_folders_are_findings),
		cmocka_unit_test(a_file_of_translations_is_read_as_carefully_as_any),
		cmocka_unit_test(a_flood_of_wrong_translations_is_bounded),
		cmocka_unit_test(a_name_with_a_nul_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
