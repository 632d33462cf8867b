#pragma once
/* SPDX-License-Identifier: MIT
 * Preview: a folder that shows a whole town before anybody else sees it: what the programs themselves draw, and an index to click through. */
#include "shared/config/config.h"
#include "shared/config/tool/jobs.h"
#include "shared/config/tool/tool.h"

struct preview {
	const struct tool_call *call;
	const char *town;              /* folder or bundle, as it was given */
	const char *out;
	const struct config *config;
	const struct findings *findings;
	struct memory *memory;
	struct jobs *jobs;
};

/** preview_plan() - fills preview->jobs and writes what they read (person, tickets) into the folder. 0 or negative errno. */
MUST_USE int preview_plan(struct preview *preview);
/** preview_answers() - adds --set FIELD=VALUE for what a resident would be asked on @form. */
void preview_answers(struct preview *preview, struct job *job, const struct form *form);
/** preview_index() - the page over all that is in the folder. 0 or negative errno. */
MUST_USE int preview_index(const struct preview *preview);
/** preview_title() - ja of @text without its readings. Borrowed from preview->memory. */
const char *preview_title(const struct preview *preview, const struct text *text);
