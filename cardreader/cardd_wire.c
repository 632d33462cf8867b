/* SPDX-License-Identifier: MIT
 * The client trusts cardd no further than a hostile card could have turned it: every length and word is checked, and
 * strings that the caller gets as static ones are looked up, not taken over. */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/cardd_wire.h"
#include "cardreader/session/outcome.h"
#include "shared/base/fault.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

#define N_ITEMS(array) (sizeof(array) / sizeof(*(array)))

static const char *const purposes[N_SESSION_PURPOSES] = {
	[SESSION_LOOK] = "look", [SESSION_TRIES] = "tries", [SESSION_READ] = "read", [SESSION_NUMBER] = "number",
	[SESSION_PROVE] = "prove",
};
static const char *const auths[] = {
	[CARD_AUTH_NONE] = "none", [CARD_AUTH_PIN] = "pin", [CARD_AUTH_B] = "b", [CARD_AUTH_A] = "a",
	[CARD_AUTH_CARD_NUMBER] = "card-number", [CARD_AUTH_SIGN_PIN] = "sign-pin",
};
static const char *const picture_names[] = {"name", "address", "face", "front"};
static const char *const picture_media[] = {"image/png", "image/jp2", "image/tiff"};

/* ---- words and numbers ---- */

static int index_of(const char *const words[], size_t n_words, const json_t *word)
{
	for (size_t i = 0; json_is_string(word) && i < n_words; i++)
		if (strcmp(words[i], json_string_value(word)) == 0)
			return (int)i;
	return fault_raise(-EBADMSG);
}

/* Missing is "". */
static int take_text(const json_t *from, const char *key, char *to, size_t size)
{
	const json_t *text = json_object_get(from, key);

	to[0] = '\0';
	if (!text)
		return 0;
	if (!json_is_string(text) || json_string_length(text) >= size)
		return fault_raise(-EBADMSG);
	memcpy(to, json_string_value(text), json_string_length(text) + 1);
	return 0;
}

static int take_tries_left(const json_t *from, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(from, key));

	return json_is_integer(json_object_get(from, key)) && n >= 0 && n <= 0xff ? (int)n : -1;
}

/* ---- requests ---- */

const char *cardd_wire_purpose(enum session_purpose purpose)
{
	return purposes[purpose];
}

json_t *cardd_wire_ask(const struct cardd_ask *ask)
{
	const struct session_request *wish = &ask->wish;

	return json_pack("{s:s, s:I, s:I, s:s, s:s, s:i, s:b}", "request", purposes[wish->purpose], "id", (json_int_t)ask->id,
			 "insertion", (json_int_t)ask->insertion, "kind", card_kind_word(wish->kind), "auth",
			 auths[wish->auth], "want", (int)wish->want, "spend_last_try", wish->may_spend_last_try);
}

int cardd_wire_take_ask(const json_t *message, struct cardd_ask *ret_ask)
{
	int purpose = index_of(purposes, N_ITEMS(purposes), json_object_get(message, "request"));
	int auth = index_of(auths, N_ITEMS(auths), json_object_get(message, "auth"));
	const char *kind = json_string_value(json_object_get(message, "kind"));
	struct cardd_ask ask = {.id = json_integer_value(json_object_get(message, "id")),
				.insertion = json_integer_value(json_object_get(message, "insertion"))};

	if (purpose < 0 || auth < 0 || !kind || card_kind_parse(kind, &ask.wish.kind) < 0)
		return fault_raise(-EBADMSG);
	ask.wish.purpose = (enum session_purpose)purpose;
	ask.wish.auth = (enum card_auth)auth;
	ask.wish.want = (unsigned)json_integer_value(json_object_get(message, "want"));
	ask.wish.may_spend_last_try = json_is_true(json_object_get(message, "spend_last_try"));
	*ret_ask = ask;
	return 0;
}

/* ---- pictures: base64, since a message is one packet of JSON ---- */

static json_t *encode_picture(const struct session_picture *picture)
{
	size_t size = sodium_base64_ENCODED_LEN(picture->n_bytes, sodium_base64_VARIANT_ORIGINAL);
	char *text = malloc(size);
	json_t *json = NULL;

	if (text) {
		sodium_bin2base64(text, size, picture->bytes, picture->n_bytes, sodium_base64_VARIANT_ORIGINAL);
		json = json_pack("{s:s, s:s, s:s}", "what", picture->what, "media", picture->media, "data", text);
	}
	wipe_free(text);
	return json;
}

