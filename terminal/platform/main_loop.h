#pragma once
/* SPDX-License-Identifier: MIT
 * Main loop: GLib's default loop, which ATK and the window live in, with an sd-event loop inside it. Thread: main. */
#include <systemd/sd-event.h>
#include "shared/base/cleanup.h"

struct main_loop;

/** main_loop_new() - embeds @event (referenced) in GLib's default main context. */
MUST_USE int main_loop_new(sd_event *event, struct main_loop **ret_loop);
struct main_loop *main_loop_free(struct main_loop *loop);
DEFINE_CLEANUP(struct main_loop *, main_loop_free)
/** main_loop_run() - until the sd-event loop exits (sd_event_exit(), SIGTERM). Return: its exit code, or a negative
 *  errno when it failed. */
MUST_USE int main_loop_run(struct main_loop *loop);
