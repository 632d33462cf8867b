#pragma once
/* SPDX-License-Identifier: MIT
 * Persona fields: the table of keys. Inside cardreader/virtual only. */
#include <libfyaml.h>
#include "cardreader/virtual/persona.h"

#define IN_MY_NUMBER (1U << PERSONA_MY_NUMBER)
#define IN_LICENCE (1U << PERSONA_DRIVER_LICENCE)
#define IN_RESIDENCE (1U << PERSONA_RESIDENCE_CARD)
#define IN_ALL (IN_MY_NUMBER | IN_LICENCE | IN_RESIDENCE)

enum field_shape { FIELD_TEXT, FIELD_LIST, FIELD_MAP };

struct reader;
struct field {
	const char *key;
	unsigned kinds, required; /* bits of persona_kind */
	enum field_shape shape;
	/** Takes the value into @to (the base plus the offset). Return: NULL, or what is wrong with it. */
	const char *(*take)(struct reader *reader, void *to, size_t size, struct fy_node *value, const char *text);
	size_t offset, size;
	const char *about;
};

struct reader {
	FILE *diagnostics;
	const char *path;
	struct persona *persona;
	int n_findings;
	bool has_pin; /* a pin stands there, right or wrong */
};

/** reader_take_map() - every pair of @map by @fields into @base; findings are told and counted. */
void reader_take_map(struct reader *reader, struct fy_node *map, const struct field *fields, size_t n_fields, void *base);

extern const struct field persona_fields[];
extern const size_t persona_n_fields;
extern const struct field persona_licence_fields[]; /* of `licence:` on a My Number card */
extern const size_t persona_n_licence_fields;
