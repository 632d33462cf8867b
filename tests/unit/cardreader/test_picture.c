/* SPDX-License-Identifier: MIT
 * Pictures through the real decoding process, and through programs that stand in its place and misbehave. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "cardreader/picture/confine.h"
#include "cardreader/picture/picture.h"
#include "cardreader/virtual/picture.h"
#include "shared/base/clock.h"
#include "shared/loop/child.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

#define TILES 65535 /* the most OpenJPEG takes */
#define SCRIPT_BYTES 512

struct bench {
	sd_event *loop;
	struct card_decoding *decoding;
	int n_calls;
	size_t n_pictures;
	struct {
		const char *what;
		int width, height;
		size_t n_png;
	} got[CARD_PICTURES_MAX];
	bool frees_inside;
	char script[64];
};

static void make_bench(struct bench *b)
{
	assert_int_equal(loop_new(&b->loop), 0);
}

static void release_bench(struct bench *b)
{
	card_decoding_free(b->decoding);
	sd_event_unref(b->loop);
	if (b->script[0])
		unlink(b->script);
	errno = 0;
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no process stays behind */
	assert_int_equal(errno, ECHILD);
}

static const char *program(void)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/cardreader/madoguchi-card-picture", getenv("MESON_BUILD_ROOT"));
	return path;
}

static void on_pictures(void *data, const struct card_picture *pictures, size_t n_pictures)
{
	struct bench *b = data;

	b->n_calls++;
	b->n_pictures = n_pictures;
	if (b->frees_inside)
		b->decoding = card_decoding_free(b->decoding);
	for (size_t i = 0; i < n_pictures; i++) {
		b->got[i].what = pictures[i].what;
		b->got[i].width = pictures[i].width;
		b->got[i].height = pictures[i].height;
		b->got[i].n_png = pictures[i].n_png;
		assert_memory_equal(pictures[i].png, "\x89PNG", 4);
		assert_in_range(pictures[i].n_png, 50, CARD_PICTURE_PNG_BYTES_MAX);
	}
	sd_event_exit(b->loop, 0);
}

static int decode(struct bench *b, const struct session_picture *pictures, size_t n, const char *by)
{
	int r = card_pictures_decode(b->loop, pictures, n, by, on_pictures, b, &b->decoding);

	assert_int_equal(b->n_calls, 0); /* never from inside */
	return r;
}

static void wait_for_it(struct bench *b)
{
	assert_int_equal(sd_event_loop(b->loop), 0);
	assert_int_equal(b->n_calls, 1);
}

static struct session_picture picture(const char *what, const char *media, const struct buf *bytes)
{
	return (struct session_picture){what, media, (uint8_t *)bytes->bytes, bytes->len};
}

/* name as PNG, face as JPEG 2000, front as TIFF */
static void make_files_of(struct buf files[3], int width)
{
	CLEANUP(picture_surface_freep) cairo_surface_t *letters = NULL;
	CLEANUP(picture_surface_freep) cairo_surface_t *face = NULL;
	static const struct persona persona = {.name = "見本　花子", .sex = '2'};

	for (int i = 0; i < 3; i++)
		files[i] = BUF_INIT(PICTURE_BYTES_MAX);
	assert_int_equal(picture_of_text("見本　花子", 30, 300, 40, &letters), 0);
	assert_int_equal(picture_of_person(&persona, width, width * 4 / 3, &face), 0);
	assert_int_equal(picture_to_png(letters, &files[0]), 0);
	assert_int_equal(picture_to_jpeg2000(face, 3000, false, &files[1]), 0);
	assert_int_equal(picture_to_tiff(face, 200, &files[2]), 0);
}

static void make_files(struct buf files[3])
{
	make_files_of(files, 240);
}

/* Drawn by another process and unlike every other, since whoever draws leaves copies behind. */
static void make_face_elsewhere(struct buf *face)
{
	int ends[2];
	pid_t pid;

	*face = BUF_INIT(PICTURE_BYTES_MAX);
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	if (!pid) {
		struct buf files[3];

		make_files_of(files, 231);
		_exit(write(ends[1], files[1].bytes, files[1].len) == (ssize_t)files[1].len ? 0 : 1);
	}
	close(ends[1]);
	assert_int_equal(buf_read_fd(face, ends[0]), 0);
	close(ends[0]);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_true(face->len > 2000);
}

static void release_files(struct buf files[3])
{
	for (int i = 0; i < 3; i++)
		buf_release(&files[i]);
}

/* ---- the real process ---- */

