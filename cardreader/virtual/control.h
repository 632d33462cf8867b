#pragma once
/* SPDX-License-Identifier: MIT
 * Control: a UNIX stream socket that takes one command a line and answers each with `ok` (and more words where
 * there is something to tell) or `error: why`. */
#include "cardreader/virtual/station.h"

struct control;

/** control_new() - listens at @path (a left-over socket there is replaced). @station borrowed. */
MUST_USE int control_new(sd_event *loop, const char *path, struct station *station, struct control **ret_control);
/** control_free() - closes all and removes the socket. */
struct control *control_free(struct control *control);
DEFINE_CLEANUP(struct control *, control_free)
