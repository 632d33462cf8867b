#pragma once
/* SPDX-License-Identifier: MIT
 * Lockdown: takes every right from the process but computing, memory and the descriptors it already has. */
#include "shared/base/cleanup.h"

/** card_lockdown() - all threads, for good; a forbidden system call kills the process. 0 or a negative errno. */
MUST_USE int card_lockdown(void);
