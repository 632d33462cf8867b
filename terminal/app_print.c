/* SPDX-License-Identifier: MIT
 * Pages: drafts go to the render child and come back as memfds, to the screen as a picture or to printd as PDF; the
 * ticket's slip is drawn here. Print keys are visit/document/copy, so that nothing comes out twice. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include "shared/base/fault.h"
#include "shared/config/number_permit.h"
#include "shared/jp/ruby.h"
#include "shared/log/log.h"
#include "terminal/app_page.h"
#include "terminal/app_parts.h"
#include "shared/base/banned.h"

#define PREVIEW_DPI 110
#define BRING_LINES_MAX 28 /* FLOW_BRING_MAX and the form, the fee */
#define BRING_LINE_BYTES 256

const char *app_today(struct app *app, char out[32])
{
	struct local_time local;

	out[0] = '\0';
	if (local_time_from(clock_utc_ms(app->clock), app->config->municipality.timezone, &local) == 0)
		snprintf(out, 32, "%04d-%02d-%02d", local.year, local.month, local.day);
	return out;
}

/* ---- preview ------------------------------------------------------------------------------------------------------ */

static void preview_drawn(void *data, int r, int page_fd)
{
	struct app_request *request = data;
	struct app *app = request->app;

	if (!app_request_end(request) || app->flow.screen != SCREEN_REVIEW)
		return;
	if (app->preview)
		cairo_surface_destroy(app->preview);
	app->preview = r < 0 ? NULL : app_page_load(page_fd);
	if (!app->preview)
		log_fault(LOG_SCREEN_FAILED, r < 0 ? r : -EBADMSG);
	app_event(app, &(struct flow_event){.kind = FLOW_PREVIEW, .argument = app->preview ? 0 : 1});
}

static int render(struct app *app, int draft, enum render_format format, render_worker_fn *fn,
		  struct app_request *request)
{
	char today[32];
	struct render_options how = {.format = format, .date_iso = app_today(app, today), .png_dpi = PREVIEW_DPI,
				     .is_number_masked = format == RENDER_PNG};

	if (!app->render || !request)
		return fault_raise(-ENOENT);
	request->draft = draft;
	return render_worker_submit(app->render, app->config->municipality.code, app->flow.visit.drafts[draft], &how,
				    fn, request);
}

void app_preview(struct app *app)
{
	struct app_request *request = app_request_new(app);

	if (render(app, app->flow.visit.review, RENDER_PNG, preview_drawn, request) == 0)
		return;
	if (request)
		app_request_end(request);
	app_event(app, &(struct flow_event){.kind = FLOW_PREVIEW, .argument = 1});
}

/* ---- forms to paper ------------------------------------------------------------------------------------------------ */

static render_worker_fn form_drawn;

void app_number_pages_drop(struct app *app)
{
	for (int i = 0; i < TICKET_DRAFTS_MAX; i++) {
		app->number_pages[i] = number_page_free(app->number_pages[i]);
		if (app->number_requests[i]) /* was still being drawn: nobody calls back now */
			app_request_end(app->number_requests[i]);
		app->number_requests[i] = NULL;
	}
}

static bool holds_number(const struct app *app, int draft)
{
	const struct value *value = draft_find(app->flow.visit.drafts[draft], FORM_NUMBER_FIELD);

	return app->flow.visit.has_number && value && strcmp(value->text, FORM_NUMBER_FROM_CARD) == 0;
}

/* The one page with the number comes out of a child of its own, past the worker; the digits go to it and nowhere else. */
static int render_number(struct app *app, int draft, struct app_request *request)
{
	const struct config_procedure *procedure = flow_draft_procedure(&app->flow, draft);
	struct render_worker_options child = app_render_options(app);
	CLEANUP(secret_freep) struct secret *number = app_number_copy(app);
	char today[32];

	if (!number || !procedure || !request)
		return fault_raise(-ENOMEM);
	struct number_page_order order = {.child = &child, .permit = config_number_permit(app->config, procedure->id),
					  .municipality = app->config->municipality.code,
					  .draft = app->flow.visit.drafts[draft], .date_iso = app_today(app, today)};
	request->draft = draft;
	int r = number_page_new(app->event, &order, TAKE(number), form_drawn, request, &app->number_pages[draft]);
	if (r == 0)
		app->number_requests[draft] = request;
	return r;
}

/* One form has ended; the last of them tells the flow, and the worst counts. */
static void form_ended(struct app *app, enum flow_paper paper)
{
	if (paper != PAPER_DONE && app->forms_worst != PAPER_FAILED)
		app->forms_worst = paper;
	if (--app->forms_pending > 0)
		return;
	app_number_pages_drop(app);
	secret_clear(app->number);
	app_event(app, &(struct flow_event){.kind = FLOW_FORM_PRINTED,
					    .argument = app->forms_worst == PAPER_NONE ? PAPER_DONE : app->forms_worst});
}

static enum flow_paper paper_of(enum print_state state)
{
	switch (state) {
	case PRINT_COMPLETED:
		return PAPER_DONE;
	case PRINT_ABORTED:
		return PAPER_FAILED;
	case PRINT_UNKNOWN:
		return PAPER_UNKNOWN;
	case PRINT_PENDING:
	case PRINT_PROCESSING:
		return PAPER_ASKED;
	}
	return PAPER_UNKNOWN;
}

static void form_state(void *data, enum print_state state, const char *reasons)
{
	struct app_request *request = data;

	if (paper_of(state) != PAPER_ASKED && app_request_end(request))
		form_ended(request->app, paper_of(state));
}

