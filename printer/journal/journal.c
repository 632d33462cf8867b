/* SPDX-License-Identifier: MIT
 * One table. The commit is the promise, so its two conditions (WAL, FULL) are asked back and not assumed. */
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "shared/base/fault.h"
#include "printer/journal/journal.h"
#include "printer/spool/spool.h"
#include "shared/base/banned.h"

#define JOURNAL_VERSION 1
#define DAY_MS (24 * 60 * 60 * 1000LL)

struct journal {
	sqlite3 *db;
	sqlite3_stmt *record, *find, *forget;
};

static const char schema[] =
	"CREATE TABLE IF NOT EXISTS job ("
	" key TEXT PRIMARY KEY NOT NULL,"
	" role TEXT NOT NULL,"
	" state TEXT NOT NULL CHECK (state IN ('pending','processing','completed','aborted','unknown')),"
	" reasons TEXT NOT NULL,"
	" created_utc_ms INTEGER NOT NULL,"
	" changed_utc_ms INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX IF NOT EXISTS job_changed ON job (changed_utc_ms);"
	"PRAGMA user_version=1;";

static int errno_of(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return 0;
	case SQLITE_NOMEM:
		return -ENOMEM;
	case SQLITE_FULL:
		return -ENOSPC;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_CANTOPEN:
		return -EACCES;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return -EBUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_CONSTRAINT:
		return -EBADMSG;
	default:
		return -EIO;
	}
}

