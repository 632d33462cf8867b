#pragma once
/* SPDX-License-Identifier: MIT
 * Folders of YAML for the tests of shared/config: a sound town, and layers above it, under one temporary folder. */
#include <stdbool.h>
#include "shared/config/config.h"

struct folder {
	char path[64];
};

/** folder_make() - a fresh temporary folder holding `town`, the sound town "見本村". */
void folder_make(struct folder *folder);
void folder_remove(struct folder *folder);
/** folder_write() - writes PATH/@layer/@file, making the layer's folder. */
void folder_write(const struct folder *folder, const char *layer, const char *file, const void *bytes, size_t n_bytes);
void folder_write_text(const struct folder *folder, const char *layer, const char *file, const char *text);
/** folder_load() - config_load() of PATH/@layer. */
int folder_load(const struct folder *folder, const char *layer, struct findings *findings, struct config **ret_config);
/** finding_stands() - whether a finding of @level stands at FILE ending in @file, at @line and @column (0: any), whose text
 *  holds @what; if not, all findings are printed. */
bool finding_stands(const struct findings *findings, enum finding_level level, const char *file, int line, int column,
		    const char *what);
