/* SPDX-License-Identifier: MIT
 * Cardd's frame protocol as it comes off the socket: packets, each with its length in two bytes, through a real link
 * into the request decoder, and from there into a session. A broken rule closes the link once, and nothing else. */
#include <sys/socket.h>
#include <unistd.h>

#include "cardreader/cardd_wire.h"
#include "shared/loop/link.h"
#include "tests/fuzz/fuzz.h"
#include "shared/base/banned.h"

#define PACKETS_MAX 16

struct side {
	int n_messages, n_closed;
};

static void on_message(void *data, struct link *link, json_t *message, int fd)
{
	struct side *side = data;
	CLEANUP(secret_freep) struct secret *secret = link_take_secret(link);
	CLEANUP(session_freep) struct session *session = NULL;
	struct cardd_ask ask;

	CLAIM(!side->n_closed && fd == -1);
	side->n_messages++;
	if (cardd_wire_take_ask(message, &ask) < 0)
		return;
	CLAIM(ask.wish.purpose < N_SESSION_PURPOSES && ask.wish.kind < N_CARD_KINDS);
	CLAIM(ask.wish.auth <= CARD_AUTH_SIGN_PIN);
	ask.wish.secret = secret;
	CLAIM(session_new(&ask.wish, &session) == 0);
	if (session_start(session) == SESSION_SEND)
		session_lost(session, CARD_REMOVED);
}

static void on_closed(void *data, struct link *link, int reason)
{
	struct side *side = data;

	CLAIM(!side->n_closed++);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n_bytes)
{
	static const struct link_handlers handlers = {on_message, on_closed};
	static sd_event *loop;
	struct fuzz from = {bytes, n_bytes};
	struct side side = {0};
	struct link *link;
	int fds[2], n_sent = 0;

	if (!loop)
		CLAIM(sd_event_new(&loop) >= 0);
	CLAIM(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds) == 0);
	CLAIM(link_new(loop, fds[0], &handlers, &side, &link) == 0);
	while (from.n && n_sent < PACKETS_MAX && !side.n_closed) {
		size_t n;
		const uint8_t *packet = fuzz_block(&from, &n);

		if (n && send(fds[1], packet, n, MSG_NOSIGNAL) == (ssize_t)n)
			n_sent++;
		while (sd_event_run(loop, 0) > 0) {
		}
	}
	close(fds[1]);
	while (sd_event_run(loop, 0) > 0) {
	}
	CLAIM(side.n_closed == 1 && side.n_messages <= n_sent);
	link_free(link);
	return 0;
}
