#pragma once
/* SPDX-License-Identifier: MIT
 * Hand-over: an accepted draft for the section's own system, as STATE/handover/SERVICE/OFFICE-TICKET-N.json and .csv.
 * A file appears whole or not at all. In the CSV no value can become a formula of a spreadsheet. */
#include "shared/base/cleanup.h"
#include "shared/config/config.h"
#include "shared/model/draft.h"

struct handover {
	const char *state_dir, *office, *ticket, *service, *accepted_at, *accepted_by;
	int i;
	const struct draft *draft;
	const struct form *form; /* NULL: no longer configured; columns are then as in the draft */
};

/** handover_write() - 0 when both files are on the disk. */
MUST_USE int handover_write(const struct handover *handover);
