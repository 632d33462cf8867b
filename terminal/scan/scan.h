#pragma once
/* SPDX-License-Identifier: MIT
 * Scan: the terminal's side of madoguchi-scand. The camera runs only while somebody was asked to show something: scand
 * is started then, killed afterwards, and started again when it dies meanwhile. Thread: the loop's. */
#include <stdbool.h>
#include <systemd/sd-event.h>
#include "shared/base/cleanup.h"

#define SCAN_TEXT_BYTES_MAX 512 /* a ticket's code is below 200; anything longer is not ours */

struct scan_client;

struct scan_handlers {
	/** A code was read: UTF-8 without control characters, at most SCAN_TEXT_BYTES_MAX bytes. Borrowed. */
	void (*code)(void *data, const char *text);
	/** The camera works, or does not (any more). */
	void (*state)(void *data, bool works);
};

/** scan_client_new() - @camera: /dev/videoN or dir:PATH (a folder of PGM and PNG frames, newest first). Starts nothing yet.
 *  0, -ENOENT when the camera or scand is not there, another negative errno. */
MUST_USE int scan_client_new(sd_event *loop, const char *camera, const struct scan_handlers *handlers, void *data,
			     struct scan_client **ret_client);
struct scan_client *scan_client_free(struct scan_client *client);
DEFINE_CLEANUP(struct scan_client *, scan_client_free)
void scan_client_start(struct scan_client *client);
void scan_client_stop(struct scan_client *client);
