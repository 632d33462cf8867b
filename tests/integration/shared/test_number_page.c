/* SPDX-License-Identifier: MIT
 * The page that holds an individual number, drawn by the real child from a real signed bundle; and that it is nowhere
 * else: not on the worker's pages, not in this process, not in any child. The number has a wrong check digit, so that it is
 * nobody's. This process never holds it in one piece outside of a struct secret: the search would find itself. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "shared/base/buf.h"
#include "shared/loop/child.h"
#include "shared/model/wipe.h"
#include "shared/render/number_page.h"
#include "tests/support/memory_search.h"
#include "shared/base/banned.h"

extern char **environ;

#define MASK 0x15
/* 905142867330, veiled */
static const char veiled[FORM_NUMBER_DIGITS] = {'9' ^ MASK, '0' ^ MASK, '5' ^ MASK, '1' ^ MASK, '4' ^ MASK, '2' ^ MASK,
						'8' ^ MASK, '6' ^ MASK, '7' ^ MASK, '3' ^ MASK, '3' ^ MASK, '0' ^ MASK};

struct bench {
	char folder[64], key[128], bundle[128], town[512];
	sd_event *loop;
	struct config *config, *folder_config;
	struct number_page *page;
	struct render_worker *worker;
	const char *paths[1];
	struct render_worker_options child;
	int n_answers, last_r, seals, page_fd;
};

/* ---- bench -------------------------------------------------------------------------------------------------------- */

