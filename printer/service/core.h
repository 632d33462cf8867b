#pragma once
/* SPDX-License-Identifier: MIT
 * Core: carries out what the spool decides: writes the journal, asks and feeds the printers, keeps the pages that wait,
 * sets the timer. Tells its owner about jobs and conditions. Thread: the loop's. */
#include <stdbool.h>
#include <systemd/sd-event.h>
#include "shared/base/clock.h"
#include "shared/config/config.h"
#include "printer/journal/journal.h"
#include "printer/print.h"

struct core;

struct core_handlers {
	void (*job)(void *data, const char *key, enum print_state state, const char *reasons);
	void (*status)(void *data);
};

struct core_options {
	sd_event *loop;
	struct clock *clock;                       /* borrowed, as all of these */
	struct journal *journal;
	const struct config_printer_role *roles;
	size_t n_roles;
	const struct core_handlers *handlers;
	void *data;
};

/** core_new() - 0, -EINVAL for a role without a usable printer, -ENOMEM. Ends the loop with 1 when the journal cannot
 *  be written: nothing may be printed that is not recorded. */
MUST_USE int core_new(const struct core_options *options, struct core **ret_core);
struct core *core_free(struct core *core);
DEFINE_CLEANUP(struct core *, core_free)

/** core_submit() - @page_fd borrowed. The answer comes through the job handler, possibly before this returns.
 *  0; -EPERM, -EINVAL, -EFBIG for a page that cannot be taken; -ENOMEM; a journal fault. */
MUST_USE int core_submit(struct core *core, const char *role, const char *key, const char *format, int page_fd);
/** core_find() - what became of a key; PRINT_ABORTED for one that was never taken. */
MUST_USE int core_find(struct core *core, const char *key, enum print_state *ret_state);
/** core_is_idle() - no job waits or prints. */
bool core_is_idle(const struct core *core);
size_t core_n_roles(const struct core *core);
/** core_role() - "ready" or the reasons. Borrowed until the next event. */
struct print_role_status core_role(const struct core *core, size_t role);
