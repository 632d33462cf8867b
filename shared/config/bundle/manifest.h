#pragma once
/* SPDX-License-Identifier: MIT
 * Manifest: what a bundle says of itself, its first entry manifest.json. The signature covers it as it covers all else;
 * it is for what a signature alone cannot say: whose town, which of two is newer, from when to when, and that nothing
 * was left out or slipped in. There is one way to write it, byte for byte. */
#include <stdbool.h>
#include <stdint.h>
#include "shared/base/buf.h"
#include "shared/base/limits.h"
#include "shared/config/layer/memory.h"

#define MANIFEST_NAME "manifest.json"
#define MANIFEST_FORMAT 1
#define MANIFEST_HASH_BYTES 32
#define MANIFEST_FILES_MAX (CONFIG_LAYERS_MAX * CONFIG_FILES_MAX)
#define MANIFEST_SERIAL_MAX INT64_C(99991231235959)

struct manifest_layer {
	const char *name;    /* municipalities/209996-mihon */
	const char *version; /* as its layer.yaml has it; "" none */
};

struct manifest_file {
	const char *path; /* N/LAYER/FILE.yaml */
	size_t n_bytes;
	uint8_t hash[MANIFEST_HASH_BYTES]; /* BLAKE2b-256 */
};

struct manifest {
	const char *code;       /* of the municipality, 6 digits */
	const char *name;       /* of it, in Japanese */
	int64_t serial;         /* 1 to MANIFEST_SERIAL_MAX; of two bundles of a town the higher one is the newer */
	const char *not_before; /* YYYY-MM-DD, the first day in Japan it may be used; "" from the start */
	const char *expires;    /* the last day it is meant for; "" no end */
	struct manifest_layer layers[CONFIG_LAYERS_MAX]; /* strongest first */
	size_t n_layers;
	struct manifest_file *files; /* in the order of the archive */
	size_t n_files;
};

/** manifest_encode() - the bytes of manifest.json into @out. 0, -ENOMEM, -ENOSPC. */
MUST_USE int manifest_encode(const struct manifest *manifest, struct buf *out);
/** manifest_decode() - the other way; texts live in @memory. 0; -EBADMSG when it is not what manifest_encode() writes, to
 *  the byte; -ENOMEM. */
MUST_USE int manifest_decode(struct memory *memory, const char *bytes, size_t n_bytes, struct manifest *ret_manifest);
/** manifest_hash() - of a file's bytes. */
void manifest_hash(const void *bytes, size_t n_bytes, uint8_t out[MANIFEST_HASH_BYTES]);
/** manifest_print() - for a person, one fact a line. */
void manifest_print(const struct manifest *manifest, int64_t now_utc_ms, FILE *out);

/** manifest_date_is() - whether @date is a day as YYYY-MM-DD. */
bool manifest_date_is(const char *date);
/** manifest_day_start_ms() - the instant @date begins in Japan, UTC. 0 when it is no day. */
int64_t manifest_day_start_ms(const char *date);

#define MANIFEST_SOON_DAYS 30

enum manifest_age { MANIFEST_VALID, MANIFEST_NOT_YET, MANIFEST_EXPIRES_SOON, MANIFEST_EXPIRED };

/** manifest_age() - at the instant @utc_ms. @expires counts whole: it is over when the next day begins in Japan. */
enum manifest_age manifest_age(const struct manifest *manifest, int64_t utc_ms);
/** manifest_age_word() - valid, not-yet, expires-soon, expired. */
const char *manifest_age_word(enum manifest_age age);

/** manifest_serial_now() - the usual serial: UTC as YYYYMMDDhhmmss, so that it rises across laptops. SOURCE_DATE_EPOCH
 *  (reproducible-builds.org) stands in for the clock. */
int64_t manifest_serial_now(void);
/** manifest_now_ms() - the present, UTC; SOURCE_DATE_EPOCH likewise. */
int64_t manifest_now_ms(void);
/** manifest_packed_ms() - when @serial says it was made, UTC; 0 when it is no such serial. */
int64_t manifest_packed_ms(int64_t serial);
