/* SPDX-License-Identifier: MIT
 * madoguchi-terminal: the resident's screen. One visit is a value (flow), its screen a function of that value (screen),
 * and everything that touches the world is wired around them (app). */
#include "shared/base/command.h"
#include "shared/base/secret.h"
#include "shared/log/log.h"
#include "shared/model/wipe.h"
#include "shared/render/fonts.h"
#include "terminal/app.h"
#include "shared/base/banned.h"

int main(int argc, char **argv)
{
	CLEANUP(config_freep) struct config *config = NULL;
	CLEANUP(app_freep) struct app *app = NULL;
	const struct config_office *office = NULL;
	struct app_options options;
	bool is_over = false;

	int code = app_options_parse(argc, argv, &options, &is_over);
	if (code != COMMAND_DONE || is_over)
		return code;
	log_open("madoguchi-terminal");
	wipe_json();
	if (secret_init_process() < 0)
		return command_failed("madoguchi-terminal", "no protected memory: check the memlock limit");
	if (fonts_init() < 0)
		return command_failed("madoguchi-terminal", "BIZ UD fonts are missing: install fonts-morisawa-bizud-gothic");
	if (options.draw) {
		code = app_config(&options, &config, &office);
		return code == COMMAND_DONE ? app_draw(&options, config, office) : code;
	}
	if (app_new(&options, &app) < 0)
		return COMMAND_FAILED;
	return app_run(app);
}
