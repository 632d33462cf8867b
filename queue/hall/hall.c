/* SPDX-License-Identifier: MIT
 * The life of the halls: opening, folding the present day out of the log, the tick, and what ends with a day. */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "queue/hall/internal.h"
#include "shared/base/fault.h"
#include "shared/log/log.h"
#include "shared/base/banned.h"

#define REOPEN_MS 1000

int hall_take(struct hall *hall, const struct desk_event *event)
{
	int r = desk_apply(hall->desk, event);

	if (r == 0)
		r = hall_frame_put(hall, event);
	if (r < 0)
		return fault_pass(r);
	hall->last_seq = event->seq;
	return 0;
}

static int fold_event(void *data, const struct store_event *stored)
{
	struct desk_event event;
	json_t *body = json_loads(stored->body, JSON_REJECT_DUPLICATES, NULL);
	int r = desk_event_decode(stored->kind, stored->ticket, body, &event);

	json_decref(body);
	if (r < 0)
		return fault_pass(r);
	event.seq = stored->seq;
	event.at_utc_ms = stored->at_utc_ms;
	return hall_take(data, &event);
}

int hall_load(struct hall_set *set, struct hall *hall)
{
	struct desk *desk = NULL;
	int64_t day_seq = 0, last_seq = 0;
	int r = desk_new(hall->config, hall->office, &desk);

	if (r == 0)
		r = store_last_seq(set->store, hall->name, "day", &day_seq);
	if (r == 0)
		r = store_last_seq(set->store, hall->name, NULL, &last_seq);
	if (r < 0) {
		desk_free(desk);
		return fault_pass(r);
	}
	desk_free(hall->desk);
	hall->desk = desk;
	hall->last_seq = day_seq ? day_seq - 1 : 0;
	hall->first_frame_seq = hall->last_seq + 1;
	hall_frames_clear(hall);
	r = store_read(set->store, hall->name, hall->last_seq, fold_event, hall);
	if (r == 0 && hall->last_seq != last_seq)
		r = fault_raise(-EBADMSG);
	return r < 0 ? fault_pass(r) : 0;
}

int hall_store_reopen(struct hall_set *set)
{
	int r = 0;

	if (set->store && !store_is_broken(set->store))
		return 0;
	if (set->store_tried_mono_ms && clock_mono_ms() - set->store_tried_mono_ms < REOPEN_MS)
		return fault_raise(-EIO);
	set->store_tried_mono_ms = clock_mono_ms();
	set->store = store_close(set->store);
	r = store_open(set->database, &set->store);
	for (size_t i = 0; i < set->n_halls && r == 0; i++)
		r = hall_load(set, set->halls[i]);
	if (r < 0) {
		set->store = store_close(set->store);
		return fault_pass(r);
	}
	set->store_tried_mono_ms = 0;
	return 0;
}

/* ---- what ends with a day or a retention ----------------------------------------------------------------------- */

struct sweep {
	struct hall_set *set;
	struct hall *hall;
	int64_t now_utc_ms;
};

static bool is_owned(const struct desk *desk, const char *visit)
{
	for (size_t i = 0; i < desk_n_tickets(desk); i++)
		if (strcmp(desk_ticket_at(desk, i)->visit, visit) == 0)
			return true;
	return false;
}

static void note_done(void *data, const struct hall_answer *answer)
{
	struct hall_work *work = data;

	if (!answer->problem)
		log_emit(LOG_DRAFT_ERASED, LOG_WORD("OFFICE", hall_name(work->hall)));
	free(work);
}

/* The event follows the erasure: what it says is true already. */
static void note_erased(const struct sweep *sweep, const char *visit)
{
	struct hall_work *work = calloc(1, sizeof(*work) + DRAFTS_VISIT_HEX + 1);
	char *name = (char *)(work + 1);

	if (!work)
		return;
	memcpy(name, visit, DRAFTS_VISIT_HEX + 1);
	work->hall = sweep->hall;
	work->command = (struct desk_command){.verb = DESK_NOTE, .note = DESK_EVENT_DRAFT_ERASED, .visit = name, .by = "queued"};
	work->done = note_done;
	work->data = work;
	hall_submit(sweep->set, work);
}

