/* SPDX-License-Identifier: MIT
 * The memory driver: the same rules without a disk, for tests and demonstrations. A rollback plays a short undo
 * list backwards, so that it is exact however the transaction went. */
#include <errno.h>
#include <string.h>

#include "queue/store/store.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

struct memory_event {
	char *office, *kind, *ticket, *body;
	int64_t seq, at_utc_ms;
};

struct memory_record {
	char *kind, *key;
	void *value;
	size_t n_value;
	int64_t at_utc_ms;
};

struct memory_undo {
	struct memory_record before; /* value NULL: there was none */
};

struct memory_store {
	struct store base;
	struct memory_event *events;
	size_t n_events, n_events_before;
	struct memory_record *records;
	size_t n_records;
	struct memory_undo *undo;
	size_t n_undo;
};

static struct memory_store *of(struct store *store)
{
	return (struct memory_store *)store;
}

static void event_release(struct memory_event *e)
{
	free(e->office);
	free(e->kind);
	free(e->ticket);
	free(e->body);
}

static void record_release(struct memory_record *record)
{
	free(record->kind);
	free(record->key);
	free(record->value);
}

static void undo_clear(struct memory_store *s)
{
	for (size_t i = 0; i < s->n_undo; i++)
		record_release(&s->undo[i].before);
	free(s->undo);
	s->undo = NULL;
	s->n_undo = 0;
}

static struct store *memory_close(struct store *store)
{
	struct memory_store *s = of(store);

	for (size_t i = 0; i < s->n_events; i++)
		event_release(&s->events[i]);
	for (size_t i = 0; i < s->n_records; i++)
		record_release(&s->records[i]);
	undo_clear(s);
	free(s->events);
	free(s->records);
	free(s);
	return NULL;
}

static int memory_open(const char *location, struct store **ret_store)
{
	struct memory_store *s = calloc(1, sizeof(*s));

	if (!s)
		return fault_raise(-ENOMEM);
	s->base.driver = &store_memory;
	*ret_store = &s->base;
	return 0;
}

static int memory_begin(struct store *store)
{
	of(store)->n_events_before = of(store)->n_events;
	return 0;
}

static int memory_commit(struct store *store)
{
	undo_clear(of(store));
	return 0;
}

static struct memory_record *record_at(struct memory_store *s, const char *kind, const char *key)
{
	for (size_t i = 0; i < s->n_records; i++)
		if (strcmp(s->records[i].kind, kind) == 0 && strcmp(s->records[i].key, key) == 0)
			return &s->records[i];
	return NULL;
}

static void record_drop(struct memory_store *s, struct memory_record *record)
{
	record_release(record);
	*record = s->records[--s->n_records];
}

static int record_copy(struct memory_record *to, const char *kind, const char *key, int64_t at_utc_ms, const void *value,
		       size_t n_value)
{
	*to = (struct memory_record){strdup(kind), strdup(key), malloc(n_value + 1), n_value, at_utc_ms};
	if (!to->kind || !to->key || !to->value) {
		record_release(to);
		return fault_raise(-ENOMEM);
	}
	if (n_value)
		memcpy(to->value, value, n_value);
	return 0;
}

static int record_add(struct memory_store *s, struct memory_record *record)
{
	struct memory_record *grown = reallocarray(s->records, s->n_records + 1, sizeof(*grown));

	if (!grown)
		return fault_raise(-ENOMEM);
	s->records = grown;
	s->records[s->n_records++] = *record;
	return 0;
}

static void memory_rollback(struct store *store)
{
	struct memory_store *s = of(store);

	while (s->n_events > s->n_events_before)
		event_release(&s->events[--s->n_events]);
	while (s->n_undo) {
		struct memory_record *before = &s->undo[--s->n_undo].before;
		struct memory_record *now = record_at(s, before->kind, before->key);

		if (now)
			record_drop(s, now);
		if (!before->value || record_add(s, before) < 0)
			record_release(before);
	}
	undo_clear(s);
}

static int memory_last_seq(struct store *store, const char *office, const char *kind, int64_t *ret_seq)
{
	struct memory_store *s = of(store);
	int64_t seq = 0;

	for (size_t i = s->n_events; i > 0 && !seq; i--)
		if (strcmp(s->events[i - 1].office, office) == 0 && (!kind || strcmp(s->events[i - 1].kind, kind) == 0))
			seq = s->events[i - 1].seq;
	*ret_seq = seq;
	return 0;
}

static bool is_issued(const struct memory_store *s, const char *office, const struct store_event *event)
{
	for (size_t i = 0; i < s->n_events && strcmp(event->kind, "issued") == 0; i++)
		if (strcmp(s->events[i].kind, "issued") == 0 && strcmp(s->events[i].ticket, event->ticket) == 0 &&
		    strcmp(s->events[i].office, office) == 0)
			return true;
	return false;
}

