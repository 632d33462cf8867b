/* SPDX-License-Identifier: MIT
 * What to bring, from the ticket's procedures, each thing once. A fee is told as the sum to pay when the form says how many
 * copies, else for one copy. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "queue/http/bring.h"
#include "queue/http/drafts.h"
#include "shared/base/banned.h"

#define COPIES_MAX 999

static bool holds_form(const struct config_procedure *procedure, const char *form)
{
	for (size_t i = 0; i < procedure->n_forms; i++)
		if (strcmp(procedure->forms[i], form) == 0)
			return true;
	return false;
}

/* 0: not known. */
static long copies_of(struct request *request, const struct desk_ticket *ticket, const struct config_procedure *procedure)
{
	long n = 0;

	for (int i = 0; i < ticket->n_drafts && n == 0; i++) {
		CLEANUP(draft_at_hand_release) struct draft_at_hand hand = {0};
		const struct value *copies;

		if (draft_open(request, ticket, i, &hand) < 0)
			continue;
		copies = holds_form(procedure, draft_form(hand.draft)) ? draft_find(hand.draft, "copies") : NULL;
		n = copies ? strtol(copies->text, NULL, 10) : 0;
		if (n < 0 || n > COPIES_MAX)
			n = 0;
	}
	return n;
}

static json_t *fee_of(struct request *request, const struct desk_ticket *ticket, const struct config_procedure *procedure)
{
	long copies = copies_of(request, ticket, procedure);

	if (!copies)
		return json_pack("{si}", "yen_per_copy", procedure->fee_yen);
	return json_pack("{sI sI}", "yen", (json_int_t)procedure->fee_yen * copies, "copies", (json_int_t)copies);
}

static void add_thing(const struct config *config, json_t *list, const char *thing)
{
	char id[DESK_WORD_BYTES_MAX + sizeof("bring.")];
	const json_t *known;
	const char *ja;
	size_t i;

	snprintf(id, sizeof(id), "bring.%s", thing);
	ja = config_text(config, id, "ja");
	json_array_foreach(list, i, known)
		if (strcmp(json_string_value(json_object_get(known, "ja")), ja) == 0)
			return;
	json_array_append_new(list, json_pack("{ss ss}", "id", thing, "ja", ja));
}

void bring_add(struct request *request, const struct desk_ticket *ticket, json_t *view)
{
	const struct config *config = hall_config(request->hall);
	json_t *things = json_array(), *fees = json_array(), *ids = hall_procedures(ticket), *id;
	size_t i;

	json_array_foreach(ids, i, id) {
		const struct config_procedure *procedure = config_procedure_find(config, json_string_value(id));

		for (size_t b = 0; procedure && b < procedure->n_bring; b++)
			if (strcmp(procedure->bring[b], "fee") != 0 || procedure->fee_yen <= 0) /* told with its amount */
				add_thing(config, things, procedure->bring[b]);
		if (procedure && procedure->fee_yen > 0)
			json_array_append_new(fees, fee_of(request, ticket, procedure));
	}
	json_decref(ids);
	json_object_set_new(view, "bring", things);
	json_object_set_new(view, "fees", fees);
}
