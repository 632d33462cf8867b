/* SPDX-License-Identifier: MIT
 * Receive buffers are wiped after each message: names and pages pass through them. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/loop/link.h"
#include "shared/base/banned.h"

#define LINK_QUEUE_MAX 64
#define LINK_PACKET_BYTES_MAX (LINK_MESSAGE_BYTES_MAX + 1)

struct packet {
	char *bytes;
	size_t len;
	int fd;
};

struct link {
	sd_event *loop;
	sd_event_source *source;
	sd_event_source *closing;
	int fd;
	int reason;
	struct link_handlers handlers;
	void *data;
	struct secret *secret;
	struct packet queue[LINK_QUEUE_MAX];
	size_t n_queued;
	char *receive; /* LINK_PACKET_BYTES_MAX */
};

static void packet_release(struct packet *packet)
{
	if (packet->bytes) {
		explicit_bzero(packet->bytes, packet->len);
		free(packet->bytes);
	}
	if (packet->fd >= 0)
		close(packet->fd);
}

static int on_closing(sd_event_source *source, void *data)
{
	struct link *link = data;

	link->closing = sd_event_source_unref(link->closing);
	link->handlers.closed(link->data, link, link->reason);
	return 0;
}

/* The closed handler runs from the loop, so that a sender never finds its link freed under its feet. */
static void link_die(struct link *link, int reason)
{
	if (link->reason)
		return;
	link->reason = reason;
	sd_event_source_set_enabled(link->source, SD_EVENT_OFF);
	if (sd_event_add_defer(link->loop, &link->closing, on_closing, link) >= 0)
		sd_event_source_set_enabled(link->closing, SD_EVENT_ONESHOT);
}

static int send_now(struct link *link, const char *bytes, size_t n_bytes, int fd)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec iov = {(void *)(uintptr_t)bytes, n_bytes};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};

	if (fd >= 0) {
		msg.msg_control = control.bytes;
		msg.msg_controllen = sizeof(control.bytes);
		*CMSG_FIRSTHDR(&msg) = (struct cmsghdr){
			.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int))};
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&msg)), &fd, sizeof(int));
	}
	return sendmsg(link->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : 0;
}

static void flush(struct link *link)
{
	size_t sent = 0;
	int r = 0;

	while (sent < link->n_queued &&
	       (r = send_now(link, link->queue[sent].bytes, link->queue[sent].len, link->queue[sent].fd)) == 0)
		packet_release(&link->queue[sent++]);
	memmove(link->queue, link->queue + sent, (link->n_queued - sent) * sizeof(*link->queue));
	link->n_queued -= sent;
	if (r < 0 && r != -EAGAIN && r != -EINTR)
		link_die(link, r);
	else if (!link->n_queued)
		sd_event_source_set_io_events(link->source, EPOLLIN);
}

/* Takes ownership of @bytes, wipes it once it is out. */
static int send_packet(struct link *link, char *bytes, size_t n_bytes, int fd)
{
	struct packet packet = {bytes, n_bytes, -1};
	int r = link->n_queued ? -EAGAIN : send_now(link, bytes, n_bytes, fd);

	if (r == -EAGAIN && link->n_queued < LINK_QUEUE_MAX) {
		packet.fd = fd >= 0 ? dup(fd) : -1;
		link->queue[link->n_queued++] = packet;
		sd_event_source_set_io_events(link->source, EPOLLIN | EPOLLOUT);
		return 0;
	}
	packet_release(&packet);
	if (r < 0) {
		link_die(link, r);
		return fault_raise(r == -EAGAIN ? -ENOBUFS : r);
	}
	return 0;
}

int link_send(struct link *link, const json_t *message, int fd)
{
	size_t n_bytes = json_dumpb(message, NULL, 0, JSON_COMPACT);
	char *bytes;

	if (link->reason)
		return fault_raise(-EPIPE);
	if (!n_bytes || n_bytes > LINK_MESSAGE_BYTES_MAX)
		return fault_raise(-EMSGSIZE);
	bytes = malloc(n_bytes + 1);
	if (!bytes)
		return fault_raise(-ENOMEM);
	bytes[0] = 'J';
	json_dumpb(message, bytes + 1, n_bytes, JSON_COMPACT);
	return send_packet(link, bytes, n_bytes + 1, fd);
}

