#pragma once
/* SPDX-License-Identifier: MIT
 * Render worker: `madoguchi-form --worker` as a child that turns drafts into pages and goes when idle,
 * so that a daemon stays small and a font bug costs one page. Used by the terminal and by queued. One page at a
 * time, requests wait in line. Thread: the loop's. */
#include <systemd/sd-event.h>
#include "shared/model/draft.h"
#include "shared/render/render.h"

struct render_worker;
/** @r: 0 and a sealed memfd with the page (borrowed: dup to keep), or a negative errno and -1. Called once. It may submit
 *  again but not free the worker. -ENOENT: no such form or town, -EBADMSG: not a draft, -ETIMEDOUT: took too long and was
 *  ended, -EPIPE: the child died, -EIO: could not be drawn. Requests of a freed worker are dropped. */
typedef void render_worker_fn(void *data, int r, int page_fd);

struct render_worker_options {
	const char *const *config_paths;   /* --config of this program, handed on */
	size_t n_config_paths;
	const char *templates_dir;         /* may be NULL */
	const char *bundle_key;            /* --bundle-key of this program, handed on; may be NULL */
	const char *office, *device;       /* --office and --device likewise; may be NULL */
	bool allow_unsigned;               /* --allow-unsigned likewise */
	const char *program;               /* madoguchi-form; NULL: the one of this build or installation */
	int idle_s;                        /* the child goes after this; 0: 60 */
	int timeout_s;                     /* a page may take this long; 0: 20 */
};

/** render_worker_new() - starts no child yet; options are copied. 0 or -ENOENT when madoguchi-form is not found, -ENOMEM. */
MUST_USE int render_worker_new(sd_event *loop, const struct render_worker_options *options,
			       struct render_worker **ret_worker);
/** render_worker_free() - kills the child; waiting requests are forgotten. Return: NULL. */
struct render_worker *render_worker_free(struct render_worker *worker);
DEFINE_CLEANUP(struct render_worker *, render_worker_free)
/** render_worker_exchange() - other configurations from now on: the page at hand is finished, the next child reads the new
 *  ones. 0, or as render_worker_new() and nothing changed. */
MUST_USE int render_worker_exchange(struct render_worker *worker, const struct render_worker_options *options);
/** Requests that may wait at a time. */
#define RENDER_WORKER_QUEUE_MAX 32
/** render_worker_submit() - @municipality: code, for programs that serve several towns; NULL: the first configuration.
 *  0 and then @fn is called once, from the loop; or a negative errno (-ENOBUFS: the line is full) and never. */
MUST_USE int render_worker_submit(struct render_worker *worker, const char *municipality, const struct draft *draft,
				  const struct render_options *options, render_worker_fn *fn, void *data);
/** render_worker_unprintable() - within @fn only: for each field of the page with a character no font of ours holds, the
 *  first as "U+2B8C6". Borrowed; NULL when there was no page. */
const json_t *render_worker_unprintable(const struct render_worker *worker);
