/* SPDX-License-Identifier: MIT
 * madoguchi-card readers and tries: what can be known without a secret. */
#include "cardreader/madoguchi_card.h"
#include "shared/base/banned.h"

static int print_readers(struct command *command)
{
	size_t n;
	const struct card_reader *readers = card_client_readers(command->client, &n);
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		if (command->is_json)
			json_array_append_new(list, json_pack("{s:s, s:b}", "name", readers[i].name, "card",
							      readers[i].has_card));
		else
			printf("%s\t%s\n", readers[i].name, readers[i].has_card ? "card" : "empty");
	if (command->is_json)
		command_print(json_pack("{s:O}", "readers", list));
	json_decref(list);
	command_finish(command, CARD_OK, -1);
	return 0;
}

static void on_tries(void *data, enum card_outcome outcome, const struct card_tries *tries)
{
	struct command *command = data;
	const struct {
		const char *name;
		int tries;
	} all[] = {{"pin", tries->pin}, {"a", tries->a}, {"b", tries->b}, {"jpki_auth", tries->jpki_auth},
		   {"jpki_sign", tries->jpki_sign}};
	json_t *json = json_object();

	for (size_t i = 0; outcome == CARD_OK && i < sizeof(all) / sizeof(*all); i++) {
		json_object_set_new(json, all[i].name, all[i].tries < 0 ? json_null() : json_integer(all[i].tries));
		if (!command->is_json && all[i].tries >= 0)
			printf("%s\t%d\n", all[i].name, all[i].tries);
	}
	if (outcome == CARD_OK && command->is_json)
		command_print(json_incref(json));
	json_decref(json);
	command_finish(command, outcome, -1);
}

static int ask_tries(struct command *command)
{
	return card_tries(command->client, on_tries, command);
}

const struct subcommand subcommand_readers = {"readers", "rj", NULL, print_readers};
const struct subcommand subcommand_tries = {"tries", "rwRj", NULL, ask_tries};
