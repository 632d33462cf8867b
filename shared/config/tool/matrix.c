/* SPDX-License-Identifier: MIT
 * Every town is compared with its own weakest layer, then let go; only what differs is kept. */
#include <errno.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/config/layer/blocks.h"
#include "shared/config/layer/merge.h"
#include "shared/config/schema/check.h"
#include "shared/config/tool/difference.h"
#include "shared/config/tool/matrix.h"
#include "shared/base/banned.h"

const char *matrix_group_name(enum matrix_group group)
{
	static const char *const names[] = {"役場", "業務", "手続き", "手数料（円）", "申請書", "案内", "文章と設定"};

	return names[group];
}

const char *matrix_layers_text(int layers, char out[16])
{
	snprintf(out, 16, "%s%s%s%s", layers & LAYER_PREFECTURE ? "県" : "", layers & LAYER_TOWN ? "町" : "",
		 layers & LAYER_OFFICE ? "所" : "", layers & LAYER_DEVICE ? "端" : "");
	return out;
}

/* Roots whose entries are a row each; the others are one row for the whole root. */
static const struct root {
	const char *name;
	enum matrix_group group;
	bool has_entries;
	const char *label;
} roots[] = {
	{"services", GROUP_SERVICES, true, "業務の ならび順"},
	{"procedures", GROUP_PROCEDURES, true, "手続きの ならび順"},
	{"forms", GROUP_FORMS, true, "申請書の ならび順"},
	{"guide", GROUP_GUIDE, true, "案内の ならび順"},
	{"texts", GROUP_SETTINGS, false, "画面の 文章"},
	{"theme", GROUP_SETTINGS, false, "色"},
	{"terminal", GROUP_SETTINGS, false, "端末"},
	{"queue", GROUP_SETTINGS, false, "順番"},
	{"printer", GROUP_SETTINGS, false, "プリンター"},
	{"retention", GROUP_SETTINGS, false, "保存期間"},
};

static const struct root *root_find(const char *name)
{
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++)
		if (strcmp(roots[i].name, name) == 0)
			return &roots[i];
	return NULL;
}

static const char *keep(struct matrix *matrix, const char *text)
{
	return text ? memory_text(matrix->memory, text, strlen(text)) : NULL;
}

/* The row of @key, made when it is new; -1: no room. */
static long row_of(struct matrix *matrix, enum matrix_group group, const char *key, const char *label)
{
	struct matrix_row *row = &matrix->rows[matrix->n_rows];

	for (size_t i = 0; i < matrix->n_rows; i++)
		if (strcmp(matrix->rows[i].key, key) == 0)
			return (long)i;
	if (matrix->n_rows == MATRIX_ROWS_MAX)
		return -1;
	*row = (struct matrix_row){group, keep(matrix, key), keep(matrix, label), 0};
	return row->key && row->label ? (long)matrix->n_rows++ : -1;
}

static struct matrix_cell *cell_of(struct matrix *matrix, struct matrix_town *town, long row)
{
	if (row < 0)
		return NULL;
	if (!town->cells[row])
		town->cells[row] = memory_take(matrix->memory, sizeof(struct matrix_cell));
	if (town->cells[row] && !town->cells[row]->value)
		town->cells[row]->value = "";
	return town->cells[row];
}

/* ---- one town ---------------------------------------------------------------------------------------------------- */

struct taking {
	struct matrix *matrix;
	struct matrix_town *town;
	const struct loaded *loaded;
	struct memory *scratch;
	const struct tree *base;
};

static int layer_bit(const struct taking *taking, const char *layer)
{
	const struct layers *layers = &taking->loaded->layers;

	if (layers->n_items > 0 && strcmp(layer, layers->items[layers->n_items - 1].name) == 0)
		return 0;
	if (strstr(layer, "devices/"))
		return LAYER_DEVICE;
	if (strstr(layer, "offices/"))
		return LAYER_OFFICE;
	return strstr(layer, "prefectures/") ? LAYER_PREFECTURE : LAYER_TOWN;
}

static int add_detail(const struct taking *taking, struct matrix_cell *cell, const struct difference *difference)
{
	struct matrix *matrix = taking->matrix;
	struct matrix_detail *detail = memory_take(matrix->memory, sizeof(*detail));
	const struct tree *said = difference->b ? difference->b : difference_removal(taking->scratch, &taking->loaded->layers, difference->path);

	if (!detail)
		return fault_raise(-ENOMEM);
	detail->path = keep(matrix, difference->path);
	detail->before = difference->a ? keep(matrix, value_brief(taking->scratch, difference->a, difference->key)) : "";
	detail->after = difference->b ? keep(matrix, value_brief(taking->scratch, difference->b, difference->key)) : "";
	detail->place = said ? keep(matrix, place_brief(taking->scratch, said)) : "";
	if (!detail->path || !detail->before || !detail->after || !detail->place)
		return fault_raise(-ENOMEM);
	if (said)
		cell->layers |= layer_bit(taking, said->place.layer);
	if (cell->last)
		cell->last->next = detail;
	else
		cell->first = detail;
	cell->last = detail;
	cell->n_details++;
	return 0;
}

