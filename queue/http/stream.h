#pragma once
/* SPDX-License-Identifier: MIT
 * Streams: Server-Sent Events. A reader holds only its place in the hall's frames; all readers share them. Who is too far
 * behind gets `reset` and starts anew. A comment every 15 s keeps the line open and finds the dead. */
#include "queue/http/request.h"

struct stream_list {
	struct stream *first;
	size_t n_streams;
	bool is_ending;
};

/** stream_release() - the connection is gone. */
struct stream *stream_release(struct stream *stream);
/** streams_wake() - readers of @hall (NULL: all) look for news. */
void streams_wake(struct stream_list *list, const struct hall *hall);
/** streams_reset() - readers of all halls start anew: what they show may be called otherwise now. */
void streams_reset(struct stream_list *list);
/** streams_beat() - a comment on every line; staff whose session has ended are sent away. */
void streams_beat(struct stream_list *list);
/** streams_end() - every reader gets its end; the server is going. */
void streams_end(struct stream_list *list);
