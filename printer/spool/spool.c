/* SPDX-License-Identifier: MIT
 * Jobs stand in one small array in order of arrival, so "the next job of a role" is the first one found. A role is
 * resting, checking one of its printers, printing, or waiting out a back-off. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "shared/base/fault.h"
#include "printer/spool/spool.h"
#include "shared/base/banned.h"

#define REASON_STARTING "connecting-to-device"
#define REASON_FULL "spool-area-full"
#define REASON_NO_ROLE "destination-uri-failed"
#define REASON_FORMAT "unsupported-document-format"
#define REASON_TIMED_OUT "timed-out"

struct job {
	uint32_t id; /* 0: free */
	size_t role;
	enum print_state state; /* pending or processing: a finished job leaves at once */
	int64_t n_bytes;
	int64_t wanted_until_mono_ms; /* pending: nobody stands there waiting for it any more */
	int64_t deadline_mono_ms;     /* in its present state */
	char key[PRINT_KEY_LENGTH_MAX + 1];
	char format[SPOOL_WORD_MAX];
};

enum phase { RESTING, CHECKING, PRINTING };

struct role {
	char name[SPOOL_WORD_MAX];
	size_t n_printers;
	enum phase phase;
	size_t printer;         /* the one being checked or printing */
	size_t n_format;        /* printers of this round that can never take the waiting job's format */
	uint32_t job;           /* this round is for that waiting job; 0: a mere probe */
	int64_t next_mono_ms;   /* resting: when to check again */
	int64_t backoff_ms;
	char reasons[SPOOL_REASONS_MAX]; /* as told */
	char first[SPOOL_REASONS_MAX];   /* of this round: what the preferred printer said */
};

struct spool {
	struct role roles[SPOOL_ROLES_MAX];
	size_t n_roles;
	struct job jobs[SPOOL_JOBS_MAX]; /* in order of arrival */
	size_t n_jobs;
	uint32_t last_id;
	struct spool_effect effects[SPOOL_EFFECTS_MAX];
	size_t n_effects;
};

static void copy_text(char *out, size_t size, const char *text)
{
	size_t len = strnlen(text, size - 1);

	memmove(out, text, len);
	out[len] = '\0';
}

int spool_new(const struct spool_role *roles, size_t n_roles, struct spool **ret_spool)
{
	CLEANUP(spool_freep) struct spool *spool = NULL;

	if (n_roles > SPOOL_ROLES_MAX)
		return fault_raise(-EINVAL);
	spool = calloc(1, sizeof(*spool));
	if (!spool)
		return fault_raise(-ENOMEM);
	for (size_t i = 0; i < n_roles; i++) {
		struct role *role = &spool->roles[i];

		if (!roles[i].n_printers || roles[i].n_printers > SPOOL_PRINTERS_MAX ||
		    strlen(roles[i].name) >= SPOOL_WORD_MAX)
			return fault_raise(-EINVAL);
		copy_text(role->name, sizeof(role->name), roles[i].name);
		copy_text(role->reasons, sizeof(role->reasons), REASON_STARTING);
		role->n_printers = roles[i].n_printers;
		role->next_mono_ms = INT64_MIN;
	}
	spool->n_roles = n_roles;
	*ret_spool = TAKE(spool);
	return 0;
}

struct spool *spool_free(struct spool *spool)
{
	free(spool);
	return NULL;
}

/* An event makes at most a few effects per job, so the array cannot overflow when it is emptied after each. */
static struct spool_effect *effect_add(struct spool *spool, enum spool_effect_kind kind, size_t role)
{
	struct spool_effect *effect;

	if (spool->n_effects == SPOOL_EFFECTS_MAX)
		abort();
	effect = &spool->effects[spool->n_effects++];
	*effect = (struct spool_effect){.kind = kind, .role = role};
	return effect;
}

static void tell(struct spool *spool, size_t role, const char *key, enum print_state state, const char *reasons)
{
	struct spool_effect *effect = effect_add(spool, SPOOL_TELL, role);

	effect->state = state;
	copy_text(effect->key, sizeof(effect->key), key);
	copy_text(effect->reasons, sizeof(effect->reasons), reasons);
}

