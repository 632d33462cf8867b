/* SPDX-License-Identifier: MIT
 * Trees and their layout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/terminal/ui_screens.h"
#include "terminal/ui/ui.h"
#include "shared/base/banned.h"

static struct ui *show(struct ui_tree *tree, int width, int height, int percent)
{
	struct ui_options options = {width, height, percent, "#0017c1"};
	struct ui *ui = NULL;

	assert_int_equal(ui_new(&options, NULL, NULL, &ui), 0);
	ui_show(ui, tree);
	return ui;
}

static void assert_box(const struct ui *ui, const char *key, int x, int y, int width, int height)
{
	const struct ui_node *node = ui_find(ui_tree_shown(ui), key);

	assert_non_null(node);
	if (node->box.x != x || node->box.y != y || node->box.width != width || node->box.height != height)
		fail_msg("%s is %d,%d %dx%d, not %d,%d %dx%d", key, node->box.x, node->box.y, node->box.width,
			 node->box.height, x, y, width, height);
}

static void a_column_gives_the_left_over_room_by_share(void **state)
{
	struct ui_tree *tree = ui_tree_new("t", "ja");
	struct ui *ui;

	tree->root->gap = 10;
	UI_ADD(tree, tree->root, .role = UI_PANEL, .key = "a", .height = 100);
	UI_ADD(tree, tree->root, .role = UI_PANEL, .key = "b", .grow = 1);
	UI_ADD(tree, tree->root, .role = UI_PANEL, .key = "c", .grow = 3);
	ui = show(tree, 1080, 1920, 100);
	assert_box(ui, "a", 0, 0, 1080, 100);
	assert_box(ui, "b", 0, 110, 1080, 450);
	assert_box(ui, "c", 0, 570, 1080, 1350);
	ui_resize(ui, 540, 960);
	assert_box(ui, "a", 0, 0, 540, 50);
	ui_free(ui);
}

static void a_row_shares_its_width_and_a_grid_its_cells(void **state)
{
	struct ui_tree *tree = ui_tree_new("t", "ja");
	struct ui_node *row = UI_ADD(tree, tree->root, .role = UI_PANEL, .flow = UI_ROW, .gap = 20, .padding = 40,
				     .height = 200);
	struct ui_node *grid = UI_ADD(tree, tree->root, .role = UI_PANEL, .flow = UI_GRID, .columns = 3, .gap = 30);
	struct ui *ui;

	UI_ADD(tree, row, .role = UI_PANEL, .key = "a", .width = 300);
	UI_ADD(tree, row, .role = UI_PANEL, .key = "b", .grow = 1);
	UI_ADD(tree, row, .role = UI_PANEL, .key = "c", .grow = 1);
	for (int i = 0; i < 5; i++)
		UI_ADD(tree, grid, .role = UI_PANEL, .key = ui_text(tree, "g%d", i), .height = i == 4 ? 150 : 100);
	ui = show(tree, 1080, 1920, 100);
	assert_box(ui, "a", 40, 40, 300, 120);
	assert_box(ui, "b", 360, 40, 330, 120);
	assert_box(ui, "c", 710, 40, 330, 120);
	assert_box(ui, "g0", 0, 200, 340, 150); /* lines of a grid are alike */
	assert_box(ui, "g2", 740, 200, 340, 150);
	assert_box(ui, "g4", 370, 380, 340, 150);
	ui_free(ui);
}

static void text_breaks_between_phrases_and_boxes_grow_with_it(void **state)
{
	struct ui_tree *tree = ui_tree_new("t", "ja");
	struct ui *ui;
	int small, large;

	tree->root->padding = 48;
	UI_ADD(tree, tree->root, .role = UI_LABEL, .key = "one", .name = "短い");
	UI_ADD(tree, tree->root, .role = UI_LABEL, .key = "two",
	       .name = "入力した内容は おわると この端末から消えます。もう一度 はじめから 入れてください。");
	UI_ADD(tree, tree->root, .role = UI_LABEL, .key = "ruby", .name = "{申請書|しんせいしょ}");
	ui = show(tree, 1080, 1920, 100);
	small = ui_find(ui_tree_shown(ui), "one")->box.height;
	assert_int_equal(ui_find(ui_tree_shown(ui), "two")->box.height, 2 * small);
	assert_true(ui_find(ui_tree_shown(ui), "ruby")->box.height > small);
	ui_set_text_percent(ui, 130);
	large = ui_find(ui_tree_shown(ui), "one")->box.height;
	assert_true(large * 10 >= small * 12);
	ui_free(ui);
}

