#pragma once
/* SPDX-License-Identifier: MIT
 * Hall: an office at work. Holds its desk, feeds every command through decide → append → apply → publish, and keeps the
 * recent events as frames for boards, phones and consoles. All commands that wait at the end of a loop turn go into
 * one transaction (group commit); nobody is answered before it is on the disk. When the store fails nobody gets a
 * number, the log says so, and the store is opened afresh before the next try. Thread: the loop's. */
#include <jansson.h>
#include "queue/desk/desk.h"
#include "queue/drafts/drafts.h"
#include "queue/store/store.h"
#include "shared/base/buf.h"
#include "shared/base/clock.h"
#include "shared/base/secret.h"

struct hall;
struct hall_set;

#define HALL_CALLER_BYTES_MAX 80
#define HALL_KEY_BYTES_MAX 128
#define HALL_HASH_HEX 64

struct hall_set_options {
	struct config *const *configs; /* outlive the set */
	size_t n_configs;
	const char *database;          /* sqlite:PATH, memory: */
	const char *state_dir;
	struct clock *clock;           /* outlives the set */
	/** Called after a commit that changed what boards and consoles show. */
	void (*published)(void *data, struct hall *hall);
	void *data;
};

/** hall_set_new() - opens store and drafts, folds the present day of every office, sweeps drafts nobody owns. */
MUST_USE int hall_set_new(const struct hall_set_options *options, struct hall_set **ret_set);
struct hall_set *hall_set_free(struct hall_set *set);
DEFINE_CLEANUP(struct hall_set *, hall_set_free)
struct hall *hall_find(struct hall_set *set, const char *office); /* 209996-honcho; NULL unknown */
size_t hall_count(const struct hall_set *set);
struct hall *hall_at(struct hall_set *set, size_t i);
/** hall_store() - for the records beside the log (staff, devices, sessions); NULL while the store is broken. */
struct store *hall_store(struct hall_set *set);
struct drafts *hall_drafts(struct hall_set *set);
int64_t hall_now(const struct hall_set *set);
/** hall_tick() - opens the day when it is time, ends what has expired; call every few seconds. */
void hall_tick(struct hall_set *set);

/** hall_set_fits() - whether @config, the next one of its town, can be served at once: 0; -EAGAIN: a window it does not have
 *  serves somebody, or the store is away; -EINVAL: it lacks an office that is served, which takes a new start. */
MUST_USE int hall_set_fits(const struct hall_set *set, const struct config *config);
/** hall_set_exchange() - from @old to @config, between two commands: the day is folded again by it. Tickets keep their numbers
 *  and places; what is no longer configured is finished by any window. Nothing points into @old after it returned 0.
 *  A store that fails on the way is opened again by hall_tick(), with @config. */
MUST_USE int hall_set_exchange(struct hall_set *set, const struct config *old, const struct config *config);

/** What a command led to. @problem NULL: done, @body is the JSON answer. */
struct hall_answer {
	int status;
	const char *problem; /* permanent word: closed, busy, key-reused, store-unavailable … */
	const char *body;    /* borrowed during the call */
	bool is_repeat;      /* answered from memory, nothing was done */
};
typedef void hall_done_fn(void *data, const struct hall_answer *answer);

/** One command under way. Everything it points to stays until @done was called. */
struct hall_work {
	struct hall *hall;
	struct desk_command command;         /* now_utc_ms is set by us */
	const char *caller;                  /* scope of @key; NULL: not remembered */
	const char *key;
	char body_hash[HALL_HASH_HEX + 1];
	const char *token;                   /* issue: told to the holder, kept as a hash only */
	json_t *const *drafts;               /* issue: sealed before the event is */
	size_t n_drafts;
	const json_t *pictures;              /* issue: sealed beside them; NULL: none */
	const char *erases_visit;            /* its drafts are destroyed before the event says so */
	hall_done_fn *done;                  /* may be NULL */
	void *data;
	/* ours */
	struct hall_work *next;
	char visit[DRAFTS_VISIT_HEX + 1];
	char *body;
	struct hall_answer answer;
};

/** hall_submit() - puts it into the next transaction. @done is called from hall_run() of this turn. */
void hall_submit(struct hall_set *set, struct hall_work *work);
/** hall_run() - decides, commits and answers everything submitted; call at the end of a loop turn. */
void hall_run(struct hall_set *set);
bool hall_is_pending(const struct hall_set *set);

/** hall_hash() - keyed BLAKE2b-256 in hex: short personal bodies cannot be guessed back from the database. */
void hall_hash(const struct hall_set *set, const void *bytes, size_t n_bytes, char out[HALL_HASH_HEX + 1]);
/** hall_token_hash() - plain BLAKE2b-256 of a random token. */
void hall_token_hash(const char *token, char out[HALL_HASH_HEX + 1]);

/* ---- looking ------------------------------------------------------------------------------------------------- */
const char *hall_name(const struct hall *hall);
const struct config *hall_config(const struct hall *hall);
const struct config_office *hall_office(const struct hall *hall);
const struct desk *hall_desk(const struct hall *hall);
int64_t hall_seq(const struct hall *hall);
/** hall_ticket_by_token() - over all offices; *ret_hall gets the one. NULL: unknown or of a past day. */
const struct desk_ticket *hall_ticket_by_token(struct hall_set *set, const char *token, struct hall **ret_hall);
struct hall_counters {
	uint64_t n_tickets, n_commands, n_commits, n_refused, n_store_faults, n_repeats;
};
const struct hall_counters *hall_counters(const struct hall_set *set);

/* ---- the stream ---------------------------------------------------------------------------------------------- */
/** One event as SSE frames. @open NULL: nothing of it is public. */
struct hall_frame {
	int64_t seq;
	char *open, *staff;
};
/** hall_frame_after() - the first frame after @seq; NULL when there is none. *ret_is_lost: events between are no
 *  longer held (or @seq is not of this log): the reader starts anew from hall_seq(). */
const struct hall_frame *hall_frame_after(const struct hall *hall, int64_t seq, bool *ret_is_lost);

/* ---- views: contract §6 as JSON; NULL: no memory --------------------------------------------------------------- */
/** hall_procedures() - the ticket's procedure ids as a list. */
json_t *hall_procedures(const struct desk_ticket *ticket);
json_t *hall_view_board(const struct hall *hall);
/** hall_view_dated() - @view with "now", by which pages show the hall's clock. Return: @view. */
json_t *hall_view_dated(const struct hall *hall, json_t *view, int64_t now_utc_ms);
json_t *hall_view_window(const struct hall *hall, const struct desk_window *window, int64_t now_utc_ms);
json_t *hall_view_window_short(const struct hall *hall, const struct desk_window *window);
json_t *hall_view_ticket(const struct hall *hall, const struct desk_ticket *ticket);
json_t *hall_view_issued(const struct hall *hall, const struct desk_ticket *ticket, const char *token);
