#pragma once
/* SPDX-License-Identifier: MIT
 * Bundle: a town and all it extends in one file, FILE.mdg = tar + zstd in canonical order, signed by FILE.mdg.minisig.
 * Inside: manifest.json, then N/LAYER/FILE.yaml, N/LAYER/lang/LANGUAGE.yaml, and under N/LAYER/{offices,devices}/ID/ the
 * same again; N counted from 0, the strongest layer. The signature is verified over the very bytes that are then
 * unpacked, in memory, before anything of them is looked at. */
#include "shared/base/buf.h"
#include "shared/config/bundle/manifest.h"
#include "shared/config/layer/tree.h"

struct bundle_file {
	size_t layer;      /* 0 strongest */
	const char *path;  /* LAYER/FILE.yaml */
	const char *name;  /* FILE.yaml, or lang/LANGUAGE.yaml; the end of @path: layer/listing.h */
	const char *bytes;
	size_t n_bytes;
};

struct bundle {
	struct memory *memory; /* owns manifest and files */
	struct manifest manifest;
	struct bundle_file *files; /* in the order of the archive */
	size_t n_files;
	size_t n_layers;
	bool is_verified;      /* its signature fits the key that was given */
	struct buf bytes;      /* FILE.mdg as it was read, for who keeps a copy */
	struct buf signature;  /* FILE.mdg.minisig; empty when it was not asked for */
};

/** bundle_is() - whether @path means a bundle: it ends in .mdg or is a file. */
bool bundle_is(const char *path);
/** bundle_open() - reads, verifies and unpacks @path as the loading's options say: with a key the signature must fit, without
 *  one allow_unsigned must be given. What is wrong is a finding, and nothing is unpacked then.
 *  Return: 0 and *ret_bundle; -EBADMSG with at least one finding; -ENOMEM. */
MUST_USE int bundle_open(struct loading *loading, const char *path, struct bundle *ret_bundle);
/** bundle_release() - also fit for CLEANUP. */
void bundle_release(struct bundle *bundle);
