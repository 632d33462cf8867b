#pragma once
/* SPDX-License-Identifier: MIT
 * Scrub: replaces what a card says about a person by fakes of the same length and make. The same bytes become the same
 * fake within one recording; the key that decides which lives as long as the recording and is never stored, so that no
 * fake leads back. What is kept: tags, lengths, filler, and values that say how the card is built. */
#include <stddef.h>
#include <stdint.h>
#include "shared/base/cleanup.h"

struct scrub;

/** scrub_new() - a fresh random key. NULL: no memory. */
struct scrub *scrub_new(void);
struct scrub *scrub_free(struct scrub *scrub);
DEFINE_CLEANUP(struct scrub *, scrub_free)

/** How the file of a card is built. */
enum scrub_form {
	SCRUB_OPAQUE,         /* unknown: a whole sequence of data objects, or nothing of it is kept */
	SCRUB_BER,            /* ISO/IEC 8825-1 objects; text is UTF-8 */
	SCRUB_LICENCE,        /* objects with tags of one byte; text is JIS X 0208 */
	SCRUB_COMMON_RECORD,  /* 共通カードAP: 01 1C, serial 15, municipality 5, YYYYMMDD */
	SCRUB_CV_CERTIFICATE, /* 7F21 */
	SCRUB_TOKEN,          /* of JPKI-AP: what kind of token answers, and which certificates it has */
};

/** scrub_file() - replaces in place; a file that breaks off keeps the headers it has. */
void scrub_file(const struct scrub *scrub, enum scrub_form form, uint8_t *bytes, size_t n_bytes);
