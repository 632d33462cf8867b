/* SPDX-License-Identifier: MIT
 * Offices and devices of a town: which layers a program is given, and what only `check` sees. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "shared/config/bundle/minisign.h"
#include "shared/config/bundle/pack.h"
#include "shared/config/layer/load.h"
#include "tests/unit/shared/config_folder.h"
#include "shared/base/banned.h"

static void make(struct folder *folder)
{
	folder_make(folder);
	folder_write_text(folder, "town", "shisho.yaml",
			  "offices: [{id: shisho, name: {ja: 支所, kana: ししょ, en: Branch}, hours: {mon: \"09:00-16:00\"}}]\n"
			  "windows: [{id: w9, office: shisho, label: {ja: まどぐち, en: Window}, serves: [moving]}]\n");
	folder_write_text(folder, "town/offices", "unread.txt", "");
	folder_write_text(folder, "town/offices/honcho", "layer.yaml", "version: \"1\"\n");
	folder_write_text(folder, "town/offices/honcho", "text.yaml", "texts: {bring.fee: {ja: 本庁の手数料, kana: ほんちょうの てすうりょう, en: Fee here}}\n");
	folder_write_text(folder, "town/offices/honcho/lang", "ko.yaml", "texts.bring.fee: 수수료\n");
	folder_write_text(folder, "town/devices", "unread.txt", "");
	folder_write_text(folder, "town/devices/kiosk1", "layer.yaml", "office: honcho\n");
	folder_write_text(folder, "town/devices/kiosk1", "printer.yaml",
			  "printer: {roles: {slip: [{uri: \"usb://star\"}]}}\nterminal: {idle_s: 90}\n");
}

static struct config *load(const struct folder *folder, const char *name, const char *office, const char *device)
{
	struct config_options options = {.templates_dir = folder->path, .allow_unsigned = true, .office = office,
					 .device = device};
	CLEANUP(findings_release) struct findings findings = {0};
	struct config *config = NULL;
	char path[160];
	int r;

	snprintf(path, sizeof(path), "%s/%s", folder->path, name);
	r = config_load(path, &options, &findings, &config);
	findings_print(&findings, stderr);
	assert_int_equal(r, 0);
	return config;
}

static void expect(const struct folder *folder, const char *name, const char *office, const char *device, const char *fee,
		   int idle_s, size_t n_roles)
{
	CLEANUP(config_freep) struct config *config = load(folder, name, office, device);

	assert_string_equal(config_text(config, "bring.fee", "ja"), fee);
	assert_int_equal(config->terminal.idle_s, idle_s);
	assert_int_equal(config->printer.n_roles, n_roles);
}

static void expect_all(const struct folder *folder, const char *name)
{
	expect(folder, name, NULL, NULL, "手数料", 60, 0);
	expect(folder, name, "honcho", NULL, "本庁の手数料", 60, 0);
	expect(folder, name, "209996-honcho", "kiosk1", "本庁の手数料", 90, 1);
	/* the device says which office it stands in */
	expect(folder, name, NULL, "kiosk1", "本庁の手数料", 90, 1);
	/* a place without a layer is as the town says */
	expect(folder, name, "209996-shisho", "kiosk7", "手数料", 60, 0);
	/* a program of several towns: another town's office is none of ours */
	expect(folder, name, "209988-honcho", "kiosk1", "手数料", 60, 0);
}

static void office_and_device_choose_their_layers(void **state)
{
	struct folder folder;

	make(&folder);
	expect_all(&folder, "town");
	folder_remove(&folder);
}

static void a_bundle_holds_the_layers_of_all_offices_and_devices(void **state)
{
	const struct config_options none = {.allow_unsigned = true};
	CLEANUP(minisign_secret_release) struct minisign_secret secret = {0};
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(loaded_release) struct loaded loaded = {0};
	struct config_options options = {.allow_unsigned = true, .device = "kiosk1"};
	struct minisign_public public;
	struct folder folder;
	char path[160], bundle[160];

	make(&folder);
	options.templates_dir = folder.path;
	snprintf(path, sizeof(path), "%s/town", folder.path);
	snprintf(bundle, sizeof(bundle), "%s/town.mdg", folder.path);
	assert_int_equal(minisign_generate(&public, &secret), 0);
	/* packed by somebody who looked at one device */
	assert_int_equal(loaded_read(path, &options, &findings, &loaded), 0);
	assert_int_equal(bundle_pack(&loaded, &(struct bundle_stamp){.serial = 1}, &secret, bundle, &findings), 0);
	expect_all(&folder, "town.mdg");
	assert_int_equal(config_check(bundle, &none, &findings), 0);
	folder_remove(&folder);
	assert_int_equal(findings.n_items, 0);
}

