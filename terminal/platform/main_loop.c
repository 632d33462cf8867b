/* SPDX-License-Identifier: MIT
 * Main loop: the pattern of sd_event_get_fd(3). Prepare before GLib polls, wait without blocking after it, dispatch
 * one source at a time so that painting and the accessibility bus get their turn in between. */
#include <errno.h>
#include <glib.h>

#include "shared/base/fault.h"
#include "terminal/platform/main_loop.h"
#include "shared/base/banned.h"

struct main_loop {
	GMainLoop *glib;
	GSource *source;
	sd_event *event;
	int result;
};

struct event_source {
	GSource source;
	struct main_loop *loop;
	GPollFD poll;
};

static gboolean end(struct main_loop *loop, int result)
{
	loop->result = result;
	g_main_loop_quit(loop->glib);
	return G_SOURCE_REMOVE;
}

static gboolean event_prepare(GSource *source, int *ret_timeout_ms)
{
	struct main_loop *loop = ((struct event_source *)source)->loop;

	*ret_timeout_ms = -1;
	if (sd_event_get_state(loop->event) != SD_EVENT_INITIAL)
		return TRUE; /* something is already pending, or the loop has finished */
	return sd_event_prepare(loop->event) != 0; /* >0 pending, <0 for dispatch to report */
}

static gboolean event_check(GSource *source)
{
	struct event_source *self = (struct event_source *)source;

	if (sd_event_get_state(self->loop->event) == SD_EVENT_ARMED)
		return sd_event_wait(self->loop->event, 0) != 0;
	return sd_event_get_state(self->loop->event) != SD_EVENT_INITIAL;
}

static gboolean event_dispatch(GSource *source, GSourceFunc fn, gpointer data)
{
	struct main_loop *loop = ((struct event_source *)source)->loop;
	int state = sd_event_get_state(loop->event), r, code = 0;

	if (state == SD_EVENT_PENDING) {
		r = sd_event_dispatch(loop->event);
		if (r < 0)
			return end(loop, fault_raise(r));
		state = sd_event_get_state(loop->event);
	} else if (state == SD_EVENT_INITIAL) {
		r = sd_event_prepare(loop->event);
		if (r < 0)
			return end(loop, fault_raise(r));
	}
	if (state == SD_EVENT_FINISHED) {
		r = sd_event_get_exit_code(loop->event, &code);
		return end(loop, r < 0 ? r : code);
	}
	return G_SOURCE_CONTINUE;
}

int main_loop_new(sd_event *event, struct main_loop **ret_loop)
{
	static const GSourceFuncs funcs = {
		.prepare = event_prepare, .check = event_check, .dispatch = event_dispatch};
	struct main_loop *loop = calloc(1, sizeof(*loop));
	struct event_source *source;

	if (!loop)
		return fault_raise(-ENOMEM);
	loop->event = sd_event_ref(event);
	loop->glib = g_main_loop_new(NULL, FALSE);
	loop->source = g_source_new((GSourceFuncs *)(uintptr_t)&funcs, sizeof(struct event_source));
	source = (struct event_source *)loop->source;
	source->loop = loop;
	source->poll = (GPollFD){.fd = sd_event_get_fd(event), .events = G_IO_IN | G_IO_HUP | G_IO_ERR};
	g_source_add_poll(loop->source, &source->poll);
	g_source_attach(loop->source, NULL);
	*ret_loop = loop;
	return 0;
}

struct main_loop *main_loop_free(struct main_loop *loop)
{
	if (!loop)
		return NULL;
	g_source_destroy(loop->source);
	g_source_unref(loop->source);
	g_main_loop_unref(loop->glib);
	sd_event_unref(loop->event);
	free(loop);
	return NULL;
}

int main_loop_run(struct main_loop *loop)
{
	g_main_loop_run(loop->glib);
	return loop->result;
}
