/* SPDX-License-Identifier: MIT
 * The matrix for a terminal: entries down, towns across, in as many blocks as the width asks for. Widths are those of
 * the terminal's own cells (wcwidth), so that kanji line up with digits. */
#include <locale.h>
#include <string.h>
#include <wchar.h>

#include "shared/config/tool/matrix.h"
#include "shared/base/banned.h"

#define LABEL_COLUMNS 26
#define TOWN_COLUMNS 12

/* Prints @text in @columns cells: cut or padded. */
static void put_cells(FILE *out, const char *text, int columns)
{
	mbstate_t state = {0};

	while (*text != '\0') {
		wchar_t c;
		size_t n = mbrtowc(&c, text, strlen(text), &state);
		int width;

		if (n == 0 || n == (size_t)-1 || n == (size_t)-2)
			break;
		width = wcwidth(c);
		if (width < 0 || width > columns)
			break;
		fwrite(text, 1, n, out);
		columns -= width;
		text += n;
	}
	fprintf(out, "%*s", columns, "");
}

static void put_cell(FILE *out, const struct matrix_cell *cell)
{
	static const char marks[] = {'.', '*', '+', '-', ' '};
	char layers[16], text[128];

	if (!cell || (cell->state == CELL_SAME && *cell->value == '\0'))
		snprintf(text, sizeof(text), ".");
	else if (cell->state == CELL_VALUE || cell->state == CELL_SAME)
		snprintf(text, sizeof(text), "%.96s", cell->value);
	else
		snprintf(text, sizeof(text), "%c%.64s%s", marks[cell->state], cell->value, matrix_layers_text(cell->layers, layers));
	put_cells(out, text, TOWN_COLUMNS - 1);
	fputc(' ', out);
}

static bool is_shown(const struct matrix_row *row, bool is_all)
{
	return is_all || row->n_deviating > 0 || row->group == GROUP_TOWN;
}

static void put_block(const struct matrix *matrix, size_t from, size_t to, bool is_all, FILE *out)
{
	enum matrix_group group = GROUPS;

	fprintf(out, "%*s", LABEL_COLUMNS, "");
	for (size_t t = from; t < to; t++)
		put_cells(out, matrix->towns[t]->code, TOWN_COLUMNS);
	fprintf(out, "\n%*s", LABEL_COLUMNS, "");
	for (size_t t = from; t < to; t++) {
		put_cells(out, matrix->towns[t]->name, TOWN_COLUMNS - 1);
		fputc(' ', out);
	}
	fputc('\n', out);
	for (size_t i = 0; i < matrix->n_rows; i++) {
		const struct matrix_row *row = &matrix->rows[matrix->order[i]];

		if (!is_shown(row, is_all))
			continue;
		if (row->group != group)
			fprintf(out, "[%s]\n", matrix_group_name(row->group));
		group = row->group;
		put_cells(out, "", 1);
		put_cells(out, row->label, LABEL_COLUMNS - 2);
		fputc(' ', out);
		for (size_t t = from; t < to; t++)
			put_cell(out, matrix->towns[t]->cells[matrix->order[i]]);
		fputc('\n', out);
	}
}

void matrix_print(const struct matrix *matrix, size_t width, bool is_all, FILE *out)
{
	size_t n_across = width > LABEL_COLUMNS + TOWN_COLUMNS ? (width - LABEL_COLUMNS) / TOWN_COLUMNS : 1;
	size_t n_same = 0;

	setlocale(LC_CTYPE, "C.UTF-8");
	for (size_t i = 0; i < matrix->n_rows; i++)
		n_same += matrix->rows[i].n_deviating == 0 && matrix->rows[i].group != GROUP_TOWN;
	for (size_t from = 0; from < matrix->n_towns; from += n_across) {
		put_block(matrix, from, from + n_across < matrix->n_towns ? from + n_across : matrix->n_towns, is_all, out);
		fputc('\n', out);
	}
	fputs(". 共通と同じ  * 変更  + 追加  - 削除    県 町 所 端 どの層で（県・町・庁舎・端末）\n", out);
	if (!is_all && n_same > 0)
		fprintf(out, "どの町も 共通と同じ ものが ほかに %zu あります（--all で すべて）\n", n_same);
}
