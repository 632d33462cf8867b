/* SPDX-License-Identifier: MIT
 * A pidfd for each child, so that waiting has a bound and nobody else's children are reaped. What a child says on standard
 * error goes to a file in memory: its last line tells what went wrong. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/base/clock.h"
#include "shared/config/tool/jobs.h"
#include "shared/base/banned.h"

#define AT_ONCE_MAX 8

extern char **environ;

struct jobs *jobs_new(void)
{
	struct jobs *jobs = calloc(1, sizeof(*jobs));

	if (jobs)
		jobs->items = calloc(JOBS_MAX, sizeof(*jobs->items));
	if (jobs && jobs->items)
		return jobs;
	free(jobs);
	return NULL;
}

struct jobs *jobs_free(struct jobs *jobs)
{
	if (!jobs)
		return NULL;
	for (size_t i = 0; i < jobs->n_items; i++)
		for (size_t j = 0; j < JOB_WORDS_MAX; j++)
			free(jobs->items[i].words[j]);
	free(jobs->items);
	free(jobs);
	return NULL;
}

struct job *jobs_add(struct jobs *jobs, const char *what, const char *program)
{
	struct job *job = jobs->n_items < JOBS_MAX ? &jobs->items[jobs->n_items] : NULL;

	if (!job)
		return NULL;
	jobs->n_items++;
	job->what = what;
	job->after = -1;
	job->pid_fd = job->says_fd = -1;
	job_word(job, program);
	return job;
}

void job_word(struct job *job, const char *word)
{
	char *copy = job->n_words < JOB_WORDS_MAX && word ? strdup(word) : NULL;

	if (copy)
		job->words[job->n_words++] = copy;
	else
		job->n_words = JOB_WORDS_MAX + 1; /* told when it is to run */
}

static void fail(struct jobs *jobs, struct job *job, const char *why)
{
	job->state = JOB_FAILED;
	jobs->n_failed++;
	if (job->said[0] == '\0')
		for (size_t i = 0; why[i] != '\0' && i + 1 < sizeof(job->said); i++)
			job->said[i] = why[i]; /* the rest is zero */
}

static int spawn(struct job *job)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none;
	int r = posix_spawn_file_actions_init(&actions);

	if (r != 0)
		return r;
	posix_spawnattr_init(&attributes);
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	r = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (r == 0)
		r = posix_spawn_file_actions_addopen(&actions, 1, job->standard_out ? job->standard_out : "/dev/null",
						     O_WRONLY | O_CREAT | O_TRUNC, 0644);
	if (r == 0)
		r = posix_spawn_file_actions_adddup2(&actions, job->says_fd, 2);
	if (r == 0)
		r = posix_spawn(&job->pid, job->words[0], &actions, &attributes, job->words, environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return r;
}

static void start(struct jobs *jobs, struct job *job)
{
	int r;

	if (job->n_words > JOB_WORDS_MAX) {
		fail(jobs, job, "has too much to say on its command line");
		return;
	}
	job->says_fd = memfd_create("says", MFD_CLOEXEC);
	r = job->says_fd < 0 ? errno : spawn(job);
	if (r != 0) {
		fail(jobs, job, strerror(r));
		return;
	}
	job->pid_fd = pidfd_open(job->pid, 0);
	job->since_ms = clock_mono_ms();
	job->state = JOB_RUNS;
}

/* The last line @job said, into job->said. */
static void hear(struct job *job)
{
	char text[sizeof(job->said)];
	off_t size = lseek(job->says_fd, 0, SEEK_END);
	off_t from = size > (off_t)sizeof(text) - 1 ? size - (off_t)sizeof(text) + 1 : 0;
	ssize_t n = pread(job->says_fd, text, sizeof(text) - 1, from);
	char *line;

	while (n > 0 && text[n - 1] == '\n')
		n--;
	if (n <= 0)
		return;
	text[n] = '\0';
	line = strrchr(text, '\n');
	snprintf(job->said, sizeof(job->said), "%s", line ? line + 1 : text);
}

static void end(struct jobs *jobs, struct job *job, bool is_late)
{
	char why[64];
	int status = 0;

	if (is_late)
		kill(job->pid, SIGKILL);
	while (waitpid(job->pid, &status, 0) < 0 && errno == EINTR)
		;
	hear(job);
	close(job->says_fd);
	if (job->pid_fd >= 0)
		close(job->pid_fd);
	job->pid_fd = job->says_fd = -1;
	if (is_late)
		memset(job->said, 0, sizeof(job->said));
	snprintf(why, sizeof(why), WIFSIGNALED(status) ? "ended by signal %d" : "exit %d",
		 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	if (is_late)
		fail(jobs, job, "took too long and was ended");
	else if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		job->state = JOB_DONE;
	else
		fail(jobs, job, why);
}

/* Whether @job can begin; what can never begin has failed. */
static bool is_ready(struct jobs *jobs, struct job *job)
{
	if (job->state != JOB_WAITS)
		return false;
	if (job->after < 0 || jobs->items[job->after].state == JOB_DONE)
		return true;
	if (jobs->items[job->after].state == JOB_FAILED)
		fail(jobs, job, jobs->items[job->after].said);
	return false;
}

static void begin_some(struct jobs *jobs, size_t at_once)
{
	size_t n_running = 0;

	for (size_t i = 0; i < jobs->n_items; i++)
		n_running += jobs->items[i].state == JOB_RUNS;
	for (size_t i = 0; i < jobs->n_items && n_running < at_once; i++) {
		if (!is_ready(jobs, &jobs->items[i]))
			continue;
		start(jobs, &jobs->items[i]);
		n_running += jobs->items[i].state == JOB_RUNS;
	}
}

/* Waits until one of the running is over, at most a second; ends those that are late. Return: how many run still. */
static size_t wait_some(struct jobs *jobs, int job_seconds, int64_t end_ms)
{
	struct pollfd fds[AT_ONCE_MAX];
	struct job *running[AT_ONCE_MAX];
	nfds_t n = 0;

	for (size_t i = 0; i < jobs->n_items && n < AT_ONCE_MAX; i++)
		if (jobs->items[i].state == JOB_RUNS) {
			running[n] = &jobs->items[i];
			fds[n++] = (struct pollfd){.fd = jobs->items[i].pid_fd, .events = POLLIN};
		}
	if (n > 0)
		(void)poll(fds, n, 1000);
	for (nfds_t i = 0; i < n; i++) {
		int64_t now_ms = clock_mono_ms();

		if (fds[i].revents)
			end(jobs, running[i], false);
		else if (now_ms > end_ms || now_ms > running[i]->since_ms + job_seconds * 1000)
			end(jobs, running[i], true);
	}
	return n;
}

void jobs_run(struct jobs *jobs, size_t at_once, int job_seconds, int all_seconds)
{
	int64_t end_ms = clock_mono_ms() + all_seconds * (int64_t)1000;

	if (at_once > AT_ONCE_MAX)
		at_once = AT_ONCE_MAX;
	do {
		if (clock_mono_ms() < end_ms)
			begin_some(jobs, at_once);
	} while (wait_some(jobs, job_seconds, end_ms) > 0);
	for (size_t i = 0; i < jobs->n_items; i++)
		if (jobs->items[i].state == JOB_WAITS)
			fail(jobs, &jobs->items[i], "was not begun: the time was over");
}
