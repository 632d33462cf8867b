/* SPDX-License-Identifier: MIT
 * Done between merging and checking, so that a town changes a field of a block in one form as it changes any other. */
#include <string.h>

#include "shared/config/layer/blocks.h"
#include "shared/config/layer/merge.h"
#include "shared/config/schema/keys.h"
#include "shared/base/banned.h"

struct expanding {
	struct loading *loading;
	const struct tree *blocks;
	struct tree *own;    /* the form's fields not yet placed */
	struct tree *fields; /* those placed */
};

static void place_field(const struct expanding *expanding, struct tree *field)
{
	if (field)
		tree_add(expanding->fields, field, NULL, NULL);
}

static bool is_of_section(const struct tree *field, const char *section)
{
	return strcmp(tree_text(field, "section"), section) == 0;
}

/* The form's own fields that say @section. */
static void place_own(const struct expanding *expanding, const char *section)
{
	struct tree *next;

	for (struct tree *field = expanding->own->first; field; field = next) {
		next = field->next;
		if (is_of_section(field, section))
			place_field(expanding, tree_drop(expanding->own, field));
	}
}

static void set_section(struct loading *loading, struct tree *field, const char *section)
{
	if (!tree_find(field, "section"))
		tree_add(field, tree_new_scalar(loading->memory, section, &field->place), "section", &field->place);
}

/* One field of a block, with what the form says of it laid over. */
static void place_block_field(const struct expanding *expanding, const struct tree *field, const char *section)
{
	struct tree *over = tree_entry(expanding->own, "id", tree_text(field, "id"));
	struct tree *placed = merge_copy(expanding->loading->memory, field);

	if (!placed)
		return;
	if (over)
		merge_map(expanding->loading, placed, tree_drop(expanding->own, over), &key_field);
	set_section(expanding->loading, placed, section);
	place_field(expanding, placed);
}

static const struct tree *block_of(const struct expanding *expanding, const struct tree *section)
{
	const struct tree *name = tree_find(section, "block");
	const struct tree *block;

	if (!name || name->is_bad || name->kind != TREE_SCALAR)
		return NULL;
	block = tree_entry(expanding->blocks, "id", name->scalar);
	if (!block)
		finding_add(expanding->loading, RULE_DANGLING_REFERENCE, &name->place,
			    "block names \"%.40s\", which is not in blocks — correct the name or add it there", name->scalar);
	return block;
}

static void place_section(const struct expanding *expanding, struct tree *section)
{
	const struct tree *block = block_of(expanding, section);
	const struct tree *title = tree_find(block, "title"), *fields = tree_find(block, "fields");
	const char *id = tree_text(section, "id");
	struct tree *title_copy;

	tree_drop(section, tree_find(section, "block"));
	if (title && !tree_find(section, "title")) {
		title_copy = merge_copy(expanding->loading->memory, title);
		if (title_copy)
			tree_add(section, title_copy, "title", &title->key_place);
	}
	for (const struct tree *field = fields ? fields->first : NULL; field; field = field->next)
		place_block_field(expanding, field, id);
	place_own(expanding, id);
}

/* Puts the fields back into the form: those of no section ahead of the others. */
static void take_ahead(const struct expanding *expanding)
{
	struct tree *placed = expanding->fields, *next;

	for (struct tree *field = placed->first; field; field = next) {
		next = field->next;
		if (is_of_section(field, ""))
			tree_add(expanding->own, tree_drop(placed, field), NULL, NULL);
	}
	while (placed->first)
		tree_add(expanding->own, tree_drop(placed, placed->first), NULL, NULL);
}

static bool has_block(const struct tree *sections)
{
	for (const struct tree *section = sections ? sections->first : NULL; section; section = section->next)
		if (tree_find(section, "block"))
			return true;
	return false;
}

static void expand_form(struct loading *loading, struct tree *form, const struct tree *blocks)
{
	struct tree *sections = tree_find(form, "sections"), *own = tree_find(form, "fields");
	struct expanding expanding = {loading, blocks, own, NULL};

	if (!has_block(sections) || (own && (own->is_bad || own->kind != TREE_LIST)))
		return;
	if (!own) {
		own = tree_new(loading->memory, TREE_LIST, &form->place);
		if (!own)
			return;
		tree_add(form, own, "fields", &form->place);
	}
	expanding.own = own;
	expanding.fields = tree_new(loading->memory, TREE_LIST, &own->place);
	if (!expanding.fields)
		return;
	/* blocks first: what lies over a block's field need not say its section */
	for (struct tree *section = sections->first; section; section = section->next)
		place_section(&expanding, section);
	while (own->first)
		place_field(&expanding, tree_drop(own, own->first));
	take_ahead(&expanding);
}

void blocks_expand(struct loading *loading, struct tree *root)
{
	struct tree *forms = tree_find(root, "forms"), *blocks = tree_find(root, "blocks");

	for (struct tree *form = forms && forms->kind == TREE_LIST ? forms->first : NULL; form; form = form->next)
		if (form->kind == TREE_MAP && !form->is_bad)
			expand_form(loading, form, blocks);
	tree_drop(root, blocks);
}
