#pragma once
/* SPDX-License-Identifier: MIT
 * App: the terminal's program around the pure flow: window, helpers, queue, printers, and the one visit's secrets. */
#include "shared/base/cleanup.h"
#include "shared/config/town.h"

struct app_options {
	struct config_arguments towns; /* one path */
	const char *queue_url, *ca_file, *token_file, *state_dir, *print_socket;
	const char *reader, *trust, *camera, *clock_file;
	int width, height;       /* 0: the whole display */
	int text_percent;        /* --draw */
	const char *draw, *language, *screen; /* @screen NULL: all */
	bool is_local;           /* the queue is on this machine: nothing need be signed */
};

/** app_options_parse() - COMMAND_DONE and the options; or the exit code with everything said. *ret_is_over: --help and the
 *  like: nothing more to do. */
int app_options_parse(int argc, char **argv, struct app_options *ret_options, bool *ret_is_over);
/** app_config() - of --draw: the configuration and the office, or the exit code with every finding printed. */
int app_config(const struct app_options *options, struct config **ret_config, const struct config_office **ret_office);
/** app_draw() - every screen to PNG; COMMAND_FAILED when a layout has a problem, each told on stderr. */
int app_draw(const struct app_options *options, const struct config *config, const struct config_office *office);

struct app;
/** app_new() - configuration, window, helpers and connections. 0 or a negative errno with one line on stderr. */
MUST_USE int app_new(const struct app_options *options, struct app **ret_app);
struct app *app_free(struct app *app);
DEFINE_CLEANUP(struct app *, app_free)
/** app_run() - until SIGTERM or the window is closed. Return: an exit code. */
int app_run(struct app *app);
