/* SPDX-License-Identifier: MIT
 * The parent's side against the real child. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "shared/loop/child.h"
#include "shared/model/wipe.h"
#include "shared/render/worker.h"
#include "tests/support/memory_search.h"
#include "shared/base/banned.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER
#endif
#endif

struct bench {
	sd_event *loop;
	struct render_worker *worker;
	char missing[16];  /* of the field name */
	size_t n_missing;
	int n_answers, last_r;
	char head[5];
	int seals;
};

static struct render_worker *worker_new(sd_event *loop, int idle_s, int timeout_s)
{
	static char program[512], config[512];
	const char *paths[] = {config};
	struct render_worker_options options = {.config_paths = paths, .n_config_paths = 1, .idle_s = idle_s,
						.timeout_s = timeout_s, .program = program};
	struct render_worker *worker = NULL;

	snprintf(program, sizeof(program), "%s/shared/madoguchi-form", getenv("MESON_BUILD_ROOT"));
	snprintf(config, sizeof(config), "%s/shared/templates/municipalities/209996-mihon", getenv("MESON_SOURCE_ROOT"));
	assert_int_equal(render_worker_new(loop, &options, &worker), 0);
	return worker;
}

static void on_page(void *data, int r, int page_fd)
{
	struct bench *bench = data;

	const json_t *unprintable = render_worker_unprintable(bench->worker);

	bench->n_answers++;
	bench->last_r = r;
	snprintf(bench->missing, sizeof(bench->missing), "%s", r < 0 || !json_object_get(unprintable, "name") ? "" :
		 json_string_value(json_object_get(unprintable, "name")));
	bench->n_missing = json_object_size(unprintable);
	memset(bench->head, 0, sizeof(bench->head));
	if (r < 0) {
		assert_int_equal(page_fd, -1);
		return;
	}
	bench->seals = fcntl(page_fd, F_GET_SEALS);
	assert_int_equal(pread(page_fd, bench->head, 4, 0), 4);
}

static struct draft *sample(const char *form)
{
	struct draft *draft = draft_new(form, 1);

	assert_int_equal(draft_set(draft, "name", "見本 花子", VALUE_CARD, PROOF_VERIFIED), 0);
	return draft;
}

static void submit(struct bench *bench, const char *municipality, const char *form, enum render_format format)
{
	CLEANUP(draft_freep) struct draft *draft = sample(form);
	struct render_options options = {.format = format, .date_iso = "2026-11-24"};

	assert_int_equal(render_worker_submit(bench->worker, municipality, draft, &options, on_page, bench), 0);
}

static void run_until(struct bench *bench, int n_answers)
{
	for (int i = 0; i < 3000 && bench->n_answers < n_answers; i++)
		assert_true(sd_event_run(bench->loop, 10000) >= 0);
	assert_int_equal(bench->n_answers, n_answers);
}

static int set_up(void **state)
{
	static struct bench bench;

	bench = (struct bench){0};
	assert_int_equal(loop_new(&bench.loop), 0);
	*state = &bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	render_worker_free(bench->worker);
	sd_event_unref(bench->loop);
	return 0;
}

/* The only child of this process, by the kernel's own list; 0 when there is none. */
static pid_t only_child(void)
{
	char path[64];
	CLEANUP(fclosep) FILE *children = NULL;
	int pid = 0;

	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	children = fopen(path, "re");
	assert_non_null(children);
	return fscanf(children, "%d", &pid) == 1 ? pid : 0;
}

static void worker_turns_drafts_into_sealed_pages_in_turn(void **state)
{
	struct bench *bench = *state;

	bench->worker = worker_new(bench->loop, 60, 20);
	submit(bench, NULL, "juminhyo", RENDER_PDF);
	submit(bench, "209996", "inkan", RENDER_PNG);
	run_until(bench, 1);
	assert_int_equal(bench->last_r, 0);
	assert_string_equal(bench->head, "%PDF");
	assert_true((bench->seals & (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK)) == (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK));
	run_until(bench, 2);
	assert_int_equal(bench->last_r, 0);
	assert_memory_equal(bench->head, "\x89PNG", 4);
}

