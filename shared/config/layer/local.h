#pragma once
/* SPDX-License-Identifier: MIT
 * Local: the layers of a town's offices and devices, offices/ID/ and devices/ID/ in its folder. They are laid above the
 * town's for a program that runs there; the queue of the town reads none of them, so what it must agree on with the
 * terminals is set in the town's layer only. */
#include "shared/config/layer/source.h"

/** layer_begin() - an empty layer @name of @folder. 0, -ENOMEM. */
MUST_USE int layer_begin(struct loading *loading, struct layer *layer, const char *folder, const char *name);
/** locals_read() - the local layers @locals asks for, out of the files of @town. 0, -ENOMEM. */
MUST_USE int locals_read(struct loading *loading, const struct source *source, const struct layer *town,
			 struct locals *locals);
/** local_check() - what a local layer may not say, and whom it belongs to, against the town's merged tree @town. */
void local_check(struct loading *loading, const struct layer *local, const struct tree *town);