static const char *entry_label(const struct tree *entry, const char *id)
{
	const char *name = tree_text(tree_find(entry, "name"), "ja");
	const char *title = tree_text(tree_find(entry, "title"), "ja");

	return *name != '\0' ? name : *title != '\0' ? title : id;
}

static long row_for(const struct taking *taking, const struct root *root, const struct difference *difference)
{
	char key[160];
	const struct tree *list = tree_find(difference->kind == DIFFERENCE_REMOVED ? taking->base : taking->loaded->root, root->name);

	if (!root->has_entries || *difference->entry == '\0')
		return row_of(taking->matrix, root->group, root->name, root->label);
	snprintf(key, sizeof(key), "%s.%s", root->name, difference->entry);
	return row_of(taking->matrix, root->group, key, entry_label(tree_entry(list, "id", difference->entry), difference->entry));
}

static enum matrix_state state_of(const struct difference *difference, const struct root *root)
{
	if (!root->has_entries || *difference->member != '\0' || *difference->entry == '\0')
		return CELL_CHANGED;
	return difference->kind == DIFFERENCE_ADDED ? CELL_ADDED : difference->kind == DIFFERENCE_REMOVED ? CELL_REMOVED : CELL_CHANGED;
}

static int take_difference(void *data, const struct difference *difference)
{
	const struct taking *taking = data;
	const struct root *root = root_find(difference->root);
	struct matrix_cell *cell;

	if (!root || strcmp(difference->member, "addressee") == 0 || strcmp(difference->member, "fee_yen") == 0)
		return 0;
	cell = cell_of(taking->matrix, taking->town, row_for(taking, root, difference));
	if (!cell)
		return fault_raise(taking->matrix->n_rows == MATRIX_ROWS_MAX ? -ENOSPC : -ENOMEM);
	if (cell->state == CELL_SAME || cell->state == CELL_VALUE)
		cell->state = state_of(difference, root);
	return add_detail(taking, cell, difference);
}

/* ---- values ------------------------------------------------------------------------------------------------------ */

static int take_value(const struct taking *taking, const char *key, const char *label, const char *value)
{
	struct matrix_cell *cell = cell_of(taking->matrix, taking->town, row_of(taking->matrix, GROUP_TOWN, key, label));

	if (!cell || !value)
		return fault_raise(-ENOMEM);
	cell->state = CELL_VALUE;
	cell->value = value;
	return 0;
}

/* mon-fri → 月-金 */
static const char *days_ja(const char *days, char out[16])
{
	static const char *const names[] = {"月", "火", "水", "木", "金", "土", "日"};
	char first[4] = "";
	int a, b;

	snprintf(first, sizeof(first), "%.3s", days);
	a = word_index(key_weekdays, first);
	b = strlen(days) == 7 ? word_index(key_weekdays, days + 4) : -1;
	snprintf(out, 16, "%s%s%s", a >= 0 ? names[a] : days, b >= 0 ? "-" : "", b >= 0 ? names[b] : "");
	return out;
}

/* 08:30-17:15 木 08:30-19:00 of the first office; what holds from Monday to Friday needs no days. */
static const char *hours_text(const struct taking *taking)
{
	const struct tree *offices = tree_find(taking->loaded->root, "offices");
	const struct tree *hours = offices && offices->first ? tree_find(offices->first, "hours") : NULL;
	const char *text = "";
	char days[16];

	for (const struct tree *day = hours ? hours->first : NULL; day && text; day = day->next)
		text = memory_format(taking->matrix->memory, "%s%s%s%s", text, *text != '\0' ? " " : "",
				     strcmp(day->key, "mon-fri") == 0 ? "" : days_ja(day->key, days),
				     strcmp(day->scalar, "closed") == 0 ? "休" : day->scalar);
	return text;
}

static int take_values(const struct taking *taking)
{
	static const struct {
		const char *root, *label;
	} counts[] = {{"offices", "庁舎の数"}, {"windows", "窓口の数"}};
	int r = take_value(taking, "hours", "開庁時間", hours_text(taking));

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]) && r == 0; i++) {
		const struct tree *list = tree_find(taking->loaded->root, counts[i].root);

		r = take_value(taking, counts[i].root, counts[i].label,
			       memory_format(taking->matrix->memory, "%zu", list ? list->n_children : 0));
	}
	return r;
}

