/* SPDX-License-Identifier: MIT
 * Every screen in every language and text size lays out without a problem, and none says a text that does not exist. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "shared/render/fonts.h"
#include "terminal/screen/screen.h"
#include "terminal/ui/ui.h"
#include "tests/unit/terminal/flow_kit.h"
#include "shared/base/banned.h"

/* Pango keeps fontconfig's patterns for the life of the process, out of the leak checker's sight. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

/* Sizes a counter has: portrait full HD, landscape, a small panel. */
static const struct {
	int width, height;
} sizes[] = {{1080, 1920}, {1920, 1080}, {768, 1366}};

static void lay_out(struct kit *kit, int language, int percent, int width, int height)
{
	struct ui_options how = {.width = width, .height = height, .text_percent = percent,
				 .key_colour = kit->config->theme.key_colour};
	struct screen_sample samples[SCREEN_SAMPLES_MAX];
	struct ui *ui = NULL;
	char problems[4096];
	size_t n = screen_samples(kit->config, &kit->config->offices[0], language, percent, samples);

	assert_int_equal(ui_new(&how, NULL, NULL, &ui), 0);
	for (size_t i = 0; i < n; i++) {
		struct ui_tree *tree = screen_tree(&(struct screen_view){.flow = &samples[i].flow});
		assert_non_null(tree);
		assert_false(ui_tree_is_broken(tree));
		ui_show(ui, tree);
		problems[0] = '\0';
		if (ui_problems(ui, problems, sizeof problems) > 0) {
			print_error("%s %d%% %dx%d %s:\n%s", kit->config->terminal.languages[language], percent, width, height,
				    samples[i].name, problems);
			fail();
		}
	}
	screen_samples_release(samples, n);
	ui_free(ui);
}

static void every_screen_fits_in_every_language_and_size(void **state)
{
	struct kit kit;

	kit_open(&kit);
	for (size_t l = 0; l < kit.config->terminal.n_languages; l++)
		for (int percent = 100; percent <= 130; percent += 30)
			lay_out(&kit, (int)l, percent, sizes[0].width, sizes[0].height);
	kit_close(&kit);
}

static void every_screen_fits_on_other_displays(void **state)
{
	struct kit kit;

	kit_open(&kit);
	for (size_t s = 1; s < sizeof sizes / sizeof sizes[0]; s++)
		for (size_t l = 0; l < kit.config->terminal.n_languages; l++)
			lay_out(&kit, (int)l, 100, sizes[s].width, sizes[s].height);
	kit_close(&kit);
}

/* config_text() gives the id of a missing text: an id has a dot between small letters and no space. */
static bool looks_like_an_id(const struct config *config, const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz-_0123456789");

	return n > 1 && name[n] == '.' && name[n + 1] && strspn(name + n + 1, "abcdefghijklmnopqrstuvwxyz-_0123456789") ==
	       strlen(name + n + 1) && name[0] >= 'a';
}

static void no_screen_shows_the_id_of_a_missing_text(void **state)
{
	struct kit kit;
	struct screen_sample samples[SCREEN_SAMPLES_MAX];
	unsigned seen = 0;

	kit_open(&kit);
	for (size_t l = 0; l < kit.config->terminal.n_languages; l++) {
		size_t n = screen_samples(kit.config, &kit.config->offices[0], (int)l, 100, samples);
		for (size_t i = 0; i < n; i++) {
			struct ui_tree *tree = screen_tree(&(struct screen_view){.flow = &samples[i].flow});
			seen |= 1U << samples[i].flow.screen;
			for (const struct ui_node *node = tree->root; node; node = ui_next(node))
				if (node->name && looks_like_an_id(kit.config, node->name)) {
					print_error("%s: %s\n", samples[i].name, node->name);
					fail();
				}
			ui_tree_free(tree);
		}
		screen_samples_release(samples, n);
	}
	assert_int_equal(seen, (1U << N_FLOW_SCREENS) - 1); /* no screen is without a sample */
	kit_close(&kit);
}

static void a_name_with_braces_is_shown_as_it_is(void **state)
{
	struct kit kit;

	kit_open(&kit);
	kit_to_check(&kit);
	assert_int_equal(value_set(&kit.flow.visit.person.name, "見本{花|はな}子", VALUE_CARD, PROOF_NOT_CHECKED), 0);
	struct ui_tree *tree = screen_tree(&(struct screen_view){.flow = &kit.flow});
	const struct ui_node *node = ui_find(tree, "value-name");
	assert_non_null(node);
	assert_string_equal(node->name, "見本{{花||はな}}子");
	ui_tree_free(tree);
	kit_close(&kit);
}

static void a_pin_is_never_in_the_tree(void **state)
{
	struct kit kit;

	kit_open(&kit);
	kit_to_pin(&kit);
	for (int n = 0; n <= FLOW_PIN_LENGTH; n++) {
		kit_pin(&kit, n);
		struct ui_tree *tree = screen_tree(&(struct screen_view){.flow = &kit.flow});
		const char *value = ui_find(tree, "pin")->value;
		assert_int_equal(value ? strlen(value) : 0, n * strlen("•"));
		ui_tree_free(tree);
	}
	kit_close(&kit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_screen_fits_in_every_language_and_size),
		cmocka_unit_test(every_screen_fits_on_other_displays),
		cmocka_unit_test(no_screen_shows_the_id_of_a_missing_text),
		cmocka_unit_test(a_name_with_braces_is_shown_as_it_is),
		cmocka_unit_test(a_pin_is_never_in_the_tree),
	};

	if (fonts_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
