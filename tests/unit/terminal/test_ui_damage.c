/* SPDX-License-Identifier: MIT
 * Painting only what changed must give the same bytes as painting everything: tried over every pair of the test
 * screens and over random changes of random trees. */
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

#define WIDTH 540
#define HEIGHT 960
#define RANDOM_ROUNDS 60

static cairo_surface_t *canvas(void)
{
	return cairo_image_surface_create(CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
}

static struct ui *ui_open(void)
{
	struct ui_options options = {WIDTH, HEIGHT, 100, "#0017c1"};
	struct ui *ui = NULL;

	assert_int_equal(ui_new(&options, NULL, NULL, &ui), 0);
	return ui;
}

static uint32_t pixel(cairo_surface_t *surface, int x, int y)
{
	const unsigned char *row = cairo_image_surface_get_data(surface) +
				   (size_t)y * (size_t)cairo_image_surface_get_stride(surface);
	uint32_t value;

	memcpy(&value, row + (size_t)x * 4, sizeof(value));
	return value & 0xffffff;
}

/* Paints the damage onto @surface and everything onto a fresh one, and compares. Return: pixels painted. */
static int64_t paint_and_compare(struct ui *ui, cairo_surface_t *surface, const char *what)
{
	cairo_surface_t *whole = canvas();
	struct ui_rect rects[16];
	int n = ui_paint(ui, surface, rects, 16);
	int64_t painted = 0;

	for (int i = 0; i < n; i++)
		painted += (int64_t)rects[i].width * rects[i].height;
	ui_damage_all(ui);
	assert_int_equal(ui_paint(ui, whole, rects, 16), 1);
	for (int y = 0; y < HEIGHT; y++)
		for (int x = 0; x < WIDTH; x++)
			if (pixel(surface, x, y) != pixel(whole, x, y))
				fail_msg("%s: %d,%d is %06x, painted whole it is %06x", what, x, y,
					 pixel(surface, x, y), pixel(whole, x, y));
	cairo_surface_destroy(whole);
	assert_false(ui_has_damage(ui));
	return painted;
}

static void partial_painting_equals_full_painting_between_all_screens(void **state)
{
	struct ui *ui = ui_open();
	cairo_surface_t *surface = canvas();
	char what[64];

	for (int a = 0; a < N_UI_SCREENS; a++)
		for (int b = 0; b < N_UI_SCREENS * 2; b++) {
			ui_show(ui, ui_screen_new((enum ui_screen)a, 0));
			paint_and_compare(ui, surface, ui_screen_names[a]);
			ui_show(ui, ui_screen_new((enum ui_screen)(b % N_UI_SCREENS), b / N_UI_SCREENS));
			snprintf(what, sizeof(what), "%s to %s", ui_screen_names[a], ui_screen_names[b % N_UI_SCREENS]);
			paint_and_compare(ui, surface, what);
		}
	cairo_surface_destroy(surface);
	ui_free(ui);
}

static uint32_t next(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 8;
}

static void add_random(struct ui_tree *tree, struct ui_node *parent, uint32_t *seed, int depth)
{
	static const char *const texts[] = {"見本", "{用件|ようけん}を えらぶ", "10:40ごろ", "A", "長野県見本村大字例示123番地"};
	static const char *const icons[] = {NULL, "document", "warning", "bell", NULL};
	static const enum ui_role roles[] = {UI_PANEL, UI_LABEL, UI_BUTTON, UI_HEADING, UI_STATUS, UI_SPACER, UI_ENTRY,
					     UI_PASSWORD, UI_IMAGE};
	int n = 1 + (int)(next(seed) % 4);

	for (int i = 0; i < n; i++) {
		enum ui_role role = roles[next(seed) % (sizeof(roles) / sizeof(roles[0]))];
		struct ui_node *node = UI_ADD(
			tree, parent, .role = role, .style = (enum ui_style)(next(seed) % (UI_STYLE_TAG_WARM + 1)),
			.key = ui_text(tree, "%d.%d", depth, i), .name = texts[next(seed) % 5], .value = "••",
			.icon = role == UI_IMAGE ? "house" : icons[next(seed) % 5],
			.detail = role == UI_BUTTON && next(seed) % 3 == 0 ? "住民票・戸籍" : NULL,
			.state = next(seed) % 64 & ~(unsigned)UI_IS_DEFAULT_FOCUS, .action = 1,
			.flow = (enum ui_flow)(next(seed) % 3), .align = (enum ui_align)(next(seed) % 3), .columns = 2,
			.gap = (int)(next(seed) % 3) * 12, .grow = (int)(next(seed) % 2));

		if (role == UI_PANEL && depth < 3)
			add_random(tree, node, seed, depth + 1);
	}
}

static struct ui_tree *random_tree(uint32_t seed, uint32_t change)
{
	struct ui_tree *tree = ui_tree_new("でたらめ", "ja");

	add_random(tree, tree->root, &seed, 0);
	seed = change;
	if (change)
		add_random(tree, tree->root, &seed, 2);
	return tree;
}

static void partial_painting_equals_full_painting_of_random_trees(void **state)
{
	struct ui *ui = ui_open();
	cairo_surface_t *surface = canvas();
	char what[64];

	for (uint32_t round = 1; round <= RANDOM_ROUNDS; round++) {
		uint32_t same = round / 3; /* two of three share most of their nodes */

		ui_show(ui, random_tree(same, round));
		for (uint32_t i = 0; i < round % 4; i++)
			ui_key(ui, UI_KEY_NEXT, 0);
		snprintf(what, sizeof(what), "round %u", round);
		paint_and_compare(ui, surface, what);
	}
	cairo_surface_destroy(surface);
	ui_free(ui);
}

static void one_more_digit_repaints_only_its_dots(void **state)
{
	struct ui *ui = ui_open();
	cairo_surface_t *surface = canvas();
	int64_t painted;

	ui_show(ui, ui_screen_new(SCREEN_PIN, 1));
	paint_and_compare(ui, surface, "one");
	ui_show(ui, ui_screen_new(SCREEN_PIN, 2));
	painted = paint_and_compare(ui, surface, "two");
	assert_true(painted > 0);
	assert_true(painted * 15 < (int64_t)WIDTH * HEIGHT);
	cairo_surface_destroy(surface);
	ui_free(ui);
}

static void the_same_screen_again_paints_nothing(void **state)
{
	struct ui *ui = ui_open();
	cairo_surface_t *surface = canvas();
	struct ui_rect rects[4];

	ui_show(ui, ui_screen_new(SCREEN_CONFIRM, 0));
	assert_int_equal(ui_paint(ui, surface, rects, 4), 1);
	ui_show(ui, ui_screen_new(SCREEN_CONFIRM, 0));
	assert_false(ui_has_damage(ui));
	assert_int_equal(ui_paint(ui, surface, rects, 4), 0);
	cairo_surface_destroy(surface);
	ui_free(ui);
}

static void a_pressed_button_is_repainted_and_comes_back(void **state)
{
	struct ui *ui = ui_open();
	cairo_surface_t *surface = canvas();
	const struct ui_node *yes;
	int x, y;

	ui_show(ui, ui_screen_new(SCREEN_CONFIRM, 0));
	paint_and_compare(ui, surface, "before");
	yes = ui_find(ui_tree_shown(ui), "yes");
	x = yes->box.x + yes->box.width / 2;
	y = yes->box.y + 12;
	assert_int_equal(pixel(surface, x, y), 0x0017c1);
	ui_touch_down(ui, x, y, 10000);
	paint_and_compare(ui, surface, "down");
	assert_int_equal(pixel(surface, x, y), 0x000060);
	ui_touch_cancel(ui);
	paint_and_compare(ui, surface, "cancelled");
	assert_int_equal(pixel(surface, x, y), 0x0017c1);
	cairo_surface_destroy(surface);
	ui_free(ui);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(partial_painting_equals_full_painting_between_all_screens),
		cmocka_unit_test(partial_painting_equals_full_painting_of_random_trees),
		cmocka_unit_test(one_more_digit_repaints_only_its_dots),
		cmocka_unit_test(the_same_screen_again_paints_nothing),
		cmocka_unit_test(a_pressed_button_is_repainted_and_comes_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
