#pragma once
/* SPDX-License-Identifier: MIT
 * Link: messages between a program and its helper over a SOCK_SEQPACKET pair or socket, so that the
 * kernel keeps the frames. One packet is one message: a type byte, then the body.
 *   'J'  one JSON object, at most LINK_MESSAGE_BYTES_MAX, with at most one descriptor (a memfd with a page)
 *   'S'  a secret of at most LINK_SECRET_BYTES_MAX bytes, kept until the next 'J' takes it
 * Anything else closes the link. Sending never blocks: what the socket does not take is queued up to a
 * bound, then the link counts as dead. Thread: the loop's. */
#include <jansson.h>
#include <systemd/sd-event.h>
#include "shared/base/cleanup.h"
#include "shared/base/secret.h"

struct link;

struct link_handlers {
	/** One JSON message. @message is borrowed; @fd is -1 or borrowed too (dup it to keep it). */
	void (*message)(void *data, struct link *link, json_t *message, int fd);
	/** The other side is gone or broke the rules; called once, never from inside link_send(). The
	 *  handler may free the link. */
	void (*closed)(void *data, struct link *link, int reason);
};

/** link_new() - takes ownership of @fd (on success only) and watches it on @loop. */
MUST_USE int link_new(sd_event *loop, int fd, const struct link_handlers *handlers, void *data,
		      struct link **ret_link);
struct link *link_free(struct link *link);
DEFINE_CLEANUP(struct link *, link_free)

/** link_send() - @message borrowed; @fd borrowed, -1 for none. 0, or a negative errno (-EPIPE when dead,
 *  -EMSGSIZE when too long). */
MUST_USE int link_send(struct link *link, const json_t *message, int fd);
/** link_send_secret() - the secret goes ahead of the message that needs it. */
MUST_USE int link_send_secret(struct link *link, const struct secret *secret);
/** link_take_secret() - the secret that came ahead of the present message; NULL when none. Caller frees. */
struct secret *link_take_secret(struct link *link);
/** link_peer_fd() - the descriptor, borrowed, for SO_PEERCRED and the like. */
int link_peer_fd(const struct link *link);
