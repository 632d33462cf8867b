#pragma once
/* SPDX-License-Identifier: MIT
 * Pack: a checked town to a bundle and its signature. The same text and serial packed with the same key
 * give the same bytes. */
#include "shared/config/bundle/manifest.h"
#include "shared/config/bundle/minisign.h"
#include "shared/config/layer/load.h"

/** What is said of a bundle from outside of its text. */
struct bundle_stamp {
	int64_t serial;         /* 0: manifest_serial_now() */
	const char *not_before; /* YYYY-MM-DD; "" or NULL: from the start */
	const char *expires;    /* "" or NULL: no end */
};

/** bundle_pack() - writes @output and @output.minisig from the layers of @loaded (a folder's, without errors); files of
 *  these names are replaced only by whole ones. What cannot be packed is a finding.
 *  Return: 0; -EBADMSG with at least one finding; or why it could not be written. */
MUST_USE int bundle_pack(const struct loaded *loaded, const struct bundle_stamp *stamp, const struct minisign_secret *secret,
			 const char *output, struct findings *findings);
