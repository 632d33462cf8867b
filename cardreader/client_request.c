/* SPDX-License-Identifier: MIT
 * Requests to cardd and their answers. What is known here already is not asked: no reader, no card, another card than
 * the one meant, a secret that cannot be right. For the individual number the permit comes before everything else,
 * since without it not even the card's presence is anybody's business. */
#include <errno.h>
#include <string.h>

#include "cardreader/cardd_wire.h"
#include "cardreader/client_parts.h"
#include "shared/base/clock.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

static const struct card_tries no_tries = {-1, -1, -1, -1, -1};

/* ---- answers: each ends with the caller's function, which may free the client ---- */

static void tell_reading(const struct card_client_request *request, const struct session_result *result,
			 const struct card_picture *pictures, size_t n_pictures)
{
	struct card_reading reading = {.outcome = result->outcome, .tries_left = result->tries_left, .kind = result->kind,
				       .person = result->person, .genuine = result->genuine,
				       .has_licence = result->has_licence, .licence = result->licence};

	memcpy(reading.expires, result->expires, sizeof(reading.expires));
	for (size_t i = 0; i < n_pictures; i++)
		reading.pictures[reading.n_pictures++] = pictures[i];
	if (request->purpose == SESSION_READ)
		request->fn.read(request->data, &reading);
	else
		request->fn.number(request->data, &reading, result->outcome == CARD_OK ? result->number : NULL);
	explicit_bzero(&reading, sizeof(reading)); /* the person's texts belong to the result */
}

static void tell_proof(const struct card_client_request *request, const struct session_result *result)
{
	struct card_proof proof = result->proof;

	proof.outcome = result->outcome;
	proof.tries_left = result->tries_left;
	proof.person = result->person;
	request->fn.prove(request->data, &proof);
	explicit_bzero(&proof, sizeof(proof));
}

static void tell_look(const struct card_client_request *request, const struct session_result *result)
{
	struct card_look look = {.outcome = result->outcome, .kind = result->kind, .needs_secret = result->needs_secret,
				 .has_licence = result->has_licence, .tries = result->tries};

	memcpy(look.expires, result->expires, sizeof(look.expires));
	request->fn.look(request->data, &look);
}

static void finish(struct card_client *client, const struct session_result *result, const struct card_picture *pictures,
		   size_t n_pictures)
{
	struct card_client_request request = client->request;

	client->request.is_waiting = false;
	switch (request.purpose) {
	case SESSION_LOOK:
		tell_look(&request, result);
		break;
	case SESSION_TRIES:
		request.fn.tries(request.data, result->outcome, &result->tries);
		break;
	case SESSION_READ:
	case SESSION_NUMBER:
		tell_reading(&request, result, pictures, n_pictures);
		break;
	case SESSION_PROVE:
		tell_proof(&request, result);
		break;
	case N_SESSION_PURPOSES:
		break;
	}
}

/* ---- answers without cardd ---- */

static int on_early(sd_event_source *source, void *data)
{
	struct card_client *client = data;

	client->request.early = sd_event_source_disable_unref(client->request.early);
	finish(client, &(struct session_result){.outcome = client->request.early_outcome, .tries_left = -1,
						.tries = no_tries, .needs_secret = true}, NULL, 0);
	return 0;
}

/* From the loop, never from inside the caller's own call. */
int client_answer_early(struct card_client *client, enum card_outcome outcome)
{
	int r = sd_event_add_defer(client->loop, &client->request.early, on_early, client);

	if (r < 0) {
		client->request.is_waiting = false;
		return fault_raise(r);
	}
	client->request.early_outcome = outcome;
	return 0;
}

/* ---- pictures: the answer waits for them, but never beyond the request's bound ---- */

static struct session_result *result_free(struct session_result *result)
{
	if (result)
		cardd_wire_release(result);
	free(result);
	return NULL;
}
DEFINE_CLEANUP(struct session_result *, result_free)

static void on_pictures(void *data, const struct card_picture *pictures, size_t n_pictures)
{
	struct card_client *client = data;
	CLEANUP(result_freep) struct session_result *result = TAKE(client->request.result);
	struct card_decoding *decoding = TAKE(client->request.decoding); /* owns @pictures: ends after them */

	client->request.decoding_bound = sd_event_source_disable_unref(client->request.decoding_bound);
	finish(client, result, pictures, n_pictures);
	card_decoding_free(decoding);
}

static int on_pictures_overdue(sd_event_source *source, uint64_t now_us, void *data)
{
	on_pictures(data, NULL, 0);
	return 0;
}

static int decode_pictures(struct card_client *client, struct session_result *result)
{
	struct card_client_request *request = &client->request;
	int r = sd_event_add_time(client->loop, &request->decoding_bound, CLOCK_MONOTONIC, (uint64_t)request->deadline_ms * 1000,
				  1000, on_pictures_overdue, client);

	if (r >= 0)
		r = card_pictures_decode(client->loop, result->pictures, result->n_pictures, client->picture_path,
					 on_pictures, client, &request->decoding);
	if (r < 0)
		request->decoding_bound = sd_event_source_disable_unref(request->decoding_bound);
	return r < 0 ? r : 0;
}

bool client_is_unanswered(const struct card_client *client)
{
	return client->request.is_waiting && !client->request.early && !client->request.result;
}

void client_forget_request(struct card_client *client)
{
	struct card_client_request *request = &client->request;

	request->early = sd_event_source_disable_unref(request->early);
	request->decoding_bound = sd_event_source_disable_unref(request->decoding_bound);
	request->decoding = card_decoding_free(request->decoding);
	request->result = result_free(request->result);
}

/* ---- cardd's answer ---- */

