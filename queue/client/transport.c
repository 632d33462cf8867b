/* SPDX-License-Identifier: MIT
 * libcurl names the sockets and the one timer it waits for; both become sd-event sources here. A finished request
 * is not reported where curl finishes it but from a source of its own, so that the caller may do anything there, also
 * free the whole transport. */
#include <ctype.h>
#include <curl/curl.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "queue/client/transport.h"
#include "shared/base/buf.h"
#include "shared/base/clock.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/base/banned.h"

enum {
	TRANSPORT_REQUESTS_MAX = 32,   /* a counter has a handful; more is a loop of ours gone wild */
	TRANSPORT_URL_BYTES_MAX = 2048,
	TRANSPORT_CONNECT_MS = 2000,
	TRANSPORT_RETRY_FIRST_MS = 100,
	TRANSPORT_RETRY_MAX_MS = 1000,
};

struct request {
	struct transport *transport;
	struct request *next;
	CURL *easy;
	bool is_added;                 /* to the multi handle */
	struct curl_slist *headers;    /* one of them may hold the token: wiped */
	struct buf url;                /* a ticket's token may stand in it: wiped too */
	struct buf body, answer;
	int64_t give_up_mono_ms;
	uint64_t retry_ms;
	int status;
	sd_event_source *retry, *report;
	transport_fn *fn;
	void *data;
	void (*free_data)(void *data);
};

struct transport {
	sd_event *loop;
	CURLM *multi;
	sd_event_source *timer;
	struct request *requests;
	size_t n_requests;
	char *url, *ca_file;
	const struct secret *token;
	int give_up_ms;
};

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *source);
static int on_timer_wish(CURLM *multi, long timeout_ms, void *data);
static int on_timer(sd_event_source *source, uint64_t usec, void *data);
static int check_url(const char *url);
static int request_new(struct transport *transport, const struct transport_request *wanted, struct request **ret_request);
static struct request *request_free(struct request *request);
DEFINE_CLEANUP(struct request *, request_free)
static int request_start(struct request *request);
static void collect(struct transport *transport);

