/* SPDX-License-Identifier: MIT
 * One job is Create-Job, Send-Document, then Get-Job-Attributes until the printer calls it finished. libcups repeats
 * whole requests by itself in cupsDoRequest(); that is harmless for all of them but Send-Document, whose page might
 * come out twice, so that one goes out by hand. The job's name says nothing personal. */
#include <cups/cups.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/clock.h"
#include "printer/driver/ipp_talk.h"
#include "shared/base/banned.h"

#define CONNECT_MS 5000
#define RESPONSE_MS 10000
#define TIMEOUT_STEP_S 0.25
#define POLL_FIRST_MS 100
#define POLL_LAST_MS 1000
#define AWAY_MS 10000 /* after the page was sent: how long the printer may be unreachable before we give the job up */
#define CHUNK_BYTES 16384
#define NAME "madoguchi"
#define REASON_AWAY "connecting-to-device"

struct ipp_talk {
	struct printer_address address;
	struct ipp_talk_handlers handlers;
	void *data;
	http_t *http;
	char uri[HTTP_MAX_URI];
	int64_t response_until_mono_ms;
	char noticed[PRINTER_REASONS_MAX];
	char why[PRINTER_REASONS_MAX]; /* the job's own end */
};

/* Reasons that keep paper from coming out; the others are for the maintainer (media-low, toner-low …). */
static bool is_stopping(const char *reason, size_t len)
{
	static const char *const stopping[] = {
		"media-empty", "media-needed", "media-jam", "cover-open", "door-open", "interlock-open",
		"input-tray-missing", "output-tray-missing", "output-area-full", "paused", "moving-to-paused", "shutdown",
		"stopped-partly", "timed-out", "spool-area-full", "toner-empty", "marker-supply-empty",
		"marker-waste-full", "connecting-to-device", "offline", "fuser-over-temp", "fuser-under-temp",
	};

	for (size_t i = 0; i < sizeof(stopping) / sizeof(*stopping); i++)
		if (strlen(stopping[i]) == len && strncmp(stopping[i], reason, len) == 0)
			return true;
	return false;
}

static size_t length_without_severity(const char *reason)
{
	static const char *const severities[] = {"-error", "-warning", "-report"};
	size_t len = strlen(reason);

	for (size_t i = 0; i < 3; i++) {
		size_t n = strlen(severities[i]);

		if (len > n && strcmp(reason + len - n, severities[i]) == 0)
			return len - n;
	}
	return len;
}

static void reasons_add(char reasons[PRINTER_REASONS_MAX], const char *word, size_t len)
{
	size_t used = strlen(reasons);

	if (used + len + 2 > PRINTER_REASONS_MAX)
		return;
	snprintf(reasons + used, PRINTER_REASONS_MAX - used, "%s%.*s", used ? "," : "", (int)len, word);
}

static int on_timeout(http_t *http, void *data)
{
	struct ipp_talk *talk = data;

	return clock_mono_ms() < talk->response_until_mono_ms && talk->handlers.wish(talk->data, 0) == IPP_GO_ON;
}

/* Nobody types a password at a counter: a printer that asks for one is refused, not waited for. */
static const char *no_password(const char *prompt, http_t *http, const char *method, const char *resource, void *data)
{
	return NULL;
}

struct ipp_talk *ipp_talk_new(const struct printer_address *address, const struct ipp_talk_handlers *handlers, void *data)
{
	struct ipp_talk *talk = calloc(1, sizeof(*talk));

	if (!talk)
		return NULL;
	talk->address = *address;
	talk->handlers = *handlers;
	talk->data = data;
	httpAssembleURI(HTTP_URI_CODING_ALL, talk->uri, sizeof(talk->uri), address->is_tls ? "ipps" : "ipp", NULL,
			address->host, address->port, address->path);
	cupsSetUser(NAME); /* libcups keeps both per thread */
	cupsSetPasswordCB2(no_password, NULL);
	return talk;
}

struct ipp_talk *ipp_talk_free(struct ipp_talk *talk)
{
	if (!talk)
		return NULL;
	httpClose(talk->http);
	free(talk);
	return NULL;
}

