/* SPDX-License-Identifier: MIT
 * Translation files: they say again what a layer says, in one language more, and bring nothing of their own. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "shared/config/bundle/bundle.h"
#include "shared/config/bundle/minisign.h"
#include "shared/config/bundle/pack.h"
#include "shared/config/layer/explain.h"
#include "shared/config/layer/print.h"
#include "tests/unit/shared/config_folder.h"
#include "shared/base/banned.h"

static const char blocks_layer[] =
	"blocks:\n"
	"  - id: comer\n"
	"    title: {ja: 来た人, kana: きたひと, en: Comer}\n"
	"    fields: [{id: phone, type: phone, label: {ja: 電話, kana: でんわ, en: Phone}}]\n"
	"forms:\n"
	"  - id: juminhyo\n"
	"    sections: [{id: came, block: comer}]\n"
	"guide:\n"
	"  - id: moving-in\n"
	"    name: {ja: 来た, kana: きた, en: In}\n"
	"    questions: [{id: from, ask: {ja: どこ, en: Where}, options: [{id: abroad, label: {ja: 外国, kana: がいこく, en: Abroad}},\n"
	"      {id: near, label: {ja: ちかく, en: Near}}]}]\n"
	"    results: [{id: stay, procedure: juminhyo, reason: {ja: 要る, kana: いる, en: Needed},\n"
	"      when: [{question: from, any: [abroad]}]}]\n"
	"texts: {card.title: {ja: カード, en: Card}}\n";

static const char all_kinds_ko[] =
	"# 한국어\n"
	"services.certificates.name: 증명서\n"
	"offices.honcho.name: 본청\n"
	"municipality.name: 견본촌\n"
	"forms.juminhyo.fields.kind.options.all.label: 전원\n"
	"forms.juminhyo.fields.phone.label: 전화번호\n"
	"blocks.comer.fields.phone.label: 전화\n"
	"blocks.comer.title: 온 사람\n"
	"guide.moving-in.questions.from.options.abroad.label: 외국\n"
	"guide.moving-in.results.stay.reason: 필요\n"
	"texts.card.title: 카드\n"
	"texts.bring.fee: 수수료\n"
	"windows.w1.label: \"1번 창구\"\n";

static void make(struct folder *folder, const char *language, const char *yaml)
{
	char file[40];

	folder_make(folder);
	folder_write_text(folder, "above", "layer.yaml", "extends: town\n");
	folder_write_text(folder, "above", "more.yaml", blocks_layer);
	snprintf(file, sizeof(file), "%s.yaml", language);
	folder_write_text(folder, "above/lang", file, yaml);
}

static struct config *load(struct folder *folder, const char *layer)
{
	CLEANUP(findings_release) struct findings findings = {0};
	struct config *config = NULL;
	int r = folder_load(folder, layer, &findings, &config);

	folder_remove(folder);
	findings_print(&findings, stderr);
	assert_int_equal(findings.n_errors, 0);
	for (size_t i = 0; i < findings.n_items; i++) /* no other text here needs a reading */
		assert_true(findings.items[i].rule != RULE_TRANSLATION_OF_NOTHING && findings.items[i].rule != RULE_TRANSLATION_FILE);
	assert_int_equal(r, 0);
	return config;
}

static void a_file_of_translations_reaches_every_kind_of_text(void **state)
{
	CLEANUP(config_freep) struct config *config = NULL;
	struct folder folder;
	const struct form *form;

	make(&folder, "ko", all_kinds_ko);
	config = load(&folder, "above");
	form = config_form_find(config, "juminhyo");
	assert_string_equal(text_in(&config_service_find(config, "certificates")->name, "ko"), "증명서");
	assert_string_equal(text_in(&config_service_find(config, "certificates")->name, "en"), "Certificates");
	assert_string_equal(text_in(&config->municipality.name, "ko"), "견본촌");
	assert_string_equal(text_in(&config_office_find(config, "honcho")->name, "ko"), "본청");
	assert_string_equal(text_in(&form->sections[0].title, "ko"), "온 사람");
	assert_string_equal(text_in(&form->fields[1].options[0].label, "ko"), "전원");
	/* the form's own say of a block's field lies over the block's */
	assert_string_equal(form->fields[form->n_fields - 1].id, "phone");
	assert_string_equal(text_in(&form->fields[form->n_fields - 1].label, "ko"), "전화번호");
	assert_string_equal(text_in(&form->fields[form->n_fields - 1].label, "ja"), "電話");
	assert_string_equal(text_in(&config->guide[0].questions[0].options[0].label, "ko"), "외국");
	assert_string_equal(text_in(&config->guide[0].results[0].reason, "ko"), "필요");
	assert_string_equal(config_text(config, "card.title", "ko"), "카드");
	assert_string_equal(config_text(config, "bring.fee", "ko"), "수수료");
	assert_string_equal(text_in(&config->windows[0].label, "ko"), "1번 창구");
}

