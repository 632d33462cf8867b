/* SPDX-License-Identifier: MIT
 * A line of requests, one child. The child's death, a broken link and a timeout all come to the same: the request
 * at its head is answered with an error, the child is gone, the next request starts a new one. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/loop/child.h"
#include "shared/loop/link.h"
#include "shared/render/form_child.h"
#include "shared/render/worker.h"
#include "shared/base/banned.h"

#define SECOND_US 1000000ULL

struct request {
	json_t *message;
	render_worker_fn *fn;
	void *data;
};

struct render_worker {
	sd_event *loop;
	sd_event_source *timer; /* busy: the page's time-out; idle: the child's rest */
	sd_event_source *next;  /* deferred: look at the line */
	char **argv;
	uint64_t idle_us, timeout_us;
	struct child *child;
	struct link *link;
	bool is_busy;           /* the child has the request at the head */
	bool is_outdated;       /* the child read what is not served any more */
	const json_t *unprintable; /* of the page being told, NULL outside of that */
	struct request line[RENDER_WORKER_QUEUE_MAX];
	size_t n_waiting;
};

static void request_release(struct request *request)
{
	json_decref(request->message);
	*request = (struct request){0};
}

static void drop_child(struct render_worker *worker)
{
	worker->link = link_free(worker->link);
	worker->child = child_free(worker->child);
	worker->is_busy = worker->is_outdated = false;
}

static void set_timer(struct render_worker *worker, uint64_t us)
{
	if (sd_event_source_set_time_relative(worker->timer, us) >= 0)
		sd_event_source_set_enabled(worker->timer, SD_EVENT_ONESHOT);
}

/* Answers the request at the head and looks at the next from the loop. */
static void answer(struct render_worker *worker, int r, int page_fd)
{
	struct request request = worker->line[0];

	worker->is_busy = false;
	worker->n_waiting--;
	memmove(worker->line, worker->line + 1, worker->n_waiting * sizeof(*worker->line));
	set_timer(worker, worker->idle_us);
	sd_event_source_set_enabled(worker->next, SD_EVENT_ONESHOT);
	request.fn(request.data, r, page_fd);
	request_release(&request);
}

static void on_message(void *data, struct link *link, json_t *message, int fd)
{
	struct render_worker *worker = data;
	int r;

	if (!worker->is_busy)
		return; /* a late answer belongs to nobody */
	r = form_child_page(message, fd);
	worker->unprintable = json_object_get(message, "unprintable");
	answer(worker, r, r == 0 ? fd : -1);
	worker->unprintable = NULL;
}

const json_t *render_worker_unprintable(const struct render_worker *worker)
{
	return worker->unprintable;
}

static void child_is_lost(struct render_worker *worker, int r)
{
	bool was_busy = worker->is_busy;

	drop_child(worker);
	if (was_busy)
		answer(worker, r, -1);
}

static void on_closed(void *data, struct link *link, int reason)
{
	child_is_lost(data, -EPIPE);
}

static void on_exit_of_child(void *data, struct child *child, int status)
{
	child_is_lost(data, -EPIPE);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	child_is_lost(data, -ETIMEDOUT);
	return 0;
}

static int start(struct render_worker *worker)
{
	static const struct link_handlers handlers = {on_message, on_closed};
	CLEANUP(closep) int fd = -1;
	int r = child_start(worker->loop, worker->argv, on_exit_of_child, worker, &worker->child, &fd);

	if (r < 0)
		return fault_pass(r);
	r = link_new(worker->loop, fd, &handlers, worker, &worker->link);
	if (r < 0)
		return fault_pass(r);
	TAKE_FD(fd);
	return 0;
}

static int on_next(sd_event_source *source, void *data)
{
	struct render_worker *worker = data;
	int r = 0;

	if (!worker->is_busy && worker->is_outdated)
		drop_child(worker);
	if (worker->is_busy || !worker->n_waiting)
		return 0;
	if (!worker->child)
		r = start(worker);
	if (r == 0)
		r = link_send(worker->link, worker->line[0].message, -1);
	if (r < 0) {
		drop_child(worker);
		answer(worker, r, -1);
		return 0;
	}
	worker->is_busy = true;
	set_timer(worker, worker->timeout_us);
	return 0;
}

int render_worker_new(sd_event *loop, const struct render_worker_options *options, struct render_worker **ret_worker)
{
	CLEANUP(render_worker_freep) struct render_worker *worker = calloc(1, sizeof(*worker));
	int r;

	if (!worker)
		return fault_raise(-ENOMEM);
	worker->loop = sd_event_ref(loop);
	worker->idle_us = (uint64_t)(options->idle_s > 0 ? options->idle_s : 60) * SECOND_US;
	worker->timeout_us = (uint64_t)(options->timeout_s > 0 ? options->timeout_s : 20) * SECOND_US;
	r = form_child_argv(options, "--worker", &worker->argv);
	if (r < 0)
		return fault_pass(r);
	r = sd_event_add_time_relative(loop, &worker->timer, CLOCK_MONOTONIC, worker->idle_us, 0, on_timer, worker);
	if (r >= 0)
		r = sd_event_source_set_enabled(worker->timer, SD_EVENT_OFF);
	if (r >= 0)
		r = sd_event_add_defer(loop, &worker->next, on_next, worker);
	if (r >= 0)
		r = sd_event_source_set_enabled(worker->next, SD_EVENT_OFF);
	if (r < 0)
		return fault_raise(r);
	*ret_worker = TAKE(worker);
	return 0;
}

int render_worker_exchange(struct render_worker *worker, const struct render_worker_options *options)
{
	char **argv = NULL;
	int r = form_child_argv(options, "--worker", &argv);

	if (r < 0)
		return fault_pass(r);
	form_child_argv_free(worker->argv);
	worker->argv = argv;
	worker->is_outdated = worker->child != NULL;
	r = sd_event_source_set_enabled(worker->next, SD_EVENT_ONESHOT);
	return r < 0 ? fault_raise(r) : 0;
}

struct render_worker *render_worker_free(struct render_worker *worker)
{
	if (!worker)
		return NULL;
	drop_child(worker);
	sd_event_source_disable_unref(worker->timer);
	sd_event_source_disable_unref(worker->next);
	for (size_t i = 0; i < worker->n_waiting; i++)
		request_release(&worker->line[i]);
	form_child_argv_free(worker->argv);
	sd_event_unref(worker->loop);
	free(worker);
	return NULL;
}

int render_worker_submit(struct render_worker *worker, const char *municipality, const struct draft *draft,
			 const struct render_options *options, render_worker_fn *fn, void *data)
{
	json_t *message;
	int r;

	if (options->number)
		return fault_raise(-EPERM); /* shared/render/number_page.h draws it */
	if (worker->n_waiting == RENDER_WORKER_QUEUE_MAX)
		return fault_raise(-ENOBUFS);
	message = json_pack("{s:s, s:s?, s:o, s:s, s:s?, s:b, s:b, s:f}", "op", "render", "municipality", municipality, "draft",
			    draft_encode_values(draft), "format", options->format == RENDER_PNG ? "png" : "pdf", "date",
			    options->date_iso, "blank", options->is_blank, "mask", options->is_number_masked, "dpi",
			    options->png_dpi);
	if (!message)
		return fault_raise(-ENOMEM);
	r = sd_event_source_set_enabled(worker->next, SD_EVENT_ONESHOT);
	if (r < 0) {
		json_decref(message);
		return fault_raise(r);
	}
	worker->line[worker->n_waiting++] = (struct request){message, fn, data};
	return 0;
}
