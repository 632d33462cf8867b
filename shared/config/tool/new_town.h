#pragma once
/* SPDX-License-Identifier: MIT
 * New town: the three files of a town that has just begun, as a specialist likes to find them. */
#include "shared/config/layer/tree.h"

struct new_town {
	const char *code;           /* six digits, checked */
	const char *name;           /* 見本村 */
	const char *kana, *english; /* NULL: not known yet */
	const char *extends;        /* as it will stand in layer.yaml */
	const struct tree *parent;  /* merged tree of what it extends; NULL: not read yet, then only layer.yaml can be written */
	int year;                   /* the first whose year end goes into the holidays */
};

/** new_town_files - names of the files, NULL at the end; layer.yaml first. */
extern const char *const new_town_files[];
/** new_town_write() - the content of new_town_files[@which] to @out, whose error state the caller looks at. */
void new_town_write(const struct new_town *town, size_t which, FILE *out);
