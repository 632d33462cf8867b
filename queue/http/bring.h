#pragma once
/* SPDX-License-Identifier: MIT
 * What the holder of a ticket lays on the counter. */
#include "queue/http/request.h"

/** bring_add() - adds "bring" ([{"ja","en"}]) and "fees" ([{"yen","copies"} or {"yen_per_copy"}]) to @view while the
 *  ticket lives. Nothing personal: of the drafts only the number of copies is looked at. */
void bring_add(struct request *request, const struct desk_ticket *ticket, json_t *view);
