/* SPDX-License-Identifier: MIT
 * Many towns in one run: what each alone would be told, in order, and nothing twice. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "shared/config/towns.h"
#include "tests/unit/shared/config_folder.h"
#include "shared/base/banned.h"

#define N_TOWNS 40

struct told {
	FILE *out;
	size_t n_towns, n_findings;
	int fails_at; /* -1 never */
};

static int tell(void *data, const struct findings *findings)
{
	struct told *told = data;

	if ((int)told->n_towns == told->fails_at)
		return -ENOSPC;
	told->n_towns++;
	told->n_findings += findings->n_items;
	findings_print(findings, told->out);
	return 0;
}

struct bench {
	struct folder folder;
	char paths[N_TOWNS][96];
	const char *list[N_TOWNS];
};

/* Every third town has an error of its own; all share a warning of the layer below, and an error they all make. */
static struct bench *make(void)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	folder_make(&bench->folder);
	folder_write_text(&bench->folder, "below", "layer.yaml", "extends: town\n");
	folder_write_text(&bench->folder, "below", "old.yml", "");
	folder_write_text(&bench->folder, "below", "more.yaml", "texts: {card.title: {ja: カード, en: Card}}\n");
	folder_write_text(&bench->folder, "below/lang", "ko.yaml", "texts.card.title: 카드\ntexts.card.tilte: 카드\n");
	for (int i = 0; i < N_TOWNS; i++) {
		char name[16];

		snprintf(name, sizeof(name), "t%02d", i);
		folder_write_text(&bench->folder, name, "layer.yaml", "extends: below\n");
		if (i % 3 == 0)
			folder_write_text(&bench->folder, name, "a.yaml", "terminal: {idel_s: 60}\n");
		if (i % 2 == 0)
			folder_write_text(&bench->folder, name, "b.yaml", "services: [{id: moving, remove: true}]\n");
		snprintf(bench->paths[i], sizeof(bench->paths[i]), "%s/%s", bench->folder.path, name);
		bench->list[i] = bench->paths[i];
	}
	return bench;
}

static char *run(struct bench *bench, size_t n, struct told *told, size_t *ret_n_errors)
{
	const struct config_options options = {.templates_dir = bench->folder.path, .allow_unsigned = true};
	char *text = NULL;
	size_t n_text = 0;

	told->out = open_memstream(&text, &n_text);
	assert_int_equal(towns_check(bench->list, n, &options, NULL, tell, told, ret_n_errors), 0);
	fclose(told->out);
	return text;
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (const char *at = strstr(text, what); at; at = strstr(at + 1, what))
		n++;
	return n;
}

static void many_towns_are_told_in_order_and_each_finding_once(void **state)
{
	struct bench *bench = make();
	struct told told = {.fails_at = -1};
	size_t n_errors = 0;
	char *text = run(bench, N_TOWNS, &told, &n_errors);
	const char *before = text;

	folder_remove(&bench->folder);
	assert_int_equal(told.n_towns, N_TOWNS);
	assert_int_equal(n_errors, 14);
	assert_int_equal(count(text, "did you mean \"idle_s\"?"), 14);
	assert_int_equal(count(text, "old.yml:1:1: warning: is not read"), 1);
	assert_int_equal(count(text, "did you mean \"card.title\"?"), 1);
	for (int i = 0; i < N_TOWNS; i += 3) {
		char name[16];

		snprintf(name, sizeof(name), "/t%02d/a.yaml:1", i);
		before = strstr(before, name);
		assert_non_null(before);
	}
	free(text);
	free(bench);
}

static void a_town_among_many_is_found_as_it_is_alone(void **state)
{
	struct bench *bench = make();
	struct told many = {.fails_at = -1};
	size_t n_errors = 0;
	char *all = run(bench, N_TOWNS, &many, &n_errors);

	for (int i = 0; i < N_TOWNS; i += 7) {
		const struct config_options options = {.templates_dir = bench->folder.path, .allow_unsigned = true};
		CLEANUP(findings_release) struct findings findings = {0};

		assert_int_equal(config_check(bench->paths[i], &options, &findings), 0);
		for (size_t j = 0; j < findings.n_items; j++)
			assert_int_equal(count(all, findings.items[j].what) > 0, true);
	}
	folder_remove(&bench->folder);
	free(all);
	free(bench);
}

static void who_cannot_be_told_ends_the_run(void **state)
{
	struct bench *bench = make();
	const struct config_options options = {.templates_dir = bench->folder.path, .allow_unsigned = true};
	struct told told = {.out = stderr, .fails_at = 0};
	size_t n_errors = 0;

	assert_int_equal(towns_check(bench->list, N_TOWNS, &options, NULL, tell, &told, &n_errors), -ENOSPC);
	folder_remove(&bench->folder);
	free(bench);
}

/* A check parses files at the same time, a program one after the other. */
static void files_parsed_side_by_side_are_told_as_one_by_one(void **state)
{
	CLEANUP(findings_release) struct findings checked = {0};
	CLEANUP(findings_release) struct findings loaded = {0};
	struct config_options options = {.allow_unsigned = true};
	struct config *config = NULL;
	struct folder folder;
	char path[128];

	folder_make(&folder);
	folder_write_text(&folder, "above", "layer.yaml", "extends: town\n");
	for (int i = 0; i < 60; i++) {
		static const char *const broken[] = {"queue: [\n", "queue: &a {}\n", "\x8f\x5a\n", "idel: 1\n", "texts: {a: {ja: x}}\n"};
		char name[16];

		snprintf(name, sizeof(name), "f%02d.yaml", i);
		folder_write_text(&folder, "above", name, broken[i % 5]);
	}
	options.templates_dir = folder.path;
	snprintf(path, sizeof(path), "%s/above", folder.path);
	assert_int_equal(config_check(path, &options, &checked), 0);
	assert_int_equal(config_load(path, &options, &loaded, &config), -EBADMSG);
	folder_remove(&folder);
	assert_int_equal(checked.n_items, loaded.n_items);
	assert_int_equal(checked.n_errors, loaded.n_errors);
	assert_true(checked.n_items >= 48);
	for (size_t i = 0; i < checked.n_items; i++) {
		assert_string_equal(checked.items[i].file, loaded.items[i].file);
		assert_string_equal(checked.items[i].what, loaded.items[i].what);
		assert_int_equal(checked.items[i].line, loaded.items[i].line);
		assert_int_equal(checked.items[i].column, loaded.items[i].column);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_towns_are_told_in_order_and_each_finding_once),
		cmocka_unit_test(a_town_among_many_is_found_as_it_is_alone),
		cmocka_unit_test(who_cannot_be_told_ends_the_run),
		cmocka_unit_test(files_parsed_side_by_side_are_told_as_one_by_one),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
