#pragma once
/* SPDX-License-Identifier: MIT
 * Layout: gives every node its box. Nothing scrolls: when a screen is too full the empty room goes first, then
 * the gaps, then the large type steps back towards 100 % and below. Inner to ui/. */
#include "terminal/ui/content.h"

/** layout_run() - lays @tree out in a window. @view: scale, language and the percents that were
 *  used are written back, so that painting uses the same. Return: whether everything fits. */
bool layout_run(struct view *view, const struct ui_tree *tree, int width, int height);
