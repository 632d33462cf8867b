/* SPDX-License-Identifier: MIT
 * madoguchi-card: cards from the command line, through the same helper and client as the terminal's. The PIN comes
 * on stdin only; the command line and the environment of a process can be read by others. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/card.h"
#include "shared/base/clock.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/loop/child.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

#define PROGRAM "madoguchi-card"
#define WAIT_SECONDS_MAX 3600

static const char usage[] =
	"usage: madoguchi-card readers [--json]\n"
	"       madoguchi-card read  [--reader NAME] [--kind auto|my-number] --pin-stdin\n"
	"                            [--wait SECONDS] [--spend-last-try] [--json]\n"
	"       madoguchi-card tries [--reader NAME] [--wait SECONDS] [--json]\n"
	"  readers            what is connected, and whether a card lies there\n"
	"  read               name, address, birth date and sex from the card\n"
	"  tries              how many PIN tries are left; spends none\n"
	"  --auth pin --secret-stdin, --pin-stdin\n"
	"                     the 4-digit PIN is the first line of standard input\n"
	"  --wait SECONDS     wait for a card (0-3600, default 0)\n"
	"  --spend-last-try   go on although one try is left; a miss then blocks the PIN\n"
	"  --json             one JSON object; a failure is {\"error\", \"message\", \"tries_left\"?}\n"
	"  --help, --version\n"
	"exit: 0 done, 1 failed, 2 wrong usage, 10 no reader, 11 no card, 12 card removed, 13 unsupported,\n"
	"      14 malformed, 15 no reader service, 20 PIN incorrect, 21 blocked, 22 last try, 23 PIN malformed\n";

enum what { WHAT_READERS, WHAT_READ, WHAT_TRIES };

struct command {
	enum what what;
	const char *reader;
	enum card_kind kind;
	bool is_json, may_spend_last_try, has_secret;
	long wait_seconds;
	struct secret *pin;
	sd_event *loop;
	struct card_client *client;
	sd_event_source *deadline;
	bool is_asked; /* the request is under way */
	int exit;
};

/* ---- output ---- */

static const char *message_of(enum card_outcome outcome)
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
		return "this card cannot be read here; place a My Number card, chip side to the reader";
	case CARD_MALFORMED:
		return "the card's answer makes no sense; clean the card or use another";
	case CARD_SERVICE_UNAVAILABLE:
		return "the reader service does not answer; see that pcscd runs";
	case CARD_PIN_INCORRECT:
		return "the PIN is not right";
	case CARD_PIN_BLOCKED:
		return "the PIN is blocked; the municipal office can reset it";
	case CARD_LAST_TRY:
		return "one try is left and was kept; --spend-last-try uses it";
	case CARD_PIN_MALFORMED:
		return "the PIN must be 4 digits; nothing was sent to the card";
	case CARD_NOT_GENUINE:
		return "the card could not prove that it is genuine";
	case CARD_NOT_PERMITTED:
		return "the procedure is not marked for the individual number";
	}
	return "";
}

static void print_json(json_t *json)
{
	json_dumpf(json, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(json);
}

static void finish(struct command *command, enum card_outcome outcome, int tries_left)
{
	command->exit = card_outcome_exit(outcome);
	if (outcome != CARD_OK && command->is_json) {
		json_t *json = json_pack("{s:s, s:s}", "error", card_outcome_word(outcome), "message",
					 message_of(outcome));

		if (tries_left >= 0)
			json_object_set_new(json, "tries_left", json_integer(tries_left));
		print_json(json);
	} else if (outcome != CARD_OK && tries_left >= 0) {
		command_failed(PROGRAM, "%s (tries left: %d)", message_of(outcome), tries_left);
	} else if (outcome != CARD_OK) {
		command_failed(PROGRAM, "%s", message_of(outcome));
	}
	sd_event_exit(command->loop, 0);
}

static void print_readers(struct command *command)
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
		print_json(json_pack("{s:O}", "readers", list));
	json_decref(list);
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
		print_json(json_incref(json));
	json_decref(json);
	finish(command, outcome, -1);
}

static void on_read(void *data, const struct card_reading *reading)
{
	struct command *command = data;
	const struct person *p = &reading->person;

	if (reading->outcome == CARD_OK && command->is_json)
		print_json(json_pack("{s:s, s:s?, s:s?, s:s?, s:s?, s:s?, s:s}", "kind", card_kind_word(reading->kind), "name",
				     p->name.text, "address", p->address.text, "birth_date", p->birth_date.text, "sex",
				     p->sex.text, "expires", reading->expires[0] ? reading->expires : NULL, "genuine",
				     value_proof_word(p->name.proof)));
	else if (reading->outcome == CARD_OK)
		printf("kind\t%s\nname\t%s\naddress\t%s\nbirth_date\t%s\nsex\t%s\n", card_kind_word(reading->kind), p->name.text,
		       p->address.text, p->birth_date.text, p->sex.text);
	finish(command, reading->outcome, reading->tries_left);
}

/* ---- waiting for the card ---- */

