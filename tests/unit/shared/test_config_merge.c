/* SPDX-License-Identifier: MIT
 * How layers become one town, and how the town becomes the struct. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/shared/config_folder.h"
#include "shared/base/banned.h"

/* The sound town with @yaml laid over it; must load without any finding. */
static struct config *load_over(const char *yaml)
{
	CLEANUP(findings_release) struct findings findings = {0};
	struct config *config = NULL;
	struct folder folder;
	int r;

	folder_make(&folder);
	folder_write_text(&folder, "above", "layer.yaml", "extends: town\n");
	folder_write_text(&folder, "above", "over.yaml", yaml);
	r = folder_load(&folder, "above", &findings, &config);
	folder_remove(&folder);
	findings_print(&findings, stderr);
	assert_int_equal(findings.n_errors, 0); /* what is laid over may lack readings and translations */
	assert_int_equal(r, 0);
	return config;
}

static void a_sound_town_is_bound_whole(void **state)
{
	CLEANUP(config_freep) struct config *config = load_over("");
	const struct config_office *office = config_office_find(config, "honcho");
	const struct config_procedure *procedure = config_procedure_find(config, "juminhyo");
	const struct form *form = config_form_find(config, "juminhyo");

	assert_string_equal(config->municipality.code, "209996");
	assert_string_equal(text_in(&config->municipality.name, "en"), "Mihon");
	assert_string_equal(text_in(&config->municipality.name, "ko"), "見本村");
	assert_false(text_has(&config->municipality.name, "ko"));
	assert_true(office->hours[1].is_open && office->hours[5].is_open && !office->hours[6].is_open && !office->hours[7].is_open);
	assert_int_equal(office->hours[3].from_min, 8 * 60 + 30);
	assert_int_equal(office->hours[3].to_min, 17 * 60 + 15);
	assert_int_equal(office->lunch.from_min, 720);
	assert_int_equal(config_service_find(config, "certificates")->number_last, 499);
	assert_int_equal(config->windows[0].n_serves, 2);
	assert_string_equal(config->windows[0].serves[1], "moving");
	assert_string_equal(procedure->forms[0], "juminhyo");
	assert_string_equal(procedure->bring[0], "fee");
	assert_int_equal(form->n_fields, 3);
	assert_int_equal(form->fields[0].type, FIELD_PERSON_NAME);
	assert_true(form->fields[0].is_required);
	assert_string_equal(form->fields[0].from, "person.name");
	assert_string_equal(form->fields[1].options[1].id, "part");
	assert_int_equal(form->fields[2].max, 10);
	assert_string_equal(form->fields[2].default_value, "1");
	assert_string_equal(form->fields[2].show_if_field, "");
	assert_string_equal(form->fields[2].section, "");
	assert_string_equal(config->holidays[0], "2026-11-23");
	assert_string_equal(config_text(config, "bring.fee", "en"), "Fee");
	assert_string_equal(config_text(config, "no.such", "en"), "no.such");
	assert_null(config_service_find(config, "nobody"));
	assert_ptr_equal(config_office_by_name(config, "209996-honcho"), office);
	assert_null(config_office_by_name(config, "209988-honcho"));
}

static void what_nobody_says_has_the_compiled_default(void **state)
{
	CLEANUP(config_freep) struct config *config = load_over("");

	assert_string_equal(config->municipality.timezone, "Asia/Tokyo");
	assert_int_equal(config->offices[0].day_starts_min, 240);
	assert_int_equal(config_service_find(config, "moving")->minutes, 10);
	assert_string_equal(config_service_find(config, "moving")->icon, "");
	assert_string_equal(config->theme.key_colour, "#0017c1");
	assert_int_equal(config->terminal.n_languages, 2);
	assert_string_equal(config->terminal.languages[1], "en");
	assert_int_equal(config->terminal.idle_s, 60);
	assert_int_equal(config->terminal.n_card_kinds, 3);
	assert_string_equal(config->terminal.card_kinds[2], "residence-card");
	assert_int_equal(config->terminal.n_card_pictures, 3);
	assert_string_equal(config->terminal.card_pictures[0], "name");
	assert_string_equal(config->terminal.card_pictures[1], "address");
	assert_string_equal(config->terminal.card_pictures[2], "front");
	assert_string_equal(config->queue.public_url, "");
	assert_int_equal(config->printer.slip_dots, 576);
	assert_int_equal(config->printer.n_roles, 0);
	assert_null(config_printer_role_find(config, "slip"));
}