static void pictures_come_back_in_order(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	struct buf files[3];

	make_bench(&b);
	make_files(files);
	assert_int_equal(decode(&b, (struct session_picture[]){picture("name", "image/png", &files[0]),
							       picture("face", "image/jp2", &files[1]),
							       picture("front", "image/tiff", &files[2])}, 3, program()), 0);
	release_files(files); /* they were read already */
	wait_for_it(&b);
	assert_int_equal(b.n_pictures, 3);
	assert_string_equal(b.got[0].what, "name");
	assert_int_equal(b.got[0].width, 900);
	assert_string_equal(b.got[1].what, "face");
	assert_int_equal(b.got[1].height, 320);
	assert_string_equal(b.got[2].what, "front");
	assert_int_equal(b.got[2].width, 240);
}

static void broken_picture_costs_itself_only(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	struct buf files[3];

	make_bench(&b);
	make_files(files);
	assert_int_equal(decode(&b, (struct session_picture[]){picture("name", "image/jp2", &files[0]),
							       picture("face", "image/jp2", &files[1])}, 2, program()), 0);
	wait_for_it(&b);
	assert_int_equal(b.n_pictures, 1);
	assert_string_equal(b.got[0].what, "face");
	release_files(files);
}

/* 2048 x 2048 pixels in as many tiles as go: some 370 MB of tables before the first pixel. */
static void make_bomb(struct buf *to)
{
	static const uint8_t head[] = {
		0xFF, 0x4F, 0xFF, 0x51, 0, 41, 0, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* SIZ, 2048 x 2048 */
		0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 7, 1, 1,                         /* tiles of 8 x 9 */
		0xFF, 0x52, 0, 12, 0, 0, 0, 1, 0, 0, 4, 4, 0, 1,                                       /* COD */
		0xFF, 0x5C, 0, 4, 0x40, 0x40,                                                         /* QCD */
		0xFF, 0x90, 0, 10, 0, 0, 0, 0, 0, 0, 0, 1, 0xFF, 0x93, 0xFF, 0xD9};

	_Static_assert(256 * 228 <= TILES, "refused before it is a bomb");
	*to = BUF_INIT(PICTURE_BYTES_MAX);
	assert_int_equal(buf_add(to, head, sizeof(head)), 0);
}

static void bombs_go_off_in_the_process_alone(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	struct buf files[3], bomb;
	int64_t begun = clock_mono_ms();

	make_bench(&b);
	make_files(files);
	make_bomb(&bomb);
	assert_int_equal(decode(&b, (struct session_picture[]){picture("face", "image/jp2", &bomb),
							       picture("name", "image/png", &files[0])}, 2, program()), 0);
	wait_for_it(&b);
	assert_in_range(b.n_pictures, 0, 1);
	if (b.n_pictures)
		assert_string_equal(b.got[0].what, "name");
	assert_in_range(clock_mono_ms() - begun, 0, CARD_PICTURES_TIMEOUT_MS + 1000);
	release_files(files);
	buf_release(&bomb);
}

static void no_pictures_are_told_from_the_loop(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};

	make_bench(&b);
	assert_int_equal(decode(&b, NULL, 0, "/nonexistent"), 0);
	wait_for_it(&b);
	assert_int_equal(b.n_pictures, 0);
}

static void what_cannot_be_sent_is_refused_at_once(void **state)
{
	static uint8_t bytes[SESSION_PICTURE_BYTES_MAX + 1];
	struct session_picture pictures[CARD_PICTURES_MAX + 1];
	CLEANUP(release_bench) struct bench b = {0};

	make_bench(&b);
	for (size_t i = 0; i < CARD_PICTURES_MAX + 1; i++)
		pictures[i] = (struct session_picture){"face", "image/jp2", bytes, 100};
	assert_int_equal(decode(&b, pictures, CARD_PICTURES_MAX + 1, program()), -EINVAL);
	pictures[0].n_bytes = 0;
	assert_int_equal(decode(&b, pictures, 1, program()), -EINVAL);
	pictures[0].n_bytes = sizeof(bytes);
	assert_int_equal(decode(&b, pictures, 1, program()), -EINVAL);
	pictures[0].n_bytes = 100;
	assert_int_equal(decode(&b, pictures, 1, "/nonexistent"), -ENOENT);
	assert_null(b.decoding);
}

