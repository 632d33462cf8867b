#pragma once
/* SPDX-License-Identifier: MIT
 * Lock-down of the render worker: a draft is what a stranger typed, and font code has had holes. After this call the
 * process can compute, read files and answer on the descriptors it holds; it cannot open a socket, run a program,
 * write or make a file, map new code, or grow without bound. */
#include "shared/base/cleanup.h"

/** lockdown() - for the whole process, all threads, for ever. Refused calls give EPERM. 0 or negative errno. */
MUST_USE int lockdown(void);
