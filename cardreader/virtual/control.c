/* SPDX-License-Identifier: MIT
 * insert and swap are answered when the reader has taken the card. One peer at a time may wait for that. */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "cardreader/virtual/control.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define PEERS_MAX 8
#define LINE_BYTES_MAX (2 * FAULTS_ANSWER_BYTES_MAX + 16)
#define MILLISECONDS_MAX 600000
#define APDUS_MAX 1000
#define STATUS_BYTES_MAX 1024

struct peer {
	struct control *control;
	int fd; /* -1: free */
	sd_event_source *io;
	char line[LINE_BYTES_MAX];
	size_t n_line;
};

struct control {
	sd_event *loop;
	struct station *station;
	char path[sizeof(((struct sockaddr_un *)NULL)->sun_path)];
	int fd;
	sd_event_source *io;
	struct peer *waiting; /* for an insertion */
	struct peer peers[PEERS_MAX];
};

/* ---- answers ---- */

static void say(struct peer *peer, const char *text)
{
	char line[STATUS_BYTES_MAX + 8];
	int n = snprintf(line, sizeof(line), "%s\n", text);

	if (peer->fd >= 0)
		(void)!send(peer->fd, line, (size_t)n, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void close_peer(struct peer *peer)
{
	if (peer->control->waiting == peer)
		peer->control->waiting = NULL;
	peer->io = sd_event_source_disable_unref(peer->io);
	if (peer->fd >= 0)
		close(peer->fd);
	peer->fd = -1;
	peer->n_line = 0;
}

static void on_inserted(void *data, int r)
{
	struct control *control = data;
	struct peer *peer = TAKE(control->waiting);

	if (peer)
		say(peer, !r ? "ok" : r == -ECANCELED ? "error: removed meanwhile" : "error: the reader does not take it");
}

/* ---- commands: NULL when the answer comes later ---- */

static const char *insert(struct peer *peer, const char *argument)
{
	int r;

	if (peer->control->waiting)
		return "error: another insertion is under way";
	r = station_insert(peer->control->station, on_inserted, peer->control);
	if (r < 0)
		return r == -EALREADY ? "error: already inserted" : "error: failed";
	peer->control->waiting = peer;
	return NULL;
}

static int number_of(const char *text, long max)
{
	char *end;
	long number = strtol(text, &end, 10);

	return end == text || *end || number < 0 || number > max ? -1 : (int)number;
}

static const char *remove_card(struct peer *peer, const char *argument)
{
	int n = strncmp(argument, "after ", 6) == 0 ? number_of(argument + 6, APDUS_MAX) : -1;

	if (*argument && n < 0)
		return "error: remove, or remove after N (0-1000)";
	if (*argument)
		station_remove_after(peer->control->station, n);
	else
		station_remove(peer->control->station);
	return "ok";
}

static const char *swap(struct peer *peer, const char *argument)
{
	CLEANUP(persona_freep) struct persona *persona = NULL;
	char status[STATUS_BYTES_MAX];
	bool was_inserted =
		strncmp(station_status(peer->control->station, status, sizeof(status)), "inserted", 8) == 0;

	if (persona_load(argument, stderr, &persona) < 0)
		return "error: no such persona, or a wrong one (see stderr)";
	if (station_swap(peer->control->station, persona) < 0)
		return "error: failed";
	(void)TAKE(persona);
	return was_inserted ? insert(peer, "") : "ok";
}

static const char *delay(struct peer *peer, const char *argument)
{
	int ms = number_of(argument, MILLISECONDS_MAX);

	if (ms < 0)
		return "error: delay MS (0-600000)";
	station_set_delay(peer->control->station, ms);
	return "ok";
}

static const char *stall(struct peer *peer, const char *argument)
{
	int ms = number_of(argument, MILLISECONDS_MAX);

	if (ms < 0)
		return "error: stall MS (0-600000)";
	station_stall(peer->control->station, ms);
	return "ok";
}

/* HEX, then nothing, xN or `always`. */
static const char *set_answer(struct peer *peer, const char *argument)
{
	static const char usage[] = "error: answer HEX, answer HEX xN (1-1000), answer HEX always, answer off";
	uint8_t bytes[FAULTS_ANSWER_BYTES_MAX];
	size_t n = 0;
	int times = 1;

	if (strcmp(argument, "off") == 0)
		argument += 3;
	for (; *argument && *argument != ' '; argument += 2) {
		unsigned byte;

		if (n == sizeof(bytes) || strspn(argument, "0123456789abcdefABCDEF") < 2 || sscanf(argument, "%2x", &byte) != 1)
			return usage;
		bytes[n++] = (uint8_t)byte;
	}
	if (strcmp(argument, " always") == 0)
		times = -1;
	else if (*argument && (argument[1] != 'x' || (times = number_of(argument + 2, APDUS_MAX)) < 1))
		return usage;
	faults_set_answer(station_faults(peer->control->station), bytes, n, times);
	return "ok";
}

static const char *set_flag(bool *flag, const char *argument)
{
	bool is_off = strcmp(argument, "off") == 0;

	if (!is_off && *argument && strcmp(argument, "on") != 0)
		return "error: on (or no word) or off";
	*flag = !is_off;
	return "ok";
}

static const char *no_extended(struct peer *peer, const char *argument)
{
	return set_flag(&station_faults(peer->control->station)->no_extended, argument);
}

static const char *t0(struct peer *peer, const char *argument)
{
	return set_flag(&station_faults(peer->control->station)->t0, argument);
}

static const char *blocked_sw(struct peer *peer, const char *argument)
{
	bool is_iso = strcmp(argument, "6983") == 0;

	if (!is_iso && strcmp(argument, "6984") != 0)
		return "error: blocked-sw 6983 or 6984";
	station_faults(peer->control->station)->blocked_sw = is_iso ? 0x6983 : 0x6984;
	return "ok";
}

static const char *short_answers(struct peer *peer, const char *argument)
{
	int n = strcmp(argument, "off") == 0 ? 0 : number_of(argument, FAULTS_ANSWER_BYTES_MAX);

	if (n < 0)
		return "error: short-answers N (bytes), short-answers off";
	station_faults(peer->control->station)->short_answer = (size_t)n;
	return "ok";
}

static const char *garbage(struct peer *peer, const char *argument)
{
	int seed = strcmp(argument, "off") == 0 ? 0 : number_of(argument, INT_MAX);

	if (seed < 0)
		return "error: garbage SEED, garbage off";
	faults_set_garbage(station_faults(peer->control->station), argument[0] != 'o', (uint64_t)seed);
	return "ok";
}

/* Everything that was set or is to come is off; the card stays as it is. */
static const char *heal(struct peer *peer, const char *argument)
{
	station_heal(peer->control->station);
	return "ok";
}

static const char *status(struct peer *peer, const char *argument)
{
	char line[STATUS_BYTES_MAX] = "ok ";

	station_status(peer->control->station, line + 3, sizeof(line) - 3);
	say(peer, line);
	return NULL;
}

static void obey(struct peer *peer, char *line)
{
	static const struct {
		const char *word;
		const char *(*fn)(struct peer *peer, const char *argument);
	} commands[] = {{"insert", insert}, {"remove", remove_card}, {"swap", swap},
			{"delay", delay},   {"stall", stall},	     {"answer", set_answer},
			{"no-extended", no_extended},		     {"t0", t0},
			{"blocked-sw", blocked_sw},		     {"short-answers", short_answers},
			{"garbage", garbage},			     {"heal", heal},
			{"status", status}};
	size_t n_word = strcspn(line, " ");
	const char *argument = line[n_word] ? line + n_word + 1 : line + n_word;

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		const char *answer;

		if (strlen(commands[i].word) != n_word || strncmp(commands[i].word, line, n_word) != 0)
			continue;
		answer = commands[i].fn(peer, argument);
		if (answer)
			say(peer, answer);
		return;
	}
	say(peer, "error: commands are insert, remove, remove after N, swap FILE, delay MS, stall MS, answer HEX [xN|always], "
		  "no-extended [on|off], t0 [on|off], blocked-sw 6983|6984, short-answers N|off, garbage SEED|off, heal, status");
}

/* ---- sockets ---- */

static int on_peer(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	struct peer *peer = data;
	ssize_t n = recv(fd, peer->line + peer->n_line, sizeof(peer->line) - 1 - peer->n_line, MSG_DONTWAIT);
	char *end;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		close_peer(peer);
		return 0;
	}
	peer->n_line += (size_t)n;
	while ((end = memchr(peer->line, '\n', peer->n_line))) {
		size_t n_taken = (size_t)(end - peer->line) + 1;

		*end = '\0';
		obey(peer, peer->line);
		peer->n_line -= n_taken;
		memmove(peer->line, peer->line + n_taken, peer->n_line);
	}
	if (peer->n_line == sizeof(peer->line) - 1)
		close_peer(peer);
	return 0;
}

