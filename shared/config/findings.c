/* SPDX-License-Identifier: MIT
 * Findings: collected while loading goes on, so that a specialist mends a whole folder after one run. */
#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "shared/base/limits.h"
#include "shared/config/language.h"
#include "shared/config/layer/tree.h"
#include "shared/base/banned.h"

#define FINDINGS_BYTES_MAX (8 * 1024 * 1024)

const struct finding_rule_row *finding_rule_row(enum finding_rule rule)
{
	static const struct finding_rule_row rows[] = {
#define FINDING_RULE_ROW(symbol, word, level, about) {word, FINDING_##level, about},
		FINDING_RULES(FINDING_RULE_ROW)
#undef FINDING_RULE_ROW
	};

	return &rows[rule];
}

void findings_release(struct findings *findings)
{
	free(findings->items);
	memory_free(findings->memory);
	*findings = (struct findings){0};
}

void findings_print(const struct findings *findings, FILE *out)
{
	for (size_t i = 0; i < findings->n_items; i++) {
		const struct finding *item = &findings->items[i];

		fprintf(out, "%s:%d:%d: %s: %s\n", item->file, item->line, item->column,
			item->level == FINDING_ERROR ? "error" : "warning", item->what);
	}
}

/* Room for one more, doubling; the array starts empty. */
static struct finding *findings_push(struct findings *findings)
{
	size_t n = findings->n_items;

	if (n >= 16 ? (n & (n - 1)) == 0 : n == 0) {
		struct finding *items = realloc(findings->items, (n < 16 ? 16 : 2 * n) * sizeof(*items));

		if (!items)
			return NULL;
		findings->items = items;
	}
	return &findings->items[findings->n_items];
}

static void finding_store(struct loading *loading, enum finding_rule rule, const struct place *place, const char *what)
{
	enum finding_level level = finding_rule_row(rule)->level;
	struct findings *findings = loading->findings;
	struct finding *item;
	const char *file = NULL;

	if (!findings->memory)
		findings->memory = memory_new(FINDINGS_BYTES_MAX);
	if (findings->memory) {
		what = memory_text(findings->memory, what, strlen(what));
		file = memory_text(findings->memory, place->file, strlen(place->file));
	}
	item = file && what ? findings_push(findings) : NULL;
	if (!item) {
		/* the error still counts: a configuration with an unreported error must not load */
		findings->n_errors += level == FINDING_ERROR;
		return;
	}
	*item = (struct finding){rule, level, file, place->line, place->column, what};
	findings->n_items++;
	findings->n_errors += level == FINDING_ERROR;
}

void finding_add(struct loading *loading, enum finding_rule rule, const struct place *place, const char *format, ...)
{
	CLEANUP(freep) char *what = NULL;
	va_list args;
	int n;

	/* a language nobody translated to yet is a thousand warnings: they never crowd out errors nor make one */
	if (finding_rule_row(rule)->level == FINDING_WARNING && loading->findings->n_items >= CONFIG_FINDINGS_MAX * 4 / 5)
		return;
	if (loading->findings->n_items > CONFIG_FINDINGS_MAX) {
		loading->findings->n_errors += finding_rule_row(rule)->level == FINDING_ERROR;
		return;
	}
	if (loading->findings->n_items == CONFIG_FINDINGS_MAX) {
		finding_store(loading, RULE_TOO_MANY_FINDINGS, place,
			gettext("too many findings — mend the ones above, then check again"));
		return;
	}
	va_start(args, format);
	n = vasprintf(&what, gettext(format), args);
	va_end(args);
	if (n < 0)
		what = NULL;
	finding_store(loading, rule, place, what ? what : gettext("out of memory while naming this — check again"));
}

void findings_move(struct loading *loading, struct findings *from)
{
	size_t n_told = 0;

	for (size_t i = 0; i < from->n_items; i++) {
		const struct finding *item = &from->items[i];

		finding_add(loading, item->rule, &(struct place){item->file, item->line, item->column, ""}, "%s", item->what);
		n_told += item->level == FINDING_ERROR;
	}
	loading->findings->n_errors += from->n_errors - n_told; /* those there was no room to name */
	findings_release(from);
}

static int finding_compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int r = strcmp(x->file, y->file);

	if (r == 0)
		r = (x->line > y->line) - (x->line < y->line);
	if (r == 0)
		r = (x->column > y->column) - (x->column < y->column);
	if (r == 0)
		r = (x->rule > y->rule) - (x->rule < y->rule);
	return r != 0 ? r : strcmp(x->what, y->what);
}

const char *finding_guess(char out[FINDING_GUESS_BYTES], const char *nearest)
{
	out[0] = '\0';
	if (nearest)
		snprintf(out, FINDING_GUESS_BYTES, gettext("did you mean \"%.60s\"? or "), nearest);
	return out;
}

void findings_sort(struct findings *findings)
{
	size_t n = 0;

	if (findings->n_items == 0)
		return;
	qsort(findings->items, findings->n_items, sizeof(*findings->items), finding_compare);
	for (size_t i = 0; i < findings->n_items; i++) {
		if (n > 0 && finding_compare(&findings->items[n - 1], &findings->items[i]) == 0) {
			findings->n_errors -= findings->items[i].level == FINDING_ERROR;
			continue;
		}
		findings->items[n++] = findings->items[i];
	}
	findings->n_items = n;
}
