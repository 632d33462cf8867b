/* SPDX-License-Identifier: MIT
 * The calls of contract §6 that a terminal makes, as requests of the transport, and their answers as outcomes. What
 * the server refuses is told by the last word of the problem's permanent `type` (RFC 9457). */
#include <errno.h>
#include <sodium.h>
#include <string.h>

#include "queue/client/transport.h"
#include "queue/queue.h"
#include "shared/base/buf.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/base/random.h"
#include "shared/base/banned.h"

enum {
	CLIENT_GIVE_UP_MS = 5000,
	CLIENT_WORD_BYTES_MAX = 128,   /* office, service, procedure, token, key: anything longer is not ours */
	CLIENT_SERVICES_MAX = 64,      /* services of one office's board */
	CLIENT_PROCEDURES_MAX = 64,
};

struct queue_client {
	struct transport *transport;
	struct secret *token;
	char *office;
};

/* What waits for an answer; freed by the transport. */
struct call {
	union {
		queue_ticket_fn *ticket;
		queue_board_fn *board;
		queue_done_fn *done;
	} fn;
	void *data;
};

static bool is_word(const char *text);
static int send_json(struct queue_client *client, const char *path, const json_t *body, const char *key,
		     transport_fn *on_answer, const struct call *call);
static int encode_request(const struct queue_ticket_request *request, json_t **ret_body);
static transport_fn on_issued, on_shown, on_board, on_done;

int queue_client_new(sd_event *loop, const struct queue_options *options, struct queue_client **ret_client)
{
	CLEANUP(queue_client_freep) struct queue_client *client = calloc(1, sizeof(*client));
	struct transport_options transport = {
		.url = options->url,
		.ca_file = options->ca_file,
		.token = options->device_token,
		.give_up_ms = options->give_up_ms > 0 ? options->give_up_ms : CLIENT_GIVE_UP_MS,
	};
	int r;

	if (!client) {
		secret_free(options->device_token);
		return fault_raise(-ENOMEM);
	}
	client->token = options->device_token;
	if (!is_word(options->office))
		return fault_raise(-EINVAL);
	client->office = strdup(options->office);
	if (!client->office)
		return fault_raise(-ENOMEM);
	r = transport_new(loop, &transport, &client->transport);
	if (r < 0)
		return fault_pass(r);
	*ret_client = TAKE(client);
	return 0;
}

struct queue_client *queue_client_free(struct queue_client *client)
{
	if (!client)
		return NULL;
	transport_free(client->transport);
	secret_free(client->token);
	free(client->office);
	free(client);
	return NULL;
}

int queue_ticket_issue(struct queue_client *client, const struct queue_ticket_request *request, queue_ticket_fn *fn,
		       void *data)
{
	struct call call = {.fn.ticket = fn, .data = data};
	char path[256];
	json_t *body = NULL;
	int r;

	if (!request->idempotency_key || !is_word(request->idempotency_key))
		return fault_raise(-EINVAL);
	r = encode_request(request, &body);
	if (r < 0)
		return fault_pass(r);
	snprintf(path, sizeof(path), "/api/v1/offices/%s/tickets", client->office);
	r = send_json(client, path, body, request->idempotency_key, on_issued, &call);
	json_decref(body);
	return r < 0 ? fault_pass(r) : 0;
}

int queue_ticket_show(struct queue_client *client, const char *token, queue_ticket_fn *fn, void *data)
{
	struct call call = {.fn.ticket = fn, .data = data};
	char path[256];
	int r;

	/* the token comes from a picture anyone can hold before the camera */
	if (!is_word(token))
		return fault_raise(-EINVAL);
	snprintf(path, sizeof(path), "/api/v1/tickets/%s", token);
	r = send_json(client, path, NULL, NULL, on_shown, &call);
	sodium_memzero(path, sizeof(path));
	return r < 0 ? fault_pass(r) : 0;
}

int queue_board(struct queue_client *client, queue_board_fn *fn, void *data)
{
	struct call call = {.fn.board = fn, .data = data};
	char path[256];
	int r;

	snprintf(path, sizeof(path), "/api/v1/offices/%s/board", client->office);
	r = send_json(client, path, NULL, NULL, on_board, &call);
	return r < 0 ? fault_pass(r) : 0;
}

int queue_staff_call(struct queue_client *client, const char *device, queue_done_fn *fn, void *data)
{
	struct call call = {.fn.done = fn, .data = data};
	char path[256], key[VISIT_ID_HEX_LENGTH + 1];
	json_t *body = json_pack("{s:s}", "from", device);
	int r;

	if (!body)
		return fault_raise(-ENOMEM);
	snprintf(path, sizeof(path), "/api/v1/offices/%s/staff-call", client->office);
	r = send_json(client, path, body, random_hex(key, VISIT_ID_HEX_LENGTH), on_done, &call);
	json_decref(body);
	return r < 0 ? fault_pass(r) : 0;
}

