/* SPDX-License-Identifier: MIT
 * vpcd writes length and content of a message separately: without TCP_QUICKACK, which Linux forgets after every
 * receive, each command would wait 40 ms for a delayed acknowledgement. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "cardreader/profile/apdu.h"
#include "cardreader/virtual/station.h"
#include "shared/base/clock.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define CONNECT_AGAIN_MS 100
#define CONNECT_TRIES 300
#define FRAME_BYTES_MAX (2 + APDU_BYTES_MAX)
#define ABSENCE_MS_MIN 500 /* pcscd looks every 400 ms: a shorter absence would go unseen */
#define NEVER (-1)

enum control { CONTROL_OFF = 0, CONTROL_ON = 1, CONTROL_RESET = 2, CONTROL_ATR = 4 };

struct station {
	sd_event *loop;
	uint16_t port;
	struct persona *persona;
	struct keyring *keys; /* borrowed */
	struct vcard *card;
	int fd;
	sd_event_source *io, *timer;
	int64_t removed_mono_ms;
	int tries_left; /* of connecting */
	station_inserted_fn *inserted_fn;
	void *inserted_data;
	uint8_t received[FRAME_BYTES_MAX];
	size_t n_received;
	uint8_t answer[2 + VCARD_ANSWER_BYTES_MAX]; /* with its length; waits while the timer runs */
	size_t n_answer;
	int delay_ms, stall_ms, remove_after, n_apdus;
	struct faults faults;
};

/* ---- sending ---- */

static int set_timer(struct station *s, int after_ms, sd_event_time_handler_t fn)
{
	s->timer = sd_event_source_disable_unref(s->timer);
	return sd_event_add_time(s->loop, &s->timer, CLOCK_MONOTONIC,
				 ((uint64_t)clock_mono_ms() + (uint64_t)after_ms) * 1000, 1000, fn, s);
}

static void send_answer(struct station *s)
{
	size_t n_sent = 0;

	while (s->fd >= 0 && n_sent < s->n_answer) {
		ssize_t n = send(s->fd, s->answer + n_sent, s->n_answer - n_sent, MSG_NOSIGNAL);

		if (n < 0 && errno != EINTR) {
			station_remove(s);
			return;
		}
		n_sent += n > 0 ? (size_t)n : 0;
	}
	s->n_answer = 0;
}

static int on_answer_due(sd_event_source *source, uint64_t now_us, void *data)
{
	send_answer(data);
	return 0;
}

static void set_length(struct station *s, size_t n_bytes)
{
	s->answer[0] = (uint8_t)(n_bytes >> 8);
	s->answer[1] = (uint8_t)n_bytes;
	s->n_answer = 2 + n_bytes;
}

static void reset_card(struct station *s)
{
	vcard_reset(s->card);
	faults_reset(&s->faults);
}

/* ---- what the reader says ---- */

static void on_control(struct station *s, uint8_t control)
{
	size_t n_atr;
	const uint8_t *atr = vcard_atr(&n_atr);

	if (control == CONTROL_OFF || control == CONTROL_ON || control == CONTROL_RESET)
		reset_card(s);
	if (control != CONTROL_ATR)
		return;
	memcpy(s->answer + 2, atr, n_atr);
	set_length(s, n_atr);
	send_answer(s);
}

static void on_command(struct station *s, const uint8_t *command, size_t n_command)
{
	int wait_ms = s->delay_ms + s->stall_ms;

	if (s->remove_after == 0) {
		station_remove(s);
		return;
	}
	if (s->remove_after > 0)
		s->remove_after--;
	s->n_apdus++;
	set_length(s, faults_transmit(&s->faults, s->card, command, n_command, s->answer + 2));
	s->stall_ms = 0;
	if (!wait_ms || set_timer(s, wait_ms, on_answer_due) < 0)
		send_answer(s);
}

/* Takes whole messages off the front. A removal in the middle leaves nothing. */
static void on_received(struct station *s)
{
	while (s->n_received >= 2) {
		size_t n = (size_t)s->received[0] << 8 | s->received[1];

		if (s->n_received < 2 + n)
			return;
		if (n == 1)
			on_control(s, s->received[2]);
		else if (n)
			on_command(s, s->received + 2, n);
		if (s->fd < 0)
			return;
		s->n_received -= 2 + n;
		memmove(s->received, s->received + 2 + n, s->n_received);
	}
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	struct station *s = data;
	ssize_t n = recv(fd, s->received + s->n_received, sizeof(s->received) - s->n_received, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) { /* the reader is gone */
		station_remove(s);
		return 0;
	}
	(void)!setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &(int){1}, sizeof(int));
	s->n_received += (size_t)n;
	on_received(s);
	return 0;
}

/* ---- in and out ---- */

static void tell_inserted(struct station *s, int r)
{
	station_inserted_fn *fn = s->inserted_fn;

	s->inserted_fn = NULL;
	if (fn)
		fn(s->inserted_data, r);
}

