/* SPDX-License-Identifier: MIT
 * Answers: every one leaves with the same security headers; nothing but constant pages may be cached. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "queue/http/request.h"
#include "queue/http/server.h"
#include "shared/log/log.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

static const struct {
	const char *word;
	unsigned status;
	const char *title;
} problems[] = {
#define PROBLEM(word, status, title) {word, status, title},
#include "queue/http/problems.h"
#undef PROBLEM
};

#define CSP "default-src 'self'; object-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
#define CSP_PICTURES CSP "; img-src 'self' blob:" /* a card's pictures come inside an answer and have no address */

void answer_header(struct request *request, const char *name, const char *value)
{
	if (request->response)
		(void)!MHD_add_response_header(request->response, name, value);
}

void answer_response(struct request *request, unsigned status, struct MHD_Response *response)
{
	if (!response) { /* no memory: with nothing queued the connection is closed */
		server_wake(request);
		return;
	}
	if (request->response) {
		MHD_destroy_response(response);
		return;
	}
	request->response = response;
	request->status = status;
	answer_header(request, "Content-Security-Policy", request->shows_pictures ? CSP_PICTURES : CSP);
	answer_header(request, "X-Content-Type-Options", "nosniff");
	answer_header(request, "Referrer-Policy", "no-referrer");
	answer_header(request, "Cross-Origin-Opener-Policy", "same-origin");
	answer_header(request, "Cross-Origin-Resource-Policy", "same-origin");
	server_wake(request);
}

/* A copy that is wiped once it was sent: answers may hold a person. */
static void answer_bytes(struct request *request, unsigned status, const char *media_type, const void *bytes, size_t n_bytes)
{
	void *copy = malloc(n_bytes + 1);
	struct MHD_Response *response =
		copy ? MHD_create_response_from_buffer_with_free_callback(n_bytes, copy, wipe_free) : NULL;

	if (copy)
		memcpy(copy, bytes, n_bytes);
	if (!response)
		wipe_free(copy);
	if (response) {
		(void)!MHD_add_response_header(response, "Content-Type", media_type);
		(void)!MHD_add_response_header(response, "Cache-Control", "no-store");
	}
	answer_response(request, status, response);
}

void answer_text(struct request *request, unsigned status, const char *media_type, const char *text)
{
	answer_bytes(request, status, media_type, text, strlen(text));
}

void answer_json_text(struct request *request, unsigned status, const char *body)
{
	answer_text(request, status, "application/json", body);
}

void answer_json(struct request *request, unsigned status, json_t *body)
{
	CLEANUP(freep) char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;

	json_decref(body);
	if (text)
		answer_json_text(request, status, text);
	else
		answer_problem(request, "failed");
	if (text)
		explicit_bzero(text, strlen(text));
}

void answer_empty(struct request *request, unsigned status)
{
	struct MHD_Response *response = MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);

	if (response)
		(void)!MHD_add_response_header(response, "Cache-Control", "no-store");
	answer_response(request, status, response);
}

void answer_constant(struct request *request, unsigned status, const char *media_type, const char *etag, const void *bytes,
		     size_t n_bytes)
{
	struct MHD_Response *response =
		MHD_create_response_from_buffer(n_bytes, (void *)(uintptr_t)bytes, MHD_RESPMEM_PERSISTENT);

	if (response) {
		(void)!MHD_add_response_header(response, "Content-Type", media_type);
		(void)!MHD_add_response_header(response, "Cache-Control", "no-cache");
		(void)!MHD_add_response_header(response, "ETag", etag);
	}
	answer_response(request, status, response);
}

void answer_file(struct request *request, const char *media_type, int fd)
{
	struct stat st;
	int own = dup(fd);
	struct MHD_Response *response =
		own >= 0 && fstat(own, &st) == 0 ? MHD_create_response_from_fd((size_t)st.st_size, own) : NULL;

	if (!response) {
		closep(&own);
		answer_problem(request, "failed");
		return;
	}
	(void)!MHD_add_response_header(response, "Content-Type", media_type);
	(void)!MHD_add_response_header(response, "Cache-Control", "no-store");
	answer_response(request, 200, response);
}

void answer_problem_status(struct request *request, unsigned status, const char *word)
{
	const char *title = "";
	char body[512];

	for (size_t i = 0; i < sizeof(problems) / sizeof(*problems); i++)
		if (strcmp(problems[i].word, word) == 0) {
			title = problems[i].title;
			status = status ? status : problems[i].status;
		}
	status = status ? status : 500;
	snprintf(body, sizeof(body), "{\"type\":\"urn:madoguchi:problem:%s\",\"code\":\"%s\",\"title\":\"%s\",\"status\":%u}", word,
		 word, title, status);
	answer_bytes(request, status, "application/problem+json", body, strlen(body));
	if (status == 401)
		answer_header(request, "WWW-Authenticate", "Bearer");
}

void answer_problem(struct request *request, const char *word)
{
	answer_problem_status(request, 0, word);
}

/* ---- reading ------------------------------------------------------------------------------------------------- */

const char *request_header(const struct request *request, const char *name)
{
	return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *request_query(const struct request *request, const char *name)
{
	return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

const char *request_word(const struct request *request, const char *member, size_t bytes_max, bool *ret_is_bad)
{
	const json_t *value = json_object_get(request->json, member);

	*ret_is_bad = false;
	if (!value || json_is_null(value))
		return NULL;
	if (!json_is_string(value) || !json_string_length(value) || json_string_length(value) > bytes_max ||
	    strlen(json_string_value(value)) != json_string_length(value)) {
		*ret_is_bad = true;
		return NULL;
	}
	return json_string_value(value);
}

/* ---- through the hall ---------------------------------------------------------------------------------------- */

void request_done(void *data, const struct hall_answer *answer)
{
	struct request *request = data;

	if (answer->problem)
		answer_problem_status(request, (unsigned)answer->status, answer->problem);
	else
		answer_json_text(request, (unsigned)answer->status, answer->body);
	if (answer->is_repeat)
		answer_header(request, "Idempotency-Replayed", "true");
}

void request_submit(struct request *request, hall_done_fn *done)
{
	struct hall_work *work = &request->work;

	work->hall = request->hall;
	work->command.by = request->caller.name;
	work->done = done;
	work->data = request;
	if (request->idempotency_key[0] && request->caller.name[0]) {
		work->caller = request->caller.name;
		work->key = request->idempotency_key;
	}
	request_wait(request);
	hall_submit(server_halls(request->server), work);
}
