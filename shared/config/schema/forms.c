/* SPDX-License-Identifier: MIT
 * Whether a form can be filled: options where one chooses, bounds where one counts, conditions on fields that exist. */
#include <stdlib.h>
#include <string.h>

#include "shared/base/limits.h"
#include "shared/config/language.h"
#include "shared/config/layer/folder.h"
#include "shared/config/schema/check.h"
#include "shared/config/schema/condition.h"
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
	finding_add(check->loading, rule, &at->place, "%s", gettext(what));
}

static bool is_true(const struct tree *map, const char *key)
{
	return strcmp(tree_text(map, key), "true") == 0;
}

static void check_options(const struct form_check *check, const struct tree *field)
{
	const struct tree *options = tree_find(field, "options");

	if (field_has_options(field) && options && options->n_children == 1 && is_true(field, "required"))
		complain(check, RULE_CHOICE_OF_ONE, options, "is a required choice with one option — add another, or delete the field");

	if (field_has_options(field) && (!options || options->n_children == 0))
		complain(check, RULE_CHOICE_WITHOUT_OPTIONS, field, "a choice needs options — add options: [{id: …, label: …}]");
	if (!field_has_options(field) && options)
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

	if (field_type_is(field, "integer") && (!tree_find(field, "min") || !tree_find(field, "max")))
		complain(check, RULE_MISSING_BOUNDS, field, "an integer needs its bounds — add min and max");
	if (field_type_is(field, "rows") && (!tree_find(field, "max") || max < 1 || max > DRAFT_ROWS_MAX))
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
	if (!field_can_be(field, value->scalar))
		complain(check, RULE_BAD_DEFAULT, value,
			"the default is none of the field's values — write the id of an option, or yes or no");
	if (field_type_is(field, "integer") &&
	    value_integer(value->scalar, bound(field, "min", -1000000), bound(field, "max", 1000000), &number) < 0)
		complain(check, RULE_BAD_DEFAULT, value, "the default is no whole number within min and max — correct it");
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
	bool is_hand_work = field_type_is(field, "signature") || field_type_is(field, "office-use") ||
			    field_type_is(field, "individual-number");

	if (is_hand_work && tree_find(field, "ask"))
		complain(check, RULE_HAND_WORK_ASKED, tree_find(field,
			"ask"), "what is written by hand on the paper is not asked on the screen — delete ask");
	if (!is_true(field, "required") || is_hand_work || check->is_in_rows)
		return;
	if (!tree_find(field, "ask") && !tree_find(field, "from") && !tree_find(field, "default"))
		complain(check, RULE_NEVER_FILLED, required,
			"is required but never filled — add ask, from or default, or delete required");
}

/* A PIN belongs to the card's keypad; on paper or in a draft it would be anybody's. */
static void check_secret(const struct form_check *check, const struct tree *field)
{
	static const char *const ids[] = {"pin", "password", "passcode", "ansho", NULL};
	const char *id = tree_text(field, "id");
	bool is_secret = strstr(tree_text(tree_find(field, "label"), "ja"), "暗証番号") && field_type_is(field, "text");

	for (size_t i = 0; ids[i]; i++)
		is_secret |= strcmp(id, ids[i]) == 0 || (strncmp(id, ids[i], strlen(ids[i])) == 0 && id[strlen(ids[i])] == '_');
	if (is_secret && !field_type_is(field, "office-use"))
		complain(check, RULE_PIN_ON_FORM, field,
			"asks for a PIN or password, which never stands on paper — delete the field, the resident enters it at the counter");
}

static void check_field(const struct form_check *check, struct tree *field);

static void check_rows(const struct form_check *check, const struct tree *field)
{
	struct tree *columns = tree_find(field, "fields");
	struct form_check inner = {check->loading, check->form, columns, true};

	if (!field_type_is(field, "rows")) {
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
	check_condition(check->loading, check->fields, field);
	check_section(check, field);
	check_fillable(check, field);
	check_secret(check, field);
	check_rows(check, field);
}

static void check_sections(const struct form_check *check)
{
	const struct tree *sections = tree_find(check->form, "sections");

	for (const struct tree *section = sections && sections->kind == TREE_LIST ? sections->first : NULL; section;
	     section = section->next)
		if (!section->is_bad && *tree_text(section, "id") != '\0' &&
		    !tree_entry(check->fields, "section", tree_text(section, "id")))
			finding_add(check->loading, RULE_EMPTY_SECTION, &section->place,
				"the section \"%s\" has no field — remove it, or write section: %s at a field", tree_text(section, "id"),
				    tree_text(section, "id"));
}

static bool is_used(const struct tree *root, const char *form)
{
	const struct tree *procedures = tree_find(root, "procedures");

	for (const struct tree *procedure = procedures ? procedures->first : NULL; procedure; procedure = procedure->next) {
		const struct tree *names = tree_find(procedure, "forms");

		for (const struct tree *name = names ? names->first : NULL; name; name = name->next)
			if (name->kind == TREE_SCALAR && strcmp(name->scalar, form) == 0)
				return true;
	}
	return false;
}

/* A form of the common catalogue may lie idle in a town; one that a layer above brings was made to be used. */
static void check_use(const struct form_check *check, const struct tree *root)
{
	const struct layers *layers = check->loading->layers;
	const struct tree *title = tree_find(tree_find(check->form, "title"), "ja");
	const struct tree *oldest = title;

	while (oldest && oldest->beaten)
		oldest = oldest->beaten;
	if (!oldest || !layers || layers->n_items < 2 ||
	    strcmp(oldest->place.layer, layers->items[layers->n_items - 1].name) == 0 || is_used(root, tree_text(check->form, "id")))
		return;
	finding_add(check->loading, RULE_UNUSED_FORM, &check->form->place,
		"no procedure uses the form \"%s\" — add it to the forms of one, or remove it", tree_text(check->form, "id"));
}

static void check_form(const struct form_check *check, const struct tree *root)
{
	const struct tree *fields = check->fields;

	if (!fields || fields->is_bad || fields->kind != TREE_LIST)
		return;
	if (fields->n_children > DRAFT_FIELDS_MAX)
		complain(check, RULE_TOO_MANY_FIELDS, fields, "has more than 256 fields — split the form");
	for (struct tree *field = fields->first; field; field = field->next)
		check_field(check, field);
	check_sections(check);
	check_condition_cycles(check->loading, fields);
	check_use(check, root);
}

void check_forms(struct loading *loading, struct tree *root)
{
	struct tree *forms = tree_find(root, "forms");

	for (struct tree *form = forms && forms->kind == TREE_LIST ? forms->first : NULL; form; form = form->next) {
		struct form_check check = {loading, form, tree_find(form, "fields"), false};

		if (!form->is_bad && form->kind == TREE_MAP)
			check_form(&check, root);
	}
}