static bool talk_connect(struct ipp_talk *talk)
{
	talk->response_until_mono_ms = clock_mono_ms() + RESPONSE_MS;
	if (talk->http)
		return true;
	talk->http = httpConnect2(talk->address.host, talk->address.port, NULL, AF_UNSPEC,
				  talk->address.is_tls ? HTTP_ENCRYPTION_ALWAYS : HTTP_ENCRYPTION_NEVER, 1, CONNECT_MS, NULL);
	if (talk->http)
		httpSetTimeout(talk->http, TIMEOUT_STEP_S, on_timeout, talk);
	return talk->http != NULL;
}

static void talk_disconnect(struct ipp_talk *talk)
{
	httpClose(talk->http);
	talk->http = NULL;
}

static ipp_t *request_new(const struct ipp_talk *talk, ipp_op_t op, int job)
{
	ipp_t *request = ippNewRequest(op);

	ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, talk->uri);
	if (job)
		ippAddInteger(request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", job);
	ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL, NAME);
	return request;
}

/* Takes the request. Return: the response, NULL when the printer could not be spoken to. */
static ipp_t *ask(struct ipp_talk *talk, ipp_t *request)
{
	ipp_t *response;

	if (!talk_connect(talk)) {
		ippDelete(request);
		return NULL;
	}
	response = cupsDoRequest(talk->http, request, talk->address.path);
	if (!response || cupsLastError() == IPP_STATUS_ERROR_INTERNAL ||
	    cupsLastError() == IPP_STATUS_ERROR_SERVICE_UNAVAILABLE) {
		ippDelete(response);
		talk_disconnect(talk);
		return NULL;
	}
	return response;
}

static void stopping_reasons(ipp_t *response, char reasons[PRINTER_REASONS_MAX])
{
	ipp_attribute_t *attr = ippFindAttribute(response, "printer-state-reasons", IPP_TAG_KEYWORD);

	for (int i = 0; attr && i < ippGetCount(attr); i++) {
		const char *reason = ippGetString(attr, i, NULL);
		size_t len = reason ? length_without_severity(reason) : 0;

		if (len && is_stopping(reason, len))
			reasons_add(reasons, reason, len);
	}
}

static bool takes_format(ipp_t *response, const char *format)
{
	ipp_attribute_t *attr = ippFindAttribute(response, "document-format-supported", IPP_TAG_MIMETYPE);

	return !format[0] || !attr || ippContainsString(attr, format);
}

