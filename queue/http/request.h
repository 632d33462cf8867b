#pragma once
/* SPDX-License-Identifier: MIT
 * One HTTP request from its first header to its last byte, and the ways to answer it. A handler either answers at once
 * or waits (the connection is suspended) and is answered from the loop later; it never does both. */
#include <jansson.h>
#include <microhttpd.h>
#include "queue/hall/hall.h"
#include "queue/http/routes.h"
#include "shared/base/buf.h"
#include "shared/base/limits.h"

struct server;
struct stream;

enum caller_kind { CALLER_NOBODY, CALLER_DEVICE, CALLER_STAFF };
enum role { ROLE_CLERK, ROLE_CHIEF, ROLE_SPECIALIST };

struct caller {
	enum caller_kind kind;
	char name[DESK_WORD_BYTES_MAX + 1]; /* device:ID, user:NAME */
	enum role role;
	char office[DESK_WORD_BYTES_MAX + 1]; /* staff */
	char session[HALL_HASH_HEX + 1];      /* hash of the cookie */
	char csrf[HALL_HASH_HEX + 1];
};

struct request {
	struct server *server;
	struct MHD_Connection *connection;
	const struct route *route;
	char *path;                            /* split in place at its slashes */
	const char *params[ROUTE_PARAMS_MAX];  /* what stood in the braces */
	struct buf body;
	size_t n_discarded;
	bool is_too_large;
	bool is_handled;
	bool is_waiting;                       /* suspended */
	bool shows_pictures;                   /* a page that may show pictures it made itself (blob:) */
	struct request *next_waiting, **before_waiting;
	json_t *json;                          /* an object; empty without a body */
	char idempotency_key[HALL_KEY_BYTES_MAX + 1];
	struct caller caller;
	struct hall *hall;
	struct hall_work work;
	char token[64];
	char text[DESK_PROCEDURES_BYTES_MAX + 1];
	json_t *drafts[TICKET_DRAFTS_MAX];
	size_t n_drafts;
	json_t *pictures;                      /* of the drafts, by number; NULL: none */
	struct stream *stream;
	void *task;                            /* a handler's own; freed by task_free */
	void (*task_free)(void *task);
	unsigned status;
	struct MHD_Response *response;         /* the answer, not queued yet */
};

/** request_wait() - suspends; the handler must have made sure that something answers. */
void request_wait(struct request *request);

/* Answers. Each may be called once; a waiting request is resumed. */
void answer_json(struct request *request, unsigned status, json_t *body); /* takes @body; NULL: 500 */
void answer_json_text(struct request *request, unsigned status, const char *body);
void answer_text(struct request *request, unsigned status, const char *media_type, const char *text);
void answer_constant(struct request *request, unsigned status, const char *media_type, const char *etag, const void *bytes,
		     size_t n_bytes);
/** answer_file() - a finished page; @fd is duplicated. */
void answer_file(struct request *request, const char *media_type, int fd);
void answer_empty(struct request *request, unsigned status);
/** answer_problem() - RFC 9457; @word is permanent and finds status and title in problems.h. */
void answer_problem(struct request *request, const char *word);
void answer_problem_status(struct request *request, unsigned status, const char *word);
/** answer_response() - a response made elsewhere (streams); takes it. */
void answer_response(struct request *request, unsigned status, struct MHD_Response *response);
/** answer_header() - adds one to the answer just made. */
void answer_header(struct request *request, const char *name, const char *value);

const char *request_header(const struct request *request, const char *name); /* NULL none */
const char *request_query(const struct request *request, const char *name);
/** request_word() - a string member; NULL and *ret_is_bad false when it is absent. */
const char *request_word(const struct request *request, const char *member, size_t bytes_max, bool *ret_is_bad);
/** request_submit() - hands request->work to the hall and waits; answered with the hall's JSON. */
void request_submit(struct request *request, hall_done_fn *done);
/** request_done() - the usual hall_done_fn: answers as the hall says. @data is the request. */
void request_done(void *data, const struct hall_answer *answer);
