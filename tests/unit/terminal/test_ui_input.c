/* SPDX-License-Identifier: MIT
 * Fingers and keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tests/unit/terminal/ui_screens.h"
#include "terminal/ui/ui.h"
#include "shared/base/banned.h"

struct seen {
	struct ui *ui;
	char pressed[64], entry[128];
	int n_presses, n_activities, next_screen;
};

static void on_action(void *data, const struct ui_node *node)
{
	struct seen *seen = data;

	snprintf(seen->pressed, sizeof(seen->pressed), "%s", node->key);
	seen->n_presses++;
	if (seen->next_screen >= 0)
		ui_show(seen->ui, ui_screen_new((enum ui_screen)seen->next_screen, 0));
}

static void on_entry(void *data, const struct ui_node *node, const char *text)
{
	struct seen *seen = data;

	snprintf(seen->entry, sizeof(seen->entry), "%s", text);
}

static void on_activity(void *data)
{
	((struct seen *)data)->n_activities++;
}

static void open_on(struct seen *seen, enum ui_screen screen, int step)
{
	static const struct ui_handlers handlers = {on_action, on_entry, on_activity};
	struct ui_options options = {1080, 1920, 100, "#0017c1"};

	*seen = (struct seen){.next_screen = -1};
	assert_int_equal(ui_new(&options, &handlers, seen, &seen->ui), 0);
	ui_show(seen->ui, ui_screen_new(screen, step));
}

static struct ui_rect box_of(const struct seen *seen, const char *key)
{
	const struct ui_node *node = ui_find(ui_tree_shown(seen->ui), key);

	assert_non_null(node);
	return node->box;
}

static void tap(struct seen *seen, int x, int y, int64_t at_ms)
{
	ui_touch_down(seen->ui, x, y, at_ms);
	ui_touch_up(seen->ui, x, y, at_ms + 80);
}

static void a_button_acts_on_release_not_on_touch(void **state)
{
	struct seen seen;
	struct ui_rect box;

	open_on(&seen, SCREEN_CONFIRM, 0);
	box = box_of(&seen, "yes");
	ui_touch_down(seen.ui, box.x + 50, box.y + 50, 1000);
	assert_int_equal(seen.n_presses, 0);
	ui_touch_up(seen.ui, box.x + 50, box.y + 50, 1100);
	assert_string_equal(seen.pressed, "yes");
	ui_free(seen.ui);
}

static void a_finger_a_little_beside_still_means_the_button(void **state)
{
	struct seen seen;
	struct ui_rect box;

	open_on(&seen, SCREEN_CONFIRM, 0);
	box = box_of(&seen, "yes");
	tap(&seen, box.x + 100, box.y - 11, 1000);
	assert_string_equal(seen.pressed, "yes");
	tap(&seen, box.x + 100, box.y - 20, 5000);
	assert_int_equal(seen.n_presses, 1);
	ui_free(seen.ui);
}

static void sliding_off_takes_the_press_back_for_good(void **state)
{
	struct seen seen;
	struct ui_rect box;

	open_on(&seen, SCREEN_CONFIRM, 0);
	box = box_of(&seen, "yes");
	ui_touch_down(seen.ui, box.x + 50, box.y + 50, 1000);
	ui_touch_move(seen.ui, box.x + 50, box.y - 30); /* within the slide */
	ui_touch_move(seen.ui, box.x + 50, box.y - 60);
	ui_touch_move(seen.ui, box.x + 50, box.y + 50);
	ui_touch_up(seen.ui, box.x + 50, box.y + 50, 1200);
	assert_int_equal(seen.n_presses, 0);
	ui_free(seen.ui);
}

static void a_second_touch_within_300_ms_is_the_same_one_bouncing(void **state)
{
	static const struct {
		int64_t gap_ms;
		int n_presses;
	} rows[] = {{0, 1}, {120, 1}, {299, 1}, {300, 2}, {900, 2}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct seen seen;
		struct ui_rect box;

		open_on(&seen, SCREEN_PIN, 0);
		box = box_of(&seen, "digit-5");
		tap(&seen, box.x + 9, box.y + 9, 1000);
		tap(&seen, box.x + 9, box.y + 9, 1080 + rows[i].gap_ms);
		assert_int_equal(seen.n_presses, rows[i].n_presses);
		ui_free(seen.ui);
	}
}

static void a_finger_never_presses_the_next_screens_button(void **state)
{
	struct seen seen;
	struct ui_rect box;

	open_on(&seen, SCREEN_PIN, 0);
	box = box_of(&seen, "staff");
	ui_touch_down(seen.ui, box.x + 9, box.y + 9, 1000);
	ui_show(seen.ui, ui_screen_new(SCREEN_CONFIRM, 0)); /* the same key lies under the finger there */
	ui_touch_up(seen.ui, box.x + 9, box.y + 9, 1100);
	assert_int_equal(seen.n_presses, 0);

	ui_show(seen.ui, ui_screen_new(SCREEN_PIN, 0));
	ui_touch_down(seen.ui, box.x + 9, box.y + 9, 3000);
	ui_show(seen.ui, ui_screen_new(SCREEN_PIN, 1)); /* only the content changed */
	ui_touch_up(seen.ui, box.x + 9, box.y + 9, 3100);
	assert_string_equal(seen.pressed, "staff");
	ui_free(seen.ui);
}

