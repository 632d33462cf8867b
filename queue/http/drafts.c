/* SPDX-License-Identifier: MIT
 * Drafts at the console: read (which is written down), corrected, accepted. A clerk opens the papers of people who have
 * been called; a chief those of everybody in the office. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "queue/http/drafts.h"
#include "queue/http/handover.h"
#include "queue/http/server.h"
#include "shared/base/fault.h"
#include "shared/log/log.h"
#include "shared/base/banned.h"

#define DAY_MS (24 * 3600 * 1000LL)
#define HISTORY_MAX 100

void draft_at_hand_release(struct draft_at_hand *hand)
{
	json_decref(hand->sealed);
	draft_free(hand->draft);
	*hand = (struct draft_at_hand){0};
}

const struct desk_ticket *draft_ticket(struct request *request)
{
	const struct desk_ticket *ticket = desk_ticket_find(hall_desk(request->hall), request->params[1]);

	if (!ticket) {
		answer_problem(request, "unknown-ticket");
		return NULL;
	}
	if (request->caller.role == ROLE_CLERK && (!ticket->window[0] || ticket->state == DESK_WAITING)) {
		answer_problem(request, "drafts-refused");
		return NULL;
	}
	return ticket;
}

int draft_open(struct request *request, const struct desk_ticket *ticket, int i, struct draft_at_hand *ret_hand)
{
	struct draft_at_hand hand = {.ticket = ticket, .i = i};
	int r;

	if (!ticket->visit[0] || i < 0 || i >= ticket->n_drafts)
		return fault_raise(-ENOENT);
	r = drafts_get(hall_drafts(server_halls(request->server)), ticket->visit, i, &hand.sealed);
	if (r == 0)
		r = draft_decode(json_object_get(hand.sealed, "draft"), &hand.draft);
	if (r < 0) {
		draft_at_hand_release(&hand);
		return fault_pass(r);
	}
	hand.form = config_form_find(hall_config(request->hall), draft_form(hand.draft));
	*ret_hand = hand;
	return 0;
}

bool draft_at_path(struct request *request, struct draft_at_hand *ret_hand)
{
	const struct desk_ticket *ticket = draft_ticket(request);
	char *end = NULL;
	long i;
	int r;

	if (!ticket)
		return false;
	i = strtol(request->params[2], &end, 10);
	if (*end || end == request->params[2] || i < 0 || i >= TICKET_DRAFTS_MAX) {
		answer_problem(request, "not-found");
		return false;
	}
	r = draft_open(request, ticket, (int)i, ret_hand);
	if (r < 0 && r != -ENOENT)
		log_fault(LOG_REQUEST_FAILED, r);
	if (r < 0)
		answer_problem(request, r == -ENOENT ? "not-found" : "failed");
	return r == 0;
}

/* ---- reading ------------------------------------------------------------------------------------------------- */

/* Rows are people of their own; signatures and the boxes of the office are for the pen. */
static bool is_correctable(const struct form_field *field)
{
	return field->type != FIELD_ROWS && field->type != FIELD_SIGNATURE && field->type != FIELD_OFFICE_USE &&
	       field->type != FIELD_INDIVIDUAL_NUMBER;
}

/* How a value of the field is entered: a word of the configuration's field types. */
static const char *type_word(enum form_field_type type)
{
	static const char *const words[] = {
		[FIELD_TEXT] = "text", [FIELD_PERSON_NAME] = "person-name", [FIELD_KANA] = "kana", [FIELD_ADDRESS] = "address",
		[FIELD_POSTAL_CODE] = "postal-code", [FIELD_DATE] = "date", [FIELD_SEX] = "sex", [FIELD_PHONE] = "phone",
		[FIELD_INTEGER] = "integer", [FIELD_CHOICE] = "choice", [FIELD_CHOICES] = "choices",
		[FIELD_YES_NO] = "yes-no", [FIELD_ROWS] = "rows", [FIELD_SIGNATURE] = "signature",
		[FIELD_OFFICE_USE] = "office-use", [FIELD_INDIVIDUAL_NUMBER] = "individual-number",
	};

	return words[type];
}