int transport_new(sd_event *loop, const struct transport_options *options, struct transport **ret_transport)
{
	CLEANUP(transport_freep) struct transport *transport = NULL;
	int r = check_url(options->url);

	if (r < 0)
		return fault_pass(r);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return fault_raise(-ENOMEM);
	transport = calloc(1, sizeof(*transport));
	if (!transport) {
		curl_global_cleanup();
		return fault_raise(-ENOMEM);
	}
	transport->loop = sd_event_ref(loop);
	transport->token = options->token;
	transport->give_up_ms = options->give_up_ms;
	transport->multi = curl_multi_init();
	transport->url = strdup(options->url);
	if (options->ca_file)
		transport->ca_file = strdup(options->ca_file);
	if (!transport->multi || !transport->url || (options->ca_file && !transport->ca_file))
		return fault_raise(-ENOMEM);
	for (size_t n = strlen(transport->url); n && transport->url[n - 1] == '/'; n--)
		transport->url[n - 1] = '\0';
	r = sd_event_add_time(loop, &transport->timer, CLOCK_MONOTONIC, 0, 1000, on_timer, transport);
	if (r < 0)
		return fault_raise(r);
	(void)sd_event_source_set_enabled(transport->timer, SD_EVENT_OFF);
	curl_multi_setopt(transport->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(transport->multi, CURLMOPT_SOCKETDATA, transport);
	curl_multi_setopt(transport->multi, CURLMOPT_TIMERFUNCTION, on_timer_wish);
	curl_multi_setopt(transport->multi, CURLMOPT_TIMERDATA, transport);
	curl_multi_setopt(transport->multi, CURLMOPT_MAXCONNECTS, 4L);
	*ret_transport = TAKE(transport);
	return 0;
}

struct transport *transport_free(struct transport *transport)
{
	if (!transport)
		return NULL;
	transport_drop_all(transport);
	curl_multi_cleanup(transport->multi); /* takes its sockets away through on_socket() */
	sd_event_source_disable_unref(transport->timer);
	sd_event_unref(transport->loop);
	free(transport->url);
	free(transport->ca_file);
	free(transport);
	curl_global_cleanup();
	return NULL;
}

void transport_drop_all(struct transport *transport)
{
	while (transport->requests)
		request_free(transport->requests);
}

int transport_send(struct transport *transport, const struct transport_request *wanted, transport_fn *fn, void *data,
		   void (*free_data)(void *data))
{
	CLEANUP(request_freep) struct request *request = NULL;
	int r;

	if (transport->n_requests >= TRANSPORT_REQUESTS_MAX)
		return fault_raise(-ENOBUFS);
	r = request_new(transport, wanted, &request);
	if (r < 0)
		return fault_pass(r);
	r = request_start(request);
	if (r < 0)
		return fault_pass(r);
	request->fn = fn;
	request->data = data;
	request->free_data = free_data;
	(void)TAKE(request); /* the transport's list has it */
	return 0;
}

/* Plain http is for the machine itself: a token or a name on the wire of a town hall would be readable. */
static int check_url(const char *url)
{
	CURLU *parsed = curl_url();
	char *scheme = NULL, *host = NULL;
	int r = -EINVAL;

	if (!parsed)
		return fault_raise(-ENOMEM);
	if (curl_url_set(parsed, CURLUPART_URL, url, 0) == CURLUE_OK &&
	    curl_url_get(parsed, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	    curl_url_get(parsed, CURLUPART_HOST, &host, 0) == CURLUE_OK) {
		bool is_loopback = strcmp(host, "127.0.0.1") == 0 || strcmp(host, "[::1]") == 0 ||
				   strcmp(host, "localhost") == 0;

		r = strcmp(scheme, "https") == 0 || (strcmp(scheme, "http") == 0 && is_loopback) ? 0 : -EPROTONOSUPPORT;
	}
	curl_free(scheme);
	curl_free(host);
	curl_url_cleanup(parsed);
	return r < 0 ? fault_raise(r) : 0;
}

/* ---- curl's sockets and timer as sources of the loop ---- */

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	struct transport *transport = data;
	int running, mask = 0;

	if (revents & (EPOLLIN | EPOLLHUP))
		mask |= CURL_CSELECT_IN;
	if (revents & EPOLLOUT)
		mask |= CURL_CSELECT_OUT;
	if (revents & EPOLLERR)
		mask |= CURL_CSELECT_ERR;
	curl_multi_socket_action(transport->multi, fd, mask, &running);
	collect(transport);
	return 0;
}

static int on_socket(CURL *easy, curl_socket_t fd, int what, void *data, void *source)
{
	struct transport *transport = data;
	sd_event_source *io = source;
	uint32_t events = 0;

	if (what == CURL_POLL_REMOVE) {
		sd_event_source_disable_unref(io);
		curl_multi_assign(transport->multi, fd, NULL);
		return 0;
	}
	if (what == CURL_POLL_IN || what == CURL_POLL_INOUT)
		events |= EPOLLIN;
	if (what == CURL_POLL_OUT || what == CURL_POLL_INOUT)
		events |= EPOLLOUT;
	if (io)
		return sd_event_source_set_io_events(io, events) < 0 ? -1 : 0;
	if (sd_event_add_io(transport->loop, &io, fd, events, on_io, transport) < 0)
		return -1; /* curl fails every request in hand: they are repeated or given up */
	curl_multi_assign(transport->multi, fd, io);
	return 0;
}

static int on_timer_wish(CURLM *multi, long timeout_ms, void *data)
{
	struct transport *transport = data;

	if (timeout_ms < 0)
		return sd_event_source_set_enabled(transport->timer, SD_EVENT_OFF) < 0 ? -1 : 0;
	if (sd_event_source_set_time_relative(transport->timer, (uint64_t)timeout_ms * 1000) < 0)
		return -1;
	return sd_event_source_set_enabled(transport->timer, SD_EVENT_ONESHOT) < 0 ? -1 : 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct transport *transport = data;
	int running;

	curl_multi_socket_action(transport->multi, CURL_SOCKET_TIMEOUT, 0, &running);
	collect(transport);
	return 0;
}

/* ---- one request ---- */

static size_t on_answer(char *bytes, size_t size, size_t n, void *data)
{
	struct request *request = data;

	/* fewer bytes than given end the transfer: too long an answer is no answer */
	return buf_add(&request->answer, bytes, size * n) < 0 ? 0 : size * n;
}

static void request_unlink(struct request *request)
{
	struct transport *transport = TAKE(request->transport);

	if (!transport)
		return;
	if (request->is_added)
		curl_multi_remove_handle(transport->multi, request->easy);
	request->is_added = false;
	for (struct request **at = &transport->requests; *at; at = &(*at)->next)
		if (*at == request) {
			*at = request->next;
			transport->n_requests--;
			return;
		}
}

static int on_report(sd_event_source *source, void *data)
{
	struct request *request = data;
	transport_fn *fn = TAKE(request->fn);
	bool is_answered = request->status > 0;

	request_unlink(request); /* first: from here on the transport may be gone */
	fn(request->data, request->status, is_answered ? buf_text(&request->answer) : "",
	   is_answered ? request->answer.len : 0);
	request_free(request);
	return 0;
}

static int on_retry(sd_event_source *source, uint64_t usec, void *data)
{
	struct request *request = data;

	if (request_start(request) < 0) {
		request->status = 0;
		(void)sd_event_source_set_enabled(request->report, SD_EVENT_ONESHOT);
	}
	return 0;
}

static int add_header(struct request *request, const char *name, const char *value, size_t n_value)
{
	CLEANUP(buf_release) struct buf line = BUF_INIT(4096 + 256);
	struct curl_slist *longer;

	for (size_t i = 0; i < n_value; i++)
		if (!isgraph((unsigned char)value[i]))
			return fault_raise(-EINVAL);
	if (buf_add_text(&line, name) < 0 || buf_add(&line, value, n_value) < 0)
		return fault_raise(-ENOMEM);
	longer = curl_slist_append(request->headers, buf_text(&line));
	if (!longer)
		return fault_raise(-ENOMEM);
	request->headers = longer;
	return 0;
}

static int add_headers(struct request *request, const struct transport_request *wanted)
{
	const struct secret *token = request->transport->token;
	int r = add_header(request, "Accept: ", "application/json,application/problem+json", 41);

	if (r >= 0 && token) /* curl takes headers as plain strings: this one is wiped with the request */
		r = add_header(request, "Authorization: Bearer ", (const char *)secret_bytes(token), secret_length(token));
	if (r >= 0 && wanted->body)
		r = add_header(request, "Content-Type: ", "application/json", 16);
	if (r >= 0 && wanted->body) /* no waiting for "100 Continue" */
		r = add_header(request, "Expect:", "", 0);
	if (r >= 0 && wanted->idempotency_key)
		r = add_header(request, "Idempotency-Key: ", wanted->idempotency_key, strlen(wanted->idempotency_key));
	return r < 0 ? fault_pass(r) : 0;
}

static int set_options(struct request *request)
{
	CURL *easy = request->easy;
	CURLcode r = CURLE_OK;

#define SET(option, value) (r = r ? r : curl_easy_setopt(easy, option, value))
	SET(CURLOPT_URL, buf_text(&request->url));
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_PROXY, ""); /* not even one from the environment */
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_USERAGENT, "madoguchi/" MADOGUCHI_VERSION);
	SET(CURLOPT_HTTPHEADER, request->headers);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (request->transport->ca_file)
		SET(CURLOPT_CAINFO, request->transport->ca_file);
	SET(CURLOPT_WRITEFUNCTION, on_answer);
	SET(CURLOPT_WRITEDATA, request);
	SET(CURLOPT_PRIVATE, request);
	if (request->body.bytes) {
		SET(CURLOPT_POSTFIELDS, buf_text(&request->body));
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
	}
