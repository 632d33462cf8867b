/* SPDX-License-Identifier: MIT
 * madoguchi-card read: what a card tells about its holder. A card that fails its proof is still read: whoever sees
 * "genuine":"failed" decides. */
#include <string.h>

#include "cardreader/madoguchi_card.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
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

/* ---- what each value is worth: one word for the whole card would lend its signature to values it does not cover ---- */

#define N_VALUES 4

struct named_value {
	const char *name;
	const struct value *value;
};

static void values_of(const struct person *person, struct named_value ret_values[N_VALUES])
{
	ret_values[0] = (struct named_value){"name", &person->name};
	ret_values[1] = (struct named_value){"address", &person->address};
	ret_values[2] = (struct named_value){"birth_date", &person->birth_date};
	ret_values[3] = (struct named_value){"sex", &person->sex};
}

static json_t *encode_proofs(const struct person *person)
{
	struct named_value values[N_VALUES];
	json_t *proofs = json_object();

	values_of(person, values);
	for (size_t i = 0; i < N_VALUES; i++)
		if (values[i].value->text)
			json_object_set_new(proofs, values[i].name, json_string(value_proof_word(values[i].value->proof)));
	return proofs;
}

/* "verified" of the card is read as verified of everything printed with it. */
static void warn_of_unsigned(const struct card_reading *reading)
{
	struct named_value values[N_VALUES];
	char names[64] = "";
	size_t n = 0;

	values_of(&reading->person, values);
	for (size_t i = 0; reading->genuine == PROOF_VERIFIED && i < N_VALUES; i++)
		if (values[i].value->text && values[i].value->proof != PROOF_VERIFIED)
			snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s", n++ ? ", " : "", values[i].name);
	if (n)
		fprintf(stderr, "%s: the %s %s not covered by the card's signature; compare %s with the card\n", PROGRAM, names,
			n == 1 ? "is" : "are", n == 1 ? "it" : "them");
}

static json_t *encode_reading(const struct card_reading *reading)
{
	json_t *json = command_person(&reading->person);
	json_t *facts = json_pack("{s:s, s:s?, s:s}", "kind", card_kind_word(reading->kind), "expires",
				  reading->expires[0] ? reading->expires : NULL, "genuine",
				  value_proof_word(reading->genuine));

	json_object_update(facts, json);
	json_object_set_new(facts, "proof", encode_proofs(&reading->person));
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

static void print_value(const char *name, const struct value *value)
{
	if (value->text && *value->text)
		printf("%s\t%s\t%s\n", name, value->text, value_proof_word(value->proof));
}

static void print_lines(const struct card_reading *reading)
{
	const struct person *p = &reading->person;

	print_line("kind", card_kind_word(reading->kind));
	print_value("name", &p->name);
	print_value("kana", &p->kana);
	print_value("address", &p->address);
	print_value("birth_date", &p->birth_date);
	print_value("sex", &p->sex);
	print_line("expires", reading->expires);
	print_line("genuine", value_proof_word(reading->genuine));
	if (reading->has_licence)
		print_line("licence", reading->licence.number);
}

/* ---- pictures ---- */


/* Whoever asked for pictures and gets none is told why. */
static void explain_no_pictures(const struct command *command, const struct card_reading *reading)
{
	const char *why = "this card gave none";

	if (!(command->want & CARD_WANT_PICTURES) || (command->images_fd >= 0 && reading->n_pictures))
		return;
	if (command->images_fd < 0)
		why = "--images DIR says where they go";
	else if (command->auth == CARD_AUTH_PIN || command->auth == CARD_AUTH_NONE)
		why = "a PIN does not open them; take --auth b, for a residence card --auth card-number";
	fprintf(stderr, "%s: no pictures: %s\n", PROGRAM, why);
}

/* The text that was read is told whatever becomes of the pictures. @r: of writing them. */
static int print_reading(const struct command *command, const struct card_reading *reading, int r, json_t *images)
{
	char message[128] = "";

	if (r < 0)
		snprintf(message, sizeof(message), "the pictures could not be written (%s) and none is left; see that there is room",
			 fault_name(r));
	if (command->is_json) {
		json_t *json = encode_reading(reading);

		if (images)
			json_object_set(json, "images", images);
		if (r < 0)
			json_object_update_new(json, json_pack("{s:s, s:s}", "error", "failed", "message", message));
		command_print(json);
	} else {
		print_lines(reading);
	}
	warn_of_unsigned(reading);
	explain_no_pictures(command, reading);
	if (r < 0 && !command->is_json)
		command_failed(PROGRAM, "%s", message);
	return r < 0 ? COMMAND_FAILED : COMMAND_DONE;
}

static void on_read(void *data, const struct card_reading *reading)
{
	struct command *command = data;
	json_t *images = NULL;
	int r = 0;

	if (reading->outcome != CARD_OK) {
		command_finish(command, reading->outcome, reading->tries_left);
		return;
	}
	if (command->images_fd >= 0)
		r = command_images_write(command->images_fd, reading->pictures, reading->n_pictures, &images);
	command->exit = print_reading(command, reading, r, images);
	json_decref(images);
	sd_event_exit(command->loop, 0);
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
		command->want |= CARD_WANT_PICTURES;
		command->images_fd = command_images_open(command);
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