static void ask(struct command *command)
{
	const struct card_read_request request = {
		.secret = command->pin, .auth = CARD_AUTH_PIN, .kind = command->kind, .may_spend_last_try = command->may_spend_last_try,
		.insertion = card_client_insertion(command->client)};
	int r;

	command->is_asked = true;
	if (command->what == WHAT_READ)
		r = card_read(command->client, &request, on_read, command);
	else
		r = card_tries(command->client, on_tries, command);
	if (r < 0)
		sd_event_exit(command->loop, r);
}

static enum card_outcome outcome_of(enum card_presence presence)
{
	switch (presence) {
	case CARD_PRESENCE_NO_SERVICE:
		return CARD_SERVICE_UNAVAILABLE;
	case CARD_PRESENCE_NO_READER:
		return CARD_NO_READER;
	case CARD_PRESENCE_ABSENT:
		return CARD_NO_CARD;
	case CARD_PRESENCE_PRESENT:
		return CARD_OK;
	}
	return CARD_SERVICE_UNAVAILABLE;
}

static void on_presence(void *data, enum card_presence presence)
{
	struct command *command = data;

	if (command->is_asked)
		return;
	if (command->what == WHAT_READERS && presence != CARD_PRESENCE_NO_SERVICE) {
		print_readers(command);
		finish(command, CARD_OK, -1);
	} else if (command->what != WHAT_READERS && presence == CARD_PRESENCE_PRESENT) {
		ask(command);
	} else if (!command->wait_seconds) {
		finish(command, outcome_of(presence), -1);
	}
}

static int on_deadline(sd_event_source *source, uint64_t now_us, void *data)
{
	struct command *command = data;

	if (!command->is_asked)
		finish(command, outcome_of(card_client_presence(command->client)), -1);
	return 0;
}

/* ---- command line ---- */

static int read_pin(struct command *command)
{
	int r;

	command->pin = secret_new(LINK_SECRET_BYTES_MAX);
	if (!command->pin)
		return fault_raise(-ENOMEM);
	r = secret_read_fd(command->pin, 0);
	return r == -ENOSPC ? 0 : r; /* too long is malformed too */
}

static int run(struct command *command)
{
	static const struct card_handlers handlers = {.presence = on_presence};
	int r;

	wipe_json();
	r = secret_init_process();
	if (!r)
		r = loop_new(&command->loop);
	if (!r && command->what == WHAT_READ)
		r = read_pin(command);
	if (r < 0)
		return fault_pass(r);
	if (command->pin && !secret_is_digits(command->pin, 4)) {
		finish(command, CARD_PIN_MALFORMED, -1);
		return 0;
	}
	r = card_client_new(command->loop, &(struct card_options){.reader = command->reader}, &handlers, command,
			    &command->client);
	if (!r && command->wait_seconds)
		r = sd_event_add_time_relative(command->loop, &command->deadline, CLOCK_MONOTONIC,
					       (uint64_t)command->wait_seconds * 1000000, 1000, on_deadline, command);
	if (r < 0)
		return fault_pass(r);
	r = sd_event_loop(command->loop);
	return r < 0 ? fault_raise(r) : 0;
}

static bool take_option(struct command *command, int option)
{
	char *end;

	switch (option) {
	case 'r':
		command->reader = optarg;
		return true;
	case 'k':
		return card_kind_parse(optarg, &command->kind) == 0;
	case 'a':
		return strcmp(optarg, "pin") == 0;
	case 's':
		command->has_secret = true;
		return true;
	case 'w':
		command->wait_seconds = strtol(optarg, &end, 10);
		return end != optarg && !*end && command->wait_seconds >= 0 && command->wait_seconds <= WAIT_SECONDS_MAX;
	case 'l':
		command->may_spend_last_try = true;
		return true;
	case 'j':
		command->is_json = true;
		return true;
	default:
		return false;
	}
}

static bool take_arguments(struct command *command, int argc, char **argv)
{
	static const char *const whats[] = {"readers", "read", "tries"};
	const char *what = optind + 1 == argc ? argv[optind] : "";

	for (size_t i = 0; i < sizeof(whats) / sizeof(*whats); i++)
		if (strcmp(what, whats[i]) == 0) {
			command->what = (enum what)i;
			return command->has_secret == (command->what == WHAT_READ);
		}
	return false;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"reader", required_argument, NULL, 'r'}, {"kind", required_argument, NULL, 'k'},
		{"auth", required_argument, NULL, 'a'},	  {"secret-stdin", no_argument, NULL, 's'},
		{"pin-stdin", no_argument, NULL, 's'},	  {"wait", required_argument, NULL, 'w'},
		{"spend-last-try", no_argument, NULL, 'l'}, {"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},	  {"version", no_argument, NULL, 'v'},
		{0},
	};
	struct command command = {0};
	char trail[512];
	int option, r;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option == 'h')
			return command_help(usage);
		if (option == 'v')
			return command_version(PROGRAM);
		if (!take_option(&command, option))
			return command_usage(usage);
	}
	if (!take_arguments(&command, argc, argv))
		return command_usage(usage);
	r = run(&command);
	command.client = card_client_free(command.client);
	sd_event_source_disable_unref(command.deadline);
	secret_free(command.pin);
	sd_event_unref(command.loop);
	if (r < 0)
		return command_failed(PROGRAM, "%s", fault_format(trail, sizeof(trail)));
	return command.exit;
}
