#pragma once
/* SPDX-License-Identifier: MIT
 * Matrix: many towns beside the one base they share. An entry is a service, a procedure, a fee, a form … ; a cell is what one
 * town does with it, and which of its layers said so. What every town must say for itself (its name, offices, windows, the
 * addressee of its forms) is shown as a value and is no deviation. */
#include "shared/config/layer/load.h"

#define MATRIX_ROWS_MAX 1024

enum matrix_group { GROUP_TOWN, GROUP_SERVICES, GROUP_PROCEDURES, GROUP_FEES, GROUP_FORMS, GROUP_GUIDE, GROUP_SETTINGS, GROUPS };
enum matrix_state { CELL_SAME, CELL_CHANGED, CELL_ADDED, CELL_REMOVED, CELL_VALUE };

/* Which kind of layer said it, as bits. */
enum matrix_layer { LAYER_PREFECTURE = 1, LAYER_TOWN = 2, LAYER_OFFICE = 4, LAYER_DEVICE = 8 };

/** One thing that differs. */
struct matrix_detail {
	const char *path, *before, *after, *place; /* "" none */
	struct matrix_detail *next;
};

struct matrix_cell {
	enum matrix_state state;
	const char *value;             /* what is shown of a value; "" nothing */
	int layers;
	size_t n_details;
	struct matrix_detail *first, *last;
};

struct matrix_row {
	enum matrix_group group;
	const char *key;               /* procedures.juminhyo */
	const char *label;             /* 住民票の写し */
	size_t n_deviating;            /* towns */
};

struct matrix_town {
	const char *folder, *code, *name;
	size_t n_errors;               /* > 0: could not be read, has no cells */
	size_t n_deviating;            /* entries */
	struct matrix_cell *cells[MATRIX_ROWS_MAX]; /* by row; NULL: same */
};

struct matrix {
	struct memory *memory;
	struct matrix_row rows[MATRIX_ROWS_MAX]; /* by group */
	size_t n_rows;
	size_t order[MATRIX_ROWS_MAX]; /* rows as they are shown */
	struct matrix_town **towns;
	size_t n_towns;
};

/** matrix_is_deviating() - whether @cell is told to somebody who asks only for deviations. NULL is fine. */
static inline bool matrix_is_deviating(const struct matrix_cell *cell)
{
	return cell && cell->state != CELL_SAME && cell->state != CELL_VALUE;
}

/** matrix_group_name() - in Japanese. */
const char *matrix_group_name(enum matrix_group group);
/** matrix_layers_text() - 県 町 所 端, those of @layers. Writes into @out. Return: @out. */
const char *matrix_layers_text(int layers, char out[16]);
/** matrix_add() - takes one town into the matrix. 0, -ENOMEM, -ENOSPC: more entries than MATRIX_ROWS_MAX. */
MUST_USE int matrix_add(struct matrix *matrix, struct matrix_town *town, const struct loaded *loaded);
/** matrix_arrange() - puts the rows of a group together; after the last town. */
void matrix_arrange(struct matrix *matrix);
/** matrix_print() - for a terminal @width columns wide. @is_all: also the entries that are the same everywhere. */
void matrix_print(const struct matrix *matrix, size_t width, bool is_all, FILE *out);
/** matrix_print_html() - one page that needs nothing else. */
void matrix_print_html(const struct matrix *matrix, FILE *out);
