#pragma once
/* SPDX-License-Identifier: MIT
 * Tree: one screen as a tree of nodes, built by a function from state, in an arena that is wiped with the
 * screen. The same tree is laid out, painted, hit by touch, walked by the keyboard focus, spoken, and published on
 * AT-SPI; nothing is drawn that is not in it. Lengths are design pixels at 1080×1920, scaled by the window. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <cairo.h>
#include "shared/base/cleanup.h"

enum ui_role {
	UI_FRAME,    /* the screen; named by its title */
	UI_PANEL,    /* a group; a name is optional */
	UI_HEADING,
	UI_LABEL,    /* text */
	UI_BUTTON,   /* the only thing that can be pressed; also choices (UI_IS_CHOSEN) */
	UI_ENTRY,    /* editable text; value is what is in it */
	UI_PASSWORD, /* value is one "•" per character, never the characters; columns: how many there will be */
	UI_IMAGE,    /* icon, QR code or page; name says what it shows */
	UI_STATUS,   /* text that is announced when it changes (live) */
	UI_STEPS,    /* where you are: children are labels, the current one has UI_IS_CURRENT */
	UI_SPACER,   /* empty room that grows; not published */
	N_UI_ROLES
};

enum ui_style {
	UI_STYLE_PLAIN,
	UI_STYLE_PRIMARY,     /* filled, the way on: one per screen */
	UI_STYLE_SECONDARY,   /* outlined in the key colour */
	UI_STYLE_QUIET,       /* outlined in grey: back, quit, clear */
	UI_STYLE_CARD,        /* rounded white box with a grey border: tables */
	UI_STYLE_NOTICE,      /* pale blue: this is about you now */
	UI_STYLE_WARNING,     /* orange: look here */
	UI_STYLE_ERROR,       /* red */
	UI_STYLE_GOOD,        /* green text: a good wait */
	UI_STYLE_MUTED,       /* grey text */
	UI_STYLE_TAG,         /* small pale-blue chip: カードから */
	UI_STYLE_TAG_WARM,    /* small orange chip: 入力 */
	UI_STYLE_BAR,         /* header or footer band */
	UI_STYLE_TICKET,      /* the huge number */
};

enum ui_flow { UI_COLUMN, UI_ROW, UI_GRID };
enum ui_align { UI_START, UI_CENTER, UI_END };

enum ui_state {
	UI_IS_DISABLED = 1 << 0,
	UI_IS_CHOSEN = 1 << 1,
	UI_IS_CURRENT = 1 << 2,
	UI_IS_DONE = 1 << 3,
	UI_IS_BOLD = 1 << 4,
	UI_IS_DEFAULT_FOCUS = 1 << 5,
	UI_IS_BULLET = 1 << 6,
};

struct ui_rect {
	int x, y, width, height;
};

struct ui_node {
	enum ui_role role;
	enum ui_style style;
	unsigned state;           /* enum ui_state bits */
	const char *key;          /* stable within the screen ("yes", "digit-1"): keeps focus and AT-SPI identity over rebuilds */
	const char *name;         /* visible label and accessible name, ruby allowed: {用件|ようけん} */
	const char *value;        /* entry, password: content; image: QR text */
	const char *detail;       /* a second, smaller line inside a button; password: words behind its groups, "年 月 日" */
	const char *language;     /* of its texts; NULL: the tree's */
	const char *note;         /* a third line in green inside a button (the wait); password: its groups, "2 2 2" */
	const char *icon;         /* name of a line drawing: document house shield person yen flower question card
	                           * card-on-reader card-off-reader (a card being lifted off) printer speaker back staff
	                           * check warning bell paper scissors ticket; a card's face with one place marked:
	                           * face-birth face-expiry face-code face-residence */
	cairo_surface_t *picture; /* UI_IMAGE: borrowed, e.g. the page preview */
	int action;               /* > 0: what flow is told when pressed */
	int64_t argument;         /* handed along with the action */
	int font_px;              /* 0: the role's default */
	enum ui_flow flow;
	enum ui_align align;      /* of content along the cross direction; text alignment for labels */
	int columns;              /* UI_GRID */
	int gap, padding;         /* between children; inside */
	int width, height;        /* 0: natural (or, in a column, the full width) */
	int grow;                 /* share of the left-over room in the parent's direction */
	struct ui_node *parent, *first_child, *last_child, *next;
	struct ui_rect box;       /* set by layout, in window pixels */
};

struct ui_tree {
	struct ui_node *root;     /* UI_FRAME */
	const char *language;     /* "ja", "en": for font choice and AT-SPI locale */
	void *arena;
	size_t n_nodes;
};

#define UI_NODES_MAX 512

/** ui_tree_new() - an empty screen named @title. NULL: no memory. */
struct ui_tree *ui_tree_new(const char *title, const char *language);
/** ui_tree_free() - wipes every byte of text in it. */
struct ui_tree *ui_tree_free(struct ui_tree *tree);
DEFINE_CLEANUP(struct ui_tree *, ui_tree_free)

/** ui_add() - appends a child made from @node (its strings are copied into the arena, links ignored).
 *  Never NULL: beyond UI_NODES_MAX or memory the same spare node is returned and the tree is marked broken. */
struct ui_node *ui_add(struct ui_tree *tree, struct ui_node *parent, const struct ui_node *node);
#define UI_ADD(tree, parent, ...) ui_add((tree), (parent), &(const struct ui_node){__VA_ARGS__})
/** ui_text() - printf into the arena, for names built from parts. */
const char *ui_text(struct ui_tree *tree, const char *format, ...) PRINTF_LIKE(2, 3);
bool ui_tree_is_broken(const struct ui_tree *tree);
/** ui_next() - the following node in reading order (depth first); NULL after the last. */
struct ui_node *ui_next(const struct ui_node *node);
/** ui_find() - by key; NULL when there is none. */
struct ui_node *ui_find(const struct ui_tree *tree, const char *key);
