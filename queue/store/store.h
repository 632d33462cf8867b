#pragma once
/* SPDX-License-Identifier: MIT
 * Store: the event log and the few records beside it, durable. Knows nothing of counters. The log of an office is a
 * sequence 1, 2, 3 …; an append names the last number it has seen and conflicts when there is a newer one, so that two
 * deciders can never both be right. What was committed survives kill -9 and power cut. A driver is one table;
 * every driver passes tests/contract/queue. Thread: one at a time per store. May block for one disk flush. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "shared/base/buf.h"
#include "shared/base/cleanup.h"

#define STORE_VALUE_BYTES_MAX (64 * 1024)

struct store;

enum store_outcome {
	STORE_OK,
	STORE_CONFLICT, /* the office's log has moved on: fold again, decide again */
	STORE_NONE,     /* no such record */
};

struct store_event {
	int64_t seq;       /* 0 when appending */
	int64_t at_utc_ms;
	const char *kind;  /* permanent word */
	const char *ticket; /* id, "" none; an "issued" with the same one in the same office is refused */
	const char *body;  /* JSON */
};

/* Kinds of records: user (by name), device and session (by token hash), answer (by caller and idempotency key). */
struct store_record {
	const char *kind, *key;
	int64_t at_utc_ms; /* for store_record_purge() */
	const void *value;
	size_t n_value;
};

/** @event borrowed during the call. Return: 0 to go on, a negative errno ends the reading with it. */
typedef int store_event_fn(void *data, const struct store_event *event);

struct store_driver {
	const char *scheme;
	int (*open)(const char *location, struct store **ret_store);
	struct store *(*close)(struct store *store);
	int (*begin)(struct store *store);
	int (*commit)(struct store *store);
	void (*rollback)(struct store *store);
	int (*append)(struct store *store, const char *office, int64_t after_seq, const struct store_event *events,
		      size_t n_events);
	int (*last_seq)(struct store *store, const char *office, const char *kind, int64_t *ret_seq);
	int (*read)(struct store *store, const char *office, int64_t after_seq, store_event_fn *fn, void *data);
	int (*record_put)(struct store *store, const struct store_record *record);
	int (*record_find)(struct store *store, const char *kind, const char *key, struct buf *value);
	int (*record_remove)(struct store *store, const char *kind, const char *key);
	int (*record_purge)(struct store *store, const char *kind, int64_t before_utc_ms);
	int (*verify)(struct store *store, struct buf *findings);
};

extern const struct store_driver store_sqlite, store_memory;

/** First member of every driver's own struct. */
struct store {
	const struct store_driver *driver;
	bool is_in_transaction;
	bool is_broken; /* a write or flush failed: nothing is believed any more until it is opened afresh */
};

/** store_open() - @url: sqlite:PATH or memory:. 0; -EINVAL for another scheme; -EBADMSG when the file is not ours or
 *  newer than we know; -EIO, -ENOSPC, -EROFS, -EACCES …. SQLite runs in WAL with synchronous=FULL, read back. */
MUST_USE int store_open(const char *url, struct store **ret_store);
struct store *store_close(struct store *store);
DEFINE_CLEANUP(struct store *, store_close)

/** store_begin() - starts the one transaction; takes the write lock. Every change needs one. */
MUST_USE int store_begin(struct store *store);
/** store_commit() - 0 when all of it is on the disk. On a fault nothing of it counts, the store is broken, and the
 *  caller closes it: after a failed flush a second try would only seem to work. */
MUST_USE int store_commit(struct store *store);
/** store_rollback() - nothing happens outside a transaction. */
void store_rollback(struct store *store);
bool store_is_broken(const struct store *store);

/** store_append() - the events get @after_seq + 1 and so on. STORE_OK, STORE_CONFLICT (log has moved on, or a ticket
 *  number would be issued twice), or a fault. */
MUST_USE int store_append(struct store *store, const char *office, int64_t after_seq, const struct store_event *events,
			  size_t n_events);
/** store_last_seq() - of @kind, or of all when NULL; 0 when there is none. */
MUST_USE int store_last_seq(struct store *store, const char *office, const char *kind, int64_t *ret_seq);
/** store_read() - all events after @after_seq in order. */
MUST_USE int store_read(struct store *store, const char *office, int64_t after_seq, store_event_fn *fn, void *data);

MUST_USE int store_record_put(struct store *store, const struct store_record *record);
/** store_record_find() - appends to @value. STORE_OK, STORE_NONE, or a fault. */
MUST_USE int store_record_find(struct store *store, const char *kind, const char *key, struct buf *value);
MUST_USE int store_record_remove(struct store *store, const char *kind, const char *key);
/** store_record_purge() - forgets the records of @kind older than @before_utc_ms. */
MUST_USE int store_record_purge(struct store *store, const char *kind, int64_t before_utc_ms);
/** store_verify() - integrity of the file; one line for each finding into @findings, none when all is well. */
MUST_USE int store_verify(struct store *store, struct buf *findings);
