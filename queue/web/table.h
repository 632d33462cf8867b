#pragma once
/* SPDX-License-Identifier: MIT
 * The generated side of the assets: every file of the pages, sorted by path so that it can be searched. Private. */
#include "queue/web/assets.h"

extern const struct web_asset web_asset_table[];
extern const size_t n_web_asset_table;