static json_t *encode_pictures(const struct session_result *result)
{
	json_t *pictures = json_array();

	for (size_t i = 0; i < result->n_pictures; i++)
		if (json_array_append_new(pictures, encode_picture(&result->pictures[i])) < 0) {
			json_decref(pictures);
			return NULL;
		}
	return pictures;
}

static int take_picture(const json_t *from, struct session_picture *ret_picture)
{
	int what = index_of(picture_names, N_ITEMS(picture_names), json_object_get(from, "what"));
	int media = index_of(picture_media, N_ITEMS(picture_media), json_object_get(from, "media"));
	const json_t *data = json_object_get(from, "data");
	size_t n_bytes = 0, n_text = json_string_length(data);
	uint8_t *bytes;

	if (what < 0 || media < 0 || !n_text || n_text > SESSION_PICTURE_BYTES_MAX * 4 / 3 + 4)
		return fault_raise(-EBADMSG);
	bytes = malloc(SESSION_PICTURE_BYTES_MAX);
	if (!bytes)
		return fault_raise(-ENOMEM);
	if (sodium_base642bin(bytes, SESSION_PICTURE_BYTES_MAX, json_string_value(data), n_text, NULL, &n_bytes, NULL,
			      sodium_base64_VARIANT_ORIGINAL) < 0) {
		wipe_free(bytes);
		return fault_raise(-EBADMSG);
	}
	*ret_picture = (struct session_picture){picture_names[what], picture_media[media], bytes, n_bytes};
	return 0;
}

static int take_pictures(const json_t *from, struct session_result *result)
{
	if (json_array_size(from) > CARD_PICTURES_MAX)
		return fault_raise(-EBADMSG);
	for (size_t i = 0; i < json_array_size(from); i++) {
		int r = take_picture(json_array_get(from, i), &result->pictures[i]);

		if (r < 0)
			return fault_pass(r);
		result->n_pictures++;
	}
	return 0;
}

/* ---- parts of a result ---- */

static json_t *encode_tries(const struct card_tries *tries)
{
	return json_pack("{s:i, s:i, s:i, s:i, s:i}", "pin", tries->pin, "a", tries->a, "b", tries->b, "jpki_auth",
			 tries->jpki_auth, "jpki_sign", tries->jpki_sign);
}

static struct card_tries take_tries(const json_t *from)
{
	return (struct card_tries){take_tries_left(from, "pin"), take_tries_left(from, "a"), take_tries_left(from, "b"),
				   take_tries_left(from, "jpki_auth"), take_tries_left(from, "jpki_sign")};
}

static json_t *encode_licence(const struct card_licence *licence)
{
	return json_pack("{s:s, s:s, s:[s, s, s, s], s:I}", "number", licence->number, "colour", licence->colour,
			 "conditions", licence->conditions[0], licence->conditions[1], licence->conditions[2],
			 licence->conditions[3], "categories", (json_int_t)licence->categories);
}

static int take_licence(const json_t *from, struct card_licence *ret_licence)
{
	const json_t *conditions = json_object_get(from, "conditions");
	int r = take_text(from, "number", ret_licence->number, sizeof(ret_licence->number));

	if (!r)
		r = take_text(from, "colour", ret_licence->colour, sizeof(ret_licence->colour));
	for (size_t i = 0; !r && i < N_ITEMS(ret_licence->conditions); i++) {
		const json_t *text = json_array_get(conditions, i);

		if (json_string_length(text) >= sizeof(ret_licence->conditions[i]))
			r = fault_raise(-EBADMSG);
		else if (json_is_string(text))
			memcpy(ret_licence->conditions[i], json_string_value(text), json_string_length(text) + 1);
	}
	ret_licence->categories = (unsigned)json_integer_value(json_object_get(from, "categories"));
	return r;
}

static json_t *encode_proof(const struct card_proof *proof)
{
	return json_pack("{s:b, s:s, s:s, s:s, s:b, s:b}", "challenge_answered", proof->is_challenge_answered, "chain",
			 value_proof_word(proof->chain), "not_before", proof->not_before, "not_after", proof->not_after,
			 "in_date", proof->is_in_date, "substitute_characters", proof->has_substitute_characters);
}