static void freed_decoding_is_never_told(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	struct buf files[3];

	make_bench(&b);
	make_files(files);
	assert_int_equal(decode(&b, (struct session_picture[]){picture("face", "image/jp2", &files[1])}, 1, program()), 0);
	b.decoding = card_decoding_free(b.decoding);
	for (int i = 0; i < 20; i++)
		assert_true(sd_event_run(b.loop, 5000) >= 0);
	assert_int_equal(b.n_calls, 0);
	release_files(files);
}

static void decoding_may_be_freed_by_its_function(void **state)
{
	CLEANUP(release_bench) struct bench b = {.frees_inside = true};
	struct buf files[3];

	make_bench(&b);
	make_files(files);
	assert_int_equal(decode(&b, (struct session_picture[]){picture("face", "image/jp2", &files[1])}, 1, program()), 0);
	wait_for_it(&b);
	assert_int_equal(b.n_pictures, 1);
	assert_null(b.decoding);
	release_files(files);
}

/* ---- in its place ---- */

static void make_script(struct bench *b, const char *body)
{
	char text[SCRIPT_BYTES];
	int fd, n = snprintf(text, sizeof(text), "#!/bin/sh\n%s\n", body);

	snprintf(b->script, sizeof(b->script), "%s/picture-XXXXXX", getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
	fd = mkstemp(b->script);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, (size_t)n), n);
	assert_int_equal(fchmod(fd, 0700), 0);
	close(fd);
}

static void programs_that_misbehave_cost_the_pictures_and_two_seconds(void **state)
{
	static const char *const bodies[] = {
		"exit 0", "kill -9 $$", "exec sleep 60", "printf 'J{}' >&3; exec sleep 60", "printf 'X' >&3; exec sleep 60",
		"printf 'J{\"png\":\"AAAA\"}' >&3; exec sleep 60", "printf 'J{\"png\":7}' >&3; exec sleep 60",
		"printf 'J{\"png\":\"%s\"}' $(head -c 60000 /dev/zero | base64 -w0) >&3; exec sleep 60",
		/* a PNG by name, whose sides no picture of ours has */
		"printf 'J{\"png\":\"iVBORw0KGgoAAAANSUhEUgAACAEAAAABAQAAAAA=\"}' >&3; exec sleep 60",
		"for i in 1 2 3 4 5 6 7 8 9; do printf 'J{}' >&3; done; exec sleep 60",
	};

	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
		CLEANUP(release_bench) struct bench b = {0};
		int64_t begun = clock_mono_ms();
		struct buf files[3];

		make_bench(&b);
		make_files(files);
		make_script(&b, bodies[i]);
		assert_int_equal(decode(&b, (struct session_picture[]){picture("face", "image/jp2", &files[1])}, 1, b.script), 0);
		wait_for_it(&b);
		assert_int_equal(b.n_pictures, 0);
		assert_in_range(clock_mono_ms() - begun, 0, CARD_PICTURES_TIMEOUT_MS + 1000);
		release_files(files);
	}
}

/* ---- nothing stays behind ---- */

/* The fragment is kept changed, so that looking for it is not what is found. */
struct canary {
	const char *about;
	uint8_t bytes[24];
};

static void note_canary(struct canary *canary, const char *about, const void *bytes)
{
	canary->about = about;
	for (size_t i = 0; i < sizeof(canary->bytes); i++)
		canary->bytes[i] = ((const uint8_t *)bytes)[i] ^ 0x5A;
}

static bool holds(const uint8_t *memory, size_t n, const struct canary *canary)
{
	for (size_t at = 0; at + sizeof(canary->bytes) <= n; at++) {
		size_t i = 0;

		while (i < sizeof(canary->bytes) && memory[at + i] == (canary->bytes[i] ^ 0x5A))
			i++;
		if (i == sizeof(canary->bytes))
			return true;
	}
	return false;
}

static const char *left_in_memory(const struct canary *canaries, size_t n_canaries)
{
	CLEANUP(fclosep) FILE *maps = fopen("/proc/self/maps", "re");
	CLEANUP(closep) int mem = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	unsigned long from, to;
	char rights[8], line[512];

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps)) {
		uint8_t *copy;
		ssize_t n;

		if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) != 3 || rights[1] != 'w' || to - from > 64UL << 20)
			continue;
		copy = mmap(NULL, to - from, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		n = pread(mem, copy, to - from, (off_t)from);
		for (size_t i = 0; n > 0 && i < n_canaries; i++)
			if (holds(copy, (size_t)n, &canaries[i])) {
				print_message("# in %s", line);
				munmap(copy, to - from);
				return canaries[i].about;
			}
		if (n > 0)
			explicit_bzero(copy, (size_t)n);
		munmap(copy, to - from);
	}
	return NULL;
}

