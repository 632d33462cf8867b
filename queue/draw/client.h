#pragma once
/* SPDX-License-Identifier: MIT
 * Client: the sample day's way of asking the queue, one call after another. */
#include <curl/curl.h>
#include <jansson.h>
#include "shared/base/buf.h"

struct draw_client {
	CURL *curl;
	const char *url;
	const char *device_token; /* for calls of the terminal */
	char csrf[128];           /* of the clerk, once signed in */
};

enum draw_caller { DRAW_ANYONE, DRAW_TERMINAL, DRAW_CLERK };

MUST_USE int draw_client_init(struct draw_client *client, const char *url, const char *device_token);
void draw_client_release(struct draw_client *client);
/** draw_ask() - @body: taken over, NULL none. *ret_status and @answer whatever the queue said; -EIO when it said nothing. */
MUST_USE int draw_ask(struct draw_client *client, enum draw_caller caller, const char *method, const char *path, json_t *body,
		      long *ret_status, struct buf *answer);
/** draw_ask_json() - the same for a call that must succeed. NULL: it did not. Caller decrefs. */
json_t *draw_ask_json(struct draw_client *client, enum draw_caller caller, const char *method, const char *path, json_t *body);
