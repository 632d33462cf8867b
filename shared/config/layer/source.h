#pragma once
/* SPDX-License-Identifier: MIT
 * Source: the files of one layer, wherever they lie, and how they are laid together into one tree. A town may cut its text
 * as it likes; only layer.yaml is asked for by name, and lang/ is for translations. */
#include "shared/config/layer/folder.h"

struct source_file {
	const char *name;  /* as in listing.h */
	const char *bytes; /* NULL: still on disk */
	size_t n_bytes;
};

struct source {
	const char *folder; /* as findings name it */
	struct source_file *files; /* in the order of their names' bytes */
	size_t n_files;
};

/** source_of_folder() - what lies in @layer's folder; what is odd about it is a finding. 0, -ENOMEM. */
MUST_USE int source_of_folder(struct loading *loading, const struct layer *layer, struct source *ret_source);
struct bundle;
/** source_of_bundle() - the files of layer @n. 0, -ENOMEM. */
MUST_USE int source_of_bundle(struct loading *loading, const struct bundle *bundle, size_t n, const char *folder,
			      struct source *ret_source);
/** source_read() - the files of @source whose name begins with @prefix ("", "offices/honcho/") and go no deeper into offices
 *  and devices, laid together as @layer. Return: whether layer.yaml was among them. */
bool source_read(struct loading *loading, const struct source *source, const char *prefix, struct layer *layer);
/** source_next_local() - the next folder below offices/ or devices/ behind *@at: "offices/honcho/", or NULL. *@at begins at 0. */
const char *source_next_local(struct loading *loading, const struct source *source, size_t *at);