static json_t *fields_view(const struct draft_at_hand *hand)
{
	json_t *list = json_array();

	for (size_t i = 0; hand->form && i < hand->form->n_fields; i++) {
		const struct form_field *field = &hand->form->fields[i];
		json_t *options = json_array();

		for (size_t o = 0; o < field->n_options; o++)
			json_array_append_new(options, json_pack("{ss ss}", "id", field->options[o].id, "label",
								 text_in(&field->options[o].label, "ja")));
		json_array_append_new(list, json_pack("{ss ss ss ss ss sb sb sb si si so}", "id", field->id, "type",
						      type_word(field->type), "label", text_in(&field->label, "ja"), "from",
						      field->from ? field->from : "", "unit", text_in(&field->unit, "ja"),
						      "shown", draft_is_shown(hand->draft, field),
						      "correctable", is_correctable(field), "required", field->is_required,
						      "min", field->min, "max", field->max, "options", options));
	}
	return list;
}

static json_t *findings_view(const struct draft_at_hand *hand)
{
	struct draft_finding findings[DRAFT_FINDINGS_MAX];
	json_t *list = json_array();
	size_t n = hand->form ? draft_check(hand->draft, hand->form, findings, DRAFT_FINDINGS_MAX) : 0;

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_pack("{ss ss}", "field", findings[i].field, "rule", findings[i].rule));
	return list;
}

/* How often it was corrected: what a correction is based on. */
static int edition(const struct draft_at_hand *hand)
{
	return (int)json_array_size(json_object_get(hand->sealed, "history"));
}

/* Pictures are for comparing with who stands at the window: before and after they stay sealed, for everybody. */
static bool is_at_window(const struct desk_ticket *ticket)
{
	return ticket->state == DESK_CALLED || ticket->state == DESK_SERVING;
}

/* @pictures: of all drafts of the visit, by number; NULL: not to be shown. */
static json_t *draft_view(const struct draft_at_hand *hand, const json_t *pictures)
{
	json_t *encoded = draft_encode(hand->draft);
	char number[16];
	json_t *view = !encoded ? NULL : json_pack("{si ss si ss sO so so sO? si sO*}", "i", hand->i, "form", draft_form(hand->draft),
					   "version", draft_version(hand->draft), "title",
					   hand->form ? text_in(&hand->form->title, "ja") : draft_form(hand->draft), "values",
					   json_object_get(encoded, "values"), "fields", fields_view(hand), "findings",
					   findings_view(hand), "history", json_object_get(hand->sealed, "history"), "edition",
					   edition(hand), "card", json_object_get(encoded, "card"));
	json_t *own;

	snprintf(number, sizeof(number), "%d", hand->i);
	own = json_object_get(pictures, number);
	if (view && own)
		json_object_set(view, "pictures", own);

	json_decref(encoded);
	return view;
}

/* NULL: none, or not now. */
static json_t *pictures_of(struct request *request, const struct desk_ticket *ticket)
{
	json_t *pictures = NULL;
	int r = is_at_window(ticket) ? drafts_get(hall_drafts(server_halls(request->server)), ticket->visit, DRAFTS_PICTURES, &pictures)
				     : -ENOENT;

	if (r < 0 && r != -ENOENT)
		log_fault(LOG_REQUEST_FAILED, r);
	return pictures;
}

static json_t *list_view(struct request *request, const struct desk_ticket *ticket)
{
	json_t *list = json_array(), *pictures = pictures_of(request, ticket);

	for (int i = 0; i < ticket->n_drafts; i++) {
		struct draft_at_hand hand;

		if (draft_open(request, ticket, i, &hand) < 0)
			continue;
		json_array_append_new(list, draft_view(&hand, pictures));
		draft_at_hand_release(&hand);
	}
	json_decref(pictures);
	return json_pack("{so}", "drafts", list);
}

