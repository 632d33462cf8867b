/* SPDX-License-Identifier: MIT
 * A peer is told only of the jobs it asked about, by the number it gave them. What breaks the rules is hung up on. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/log/log.h"
#include "shared/loop/link.h"
#include "printer/service/peers.h"
#include "printer/spool/spool.h"
#include "shared/base/banned.h"

#define PEERS_MAX 16
#define WATCHES_MAX 64

struct watch {
	json_int_t id;
	char key[PRINT_KEY_LENGTH_MAX + 1]; /* "": free */
};

struct peer {
	struct peers *peers;
	struct link *link; /* NULL: free */
	struct watch watches[WATCHES_MAX];
};

struct peers {
	sd_event *loop;
	sd_event_source *source;
	struct core *core;
	json_t *(*settings)(void *data); /* NULL: nothing is told */
	void *settings_data;
	int fd;
	struct sockaddr_un address;
	struct peer items[PEERS_MAX];
};

static void peer_drop(struct peer *peer)
{
	peer->link = link_free(peer->link);
	memset(peer->watches, 0, sizeof(peer->watches));
}

static void peer_send(struct peer *peer, json_t *message)
{
	if (message && peer->link)
		(void)!link_send(peer->link, message, -1); /* a dead link is told by on_closed() */
	json_decref(message);
}

static void send_job(struct peer *peer, json_int_t id, const char *key, enum print_state state, const char *reasons)
{
	peer_send(peer, json_pack("{ss sI ss ss ss}", "event", "job", "id", id, "key", key, "state",
				  print_state_word(state), "reasons", reasons));
}

static void send_status(struct peer *peer)
{
	const struct peers *peers = peer->peers;
	json_t *roles = json_array();

	for (size_t i = 0; i < core_n_roles(peer->peers->core); i++) {
		struct print_role_status role = core_role(peer->peers->core, i);

		(void)!json_array_append_new(roles, json_pack("{ss ss}", "role", role.role, "reasons", role.reasons));
	}
	peer_send(peer, json_pack("{ss so so*}", "event", "status", "roles", roles, "settings",
				  peers->settings ? peers->settings(peers->settings_data) : NULL));
}

static void on_job(void *data, const char *key, enum print_state state, const char *reasons)
{
	struct peers *peers = data;

	for (size_t i = 0; i < PEERS_MAX; i++)
		for (size_t k = 0; k < WATCHES_MAX && peers->items[i].link; k++) {
			struct watch *watch = &peers->items[i].watches[k];

			if (strcmp(watch->key, key) != 0)
				continue;
			send_job(&peers->items[i], watch->id, key, state, reasons);
			if (state != PRINT_PENDING && state != PRINT_PROCESSING)
				watch->key[0] = '\0';
		}
}

static void on_status(void *data)
{
	struct peers *peers = data;

	for (size_t i = 0; i < PEERS_MAX; i++)
		if (peers->items[i].link)
			send_status(&peers->items[i]);
}

const struct core_handlers peers_core_handlers = {.job = on_job, .status = on_status};

/* Words of ours only: they stand in the journal and in the log. */
static bool is_word(const char *text, size_t len_max)
{
	static const char set[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz:/._-";

	return text && text[0] && strlen(text) <= len_max && strspn(text, set) == strlen(text);
}

static struct watch *watch_add(struct peer *peer, json_int_t id, const char *key)
{
	for (size_t i = 0; i < WATCHES_MAX; i++)
		if (!peer->watches[i].key[0]) {
			peer->watches[i].id = id;
			snprintf(peer->watches[i].key, sizeof(peer->watches[i].key), "%s", key);
			return &peer->watches[i];
		}
	return NULL;
}

static void take_submit(struct peer *peer, json_int_t id, const char *key, const json_t *message, int fd)
{
	const char *role = json_string_value(json_object_get(message, "role"));
	const char *format = json_string_value(json_object_get(message, "format"));
	struct watch *watch;
	int r;

	if (!is_word(role, SPOOL_WORD_MAX - 1) || !is_word(format, SPOOL_WORD_MAX - 1) || fd < 0) {
		send_job(peer, id, key, PRINT_ABORTED, "document-access-error");
		return;
	}
	watch = watch_add(peer, id, key);
	if (!watch) {
		send_job(peer, id, key, PRINT_ABORTED, "spool-area-full");
		return;
	}
	r = core_submit(peer->peers->core, role, key, format, fd);
	if (r < 0) {
		watch->key[0] = '\0';
		log_fault(LOG_PRINT_FAILED, r);
		send_job(peer, id, key, PRINT_ABORTED, "document-access-error");
	}
}

static void take_ask(struct peer *peer, json_int_t id, const char *key)
{
	enum print_state state = PRINT_UNKNOWN;
	int r = core_find(peer->peers->core, key, &state);

	if (r < 0)
		log_fault(LOG_PRINT_FAILED, r);
	if ((state == PRINT_PENDING || state == PRINT_PROCESSING) && !watch_add(peer, id, key))
		state = PRINT_UNKNOWN;
	send_job(peer, id, key, state, "");
}

static void on_message(void *data, struct link *link, json_t *message, int fd)
{
	struct peer *peer = data;
	const char *op = json_string_value(json_object_get(message, "op"));
	const char *key = json_string_value(json_object_get(message, "key"));
	json_int_t id = json_integer_value(json_object_get(message, "id"));

	if (op && strcmp(op, "status") == 0)
		send_status(peer);
	else if (op && strcmp(op, "submit") == 0 && is_word(key, PRINT_KEY_LENGTH_MAX))
		take_submit(peer, id, key, message, fd);
	else if (op && strcmp(op, "ask") == 0 && is_word(key, PRINT_KEY_LENGTH_MAX))
		take_ask(peer, id, key);
	else
		send_job(peer, id, "", PRINT_ABORTED, "document-access-error");
}

static void on_closed(void *data, struct link *link, int reason)
{
	peer_drop(data);
}

static bool is_ours(int fd)
{
	struct ucred cred;
	socklen_t size = sizeof(cred);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) == 0 && (cred.uid == geteuid() || cred.uid == 0);
}

