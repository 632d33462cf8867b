#pragma once
/* SPDX-License-Identifier: MIT
 * Desk: one office's service day as a pure core. A clerk's button or a resident's request is a command; desk_decide()
 * turns it into events or an outcome; the events are stored by someone else and come back through desk_apply(). No
 * clock, no descriptor, no log: `now` is an input. Replaying the events of a day gives the same desk.
 * Times never run backwards here: an event is never older than the one before it, a service day never opens twice. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "shared/base/cleanup.h"
#include "shared/config/config.h"

#define DESK_WORD_BYTES_MAX 64        /* an id of service, window, caller */
#define DESK_TICKET_ID_BYTES_MAX 31   /* 20261124-AB99999 */
#define DESK_HASH_HEX 64              /* BLAKE2b-256 of a token, in hex */
#define DESK_VISIT_HEX 32
#define DESK_PROCEDURES_BYTES_MAX 255 /* procedure ids joined by "," */
#define DESK_UNDO_MS 30000

/* DESK_STATE(name, contract's word, is live) */
#define DESK_STATES(X)                                                                                       \
	X(WAITING, "waiting", true)                                                                          \
	X(CALLED, "called", true)                                                                            \
	X(SERVING, "serving", true)                                                                          \
	X(HELD, "held", true)                                                                                \
	X(FINISHED, "finished", false)                                                                       \
	X(NO_SHOW, "no-show", false)                                                                         \
	X(CANCELLED, "cancelled", false)                                                                     \
	X(VOID, "void", false)

enum desk_state {
#define X(name, word, is_live) DESK_##name,
	DESK_STATES(X)
#undef X
	N_DESK_STATES
};

enum desk_window_state { DESK_WINDOW_CLOSED, DESK_WINDOW_OPEN, DESK_WINDOW_PAUSED };

/* The event log's words; permanent. */
#define DESK_EVENTS(X)                                                                                       \
	X(DAY, "day")                                                                                        \
	X(ISSUED, "issued")                                                                                  \
	X(CALLED, "called")                                                                                  \
	X(STARTED, "started")                                                                                \
	X(FINISHED, "finished")                                                                              \
	X(HELD, "held")                                                                                      \
	X(NO_SHOW, "no-show")                                                                                \
	X(CANCELLED, "cancelled")                                                                            \
	X(TRANSFERRED, "transferred")                                                                        \
	X(UNDONE, "undone")                                                                                  \
	X(WINDOW, "window")                                                                                  \
	X(STAFF_CALL, "staff-call")                                                                          \
	X(DRAFT_READ, "draft-read")                                                                          \
	X(DRAFT_CHANGED, "draft-changed")                                                                    \
	X(DRAFT_ACCEPTED, "draft-accepted")                                                                  \
	X(DRAFT_ERASED, "draft-erased")

enum desk_event_kind {
#define X(name, word) DESK_EVENT_##name,
	DESK_EVENTS(X)
#undef X
	N_DESK_EVENT_KINDS
};

/** One thing that happened. Texts are "" where they say nothing. Holds nothing personal. */
struct desk_event {
	int64_t seq; /* the office's sequence number, given by the append */
	int64_t at_utc_ms;
	enum desk_event_kind kind;
	int day; /* 20261124 */
	char ticket[DESK_TICKET_ID_BYTES_MAX + 1];
	char service[DESK_WORD_BYTES_MAX + 1];
	char window[DESK_WORD_BYTES_MAX + 1];
	char to_window[DESK_WORD_BYTES_MAX + 1]; /* transferred: the only window that may call it */
	char token_hash[DESK_HASH_HEX + 1];
	char visit[DESK_VISIT_HEX + 1]; /* under which its drafts lie; "" none */
	char procedures[DESK_PROCEDURES_BYTES_MAX + 1];
	char priority[DESK_WORD_BYTES_MAX + 1]; /* class word; "" none */
	char language[DESK_WORD_BYTES_MAX + 1];
	char reason[DESK_WORD_BYTES_MAX + 1];
	char by[DESK_WORD_BYTES_MAX + 1]; /* user:NAME, device:ID, holder */
	int number;                       /* issued: without prefix; draft events: which draft */
	int n_drafts;
	int state; /* window: enum desk_window_state; undone: enum desk_state to return to */
	bool is_recall;
	bool keeps_place;
};

