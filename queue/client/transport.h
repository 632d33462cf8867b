#pragma once
/* SPDX-License-Identifier: MIT
 * Transport: HTTP requests of the terminal to one server, on libcurl's multi interface in the loop. A request is
 * repeated, always with the same idempotency key, while the server gives no answer or answers that it is not
 * well (5xx, 429), until its time is over. Follows no redirect, asks no proxy, keeps no cookie.
 * Knows nothing of tickets. Thread: the loop's. */
#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-event.h>
#include "shared/base/cleanup.h"
#include "shared/base/secret.h"

struct transport;

struct transport_options {
	const char *url;              /* http:// is taken for loopback only: names and tokens never go in the clear */
	const char *ca_file;          /* NULL: the system's */
	const struct secret *token;   /* borrowed as long as the transport lives; NULL: none */
	int give_up_ms;               /* > 0 */
};

/** transport_new() - 0, -EINVAL (not a URL), -EPROTONOSUPPORT (neither https nor http on loopback), -ENOMEM. */
MUST_USE int transport_new(sd_event *loop, const struct transport_options *options, struct transport **ret_transport);
/** transport_free() - drops what is running, then itself. Return: NULL. */
struct transport *transport_free(struct transport *transport);
DEFINE_CLEANUP(struct transport *, transport_free)

struct transport_request {
	const char *path;             /* "/api/v1/…", already escaped */
	const char *body;             /* JSON to POST, copied; NULL: GET */
	size_t n_body;
	const char *idempotency_key;  /* with a body; printable ASCII, no control characters */
};

/** @status: the HTTP status, or 0 when there was no answer (then @body is ""). @body: borrowed, wiped afterwards.
 *  Called once, from the loop; may free the transport. */
typedef void transport_fn(void *data, int status, const char *body, size_t n_body);

/** transport_send() - 0 and then @fn once; or -ENOMEM, -EINVAL and never. @free_data: ends @data in every case after a
 *  0, also when the request is dropped; may be NULL. */
MUST_USE int transport_send(struct transport *transport, const struct transport_request *request, transport_fn *fn,
			    void *data, void (*free_data)(void *data));
/** transport_drop_all() - forgets every running request; their functions are not called any more. */
void transport_drop_all(struct transport *transport);
