/* SPDX-License-Identifier: MIT
 * Drafts as pages, for the console's viewer and for the printer. The page comes from the worker child as a memfd, is sent
 * or handed to printd, and is gone; it never touches a disk. What was printed is told only once printd knows. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "printer/print.h"
#include "queue/http/drafts.h"
#include "queue/http/server.h"
#include "shared/base/fault.h"
#include "shared/log/log.h"
#include "shared/base/banned.h"

struct paper {
	char key[PRINT_KEY_LENGTH_MAX + 1]; /* visit/document/copy; "" for the viewer */
};

static void on_printed(void *data, enum print_state state, const char *reasons)
{
	struct request *request = data;

	switch (state) {
	case PRINT_PENDING:
	case PRINT_PROCESSING:
		return;
	case PRINT_ABORTED:
		answer_problem(request, "printing-failed");
		break;
	case PRINT_COMPLETED:
	case PRINT_UNKNOWN:
		answer_json(request, 200, json_pack("{ss ss}", "state", print_state_word(state), "reasons", reasons));
		break;
	}
	server_turn(request->server);
}

static void on_page(void *data, int r, int page_fd)
{
	struct request *request = data;
	const struct paper *paper = request->task;

	if (r == 0 && !paper->key[0])
		answer_file(request, "application/pdf", page_fd);
	else if (r == 0)
		r = print_submit(server_options(request->server)->print, "form", paper->key, "application/pdf", page_fd, on_printed,
				 request);
	if (r < 0) {
		log_fault(LOG_REQUEST_FAILED, r);
		answer_problem(request, paper->key[0] ? "printing-failed" : "failed");
	}
	server_turn(request->server);
}

/* The date on the paper is the day the ticket was given. */
static void date_of(const struct desk_ticket *ticket, char out[11])
{
	snprintf(out, 11, "%.4s-%.2s-%.2s", ticket->id, ticket->id + 4, ticket->id + 6);
}

static void render(struct request *request, const struct draft_at_hand *hand, const char *key)
{
	struct paper *paper = calloc(1, sizeof(*paper));
	struct render_worker *worker = server_options(request->server)->worker;
	char date[11];
	int r = paper && worker ? 0 : fault_raise(paper ? -ENOENT : -ENOMEM);

	request->task = paper;
	request->task_free = free;
	date_of(hand->ticket, date);
	if (r == 0) {
		snprintf(paper->key, sizeof(paper->key), "%s", key);
		r = render_worker_submit(worker, hall_config(request->hall)->municipality.code, hand->draft,
					 &(struct render_options){.format = RENDER_PDF, .date_iso = date}, on_page, request);
	}
	if (r == 0) {
		request_wait(request);
		return;
	}
	log_fault(LOG_REQUEST_FAILED, r);
	answer_problem(request, "failed");
}

void route_draft_pdf(struct request *request)
{
	CLEANUP(draft_at_hand_release) struct draft_at_hand hand = {0};

	if (draft_at_path(request, &hand))
		render(request, &hand, "");
}

/* The clerk's idempotency key is the copy: the same press of the button prints once, another press is another copy. */
void route_draft_print(struct request *request)
{
	CLEANUP(draft_at_hand_release) struct draft_at_hand hand = {0};
	char key[PRINT_KEY_LENGTH_MAX + 1], copy[HALL_HASH_HEX + 1];

	if (!server_options(request->server)->print) {
		answer_problem(request, "no-printer");
		return;
	}
	if (!draft_at_path(request, &hand))
		return;
	hall_token_hash(request->idempotency_key, copy);
	snprintf(key, sizeof(key), "%.32s/draft-%d/%.16s", hand.ticket->visit, hand.i, copy);
	render(request, &hand, key);
}
