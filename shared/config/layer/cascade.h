#pragma once
/* SPDX-License-Identifier: MIT
 * Cascade: what hangs on a removed entry goes with it. A town that removes a service writes one line; the procedures, results
 * of the guide and windows' lists by which weaker layers name that service are dropped too, today's and those a later
 * version of the catalogue brings. What the removing layer itself, or a stronger one, names stays: it is a finding. */
#include "shared/config/layer/tree.h"

/** An entry that was removed. */
struct removal {
	const char *list;  /* name of the list: services */
	const char *id;
	const char *layer; /* which removed it */
	struct removal *next;
};

/** cascade_note() - remembers a removal for cascade_run(). */
void cascade_note(struct loading *loading, const char *list, const char *id, const char *layer);
/** cascade_run() - on a merged tree; a procedure, window or result that goes is a removal in its turn. */
void cascade_run(struct loading *loading, struct tree *root);
