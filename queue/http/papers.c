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

#define UNPRINTABLE_BYTES_MAX 4096
#define SCREEN_DPI 110.0 /* the console's column at twice its width is still sharp */

struct paper {
	enum render_format format;
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

/* name=U+2B8C6, address=U+845B: what the page shows as 〓, for the console to mark. */
static void tell_unprintable(struct request *request)
{
	const json_t *unprintable = render_worker_unprintable(server_options(request->server)->worker);
	CLEANUP(buf_release) struct buf text = BUF_INIT(UNPRINTABLE_BYTES_MAX);
	const char *field;
	json_t *scalar;

	json_object_foreach((json_t *)(uintptr_t)unprintable, field, scalar)
		if (buf_addf(&text, "%s%s=%s", text.len ? ", " : "", field, json_string_value(scalar)) < 0)
			break;
	if (text.len)
		answer_header(request, "Madoguchi-Unprintable", buf_text(&text));
}

static void on_page(void *data, int r, int page_fd)
{
	struct request *request = data;
	const struct paper *paper = request->task;

	if (r == 0 && !paper->key[0]) {
		answer_file(request, paper->format == RENDER_PNG ? "image/png" : "application/pdf", page_fd);
		tell_unprintable(request);
	} else if (r == 0) {
		r = print_submit(server_options(request->server)->print, "form", paper->key, "application/pdf", page_fd, on_printed,
				 request);
	}
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

static struct paper *paper_new(struct request *request, enum render_format format)
{
	struct paper *paper = calloc(1, sizeof(*paper));

	if (paper)
		paper->format = format;
	request->task = paper;
	request->task_free = free;
	return paper;
}

static void render(struct request *request, const struct draft_at_hand *hand)
{
	const struct paper *paper = request->task;
	struct render_worker *worker = server_options(request->server)->worker;
	char date[11];
	int r = worker ? 0 : fault_raise(-ENOENT);

	date_of(hand->ticket, date);
	if (r == 0)
		r = render_worker_submit(worker, hall_config(request->hall)->municipality.code, hand->draft,
					 &(struct render_options){.format = paper->format, .date_iso = date, .png_dpi = SCREEN_DPI},
					 on_page, request);
	if (r == 0) {
		request_wait(request);
		return;
	}
	log_fault(LOG_REQUEST_FAILED, r);
	answer_problem(request, "failed");
}

static void look_done(void *data, const struct hall_answer *answer)
{
	struct request *request = data;
	const struct desk_ticket *ticket = desk_ticket_find(hall_desk(request->hall), request->text);
	CLEANUP(draft_at_hand_release) struct draft_at_hand hand = {0};

	if (answer->problem) {
		answer_problem_status(request, (unsigned)answer->status, answer->problem);
	} else if (!ticket || draft_open(request, ticket, request->work.command.number, &hand) < 0) {
		answer_problem(request, "not-found");
	} else {
		log_emit(LOG_DRAFT_READ, LOG_WORD("OFFICE", hall_name(request->hall)), LOG_WORD("TICKET", ticket->id));
		render(request, &hand);
	}
}

/* A page tells as much as the list of values: who looks is written down first. */
static void look(struct request *request, enum render_format format)
{
	CLEANUP(draft_at_hand_release) struct draft_at_hand hand = {0};

	if (!draft_at_path(request, &hand))
		return;
	if (paper_new(request, format))
		draft_note(request, DESK_EVENT_DRAFT_READ, hand.ticket->id, hand.i, look_done);
	else
		answer_problem(request, "failed");
}

void route_draft_pdf(struct request *request)
{
	look(request, RENDER_PDF);
}

void route_draft_png(struct request *request)
{
	look(request, RENDER_PNG);
}

/* The clerk's idempotency key is the copy: the same press of the button prints once, another press is another copy. */
void route_draft_print(struct request *request)
{
	CLEANUP(draft_at_hand_release) struct draft_at_hand hand = {0};
	struct paper *paper;
	char copy[HALL_HASH_HEX + 1];

	if (!server_options(request->server)->print) {
		answer_problem(request, "no-printer");
		return;
	}
	if (!draft_at_path(request, &hand))
		return;
	paper = paper_new(request, RENDER_PDF);
	if (!paper) {
		answer_problem(request, "failed");
		return;
	}
	hall_token_hash(request->idempotency_key, copy);
	snprintf(paper->key, sizeof(paper->key), "%.32s/draft-%d/%.16s", hand.ticket->visit, hand.i, copy);
	render(request, &hand);
}
