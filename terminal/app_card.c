/* SPDX-License-Identifier: MIT
 * The card's side of the program: what is typed to open it is kept here in struct secrets, one for each part the screens ask
 * for, and goes to cardd ahead of one request. The individual number, where a procedure may take it, stays in one struct
 * secret until the visit ends. */
#include <errno.h>
#include <string.h>
#include "shared/base/fault.h"
#include "shared/config/number_permit.h"
#include "shared/log/log.h"
#include "terminal/app_parts.h"
#include "shared/base/banned.h"

#define SECRET_BYTES_MAX 16 /* 照合番号B has 14 */
#define NUMBER_DIGITS 12

int app_card_new(struct app *app)
{
	for (int i = 0; i < FLOW_SECRET_STEPS_MAX; i++) {
		app->secrets[i] = secret_new(FLOW_SECRET_LENGTH_MAX);
		if (!app->secrets[i])
			return fault_raise(-ENOMEM);
	}
	app->number = secret_new(NUMBER_DIGITS);
	return app->number ? 0 : fault_raise(-ENOMEM);
}

void app_card_free(struct app *app)
{
	for (int i = 0; i < FLOW_SECRET_STEPS_MAX; i++)
		app->secrets[i] = secret_free(app->secrets[i]);
	app->number = secret_free(app->number);
}

struct secret *app_number_copy(const struct app *app)
{
	struct secret *copy = secret_new(NUMBER_DIGITS);

	if (copy && secret_append(copy, secret_bytes(app->number), secret_length(app->number)) < 0)
		copy = secret_free(copy);
	return copy;
}

/* ---- typing ------------------------------------------------------------------------------------------------------ */

static bool takes(const struct flow *flow, int64_t character)
{
	if (flow_secret_takes_letter(flow))
		return character >= 'A' && character <= 'Z';
	return character >= '0' && character <= '9';
}

void app_secret_key(struct app *app, int64_t character)
{
	int step = flow_secret_step(&app->flow);
	unsigned char byte = (unsigned char)character;

	if (step < 0 || app->flow.overlay != OVERLAY_NONE || !takes(&app->flow, character) ||
	    secret_length(app->secrets[step]) >= (size_t)flow_secret_length(&app->flow) ||
	    secret_append(app->secrets[step], &byte, 1) < 0)
		return;
	explicit_bzero(&byte, 1);
	app_event(app, &(struct flow_event){.kind = FLOW_SECRET_COUNT,
					    .argument = (int64_t)secret_length(app->secrets[step])});
}

void app_secret_clear(struct app *app)
{
	for (int i = 0; i < FLOW_SECRET_STEPS_MAX; i++)
		secret_clear(app->secrets[i]);
}

void app_secret_clear_step(struct app *app)
{
	int step = flow_secret_step(&app->flow);

	if (step >= 0)
		secret_clear(app->secrets[step]);
}

void app_secret_drop(struct app *app)
{
	int step = flow_secret_step(&app->flow);

	if (step >= 0)
		secret_drop_last(app->secrets[step]);
}

/* The parts in the order of the screens, as the card wants them: one after the other. NULL: no memory. */
static struct secret *joined(struct app *app)
{
	struct secret *whole = secret_new(SECRET_BYTES_MAX);

	for (int i = 0; whole && i < FLOW_SECRET_STEPS_MAX; i++)
		if (secret_length(app->secrets[i]) > 0 &&
		    secret_append(whole, secret_bytes(app->secrets[i]), secret_length(app->secrets[i])) < 0)
			whole = secret_free(whole);
	app_secret_clear(app);
	return whole;
}

/* ---- looking ------------------------------------------------------------------------------------------------------ */

static void look_told(struct app *app, const struct card_look *look, int64_t insertion)
{
	app_event(app, &(struct flow_event){.kind = FLOW_CARD_LOOK, .look = look, .argument = insertion});
}

/* Another card came while cardd was busy with this one. */
static void look_again(struct app *app)
{
	bool is_due = app->is_look_due;

	app->is_look_due = false;
	if (is_due)
		app_card_look(app);
}

