#pragma once
/* SPDX-License-Identifier: MIT
 * Tool: the subcommands of madoguchi-config, one file per group; config_cli.c has the table of them. Each gives the exit
 * status of the program (shared/base/command.h). */
#include "shared/base/command.h"
#include "shared/config/arguments.h"
#include "shared/config/layer/load.h"

#define TOOL "madoguchi-config"

/** What stood on the command line. Borrowed from argv. */
struct tool_call {
	struct config_arguments towns;
	struct config_options options; /* of them */
	const char *key, *pub, *output;
	const char *serial, *not_before, *expires; /* pack */
	const char *name, *name_kana, *name_en, *extends; /* new */
	const char *html;              /* matrix */
	const char *language;          /* of findings; NULL: as the environment says */
	bool is_json, is_all;
	bool is_manual, is_language_file; /* schema */
	char **words;                  /* what follows the subcommand */
	int n_words;
};

int tool_new(const struct tool_call *call);
int tool_check(const struct tool_call *call);
int tool_print(const struct tool_call *call);
int tool_explain(const struct tool_call *call);
int tool_diff(const struct tool_call *call);
int tool_matrix(const struct tool_call *call);
int tool_preview(const struct tool_call *call);
int tool_schema(const struct tool_call *call);
int tool_keygen(const struct tool_call *call);
int tool_pack(const struct tool_call *call);
int tool_verify(const struct tool_call *call);

/** tool_manual() - the reference manual in Markdown. */
int tool_manual(void);
/** tool_usage() - the right usage on stderr. Return: COMMAND_USAGE. */
int tool_usage(void);
/** tool_read_sound() - reads a town that must be sound; its errors go to stderr. Return: COMMAND_DONE and *ret_loaded, else
 *  COMMAND_FAILED, told. */
int tool_read_sound(const struct tool_call *call, const char *path, struct loaded *ret_loaded);
