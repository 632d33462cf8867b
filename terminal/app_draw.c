/* SPDX-License-Identifier: MIT
 * --draw: every screen with a sample visit to PNG, in each language, without a window; a text that does not fit its box
 * fails the run, so that a town sees it before a resident does. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "shared/base/command.h"
#include "shared/render/surface_png.h"
#include "terminal/app.h"
#include "terminal/app_page.h"
#include "terminal/screen/screen.h"
#include "terminal/ui/ui.h"
#include "shared/base/banned.h"

#define PROGRAM "madoguchi-terminal"
#define PROBLEM_BYTES_MAX 4096
#define RECTS_MAX 16

struct drawing {
	const struct app_options *options;
	const struct config *config;
	struct ui *ui;
	cairo_surface_t *surface, *page;
	int n_problems;
	size_t n_drawn;
};

static int draw_one(struct drawing *drawing, const struct screen_sample *sample, const char *language, size_t number)
{
	struct screen_view view = {.flow = &sample->flow, .preview = drawing->page};
	struct ui_tree *tree = screen_tree(&view);
	struct ui_rect rects[RECTS_MAX];
	char path[1024], problems[PROBLEM_BYTES_MAX] = "";

	if (!tree || ui_tree_is_broken(tree)) {
		ui_tree_free(tree);
		return command_failed(PROGRAM, "the screen %s has too many nodes", sample->name);
	}
	ui_show(drawing->ui, tree);
	ui_damage_all(drawing->ui);
	ui_paint(drawing->ui, drawing->surface, rects, RECTS_MAX);
	int n = ui_problems(drawing->ui, problems, sizeof problems);
	if (n > 0)
		fprintf(stderr, "%s %s:\n%s", language, sample->name, problems);
	drawing->n_problems += n;
	snprintf(path, sizeof path, "%s/%s-%02zu-%s.png", drawing->options->draw, language, number, sample->name);
	if (surface_save_png(drawing->surface, path) != CAIRO_STATUS_SUCCESS)
		return command_failed(PROGRAM, "cannot write %s: check the folder", path);
	return COMMAND_DONE;
}

static int draw_language_of(struct drawing *drawing, const struct config_office *office, int language)
{
	struct screen_sample samples[SCREEN_SAMPLES_MAX];
	size_t n = screen_samples(drawing->config, office, language, drawing->options->text_percent, samples);
	int code = COMMAND_DONE;

	for (size_t i = 0; i < n && code == COMMAND_DONE; i++) {
		if (drawing->options->screen && strcmp(samples[i].name, drawing->options->screen) != 0)
			continue;
		drawing->n_drawn++;
		code = draw_one(drawing, &samples[i], drawing->config->terminal.languages[language], i + 1);
	}
	screen_samples_release(samples, n);
	return code;
}

static int draw_all(struct drawing *drawing, const struct config_office *office)
{
	const struct app_options *options = drawing->options;
	bool is_found = false;

	for (size_t i = 0; i < drawing->config->terminal.n_languages; i++) {
		if (options->language && strcmp(options->language, drawing->config->terminal.languages[i]) != 0)
			continue;
		is_found = true;
		int code = draw_language_of(drawing, office, (int)i);
		if (code != COMMAND_DONE)
			return code;
	}
	if (!is_found)
		return command_failed(PROGRAM, "the configuration has no language %s", options->language);
	if (drawing->n_drawn == 0)
		return command_failed(PROGRAM, "there is no screen %s: leave --screen out to see all names", options->screen);
	if (drawing->n_problems > 0)
		return command_failed(PROGRAM, "%d layout problems: shorten the texts named above",
				      drawing->n_problems);
	return COMMAND_DONE;
}

int app_draw(const struct app_options *options, const struct config *config, const struct config_office *office)
{
	struct ui_options how = {.width = options->width ? options->width : 1080,
				 .height = options->height ? options->height : 1920,
				 .text_percent = options->text_percent, .key_colour = config->theme.key_colour};
	struct drawing drawing = {.options = options, .config = config};
	int code;

	if (mkdir(options->draw, 0777) < 0 && errno != EEXIST)
		return command_failed(PROGRAM, "cannot make %s", options->draw);
	if (ui_new(&how, NULL, NULL, &drawing.ui) < 0)
		return command_failed(PROGRAM, "no memory");
	drawing.surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, how.width, how.height);
	drawing.page = app_page_sample(config);
	code = draw_all(&drawing, office);
	cairo_surface_destroy(drawing.page);
	cairo_surface_destroy(drawing.surface);
	ui_free(drawing.ui);
	return code;
}
