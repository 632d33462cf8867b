/* SPDX-License-Identifier: MIT
 * A new bundle arrives as two files, by rename or by copying, in either order: after the last sign of it a moment is
 * waited. Once a minute the files are looked at without being told, for file systems that tell nothing, for days that come,
 * and for a folder that was not there. */
#include <errno.h>
#include <libgen.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "shared/base/fault.h"
#include "shared/config/town_parts.h"
#include "shared/base/banned.h"

#define SETTLE_US (400 * UINT64_C(1000))
#define POSTPONE_US (2 * UINT64_C(1000000))
#define BEAT_US (60 * UINT64_C(1000000))
#define NS_PER_S INT64_C(1000000000)
#define SIGNS (IN_MOVED_TO | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_ATTRIB)

static struct town_file look_at(const char *path)
{
	struct stat now;

	if (stat(path, &now) < 0)
		return (struct town_file){0};
	return (struct town_file){now.st_dev, now.st_ino, now.st_size, now.st_mtim.tv_sec * NS_PER_S + now.st_mtim.tv_nsec};
}

static struct town_seen look(const struct town *town)
{
	CLEANUP(freep) char *signature = NULL;
	struct town_seen seen = {.bundle = look_at(town->given)};

	if (asprintf(&signature, "%s.minisig", town->given) >= 0)
		seen.signature = look_at(signature);
	return seen;
}

void town_watch_note(struct town *town)
{
	town->seen = look(town);
}

static bool has_changed(const struct town *town)
{
	struct town_seen now = look(town);

	return memcmp(&now, &town->seen, sizeof(now)) != 0;
}

static void tell_due(struct town *town)
{
	town->is_due = true;
	town->due(town->due_data, town);
}

static int on_settled(sd_event_source *source, uint64_t usec, void *data)
{
	struct town *town = data;

	if (has_changed(town) || town->is_due)
		tell_due(town);
	return 0;
}

void town_postpone(struct town *town)
{
	town->is_due = true;
	if (town->settle && sd_event_source_set_time_relative(town->settle, POSTPONE_US) >= 0)
		sd_event_source_set_enabled(town->settle, SD_EVENT_ONESHOT);
}

static int on_sign(sd_event_source *source, const struct inotify_event *event, void *data)
{
	struct town *town = data;
	const char *slash = strrchr(town->given, '/'), *name = slash ? slash + 1 : town->given;

	if (event->mask & (IN_IGNORED | IN_Q_OVERFLOW)) {
		/* the folder went: the beat finds the next one */
		if (event->mask & IN_IGNORED)
			town->folder = sd_event_source_disable_unref(town->folder);
	} else if (!event->len || strncmp(event->name, name, strlen(name)) != 0) {
		return 0;
	}
	if (sd_event_source_set_time_relative(town->settle, SETTLE_US) < 0)
		return 0;
	return sd_event_source_set_enabled(town->settle, SD_EVENT_ONESHOT);
}

static void watch_folder(struct town *town)
{
	CLEANUP(freep) char *path = strdup(town->given);

	if (path && !town->folder &&
	    sd_event_add_inotify(town->loop, &town->folder, dirname(path), SIGNS | IN_ONLYDIR, on_sign, town) < 0)
		town->folder = NULL; /* not there now, or no watches left: the beat sees to it */
}

static int on_beat(sd_event_source *source, uint64_t usec, void *data)
{
	struct town *town = data;

	watch_folder(town);
	town_tell_age(town);
	if (has_changed(town) || (town->not_before_utc_ms && clock_utc_ms(town->options.clock) >= town->not_before_utc_ms))
		tell_due(town);
	if (sd_event_source_set_time_relative(source, BEAT_US) < 0)
		return 0;
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int town_watch(struct town *town, sd_event *loop, town_due_fn *due, void *data)
{
	int r;

	if (!town->in_use.is_bundle)
		return 0;
	town->loop = sd_event_ref(loop);
	town->due = due;
	town->due_data = data;
	r = sd_event_add_time_relative(loop, &town->settle, CLOCK_MONOTONIC, SETTLE_US, 0, on_settled, town);
	if (r >= 0)
		r = sd_event_add_time_relative(loop, &town->beat, CLOCK_MONOTONIC, BEAT_US, 0, on_beat, town);
	if (r < 0)
		return fault_raise(r);
	watch_folder(town);
	return 0;
}

bool town_is_due(const struct town *town)
{
	return town->is_due;
}

void town_watch_end(struct town *town)
{
	sd_event_source_disable_unref(town->folder);
	sd_event_source_disable_unref(town->settle);
	sd_event_source_disable_unref(town->beat);
	sd_event_unref(town->loop);
}
