#pragma once
/* SPDX-License-Identifier: MIT
 * Town: the configuration a running program serves. Started from what --config names or, when that is refused or missing, from
 * the last good bundle kept in --state; watched; exchanged when a new bundle lies there and the program says it may be.
 * What is wrong with a bundle is told to staff, in the log once and in its status, never to residents. Thread: the loop's. */
#include <systemd/sd-event.h>
#include "shared/base/clock.h"
#include "shared/config/arguments.h"

struct town;

struct town_options {
	const struct config_arguments *arguments; /* borrowed, as all here */
	size_t at;             /* which of its paths; the town's place in the state folder goes by it */
	const char *state_dir; /* 0700, there already; NULL: nothing is kept */
	const char *office;    /* 209996-honcho: its code must fit; NULL: any */
	bool is_local;         /* nobody but this machine is served: folders and, without a key, unsigned bundles are fine */
	struct clock *clock;
	/** Whether the program can work with @config, asked before it is taken: 0; -EAGAIN: not now, something is under way that
	 *  needs the old one; -EINVAL: never, told on stderr. NULL: any. */
	int (*fits)(void *data, const struct config *config);
	void *data;
};

/** town_new() - loads it; findings go to stderr, what staff should know to the log. 0; -EBADMSG when there is neither a usable
 *  configuration nor a kept one; another negative errno. */
MUST_USE int town_new(const struct town_options *options, struct town **ret_town);
struct town *town_free(struct town *town);
DEFINE_CLEANUP(struct town *, town_free)
/** town_config() - what is served now. Borrowed until town_take() gives another. */
struct config *town_config(const struct town *town);
/** town_path() - from where a helper loads the same: the kept copy of a bundle, else the path as it was given. */
const char *town_path(const struct town *town);

/** town_watch() - @due is called from the loop when town_take() is worth a look: at once or when it suits. A folder is not
 *  watched. 0 or a negative errno. */
typedef void town_due_fn(void *data, struct town *town);
MUST_USE int town_watch(struct town *town, sd_event *loop, town_due_fn *due, void *data);
bool town_is_due(const struct town *town);
/** town_postpone() - @due is called again in a moment: something is under way. */
void town_postpone(struct town *town);
/** town_take() - looks at what lies there now. 1: town_config() is a new one; *ret_old, the one before, is the caller's to free
 *  once nothing points into it. 0: nothing changed; why a bundle was refused is in the status. */
MUST_USE int town_take(struct town *town, struct config **ret_old);

/** For staff only. Texts borrowed until town_take(). */
struct town_status {
	bool is_bundle;           /* all below is empty for a folder, but for refused */
	const char *code;
	int64_t serial;
	const char *expires;      /* YYYY-MM-DD; "" no end */
	const char *age;          /* valid, expires-soon, expired */
	const char *refused;      /* the finding's word why the bundle in place is not the one in use; "" none is refused */
	int64_t refused_serial;   /* 0 unknown */
	bool is_last_good;        /* started from the kept one */
	bool is_unkept;           /* the bundle in use could not be kept: no room, no right to write */
	bool is_clock_wrong;      /* the machine's time lies before the bundle was packed */
};
struct town_status town_status(const struct town *town);
/** town_status_encode() - as JSON; NULL: no memory. */
json_t *town_status_encode(const struct town *town);