static int on_accept(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	struct control *control = data;
	CLEANUP(closep) int peer_fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC);

	for (size_t i = 0; peer_fd >= 0 && i < PEERS_MAX; i++) {
		struct peer *peer = &control->peers[i];

		if (peer->fd >= 0)
			continue;
		if (sd_event_add_io(control->loop, &peer->io, peer_fd, EPOLLIN, on_peer, peer) >= 0)
			peer->fd = TAKE_FD(peer_fd);
		break;
	}
	return 0;
}

int control_new(sd_event *loop, const char *path, struct station *station, struct control **ret_control)
{
	CLEANUP(control_freep) struct control *control = calloc(1, sizeof(*control));
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int r;

	if (!control)
		return fault_raise(-ENOMEM);
	control->fd = -1;
	for (size_t i = 0; i < PEERS_MAX; i++)
		control->peers[i] = (struct peer){.control = control, .fd = -1};
	control->station = station;
	control->loop = sd_event_ref(loop);
	if (strlen(path) >= sizeof(at.sun_path))
		return fault_raise(-ENAMETOOLONG);
	memcpy(at.sun_path, path, strlen(path) + 1);
	control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	unlink(path);
	if (control->fd < 0 || bind(control->fd, (struct sockaddr *)&at, sizeof(at)) < 0 || listen(control->fd, PEERS_MAX) < 0)
		return fault_raise(-errno);
	memcpy(control->path, at.sun_path, sizeof(control->path));
	r = sd_event_add_io(loop, &control->io, control->fd, EPOLLIN, on_accept, control);
	if (r < 0)
		return fault_raise(r);
	*ret_control = TAKE(control);
	return 0;
}

struct control *control_free(struct control *control)
{
	if (!control)
		return NULL;
	for (size_t i = 0; i < PEERS_MAX; i++)
		close_peer(&control->peers[i]);
	sd_event_source_disable_unref(control->io);
	if (control->fd >= 0)
		close(control->fd);
	if (control->path[0])
		unlink(control->path);
	sd_event_unref(control->loop);
	free(control);
	return NULL;
}
