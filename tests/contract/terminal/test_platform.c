/* SPDX-License-Identifier: MIT
 * What every platform driver promises, headless and SDL (its dummy driver: a window without a display). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <cmocka.h>

#include <SDL.h>
#include <glib.h>
#include "terminal/platform/main_loop.h"
#include "terminal/platform/platform.h"
#include "tests/unit/terminal/ui_screens.h"
#include "shared/base/banned.h"

static const enum platform_kind kinds[] = {PLATFORM_HEADLESS, PLATFORM_SDL};

static struct platform *open_kind(enum platform_kind kind, const struct platform_handlers *handlers, void *data)
{
	struct platform_options options = {kind, 360, 640, false, "Madoguchi"};
	struct platform *platform = NULL;

	assert_int_equal(platform_new(&options, handlers, data, &platform), 0);
	return platform;
}

static struct ui *open_ui(const struct ui_handlers *handlers, void *data)
{
	struct ui_options options = {360, 640, 100, "#0017c1"};
	struct ui *ui = NULL;

	assert_int_equal(ui_new(&options, handlers, data, &ui), 0);
	return ui;
}

static void the_surface_has_the_windows_size_and_32_bits(void **state)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct platform *platform = open_kind(kinds[i], NULL, NULL);
		cairo_surface_t *surface = platform_surface(platform);

		assert_int_equal(cairo_image_surface_get_width(surface), 360);
		assert_int_equal(cairo_image_surface_get_height(surface), 640);
		assert_int_equal(cairo_image_surface_get_format(surface), CAIRO_FORMAT_RGB24);
		platform_free(platform);
	}
}

static void a_connected_ui_is_painted_by_the_loop_alike_everywhere(void **state)
{
	unsigned char *first = NULL;
	size_t size = 0;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct platform *platform = open_kind(kinds[i], NULL, NULL);
		struct ui *ui = open_ui(NULL, NULL);
		cairo_surface_t *surface = platform_surface(platform);

		platform_connect(platform, ui);
		ui_show(ui, ui_screen_new(SCREEN_TICKET, 0));
		for (int turns = 0; ui_has_damage(ui) && turns < 100; turns++)
			g_main_context_iteration(NULL, FALSE);
		assert_false(ui_has_damage(ui));
		if (!first) {
			size = (size_t)cairo_image_surface_get_stride(surface) * 640;
			first = malloc(size);
			assert_non_null(first);
			memcpy(first, cairo_image_surface_get_data(surface), size);
		}
		for (size_t at = 0; at < size; at++)
			if (at % 4 != 3) /* the fourth byte of RGB24 is nobody's */
				assert_int_equal(first[at], cairo_image_surface_get_data(surface)[at]);
		platform_free(platform);
		ui_free(ui);
	}
	free(first);
}

static void a_window_without_size_is_refused(void **state)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct platform_options options = {kinds[i], 0, 640, false, NULL};
		struct platform *platform = NULL;

		assert_int_equal(platform_new(&options, NULL, NULL, &platform), -EINVAL);
		assert_null(platform);
	}
}

static void on_action(void *data, const struct ui_node *node)
{
	snprintf(data, 32, "%s", node->key);
}

static void push(SDL_Event event)
{
	assert_int_equal(SDL_PushEvent(&event), 1);
	while (g_main_context_iteration(NULL, FALSE))
		;
}

static void fingers_and_keys_of_sdl_reach_the_ui(void **state)
{
	static const struct ui_handlers handlers = {.action = on_action};
	char pressed[32] = "";
	struct ui *ui = open_ui(&handlers, pressed);
	struct platform *platform = open_kind(PLATFORM_SDL, NULL, NULL);
	struct ui_rect box;
	SDL_Event finger = {.tfinger = {.type = SDL_FINGERDOWN, .fingerId = 7}}, key = {.key = {.type = SDL_KEYDOWN}};

	platform_connect(platform, ui);
	ui_show(ui, ui_screen_new(SCREEN_CONFIRM, 0));
	box = ui_find(ui_tree_shown(ui), "no")->box;
	finger.tfinger.x = (float)(box.x + 20) / 360;
	finger.tfinger.y = (float)(box.y + 20) / 640;
	push(finger);
	finger.tfinger.fingerId = 8; /* a second finger changes nothing */
	finger.type = SDL_FINGERUP;
	push(finger);
	assert_string_equal(pressed, "");
	finger.tfinger.fingerId = 7;
	push(finger);
	assert_string_equal(pressed, "no");
	key.key.keysym.sym = SDLK_TAB;
	push(key);
	key.key.keysym.sym = SDLK_RETURN;
	push(key);
	assert_string_equal(pressed, "back");
	platform_free(platform);
	ui_free(ui);
}

static int on_time(sd_event_source *source, uint64_t at_us, void *data)
{
	return sd_event_exit(sd_event_source_get_event(source), 42);
}

static void the_main_loop_ends_with_the_exit_code_of_sd_event(void **state)
{
	sd_event *event = NULL;
	struct main_loop *loop = NULL;

	assert_true(sd_event_new(&event) >= 0);
	assert_true(sd_event_add_time_relative(event, NULL, CLOCK_MONOTONIC, 20000, 1000, on_time, NULL) >= 0);
	assert_int_equal(main_loop_new(event, &loop), 0);
	assert_int_equal(main_loop_run(loop), 42);
	main_loop_free(loop);
	sd_event_unref(event);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_surface_has_the_windows_size_and_32_bits),
		cmocka_unit_test(a_connected_ui_is_painted_by_the_loop_alike_everywhere),
		cmocka_unit_test(a_window_without_size_is_refused),
		cmocka_unit_test(fingers_and_keys_of_sdl_reach_the_ui),
		cmocka_unit_test(the_main_loop_ends_with_the_exit_code_of_sd_event),
	};

	setenv("SDL_VIDEODRIVER", "dummy", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
