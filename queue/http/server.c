/* SPDX-License-Identifier: MIT
 * libmicrohttpd with its epoll descriptor inside ours. After each MHD_run() the hall commits what came in and wakes the
 * waiting connections; another MHD_run() sends their answers. */
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "queue/http/auth.h"
#include "queue/http/request.h"
#include "queue/http/server.h"
#include "queue/http/stream.h"
#include "shared/base/fault.h"
#include "shared/log/log.h"
#include "shared/base/banned.h"

#define BEAT_US (15 * 1000000ULL)
#define TICK_US (2 * 1000000ULL)
#define TIMEOUT_S 30u
#define CONNECTIONS_MAX 5000u
#define CONNECTION_MEMORY (36 * 1024) /* above 32 kB it is mapped, so that closing a connection leaves no copy of it */
#define DISCARD_BYTES_MAX (64 * 1024 * 1024)
#define TURNS_MAX 8
#define PEM_BYTES_MAX (256 * 1024)

struct server {
	struct server_options options;
	sd_event *loop;
	sd_event_source *io, *timer, *beat, *tick;
	struct MHD_Daemon *daemon;
	struct hall_set *halls;
	struct throttle *throttle;
	struct stream_list streams;
	struct request *waiting; /* suspended until the loop has their answer */
	struct buf cert, key;
	char url[96];
	bool is_loopback;
	bool is_in_turn;
	bool is_ending;
};

struct hall_set *server_halls(struct server *server)
{
	return server->halls;
}

const struct server_options *server_options(const struct server *server)
{
	return &server->options;
}

bool server_is_tls(const struct server *server)
{
	return server->options.tls_cert != NULL;
}

bool server_may_be_private(const struct server *server)
{
	return server_is_tls(server) || server->is_loopback;
}

struct throttle *server_throttle(struct server *server)
{
	return server->throttle;
}

struct stream_list *server_streams(struct server *server)
{
	return &server->streams;
}

const char *server_url(const struct server *server)
{
	return server->url;
}

/* ---- a request --------------------------------------------------------------------------------------------------- */

void request_wait(struct request *request)
{
	if (request->is_waiting)
		return;
	request->is_waiting = true;
	request->next_waiting = request->server->waiting;
	request->before_waiting = &request->server->waiting;
	if (request->next_waiting)
		request->next_waiting->before_waiting = &request->next_waiting;
	request->server->waiting = request;
	MHD_suspend_connection(request->connection);
}

void server_wake(struct request *request)
{
	if (!request->is_waiting)
		return;
	request->is_waiting = false;
	*request->before_waiting = request->next_waiting;
	if (request->next_waiting)
		request->next_waiting->before_waiting = request->before_waiting;
	MHD_resume_connection(request->connection);
}

static struct request *request_free(struct request *request)
{
	if (!request)
		return NULL;
	stream_release(request->stream);
	if (request->task_free)
		request->task_free(request->task);
	for (size_t i = 0; i < request->n_drafts; i++)
		json_decref(request->drafts[i]);
	json_decref(request->pictures);
	json_decref(request->json);
	if (request->response)
		MHD_destroy_response(request->response);
	buf_release(&request->body);
	explicit_bzero(request->token, sizeof(request->token));
	free(request->path);
	free(request);
	return NULL;
}

static void on_completed(void *data, struct MHD_Connection *connection, void **context,
			 enum MHD_RequestTerminationCode code)
{
	*context = request_free(*context);
}

/* The body as an object; nothing at all counts as {}. */
static bool body_parse(struct request *request)
{
	const char *type = request_header(request, "Content-Type");

	if (!request->body.len) {
		request->json = json_object();
		return request->json != NULL;
	}
	if (!type || strncasecmp(type, "application/json", 16) != 0) {
		answer_problem(request, "not-json");
		return false;
	}
	request->json = json_loadb(request->body.bytes, request->body.len, JSON_REJECT_DUPLICATES, NULL);
	if (!request->json)
		answer_problem(request, "malformed-json");
	else if (!json_is_object(request->json))
		answer_problem(request, "malformed-request");
	return json_is_object(request->json);
}

