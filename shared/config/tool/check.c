/* SPDX-License-Identifier: MIT
 * Every finding of some towns: as lines for people, as one SARIF log for editors and CI. */
#include <errno.h>
#include <unistd.h>

#include "shared/base/fault.h"
#include "shared/config/measure.h"
#include "shared/config/sarif.h"
#include "shared/config/tool/tool.h"
#include "shared/base/banned.h"

/* Prints what was found in one town, or with @log appends it there. */
static int tell_findings(const struct findings *findings, json_t *log)
{
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
	size_t n_errors = 0;

	for (int i = 0; i < call->n_words; i++) {
		CLEANUP(findings_release) struct findings findings = {0};
		CLEANUP(loaded_release) struct loaded loaded = {0};
		int r = loaded_check(call->words[i], &call->options, &findings, &loaded);

		if (r == 0 && !call->options.is_fast)
			measure_town(&loaded, &findings);
		if (r == 0 || findings.n_errors > 0)
			r = tell_findings(&findings, log);
		if (r < 0)
			return command_failed(TOOL, "there was no memory to check %s — try again", call->words[i]);
		n_errors += findings.n_errors;
	}
	*ret_n_errors = n_errors;
	return COMMAND_DONE;
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
		return command_failed(TOOL,
			"%zu error%s found — mend them and check again", n_errors, n_errors == 1 ? "" : "s");
	return r;
}
