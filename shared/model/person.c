/* SPDX-License-Identifier: MIT
 * Every value is its own heap block, wiped when it goes: a person is small and lives for minutes. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/base/utf8.h"
#include "shared/model/person.h"
#include "shared/model/value_codec.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

#define N_ITEMS(a) (sizeof(a) / sizeof(*(a)))

static const char *const source_words[] = {[VALUE_CARD] = "card", [VALUE_SCAN] = "scan", [VALUE_TYPED] = "typed",
					   [VALUE_DEFAULT] = "default", [VALUE_STAFF] = "staff"};
static const char *const proof_words[] = {[PROOF_NOT_CHECKED] = "not-checked", [PROOF_VERIFIED] = "verified",
					  [PROOF_FAILED] = "failed"};

int value_set(struct value *value, const char *text, enum value_source source, enum value_proof proof)
{
	size_t n_bytes = strlen(text);
	char *copy;

	if (n_bytes > VALUE_BYTES_MAX)
		return fault_raise(-ENOSPC);
	if (!utf8_is_clean_text(text, n_bytes))
		return fault_raise(-EINVAL);
	copy = malloc(n_bytes + 1);
	if (!copy)
		return fault_raise(-ENOMEM);
	memcpy(copy, text, n_bytes + 1);
	wipe_free(value->text);
	*value = (struct value){copy, source, proof, false};
	return 0;
}

void value_release(struct value *value)
{
	wipe_free(value->text);
	*value = (struct value){0};
}

const char *value_source_word(enum value_source source)
{
	return (size_t)source < N_ITEMS(source_words) ? source_words[source] : "typed";
}

const char *value_proof_word(enum value_proof proof)
{
	return (size_t)proof < N_ITEMS(proof_words) ? proof_words[proof] : "not-checked";
}

static int word_index(const char *const *words, size_t n_words, const char *word)
{
	for (size_t i = 0; word && i < n_words; i++)
		if (strcmp(words[i], word) == 0)
			return (int)i;
	return fault_raise(-EINVAL);
}

int value_source_parse(const char *word, enum value_source *ret_source)
{
	int r = word_index(source_words, N_ITEMS(source_words), word);

	if (r < 0)
		return fault_pass(r);
	*ret_source = (enum value_source)r;
	return 0;
}

int value_proof_parse(const char *word, enum value_proof *ret_proof)
{
	int r = word_index(proof_words, N_ITEMS(proof_words), word);

	if (r < 0)
		return fault_pass(r);
	*ret_proof = (enum value_proof)r;
	return 0;
}

json_t *value_encode(const struct value *value)
{
	json_t *json = json_pack("{s:s, s:s, s:s}", "value", value->text, "source", value_source_word(value->source),
				 "proof", value_proof_word(value->proof));

	if (!json || !value->is_disputed || json_object_set_new(json, "disputed", json_true()) == 0)
		return json;
	json_decref(json);
	return NULL;
}

int value_decode(const json_t *json, struct value *value)
{
	enum value_source source = VALUE_TYPED;
	enum value_proof proof = PROOF_NOT_CHECKED;
	const json_t *text = json_is_object(json) ? json_object_get(json, "value") : json;
	const json_t *source_word = json_object_get(json, "source");
	const json_t *proof_word = json_object_get(json, "proof");
	const json_t *disputed = json_object_get(json, "disputed");
	int r;

	if (!json_is_string(text) || json_string_length(text) != strlen(json_string_value(text)))
		return fault_raise(-EBADMSG);
	if (source_word && value_source_parse(json_string_value(source_word), &source) < 0)
		return fault_raise(-EBADMSG);
	if (proof_word && value_proof_parse(json_string_value(proof_word), &proof) < 0)
		return fault_raise(-EBADMSG);
	if (disputed && !json_is_boolean(disputed))
		return fault_raise(-EBADMSG);
	r = value_set(value, json_string_value(text), source, proof);
	if (r == 0)
		value->is_disputed = json_is_true(disputed);
	return r == -EINVAL ? fault_raise(-EBADMSG) : r;
}

void person_release(struct person *person)
{
#define X(v) value_release(&person->v);
	PERSON_VALUES(X)
#undef X
}

static int value_copy(const struct value *from, struct value *to)
{
	int r = from->text ? value_set(to, from->text, from->source, from->proof) : 0;

	if (r == 0)
		to->is_disputed = from->is_disputed;
	return r;
}

int person_copy(const struct person *from, struct person *ret_person)
{
	struct person copy = {0};
	int r = 0;

#define X(v)                                                                                                 \
	if (r == 0)                                                                                          \
		r = value_copy(&from->v, &copy.v);
	PERSON_VALUES(X)
#undef X
	if (r < 0) {
		person_release(&copy);
		return fault_pass(r);
	}
	*ret_person = copy;
	return 0;
}

const struct value *person_find(const struct person *person, const char *from)
{
#define X(v)                                                                                                 \
	if (strcmp(from, "person." #v) == 0)                                                                 \
		return &person->v;
	PERSON_VALUES(X)
#undef X
	return NULL;
}

json_t *person_encode(const struct person *person)
{
	json_t *json = json_object();
	bool is_whole = json != NULL;

#define X(v)                                                                                                 \
	if (person->v.text)                                                                                  \
		is_whole = is_whole && json_object_set_new(json, #v, value_encode(&person->v)) == 0;
	PERSON_VALUES(X)
#undef X
	if (is_whole)
		return json;
	json_decref(json);
	return NULL;
}

/* null and "" both say: unknown */
static int member_decode(const json_t *json, const char *name, struct value *value)
{
	const json_t *member = json_object_get(json, name);
	int r;

	if (!member || json_is_null(member))
		return 0;
	r = value_decode(member, value);
	if (r == 0 && !*value->text)
		value_release(value);
	return r;
}

int person_decode(const json_t *json, struct person *ret_person)
{
	struct person person = {0};
	int r = json_is_object(json) ? 0 : fault_raise(-EBADMSG);

#define X(v)                                                                                                 \
	if (r == 0)                                                                                          \
		r = member_decode(json, #v, &person.v);
	PERSON_VALUES(X)
#undef X
	if (r < 0) {
		person_release(&person);
		return r == -ENOMEM ? fault_pass(r) : fault_raise(-EBADMSG);
	}
	*ret_person = person;
	return 0;
}
