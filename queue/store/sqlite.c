/* SPDX-License-Identifier: MIT
 * The SQLite driver. WAL with synchronous=FULL: one flush a commit, and a commit that returned is on the disk. Both are
 * read back, because a library built otherwise would accept the pragma and lose tickets at the next power cut.
 * Several processes may have the file open (the daemon, `madoguchi-queue user add`): writers wait for each other. */
#include <errno.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

#include "queue/store/store.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define SCHEMA_VERSION 1
#define BUSY_WAIT_MS 5000

static const char schema[] =
	"CREATE TABLE event ("
	" office TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL, ticket TEXT NOT NULL,"
	" body TEXT NOT NULL, PRIMARY KEY (office, seq)) STRICT, WITHOUT ROWID;"
	"CREATE UNIQUE INDEX event_number ON event (office, ticket) WHERE kind = 'issued';"
	"CREATE INDEX event_day ON event (office, seq) WHERE kind = 'day';"
	"CREATE TABLE record ("
	" kind TEXT NOT NULL, key TEXT NOT NULL, at INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY (kind, key))"
	" STRICT, WITHOUT ROWID;"
	"CREATE INDEX record_age ON record (kind, at);"
	"PRAGMA user_version = 1;";

#define STATEMENTS(X)                                                                                        \
	X(begin, "BEGIN IMMEDIATE")                                                                          \
	X(commit, "COMMIT")                                                                                  \
	X(rollback, "ROLLBACK")                                                                              \
	X(append, "INSERT INTO event (office, seq, at, kind, ticket, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")   \
	X(last, "SELECT max(seq) FROM event WHERE office = ?1")                                              \
	X(last_day, "SELECT max(seq) FROM event WHERE office = ?1 AND kind = 'day'")                         \
	X(last_kind, "SELECT max(seq) FROM event WHERE office = ?1 AND kind = ?2")                           \
	X(read, "SELECT seq, at, kind, ticket, body FROM event WHERE office = ?1 AND seq > ?2 ORDER BY seq")  \
	X(put, "INSERT INTO record (kind, key, at, value) VALUES (?1, ?2, ?3, ?4)"                            \
	       " ON CONFLICT (kind, key) DO UPDATE SET at = ?3, value = ?4")                                  \
	X(find, "SELECT value FROM record WHERE kind = ?1 AND key = ?2")                                     \
	X(remove, "DELETE FROM record WHERE kind = ?1 AND key = ?2")                                         \
	X(purge, "DELETE FROM record WHERE kind = ?1 AND at < ?2")

struct sqlite_store {
	struct store base;
	sqlite3 *db;
#define X(name, sql) sqlite3_stmt *name;
	STATEMENTS(X)
#undef X
};

static int errno_of(int code)
{
	switch (code & 0xff) {
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
		return -EROFS;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
	case SQLITE_AUTH:
		return -EACCES;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return -EBADMSG;
	default:
		return -EIO;
	}
}

static struct sqlite_store *of(struct store *store)
{
	return (struct sqlite_store *)store;
}

static struct store *sqlite_close(struct store *store)
{
	struct sqlite_store *s = of(store);

#define X(name, sql) sqlite3_finalize(s->name);
	STATEMENTS(X)
#undef X
	sqlite3_close(s->db);
	free(s);
	return NULL;
}

