#pragma once
/* SPDX-License-Identifier: MIT
 * Difference: two merged trees compared by meaning. Entries of lists are the same when their ids are, whatever line or
 * place they stand at; a changed order is a difference of its own. */
#include "shared/config/layer/folder.h"
#include "shared/config/layer/tree.h"
#include "shared/config/schema/keys.h"

enum difference_kind { DIFFERENCE_ADDED, DIFFERENCE_REMOVED, DIFFERENCE_CHANGED, DIFFERENCE_ORDER };

struct difference {
	enum difference_kind kind;
	const char *path;          /* dotted: procedures.juminhyo.fee_yen */
	const char *root, *entry;  /* procedures, juminhyo; entry "" for the order of a root itself */
	const char *member;        /* what of the entry: fee_yen; "" the entry itself */
	const struct key *key;     /* the row of the value; of the list for an entry; NULL where names are free */
	const struct tree *a, *b;  /* NULL: not there */
};

/** difference_fn() - told once for each; negative ends the walk. @difference and its texts live as long as @memory. */
typedef int difference_fn(void *data, const struct difference *difference);

/** difference_each() - everything by which @b differs from @a, both merged, in the order of the key tables. Whole entries that only one
 *  side has are told once. Return: 0, -ENOMEM, or what @tell gave. */
MUST_USE int difference_each(struct memory *memory, const struct tree *a, const struct tree *b, difference_fn *tell,
			     void *data);
/** difference_word() - added, removed, changed, order. */
const char *difference_word(enum difference_kind kind);
/** value_brief() - @value for a person to read in one line: a scalar as it is, a text in Japanese, an entry by its name, a list in
 *  brackets, all else as JSON. NULL: no memory. */
const char *value_brief(struct memory *memory, const struct tree *value, const struct key *key);
/** place_brief() - FILE:LINE, or "built in". NULL: no memory. */
const char *place_brief(struct memory *memory, const struct tree *value);
/** difference_removal() - what in @layers, strongest first, took away the entry at @path: its own removal, or that of all its
 *  list. NULL: nothing did. */
const struct tree *difference_removal(struct memory *memory, const struct layers *layers, const char *path);
