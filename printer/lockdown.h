#pragma once
/* SPDX-License-Identifier: MIT
 * Lockdown: what printd gives up once it serves. It parses what printers and local programs send. */
#include "shared/base/cleanup.h"

/** lockdown() - no other program can be started from here on (execve refused), no foreign process looked into, no
 *  mount or module; no new privileges. 0 or a negative errno. */
MUST_USE int lockdown(void);