static int on_connect(sd_event_source *source, int listen_fd, uint32_t revents, void *data)
{
	static const struct link_handlers handlers = {.message = on_message, .closed = on_closed};
	struct peers *peers = data;
	CLEANUP(closep) int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0 || !is_ours(fd))
		return 0;
	for (size_t i = 0; i < PEERS_MAX; i++) {
		struct peer *peer = &peers->items[i];

		if (peer->link)
			continue;
		peer->peers = peers;
		if (link_new(peers->loop, fd, &handlers, peer, &peer->link) < 0)
			return 0;
		(void)TAKE_FD(fd);
		send_status(peer);
		return 0;
	}
	return 0;
}

/* A socket left by a killed printd is replaced, one that answers is not. */
static int path_clear(const struct sockaddr_un *address)
{
	CLEANUP(closep) int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	struct stat st;

	if (lstat(address->sun_path, &st) < 0)
		return errno == ENOENT ? 0 : fault_raise(-errno);
	if (!S_ISSOCK(st.st_mode))
		return fault_raise(-EEXIST);
	if (fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0)
		return fault_raise(-EADDRINUSE);
	return unlink(address->sun_path) < 0 ? fault_raise(-errno) : 0;
}

static int listen_on(struct peers *peers)
{
	mode_t old;
	int r = path_clear(&peers->address), rc;

	if (r < 0)
		return fault_pass(r);
	peers->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (peers->fd < 0)
		return fault_raise(-errno);
	old = umask(0177);
	rc = bind(peers->fd, (const struct sockaddr *)&peers->address, sizeof(peers->address));
	r = rc < 0 ? -errno : 0;
	umask(old);
	if (r == 0 && listen(peers->fd, PEERS_MAX) < 0)
		r = -errno;
	return r < 0 ? fault_raise(r) : 0;
}

int peers_new(sd_event *loop, const char *path, struct peers **ret_peers)
{
	CLEANUP(peers_freep) struct peers *peers = calloc(1, sizeof(*peers));
	int r;

	if (!peers)
		return fault_raise(-ENOMEM);
	peers->fd = -1;
	peers->loop = sd_event_ref(loop);
	if (strlen(path) >= sizeof(peers->address.sun_path))
		return fault_raise(-ENAMETOOLONG);
	peers->address.sun_family = AF_UNIX;
	snprintf(peers->address.sun_path, sizeof(peers->address.sun_path), "%s", path);
	r = listen_on(peers);
	if (r == 0)
		r = sd_event_add_io(loop, &peers->source, peers->fd, EPOLLIN, on_connect, peers);
	if (r >= 0)
		r = sd_event_source_set_enabled(peers->source, SD_EVENT_OFF);
	if (r < 0)
		return fault_pass(r);
	*ret_peers = TAKE(peers);
	return 0;
}

struct peers *peers_free(struct peers *peers)
{
	if (!peers)
		return NULL;
	for (size_t i = 0; i < PEERS_MAX; i++)
		peer_drop(&peers->items[i]);
	if (peers->source)
		unlink(peers->address.sun_path);
	sd_event_source_disable_unref(peers->source);
	if (peers->fd >= 0)
		close(peers->fd);
	sd_event_unref(peers->loop);
	free(peers);
	return NULL;
}

void peers_settings(struct peers *peers, json_t *(*fn)(void *data), void *data)
{
	peers->settings = fn;
	peers->settings_data = data;
}

void peers_serve(struct peers *peers, struct core *core)
{
	peers->core = core;
	sd_event_source_set_enabled(peers->source, SD_EVENT_ON);
}