static int take_fee(const struct taking *taking, const struct tree *procedure)
{
	const char *id = tree_text(procedure, "id");
	const struct tree *base = tree_entry(tree_find(taking->base, "procedures"), "id", id);
	const struct tree *a = tree_find(base, "fee_yen"), *b = tree_find(procedure, "fee_yen");
	const char *before = a ? a->scalar : "0", *after = b ? b->scalar : "0";
	const struct difference difference = {.kind = DIFFERENCE_CHANGED, .path = memory_format(taking->scratch,
					      "procedures.%s.fee_yen", id), .a = a, .b = b};
	struct matrix_cell *cell;
	char key[96];

	if (strcmp(before, "0") == 0 && strcmp(after, "0") == 0)
		return 0;
	snprintf(key, sizeof(key), "fees.%s", id);
	cell = cell_of(taking->matrix, taking->town, row_of(taking->matrix, GROUP_FEES, key, entry_label(procedure, id)));
	if (!cell || !difference.path)
		return fault_raise(-ENOMEM);
	cell->value = keep(taking->matrix, after);
	if (strcmp(before, after) == 0)
		return 0;
	cell->state = base ? CELL_CHANGED : CELL_ADDED;
	return add_detail(taking, cell, &difference);
}

static int take_fees(const struct taking *taking)
{
	const struct tree *procedures = tree_find(taking->loaded->root, "procedures");
	int r = 0;

	for (const struct tree *entry = procedures ? procedures->first : NULL; entry && r == 0; entry = entry->next)
		r = take_fee(taking, entry);
	return r;
}

/* Rows of everything the base has, so that what no town changes stands there too. */
static int take_base_rows(const struct taking *taking)
{
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		const struct tree *list = tree_find(taking->base, roots[i].name);
		char key[160];

		for (const struct tree *entry = list && roots[i].has_entries ? list->first : NULL; entry; entry = entry->next) {
			const char *id = tree_text(entry, "id");

			snprintf(key, sizeof(key), "%s.%s", roots[i].name, id);
			if (row_of(taking->matrix, roots[i].group, key, entry_label(entry, id)) < 0)
				return fault_raise(-ENOSPC);
		}
		if (!roots[i].has_entries && row_of(taking->matrix, roots[i].group, roots[i].name, roots[i].label) < 0)
			return fault_raise(-ENOSPC);
	}
	return 0;
}

/* The weakest layer by itself, brought into the same form as the whole. */
static const struct tree *base_tree(struct memory *memory, const struct loaded *loaded, struct findings *findings)
{
	const struct config_options options = {.is_fast = true};
	struct loading loading = {.memory = memory, .findings = findings, .options = &options};
	struct layers weakest = {.n_items = 1};
	struct tree *root;

	weakest.items[0] = loaded->layers.items[loaded->layers.n_items - 1];
	root = layers_merge(&loading, &weakest);
	if (!root)
		return NULL;
	blocks_expand(&loading, root);
	fill_defaults(&loading, root);
	return memory_has_failed(memory) ? NULL : root;
}

int matrix_add(struct matrix *matrix, struct matrix_town *town, const struct loaded *loaded)
{
	CLEANUP(memory_freep) struct memory *scratch = memory_new(CONFIG_BYTES_MAX);
	CLEANUP(findings_release) struct findings findings = {0};
	struct taking taking = {matrix, town, loaded, scratch, NULL};
	int r;

	if (!scratch)
		return fault_raise(-ENOMEM);
	taking.base = base_tree(scratch, loaded, &findings);
	town->code = keep(matrix, tree_text(tree_find(loaded->root, "municipality"), "code"));
	town->name = keep(matrix, tree_text(tree_find(tree_find(loaded->root, "municipality"), "name"), "ja"));
	if (!taking.base || !town->code || !town->name)
		return fault_raise(-ENOMEM);
	r = take_base_rows(&taking);
	if (r == 0)
		r = take_values(&taking);
	if (r == 0)
		r = take_fees(&taking);
	return r == 0 ? difference_each(scratch, taking.base, loaded->root, take_difference, &taking) : r;
}

void matrix_arrange(struct matrix *matrix)
{
	size_t n = 0;

	for (int group = 0; group < GROUPS; group++)
		for (size_t i = 0; i < matrix->n_rows; i++)
			if ((int)matrix->rows[i].group == group)
				matrix->order[n++] = i;
	for (size_t t = 0; t < matrix->n_towns; t++)
		for (size_t i = 0; i < matrix->n_rows; i++)
			if (matrix_is_deviating(matrix->towns[t]->cells[i])) {
				matrix->towns[t]->n_deviating++;
				matrix->rows[i].n_deviating++;
			}
}