/* Durable first, told second. */
static void job_change(struct spool *spool, struct job *job, enum print_state state, const char *reasons)
{
	struct spool_effect *effect = effect_add(spool, SPOOL_RECORD, job->role);

	job->state = state;
	effect->job = job->id;
	effect->state = state;
	copy_text(effect->key, sizeof(effect->key), job->key);
	copy_text(effect->word, sizeof(effect->word), spool->roles[job->role].name);
	copy_text(effect->reasons, sizeof(effect->reasons), reasons);
	tell(spool, job->role, job->key, state, reasons);
}

static void job_end(struct spool *spool, struct job *job, enum print_state state, const char *reasons)
{
	size_t at = (size_t)(job - spool->jobs);

	job_change(spool, job, state, reasons);
	effect_add(spool, SPOOL_DROP, job->role)->job = job->id;
	memmove(job, job + 1, (spool->n_jobs - at - 1) * sizeof(*job));
	spool->jobs[--spool->n_jobs] = (struct job){0};
}

static struct job *job_find(struct spool *spool, size_t role, enum print_state state)
{
	for (size_t i = 0; i < spool->n_jobs; i++)
		if (spool->jobs[i].role == role && spool->jobs[i].state == state)
			return &spool->jobs[i];
	return NULL;
}

static void role_show(struct spool *spool, size_t at, const char *reasons)
{
	struct role *role = &spool->roles[at];

	if (strcmp(role->reasons, reasons) == 0)
		return;
	copy_text(role->reasons, sizeof(role->reasons), reasons);
	copy_text(effect_add(spool, SPOOL_STATUS, at)->reasons, SPOOL_REASONS_MAX, reasons);
	for (size_t i = 0; i < spool->n_jobs; i++)
		if (spool->jobs[i].role == at && spool->jobs[i].state == PRINT_PENDING)
			tell(spool, at, spool->jobs[i].key, PRINT_PENDING, reasons);
}

static void role_check(struct spool *spool, size_t at, size_t printer)
{
	struct role *role = &spool->roles[at];
	struct job *job = job_find(spool, at, PRINT_PENDING);
	struct spool_effect *effect;

	if (printer == 0) {
		role->n_format = 0;
		role->first[0] = '\0';
		role->job = job ? job->id : 0;
	}
	role->phase = CHECKING;
	role->printer = printer;
	effect = effect_add(spool, SPOOL_CHECK, at);
	effect->printer = printer;
	if (job && role->job == job->id)
		copy_text(effect->word, sizeof(effect->word), job->format);
}

/* Nothing to do now: the next job starts at once, else the next probe is set. */
static void role_rest(struct spool *spool, size_t at, int64_t now_mono_ms, int64_t wait_ms)
{
	struct role *role = &spool->roles[at];

	role->phase = RESTING;
	role->next_mono_ms = now_mono_ms + wait_ms;
	if (!wait_ms)
		role_check(spool, at, 0);
}

static void role_back_off(struct spool *spool, size_t at, int64_t now_mono_ms)
{
	struct role *role = &spool->roles[at];
	int64_t wait_ms = role->backoff_ms ? role->backoff_ms : SPOOL_BACKOFF_FIRST_MS;

	role->backoff_ms = wait_ms * 2 < SPOOL_BACKOFF_LAST_MS ? wait_ms * 2 : SPOOL_BACKOFF_LAST_MS;
	role_rest(spool, at, now_mono_ms, wait_ms);
}

static void role_go_on(struct spool *spool, size_t at, int64_t now_mono_ms)
{
	spool->roles[at].backoff_ms = 0;
	role_rest(spool, at, now_mono_ms, job_find(spool, at, PRINT_PENDING) ? 0 : SPOOL_PROBE_MS);
}