/* Return: false when the printer could not be asked. */
static bool ask_printer(struct ipp_talk *talk, const char *format, char reasons[PRINTER_REASONS_MAX])
{
	static const char *const wanted[] = {"printer-state", "printer-state-reasons", "printer-is-accepting-jobs",
					     "document-format-supported"};
	ipp_t *request = request_new(talk, IPP_OP_GET_PRINTER_ATTRIBUTES, 0);
	ipp_t *response;
	ipp_attribute_t *attr;

	ippAddStrings(request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes", 4, NULL, wanted);
	response = ask(talk, request);
	reasons[0] = '\0';
	if (!response)
		return false;
	stopping_reasons(response, reasons);
	attr = ippFindAttribute(response, "printer-is-accepting-jobs", IPP_TAG_BOOLEAN);
	if (!reasons[0] && (ippGetStatusCode(response) > IPP_STATUS_OK_EVENTS_COMPLETE || (attr && !ippGetBoolean(attr, 0))))
		reasons_add(reasons, "paused", strlen("paused"));
	attr = ippFindAttribute(response, "printer-state", IPP_TAG_ENUM);
	if (!reasons[0] && attr && ippGetInteger(attr, 0) == IPP_PSTATE_STOPPED)
		reasons_add(reasons, "paused", strlen("paused"));
	if (!reasons[0] && !takes_format(response, format))
		reasons_add(reasons, "unsupported-document-format", strlen("unsupported-document-format"));
	ippDelete(response);
	return true;
}

void ipp_talk_check(struct ipp_talk *talk, const char *format, char reasons[PRINTER_REASONS_MAX])
{
	bool was_connected;

	talk_disconnect(talk); /* what an idle connection says is old */
	was_connected = talk_connect(talk);
	if (!was_connected || !ask_printer(talk, format, reasons))
		snprintf(reasons, PRINTER_REASONS_MAX, "%s", was_connected ? "timed-out" : REASON_AWAY);
	talk->noticed[0] = '\0';
	if (reasons[0])
		talk_disconnect(talk);
}

static void notice(struct ipp_talk *talk, const char *reasons)
{
	if (strcmp(talk->noticed, reasons) == 0)
		return;
	snprintf(talk->noticed, sizeof(talk->noticed), "%s", reasons);
	talk->handlers.noticed(talk->data, reasons);
}

/* Return: the job's number, or 0 and *ret_outcome. */
static int create_job(struct ipp_talk *talk, enum printer_outcome *ret_outcome, char reasons[PRINTER_REASONS_MAX])
{
	ipp_t *request = request_new(talk, IPP_OP_CREATE_JOB, 0);
	ipp_t *response;
	ipp_status_t status;
	int job;

	ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", NULL, NAME);
	response = ask(talk, request);
	status = response ? ippGetStatusCode(response) : IPP_STATUS_ERROR_SERVICE_UNAVAILABLE;
	job = response ? ippGetInteger(ippFindAttribute(response, "job-id", IPP_TAG_INTEGER), 0) : 0;
	ippDelete(response);
	if (status <= IPP_STATUS_OK_EVENTS_COMPLETE && job > 0)
		return job;
	/* client errors stay as they are, server errors (busy, not accepting) pass */
	*ret_outcome = status >= IPP_STATUS_ERROR_BAD_REQUEST && status < IPP_STATUS_ERROR_INTERNAL ? PRINTER_REFUSED
												     : PRINTER_NOT_SENT;
	snprintf(reasons, PRINTER_REASONS_MAX, "%s", *ret_outcome == PRINTER_REFUSED ? "other" : REASON_AWAY);
	return 0;
}

static void cancel_job(struct ipp_talk *talk, int job)
{
	talk_disconnect(talk);
	ippDelete(ask(talk, request_new(talk, IPP_OP_CANCEL_JOB, job)));
}

/* Return: how many bytes of the page may have left. *ret_is_refused: the printer said no to them. */
static int64_t send_document(struct ipp_talk *talk, int job, const char *format, int page_fd, int64_t n_bytes,
			     bool *ret_is_refused)
{
	ipp_t *request = request_new(talk, IPP_OP_SEND_DOCUMENT, job);
	char chunk[CHUNK_BYTES];
	http_status_t status;
	bool is_taken = false;
	int64_t at = 0;
	ssize_t n;

	*ret_is_refused = false;
	ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "document-name", NULL, NAME);
	ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", NULL, format);
	ippAddBoolean(request, IPP_TAG_OPERATION, "last-document", 1);
	status = talk_connect(talk) ? cupsSendRequest(talk->http, request, talk->address.path,
						      ippLength(request) + (size_t)n_bytes)
				    : HTTP_STATUS_ERROR;
	ippDelete(request);
	while (status == HTTP_STATUS_CONTINUE && at < n_bytes) {
		n = pread(page_fd, chunk, sizeof(chunk), at);
		if (n <= 0)
			break;
		at += n;
		talk->response_until_mono_ms = clock_mono_ms() + RESPONSE_MS;
		status = cupsWriteRequestData(talk->http, chunk, (size_t)n);
	}
	explicit_bzero(chunk, sizeof(chunk));
	if (at == n_bytes && status == HTTP_STATUS_CONTINUE) {
		ipp_t *response = cupsGetResponse(talk->http, talk->address.path);

		is_taken = response && ippGetStatusCode(response) <= IPP_STATUS_OK_EVENTS_COMPLETE;
		*ret_is_refused = response && !is_taken;
		ippDelete(response);
	}
	if (!is_taken)
		talk_disconnect(talk);
	return at;
}

