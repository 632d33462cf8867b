#pragma once
/* SPDX-License-Identifier: MIT
 * madoguchi-card's parts: one file a subcommand, each a row of a table in madoguchi_card.c. The frame parses the
 * options, takes the secret, waits for the card and then lets the subcommand ask; the subcommand ends with
 * command_finish(). */
#include <jansson.h>
#include "cardreader/card.h"

#define PROGRAM "madoguchi-card"

struct command {
	const struct subcommand *subcommand;
	/* options */
	const char *reader, *trust_dir, *images_dir, *record_path, *purpose, *config_path, *bundle_key, *templates_dir;
	enum card_kind kind;
	enum card_auth auth;
	unsigned want;
	bool is_json, may_spend_last_try, has_secret, has_auth, is_pin_stdin;
	long wait_seconds;
	/* work */
	struct secret *secret;
	struct config *config;
	const struct number_permit *permit;
	int images_fd;
	sd_event *loop;
	struct card_client *client;
	sd_event_source *deadline;
	bool is_asked; /* the request is under way */
	int exit;
};

struct subcommand {
	const char *name;
	const char *options; /* letters of the options it takes */
	/** prepare() - all that can fail before a card is looked at. COMMAND_DONE, or the exit code after it was told. */
	int (*prepare)(struct command *command);
	/** ask() - the request to the card. 0 or a negative errno. NULL: none, finish() was called by told(). */
	int (*ask)(struct command *command);
};

extern const struct subcommand subcommand_readers, subcommand_read, subcommand_tries, subcommand_number, subcommand_prove;

/** command_request() - the request of the options and the secret. */
struct card_read_request command_request(const struct command *command);
/** command_refuse() - tells @outcome as an error, before or instead of asking. Return: its exit code. */
int command_refuse(const struct command *command, enum card_outcome outcome, int tries_left, json_t *more);
/** command_tell() - a failure that is no outcome of a card: one line on stderr, with --json {"error":"failed"}. Return:
 *  COMMAND_FAILED. */
int command_tell(const struct command *command, const char *format, ...) PRINTF_LIKE(2, 3);
/** command_wrong() - the same for wrong usage: what is wrong comes first on stderr, then @usage. Return: COMMAND_USAGE. */
int command_wrong(const struct command *command, const char *usage, const char *format, ...) PRINTF_LIKE(3, 4);
/** command_finish() - the outcome of the request: tells it unless it is CARD_OK, and ends the loop. */
void command_finish(struct command *command, enum card_outcome outcome, int tries_left);
/** command_print() - one JSON object; takes ownership. */
void command_print(json_t *json);
/** command_person() - the contract's keys of a person: name address birth_date sex; unknown is null. */
json_t *command_person(const struct person *person);

/** command_images_open() - the folder of --images: a directory of ours that nobody else can enter. The descriptor, or -1
 *  after it was told. */
int command_images_open(const struct command *command);
/** command_images_write() - NAME.png of every picture, 0600; all of them whole, or none. @ret_names: array of the names.
 *  0 or a negative errno. */
MUST_USE int command_images_write(int dir_fd, const struct card_picture *pictures, size_t n_pictures, json_t **ret_names);
