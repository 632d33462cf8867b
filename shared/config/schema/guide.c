/* SPDX-License-Identifier: MIT
 * The guide as a decision table: each condition can hold, each question decides something, no procedure is told twice for
 * one set of answers. Answers after which nothing is to be done are fine: the terminal says so. */
#include <string.h>

#include "shared/config/schema/check.h"
#include "shared/base/banned.h"

struct guide_check {
	struct loading *loading;
	const struct tree *event;
	const struct tree *questions, *results; /* lists, or NULL */
};

static const struct tree *first_of(const struct tree *list)
{
	return list && list->kind == TREE_LIST && !list->is_bad ? list->first : NULL;
}

static const struct tree *question_of(const struct guide_check *check, const struct tree *condition)
{
	return tree_entry(check->questions, "id", tree_text(condition, "question"));
}

static bool names(const struct tree *words, const char *word)
{
	for (const struct tree *entry = first_of(words); entry; entry = entry->next)
		if (entry->kind == TREE_SCALAR && strcmp(entry->scalar, word) == 0)
			return true;
	return false;
}

/* ---- each condition ---------------------------------------------------------------------------------------------- */

static void check_condition(const struct guide_check *check, const struct tree *condition)
{
	const struct tree *id = tree_find(condition, "question"), *any = tree_find(condition, "any");
	const struct tree *question = question_of(check, condition);

	if (!id || id->is_bad || id->kind != TREE_SCALAR)
		return;
	if (!question) {
		finding_add(check->loading, RULE_GUIDE_CONDITION, &id->place,
			    "the condition names the question \"%.48s\", which \"%.48s\" does not ask — correct the name or add it",
			    id->scalar, tree_text(check->event, "id"));
		return;
	}
	if (any && !any->is_bad && any->kind == TREE_LIST && any->n_children == 0)
		finding_add(check->loading, RULE_GUIDE_CONDITION, &any->place,
			    "any names no answer, so this never holds — name answers, or delete the condition");
	for (const struct tree *answer = first_of(any); answer; answer = answer->next)
		if (!answer->is_bad && answer->kind == TREE_SCALAR && !tree_entry(tree_find(question, "options"), "id", answer->scalar))
			finding_add(check->loading, RULE_GUIDE_CONDITION, &answer->place,
				    "\"%.48s\" is no answer of the question \"%.48s\" — write the id of one of its options", answer->scalar,
				    id->scalar);
}

static bool is_used(const struct guide_check *check, const char *question)
{
	for (const struct tree *result = first_of(check->results); result; result = result->next)
		for (const struct tree *condition = first_of(tree_find(result, "when")); condition; condition = condition->next)
			if (strcmp(tree_text(condition, "question"), question) == 0)
				return true;
	return false;
}

static void check_questions(const struct guide_check *check)
{
	for (const struct tree *question = first_of(check->questions); question; question = question->next) {
		const struct tree *options = tree_find(question, "options");

		if (question->is_bad)
			continue;
		if (!is_used(check, tree_text(question, "id")))
			finding_add(check->loading, RULE_GUIDE_UNUSED_QUESTION, &question->place,
				    "nothing depends on the question \"%.48s\" — delete it, or name it in the when of a result",
				    tree_text(question, "id"));
		if (options && !options->is_bad && options->kind == TREE_LIST && options->n_children < 2)
			finding_add(check->loading, RULE_CHOICE_OF_ONE, &options->place,
				    "the question \"%.48s\" has fewer than two answers — add one, or delete the question", tree_text(question, "id"));
	}
}

/* ---- results beside one another ----------------------------------------------------------------------------------- */

static bool share_an_answer(const struct tree *a, const struct tree *b)
{
	for (const struct tree *entry = first_of(tree_find(a, "any")); entry; entry = entry->next)
		if (entry->kind == TREE_SCALAR && names(tree_find(b, "any"), entry->scalar))
			return true;
	return false;
}

/* Whether no two conditions of @a and @b ask other answers of one question. */
static bool can_hold_together(const struct tree *a, const struct tree *b)
{
	for (const struct tree *one = first_of(tree_find(a, "when")); one; one = one->next)
		for (const struct tree *other = first_of(tree_find(b, "when")); other; other = other->next)
			if (strcmp(tree_text(one, "question"), tree_text(other, "question")) == 0 && !share_an_answer(one, other))
				return false;
	return true;
}

static void check_result(const struct guide_check *check, const struct tree *result)
{
	const char *procedure = tree_text(result, "procedure");

	for (const struct tree *other = first_of(check->results); other && other != result; other = other->next)
		if (*procedure != '\0' && strcmp(tree_text(other, "procedure"), procedure) == 0 && can_hold_together(result, other))
			finding_add(check->loading, RULE_GUIDE_TWICE, &result->place,
				    "\"%.48s\" is told twice when the results \"%.48s\" and \"%.48s\" both hold — let their conditions exclude one "
				    "another, or join them",
				    procedure, tree_text(other, "id"), tree_text(result, "id"));
}

/* What stands beside one another is only looked at where every condition can be followed. */
static void check_event(struct guide_check *check)
{
	size_t n_before = check->loading->findings->n_items;

	if (check->results && check->results->kind == TREE_LIST && check->results->n_children == 0)
		finding_add(check->loading, RULE_GUIDE_WITHOUT_RESULT, &check->results->place,
			    "\"%.48s\" leads to no procedure — add results, or remove the event", tree_text(check->event, "id"));
	for (const struct tree *result = first_of(check->results); result; result = result->next)
		for (const struct tree *condition = first_of(tree_find(result, "when")); condition; condition = condition->next)
			check_condition(check, condition);
	if (check->loading->findings->n_items != n_before)
		return;
	check_questions(check);
	for (const struct tree *result = first_of(check->results); result; result = result->next)
		check_result(check, result);
}

void check_guide(struct loading *loading, const struct tree *root)
{
	for (const struct tree *event = first_of(tree_find(root, "guide")); event; event = event->next) {
		struct guide_check check = {loading, event, tree_find(event, "questions"), tree_find(event, "results")};

		if (!event->is_bad && event->kind == TREE_MAP)
			check_event(&check);
	}
}
