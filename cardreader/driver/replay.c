/* SPDX-License-Identifier: MIT
 * Replay: a recorded trace. Every command must be the recorded one, else -EPROTO: a change in what we send to a
 * card never goes unseen. */
#include <errno.h>
#include <string.h>

#include "cardreader/driver/script.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define READER_NAME "replay"

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
	return script_watch(device, READER_NAME, readers, timeout_ms);
}

static int connect_card(void *device, const char *reader, uint32_t event_count)
{
	return script_connect(device, READER_NAME, reader, event_count);
}

static void disconnect(void *device)
{
	((struct script *)device)->is_connected = false;
}

static bool is_recorded(const struct script_line *line, const uint8_t *command, size_t n_command)
{
	if (line->is_answer || line->n_bytes != n_command)
		return false;
	for (size_t i = 0; i < n_command; i++)
		if (!line->any[i] && line->bytes[i] != command[i])
			return false;
	return true;
}

static int transmit(void *device, const uint8_t *command, size_t n_command, uint8_t *answer, size_t answer_max,
		    size_t *ret_n_answer)
{
	struct script *script = device;
	const struct script_line *line = script->is_connected ? script_next(script) : NULL;

	if (!line)
		return DRIVER_REMOVED;
	if (!is_recorded(line, command, n_command))
		return fault_raise(-EPROTO);
	line = script_next(script);
	if (!line || !line->is_answer)
		return DRIVER_REMOVED; /* taken away before it answered */
	return script_answer(line, answer, answer_max, ret_n_answer);
}

const struct card_driver driver_replay = {
	.name = "replay",
	.about = "a recorded trace, every command checked",
	.open = open_device,
	.close = close_device,
	.watch = watch,
	.connect = connect_card,
	.transmit = transmit,
	.disconnect = disconnect,
};