static void worker_says_what_it_does_not_know(void **state)
{
	struct bench *bench = *state;

	bench->worker = worker_new(bench->loop, 60, 20);
	submit(bench, NULL, "no-such-form", RENDER_PDF);
	run_until(bench, 1);
	assert_int_equal(bench->last_r, -ENOENT);
	submit(bench, "131016", "juminhyo", RENDER_PDF);
	run_until(bench, 2);
	assert_int_equal(bench->last_r, -ENOENT);
	submit(bench, "209996", "juminhyo", RENDER_PDF);
	run_until(bench, 3);
	assert_int_equal(bench->last_r, 0);
}

static void worker_killed_in_mid_request_costs_one_page(void **state)
{
	struct bench *bench = *state;
	pid_t pid;

	bench->worker = worker_new(bench->loop, 60, 20);
	submit(bench, NULL, "juminhyo", RENDER_PDF);
	submit(bench, NULL, "juminhyo", RENDER_PDF);
	assert_true(sd_event_run(bench->loop, 0) >= 0);
	pid = only_child();
	assert_true(pid > 0);
	assert_int_equal(kill(pid, SIGKILL), 0);
	run_until(bench, 1);
	assert_int_equal(bench->last_r, -EPIPE);
	run_until(bench, 2);
	assert_int_equal(bench->last_r, 0);
	assert_string_equal(bench->head, "%PDF");
}

static void worker_that_hangs_is_ended_and_replaced(void **state)
{
	struct bench *bench = *state;
	pid_t pid;

	bench->worker = worker_new(bench->loop, 60, 1);
	submit(bench, NULL, "juminhyo", RENDER_PDF);
	run_until(bench, 1);
	pid = only_child();
	assert_int_equal(kill(pid, SIGSTOP), 0);
	submit(bench, NULL, "juminhyo", RENDER_PDF);
	run_until(bench, 2);
	assert_int_equal(bench->last_r, -ETIMEDOUT);
	submit(bench, NULL, "juminhyo", RENDER_PDF);
	run_until(bench, 3);
	assert_int_equal(bench->last_r, 0);
	assert_true(only_child() != pid);
}

static void worker_goes_when_idle_and_comes_back(void **state)
{
	struct bench *bench = *state;

	bench->worker = worker_new(bench->loop, 1, 20);
	submit(bench, NULL, "juminhyo", RENDER_PDF);
	run_until(bench, 1);
	for (int i = 0; i < 500 && only_child(); i++)
		assert_true(sd_event_run(bench->loop, 10000) >= 0);
	assert_int_equal(only_child(), 0);
	submit(bench, NULL, "juminhyo", RENDER_PDF);
	run_until(bench, 2);
	assert_int_equal(bench->last_r, 0);
}

static void worker_refuses_more_than_its_line_holds(void **state)
{
	struct bench *bench = *state;
	CLEANUP(draft_freep) struct draft *draft = sample("juminhyo");
	struct render_options options = {.format = RENDER_PDF};

	bench->worker = worker_new(bench->loop, 60, 20);
	for (int i = 0; i < RENDER_WORKER_QUEUE_MAX; i++)
		submit(bench, NULL, "juminhyo", RENDER_PDF);
	assert_int_equal(render_worker_submit(bench->worker, NULL, draft, &options, on_page, bench), -ENOBUFS);
	run_until(bench, RENDER_WORKER_QUEUE_MAX);
}

/* long: the allocator overwrites the first 16 bytes of a freed block by itself */
#define NAME "見本見本見本見本QZXJVK花田小町"