static bool key_take(struct request *request)
{
	const char *key = request_header(request, "Idempotency-Key");
	char text[128];
	CLEANUP(buf_release) struct buf whole = BUF_INIT(HTTP_BODY_BYTES_MAX + 4096);

	if (!key || !*key || strlen(key) > HALL_KEY_BYTES_MAX) {
		if (request->route->needs & ROUTE_KEY || (key && *key))
			answer_problem(request, "key-required");
		return !(request->route->needs & ROUTE_KEY) && !(key && *key);
	}
	for (const char *c = key; *c; c++)
		if (*c <= ' ' || *c > '~') {
			answer_problem(request, "key-required");
			return false;
		}
	snprintf(request->idempotency_key, sizeof(request->idempotency_key), "%s", key);
	/* the same key means the same request: method, place and body */
	snprintf(text, sizeof(text), "%s %.100s\n", request->route->method, request->route->path);
	if (buf_add_text(&whole, text) < 0)
		return false;
	for (size_t i = 0; i < ROUTE_PARAMS_MAX && request->params[i]; i++)
		if (buf_add_text(&whole, request->params[i]) < 0 || buf_add_text(&whole, "\n") < 0)
			return false;
	if (buf_add(&whole, request->body.bytes, request->body.len) < 0)
		return false;
	hall_hash(request->server->halls, whole.bytes, whole.len, request->work.body_hash);
	return true;
}

static bool place_is_allowed(struct request *request)
{
	unsigned needs = request->route->needs;

	if (needs & (ROUTE_STAFF | ROUTE_PRIVATE) && !server_may_be_private(request->server)) {
		answer_problem(request, "tls-required");
		return false;
	}
	if (!(needs & ROUTE_OFFICE))
		return true;
	request->hall = hall_find(request->server->halls, request->params[0]);
	if (!request->hall)
		answer_problem(request, "unknown-office");
	else if (!hall_store(request->server->halls))
		hall_tick(request->server->halls); /* a store that failed is tried again, at most once a second */
	if (request->hall && !hall_store(request->server->halls)) {
		answer_problem(request, "store-unavailable");
		return false;
	}
	return request->hall != NULL;
}

static void request_handle(struct request *request, const char *method)
{
	char allow[64];

	if (request->server->is_ending) {
		answer_problem(request, "stopping");
		return;
	}
	if (request->is_too_large) {
		answer_problem(request, "too-large");
		answer_header(request, "Connection", "close");
		return;
	}
	if (strncmp(request->path, "/api/", 5) != 0 && strcmp(request->path, "/healthz") != 0 &&
	    strcmp(request->path, "/metrics") != 0) {
		if (strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0) {
			route_page(request);
			return;
		}
		answer_problem(request, "method-not-allowed");
		answer_header(request, "Allow", "GET, HEAD");
		return;
	}
	request->route = route_find(method, request->path, request->params, allow);
	if (!request->route) {
		answer_problem(request, allow[0] ? "method-not-allowed" : "not-found");
		if (allow[0])
			answer_header(request, "Allow", allow);
		return;
	}
	if (place_is_allowed(request) && auth_caller(request) && auth_allows(request) && body_parse(request) &&
	    key_take(request))
		request->route->fn(request);
	if (!request->response && !request->is_waiting)
		answer_problem(request, "failed");
}

static enum MHD_Result send_answer(struct request *request)
{
	enum MHD_Result result;

	if (!request->response)
		return MHD_NO;
	result = MHD_queue_response(request->connection, request->status, request->response);
	MHD_destroy_response(request->response);
	request->response = NULL;
	return result;
}

static struct request *request_new(struct server *server, struct MHD_Connection *connection, const char *url)
{
	struct request *request = calloc(1, sizeof(*request));
	const char *length;

	if (!request)
		return NULL;
	request->server = server;
	request->connection = connection;
	request->body = BUF_INIT(HTTP_BODY_BYTES_MAX);
	request->path = strdup(url);
	if (!request->path)
		return request_free(request);
	length = request_header(request, "Content-Length");
	request->is_too_large = length && strtoull(length, NULL, 10) > HTTP_BODY_BYTES_MAX;
	return request;
}

/* A body that is too large is read away, so that the sender gets to see why; beyond all bounds the line is cut. */
static enum MHD_Result take_body(struct request *request, const char *bytes, size_t *n_bytes)
{
	size_t n = *n_bytes;

	*n_bytes = 0;
	if (!request->is_too_large && buf_add(&request->body, bytes, n) == 0)
		return MHD_YES;
	request->is_too_large = true;
	request->n_discarded += n;
	return request->n_discarded > DISCARD_BYTES_MAX ? MHD_NO : MHD_YES;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url, const char *method,
				  const char *version, const char *upload, size_t *n_upload, void **context)
{
	struct request *request = *context;

	if (!request) {
		request = *context = request_new(data, connection, url);
		if (!request)
			return MHD_NO;
		/* who asks first may be told at once */
		if (request->is_too_large && request_header(request, "Expect")) {
			request->is_handled = true;
			request_handle(request, method);
			return send_answer(request);
		}
		return MHD_YES;
	}
	if (*n_upload)
		return take_body(request, upload, n_upload);
	if (!request->is_handled) {
		request->is_handled = true;
		request_handle(request, method);
		if (request->is_waiting)
			return MHD_YES;
	}
	return send_answer(request);
}

