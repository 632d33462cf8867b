#pragma once
/* SPDX-License-Identifier: MIT
 * Exchange: runs one session over one driver, from connecting to letting the card go. Blocks as long as card
 * and reader take; whoever cannot wait kills the process. */
#include "cardreader/driver/driver.h"
#include "cardreader/session/session.h"

/** Sees what goes over the driver, for a recording. */
struct exchange_tap {
	void *data;
	void (*command)(void *data, const uint8_t *command, size_t n_command);
	/** @outcome: of transmit(); the bytes are those of DRIVER_OK. */
	void (*answer)(void *data, int outcome, const uint8_t *answer, size_t n_answer);
};

/** card_exchange() - @tap: NULL: nobody. Return: DRIVER_OK; DRIVER_NO_SERVICE when the service was lost and the device is of no further
 *  use; DRIVER_BUSY when another program held the card all the time. The session holds the result in every case. */
int card_exchange(const struct card_driver *driver, void *device, const char *reader, uint32_t event_count,
		  struct session *session, const struct exchange_tap *tap);
