#pragma once
/* SPDX-License-Identifier: MIT
 * Server: libmicrohttpd inside the sd-event loop, no thread of its own. Everything that became readable in one turn is
 * parsed, then all tickets and commands of that turn go into one transaction, then they are answered. Bodies are
 * bounded; a too large one is read away and answered with 413. */
#include <systemd/sd-event.h>
#include "queue/hall/hall.h"
#include "shared/render/worker.h"

struct server;
struct request;
struct print_client;

struct server_options {
	struct config *const *configs;
	struct town *const *towns; /* beside them, for what staff are told; NULL: there are none */
	size_t n_configs;
	const char *listen;    /* 127.0.0.1:8080, [::1]:0 */
	const char *tls_cert, *tls_key; /* PEM files; NULL: plain */
	const char *database, *state_dir;
	struct clock *clock;
	struct render_worker *worker; /* NULL: no pages */
	struct print_client *print;   /* NULL: no printing */
};

/** server_new() - listens and serves from the loop. @options' pointers outlive the server. */
MUST_USE int server_new(sd_event *loop, const struct server_options *options, struct server **ret_server);
/** server_free() - ends streams, finishes what was acknowledged. Worker and print client are freed before it, so that
 *  nothing is answered twice. */
struct server *server_free(struct server *server);
DEFINE_CLEANUP(struct server *, server_free)
/** server_fits() - as hall_set_fits(). */
MUST_USE int server_fits(const struct server *server, const struct config *config);
/** server_exchange() - from @old to @config, as hall_set_exchange(); pages that are open look anew. */
MUST_USE int server_exchange(struct server *server, const struct config *old, const struct config *config);
/** server_listens_locally() - whether "ADDR:PORT" is for this machine alone; false for anything that is no address. */
bool server_listens_locally(const char *listen);
/** server_url() - "http://127.0.0.1:41234". Borrowed. */
const char *server_url(const struct server *server);

/* ---- for the handlers ---------------------------------------------------------------------------------------- */
struct hall_set *server_halls(struct server *server);
const struct server_options *server_options(const struct server *server);
bool server_is_tls(const struct server *server);
/** server_may_be_private() - TLS, or nobody but this machine can listen. */
bool server_may_be_private(const struct server *server);
/** server_wake() - the request has its answer: resumes its connection when it waits. */
void server_wake(struct request *request);
/** server_turn() - after something outside HTTP made answers ready (a rendered page, a printer). */
void server_turn(struct server *server);

struct throttle;
struct throttle *server_throttle(struct server *server);
struct stream_list;
struct stream_list *server_streams(struct server *server);
