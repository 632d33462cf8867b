/* SPDX-License-Identifier: MIT
 * libmicrohttpd asks for bytes when the socket takes some: a stuck reader costs nothing but its place. With nothing to say
 * the connection is suspended until the hall publishes or the heart beats. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "queue/http/auth.h"
#include "queue/http/server.h"
#include "queue/http/stream.h"
#include "shared/base/banned.h"

#define STREAM_BLOCK_BYTES 1024
#define STREAMS_MAX 4000

enum stream_kind { STREAM_OPEN, STREAM_STAFF, STREAM_HOLDER };

struct stream {
	struct request *request;
	struct stream *next, **before;
	struct stream_list *list;
	enum stream_kind kind;
	int64_t seq;        /* the last one sent */
	char *rest;         /* of a frame that did not fit */
	size_t rest_at;
	char *last;         /* holder: what was told last */
	bool is_suspended, is_beat_due, is_reset_due, is_ended;
};

static char *holder_text(struct stream *stream)
{
	struct request *request = stream->request;
	struct hall *hall = request->hall;
	const struct desk_ticket *ticket = hall_ticket_by_token(server_halls(request->server), request->token, &hall);
	json_t *view = ticket ? hall_view_ticket(hall, ticket) : json_pack("{ss}", "state", "void");
	char *json = view ? json_dumps(view, JSON_COMPACT) : NULL, *text = NULL;

	json_decref(view);
	if (!json || (stream->last && strcmp(json, stream->last) == 0)) {
		free(json);
		return NULL;
	}
	free(stream->last);
	stream->last = json;
	if (asprintf(&text, "id: %lld\nevent: ticket\ndata: %s\n\n", (long long)hall_seq(hall), json) < 0)
		return NULL;
	return text;
}

/* The next thing to say, malloc'd; NULL: nothing. */
static char *next_text(struct stream *stream)
{
	const struct hall *hall = stream->request->hall;
	const struct hall_frame *frame;
	bool is_lost = false;
	char *text = NULL;

	if (stream->kind == STREAM_HOLDER && (text = holder_text(stream)))
		return text;
	while (stream->kind != STREAM_HOLDER && (frame = hall_frame_after(hall, stream->seq, &is_lost))) {
		const char *said = stream->kind == STREAM_STAFF ? frame->staff : frame->open;

		stream->seq = frame->seq;
		if (said)
			return strdup(said);
	}
	if (is_lost || stream->is_reset_due) {
		stream->is_reset_due = false;
		stream->seq = hall_seq(hall);
		if (asprintf(&text, "id: %lld\nevent: reset\ndata: {}\n\n", (long long)stream->seq) < 0)
			return NULL;
		return text;
	}
	if (!stream->is_beat_due)
		return NULL;
	stream->is_beat_due = false;
	return strdup(":\n\n");
}

static ssize_t read_stream(void *data, uint64_t position, char *out, size_t out_max)
{
	struct stream *stream = data;
	size_t n;

	if (stream->is_ended)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (!stream->rest) {
		stream->rest = next_text(stream);
		stream->rest_at = 0;
	}
	if (!stream->rest) {
		stream->is_suspended = true;
		MHD_suspend_connection(stream->request->connection);
		return 0;
	}
	n = strlen(stream->rest) - stream->rest_at;
	n = n < out_max ? n : out_max;
	memcpy(out, stream->rest + stream->rest_at, n);
	stream->rest_at += n;
	if (!stream->rest[stream->rest_at]) {
		free(stream->rest);
		stream->rest = NULL;
	}
	return (ssize_t)n;
}

struct stream *stream_release(struct stream *stream)
{
	if (!stream)
		return NULL;
	*stream->before = stream->next;
	if (stream->next)
		stream->next->before = stream->before;
	stream->list->n_streams--;
	free(stream->rest);
	free(stream->last);
	free(stream);
	return NULL;
}

static void wake(struct stream *stream)
{
	if (!stream->is_suspended)
		return;
	stream->is_suspended = false;
	MHD_resume_connection(stream->request->connection);
}

void streams_wake(struct stream_list *list, const struct hall *hall)
{
	for (struct stream *s = list->first; s; s = s->next)
		if (!hall || s->request->hall == hall)
			wake(s);
}

void streams_reset(struct stream_list *list)
{
	for (struct stream *s = list->first; s; s = s->next) {
		s->is_reset_due = s->kind != STREAM_HOLDER;
		wake(s);
	}
}

void streams_beat(struct stream_list *list)
{
	for (struct stream *s = list->first; s; s = s->next) {
		s->is_beat_due = true;
		if (s->kind == STREAM_STAFF && !auth_session_lives(s->request->server, s->request->caller.session))
			s->is_ended = true;
		wake(s);
	}
}

void streams_end(struct stream_list *list)
{
	list->is_ending = true;
	for (struct stream *s = list->first; s; s = s->next) {
		s->is_ended = true;
		wake(s);
	}
}

/* ?after= or Last-Event-ID (a browser that reconnects sends the latter, which then is the newer one). */
static int64_t start_seq(const struct request *request)
{
	const char *last = request_header(request, "Last-Event-ID");
	const char *text = last && *last ? last : request_query(request, "after");
	char *end = NULL;
	long long seq = text ? strtoll(text, &end, 10) : -1;

	return text && *text && end && !*end && seq >= 0 ? seq : hall_seq(request->hall);
}

static void start(struct request *request, enum stream_kind kind)
{
	struct stream_list *list = server_streams(request->server);
	struct stream *stream = list->n_streams < STREAMS_MAX && !list->is_ending ? calloc(1, sizeof(*stream)) : NULL;
	struct MHD_Response *response;

	if (!stream) {
		answer_problem_status(request, 503, "store-unavailable");
		return;
	}
	stream->request = request;
	stream->list = list;
	stream->kind = kind;
	stream->seq = start_seq(request);
	stream->next = list->first;
	stream->before = &list->first;
	if (list->first)
		list->first->before = &stream->next;
	list->first = stream;
	list->n_streams++;
	request->stream = stream;
	MHD_set_connection_option(request->connection, MHD_CONNECTION_OPTION_TIMEOUT, 0u);
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES, read_stream, stream, NULL);
	if (response) {
		(void)!MHD_add_response_header(response, "Content-Type", "text/event-stream");
		(void)!MHD_add_response_header(response, "Cache-Control", "no-store");
		(void)!MHD_add_response_header(response, "X-Accel-Buffering", "no");
	}
	answer_response(request, 200, response);
}

void route_events(struct request *request)
{
	start(request, STREAM_OPEN);
}

void route_staff_events(struct request *request)
{
	start(request, STREAM_STAFF);
}

void route_holder_events(struct request *request)
{
	if (!hall_ticket_by_token(server_halls(request->server), request->params[0], &request->hall)) {
		answer_problem(request, "unknown-ticket");
		return;
	}
	snprintf(request->token, sizeof(request->token), "%s", request->params[0]);
	start(request, STREAM_HOLDER);
}
