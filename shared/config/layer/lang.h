#pragma once
/* SPDX-License-Identifier: MIT
 * Lang: a layer's texts in one further language, lang/ko.yaml, as a translator hands it in: a flat map of dotted path to
 * text (services.certificates.name: 증명서). It says again what this layer or a weaker one says already and brings
 * nothing new, so that a slip in a path is found. */
#include "shared/config/layer/folder.h"

/** lang_take() - @root, read from lang/@name, becomes a part of @layer; what is wrong with it is said. NULL @root is fine. */
void lang_take(struct loading *loading, struct layer *layer, const char *name, struct tree *root);
/** lang_apply() - puts @layer's translations into @merged, which holds it and all weaker layers, and into the layer's own
 *  tree as though they stood beside the texts there. What translates nothing is a finding. */
void lang_apply(struct loading *loading, struct layer *layer, struct tree *merged);
