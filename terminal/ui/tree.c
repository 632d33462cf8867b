/* SPDX-License-Identifier: MIT
 * Tree: nodes and their texts live in blocks that are wiped before they are given back, because a screen
 * shows a person's name and address. Everything is bounded; a screen that asks for more is marked broken
 * and stays usable, so that a counter never dies of a long list. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "shared/base/fault.h"
#include "terminal/ui/tree.h"
#include "shared/base/banned.h"

#define BLOCK_BYTES (32 * 1024)
#define BLOCKS_MAX 32

struct block {
	struct block *next;
	size_t used;
	_Alignas(16) char bytes[BLOCK_BYTES];
};

struct arena {
	struct block *blocks;
	int n_blocks;
	bool is_broken;
	struct ui_node spare; /* what ui_add() answers when nothing more fits */
	cairo_surface_t *pictures[UI_NODES_MAX];
	size_t n_pictures;
};

static void *arena_take(struct arena *arena, size_t size, size_t align)
{
	struct block *block = arena->blocks;
	size_t at = block ? (block->used + align - 1) & ~(align - 1) : 0;

	if (size > BLOCK_BYTES)
		return NULL;
	if (!block || at + size > BLOCK_BYTES) {
		if (arena->n_blocks == BLOCKS_MAX || !(block = calloc(1, sizeof(*block))))
			return NULL;
		block->next = arena->blocks;
		arena->blocks = block;
		arena->n_blocks++;
		at = 0;
	}
	block->used = at + size;
	return block->bytes + at;
}

static const char *arena_copy(struct arena *arena, const char *text)
{
	size_t size;
	char *copy;

	if (!text)
		return NULL;
	size = strlen(text) + 1;
	copy = arena_take(arena, size, 1);
	if (!copy) {
		arena->is_broken = true;
		return "";
	}
	memcpy(copy, text, size);
	return copy;
}

struct ui_tree *ui_tree_new(const char *title, const char *language)
{
	struct ui_tree *tree = calloc(1, sizeof(*tree));
	struct arena *arena = calloc(1, sizeof(*arena));

	if (!tree || !arena) {
		free(tree);
		free(arena);
		return NULL;
	}
	tree->arena = arena;
	tree->root = arena_take(arena, sizeof(*tree->root), _Alignof(struct ui_node));
	if (!tree->root)
		return ui_tree_free(tree);
	*tree->root = (struct ui_node){.role = UI_FRAME, .name = arena_copy(arena, title ? title : "")};
	tree->language = arena_copy(arena, language ? language : "ja");
	tree->n_nodes = 1;
	return tree;
}

struct ui_tree *ui_tree_free(struct ui_tree *tree)
{
	struct arena *arena;

	if (!tree)
		return NULL;
	arena = tree->arena;
	for (size_t i = 0; i < arena->n_pictures; i++)
		cairo_surface_destroy(arena->pictures[i]);
	while (arena->blocks) {
		struct block *block = arena->blocks;

		arena->blocks = block->next;
		explicit_bzero(block, sizeof(*block));
		free(block);
	}
	free(arena);
	free(tree);
	return NULL;
}

struct ui_node *ui_add(struct ui_tree *tree, struct ui_node *parent, const struct ui_node *node)
{
	struct arena *arena = tree->arena;
	struct ui_node *added = NULL;

	if (parent != &arena->spare && tree->n_nodes < UI_NODES_MAX)
		added = arena_take(arena, sizeof(*added), _Alignof(struct ui_node));
	if (!added) {
		arena->is_broken = true;
		arena->spare = (struct ui_node){.role = UI_PANEL};
		return &arena->spare;
	}
	*added = *node;
	added->key = arena_copy(arena, node->key);
	added->name = arena_copy(arena, node->name);
	added->value = arena_copy(arena, node->value);
	added->detail = arena_copy(arena, node->detail);
	added->language = arena_copy(arena, node->language);
	added->note = arena_copy(arena, node->note);
	added->icon = arena_copy(arena, node->icon);
	added->first_child = added->last_child = added->next = NULL;
	added->parent = parent;
	if (parent->last_child)
		parent->last_child->next = added;
	else
		parent->first_child = added;
	parent->last_child = added;
	/* held, so that two trees alive at once never show two pictures under one address */
	if (added->picture)
		arena->pictures[arena->n_pictures++] = cairo_surface_reference(added->picture);
	tree->n_nodes++;
	return added;
}

const char *ui_text(struct ui_tree *tree, const char *format, ...)
{
	struct arena *arena = tree->arena;
	va_list args;
	char *text;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = n < 0 ? NULL : arena_take(arena, (size_t)n + 1, 1);
	if (!text) {
		arena->is_broken = true;
		return "";
	}
	va_start(args, format);
	vsnprintf(text, (size_t)n + 1, format, args);
	va_end(args);
	return text;
}

bool ui_tree_is_broken(const struct ui_tree *tree)
{
	return ((const struct arena *)tree->arena)->is_broken;
}

struct ui_node *ui_next(const struct ui_node *node)
{
	if (node->first_child)
		return node->first_child;
	while (node && !node->next)
		node = node->parent;
	return node ? node->next : NULL;
}

struct ui_node *ui_find(const struct ui_tree *tree, const char *key)
{
	for (struct ui_node *node = tree->root; node; node = ui_next(node))
		if (node->key && strcmp(node->key, key) == 0)
			return node;
	return NULL;
}
