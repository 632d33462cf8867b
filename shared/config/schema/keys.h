#pragma once
/* SPDX-License-Identifier: MIT
 * Keys: every name a configuration may hold, with its type, bounds and where its value goes, as tables. Reading,
 * checking, printing and explaining all walk the same rows, so that they cannot disagree. */
#include <stdbool.h>
#include <stddef.h>

enum key_type {
	KEY_ID,       /* names this entry: small letters, digits, - and _ */
	KEY_REF,      /* the id of an entry of `target` */
	KEY_REFS,     /* a list of such ids */
	KEY_STRING,   /* one line */
	KEY_TEXT,     /* struct text: by language, a plain string means ja */
	KEY_INT,      /* min to max */
	KEY_DECIMAL,  /* a number with at most one decimal, min to max in tenths */
	KEY_BOOL,     /* true or false */
	KEY_WORD,     /* one of `words`, kept as the text */
	KEY_WORDS,    /* a list of such */
	KEY_ENUM,     /* one of `words`, kept as its position */
	KEY_TIME,     /* "HH:MM", minutes of the day */
	KEY_SPAN,     /* "HH:MM-HH:MM", struct config_hours */
	KEY_HOURS,    /* spans by weekday */
	KEY_BAND,     /* "1-499", two ints behind one another */
	KEY_PREFIX,   /* 0 to 2 capital letters */
	KEY_CODE,     /* municipality code with check digit */
	KEY_COLOUR,   /* #rrggbb, readable on white */
	KEY_WEB,      /* http(s) address */
	KEY_PRINTER,  /* printer address */
	KEY_DATE,     /* YYYY-MM-DD */
	KEY_MAP,      /* `map`, in place */
	KEY_LIST,     /* entries of `map`, by its first key */
	KEY_TEXTS,    /* texts by dotted name */
	KEY_ROLES,    /* lists of printer addresses by role */
	KEY_IDS,      /* a list of ids whose meaning the whole checks */
};

struct key_map;

struct key {
	const char *name;
	enum key_type type;
	bool is_required;
	size_t at;             /* offset of the value in its map's struct; NOT_KEPT: checked only */
	size_t count_at;       /* lists: offset of the number */
	long min, max;
	const char *fallback;  /* compiled default as it would be written; lists: words between spaces */
	const char *const *words; /* NULL-terminated */
	const char *target;    /* KEY_REF, KEY_REFS: the root list or "texts" */
	const char *prefix;    /* what stands before the id there */
	const struct key_map *map;
};

#define NOT_KEPT ((size_t)-1)

struct key_map {
	const char *what;      /* "a service", for messages */
	const struct key *keys;
	size_t n_keys;
	size_t size;           /* of the struct, for lists */
};

extern const struct key_map key_root; /* of struct config */
extern const struct key_map key_field; /* of struct form_field */
extern const char *const key_languages[];
extern const char *const key_roles[];
extern const char *const key_weekdays[]; /* mon … sun */

const struct key *key_find(const struct key_map *map, const char *name);
/** word_index() - position in a NULL-terminated list, -1 when not there. */
int word_index(const char *const *words, const char *word);
/** word_nearest() - the word of @words a slip of the hand away from @word, or NULL. */
const char *word_nearest(const char *const *words, const char *word);
/** key_nearest() - the same over the names of a map. */
const char *key_nearest(const struct key_map *map, const char *name);