static void form_drawn(void *data, int r, int page_fd)
{
	struct app_request *request = data;
	struct app *app = request->app;
	char key[PRINT_KEY_LENGTH_MAX + 1];

	app->number_requests[request->draft] = NULL;
	if (request->visit != app->visit) {
		app_request_end(request);
		return;
	}
	if (r == 0 && app->print) {
		snprintf(key, sizeof key, "%s/%s/1", app->visit_id, draft_form(app->flow.visit.drafts[request->draft]));
		r = print_submit(app->print, "form", key, "application/pdf", page_fd, form_state, request);
		if (r == 0)
			return;
	}
	if (r < 0)
		log_fault(LOG_PRINT_FAILED, r);
	app_request_end(request);
	form_ended(app, PAPER_FAILED);
}

void app_print_forms(struct app *app)
{
	int n = app->flow.visit.n_drafts;

	app->forms_pending = n;
	app->forms_worst = PAPER_NONE;
	for (int i = 0; i < n; i++) {
		struct app_request *request = app_request_new(app);
		int r = holds_number(app, i) ? render_number(app, i, request) : render(app, i, RENDER_PDF, form_drawn, request);
		if (r == 0)
			continue;
		log_fault(LOG_PRINT_FAILED, r);
		if (request)
			app_request_end(request);
		form_ended(app, PAPER_FAILED);
	}
}

/* ---- the slip ------------------------------------------------------------------------------------------------------ */

struct bring {
	char lines[BRING_LINES_MAX][BRING_LINE_BYTES];
	const char *items[BRING_LINES_MAX];
	size_t n;
};

/* Paper has no readings above its lines. */
static void bring_add(struct bring *bring, const char *text)
{
	CLEANUP(freep) char *plain = ruby_strip(text);

	if (bring->n == BRING_LINES_MAX)
		return;
	snprintf(bring->lines[bring->n], BRING_LINE_BYTES, "%s", plain ? plain : text);
	bring->items[bring->n] = bring->lines[bring->n];
	bring->n++;
}

static void bring_fee(const struct app *app, struct bring *bring, const char *language, int64_t yen)
{
	const char *text = config_text(app->config, "ticket.fee", language);
	const char *at = strstr(text, "$1");
	char line[BRING_LINE_BYTES];

	if (!at)
		return;
	snprintf(line, sizeof line, "%.*s%lld%s", (int)(at - text), text, (long long)yen, at + 2);
	bring_add(bring, line);
}

static void bring_collect(const struct app *app, const char *language, struct bring *bring)
{
	const char *ids[FLOW_BRING_MAX];
	int n = flow_bring(&app->flow, ids);
	char id[128];

	if (app->flow.visit.n_drafts > 0)
		bring_add(bring, config_text(app->config,
					     flow_is_signed_by_hand(&app->flow) ? "ticket.form-to-sign" : "ticket.form", language));
	for (int i = 0; i < n; i++) {
		snprintf(id, sizeof id, "bring.%s", ids[i]);
		bring_add(bring, config_text(app->config, id, language));
	}
	if (flow_fee_yen(&app->flow) > 0)
		bring_fee(app, bring, language, flow_fee_yen(&app->flow));
}

/* One procedure needs no list. */
static void procedures_collect(const struct app *app, const char *language, struct bring *list)
{
	const struct config_procedure *procedure;

	for (int i = 0; app->flow.visit.n_procedures > 1 && (procedure = flow_procedure(&app->flow, i)) != NULL; i++)
		bring_add(list, text_in(&procedure->name, language));
}

static void slip_state(void *data, enum print_state state, const char *reasons)
{
	struct app_request *request = data;
	enum flow_paper paper = paper_of(state);

	if (paper != PAPER_ASKED && app_request_end(request))
		app_event(request->app, &(struct flow_event){.kind = FLOW_SLIP_PRINTED, .argument = paper});
}

static int submit_slip(struct app *app, struct app_request *request)
{
	CLEANUP(closep) int fd = memfd_create("slip", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	bool is_ja = strncmp(flow_language(&app->flow), "ja", 2) == 0; /* やさしい日本語 needs no second line */
	const char *language = is_ja ? "ja" : flow_language(&app->flow);
	struct bring ja = {0}, other = {0}, to_do = {0}, to_do_other = {0};
	char key[PRINT_KEY_LENGTH_MAX + 1];
	int r;

	if (fd < 0)
		return fault_raise(-ENOMEM);
	bring_collect(app, "ja", &ja);
	bring_collect(app, language, &other);
	procedures_collect(app, "ja", &to_do);
	procedures_collect(app, language, &to_do_other);
	struct slip slip = {.config = app->config, .office = app->office, .ticket = &app->flow.visit.ticket,
			    .language = language, .to_bring = ja.items, .n_to_bring = ja.n,
			    .to_bring_other = is_ja ? NULL : other.items,
			    .to_do = to_do.items, .n_to_do = to_do.n, .to_do_other = is_ja ? NULL : to_do_other.items};
	r = slip_render(&slip, SLIP_ESCPOS, fd);
	if (r < 0)
		return fault_pass(r);
	snprintf(key, sizeof key, "%s/slip/1", app->visit_id);
	return print_submit(app->print, "slip", key, "application/vnd.escpos", fd, slip_state, request);
}

void app_print_slip(struct app *app)
{
	struct app_request *request = app->print ? app_request_new(app) : NULL;
	int r = request ? submit_slip(app, request) : -ENOENT;

	if (r == 0)
		return;
	if (request) {
		log_fault(LOG_PRINT_FAILED, r);
		app_request_end(request);
	}
	app_event(app, &(struct flow_event){.kind = FLOW_SLIP_PRINTED, .argument = PAPER_FAILED});
}
