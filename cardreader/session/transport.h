#pragma once
/* SPDX-License-Identifier: MIT
 * Transport: one ask of a profile as the commands that reader and card need: chunks of READ BINARY, GET RESPONSE after
 * 61xx, the repeated READ after 6Cxx, short form where extended length is not carried, an end of file told early
 * (6282, 6B00, short answers). Pure. Source: ISO/IEC 7816-3 §12, 7816-4 §5, §11.3. */
#include <stddef.h>
#include <stdint.h>
#include "cardreader/profile/apdu.h"
#include "shared/base/secret.h"

#define TRANSPORT_ANSWER_BYTES_MAX 16384
#define TRANSPORT_COMMAND_BYTES_MAX 320

enum card_ask_kind {
	CARD_ASK_SELECT,      /* application by @aid; n_aid 0: the master file (3F00) */
	CARD_ASK_SELECT_FILE, /* @ef in the selected application */
	CARD_ASK_TRIES,       /* VERIFY without data for @reference: spends nothing */
	CARD_ASK_VERIFY,      /* @reference with the request's secret, or with @cla and @data as they stand */
	CARD_ASK_READ,        /* the file @sfi, or with 0 the one selected last */
	CARD_ASK_RECORD,      /* record 1 of @sfi */
	CARD_ASK_COMMAND,     /* cla ins p1 p2 data le as they stand; in extended length and not carried: status word 0 */
};

#define CARD_CURRENT_FILE 0x80 /* reference: the PIN object selected last */

/** One thing asked of a card. */
struct card_ask {
	enum card_ask_kind kind;
	const uint8_t *aid;   /* borrowed until the answer */
	uint8_t n_aid;
	uint16_t ef;
	uint8_t sfi;
	uint8_t reference;
	uint16_t n_bytes;     /* READ: how many at most; 0: as many as the file's first data object says */
	bool is_long;         /* READ: worth one command in extended length */
	uint8_t cla, ins, p1, p2;
	const uint8_t *data;  /* borrowed until the command is encoded */
	size_t n_data;
	int32_t le;           /* COMMAND: APDU_NO_LE, or 1-65536 */
};

/** Its answer, whole. */
struct card_answer {
	uint16_t sw;          /* the last status word; READ that brought something: 9000 */
	const uint8_t *bytes; /* borrowed until the next ask */
	size_t n_bytes;
	int tries;            /* from 63Cx; -1 otherwise */
	bool is_blocked;      /* 6983, 6984, 63C0 */
};

struct transport {
	bool has_no_extended;
	struct card_ask ask;
	uint8_t command[TRANSPORT_COMMAND_BYTES_MAX];
	size_t n_command;
	uint8_t bytes[TRANSPORT_ANSWER_BYTES_MAX];
	size_t n_bytes, n_before; /* n_before: bytes when the present READ began */
	bool is_extended;         /* the command under way */
	int n_repeats;
};

enum transport_step { TRANSPORT_SEND, TRANSPORT_ANSWERED, TRANSPORT_MALFORMED };

/** transport_ask() - the first command of @ask (copied). @secret: what VERIFY sends when the ask has no data. */
enum transport_step transport_ask(struct transport *transport, const struct card_ask *ask, const struct secret *secret);
/** transport_take() - the card's answer. TRANSPORT_ANSWERED fills @ret_answer. */
enum transport_step transport_take(struct transport *transport, const uint8_t *answer, size_t n_answer,
				   struct card_answer *ret_answer);
/** transport_refused() - the reader did not carry it: a READ goes on in short form, a COMMAND of extended length counts as
 *  answered with status word 0 and has_no_extended set, anything else is TRANSPORT_MALFORMED. */
enum transport_step transport_refused(struct transport *transport);