static void look_done(void *data, const struct card_look *look)
{
	struct app_request *request = data;
	struct app *app = request->app;
	bool is_wanted = app_request_end(request);

	if (is_wanted && !app->is_look_due)
		look_told(app, look, request->insertion);
	look_again(app);
}

void app_card_look(struct app *app)
{
	static const struct card_look away = {.outcome = CARD_SERVICE_UNAVAILABLE};
	int64_t insertion = app->flow.visit.insertion;
	struct app_request *request = app->card ? app_request_new(app) : NULL;
	int r = request ? card_look(app->card, look_done, request) : -ENOENT;

	if (r == 0) {
		request->insertion = insertion;
		return;
	}
	if (request)
		app_request_end(request);
	if (r == -EBUSY)
		app->is_look_due = true;
	else
		look_told(app, &away, insertion);
}

/* ---- reading ------------------------------------------------------------------------------------------------------ */

static void tell_reading(struct app_request *request, const struct card_reading *reading, bool has_number)
{
	struct app *app = request->app;
	struct flow_event event = {.kind = FLOW_CARD_READ, .reading = reading, .has_number = has_number};

	if (reading->outcome == CARD_OK)
		log_emit(LOG_CARD_READ_DONE);
	else
		log_emit(LOG_CARD_READ_REFUSED, LOG_WORD("OUTCOME", card_outcome_word(reading->outcome)));
	if (app_request_end(request))
		app_event(app, &event);
	else
		secret_clear(app->number); /* nobody's any more */
	look_again(app);
}

static void read_done(void *data, const struct card_reading *reading)
{
	tell_reading(data, reading, false);
}

static void number_done(void *data, const struct card_reading *reading, const struct secret *number)
{
	struct app_request *request = data;
	struct app *app = request->app;

	secret_clear(app->number);
	bool has_number = number && secret_is_digits(number, NUMBER_DIGITS) &&
			  secret_append(app->number, secret_bytes(number), NUMBER_DIGITS) == 0;
	tell_reading(request, reading, has_number);
}

static unsigned wants(const struct app *app)
{
	static const struct {
		const char *word;
		unsigned want;
	} pictures[] = {{"name", CARD_WANT_NAME_PICTURES}, {"address", CARD_WANT_NAME_PICTURES},
			{"face", CARD_WANT_FACE}, {"front", CARD_WANT_FRONT}};
	unsigned want = app->options->trust ? CARD_WANT_PROOF : 0;

	for (size_t i = 0; i < app->config->terminal.n_card_pictures; i++)
		for (size_t j = 0; j < sizeof(pictures) / sizeof(*pictures); j++)
			if (strcmp(app->config->terminal.card_pictures[i], pictures[j].word) == 0)
				want |= pictures[j].want;
	return want;
}

static int ask_reading(struct app *app, struct app_request *request, struct secret *secret)
{
	const struct visit *visit = &app->flow.visit;
	const struct config_procedure *procedure = flow_number_procedure(&app->flow);
	struct card_read_request what = {.secret = secret, .auth = visit->auth, .kind = visit->kind, .want = wants(app),
					 .insertion = visit->insertion, .may_spend_last_try = visit->may_spend_last_try};

	if (flow_number(&app->flow) == NUMBER_WILL_BE_READ)
		return card_read_number(app->card, config_number_permit(app->config, procedure->id), &what, number_done, request);
	return card_read(app->card, &what, read_done, request);
}

void app_card_read(struct app *app)
{
	static const struct card_reading away = {.outcome = CARD_SERVICE_UNAVAILABLE, .tries_left = -1};
	CLEANUP(secret_freep) struct secret *secret = joined(app);
	struct app_request *request = app->card && secret ? app_request_new(app) : NULL;

	if (request && ask_reading(app, request, secret) == 0)
		return;
	if (request)
		app_request_end(request);
	app_event(app, &(struct flow_event){.kind = FLOW_CARD_READ, .reading = &away});
}