static void a_disabled_button_does_nothing(void **state)
{
	struct seen seen;
	struct ui_rect box;

	open_on(&seen, SCREEN_ENTRY, 0);
	box = box_of(&seen, "next");
	tap(&seen, box.x + 50, box.y + 50, 1000);
	ui_press(seen.ui, ui_find(ui_tree_shown(seen.ui), "next"));
	assert_int_equal(seen.n_presses, 0);
	assert_true(seen.n_activities > 0);
	ui_free(seen.ui);
}

static void tab_walks_in_reading_order_and_around(void **state)
{
	static const char *const order[] = {"text-size", "speak", "language", "yes", "no", "back", "quit", "staff"};
	struct seen seen;
	size_t n = sizeof(order) / sizeof(order[0]);

	open_on(&seen, SCREEN_CONFIRM, 0);
	assert_string_equal(ui_focus(seen.ui)->key, "yes"); /* UI_IS_DEFAULT_FOCUS */
	for (size_t i = 4; i < 4 + 2 * n; i++) {
		ui_key(seen.ui, UI_KEY_NEXT, 0);
		assert_string_equal(ui_focus(seen.ui)->key, order[i % n]);
	}
	for (size_t i = 3 + 2 * n; i-- > 3;) {
		ui_key(seen.ui, UI_KEY_PREVIOUS, 0);
		assert_string_equal(ui_focus(seen.ui)->key, order[i % n]);
	}
	ui_free(seen.ui);
}

static void focus_stays_on_its_key_and_starts_at_the_heading(void **state)
{
	struct seen seen;

	open_on(&seen, SCREEN_PIN, 0);
	assert_int_equal(ui_focus(seen.ui)->role, UI_HEADING);
	for (int i = 0; i < 3; i++)
		ui_key(seen.ui, UI_KEY_NEXT, 0);
	assert_string_equal(ui_focus(seen.ui)->key, "digit-2");
	ui_show(seen.ui, ui_screen_new(SCREEN_PIN, 1));
	assert_string_equal(ui_focus(seen.ui)->key, "digit-2");
	ui_show(seen.ui, ui_screen_new(SCREEN_QUESTION, 1));
	assert_int_equal(ui_focus(seen.ui)->role, UI_HEADING);
	ui_free(seen.ui);
}

static void keys_press_the_focus_digits_and_backspace(void **state)
{
	struct seen seen;

	open_on(&seen, SCREEN_PIN, 0);
	ui_type(seen.ui, "7");
	assert_string_equal(seen.pressed, "digit-7");
	ui_key(seen.ui, UI_KEY_DIGIT, 0);
	assert_string_equal(seen.pressed, "digit-0");
	ui_key(seen.ui, UI_KEY_BACKSPACE, 0);
	assert_string_equal(seen.pressed, "backspace");
	ui_key(seen.ui, UI_KEY_PREVIOUS, 0);
	seen.next_screen = SCREEN_START; /* the handler may replace the tree under the press */
	ui_key(seen.ui, UI_KEY_PRESS, 0);
	assert_int_equal(seen.n_presses, 4);
	ui_free(seen.ui);
}

static void an_entry_takes_text_and_deletes_a_letter_with_its_variation_selector(void **state)
{
	struct seen seen;
	struct ui_tree *tree = ui_tree_new("名前", "ja");

	open_on(&seen, SCREEN_ENTRY, 2);
	ui_type(seen.ui, "子");
	assert_string_equal(seen.entry, "みほん子");
	ui_type(seen.ui, "1");
	assert_string_equal(seen.entry, "みほん1");
	ui_key(seen.ui, UI_KEY_BACKSPACE, 0);
	assert_string_equal(seen.entry, "みほ");
	UI_ADD(tree, tree->root, .role = UI_ENTRY, .key = "name", .value = "見葛\xf3\xa0\x84\x80");
	ui_show(seen.ui, tree);
	ui_key(seen.ui, UI_KEY_BACKSPACE, 0);
	assert_string_equal(seen.entry, "見");
	ui_free(seen.ui);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_button_acts_on_release_not_on_touch),
		cmocka_unit_test(a_finger_a_little_beside_still_means_the_button),
		cmocka_unit_test(sliding_off_takes_the_press_back_for_good),
		cmocka_unit_test(a_second_touch_within_300_ms_is_the_same_one_bouncing),
		cmocka_unit_test(a_finger_never_presses_the_next_screens_button),
		cmocka_unit_test(a_disabled_button_does_nothing),
		cmocka_unit_test(tab_walks_in_reading_order_and_around),
		cmocka_unit_test(focus_stays_on_its_key_and_starts_at_the_heading),
		cmocka_unit_test(keys_press_the_focus_digits_and_backspace),
		cmocka_unit_test(an_entry_takes_text_and_deletes_a_letter_with_its_variation_selector),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
