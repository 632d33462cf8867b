/* SPDX-License-Identifier: MIT
 * madoguchi-card: cards from the command line, through the same helper and client as the terminal's. A secret comes
 * on stdin only; the command line and the environment of a process can be read by others. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cardreader/madoguchi_card.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/limits.h"
#include "shared/loop/child.h"
#include "shared/model/wipe.h"
#include "shared/base/banned.h"

#define WAIT_SECONDS_MAX 3600

static const char usage[] =
	"usage: madoguchi-card readers [--json]\n"
	"       madoguchi-card read   [--reader NAME] [--kind auto|my-number|driver-licence|residence-card]\n"
	"                             [--auth pin|b|card-number] [--secret-stdin] [--want attributes,images,expiry]\n"
	"                             [--images DIR] [--trust DIR] [--wait SECONDS] [--spend-last-try]\n"
	"                             [--record FILE] [--json]\n"
	"       madoguchi-card tries  [--reader NAME] [--wait SECONDS] [--json]\n"
	"       madoguchi-card number --secret-stdin --purpose PROCEDURE --config FILE.mdg --bundle-key FILE.pub\n"
	"       madoguchi-card prove  --secret-stdin --trust DIR [--certificate auth|sign] [--json]\n"
	"  readers            what is connected, and whether a card lies there\n"
	"  read               name, address, birth date and sex from the card\n"
	"  tries              how many tries each PIN of a My Number card has left; spends none\n"
	"  number             the individual number, for a procedure that the signed configuration marks for it\n"
	"  prove              the card signs a challenge; its certificate is checked up to the CAs of DIR\n"
	"  --secret-stdin     what opens the card is the first line of standard input, by --auth:\n"
	"      pin            4 digits (default; with prove --certificate sign: the signing PIN)\n"
	"      b              照合番号B, 14 digits: birth YYMMDD (era's year), expiry year YYYY, security code\n"
	"      card-number    of a residence card, as AB12345678CD\n"
	"                     number takes 4 digits (PIN) or 12 (照合番号A); a licence without PIN needs none\n"
	"  --pin-stdin        the same as --auth pin --secret-stdin\n"
	"  --want LIST        attributes always come; the expiry, and images of name and face, on request: these\n"
	"                     need --images, and --auth b or card-number, since a PIN does not open them\n"
	"  --images DIR       writes NAME.png there; DIR must be mode 0700\n"
	"  --trust DIR        trust anchors: issuers' keys KEY-ID.pem, CA certificates *.crt,\n"
	"                     of residence cards residence-card*.crt\n"
	"  --wait SECONDS     wait for a card (0-3600, default 0)\n"
	"  --spend-last-try   go on although one try is left; a miss then blocks the PIN\n"
	"  --record FILE      writes the exchange with the card there, everything personal replaced\n"
	"  --json             one JSON object; a failure is {\"error\", \"message\", \"tries_left\"?}\n"
	"  --templates DIR    where the configuration's layers are looked up\n"
	"  --help, --version\n"
	"exit: 0 done, 1 failed, 2 wrong usage, 10 no reader, 11 no card, 12 card removed, 13 unsupported,\n"
	"      14 malformed, 15 no reader service, 20 PIN incorrect, 21 blocked, 22 last try, 23 PIN malformed,\n"
	"      30 not genuine, 31 not permitted\n";

static const struct subcommand *const subcommands[] = {&subcommand_readers, &subcommand_read, &subcommand_tries,
						       &subcommand_number, &subcommand_prove};

struct card_read_request command_request(const struct command *command)
{
	return (struct card_read_request){.secret = command->secret, .auth = command->auth, .kind = command->kind,
					  .want = command->want, .may_spend_last_try = command->may_spend_last_try,
					  .insertion = card_client_insertion(command->client)};
}

/* ---- waiting for the card ---- */

static void ask(struct command *command)
{
	int r;

	command->is_asked = true;
	r = command->subcommand->ask(command);
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
	bool is_readers = command->subcommand == &subcommand_readers;

	if (command->is_asked)
		return;
	if (presence == CARD_PRESENCE_PRESENT || (is_readers && presence != CARD_PRESENCE_NO_SERVICE))
		ask(command);
	else if (!command->wait_seconds)
		command_finish(command, outcome_of(presence), -1);
}

static int on_deadline(sd_event_source *source, uint64_t now_us, void *data)
{
	struct command *command = data;

	if (!command->is_asked)
		command_finish(command, outcome_of(card_client_presence(command->client)), -1);
	return 0;
}

static int watch_cards(struct command *command)
{
	static const struct card_handlers handlers = {.presence = on_presence};
	const struct card_options options = {.reader = command->reader, .trust_dir = command->trust_dir,
					     .record_path = command->record_path};
	int r = card_client_new(command->loop, &options, &handlers, command, &command->client);

	if (r < 0 && command->trust_dir && (r == -ENOENT || r == -EACCES || r == -ENOTDIR || r == -EBADMSG || r == -ELOOP ||
					  r == -ENAMETOOLONG))
		return command_tell(command, "%s: this folder of trust anchors cannot be used; mend it or leave --trust out",
				      command->trust_dir);
	if (r < 0 && command->record_path)
		return command_tell(command, "%s: the trace cannot be written there; name a file in a folder of yours",
				      command->record_path);
	if (!r && command->wait_seconds)
		r = sd_event_add_time_relative(command->loop, &command->deadline, CLOCK_MONOTONIC,
					       (uint64_t)command->wait_seconds * 1000000, 1000, on_deadline, command);
	if (r >= 0)
		r = sd_event_loop(command->loop);
	return r < 0 ? fault_pass(r) : command->exit;
}