static void check(struct folder *folder, struct findings *findings)
{
	const struct config_options options = {.templates_dir = folder->path, .allow_unsigned = true};
	char path[160];

	snprintf(path, sizeof(path), "%s/town", folder->path);
	assert_int_equal(config_check(path, &options, findings), 0);
	folder_remove(folder);
}

static void a_sound_town_with_all_its_places_has_no_finding(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	struct folder folder;

	make(&folder);
	check(&folder, &findings);
	findings_print(&findings, stderr);
	assert_int_equal(findings.n_items, 0);
}

static const struct row {
	const char *folder, *file, *yaml;
	int line, column;
	const char *what;
} rows[] = {
	{"devices/kiosk2", "layer.yaml", "version: \"1\"\n", 1, 1, "has no \"office\""},
	{"devices/kiosk2", "layer.yaml", "office: annex\n", 1, 9, "no office \"annex\""},
	{"devices/kiosk2", "layer.yaml", "office: honcho\nextends: base\n", 2, 10, "delete extends"},
	{"offices/annex", "layer.yaml", "version: \"1\"\n", 1, 1, "no office \"annex\""},
	{"offices/shisho", "a.yaml", "windows: [{id: w1, remove: true}]\n", 1, 1, "\"windows\" is not set for one office"},
	{"offices/shisho", "a.yaml", "theme: {key_colour: blue}\n", 1, 21, "is no colour"},
	{"offices/shisho", "a.yaml", "procedures:\n- {id: koseki, service: certificates}\n", 2, 3, "known at one office or device only"},
	{"devices/kiosk1", "a.yaml", "procedures:\n- {id: juminhyo, bring: [hanko]}\n", 2, 26, "bring.hanko"},
	{"offices/shisho/lang", "ko.yaml", "texts.card.no-title: 카드\n", 1, 1, "translates nothing"},
};

static void what_is_wrong_with_one_place_only_is_found(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CLEANUP(findings_release) struct findings findings = {0};
		struct folder folder;
		char layer[64];

		make(&folder);
		snprintf(layer, sizeof(layer), "town/%.40s", rows[i].folder);
		folder_write_text(&folder, "town/offices/shisho", "empty.yaml", "");
		folder_write_text(&folder, layer, rows[i].file, rows[i].yaml);
		check(&folder, &findings);
		assert_true(finding_stands(&findings, strstr(layer, "/lang") ? FINDING_WARNING : FINDING_ERROR, rows[i].file,
					   rows[i].line, rows[i].column, rows[i].what));
	}
}

static void a_finding_of_the_town_is_told_once_for_all_places(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	struct folder folder;

	make(&folder);
	folder_write_text(&folder, "town", "more.yaml", "windows: [{id: w2, office: annex, label: {ja: 2, en: 2}, serves: [moving]}]\n");
	check(&folder, &findings);
	findings_print(&findings, stderr);
	assert_int_equal(findings.n_items, 1);
	assert_int_equal(findings.n_errors, 1);
}

static void a_device_started_for_another_office_is_refused(void **state)
{
	struct config_options options = {.allow_unsigned = true, .office = "shisho", .device = "kiosk1"};
	CLEANUP(findings_release) struct findings findings = {0};
	struct config *config = NULL;
	struct folder folder;
	char path[160];

	make(&folder);
	options.templates_dir = folder.path;
	snprintf(path, sizeof(path), "%s/town", folder.path);
	assert_int_equal(config_load(path, &options, &findings, &config), -EBADMSG);
	folder_remove(&folder);
	assert_true(finding_stands(&findings, FINDING_ERROR, "devices/kiosk1/layer.yaml", 1, 9, "stands in the office \"honcho\""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(office_and_device_choose_their_layers),
		cmocka_unit_test(a_bundle_holds_the_layers_of_all_offices_and_devices),
		cmocka_unit_test(a_sound_town_with_all_its_places_has_no_finding),
		cmocka_unit_test(what_is_wrong_with_one_place_only_is_found),
		cmocka_unit_test(a_finding_of_the_town_is_told_once_for_all_places),
		cmocka_unit_test(a_device_started_for_another_office_is_refused),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
