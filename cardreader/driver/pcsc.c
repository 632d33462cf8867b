/* SPDX-License-Identifier: MIT
 * PC/SC through pcscd. Two contexts, since a context is locked while SCardGetStatusChange waits in it, and both
 * are established in open(): in pcsc-lite every SCardEstablishContext and every SCardCancel opens a new socket,
 * which a locked-down process cannot. So nothing is ever cancelled; a watch just ends at its time.
 * A swap between two looks shows in the event counter, the upper half of dwEventState (pcsc-lite only). */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <winscard.h>

#include "cardreader/driver/driver.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define READER_LIST_BYTES_MAX (DRIVER_READERS_MAX * DRIVER_READER_NAME_MAX + 1)
#define PNP_READER "\\\\?PnP?\\Notification"
#define EVENT_COUNT_SHIFT 16
/* what a next look starts from; sharing states are left out, they change with our own work */
#define STATE_KEPT (0xffff0000UL | SCARD_STATE_PRESENT | SCARD_STATE_EMPTY | SCARD_STATE_MUTE | SCARD_STATE_UNAVAILABLE)
#define BUSY_RETRIES 30 /* half of a request's bound: the rest belongs to the card */
#define BUSY_PAUSE_MS 50

struct device {
	SCARDCONTEXT watching, working;
	SCARDHANDLE card;
	DWORD protocol;
	bool is_connected;
	/* the watch's own */
	char names[READER_LIST_BYTES_MAX];
	SCARD_READERSTATE states[DRIVER_READERS_MAX + 1];
	size_t n_states; /* readers, without the PnP entry behind them */
	bool has_looked;
};

static int outcome_of(LONG rv)
{
	switch (rv) {
	case SCARD_S_SUCCESS:
		return DRIVER_OK;
	case SCARD_E_TIMEOUT:
		return DRIVER_UNCHANGED;
	case SCARD_E_NO_SERVICE:
	case SCARD_E_SERVICE_STOPPED:
	case SCARD_F_COMM_ERROR:
	case SCARD_E_INVALID_HANDLE:
		return DRIVER_NO_SERVICE;
	case SCARD_E_UNKNOWN_READER:
	case SCARD_E_READER_UNAVAILABLE:
	case SCARD_E_NO_READERS_AVAILABLE:
		return DRIVER_NO_READER;
	case SCARD_E_SHARING_VIOLATION:
		return DRIVER_BUSY;
	case SCARD_W_UNRESPONSIVE_CARD:
	case SCARD_W_UNPOWERED_CARD:
	case SCARD_W_UNSUPPORTED_CARD:
	case SCARD_E_PROTO_MISMATCH:
	case SCARD_E_CARD_UNSUPPORTED:
		return DRIVER_MUTE;
	default:
		/* W_REMOVED_CARD, E_NO_SMARTCARD, W_RESET_CARD, E_NOT_TRANSACTED …: this card is not to be talked to */
		return DRIVER_REMOVED;
	}
}

static void *close_device(void *data)
{
	struct device *device = data;

	if (!device)
		return NULL;
	if (device->watching)
		SCardReleaseContext(device->watching);
	if (device->working)
		SCardReleaseContext(device->working);
	free(device);
	return NULL;
}

static int open_device(const char *argument, void **ret_device)
{
	struct device *device = calloc(1, sizeof(*device));
	LONG rv;

	if (!device)
		return fault_raise(-ENOMEM);
	rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &device->watching);
	if (rv == SCARD_S_SUCCESS)
		rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &device->working);
	if (rv != SCARD_S_SUCCESS) {
		close_device(device);
		return DRIVER_NO_SERVICE;
	}
	*ret_device = device;
	return DRIVER_OK;
}

/* The states of readers that stay are kept, so that their counters go on. */
static int list_readers(struct device *device)
{
	SCARD_READERSTATE states[DRIVER_READERS_MAX + 1] = {0};
	char names[READER_LIST_BYTES_MAX];
	DWORD n_bytes = sizeof(names);
	size_t n = 0;
	LONG rv = SCardListReaders(device->watching, NULL, names, &n_bytes);

	if (rv == SCARD_E_NO_READERS_AVAILABLE)
		names[0] = '\0';
	else if (rv != SCARD_S_SUCCESS)
		return outcome_of(rv) == DRIVER_NO_SERVICE ? DRIVER_NO_SERVICE : fault_raise(-EIO);
	for (const char *name = names; *name && n < DRIVER_READERS_MAX; name += strlen(name) + 1, n++) {
		states[n].szReader = device->names + (name - names);
		for (size_t i = 0; i < device->n_states; i++)
			if (strcmp(device->states[i].szReader, name) == 0)
				states[n].dwCurrentState = device->states[i].dwCurrentState;
	}
	states[n].szReader = PNP_READER;
	memcpy(device->names, names, sizeof(names));
	memcpy(device->states, states, sizeof(states));
	device->n_states = n;
	return DRIVER_OK;
}

