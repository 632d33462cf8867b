/* SPDX-License-Identifier: MIT
 * Every kind of finding, by a row: what a town might write, and where and how it is told. Each row is one file of a layer
 * that extends a sound town, so that nothing but the row can be at fault. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/shared/config_folder.h"
#include "shared/base/banned.h"

struct row {
	const char *yaml;
	int line, column;
	const char *what;
	enum finding_level level;
};

#define FIELD "forms:\n- id: juminhyo\n  fields:\n  - "
#define LABEL ", label: {ja: あ, en: a}"

static const struct row rows[] = {
	/* names */
	{"servces: []\n", 1, 1, "did you mean \"services\"?"},
	{"terminal:\n  idel_s: 60\n", 2, 3, "did you mean \"idle_s\"?"},
	{"theme:\n  shape: round\n", 2, 3, "known are: key_colour"},
	{"code: \"209996\"\n", 1, 1, "stands only in layer.yaml"},
	{"theme: {key_colour: \"#000000\"}\ntheme: {key_colour: \"#0017c1\"}\n", 2, 1, "stands here twice, first in line 1"},
	/* types and bounds */
	{"terminal:\n  idle_s: soon\n", 2, 11, "whole number from 10 to 900"},
	{"terminal: {idle_s: 9}\n", 1, 20, "whole number from 10 to 900"},
	{"terminal: {idle_s: [60]}\n", 1, 20, "must be a single value"},
	{"terminal: {idle_s: 060}\n", 1, 20, "whole number"},
	{"terminal:\n  idle_s:\n", 2, 0, "has no value"},
	{"terminal: 5\n", 1, 11, "must be a map"},
	{"services: certificates\n", 1, 11, "must be a list"},
	{"services:\n- certificates\n", 2, 3, "must be a map of its settings"},
	{"services:\n- {prefix: Q}\n", 2, 3, "has no id"},
	{"services:\n- {id: Moving}\n", 2, 8, "is no id"},
	{"services:\n- {id: moving, prefix: b}\n", 2, 24, "is no prefix"},
	{"services:\n- {id: moving, numbers: 500-1}\n", 2, 25, "is no band of numbers"},
	{"services:\n- {id: moving, numbers: 1-100000}\n", 2, 25, "is no band of numbers"},
	{"services:\n- {id: moving, icon: car}\n", 2, 22, "write one of: document house"},
	{"services:\n- {id: moving, name: {jp: あ}}\n", 2, 23, "did you mean \"ja\"?"},
	{"services:\n- {id: moving, name: [あ]}\n", 2, 22, "must be a text"},
	{"municipality: {code: \"209995\"}\n", 1, 22, "wrong check digit"},
	{"municipality: {code: \"20999\"}\n", 1, 22, "without its check digit"},
	{"municipality: {timezone: Asia/Tokio}\n", 1, 26, "did you mean \"Asia/Tokyo\"?"},
	{"theme: {key_colour: \"#ffd43d\"}\n", 1, 21, "contrast of only 1.4"},
	{"theme: {key_colour: blue}\n", 1, 21, "is no colour"},
	{"queue: {public_url: madoguchi.example.jp}\n", 1, 21, "is no web address"},
	{"printer: {roles: {slip: [{uri: \"lpd://x\"}]}}\n", 1, 32, "is no printer address"},
	{"printer: {roles: {slip: [{uri: \"ipp://192.0.2.1/x\"}]}}\n", 1, 32, "unencrypted"},
	{"printer: {roles: {label: []}}\n", 1, 19, "is no role"},
	{"printer: {roles: {slip: [{url: x}]}}\n", 1, 27, "did you mean \"uri\"?"},
	{"terminal: {languages: [ja, ja]}\n", 1, 28, "names this twice"},
	{"terminal: {languages: []}\n", 1, 23, "languages is empty"},
	{"terminal: {languages: [ja, jp]}\n", 1, 28, "did you mean \"ja\"?"},
	{"terminal: {card_kinds: [my-number, passport]}\n", 1, 36, "write one of: my-number driver-licence residence-card"},
	{"terminal: {card_pictures: [name, fase]}\n", 1, 34, "did you mean \"face\"?"},
	{"terminal: {card_pictures: [face, face]}\n", 1, 34, "names this twice"},
	{"terminal: {card_pictures: face}\n", 1, 27, "must be a list"},
	{"holidays: [2026-02-30]\n", 1, 12, "is no date"},
	{"holidays:\n- {date: tomorrow}\n", 2, 10, "is no date"},
	{"texts:\n  Bring.X: {ja: あ, en: a}\n", 2, 3, "is no name of a text"},
	{"texts: {a.b: {en: only}}\n", 1, 14, "has no Japanese text"},
	/* ids and references */
	{"services:\n- {id: tax, name: {ja: あ, en: a}, prefix: C, numbers: 1-9}\n- {id: tax}\n", 3, 8, "is used twice"},
	{"services:\n- {id: tax, remove: true}\n", 2, 3, "no weaker layer has it"},
	{"services:\n- {id: moving, remove: yes}\n", 2, 24, "can only be true"},
	{"windows:\n- {id: w1, serves: [certificates, moving, tax]}\n", 2, 43, "names \"tax\", which is not in services"},
	{"windows:\n- {id: w1, office: shisho}\n", 2, 20, "which is not in offices"},
	{"procedures:\n- {id: juminhyo, service: tax}\n", 2, 27, "which is not in services"},
	{"procedures:\n- {id: juminhyo, forms: [koseki]}\n", 2, 26, "which is not in forms"},
	{"procedures:\n- {id: juminhyo, bring: [hanko]}\n", 2, 26, "bring.hanko"},
	/* the counter */
	{"services:\n- {id: moving, prefix: A, numbers: 400-600}\n", 2, 36, "meet those of \"certificates\""},
	{"windows:\n- {id: w1, serves: [certificates]}\n", 0, 0, "no window serves \"moving\""},
	{"offices:\n- {id: honcho, hours: {mon-fri: \"17:15-08:30\"}}\n", 2, 33, "is no span of hours"},
	{"offices:\n- {id: honcho, hours: {fri-mon: \"08:30-17:15\"}}\n", 2, 24, "is no weekday"},
	{"offices:\n- {id: honcho, hours: {tue-thu: \"08:30-17:15\"}}\n", 2, 24, "another line names too"},
	{"offices:\n- {id: honcho, hours: {sat: \"25:00-26:00\"}}\n", 2, 29, "is no span of hours"},
	{"offices:\n- {id: honcho, lunch: \"18:00-19:00\"}\n", 2, 23, "within the hours of no day"},
	{"offices:\n- {id: honcho, day_starts: \"12:00\"}\n", 2, 28, "within the hours of mon"},
	{"offices:\n- {id: honcho, day_starts: 4:00}\n", 2, 28, "is no time of day"},
	{"offices:\n- {id: shisho, name: {ja: 支所, en: Branch}}\n", 2, 3, "has no \"hours\""},
	/* forms */
	{FIELD "{id: x, type: txt" LABEL "}\n", 4, 19, "did you mean \"text\"?"},
	{FIELD "{id: x" LABEL "}\n", 4, 5, "has no \"type\""},
	{FIELD "{id: x, type: text, from: person.nam" LABEL "}\n", 4, 31, "did you mean \"person.name\"?"},
	{FIELD "{id: x, type: choice" LABEL "}\n", 4, 5, "a choice needs options"},
	{FIELD "{id: x, type: text, options: [{id: a" LABEL "}]" LABEL "}\n", 4, 0, "options belong to choice"},
	{FIELD "{id: x, type: integer" LABEL "}\n", 4, 5, "an integer needs its bounds"},
	{FIELD "{id: copies, default: \"11\"}\n", 4, 27, "within min and max"},
	{FIELD "{id: copies, min: 11}\n", 0, 0, "max is smaller than min"},
	{FIELD "{id: kind, default: some}\n", 4, 25, "none of the field's values"},
	{FIELD "{id: x, type: text, show_if: {field: knd, equals: all}" LABEL "}\n", 4, 42, "which this form does not have"},
	{FIELD "{id: x, type: text, show_if: {field: kind, equals: none}" LABEL "}\n", 4, 56, "is no value of the field \"kind\""},
	{FIELD "{id: x, type: text, show_if: {field: kind}" LABEL "}\n", 4, 0, "show_if says no value"},
	{FIELD "{id: x, type: text, section: top" LABEL "}\n", 4, 34, "not in the sections"},
	{FIELD "{id: x, type: text, required: true" LABEL "}\n", 4, 35, "is required but never filled"},
	{FIELD "{id: x, type: signature, ask: {ja: あ, en: a}" LABEL "}\n", 4, 0, "by hand on the paper"},
	{FIELD "{id: x, type: rows, max: 8" LABEL "}\n", 4, 5, "rows need their columns"},
	{FIELD "{id: x, type: rows, max: 33, fields: [{id: y, type: text" LABEL "}]" LABEL "}\n", 4, 5, "rows need max"},
	{FIELD "{id: x, type: rows, max: 8, fields: [{id: y, type: rows, max: 2" LABEL "}]" LABEL "}\n", 4, 0, "within rows"},
	/* the individual number */
	{FIELD "{id: individual_number, type: individual-number" LABEL "}\n", 0, 0, "but the procedure is marked never"},
	{FIELD "{id: spouse, type: individual-number" LABEL "}\n", 0, 0, "but the procedure is marked never"},
	{"procedures:\n- {id: juminhyo, individual_number: required}\n", 2, 37, "none of its forms has the field"},
	{"procedures:\n- {id: juminhyo, individual_number: optional, forms: []}\n", 2, 37, "none of its forms has the field"},
	{"procedures:\n- {id: juminhyo, individual_number: required}\n" FIELD "{id: spouse, type: individual-number" LABEL "}\n",
	 2, 37, "none of its forms has the field"},
	{"procedures:\n- {id: juminhyo, individual_number: required, forms: [juminhyo, b]}\n" FIELD
	 "{id: individual_number, type: individual-number" LABEL "}\n- id: b\n  version: 1\n  title: {ja: あ, en: a}\n  fields:\n"
	 "  - {id: individual_number, type: individual-number" LABEL "}\n", 2, 37, "more than one form"},
	{FIELD "{id: individual_number, type: text" LABEL "}\n", 4, 5, "is kept for the boxes"},
	{FIELD "{id: x, type: individual-number, from: person.name" LABEL "}\n", 4, 44, "take no \"from\""},
	{FIELD "{id: x, type: individual-number, default: \"1\"" LABEL "}\n", 4, 47, "take no \"default\""},
	{FIELD "{id: x, type: individual-number, ask: {ja: あ, en: a}" LABEL "}\n", 4, 0, "by hand on the paper"},
	{FIELD "{id: x, type: rows, max: 8, fields: [{id: y, type: individual-number" LABEL "}]" LABEL "}\n", 4, 0, "no place in a table"},
	/* YAML itself */
	{"theme: {key_colour: \"#000000\"\nqueue: {}\n", 0, 0, "mend the YAML"},
	{"theme:\n\tkey_colour: x\n", 2, 0, "mend the YAML"},
	{"theme: &a {key_colour: \"#000000\"}\n", 1, 0, "anchors"},
	{"theme: *a\n", 1, 8, "aliases"},
	{"theme: !x {}\n", 1, 0, "anchors"},
	{"theme: {}\n---\ntheme: {}\n", 0, 0, "second document"},
	{"- one\n", 1, 1, "is not a map of settings"},
	{"just words\n", 1, 1, "is not a map of settings"},
	{"texts: {a.b: \"\\x07\"}\n", 1, 0, "control"},
	{"texts: {a.b: \xe2\x80\xae x}\n", 1, 0, "control"},
	{"texts: {a.b: \x83\x7d\x83\x68}\n", 1, 1, "not UTF-8"},
	{"theme: {}\n# \x01\n", 2, 3, "control character"},
	{"services:\n- {id: \"*\"}\n", 2, 3, "can only remove them"},
	{"services:\n- {id: \"*\", remove: true, name: x}\n", 2, 27, "unknown key \"name\""},
	/* warnings */
	{"texts: {a.b: あ}\n", 1, 14, "has no text in en", FINDING_WARNING},
	{"offices:\n- {id: honcho, hours: {mon-fri: closed}, lunch: closed}\n", 2, 0, "open on no day", FINDING_WARNING},
};

