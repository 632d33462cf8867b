#pragma once
/* SPDX-License-Identifier: MIT
 * The daemon's state directory: 0700, ours alone. */
#include "shared/base/cleanup.h"

/** state_dir_check() - makes @path (one level) when it is not there. 0; -EPERM when others may read it. */
MUST_USE int state_dir_check(const char *path);
