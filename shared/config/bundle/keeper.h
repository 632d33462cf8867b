#pragma once
/* SPDX-License-Identifier: MIT
 * Keeper: whether a bundle may be used here, and the last one that was, kept in the program's state folder with its
 * signature. The decision is pure; the store is a folder of whole files, where a power cut at any moment leaves the old
 * one or the new one. What is kept is asked for its signature again like anything else. Thread: the owner's. */
#include "shared/config/bundle/bundle.h"

/** What is remembered of the newest bundle that was ever taken. */
struct keeper_mark {
	char code[8];
	int64_t serial;
	uint8_t hash[MANIFEST_HASH_BYTES]; /* of FILE.mdg */
};

enum keeper_verdict {
	KEEPER_TAKE,
	KEEPER_OTHER_TOWN,  /* than was served before, or than --office names */
	KEEPER_OLDER,       /* a lower serial than was taken before */
	KEEPER_SAME_SERIAL, /* as was taken before, with other content: a serial stands for one content */
	KEEPER_NOT_YET,     /* not_before lies ahead */
};

struct keeper_case {
	const struct keeper_mark *mark;   /* NULL: none was ever taken */
	const char *code;                 /* of --office; NULL or "": any town */
	const struct manifest *manifest;
	const uint8_t *hash;              /* of FILE.mdg */
	int64_t now_utc_ms;
	bool has_other;                   /* there is a bundle to go on with when this is refused */
};

/** keeper_judge() - a bundle whose signature and manifest are sound. Neither a clock that lost its battery nor a validity
 *  that ran out closes a counter: what was taken before is taken again, and before the time it was packed at no day
 *  counts unless there is something else to run on. */
enum keeper_verdict keeper_judge(const struct keeper_case *asked);
/** keeper_clock_is_wrong() - whether @now lies before what is known to have been already (the serials are times). */
bool keeper_clock_is_wrong(const struct keeper_mark *mark, const struct manifest *manifest, int64_t now_utc_ms);

/* ---- the store ------------------------------------------------------------------------------------------------------ */

struct keeper_store {
	char *folder;                  /* STATE/bundle, STATE/bundle-1 for a second town, … */
	/** Called before every change of the disk; not 0: the change is not made and the call fails. NULL in programs: tests cut
	 *  the power here. */
	int (*before_change)(void *data);
	void *data;
};

/** keeper_store_init() - @slot: 0 for the program's first town. 0 or -ENOMEM; nothing is made yet. */
MUST_USE int keeper_store_init(struct keeper_store *store, const char *state_dir, size_t slot);
/** keeper_store_release() - also fit for CLEANUP. */
void keeper_store_release(struct keeper_store *store);
/** keeper_store_mark() - 0 and the mark; -ENOENT: nothing was ever taken; -EBADMSG: it cannot be read any more. */
MUST_USE int keeper_store_mark(const struct keeper_store *store, struct keeper_mark *ret_mark);
/** keeper_store_path() - where the bundle of @mark is kept, whether it is there or not. malloc'd; NULL: no memory. */
char *keeper_store_path(const struct keeper_store *store, const struct keeper_mark *mark);
/** keeper_store_put() - keeps @bytes and @signature as what @mark says; durable when it returns, and other bundles are gone.
 *  0 or why it could not be kept (-ENOSPC, -EROFS …): then what was kept before is still there. */
MUST_USE int keeper_store_put(const struct keeper_store *store, const struct keeper_mark *mark, const struct buf *bytes,
			      const struct buf *signature);
/** keeper_store_newest() - the paths of all bundles kept, newest first, for when the mark is damaged. @ret_paths: NULL-ended,
 *  malloc'd as its members. 0 or -ENOMEM. */
MUST_USE int keeper_store_newest(const struct keeper_store *store, char ***ret_paths);
