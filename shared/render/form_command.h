#pragma once
/* SPDX-License-Identifier: MIT
 * madoguchi-form at the command line: what its parts share. */
#include "shared/config/arguments.h"
#include "shared/model/draft.h"

enum form_mode { FORM_COMMAND, FORM_WORKER, FORM_NUMBER_PAGE };

struct form_command {
	struct config_arguments towns;
	struct config *configs[CONFIG_PATHS_MAX];
	size_t n_configs;
	const char *argument;   /* FORM or draft.json */
	const char *person_path;
	const char *output_path;
	const char *date_iso;
	const char *clock_file;
	const char **sets;      /* field=value */
	size_t n_sets;
	double dpi;
	bool is_blank, is_json;
	enum form_mode mode;
};

#define FORM_PROGRAM "madoguchi-form"

/** form_command_load() - all configurations; findings of errors go to stderr. 0 or negative errno. */
MUST_USE int form_command_load(struct form_command *command);
void form_command_release(struct form_command *command);

/* The commands. Return: exit code. */
int form_list(const struct form_command *command);
int form_fill(const struct form_command *command);
int form_check(const struct form_command *command);
int form_render(const struct form_command *command);

/** form_worker_run() - serves render requests on CHILD_LINK_FD until the link closes, or one for a page with a number
 *  (FORM_NUMBER_PAGE). Return: exit code. */
int form_worker_run(struct form_command *command);
