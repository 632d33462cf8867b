/* SPDX-License-Identifier: MIT
 * One child, one question, one answer. The secret leaves this process in the packet ahead of the question and is wiped
 * here before the child has started to draw. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/loop/child.h"
#include "shared/loop/link.h"
#include "shared/render/form_child.h"
#include "shared/render/number_page.h"
#include "shared/base/banned.h"

#define SECOND_US 1000000ULL

struct number_page {
	struct child *child;
	struct link *link;
	sd_event_source *timer;
	render_worker_fn *fn; /* NULL once told */
	void *data;
	void *mapped; /* the page, locked; NULL: none */
	size_t n_mapped;
};

static void tell(struct number_page *page, int r, int page_fd)
{
	render_worker_fn *fn = page->fn;

	if (!fn)
		return;
	page->fn = NULL;
	sd_event_source_set_enabled(page->timer, SD_EVENT_OFF);
	fn(page->data, r, page_fd); /* may free the page */
}

/* Where the limit of locked memory is too low the page may be swapped; that is no reason not to print it. */
static void lock_in_memory(struct number_page *page, int page_fd)
{
	struct stat status;
	void *mapped;

	if (fstat(page_fd, &status) < 0 || status.st_size <= 0 || status.st_size > PAGE_BYTES_MAX)
		return;
	mapped = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_SHARED, page_fd, 0);
	if (mapped == MAP_FAILED)
		return;
	page->mapped = mapped;
	page->n_mapped = (size_t)status.st_size;
	(void)!mlock(mapped, page->n_mapped);
}

static void on_message(void *data, struct link *link, json_t *message, int fd)
{
	struct number_page *page = data;
	int r = form_child_page(message, fd);

	if (!page->fn)
		return;
	if (r == 0)
		lock_in_memory(page, fd);
	tell(page, r, r == 0 ? fd : -1);
}

static void on_closed(void *data, struct link *link, int reason)
{
	tell(data, -EPIPE, -1);
}

/* The answer may still lie in the socket: what is lost with the child is told by its end of the link. */
static void on_exit_of_child(void *data, struct child *child, int status)
{
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct number_page *page = data;

	page->link = link_free(page->link);
	page->child = child_free(page->child);
	tell(page, -ETIMEDOUT, -1);
	return 0;
}

static int start(sd_event *loop, const struct number_page_order *order, struct number_page *page)
{
	static const struct link_handlers handlers = {on_message, on_closed};
	uint64_t timeout_us = (uint64_t)(order->child->timeout_s > 0 ? order->child->timeout_s : 20) * SECOND_US;
	CLEANUP(form_child_argv_freep) char **argv = NULL;
	CLEANUP(closep) int fd = -1;
	int r = form_child_argv(order->child, "--number-page", &argv);

	if (r == 0)
		r = child_start(loop, argv, on_exit_of_child, page, &page->child, &fd);
	if (r == 0)
		r = link_new(loop, fd, &handlers, page, &page->link);
	if (r < 0)
		return fault_pass(r);
	TAKE_FD(fd);
	r = sd_event_add_time_relative(loop, &page->timer, CLOCK_MONOTONIC, timeout_us, 0, on_timer, page);
	return r < 0 ? fault_raise(r) : 0;
}

static int ask(struct number_page *page, const struct number_page_order *order, const struct secret *number)
{
	json_t *message = json_pack("{s:s, s:s, s:s?, s:o, s:s?}", "op", "number-page", "procedure",
				    number_permit_procedure(order->permit), "municipality", order->municipality, "draft",
				    draft_encode_values(order->draft), "date", order->date_iso);
	int r = message ? link_send_secret(page->link, number) : fault_raise(-ENOMEM);

	if (r == 0)
		r = link_send(page->link, message, -1);
	json_decref(message);
	return r;
}

static bool wants_number(const struct draft *draft)
{
	const struct value *value = draft_find(draft, FORM_NUMBER_FIELD);

	return value && value->text && strcmp(value->text, FORM_NUMBER_FROM_CARD) == 0;
}

int number_page_new(sd_event *loop, const struct number_page_order *order, struct secret *number, render_worker_fn *fn,
		    void *data, struct number_page **ret_page)
{
	CLEANUP(secret_freep) struct secret *taken = number;
	CLEANUP(number_page_freep) struct number_page *page = NULL;
	int r;

	if (!number_permit_is_valid(order->permit))
		return fault_raise(-EPERM);
	if (!taken || !secret_is_digits(taken, FORM_NUMBER_DIGITS) || !wants_number(order->draft))
		return fault_raise(-EINVAL);
	page = calloc(1, sizeof(*page));
	if (!page)
		return fault_raise(-ENOMEM);
	r = start(loop, order, page);
	if (r == 0)
		r = ask(page, order, taken);
	if (r < 0)
		return fault_pass(r);
	page->fn = fn;
	page->data = data;
	*ret_page = TAKE(page);
	return 0;
}

struct number_page *number_page_free(struct number_page *page)
{
	if (!page)
		return NULL;
	link_free(page->link);
	child_free(page->child);
	sd_event_source_disable_unref(page->timer);
	if (page->mapped)
		munmap(page->mapped, page->n_mapped); /* unlocks as well */
	free(page);
	return NULL;
}
