/* SPDX-License-Identifier: MIT
 * Procedures against the law that stands behind them (rule.h), and against what they themselves say of money. */
#include <string.h>

#include "shared/config/language.h"
#include "shared/config/schema/check.h"
#include "shared/config/schema/rule.h"
#include "shared/config/schema/value.h"
#include "shared/base/banned.h"

struct procedure_check {
	struct loading *loading;
	const struct tree *root;
	const struct tree *procedure;
	const struct rule *rule; /* NULL: none, or unknown */
};

/* The scalar under @key when it is sound. */
static const struct tree *sound(const struct tree *map, const char *key)
{
	const struct tree *value = tree_find(map, key);

	return value && !value->is_bad && value->kind == TREE_SCALAR ? value : NULL;
}

static const struct tree *first_of(const struct tree *list)
{
	return list && list->kind == TREE_LIST && !list->is_bad ? list->first : NULL;
}

static const struct tree *form_of(const struct procedure_check *check, const struct tree *name)
{
	return name->kind == TREE_SCALAR ? tree_entry(tree_find(check->root, "forms"), "id", name->scalar) : NULL;
}

/* ---- what a form must hold --------------------------------------------------------------------------------------- */

/* Whether @field does for one @word of a need: an id, from:SOURCE or type:TYPE. */
static bool does_for(const struct tree *field, const char *word)
{
	if (strncmp(word, "from:", 5) == 0)
		return strcmp(tree_text(field, "from"), word + 5) == 0;
	if (strncmp(word, "type:", 5) == 0)
		return strcmp(tree_text(field, "type"), word + 5) == 0;
	return strcmp(tree_text(field, "id"), word) == 0;
}

static bool has_field(const struct tree *fields, const char *words)
{
	char word[48];
	size_t n;

	for (; *words != '\0'; words += n + strspn(words + n, " ")) {
		n = strcspn(words, " ");
		snprintf(word, sizeof(word), "%.*s", (int)n, words);
		for (const struct tree *field = first_of(fields); field; field = field->next)
			if (does_for(field, word) || has_field(tree_find(field, "fields"), word))
				return true;
	}
	return false;
}

/* Whether some form of the procedure has one of @words; true as well when no form could be looked at. */
static bool is_held(const struct procedure_check *check, const char *words)
{
	bool is_any = false;

	for (const struct tree *name = first_of(tree_find(check->procedure, "forms")); name; name = name->next) {
		const struct tree *form = form_of(check, name), *fields = tree_find(form, "fields");

		is_any |= form != NULL;
		if (form && (form->is_bad || !fields || fields->is_bad || has_field(fields, words)))
			return true;
	}
	return !is_any;
}

/* Where a field is to be added: at the fields of the first form, as the strongest layer wrote them. */
static const struct place *fields_place(const struct procedure_check *check)
{
	for (const struct tree *name = first_of(tree_find(check->procedure, "forms")); name; name = name->next) {
		const struct tree *fields = tree_find(form_of(check, name), "fields");

		if (fields && fields->place.line > 0)
			return &fields->place;
	}
	return &check->procedure->place;
}

/* How to write the first field that would do. */
static const char *field_advice(char out[96], const char *words)
{
	int n = (int)strcspn(words, " ");

	if (strncmp(words, "from:", 5) == 0)
		snprintf(out, 96, gettext("with from: %.*s"), n - 5, words + 5);
	else if (strncmp(words, "type:", 5) == 0)
		snprintf(out, 96, gettext("of type: %.*s"), n - 5, words + 5);
	else
		snprintf(out, 96, gettext("such as id: %.*s"), n, words);
	return out;
}

static void check_needs(const struct procedure_check *check)
{
	char advice[96];

	for (size_t i = 0; i < RULE_NEEDS_MAX && check->rule->needs[i].fields; i++) {
		const struct rule_need *need = &check->rule->needs[i];

		if (!is_held(check, need->fields))
			finding_add(check->loading, RULE_LAW_FIELD, fields_place(check),
				    "no form of \"%s\" holds %s, which %s needs — add a field %s", tree_text(check->procedure, "id"), gettext(need->what),
				    gettext(check->rule->law), field_advice(advice, need->fields));
	}
}

static void check_signature(const struct procedure_check *check)
{
	static const char *const words[] = {"none", "typed", "handwritten", NULL};
	const struct tree *signature = sound(check->procedure, "signature");
	int is = signature ? word_index(words, signature->scalar) : -1;

	if (is < 0)
		return;
	if (check->rule && is < (int)check->rule->signature)
		finding_add(check->loading, RULE_LAW_SIGNATURE,
			    signature->place.line > 0 ? &signature->place : &check->procedure->place,
			    "\"%s\" is to be signed after %s, not \"%s\" — write signature: %s", tree_text(check->procedure, "id"),
			    gettext(check->rule->law), signature->scalar, words[check->rule->signature]);
	if (is == SIGNATURE_HANDWRITTEN && !is_held(check, "type:signature"))
		finding_add(check->loading, RULE_SIGNATURE_WITHOUT_LINE, fields_place(check),
			    "\"%s\" wants a signature by hand, but none of its forms has a line for it — add a field of type: signature",
			    tree_text(check->procedure, "id"));
}