#undef SET
	return r ? fault_raise(r == CURLE_OUT_OF_MEMORY ? -ENOMEM : -EINVAL) : 0;
}

static int request_new(struct transport *transport, const struct transport_request *wanted, struct request **ret_request)
{
	CLEANUP(request_freep) struct request *request = calloc(1, sizeof(*request));
	int r;

	if (!request)
		return fault_raise(-ENOMEM);
	request->url = BUF_INIT(TRANSPORT_URL_BYTES_MAX);
	request->body = BUF_INIT(HTTP_BODY_BYTES_MAX);
	request->answer = BUF_INIT(HTTP_BODY_BYTES_MAX);
	request->give_up_mono_ms = clock_mono_ms() + transport->give_up_ms;
	request->retry_ms = TRANSPORT_RETRY_FIRST_MS;
	request->transport = transport;
	request->next = transport->requests;
	transport->requests = request;
	transport->n_requests++;
	request->easy = curl_easy_init();
	if (!request->easy || buf_addf(&request->url, "%s%s", transport->url, wanted->path) < 0)
		return fault_raise(-ENOMEM);
	r = wanted->body ? buf_add(&request->body, wanted->body, wanted->n_body) : 0;
	if (r >= 0)
		r = add_headers(request, wanted);
	if (r >= 0)
		r = set_options(request);
	if (r >= 0)
		r = sd_event_add_time(transport->loop, &request->retry, CLOCK_MONOTONIC, 0, 1000, on_retry, request);
	if (r >= 0)
		r = sd_event_source_set_enabled(request->retry, SD_EVENT_OFF);
	if (r >= 0)
		r = sd_event_add_defer(transport->loop, &request->report, on_report, request);
	if (r >= 0)
		r = sd_event_source_set_enabled(request->report, SD_EVENT_OFF);
	if (r < 0)
		return fault_pass(r);
	*ret_request = TAKE(request);
	return 0;
}