/* One number from a pragma; -1 when it gives none. */
static int64_t pragma_number(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	int64_t value = -1;

	if (sqlite3_prepare_v2(db, sql, -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
		value = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return value;
}

static bool is_wal(sqlite3 *db)
{
	sqlite3_stmt *statement = NULL;
	bool result = false;

	if (sqlite3_prepare_v2(db, "PRAGMA journal_mode = WAL", -1, &statement, NULL) == SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		result = sqlite3_stricmp((const char *)sqlite3_column_text(statement, 0), "wal") == 0;
	sqlite3_finalize(statement);
	return result;
}

static int configure(sqlite3 *db)
{
	int on = 0;

	sqlite3_extended_result_codes(db, 1);
	sqlite3_busy_timeout(db, BUSY_WAIT_MS);
	sqlite3_limit(db, SQLITE_LIMIT_LENGTH, 4 * 1024 * 1024);
	if (sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, &on) != SQLITE_OK || !on)
		return fault_raise(-ENOTSUP);
	if (sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, &on) != SQLITE_OK || on)
		return fault_raise(-ENOTSUP);
	if (sqlite3_exec(db, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON", NULL, NULL,
			 NULL) != SQLITE_OK)
		return fault_raise(errno_of(sqlite3_extended_errcode(db)));
	if (!is_wal(db))
		return fault_raise(sqlite3_errcode(db) == SQLITE_ROW || sqlite3_errcode(db) == SQLITE_OK ?
					   -ENOTSUP : errno_of(sqlite3_extended_errcode(db)));
	return pragma_number(db, "PRAGMA synchronous") == 2 ? 0 : fault_raise(-ENOTSUP);
}

static int exec(sqlite3 *db, const char *sql)
{
	int code = sqlite3_exec(db, sql, NULL, NULL, NULL);

	return code == SQLITE_OK ? 0 : fault_raise(errno_of(code));
}

/* Two programs may make the file at the same moment: the version is read again under the write lock. */
static int migrate(sqlite3 *db)
{
	int64_t version = pragma_number(db, "PRAGMA user_version");
	int r;

	if (version == SCHEMA_VERSION)
		return 0;
	if (version != 0)
		return fault_raise(-EBADMSG);
	r = exec(db, "BEGIN IMMEDIATE");
	if (r < 0)
		return fault_pass(r);
	if (pragma_number(db, "PRAGMA user_version") == 0)
		r = pragma_number(db, "SELECT count(*) FROM sqlite_schema") == 0 ? exec(db, schema) : fault_raise(-EBADMSG);
	if (r == 0)
		r = exec(db, "COMMIT");
	if (r < 0) {
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
		return fault_pass(r);
	}
	return 0;
}

static int prepare(struct sqlite_store *s)
{
	int code = SQLITE_OK;

#define X(name, sql)                                                                                         \
	if (code == SQLITE_OK)                                                                               \
		code = sqlite3_prepare_v3(s->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->name, NULL);
	STATEMENTS(X)
#undef X
	return code == SQLITE_OK ? 0 : fault_raise(errno_of(code));
}

static int sqlite_open(const char *path, struct store **ret_store)
{
	CLEANUP(store_closep) struct store *store = calloc(1, sizeof(struct sqlite_store));
	mode_t mask;
	int code, r;

	if (!store)
		return fault_raise(-ENOMEM);
	store->driver = &store_sqlite;
	mask = umask(0077);
	code = sqlite3_open_v2(path, &of(store)->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, NULL);
	umask(mask);
	if (code != SQLITE_OK)
		return fault_raise(errno_of(code));
	r = configure(of(store)->db);
	if (r == 0)
		r = migrate(of(store)->db);
	if (r == 0)
		r = prepare(of(store));
	if (r < 0)
		return fault_pass(r);
	*ret_store = TAKE(store);
	return 0;
}

/* Runs a statement that gives no row; it is ready for the next use afterwards. */
static int run(sqlite3_stmt *statement)
{
	int code = sqlite3_step(statement);

	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	if (code == SQLITE_DONE || code == SQLITE_ROW)
		return 0;
	return (code & 0xff) == SQLITE_CONSTRAINT ? STORE_CONFLICT : fault_raise(errno_of(code));
}

static int sqlite_begin(struct store *store)
{
	return run(of(store)->begin);
}

static int sqlite_commit(struct store *store)
{
	return run(of(store)->commit);
}

static void sqlite_rollback(struct store *store)
{
	if (!sqlite3_get_autocommit(of(store)->db)) /* some faults have rolled back already */
		(void)!run(of(store)->rollback);
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

static int sqlite_last_seq(struct store *store, const char *office, const char *kind, int64_t *ret_seq)
{
	struct sqlite_store *s = of(store);
	sqlite3_stmt *statement = !kind ? s->last : strcmp(kind, "day") == 0 ? s->last_day : s->last_kind;
	int64_t seq = 0;
	int code;

	bind_text(statement, 1, office);
	if (statement == s->last_kind)
		bind_text(statement, 2, kind);
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		seq = sqlite3_column_int64(statement, 0); /* NULL gives 0 */
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	if (code != SQLITE_ROW)
		return fault_raise(errno_of(code));
	*ret_seq = seq;
	return 0;
}

static int sqlite_append(struct store *store, const char *office, int64_t after_seq, const struct store_event *events,
			 size_t n_events)
{
	struct sqlite_store *s = of(store);
	int64_t last = 0;
	int r = sqlite_last_seq(store, office, NULL, &last);

	if (r < 0)
		return fault_pass(r);
	if (last != after_seq)
		return STORE_CONFLICT;
	for (size_t i = 0; i < n_events; i++) {
		bind_text(s->append, 1, office);
		sqlite3_bind_int64(s->append, 2, after_seq + 1 + (int64_t)i);
		sqlite3_bind_int64(s->append, 3, events[i].at_utc_ms);
		bind_text(s->append, 4, events[i].kind);
		bind_text(s->append, 5, events[i].ticket);
		bind_text(s->append, 6, events[i].body);
		r = run(s->append);
		if (r != 0)
			return r < 0 ? fault_pass(r) : r;
	}
	return STORE_OK;
}

static int sqlite_read(struct store *store, const char *office, int64_t after_seq, store_event_fn *fn, void *data)
{
	sqlite3_stmt *statement = of(store)->read;
	int code, r = 0;

	bind_text(statement, 1, office);
	sqlite3_bind_int64(statement, 2, after_seq);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW && r == 0)
		r = fn(data, &(struct store_event){.seq = sqlite3_column_int64(statement, 0),
						   .at_utc_ms = sqlite3_column_int64(statement, 1),
						   .kind = (const char *)sqlite3_column_text(statement, 2),
						   .ticket = (const char *)sqlite3_column_text(statement, 3),
						   .body = (const char *)sqlite3_column_text(statement, 4)});
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	if (r < 0)
		return fault_pass(r);
	return code == SQLITE_DONE || code == SQLITE_ROW ? 0 : fault_raise(errno_of(code));
}

static int sqlite_record_put(struct store *store, const struct store_record *record)
{
	sqlite3_stmt *statement = of(store)->put;

	bind_text(statement, 1, record->kind);
	bind_text(statement, 2, record->key);
	sqlite3_bind_int64(statement, 3, record->at_utc_ms);
	sqlite3_bind_blob(statement, 4, record->value, (int)record->n_value, SQLITE_STATIC);
	return run(statement);
}

static int sqlite_record_find(struct store *store, const char *kind, const char *key, struct buf *value)
{
	sqlite3_stmt *statement = of(store)->find;
	int code, r = STORE_NONE;

	bind_text(statement, 1, kind);
	bind_text(statement, 2, key);
	code = sqlite3_step(statement);
	if (code == SQLITE_ROW)
		r = buf_add(value, sqlite3_column_blob(statement, 0), (size_t)sqlite3_column_bytes(statement, 0));
	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return code == SQLITE_ROW || code == SQLITE_DONE ? r : fault_raise(errno_of(code));
}

static int sqlite_record_remove(struct store *store, const char *kind, const char *key)
{
	sqlite3_stmt *statement = of(store)->remove;

	bind_text(statement, 1, kind);
	bind_text(statement, 2, key);
	return run(statement);
}

static int sqlite_record_purge(struct store *store, const char *kind, int64_t before_utc_ms)
{
	sqlite3_stmt *statement = of(store)->purge;

	bind_text(statement, 1, kind);
	sqlite3_bind_int64(statement, 2, before_utc_ms);
	return run(statement);
}

static int sqlite_verify(struct store *store, struct buf *findings)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(of(store)->db, "PRAGMA integrity_check", -1, &statement, NULL);
	int r = 0;

	while (code == SQLITE_OK && r == 0 && (code = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *text = (const char *)sqlite3_column_text(statement, 0);

		if (text && strcmp(text, "ok") != 0)
			r = buf_addf(findings, "%s\n", text);
		code = SQLITE_OK;
	}
	sqlite3_finalize(statement);
	if (r < 0)
		return fault_pass(r);
	return code == SQLITE_DONE ? 0 : fault_raise(errno_of(code));
}

const struct store_driver store_sqlite = {
	.scheme = "sqlite",
	.open = sqlite_open,
	.close = sqlite_close,
	.begin = sqlite_begin,
	.commit = sqlite_commit,
	.rollback = sqlite_rollback,
	.append = sqlite_append,
	.last_seq = sqlite_last_seq,
	.read = sqlite_read,
	.record_put = sqlite_record_put,
	.record_find = sqlite_record_find,
	.record_remove = sqlite_record_remove,
	.record_purge = sqlite_record_purge,
	.verify = sqlite_verify,
};
