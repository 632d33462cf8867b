#pragma once
/* SPDX-License-Identifier: MIT
 * Client's parts: client.c keeps cardd alive and tells presence, client_request.c asks and hands answers on. */
#include "cardreader/card.h"
#include "cardreader/picture/picture.h"
#include "cardreader/session/session.h"
#include "shared/base/buf.h"
#include "shared/loop/child.h"
#include "shared/loop/link.h"

/** The request under way. @fn has the type of the purpose. */
struct card_client_request {
	bool is_waiting;
	enum session_purpose purpose;
	int64_t id;
	union {
		card_look_fn *look;
		card_tries_fn *tries;
		card_read_fn *read;
		card_number_fn *number;
		card_prove_fn *prove;
	} fn;
	void *data;
	int64_t deadline_ms; /* monotonic; pictures and all */
	sd_event_source *early; /* answers what cardd will not */
	enum card_outcome early_outcome;
	struct session_result *result; /* of cardd, while its pictures are decoded; NULL else */
	struct card_decoding *decoding;
	sd_event_source *decoding_bound;
};

struct card_client {
	sd_event *loop;
	struct card_handlers handlers;
	void *data;
	char *path, *reader, *trust_dir;
	char *picture_path; /* beside a cardd named by the caller; NULL: the sibling program */
	int record_fd; /* -1: nothing is recorded */
	struct buf record; /* of the exchange under way */
	int request_timeout_ms;
	struct child *child;
	struct link *link;
	sd_event_source *watchdog; /* the present wait's bound, or the pause before the next start */
	int restart_ms;
	bool was_told; /* the presence handler has been called */
	bool is_in_use;
	enum card_presence presence;
	int64_t insertion, cardd_insertion;
	size_t n_readers;
	struct card_reader readers[CARD_READERS_MAX];
	struct card_client_request request;
};

/** client_set_watchdog() - the one timer: after @after_ms cardd is given up. */
MUST_USE int client_set_watchdog(struct card_client *client, int after_ms);
/** client_clear_watchdog() - nothing is waited for any more. */
void client_clear_watchdog(struct card_client *client);
/** client_lose() - gives this cardd up and starts it afresh later. The caller's handler runs: touch nothing after it. */
void client_lose(struct card_client *client);

/** client_answer_early() - ends the request under way with @outcome, from the loop. 0 or a negative errno. */
MUST_USE int client_answer_early(struct card_client *client, enum card_outcome outcome);
/** client_is_unanswered() - whether cardd still owes the answer to a request. */
bool client_is_unanswered(const struct card_client *client);
/** client_forget_request() - releases what a request holds; its function is not called. */
void client_forget_request(struct card_client *client);
/** client_write_record() - the exchange is over: what was recorded of it goes to the file, @remark behind it. */
void client_write_record(struct card_client *client, const char *remark);
/** client_take_done() - cardd's answer; the caller's function runs: touch nothing after it. */
void client_take_done(struct card_client *client, const json_t *message);
/** client_check_trust() - whether cardd can use the folder; it says on stderr what it cannot. Blocks, at most 10 s. 0,
 *  -ENOENT, -EACCES, -ENOTDIR, -EBADMSG. */
MUST_USE int client_check_trust(char *cardd, char *trust_dir);
