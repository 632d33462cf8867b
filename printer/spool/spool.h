#pragma once
/* SPDX-License-Identifier: MIT
 * Spool: what happens to every print job, as state + event + time in, effects out. No clock, no descriptor, no log.
 *   pending ─► processing ─► completed | aborted | unknown
 * A job is pending until the printer is known to be able to take it; only then is it recorded as processing, and
 * only after that record is durable does a byte of it leave. So after a power cut "pending" surely never reached paper
 * (its bytes were in RAM: aborted) and "processing" may have (unknown, and a person decides). One job at a time per
 * role, in order of arrival; a role's printers are tried in order of preference.
 * Source of the words: RFC 8011 job-state, job-state-reasons, printer-state-reasons. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "shared/base/cleanup.h"
#include "shared/base/limits.h"
#include "printer/print.h"

#define SPOOL_ROLES_MAX 8
#define SPOOL_PRINTERS_MAX 4                        /* URIs of one role */
#define SPOOL_JOBS_MAX 32                           /* waiting and printing, all roles together */
#define SPOOL_BYTES_MAX (4 * (int64_t)PAGE_BYTES_MAX) /* of their pages in RAM */
#define SPOOL_REASONS_MAX 200
#define SPOOL_WORD_MAX 64                           /* role, format */
#define SPOOL_EFFECTS_MAX 256

#define SPOOL_PATIENCE_MS (10 * 60 * 1000)          /* a page nobody collects must not come out hours later */
#define SPOOL_BACKOFF_FIRST_MS 500
#define SPOOL_BACKOFF_LAST_MS 15000
#define SPOOL_PROBE_MS 30000                        /* how often an idle printer is asked for its condition */

/** How one attempt to print ended, as the driver knows it. */
enum spool_outcome {
	SPOOL_PRINTED,
	SPOOL_NOT_SENT, /* surely no part of the page reached the printer: may be tried again */
	SPOOL_REFUSED,  /* surely not printed, and trying again would not help */
	SPOOL_LOST,     /* may or may not be on paper */
};

enum spool_effect_kind {
	SPOOL_CHECK,  /* ask printer (role, printer) for its condition; @format "" or that of the waiting job */
	SPOOL_RECORD, /* make @state of job @key durable before going on */
	SPOOL_SEND,   /* give the page of @job to (role, printer), just found ready */
	SPOOL_CANCEL, /* stop what (role, printer) is doing; its outcome is not waited for */
	SPOOL_TELL,   /* whoever handed in @key learns @state and @reasons */
	SPOOL_DROP,   /* the page of @job is not needed any more */
	SPOOL_STATUS, /* the condition of @role changed to @reasons */
};

struct spool_effect {
	enum spool_effect_kind kind;
	uint32_t job;
	size_t role, printer;
	enum print_state state;
	char key[PRINT_KEY_LENGTH_MAX + 1];
	char word[SPOOL_WORD_MAX]; /* format of a check, role's name of a record */
	char reasons[SPOOL_REASONS_MAX];
};

struct spool;

struct spool_role {
	const char *name;
	size_t n_printers; /* 1–SPOOL_PRINTERS_MAX */
};

/** spool_new() - the first tick asks every role's printers for their condition. 0, -EINVAL (bounds), -ENOMEM. */
MUST_USE int spool_new(const struct spool_role *roles, size_t n_roles, struct spool **ret_spool);
struct spool *spool_free(struct spool *spool);
DEFINE_CLEANUP(struct spool *, spool_free)

/** What the journal knows of a key. */
enum spool_known { SPOOL_KEY_NEW, SPOOL_KEY_ABORTED, SPOOL_KEY_COMPLETED, SPOOL_KEY_UNKNOWN };

/** spool_submit() - a job comes in. @known: the journal's final state of that key. A key that was printed or may have
 *  been is answered, not repeated; so is one that is on its way. One that surely never was may be tried again.
 *  Return: the job's number (> 0) when its page is to be kept until SPOOL_DROP, 0 when it is not needed. */
uint32_t spool_submit(struct spool *spool, int64_t now_mono_ms, const char *role, const char *key, const char *format,
		      int64_t n_bytes, enum spool_known known);
/** spool_checked() - a printer's condition: "" ready, else why it cannot take a job now. The reason
 *  "unsupported-document-format" is about the job, not about the printer. */
void spool_checked(struct spool *spool, int64_t now_mono_ms, size_t role, size_t printer, const char *reasons);
/** spool_noticed() - condition while a page is being printed; "" all is well. */
void spool_noticed(struct spool *spool, int64_t now_mono_ms, size_t role, size_t printer, const char *reasons);
/** spool_finished() - the end of what SPOOL_SEND began. */
void spool_finished(struct spool *spool, int64_t now_mono_ms, size_t role, size_t printer, enum spool_outcome outcome,
		    const char *reasons);
/** spool_tick() - time passed. */
void spool_tick(struct spool *spool, int64_t now_mono_ms);
/** spool_next_mono_ms() - when to tick next; INT64_MAX: only after another event. */
int64_t spool_next_mono_ms(const struct spool *spool);

/** spool_take_effects() - hands out the effects in the order in which they must be carried out and forgets them.
 *  @out holds SPOOL_EFFECTS_MAX. Return: how many. Must follow every event. */
size_t spool_take_effects(struct spool *spool, struct spool_effect *out);

/** spool_after_restart() - what a job found in the journal in @state has become: pages are lost with the RAM. */
enum print_state spool_after_restart(enum print_state state);

const char *spool_role_name(const struct spool *spool, size_t role);
/** spool_role_reasons() - "" ready. Before the first answer "connecting-to-device". */
const char *spool_role_reasons(const struct spool *spool, size_t role);
size_t spool_n_jobs(const struct spool *spool);
