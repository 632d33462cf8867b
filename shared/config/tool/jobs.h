#pragma once
/* SPDX-License-Identifier: MIT
 * Jobs: programs of this build run for their output, two at a time, within a bounded time. A failing one is named and does not
 * keep the others from running. */
#include <sys/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "shared/base/cleanup.h"

#define JOB_WORDS_MAX 96
#define JOBS_MAX 1024

enum job_state { JOB_WAITS, JOB_RUNS, JOB_DONE, JOB_FAILED };

struct job {
	const char *what;               /* 端末の画面（ja） */
	char *words[JOB_WORDS_MAX + 1]; /* argv, ours; [0] is the path */
	size_t n_words;
	const char *standard_out;       /* file; NULL: thrown away */
	long after;                     /* job that must be done before; -1 none */
	/* ours */
	enum job_state state;
	pid_t pid;
	int pid_fd, says_fd;
	int64_t since_ms;
	char said[400];                 /* its last line on standard error */
};

struct jobs {
	struct job *items;              /* JOBS_MAX of them */
	size_t n_items;
	size_t n_failed;
};

struct jobs *jobs_new(void);
struct jobs *jobs_free(struct jobs *jobs);
DEFINE_CLEANUP(struct jobs *, jobs_free)
/** jobs_add() - NULL when there is no room. @what is borrowed until jobs_free(). */
struct job *jobs_add(struct jobs *jobs, const char *what, const char *program);
/** job_word() - one more word, copied; NULL or beyond JOB_WORDS_MAX it is dropped and the job fails. */
void job_word(struct job *job, const char *word);
/** jobs_run() - runs all, @at_once side by side; each at most @job_seconds, all together at most @all_seconds. */
void jobs_run(struct jobs *jobs, size_t at_once, int job_seconds, int all_seconds);
