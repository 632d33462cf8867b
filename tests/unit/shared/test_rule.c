/* SPDX-License-Identifier: MIT
 * The table of statutory rules: words that can be written, needs that some field could meet, and what must never change:
 * a certificate or a notice to the family register asks for no individual number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "shared/config/schema/keys.h"
#include "shared/config/schema/rule.h"
#include "shared/base/banned.h"

static const char *const ids[] = {"juminhyo", "inkan-shomei", "inkan-toroku", "koseki", "zei-shomei", "tennyu", "tenkyo", "tenshutsu",
	"setai-henko", "kokuho", "kokumin-nenkin", "jido-teate", "kaigo-nintei", "shussho", "shibo", "kon-in", "rikon", "risai",
	"card-renewal", NULL};

static const struct key *field_key(const char *name)
{
	const struct key *key = key_find(&key_field, name);

	assert_non_null(key);
	return key;
}

static void check_word(const char *id, const char *word)
{
	if (strncmp(word, "from:", 5) == 0)
		assert_true(word_index(field_key("from")->words, word + 5) >= 0);
	else if (strncmp(word, "type:", 5) == 0)
		assert_true(word_index(field_key("type")->words, word + 5) >= 0);
	else if (strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789_-") != strlen(word))
		fail_msg("%s: \"%s\" is no id of a field", id, word);
}

static void every_need_can_be_met_by_a_field(void **state)
{
	for (size_t i = 0; ids[i]; i++) {
		const struct rule *rule = rule_find(ids[i]);

		assert_non_null(rule);
		assert_true(*rule->law != '\0');
		for (size_t n = 0; n < RULE_NEEDS_MAX && rule->needs[n].fields; n++) {
			const char *words = rule->needs[n].fields;

			assert_true(*rule->needs[n].what != '\0' && *words != '\0');
			while (*words != '\0') {
				size_t length = strcspn(words, " ");
				char word[48] = "";

				assert_in_range(length, 1, sizeof(word) - 1);
				memcpy(word, words, length);
				check_word(ids[i], word);
				words += length + strspn(words + length, " ");
			}
		}
	}
}

static void numbers_are_asked_only_where_the_law_names_them(void **state)
{
	static const char *const without[] = {"juminhyo", "inkan-shomei", "inkan-toroku", "koseki", "zei-shomei", "tennyu", "tenkyo",
		"tenshutsu", "setai-henko", "shussho", "shibo", "kon-in", "rikon", "risai", "card-renewal", "card-loss", NULL};
	static const char *const with[] = {"kokuho", "kaigo-nintei", "jido-teate", NULL};

	for (size_t i = 0; without[i]; i++)
		assert_int_equal(rule_find(without[i])->number, INDIVIDUAL_NUMBER_NEVER);
	for (size_t i = 0; with[i]; i++)
		assert_int_equal(rule_find(with[i])->number, INDIVIDUAL_NUMBER_REQUIRED);
}

static void time_limits_are_those_of_the_statutes(void **state)
{
	static const struct {
		const char *id;
		int days;
	} limits[] = {{"tennyu", 14}, {"tenkyo", 14}, {"setai-henko", 14}, {"kokuho", 14}, {"shussho", 14}, {"shibo", 7},
		      {"jido-teate", 15}, {"juminhyo", 0}, {"kon-in", 0}};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		assert_int_equal(rule_find(limits[i].id)->within_days, limits[i].days);
}

static void a_slip_of_the_hand_finds_its_rule(void **state)
{
	assert_null(rule_find("tenyu"));
	assert_string_equal(rule_nearest("tenyu"), "tennyu");
	assert_string_equal(rule_nearest("jido-taete"), "jido-teate");
	assert_null(rule_nearest("parking"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_need_can_be_met_by_a_field),
		cmocka_unit_test(numbers_are_asked_only_where_the_law_names_them),
		cmocka_unit_test(time_limits_are_those_of_the_statutes),
		cmocka_unit_test(a_slip_of_the_hand_finds_its_rule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