/* ---- the loop ---------------------------------------------------------------------------------------------------- */

/* Connections resumed after the last MHD_run() of a turn wake nothing by themselves: the next turn is due at once. */
static void set_timer(struct server *server, bool is_due)
{
	MHD_UNSIGNED_LONG_LONG timeout_ms = 0;

	if (is_due || MHD_get_timeout(server->daemon, &timeout_ms) == MHD_YES) {
		sd_event_source_set_time_relative(server->timer, (uint64_t)timeout_ms * 1000);
		sd_event_source_set_enabled(server->timer, SD_EVENT_ONESHOT);
	} else {
		sd_event_source_set_enabled(server->timer, SD_EVENT_OFF);
	}
}

static bool has_work_left(const struct server *server)
{
	MHD_UNSIGNED_LONG_LONG timeout_ms;

	return MHD_get_timeout(server->daemon, &timeout_ms) == MHD_YES && timeout_ms == 0;
}

void server_turn(struct server *server)
{
	bool is_due = true;

	if (server->is_in_turn)
		return;
	server->is_in_turn = true;
	for (int i = 0; i < TURNS_MAX && is_due; i++) {
		MHD_run(server->daemon);
		is_due = hall_is_pending(server->halls) || has_work_left(server);
		hall_run(server->halls);
	}
	server->is_in_turn = false;
	set_timer(server, is_due);
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	server_turn(data);
	return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	server_turn(data);
	return 0;
}

static int on_beat(sd_event_source *source, uint64_t usec, void *data)
{
	struct server *server = data;

	streams_beat(&server->streams);
	server_turn(server);
	sd_event_source_set_time_relative(source, BEAT_US);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_tick(sd_event_source *source, uint64_t usec, void *data)
{
	struct server *server = data;

	hall_tick(server->halls);
	server_turn(server);
	sd_event_source_set_time_relative(source, TICK_US);
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static void on_published(void *data, struct hall *hall)
{
	struct server *server = data;

	streams_wake(&server->streams, hall);
}

/* ---- listening --------------------------------------------------------------------------------------------------- */

/* "127.0.0.1:8080", "[::1]:0" */
static int address_parse(const char *listen_at, char host[64], char port[8])
{
	const char *colon = strrchr(listen_at, ':');
	size_t n = colon ? (size_t)(colon - listen_at) : 0;

	if (n && listen_at[0] == '[' && listen_at[n - 1] == ']') {
		listen_at++;
		n -= 2;
	}
	if (!n || n >= 64 || strlen(colon + 1) >= 8 || !colon[1])
		return fault_raise(-EINVAL);
	memcpy(host, listen_at, n);
	host[n] = '\0';
	snprintf(port, 8, "%s", colon + 1);
	return 0;
}

static bool is_loopback(const struct sockaddr *address)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (address->sa_family == AF_INET) {
		memcpy(&v4, address, sizeof(v4));
		return (ntohl(v4.sin_addr.s_addr) >> 24) == 127;
	}
	memcpy(&v6, address, sizeof(v6));
	return IN6_IS_ADDR_LOOPBACK(&v6.sin6_addr);
}

bool server_listens_locally(const char *listen)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM}, *info;
	char host[64], port[8];
	bool is_local;

	if (address_parse(listen, host, port) < 0 || getaddrinfo(host, port, &hints, &info) != 0)
		return false;
	is_local = is_loopback(info->ai_addr);
	freeaddrinfo(info);
	return is_local;
}

static int listen_socket(struct server *server, int *ret_fd)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE, .ai_socktype = SOCK_STREAM}, *info;
	struct sockaddr_storage bound;
	socklen_t n_bound = sizeof(bound);
	CLEANUP(closep) int fd = -1;
	char host[64], port[8];
	int r = address_parse(server->options.listen, host, port), on = 1;

	if (r < 0)
		return fault_pass(r);
	if (getaddrinfo(host, port, &hints, &info) != 0)
		return fault_raise(-EINVAL);
	fd = socket(info->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	server->is_loopback = is_loopback(info->ai_addr);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    bind(fd, info->ai_addr, info->ai_addrlen) < 0 || listen(fd, SOMAXCONN) < 0 ||
	    getsockname(fd, (struct sockaddr *)&bound, &n_bound) < 0)
		r = fault_raise(-errno);
	freeaddrinfo(info);
	if (r < 0)
		return r;
	if (getnameinfo((struct sockaddr *)&bound, n_bound, host, sizeof(host), port, sizeof(port),
			NI_NUMERICHOST | NI_NUMERICSERV) != 0)
		return fault_raise(-EIO);
	snprintf(server->url, sizeof(server->url), strchr(host, ':') ? "%s://[%s]:%s" : "%s://%s:%s",
		 server_is_tls(server) ? "https" : "http", host, port);
	*ret_fd = TAKE_FD(fd);
	return 0;
}

