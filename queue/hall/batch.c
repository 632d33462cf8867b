/* SPDX-License-Identifier: MIT
 * Group commit: all commands of one loop turn, decided in order, in one transaction, answered after it is on the disk.
 * Order of the disk: drafts and their keys, then the transaction. On any fault the desk in memory is thrown away and
 * folded again from what the store really holds. */
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "queue/hall/internal.h"
#include "shared/base/fault.h"
#include "shared/log/log.h"
#include "shared/base/banned.h"

#define DECIDE_AGAIN_MAX 3
#define DAY_MS (24 * 3600 * 1000LL)
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEAL_BYTES crypto_aead_xchacha20poly1305_ietf_ABYTES

void hall_submit(struct hall_set *set, struct hall_work *work)
{
	work->next = NULL;
	*set->last = work;
	set->last = &work->next;
}

bool hall_is_pending(const struct hall_set *set)
{
	return set->first != NULL;
}

static void refuse(struct hall_work *work, int status, const char *problem)
{
	work->answer = (struct hall_answer){.status = status, .problem = problem};
}

/* ---- remembered answers ---------------------------------------------------------------------------------------- */

static void answer_key(const struct hall_work *work, char *out, size_t size)
{
	snprintf(out, size, "%s %s", work->caller, work->key);
}

/* body hash (hex) + nonce + sealed body: the answer holds the ticket's token, the database must not. */
static int answer_seal(const struct hall_set *set, const struct hall_work *work, struct buf *out)
{
	size_t n_body = strlen(work->body);
	CLEANUP(freep) unsigned char *sealed = malloc(n_body + SEAL_BYTES);
	unsigned char nonce[NONCE_BYTES];
	unsigned long long n_sealed;
	int r;

	if (!sealed)
		return fault_raise(-ENOMEM);
	randombytes_buf(nonce, sizeof(nonce));
	crypto_aead_xchacha20poly1305_ietf_encrypt(sealed, &n_sealed, (const unsigned char *)work->body, n_body,
						   (const unsigned char *)work->body_hash, HALL_HASH_HEX, NULL, nonce,
						   secret_bytes(set->key));
	r = buf_add(out, work->body_hash, HALL_HASH_HEX);
	if (r == 0)
		r = buf_add(out, nonce, sizeof(nonce));
	return r < 0 ? fault_pass(r) : buf_add(out, sealed, n_sealed);
}

static int answer_open(const struct hall_set *set, const struct buf *stored, char **ret_body)
{
	size_t n_head = HALL_HASH_HEX + NONCE_BYTES;
	CLEANUP(freep) char *body = NULL;
	unsigned long long n_body;

	if (stored->len < n_head + SEAL_BYTES)
		return fault_raise(-EBADMSG);
	body = calloc(1, stored->len - n_head + 1);
	if (!body)
		return fault_raise(-ENOMEM);
	if (crypto_aead_xchacha20poly1305_ietf_decrypt((unsigned char *)body, &n_body, NULL,
						       (const unsigned char *)stored->bytes + n_head, stored->len - n_head,
						       (const unsigned char *)stored->bytes, HALL_HASH_HEX,
						       (const unsigned char *)stored->bytes + HALL_HASH_HEX,
						       secret_bytes(set->key)) != 0)
		return fault_raise(-EBADMSG);
	body[n_body] = '\0';
	*ret_body = TAKE(body);
	return 0;
}

/* 1: answered from memory; 0: new; negative: fault. */
static int answer_repeat(struct hall_set *set, struct hall_work *work)
{
	CLEANUP(buf_release) struct buf stored = BUF_INIT(STORE_VALUE_BYTES_MAX);
	char key[HALL_CALLER_BYTES_MAX + HALL_KEY_BYTES_MAX + 2];
	int r;

	if (!work->caller)
		return 0;
	answer_key(work, key, sizeof(key));
	r = store_record_find(set->store, "answer", key, &stored);
	if (r < 0)
		return fault_pass(r);
	if (r == STORE_NONE)
		return 0;
	if (stored.len < HALL_HASH_HEX || sodium_memcmp(stored.bytes, work->body_hash, HALL_HASH_HEX) != 0 ||
	    answer_open(set, &stored, &work->body) < 0) {
		refuse(work, 409, "key-reused");
		return 1;
	}
	work->answer = (struct hall_answer){.status = 200, .body = work->body, .is_repeat = true};
	return 1;
}

static int answer_remember(struct hall_set *set, const struct hall_work *work, int64_t now_utc_ms)
{
	CLEANUP(buf_release) struct buf sealed = BUF_INIT(STORE_VALUE_BYTES_MAX);
	char key[HALL_CALLER_BYTES_MAX + HALL_KEY_BYTES_MAX + 2];
	int r;

	if (!work->caller)
		return 0;
	answer_key(work, key, sizeof(key));
	r = answer_seal(set, work, &sealed);
	if (r < 0)
		return fault_pass(r);
	return store_record_put(set->store, &(struct store_record){"answer", key, now_utc_ms, sealed.bytes, sealed.len});
}

