#pragma once
/* SPDX-License-Identifier: MIT
 * The body of a draft, for the files of this folder only. Fields keep the order in which they came. */
#include "shared/model/draft.h"

#define DRAFT_ID_BYTES_MAX 64

struct draft_cell {
	char *column;
	struct value value;
};

struct draft_row {
	struct draft_cell *cells;
	size_t n_cells;
};

struct draft_entry {
	char *field;
	struct value value;      /* text NULL when the field has rows */
	struct draft_row *rows;  /* NULL: a single value */
	size_t n_rows;
};

struct draft_png {
	unsigned char *bytes; /* NULL: none */
	size_t n_bytes;
};

struct draft {
	char *form;
	int version;
	struct draft_entry *entries;
	size_t n_entries;
	struct draft_card card; /* kind "": none */
	struct draft_png pictures[DRAFT_PICTURES];
};

/** draft_has_only() - every member of @object is one of the @n_names @names. */
bool draft_has_only(const json_t *object, const char *const *names, size_t n_names);
/** draft_card_encode() - adds "card" and "pictures" where there are any; false: no memory. */
bool draft_card_encode(const struct draft *draft, json_t *into);
/** draft_card_decode() - takes both from a draft's JSON. -EBADMSG, -ENOSPC, -ENOMEM. */
MUST_USE int draft_card_decode(const json_t *json, struct draft *draft);
/** draft_card_release() - wipes both. */
void draft_card_release(struct draft *draft);
/** draft_row_reach() - makes sure that row @at of @field exists; it may be the one after the last. */
MUST_USE int draft_row_reach(struct draft *draft, const char *field, size_t at, struct draft_entry **ret_entry);
/** draft_rows_trim() - takes away empty rows at the end, and the field when none is left. */
void draft_rows_trim(struct draft *draft, const char *field);
