#pragma once
/* SPDX-License-Identifier: MIT
 * The body of the program, for terminal/app*.c only. */
#include "cardreader/card.h"
#include "printer/print.h"
#include "queue/queue.h"
#include "shared/base/clock.h"
#include "shared/render/number_page.h"
#include "shared/render/worker.h"
#include "terminal/app.h"
#include "terminal/flow/flow.h"
#include "terminal/platform/main_loop.h"
#include "terminal/platform/platform.h"
#include "terminal/scan/scan.h"
#include "terminal/ui/ui.h"

#define APP_REQUESTS_MAX 48

/** What a running call belongs to: an answer to an earlier visit is dropped (invariant 3). */
struct app_request {
	struct app *app;
	int64_t visit;
	int draft;         /* which form is printed */
	int64_t insertion; /* which card is looked at */
	bool is_used;
};

struct app {
	struct town *town;
	const struct config *config;         /* of it, as it is now */
	const struct config_office *office;
	const char *config_path;             /* from where helpers load the same */
	const struct app_options *options;
	struct clock *clock;
	sd_event *event;
	sd_event_source *tick, *wall;
	struct main_loop *loop;
	struct platform *platform;
	struct ui *ui;
	struct ui_atspi *atspi;
	struct card_client *card;
	struct queue_client *queue;
	struct print_client *print;
	struct render_worker *render;
	struct scan_client *scan;
	struct app_request requests[APP_REQUESTS_MAX];
	bool is_queue_away;
	int minute_told;

	/* the present visit */
	int64_t visit;                        /* counts up; never reused */
	char visit_id[VISIT_ID_HEX_LENGTH + 1];
	struct secret *secrets[FLOW_SECRET_STEPS_MAX]; /* what opens the card, part by part */
	struct secret *number;                /* the individual number of a procedure that may take it; empty otherwise */
	bool is_look_due;                     /* a card came while cardd was at another request */
	struct number_page *number_pages[TICKET_DRAFTS_MAX]; /* kept until they are on paper */
	struct app_request *number_requests[TICKET_DRAFTS_MAX];
	cairo_surface_t *preview;
	int forms_pending;
	enum flow_paper forms_worst;
	struct flow flow;
};

/** app_event() - one event through the flow, its effects done, the screen drawn anew. */
void app_event(struct app *app, const struct flow_event *event);
/** app_effect() - does one thing the flow asked for. */
void app_effect(struct app *app, enum flow_effect effect);
/** app_request_new() - NULL when too many calls run. app_request_end(): whether its visit is still the present one. */
struct app_request *app_request_new(struct app *app);
bool app_request_end(struct app_request *request);

/* app_card.c */
MUST_USE int app_card_new(struct app *app);
void app_card_free(struct app *app);
/** app_number_copy() - the individual number for one page. NULL: no memory. Caller frees. */
struct secret *app_number_copy(const struct app *app);
/** app_secret_key() - one character of what opens the card; dropped where it cannot stand. */
void app_secret_key(struct app *app, int64_t character);
void app_secret_clear(struct app *app);
void app_secret_clear_step(struct app *app);
void app_secret_drop(struct app *app);
void app_card_look(struct app *app);
void app_card_read(struct app *app);

/* app_print.c */
void app_preview(struct app *app);
void app_print_forms(struct app *app);
/** app_number_pages_drop() - the pages with an individual number are over. */
void app_number_pages_drop(struct app *app);
/** app_render_options() - how this program's children that draw are started. */
struct render_worker_options app_render_options(const struct app *app);
void app_print_slip(struct app *app);
/** app_today() - YYYY-MM-DD of the office. */
const char *app_today(struct app *app, char out[32]);