static void every_screen_fits_at_every_size_without_problems(void **state)
{
	static const struct {
		int width, height, percent;
	} rows[] = {{1080, 1920, 100}, {1080, 1920, 130}, {540, 960, 100}, {768, 1366, 115}, {1280, 1024, 100}};
	char problems[4096];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int screen = 0; screen < N_UI_SCREENS; screen++)
			for (int step = 0; step < 2; step++) {
				struct ui *ui = show(ui_screen_new((enum ui_screen)screen, step), rows[i].width,
						     rows[i].height, rows[i].percent);

				if (ui_problems(ui, problems, sizeof(problems)) != 0)
					fail_msg("%s at %dx%d, %d %%:\n%s", ui_screen_names[screen], rows[i].width,
						 rows[i].height, rows[i].percent, problems);
				ui_free(ui);
			}
}

static void problems_are_found(void **state)
{
	struct ui_tree *tree = ui_tree_new("t", "ja");
	struct ui_node *row = UI_ADD(tree, tree->root, .role = UI_PANEL, .flow = UI_ROW, .gap = 10);
	char problems[4096];
	struct ui *ui;

	UI_ADD(tree, row, .role = UI_BUTTON, .key = "narrow", .name = "は", .width = 80);
	UI_ADD(tree, row, .role = UI_LABEL, .key = "squeezed", .name = "番号", .width = 12);
	UI_ADD(tree, row, .role = UI_IMAGE, .key = "unknown", .icon = "spaceship");
	for (int i = 0; i < 20; i++)
		UI_ADD(tree, tree->root, .role = UI_BUTTON, .style = UI_STYLE_PRIMARY, .name = "次へ", .height = 116);
	ui = show(tree, 1080, 1920, 100);
	assert_true(ui_problems(ui, problems, sizeof(problems)) >= 4);
	assert_non_null(strstr(problems, "narrow"));
	assert_non_null(strstr(problems, "squeezed"));
	assert_non_null(strstr(problems, "unknown"));
	assert_non_null(strstr(problems, "does not fit"));
	assert_non_null(strstr(problems, "outside the window"));
	ui_free(ui);
}

static void too_many_nodes_mark_the_tree_broken_and_harm_nothing(void **state)
{
	struct ui_tree *tree = ui_tree_new("t", "ja");
	struct ui_node *last = NULL;
	struct ui *ui;

	for (int i = 0; i < UI_NODES_MAX + 50; i++)
		last = UI_ADD(tree, tree->root, .role = UI_LABEL, .name = "x");
	assert_non_null(last);
	UI_ADD(tree, last, .role = UI_LABEL, .name = "under the spare");
	assert_true(ui_tree_is_broken(tree));
	assert_int_equal(tree->n_nodes, UI_NODES_MAX);
	ui = show(tree, 540, 960, 100);
	ui_free(ui);
}

static void reading_order_is_depth_first_and_keys_are_found(void **state)
{
	struct ui_tree *tree = ui_screen_new(SCREEN_CONFIRM, 0);
	size_t n = 0;

	for (const struct ui_node *node = tree->root; node; node = ui_next(node))
		n++;
	assert_int_equal(n, tree->n_nodes);
	assert_string_equal(ui_find(tree, "yes")->name, "はい、あっています");
	assert_null(ui_find(tree, "no such key"));
	ui_tree_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_column_gives_the_left_over_room_by_share),
		cmocka_unit_test(a_row_shares_its_width_and_a_grid_its_cells),
		cmocka_unit_test(text_breaks_between_phrases_and_boxes_grow_with_it),
		cmocka_unit_test(every_screen_fits_at_every_size_without_problems),
		cmocka_unit_test(problems_are_found),
		cmocka_unit_test(too_many_nodes_mark_the_tree_broken_and_harm_nothing),
		cmocka_unit_test(reading_order_is_depth_first_and_keys_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