static int append_one(struct memory_store *s, const char *office, int64_t seq, const struct store_event *event)
{
	struct memory_event *grown, e;

	if (is_issued(s, office, event))
		return STORE_CONFLICT;
	grown = reallocarray(s->events, s->n_events + 1, sizeof(*grown));
	if (!grown)
		return fault_raise(-ENOMEM);
	s->events = grown;
	e = (struct memory_event){strdup(office), strdup(event->kind), strdup(event->ticket), strdup(event->body),
				  seq, event->at_utc_ms};
	if (!e.office || !e.kind || !e.ticket || !e.body) {
		event_release(&e);
		return fault_raise(-ENOMEM);
	}
	s->events[s->n_events++] = e;
	return 0;
}

static int memory_append(struct store *store, const char *office, int64_t after_seq, const struct store_event *events,
			 size_t n_events)
{
	int64_t last = 0;
	int r = memory_last_seq(store, office, NULL, &last);

	if (r == 0 && last != after_seq)
		return STORE_CONFLICT;
	for (size_t i = 0; i < n_events && r == 0; i++)
		r = append_one(of(store), office, after_seq + 1 + (int64_t)i, &events[i]);
	return r;
}

static int memory_read(struct store *store, const char *office, int64_t after_seq, store_event_fn *fn, void *data)
{
	struct memory_store *s = of(store);
	int r = 0;

	for (size_t i = 0; i < s->n_events && r == 0; i++) {
		const struct memory_event *e = &s->events[i];

		if (e->seq > after_seq && strcmp(e->office, office) == 0)
			r = fn(data, &(struct store_event){e->seq, e->at_utc_ms, e->kind, e->ticket, e->body});
	}
	return r;
}

/* What stood under the key goes on the undo list; it is taken away from the records. */
static int take_out(struct memory_store *s, const char *kind, const char *key)
{
	struct memory_record *now = record_at(s, kind, key);
	struct memory_undo *grown = reallocarray(s->undo, s->n_undo + 1, sizeof(*grown));

	if (!grown)
		return fault_raise(-ENOMEM);
	s->undo = grown;
	if (now) {
		s->undo[s->n_undo++].before = *now;
		*now = s->records[--s->n_records];
		return 0;
	}
	s->undo[s->n_undo].before = (struct memory_record){strdup(kind), strdup(key), NULL, 0, 0};
	if (!s->undo[s->n_undo].before.kind || !s->undo[s->n_undo].before.key) {
		record_release(&s->undo[s->n_undo].before);
		return fault_raise(-ENOMEM);
	}
	s->n_undo++;
	return 0;
}

static int memory_record_put(struct store *store, const struct store_record *record)
{
	struct memory_record copy;
	int r = record_copy(&copy, record->kind, record->key, record->at_utc_ms, record->value, record->n_value);

	if (r < 0)
		return fault_pass(r);
	r = take_out(of(store), record->kind, record->key);
	if (r == 0)
		r = record_add(of(store), &copy);
	if (r < 0)
		record_release(&copy);
	return r;
}

static int memory_record_find(struct store *store, const char *kind, const char *key, struct buf *value)
{
	const struct memory_record *record = record_at(of(store), kind, key);

	return record ? buf_add(value, record->value, record->n_value) : STORE_NONE;
}

static int memory_record_remove(struct store *store, const char *kind, const char *key)
{
	return record_at(of(store), kind, key) ? take_out(of(store), kind, key) : 0;
}

static int memory_record_purge(struct store *store, const char *kind, int64_t before_utc_ms)
{
	struct memory_store *s = of(store);
	int r = 0;

	for (size_t i = s->n_records; i > 0 && r == 0; i--)
		if (strcmp(s->records[i - 1].kind, kind) == 0 && s->records[i - 1].at_utc_ms < before_utc_ms)
			r = take_out(s, kind, s->records[i - 1].key);
	return r;
}

static int memory_verify(struct store *store, struct buf *findings)
{
	return 0;
}

const struct store_driver store_memory = {
	.scheme = "memory",
	.open = memory_open,
	.close = memory_close,
	.begin = memory_begin,
	.commit = memory_commit,
	.rollback = memory_rollback,
	.append = memory_append,
	.last_seq = memory_last_seq,
	.read = memory_read,
	.record_put = memory_record_put,
	.record_find = memory_record_find,
	.record_remove = memory_record_remove,
	.record_purge = memory_record_purge,
	.verify = memory_verify,
};
