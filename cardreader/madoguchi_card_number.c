/* SPDX-License-Identifier: MIT
 * madoguchi-card number: the individual number, for a procedure that a signed configuration marks for it (番号法9条,
 * 14条). The permit is looked for first: without one no reader is opened. The number is written straight from its
 * locked memory to stdout, past stdio's buffer. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cardreader/madoguchi_card.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

#define PIN_DIGITS 4
#define NUMBER_DIGITS 12

/* Return: whether all of it was taken. */
static bool put(const void *bytes, size_t n_bytes)
{
	while (n_bytes) {
		ssize_t n = write(STDOUT_FILENO, bytes, n_bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		bytes = (const char *)bytes + n;
		n_bytes -= (size_t)n;
	}
	return true;
}

static bool put_text(const char *text)
{
	return put(text, strlen(text));
}

static bool print_json(const struct card_reading *reading, const struct secret *number)
{
	json_t *person = reading->person.name.text ? command_person(&reading->person) : json_object();
	char *text;
	bool is_written;

	json_object_set_new(person, "kind", json_string(card_kind_word(reading->kind)));
	text = json_dumps(person, JSON_COMPACT);
	json_decref(person);
	is_written = put_text("{\"number\":\"") && put(secret_bytes(number), secret_length(number)) && put_text("\",") &&
		     put_text(text ? text + 1 : "\"kind\":\"my-number\"}") && put_text("\n");
	wipe_free(text);
	return is_written;
}

static bool print_lines(const struct card_reading *reading, const struct secret *number)
{
	if (!put_text("number\t") || !put(secret_bytes(number), secret_length(number)) || !put_text("\n"))
		return false;
	if (reading->person.name.text)
		printf("name\t%s\naddress\t%s\n", reading->person.name.text, reading->person.address.text);
	return true;
}

static void on_number(void *data, const struct card_reading *reading, const struct secret *number)
{
	struct command *command = data;
	bool is_written = true;

	if (number)
		is_written = command->is_json ? print_json(reading, number) : print_lines(reading, number);
	command_finish(command, reading->outcome, reading->tries_left);
	if (!is_written)
		command->exit = command_failed(PROGRAM, "the output could not be written; see that there is room where it goes");
}

/* Whatever makes the configuration one that cannot give a permit, the answer is the same; what it was goes to stderr. */
static int prepare(struct command *command)
{
	const struct config_options options = {.bundle_key = command->bundle_key, .templates_dir = command->templates_dir,
					       .allow_unsigned = true, .is_fast = true};
	CLEANUP(findings_release) struct findings findings = {0};
	struct stat st;
	size_t n_secret;

	if (!command->purpose || !command->config_path || !command->has_secret)
		return COMMAND_USAGE;
	if (stat(command->config_path, &st) < 0 || (command->bundle_key && stat(command->bundle_key, &st) < 0))
		return command_tell(command, "%s: %s", command->config_path,
				      "this file or the key cannot be found; give --config FILE.mdg and --bundle-key FILE.pub");
	if (config_load(command->config_path, &options, &findings, &command->config) < 0)
		findings_print(&findings, stderr);
	else
		command->permit = config_number_permit(command->config, command->purpose);
	if (!number_permit_is_valid(command->permit))
		return command_refuse(command, CARD_NOT_PERMITTED, -1, NULL);
	n_secret = secret_length(command->secret);
	command->auth = n_secret == NUMBER_DIGITS ? CARD_AUTH_A : CARD_AUTH_PIN;
	if (n_secret != NUMBER_DIGITS && n_secret != PIN_DIGITS)
		return command_refuse(command, CARD_PIN_MALFORMED, -1, NULL);
	return COMMAND_DONE;
}

static int ask(struct command *command)
{
	const struct card_read_request request = command_request(command);

	return card_read_number(command->client, command->permit, &request, on_number, command);
}

const struct subcommand subcommand_number = {"number", "rspwlRjPcbT", prepare, ask};
