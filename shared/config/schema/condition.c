/* SPDX-License-Identifier: MIT
 * Fields are asked in their order, so what decides must stand ahead; a circle would never begin. */
#include <string.h>

#include "shared/config/language.h"
#include "shared/config/schema/condition.h"
#include "shared/base/banned.h"

bool field_type_is(const struct tree *field, const char *type)
{
	return strcmp(tree_text(field, "type"), type) == 0;
}

bool field_has_options(const struct tree *field)
{
	return field_type_is(field, "choice") || field_type_is(field, "choices");
}

bool field_can_be(const struct tree *field, const char *value)
{
	if (field_has_options(field))
		return tree_entry(tree_find(field, "options"), "id", value) != NULL;
	if (field_type_is(field, "yes-no"))
		return strcmp(value, "yes") == 0 || strcmp(value, "no") == 0;
	return true;
}

static void complain(struct loading *loading, const struct tree *at, const char *what)
{
	finding_add(loading, RULE_BAD_CONDITION, &at->place, "%s", gettext(what));
}

static bool stands_before(const struct tree *first, const struct tree *second)
{
	for (; first; first = first->next)
		if (first == second)
			return true;
	return false;
}

static const struct tree *decider_of(const struct tree *fields, const struct tree *field)
{
	return tree_entry(fields, "id", tree_text(tree_find(field, "show_if"), "field"));
}

/* Whether @field decides, over any number of others, about @other. */
static bool decides(const struct tree *fields, const struct tree *field, const struct tree *other)
{
	const struct tree *at = other;

	for (size_t i = 0; at && i <= fields->n_children; i++) {
		at = decider_of(fields, at);
		if (at == field)
			return true;
	}
	return false;
}

/* @value of show_if: one that the deciding field can have. */
static void check_shown_value(struct loading *loading, const struct tree *field, const struct tree *value)
{
	if (!value || value->is_bad || value->kind != TREE_SCALAR || field_can_be(field, value->scalar))
		return;
	finding_add(loading, RULE_BAD_CONDITION, &value->place,
		    "\"%s\" is no value of the field \"%s\" — write the id of one of its options, or yes or no", value->scalar,
		    tree_text(field, "id"));
}

void check_condition(struct loading *loading, const struct tree *fields, const struct tree *field)
{
	const struct tree *show_if = tree_find(field, "show_if");
	const struct tree *name = tree_find(show_if, "field"), *equals = tree_find(show_if, "equals"),
			  *any = tree_find(show_if, "any");
	const struct tree *other;

	if (!name || name->is_bad || name->kind != TREE_SCALAR)
		return;
	other = tree_entry(fields, "id", name->scalar);
	if (!other)
		finding_add(loading, RULE_BAD_CONDITION, &name->place,
			"show_if names the field \"%s\", which this form does not have — correct the name",
			    name->scalar);
	else if (other == field)
		complain(loading, name, "show_if names its own field — name the field that decides");
	else if (!equals && !any)
		complain(loading, show_if, "show_if says no value — add equals: …, or any: [one, two]");
	if (!other || other == field)
		return;
	if (!stands_before(other, field) && !decides(fields, field, other))
		finding_add(loading, RULE_CONDITION_ON_LATER, &name->place,
			"\"%s\" depends on \"%s\", which is asked after it — move \"%s\" ahead", tree_text(field, "id"), name->scalar,
			    name->scalar);
	check_shown_value(loading, other, equals);
	for (const struct tree *value = any && any->kind == TREE_LIST ? any->first : NULL; value; value = value->next)
		check_shown_value(loading, other, value);
}

/* Told once, at the first field of the circle. */
void check_condition_cycles(struct loading *loading, const struct tree *fields)
{
	for (const struct tree *field = fields->first; field; field = field->next) {
		const struct tree *other = decider_of(fields, field);
		bool is_first = true;

		if (!other || other == field || !decides(fields, field, field))
			continue;
		for (const struct tree *at = other; at && at != field; at = decider_of(fields, at))
			is_first &= stands_before(field, at);
		if (is_first)
			finding_add(loading, RULE_CONDITION_CYCLE, &tree_find(field, "show_if")->place,
				"\"%s\" is shown only when \"%s\" is, and that one in turn when this is — take one show_if away",
				    tree_text(field, "id"), tree_text(other, "id"));
	}
}
