/* SPDX-License-Identifier: MIT
 * The other programs' side of printd's socket. What happens to a page when printd goes away: a message that left may
 * have been taken, so its page is asked after when printd is back (the journal knows), and after ASK_MS without an
 * answer it is unknown. A message that never left is surely not taken. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "shared/base/clock.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/loop/link.h"
#include "printer/page.h"
#include "printer/print.h"
#include "shared/base/banned.h"

#define CLIENT_JOBS_MAX 64
#define CLIENT_ROLES_MAX 8
#define RECONNECT_FIRST_MS 250
#define RECONNECT_LAST_MS 5000
#define ASK_MS 10000
#define REASON_AWAY "service-off-line"

struct job {
	uint32_t id; /* 0: free */
	char key[PRINT_KEY_LENGTH_MAX + 1];
	bool is_refused;          /* surely not taken: to be told from the loop */
	int64_t lost_mono_ms;     /* when the link to printd broke with this job on the way; 0: it did not */
	enum print_state state;
	print_state_fn *fn;
	void *data;
};

struct print_client {
	sd_event *loop;
	sd_event_source *timer;
	struct sockaddr_un address;
	struct print_handlers handlers;
	void *data;
	struct link *link;
	bool is_status_told;
	int64_t reconnect_mono_ms, reconnect_ms;
	uint32_t last_id;
	struct job jobs[CLIENT_JOBS_MAX];
};

static void timer_set(struct print_client *client);

static void job_tell(struct job *job, enum print_state state, const char *reasons)
{
	print_state_fn *fn = job->fn;
	void *data = job->data;

	job->state = state;
	if (state != PRINT_PENDING && state != PRINT_PROCESSING)
		*job = (struct job){0};
	fn(data, state, reasons);
}

static void take_job_event(struct print_client *client, const json_t *message)
{
	const char *word = json_string_value(json_object_get(message, "state"));
	const char *reasons = json_string_value(json_object_get(message, "reasons"));
	json_int_t id = json_integer_value(json_object_get(message, "id"));

	for (size_t i = 0; i < CLIENT_JOBS_MAX && id > 0 && word; i++) {
		if (client->jobs[i].id != (uint64_t)id)
			continue;
		client->jobs[i].lost_mono_ms = 0;
		for (int state = PRINT_PENDING; state <= PRINT_UNKNOWN; state++)
			if (strcmp(word, print_state_word((enum print_state)state)) == 0) {
				job_tell(&client->jobs[i], (enum print_state)state, reasons ? reasons : "");
				return;
			}
	}
}

static void take_status_event(struct print_client *client, const json_t *message)
{
	struct print_role_status roles[CLIENT_ROLES_MAX];
	json_t *role, *list = json_object_get(message, "roles");
	size_t i, n = 0;

	json_array_foreach(list, i, role) {
		const char *name = json_string_value(json_object_get(role, "role"));
		const char *reasons = json_string_value(json_object_get(role, "reasons"));

		if (name && reasons && n < CLIENT_ROLES_MAX)
			roles[n++] = (struct print_role_status){name, reasons};
	}
	client->is_status_told = true;
	if (client->handlers.settings && json_is_object(json_object_get(message, "settings")))
		client->handlers.settings(client->data, json_object_get(message, "settings"));
	if (client->handlers.status)
		client->handlers.status(client->data, roles, n);
}

static void on_message(void *data, struct link *link, json_t *message, int fd)
{
	struct print_client *client = data;
	const char *event = json_string_value(json_object_get(message, "event"));

	if (event && strcmp(event, "job") == 0)
		take_job_event(client, message);
	else if (event && strcmp(event, "status") == 0)
		take_status_event(client, message);
}

static void on_closed(void *data, struct link *link, int reason)
{
	struct print_client *client = data;
	int64_t now = clock_mono_ms();

	client->link = link_free(client->link);
	client->reconnect_mono_ms = now + client->reconnect_ms;
	for (size_t i = 0; i < CLIENT_JOBS_MAX; i++)
		if (client->jobs[i].id && !client->jobs[i].is_refused && !client->jobs[i].lost_mono_ms)
			client->jobs[i].lost_mono_ms = now;
	timer_set(client);
	if (client->is_status_told && client->handlers.status)
		client->handlers.status(client->data, NULL, 0);
	client->is_status_told = false;
}

static void ask_after(struct print_client *client, const struct job *job)
{
	json_t *message = json_pack("{ss ss sI}", "op", "ask", "key", job->key, "id", (json_int_t)job->id);

	if (message)
		(void)!link_send(client->link, message, -1); /* a dead link is told by on_closed() */
	json_decref(message);
}

