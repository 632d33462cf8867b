#pragma once
/* SPDX-License-Identifier: MIT
 * Check: what can be said about one layer alone (names, types, bounds, ids), what about the merged whole
 * (required keys, references, sense), and the step into struct config. */
#include "shared/config/layer/tree.h"
#include "shared/config/schema/keys.h"

/** check_layer() - finds what is wrong in one layer's tree; brings texts and holidays into their long form. */
void check_layer(struct loading *loading, struct tree *root);
/** fill_defaults() - adds the compiled defaults to a merged tree. */
void fill_defaults(struct loading *loading, struct tree *root);
/** check_whole() - required keys, references and translations of a merged tree, then what only makes sense together. */
void check_whole(struct loading *loading, struct tree *root);
/** check_counter() - offices, services and windows of a merged tree. */
void check_counter(struct loading *loading, struct tree *root);
/** check_forms() - the fields of every form of a merged tree. */
void check_forms(struct loading *loading, struct tree *root);
/** check_number() - the individual number on forms and in procedures of a merged tree. */
void check_number(struct loading *loading, const struct tree *root);
/** check_procedures() - procedures of a merged tree against the law behind them, their signature, fee and time limit. */
void check_procedures(struct loading *loading, const struct tree *root);
/** check_guide() - every event of the guide as a decision table. */
void check_guide(struct loading *loading, const struct tree *root);
/** bind_config() - a checked tree to the struct; NULL: no memory. */
struct config *bind_config(struct memory *memory, const struct tree *root);
