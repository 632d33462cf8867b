#pragma once
/* SPDX-License-Identifier: MIT
 * Tree: YAML as it was written, every value with the place it stands at. Layers are trees, their merged result is
 * one, and all checks speak of places. Borrowed from one struct memory throughout.
 * Maps of scalars only, such as a text in its languages, may share their children with the tree they were copied from:
 * most of a town is what the common catalogue says. Such children are only looked at; tree_add() and tree_drop() first give
 * the map children of its own, and so does tree_own() for who changes them otherwise. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "shared/config/config.h"
#include "shared/config/layer/memory.h"

/** Where something was said. Texts are never NULL; @line and @column 1-based, 0 for what is built in. */
struct place {
	const char *file;
	int line, column;
	const char *layer; /* base, prefectures/20, … or "built in" */
};

enum tree_kind { TREE_SCALAR, TREE_MAP, TREE_LIST };

struct tree {
	enum tree_kind kind;
	const char *key;        /* its name in a map, else NULL */
	struct place key_place; /* of that name */
	struct place place;
	const char *scalar;     /* TREE_SCALAR: as written, unquoted */
	bool is_null;           /* TREE_SCALAR: nothing was written */
	bool is_bad;            /* a finding stands already; later checks leave it alone */
	const struct tree *beaten; /* TREE_SCALAR of a merged tree: what a weaker layer said here, or NULL */
	struct tree *first, *last, *next;
	size_t n_children;
	struct memory *memory;      /* where its children come from */
	struct tree_index *index;   /* of a large map's children; NULL: none yet */
	uint16_t key_tag;           /* the first two bytes of @key, by which most others are told apart at a glance */
	bool is_of_scalars;         /* a map that was found to hold only scalars, and was not added to since */
	bool is_shared;             /* its children belong to another tree */
	uint32_t told_for;          /* first entry of a text: the languages (as a hash) its text was checked for; 0 none */
};

/** Everything one load works with. */
struct loading {
	struct memory *memory;     /* trees and the struct config */
	struct findings *findings;
	const struct config_options *options;
	const struct layers *layers; /* strongest first; NULL before all are read */
	const char *templates_dir; /* NULL: none found */
	struct removal *removals;  /* by `remove: true`, newest first: layer/cascade.h */
	struct layer_cache *cache; /* layers that were read before; NULL: none */
	bool is_incomplete;        /* a file or parent could not be read: what is missing may stand there */
};

/** tree_new() - NULL: no memory. */
struct tree *tree_new(struct memory *memory, enum tree_kind kind, const struct place *place);
struct tree *tree_new_scalar(struct memory *memory, const char *scalar, const struct place *place);
/** tree_share() - a copy of @from in @memory that shares its children; NULL: no memory. */
struct tree *tree_share(struct memory *memory, const struct tree *from);
/** tree_own() - gives @tree children of its own where it shares them. Pointers to the former children are no longer its. */
void tree_own(struct tree *tree);
/** tree_add() - appends @child; @key NULL in lists. */
void tree_add(struct tree *parent, struct tree *child, const char *key, const struct place *key_place);
/** tree_drop() - takes @child out of @parent and gives it, or its copy where the parent had to own it; NULL child is fine. */
struct tree *tree_drop(struct tree *parent, struct tree *child);
/** tree_find() - the value of @key in a map; NULL for anything else. */
struct tree *tree_find(const struct tree *map, const char *key);
/** tree_text() - the scalar under @key, or "". */
const char *tree_text(const struct tree *map, const char *key);
/** tree_entry() - the entry of list @list whose @id_key is @id, or NULL. */
struct tree *tree_entry(const struct tree *list, const char *id_key, const char *id);
/** tree_resolve() - the value at a dotted path (services.certificates.name.ja; a list takes id or position from 0;
 *  names in a map may hold dots themselves), or NULL. */
const struct tree *tree_resolve(const struct tree *root, const char *path);

/** finding_add() - one finding at @place, at the level of its @rule; the text is "what — what to do". Beyond
 *  CONFIG_FINDINGS_MAX they are only counted. */
void finding_add(struct loading *loading, enum finding_rule rule, const struct place *place, const char *format, ...)
	PRINTF_LIKE(4, 5);
#define FINDING_GUESS_BYTES 128
/** finding_guess() - "did you mean X? or " for a message, "" when @nearest is NULL. Gives @out. */
const char *finding_guess(char out[FINDING_GUESS_BYTES], const char *nearest);
/** findings_move() - adds what @from holds to the loading's findings, and releases it. */
void findings_move(struct loading *loading, struct findings *from);
/** findings_sort() - by file, line, column, text; repeated ones go. */
void findings_sort(struct findings *findings);