struct desk_ticket {
	char id[DESK_TICKET_ID_BYTES_MAX + 1];
	char token_hash[DESK_HASH_HEX + 1];
	char visit[DESK_VISIT_HEX + 1];
	char service[DESK_WORD_BYTES_MAX + 1];
	char window[DESK_WORD_BYTES_MAX + 1];        /* where it is or was called; "" not yet */
	char bound_window[DESK_WORD_BYTES_MAX + 1];  /* transferred to this window; "" any that serves */
	char *procedures;                            /* joined by "," */
	int service_index;                           /* in the configuration; -1 no longer there */
	enum desk_state state;
	char language[DESK_WORD_BYTES_MAX + 1];      /* chosen at the terminal; "" not told */
	bool is_priority;
	int n_drafts;
	int n_calls;
	int64_t place;                               /* order of waiting: lower is earlier */
	int64_t issued_utc_ms;
	int64_t since_utc_ms;                        /* of the present state */
	int64_t called_utc_ms;                       /* last call or recall; 0 never */
};

/** desk_ticket_number() - "A015" inside the id. Borrowed. */
const char *desk_ticket_number(const struct desk_ticket *ticket);

struct desk_window {
	const struct config_window *config;
	enum desk_window_state state;
	struct desk_ticket *ticket; /* called or serving here; NULL free */
	struct {
		struct desk_ticket *ticket; /* NULL: nothing to undo */
		enum desk_state state;      /* to return to */
		int64_t at_utc_ms;
	} undo;
};

struct desk;

/** desk_new() - @config and @office outlive the desk. -EINVAL when an id is longer than DESK_WORD_BYTES_MAX. */
MUST_USE int desk_new(const struct config *config, const struct config_office *office, struct desk **ret_desk);
struct desk *desk_free(struct desk *desk);
DEFINE_CLEANUP(struct desk *, desk_free)

enum desk_verb {
	DESK_ROLL, /* open the service day when it is time; no event when it is not */
	DESK_ISSUE, DESK_OPEN, DESK_PAUSE, DESK_CLOSE, DESK_NEXT, DESK_CALL, DESK_RECALL, DESK_START, DESK_FINISH,
	DESK_HOLD, DESK_RESUME, DESK_MISS, DESK_TRANSFER, DESK_UNDO, DESK_CANCEL,
	DESK_NOTE, /* an event without effect on the line: staff-call, draft-… */
};

struct desk_command {
	enum desk_verb verb;
	int64_t now_utc_ms;
	const char *window;     /* id; of window commands */
	const char *ticket;     /* id; call, resume, cancel, note */
	const char *service;    /* issue, transfer */
	const char *to_window;  /* transfer; NULL: to a service */
	const char *token_hash, *visit, *procedures, *priority, *language, *by, *reason; /* NULL: "" */
	enum desk_event_kind note;
	int number;             /* note: which draft */
	int n_drafts;
	bool finishes;          /* next: closes the present one first */
	bool keeps_place;       /* transfer */
};

/* DESK_OUTCOME(name, HTTP status, permanent word) */
#define DESK_OUTCOMES(X)                                                                                     \
	X(OK, 200, "ok")                                                                                     \
	X(CLOSED, 409, "closed")                                                                             \
	X(EXHAUSTED, 409, "exhausted")                                                                       \
	X(BUSY, 409, "busy")                                                                                 \
	X(WINDOW_CLOSED, 409, "window-closed")                                                               \
	X(NO_TICKET, 409, "no-ticket")                                                                       \
	X(ALREADY_CALLED, 409, "already-called")                                                             \
	X(WRONG_STATE, 409, "wrong-state")                                                                   \
	X(NOTHING_TO_UNDO, 409, "nothing-to-undo")                                                           \
	X(UNKNOWN_SERVICE, 422, "unknown-service")                                                           \
	X(UNKNOWN_WINDOW, 404, "unknown-window")                                                             \
	X(UNKNOWN_TICKET, 404, "unknown-ticket")

