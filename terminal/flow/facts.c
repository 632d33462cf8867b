/* SPDX-License-Identifier: MIT
 * Facts: which card was read and its pictures for the clerk's eye. They wait in the visit until there is a draft to travel
 * with, and are wiped with it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "terminal/flow/parts.h"
#include "shared/base/banned.h"

void facts_drop(struct visit *visit)
{
	for (size_t i = 0; i < visit->n_pictures; i++) {
		explicit_bzero(visit->pictures[i].png, visit->pictures[i].n_png);
		free(visit->pictures[i].png);
	}
	explicit_bzero(visit->pictures, sizeof visit->pictures);
	explicit_bzero(&visit->card, sizeof visit->card);
	visit->n_pictures = 0;
}

bool facts_take(struct visit *visit, const struct card_reading *reading)
{
	const char *expires = *reading->expires ? reading->expires : visit->expires;

	facts_drop(visit);
	snprintf(visit->card.kind, sizeof visit->card.kind, "%s", card_kind_word(reading->kind));
	snprintf(visit->card.expires, sizeof visit->card.expires, "%.10s", expires);
	visit->card.genuine = reading->genuine;
	for (size_t i = 0; i < reading->n_pictures && visit->n_pictures < CARD_PICTURES_MAX; i++) {
		const struct card_picture *from = &reading->pictures[i];
		struct flow_picture *to = &visit->pictures[visit->n_pictures];

		if (!from->n_png || draft_picture_parse(from->what, &to->what) < 0)
			continue;
		to->png = malloc(from->n_png);
		if (!to->png)
			return false;
		memcpy(to->png, from->png, from->n_png);
		to->n_png = from->n_png;
		visit->n_pictures++;
	}
	return true;
}

/* A picture that is too large for a draft stays behind: the clerk has the card itself to look at. */
bool facts_give(const struct visit *visit, struct draft *draft)
{
	if (!*visit->card.kind)
		return true;
	if (draft_set_card(draft, &visit->card) == -ENOMEM)
		return false;
	for (size_t i = 0; i < visit->n_pictures; i++)
		if (draft_set_picture(draft, visit->pictures[i].what, visit->pictures[i].png, visit->pictures[i].n_png) == -ENOMEM)
			return false;
	return true;
}
