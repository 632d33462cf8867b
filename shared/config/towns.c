/* SPDX-License-Identifier: MIT
 * The first town is checked here and fills the cache; then processes are forked, each with that cache as it stands and a
 * stretch of the towns, and write what they find into a file in memory, so that none waits for another to be told. */
#include <errno.h>
#include <malloc.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/config/towns.h"
#include "shared/base/banned.h"

#define WORKERS_MAX 16
#define TOWNS_EACH_LEAST 8 /* fewer are not worth a process */
#define TOLD_SLOTS 8192    /* beyond half of them findings may be told more than once */
#define TEXT_BYTES_MAX (64 * 1024)

struct run {
	const char *const *paths;
	const struct config_options *options;
	struct layer_cache *cache;
	towns_look_fn *look;
	towns_tell_fn *tell;
	void *data;
	size_t n_errors;
	struct memory *memory;      /* of what was told */
	struct finding *told[TOLD_SLOTS];
	size_t n_told;
};

static void run_release(struct run *run)
{
	layer_cache_free(run->cache);
	memory_free(run->memory);
}

/* ---- each finding once ------------------------------------------------------------------------------------------- */

static size_t hash_text(size_t hash, const char *text)
{
	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash;
}

static bool is_same(const struct finding *a, const struct finding *b)
{
	return a->line == b->line && a->column == b->column && strcmp(a->file, b->file) == 0 && strcmp(a->what, b->what) == 0;
}

/* Whether @finding was told before; if not, it is from now on. */
static bool was_told(struct run *run, const struct finding *finding)
{
	size_t at = hash_text(hash_text(2166136261u + (size_t)finding->line, finding->file), finding->what) & (TOLD_SLOTS - 1);
	struct finding *own;

	while (run->told[at] && !is_same(run->told[at], finding))
		at = (at + 1) & (TOLD_SLOTS - 1);
	if (run->told[at])
		return true;
	own = run->n_told < TOLD_SLOTS / 2 ? memory_take(run->memory, sizeof(*own)) : NULL;
	if (!own)
		return false;
	*own = *finding;
	own->file = memory_text(run->memory, finding->file, strlen(finding->file));
	own->what = memory_text(run->memory, finding->what, strlen(finding->what));
	if (own->file && own->what) {
		run->told[at] = own;
		run->n_told++;
	}
	return false;
}

static void drop_told(struct run *run, struct findings *findings)
{
	size_t n = 0;

	for (size_t i = 0; i < findings->n_items; i++) {
		if (!was_told(run, &findings->items[i]))
			findings->items[n++] = findings->items[i];
		else
			findings->n_errors -= findings->items[i].level == FINDING_ERROR;
	}
	findings->n_items = n;
}

static int tell(struct run *run, struct findings *findings)
{
	int r;

	drop_told(run, findings);
	run->n_errors += findings->n_errors;
	r = run->tell(run->data, findings);
	return r < 0 ? fault_pass(r) : 0;
}

static int check_one(struct run *run, size_t i, struct findings *findings)
{
	CLEANUP(loaded_release) struct loaded loaded = {0};
	int r = loaded_check_cached(run->paths[i], run->options, run->cache, findings, &loaded);

	if (r < 0)
		return fault_pass(r);
	if (run->look)
		run->look(&loaded, findings);
	return 0;
}

static int check_here(struct run *run, size_t from, size_t to)
{
	int r = 0;

	for (size_t i = from; r == 0 && i < to; i++) {
		CLEANUP(findings_release) struct findings findings = {0};

		r = check_one(run, i, &findings);
		if (r == 0)
			r = tell(run, &findings);
	}
	return r < 0 ? fault_pass(r) : 0;
}

/* ---- one process's part ------------------------------------------------------------------------------------------ */

struct worker {
	pid_t pid;
	FILE *file; /* what it found */
	size_t from, to;
};

/* One finding, or with NULL the end of a town. */
static void write_finding(FILE *out, const struct finding *finding, size_t n_errors)
{
	size_t head[] = {finding != NULL, finding ? finding->rule : 0, finding ? (size_t)finding->line : 0,
			 finding ? (size_t)finding->column : 0, finding ? strlen(finding->file) : 0,
			 finding ? strlen(finding->what) : n_errors};

	fwrite(head, sizeof(head), 1, out);
	if (finding) {
		fwrite(finding->file, 1, head[4], out);
		fwrite(finding->what, 1, head[5], out);
	}
}

static int write_towns(struct run *run, const struct worker *worker)
{
	for (size_t i = worker->from; i < worker->to; i++) {
		CLEANUP(findings_release) struct findings findings = {0};
		int r = check_one(run, i, &findings);

		if (r < 0)
			return fault_pass(r);
		drop_told(run, &findings);
		for (size_t j = 0; j < findings.n_items; j++)
			write_finding(worker->file, &findings.items[j], 0);
		write_finding(worker->file, NULL, findings.n_errors);
	}
	return fflush(worker->file) != 0 ? fault_raise(-EIO) : 0;
}