static bool is_over(void *data, const char *visit, int64_t until_utc_ms)
{
	struct sweep *sweep = data;
	bool is_erased = until_utc_ms ? until_utc_ms <= sweep->now_utc_ms : !is_owned(sweep->hall->desk, visit);

	if (is_erased)
		note_erased(sweep, visit);
	return is_erased;
}

void hall_sweep(struct hall_set *set, struct hall *hall)
{
	struct sweep sweep = {set, hall, hall_now(set)};
	int r;

	drafts_sweep(set->drafts, hall->name, is_over, &sweep);
	r = drafts_settle(set->drafts);
	if (r < 0)
		log_fault(LOG_STORE_FAILED, r);
	hall->needs_sweep = false;
}

static void roll_done(void *data, const struct hall_answer *answer)
{
	free(data);
}

void hall_tick(struct hall_set *set)
{
	int64_t now = hall_now(set);

	for (size_t i = 0; i < set->n_halls; i++) {
		struct hall_work *work;

		if (desk_day_of(set->halls[i]->desk, now) <= desk_day(set->halls[i]->desk) && set->store)
			continue;
		work = calloc(1, sizeof(*work));
		if (!work)
			return;
		work->hall = set->halls[i];
		work->command = (struct desk_command){.verb = DESK_ROLL, .by = "queued"};
		work->done = roll_done;
		work->data = work;
		hall_submit(set, work);
	}
	hall_run(set);
	for (size_t i = 0; i < set->n_halls; i++)
		if (set->store)
			hall_sweep(set, set->halls[i]);
	hall_run(set);
}

/* ---- opening --------------------------------------------------------------------------------------------------- */

/* One key of the daemon's own, made at first start: seals remembered answers, keys hashes of bodies. */
static int key_load(struct hall_set *set)
{
	CLEANUP(freep) char *path = NULL;
	CLEANUP(closep) int fd = -1;
	unsigned char key[HALL_KEY_BYTES];
	int r = 0;

	if (asprintf(&path, "%s/answer-key", set->state_dir) < 0)
		return fault_raise(-ENOMEM);
	set->key = secret_new(HALL_KEY_BYTES);
	if (!set->key)
		return fault_raise(-ENOMEM);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return fault_raise(-errno);
	if (read(fd, key, sizeof(key)) != (ssize_t)sizeof(key)) {
		randombytes_buf(key, sizeof(key));
		if (pwrite(fd, key, sizeof(key), 0) != (ssize_t)sizeof(key) || fsync(fd) < 0)
			r = fault_raise(-EIO);
	}
	if (r == 0)
		r = secret_append(set->key, key, sizeof(key));
	sodium_memzero(key, sizeof(key));
	return r;
}

int hall_add(struct hall_set *set, const struct config *config, const struct config_office *office)
{
	struct hall **grown = reallocarray(set->halls, set->n_halls + 1, sizeof(*grown));
	struct hall *hall;

	if (!grown)
		return fault_raise(-ENOMEM);
	set->halls = grown;
	hall = calloc(1, sizeof(*hall));
	if (!hall)
		return fault_raise(-ENOMEM);
	if (snprintf(hall->name, sizeof(hall->name), "%s-%s", config->municipality.code, office->id) > HALL_NAME_BYTES_MAX) {
		free(hall);
		return fault_raise(-EINVAL);
	}
	hall->config = config;
	hall->office = office;
	if (hall_find(set, hall->name)) {
		free(hall);
		return fault_raise(-EEXIST);
	}
	set->halls[set->n_halls++] = hall;
	return 0;
}