static bool tell(struct device *device, struct driver_readers *readers)
{
	struct driver_readers now = {.has_service = true, .n = device->n_states};
	bool differs;

	for (size_t i = 0; i < device->n_states; i++) {
		unsigned long state = device->states[i].dwEventState;

		snprintf(now.at[i].name, sizeof(now.at[i].name), "%s", device->states[i].szReader);
		now.at[i].has_card = state & SCARD_STATE_PRESENT;
		now.at[i].event_count = (uint32_t)(state >> EVENT_COUNT_SHIFT & 0xffff);
		device->states[i].dwCurrentState = state & STATE_KEPT;
	}
	differs = !device->has_looked || memcmp(&now, readers, sizeof(now)) != 0;
	device->has_looked = true;
	*readers = now;
	return differs;
}

static bool are_same_readers(const struct device *device, const struct driver_readers *readers)
{
	if (!device->has_looked || device->n_states != readers->n)
		return false;
	for (size_t i = 0; i < readers->n; i++)
		if (strcmp(device->states[i].szReader, readers->at[i].name) != 0)
			return false;
	return true;
}

/* Listing again before every look heals the moment between list and look, in which a reader can come or go. */
static int watch(void *data, struct driver_readers *readers, int timeout_ms)
{
	struct device *device = data;
	LONG rv;
	int r = list_readers(device);

	if (r != DRIVER_OK)
		return r;
	rv = SCardGetStatusChange(device->watching, are_same_readers(device, readers) ? (DWORD)timeout_ms : 0,
				  device->states, (DWORD)device->n_states + 1);
	r = outcome_of(rv);
	if (r == DRIVER_NO_SERVICE)
		return r;
	if (r == DRIVER_NO_READER) /* went between list and look */
		return DRIVER_UNCHANGED;
	return tell(device, readers) ? DRIVER_OK : DRIVER_UNCHANGED;
}

/* Asked after connecting: the handle is bound to the card now in the reader and dies with it, so an equal count
 * proves that it is the card meant, now and for as long as the handle lives. */
static int check_event_count(struct device *device, const char *reader, uint32_t event_count)
{
	SCARD_READERSTATE state = {.szReader = reader};
	LONG rv = SCardGetStatusChange(device->working, 0, &state, 1);

	if (rv != SCARD_S_SUCCESS && rv != SCARD_E_TIMEOUT)
		return outcome_of(rv);
	return (state.dwEventState >> EVENT_COUNT_SHIFT & 0xffff) == event_count ? DRIVER_OK : DRIVER_REMOVED;
}

static void disconnect(void *data)
{
	struct device *device = data;

	if (device->is_connected)
		SCardDisconnect(device->card, SCARD_RESET_CARD);
	device->is_connected = false;
}

static int connect_card(void *data, const char *reader, uint32_t event_count)
{
	struct device *device = data;
	LONG rv;
	int r;

	disconnect(device);
	for (int i = 0; i < BUSY_RETRIES; i++) {
		rv = SCardConnect(device->working, reader, SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1,
				  &device->card, &device->protocol);
		if (rv != SCARD_E_SHARING_VIOLATION)
			break;
		poll(NULL, 0, BUSY_PAUSE_MS); /* desktops look at every new card for a moment */
	}
	r = outcome_of(rv);
	if (r != DRIVER_OK)
		return r;
	device->is_connected = true;
	r = check_event_count(device, reader, event_count);
	if (r != DRIVER_OK)
		disconnect(device);
	return r;
}

/* Extended length: the length bytes begin with a zero and more than Le follows. */
static bool is_extended(const uint8_t *command, size_t n_command)
{
	return n_command >= 7 && command[4] == 0;
}

/* A reader without extended length shows in three ways: pcscd or its driver says so, or the driver just fails, which
 * pcscd tells with the same word as a removal. Then the next command tells the two apart. */
static int outcome_of_transmit(LONG rv, const uint8_t *command, size_t n_command)
{
	switch (rv) {
	case SCARD_E_INSUFFICIENT_BUFFER:
		return fault_raise(-EMSGSIZE);
	case SCARD_E_INVALID_PARAMETER:
	case SCARD_E_INVALID_VALUE:
	case SCARD_E_UNSUPPORTED_FEATURE:
		return DRIVER_REFUSED;
	case SCARD_E_NOT_TRANSACTED:
		return is_extended(command, n_command) ? DRIVER_REFUSED : DRIVER_REMOVED;
	default:
		return outcome_of(rv) == DRIVER_NO_SERVICE ? DRIVER_NO_SERVICE : DRIVER_REMOVED;
	}
}

static int transmit(void *data, const uint8_t *command, size_t n_command, uint8_t *answer, size_t answer_max,
		    size_t *ret_n_answer)
{
	struct device *device = data;
	DWORD n_answer = (DWORD)answer_max;
	LONG rv = SCardTransmit(device->card, device->protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1, command,
				(DWORD)n_command, NULL, answer, &n_answer);

	if (rv != SCARD_S_SUCCESS)
		return outcome_of_transmit(rv, command, n_command);
	if (!n_answer) /* what some drivers give when the card went in the middle */
		return DRIVER_REMOVED;
	*ret_n_answer = n_answer;
	return DRIVER_OK;
}

const struct card_driver driver_pcsc = {
	.name = "pcsc",
	.about = "PC/SC readers through pcscd",
	.open = open_device,
	.close = close_device,
	.watch = watch,
	.connect = connect_card,
	.transmit = transmit,
	.disconnect = disconnect,
};
