/* SPDX-License-Identifier: MIT
 * The few addresses people type or scan lead to a page; everything a page asks for lies under /assets/ by its own
 * name. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "queue/web/assets.h"
#include "queue/web/table.h"
#include "shared/base/banned.h"

static int compare_path(const void *key, const void *entry)
{
	return strcmp(key, ((const struct web_asset *)entry)->path);
}

static const struct web_asset *find_exact(const char *path)
{
	return bsearch(path, web_asset_table, n_web_asset_table, sizeof(web_asset_table[0]), compare_path);
}

/* "/t/" and one more segment, not empty */
static bool is_under(const char *path, const char *folder)
{
	size_t n = strlen(folder);

	return strncmp(path, folder, n) == 0 && path[n] && !strchr(path + n, '/');
}

const struct web_asset *web_asset_find(const char *url_path)
{
	if (strcmp(url_path, "/") == 0)
		return find_exact("/assets/index/index.html");
	if (strcmp(url_path, "/clerk") == 0 || strcmp(url_path, "/clerk/") == 0)
		return find_exact("/assets/clerk/index.html");
	if (is_under(url_path, "/board/"))
		return find_exact("/assets/board/index.html");
	if (is_under(url_path, "/t/"))
		return find_exact("/assets/resident/index.html");
	if (strcmp(url_path, "/favicon.ico") == 0)
		return find_exact("/assets/common/mark.svg");
	return find_exact(url_path);
}