/* Return: the job's state, IPP_JSTATE_PENDING - 1 when the printer does not know it, 0 when it cannot be asked. */
static int ask_job(struct ipp_talk *talk, int job)
{
	static const char *const wanted[] = {"job-state", "job-state-reasons"};
	ipp_t *request = request_new(talk, IPP_OP_GET_JOB_ATTRIBUTES, job);
	ipp_t *response;
	ipp_attribute_t *attr;
	int state;

	ippAddStrings(request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes", 2, NULL, wanted);
	response = ask(talk, request);
	if (!response)
		return 0;
	attr = ippFindAttribute(response, "job-state", IPP_TAG_ENUM);
	state = attr ? ippGetInteger(attr, 0) : IPP_JSTATE_PENDING - 1;
	attr = ippFindAttribute(response, "job-state-reasons", IPP_TAG_KEYWORD);
	talk->why[0] = '\0';
	if (attr)
		reasons_add(talk->why, ippGetString(attr, 0, NULL), strlen(ippGetString(attr, 0, NULL)));
	ippDelete(response);
	return state;
}

/* Return: whether the job is over. */
static bool judge(struct ipp_talk *talk, int job, int state, bool is_refused, enum printer_outcome *ret_outcome)
{
	switch (state) {
	case IPP_JSTATE_COMPLETED:
		*ret_outcome = PRINTER_PRINTED;
		talk->why[0] = '\0';
		return true;
	case IPP_JSTATE_ABORTED:
		*ret_outcome = PRINTER_REFUSED;
		return true;
	case IPP_JSTATE_CANCELED: /* by somebody at the printer, perhaps with paper already out */
	case IPP_JSTATE_PENDING - 1:
		*ret_outcome = PRINTER_LOST;
		return true;
	case IPP_JSTATE_HELD: /* its document was not accepted: it would block the printer for ever */
	case IPP_JSTATE_PENDING:
		if (!is_refused)
			return false;
		cancel_job(talk, job);
		*ret_outcome = PRINTER_REFUSED;
		return true;
	default:
		return false;
	}
}

static void watch_printer(struct ipp_talk *talk)
{
	char reasons[PRINTER_REASONS_MAX];

	if (ask_printer(talk, "", reasons))
		notice(talk, reasons);
}

static enum printer_outcome follow(struct ipp_talk *talk, int job, bool is_refused)
{
	enum printer_outcome outcome = PRINTER_LOST;
	int64_t seen_mono_ms = clock_mono_ms();
	int wait_ms = POLL_FIRST_MS;

	for (;;) {
		int state = ask_job(talk, job);
		enum ipp_wish wish;

		if (state)
			seen_mono_ms = clock_mono_ms();
		if (state && judge(talk, job, state, is_refused, &outcome))
			return outcome;
		if (state)
			watch_printer(talk);
		else
			notice(talk, REASON_AWAY);
		wish = talk->handlers.wish(talk->data, wait_ms);
		if (wish == IPP_CANCEL)
			cancel_job(talk, job);
		if (wish != IPP_GO_ON || clock_mono_ms() - seen_mono_ms >= AWAY_MS)
			return PRINTER_LOST;
		wait_ms = wait_ms * 3 / 2 < POLL_LAST_MS ? wait_ms * 3 / 2 : POLL_LAST_MS;
	}
}

enum printer_outcome ipp_talk_print(struct ipp_talk *talk, const char *format, int page_fd, int64_t n_bytes,
				    char reasons[PRINTER_REASONS_MAX])
{
	enum printer_outcome outcome = PRINTER_LOST;
	bool is_refused;
	int job;

	talk->why[0] = '\0';
	reasons[0] = '\0';
	job = create_job(talk, &outcome, reasons);
	if (!job)
		return outcome;
	if (!send_document(talk, job, format, page_fd, n_bytes, &is_refused)) {
		cancel_job(talk, job);
		talk_disconnect(talk);
		snprintf(reasons, PRINTER_REASONS_MAX, "%s", REASON_AWAY);
		return PRINTER_NOT_SENT;
	}
	outcome = follow(talk, job, is_refused);
	talk_disconnect(talk);
	snprintf(reasons, PRINTER_REASONS_MAX, "%s", outcome == PRINTER_LOST && !talk->why[0] ? talk->noticed : talk->why);
	return outcome;
}
