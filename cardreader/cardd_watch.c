/* SPDX-License-Identifier: MIT
 * The watching thread only waits for readers and passes what it saw through a pipe; what it means is decided in the
 * main thread. It never touches a card. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>

#include "cardreader/cardd_parts.h"
#include "cardreader/session/outcome.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define WATCH_BOUND_MS 10000 /* how long a reader that came in an unlucky moment stays unseen */

static void *watch_readers(void *data)
{
	struct cardd *cardd = data;
	struct driver_readers readers = {0};
	int r;

	do {
		r = cardd->driver->watch(cardd->device, &readers, WATCH_BOUND_MS);
		if (r == DRIVER_NO_SERVICE || r < 0)
			readers = (struct driver_readers){.has_service = false};
		if (r != DRIVER_UNCHANGED &&
		    write(cardd->seen_fds[1], &readers, sizeof(readers)) != (ssize_t)sizeof(readers))
			break;
	} while (readers.has_service || r == DRIVER_UNCHANGED);
	return NULL;
}

void cardd_tell_presence(struct cardd *cardd, enum card_presence presence)
{
	json_t *readers = json_array(), *message;

	for (size_t i = 0; i < cardd->readers.n; i++)
		json_array_append_new(readers, json_pack("{s:s, s:b}", "name", cardd->readers.at[i].name, "card",
							 cardd->readers.at[i].has_card));
	message = json_pack("{s:s, s:s, s:I, s:o}", "event", "presence", "presence", card_presence_word(presence),
			    "insertion", (json_int_t)cardd->presence.insertion, "readers", readers);
	if (!message || link_send(cardd->link, message, -1) < 0)
		sd_event_exit(cardd->loop, COMMAND_FAILED);
	json_decref(message);
}

static int on_seen(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	struct cardd *cardd = data;
	struct presence_changes changes;
	bool was_service = cardd->readers.has_service;

	if (read(fd, &cardd->readers, sizeof(cardd->readers)) != (ssize_t)sizeof(cardd->readers))
		return 0;
	changes = presence_fold(&cardd->presence, &cardd->readers, cardd->reader);
	for (size_t i = 0; i < changes.n; i++)
		cardd_tell_presence(cardd, changes.at[i]);
	if (!changes.n) /* another reader came or went */
		cardd_tell_presence(cardd, cardd->presence.now);
	if (!cardd->readers.has_service)
		sd_event_exit(cardd->loop, was_service ? COMMAND_FAILED : COMMAND_DONE);
	return 0;
}

int cardd_watch_start(struct cardd *cardd)
{
	sd_event_source *source;
	pthread_t thread;
	int r;

	if (pipe2(cardd->seen_fds, O_CLOEXEC) < 0)
		return fault_raise(-errno);
	r = sd_event_add_io(cardd->loop, &source, cardd->seen_fds[0], EPOLLIN, on_seen, cardd);
	if (r < 0)
		return fault_raise(r);
	/* what was seen counts before what is asked */
	sd_event_source_set_priority(source, SD_EVENT_PRIORITY_IMPORTANT);
	r = pthread_create(&thread, NULL, watch_readers, cardd);
	if (r)
		return fault_raise(-r);
	pthread_detach(thread);
	return 0;
}

int cardd_watch_first(const struct cardd *cardd)
{
	struct pollfd seen = {.fd = cardd->seen_fds[0], .events = POLLIN};

	return poll(&seen, 1, WATCH_BOUND_MS) == 1 ? 0 : fault_raise(-ETIMEDOUT);
}