struct spy {
	struct bench *bench;
	struct canary *canary;
};

static void note_png(void *data, const struct card_picture *pictures, size_t n_pictures)
{
	struct spy *spy = data;

	spy->bench->n_calls++;
	assert_int_equal(n_pictures, 1);
	assert_true(pictures[0].n_png > 1000);
	note_canary(&spy->canary[0], "PNG", pictures[0].png + 600);
	note_canary(&spy->canary[1], "PNG's row of the face", pictures[0].png + pictures[0].n_png / 2);
	sd_event_exit(spy->bench->loop, 0);
}

static void no_byte_of_a_picture_stays_in_our_memory(void **state)
{
	CLEANUP(release_bench) struct bench b = {0};
	struct canary canaries[4];
	struct spy spy = {&b, canaries + 2};
	struct buf face;
	char base64[40];

	make_bench(&b);
	make_face_elsewhere(&face);
	note_canary(&canaries[0], "the card's bytes", face.bytes + 1200);
	sodium_bin2base64(base64, sizeof(base64), (uint8_t *)face.bytes + 1200, 24, sodium_base64_VARIANT_ORIGINAL);
	note_canary(&canaries[1], "the card's bytes in base64", base64);
	explicit_bzero(base64, sizeof(base64));
	assert_string_equal(left_in_memory(canaries, 2), "the card's bytes"); /* the search finds what is there */
	assert_int_equal(card_pictures_decode(b.loop, (struct session_picture[]){picture("face", "image/jp2", &face)}, 1,
					      program(), note_png, &spy, &b.decoding), 0);
	buf_release(&face);
	assert_int_equal(sd_event_loop(b.loop), 0);
	assert_int_equal(b.n_calls, 1);
	b.decoding = card_decoding_free(b.decoding);
	if (left_in_memory(canaries, 4))
		fail_msg("left in memory: %s", left_in_memory(canaries, 4));
}

/* ---- its rights ---- */

static int status_of(void (*fn)(void))
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (picture_confine() < 0)
			_exit(2);
		fn();
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

static void open_file(void)
{
	(void)!open("/etc/passwd", O_RDONLY);
}

static void open_socket(void)
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

static void map_executable(void)
{
	(void)!mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void make_memory_file(void)
{
	(void)!memfd_create("x", 0);
}

static void kill_parent(void)
{
	kill(getppid(), 0);
}

static void forbidden_calls_kill_it(void **state)
{
	void (*const forbidden[])(void) = {open_file, open_socket, execute, fork_again, map_executable, make_memory_file,
					   kill_parent};

	for (size_t i = 0; i < sizeof(forbidden) / sizeof(*forbidden); i++) {
		int status = status_of(forbidden[i]);

		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), SIGSYS);
	}
}

static void take_a_lot_of_memory(void)
{
	char *volatile some = malloc(32UL << 20);
	char *volatile much = malloc(PICTURE_MEMORY_BYTES_MAX);

	_exit(!some ? 3 : much ? 4 : 5);
}

static void compute_for_ever(void)
{
	volatile unsigned long n = 0;

	for (;;)
		n = n + 1;
}

static void memory_and_time_are_bounded(void **state)
{
	int status = status_of(take_a_lot_of_memory);

	assert_true(WIFEXITED(status));
#ifdef __SANITIZE_ADDRESS__
	assert_int_equal(WEXITSTATUS(status), 4); /* it needs all the address space there is */
#else
	assert_int_equal(WEXITSTATUS(status), 5);
#endif
	status = status_of(compute_for_ever);
	assert_true(WIFSIGNALED(status));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forbidden_calls_kill_it),
		cmocka_unit_test(memory_and_time_are_bounded),
		cmocka_unit_test(pictures_come_back_in_order),
		cmocka_unit_test(broken_picture_costs_itself_only),
		cmocka_unit_test(bombs_go_off_in_the_process_alone),
		cmocka_unit_test(no_pictures_are_told_from_the_loop),
		cmocka_unit_test(what_cannot_be_sent_is_refused_at_once),
		cmocka_unit_test(freed_decoding_is_never_told),
		cmocka_unit_test(decoding_may_be_freed_by_its_function),
		cmocka_unit_test(programs_that_misbehave_cost_the_pictures_and_two_seconds),
		cmocka_unit_test(no_byte_of_a_picture_stays_in_our_memory),
	};

	wipe_json();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
