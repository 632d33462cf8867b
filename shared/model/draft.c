/* SPDX-License-Identifier: MIT
 * A draft is a short list: at most DRAFT_FIELDS_MAX fields, so that looking one up by comparing is fast enough
 * and the order of entry is kept for readers. Arrays move when they grow, texts never do. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/base/utf8.h"
#include "shared/model/draft_inner.h"
#include "shared/base/banned.h"

struct draft *draft_new(const char *form, int version)
{
	CLEANUP(draft_freep) struct draft *draft = calloc(1, sizeof(*draft));

	if (!draft)
		return NULL;
	draft->version = version;
	draft->form = strdup(form);
	return draft->form ? TAKE(draft) : NULL;
}

static void row_release(struct draft_row *row)
{
	for (size_t i = 0; i < row->n_cells; i++) {
		free(row->cells[i].column);
		value_release(&row->cells[i].value);
	}
	free(row->cells);
}

static void entry_release(struct draft_entry *entry)
{
	free(entry->field);
	value_release(&entry->value);
	for (size_t i = 0; i < entry->n_rows; i++)
		row_release(&entry->rows[i]);
	free(entry->rows);
}

struct draft *draft_free(struct draft *draft)
{
	if (!draft)
		return NULL;
	for (size_t i = 0; i < draft->n_entries; i++)
		entry_release(&draft->entries[i]);
	draft_card_release(draft);
	free(draft->entries);
	free(draft->form);
	free(draft);
	return NULL;
}

const char *draft_form(const struct draft *draft)
{
	return draft->form;
}

int draft_version(const struct draft *draft)
{
	return draft->version;
}

static struct draft_entry *entry_find(const struct draft *draft, const char *field)
{
	for (size_t i = 0; i < draft->n_entries; i++)
		if (strcmp(draft->entries[i].field, field) == 0)
			return &draft->entries[i];
	return NULL;
}

static void entry_remove(struct draft *draft, struct draft_entry *entry)
{
	size_t at = (size_t)(entry - draft->entries);

	entry_release(entry);
	memmove(entry, entry + 1, (draft->n_entries - at - 1) * sizeof(*entry));
	draft->n_entries--;
}

static bool is_id(const char *id)
{
	size_t n_bytes = strlen(id);

	return n_bytes && n_bytes <= DRAFT_ID_BYTES_MAX && utf8_is_clean_text(id, n_bytes);
}

/* One more item at the end of an array of structs, zeroed; NULL without memory. Capacity is the next power of two. */
static void *array_grow(void *items, size_t n_items, size_t item_size)
{
	void *grown = items;

	if ((n_items & (n_items - 1)) == 0)
		grown = reallocarray(items, n_items ? 2 * n_items : 1, item_size);
	if (grown)
		memset((char *)grown + n_items * item_size, 0, item_size);
	return grown;
}

static int entry_add(struct draft *draft, const char *field, struct draft_entry **ret_entry)
{
	struct draft_entry *entries;

	if (!is_id(field))
		return fault_raise(-EINVAL);
	if (draft->n_entries == DRAFT_FIELDS_MAX)
		return fault_raise(-ENOSPC);
	entries = array_grow(draft->entries, draft->n_entries, sizeof(*entries));
	if (!entries)
		return fault_raise(-ENOMEM);
	draft->entries = entries;
	entries[draft->n_entries].field = strdup(field);
	if (!entries[draft->n_entries].field)
		return fault_raise(-ENOMEM);
	*ret_entry = &entries[draft->n_entries++];
	return 0;
}

/* The individual number never enters a draft: its field takes the word that the card gave it, and nothing else. */
static bool is_number_kept_out(const char *field, const char *text)
{
	return strcmp(field, FORM_NUMBER_FIELD) != 0 || strcmp(text, FORM_NUMBER_FROM_CARD) == 0;
}

int draft_set(struct draft *draft, const char *field, const char *text, enum value_source source, enum value_proof proof)
{
	struct draft_entry *entry = entry_find(draft, field);
	bool is_new = !entry;
	int r;

	if (!text || !*text) {
		if (entry)
			entry_remove(draft, entry);
		return 0;
	}
	if ((entry && entry->rows) || !is_number_kept_out(field, text))
		return fault_raise(-EINVAL);
	if (is_new) {
		r = entry_add(draft, field, &entry);
		if (r < 0)
			return fault_pass(r);
	}
	r = value_set(&entry->value, text, source, proof);
	if (r < 0 && is_new)
		entry_remove(draft, entry);
	return r;
}

const struct value *draft_find(const struct draft *draft, const char *field)
{
	const struct draft_entry *entry = entry_find(draft, field);

	return entry && entry->value.text ? &entry->value : NULL;
}

int draft_dispute(struct draft *draft, const char *field, bool is_disputed)
{
	struct draft_entry *entry = entry_find(draft, field);

	if (!entry || !entry->value.text)
		return fault_raise(-ENOENT);
	entry->value.is_disputed = is_disputed;
	return 0;
}

size_t draft_n_rows(const struct draft *draft, const char *field)
{
	const struct draft_entry *entry = entry_find(draft, field);

	return entry ? entry->n_rows : 0;
}

static struct draft_cell *cell_find(const struct draft_row *row, const char *column)
{
	for (size_t i = 0; i < row->n_cells; i++)
		if (strcmp(row->cells[i].column, column) == 0)
			return &row->cells[i];
	return NULL;
}

static void cell_remove(struct draft_row *row, struct draft_cell *cell)
{
	size_t at = (size_t)(cell - row->cells);

	free(cell->column);
	value_release(&cell->value);
	memmove(cell, cell + 1, (row->n_cells - at - 1) * sizeof(*cell));
	row->n_cells--;
}