void queue_cancel_all(struct queue_client *client)
{
	transport_drop_all(client->transport);
}

/* ---- requests ---- */

/* A word can stand in a path or a header as it is. */
static bool is_word(const char *text)
{
	size_t n = text ? strlen(text) : 0;

	return n > 0 && n <= CLIENT_WORD_BYTES_MAX &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:") == n &&
	       strcmp(text, ".") != 0 && strcmp(text, "..") != 0;
}

static int add_to_buf(const char *bytes, size_t n_bytes, void *data)
{
	return buf_add(data, bytes, n_bytes) < 0 ? -1 : 0;
}

static int send_json(struct queue_client *client, const char *path, const json_t *body, const char *key,
		     transport_fn *on_answer, const struct call *call)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(HTTP_BODY_BYTES_MAX);
	CLEANUP(freep) struct call *kept = malloc(sizeof(*kept));
	struct transport_request request = {.path = path, .idempotency_key = key};
	int r;

	if (!kept)
		return fault_raise(-ENOMEM);
	*kept = *call;
	if (body) {
		if (json_dump_callback(body, add_to_buf, &text, JSON_COMPACT) < 0)
			return fault_raise(-EMSGSIZE);
		request.body = buf_text(&text);
		request.n_body = text.len;
	}
	r = transport_send(client->transport, &request, on_answer, kept, free);
	if (r < 0)
		return fault_pass(r);
	(void)TAKE(kept);
	return 0;
}

/* The pictures are those of the visit's one card: they travel once, and never keep a number from being given. */
static json_t *encode_draft(const struct draft *draft, bool *is_pictured)
{
	json_t *json = draft_encode(draft);

	if (*is_pictured)
		(void)!json_object_del(json, "pictures");
	else
		*is_pictured = json_object_get(json, "pictures") != NULL;
	return json;
}

static int encode_request(const struct queue_ticket_request *request, json_t **ret_body)
{
	json_t *procedures = json_array(), *drafts = json_array(), *body;
	bool is_whole = procedures && drafts, is_pictured = false;

	if (request->n_drafts > TICKET_DRAFTS_MAX || request->n_procedures > CLIENT_PROCEDURES_MAX) {
		json_decref(procedures);
		json_decref(drafts);
		return fault_raise(-ENOSPC);
	}
	for (size_t i = 0; is_whole && i < request->n_procedures; i++)
		is_whole = json_array_append_new(procedures, json_string(request->procedures[i])) == 0;
	for (size_t i = 0; is_whole && i < request->n_drafts; i++)
		is_whole = json_array_append_new(drafts, encode_draft(request->drafts[i], &is_pictured)) == 0;
	if (!is_whole) {
		json_decref(procedures);
		json_decref(drafts);
		return fault_raise(-ENOMEM);
	}
	body = json_pack("{s:s, s:o, s:o}", "service", request->service, "procedures", procedures, "drafts", drafts);
	if (!body)
		return fault_raise(-ENOMEM);
	if (request->language && json_object_set_new(body, "language", json_string(request->language)) < 0) {
		json_decref(body);
		return fault_raise(-ENOMEM);
	}
	*ret_body = body;
	return 0;
}

/* ---- answers ---- */

/* "https://…/problems/closed", "/problems/closed" and "urn:…:closed" all end in the word. */
static enum queue_outcome outcome_of_problem(const char *body, size_t n_body)
{
	json_t *problem = json_loadb(body, n_body, 0, NULL);
	const char *type = json_string_value(json_object_get(problem, "type"));
	size_t at = type ? strlen(type) : 0;
	enum queue_outcome outcome = QUEUE_REFUSED;

	while (at > 0 && !strchr("/:#", type[at - 1]))
		at--;
	if (type && strcmp(type + at, "closed") == 0)
		outcome = QUEUE_CLOSED;
	else if (type && strcmp(type + at, "exhausted") == 0)
		outcome = QUEUE_EXHAUSTED;
	json_decref(problem);
	return outcome;
}

/* @ret_json: the answer's object, NULL unless QUEUE_OK. */
static enum queue_outcome outcome_of(int status, const char *body, size_t n_body, json_t **ret_json)
{
	*ret_json = NULL;
	if (status == 0 || status == 429 || (status >= 500 && status != 501))
		return QUEUE_AWAY;
	if (status == 404)
		return QUEUE_NOT_FOUND;
	if (status < 200 || status > 299)
		return outcome_of_problem(body, n_body);
	if (n_body == 0)
		return QUEUE_OK;
	*ret_json = json_loadb(body, n_body, JSON_REJECT_DUPLICATES, NULL);
	return json_is_object(*ret_json) ? QUEUE_OK : QUEUE_REFUSED;
}