static void a_town_that_shows_no_pictures_says_so(void **state)
{
	CLEANUP(config_freep) struct config *config =
		load_over("terminal: {card_pictures: [], card_kinds: [my-number]}\n");

	assert_int_equal(config->terminal.n_card_pictures, 0);
	assert_int_equal(config->terminal.n_card_kinds, 1);
	assert_string_equal(config->terminal.card_kinds[0], "my-number");
}

static void maps_merge_by_key(void **state)
{
	CLEANUP(config_freep) struct config *config =
		load_over("municipality: {name: {en: Mihon Village}}\n"
			  "offices: [{id: honcho, hours: {sat: \"09:00-12:00\", wed: closed}}]\n"
			  "texts: {bring.fee: 料金}\n");

	assert_string_equal(text_in(&config->municipality.name, "ja"), "見本村");
	assert_string_equal(text_in(&config->municipality.name, "en"), "Mihon Village");
	assert_true(config->offices[0].hours[2].is_open);
	assert_false(config->offices[0].hours[3].is_open);
	assert_int_equal(config->offices[0].hours[6].to_min, 720);
	/* a plain string is the Japanese text and leaves the others */
	assert_string_equal(config_text(config, "bring.fee", "ja"), "料金");
	assert_string_equal(config_text(config, "bring.fee", "en"), "Fee");
}

static void a_block_gives_its_fields_to_every_form_that_names_it(void **state)
{
	CLEANUP(config_freep) struct config *config =
		load_over("blocks:\n"
			  "- id: comer\n"
			  "  title: {ja: 来た人, en: Person}\n"
			  "  fields:\n"
			  "  - {id: came, type: yes-no, label: {ja: 代理, en: Agent}}\n"
			  "  - {id: phone, type: phone, label: {ja: 電話, en: Phone}}\n"
			  "forms:\n"
			  "- id: juminhyo\n"
			  "  sections: [{id: asked, title: {ja: 内容, en: Wanted}}, {id: who, block: comer}]\n"
			  "  fields:\n"
			  "  - {id: phone, label: {ja: 携帯電話, en: Mobile}}\n"
			  "  - {id: late, type: text, section: who, label: {ja: 備考, en: Note}}\n"
			  "  - {id: kind, section: asked}\n");
	const struct form *form = config_form_find(config, "juminhyo");
	static const char *const order[] = {"name", "copies", "kind", "came", "phone", "late"};

	assert_int_equal(form->n_sections, 2);
	assert_string_equal(text_in(&form->sections[1].title, "en"), "Person");
	assert_int_equal(form->n_fields, 6);
	for (size_t i = 0; i < 6; i++)
		assert_string_equal(form->fields[i].id, order[i]);
	assert_string_equal(form->fields[4].section, "who");
	assert_int_equal(form->fields[4].type, FIELD_PHONE);
	assert_string_equal(text_in(&form->fields[4].label, "en"), "Mobile");
}

static void the_guide_is_bound_as_a_decision_table(void **state)
{
	CLEANUP(config_freep) struct config *config =
		load_over("guide:\n"
			  "- id: in\n"
			  "  name: {ja: 来た, en: Moved in}\n"
			  "  questions:\n"
			  "  - {id: from, ask: {ja: どこから, en: From where}, options: [{id: near, label: {ja: 国内, en: Japan}}, {id: far, label: {ja: 国外, en: Abroad}}]}\n"
			  "  results:\n"
			  "  - {id: one, procedure: juminhyo, reason: {ja: いるので, en: Needed}, when: [{question: from, any: [near, far]}]}\n");
	const struct guide_event *event = &config->guide[0];

	assert_int_equal(config->n_guide, 1);
	assert_string_equal(event->questions[0].options[1].id, "far");
	assert_string_equal(event->results[0].procedure, "juminhyo");
	assert_string_equal(event->results[0].when[0].question, "from");
	assert_int_equal(event->results[0].when[0].n_any, 2);
	assert_string_equal(event->results[0].when[0].any[1], "far");
}

