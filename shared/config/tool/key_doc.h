#pragma once
/* SPDX-License-Identifier: MIT
 * Key doc: one sentence on every row of the key tables, for the reference manual and for editors. A test sees to it that every
 * row has one and every sentence its row. */
#include "shared/config/schema/keys.h"

struct key_doc {
	const char *map;  /* key_map.what: "a service" */
	const char *key;  /* "" the map itself */
	const char *ja, *en;
};

extern const struct key_doc key_docs[];
extern const size_t n_key_docs;

/** key_doc_find() - of @key in @map; @key "" for the map itself. NULL when nobody has written it. */
const struct key_doc *key_doc_find(const struct key_map *map, const char *key);