static void readings_and_japanese_may_be_files_too(void **state)
{
	CLEANUP(config_freep) struct config *config = NULL;
	struct folder folder;

	make(&folder, "kana", "services.certificates.name: しょうめいしょ\n");
	folder_write_text(&folder, "above/lang", "ja.yaml", "services.certificates.name: 証明書など\n");
	config = load(&folder, "above");
	assert_string_equal(text_in(&config_service_find(config, "certificates")->name, "kana"), "しょうめいしょ");
	assert_string_equal(text_in(&config_service_find(config, "certificates")->name, "ja"), "証明書など");
}

static void a_stronger_layer_has_the_last_word(void **state)
{
	CLEANUP(config_freep) struct config *config = NULL;
	struct folder folder;

	make(&folder, "ko", all_kinds_ko);
	folder_write_text(&folder, "top", "layer.yaml", "extends: above\n");
	folder_write_text(&folder, "top", "over.yaml",
			  "texts: {card.title: {ko: 마이넘버}}\nguide: [{id: moving-in, remove: true}]\n");
	folder_write_text(&folder, "top/lang", "ko.yaml", "texts.bring.fee: 요금\n");
	config = load(&folder, "top");
	assert_string_equal(config_text(config, "card.title", "ko"), "마이넘버");
	assert_string_equal(config_text(config, "bring.fee", "ko"), "요금");
	assert_int_equal(config->n_guide, 0);
}

static const struct row {
	const char *language, *yaml;
	int line, column;
	const char *what;
	enum finding_level level;
} rows[] = {
	{"ko", "texts.card.title: 카드\nservices.certificats.name: 증명서\n", 2, 1, "did you mean \"certificates\"?", FINDING_WARNING},
	{"ko", "servces.certificates.name: 증명서\n", 1, 1, "did you mean \"services\"?", FINDING_WARNING},
	{"ko", "services.certificates.nam: 증명서\n", 1, 1, "did you mean \"name\"?", FINDING_WARNING},
	{"ko", "services.certificates.detail: 증명서\n", 1, 1, "translates nothing: there is no \"detail\" in a service", FINDING_WARNING},
	{"ko", "services.certificates: 증명서\n", 1, 1, "it ends before the name of a text", FINDING_WARNING},
	{"ko", "services: 증명서\n", 1, 1, "it ends before the name of a text", FINDING_WARNING},
	{"ko", "texts: 증명서\n", 1, 1, "it ends before the name of a text", FINDING_WARNING},
	{"ko", "\"\": 증명서\n", 1, 1, "translates nothing", FINDING_WARNING},
	{"ko", "services.certificates.name.ko: 증명서\n", 1, 1, "it goes on behind the name of a text", FINDING_WARNING},
	{"ko", "services.certificates.prefix: A\n", 1, 1, "what it names is not a text", FINDING_WARNING},
	{"ko", "texts.card.tilte: 카드\n", 1, 1, "did you mean \"card.title\"?", FINDING_WARNING},
	{"ko", "forms.juminhyo.fields.kind.options.al.label: 전원\n", 1, 1, "did you mean \"all\"?", FINDING_WARNING},
	{"ko", "forms.juminhyo.fields.fax.label: 팩스\n", 1, 1, "there is no \"fax\" in fields", FINDING_WARNING},
	{"ko", "services:\n  certificates: 증명서\n", 1, 1, "a file of lang is flat", FINDING_ERROR},
	{"ko", "texts.card.title:\n", 1, 1, "has no value", FINDING_ERROR},
	{"ko", "texts.card.title: [카드]\n", 1, 1, "a file of lang is flat", FINDING_ERROR},
	{"ko", "texts.card.title: 카드\ntexts.card.title: 카드\n", 2, 1, "stands here twice, first in line 1", FINDING_ERROR},
	{"ko", "- 카드\n", 1, 1, "is not a map of settings", FINDING_ERROR},
	{"en", "texts.card.title: Card\n", 1, 1, "is said in en already in", FINDING_ERROR},
	{"kr", "texts.card.title: 카드\n", 1, 1, "\"kr\" is no language of a text", FINDING_ERROR},
	{"zh-Hant", "texts.card.title: 卡\n", 1, 1, "did you mean \"zh-Hans\"?", FINDING_ERROR},
};

