#pragma once
/* SPDX-License-Identifier: MIT
 * Print: a tree as YAML or JSON for people and programs. What is printed from a merged tree loads to that same tree. */
#include "shared/config/layer/tree.h"
#include "shared/config/schema/keys.h"

/** tree_print() - @tree as YAML, in the order of the key tables. @key: what it is the value of; NULL: the root.
 *  0, or -EIO when @out takes no more. */
MUST_USE int tree_print(const struct tree *tree, const struct key *key, FILE *out);
/** tree_encode() - as JSON: numbers and truth values typed, everything else text. NULL: no memory. */
json_t *tree_encode(const struct tree *tree, const struct key *key);