uint32_t spool_submit(struct spool *spool, int64_t now_mono_ms, const char *role, const char *key, const char *format,
		      int64_t n_bytes, enum spool_known known)
{
	int64_t n_all = n_bytes;
	struct job *job;
	size_t at = 0;

	for (size_t i = 0; i < spool->n_jobs; i++) {
		n_all += spool->jobs[i].n_bytes;
		if (strcmp(spool->jobs[i].key, key) == 0) {
			tell(spool, spool->jobs[i].role, key, spool->jobs[i].state, spool->roles[spool->jobs[i].role].reasons);
			return 0;
		}
	}
	while (at < spool->n_roles && strcmp(spool->roles[at].name, role) != 0)
		at++;
	if (known == SPOOL_KEY_COMPLETED || known == SPOOL_KEY_UNKNOWN) {
		tell(spool, at, key, known == SPOOL_KEY_COMPLETED ? PRINT_COMPLETED : PRINT_UNKNOWN, "");
		return 0;
	}
	if (at == spool->n_roles || spool->n_jobs == SPOOL_JOBS_MAX || n_all > SPOOL_BYTES_MAX) {
		tell(spool, at, key, PRINT_ABORTED, at == spool->n_roles ? REASON_NO_ROLE : REASON_FULL);
		return 0;
	}
	job = &spool->jobs[spool->n_jobs++];
	*job = (struct job){.id = ++spool->last_id, .role = at, .n_bytes = n_bytes,
			    .wanted_until_mono_ms = now_mono_ms + SPOOL_PATIENCE_MS,
			    .deadline_mono_ms = now_mono_ms + SPOOL_PATIENCE_MS};
	copy_text(job->key, sizeof(job->key), key);
	copy_text(job->format, sizeof(job->format), format);
	job_change(spool, job, PRINT_PENDING, spool->roles[at].reasons);
	/* a printer last seen away may be back: a resident stands in front of it, so ask now */
	if (spool->roles[at].phase == RESTING)
		role_rest(spool, at, now_mono_ms, 0);
	return spool->last_id;
}

static void start_printing(struct spool *spool, size_t at, int64_t now_mono_ms, struct job *job)
{
	struct role *role = &spool->roles[at];
	struct spool_effect *effect;

	job->deadline_mono_ms = now_mono_ms + SPOOL_PATIENCE_MS;
	job_change(spool, job, PRINT_PROCESSING, "");
	role->phase = PRINTING;
	effect = effect_add(spool, SPOOL_SEND, at);
	effect->printer = role->printer;
	effect->job = job->id;
}

/* No printer of the role can take the job now. */
static void round_failed(struct spool *spool, size_t at, int64_t now_mono_ms)
{
	struct role *role = &spool->roles[at];
	struct job *job = job_find(spool, at, PRINT_PENDING);

	if (job && role->job == job->id && role->n_format == role->n_printers) {
		job_end(spool, job, PRINT_ABORTED, REASON_FORMAT);
		role_go_on(spool, at, now_mono_ms);
		return;
	}
	role_show(spool, at, role->first);
	role_back_off(spool, at, now_mono_ms);
}

void spool_checked(struct spool *spool, int64_t now_mono_ms, size_t at, size_t printer, const char *reasons)
{
	struct role *role = &spool->roles[at];
	struct job *job = job_find(spool, at, PRINT_PENDING);

	if (role->phase != CHECKING || role->printer != printer)
		return;
	if (strcmp(reasons, REASON_FORMAT) == 0)
		role->n_format++;
	else if (reasons[0] && !role->first[0])
		copy_text(role->first, sizeof(role->first), reasons);
	if (reasons[0] && printer + 1 < role->n_printers) {
		role_check(spool, at, printer + 1);
	} else if (reasons[0]) {
		round_failed(spool, at, now_mono_ms);
	} else {
		role_show(spool, at, "");
		if (job && role->job == job->id)
			start_printing(spool, at, now_mono_ms, job);
		else
			role_go_on(spool, at, now_mono_ms);
	}
}