static void read_done(void *data, const struct hall_answer *answer)
{
	struct request *request = data;
	const struct desk_ticket *ticket = desk_ticket_find(hall_desk(request->hall), request->text);

	if (answer->problem || !ticket) {
		answer_problem_status(request, (unsigned)answer->status, answer->problem ? answer->problem : "unknown-ticket");
		return;
	}
	log_emit(LOG_DRAFT_READ, LOG_WORD("OFFICE", hall_name(request->hall)), LOG_WORD("TICKET", ticket->id));
	answer_json(request, 200, list_view(request, ticket));
}

void draft_note(struct request *request, enum desk_event_kind kind, const char *ticket, int i, hall_done_fn *done)
{
	snprintf(request->text, sizeof(request->text), "%s", ticket);
	request->work.command.verb = DESK_NOTE;
	request->work.command.note = kind;
	request->work.command.ticket = request->text;
	request->work.command.number = i;
	request_submit(request, done);
}

/* Who reads is written down before anything is shown. */
void route_draft_list(struct request *request)
{
	const struct desk_ticket *ticket = draft_ticket(request);

	if (!ticket)
		return;
	if (!ticket->n_drafts)
		answer_json(request, 200, json_pack("{s[]}", "drafts"));
	else
		draft_note(request, DESK_EVENT_DRAFT_READ, ticket->id, 0, read_done);
}

/* ---- correcting ---------------------------------------------------------------------------------------------- */

static const struct form_field *field_of(const struct form *form, const char *id)
{
	for (size_t i = 0; form && i < form->n_fields; i++)
		if (strcmp(form->fields[i].id, id) == 0)
			return is_correctable(&form->fields[i]) ? &form->fields[i] : NULL;
	return NULL;
}

static int remember(const struct request *request, json_t *history, const char *field, const struct value *before)
{
	char at[INSTANT_LENGTH + 1];

	if (json_array_size(history) >= HISTORY_MAX)
		return fault_raise(-ENOSPC);
	instant_format(hall_now(server_halls(request->server)), hall_config(request->hall)->municipality.timezone, at);
	return json_array_append_new(history, json_pack("{ss ss ss ss? ss?}", "at", at, "by", request->caller.name, "field", field,
							"before", before ? before->text : NULL, "source",
							before ? value_source_word(before->source) : NULL)) < 0 ?
		       fault_raise(-ENOMEM) : 0;
}

/* All corrections or none: the draft in hand is thrown away on the first that does not fit. */
static int correct(const struct request *request, struct draft_at_hand *hand)
{
	const json_t *values = json_object_get(request->json, "values");
	const char *id;
	json_t *value, *history = json_object_get(hand->sealed, "history"), *encoded;
	int r = json_is_object(values) && json_object_size(values) ? 0 : -EINVAL;

	json_object_foreach((json_t *)(uintptr_t)values, id, value) {
		const char *text = json_string_value(json_is_object(value) ? json_object_get(value, "value") : value);

		if (r == 0 && (!field_of(hand->form, id) || !text))
			r = -EINVAL;
		if (r == 0)
			r = remember(request, history, id, draft_find(hand->draft, id));
		if (r == 0)
			r = draft_set(hand->draft, id, text, VALUE_STAFF, PROOF_NOT_CHECKED);
	}
	if (r < 0)
		return r;
	encoded = draft_encode(hand->draft);
	return encoded ? json_object_set_new(hand->sealed, "draft", encoded) : fault_raise(-ENOMEM);
}

/* Only what was corrected is judged: a clerk may mend a form one value at a time. */
static bool is_refused(const struct draft_at_hand *hand, const json_t *values)
{
	struct draft_finding findings[DRAFT_FINDINGS_MAX];
	size_t n = draft_check(hand->draft, hand->form, findings, DRAFT_FINDINGS_MAX);

	for (size_t i = 0; i < n; i++)
		if (json_object_get(values, findings[i].field))
			return true;
	return false;
}

