#pragma once
/* SPDX-License-Identifier: MIT
 * Card: the terminal's and the command line's side of madoguchi-cardd. Hides the helper process, PC/SC and the
 * card's protocol; knows nothing of forms or queues. cardd is started as a child, killed when it does not answer
 * within a request's bound (SCardConnect may block for ever) and started afresh; the request then ends with
 * CARD_SERVICE_UNAVAILABLE. VERIFY is never repeated by itself. Thread: the loop's.
 * Source: ISO/IEC 7816-4 (APDU), JIS X 6320-4. */
#include <systemd/sd-event.h>
#include "shared/base/secret.h"
#include "shared/model/person.h"

struct card_client;

enum card_presence { CARD_PRESENCE_NO_SERVICE, CARD_PRESENCE_NO_READER, CARD_PRESENCE_ABSENT, CARD_PRESENCE_PRESENT };

/** Outcomes in the order of contract §3. */
enum card_outcome {
	CARD_OK, CARD_NO_READER, CARD_NO_CARD, CARD_REMOVED, CARD_UNSUPPORTED, CARD_MALFORMED,
	CARD_SERVICE_UNAVAILABLE, CARD_PIN_INCORRECT, CARD_PIN_BLOCKED, CARD_LAST_TRY, CARD_PIN_MALFORMED,
	CARD_NOT_GENUINE, CARD_NOT_PERMITTED,
};

/** card_outcome_word() - the contract's code: "no-reader" …; "ok" for CARD_OK. card_outcome_exit(): its exit code. */
const char *card_outcome_word(enum card_outcome outcome);
int card_outcome_exit(enum card_outcome outcome);

/** PIN tries left; -1 where the card has no such PIN or it was not asked. */
struct card_tries {
	int pin, a, b, jpki_auth, jpki_sign;
};

struct card_reading {
	enum card_outcome outcome;
	int tries_left;               /* -1 unless told */
	struct person person;         /* filled on CARD_OK: name address birth_date sex; borrowed during the call */
	char kind[24];                /* my-number */
	char expires[11];             /* ISO, "" unknown */
};

struct card_handlers {
	/** Presence changed; also called once after start. A removal and re-insertion between two polls is told as
	 *  ABSENT then PRESENT, so that a swapped card is never taken for the first one. */
	void (*presence)(void *data, enum card_presence presence);
};

#define CARD_READERS_MAX 16
struct card_reader {
	char name[128];               /* as pcscd names it */
	bool has_card;
};

struct card_options {
	const char *reader;           /* NULL: the first that has a card */
	int request_timeout_ms;       /* 0: 3000 */
	const char *cardd_path;       /* NULL: the sibling program */
};

/** card_client_new() - starts cardd and watches it. @handlers and @options are copied. 0 or a negative errno. */
MUST_USE int card_client_new(sd_event *loop, const struct card_options *options, const struct card_handlers *handlers,
			     void *data, struct card_client **ret_client);
/** card_client_free() - kills cardd; running requests are forgotten, their functions not called. Return: NULL. */
struct card_client *card_client_free(struct card_client *client);
DEFINE_CLEANUP(struct card_client *, card_client_free)
/** card_client_presence() - as last told to the handler. */
enum card_presence card_client_presence(const struct card_client *client);

/** card_client_readers() - all readers of the machine as last told. Borrowed until the loop runs again. */
const struct card_reader *card_client_readers(const struct card_client *client, size_t *ret_n_readers);

typedef void card_tries_fn(void *data, enum card_outcome outcome, const struct card_tries *tries);
typedef void card_read_fn(void *data, const struct card_reading *reading);

/** card_tries() - asks for the counters; spends none. 0 and then @fn once from the loop; -EBUSY while another
 *  request runs; other negative errno. */
MUST_USE int card_tries(struct card_client *client, card_tries_fn *fn, void *data);

struct card_read_request {
	struct secret *pin;           /* 4 digits; borrowed, cleared (secret_clear) before the call returns */
	const char *kind;             /* NULL or "auto": whatever lies there; "my-number" */
	bool may_spend_last_try;
	int64_t insertion;            /* card_client_insertion() when the PIN was begun: another card is refused with
	                               * CARD_REMOVED and the PIN is never sent to it */
};
MUST_USE int card_read(struct card_client *client, const struct card_read_request *request, card_read_fn *fn, void *data);
/** card_client_insertion() - a number that changes with every insertion. */
int64_t card_client_insertion(const struct card_client *client);
