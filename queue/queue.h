#pragma once
/* SPDX-License-Identifier: MIT
 * Queue: the terminal's side of madoguchi-queued over HTTP (contract §6), on libcurl in the loop. Every call ends:
 * answered, refused, or away. A ticket request is repeated with the same idempotency key until it is settled or
 * @give_up_ms is over; only then may the caller say that no number was given. Thread: the loop's. */
#include <systemd/sd-event.h>
#include "shared/base/secret.h"
#include "shared/model/draft.h"
#include "shared/model/ticket.h"

struct queue_client;

enum queue_outcome {
	QUEUE_OK,
	QUEUE_AWAY,        /* no answer: nothing is promised */
	QUEUE_CLOSED,      /* outside hours and no window open */
	QUEUE_EXHAUSTED,   /* the service's numbers are used up */
	QUEUE_REFUSED,     /* not allowed or not understood: staff must look */
	QUEUE_NOT_FOUND,
};

struct queue_options {
	const char *url;             /* http://127.0.0.1:8080 */
	const char *ca_file;         /* NULL: the system's */
	const char *office;          /* 209996-honcho */
	struct secret *device_token; /* owned by the client from the call on; NULL: none */
	int give_up_ms;              /* 0: 5000 */
};

/** queue_client_new() - opens no connection yet. 0 or a negative errno; the device token is freed either way. */
MUST_USE int queue_client_new(sd_event *loop, const struct queue_options *options, struct queue_client **ret_client);
/** queue_client_free() - forgets running calls, wipes the token. Return: NULL. */
struct queue_client *queue_client_free(struct queue_client *client);
DEFINE_CLEANUP(struct queue_client *, queue_client_free)

struct queue_ticket_request {
	const char *service;
	const char *const *procedures;
	size_t n_procedures;
	const char *language;
	struct draft *const *drafts; /* borrowed */
	size_t n_drafts;
	const char *idempotency_key; /* visit id + request */
};

/** @ticket borrowed during the call, NULL unless QUEUE_OK. */
typedef void queue_ticket_fn(void *data, enum queue_outcome outcome, const struct ticket *ticket);

/** queue_ticket_issue() - 0 and then @fn once from the loop, or a negative errno and never. */
MUST_USE int queue_ticket_issue(struct queue_client *client, const struct queue_ticket_request *request,
				queue_ticket_fn *fn, void *data);
/** queue_ticket_show() - the state of the ticket whose token was scanned. */
MUST_USE int queue_ticket_show(struct queue_client *client, const char *token, queue_ticket_fn *fn, void *data);

struct queue_board_service {
	const char *id;
	int waiting;
	int wait_from_min, wait_to_min; /* TICKET_WAIT_UNKNOWN: none */
};
/** @services borrowed; NULL and 0 unless QUEUE_OK. @is_open: at least one window is open. */
typedef void queue_board_fn(void *data, enum queue_outcome outcome, const struct queue_board_service *services,
			    size_t n_services, bool is_open);
MUST_USE int queue_board(struct queue_client *client, queue_board_fn *fn, void *data);
/** queue_staff_call() - "someone please come to terminal DEVICE". */
typedef void queue_done_fn(void *data, enum queue_outcome outcome);
MUST_USE int queue_staff_call(struct queue_client *client, const char *device, queue_done_fn *fn, void *data);
/** queue_cancel_all() - forgets every running call; their functions are not called any more. */
void queue_cancel_all(struct queue_client *client);
