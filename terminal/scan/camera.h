#pragma once
/* SPDX-License-Identifier: MIT
 * Camera: where scand's frames come from, as grey pictures of bounded size. Two kinds behind one table: a V4L2 device
 * given as an open descriptor, and a folder of frames. For terminal/scan/ only. Thread: the loop's. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "shared/base/cleanup.h"

#define CAMERA_SIDE_MAX 4096

/** One grey frame, rows without gaps. */
struct frame {
	const uint8_t *grey;
	int width, height;
};

struct camera;

struct camera_kind {
	const char *name; /* v4l2, dir */
	/** Takes the descriptor on success. 0 or a negative errno. */
	int (*open)(int fd, struct camera **ret_camera);
	/** The newest frame not yet seen: 1 and *ret_frame (borrowed until the next call), 0 when there is none, or a negative
	 *  errno when the camera is lost. */
	int (*next)(struct camera *camera, struct frame *ret_frame);
	/** The descriptor to wait on, or −1: look again after a while. */
	int (*wait_fd)(const struct camera *camera);
	struct camera *(*free)(struct camera *camera);
};

extern const struct camera_kind camera_v4l2, camera_dir;
/** camera_lockdown() - from here on: no file, no network, no program; @may_open_files for frames in a folder, read-only.
 *  0 or a negative errno. */
MUST_USE int camera_lockdown(bool may_open_files);
