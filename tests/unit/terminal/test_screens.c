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
	uint64_t seen = 0;

	kit_open(&kit);
	for (size_t l = 0; l < kit.config->terminal.n_languages; l++) {
		size_t n = screen_samples(kit.config, &kit.config->offices[0], (int)l, 100, samples);
		for (size_t i = 0; i < n; i++) {
			struct ui_tree *tree = screen_tree(&(struct screen_view){.flow = &samples[i].flow});
			seen |= UINT64_C(1) << samples[i].flow.screen;
			for (const struct ui_node *node = tree->root; node; node = ui_next(node))
				if (node->name && looks_like_an_id(kit.config, node->name)) {
					print_error("%s: %s\n", samples[i].name, node->name);
					fail();
				}
			ui_tree_free(tree);
		}
		screen_samples_release(samples, n);
	}
	assert_int_equal(seen, (UINT64_C(1) << N_FLOW_SCREENS) - 1); /* no screen is without a sample */
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

static const char *text_of(const struct flow *flow, const char *key)
{
	static char text[256];
	struct ui_tree *tree = screen_tree(&(struct screen_view){.flow = flow});
	const struct ui_node *node = ui_find(tree, key);

	snprintf(text, sizeof text, "%s", !node ? "" : node->note ? node->note : node->name);
	ui_tree_free(tree);
	return text;
}

/* Issued at 10:12: the far end on the next five minutes, one time. */
static void a_promise_is_that_of_the_paper(void **state)
{
	static const struct {
		int from, to;
		const char *ja, *en, *clock;
	} cases[] = {
		{0, 5, "5分以内", "within 5 min", "10:20ごろ"},
		{20, 35, "20〜35分", "in 20–35 min", "10:50ごろ"},
		{10, 10, "約10分", "in about 10 min", "10:25ごろ"},
		{0, 3, "3分以内", "within 3 min", "10:15ごろ"},
		{0, 0, "まもなく", "soon", ""},
		{TICKET_WAIT_UNKNOWN, TICKET_WAIT_UNKNOWN, "前に 2人", "2 before you", ""},
	};
	struct kit kit;

	kit_open(&kit);
	kit_press(&kit, ACTION_TICKET_ONLY, 0);
	kit_press(&kit, ACTION_SERVICE, kit_service(&kit, "certificates"));
	kit_ticket(&kit, QUEUE_OK);
	assert_int_equal(kit.flow.screen, SCREEN_TICKET);
	kit.flow.local.hour = 15; /* the paper's time, whatever the clock is when the screen is drawn */
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		kit.flow.visit.ticket.wait_from_min = cases[i].from;
		kit.flow.visit.ticket.wait_to_min = cases[i].to;
		kit.flow.visit.language = 0;
		assert_string_equal(text_of(&kit.flow, "wait"), cases[i].ja);
		assert_string_equal(text_of(&kit.flow, "clock"), cases[i].clock);
		kit.flow.visit.language = kit_language(&kit, "en");
		assert_string_equal(text_of(&kit.flow, "wait"), cases[i].en);
	}
	kit_close(&kit);
}

static void a_service_tells_no_range_from_nought(void **state)
{
	static const struct {
		int waiting, from, to;
		const char *note;
	} cases[] = {
		{0, 0, 5, "すぐに ご案内"}, {1, 0, 5, "すぐに ご案内"}, {0, 0, 15, "約15分以内"}, {2, 0, 10, "2人待ち 約10分以内"},
		{4, 20, 35, "4人待ち 約20〜35分"}, {1, 10, 10, "1人待ち 約10分"},
		{0, TICKET_WAIT_UNKNOWN, TICKET_WAIT_UNKNOWN, "待っている人は いません"},
		{3, TICKET_WAIT_UNKNOWN, TICKET_WAIT_UNKNOWN, "3人待ち"},
	};
	struct kit kit;

	kit_open(&kit);
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		kit.flow.board[kit_service(&kit, "certificates")] =
			(struct flow_board){.is_known = true, .waiting = cases[i].waiting, .from_min = cases[i].from,
					    .to_min = cases[i].to};
		assert_string_equal(text_of(&kit.flow, "service-certificates"), cases[i].note);
	}
	kit_close(&kit);
}

/* Whoever cannot read Japanese must still find their own: in its own script, shaped as its own readers know it. */
static void each_language_is_offered_in_its_own_name_and_shapes(void **state)
{
	static const char *offered[] = {"ja", "ja-easy", "en", "zh-Hans", "ko", "vi", "pt", "fil"};
	static const char *const names[] = {"日本語", "やさしい{日本語|にほんご}", "English", "简体中文", "한국어", "Tiếng Việt",
					    "Português", "Filipino"};
	struct ui_options how = {.width = 1080, .height = 1920};
	struct ui *ui = NULL;
	struct kit kit;
	char key[32], problems[4096] = "";

	kit_open(&kit);
	const char **few = kit.config->terminal.languages;
	size_t n_few = kit.config->terminal.n_languages, n = sizeof offered / sizeof offered[0];
	kit.config->terminal.languages = offered;
	kit.config->terminal.n_languages = n;
	kit_press(&kit, ACTION_LANGUAGE, 0);
	assert_int_equal(ui_new(&how, NULL, NULL, &ui), 0);
	for (int percent = 100; percent <= 130; percent += 30) {
		struct ui_tree *tree = screen_tree(&(struct screen_view){.flow = &kit.flow});
		for (size_t i = 0; i < n; i++) {
			snprintf(key, sizeof key, "language-%s", offered[i]);
			const struct ui_node *node = ui_find(tree, key);
			assert_non_null(node);
			assert_string_equal(node->name, names[i]);
			assert_string_equal(node->language, offered[i]);
		}
		ui_set_text_percent(ui, percent);
		ui_show(ui, tree);
		if (ui_problems(ui, problems, sizeof problems) > 0)
			fail_msg("%s", problems);
	}
	ui_free(ui);
	kit.config->terminal.languages = few;
	kit.config->terminal.n_languages = n_few;
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
		cmocka_unit_test(a_promise_is_that_of_the_paper),
		cmocka_unit_test(a_service_tells_no_range_from_nought),
		cmocka_unit_test(each_language_is_offered_in_its_own_name_and_shapes),
	};

	if (fonts_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
