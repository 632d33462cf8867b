/* SPDX-License-Identifier: MIT
 * Drafts as pages: for the console's viewer and for the printer. */
#include "queue/http/drafts.h"
#include "queue/http/server.h"
#include "shared/base/banned.h"

void route_draft_pdf(struct request *request)
{
	answer_problem(request, "not-offered");
}

void route_draft_print(struct request *request)
{
	answer_problem(request, "no-printer");
}