/* If-Match is the edition the clerk saw, as an entity tag: "3". */
static bool is_edition_seen(struct request *request, const struct draft_at_hand *hand)
{
	const char *seen = request_header(request, "If-Match");
	char present[16];

	snprintf(present, sizeof(present), "\"%d\"", edition(hand));
	return !seen || strcmp(seen, present) == 0;
}

static void changed_done(void *data, const struct hall_answer *answer)
{
	struct request *request = data;
	const struct desk_ticket *ticket = desk_ticket_find(hall_desk(request->hall), request->text);
	CLEANUP(draft_at_hand_release) struct draft_at_hand hand = {0};

	if (answer->problem)
		answer_problem_status(request, (unsigned)answer->status, answer->problem);
	else if (!ticket || draft_open(request, ticket, request->work.command.number, &hand) < 0)
		answer_problem(request, "not-found");
	else
		answer_json(request, 200, draft_view(&hand, NULL)); /* who corrects has the pictures already */
}

void route_draft_correct(struct request *request)
{
	struct drafts *drafts = hall_drafts(server_halls(request->server));
	CLEANUP(draft_at_hand_release) struct draft_at_hand hand = {0};
	int r;

	if (!draft_at_path(request, &hand))
		return;
	if (!is_edition_seen(request, &hand)) {
		answer_problem(request, "changed-meanwhile");
		return;
	}
	r = correct(request, &hand);
	if (r < 0 || is_refused(&hand, json_object_get(request->json, "values"))) {
		answer_problem(request, r < 0 ? "malformed-draft" : "value-refused");
		return;
	}
	r = drafts_replace(drafts, hand.ticket->visit, hand.i, hand.sealed);
	if (r == 0)
		r = drafts_settle(drafts);
	if (r < 0) {
		log_fault(LOG_STORE_FAILED, r);
		answer_problem(request, "store-unavailable");
		return;
	}
	draft_note(request, DESK_EVENT_DRAFT_CHANGED, hand.ticket->id, hand.i, changed_done);
}

/* ---- accepting ----------------------------------------------------------------------------------------------- */

static int hand_over(struct request *request, const struct draft_at_hand *hand)
{
	char at[INSTANT_LENGTH + 1];

	instant_format(hall_now(server_halls(request->server)), hall_config(request->hall)->municipality.timezone, at);
	return handover_write(&(struct handover){.state_dir = server_options(request->server)->state_dir,
						 .office = hall_name(request->hall), .ticket = hand->ticket->id,
						 .service = hand->ticket->service, .accepted_at = at,
						 .accepted_by = request->caller.name, .i = hand->i, .draft = hand->draft,
						 .form = hand->form});
}

/* From now on the drafts of this visit stay for the retention, not for the day. */
static int start_retention(struct request *request, const struct draft_at_hand *hand)
{
	struct hall_set *halls = server_halls(request->server);
	int days = hall_config(request->hall)->retention.accepted_draft_days;
	int r = drafts_expire(hall_drafts(halls), hand->ticket->visit, hall_now(halls) + days * DAY_MS);

	return r < 0 ? fault_pass(r) : drafts_settle(hall_drafts(halls));
}

void route_draft_accept(struct request *request)
{
	CLEANUP(draft_at_hand_release) struct draft_at_hand hand = {0};
	int r;

	if (!draft_at_path(request, &hand))
		return;
	r = hand_over(request, &hand);
	if (r == 0)
		r = start_retention(request, &hand);
	if (r < 0) {
		log_fault(LOG_STORE_FAILED, r);
		answer_problem(request, "store-unavailable");
		return;
	}
	draft_note(request, DESK_EVENT_DRAFT_ACCEPTED, hand.ticket->id, hand.i, request_done);
}