static int client_connect(struct print_client *client)
{
	static const struct link_handlers handlers = {.message = on_message, .closed = on_closed};
	CLEANUP(closep) int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r;

	if (fd < 0)
		return fault_raise(-errno);
	if (connect(fd, (struct sockaddr *)&client->address, sizeof(client->address)) < 0)
		return fault_raise(-errno);
	r = link_new(client->loop, fd, &handlers, client, &client->link);
	if (r < 0)
		return fault_pass(r);
	(void)TAKE_FD(fd);
	client->reconnect_ms = RECONNECT_FIRST_MS;
	for (size_t i = 0; i < CLIENT_JOBS_MAX; i++)
		if (client->jobs[i].id && client->jobs[i].lost_mono_ms)
			ask_after(client, &client->jobs[i]);
	return 0;
}

static void try_to_reconnect(struct print_client *client, int64_t now)
{
	if (client->link || now < client->reconnect_mono_ms)
		return;
	if (client_connect(client) == 0)
		return;
	client->reconnect_ms *= 2;
	if (client->reconnect_ms > RECONNECT_LAST_MS)
		client->reconnect_ms = RECONNECT_LAST_MS;
	client->reconnect_mono_ms = now + client->reconnect_ms;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct print_client *client = data;
	int64_t now = clock_mono_ms();

	try_to_reconnect(client, now);
	for (size_t i = 0; i < CLIENT_JOBS_MAX; i++) {
		struct job *job = &client->jobs[i];

		if (job->id && job->is_refused)
			job_tell(job, PRINT_ABORTED, REASON_AWAY);
		else if (job->id && job->lost_mono_ms && now - job->lost_mono_ms >= ASK_MS)
			job_tell(job, PRINT_UNKNOWN, REASON_AWAY);
	}
	timer_set(client);
	return 0;
}

static void timer_set(struct print_client *client)
{
	int64_t next = INT64_MAX;

	if (!client->link)
		next = client->reconnect_mono_ms;
	for (size_t i = 0; i < CLIENT_JOBS_MAX; i++) {
		const struct job *job = &client->jobs[i];

		if (job->id && job->is_refused)
			next = 0;
		else if (job->id && job->lost_mono_ms && job->lost_mono_ms + ASK_MS < next)
			next = job->lost_mono_ms + ASK_MS;
	}
	sd_event_source_set_enabled(client->timer, next == INT64_MAX ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
	if (next != INT64_MAX)
		sd_event_source_set_time(client->timer, (uint64_t)next * 1000);
}

int print_client_new(sd_event *loop, const char *socket_path, const struct print_handlers *handlers, void *data,
		     struct print_client **ret_client)
{
	CLEANUP(print_client_freep) struct print_client *client = calloc(1, sizeof(*client));
	int r;

	if (!client)
		return fault_raise(-ENOMEM);
	if (strlen(socket_path) >= sizeof(client->address.sun_path))
		return fault_raise(-ENAMETOOLONG);
	client->loop = sd_event_ref(loop);
	client->address.sun_family = AF_UNIX;
	snprintf(client->address.sun_path, sizeof(client->address.sun_path), "%s", socket_path);
	if (handlers)
		client->handlers = *handlers;
	client->data = data;
	client->reconnect_ms = RECONNECT_FIRST_MS;
	r = sd_event_add_time(loop, &client->timer, CLOCK_MONOTONIC, 0, 10000, on_timer, client);
	if (r < 0)
		return fault_raise(r);
	if (client_connect(client) < 0)
		client->reconnect_mono_ms = clock_mono_ms() + client->reconnect_ms;
	timer_set(client);
	*ret_client = TAKE(client);
	return 0;
}

struct print_client *print_client_free(struct print_client *client)
{
	if (!client)
		return NULL;
	link_free(client->link);
	sd_event_source_disable_unref(client->timer);
	sd_event_unref(client->loop);
	free(client);
	return NULL;
}

static int send_submit(struct print_client *client, const struct job *job, const char *role, const char *format, int page_fd)
{
	json_t *message = json_pack("{ss sI ss ss ss}", "op", "submit", "id", (json_int_t)job->id, "role", role, "key",
				    job->key, "format", format);
	int r;

	if (!message)
		return fault_raise(-ENOMEM);
	r = client->link ? link_send(client->link, message, page_fd) : -EPIPE;
	json_decref(message);
	return r;
}

int print_submit(struct print_client *client, const char *role, const char *key, const char *format, int page_fd,
		 print_state_fn *fn, void *data)
{
	CLEANUP(closep) int page = -1;
	struct job *job = NULL;
	int r;

	if (!key[0] || strlen(key) > PRINT_KEY_LENGTH_MAX)
		return fault_raise(-EINVAL);
	for (size_t i = 0; i < CLIENT_JOBS_MAX && !job; i++)
		if (!client->jobs[i].id)
			job = &client->jobs[i];
	if (!job)
		return fault_raise(-EBUSY);
	r = page_seal(page_fd, &page);
	if (r < 0)
		return fault_pass(r);
	*job = (struct job){.id = ++client->last_id, .fn = fn, .data = data};
	snprintf(job->key, sizeof(job->key), "%s", key);
	if (send_submit(client, job, role, format, page) < 0) {
		job->is_refused = true;
		timer_set(client);
	}
	return 0;
}
