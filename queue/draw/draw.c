/* SPDX-License-Identifier: MIT
 * The server of the sample day: store in memory, drafts in a folder that goes with it, a clock of its own. The child talks
 * to it as anybody would; when the child ends, the day is over. */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "queue/draw/draw.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/random.h"
#include "shared/loop/child.h"
#include "shared/base/banned.h"

#define PROGRAM "madoguchi-queued"
#define USER "mihon"
#define SECRET_HEX 32
#define DAY_SECONDS_MAX 120 /* a day takes two seconds; the first page waits for its fonts */

struct drawing {
	const struct draw_options *options;
	char folder[256], clock_file[300], state_dir[300]; /* folder "": none */
	char password[SECRET_HEX + 1], device_token[SECRET_HEX + 1];
	struct clock *clock;
	struct render_worker *worker;
	struct server *server;
	sd_event *loop;
};

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *where)
{
	return remove(path);
}

static void drawing_release(struct drawing *drawing)
{
	drawing->worker = render_worker_free(drawing->worker); /* before the server, so that nothing is answered twice */
	drawing->server = server_free(drawing->server);
	clock_free(drawing->clock);
	sd_event_unref(drawing->loop);
	if (drawing->folder[0] != '\0')
		(void)nftw(drawing->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static int make_folder(struct drawing *drawing)
{
	const char *base = getenv("TMPDIR");
	FILE *file;

	snprintf(drawing->folder, sizeof(drawing->folder), "%.200s/madoguchi-draw-XXXXXX", base && *base ? base : "/tmp");
	if (!mkdtemp(drawing->folder)) {
		drawing->folder[0] = '\0';
		return fault_raise(-errno);
	}
	snprintf(drawing->clock_file, sizeof(drawing->clock_file), "%s/clock", drawing->folder);
	snprintf(drawing->state_dir, sizeof(drawing->state_dir), "%s/state", drawing->folder);
	if (mkdir(drawing->state_dir, 0700) < 0)
		return fault_raise(-errno);
	file = fopen(drawing->clock_file, "we");
	if (!file || fputs("2026-11-24T08:00:00+09:00\n", file) < 0 || fclose(file) != 0)
		return fault_raise(-EIO);
	return 0;
}

static int put_record(struct store *store, const char *kind, const char *key, json_t *value)
{
	CLEANUP(freep) char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;

	json_decref(value);
	if (!text)
		return fault_raise(-ENOMEM);
	return store_record_put(store, &(struct store_record){kind, key, 0, text, strlen(text)});
}

/* A terminal, and a clerk of every office: names of the sample, secrets of this run. */
static int add_people(struct drawing *drawing, const struct config *config)
{
	struct store *store = hall_store(server_halls(drawing->server));
	char hash[crypto_pwhash_STRBYTES], token_hash[HALL_HASH_HEX + 1], office[128];
	int r;

	random_hex(drawing->password, SECRET_HEX);
	random_hex(drawing->device_token, SECRET_HEX);
	hall_token_hash(drawing->device_token, token_hash);
	if (!store || crypto_pwhash_str(hash, drawing->password, SECRET_HEX, crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN) != 0)
		return fault_raise(-ENOMEM);
	r = store_begin(store);
	if (r == 0)
		r = put_record(store, "device", token_hash, json_pack("{ss}", "id", "mihon-terminal"));
	for (size_t i = 0; i < config->n_offices && r == 0; i++) {
		char name[80];

		snprintf(office, sizeof(office), "%s-%s", config->municipality.code, config->offices[i].id);
		snprintf(name, sizeof(name), USER "-%s", config->offices[i].id);
		r = put_record(store, "user", name, json_pack("{ss ss ss}", "role", "clerk", "office", office, "password", hash));
	}
	return r == 0 ? store_commit(store) : r;
}

static int start(struct drawing *drawing)
{
	struct server_options options = {.configs = drawing->options->configs, .n_configs = 1, .listen = "127.0.0.1:0",
					 .database = "memory:", .state_dir = drawing->state_dir};
	int r = make_folder(drawing);

	if (r == 0)
		r = loop_new(&drawing->loop);
	if (r == 0)
		r = clock_new(drawing->clock_file, &drawing->clock);
	options.clock = drawing->clock;
	if (r == 0)
		r = render_worker_new(drawing->loop, drawing->options->worker, &drawing->worker);
	options.worker = drawing->worker;
	if (r == 0)
		r = server_new(drawing->loop, &options, &drawing->server);
	return r == 0 ? add_people(drawing, drawing->options->configs[0]) : r;
}

/* ---- the child --------------------------------------------------------------------------------------------------- */

static int write_list(const char *out, json_t *pages)
{
	CLEANUP(freep) char *path = NULL;
	json_t *list = json_pack("{sO}", "pages", pages);
	int r = list && asprintf(&path, "%s/pages.json", out) >= 0 ? json_dump_file(list, path, JSON_INDENT(1)) : -1;

	json_decref(list);
	return r < 0 ? fault_raise(-EIO) : 0;
}

static int live(const struct drawing *drawing)
{
	const struct config *config = drawing->options->configs[0];
	json_t *pages = json_array();
	char trail[256];
	int r = pages ? 0 : -ENOMEM;

	for (size_t i = 0; i < config->n_offices && r == 0; i++) {
		char user[80];
		struct draw_day day = {.out = drawing->options->out, .url = server_url(drawing->server),
				       .clock_file = drawing->clock_file, .config = config, .office = &config->offices[i],
				       .user = user, .password = drawing->password, .device_token = drawing->device_token,
				       .pages = pages};

		snprintf(user, sizeof(user), USER "-%s", config->offices[i].id);
		r = draw_day(&day);
		if (r < 0)
			return command_failed(PROGRAM, "the sample day of office %s ended at \"%s\" — see that the town checks clean, "
					      "and that there is room (%s)", config->offices[i].id, day.failed ? day.failed : "its start",
					      fault_format(trail, sizeof(trail)));
	}
	if (r == 0)
		r = write_list(drawing->options->out, pages);
	json_decref(pages);
	return r == 0 ? COMMAND_DONE : command_failed(PROGRAM, "the list of pages could not be written — see that there is room");
}

static int on_over(sd_event_source *source, int fd, uint32_t events, void *data)
{
	return sd_event_exit(data, 0);
}

static int on_late(sd_event_source *source, uint64_t usec, void *data)
{
	return sd_event_exit(data, 1);
}

/* Serves until the child has closed its end of @fd, by ending. Return: its exit status. */
static int serve(struct drawing *drawing, pid_t child, int fd)
{
	int status = 0;
	int r = sd_event_add_io(drawing->loop, NULL, fd, EPOLLIN | EPOLLHUP, on_over, drawing->loop);

	if (r >= 0)
		r = sd_event_add_time_relative(drawing->loop, NULL, CLOCK_MONOTONIC, DAY_SECONDS_MAX * 1000000ull, 0, on_late, drawing->loop);
	if (r >= 0)
		r = sd_event_loop(drawing->loop);
	if (r != 0)
		kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (r != 0)
		return command_failed(PROGRAM, "the sample day did not end — try again");
	return WIFEXITED(status) ? WEXITSTATUS(status) : COMMAND_FAILED;
}

static int run(struct drawing *drawing)
{
	int ends[2];
	CLEANUP(closep) int read_end = -1;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return command_failed(PROGRAM, "cannot start: %s", strerror(errno));
	read_end = ends[0];
	fflush(NULL);
	child = fork();
	if (child == 0) {
		int exit = live(drawing);

		fflush(NULL);
		_exit(exit);
	}
	close(ends[1]);
	return child < 0 ? command_failed(PROGRAM, "cannot start: %s", strerror(errno)) : serve(drawing, child, read_end);
}

int draw_pages(const struct draw_options *options)
{
	CLEANUP(drawing_release) struct drawing drawing = {.options = options};
	char trail[256];
	int r;

	if (mkdir(options->out, 0777) < 0 && errno != EEXIST)
		return command_failed(PROGRAM, "%s cannot be made: %s", options->out, strerror(errno));
	r = start(&drawing);
	if (r < 0)
		return command_failed(PROGRAM, "the sample day could not begin (%s)", fault_format(trail, sizeof(trail)));
	return run(&drawing);
}
