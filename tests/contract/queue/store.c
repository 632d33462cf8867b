/* SPDX-License-Identifier: MIT
 * One contract, every store driver. What only a disk can show (a second opener, a restart) runs where the driver has one. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "queue/store/store.h"
#include "shared/base/banned.h"

struct place {
	const char *scheme;
	char folder[64], url[128];
	struct store *store;
};

static int place_open(struct place *place)
{
	snprintf(place->folder, sizeof(place->folder), "/tmp/madoguchi-store-XXXXXX");
	if (!mkdtemp(place->folder))
		return -1;
	snprintf(place->url, sizeof(place->url), "%s:%s/q.db", place->scheme, place->folder);
	return store_open(place->url, &place->store);
}

static int open_sqlite(void **state)
{
	static struct place place;

	place = (struct place){.scheme = "sqlite"};
	*state = &place;
	return place_open(&place);
}

static int open_memory(void **state)
{
	static struct place place;

	place = (struct place){.scheme = "memory"};
	*state = &place;
	return place_open(&place);
}

static int close_place(void **state)
{
	static const char *const files[] = {"q.db", "q.db-wal", "q.db-shm"};
	struct place *place = *state;
	char path[128];

	place->store = store_close(place->store);
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", place->folder, files[i]);
		unlink(path);
	}
	return rmdir(place->folder);
}

static int append_one(struct store *store, const char *office, int64_t after, const char *kind, const char *ticket)
{
	return store_append(store, office, after, &(struct store_event){0, 1000 + after, kind, ticket, "{}"}, 1);
}

struct seen {
	int64_t last;
	size_t n;
	char kinds[256];
};

static int see(void *data, const struct store_event *event)
{
	struct seen *seen = data;
	size_t used = strlen(seen->kinds);

	seen->last = event->seq;
	seen->n++;
	snprintf(seen->kinds + used, sizeof(seen->kinds) - used, "%s ", event->kind);
	return 0;
}

static void store_keeps_events_in_order_by_office(void **state)
{
	struct store *store = ((struct place *)*state)->store;
	struct seen seen = {0};
	int64_t seq = -1;

	assert_int_equal(store_begin(store), 0);
	assert_int_equal(append_one(store, "o1", 0, "day", ""), STORE_OK);
	assert_int_equal(append_one(store, "o1", 1, "issued", "t1"), STORE_OK);
	assert_int_equal(append_one(store, "o2", 0, "day", ""), STORE_OK);
	assert_int_equal(append_one(store, "o1", 2, "called", "t1"), STORE_OK);
	assert_int_equal(store_commit(store), 0);
	assert_int_equal(store_read(store, "o1", 1, see, &seen), 0);
	assert_int_equal(seen.n, 2);
	assert_int_equal(seen.last, 3);
	assert_string_equal(seen.kinds, "issued called ");
	assert_int_equal(store_last_seq(store, "o1", NULL, &seq), 0);
	assert_int_equal(seq, 3);
	assert_int_equal(store_last_seq(store, "o1", "day", &seq), 0);
	assert_int_equal(seq, 1);
	assert_int_equal(store_last_seq(store, "o1", "issued", &seq), 0);
	assert_int_equal(seq, 2);
	assert_int_equal(store_last_seq(store, "o3", NULL, &seq), 0);
	assert_int_equal(seq, 0);
}

static void store_refuses_an_append_that_has_not_seen_the_last_event(void **state)
{
	struct store *store = ((struct place *)*state)->store;
	struct seen seen = {0};

	assert_int_equal(store_begin(store), 0);
	assert_int_equal(append_one(store, "o1", 0, "day", ""), STORE_OK);
	assert_int_equal(append_one(store, "o1", 0, "issued", "t1"), STORE_CONFLICT);
	assert_int_equal(append_one(store, "o1", 2, "issued", "t1"), STORE_CONFLICT);
	assert_int_equal(store_commit(store), 0);
	assert_int_equal(store_read(store, "o1", 0, see, &seen), 0);
	assert_int_equal(seen.n, 1);
}

static void store_never_issues_one_number_twice(void **state)
{
	struct store *store = ((struct place *)*state)->store;

	assert_int_equal(store_begin(store), 0);
	assert_int_equal(append_one(store, "o1", 0, "issued", "t1"), STORE_OK);
	assert_int_equal(append_one(store, "o1", 1, "issued", "t1"), STORE_CONFLICT);
	assert_int_equal(append_one(store, "o2", 0, "issued", "t1"), STORE_OK); /* another office's own */
	assert_int_equal(append_one(store, "o1", 1, "called", "t1"), STORE_OK);
	assert_int_equal(store_commit(store), 0);
}

