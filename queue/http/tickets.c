/* SPDX-License-Identifier: MIT
 * Tickets: given to a terminal or a clerk, shown to their holder. Everything a terminal sends is checked here before the
 * hall sees it. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "queue/http/bring.h"
#include "queue/http/request.h"
#include "queue/http/server.h"
#include "shared/base/utf8.h"
#include "shared/log/log.h"
#include "shared/model/draft.h"
#include "shared/base/banned.h"

#define TOKEN_BYTES 18 /* 144 bits, 24 characters of base64url */
#define PROCEDURES_MAX 16

/* ids joined by "," into request->text; NULL when fine, else the problem. */
static const char *take_procedures(struct request *request)
{
	const json_t *list = json_object_get(request->json, "procedures"), *item;
	size_t i, used = 0;

	if (!list || json_is_null(list))
		return NULL;
	if (!json_is_array(list) || json_array_size(list) > PROCEDURES_MAX)
		return "malformed-request";
	json_array_foreach(list, i, item) {
		const char *id = json_string_value(item);

		if (!id || !config_procedure_find(hall_config(request->hall), id))
			return "unknown-procedure";
		if (used + strlen(id) + 2 > sizeof(request->text))
			return "malformed-request";
		used += (size_t)snprintf(request->text + used, sizeof(request->text) - used, "%s%s", used ? "," : "", id);
	}
	request->work.command.procedures = request->text;
	return NULL;
}

/* What the town does not show its clerks is not kept either, whatever a terminal sends. */
static void drop_unwanted(const struct config *config, json_t *pictures)
{
	const char *word;
	json_t *picture;
	void *next;

	json_object_foreach_safe(pictures, next, word, picture) {
		size_t i = 0;

		while (i < config->terminal.n_card_pictures && strcmp(config->terminal.card_pictures[i], word) != 0)
			i++;
		if (i == config->terminal.n_card_pictures)
			json_object_del(pictures, word);
	}
}

/* The pictures of draft @i under its number, in a value of their own. */
static bool set_pictures_apart(struct request *request, size_t i, json_t *draft)
{
	json_t *pictures = json_object_get(draft, "pictures");
	char number[8];
	bool is_set = true;

	drop_unwanted(hall_config(request->hall), pictures);
	if (json_object_size(pictures)) {
		snprintf(number, sizeof(number), "%zu", i);
		if (!request->pictures)
			request->pictures = json_object();
		is_set = request->pictures && json_object_set(request->pictures, number, pictures) == 0;
	}
	json_object_del(draft, "pictures");
	return is_set;
}

/* A draft is decoded and encoded again: nothing rests here that is no draft. Findings do not refuse it, the clerk
 * sees them; but an individual number never rests here, whoever sends it. */
static const char *take_draft(struct request *request, const json_t *json)
{
	CLEANUP(draft_freep) struct draft *draft = NULL;
	const struct form *form = NULL;
	json_t *clean;

	if (draft_decode(json, &draft) == 0)
		form = config_form_find(hall_config(request->hall), draft_form(draft));
	if (!form || draft_holds_number(draft, form))
		return "malformed-draft";
	clean = draft_encode(draft);
	if (clean && !set_pictures_apart(request, request->n_drafts, clean)) {
		json_decref(clean);
		return "failed";
	}
	clean = clean ? json_pack("{so s[]}", "draft", clean, "history") : NULL;
	if (!clean)
		return "failed";
	request->drafts[request->n_drafts++] = clean;
	return NULL;
}

static const char *take_drafts(struct request *request)
{
	const json_t *list = json_object_get(request->json, "drafts"), *item;
	const char *problem = NULL;
	size_t i;

	if (!list || json_is_null(list))
		return NULL;
	if (!json_is_array(list) || json_array_size(list) > TICKET_DRAFTS_MAX)
		return "malformed-draft";
	if (json_array_size(list) && !server_may_be_private(request->server))
		return "tls-required";
	json_array_foreach(list, i, item) {
		problem = take_draft(request, item);
		if (problem)
			return problem;
	}
	request->work.drafts = request->drafts;
	request->work.pictures = request->pictures;
	request->work.n_drafts = request->n_drafts;
	request->work.command.n_drafts = (int)request->n_drafts;
	return NULL;
}

static bool is_plain_word(const char *text)
{
	return !text || strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == strlen(text);
}

