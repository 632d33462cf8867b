/* SPDX-License-Identifier: MIT
 * The yardstick of durable tickets: one thread, SQLite in WAL with synchronous=FULL, one insert a commit, nothing
 * else. Prints inserts per second. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	sqlite3 *db;
	sqlite3_stmt *insert;
	double start, seconds = argc > 2 ? strtod(argv[2], NULL) : 3;
	long n = 0;

	if (argc < 2 || sqlite3_open(argv[1], &db) != SQLITE_OK ||
	    sqlite3_exec(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
			     "CREATE TABLE ticket (office TEXT, seq INTEGER, at INTEGER, body TEXT, PRIMARY KEY (office, seq)) WITHOUT ROWID",
			 NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(db, "INSERT INTO ticket VALUES ('209996-honcho', ?1, ?1, ?2)", -1, &insert, NULL) != SQLITE_OK) {
		fprintf(stderr, "usage: sqlite_loop FRESH-FILE [SECONDS]\n");
		return 1;
	}
	for (start = now_s(); now_s() - start < seconds; n++) {
		sqlite3_bind_int64(insert, 1, n);
		sqlite3_bind_text(insert, 2, "{\"service\":\"certificates\",\"number\":15,\"token_hash\":\"0123456789abcdef0123456789abcdef\"}",
				  -1, SQLITE_STATIC);
		if (sqlite3_step(insert) != SQLITE_DONE)
			return 1;
		sqlite3_reset(insert);
	}
	printf("%.0f\n", (double)n / (now_s() - start));
	sqlite3_finalize(insert);
	sqlite3_close(db);
	return 0;
}