static int connect_reader(struct station *s)
{
	const struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(s->port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int r;

	s->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return -errno;
	/* loopback: connects or is refused at once */
	r = connect(s->fd, (const struct sockaddr *)&to, sizeof(to)) < 0 ? -errno : 0;
	if (!r)
		r = sd_event_add_io(s->loop, &s->io, s->fd, EPOLLIN, on_io, s);
	if (r < 0) {
		close(s->fd);
		s->fd = -1;
		return r;
	}
	(void)!setsockopt(s->fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	(void)!setsockopt(s->fd, IPPROTO_TCP, TCP_QUICKACK, &(int){1}, sizeof(int));
	return 0;
}

static int on_connect_due(sd_event_source *source, uint64_t now_us, void *data)
{
	struct station *s = data;
	int r = connect_reader(s);

	if (r < 0 && --s->tries_left > 0)
		r = set_timer(s, CONNECT_AGAIN_MS, on_connect_due);
	else
		tell_inserted(s, r);
	return 0;
}

int station_insert(struct station *s, station_inserted_fn *fn, void *data)
{
	int64_t absent_ms = clock_mono_ms() - s->removed_mono_ms;
	int r;

	if (s->fd >= 0 || s->inserted_fn)
		return fault_raise(-EALREADY);
	s->remove_after = NEVER;
	s->n_apdus = 0;
	vcard_forget_counts(s->card);
	s->tries_left = CONNECT_TRIES;
	s->inserted_fn = fn;
	s->inserted_data = data;
	r = set_timer(s, absent_ms < ABSENCE_MS_MIN ? (int)(ABSENCE_MS_MIN - absent_ms) : 0, on_connect_due);
	if (r < 0)
		s->inserted_fn = NULL;
	return r < 0 ? fault_raise(r) : 0;
}

void station_remove(struct station *s)
{
	s->timer = sd_event_source_disable_unref(s->timer);
	s->io = sd_event_source_disable_unref(s->io);
	if (s->fd >= 0) {
		close(s->fd);
		s->removed_mono_ms = clock_mono_ms();
	}
	s->fd = -1;
	s->n_received = s->n_answer = 0;
	s->stall_ms = 0;
	s->remove_after = NEVER;
	reset_card(s);
	tell_inserted(s, -ECANCELED);
}

int station_swap(struct station *s, struct persona *persona)
{
	struct vcard *card;
	int r = vcard_new_with_keys(persona, s->keys, &card);

	if (r < 0)
		return fault_pass(r);
	vcard_prepare(card);
	station_remove(s);
	vcard_free(s->card);
	persona_free(s->persona);
	s->card = card;
	s->persona = persona;
	return 0;
}

void station_remove_after(struct station *s, int n_apdus)
{
	s->remove_after = n_apdus;
}

void station_set_delay(struct station *s, int delay_ms)
{
	s->delay_ms = delay_ms;
}

void station_stall(struct station *s, int stall_ms)
{
	s->stall_ms = stall_ms;
}

void station_heal(struct station *s)
{
	memset(&s->faults, 0, sizeof(s->faults));
	s->delay_ms = s->stall_ms = 0;
	s->remove_after = NEVER;
	s->timer = s->n_answer ? sd_event_source_disable_unref(s->timer) : s->timer;
	send_answer(s);
}

struct faults *station_faults(struct station *s)
{
	return &s->faults;
}

const char *station_status(const struct station *s, char *out, size_t size)
{
	char card[512];

	snprintf(out, size, "%s %s apdus %d", s->fd >= 0 ? "inserted" : "removed",
		 vcard_status(s->card, card, sizeof(card)), s->n_apdus);
	return out;
}

int station_new(sd_event *loop, uint16_t port, struct persona *persona, struct keyring *keys, struct station **ret_station)
{
	CLEANUP(station_freep) struct station *s = calloc(1, sizeof(*s));
	int r;

	if (!s)
		return fault_raise(-ENOMEM);
	s->fd = -1;
	s->removed_mono_ms = clock_mono_ms() - ABSENCE_MS_MIN;
	s->remove_after = NEVER;
	s->keys = keys;
	r = vcard_new_with_keys(persona, keys, &s->card);
	if (r < 0)
		return fault_pass(r);
	vcard_prepare(s->card); /* before the reader holds it: an answer has 3 s */
	s->loop = sd_event_ref(loop);
	s->port = port;
	s->persona = persona;
	*ret_station = TAKE(s);
	return 0;
}

struct station *station_free(struct station *s)
{
	if (!s)
		return NULL;
	s->inserted_fn = NULL;
	if (s->card)
		station_remove(s);
	vcard_free(s->card);
	persona_free(s->persona);
	sd_event_unref(s->loop);
	free(s);
	return NULL;
}
