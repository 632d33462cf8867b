#pragma once
/* SPDX-License-Identifier: MIT
 * Cardd's parts: one process, three concerns. watch: which readers and cards are there; serve: one request at a
 * time; cardd.c: the order of the start, at whose end every right is given up. */
#include "cardreader/driver/driver.h"
#include "cardreader/profile/trust.h"
#include "cardreader/session/presence.h"
#include "shared/loop/link.h"

struct jisx0208;
struct recorder;

struct cardd {
	sd_event *loop;
	struct link *link;
	const struct card_driver *driver;
	void *device;
	const char *reader; /* NULL: any */
	struct trust *trust; /* NULL: no anchors */
	struct jisx0208 *letters; /* kept open so that a licence's text needs no file */
	struct recorder *recorder; /* NULL: nothing is recorded */
	struct presence presence;
	struct driver_readers readers;
	int seen_fds[2]; /* the watching thread writes struct driver_readers, the loop reads */
	char short_only[DRIVER_READERS_MAX][DRIVER_READER_NAME_MAX]; /* readers that were seen to carry no extended length */
	size_t n_short_only;
};

/** cardd_watch_start() - the watching thread, and its news as events of the loop. 0 or a negative errno. */
MUST_USE int cardd_watch_start(struct cardd *cardd);
/** cardd_watch_first() - waits until the thread has looked once: from then on it opens nothing more. 0 or -ETIMEDOUT. */
MUST_USE int cardd_watch_first(const struct cardd *cardd);
/** cardd_tell_presence() - to the client; ends the loop when it cannot be told. */
void cardd_tell_presence(struct cardd *cardd, enum card_presence presence);
/** cardd_serve_warm_up() - uses once what opens a file on first use: the calendar. 0 or a negative errno. */
MUST_USE int cardd_serve_warm_up(const struct cardd *cardd);
/** cardd_serve() - one request, from its message to its answer; blocks while card and reader work. */
void cardd_serve(struct cardd *cardd, const json_t *message, struct secret *secret);
