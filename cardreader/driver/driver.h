#pragma once
/* SPDX-License-Identifier: MIT
 * Driver: the way to card readers. One table of calls, three implementations: pcsc (pcscd), memory (answers
 * given in advance) and replay (a recorded trace that checks every command). One contract test holds for all.
 * Thread: watch() in a thread of its own, the rest in one other; a driver shares nothing between the two that
 * changes after open(). */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "shared/base/cleanup.h"

#define DRIVER_READERS_MAX 16       /* pcsc-lite's own limit */
#define DRIVER_READER_NAME_MAX 128  /* pcsc-lite's own limit, with NUL */

enum driver_outcome {
	DRIVER_OK,
	DRIVER_UNCHANGED,  /* watch() waited in vain */
	DRIVER_REMOVED,    /* no card, or not the one meant, any more */
	DRIVER_MUTE,       /* a card that does not answer to reset: upside down, or no card of ours */
	DRIVER_NO_READER,
	DRIVER_BUSY,       /* another program holds the card */
	DRIVER_REFUSED,    /* the reader cannot carry this command (extended length); the card has not seen it */
	DRIVER_NO_SERVICE, /* the reader service is gone: only opening afresh helps */
};

struct driver_reader {
	char name[DRIVER_READER_NAME_MAX];
	bool has_card;
	uint32_t event_count; /* goes up with every insertion and removal */
};

struct driver_readers {
	bool has_service;
	size_t n;
	struct driver_reader at[DRIVER_READERS_MAX];
};

struct card_driver {
	const char *name, *about;
	/** open() - @argument: the driver's own (pcsc: NULL; memory, replay: the text of the exchange). DRIVER_OK,
	 *  DRIVER_NO_SERVICE or a negative errno. All files and sockets are opened here, none later. */
	int (*open)(const char *argument, void **ret_device);
	void *(*close)(void *device);
	/** watch() - waits until the readers differ from @readers (as of the last call; zeroed before the first), at
	 *  most @timeout_ms. DRIVER_OK, DRIVER_UNCHANGED, DRIVER_NO_SERVICE or a negative errno. */
	int (*watch)(void *device, struct driver_readers *readers, int timeout_ms);
	/** connect() - holds the card exclusively. @event_count: as seen when the card came; with another one in the
	 *  reader now, DRIVER_REMOVED. Any outcome but DRIVER_UNCHANGED, or a negative errno. */
	int (*connect)(void *device, const char *reader, uint32_t event_count);
	/** transmit() - one command and its answer. DRIVER_OK, DRIVER_REMOVED, DRIVER_REFUSED, DRIVER_NO_SERVICE or a negative errno. */
	int (*transmit)(void *device, const uint8_t *command, size_t n_command, uint8_t *answer, size_t answer_max,
			size_t *ret_n_answer);
	/** disconnect() - resets the card, so that nobody finds its PIN verified, and lets it go. */
	void (*disconnect)(void *device);
};

extern const struct card_driver driver_pcsc, driver_memory, driver_replay;
