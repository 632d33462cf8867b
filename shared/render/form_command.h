#pragma once
/* SPDX-License-Identifier: MIT
 * madoguchi-form at the command line: what its parts share. */
#include "shared/config/config.h"
#include "shared/model/draft.h"

#define FORM_CONFIGS_MAX 96

struct form_command {
	const char *config_paths[FORM_CONFIGS_MAX];
	size_t n_config_paths;
	struct config_options config_options;
	struct config *configs[FORM_CONFIGS_MAX];
	size_t n_configs;
	const char *argument;   /* FORM or draft.json */
	const char *person_path;
	const char *output_path;
	const char *date_iso;
	const char *clock_file;
	const char **sets;      /* field=value */
	size_t n_sets;
	double dpi;
	bool is_blank, is_json, is_worker;
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

/** form_worker_run() - serves render requests on CHILD_LINK_FD until the link closes. Return: exit code. */
int form_worker_run(struct form_command *command);
