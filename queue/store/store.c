/* SPDX-License-Identifier: MIT
 * The doors of every driver: rules that hold for all of them stand here once. */
#include <errno.h>
#include <string.h>

#include "queue/store/store.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

int store_open(const char *url, struct store **ret_store)
{
	static const struct store_driver *const drivers[] = {&store_sqlite, &store_memory};

	for (size_t i = 0; i < sizeof(drivers) / sizeof(*drivers); i++) {
		size_t n = strlen(drivers[i]->scheme);

		if (strncmp(url, drivers[i]->scheme, n) == 0 && url[n] == ':')
			return drivers[i]->open(url + n + 1, ret_store);
	}
	return fault_raise(-EINVAL);
}

struct store *store_close(struct store *store)
{
	return store ? store->driver->close(store) : NULL;
}

int store_begin(struct store *store)
{
	int r;

	if (store->is_broken || store->is_in_transaction)
		return fault_raise(-EIO);
	r = store->driver->begin(store);
	if (r < 0)
		return fault_pass(r);
	store->is_in_transaction = true;
	return 0;
}

int store_commit(struct store *store)
{
	int r;

	if (store->is_broken || !store->is_in_transaction)
		return fault_raise(-EIO);
	r = store->driver->commit(store);
	if (r < 0) {
		store->is_broken = true;
		store_rollback(store);
		return fault_pass(r);
	}
	store->is_in_transaction = false;
	return 0;
}

void store_rollback(struct store *store)
{
	if (store->is_in_transaction)
		store->driver->rollback(store);
	store->is_in_transaction = false;
}

bool store_is_broken(const struct store *store)
{
	return store->is_broken;
}

/* A failed write leaves the store in doubt as much as a failed flush. */
static int settle(struct store *store, int r)
{
	if (r < 0)
		store->is_broken = true;
	return r;
}

int store_append(struct store *store, const char *office, int64_t after_seq, const struct store_event *events,
		 size_t n_events)
{
	if (store->is_broken || !store->is_in_transaction)
		return fault_raise(-EIO);
	return settle(store, store->driver->append(store, office, after_seq, events, n_events));
}

int store_last_seq(struct store *store, const char *office, const char *kind, int64_t *ret_seq)
{
	return store->driver->last_seq(store, office, kind, ret_seq);
}

int store_read(struct store *store, const char *office, int64_t after_seq, store_event_fn *fn, void *data)
{
	return store->driver->read(store, office, after_seq, fn, data);
}

int store_record_put(struct store *store, const struct store_record *record)
{
	if (store->is_broken || !store->is_in_transaction || record->n_value > STORE_VALUE_BYTES_MAX)
		return fault_raise(-EIO);
	return settle(store, store->driver->record_put(store, record));
}

int store_record_find(struct store *store, const char *kind, const char *key, struct buf *value)
{
	return store->driver->record_find(store, kind, key, value);
}

int store_record_remove(struct store *store, const char *kind, const char *key)
{
	if (store->is_broken || !store->is_in_transaction)
		return fault_raise(-EIO);
	return settle(store, store->driver->record_remove(store, kind, key));
}

int store_record_purge(struct store *store, const char *kind, int64_t before_utc_ms)
{
	if (store->is_broken || !store->is_in_transaction)
		return fault_raise(-EIO);
	return settle(store, store->driver->record_purge(store, kind, before_utc_ms));
}

int store_verify(struct store *store, struct buf *findings)
{
	return store->driver->verify(store, findings);
}