static void every_finding_stands_at_its_line(void **state)
{
	size_t n_wrong = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CLEANUP(findings_release) struct findings findings = {0};
		CLEANUP(config_freep) struct config *config = NULL;
		struct folder folder;
		int r;

		folder_make(&folder);
		folder_write_text(&folder, "above", "layer.yaml", "extends: town\n");
		folder_write_text(&folder, "above", "row.yaml", rows[i].yaml);
		r = folder_load(&folder, "above", &findings, &config);
		folder_remove(&folder);
		if (!finding_stands(&findings, rows[i].level, rows[i].line ? "row.yaml" : "", rows[i].line, rows[i].column, rows[i].what))
			print_error("# row %zu: %s\n", i, rows[i].yaml), n_wrong++;
		assert_int_equal(r, rows[i].level == FINDING_ERROR ? -EBADMSG : 0);
		assert_true((config == NULL) == (r < 0));
	}
	assert_int_equal(n_wrong, 0);
}

static void all_findings_come_in_one_run_and_sorted(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	struct config *config = NULL;
	struct folder folder;

	folder_make(&folder);
	folder_write_text(&folder, "above", "layer.yaml", "extends: town\n");
	folder_write_text(&folder, "above", "b.yaml", "windows:\n- {id: w1, serves: [nobody]}\nqueue: {session_idle_min: 0}\n");
	folder_write_text(&folder, "above", "a.yaml", "theme: {colour: x}\nterminal: {idle_s: x}\n");
	assert_int_equal(folder_load(&folder, "above", &findings, &config), -EBADMSG);
	folder_remove(&folder);
	/* two services are served by no window now, in the layer below */
	assert_int_equal(findings.n_errors, 6);
	assert_true(finding_stands(&findings, FINDING_ERROR, "a.yaml", 1, 9, "unknown key"));
	assert_true(finding_stands(&findings, FINDING_ERROR, "a.yaml", 2, 20, "whole number"));
	assert_true(finding_stands(&findings, FINDING_ERROR, "b.yaml", 2, 21, "not in services"));
	assert_true(finding_stands(&findings, FINDING_ERROR, "b.yaml", 3, 27, "whole number"));
	for (size_t i = 1; i < findings.n_items; i++) {
		const struct finding *a = &findings.items[i - 1], *b = &findings.items[i];
		int order = strcmp(a->file, b->file);

		assert_true(order < 0 || (order == 0 && (a->line < b->line || (a->line == b->line && a->column <= b->column))));
	}
}