static void what_translates_nothing_is_found_with_its_line(void **state)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CLEANUP(findings_release) struct findings findings = {0};
		CLEANUP(config_freep) struct config *config = NULL;
		struct folder folder;
		char file[40];
		int r;

		make(&folder, rows[i].language, rows[i].yaml);
		r = folder_load(&folder, "above", &findings, &config);
		folder_remove(&folder);
		assert_int_equal(r, rows[i].level == FINDING_ERROR ? -EBADMSG : 0);
		assert_int_equal(findings.n_items, 1);
		snprintf(file, sizeof(file), "/above/lang/%s.yaml", rows[i].language);
		assert_true(finding_stands(&findings, rows[i].level, file, rows[i].line, rows[i].column, rows[i].what));
	}
}

static void lang_that_is_no_folder_is_found(void **state)
{
	CLEANUP(findings_release) struct findings findings = {0};
	struct config *config = NULL;
	struct folder folder;

	folder_make(&folder);
	folder_write_text(&folder, "town", "lang", "texts.card.title: Card\n");
	assert_int_equal(folder_load(&folder, "town", &findings, &config), -EBADMSG);
	folder_remove(&folder);
	assert_true(finding_stands(&findings, FINDING_ERROR, "/town/lang", 1, 1, "is no folder"));
}

static char *text_of(const char *path, const struct folder *folder, const char *explained)
{
	const struct config_options options = {.templates_dir = folder->path, .allow_unsigned = true};
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(loaded_release) struct loaded loaded = {0};
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	assert_int_equal(loaded_read(path, &options, &findings, &loaded), 0);
	findings_print(&findings, stderr);
	assert_int_equal(findings.n_items, 0);
	assert_int_equal(explained ? explain_print(&loaded, explained, out) : tree_print(loaded.root, NULL, out), 0);
	fclose(out);
	return text;
}

static void explain_points_into_the_file_of_translations(void **state)
{
	CLEANUP(freep) char *text = NULL;
	struct folder folder;
	char path[160];

	make(&folder, "ko", all_kinds_ko);
	snprintf(path, sizeof(path), "%s/above", folder.path);
	text = text_of(path, &folder, "services.certificates.name.ko");
	folder_remove(&folder);
	assert_true(strncmp(text, "증명서\n", strlen("증명서\n")) == 0);
	assert_non_null(strstr(text, "/above/lang/ko.yaml:2: 증명서  (above)\n"));
}

static void a_bundle_carries_the_translations(void **state)
{
	CLEANUP(minisign_secret_release) struct minisign_secret secret = {0};
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(loaded_release) struct loaded loaded = {0};
	CLEANUP(freep) char *from_folder = NULL;
	CLEANUP(freep) char *from_bundle = NULL;
	struct config_options options = {.allow_unsigned = true};
	struct minisign_public public;
	struct folder folder;
	char path[160], bundle[160];

	make(&folder, "ko", all_kinds_ko);
	folder_write_text(&folder, "town/lang", "vi.yaml", "texts.bring.fee: Lệ phí\n");
	options.templates_dir = folder.path;
	snprintf(path, sizeof(path), "%s/above", folder.path);
	snprintf(bundle, sizeof(bundle), "%s/above.mdg", folder.path);
	assert_int_equal(minisign_generate(&public, &secret), 0);
	assert_int_equal(loaded_read(path, &options, &findings, &loaded), 0);
	assert_int_equal(bundle_pack(&loaded, &(struct bundle_stamp){.serial = 1}, &secret, bundle, &findings), 0);
	from_folder = text_of(path, &folder, NULL);
	from_bundle = text_of(bundle, &folder, NULL);
	folder_remove(&folder);
	assert_non_null(strstr(from_folder, "Lệ phí"));
	assert_string_equal(from_folder, from_bundle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_of_translations_reaches_every_kind_of_text),
		cmocka_unit_test(readings_and_japanese_may_be_files_too),
		cmocka_unit_test(a_stronger_layer_has_the_last_word),
		cmocka_unit_test(what_translates_nothing_is_found_with_its_line),
		cmocka_unit_test(lang_that_is_no_folder_is_found),
		cmocka_unit_test(explain_points_into_the_file_of_translations),
		cmocka_unit_test(a_bundle_carries_the_translations),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