/* the sanitizer's allocator keeps freed blocks on purpose: nothing to find out there */
static void worker_says_which_values_it_cannot_print(void **state)
{
	struct bench *bench = *state;
	CLEANUP(draft_freep) struct draft *draft = draft_new("juminhyo", 1);
	struct render_options options = {.format = RENDER_PNG};

	bench->worker = worker_new(bench->loop, 60, 20);
	assert_null(render_worker_unprintable(bench->worker));
	assert_int_equal(draft_set(draft, "name", "見本 \U0010FFFD\U0010FFFC", VALUE_CARD, PROOF_VERIFIED), 0);
	assert_int_equal(draft_set(draft, "address", "見本県見本村〓１", VALUE_CARD, PROOF_VERIFIED), 0);
	assert_int_equal(render_worker_submit(bench->worker, NULL, draft, &options, on_page, bench), 0);
	run_until(bench, 1);
	assert_string_equal(bench->missing, "U+10FFFD");
	assert_int_equal(bench->n_missing, 1);
	assert_int_equal(draft_set(draft, "name", "見本 花子", VALUE_CARD, PROOF_VERIFIED), 0);
	assert_int_equal(render_worker_submit(bench->worker, NULL, draft, &options, on_page, bench), 0);
	run_until(bench, 2);
	assert_int_equal(bench->n_missing, 0);
	assert_null(render_worker_unprintable(bench->worker));
}

#if !defined(__SANITIZE_ADDRESS__) && !defined(HAS_ADDRESS_SANITIZER)
/* The answer leaves the child a moment before it lets go of the draft. */
static void assert_forgotten(pid_t pid, const void *needle, size_t n_bytes)
{
	char path[64];
	long n = 1;

	if (geteuid() != 0) { /* undumpable: not even its own user may look, and only root can search */
		snprintf(path, sizeof(path), "/proc/%d/mem", (int)pid);
		assert_int_equal(open(path, O_RDONLY | O_CLOEXEC), -1);
		return;
	}
	for (int i = 0; i < 200 && n; i++) {
		n = memory_count(pid, needle, n_bytes);
		if (n)
			usleep(10000);
	}
	assert_int_equal(n, 0);
}

static void worker_keeps_nothing_of_a_finished_page(void **state)
{
	static const uint32_t wide[] = {'Q', 'Z', 'X', 'J', 'V', 'K'}; /* as Pango holds text while shaping */
	struct bench *bench = *state;
	CLEANUP(draft_freep) struct draft *draft = draft_new("juminhyo", 1);

	assert_int_equal(draft_set(draft, "name", NAME, VALUE_TYPED, PROOF_NOT_CHECKED), 0);
	bench->worker = worker_new(bench->loop, 60, 20);
	for (int format = RENDER_PDF; format <= RENDER_PNG; format++) {
		struct render_options options = {.format = (enum render_format)format};

		assert_int_equal(render_worker_submit(bench->worker, NULL, draft, &options, on_page, bench), 0);
		run_until(bench, format - RENDER_PDF + 1);
		assert_int_equal(bench->last_r, 0);
		assert_forgotten(only_child(), "QZXJVK", 6);
		assert_forgotten(only_child(), "花田小町", strlen("花田小町"));
		assert_forgotten(only_child(), wide, sizeof(wide));
	}
	/* the search does find it where it is: in this process, which holds the draft */
	assert_true(memory_count(getpid(), "花田小町", strlen("花田小町")) > 0);
}
#endif

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(worker_turns_drafts_into_sealed_pages_in_turn),
		T(worker_says_what_it_does_not_know),
		T(worker_killed_in_mid_request_costs_one_page),
		T(worker_that_hangs_is_ended_and_replaced),
		T(worker_goes_when_idle_and_comes_back),
		T(worker_says_which_values_it_cannot_print),
#if !defined(__SANITIZE_ADDRESS__) && !defined(HAS_ADDRESS_SANITIZER)
		T(worker_keeps_nothing_of_a_finished_page),
#endif
		T(worker_refuses_more_than_its_line_holds),
	};

	wipe_json();
	return cmocka_run_group_tests_name("render worker", tests, NULL, NULL);
}
