#pragma once
/* SPDX-License-Identifier: MIT
 * Peers: the programs of this machine that print. A SOCK_SEQPACKET socket only our own user may open; each message is
 * one JSON object of print.h's client: {"op":"submit","id","role","key","format"} with a memfd, {"op":"ask","id","key"},
 * {"op":"status"}; back go {"event":"job","id","key","state","reasons"} and {"event":"status","roles":[…],"settings":{…}}. */
#include <jansson.h>
#include <systemd/sd-event.h>
#include "shared/base/cleanup.h"
#include "printer/service/core.h"

struct peers;

/** peers_new() - listens on @path (0600; a dead socket there is replaced, a live one is -EADDRINUSE). */
MUST_USE int peers_new(sd_event *loop, const char *path, struct peers **ret_peers);
/** peers_free() - closes every link and removes the socket. */
struct peers *peers_free(struct peers *peers);
DEFINE_CLEANUP(struct peers *, peers_free)
/** peers_serve() - from here on @core answers; it is borrowed and outlives this. */
void peers_serve(struct peers *peers, struct core *core);
/** peers_settings() - what every status also tells of the configuration, made anew each time; the caller's @fn gives it away. */
void peers_settings(struct peers *peers, json_t *(*fn)(void *data), void *data);
/** The core's handlers; data is the struct peers. */
extern const struct core_handlers peers_core_handlers;