/* ---- one command ----------------------------------------------------------------------------------------------- */

/* 0, STORE_CONFLICT, or a fault. */
static int append(struct hall_set *set, struct hall *hall, struct desk_events *events)
{
	for (size_t i = 0; i < events->n_items; i++) {
		struct desk_event *e = &events->items[i];
		json_t *json = desk_event_encode(e);
		CLEANUP(freep) char *body = json ? json_dumps(json, JSON_COMPACT) : NULL;
		int r;

		json_decref(json);
		if (!body)
			return fault_raise(-ENOMEM);
		r = store_append(set->store, hall->name, hall->last_seq,
				 &(struct store_event){0, e->at_utc_ms, desk_event_word(e->kind), e->ticket, body}, 1);
		if (r != STORE_OK)
			return r < 0 ? fault_pass(r) : r;
		e->seq = hall->last_seq + 1;
		r = hall_take(hall, e);
		if (r < 0)
			return fault_pass(r);
		hall->has_news = true;
	}
	return 0;
}

static int roll(struct hall_set *set, struct hall *hall, int64_t now_utc_ms)
{
	struct desk_events events;
	int r;

	if (desk_decide(hall->desk, &(struct desk_command){.verb = DESK_ROLL, .now_utc_ms = now_utc_ms, .by = "queued"}, &events) !=
		    DESK_OUTCOME_OK ||
	    !events.n_items)
		return 0;
	r = append(set, hall, &events);
	if (r == 0)
		r = store_record_purge(set->store, "answer", now_utc_ms - HALL_ANSWER_DAYS * DAY_MS);
	if (r == 0)
		r = store_record_purge(set->store, "session", now_utc_ms - DAY_MS);
	if (r == 0)
		log_emit(LOG_DAY_OPENED, LOG_WORD("OFFICE", hall->name), LOG_NUMBER("DAY", desk_day(hall->desk)));
	hall->needs_sweep = true;
	return r;
}

static json_t *compose(const struct hall_work *work, const struct desk_events *events)
{
	const struct hall *hall = work->hall;
	const struct desk_ticket *ticket;

	if (work->command.verb == DESK_ISSUE) {
		ticket = desk_ticket_find(hall->desk, events->items[0].ticket);
		return ticket ? hall_view_issued(hall, ticket, work->token) : NULL;
	}
	if (work->command.verb == DESK_CANCEL) {
		ticket = desk_ticket_find(hall->desk, work->command.ticket);
		return ticket ? hall_view_ticket(hall, ticket) : NULL;
	}
	if (work->command.verb != DESK_NOTE && work->command.window)
		return hall_view_window_short(hall, desk_window_find(hall->desk, work->command.window));
	return json_object();
}

static int decide_one(struct hall_set *set, struct hall_work *work)
{
	struct desk_events events;
	enum desk_outcome outcome;
	json_t *json;
	int r;

	work->command.now_utc_ms = hall_now(set);
	r = roll(set, work->hall, work->command.now_utc_ms);
	if (r != 0)
		return r;
	work->command.visit = work->visit[0] ? work->visit : work->command.visit;
	outcome = desk_decide(work->hall->desk, &work->command, &events);
	if (outcome != DESK_OUTCOME_OK) {
		refuse(work, desk_outcome_status(outcome), desk_outcome_word(outcome));
		return 0;
	}
	r = append(set, work->hall, &events);
	if (r != 0)
		return r;
	json = compose(work, &events);
	work->body = json ? json_dumps(json, JSON_COMPACT) : NULL;
	json_decref(json);
	if (!work->body)
		return fault_raise(-ENOMEM);
	work->answer = (struct hall_answer){.status = work->command.verb == DESK_ISSUE ? 201 : 200, .body = work->body};
	return answer_remember(set, work, work->command.now_utc_ms);
}

/* ---- the transaction ------------------------------------------------------------------------------------------- */

static void work_reset(struct hall_work *work)
{
	free(work->body);
	work->body = NULL;
	work->answer = (struct hall_answer){0};
}

/* Drafts of all commands, then their keys in one step. A command whose drafts cannot be kept is refused alone. */
static void stage_drafts(struct hall_set *set, struct hall_work *works)
{
	bool is_staged = false;
	int r;

	for (struct hall_work *work = works; work; work = work->next) {
		if (work->erases_visit) {
			drafts_erase(set->drafts, work->erases_visit);
			is_staged = true;
		}
		if (!work->n_drafts || work->visit[0])
			continue;
		r = drafts_put(set->drafts, work->hall->name, work->drafts, work->n_drafts, work->pictures,
			       work->visit);
		if (r < 0) {
			log_fault(LOG_STORE_FAILED, r);
			refuse(work, 503, "store-unavailable");
		}
		is_staged = true;
	}
	r = is_staged ? drafts_settle(set->drafts) : 0;
	for (struct hall_work *work = works; r < 0 && work; work = work->next)
		if (work->n_drafts || work->erases_visit)
			refuse(work, 503, "store-unavailable");
	if (r < 0)
		log_fault(LOG_STORE_FAILED, r);
}

