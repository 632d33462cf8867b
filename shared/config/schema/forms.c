/* SPDX-License-Identifier: MIT
 * Whether a form can be filled: options where one chooses, bounds where one counts, conditions on fields that exist. */
#include <stdlib.h>
#include <string.h>

#include "shared/base/limits.h"
#include "shared/config/schema/check.h"
#include "shared/config/schema/value.h"
#include "shared/base/banned.h"

struct form_check {
	struct loading *loading;
	const struct tree *form;
	const struct tree *fields; /* the list the field is in */
	bool is_in_rows;
};

static void complain(const struct form_check *check, enum finding_rule rule, const struct tree *at, const char *what)
{
	finding_add(check->loading, rule, &at->place, "%s", what);
}

static bool type_is(const struct tree *field, const char *type)
{
	return strcmp(tree_text(field, "type"), type) == 0;
}

static bool has_options(const struct tree *field)
{
	return type_is(field, "choice") || type_is(field, "choices");
}

static bool is_own_value(const struct tree *field, const char *value)
{
	if (has_options(field))
		return tree_entry(tree_find(field, "options"), "id", value) != NULL;
	if (type_is(field, "yes-no"))
		return strcmp(value, "yes") == 0 || strcmp(value, "no") == 0;
	return true;
}

static void check_options(const struct form_check *check, const struct tree *field)
{
	const struct tree *options = tree_find(field, "options");

	if (has_options(field) && (!options || options->n_children == 0))
		complain(check, RULE_CHOICE_WITHOUT_OPTIONS, field, "a choice needs options — add options: [{id: …, label: …}]");
	if (!has_options(field) && options)
		complain(check, RULE_MISPLACED_OPTIONS, options, "options belong to choice and choices only — delete them or change the type");
}

static long bound(const struct tree *field, const char *key, long otherwise)
{
	const struct tree *value = tree_find(field, key);
	long number;

	if (!value || value->is_bad || value->kind != TREE_SCALAR ||
	    value_integer(value->scalar, -1000000, 1000000, &number) < 0)
		return otherwise;
	return number;
}

static void check_bounds(const struct form_check *check, const struct tree *field)
{
	long min = bound(field, "min", 0), max = bound(field, "max", -1);

	if (type_is(field, "integer") && (!tree_find(field, "min") || !tree_find(field, "max")))
		complain(check, RULE_MISSING_BOUNDS, field, "an integer needs its bounds — add min and max");
	if (type_is(field, "rows") && (!tree_find(field, "max") || max < 1 || max > DRAFT_ROWS_MAX))
		complain(check, RULE_MISSING_BOUNDS, field, "rows need max, from 1 to 32 — add how many rows there may be");
	if (max >= 0 && min > max)
		complain(check, RULE_REVERSED_BOUNDS, tree_find(field, "max"), "max is smaller than min — exchange them");
}

static void check_default(const struct form_check *check, const struct tree *field)
{
	const struct tree *value = tree_find(field, "default");
	long number;

	if (!value || value->is_bad || value->kind != TREE_SCALAR)
		return;
	if (!is_own_value(field, value->scalar))
		complain(check, RULE_BAD_DEFAULT, value,
			"the default is none of the field's values — write the id of an option, or yes or no");
	if (type_is(field, "integer") &&
	    value_integer(value->scalar, bound(field, "min", -1000000), bound(field, "max", 1000000), &number) < 0)
		complain(check, RULE_BAD_DEFAULT, value, "the default is no whole number within min and max — correct it");
}

/* @value of show_if: one that the deciding field can have. */
static void check_shown_value(const struct form_check *check, const struct tree *field, const struct tree *value)
{
	if (!value || value->is_bad || value->kind != TREE_SCALAR || is_own_value(field, value->scalar))
		return;
	finding_add(check->loading, RULE_BAD_CONDITION, &value->place,
		    "\"%s\" is no value of the field \"%s\" — write the id of one of its options, or yes or no", value->scalar,
		    tree_text(field, "id"));
}

