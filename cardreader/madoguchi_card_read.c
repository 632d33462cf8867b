/* SPDX-License-Identifier: MIT
 * madoguchi-card read: what a card tells about its holder. A card that fails its proof is still read: whoever sees
 * "genuine":"failed" decides. */
#include <string.h>

#include "cardreader/madoguchi_card.h"
#include "shared/base/command.h"
#include "shared/base/banned.h"

static json_t *encode_licence(const struct card_licence *licence)
{
	json_t *conditions = json_array(), *categories = json_array();

	for (size_t i = 0; i < sizeof(licence->conditions) / sizeof(*licence->conditions); i++)
		if (licence->conditions[i][0])
			json_array_append_new(conditions, json_string(licence->conditions[i]));
	for (size_t i = 0; card_licence_categories[i]; i++)
		if (licence->categories & 1U << i)
			json_array_append_new(categories, json_string(card_licence_categories[i]));
	return json_pack("{s:s, s:s, s:o, s:o}", "number", licence->number, "colour", licence->colour, "conditions", conditions,
			 "categories", categories);
}

static json_t *encode_reading(const struct card_reading *reading)
{
	json_t *json = command_person(&reading->person);
	json_t *facts = json_pack("{s:s, s:s?, s:s}", "kind", card_kind_word(reading->kind), "expires",
				  reading->expires[0] ? reading->expires : NULL, "genuine",
				  value_proof_word(reading->genuine));

	json_object_update(facts, json);
	if (reading->has_licence)
		json_object_set_new(facts, "licence", encode_licence(&reading->licence));
	json_decref(json);
	return facts;
}

static void print_line(const char *name, const char *value)
{
	if (value && *value)
		printf("%s\t%s\n", name, value);
}

static void print_lines(const struct card_reading *reading)
{
	const struct person *p = &reading->person;

	print_line("kind", card_kind_word(reading->kind));
	print_line("name", p->name.text);
	print_line("kana", p->kana.text);
	print_line("address", p->address.text);
	print_line("birth_date", p->birth_date.text);
	print_line("sex", p->sex.text);
	print_line("expires", reading->expires);
	print_line("genuine", value_proof_word(reading->genuine));
	if (reading->has_licence)
		print_line("licence", reading->licence.number);
}

static void on_read(void *data, const struct card_reading *reading)
{
	struct command *command = data;
	json_t *images = NULL;

	if (reading->outcome == CARD_OK && command->images_fd >= 0) {
		images = command_images_write(command->images_fd, reading->pictures, reading->n_pictures);
		if (!images) {
			command->exit = COMMAND_FAILED;
			sd_event_exit(command->loop, 0);
			return;
		}
	}
	if (reading->outcome == CARD_OK && command->is_json) {
		json_t *json = encode_reading(reading);

		if (images)
			json_object_set(json, "images", images);
		command_print(json);
	} else if (reading->outcome == CARD_OK) {
		print_lines(reading);
	}
	json_decref(images);
	command_finish(command, reading->outcome, reading->tries_left);
}

/* A licence may have been issued without a PIN; every other kind needs its secret. */
static int prepare(struct command *command)
{
	if (!command->has_secret && command->kind != CARD_DRIVER_LICENCE)
		return COMMAND_USAGE;
	if (!command->has_secret && command->has_auth)
		return COMMAND_USAGE;
	if (!command->has_secret)
		command->auth = CARD_AUTH_NONE;
	if (command->trust_dir)
		command->want |= CARD_WANT_PROOF;
	if (command->images_dir) {
		command->want |= CARD_WANT_NAME_PICTURES | CARD_WANT_FACE;
		command->images_fd = command_images_open(command->images_dir);
		if (command->images_fd < 0)
			return COMMAND_FAILED;
	}
	return COMMAND_DONE;
}

static int ask(struct command *command)
{
	const struct card_read_request request = command_request(command);

	return card_read(command->client, &request, on_read, command);
}

const struct subcommand subcommand_read = {"read", "rkaspWitwlRj", prepare, ask};