static int run(struct journal *journal, const char *sql)
{
	int rc = sqlite3_exec(journal->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : fault_raise(errno_of(rc));
}

static int read_int(struct journal *journal, const char *sql, int *ret_value)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(journal->db, sql, -1, &stmt, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		*ret_value = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	return rc == SQLITE_ROW ? 0 : fault_raise(errno_of(rc) ? errno_of(rc) : -EIO);
}

static int set_durable(struct journal *journal)
{
	sqlite3_stmt *stmt = NULL;
	int rc, synchronous = 0, r;
	bool is_wal;

	rc = sqlite3_prepare_v2(journal->db, "PRAGMA journal_mode=WAL", -1, &stmt, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(stmt);
	is_wal = rc == SQLITE_ROW && strcmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0;
	sqlite3_finalize(stmt);
	if (!is_wal)
		return fault_raise(errno_of(rc) ? errno_of(rc) : -EIO);
	r = run(journal, "PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA wal_autocheckpoint=200;");
	if (r < 0)
		return fault_pass(r);
	r = read_int(journal, "PRAGMA synchronous", &synchronous);
	if (r < 0)
		return fault_pass(r);
	return synchronous == 2 ? 0 : fault_raise(-EIO);
}

static int set_schema(struct journal *journal)
{
	int version = 0;
	int r = read_int(journal, "PRAGMA user_version", &version);

	if (r < 0)
		return fault_pass(r);
	if (version != 0 && version != JOURNAL_VERSION)
		return fault_raise(-EBADMSG);
	return run(journal, schema);
}

static int prepare(struct journal *journal)
{
	static const char record[] =
		"INSERT INTO job VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT (key) DO UPDATE"
		" SET role = ?2, state = ?3, reasons = ?4, changed_utc_ms = ?5";
	int rc = sqlite3_prepare_v2(journal->db, record, -1, &journal->record, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(journal->db, "SELECT state FROM job WHERE key = ?1", -1, &journal->find, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_prepare_v2(journal->db, "DELETE FROM job WHERE changed_utc_ms < ?1", -1, &journal->forget,
					NULL);
	return rc == SQLITE_OK ? 0 : fault_raise(errno_of(rc));
}

static int state_after_restart(struct journal *journal, enum print_state state, int64_t now_utc_ms, int *ret_n)
{
	sqlite3_stmt *stmt = NULL;
	int rc = sqlite3_prepare_v2(journal->db,
				    "UPDATE job SET state = ?2, reasons = 'processing-to-stop-point', changed_utc_ms = ?3 WHERE state = ?1",
				    -1, &stmt, NULL);

	if (rc == SQLITE_OK) {
		sqlite3_bind_text(stmt, 1, print_state_word(state), -1, SQLITE_STATIC);
		sqlite3_bind_text(stmt, 2, print_state_word(spool_after_restart(state)), -1, SQLITE_STATIC);
		sqlite3_bind_int64(stmt, 3, now_utc_ms);
		rc = sqlite3_step(stmt);
	}
	sqlite3_finalize(stmt);
	if (rc != SQLITE_DONE)
		return fault_raise(errno_of(rc));
	*ret_n = sqlite3_changes(journal->db);
	return 0;
}

int journal_open(const char *directory, int64_t now_utc_ms, struct journal **ret_journal, int *ret_n_unknown)
{
	CLEANUP(journal_closep) struct journal *journal = calloc(1, sizeof(*journal));
	CLEANUP(freep) char *path = NULL;
	int rc, r, n_aborted, n_unknown = 0;

	if (!journal || asprintf(&path, "%s/print.sqlite", directory) < 0)
		return fault_raise(-ENOMEM);
	rc = sqlite3_open_v2(path, &journal->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW, NULL);
	if (rc != SQLITE_OK)
		return fault_raise(errno_of(rc));
	sqlite3_busy_timeout(journal->db, 2000);
	r = set_durable(journal);
	if (r == 0)
		r = set_schema(journal);
	if (r == 0)
		r = prepare(journal);
	if (r == 0)
		r = state_after_restart(journal, PRINT_PENDING, now_utc_ms, &n_aborted);
	if (r == 0)
		r = state_after_restart(journal, PRINT_PROCESSING, now_utc_ms, &n_unknown);
	if (r == 0)
		r = journal_forget_old(journal, now_utc_ms);
	if (r < 0)
		return fault_pass(r);
	*ret_n_unknown = n_unknown;
	*ret_journal = TAKE(journal);
	return 0;
}

struct journal *journal_close(struct journal *journal)
{
	if (!journal)
		return NULL;
	sqlite3_finalize(journal->record);
	sqlite3_finalize(journal->find);
	sqlite3_finalize(journal->forget);
	sqlite3_close(journal->db);
	free(journal);
	return NULL;
}

/* Executes a bound statement that gives no rows. */
static int finish(sqlite3_stmt *stmt)
{
	int rc = sqlite3_step(stmt);

	sqlite3_reset(stmt);
	return rc == SQLITE_DONE ? 0 : fault_raise(errno_of(rc) ? errno_of(rc) : -EIO);
}

int journal_record(struct journal *journal, int64_t now_utc_ms, const char *key, const char *role,
		   enum print_state state, const char *reasons)
{
	sqlite3_bind_text(journal->record, 1, key, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(journal->record, 2, role, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(journal->record, 3, print_state_word(state), -1, SQLITE_STATIC);
	sqlite3_bind_text(journal->record, 4, reasons, -1, SQLITE_TRANSIENT);
	sqlite3_bind_int64(journal->record, 5, now_utc_ms);
	return finish(journal->record);
}

static int state_parse(const char *word, enum print_state *ret_state)
{
	for (int state = PRINT_PENDING; state <= PRINT_UNKNOWN; state++)
		if (word && strcmp(word, print_state_word((enum print_state)state)) == 0) {
			*ret_state = (enum print_state)state;
			return 0;
		}
	return fault_raise(-EBADMSG);
}

int journal_find(struct journal *journal, const char *key, bool *ret_is_known, enum print_state *ret_state)
{
	int rc, r = 0;

	sqlite3_bind_text(journal->find, 1, key, -1, SQLITE_TRANSIENT);
	rc = sqlite3_step(journal->find);
	if (rc == SQLITE_ROW)
		r = state_parse((const char *)sqlite3_column_text(journal->find, 0), ret_state);
	sqlite3_reset(journal->find);
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return fault_raise(errno_of(rc));
	if (r < 0)
		return fault_pass(r);
	*ret_is_known = rc == SQLITE_ROW;
	return 0;
}

int journal_forget_old(struct journal *journal, int64_t now_utc_ms)
{
	sqlite3_bind_int64(journal->forget, 1, now_utc_ms - JOURNAL_KEPT_DAYS * DAY_MS);
	return finish(journal->forget);
}