static const char *take_request(struct request *request)
{
	static const char *const later[] = {"appointment", "leased_number"};
	struct desk_command *command = &request->work.command;
	bool is_bad[3];
	const char *problem;

	for (size_t i = 0; i < sizeof(later) / sizeof(*later); i++)
		if (json_object_get(request->json, later[i]) && !json_is_null(json_object_get(request->json, later[i])))
			return "not-offered";
	command->verb = DESK_ISSUE;
	command->service = request_word(request, "service", DESK_WORD_BYTES_MAX, &is_bad[0]);
	command->priority = request_word(request, "priority", DESK_WORD_BYTES_MAX, &is_bad[1]);
	command->language = request_word(request, "language", DESK_WORD_BYTES_MAX, &is_bad[2]);
	if (is_bad[0] || is_bad[1] || is_bad[2] || !command->service || !is_plain_word(command->priority) ||
	    !is_plain_word(command->language))
		return "malformed-request";
	problem = take_procedures(request);
	return problem ? problem : take_drafts(request);
}

static void make_token(struct request *request, char hash[HALL_HASH_HEX + 1])
{
	unsigned char bytes[TOKEN_BYTES];

	randombytes_buf(bytes, sizeof(bytes));
	sodium_bin2base64(request->token, sizeof(request->token), bytes, sizeof(bytes),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	hall_token_hash(request->token, hash);
}

struct issue_task {
	char token_hash[HALL_HASH_HEX + 1];
};

void route_ticket_issue(struct request *request)
{
	const char *problem = take_request(request);
	struct issue_task *task = problem ? NULL : calloc(1, sizeof(*task));

	if (problem || !task) {
		answer_problem(request, problem ? problem : "failed");
		return;
	}
	request->task = task;
	request->task_free = free;
	make_token(request, task->token_hash);
	request->work.token = request->token;
	request->work.command.token_hash = task->token_hash;
	request_submit(request, request_done);
}

/* ---- the holder ------------------------------------------------------------------------------------------------ */

void route_holder_show(struct request *request)
{
	const struct desk_ticket *ticket =
		hall_ticket_by_token(server_halls(request->server), request->params[0], &request->hall);
	json_t *view;

	if (!ticket) {
		answer_problem(request, "unknown-ticket");
		return;
	}
	view = hall_view_ticket(request->hall, ticket);
	if (view && desk_state_is_live(ticket->state))
		bring_add(request, ticket, view);
	answer_json(request, 200, hall_view_dated(request->hall, view, hall_now(server_halls(request->server))));
}

static void cancel(struct request *request, const struct desk_ticket *ticket)
{
	snprintf(request->text, sizeof(request->text), "%s", ticket->id);
	request->work.command.verb = DESK_CANCEL;
	request->work.command.ticket = request->text;
	/* the key goes first, but only when the cancelling will be done: a person at the window keeps the papers */
	if (ticket->visit[0] && desk_state_is_live(ticket->state) && ticket->state != DESK_SERVING) {
		snprintf(request->token, sizeof(request->token), "%s", ticket->visit);
		request->work.erases_visit = request->token;
	}
	request_submit(request, request_done);
}

void route_holder_cancel(struct request *request)
{
	const struct desk_ticket *ticket =
		hall_ticket_by_token(server_halls(request->server), request->params[0], &request->hall);

	if (!ticket) {
		answer_problem(request, "unknown-ticket");
		return;
	}
	snprintf(request->caller.name, sizeof(request->caller.name), "holder:%.40s", ticket->token_hash);
	cancel(request, ticket);
}

void route_ticket_cancel(struct request *request)
{
	const struct desk_ticket *ticket = desk_ticket_find(hall_desk(request->hall), request->params[1]);

	if (ticket)
		cancel(request, ticket);
	else
		answer_problem(request, "unknown-ticket");
}

/* ---- someone please come --------------------------------------------------------------------------------------- */

void route_staff_call(struct request *request)
{
	bool is_bad;
	const char *from = request_word(request, "from", DESK_WORD_BYTES_MAX, &is_bad);

	if (!from || !utf8_is_clean_text(from, strlen(from))) {
		answer_problem(request, "malformed-request");
		return;
	}
	log_emit(LOG_STAFF_CALLED, LOG_WORD("OFFICE", hall_name(request->hall)));
	request->work.command.verb = DESK_NOTE;
	request->work.command.note = DESK_EVENT_STAFF_CALL;
	request->work.command.reason = from;
	request_submit(request, request_done);
}
