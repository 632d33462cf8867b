#pragma once
/* SPDX-License-Identifier: MIT
 * Sheet look: what must hold of any page, whatever stands on it. Fails the running cmocka test, naming @what. */
#include "shared/base/buf.h"
#include "shared/render/sheet.h"

/** sheet_look_texts() - all texts, one a line. */
void sheet_look_texts(const struct sheet *sheet, struct buf *out);
/** sheet_look_is_whole() - everything stands within the margins, no two texts lie on each other, no line runs through a
 *  text. */
void sheet_look_is_whole(const struct sheet *sheet, const char *what);
