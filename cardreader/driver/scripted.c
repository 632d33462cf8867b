/* SPDX-License-Identifier: MIT
 * The two drivers without a reader, on one script. Memory gives the answers in their order, whatever it is asked. Replay
 * is a recorded trace: every command must be the recorded one, else -EPROTO, so that a change in what we send to a card
 * never goes unseen. Both have one reader with the card in it until the script is over. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "cardreader/driver/script.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define READER_NAME "scripted"

static int open_device(const char *argument, void **ret_device)
{
	struct script *script;
	int r;

	if (!argument)
		return fault_raise(-EINVAL);
	r = script_parse(argument, &script);
	if (r < 0)
		return fault_pass(r);
	*ret_device = script;
	return DRIVER_OK;
}

static void *close_device(void *device)
{
	return script_free(device);
}

static int watch(void *device, struct driver_readers *readers, int timeout_ms)
{
	const struct script *script = device;
	struct driver_readers now = {.has_service = true, .n = 1};

	snprintf(now.at[0].name, sizeof(now.at[0].name), "%s", READER_NAME);
	now.at[0].has_card = !script_is_over(script);
	now.at[0].event_count = now.at[0].has_card ? 1 : 2;
	if (memcmp(&now, readers, sizeof(now)) == 0) {
		poll(NULL, 0, timeout_ms);
		return DRIVER_UNCHANGED;
	}
	*readers = now;
	return DRIVER_OK;
}

static int connect_card(void *device, const char *reader, uint32_t event_count)
{
	struct script *script = device;

	if (strcmp(reader, READER_NAME) != 0)
		return DRIVER_NO_READER;
	if (script_is_over(script) || event_count != 1)
		return DRIVER_REMOVED;
	script->is_connected = true;
	return DRIVER_OK;
}

static void disconnect(void *device)
{
	((struct script *)device)->is_connected = false;
}

/* What stands behind a command: bytes, or what became of it. */
static int answer(const struct script_line *line, uint8_t *bytes, size_t bytes_max, size_t *ret_n_bytes)
{
	if (!line || line->kind == SCRIPT_COMMAND || line->kind == SCRIPT_REMOVED)
		return DRIVER_REMOVED; /* taken away before it answered */
	if (line->kind == SCRIPT_REFUSED)
		return DRIVER_REFUSED;
	if (line->n_bytes > bytes_max)
		return fault_raise(-EMSGSIZE);
	memcpy(bytes, line->bytes, line->n_bytes);
	*ret_n_bytes = line->n_bytes;
	return DRIVER_OK;
}

static int transmit_memory(void *device, const uint8_t *command, size_t n_command, uint8_t *bytes, size_t bytes_max,
			   size_t *ret_n_bytes)
{
	struct script *script = device;
	const struct script_line *line;

	if (!script->is_connected)
		return DRIVER_REMOVED;
	do
		line = script_next(script);
	while (line && line->kind == SCRIPT_COMMAND);
	return answer(line, bytes, bytes_max, ret_n_bytes);
}

static bool is_recorded(const struct script_line *line, const uint8_t *command, size_t n_command)
{
	if (line->kind != SCRIPT_COMMAND || line->n_bytes != n_command)
		return false;
	for (size_t i = 0; i < n_command; i++)
		if (!line->any[i] && line->bytes[i] != command[i])
			return false;
	return true;
}

static int transmit_replay(void *device, const uint8_t *command, size_t n_command, uint8_t *bytes, size_t bytes_max,
			   size_t *ret_n_bytes)
{
	struct script *script = device;
	const struct script_line *line = script->is_connected ? script_next(script) : NULL;

	if (!line)
		return DRIVER_REMOVED;
	if (!is_recorded(line, command, n_command))
		return fault_raise(-EPROTO);
	return answer(script_next(script), bytes, bytes_max, ret_n_bytes);
}

const struct card_driver driver_memory = {
	.name = "memory",
	.about = "answers given in advance",
	.open = open_device,
	.close = close_device,
	.watch = watch,
	.connect = connect_card,
	.transmit = transmit_memory,
	.disconnect = disconnect,
};

const struct card_driver driver_replay = {
	.name = "replay",
	.about = "a recorded trace, every command checked",
	.open = open_device,
	.close = close_device,
	.watch = watch,
	.connect = connect_card,
	.transmit = transmit_replay,
	.disconnect = disconnect,
};
