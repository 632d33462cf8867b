#pragma once
/* SPDX-License-Identifier: MIT
 * YAML: one file to a tree. The file is hostile until read: bounded, regular, UTF-8, without aliases, anchors and
 * tags; whatever is wrong becomes a finding. Source: YAML 1.2 through libfyaml's event parser. */
#include "shared/config/layer/tree.h"

/** yaml_read() - reads @file of @layer. Return: the root, or NULL (empty file, or findings; then
 *  loading->is_incomplete is set). */
struct tree *yaml_read(struct loading *loading, const char *file, const char *layer);