/* ---- number, time, money ----------------------------------------------------------------------------------------- */

static void check_number_use(const struct procedure_check *check)
{
	const struct tree *use = sound(check->procedure, "individual_number");
	bool is_asked = use && strcmp(use->scalar, "never") != 0;
	const struct tree *rule = sound(check->procedure, "rule");

	if (is_asked && check->rule && check->rule->number == INDIVIDUAL_NUMBER_NEVER)
		finding_add(check->loading, RULE_NUMBER_NOT_ALLOWED, &use->place,
			    "\"%s\" asks for the individual number, but %s has no use for it (番号法 19条 forbids) — write never",
			    tree_text(check->procedure, "id"), gettext(check->rule->law));
	else if (is_asked && !rule && *tree_text(check->procedure, "number_basis") == '\0')
		finding_add(check->loading, RULE_NUMBER_NOT_ALLOWED, &use->place,
			    "\"%s\" asks for the individual number without a law that allows it — name its rule:, or the town's "
			    "ordinance (番号法 9条2項) as number_basis:, or write never",
			    tree_text(check->procedure, "id"));
	/* a procedure without forms only gives a number; the clerk asks */
	if (use && !is_asked && rule && check->rule && check->rule->number == INDIVIDUAL_NUMBER_REQUIRED &&
	    first_of(tree_find(check->procedure, "forms")))
		finding_add(check->loading, RULE_NUMBER_NEEDED, use->place.line > 0 ? &use->place : &rule->place,
			    "%s asks for the individual number, but \"%s\" never does — write individual_number: required, or optional "
			    "where the hall takes it without",
			    gettext(check->rule->law), tree_text(check->procedure, "id"));
}

static void check_deadline(const struct procedure_check *check)
{
	const struct tree *days = sound(check->procedure, "within_days");
	long value;

	if (!check->rule || check->rule->within_days == 0 || !days || value_integer(days->scalar, 0, 100000, &value) < 0 ||
	    value == check->rule->within_days)
		return;
	finding_add(check->loading, RULE_LAW_DEADLINE, days->place.line > 0 ? &days->place : &check->procedure->place,
		    "\"%s\" is to be done within %d days after %s, not %ld — write within_days: %d", tree_text(check->procedure, "id"),
		    check->rule->within_days, gettext(check->rule->law), value, check->rule->within_days);
}

static const struct tree *fee_to_bring(const struct tree *procedure)
{
	for (const struct tree *thing = first_of(tree_find(procedure, "bring")); thing; thing = thing->next)
		if (thing->kind == TREE_SCALAR && strcmp(thing->scalar, "fee") == 0)
			return thing;
	return NULL;
}

static void check_fee(const struct procedure_check *check)
{
	const struct tree *yen = sound(check->procedure, "fee_yen"), *bring = tree_find(check->procedure, "bring");
	const struct tree *fee = fee_to_bring(check->procedure);
	long value;

	if (!yen || (bring && bring->is_bad) || value_integer(yen->scalar, 0, 1000000, &value) < 0)
		return;
	if (fee && value == 0)
		finding_add(check->loading, RULE_FEE_WITHOUT_YEN, yen->place.line > 0 ? &yen->place : &fee->place,
			    "\"%s\" wants the fee to be brought but tells no yen — add fee_yen: 300, or take fee out of bring",
			    tree_text(check->procedure, "id"));
	if (!fee && value > 0)
		finding_add(check->loading, RULE_YEN_WITHOUT_FEE, &yen->place,
			    "\"%s\" costs %ld yen, but nobody is told to bring them — add fee to bring", tree_text(check->procedure, "id"),
			    value);
	if (value > 0 && check->rule && check->rule->is_free)
		finding_add(check->loading, RULE_LAW_FEE, &yen->place,
			    "\"%s\" is free of charge everywhere (%s) — write fee_yen: 0, if no ordinance of the town says otherwise",
			    tree_text(check->procedure, "id"), gettext(check->rule->law));
}

static void check_procedure(struct procedure_check *check)
{
	const struct tree *rule = sound(check->procedure, "rule");
	char guess[FINDING_GUESS_BYTES];
	const char *nearest;

	check->rule = rule ? rule_find(rule->scalar) : NULL;
	if (rule && !check->rule && *rule->scalar != '\0') {
		nearest = rule_nearest(rule->scalar);
		finding_add(check->loading, RULE_UNKNOWN_RULE, &rule->place,
			    "\"%.40s\" is no rule of law that is known here — %sdelete the line where none stands behind it",
			    rule->scalar, finding_guess(guess, nearest));
	}
	if (check->rule)
		check_needs(check);
	check_signature(check);
	check_number_use(check);
	check_deadline(check);
	check_fee(check);
}

void check_procedures(struct loading *loading, const struct tree *root)
{
	struct procedure_check check = {loading, root, NULL, NULL};

	for (const struct tree *procedure = first_of(tree_find(root, "procedures")); procedure; procedure = procedure->next) {
		check.procedure = procedure;
		if (!procedure->is_bad && procedure->kind == TREE_MAP)
			check_procedure(&check);
	}
}
