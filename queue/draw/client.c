/* SPDX-License-Identifier: MIT
 * libcurl's blocking hand: in the child nothing else waits. */
#include <errno.h>
#include <stdbool.h>
#include <sodium.h>
#include <string.h>

#include "queue/draw/client.h"
#include "shared/base/fault.h"
#include "shared/base/random.h"
#include "shared/base/banned.h"

#define ANSWER_BYTES_MAX (8 * 1024 * 1024)
#define CALL_SECONDS_MAX 60L
#define KEY_HEX 32

int draw_client_init(struct draw_client *client, const char *url, const char *device_token)
{
	*client = (struct draw_client){.url = url, .device_token = device_token};
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return fault_raise(-ENOMEM);
	client->curl = curl_easy_init();
	return client->curl ? 0 : fault_raise(-ENOMEM);
}

void draw_client_release(struct draw_client *client)
{
	curl_easy_cleanup(client->curl);
	client->curl = NULL;
	sodium_memzero(client->csrf, sizeof(client->csrf));
	curl_global_cleanup();
}

static size_t take_bytes(char *bytes, size_t size, size_t n, void *data)
{
	return buf_add(data, bytes, size * n) == 0 ? size * n : 0;
}

static struct curl_slist *add_header(struct curl_slist *headers, const char *name, const char *value)
{
	char line[256];

	snprintf(line, sizeof(line), "%s: %s", name, value);
	return curl_slist_append(headers, line);
}

static struct curl_slist *headers_of(const struct draw_client *client, enum draw_caller caller, bool is_change)
{
	char key[KEY_HEX + 1], bearer[160];
	struct curl_slist *headers = add_header(NULL, "Accept", "application/json");

	if (is_change) {
		headers = add_header(headers, "Content-Type", "application/json");
		headers = add_header(headers, "Idempotency-Key", random_hex(key, KEY_HEX));
	}
	if (caller == DRAW_TERMINAL) {
		snprintf(bearer, sizeof(bearer), "Bearer %s", client->device_token);
		headers = add_header(headers, "Authorization", bearer);
	}
	if (caller == DRAW_CLERK && is_change && client->csrf[0] != '\0')
		headers = add_header(headers, "X-CSRF-Token", client->csrf);
	return headers;
}

int draw_ask(struct draw_client *client, enum draw_caller caller, const char *method, const char *path, json_t *body,
	     long *ret_status, struct buf *answer)
{
	CLEANUP(freep) char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
	CLEANUP(freep) char *address = NULL;
	bool is_change = strcmp(method, "GET") != 0;
	struct curl_slist *headers = headers_of(client, caller, is_change);
	CURL *curl = client->curl;
	CURLcode code;

	json_decref(body);
	if (asprintf(&address, "%s%s", client->url, path) < 0) {
		curl_slist_free_all(headers);
		return fault_raise(-ENOMEM);
	}
	curl_easy_reset(curl); /* keeps connection and cookies */
	curl_easy_setopt(curl, CURLOPT_URL, address);
	curl_easy_setopt(curl, CURLOPT_PROXY, "");
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, CALL_SECONDS_MAX);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, answer);
	if (caller == DRAW_CLERK)
		curl_easy_setopt(curl, CURLOPT_COOKIEFILE, ""); /* cookies on, in memory */
	if (is_change) {
		curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, text ? text : "{}");
	}
	code = curl_easy_perform(curl);
	if (code == CURLE_OK)
		curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, ret_status);
	curl_slist_free_all(headers);
	return code == CURLE_OK ? 0 : fault_raise(-EIO);
}

json_t *draw_ask_json(struct draw_client *client, enum draw_caller caller, const char *method, const char *path, json_t *body)
{
	CLEANUP(buf_release) struct buf answer = BUF_INIT(ANSWER_BYTES_MAX);
	long status = 0;
	json_t *json;

	if (draw_ask(client, caller, method, path, body, &status, &answer) < 0 || status < 200 || status > 299)
		return NULL;
	json = json_loadb(answer.bytes ? answer.bytes : "", answer.len, 0, NULL);
	if (json && json_is_string(json_object_get(json, "csrf")))
		snprintf(client->csrf, sizeof(client->csrf), "%s", json_string_value(json_object_get(json, "csrf")));
	return json;
}