static void lists_merge_by_id_in_the_order_of_the_weakest(void **state)
{
	CLEANUP(config_freep) struct config *config =
		load_over("services:\n"
			  "- {id: tax, name: {ja: 税, kana: ぜい, en: Tax}, prefix: E, numbers: 1-9}\n"
			  "- {id: moving, minutes: 25}\n"
			  "windows: [{id: w1, serves: [tax, moving, certificates]}]\n"
			  "forms:\n"
			  "- id: juminhyo\n"
			  "  fields:\n"
			  "  - {id: phone, type: phone, label: {ja: 電話, en: Phone}}\n"
			  "  - {id: copies, max: 5}\n");
	const struct form *form = config_form_find(config, "juminhyo");

	assert_int_equal(config->n_services, 3);
	assert_string_equal(config->services[0].id, "certificates");
	assert_string_equal(config->services[1].id, "moving");
	assert_string_equal(config->services[2].id, "tax");
	assert_int_equal(config->services[1].minutes, 25);
	assert_int_equal(config->services[1].number_last, 299);
	/* lists without ids are replaced whole */
	assert_int_equal(config->windows[0].n_serves, 3);
	assert_string_equal(config->windows[0].serves[0], "tax");
	assert_string_equal(form->fields[2].id, "copies");
	assert_int_equal(form->fields[2].max, 5);
	assert_int_equal(form->fields[2].min, 1);
	assert_string_equal(form->fields[3].id, "phone");
}

static void a_star_drops_what_weaker_layers_name_but_what_is_excepted(void **state)
{
	CLEANUP(config_freep) struct config *config =
		load_over("services:\n"
			  "- {id: \"*\", remove: true, except: [certificates]}\n"
			  "- {id: disaster, name: {ja: 罹災証明, en: Disaster}, prefix: R, numbers: 1-99}\n"
			  "windows: [{id: w1, serves: [disaster, certificates]}]\n");

	assert_int_equal(config->n_services, 2);
	assert_string_equal(config->services[0].id, "certificates");
	assert_string_equal(config->services[1].id, "disaster");
}

static void what_hangs_on_a_removed_entry_goes_with_it(void **state)
{
	CLEANUP(config_freep) struct config *config =
		load_over("services: [{id: moving, remove: true}, {id: tax, name: {ja: 税, en: Tax}, prefix: E, numbers: 1-9}]\n"
			  "windows: [{id: w2, office: honcho, label: {ja: 税, en: Tax}, serves: [tax]}]\n");

	assert_null(config_service_find(config, "moving"));
	for (size_t i = 0; i < config->n_procedures; i++)
		assert_string_not_equal(config->procedures[i].service, "moving");
	assert_int_equal(config_window_find(config, "w1")->n_serves, 1);
	assert_string_equal(config_window_find(config, "w1")->serves[0], "certificates");
}

static void a_layer_that_names_what_it_removes_is_told(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(config_freep) struct config *config = NULL;
	struct folder folder;

	folder_make(&folder);
	folder_write_text(&folder, "above", "layer.yaml", "extends: town\n");
	folder_write_text(&folder, "above", "over.yaml",
			  "services: [{id: moving, remove: true}]\n"
			  "windows: [{id: w1, serves: [certificates, moving]}]\n");
	assert_int_equal(folder_load(&folder, "above", &findings, &config), -EBADMSG);
	assert_true(finding_stands(&findings, FINDING_ERROR, "over.yaml", 2, 0, "serves names \"moving\""));
	folder_remove(&folder);
}

