#pragma once
/* SPDX-License-Identifier: MIT
 * YAML: one file to a tree. The file is hostile until read: bounded, regular, UTF-8, without aliases, anchors and
 * tags; whatever is wrong becomes a finding. Source: YAML 1.2 through libfyaml's event parser. */
#include "shared/base/buf.h"
#include "shared/config/layer/tree.h"

/** yaml_read() - reads @file of @layer. Return: the root, or NULL (empty file, or findings; then
 *  loading->is_incomplete is set). */
struct tree *yaml_read(struct loading *loading, const char *file, const char *layer);
/** yaml_parse() - the same of @bytes that are at hand; @file only names them. */
struct tree *yaml_parse(struct loading *loading, const char *file, const char *layer, const char *bytes, size_t n_bytes);
/** yaml_read_bytes() - the file at @place, bounded and regular. 0, or -1 with a finding. */
MUST_USE int yaml_read_bytes(struct loading *loading, const struct place *place, struct buf *buf);
