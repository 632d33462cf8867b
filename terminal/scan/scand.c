/* SPDX-License-Identifier: MIT
 * madoguchi-scand: camera frames in, decoded text out, nothing else. A child of the terminal on descriptor 3; the first
 * message brings the camera as an open descriptor, then it locks itself down, since pictures are hostile input.
 *   in   {"camera":"v4l2"|"dir"} with a descriptor
 *   out  {"event":"ready"} · {"event":"code","text":…} · {"event":"lost"} */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include "shared/base/clock.h"
#include "shared/base/command.h"
#include "shared/base/fault.h"
#include "shared/log/log.h"
#include "shared/loop/child.h"
#include "shared/loop/link.h"
#include "terminal/scan/decode.h"
#include "shared/base/banned.h"

#define PROGRAM "madoguchi-scand"
#define LOOK_EVERY_US 150000
#define SAME_CODE_MS 1500 /* the same code is told again only after this */

static const char usage[] = "usage: madoguchi-scand [--help] [--version]\n"
			    "Started by madoguchi-terminal with its link as descriptor 3; decodes QR codes of at most 512\n"
			    "bytes from frames of at most 4096x4096.\n";

struct scand {
	sd_event *event;
	struct link *link;
	struct decoder *decoder;
	const struct camera_kind *kind;
	struct camera *camera;
	sd_event_source *source;
	char last[SCAN_TEXT_BYTES_MAX + 1];
	int64_t told_mono_ms;
};

static void tell(struct scand *scand, const char *event, const char *text)
{
	json_t *message = text ? json_pack("{s:s,s:s}", "event", event, "text", text) : json_pack("{s:s}", "event", event);

	if (!message || link_send(scand->link, message, -1) < 0)
		sd_event_exit(scand->event, COMMAND_FAILED);
	json_decref(message);
}

static void look(struct scand *scand)
{
	char text[SCAN_TEXT_BYTES_MAX + 1];
	struct frame frame;
	int r = scand->kind->next(scand->camera, &frame);

	if (r < 0) {
		tell(scand, "lost", NULL);
		sd_event_exit(scand->event, COMMAND_FAILED);
		return;
	}
	if (r == 0 || !decode_frame(scand->decoder, &frame, text))
		return;
	if (strcmp(text, scand->last) == 0 && clock_mono_ms() - scand->told_mono_ms < SAME_CODE_MS)
		return;
	memcpy(scand->last, text, sizeof text);
	scand->told_mono_ms = clock_mono_ms();
	tell(scand, "code", text);
}

static int on_time(sd_event_source *source, uint64_t now, void *data)
{
	look(data);
	if (sd_event_source_set_time_relative(source, LOOK_EVERY_US) < 0)
		return -EIO;
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

static int on_frame(sd_event_source *source, int fd, uint32_t events, void *data)
{
	look(data);
	return 0;
}

static int use_camera(struct scand *scand, const char *kind, int fd)
{
	CLEANUP(closep) int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	int r;

	scand->kind = strcmp(kind, "v4l2") == 0 ? &camera_v4l2 : &camera_dir;
	if (own < 0)
		return fault_raise(-errno);
	r = scand->kind->open(own, &scand->camera);
	if (r < 0)
		return fault_pass(r);
	own = -1;
	fd = scand->kind->wait_fd(scand->camera);
	if (fd >= 0)
		r = sd_event_add_io(scand->event, &scand->source, fd, EPOLLIN, on_frame, scand);
	else
		r = sd_event_add_time_relative(scand->event, &scand->source, CLOCK_MONOTONIC, LOOK_EVERY_US, 1, on_time,
					       scand);
	if (r < 0)
		return fault_raise(r);
	return camera_lockdown(scand->kind == &camera_dir);
}

static void on_message(void *data, struct link *link, json_t *message, int fd)
{
	struct scand *scand = data;
	const char *kind = json_string_value(json_object_get(message, "camera"));

	if (!kind || fd < 0 || scand->camera) {
		sd_event_exit(scand->event, COMMAND_FAILED);
		return;
	}
	int r = use_camera(scand, kind, fd);
	if (r < 0) {
		log_fault(LOG_SCAN_FAILED, r);
		tell(scand, "lost", NULL);
		sd_event_exit(scand->event, COMMAND_FAILED);
		return;
	}
	tell(scand, "ready", NULL);
}

static void on_closed(void *data, struct link *link, int reason)
{
	struct scand *scand = data;

	sd_event_exit(scand->event, COMMAND_DONE);
}

static int run(struct scand *scand)
{
	static const struct link_handlers handlers = {.message = on_message, .closed = on_closed};
	int r = loop_new(&scand->event);

	if (r < 0)
		return r;
	scand->decoder = decoder_new();
	if (!scand->decoder)
		return fault_raise(-ENOMEM);
	r = link_new(scand->event, CHILD_LINK_FD, &handlers, scand, &scand->link);
	if (r < 0)
		return fault_pass(r);
	return sd_event_loop(scand->event);
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {{"help", no_argument, NULL, 'h'}, {"version", no_argument, NULL, 'v'}, {0}};
	struct scand scand = {0};
	int option = getopt_long(argc, argv, "", longs, NULL);

	if (option == 'h')
		return command_help(usage);
	if (option == 'v')
		return command_version(PROGRAM);
	if (option != -1 || optind != argc)
		return command_usage(usage);
	log_open(PROGRAM);
	int r = run(&scand);
	if (r < 0)
		log_fault(LOG_SCAN_FAILED, r);
	sd_event_source_unref(scand.source);
	if (scand.camera)
		scand.kind->free(scand.camera);
	decoder_free(scand.decoder);
	link_free(scand.link);
	sd_event_unref(scand.event);
	explicit_bzero(scand.last, sizeof scand.last);
	return r < 0 ? COMMAND_FAILED : r;
}