/* 0 committed, STORE_CONFLICT, or a fault. */
static int transact(struct hall_set *set, struct hall_work *works)
{
	int r = store_begin(set->store);

	for (struct hall_work *work = works; work && r == 0; work = work->next) {
		if (work->answer.problem) /* its drafts could not be kept */
			continue;
		r = answer_repeat(set, work);
		if (r == 0)
			r = decide_one(set, work);
		else if (r > 0)
			r = 0;
	}
	if (r == 0)
		r = store_commit(set->store);
	if (r != 0)
		store_rollback(set->store);
	return r;
}

static int fold_again(struct hall_set *set)
{
	int r = 0;

	for (size_t i = 0; i < set->n_halls && r == 0; i++)
		r = hall_load(set, set->halls[i]);
	return r;
}

static void fail_all(struct hall_set *set, struct hall_work *works, int r)
{
	set->counters.n_store_faults++;
	log_fault(LOG_STORE_FAILED, r);
	for (struct hall_work *work = works; work; work = work->next) {
		work_reset(work);
		refuse(work, 503, "store-unavailable");
	}
	for (size_t i = 0; i < set->n_halls; i++)
		set->halls[i]->has_news = false;
	if (!set->store)
		return;
	/* what was decided but not stored must go: opened afresh and folded again, now or with the next command */
	set->store->is_broken = true;
	if (hall_store_reopen(set) < 0)
		log_emit(LOG_STORE_FAILED, LOG_WORD("PART", "reopen"));
}

static void commit_all(struct hall_set *set, struct hall_work *works)
{
	int r = hall_store_reopen(set);

	if (r == 0)
		stage_drafts(set, works);
	for (int tries = 0; r == 0 && tries < DECIDE_AGAIN_MAX; tries++) {
		r = transact(set, works);
		if (r != STORE_CONFLICT)
			break;
		for (struct hall_work *work = works; work; work = work->next)
			if (!work->answer.problem || work->answer.status != 503)
				work_reset(work);
		r = fold_again(set);
	}
	set->counters.n_commits++;
	if (r != 0)
		fail_all(set, works, r > 0 ? fault_raise(-EAGAIN) : r);
}

/* One line for staff about each command: which office, which window, why not. No ticket token, nothing of a person. */
static void tell(struct hall_set *set, const struct hall_work *work)
{
	if (work->answer.problem) {
		set->counters.n_refused++;
		if (work->command.verb == DESK_ISSUE)
			log_emit(LOG_TICKET_REFUSED, LOG_WORD("OFFICE", work->hall->name), LOG_WORD("WHY", work->answer.problem));
	} else if (work->answer.is_repeat) {
		set->counters.n_repeats++;
	} else if (work->command.verb == DESK_ISSUE) {
		set->counters.n_tickets++;
		log_emit(LOG_TICKET_ISSUED, LOG_WORD("OFFICE", work->hall->name), LOG_WORD("SERVICE", work->command.service));
	} else {
		set->counters.n_commands++;
		if (work->command.window)
			log_emit(LOG_WINDOW_COMMAND, LOG_WORD("OFFICE", work->hall->name), LOG_WORD("WINDOW", work->command.window));
	}
}

static void publish(struct hall_set *set)
{
	for (size_t i = 0; i < set->n_halls; i++) {
		struct hall *hall = set->halls[i];

		if (hall->has_news && set->options.published)
			set->options.published(set->options.data, hall);
		hall->has_news = false;
	}
}

/* Drafts that were sealed for a ticket that did not come about. */
static void drop_unused_drafts(struct hall_set *set, const struct hall_work *works)
{
	for (const struct hall_work *work = works; work; work = work->next)
		if (work->visit[0] && (work->answer.problem || work->answer.is_repeat))
			drafts_erase(set->drafts, work->visit);
	if (drafts_settle(set->drafts) < 0)
		log_emit(LOG_STORE_FAILED, LOG_WORD("PART", "drafts"));
}

void hall_run(struct hall_set *set)
{
	struct hall_work *works, *next;

	while ((works = set->first)) {
		set->first = NULL;
		set->last = &set->first;
		commit_all(set, works);
		drop_unused_drafts(set, works);
		publish(set);
		for (struct hall_work *work = works; work; work = next) {
			next = work->next;
			tell(set, work);
			if (!work->done) {
				work_reset(work);
				continue;
			}
			/* done may free the work, the answer has to outlive it */
			struct hall_answer answer = work->answer;
			char *body = TAKE(work->body);

			work->done(work->data, &answer);
			free(body);
		}
	}
}
