#pragma once
/* SPDX-License-Identifier: MIT
 * Pack: a checked town to a bundle and its signature. The same text packed with the same key gives the same bytes. */
#include "shared/config/bundle/minisign.h"
#include "shared/config/layer/load.h"

/** bundle_pack() - writes @output and @output.minisig from the layers of @loaded (a folder's, without errors); files of
 *  these names are replaced only by whole ones. What cannot be packed is a finding.
 *  Return: 0; -EBADMSG with at least one finding; or why it could not be written. */
MUST_USE int bundle_pack(const struct loaded *loaded, const struct minisign_secret *secret, const char *output,
			 struct findings *findings);