static void the_version_below_must_be_the_one_asked_for(void **state)
{
	static const struct {
		const char *above, *below, *what;
	} cases[] = {
		{"extends: below@1\n", "extends: town\nversion: \"1\"\n", NULL},
		{"extends: ../below@1\n", "extends: town\nversion: \"1\"\n", NULL},
		{"extends: below\n", "extends: town\nversion: \"7\"\n", NULL},
		{"extends: below@1\n", "extends: town\nversion: \"2\"\n", "asks for version \"1\" of below, which is version \"2\""},
		{"extends: below@1\n", "extends: town\n", "asks for version \"1\" of below, which says no version"},
		{"extends: belaw@1\n", "extends: town\n", "there is no layer \"belaw\""},
		{"extends: below@1\n", "extends: above@1\nversion: \"1\"\n", "back in a circle"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CLEANUP(findings_release) struct findings findings = {0};
		CLEANUP(config_freep) struct config *config = NULL;
		struct folder folder;
		int r;

		folder_make(&folder);
		folder_write_text(&folder, "above", "layer.yaml", cases[i].above);
		folder_write_text(&folder, "below", "layer.yaml", cases[i].below);
		r = folder_load(&folder, "above", &findings, &config);
		folder_remove(&folder);
		assert_int_equal(r, cases[i].what ? -EBADMSG : 0);
		if (cases[i].what)
			assert_true(finding_stands(&findings, FINDING_ERROR, "layer.yaml", 1, 10, cases[i].what));
	}
}

static void extends_in_a_circle_is_refused(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	struct config *config = NULL;
	struct folder folder;

	folder_make(&folder);
	folder_write_text(&folder, "one", "layer.yaml", "# the first\nextends: two\n");
	folder_write_text(&folder, "two", "layer.yaml", "extends: ../one\n");
	assert_int_equal(folder_load(&folder, "one", &findings, &config), -EBADMSG);
	folder_remove(&folder);
	assert_true(finding_stands(&findings, FINDING_ERROR, "two/layer.yaml", 1, 10, "back in a circle"));
}

static void a_parent_that_is_not_there_is_named(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	struct config *config = NULL;
	struct folder folder;

	folder_make(&folder);
	folder_write_text(&folder, "one", "layer.yaml", "version: \"1\"\nextends: prefectures/48\n");
	assert_int_equal(folder_load(&folder, "one", &findings, &config), -EBADMSG);
	folder_remove(&folder);
	assert_true(finding_stands(&findings, FINDING_ERROR, "one/layer.yaml", 2, 10, "no layer \"prefectures/48\""));
	assert_int_equal(findings.n_items, 1);
}

static void a_layer_for_another_town_is_refused(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	struct config *config = NULL;
	struct folder folder;

	folder_make(&folder);
	folder_write_text(&folder, "above", "layer.yaml", "extends: town\ncode: \"209988\"\n");
	assert_int_equal(folder_load(&folder, "above", &findings, &config), -EBADMSG);
	folder_remove(&folder);
	assert_true(finding_stands(&findings, FINDING_ERROR, "layer.yaml", 2, 7, "is for \"209988\""));
}

static void a_bundle_and_a_missing_folder_are_told_apart(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0}, missing = {0};
	struct config *config = NULL;
	struct folder folder;

	folder_make(&folder);
	folder_write_text(&folder, "town", "town.mdg", "x");
	assert_int_equal(folder_load(&folder, "town/town.mdg", &findings, &config), -EBADMSG);
	assert_int_equal(folder_load(&folder, "nowhere", &missing, &config), -EBADMSG);
	folder_remove(&folder);
	assert_true(finding_stands(&findings, FINDING_ERROR, "town.mdg", 1, 1, "is no bundle of this program"));
	assert_true(finding_stands(&missing, FINDING_ERROR, "layer.yaml", 1, 1, "cannot be read"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_finding_stands_at_its_line),
		cmocka_unit_test(all_findings_come_in_one_run_and_sorted),
		cmocka_unit_test(the_version_below_must_be_the_one_asked_for),
		cmocka_unit_test(extends_in_a_circle_is_refused),
		cmocka_unit_test(a_parent_that_is_not_there_is_named),
		cmocka_unit_test(a_layer_for_another_town_is_refused),
		cmocka_unit_test(a_bundle_and_a_missing_folder_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
