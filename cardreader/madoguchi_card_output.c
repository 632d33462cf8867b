/* SPDX-License-Identifier: MIT
 * What every subcommand says in the same way: a failure is one line that says what to do, or one JSON object. */
#include <stdarg.h>
#include <string.h>

#include "cardreader/madoguchi_card.h"
#include "shared/base/command.h"
#include "shared/base/banned.h"

#define MESSAGE_BYTES_MAX 4096

static const char *secret_shape(enum card_auth auth)
{
	switch (auth) {
	case CARD_AUTH_NONE:
	case CARD_AUTH_PIN:
		return "the PIN must be 4 digits; nothing was sent to the card";
	case CARD_AUTH_B:
		return "照合番号B must be 14 digits: birth date YYMMDD with the era's year, expiry year YYYY, security code; nothing was "
		       "sent to the card";
	case CARD_AUTH_A:
		return "照合番号A must be 12 digits; nothing was sent to the card";
	case CARD_AUTH_CARD_NUMBER:
		return "the card number must be 2 capital letters, 8 digits, 2 capital letters; nothing was sent to the card";
	case CARD_AUTH_SIGN_PIN:
		return "the signing PIN must be 6 to 16 capital letters and digits, with one of each; nothing was sent to the card";
	}
	return "";
}

static const char *unsupported(const struct command *command)
{
	switch (command->kind) {
	case CARD_MY_NUMBER:
		return "this is no My Number card, or not one that opens this way; place a My Number card, chip side to the reader";
	case CARD_DRIVER_LICENCE:
		return "this is no driver's licence, or not one that opens this way; place a licence with a chip";
	case CARD_RESIDENCE:
		return "this is no residence card, or not one that opens this way; place a residence card and give its number";
	case CARD_KIND_AUTO:
	case N_CARD_KINDS:
		break;
	}
	return "this card cannot be read here or not in this way; place a My Number card, a licence or a residence card, chip side "
	       "to the reader, and see --auth";
}

static const char *unavailable(const struct command *command)
{
	if (command->client && card_client_is_in_use(command->client))
		return "the reader is held: another program uses it, or a card on it does not answer; take the card off, then try again";
	if (command->is_asked)
		return "the card or its reader did not answer in time; take the card off, place it again and try again";
	return "the reader service does not answer; see that pcscd runs";
}

static const char *not_genuine(const struct command *command)
{
	return command->trust_dir ? "the card could not prove that it is genuine; let staff look at the card and its holder" :
				    "the card could not prove that it is genuine";
}

static const char *message_of(const struct command *command, enum card_outcome outcome)
{
	switch (outcome) {
	case CARD_OK:
		return "done";
	case CARD_NO_READER:
		return "no card reader is connected; connect one and try again";
	case CARD_NO_CARD:
		return "no card lies on the reader; place the card and try again";
	case CARD_REMOVED:
		return "the card was taken away too early; place it again and leave it there";
	case CARD_UNSUPPORTED:
		return unsupported(command);
	case CARD_MALFORMED:
		return "the card's answer makes no sense; clean the card or use another; --record FILE keeps a trace without names";
	case CARD_SERVICE_UNAVAILABLE:
		return unavailable(command);
	case CARD_PIN_INCORRECT:
		return command->auth == CARD_AUTH_PIN ? "the PIN is not right" : "what was typed from the card is not right";
	case CARD_PIN_BLOCKED:
		return "it is blocked after too many misses; the office that issued the card can reset it";
	case CARD_LAST_TRY:
		return "one try is left and was kept; --spend-last-try uses it";
	case CARD_PIN_MALFORMED:
		return secret_shape(command->auth);
	case CARD_NOT_GENUINE:
		return not_genuine(command);
	case CARD_NOT_PERMITTED:
		return "the number may be read only with a signed configuration (FILE.mdg with --bundle-key) that marks this procedure "
		       "with individual_number; the card was not touched";
	}
	return "";
}

void command_print(json_t *json)
{
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	fflush(stdout);
	json_decref(json);
}

/* A text of the command line need not be UTF-8; JSON must. */
static json_t *encode_message(char *text)
{
	json_t *json = json_string(text);

	for (char *c = text; !json && *c; c++)
		if (*c & 0x80)
			*c = '?';
	return json ? json : json_string(text);
}

static void PRINTF_LIKE(3, 0) tell(const struct command *command, bool is_on_stderr, const char *format, va_list args)
{
	char text[MESSAGE_BYTES_MAX];

	vsnprintf(text, sizeof(text), format, args);
	if (is_on_stderr)
		command_failed(PROGRAM, "%s", text);
	if (command->is_json)
		command_print(json_pack("{s:s, s:o}", "error", "failed", "message", encode_message(text)));
}

int command_tell(const struct command *command, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(command, !command->is_json, format, args);
	va_end(args);
	return COMMAND_FAILED;
}

int command_wrong(const struct command *command, const char *usage, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	tell(command, true, format, args);
	va_end(args);
	return command_usage(usage);
}

/* A reader that was named is not there; others are. */
static bool names_no_reader(const struct command *command, char text[MESSAGE_BYTES_MAX])
{
	const struct card_reader *readers;
	size_t n_readers, n;

	if (!command->reader || !command->client)
		return false;
	readers = card_client_readers(command->client, &n_readers);
	n = (size_t)snprintf(text, MESSAGE_BYTES_MAX, "no reader named \"%.128s\" is connected; connected:", command->reader);
	for (size_t i = 0; i < n_readers && n < MESSAGE_BYTES_MAX; i++)
		n += (size_t)snprintf(text + n, MESSAGE_BYTES_MAX - n, "%s \"%s\"", i ? "," : "", readers[i].name);
	return n_readers;
}

int command_refuse(const struct command *command, enum card_outcome outcome, int tries_left, json_t *more)
{
	char message[MESSAGE_BYTES_MAX];

	if (outcome != CARD_NO_READER || !names_no_reader(command, message))
		snprintf(message, sizeof(message), "%s", message_of(command, outcome));
	if (command->is_json) {
		json_t *json = json_pack("{s:s, s:o}", "error", card_outcome_word(outcome), "message", encode_message(message));

		if (tries_left >= 0)
			json_object_set_new(json, "tries_left", json_integer(tries_left));
		if (more)
			json_object_update(json, more);
		command_print(json);
	} else if (tries_left >= 0) {
		command_failed(PROGRAM, "%s (tries left: %d)", message, tries_left);
	} else {
		command_failed(PROGRAM, "%s", message);
	}
	json_decref(more);
	return card_outcome_exit(outcome);
}

void command_finish(struct command *command, enum card_outcome outcome, int tries_left)
{
	command->exit = outcome == CARD_OK ? COMMAND_DONE : command_refuse(command, outcome, tries_left, NULL);
	sd_event_exit(command->loop, 0);
}

json_t *command_person(const struct person *person)
{
	return json_pack("{s:s?, s:s?, s:s?, s:s?}", "name", person->name.text, "address", person->address.text, "birth_date",
			 person->birth_date.text, "sex", person->sex.text);
}