enum desk_outcome {
#define X(name, status, word) DESK_OUTCOME_##name,
	DESK_OUTCOMES(X)
#undef X
	N_DESK_OUTCOMES
};
const char *desk_outcome_word(enum desk_outcome outcome);
int desk_outcome_status(enum desk_outcome outcome);

#define DESK_EVENTS_PER_COMMAND_MAX 2
struct desk_events {
	struct desk_event items[DESK_EVENTS_PER_COMMAND_MAX];
	size_t n_items;
};

/** desk_decide() - what @command leads to. DESK_OUTCOME_OK with 0 events is fine: nothing had to change.
 *  Return: an outcome; @ret_events is written with DESK_OUTCOME_OK only. Sequence numbers are 0 in them. */
enum desk_outcome desk_decide(const struct desk *desk, const struct desk_command *command, struct desk_events *ret_events);
/** desk_apply() - takes a stored event in. 0, -ENOMEM, or -EBADMSG for an event that cannot follow. */
MUST_USE int desk_apply(struct desk *desk, const struct desk_event *event);

/* ---- looking ------------------------------------------------------------------------------------------------- */
int desk_day(const struct desk *desk);                /* 0: no day opened yet */
int64_t desk_last_utc_ms(const struct desk *desk);
const struct desk_ticket *desk_ticket_find(const struct desk *desk, const char *id);
const struct desk_ticket *desk_ticket_by_token(const struct desk *desk, const char *token_hash);
size_t desk_n_tickets(const struct desk *desk);
const struct desk_ticket *desk_ticket_at(const struct desk *desk, size_t i); /* in order of issue */
size_t desk_n_windows(const struct desk *desk);
const struct desk_window *desk_window_at(const struct desk *desk, size_t i);
const struct desk_window *desk_window_find(const struct desk *desk, const char *id);
bool desk_window_serves(const struct desk_window *window, const char *service);
/** desk_may_call() - whether @window may call @ticket: its service, or sent to it. A ticket whose service or window is no
 *  longer configured is called by any window, so that nobody waits in vain. */
bool desk_may_call(const struct desk *desk, const struct desk_window *window, const struct desk_ticket *ticket);
/** desk_is_before() - whether @a is called before @b. */
bool desk_is_before(const struct desk_ticket *a, const struct desk_ticket *b);
/** desk_ahead() - waiting people of the same service who are called before @ticket; 0 when it does not wait. */
int desk_ahead(const struct desk *desk, const struct desk_ticket *ticket);
int desk_n_waiting(const struct desk *desk, const char *service);
/** desk_n_open_windows() - windows of the office that are open and serve @service. */
int desk_n_open_windows(const struct desk *desk, const char *service);
/** desk_is_window_free() - whether an open window that serves @service has nobody, and nobody it may call comes before
 *  @ticket (NULL: before a ticket given now). */
bool desk_is_window_free(const struct desk *desk, const char *service, const struct desk_ticket *ticket);
/** desk_offers() - whether any window of this office ever serves @service. */
bool desk_offers(const struct desk *desk, const char *service);
/** desk_is_within_hours() - by the office's hours, weekday and holidays in its own zone. */
bool desk_is_within_hours(const struct desk *desk, int64_t utc_ms);
/** desk_day_of() - the service day 20261124 that holds @utc_ms; before day_starts it is still yesterday's. */
int desk_day_of(const struct desk *desk, int64_t utc_ms);

const char *desk_state_word(enum desk_state state);
bool desk_state_is_live(enum desk_state state);
const char *desk_window_state_word(enum desk_window_state state);
const char *desk_event_word(enum desk_event_kind kind);

/** desk_event_encode() - the members beside seq, time, kind and ticket as a JSON object; NULL: no memory. */
json_t *desk_event_encode(const struct desk_event *event);
/** desk_event_decode() - fills what encode wrote. 0 or -EBADMSG. */
MUST_USE int desk_event_decode(const char *kind, const char *ticket, const json_t *body, struct desk_event *ret_event);