static void store_rollback_leaves_nothing(void **state)
{
	struct store *store = ((struct place *)*state)->store;
	CLEANUP(buf_release) struct buf value = BUF_INIT(64);
	struct seen seen = {0};

	assert_int_equal(store_begin(store), 0);
	assert_int_equal(store_record_put(store, &(struct store_record){"user", "hanako", 1, "old", 3}), 0);
	assert_int_equal(store_commit(store), 0);
	assert_int_equal(store_begin(store), 0);
	assert_int_equal(append_one(store, "o1", 0, "day", ""), STORE_OK);
	assert_int_equal(store_record_put(store, &(struct store_record){"user", "hanako", 2, "new", 3}), 0);
	assert_int_equal(store_record_put(store, &(struct store_record){"user", "taro", 2, "new", 3}), 0);
	store_rollback(store);
	assert_int_equal(store_read(store, "o1", 0, see, &seen), 0);
	assert_int_equal(seen.n, 0);
	assert_int_equal(store_record_find(store, "user", "hanako", &value), STORE_OK);
	assert_string_equal(buf_text(&value), "old");
	assert_int_equal(store_record_find(store, "user", "taro", &value), STORE_NONE);
	assert_true(append_one(store, "o1", 0, "day", "") < 0); /* outside a transaction nothing is written */
}

static void store_records_are_put_replaced_removed_and_forgotten_by_age(void **state)
{
	struct place *place = *state;
	CLEANUP(buf_release) struct buf value = BUF_INIT(64);

	assert_int_equal(store_begin(place->store), 0);
	assert_int_equal(store_record_put(place->store, &(struct store_record){"answer", "k1", 10, "a\0b", 3}), 0);
	assert_int_equal(store_record_put(place->store, &(struct store_record){"answer", "k2", 20, "c", 1}), 0);
	assert_int_equal(store_record_put(place->store, &(struct store_record){"device", "k1", 10, "d", 1}), 0);
	assert_int_equal(store_record_put(place->store, &(struct store_record){"answer", "k2", 30, "e", 1}), 0);
	assert_int_equal(store_record_purge(place->store, "answer", 30), 0);
	assert_int_equal(store_commit(place->store), 0);
	assert_int_equal(store_record_find(place->store, "answer", "k1", &value), STORE_NONE);
	assert_int_equal(store_record_find(place->store, "answer", "k2", &value), STORE_OK);
	assert_int_equal(store_record_find(place->store, "device", "k1", &value), STORE_OK);
	assert_string_equal(buf_text(&value), "ed");
	assert_int_equal(store_begin(place->store), 0);
	assert_int_equal(store_record_remove(place->store, "device", "k1"), 0);
	assert_int_equal(store_record_remove(place->store, "device", "k1"), 0);
	assert_int_equal(store_commit(place->store), 0);
	assert_int_equal(store_record_find(place->store, "device", "k1", &value), STORE_NONE);
	value.len = 0;
	assert_int_equal(store_verify(place->store, &value), 0);
	assert_int_equal(value.len, 0);
}

static void sqlite_keeps_everything_over_a_restart_and_sees_other_writers(void **state)
{
	struct place *place = *state;
	struct store *other = NULL;
	struct seen seen = {0};

	assert_int_equal(store_begin(place->store), 0);
	assert_int_equal(append_one(place->store, "o1", 0, "day", ""), STORE_OK);
	assert_int_equal(store_commit(place->store), 0);
	assert_int_equal(store_open(place->url, &other), 0);
	assert_int_equal(store_begin(other), 0);
	assert_int_equal(append_one(other, "o1", 1, "issued", "t1"), STORE_OK);
	assert_int_equal(store_commit(other), 0);
	assert_int_equal(store_begin(place->store), 0);
	assert_int_equal(append_one(place->store, "o1", 1, "issued", "t2"), STORE_CONFLICT); /* has not seen the other's */
	store_rollback(place->store);
	store_close(other);
	place->store = store_close(place->store);
	assert_int_equal(store_open(place->url, &place->store), 0);
	assert_int_equal(store_read(place->store, "o1", 0, see, &seen), 0);
	assert_string_equal(seen.kinds, "day issued ");
}

static void sqlite_refuses_files_that_are_not_ours(void **state)
{
	struct place *place = *state;
	struct store *store = NULL;
	char url[160];
	FILE *file;

	snprintf(url, sizeof(url), "sqlite:%s/nowhere/q.db", place->folder);
	assert_true(store_open(url, &store) < 0);
	snprintf(url, sizeof(url), "%s/other", place->folder);
	file = fopen(url, "we");
	assert_non_null(file);
	for (int i = 0; i < 500; i++)
		fputs("this is no database, only text\n", file);
	fclose(file);
	snprintf(url, sizeof(url), "sqlite:%s/other", place->folder);
	assert_int_equal(store_open(url, &store), -EBADMSG);
	assert_int_equal(store_open("oracle:x", &store), -EINVAL);
	assert_null(store);
	unlink(url + strlen("sqlite:"));
}

#define FOR_BOTH(test)                                                                                       \
	{"sqlite: " #test, test, open_sqlite, close_place, NULL}, {"memory: " #test, test, open_memory, close_place, NULL}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FOR_BOTH(store_keeps_events_in_order_by_office),
		FOR_BOTH(store_refuses_an_append_that_has_not_seen_the_last_event),
		FOR_BOTH(store_never_issues_one_number_twice),
		FOR_BOTH(store_rollback_leaves_nothing),
		FOR_BOTH(store_records_are_put_replaced_removed_and_forgotten_by_age),
		cmocka_unit_test_setup_teardown(sqlite_keeps_everything_over_a_restart_and_sees_other_writers, open_sqlite, close_place),
		cmocka_unit_test_setup_teardown(sqlite_refuses_files_that_are_not_ours, open_sqlite, close_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
