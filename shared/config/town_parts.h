#pragma once
/* SPDX-License-Identifier: MIT
 * Inside the town: what town.c (loading, telling) and town_watch.c (noticing) share. */
#include "shared/config/bundle/keeper.h"
#include "shared/config/town.h"

/** A bundle as it is looked at, until it is taken or refused. */
struct town_look {
	bool has_other, is_bundle, is_verified, is_not_yet;
	struct keeper_mark mark;
	char not_before[16], expires[16];
	struct buf bytes, signature;
};

/** What the files were when they were last looked at. */
struct town_seen {
	struct town_file {
		uint64_t device, inode;
		int64_t n_bytes, changed_ns;
	} bundle, signature; /* zeroed: not there */
};

struct town {
	struct town_options options;
	const char *given;
	char *path; /* of the kept copy; NULL: there is none */
	struct config *config;
	struct keeper_store store;
	struct keeper_mark mark; /* the newest ever taken */
	bool has_mark;
	struct town_in_use {
		bool is_bundle;
		struct keeper_mark mark;
		char expires[16];
	} in_use;
	struct town_look look;
	const char *refused;
	int64_t refused_serial;
	int64_t not_before_utc_ms; /* when the one that lies there may be used; 0: nothing waits */
	bool is_last_good, is_unkept, is_told_soon, is_told_expired, is_told_clock;

	/* the watch */
	bool is_due;
	struct town_seen seen;
	town_due_fn *due;
	void *due_data;
	sd_event *loop;
	sd_event_source *folder, *settle, *beat;
};

/** town_watch_note() - remembers the files as they are now. */
void town_watch_note(struct town *town);
void town_watch_end(struct town *town);
/** town_tell_age() - to the log, when it changed. */
void town_tell_age(struct town *town);