static void run(char *const argv[])
{
	pid_t pid;
	int status;

	assert_int_equal(posix_spawn(&pid, argv[0], NULL, NULL, argv, environ), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void make_bundle(struct bench *bench)
{
	char program[512], prefix[128], secret[160];

	snprintf(bench->folder, sizeof(bench->folder), "/tmp/madoguchi-number-XXXXXX");
	assert_non_null(mkdtemp(bench->folder));
	snprintf(program, sizeof(program), "%s/shared/madoguchi-config", getenv("MESON_BUILD_ROOT"));
	snprintf(bench->town, sizeof(bench->town), "%s/shared/templates/municipalities/209996-mihon", getenv("MESON_SOURCE_ROOT"));
	snprintf(prefix, sizeof(prefix), "%s/town", bench->folder);
	snprintf(secret, sizeof(secret), "%s.key", prefix);
	snprintf(bench->key, sizeof(bench->key), "%s/town.pub", bench->folder);
	snprintf(bench->bundle, sizeof(bench->bundle), "%s/town.mdg", bench->folder);
	run((char *[]){program, "keygen", "--output", prefix, NULL});
	run((char *[]){program, "pack", bench->town, "--key", secret, "--output", bench->bundle, NULL});
}

static int set_up(void **state)
{
	static struct bench bench;
	const struct config_options folder = {.allow_unsigned = true, .is_fast = true};
	struct config_options options = {.is_fast = true};
	CLEANUP(findings_release) struct findings findings = {0};
	static char program[512];

	bench = (struct bench){.page_fd = -1};
	make_bundle(&bench);
	snprintf(program, sizeof(program), "%s/shared/madoguchi-form", getenv("MESON_BUILD_ROOT"));
	bench.paths[0] = bench.bundle;
	bench.child = (struct render_worker_options){
		.config_paths = bench.paths, .n_config_paths = 1, .bundle_key = bench.key, .program = program};
	options.bundle_key = bench.key;
	assert_int_equal(config_load(bench.bundle, &options, &findings, &bench.config), 0);
	assert_int_equal(config_load(bench.town, &folder, &findings, &bench.folder_config), 0);
	assert_int_equal(loop_new(&bench.loop), 0);
	*state = &bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	number_page_free(bench->page);
	render_worker_free(bench->worker);
	if (bench->page_fd >= 0)
		close(bench->page_fd);
	config_free(bench->config);
	config_free(bench->folder_config);
	sd_event_unref(bench->loop);
	run((char *[]){"/bin/rm", "-r", bench->folder, NULL});
	return 0;
}

static void on_page(void *data, int r, int page_fd)
{
	struct bench *bench = data;

	bench->n_answers++;
	bench->last_r = r;
	if (r < 0) {
		assert_int_equal(page_fd, -1);
		return;
	}
	bench->seals = fcntl(page_fd, F_GET_SEALS);
	if (bench->page_fd >= 0)
		close(bench->page_fd);
	bench->page_fd = fcntl(page_fd, F_DUPFD_CLOEXEC, 0);
}

static void run_until(struct bench *bench, int n_answers)
{
	for (int i = 0; i < 3000 && bench->n_answers < n_answers; i++)
		assert_true(sd_event_run(bench->loop, 10000) >= 0);
	assert_int_equal(bench->n_answers, n_answers);
}

static struct draft *draft_of(const char *form, bool has_mark)
{
	struct draft *draft = draft_new(form, 1);

	assert_int_equal(draft_set(draft, "name", "見本　花子", VALUE_CARD, PROOF_VERIFIED), 0);
	if (has_mark)
		assert_int_equal(draft_set(draft, FORM_NUMBER_FIELD, FORM_NUMBER_FROM_CARD, VALUE_CARD, PROOF_VERIFIED), 0);
	return draft;
}

static struct secret *number_of(size_t n_digits)
{
	struct secret *number = secret_new(16);

	assert_non_null(number);
	for (size_t i = 0; i < n_digits; i++) {
		char digit = (char)(veiled[i] ^ MASK);

		assert_int_equal(secret_append(number, &digit, 1), 0);
	}
	return number;
}

static int ask(struct bench *bench, const struct number_permit *permit, const char *form)
{
	CLEANUP(draft_freep) struct draft *draft = draft_of(form, true);
	struct number_page_order order = {
		.child = &bench->child, .permit = permit, .municipality = "209996", .draft = draft, .date_iso = "2026-11-24"};

	return number_page_new(bench->loop, &order, number_of(FORM_NUMBER_DIGITS), on_page, bench, &bench->page);
}

static const struct number_permit *permit_of(const struct bench *bench)
{
	const struct number_permit *permit = config_number_permit(bench->config, "kaigo-nintei");

	assert_true(number_permit_is_valid(permit));
	return permit;
}

/* What pdftotext reads from the page, all but white space. */
static void page_text(int page_fd, struct buf *out)
{
	int pipe_fds[2], c;
	CLEANUP(fclosep) FILE *in = NULL;
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status;

	assert_int_equal(lseek(page_fd, 0, SEEK_SET), 0);
	assert_int_equal(pipe2(pipe_fds, O_CLOEXEC), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, page_fd, 0);
	posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], 1);
	assert_int_equal(posix_spawnp(&pid, "pdftotext", &actions, NULL, (char *[]){"pdftotext", "-layout", "-", "-", NULL}, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	close(pipe_fds[1]);
	in = fdopen(pipe_fds[0], "r");
	setvbuf(in, NULL, _IONBF, 0);
	while ((c = fgetc(in)) != EOF)
		if (c != ' ' && c != '\n')
			assert_int_equal(buf_add(out, &(char){(char)c}, 1), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Whether the number stands in @text; the needle lives on the stack only and is wiped. */
static bool has_number(const struct buf *text)
{
	char needle[FORM_NUMBER_DIGITS];
	bool is_there;

	for (size_t i = 0; i < sizeof(needle); i++)
		needle[i] = (char)(veiled[i] ^ MASK);
	is_there = memmem(buf_text(text), text->len, needle, sizeof(needle)) != NULL;
	explicit_bzero(needle, sizeof(needle));
	return is_there;
}

/* ---- the page ----------------------------------------------------------------------------------------------------- */

static void the_number_stands_on_its_page_and_on_no_other(void **state)
{
	struct bench *bench = *state;
	CLEANUP(buf_release) struct buf page = BUF_INIT(1 << 20), reprint = BUF_INIT(1 << 20);
	CLEANUP(draft_freep) struct draft *draft = draft_of("kaigo-nintei", true);
	const struct render_options options = {.format = RENDER_PDF, .date_iso = "2026-11-24"};

	assert_int_equal(ask(bench, permit_of(bench), "kaigo-nintei"), 0);
	run_until(bench, 1);
	assert_int_equal(bench->last_r, 0);
	assert_int_equal(bench->seals & (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK), F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK);
	page_text(bench->page_fd, &page);
	assert_true(has_number(&page));
	assert_non_null(strstr(buf_text(&page), "見本花子"));
	assert_int_equal(render_worker_new(bench->loop, &bench->child, &bench->worker), 0);
	assert_int_equal(render_worker_submit(bench->worker, NULL, draft, &options, on_page, bench), 0);
	run_until(bench, 2);
	page_text(bench->page_fd, &reprint);
	assert_non_null(strstr(buf_text(&reprint), "見本花子"));
	assert_non_null(strstr(buf_text(&reprint), "個人番号"));
	assert_false(has_number(&reprint));
	assert_null(strstr(buf_text(&reprint), "●"));
}

/* Someone stands behind the resident: the screen shows that the boxes are filled, not with what. */
static void the_preview_shows_marks_instead_of_digits(void **state)
{
	struct bench *bench = *state;
	CLEANUP(buf_release) struct buf text = BUF_INIT(1 << 20);
	CLEANUP(draft_freep) struct draft *draft = draft_of("kaigo-nintei", true);
	CLEANUP(draft_freep) struct draft *by_hand = draft_of("kaigo-nintei", false);
	const struct render_options options = {.format = RENDER_PDF, .is_number_masked = true};

	assert_int_equal(render_worker_new(bench->loop, &bench->child, &bench->worker), 0);
	assert_int_equal(render_worker_submit(bench->worker, NULL, draft, &options, on_page, bench), 0);
	run_until(bench, 1);
	page_text(bench->page_fd, &text);
	assert_non_null(strstr(buf_text(&text), "●●●●●●●●●●●●"));
	buf_release(&text);
	assert_int_equal(render_worker_submit(bench->worker, NULL, by_hand, &options, on_page, bench), 0);
	run_until(bench, 2);
	page_text(bench->page_fd, &text);
	assert_null(strstr(buf_text(&text), "●"));
}

static void the_worker_and_the_screen_never_take_a_number(void **state)
{
	struct bench *bench = *state;
	CLEANUP(secret_freep) struct secret *number = number_of(FORM_NUMBER_DIGITS);
	CLEANUP(draft_freep) struct draft *draft = draft_of("kaigo-nintei", true);
	const struct render_options options = {.format = RENDER_PDF, .number = number};

	assert_int_equal(render_worker_new(bench->loop, &bench->child, &bench->worker), 0);
	assert_int_equal(render_worker_submit(bench->worker, NULL, draft, &options, on_page, bench), -EPERM);
}

/* ---- who may ------------------------------------------------------------------------------------------------------ */

static void no_page_without_a_permit_a_number_and_a_form_that_asks(void **state)
{
	struct bench *bench = *state;
	CLEANUP(draft_freep) struct draft *draft = draft_of("kaigo-nintei", false);
	struct number_page_order order = {.child = &bench->child, .permit = permit_of(bench), .draft = draft};

	assert_null(config_number_permit(bench->folder_config, "kaigo-nintei"));
	assert_null(config_number_permit(bench->config, "juminhyo"));
	assert_int_equal(ask(bench, NULL, "kaigo-nintei"), -EPERM);
	assert_int_equal(number_page_new(bench->loop, &order, number_of(FORM_NUMBER_DIGITS), on_page, bench, &bench->page), -EINVAL);
	assert_int_equal(draft_set(draft, FORM_NUMBER_FIELD, FORM_NUMBER_FROM_CARD, VALUE_CARD, PROOF_VERIFIED), 0);
	assert_int_equal(number_page_new(bench->loop, &order, number_of(11), on_page, bench, &bench->page), -EINVAL);
	assert_int_equal(number_page_new(bench->loop, &order, NULL, on_page, bench, &bench->page), -EINVAL);
	assert_null(bench->page);
}

static void the_child_trusts_only_the_signature_it_verified_itself(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(ask(bench, permit_of(bench), "juminhyo"), 0); /* a form of another procedure */
	run_until(bench, 1);
	assert_int_equal(bench->last_r, -EPERM);
	bench->page = number_page_free(bench->page);
	bench->child.bundle_key = NULL;
	bench->child.allow_unsigned = true;
	assert_int_equal(ask(bench, permit_of(bench), "kaigo-nintei"), 0); /* the same bundle, unverified */
	run_until(bench, 2);
	assert_int_equal(bench->last_r, -EPERM);
	bench->page = number_page_free(bench->page);
	bench->paths[0] = bench->town;
	assert_int_equal(ask(bench, permit_of(bench), "kaigo-nintei"), 0); /* the folder it was made of */
	run_until(bench, 3);
	assert_int_equal(bench->last_r, -EPERM);
	bench->page = number_page_free(bench->page);
	bench->paths[0] = bench->bundle;
	bench->child.bundle_key = bench->bundle; /* no key at all: the child ends */
	assert_int_equal(ask(bench, permit_of(bench), "kaigo-nintei"), 0);
	run_until(bench, 4);
	assert_int_equal(bench->last_r, -EPIPE);
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

static void a_child_that_dies_or_hangs_is_told_once(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(ask(bench, permit_of(bench), "kaigo-nintei"), 0);
	assert_int_equal(kill(only_child(), SIGKILL), 0);
	run_until(bench, 1);
	assert_int_equal(bench->last_r, -EPIPE);
	bench->page = number_page_free(bench->page);
	bench->child.timeout_s = 1;
	assert_int_equal(ask(bench, permit_of(bench), "kaigo-nintei"), 0);
	assert_int_equal(kill(only_child(), SIGSTOP), 0);
	run_until(bench, 2);
	assert_int_equal(bench->last_r, -ETIMEDOUT);
	assert_int_equal(only_child(), 0);
}

/* ---- what is left ------------------------------------------------------------------------------------------------- */

/* the sanitizer's allocator keeps freed blocks on purpose: nothing to find out there */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER
#endif
#endif
#if !defined(__SANITIZE_ADDRESS__) && !defined(HAS_ADDRESS_SANITIZER)

enum alphabet { ASCII, UTF_16, UTF_32, BCD };

static size_t spell(enum alphabet alphabet, char out[4 * FORM_NUMBER_DIGITS])
{
	static const size_t widths[] = {1, 2, 4};

	memset(out, 0, 4 * FORM_NUMBER_DIGITS);
	for (size_t i = 0; i < FORM_NUMBER_DIGITS; i++) {
		char digit = (char)(veiled[i] ^ MASK);

		if (alphabet == BCD)
			out[i / 2] = (char)(out[i / 2] << 4 | (digit - '0'));
		else
			out[i * widths[alphabet]] = digit;
	}
	return alphabet == BCD ? FORM_NUMBER_DIGITS / 2 : widths[alphabet] * FORM_NUMBER_DIGITS;
}

/* How often the number stands in this process in any spelling, by a child that looks: what it searches for is its own. */
static int count_here(void)
{
	pid_t parent = getpid(), pid;
	int status;

	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0);
	pid = fork();
	if (pid == 0) {
		long n_found = 0;

		for (enum alphabet alphabet = ASCII; alphabet <= BCD; alphabet++) {
			char needle[4 * FORM_NUMBER_DIGITS];
			long n = memory_count(parent, needle, spell(alphabet, needle));

			if (n < 0)
				_exit(100);
			n_found += n;
		}
		_exit(n_found > 99 ? 99 : (int)n_found);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 100);
	return WEXITSTATUS(status);
}

static void nothing_holds_the_number_when_its_page_is_done(void **state)
{
	struct bench *bench = *state;
	struct secret *number = number_of(FORM_NUMBER_DIGITS);

	assert_int_equal(count_here(), 1); /* the search finds it where it is */
	secret_free(number);
	assert_int_equal(count_here(), 0);
	for (int round = 1; round <= 3; round++) {
		pid_t pid;

		assert_int_equal(ask(bench, permit_of(bench), "kaigo-nintei"), 0);
		assert_int_equal(count_here(), 0); /* already in the child's hands only */
		pid = only_child();
		assert_true(pid > 0);
		run_until(bench, round);
		assert_int_equal(bench->last_r, 0);
		for (int i = 0; i < 500 && kill(pid, 0) == 0; i++)
			assert_true(sd_event_run(bench->loop, 10000) >= 0);
		assert_int_equal(kill(pid, 0), -1); /* it ended by itself, with all it held */
		assert_int_equal(count_here(), 0);
		bench->page = number_page_free(bench->page);
		assert_int_equal(count_here(), 0);
	}
}

/* Seen from outside, from its start to its answer. */
static void the_child_is_fenced_in_and_its_memory_not_swapped(void **state)
{
	struct bench *bench = *state;
	char path[64], line[256];
	CLEANUP(fclosep) FILE *status = NULL;
	bool has_filter = false;
	unsigned long locked_kb = 0;

	assert_int_equal(ask(bench, permit_of(bench), "kaigo-nintei"), 0);
	for (int i = 0; i < 1000 && !has_filter; i++) {
		snprintf(path, sizeof(path), "/proc/%d/status", (int)only_child());
		status = fopen(path, "re");
		while (status && fgets(line, sizeof(line), status)) {
			(void)!sscanf(line, "VmLck: %lu", &locked_kb);
			has_filter |= strcmp(line, "Seccomp:\t2\n") == 0;
		}
		if (status)
			fclose(TAKE(status));
		usleep(1000);
	}
	assert_true(has_filter);
	assert_true(locked_kb > 1024); /* its heap and stack are not swapped */
	run_until(bench, 1);
	assert_int_equal(bench->last_r, 0);
}
#endif

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(the_number_stands_on_its_page_and_on_no_other),
		T(the_preview_shows_marks_instead_of_digits),
		T(the_worker_and_the_screen_never_take_a_number),
		T(no_page_without_a_permit_a_number_and_a_form_that_asks),
		T(the_child_trusts_only_the_signature_it_verified_itself),
		T(a_child_that_dies_or_hangs_is_told_once),
#if !defined(__SANITIZE_ADDRESS__) && !defined(HAS_ADDRESS_SANITIZER)
		T(nothing_holds_the_number_when_its_page_is_done),
		T(the_child_is_fenced_in_and_its_memory_not_swapped),
#endif
	};

	wipe_json();
	return cmocka_run_group_tests_name("number page", tests, NULL, NULL);
}