static void remove_drops_an_entry(void **state)
{
	CLEANUP(config_freep) struct config *config =
		load_over("services: [{id: moving, remove: true}]\n"
			  "windows: [{id: w1, serves: [certificates]}]\n"
			  "forms: [{id: juminhyo, fields: [{id: kind, options: [{id: part, remove: true}]}, {id: copies, remove: true}]}]\n"
			  "holidays: [{date: 2026-11-23, remove: true}, 2026-12-29]\n");

	assert_int_equal(config->n_services, 1);
	assert_null(config_service_find(config, "moving"));
	assert_int_equal(config->forms[0].n_fields, 2);
	assert_int_equal(config->forms[0].fields[1].n_options, 1);
	assert_int_equal(config->n_holidays, 1);
	assert_string_equal(config->holidays[0], "2026-12-29");
}

static void a_device_layer_gives_the_printers(void **state)
{
	CLEANUP(config_freep) struct config *config =
		load_over("printer: {roles: {slip: [{uri: \"file:/tmp/slip\"}, {uri: \"socket://192.0.2.7:9100\"}], form: [{uri: \"ipp://localhost:8631/ipp/print\"}]}}\n"
			  "queue: {public_url: \"http://127.0.0.1:8080\"}\n");
	const struct config_printer_role *slip = config_printer_role_find(config, "slip");

	assert_int_equal(slip->n_uris, 2);
	assert_string_equal(slip->uris[1], "socket://192.0.2.7:9100");
	assert_string_equal(config_printer_role_find(config, "form")->uris[0], "ipp://localhost:8631/ipp/print");
	assert_string_equal(config->queue.public_url, "http://127.0.0.1:8080");
}

static void files_of_a_layer_make_one_tree(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(config_freep) struct config *config = NULL;
	struct folder folder;

	folder_make(&folder);
	folder_write_text(&folder, "town", "z.yaml", "services: [{id: tax, name: {ja: 税, kana: ぜい, en: Tax}, prefix: E, numbers: 1-9}]\n"
						     "windows: [{id: w2, office: honcho, label: {ja: 2番, kana: にばん, en: Two}, serves: [tax]}]\n"
						     "texts: {a.b: {ja: あ, en: a}}\n");
	folder_write_text(&folder, "town", "empty.yaml", "# nothing yet\n");
	folder_write_text(&folder, "town", "readme.txt", "not: [yaml\n");
	assert_int_equal(folder_load(&folder, "town", &findings, &config), 0);
	folder_remove(&folder);
	assert_int_equal(findings.n_items, 0);
	assert_int_equal(config->n_services, 3);
	assert_int_equal(config->n_windows, 2);
	assert_int_equal(config->n_texts, 3);
}

static void a_layer_may_name_its_parent_by_any_path(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	struct folder folder;
	char text[128];

	folder_make(&folder);
	snprintf(text, sizeof(text), "extends: %s/town\n", folder.path);
	folder_write_text(&folder, "absolute", "layer.yaml", text);
	folder_write_text(&folder, "relative", "layer.yaml", "extends: ../absolute\nqueue: {session_idle_min: 5}\n");
	for (int i = 0; i < 2; i++) {
		CLEANUP(config_freep) struct config *config = NULL;

		assert_int_equal(folder_load(&folder, i ? "relative" : "absolute", &findings, &config), 0);
		assert_int_equal(config->queue.session_idle_min, i ? 5 : 30);
	}
	folder_remove(&folder);
	assert_int_equal(findings.n_items, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_town_is_bound_whole),
		cmocka_unit_test(what_nobody_says_has_the_compiled_default),
		cmocka_unit_test(a_town_that_shows_no_pictures_says_so),
		cmocka_unit_test(maps_merge_by_key),
		cmocka_unit_test(a_block_gives_its_fields_to_every_form_that_names_it),
		cmocka_unit_test(the_guide_is_bound_as_a_decision_table),
		cmocka_unit_test(lists_merge_by_id_in_the_order_of_the_weakest),
		cmocka_unit_test(a_star_drops_what_weaker_layers_name_but_what_is_excepted),
		cmocka_unit_test(what_hangs_on_a_removed_entry_goes_with_it),
		cmocka_unit_test(a_layer_that_names_what_it_removes_is_told),
		cmocka_unit_test(remove_drops_an_entry),
		cmocka_unit_test(a_device_layer_gives_the_printers),
		cmocka_unit_test(files_of_a_layer_make_one_tree),
		cmocka_unit_test(a_layer_may_name_its_parent_by_any_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
