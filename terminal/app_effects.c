/* SPDX-License-Identifier: MIT
 * Effects: each thing the flow may ask for, and the answers coming back as events. An answer carries the visit it was
 * asked in; one that comes after its visit ended is dropped. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "shared/base/random.h"
#include "shared/log/log.h"
#include "terminal/app_parts.h"
#include "shared/base/banned.h"

struct app_request *app_request_new(struct app *app)
{
	for (size_t i = 0; i < APP_REQUESTS_MAX; i++)
		if (!app->requests[i].is_used) {
			app->requests[i] = (struct app_request){.app = app, .visit = app->visit, .is_used = true};
			return &app->requests[i];
		}
	return NULL;
}

bool app_request_end(struct app_request *request)
{
	request->is_used = false;
	return request->visit == request->app->visit;
}

/* ---- queue ------------------------------------------------------------------------------------------------------- */

static void ticket_issued(void *data, enum queue_outcome outcome, const struct ticket *ticket)
{
	struct app_request *request = data;

	if (app_request_end(request))
		app_event(request->app, &(struct flow_event){.kind = FLOW_TICKET_ANSWER, .queue_outcome = outcome,
							    .ticket = ticket});
}

static void issue_ticket(struct app *app)
{
	const struct visit *visit = &app->flow.visit;
	struct app_request *request = app_request_new(app);
	const char *procedures[FLOW_PROCEDURES_MAX];
	char key[VISIT_ID_HEX_LENGTH + 16];

	snprintf(key, sizeof key, "%s-ticket", app->visit_id);
	for (int i = 0; i < visit->n_procedures; i++)
		procedures[i] = flow_procedure(&app->flow, i)->id;
	struct queue_ticket_request what = {
		.service = flow_service(&app->flow)->id, .procedures = procedures, .n_procedures = (size_t)visit->n_procedures,
		.language = flow_language(&app->flow), .drafts = visit->drafts, .n_drafts = (size_t)visit->n_drafts,
		.idempotency_key = key};
	int r = request ? queue_ticket_issue(app->queue, &what, ticket_issued, request) : -EBUSY;
	if (r == 0)
		return;
	log_fault(LOG_QUEUE_AWAY, r);
	if (request)
		app_request_end(request);
	app_event(app, &(struct flow_event){.kind = FLOW_TICKET_ANSWER, .queue_outcome = QUEUE_AWAY});
}

static void ticket_shown(void *data, enum queue_outcome outcome, const struct ticket *ticket)
{
	struct app_request *request = data;

	if (app_request_end(request))
		app_event(request->app, &(struct flow_event){.kind = FLOW_TICKET_SHOWN, .queue_outcome = outcome,
							    .ticket = ticket});
}

static void show_ticket(struct app *app)
{
	struct app_request *request = app_request_new(app);

	if (request && queue_ticket_show(app->queue, app->flow.visit.token, ticket_shown, request) == 0)
		return;
	if (request)
		app_request_end(request);
	app_event(app, &(struct flow_event){.kind = FLOW_TICKET_SHOWN, .queue_outcome = QUEUE_AWAY});
}

static void tell_queue_state(struct app *app, bool is_away)
{
	if (is_away == app->is_queue_away)
		return;
	app->is_queue_away = is_away;
	if (is_away)
		log_emit(LOG_QUEUE_AWAY);
	else
		log_emit(LOG_QUEUE_BACK);
}

static void board_told(void *data, enum queue_outcome outcome, const struct queue_board_service *services,
		       size_t n_services, bool is_open)
{
	struct app_request *request = data;
	struct app *app = request->app;

	app_request_end(request);
	tell_queue_state(app, outcome != QUEUE_OK);
	app_event(app, &(struct flow_event){.kind = FLOW_BOARD, .queue_outcome = outcome, .services = services,
					    .n_services = n_services, .argument = is_open});
}

static void ask_board(struct app *app)
{
	struct app_request *request = app_request_new(app);

	if (request && queue_board(app->queue, board_told, request) < 0)
		app_request_end(request);
}

static void staff_called(void *data, enum queue_outcome outcome)
{
	struct app_request *request = data;

	if (app_request_end(request))
		app_event(request->app, &(struct flow_event){.kind = FLOW_STAFF_ANSWER, .queue_outcome = outcome});
}

static void call_staff(struct app *app)
{
	struct app_request *request = app_request_new(app);

	log_emit(LOG_STAFF_CALLED);
	if (request && queue_staff_call(app->queue, app->options->towns.device, staff_called, request) == 0)
		return;
	if (request)
		app_request_end(request);
	app_event(app, &(struct flow_event){.kind = FLOW_STAFF_ANSWER, .queue_outcome = QUEUE_AWAY});
}

/* ---- the visit --------------------------------------------------------------------------------------------------- */

static void begin_visit(struct app *app)
{
	app->visit++;
	random_hex(app->visit_id, VISIT_ID_HEX_LENGTH);
	log_emit(LOG_VISIT_STARTED, LOG_WORD("VISIT", app->visit_id));
}

static void wipe_visit(struct app *app)
{
	log_emit(LOG_VISIT_ENDED, LOG_WORD("VISIT", app->visit_id));
	app->visit++; /* whatever still comes belongs to nobody now */
	explicit_bzero(app->visit_id, sizeof app->visit_id);
	app_secret_clear(app);
	secret_clear(app->number);
	app_number_pages_drop(app);
	app->is_look_due = false;
	app->forms_pending = 0;
	app->forms_worst = PAPER_NONE;
	if (!app->preview)
		return;
	cairo_surface_flush(app->preview);
	explicit_bzero(cairo_image_surface_get_data(app->preview),
		       (size_t)cairo_image_surface_get_stride(app->preview) *
			       (size_t)cairo_image_surface_get_height(app->preview));
	cairo_surface_destroy(app->preview);
	app->preview = NULL;
}

void app_effect(struct app *app, enum flow_effect effect)
{
	switch (effect) {
	case EFFECT_VISIT_BEGIN:
		begin_visit(app);
		break;
	case EFFECT_ABANDONED:
		log_emit(LOG_VISIT_ABANDONED, LOG_WORD("VISIT", app->visit_id));
		break;
	case EFFECT_VISIT_WIPE:
		wipe_visit(app);
		break;
	case EFFECT_SECRET_CLEAR:
		app_secret_clear(app);
		break;
	case EFFECT_SECRET_CLEAR_STEP:
		app_secret_clear_step(app);
		break;
	case EFFECT_SECRET_DROP:
		app_secret_drop(app);
		break;
	case EFFECT_CARD_LOOK:
		app_card_look(app);
		break;
	case EFFECT_CARD_READ:
		app_card_read(app);
		break;
	case EFFECT_NUMBER_WIPE:
		secret_clear(app->number);
		break;
	case EFFECT_PREVIEW:
		app_preview(app);
		break;
	case EFFECT_PRINT_FORMS:
		app_print_forms(app);
		break;
	case EFFECT_PRINT_SLIP:
		app_print_slip(app);
		break;
	case EFFECT_TICKET_ISSUE:
		issue_ticket(app);
		break;
	case EFFECT_TICKET_SHOW:
		show_ticket(app);
		break;
	case EFFECT_STAFF_CALL:
		call_staff(app);
		break;
	case EFFECT_SCAN_START:
		if (app->scan)
			scan_client_start(app->scan);
		break;
	case EFFECT_SCAN_STOP:
		if (app->scan)
			scan_client_stop(app->scan);
		break;
	case EFFECT_BOARD:
		ask_board(app);
		break;
	}
}
