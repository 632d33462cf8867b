/* SPDX-License-Identifier: MIT
 * posix_spawn cannot close "all the rest" in glibc 2.36 without a file action per number; it has
 * addclosefrom_np since 2.34, used here. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "shared/base/fault.h"
#include "shared/loop/child.h"
#include "shared/base/banned.h"

extern char **environ;

struct child {
	pid_t pid; /* 0 once reaped */
	sd_event_source *source;
	child_exit_fn *fn;
	void *data;
};

static int on_exit_event(sd_event_source *source, const siginfo_t *info, void *data)
{
	struct child *child = data;
	int status = info->si_code == CLD_EXITED ? info->si_status << 8 : info->si_status;

	child->pid = 0;
	child->fn(child->data, child, status);
	return 0;
}

static int spawn(char *const argv[], int child_fd, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, defaults;
	int r;

	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	sigaddset(&defaults, SIGCHLD);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	r = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (!r)
		r = posix_spawn_file_actions_adddup2(&actions, child_fd, CHILD_LINK_FD);
	if (!r)
		r = posix_spawn_file_actions_addclosefrom_np(&actions, CHILD_LINK_FD + 1);
	if (!r)
		r = posix_spawn(ret_pid, argv[0], &actions, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return r ? fault_raise(-r) : 0;
}

int child_start(sd_event *loop, char *const argv[], child_exit_fn *fn, void *data, struct child **ret_child, int *ret_fd)
{
	CLEANUP(child_freep) struct child *child = calloc(1, sizeof(*child));
	CLEANUP(closep) int ours = -1;
	CLEANUP(closep) int theirs = -1;
	int pair[2], r;

	if (!child)
		return fault_raise(-ENOMEM);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		return fault_raise(-errno);
	ours = pair[0];
	/* dup2 onto itself would keep close-on-exec: never let the child's end be CHILD_LINK_FD already */
	theirs = fcntl(pair[1], F_DUPFD_CLOEXEC, CHILD_LINK_FD + 1);
	close(pair[1]);
	if (theirs < 0)
		return fault_raise(-errno);
	r = spawn(argv, theirs, &child->pid);
	if (r < 0)
		return fault_pass(r);
	child->fn = fn;
	child->data = data;
	r = sd_event_add_child(loop, &child->source, child->pid, WEXITED, on_exit_event, child);
	if (r < 0)
		return fault_raise(r);
	*ret_fd = TAKE_FD(ours);
	*ret_child = TAKE(child);
	return 0;
}

struct child *child_free(struct child *child)
{
	if (!child)
		return NULL;
	sd_event_source_disable_unref(child->source);
	if (child->pid > 0) {
		kill(child->pid, SIGKILL);
		while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	free(child);
	return NULL;
}

pid_t child_pid(const struct child *child)
{
	return child->pid;
}

int loop_new(sd_event **ret_loop)
{
	sd_event *loop = NULL;
	sigset_t mask;
	int r;

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	signal(SIGPIPE, SIG_IGN);
	r = sd_event_new(&loop);
	if (r < 0)
		return fault_raise(r);
	/* without a handler sd-event ends the loop with exit code 0 */
	r = sd_event_add_signal(loop, NULL, SIGTERM, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(loop, NULL, SIGINT, NULL, NULL);
	if (r < 0) {
		sd_event_unref(loop);
		return fault_raise(r);
	}
	*ret_loop = loop;
	return 0;
}
