#pragma once
/* SPDX-License-Identifier: MIT
 * Child: a helper program of ours, started with one socketpair end as descriptor CHILD_LINK_FD and nothing
 * else but stdin from /dev/null, stdout and stderr. Its death arrives as an event. Thread: the loop's. */
#include <sys/types.h>
#include <systemd/sd-event.h>
#include "shared/base/cleanup.h"

#define CHILD_LINK_FD 3

struct child;
/** Called once when the child is gone, never from inside child_start(). @status: as of waitpid(2). The handler may
 *  free the child. */
typedef void child_exit_fn(void *data, struct child *child, int status);

/** child_start() - @argv[0] is the path. @ret_fd: our end of a SOCK_SEQPACKET pair, owned by the caller.
 *  SIGCHLD must be blocked by the program (loop_new() does). */
MUST_USE int child_start(sd_event *loop, char *const argv[], child_exit_fn *fn, void *data, struct child **ret_child,
			 int *ret_fd);
/** child_free() - kills with SIGKILL if it still runs, reaps it and forgets it. Return: NULL. */
struct child *child_free(struct child *child);
DEFINE_CLEANUP(struct child *, child_free)
pid_t child_pid(const struct child *child);

/** loop_new() - an event loop with SIGCHLD blocked, SIGPIPE ignored and SIGTERM and SIGINT ending the loop with 0. */
MUST_USE int loop_new(sd_event **ret_loop);
