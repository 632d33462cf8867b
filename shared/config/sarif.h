#pragma once
/* SPDX-License-Identifier: MIT
 * SARIF: findings as editors and CI read them. Source: OASIS Static Analysis Results Interchange Format 2.1.0. */
#include <jansson.h>
#include "shared/config/config.h"

/** sarif_new() - a log of one run of the tool called @tool, with all rules and no result yet; NULL: no memory. The caller's. */
json_t *sarif_new(const char *tool);
/** sarif_add() - appends @findings. A file below @folder (an absolute path, the working directory) is named relative to it,
 *  every other by its whole address. Return: 0 or -ENOMEM. */
MUST_USE int sarif_add(json_t *log, const struct findings *findings, const char *folder);