static void on_issued(void *data, int status, const char *body, size_t n_body)
{
	CLEANUP(ticket_release) struct ticket ticket = {0};
	const struct call *call = data;
	json_t *json;
	enum queue_outcome outcome = outcome_of(status, body, n_body, &json);

	if (outcome == QUEUE_OK && ticket_decode(json, &ticket) < 0)
		outcome = QUEUE_REFUSED;
	json_decref(json);
	call->fn.ticket(call->data, outcome, outcome == QUEUE_OK ? &ticket : NULL);
}

/* A member of the answer as a string of our own; absent or null: NULL. */
static int take_text(const json_t *json, const char *member, char **ret_text)
{
	const char *text = json_string_value(json_object_get(json, member));

	*ret_text = text ? strdup(text) : NULL;
	return text && !*ret_text ? fault_raise(-ENOMEM) : 0;
}

static int whole_number(const json_t *json, const char *member, int otherwise)
{
	const json_t *number = json_object_get(json, member);
	json_int_t value = json_integer_value(number);

	return json_is_integer(number) && value >= 0 && value <= INT32_MAX ? (int)value : otherwise;
}

static void take_wait(const json_t *wait, int *ret_from_min, int *ret_to_min)
{
	int from = whole_number(wait, "from_min", TICKET_WAIT_UNKNOWN);
	int to = whole_number(wait, "to_min", TICKET_WAIT_UNKNOWN);
	bool is_range = from != TICKET_WAIT_UNKNOWN && to >= from;

	*ret_from_min = is_range ? from : TICKET_WAIT_UNKNOWN;
	*ret_to_min = is_range ? to : TICKET_WAIT_UNKNOWN;
}

/* The holder's view has fewer members than the answer at issue: no id and no token. */
static int decode_shown(const json_t *json, struct ticket *ticket)
{
	int r = take_text(json, "number", &ticket->number);

	if (r >= 0)
		r = take_text(json, "state", &ticket->state);
	if (r >= 0)
		r = take_text(json, "window", &ticket->window);
	if (r >= 0)
		r = take_text(json, "service", &ticket->service);
	if (r >= 0)
		r = take_text(json, "issued_at", &ticket->issued_at);
	if (r < 0)
		return fault_pass(r);
	ticket->ahead = whole_number(json, "ahead", 0);
	take_wait(json_object_get(json, "wait"), &ticket->wait_from_min, &ticket->wait_to_min);
	return ticket->number && ticket->state ? 0 : fault_raise(-EBADMSG);
}

static void on_shown(void *data, int status, const char *body, size_t n_body)
{
	CLEANUP(ticket_release) struct ticket ticket = {0};
	const struct call *call = data;
	json_t *json;
	enum queue_outcome outcome = outcome_of(status, body, n_body, &json);

	if (outcome == QUEUE_OK && decode_shown(json, &ticket) < 0)
		outcome = QUEUE_REFUSED;
	json_decref(json);
	call->fn.ticket(call->data, outcome, outcome == QUEUE_OK ? &ticket : NULL);
}

static bool has_open_window(const json_t *windows)
{
	size_t i;
	json_t *window;

	json_array_foreach(windows, i, window)
	{
		const char *state = json_string_value(json_object_get(window, "state"));

		if (state && strcmp(state, "closed") != 0)
			return true;
	}
	return false;
}

static void on_board(void *data, int status, const char *body, size_t n_body)
{
	struct queue_board_service services[CLIENT_SERVICES_MAX];
	const struct call *call = data;
	size_t n_services = 0, i;
	json_t *json, *entry, *list;
	enum queue_outcome outcome = outcome_of(status, body, n_body, &json);

	list = json_object_get(json, "services");
	if (outcome == QUEUE_OK && (!json_is_array(list) || json_array_size(list) > CLIENT_SERVICES_MAX))
		outcome = QUEUE_REFUSED;
	json_array_foreach(outcome == QUEUE_OK ? list : NULL, i, entry)
	{
		struct queue_board_service *service = &services[n_services];

		service->id = json_string_value(json_object_get(entry, "id"));
		if (!service->id)
			continue;
		service->waiting = whole_number(entry, "waiting", 0);
		take_wait(json_object_get(entry, "wait"), &service->wait_from_min, &service->wait_to_min);
		n_services++;
	}
	call->fn.board(call->data, outcome, outcome == QUEUE_OK ? services : NULL, n_services,
		       has_open_window(json_object_get(json, "windows")));
	json_decref(json);
}

static void on_done(void *data, int status, const char *body, size_t n_body)
{
	const struct call *call = data;
	json_t *json;
	enum queue_outcome outcome = outcome_of(status, body, n_body, &json);

	json_decref(json);
	call->fn.done(call->data, outcome);
}
