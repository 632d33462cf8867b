#pragma once
/* SPDX-License-Identifier: MIT
 * Inside the hall: what hall.c (life), batch.c (commands), feed.c (frames) and view.c (JSON) share. */
#include "queue/hall/hall.h"

#define HALL_NAME_BYTES_MAX DRAFTS_OFFICE_BYTES_MAX
#define HALL_FRAMES_MAX 1024 /* events a reader may be behind */
#define HALL_ANSWER_DAYS 30
#define HALL_KEY_BYTES 32

struct hall {
	char name[HALL_NAME_BYTES_MAX + 1];
	const struct config *config;
	const struct config_office *office;
	struct desk *desk;
	int64_t last_seq;
	bool needs_sweep;    /* a day began: drafts of the past one go */
	bool has_news;       /* published in this turn */
	struct hall_frame frames[HALL_FRAMES_MAX]; /* ring by seq */
	int64_t first_frame_seq; /* frames from here to last_seq are held */
};

struct hall_set {
	struct hall_set_options options;
	char *database, *state_dir;
	struct store *store; /* NULL while broken */
	int64_t store_tried_mono_ms;
	struct drafts *drafts;
	struct hall **halls;
	size_t n_halls;
	struct hall_work *first, **last; /* submitted */
	struct secret *key;              /* seals remembered answers, keys body hashes */
	struct hall_counters counters;
};

/** hall_load() - folds the present day from the store; the desk is replaced only when that worked. */
int hall_load(struct hall_set *set, struct hall *hall);
/** hall_take() - one committed or about to be committed event into desk and frames. */
int hall_take(struct hall *hall, const struct desk_event *event);
void hall_frames_clear(struct hall *hall);
/** hall_frame_put() - encodes @event with the desk as it is after it. */
int hall_frame_put(struct hall *hall, const struct desk_event *event);
/** hall_sweep() - destroys drafts whose visit is over and reports each by an event. */
void hall_sweep(struct hall_set *set, struct hall *hall);
int hall_store_reopen(struct hall_set *set);
/** hall_add() - an office more; its day is not folded yet. */
MUST_USE int hall_add(struct hall_set *set, const struct config *config, const struct config_office *office);
