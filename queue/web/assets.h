#pragma once
/* SPDX-License-Identifier: MIT
 * Web assets: the pages of clerk, board and resident, embedded by Meson so that the daemon needs no files of its own
 * at run time. The table is constant. */
#include <stddef.h>

struct web_asset {
	const char *path;       /* as asked for: "/clerk/clerk.js" */
	const char *media_type; /* "text/javascript; charset=utf-8" */
	const char *etag;       /* quoted, of the content */
	const unsigned char *bytes;
	size_t n_bytes;
};

/** web_asset_find() - the asset under @url_path, NULL when there is none. "/", "/clerk/", "/board/{office}" and
 *  "/t/{token}" find their page whatever stands in the braces. */
const struct web_asset *web_asset_find(const char *url_path);
