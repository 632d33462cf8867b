#pragma once
/* SPDX-License-Identifier: MIT
 * Unpack: the archive inside a bundle. Only what our own packing writes is taken: regular files of bounded size under
 * plain names in rising order. */
#include "shared/config/bundle/bundle.h"

/** bundle_unpack() - @bytes of a FILE.mdg into bundle->manifest and ->files, which live in bundle->memory; the files are those
 *  the manifest names, no more and no less. NULL: done; else what is
 *  wrong and what to do, written into @out. */
const char *bundle_unpack(struct bundle *bundle, const void *bytes, size_t n_bytes, char *out, size_t size);
/** bundle_name_is_plain() - LAYER/FILE.yaml or a part of it: letters, digits, . _ - and single slashes, no part that
 *  begins with a dot. */
bool bundle_name_is_plain(const char *name);
