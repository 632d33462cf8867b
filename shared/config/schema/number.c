/* SPDX-License-Identifier: MIT
 * Whether the individual number is asked for where the law lets it and nowhere else: the mark of a procedure and the boxes
 * on its forms must say the same. */
#include <string.h>

#include "shared/config/language.h"
#include "shared/config/schema/check.h"
#include "shared/base/banned.h"

#define NUMBER_TYPE "individual-number"

static bool is_number(const struct tree *field)
{
	return strcmp(tree_text(field, "type"), NUMBER_TYPE) == 0;
}

static bool is_own(const struct tree *field)
{
	return strcmp(tree_text(field, "id"), FORM_NUMBER_FIELD) == 0;
}

static void complain(struct loading *loading, enum finding_rule rule, const struct tree *at, const char *what)
{
	finding_add(loading, rule, &at->place, "%s", gettext(what));
}

/* The boxes are filled by the card or by hand, never from the screen. */
static void check_field(struct loading *loading, const struct tree *field)
{
	static const char *const keys[] = {"from", "default", "min", "max", "unit"};

	if (is_own(field) && !is_number(field))
		complain(loading, RULE_NUMBER_FIELD, field,
			"the name individual_number is kept for the boxes of the resident's own number — "
			"write type: individual-number, or another id");
	for (size_t i = 0; is_number(field) && i < sizeof(keys) / sizeof(keys[0]); i++) {
		const struct tree *value = tree_find(field, keys[i]);

		if (value && strcmp(value->place.layer, "built in") != 0)
			finding_add(loading, RULE_NUMBER_FIELD, &value->place,
				"the boxes of an individual number take no \"%s\" — delete it", keys[i]);
	}
}

static void check_columns(struct loading *loading, const struct tree *rows)
{
	const struct tree *columns = tree_find(rows, "fields");

	for (const struct tree *column = columns ? columns->first : NULL; column; column = column->next)
		if (is_number(column) || is_own(column))
			complain(loading, RULE_NUMBER_IN_ROWS, column,
				"an individual number has no place in a table — give each person boxes outside of it");
}

static const struct tree *number_field(const struct tree *form, bool only_own)
{
	const struct tree *fields = tree_find(form, "fields");

	for (const struct tree *field = fields ? fields->first : NULL; field; field = field->next)
		if (is_number(field) && (is_own(field) || !only_own))
			return field;
	return NULL;
}

static void check_procedure(struct loading *loading, const struct tree *root, const struct tree *procedure)
{
	const struct tree *use = tree_find(procedure, "individual_number"), *names = tree_find(procedure, "forms");
	bool is_never = strcmp(tree_text(procedure, "individual_number"), "never") == 0;
	size_t n_own = 0;

	if (!use || use->is_bad || (names && names->is_bad))
		return;
	for (const struct tree *name = names ? names->first : NULL; name; name = name->next) {
		const struct tree *form =
			name->kind == TREE_SCALAR ? tree_entry(tree_find(root, "forms"), "id", name->scalar) : NULL;

		n_own += number_field(form, true) != NULL;
		if (is_never && number_field(form, false))
			finding_add(loading, RULE_NUMBER_WITHOUT_MARK, &name->place,
				"the form \"%s\" has boxes for an individual number, but the procedure is marked never — "
				"take them off the form, or mark the procedure where the law lists it",
				    name->scalar);
	}
	if (!is_never && n_own == 0)
		complain(loading, RULE_NUMBER_WITHOUT_FIELD, use,
			"the procedure asks for the individual number, but none of its forms has the field individual_number — "
			"add it, or write never");
	if (n_own > 1)
		complain(loading, RULE_NUMBER_TWICE, use,
			"more than one form of the procedure has the field individual_number — the number goes onto one page");
}

void check_number(struct loading *loading, const struct tree *root)
{
	const struct tree *forms = tree_find(root, "forms"), *procedures = tree_find(root, "procedures");

	for (const struct tree *form = forms ? forms->first : NULL; form; form = form->next) {
		const struct tree *fields = tree_find(form, "fields");

		for (const struct tree *field = fields ? fields->first : NULL; field; field = field->next) {
			check_field(loading, field);
			check_columns(loading, field);
		}
	}
	for (const struct tree *procedure = procedures ? procedures->first : NULL; procedure; procedure = procedure->next)
		check_procedure(loading, root, procedure);
}