static int start(struct run *run, struct worker *worker)
{
	int fd = memfd_create("madoguchi-findings", MFD_CLOEXEC);

	worker->file = fd >= 0 ? fdopen(fd, "w+") : NULL;
	if (!worker->file) {
		if (fd >= 0)
			close(fd);
		return fault_raise(-ENOMEM);
	}
	fflush(NULL); /* what waits in a stream is not to be written twice */
	worker->pid = fork();
	if (worker->pid < 0)
		return fault_raise(-ENOMEM);
	if (worker->pid == 0)
		_exit(write_towns(run, worker) < 0 ? 1 : 0);
	return 0;
}

static int await(struct worker *worker)
{
	int status = 0;
	pid_t pid;

	do
		pid = waitpid(worker->pid, &status, 0);
	while (pid < 0 && errno == EINTR);
	worker->pid = 0;
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : fault_raise(-EIO);
}

static const char *read_text(struct memory *memory, FILE *in, size_t n)
{
	char *text = n < TEXT_BYTES_MAX ? memory_take(memory, n + 1) : NULL;

	return text && fread(text, 1, n, in) == n ? text : NULL;
}

/* The findings of one town. 1 one was read, 0 the file is at its end. */
static int read_town(FILE *in, struct memory *memory, struct findings *findings)
{
	size_t head[6];

	while (fread(head, sizeof(head), 1, in) == 1) {
		struct finding finding = {.rule = (enum finding_rule)head[1], .line = (int)head[2], .column = (int)head[3]};

		if (!head[0]) {
			findings->n_errors = head[5];
			return 1;
		}
		finding.level = finding_rule_row(finding.rule)->level;
		finding.file = read_text(memory, in, head[4]);
		finding.what = read_text(memory, in, head[5]);
		if (!finding.file || !finding.what || findings->n_items > CONFIG_FINDINGS_MAX)
			return fault_raise(-EIO);
		findings->items[findings->n_items++] = finding;
	}
	return 0;
}

static int tell_town(struct run *run, struct worker *worker)
{
	CLEANUP(memory_freep) struct memory *memory = memory_new(CONFIG_BYTES_MAX);
	struct findings findings = {0};
	int r;

	findings.items = memory ? memory_take(memory, (CONFIG_FINDINGS_MAX + 1) * sizeof(*findings.items)) : NULL;
	if (!findings.items)
		return fault_raise(-ENOMEM);
	r = read_town(worker->file, memory, &findings);
	return r <= 0 ? fault_raise(-EIO) : tell(run, &findings);
}

static int tell_worker(struct run *run, struct worker *worker)
{
	int r = await(worker);

	rewind(worker->file);
	for (size_t i = worker->from; r == 0 && i < worker->to; i++)
		r = tell_town(run, worker);
	return r < 0 ? fault_pass(r) : 0;
}

static int check_in_workers(struct run *run, size_t from, size_t n, size_t n_workers)
{
	struct worker workers[WORKERS_MAX] = {{0}};
	size_t n_started = 0;
	int r = 0;

	for (size_t w = 0; r == 0 && w < n_workers; w++, n_started++) {
		workers[w].from = from + (n - from) * w / n_workers;
		workers[w].to = from + (n - from) * (w + 1) / n_workers;
		r = start(run, &workers[w]);
	}
	for (size_t w = 0; w < n_started; w++) {
		if (r == 0)
			r = tell_worker(run, &workers[w]);
		else if (workers[w].pid > 0)
			(void)!await(&workers[w]);
	}
	for (size_t w = 0; w < n_started; w++)
		if (workers[w].file)
			fclose(workers[w].file);
	return r < 0 ? fault_pass(r) : 0;
}

static size_t count_workers(size_t n_towns)
{
	long n_processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = n_processors > 1 ? (size_t)n_processors : 1;

	n = n < n_towns / TOWNS_EACH_LEAST ? n : n_towns / TOWNS_EACH_LEAST;
	return n < WORKERS_MAX ? n : WORKERS_MAX;
}

int towns_check(const char *const *paths, size_t n, const struct config_options *options, towns_look_fn *look,
		towns_tell_fn *tell_fn, void *data, size_t *ret_n_errors)
{
	CLEANUP(run_release) struct run run = {.paths = paths, .options = options, .cache = layer_cache_new(), .look = look,
					       .tell = tell_fn, .data = data, .memory = memory_new(CONFIG_BYTES_MAX)};
	size_t n_workers = count_workers(n);
	int r;

	/* one town's memory is the next one's: not given back to the kernel in between, which would clear it again */
	mallopt(M_TRIM_THRESHOLD, CONFIG_BYTES_MAX);
	mallopt(M_MMAP_THRESHOLD, CONFIG_BYTES_MAX);
	r = run.cache && run.memory ? 0 : fault_raise(-ENOMEM);

	if (r == 0)
		r = check_here(&run, 0, n_workers > 1 ? 1 : n);
	if (r == 0 && n_workers > 1)
		r = check_in_workers(&run, 1, n, n_workers);
	if (r < 0)
		return fault_pass(r);
	*ret_n_errors = run.n_errors;
	return 0;
}
