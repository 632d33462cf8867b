/* SPDX-License-Identifier: MIT
 * ui_draw FOLDER [TEXT-PERCENT [WIDTH HEIGHT]]: draws the test screens to FOLDER/NAME.png and prints what
 * ui_problems() says about each, for looking at. */
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/terminal/ui_screens.h"
#include "terminal/platform/platform.h"
#include "shared/base/banned.h"

int main(int argc, char **argv)
{
	int percent = argc > 2 ? (int)strtol(argv[2], NULL, 10) : 100;
	int width = argc > 4 ? (int)strtol(argv[3], NULL, 10) : 1080, height = argc > 4 ? (int)strtol(argv[4], NULL, 10) : 1920;

	if (argc < 2)
		return 2;
	for (int i = 0; i < N_UI_SCREENS; i++) {
		struct ui_options options = {width, height, percent, "#0017c1"};
		struct platform_options window = {PLATFORM_HEADLESS, width, height, false, NULL};
		CLEANUP(ui_freep) struct ui *ui = NULL;
		CLEANUP(platform_freep) struct platform *platform = NULL;
		struct ui_rect rects[8];
		char path[512], problems[4096];

		if (ui_new(&options, NULL, NULL, &ui) < 0 || platform_new(&window, NULL, NULL, &platform) < 0)
			return 1;
		ui_show(ui, ui_screen_new((enum ui_screen)i, 1));
		ui_paint(ui, platform_surface(platform), rects, 8);
		ui_problems(ui, problems, sizeof(problems));
		printf("%s\n%s", ui_screen_names[i], problems);
		snprintf(path, sizeof(path), "%s/%s.png", argv[1], ui_screen_names[i]);
		if (cairo_surface_write_to_png(platform_surface(platform), path) != CAIRO_STATUS_SUCCESS)
			return 1;
	}
	return 0;
}
