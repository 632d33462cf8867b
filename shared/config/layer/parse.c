/* SPDX-License-Identifier: MIT
 * Scanning YAML is half of what a check costs, and files know nothing of one another: each is parsed with memory and
 * findings of its own, which are joined in order afterwards. Programs that serve load once and do without threads. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "shared/base/limits.h"
#include "shared/config/layer/listing.h"
#include "shared/config/layer/parse.h"
#include "shared/config/layer/yaml.h"
#include "shared/base/banned.h"

#define THREADS_MAX 8
#define FILES_EACH_LEAST 4

struct job {
	struct loading loading; /* of this file alone */
	struct findings findings;
	struct parsed *file;
};

struct work {
	struct job *jobs;
	size_t n_jobs;
	atomic_size_t next;
};

static void parse_one(struct loading *loading, struct parsed *file)
{
	if (!listing_is_yaml(file->file))
		return;
	file->root = file->bytes ? yaml_parse(loading, file->file, file->layer, file->bytes, file->n_bytes) :
				   yaml_read(loading, file->file, file->layer);
}

static void *run(void *data)
{
	struct work *work = data;
	size_t i;

	while ((i = atomic_fetch_add(&work->next, 1)) < work->n_jobs)
		if (work->jobs[i].loading.memory)
			parse_one(&work->jobs[i].loading, work->jobs[i].file);
	return NULL;
}

static void join_job(struct loading *loading, struct job *job)
{
	loading->is_incomplete |= job->loading.is_incomplete;
	findings_move(loading, &job->findings);
	if (!job->loading.memory)
		parse_one(loading, job->file); /* there was none for it alone */
	memory_adopt(loading->memory, job->loading.memory);
}

static size_t count_threads(size_t n_files)
{
	long n_processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = n_processors > 1 ? (size_t)n_processors : 1;

	n = n < n_files / FILES_EACH_LEAST ? n : n_files / FILES_EACH_LEAST;
	return n < THREADS_MAX ? n : THREADS_MAX;
}

static void parse_in_threads(struct loading *loading, struct job *jobs, size_t n, size_t n_threads)
{
	struct work work = {jobs, n, 0};
	pthread_t threads[THREADS_MAX];
	size_t n_started = 0;

	for (size_t i = 0; i < n; i++) {
		jobs[i].loading = *loading;
		jobs[i].loading.memory = memory_new(CONFIG_BYTES_MAX);
		jobs[i].loading.findings = &jobs[i].findings;
		jobs[i].loading.is_incomplete = false;
	}
	while (n_started + 1 < n_threads && pthread_create(&threads[n_started], NULL, run, &work) == 0)
		n_started++;
	run(&work); /* this one too, and alone when no other could be started */
	for (size_t i = 0; i < n_started; i++)
		pthread_join(threads[i], NULL);
	for (size_t i = 0; i < n; i++)
		join_job(loading, &jobs[i]);
}

void parse_all(struct loading *loading, struct parsed *files, size_t n)
{
	size_t n_threads = loading->cache ? count_threads(n) : 1;
	struct job *jobs = n_threads > 1 ? memory_take(loading->memory, n * sizeof(*jobs)) : NULL;

	for (size_t i = 0; i < n; i++) {
		if (jobs)
			jobs[i].file = &files[i];
		else
			parse_one(loading, &files[i]);
	}
	if (jobs)
		parse_in_threads(loading, jobs, n, n_threads);
}