void spool_noticed(struct spool *spool, int64_t now_mono_ms, size_t at, size_t printer, const char *reasons)
{
	struct role *role = &spool->roles[at];
	struct job *job = job_find(spool, at, PRINT_PROCESSING);

	if (role->phase != PRINTING || role->printer != printer || strcmp(role->reasons, reasons) == 0)
		return;
	role_show(spool, at, reasons);
	if (job)
		tell(spool, at, job->key, PRINT_PROCESSING, reasons);
}

void spool_finished(struct spool *spool, int64_t now_mono_ms, size_t at, size_t printer, enum spool_outcome outcome,
		    const char *reasons)
{
	struct role *role = &spool->roles[at];
	struct job *job = job_find(spool, at, PRINT_PROCESSING);

	if (role->phase != PRINTING || role->printer != printer || !job)
		return;
	switch (outcome) {
	case SPOOL_PRINTED:
		job_end(spool, job, PRINT_COMPLETED, reasons);
		role_show(spool, at, "");
		break;
	case SPOOL_REFUSED:
		job_end(spool, job, PRINT_ABORTED, reasons);
		break;
	case SPOOL_LOST:
		job_end(spool, job, PRINT_UNKNOWN, reasons);
		break;
	case SPOOL_NOT_SENT:
		job->deadline_mono_ms = job->wanted_until_mono_ms;
		job_change(spool, job, PRINT_PENDING, reasons);
		role_show(spool, at, reasons);
		role_back_off(spool, at, now_mono_ms);
		return;
	}
	role_go_on(spool, at, now_mono_ms);
}

static void give_up(struct spool *spool, int64_t now_mono_ms, struct job *job)
{
	size_t at = job->role;
	struct role *role = &spool->roles[at];

	if (job->state == PRINT_PENDING) {
		job_end(spool, job, PRINT_ABORTED, role->reasons[0] ? role->reasons : REASON_TIMED_OUT);
		return;
	}
	effect_add(spool, SPOOL_CANCEL, at)->printer = role->printer;
	job_end(spool, job, PRINT_UNKNOWN, role->reasons[0] ? role->reasons : REASON_TIMED_OUT);
	role_go_on(spool, at, now_mono_ms);
}

void spool_tick(struct spool *spool, int64_t now_mono_ms)
{
	for (size_t i = 0; i < spool->n_jobs;) {
		if (spool->jobs[i].deadline_mono_ms <= now_mono_ms)
			give_up(spool, now_mono_ms, &spool->jobs[i]);
		else
			i++;
	}
	for (size_t at = 0; at < spool->n_roles; at++)
		if (spool->roles[at].phase == RESTING && spool->roles[at].next_mono_ms <= now_mono_ms)
			role_check(spool, at, 0);
}

int64_t spool_next_mono_ms(const struct spool *spool)
{
	int64_t next = INT64_MAX;

	for (size_t i = 0; i < spool->n_jobs; i++)
		if (spool->jobs[i].deadline_mono_ms < next)
			next = spool->jobs[i].deadline_mono_ms;
	for (size_t at = 0; at < spool->n_roles; at++)
		if (spool->roles[at].phase == RESTING && spool->roles[at].next_mono_ms < next)
			next = spool->roles[at].next_mono_ms;
	return next;
}

size_t spool_take_effects(struct spool *spool, struct spool_effect *out)
{
	size_t n = spool->n_effects;

	memcpy(out, spool->effects, n * sizeof(*out));
	spool->n_effects = 0;
	return n;
}

enum print_state spool_after_restart(enum print_state state)
{
	switch (state) {
	case PRINT_PENDING:
		return PRINT_ABORTED;
	case PRINT_PROCESSING:
		return PRINT_UNKNOWN;
	case PRINT_COMPLETED:
	case PRINT_ABORTED:
	case PRINT_UNKNOWN:
		break;
	}
	return state;
}

const char *spool_role_name(const struct spool *spool, size_t role)
{
	return spool->roles[role].name;
}

const char *spool_role_reasons(const struct spool *spool, size_t role)
{
	return spool->roles[role].reasons;
}

size_t spool_n_jobs(const struct spool *spool)
{
	return spool->n_jobs;
}