void client_take_done(struct card_client *client, const json_t *message)
{
	CLEANUP(secret_freep) struct secret *number = link_take_secret(client->link);
	CLEANUP(result_freep) struct session_result *result = NULL;

	if (!client_is_unanswered(client) || json_integer_value(json_object_get(message, "id")) != client->request.id)
		return;
	result = calloc(1, sizeof(*result));
	if (!result || cardd_wire_take_done(message, result, &client->is_in_use) < 0) {
		client_lose(client);
		return;
	}
	client_clear_watchdog(client);
	client_write_record(client, "");
	if (client->request.purpose == SESSION_NUMBER && number && secret_is_digits(number, 12))
		result->number = TAKE(number);
	if (client->request.purpose == SESSION_NUMBER && result->outcome == CARD_OK && !result->number)
		result->outcome = CARD_MALFORMED;
	if (result->n_pictures && decode_pictures(client, result) == 0)
		client->request.result = TAKE(result);
	else
		finish(client, result, NULL, 0);
}

/* ---- requests ---- */

/* What is known here already need not be asked; cardd checks again, since it may know more. */
static enum card_outcome outcome_beforehand(const struct card_client *client, int64_t insertion)
{
	if (!client->link || client->presence == CARD_PRESENCE_NO_SERVICE)
		return CARD_SERVICE_UNAVAILABLE;
	if (insertion && insertion != client->insertion)
		return CARD_REMOVED;
	if (client->presence == CARD_PRESENCE_NO_READER)
		return insertion ? CARD_REMOVED : CARD_NO_READER;
	if (client->presence == CARD_PRESENCE_ABSENT)
		return insertion ? CARD_REMOVED : CARD_NO_CARD;
	return CARD_OK;
}

static int begin(struct card_client *client, enum session_purpose purpose, void *data)
{
	if (client->request.is_waiting)
		return fault_raise(-EBUSY);
	client->request = (struct card_client_request){
		.is_waiting = true, .purpose = purpose, .id = client->request.id + 1, .data = data,
		.deadline_ms = clock_mono_ms() + client->request_timeout_ms};
	client->is_in_use = false;
	return 0;
}

static int send_ask(struct card_client *client, const struct session_request *wish)
{
	const struct cardd_ask ask = {client->request.id, client->cardd_insertion, *wish};
	json_t *message = cardd_wire_ask(&ask);
	int r = message ? 0 : fault_raise(-ENOMEM);

	if (!r && wish->secret && secret_length(wish->secret))
		r = link_send_secret(client->link, wish->secret);
	if (!r)
		r = link_send(client->link, message, -1);
	json_decref(message);
	if (!r)
		r = client_set_watchdog(client, client->request_timeout_ms);
	return r < 0 ? fault_pass(r) : 0;
}

/* Sends, unless the answer is known: then that one comes from the loop, like any other. */
static int ask(struct card_client *client, enum card_outcome outcome, const struct session_request *wish)
{
	if (outcome == CARD_OK && send_ask(client, wish) < 0)
		outcome = CARD_SERVICE_UNAVAILABLE;
	return outcome == CARD_OK ? 0 : client_answer_early(client, outcome);
}

/* The three requests with a secret. @outcome: what the caller knows already. */
static int ask_with_secret(struct card_client *client, const struct card_read_request *request, enum card_outcome outcome)
{
	const struct session_request wish = {.purpose = client->request.purpose, .kind = request->kind, .auth = request->auth,
					     .want = request->want, .may_spend_last_try = request->may_spend_last_try,
					     .secret = request->secret};

	if (outcome == CARD_OK && !card_secret_is_wellformed(request->auth, request->secret))
		outcome = CARD_PIN_MALFORMED;
	if (outcome == CARD_OK)
		outcome = outcome_beforehand(client, request->insertion);
	return ask(client, outcome, &wish);
}

static int end_with_secret(const struct card_read_request *request, int r)
{
	if (request->secret)
		secret_clear(request->secret);
	return r < 0 ? fault_pass(r) : 0;
}

int card_look(struct card_client *client, card_look_fn *fn, void *data)
{
	int r = begin(client, SESSION_LOOK, data);

	if (r < 0)
		return fault_pass(r);
	client->request.fn.look = fn;
	return ask(client, outcome_beforehand(client, 0), &(struct session_request){.purpose = SESSION_LOOK});
}

int card_tries(struct card_client *client, card_tries_fn *fn, void *data)
{
	int r = begin(client, SESSION_TRIES, data);

	if (r < 0)
		return fault_pass(r);
	client->request.fn.tries = fn;
	return ask(client, outcome_beforehand(client, 0), &(struct session_request){.purpose = SESSION_TRIES});
}

int card_read(struct card_client *client, const struct card_read_request *request, card_read_fn *fn, void *data)
{
	int r = begin(client, SESSION_READ, data);

	if (!r) {
		client->request.fn.read = fn;
		r = ask_with_secret(client, request, CARD_OK);
	}
	return end_with_secret(request, r);
}

int card_read_number(struct card_client *client, const struct number_permit *permit,
		     const struct card_read_request *request, card_number_fn *fn, void *data)
{
	bool is_permitted = number_permit_is_valid(permit);
	int r = begin(client, SESSION_NUMBER, data);

	if (!r) {
		client->request.fn.number = fn;
		r = ask_with_secret(client, request, is_permitted ? CARD_OK : CARD_NOT_PERMITTED);
	}
	return end_with_secret(request, r);
}

int card_prove(struct card_client *client, const struct card_read_request *request, card_prove_fn *fn, void *data)
{
	int r = begin(client, SESSION_PROVE, data);

	if (!r) {
		client->request.fn.prove = fn;
		r = ask_with_secret(client, request, CARD_OK);
	}
	return end_with_secret(request, r);
}