/* ---- command line ---- */

static int read_secret(struct command *command)
{
	int r;

	command->secret = secret_new(LINK_SECRET_BYTES_MAX);
	if (!command->secret)
		return fault_raise(-ENOMEM);
	r = secret_read_fd(command->secret, STDIN_FILENO);
	if (r != -ENOSPC)
		return r;
	secret_clear(command->secret); /* too long is malformed too */
	return 0;
}

static bool has_capitals_only(enum card_auth auth)
{
	return auth == CARD_AUTH_CARD_NUMBER || auth == CARD_AUTH_SIGN_PIN;
}

/* Such secrets know capital letters only: small ones are the same, typed without Shift. Byte by byte, so that no copy
 * of it is left in ordinary memory. */
static int fold_case(struct command *command)
{
	const unsigned char *typed = secret_bytes(command->secret);
	size_t n = secret_length(command->secret);
	struct secret *folded = secret_new(LINK_SECRET_BYTES_MAX);
	int r = folded ? 0 : fault_raise(-ENOMEM);

	for (size_t i = 0; !r && i < n; i++) {
		bool is_small = typed[i] >= 'a' && typed[i] <= 'z';

		r = secret_append(folded, is_small ? &"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[typed[i] - 'a'] : (const char *)&typed[i], 1);
	}
	secret_free(command->secret);
	command->secret = folded;
	return r < 0 ? fault_pass(r) : 0;
}

/* An exit code, or a negative errno. */
static int run(struct command *command)
{
	bool is_number = command->subcommand == &subcommand_number;
	int r;

	wipe_json();
	r = secret_init_process();
	if (!r)
		r = loop_new(&command->loop);
	if (!r && command->has_secret) {
		r = read_secret(command);
		if (r < 0)
			return command_tell(command, "standard input cannot be read (%s); what opens the card is its first line",
					    fault_name(r));
	}
	if (!r && command->has_secret && has_capitals_only(command->auth))
		r = fold_case(command);
	if (r < 0)
		return fault_pass(r);
	r = command->subcommand->prepare ? command->subcommand->prepare(command) : COMMAND_DONE;
	if (r != COMMAND_DONE)
		return r != COMMAND_USAGE ? r :
		       command_wrong(command, usage, "%s: an option that it needs is missing, or two do not go together",
				     command->subcommand->name);
	if (command->has_secret && !is_number && !card_secret_is_wellformed(command->auth, command->secret))
		return command_refuse(command, CARD_PIN_MALFORMED, -1, NULL);
	return watch_cards(command);
}

static bool take_auth(struct command *command, const char *word)
{
	static const struct {
		const char *word;
		enum card_auth auth;
	} auths[] = {{"pin", CARD_AUTH_PIN}, {"b", CARD_AUTH_B}, {"card-number", CARD_AUTH_CARD_NUMBER}};

	for (size_t i = 0; i < sizeof(auths) / sizeof(*auths); i++)
		if (strcmp(auths[i].word, word) == 0) {
			command->has_auth = true;
			command->auth = auths[i].auth;
			return true;
		}
	return false;
}

static bool take_want(struct command *command, const char *list)
{
	static const struct {
		const char *word;
		unsigned want;
	} wants[] = {{"attributes", 0}, {"images", CARD_WANT_PICTURES}, {"expiry", CARD_WANT_EXPIRY}};

	while (*list) {
		size_t n = strcspn(list, ","), i = 0;

		while (i < sizeof(wants) / sizeof(*wants) && (strlen(wants[i].word) != n || strncmp(wants[i].word, list, n) != 0))
			i++;
		if (i == sizeof(wants) / sizeof(*wants))
			return false;
		command->want |= wants[i].want;
		list += n + (list[n] == ',');
	}
	return true;
}

static bool take_certificate(struct command *command, const char *word)
{
	command->auth = strcmp(word, "sign") == 0 ? CARD_AUTH_SIGN_PIN : CARD_AUTH_PIN;
	return strcmp(word, "sign") == 0 || strcmp(word, "auth") == 0;
}

static bool take_wait(struct command *command, const char *text)
{
	char *end;

	command->wait_seconds = strtol(text, &end, 10);
	return end != text && !*end && command->wait_seconds >= 0 && command->wait_seconds <= WAIT_SECONDS_MAX;
}

/* Options that are a text and nothing more. */
static const char **text_of(struct command *command, int option)
{
	switch (option) {
	case 'r':
		return &command->reader;
	case 'i':
		return &command->images_dir;
	case 't':
		return &command->trust_dir;
	case 'R':
		return &command->record_path;
	case 'P':
		return &command->purpose;
	case 'c':
		return &command->config_path;
	case 'b':
		return &command->bundle_key;
	case 'T':
		return &command->templates_dir;
	default:
		return NULL;
	}
}

static bool take_option(struct command *command, int option)
{
	const char **text = text_of(command, option);

	if (text) {
		*text = optarg;
		return true;
	}
	switch (option) {
	case 'k':
		return card_kind_parse(optarg, &command->kind) == 0;
	case 'a':
		return take_auth(command, optarg);
	case 'p':
		command->has_secret = command->is_pin_stdin = true;
		return true;
	case 's':
		command->has_secret = true;
		return true;
	case 'W':
		return take_want(command, optarg);
	case 'C':
		return take_certificate(command, optarg);
	case 'w':
		return take_wait(command, optarg);
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

static const struct option options[] = {
	{"reader", required_argument, NULL, 'r'},      {"kind", required_argument, NULL, 'k'},
	{"auth", required_argument, NULL, 'a'},	       {"secret-stdin", no_argument, NULL, 's'},
	{"pin-stdin", no_argument, NULL, 'p'},	       {"want", required_argument, NULL, 'W'},
	{"images", required_argument, NULL, 'i'},      {"trust", required_argument, NULL, 't'},
	{"wait", required_argument, NULL, 'w'},	       {"spend-last-try", no_argument, NULL, 'l'},
	{"record", required_argument, NULL, 'R'},      {"json", no_argument, NULL, 'j'},
	{"purpose", required_argument, NULL, 'P'},     {"config", required_argument, NULL, 'c'},
	{"bundle-key", required_argument, NULL, 'b'},  {"templates", required_argument, NULL, 'T'},
	{"certificate", required_argument, NULL, 'C'}, {"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'v'},	       {0},
};

static const char *option_name(int option)
{
	size_t i = 0;

	while (options[i].name && options[i].val != option)
		i++;
	return options[i].name ? options[i].name : "";
}

static int wrong_option(const struct command *command, int option, const char *word)
{
	if (option == ':')
		return command_wrong(command, usage, "%s: its value is missing", word);
	if (option == '?')
		return command_wrong(command, usage, "%s: no such option, or not in this way", word);
	return command_wrong(command, usage, "--%s %s: this value is not understood", option_name(option), optarg ? optarg : "");
}

/* Words behind the command are not repeated: they could be a secret typed in the wrong place. */
static int take_subcommand(struct command *command, int argc, char **argv, const char *taken)
{
	const char *name = optind < argc ? argv[optind] : NULL;
	size_t n_fit;

	for (size_t i = 0; name && i < sizeof(subcommands) / sizeof(*subcommands); i++)
		if (strcmp(name, subcommands[i]->name) == 0)
			command->subcommand = subcommands[i];
	if (!name)
		return command_wrong(command, usage, "the command is missing");
	if (!command->subcommand)
		return command_wrong(command, usage, "%s: no such command", name);
	if (optind + 1 < argc)
		return command_wrong(command, usage, "%s: nothing may follow it; a secret comes on standard input", name);
	n_fit = strspn(taken, command->subcommand->options);
	if (taken[n_fit])
		return command_wrong(command, usage, "--%s: %s does not take it", option_name(taken[n_fit]), name);
	if (command->is_pin_stdin && command->auth != CARD_AUTH_PIN)
		return command_wrong(command, usage, "--pin-stdin: goes with a PIN only; otherwise --secret-stdin");
	return COMMAND_DONE;
}

static void release(struct command *command)
{
	command->client = card_client_free(command->client);
	sd_event_source_disable_unref(command->deadline);
	secret_free(command->secret);
	config_free(command->config);
	sd_event_unref(command->loop);
	if (command->images_fd >= 0)
		close(command->images_fd);
}

/* An exit code, or a negative errno. */
static int take_command_line(struct command *command, int argc, char **argv)
{
	char taken[64] = "";
	int option;

	for (int i = 1; i < argc; i++) /* before anything can be wrong */
		command->is_json |= strcmp(argv[i], "--json") == 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", options, NULL)) >= 0) {
		if (option == 'h')
			return command_help(usage);
		if (option == 'v')
			return command_version(PROGRAM);
		if (!take_option(command, option) || strlen(taken) + 1 == sizeof(taken))
			return wrong_option(command, option, argv[optind - 1]);
		taken[strlen(taken)] = (char)option;
	}
	option = take_subcommand(command, argc, argv, taken);
	return option != COMMAND_DONE ? option : run(command);
}

/* A standard descriptor that is closed would be taken by the next file opened, and what is printed would go there: it is
 * held by one that answers EBADF. */
static void hold_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0)
			(void)!open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
	struct command command = {.images_fd = -1, .auth = CARD_AUTH_PIN};
	char trail[512];
	int r;

	hold_standard_descriptors();
	r = take_command_line(&command, argc, argv);
	if (r < 0)
		r = command_tell(&command, "%s", fault_format(trail, sizeof(trail)));
	release(&command);
	return command_end(PROGRAM, r);
}
