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
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
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

static void open_by_folder(void)
{
	(void)!openat(AT_FDCWD, "/etc", O_RDONLY | O_DIRECTORY);
}

static void make_file(void)
{
	(void)!creat("/tmp/madoguchi-must-not-exist", 0600);
}

static void remove_file(void)
{
	(void)!unlink("/tmp/madoguchi-must-not-exist");
}

static void connect_somewhere(void)
{
	/* descriptor 0 is no socket: the call alone is the offence */
	(void)!connect(STDIN_FILENO, &(struct sockaddr){.sa_family = AF_UNIX}, sizeof(struct sockaddr));
}

static void execute_descriptor(void)
{
	syscall(SYS_execveat, STDIN_FILENO, "", NULL, NULL, AT_EMPTY_PATH);
}

static void make_thread(void)
{
	syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);
}

static void make_thread_anew(void)
{
	syscall(SYS_clone3, NULL, 0);
}

static void trace_parent(void)
{
	ptrace(PTRACE_ATTACH, getppid(), NULL, NULL);
}

static void look_into_parent(void)
{
	syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0);
}

static void run_memory(void)
{
	int fd = memfd_create("code", 0);

	(void)!mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
}

static void make_memory_executable(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	mprotect(page, 4096, PROT_READ | PROT_EXEC);
}

static void change_rights(void)
{
	prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

static void control_device(void)
{
	ioctl(STDIN_FILENO, TIOCSTI, "x");
}

static void load_program(void)
{
	syscall(SYS_bpf, 0, NULL, 0);
}

static void ring(void)
{
	syscall(SYS_io_uring_setup, 1, NULL);
}

static void allocate(void)
{
	char *volatile block = malloc(1 << 20);

	free(block);
}

static void forbidden_calls_kill_the_process(void **state)
{
	void (*const forbidden[])(void) = {open_file, open_by_folder, make_file, remove_file, open_socket, open_network,
					   connect_somewhere, execute, execute_descriptor, fork_again, make_thread,
					   make_thread_anew, kill_parent, trace_parent, look_into_parent, map_executable,
					   run_memory, make_memory_executable, change_rights, control_device, load_program,
					   ring};

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
