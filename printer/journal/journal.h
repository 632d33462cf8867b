#pragma once
/* SPDX-License-Identifier: MIT
 * Journal: the durable side of the spool: per print key its role, state, reasons and times. Never page bytes, never a
 * name. SQLite in WAL mode with synchronous=FULL: what journal_record() returned 0 for survives a power cut. Keys are
 * kept JOURNAL_KEPT_DAYS, so long the same key prints once. Thread: the loop's. */
#include <stdbool.h>
#include <stdint.h>
#include "shared/base/cleanup.h"
#include "printer/print.h"

#define JOURNAL_KEPT_DAYS 30

struct journal;

/** journal_open() - @directory exists, 0700. Jobs left over by the last run take the state they have become
 *  (spool_after_restart); *ret_n_unknown says of how many nobody knows whether they are on paper. 0, -EBADMSG (not our
 *  journal, or damaged), -EIO, -ENOSPC, … */
MUST_USE int journal_open(const char *directory, int64_t now_utc_ms, struct journal **ret_journal, int *ret_n_unknown);
struct journal *journal_close(struct journal *journal);
DEFINE_CLEANUP(struct journal *, journal_close)

/** journal_record() - durable when it returns 0. After a failure nothing more may be printed. */
MUST_USE int journal_record(struct journal *journal, int64_t now_utc_ms, const char *key, const char *role,
			    enum print_state state, const char *reasons);
/** journal_find() - *ret_is_known false when the key is new. */
MUST_USE int journal_find(struct journal *journal, const char *key, bool *ret_is_known, enum print_state *ret_state);
/** journal_forget_old() - drops keys last changed more than JOURNAL_KEPT_DAYS ago. */
MUST_USE int journal_forget_old(struct journal *journal, int64_t now_utc_ms);
