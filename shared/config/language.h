#pragma once
/* SPDX-License-Identifier: MIT
 * Language of what the specialist's tool says: English where it is written, Japanese from shared/config/po/ja.po through GNU gettext. Only
 * madoguchi-config chooses one; every other program keeps to English, as its journal does. */
#include <libintl.h>
#include "shared/base/cleanup.h"

/** N_() - marks a text that is translated where it is told, not where it stands. */
#define N_(text) text

/** language_choose() - @name: ja, en, or NULL for what LANGUAGE, LC_ALL, LC_MESSAGES and LANG say (C and C.UTF-8 mean en).
 *  No locale of the system need be made for it. Early, before any thread. Return: 0, -EINVAL for another name. */
MUST_USE int language_choose(const char *name);
