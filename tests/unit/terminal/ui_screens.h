#pragma once
/* SPDX-License-Identifier: MIT
 * Screens for the tests of ui/: trees as rich as the counter's own, with invented people. */
#include "terminal/ui/tree.h"

enum ui_screen { SCREEN_START, SCREEN_CARD, SCREEN_PIN, SCREEN_CONFIRM, SCREEN_QUESTION, SCREEN_TICKET, SCREEN_ENTRY, N_UI_SCREENS };

extern const char *const ui_screen_names[N_UI_SCREENS];
/** ui_screen_new() - @step changes what a screen shows (digits typed, choice made). */
struct ui_tree *ui_screen_new(enum ui_screen screen, int step);