static int take_value_proof(const json_t *from, const char *key, enum value_proof *ret_proof)
{
	const char *word = json_string_value(json_object_get(from, key));

	return word && value_proof_parse(word, ret_proof) == 0 ? 0 : fault_raise(-EBADMSG);
}

static int take_proof(const json_t *from, struct card_proof *ret_proof)
{
	int r = take_value_proof(from, "chain", &ret_proof->chain);

	if (!r)
		r = take_text(from, "not_before", ret_proof->not_before, sizeof(ret_proof->not_before));
	if (!r)
		r = take_text(from, "not_after", ret_proof->not_after, sizeof(ret_proof->not_after));
	ret_proof->is_challenge_answered = json_is_true(json_object_get(from, "challenge_answered"));
	ret_proof->is_in_date = json_is_true(json_object_get(from, "in_date"));
	ret_proof->has_substitute_characters = json_is_true(json_object_get(from, "substitute_characters"));
	return r;
}

/* ---- results ---- */

json_t *cardd_wire_done(int64_t id, enum session_purpose purpose, const struct session_result *result, bool is_in_use)
{
	bool is_ok = result->outcome == CARD_OK;
	json_t *message = json_pack("{s:s, s:I, s:s, s:i, s:i, s:b, s:s, s:s, s:b, s:b, s:s, s:o}", "event", "done", "id",
				    (json_int_t)id, "outcome", card_outcome_word(result->outcome), "tries_left",
				    result->tries_left, "apdus", result->n_apdus, "in_use", is_in_use, "kind",
				    card_kind_word(result->kind), "expires", result->expires, "needs_secret",
				    result->needs_secret, "has_licence", result->has_licence, "genuine",
				    value_proof_word(result->genuine), "tries", encode_tries(&result->tries));
	int r = message ? 0 : -1;

	if (!r && is_ok)
		r = json_object_set_new(message, "person", person_encode(&result->person));
	if (!r && is_ok && result->n_pictures)
		r = json_object_set_new(message, "pictures", encode_pictures(result));
	if (!r && is_ok && purpose == SESSION_READ && result->has_licence)
		r = json_object_set_new(message, "licence", encode_licence(&result->licence));
	if (!r && purpose == SESSION_PROVE)
		r = json_object_set_new(message, "proof", encode_proof(&result->proof));
	if (!r)
		return message;
	json_decref(message);
	return NULL;
}

static int take_facts(const json_t *message, struct session_result *result)
{
	const char *outcome = json_string_value(json_object_get(message, "outcome"));
	const char *kind = json_string_value(json_object_get(message, "kind"));

	if (!outcome || card_outcome_parse(outcome, &result->outcome) < 0 || !kind ||
	    card_kind_parse(kind, &result->kind) < 0)
		return fault_raise(-EBADMSG);
	result->tries_left = take_tries_left(message, "tries_left");
	result->tries = take_tries(json_object_get(message, "tries"));
	result->needs_secret = json_is_true(json_object_get(message, "needs_secret"));
	result->has_licence = json_is_true(json_object_get(message, "has_licence"));
	result->n_apdus = (int)json_integer_value(json_object_get(message, "apdus"));
	if (take_text(message, "expires", result->expires, sizeof(result->expires)) < 0)
		return fault_raise(-EBADMSG);
	return take_value_proof(message, "genuine", &result->genuine);
}

int cardd_wire_take_done(const json_t *message, struct session_result *ret_result, bool *ret_in_use)
{
	struct session_result result = {0};
	int r = take_facts(message, &result);

	if (!r && json_object_get(message, "person"))
		r = person_decode(json_object_get(message, "person"), &result.person);
	if (!r)
		r = take_pictures(json_object_get(message, "pictures"), &result);
	if (!r && json_object_get(message, "licence"))
		r = take_licence(json_object_get(message, "licence"), &result.licence);
	if (!r && json_object_get(message, "proof"))
		r = take_proof(json_object_get(message, "proof"), &result.proof);
	if (r < 0) {
		cardd_wire_release(&result);
		return fault_pass(r);
	}
	*ret_in_use = json_is_true(json_object_get(message, "in_use"));
	*ret_result = result;
	explicit_bzero(&result, sizeof(result));
	return 0;
}

void cardd_wire_release(struct session_result *result)
{
	person_release(&result->person);
	for (size_t i = 0; i < result->n_pictures; i++)
		wipe_free(result->pictures[i].bytes);
	secret_free(result->number);
	explicit_bzero(result, sizeof(*result));
}
