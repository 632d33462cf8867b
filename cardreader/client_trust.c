/* SPDX-License-Identifier: MIT
 * Whether a folder of trust anchors can be used is asked of cardd, once, before anything starts: so this program needs
 * no cryptography, and whoever put a wrong file there is told at once instead of finding "not checked" for weeks. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cardreader/client_parts.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define TRUST_CHECK_MS 10000

/* Our signals are blocked for the loop: the child starts with none, so that it can be ended. */
static int spawn_check(char *cardd, char *trust_dir, pid_t *ret_pid)
{
	char *const argv[] = {cardd, (char[]){"--trust"}, trust_dir, (char[]){"--check-trust"}, NULL};
	posix_spawnattr_t attr;
	sigset_t none;
	int r;

	sigemptyset(&none);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attr, &none);
	r = posix_spawn(ret_pid, cardd, NULL, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	return r ? fault_raise(-r) : 0;
}

/* Whatever file system the folder is on, the wait for it ends. */
static void end_when_overdue(pid_t pid)
{
	CLEANUP(closep) int fd = pidfd_open(pid, 0);
	struct pollfd ended = {.fd = fd, .events = POLLIN};

	if (fd >= 0 && poll(&ended, 1, TRUST_CHECK_MS) == 0)
		kill(pid, SIGKILL);
}

int client_check_trust(char *cardd, char *trust_dir)
{
	CLEANUP(closep) int fd = open(trust_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int status;
	pid_t pid;
	int r;

	if (fd < 0)
		return fault_raise(-errno);
	r = spawn_check(cardd, trust_dir, &pid);
	if (r < 0)
		return fault_pass(r);
	end_when_overdue(pid);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return fault_raise(-errno);
	return status == 0 ? 0 : fault_raise(-EBADMSG);
}
