#pragma once
/* SPDX-License-Identifier: MIT
 * Form staff: the foot of a form: what the clerk needs to know (fee, what came from the card, characters that could
 * not be printed) and the boxes only staff write in. */
#include "shared/config/config.h"
#include "shared/model/draft.h"
#include "shared/render/band.h"

/** form_staff_add() - adds the foot's bands. @draft NULL: the blank form. Reads maker->missing, which must be complete. */
void form_staff_add(struct maker *maker, const struct config *config, const struct form *form, const struct draft *draft);
