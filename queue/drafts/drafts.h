#pragma once
/* SPDX-License-Identifier: MIT
 * Drafts: the filled forms of today's visits, at rest. Each draft is a file of its own, sealed with XChaCha20-Poly1305;
 * the key of each visit lies in one small key file beside them. Erasing is destroying the key, which is final at
 * once and for every copy of the sealed file, then unlinking. Keys are in no backup, no event, no database.
 * STATE/drafts/VISIT.N and STATE/draft-keys, both 0600. Thread: the loop's; blocks for disk flushes. */
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include "shared/base/cleanup.h"
#include "shared/base/limits.h"

#define DRAFTS_VISIT_HEX 32
#define DRAFTS_OFFICE_BYTES_MAX 47
#define DRAFTS_VISITS_MAX 20000 /* visits with drafts at rest at one time */
#define DRAFTS_PICTURES TICKET_DRAFTS_MAX /* in place of a draft's number: what was put as pictures */

struct drafts;

/** drafts_open() - @state_dir is there and ours alone. Files without a key are unlinked: nobody can read them any
 *  more. -EBADMSG when the key file is damaged. */
MUST_USE int drafts_open(const char *state_dir, struct drafts **ret_drafts);
struct drafts *drafts_close(struct drafts *drafts);
DEFINE_CLEANUP(struct drafts *, drafts_close)

/** drafts_put() - seals @values (1–TICKET_DRAFTS_MAX JSON values) under a fresh visit and key, and @pictures (NULL none)
 *  in a file apart: a draft is opened often, they seldom. Nothing counts before drafts_settle(). @ret_visit holds
 *  DRAFTS_VISIT_HEX + 1 bytes. */
MUST_USE int drafts_put(struct drafts *drafts, const char *office, json_t *const *values, size_t n_values,
			const json_t *pictures, char *ret_visit);
/** drafts_settle() - makes every put, replacement, expiry and erasure since the last one durable, the key file in one
 *  atomic step. Call before the event that names the visit is committed. */
MUST_USE int drafts_settle(struct drafts *drafts);
/** drafts_get() - opens draft @i (0…). -ENOENT when it was erased, -EBADMSG when altered. Caller wipes with
 *  drafts_value_free(). */
MUST_USE int drafts_get(struct drafts *drafts, const char *visit, int i, json_t **ret_value);
/** drafts_replace() - a corrected draft, atomically. */
MUST_USE int drafts_replace(struct drafts *drafts, const char *visit, int i, const json_t *value);
/** drafts_expire() - the visit is kept until @until_utc_ms even after its day; 0: it ends with the day. */
MUST_USE int drafts_expire(struct drafts *drafts, const char *visit, int64_t until_utc_ms);
/** drafts_erase() - destroys the key at once in memory, with drafts_settle() on the disk, and unlinks the files. */
void drafts_erase(struct drafts *drafts, const char *visit);

/** drafts_sweep() - asks @erase_it for every visit at rest of @office; true erases it. */
typedef bool drafts_fn(void *data, const char *visit, int64_t until_utc_ms);
void drafts_sweep(struct drafts *drafts, const char *office, drafts_fn *erase_it, void *data);
size_t drafts_count(const struct drafts *drafts);