static int cell_add(struct draft_row *row, const char *column, struct draft_cell **ret_cell)
{
	struct draft_cell *cells;

	if (!is_id(column))
		return fault_raise(-EINVAL);
	if (row->n_cells == DRAFT_FIELDS_MAX)
		return fault_raise(-ENOSPC);
	cells = array_grow(row->cells, row->n_cells, sizeof(*cells));
	if (!cells)
		return fault_raise(-ENOMEM);
	row->cells = cells;
	cells[row->n_cells].column = strdup(column);
	if (!cells[row->n_cells].column)
		return fault_raise(-ENOMEM);
	*ret_cell = &cells[row->n_cells++];
	return 0;
}

static int cell_set(struct draft_row *row, const char *column, const char *text, enum value_source source,
		    enum value_proof proof)
{
	struct draft_cell *cell = cell_find(row, column);
	bool is_new = !cell;
	int r;

	if (is_new) {
		r = cell_add(row, column, &cell);
		if (r < 0)
			return fault_pass(r);
	}
	r = value_set(&cell->value, text, source, proof);
	if (r < 0 && is_new)
		cell_remove(row, cell);
	return r;
}

int draft_row_reach(struct draft *draft, const char *field, size_t at, struct draft_entry **ret_entry)
{
	struct draft_entry *entry = entry_find(draft, field);
	struct draft_row *rows;
	int r;

	if (at >= DRAFT_ROWS_MAX)
		return fault_raise(-ENOSPC);
	if (at > (entry ? entry->n_rows : 0) || (entry && entry->value.text))
		return fault_raise(-EINVAL);
	if (!entry) {
		r = entry_add(draft, field, &entry);
		if (r < 0)
			return fault_pass(r);
	}
	if (at == entry->n_rows) {
		rows = array_grow(entry->rows, at, sizeof(*rows));
		if (!rows)
			return fault_raise(-ENOMEM);
		entry->rows = rows;
		entry->n_rows++;
	}
	*ret_entry = entry;
	return 0;
}

void draft_rows_trim(struct draft *draft, const char *field)
{
	struct draft_entry *entry = entry_find(draft, field);

	if (!entry || entry->value.text)
		return;
	while (entry->n_rows && !entry->rows[entry->n_rows - 1].n_cells)
		row_release(&entry->rows[--entry->n_rows]);
	if (!entry->n_rows)
		entry_remove(draft, entry);
}

int draft_row_set(struct draft *draft, const char *field, size_t row, const char *column, const char *text,
		  enum value_source source, enum value_proof proof)
{
	struct draft_entry *entry = entry_find(draft, field);
	struct draft_cell *cell;
	int r;

	if (!text || !*text) {
		cell = entry && row < entry->n_rows ? cell_find(&entry->rows[row], column) : NULL;
		if (cell)
			cell_remove(&entry->rows[row], cell);
		draft_rows_trim(draft, field);
		return 0;
	}
	if (strcmp(column, FORM_NUMBER_FIELD) == 0 || strcmp(field, FORM_NUMBER_FIELD) == 0)
		return fault_raise(-EINVAL); /* other people's numbers are written by hand */
	r = draft_row_reach(draft, field, row, &entry);
	if (r == 0)
		r = cell_set(&entry->rows[row], column, text, source, proof);
	if (r < 0)
		draft_rows_trim(draft, field);
	return r;
}

const struct value *draft_row_find(const struct draft *draft, const char *field, size_t row, const char *column)
{
	const struct draft_entry *entry = entry_find(draft, field);
	const struct draft_cell *cell = entry && row < entry->n_rows ? cell_find(&entry->rows[row], column) : NULL;

	return cell ? &cell->value : NULL;
}

int draft_row_dispute(struct draft *draft, const char *field, size_t row, const char *column, bool is_disputed)
{
	const struct draft_entry *entry = entry_find(draft, field);
	struct draft_cell *cell = entry && row < entry->n_rows ? cell_find(&entry->rows[row], column) : NULL;

	if (!cell)
		return fault_raise(-ENOENT);
	cell->value.is_disputed = is_disputed;
	return 0;
}

void draft_row_remove(struct draft *draft, const char *field, size_t row)
{
	struct draft_entry *entry = entry_find(draft, field);

	if (!entry || row >= entry->n_rows)
		return;
	row_release(&entry->rows[row]);
	memmove(entry->rows + row, entry->rows + row + 1, (entry->n_rows - row - 1) * sizeof(*entry->rows));
	entry->n_rows--;
	draft_rows_trim(draft, field);
}

/* An unknown sex is no answer: the box stays open. */
static const struct value *taken_from(const struct form_field *field, const struct person *person)
{
	const struct value *value = person ? person_find(person, field->from) : NULL;

	if (!value || !value->text || (field->type == FIELD_SEX && strcmp(value->text, "unknown") == 0))
		return NULL;
	return value;
}

int draft_fill(struct draft *draft, const struct form *form, const struct person *person, const char *date_iso)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < form->n_fields; i++) {
		const struct form_field *field = &form->fields[i];
		const char *from = field->from ? field->from : "";
		const struct value *value;

		if (draft_find(draft, field->id) || field->type == FIELD_ROWS)
			continue;
		value = *from ? taken_from(field, person) : NULL;
		if (value) {
			r = draft_set(draft, field->id, value->text, value->source, value->proof);
			if (r == 0 && value->is_disputed)
				r = draft_dispute(draft, field->id, true);
		} else if (strcmp(from, "visit.date") == 0)
			r = draft_set(draft, field->id, date_iso, VALUE_DEFAULT, PROOF_NOT_CHECKED);
		else if (field->default_value && *field->default_value)
			r = draft_set(draft, field->id, field->default_value, VALUE_DEFAULT, PROOF_NOT_CHECKED);
	}
	return r;
}
