/* SPDX-License-Identifier: MIT
 * Memory: gives the answers of its script in their order, whatever it is asked; lines with commands are remarks
 * to it. */
#include <errno.h>
#include <string.h>

#include "cardreader/driver/script.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define READER_NAME "memory"

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

static int transmit(void *device, const uint8_t *command, size_t n_command, uint8_t *answer, size_t answer_max,
		    size_t *ret_n_answer)
{
	struct script *script = device;
	const struct script_line *line;

	if (!script->is_connected)
		return DRIVER_REMOVED;
	do
		line = script_next(script);
	while (line && !line->is_answer);
	return line ? script_answer(line, answer, answer_max, ret_n_answer) : DRIVER_REMOVED;
}

const struct card_driver driver_memory = {
	.name = "memory",
	.about = "answers given in advance",
	.open = open_device,
	.close = close_device,
	.watch = watch,
	.connect = connect_card,
	.transmit = transmit,
	.disconnect = disconnect,
};