static struct request *request_free(struct request *request)
{
	if (!request)
		return NULL;
	request_unlink(request);
	curl_easy_cleanup(request->easy);
	for (struct curl_slist *at = request->headers; at; at = at->next)
		sodium_memzero(at->data, strlen(at->data));
	curl_slist_free_all(request->headers);
	sd_event_source_disable_unref(request->retry);
	sd_event_source_disable_unref(request->report);
	buf_release(&request->url);
	buf_release(&request->body);
	buf_release(&request->answer);
	if (request->free_data)
		request->free_data(request->data);
	free(request);
	return NULL;
}

static int request_start(struct request *request)
{
	int64_t left_ms = request->give_up_mono_ms - clock_mono_ms();
	long timeout_ms = left_ms < 1 ? 1 : (long)left_ms;
	long connect_ms = timeout_ms < TRANSPORT_CONNECT_MS ? timeout_ms : TRANSPORT_CONNECT_MS;

	buf_release(&request->answer);
	if (curl_easy_setopt(request->easy, CURLOPT_TIMEOUT_MS, timeout_ms) != CURLE_OK ||
	    curl_easy_setopt(request->easy, CURLOPT_CONNECTTIMEOUT_MS, connect_ms) != CURLE_OK ||
	    curl_multi_add_handle(request->transport->multi, request->easy) != CURLM_OK)
		return fault_raise(-ENOMEM);
	request->is_added = true;
	return 0;
}

static bool is_worth_repeating(const struct request *request, int status)
{
	return (status == 0 || status == 429 || (status >= 500 && status != 501)) &&
	       request->give_up_mono_ms - clock_mono_ms() > TRANSPORT_RETRY_FIRST_MS;
}

static void settle(struct request *request, CURLcode result)
{
	int64_t left_ms = request->give_up_mono_ms - clock_mono_ms();
	uint64_t pause_ms = request->retry_ms;
	long status = 0;

	if ((int64_t)pause_ms > left_ms / 2) /* the last tries come closer: the time is used to its end */
		pause_ms = left_ms > 2 ? (uint64_t)left_ms / 2 : 1;
	curl_easy_getinfo(request->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_multi_remove_handle(request->transport->multi, request->easy);
	request->is_added = false;
	request->status = result == CURLE_OK ? (int)status : 0;
	if (is_worth_repeating(request, request->status) &&
	    sd_event_source_set_time_relative(request->retry, pause_ms * 1000) >= 0 &&
	    sd_event_source_set_enabled(request->retry, SD_EVENT_ONESHOT) >= 0) {
		request->retry_ms = request->retry_ms * 2 > TRANSPORT_RETRY_MAX_MS ? TRANSPORT_RETRY_MAX_MS
										   : request->retry_ms * 2;
		return;
	}
	(void)sd_event_source_set_enabled(request->report, SD_EVENT_ONESHOT);
}

static void collect(struct transport *transport)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(transport->multi, &left))) {
		struct request *request = NULL;
		CURLcode result = message->data.result;

		if (message->msg == CURLMSG_DONE &&
		    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &request) == CURLE_OK && request)
			settle(request, result);
	}
}
