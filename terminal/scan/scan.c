/* SPDX-License-Identifier: MIT
 * Scan: opens the camera, starts scand with it, hands codes on, and starts it again a few times when it dies. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/utf8.h"
#include "shared/log/log.h"
#include "shared/loop/child.h"
#include "shared/loop/link.h"
#include "terminal/scan/scan.h"
#include "shared/base/banned.h"

#define DIR_PREFIX "dir:"
#define STARTS_MAX 3 /* in one watch; a camera that dies that often is broken */

struct scan_client {
	sd_event *event;
	struct scan_handlers handlers;
	void *data;
	char *path, *program;
	bool is_dir, is_watching;
	int n_starts;
	struct child *child;
	struct link *link;
};

static void drop(struct scan_client *client)
{
	client->link = link_free(client->link);
	client->child = child_free(client->child);
}

static void lost(struct scan_client *client)
{
	drop(client);
	client->is_watching = false;
	if (client->handlers.state)
		client->handlers.state(client->data, false);
}

static void on_message(void *data, struct link *link, json_t *message, int fd)
{
	struct scan_client *client = data;
	const char *event = json_string_value(json_object_get(message, "event"));
	const char *text = json_string_value(json_object_get(message, "text"));

	if (!client->is_watching || !event)
		return;
	if (strcmp(event, "ready") == 0) {
		if (client->handlers.state)
			client->handlers.state(client->data, true);
	} else if (strcmp(event, "code") == 0 && text && strlen(text) <= SCAN_TEXT_BYTES_MAX &&
		   utf8_is_clean_text(text, strlen(text))) {
		client->handlers.code(client->data, text);
	}
}

static int begin(struct scan_client *client);

static void on_closed(void *data, struct link *link, int reason)
{
	struct scan_client *client = data;

	if (!client->is_watching)
		return;
	drop(client);
	if (client->n_starts >= STARTS_MAX || begin(client) < 0)
		lost(client);
}

static void on_exit_of_child(void *data, struct child *child, int status)
{
	/* the link's end tells it, and what was still on the way is read first */
}

static int begin(struct scan_client *client)
{
	static const struct link_handlers handlers = {.message = on_message, .closed = on_closed};
	char *argv[] = {client->program, NULL};
	CLEANUP(closep) int camera = open(client->path, client->is_dir ? O_RDONLY | O_DIRECTORY | O_CLOEXEC
								       : O_RDWR | O_NONBLOCK | O_CLOEXEC);
	CLEANUP(closep) int fd = -1;
	json_t *hello;
	int r;

	client->n_starts++;
	if (camera < 0)
		return fault_raise(-errno);
	r = child_start(client->event, argv, on_exit_of_child, client, &client->child, &fd);
	if (r < 0)
		return fault_pass(r);
	r = link_new(client->event, fd, &handlers, client, &client->link);
	if (r < 0)
		return fault_pass(r);
	fd = -1;
	hello = json_pack("{s:s}", "camera", client->is_dir ? "dir" : "v4l2");
	r = hello ? link_send(client->link, hello, camera) : -ENOMEM;
	json_decref(hello);
	return r < 0 ? fault_pass(r) : 0;
}

int scan_client_new(sd_event *loop, const char *camera, const struct scan_handlers *handlers, void *data,
		    struct scan_client **ret_client)
{
	CLEANUP(scan_client_freep) struct scan_client *client = calloc(1, sizeof *client);
	int r;

	if (!client)
		return fault_raise(-ENOMEM);
	client->handlers = *handlers;
	client->data = data;
	client->is_dir = strncmp(camera, DIR_PREFIX, strlen(DIR_PREFIX)) == 0;
	client->path = strdup(client->is_dir ? camera + strlen(DIR_PREFIX) : camera);
	if (!client->path)
		return fault_raise(-ENOMEM);
	if (access(client->path, R_OK) < 0)
		return fault_raise(-ENOENT);
	r = command_sibling("terminal", "madoguchi-scand", &client->program);
	if (r < 0)
		return fault_pass(r);
	client->event = sd_event_ref(loop);
	*ret_client = TAKE(client);
	return 0;
}

struct scan_client *scan_client_free(struct scan_client *client)
{
	if (!client)
		return NULL;
	drop(client);
	sd_event_unref(client->event);
	free(client->path);
	free(client->program);
	free(client);
	return NULL;
}

void scan_client_start(struct scan_client *client)
{
	if (client->is_watching)
		return;
	client->is_watching = true;
	client->n_starts = 0;
	int r = begin(client);
	if (r < 0) {
		log_fault(LOG_SCAN_FAILED, r);
		lost(client);
	}
}

void scan_client_stop(struct scan_client *client)
{
	client->is_watching = false;
	drop(client);
}
