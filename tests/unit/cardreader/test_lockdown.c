/* SPDX-License-Identifier: MIT
 * Each forbidden call is made in a process of its own that has locked itself down; the kernel must kill it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "cardreader/lockdown.h"
#include "shared/base/banned.h"

static int signal_of(void (*fn)(void))
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (card_lockdown() < 0)
			_exit(2);
		fn();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status))
		assert_int_equal(WEXITSTATUS(status), 0); /* the lock-down itself must not fail */
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void open_file(void)
{
	(void)!open("/etc/passwd", O_RDONLY);
}

static void open_socket(void)
{
	(void)!socket(AF_UNIX, SOCK_STREAM, 0);
}

static void open_network(void)
{
	(void)!socket(AF_INET, SOCK_STREAM, 0);
}

static void execute(void)
{
	execl("/bin/true", "true", NULL);
}

static void fork_again(void)
{
	(void)!fork();
}

static void kill_parent(void)
{
	kill(getppid(), 0);
}

static void map_executable(void)
{
	(void)!mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void allocate(void)
{
	char *volatile block = malloc(1 << 20);

	free(block);
}

static void forbidden_calls_kill_the_process(void **state)
{
	void (*const forbidden[])(void) = {open_file, open_socket, open_network, execute, fork_again, kill_parent,
					   map_executable};

	for (size_t i = 0; i < sizeof(forbidden) / sizeof(*forbidden); i++)
		assert_int_equal(signal_of(forbidden[i]), SIGSYS);
}

static void memory_can_still_be_had(void **state)
{
	assert_int_equal(signal_of(allocate), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forbidden_calls_kill_the_process),
		cmocka_unit_test(memory_can_still_be_had),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