int hall_set_new(const struct hall_set_options *options, struct hall_set **ret_set)
{
	CLEANUP(hall_set_freep) struct hall_set *set = calloc(1, sizeof(*set));
	int r = 0;

	if (!set)
		return fault_raise(-ENOMEM);
	set->options = *options;
	set->last = &set->first;
	set->database = strdup(options->database);
	set->state_dir = strdup(options->state_dir);
	if (!set->database || !set->state_dir)
		return fault_raise(-ENOMEM);
	for (size_t c = 0; c < options->n_configs && r == 0; c++)
		for (size_t o = 0; o < options->configs[c]->n_offices && r == 0; o++)
			r = hall_add(set, options->configs[c], &options->configs[c]->offices[o]);
	if (r == 0)
		r = key_load(set);
	if (r == 0)
		r = drafts_open(set->state_dir, &set->drafts);
	if (r == 0)
		r = hall_store_reopen(set);
	if (r < 0)
		return fault_pass(r);
	hall_tick(set);
	*ret_set = TAKE(set);
	return 0;
}

struct hall_set *hall_set_free(struct hall_set *set)
{
	if (!set)
		return NULL;
	for (size_t i = 0; i < set->n_halls; i++) {
		hall_frames_clear(set->halls[i]);
		desk_free(set->halls[i]->desk);
		free(set->halls[i]);
	}
	free(set->halls);
	drafts_close(set->drafts);
	store_close(set->store);
	secret_free(set->key);
	free(set->database);
	free(set->state_dir);
	free(set);
	return NULL;
}

/* ---- looking --------------------------------------------------------------------------------------------------- */

struct hall *hall_find(struct hall_set *set, const char *office)
{
	for (size_t i = 0; i < set->n_halls; i++)
		if (strcmp(set->halls[i]->name, office) == 0)
			return set->halls[i];
	return NULL;
}

size_t hall_count(const struct hall_set *set)
{
	return set->n_halls;
}

struct hall *hall_at(struct hall_set *set, size_t i)
{
	return set->halls[i];
}

struct store *hall_store(struct hall_set *set)
{
	return set->store && !store_is_broken(set->store) ? set->store : NULL;
}

struct drafts *hall_drafts(struct hall_set *set)
{
	return set->drafts;
}

int64_t hall_now(const struct hall_set *set)
{
	return clock_utc_ms(set->options.clock);
}

const char *hall_name(const struct hall *hall)
{
	return hall->name;
}

const struct config *hall_config(const struct hall *hall)
{
	return hall->config;
}

const struct config_office *hall_office(const struct hall *hall)
{
	return hall->office;
}

const struct desk *hall_desk(const struct hall *hall)
{
	return hall->desk;
}

int64_t hall_seq(const struct hall *hall)
{
	return hall->last_seq;
}

const struct hall_counters *hall_counters(const struct hall_set *set)
{
	return &set->counters;
}

void hall_hash(const struct hall_set *set, const void *bytes, size_t n_bytes, char out[HALL_HASH_HEX + 1])
{
	unsigned char hash[HALL_HASH_HEX / 2];

	crypto_generichash(hash, sizeof(hash), bytes, n_bytes, secret_bytes(set->key), secret_length(set->key));
	sodium_bin2hex(out, HALL_HASH_HEX + 1, hash, sizeof(hash));
}

void hall_token_hash(const char *token, char out[HALL_HASH_HEX + 1])
{
	unsigned char hash[HALL_HASH_HEX / 2];

	crypto_generichash(hash, sizeof(hash), (const unsigned char *)token, strlen(token), NULL, 0);
	sodium_bin2hex(out, HALL_HASH_HEX + 1, hash, sizeof(hash));
}

const struct desk_ticket *hall_ticket_by_token(struct hall_set *set, const char *token, struct hall **ret_hall)
{
	char hash[HALL_HASH_HEX + 1];
	const struct desk_ticket *ticket = NULL;

	hall_token_hash(token, hash);
	for (size_t i = 0; i < set->n_halls && !ticket; i++) {
		ticket = desk_ticket_by_token(set->halls[i]->desk, hash);
		if (ticket)
			*ret_hall = set->halls[i];
	}
	return ticket;
}