static int start_http(struct server *server)
{
	unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (server_is_tls(server) ? MHD_USE_TLS : 0);
	struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, server->cert.bytes},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, server->key.bytes},
		{MHD_OPTION_END, 0, NULL},
	};
	struct MHD_OptionItem none[] = {{MHD_OPTION_END, 0, NULL}};
	const union MHD_DaemonInfo *info;
	CLEANUP(closep) int fd = -1;
	int r = listen_socket(server, &fd);

	if (r < 0)
		return fault_pass(r);
	server->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, server, MHD_OPTION_LISTEN_SOCKET, fd,
					  MHD_OPTION_NOTIFY_COMPLETED, on_completed, server, MHD_OPTION_CONNECTION_TIMEOUT,
					  TIMEOUT_S, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX,
					  MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_ARRAY,
					  server_is_tls(server) ? tls : none, MHD_OPTION_END);
	if (!server->daemon)
		return fault_raise(-EIO);
	(void)TAKE_FD(fd);
	info = MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info || info->epoll_fd < 0)
		return fault_raise(-EIO);
	r = sd_event_add_io(server->loop, &server->io, info->epoll_fd, EPOLLIN, on_io, server);
	if (r >= 0)
		r = sd_event_add_time_relative(server->loop, &server->timer, CLOCK_MONOTONIC, 0, 1, on_timer, server);
	if (r >= 0)
		r = sd_event_add_time_relative(server->loop, &server->beat, CLOCK_MONOTONIC, BEAT_US, 0, on_beat, server);
	if (r >= 0)
		r = sd_event_add_time_relative(server->loop, &server->tick, CLOCK_MONOTONIC, TICK_US, 0, on_tick, server);
	return r < 0 ? fault_raise(r) : 0;
}

int server_new(sd_event *loop, const struct server_options *options, struct server **ret_server)
{
	CLEANUP(server_freep) struct server *server = calloc(1, sizeof(*server));
	int r = 0;

	if (!server)
		return fault_raise(-ENOMEM);
	server->options = *options;
	server->loop = sd_event_ref(loop);
	server->cert = server->key = BUF_INIT(PEM_BYTES_MAX);
	server->throttle = throttle_new();
	if (!server->throttle)
		return fault_raise(-ENOMEM);
	if (options->tls_cert)
		r = buf_read_file(&server->cert, options->tls_cert);
	if (r == 0 && options->tls_key)
		r = buf_read_file(&server->key, options->tls_key);
	if (r == 0)
		r = hall_set_new(&(struct hall_set_options){.configs = options->configs, .n_configs = options->n_configs,
							    .database = options->database, .state_dir = options->state_dir,
							    .clock = options->clock, .published = on_published, .data = server},
				 &server->halls);
	if (r == 0)
		r = start_http(server);
	if (r < 0)
		return fault_pass(r);
	*ret_server = TAKE(server);
	return 0;
}

int server_fits(const struct server *server, const struct config *config)
{
	return hall_set_fits(server->halls, config);
}

int server_exchange(struct server *server, const struct config *old, const struct config *config)
{
	int r = hall_set_exchange(server->halls, old, config);

	if (r < 0)
		return fault_pass(r);
	streams_reset(&server->streams);
	server_turn(server);
	return 0;
}

struct server *server_free(struct server *server)
{
	if (!server)
		return NULL;
	if (server->daemon) {
		server->is_ending = true;
		streams_end(&server->streams);
		hall_run(server->halls);
		while (server->waiting) /* a page or a printer that will not come any more */
			answer_problem(server->waiting, "stopping");
		server_turn(server);
		MHD_stop_daemon(server->daemon);
	}
	sd_event_source_disable_unref(server->io);
	sd_event_source_disable_unref(server->timer);
	sd_event_source_disable_unref(server->beat);
	sd_event_source_disable_unref(server->tick);
	hall_set_free(server->halls);
	throttle_free(server->throttle);
	buf_release(&server->cert);
	buf_release(&server->key);
	sd_event_unref(server->loop);
	free(server);
	return NULL;
}
