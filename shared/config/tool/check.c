/* SPDX-License-Identifier: MIT
 * Every finding of some towns: as lines for people, as one SARIF log for editors and CI. */
#include <errno.h>
#include <unistd.h>

#include "shared/base/fault.h"
#include "shared/config/language.h"
#include "shared/config/measure.h"
#include "shared/config/sarif.h"
#include "shared/config/tool/tool.h"
#include "shared/config/towns.h"
#include "shared/base/banned.h"

/* Prints what was found in one town, or with a log appends it there. */
static int tell_findings(void *data, const struct findings *findings)
{
	json_t *log = data;
	CLEANUP(freep) char *folder = NULL;

	if (!log) {
		findings_print(findings, stdout);
		return 0;
	}
	folder = getcwd(NULL, 0);
	return folder ? sarif_add(log, findings, folder) : fault_raise(-errno);
}

static int check_towns(const struct tool_call *call, json_t *log, size_t *ret_n_errors)
{
	int r = towns_check((const char *const *)call->words, (size_t)call->n_words, &call->options,
			    call->options.is_fast ? NULL : measure_town, tell_findings, log, ret_n_errors);

	if (r == -EIO)
		return command_failed(TOOL, "a part of the towns was not checked to its end — check again, fewer at a time");
	return r < 0 ? command_failed(TOOL, "there was no memory to check the towns — try again") : COMMAND_DONE;
}

static int tell_log(const json_t *log)
{
	if (json_dumpf(log, stdout, JSON_INDENT(1)) < 0 || putchar('\n') == EOF || fflush(stdout) != 0)
		return command_failed(TOOL, "the findings could not be written — see that there is room for them");
	return COMMAND_DONE;
}

int tool_check(const struct tool_call *call)
{
	json_t *log;
	size_t n_errors = 0;
	int r;

	if (call->n_words == 0)
		return tool_usage();
	if (!call->options.is_fast && measure_init() < 0)
		return command_failed(TOOL, "the fonts of a counter are not installed here, so texts cannot be measured — install "
					    "them, or give --fast");
	log = call->is_json ? sarif_new(TOOL) : NULL;
	if (call->is_json && !log)
		return command_failed(TOOL, "there was no memory to list the findings — try again");
	r = check_towns(call, log, &n_errors);
	if (r == COMMAND_DONE && log)
		r = tell_log(log);
	json_decref(log);
	if (r == COMMAND_DONE && n_errors > 0)
		return command_failed(TOOL, ngettext("%zu error found — mend it and check again", "%zu errors found — mend them and check again",
						     n_errors), n_errors);
	return r;
}
