/* SPDX-License-Identifier: MIT
 * What a town's folder says: its merged result, and who said a value. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/config/layer/explain.h"
#include "shared/config/layer/print.h"
#include "shared/config/tool/tool.h"
#include "shared/base/banned.h"

int tool_read_sound(const struct tool_call *call, const char *path, struct loaded *ret_loaded)
{
	CLEANUP(findings_release) struct findings findings = {0};
	int r = loaded_read(path, &call->options, &findings, ret_loaded);

	if (r < 0)
		return command_failed(TOOL, "there was no memory to read %s — try again", path);
	if (findings.n_errors == 0)
		return COMMAND_DONE;
	findings_print(&findings, stderr);
	return command_failed(TOOL, "%s has errors — mend them first", path);
}

static int print_json(const struct tree *root)
{
	json_t *json = tree_encode(root, NULL);
	int r = json ? json_dumpf(json, stdout, JSON_COMPACT) : -1;

	json_decref(json);
	return r < 0 || putchar('\n') == EOF || fflush(stdout) != 0 ? -1 : 0;
}

int tool_print(const struct tool_call *call)
{
	CLEANUP(loaded_release) struct loaded loaded = {0};
	int r;

	if (call->n_words != 1)
		return tool_usage();
	r = tool_read_sound(call, call->words[0], &loaded);
	if (r != COMMAND_DONE)
		return r;
	if ((call->is_json ? print_json(loaded.root) : tree_print(loaded.root, NULL, stdout)) < 0)
		return command_failed(TOOL, "the result could not be written — see that there is room for it");
	return COMMAND_DONE;
}

int tool_explain(const struct tool_call *call)
{
	CLEANUP(loaded_release) struct loaded loaded = {0};
	int r;

	if (call->n_words != 2)
		return tool_usage();
	r = tool_read_sound(call, call->words[0], &loaded);
	if (r != COMMAND_DONE)
		return r;
	r = explain_print(&loaded, call->words[1], stdout);
	if (r == -ENOENT)
		return command_failed(TOOL,
			"no layer of %s says anything about \"%s\" — look for the key in the output of print",
				      call->words[0], call->words[1]);
	return r < 0 ? command_failed(TOOL,
		"the answer could not be written — see that there is room for it") : COMMAND_DONE;
}
