/* SPDX-License-Identifier: MIT
 * Strict on the way in: a member we do not know would be lost on the way out, and nothing a resident wrote is
 * dropped in silence. Rows are the "value" of their field: {"members": {"value": [{"name": {…}}, …]}}. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/model/draft_inner.h"
#include "shared/model/value_codec.h"
#include "shared/base/banned.h"

static json_t *rows_encode(const struct draft_entry *entry)
{
	json_t *rows = json_array();
	bool is_whole = rows != NULL;

	for (size_t i = 0; is_whole && i < entry->n_rows; i++) {
		json_t *row = json_object();

		is_whole = row && json_array_append_new(rows, row) == 0;
		for (size_t c = 0; is_whole && c < entry->rows[i].n_cells; c++)
			is_whole = json_object_set_new(row, entry->rows[i].cells[c].column,
						       value_encode(&entry->rows[i].cells[c].value)) == 0;
	}
	if (is_whole)
		return json_pack("{s:o}", "value", rows);
	json_decref(rows);
	return NULL;
}

json_t *draft_encode_values(const struct draft *draft)
{
	json_t *values = json_object();
	bool is_whole = values != NULL;

	for (size_t i = 0; is_whole && i < draft->n_entries; i++) {
		const struct draft_entry *entry = &draft->entries[i];

		is_whole = json_object_set_new(values, entry->field,
					       entry->rows ? rows_encode(entry) : value_encode(&entry->value)) == 0;
	}
	if (is_whole)
		return json_pack("{s:s, s:i, s:o}", "form", draft->form, "version", draft->version, "values", values);
	json_decref(values);
	return NULL;
}

json_t *draft_encode(const struct draft *draft)
{
	json_t *json = draft_encode_values(draft);

	if (!json || draft_card_encode(draft, json))
		return json;
	json_decref(json);
	return NULL;
}

bool draft_has_only(const json_t *object, const char *const *names, size_t n_names)
{
	const char *key;
	json_t *member;

	json_object_foreach((json_t *)(uintptr_t)object, key, member) {
		size_t i = 0;

		while (i < n_names && strcmp(names[i], key) != 0)
			i++;
		if (i == n_names)
			return false;
	}
	return true;
}

static const char *const value_names[] = {"value", "source", "proof", "disputed"};
#define N_VALUE_NAMES (sizeof(value_names) / sizeof(*value_names))

static int single_decode(const json_t *json, struct value *ret_value)
{
	struct value value = {0};
	int r;

	if (!json_is_object(json) || !draft_has_only(json, value_names, N_VALUE_NAMES) || !json_object_get(json, "source"))
		return fault_raise(-EBADMSG);
	r = value_decode(json, &value);
	if (r < 0)
		return fault_pass(r);
	if (!*value.text) {
		value_release(&value);
		return fault_raise(-EBADMSG);
	}
	*ret_value = value;
	return 0;
}

static int row_decode(json_t *json, const char *field, size_t at, struct draft *draft)
{
	struct draft_entry *entry;
	const char *column;
	json_t *cell;
	int r;

	if (!json_is_object(json))
		return fault_raise(-EBADMSG);
	r = draft_row_reach(draft, field, at, &entry);
	if (r < 0)
		return fault_pass(r);
	json_object_foreach(json, column, cell) {
		struct value value = {0};

		r = single_decode(cell, &value);
		if (r == 0)
			r = draft_row_set(draft, field, at, column, value.text, value.source, value.proof);
		if (r == 0 && value.is_disputed)
			r = draft_row_dispute(draft, field, at, column, true);
		value_release(&value);
		if (r < 0)
			return fault_pass(r);
	}
	return 0;
}

static int rows_decode(const json_t *rows, const char *field, struct draft *draft)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < json_array_size(rows); i++)
		r = row_decode(json_array_get(rows, i), field, i, draft);
	draft_rows_trim(draft, field);
	return r;
}

static int field_decode(const json_t *json, const char *field, struct draft *draft)
{
	const json_t *inner = json_is_object(json) ? json_object_get(json, "value") : json;
	struct value value = {0};
	int r;

	if (json_is_array(inner)) {
		if (json_is_object(json) && !draft_has_only(json, value_names, N_VALUE_NAMES))
			return fault_raise(-EBADMSG);
		return rows_decode(inner, field, draft);
	}
	r = single_decode(json, &value);
	if (r == 0)
		r = draft_set(draft, field, value.text, value.source, value.proof);
	if (r == 0 && value.is_disputed)
		r = draft_dispute(draft, field, true);
	value_release(&value);
	return r;
}

int draft_decode(const json_t *json, struct draft **ret_draft)
{
	static const char *const names[] = {"form", "version", "values", "card", "pictures"};
	CLEANUP(draft_freep) struct draft *draft = NULL;
	const json_t *form = json_object_get(json, "form");
	const json_t *version = json_object_get(json, "version");
	json_t *values = json_object_get(json, "values");
	const char *field;
	json_t *value;
	int r = 0;

	if (!json_is_string(form) || !json_string_length(form) || json_string_length(form) > DRAFT_ID_BYTES_MAX ||
	    strlen(json_string_value(form)) != json_string_length(form) || !json_is_integer(version) ||
	    json_integer_value(version) < 0 || json_integer_value(version) > 1000000 || !json_is_object(values) ||
	    !draft_has_only(json, names, 5))
		return fault_raise(-EBADMSG);
	draft = draft_new(json_string_value(form), (int)json_integer_value(version));
	if (!draft)
		return fault_raise(-ENOMEM);
	json_object_foreach(values, field, value) {
		r = field_decode(value, field, draft);
		if (r < 0)
			return r == -EINVAL ? fault_raise(-EBADMSG) : fault_pass(r);
	}
	r = draft_card_decode(json, draft);
	if (r < 0)
		return fault_pass(r);
	*ret_draft = TAKE(draft);
	return 0;
}