static void check_show_if(const struct form_check *check, const struct tree *field)
{
	const struct tree *show_if = tree_find(field, "show_if");
	const struct tree *name = tree_find(show_if, "field"), *equals = tree_find(show_if, "equals"),
			  *any = tree_find(show_if, "any");
	const struct tree *other;

	if (!name || name->is_bad || name->kind != TREE_SCALAR)
		return;
	other = tree_entry(check->fields, "id", name->scalar);
	if (!other)
		finding_add(check->loading, RULE_BAD_CONDITION, &name->place,
			"show_if names the field \"%s\", which this form does not have — correct the name",
			    name->scalar);
	else if (other == field)
		complain(check, RULE_BAD_CONDITION, name, "show_if names its own field — name the field that decides");
	else if (!equals && !any)
		complain(check, RULE_BAD_CONDITION, show_if, "show_if says no value — add equals: …, or any: [one, two]");
	if (!other || other == field)
		return;
	check_shown_value(check, other, equals);
	for (const struct tree *value = any && any->kind == TREE_LIST ? any->first : NULL; value; value = value->next)
		check_shown_value(check, other, value);
}

static void check_section(const struct form_check *check, const struct tree *field)
{
	const struct tree *section = tree_find(field, "section");

	if (section && !section->is_bad && section->kind == TREE_SCALAR && *section->scalar != '\0' &&
	    !tree_entry(tree_find(check->form, "sections"), "id", section->scalar))
		finding_add(check->loading, RULE_UNKNOWN_SECTION, &section->place,
			"section \"%s\" is not in the sections of this form — correct the name or add it",
			    section->scalar);
}

/* A field nobody can ever fill must not be required, or the visit would stand still. */
static void check_fillable(const struct form_check *check, const struct tree *field)
{
	const struct tree *required = tree_find(field, "required");
	bool is_hand_work = type_is(field, "signature") || type_is(field, "office-use") ||
			    type_is(field, "individual-number");

	if (is_hand_work && tree_find(field, "ask"))
		complain(check, RULE_HAND_WORK_ASKED, tree_find(field,
			"ask"), "what is written by hand on the paper is not asked on the screen — delete ask");
	if (!required || strcmp(tree_text(field, "required"), "true") != 0 || is_hand_work || check->is_in_rows)
		return;
	if (!tree_find(field, "ask") && !tree_find(field, "from") && !tree_find(field, "default"))
		complain(check, RULE_NEVER_FILLED, required,
			"is required but never filled — add ask, from or default, or delete required");
}

static void check_field(const struct form_check *check, struct tree *field);

static void check_rows(const struct form_check *check, const struct tree *field)
{
	struct tree *columns = tree_find(field, "fields");
	struct form_check inner = {check->loading, check->form, columns, true};

	if (!type_is(field, "rows")) {
		if (columns)
			complain(check, RULE_ROWS_WITHOUT_FIELDS, columns, "fields belong to rows only — delete them or change the type");
		return;
	}
	if (check->is_in_rows)
		complain(check, RULE_ROWS_IN_ROWS, field, "rows cannot stand within rows — take them out");
	if (!columns || columns->n_children == 0)
		complain(check, RULE_ROWS_WITHOUT_FIELDS, field, "rows need their columns — add fields: [{id: …, type: …}]");
	for (struct tree *column = columns && !check->is_in_rows ? columns->first : NULL; column; column = column->next)
		check_field(&inner, column);
}

static void check_field(const struct form_check *check, struct tree *field)
{
	if (field->is_bad || field->kind != TREE_MAP)
		return;
	check_options(check, field);
	check_bounds(check, field);
	check_default(check, field);
	check_show_if(check, field);
	check_section(check, field);
	check_fillable(check, field);
	check_rows(check, field);
}

void check_forms(struct loading *loading, struct tree *root)
{
	struct tree *forms = tree_find(root, "forms");

	for (struct tree *form = forms ? forms->first : NULL; form; form = form->next) {
		struct form_check check = {loading, form, tree_find(form, "fields"), false};
		struct tree *fields = tree_find(form, "fields");

		if (!fields || fields->is_bad || fields->kind != TREE_LIST)
			continue;
		if (fields->n_children > DRAFT_FIELDS_MAX)
			complain(&check, RULE_TOO_MANY_FIELDS, fields, "has more than 256 fields — split the form");
		for (struct tree *field = fields->first; field; field = field->next)
			check_field(&check, field);
	}
}
