#pragma once
/* SPDX-License-Identifier: MIT
 * Persona: who a virtual card belongs to, from a YAML file (contract §3). */
#include <stdint.h>
#include <stdio.h>
#include "shared/base/cleanup.h"

#define PERSONA_FILES_MAX 16
#define PERSONA_FILE_BYTES_MAX 4096
#define PERSONA_TEXT_BYTES_MAX 1024

struct persona_file {
	uint16_t ef;      /* of the text application */
	uint8_t *bytes;
	size_t n_bytes;
};

struct persona {
	char name[PERSONA_TEXT_BYTES_MAX], address[PERSONA_TEXT_BYTES_MAX];
	char birth_date[9]; /* YYYYMMDD, unknown parts 0 */
	char sex;           /* JIS X 0303 digit */
	char number[13];    /* 個人番号 */
	char pin[5];
	char expires[9];    /* YYYYMMDD */
	char security_code[5];
	int tries_pin, tries_a, tries_b;
	size_t n_files;
	struct persona_file files[PERSONA_FILES_MAX]; /* raw bytes instead of what follows from the rest */
};

/** persona_load() - @diagnostics: where findings go as FILE:LINE:COL: error: what. 0, -EINVAL, -ENOENT, -ENOMEM. */
MUST_USE int persona_load(const char *path, FILE *diagnostics, struct persona **ret_persona);
struct persona *persona_free(struct persona *persona);
DEFINE_CLEANUP(struct persona *, persona_free)
