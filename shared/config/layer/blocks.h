#pragma once
/* SPDX-License-Identifier: MIT
 * Blocks: groups of fields that many forms share (who came, who sent them, what the office writes), named once under
 * `blocks:` and put into a form by a section with `block: ID`. What the form says of a field of the same id is laid over
 * the block's. Afterwards there are forms only: nobody behind the loader knows of blocks. */
#include "shared/config/layer/tree.h"

/** blocks_expand() - in a merged tree: sections with a block take its title where they have none and its fields ahead of
 *  the form's own of that section; fields then stand in the order of their sections, those of no section first. Takes
 *  `blocks` and every `block` out. What points nowhere is a finding. */
void blocks_expand(struct loading *loading, struct tree *root);
