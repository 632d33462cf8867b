/* SPDX-License-Identifier: MIT
 * matrix at the command line: reads the towns one after another; a town that cannot be read has a row that says so. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "shared/base/fault.h"
#include "shared/config/tool/matrix.h"
#include "shared/config/tool/tool.h"
#include "shared/base/banned.h"

#define MATRIX_BYTES_MAX (512u * 1024 * 1024)
#define WIDTH_DEFAULT 120
#define WIDTH_MAX 1000

static size_t terminal_width(void)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	long width;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	width = columns ? strtol(columns, NULL, 10) : 0;
	return width > 0 && width <= WIDTH_MAX ? (size_t)width : WIDTH_DEFAULT;
}

static int take_town(const struct tool_call *call, struct matrix *matrix, const char *folder)
{
	CLEANUP(loaded_release) struct loaded loaded = {0};
	CLEANUP(findings_release) struct findings findings = {0};
	struct config_options options = call->options;
	struct matrix_town *town = memory_take(matrix->memory, sizeof(*town));
	int r;

	if (!town)
		return fault_raise(-ENOMEM);
	town->folder = folder;
	town->code = "";
	town->name = folder;
	matrix->towns[matrix->n_towns++] = town;
	options.is_fast = true;
	r = loaded_read(folder, &options, &findings, &loaded);
	if (r < 0)
		return fault_pass(r);
	town->n_errors = findings.n_errors;
	if (town->n_errors == 0 && loaded.root)
		return matrix_add(matrix, town, &loaded);
	findings_print(&findings, stderr);
	return 0;
}

static int write_html(const struct matrix *matrix, const char *file)
{
	CLEANUP(fclosep) FILE *out = fopen(file, "we");

	if (!out)
		return command_failed(TOOL, "%s cannot be written: %s — choose another place", file, strerror(errno));
	matrix_print_html(matrix, out);
	if (fflush(out) != 0 || ferror(out))
		return command_failed(TOOL, "%s could not be written — see that there is room for it", file);
	return COMMAND_DONE;
}

static int show(const struct tool_call *call, struct matrix *matrix)
{
	size_t n_broken = 0;

	for (size_t i = 0; i < matrix->n_towns; i++)
		n_broken += matrix->towns[i]->n_errors > 0;
	matrix_arrange(matrix);
	if (!call->html)
		matrix_print(matrix, terminal_width(), call->is_all, stdout);
	else if (write_html(matrix, call->html) != COMMAND_DONE)
		return COMMAND_FAILED;
	if (n_broken > 0)
		return command_failed(TOOL, "%zu of %zu towns could not be read — mend what stands above", n_broken, matrix->n_towns);
	return COMMAND_DONE;
}

int tool_matrix(const struct tool_call *call)
{
	CLEANUP(memory_freep) struct memory *memory = memory_new(MATRIX_BYTES_MAX);
	CLEANUP(freep) struct matrix *matrix = calloc(1, sizeof(*matrix));
	CLEANUP(freep) struct matrix_town **towns = call->n_words > 0 ? calloc((size_t)call->n_words, sizeof(struct matrix_town *)) : NULL;
	int r = memory && matrix && towns ? 0 : -ENOMEM;

	if (call->n_words == 0)
		return tool_usage();
	if (r == 0) {
		matrix->memory = memory;
		matrix->towns = towns;
	}
	for (int i = 0; i < call->n_words && r == 0; i++)
		r = take_town(call, matrix, call->words[i]);
	if (r == -ENOSPC)
		return command_failed(TOOL, "the towns have more than %d entries together — compare fewer at a time", MATRIX_ROWS_MAX);
	return r < 0 ? command_failed(TOOL, "there was no memory to compare the towns — compare fewer at a time") : show(call, matrix);
}
