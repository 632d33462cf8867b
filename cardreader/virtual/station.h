#pragma once
/* SPDX-License-Identifier: MIT
 * Station: puts a virtual card on vpcd's reader and takes it away again, and plays what goes wrong at a counter:
 * slow cards, cards that hang, cards taken away in the middle. To vpcd a card is a TCP client: each message has a
 * length of two bytes, big-endian; a message of one byte is a control (0 off, 1 on, 2 reset, 4 ATR). */
#include <stdint.h>
#include <systemd/sd-event.h>
#include "cardreader/virtual/faults.h"

struct station;

/** Called once for each insertion: 0, or a negative errno when the reader could not be reached. */
typedef void station_inserted_fn(void *data, int r);

/** station_new() - takes ownership of @persona on success; @keys borrowed, for every card it will hold. */
MUST_USE int station_new(sd_event *loop, uint16_t port, struct persona *persona, struct keyring *keys,
			 struct station **ret_station);
struct station *station_free(struct station *station);
DEFINE_CLEANUP(struct station *, station_free)

/** station_insert() - tries until the reader takes the card, at most 30 s; then @fn. -EALREADY when it is in. */
MUST_USE int station_insert(struct station *station, station_inserted_fn *fn, void *data);
void station_remove(struct station *station);
/** station_remove_after() - answers @n_apdus more commands, then goes instead of answering. */
void station_remove_after(struct station *station, int n_apdus);
/** station_swap() - another card; takes ownership of @persona. The card in the reader, if any, is removed first. */
MUST_USE int station_swap(struct station *station, struct persona *persona);
/** station_set_delay() - every answer takes this much longer; station_stall() - the next one only. */
void station_set_delay(struct station *station, int delay_ms);
void station_stall(struct station *station, int stall_ms);
/** station_heal() - nothing goes wrong any more: faults, delays and a removal to come are off, and an answer held back is
 *  given now. */
void station_heal(struct station *station);
/** station_faults() - what else goes wrong, for the control to set; it stays over swaps. Borrowed. */
struct faults *station_faults(struct station *station);
/** station_status() - one line: inserted or removed, then as vcard_status(), then `apdus N`; counts since the last
 *  insertion. */
const char *station_status(const struct station *station, char *out, size_t size);
