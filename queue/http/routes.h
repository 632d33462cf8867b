#pragma once
/* SPDX-License-Identifier: MIT
 * The routes, one line each: method, path, handler, what it needs. Everything else is 404, another method 405. */
#include <stdbool.h>

struct request;

#define ROUTE_PARAMS_MAX 4

enum {
	ROUTE_OFFICE = 1,  /* the first parameter is an office */
	ROUTE_STAFF = 2,   /* a signed-in person of that office; changes carry X-CSRF-Token; TLS off loopback */
	ROUTE_CALLER = 4,  /* a terminal (bearer token) or staff */
	ROUTE_KEY = 8,     /* does not work without Idempotency-Key */
	ROUTE_PRIVATE = 16, /* personal or staff: TLS off loopback */
	ROUTE_CHIEF = 32,
};

#define ROUTE_WINDOW (ROUTE_OFFICE | ROUTE_STAFF | ROUTE_KEY)
#define ROUTE_DRAFT (ROUTE_OFFICE | ROUTE_STAFF)

/* ROUTE(method, path, handler, needs) */
#define ROUTES(X)                                                                                            \
	X(GET, "/healthz", healthz, 0)                                                                       \
	X(GET, "/metrics", metrics, 0)                                                                       \
	X(GET, "/api/v1/offices", offices, 0)                                                                \
	X(GET, "/api/v1/texts", texts_index, 0)                                                              \
	X(POST, "/api/v1/sessions", session_open, ROUTE_PRIVATE)                                             \
	X(GET, "/api/v1/sessions", session_show, ROUTE_STAFF)                                                \
	X(DELETE, "/api/v1/sessions", session_close, ROUTE_STAFF)                                            \
	X(POST, "/api/v1/offices/{office}/tickets", ticket_issue, ROUTE_OFFICE | ROUTE_CALLER | ROUTE_KEY)    \
	X(GET, "/api/v1/offices/{office}/board", board, ROUTE_OFFICE)                                        \
	X(GET, "/api/v1/offices/{office}/texts", texts_board, ROUTE_OFFICE)                                  \
	X(GET, "/api/v1/offices/{office}/events", events, ROUTE_OFFICE)                                      \
	X(GET, "/api/v1/offices/{office}/staff/events", staff_events, ROUTE_OFFICE | ROUTE_STAFF)            \
	X(GET, "/api/v1/offices/{office}/staff/settings", settings, ROUTE_OFFICE | ROUTE_STAFF)               \
	X(GET, "/api/v1/tickets/{token}", holder_show, 0)                                                    \
	X(GET, "/api/v1/tickets/{token}/texts", texts_phone, 0)                                              \
	X(GET, "/api/v1/tickets/{token}/events", holder_events, 0)                                           \
	X(POST, "/api/v1/tickets/{token}/cancel", holder_cancel, ROUTE_KEY)                                  \
	X(POST, "/api/v1/tickets/{token}/later", not_offered, 0)                                             \
	X(POST, "/api/v1/offices/{office}/leases", not_offered, ROUTE_OFFICE | ROUTE_CALLER)                 \
	X(POST, "/api/v1/offices/{office}/appointments", not_offered, ROUTE_OFFICE | ROUTE_STAFF)            \
	X(GET, "/api/v1/offices/{office}/statistics", not_offered, ROUTE_OFFICE | ROUTE_STAFF)               \
	X(GET, "/api/v1/offices/{office}/windows/{window}", window_show, ROUTE_OFFICE | ROUTE_STAFF)         \
	X(POST, "/api/v1/offices/{office}/windows/{window}/{command}", window_command, ROUTE_WINDOW)         \
	X(GET, "/api/v1/offices/{office}/tickets/{id}/drafts", draft_list, ROUTE_DRAFT)                      \
	X(PATCH, "/api/v1/offices/{office}/tickets/{id}/drafts/{i}", draft_correct, ROUTE_DRAFT)             \
	X(GET, "/api/v1/offices/{office}/tickets/{id}/drafts/{i}.pdf", draft_pdf, ROUTE_DRAFT)               \
	X(GET, "/api/v1/offices/{office}/tickets/{id}/drafts/{i}.png", draft_png, ROUTE_DRAFT)               \
	X(POST, "/api/v1/offices/{office}/tickets/{id}/drafts/{i}/print", draft_print, ROUTE_DRAFT | ROUTE_KEY) \
	X(POST, "/api/v1/offices/{office}/tickets/{id}/drafts/{i}/accept", draft_accept, ROUTE_DRAFT)        \
	X(POST, "/api/v1/offices/{office}/tickets/{id}/cancel", ticket_cancel, ROUTE_DRAFT | ROUTE_KEY)      \
	X(POST, "/api/v1/offices/{office}/tickets/{id}/reissue", not_offered, ROUTE_DRAFT)                   \
	X(POST, "/api/v1/offices/{office}/staff-call", staff_call, ROUTE_OFFICE | ROUTE_CALLER)

typedef void route_fn(struct request *request);

struct route {
	const char *method, *path;
	route_fn *fn;
	unsigned needs;
};

#define X(method, path, name, needs) route_fn route_##name;
ROUTES(X)
#undef X
/** route_page() - the embedded pages: everything outside /api/ that is no route. */
route_fn route_page;

/** route_find() - splits request->path in place. The route; NULL with *ret_allow: the methods the path has, "" none. */
const struct route *route_find(const char *method, char *path, const char *params[ROUTE_PARAMS_MAX], char ret_allow[64]);