int link_send_secret(struct link *link, const struct secret *secret)
{
	size_t n_bytes = secret_length(secret);
	char *bytes;

	if (link->reason)
		return fault_raise(-EPIPE);
	if (n_bytes > LINK_SECRET_BYTES_MAX)
		return fault_raise(-EMSGSIZE);
	bytes = malloc(n_bytes + 1);
	if (!bytes)
		return fault_raise(-ENOMEM);
	bytes[0] = 'S';
	memcpy(bytes + 1, secret_bytes(secret), n_bytes);
	return send_packet(link, bytes, n_bytes + 1, -1);
}

struct secret *link_take_secret(struct link *link)
{
	return TAKE(link->secret);
}

int link_peer_fd(const struct link *link)
{
	return link->fd;
}

static int take_secret_packet(struct link *link, size_t n_bytes)
{
	secret_free(link->secret);
	link->secret = NULL;
	if (n_bytes < 2 || n_bytes - 1 > LINK_SECRET_BYTES_MAX)
		return fault_raise(-EBADMSG);
	link->secret = secret_new(LINK_SECRET_BYTES_MAX);
	if (!link->secret)
		return fault_raise(-ENOMEM);
	return secret_append(link->secret, link->receive + 1, n_bytes - 1);
}

static int take_json_packet(struct link *link, size_t n_bytes, int fd)
{
	json_t *message = json_loadb(link->receive + 1, n_bytes - 1, JSON_REJECT_DUPLICATES, NULL);

	if (!json_is_object(message)) {
		json_decref(message);
		return fault_raise(-EBADMSG);
	}
	link->handlers.message(link->data, link, message, fd);
	json_decref(message);
	return 0;
}

static int fd_from_control(struct msghdr *msg)
{
	int fd = -1;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
			memcpy(&fd, CMSG_DATA(c), sizeof(fd));
	return fd;
}

static int receive_one(struct link *link)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {0};
	struct iovec iov = {link->receive, LINK_PACKET_BYTES_MAX};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.bytes,
			     .msg_controllen = sizeof(control.bytes)};
	CLEANUP(closep) int fd = -1;
	ssize_t n = recvmsg(link->fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	fd = fd_from_control(&msg);
	if (n == 0)
		return -ECONNRESET;
	if (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
		return fault_raise(-EMSGSIZE);
	if (link->receive[0] == 'S')
		return take_secret_packet(link, (size_t)n);
	if (link->receive[0] == 'J')
		return take_json_packet(link, (size_t)n, fd);
	return fault_raise(-EBADMSG);
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	struct link *link = data;
	char *receive;
	int r = 0;

	if (revents & EPOLLOUT)
		flush(link);
	if (link->reason || !(revents & (EPOLLIN | EPOLLHUP | EPOLLERR)))
		return 0;
	/* the handler may free the link: hold what is touched after it */
	sd_event_source_ref(source);
	receive = link->receive;
	r = receive_one(link);
	if (sd_event_source_get_userdata(source) == link) {
		explicit_bzero(receive, LINK_PACKET_BYTES_MAX);
		if (r < 0)
			link_die(link, r);
	}
	sd_event_source_unref(source);
	return 0;
}

int link_new(sd_event *loop, int fd, const struct link_handlers *handlers, void *data, struct link **ret_link)
{
	CLEANUP(link_freep) struct link *link = calloc(1, sizeof(*link));
	int size = 4 * LINK_PACKET_BYTES_MAX, r;

	if (!link)
		return fault_raise(-ENOMEM);
	link->fd = -1;
	link->loop = sd_event_ref(loop);
	link->handlers = *handlers;
	link->data = data;
	link->receive = calloc(1, LINK_PACKET_BYTES_MAX);
	if (!link->receive)
		return fault_raise(-ENOMEM);
	(void)!setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	r = sd_event_add_io(loop, &link->source, fd, EPOLLIN, on_io, link);
	if (r < 0)
		return fault_raise(r);
	link->fd = fd;
	*ret_link = TAKE(link);
	return 0;
}

struct link *link_free(struct link *link)
{
	if (!link)
		return NULL;
	if (link->source) {
		sd_event_source_set_userdata(link->source, NULL);
		sd_event_source_disable_unref(link->source);
	}
	sd_event_source_disable_unref(link->closing);
	for (size_t i = 0; i < link->n_queued; i++)
		packet_release(&link->queue[i]);
	secret_free(link->secret);
	if (link->receive)
		explicit_bzero(link->receive, LINK_PACKET_BYTES_MAX);
	free(link->receive);
	if (link->fd >= 0)
		close(link->fd);
	sd_event_unref(link->loop);
	free(link);
	return NULL;
}
