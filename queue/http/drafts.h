#pragma once
/* SPDX-License-Identifier: MIT
 * What draft routes share: finding a draft the caller may see. */
#include "queue/http/request.h"
#include "shared/model/draft.h"

/** A draft at hand, taken out of its sealed file. Wiped on release. */
struct draft_at_hand {
	const struct desk_ticket *ticket;
	int i;
	json_t *sealed;              /* {"draft","history"} */
	struct draft *draft;
	const struct form *form;     /* NULL: no longer configured */
};

void draft_at_hand_release(struct draft_at_hand *hand);
/** draft_ticket() - the ticket of the path when the caller may open its drafts; NULL: answered already. */
const struct desk_ticket *draft_ticket(struct request *request);
/** draft_open() - opens draft @i of @ticket. 0, -ENOENT, -EBADMSG …. */
MUST_USE int draft_open(struct request *request, const struct desk_ticket *ticket, int i, struct draft_at_hand *ret_hand);
/** draft_at_path() - both for the routes with {id} and {i}; false: answered already. */
bool draft_at_path(struct request *request, struct draft_at_hand *ret_hand);
/** draft_note() - writes @kind down for draft @i of ticket @ticket (id), then calls @done from the loop with @request;
 *  request->text holds the ticket's id then. */
void draft_note(struct request *request, enum desk_event_kind kind, const char *ticket, int i, hall_done_fn *done);
