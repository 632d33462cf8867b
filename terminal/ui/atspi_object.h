#pragma once
/* SPDX-License-Identifier: MIT
 * Accessible: one ATK object, a copy of what a node says. Holds no pointer into a tree that could be gone: the
 * bus may ask at any time. Inner to ui/. */
#include <atk/atk.h>
#include <stdbool.h>
#include "terminal/ui/tree.h"

/** What the objects ask back; NULL once the ui is gone. */
struct accessible_owner {
	void (*press)(void *data, const char *path);
	void (*focus)(void *data, const char *path);
	void (*enter)(void *data, const char *path, const char *text);
	void *data;
	int n_references;
};

struct accessible {
	AtkObject parent_instance;
	enum ui_role role;
	char *identity;            /* key, or role and ordinal: what makes it the same object in the next tree */
	char *path;                /* identities from the frame down */
	char *text;                /* AtkText content */
	char *language;
	uint64_t states;           /* bits of AtkStateType */
	struct ui_rect box;
	GPtrArray *children;       /* of struct accessible, referenced */
	int index;                 /* in the parent */
	struct accessible_owner *owner;
};

struct accessible_class {
	AtkObjectClass parent_class;
};

/** accessible_new() - of the kind that suits @role: only buttons have an action, only texts a text. */
struct accessible *accessible_new(enum ui_role role, struct accessible_owner *owner);
/** accessible_set_text() - with the events a reader waits for. */
void accessible_set_text(struct accessible *self, const char *text, bool is_silent);
/** accessible_set_states() - tells every change. */
void accessible_set_states(struct accessible *self, uint64_t states, bool is_silent);
/** accessible_set_defunct() - it and everything below left the screen. */
void accessible_set_defunct(struct accessible *self);

struct accessible_owner *accessible_owner_ref(struct accessible_owner *owner);
struct accessible_owner *accessible_owner_unref(struct accessible_owner *owner);

#define STATE_BIT(state) (UINT64_C(1) << (state))
