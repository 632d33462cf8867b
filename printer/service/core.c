/* SPDX-License-Identifier: MIT
 * Effects are carried out strictly in order: a record is durable before the page it allows to be sent is sent. A
 * driver never answers from inside a call, so the spool is not entered twice. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/fault.h"
#include "shared/log/log.h"
#include "printer/driver/driver.h"
#include "printer/page.h"
#include "printer/service/core.h"
#include "printer/spool/spool.h"
#include "shared/base/banned.h"

#define DAY_MS (24 * 60 * 60 * 1000LL)

struct core_printer {
	struct core *core;
	size_t role, index;
	const struct printer_driver *driver;
	void *printer;
};

struct core_page {
	uint32_t job; /* 0: free */
	int fd;
	int64_t n_bytes;
	char format[SPOOL_WORD_MAX];
};

struct core {
	struct core_options options;
	sd_event *loop;
	sd_event_source *timer;
	struct spool *spool;
	struct core_printer printers[SPOOL_ROLES_MAX][SPOOL_PRINTERS_MAX];
	size_t n_printers[SPOOL_ROLES_MAX];
	struct core_page pages[SPOOL_JOBS_MAX];
	struct spool_effect effects[SPOOL_EFFECTS_MAX];
	int64_t swept_mono_ms;
	size_t n_roles;
};

static void settle(struct core *core);

static void on_checked(void *data, const char *reasons)
{
	struct core_printer *at = data;

	spool_checked(at->core->spool, clock_mono_ms(), at->role, at->index, reasons);
	settle(at->core);
}

static void on_noticed(void *data, const char *reasons)
{
	struct core_printer *at = data;

	spool_noticed(at->core->spool, clock_mono_ms(), at->role, at->index, reasons);
	settle(at->core);
}

static void on_finished(void *data, enum printer_outcome outcome, const char *reasons)
{
	static const enum spool_outcome outcomes[] = {
		[PRINTER_PRINTED] = SPOOL_PRINTED,
		[PRINTER_NOT_SENT] = SPOOL_NOT_SENT,
		[PRINTER_REFUSED] = SPOOL_REFUSED,
		[PRINTER_LOST] = SPOOL_LOST,
	};
	struct core_printer *at = data;

	spool_finished(at->core->spool, clock_mono_ms(), at->role, at->index, outcomes[outcome], reasons);
	settle(at->core);
}

static struct core_page *page_find(struct core *core, uint32_t job)
{
	for (size_t i = 0; i < SPOOL_JOBS_MAX; i++)
		if (core->pages[i].job == job)
			return &core->pages[i];
	return NULL;
}

static void page_drop(struct core_page *page)
{
	if (!page)
		return;
	close(page->fd);
	*page = (struct core_page){.fd = -1};
}

static void journal_lost(struct core *core, int r)
{
	log_fault(LOG_PRINT_FAILED, r);
	sd_event_exit(core->loop, 1);
}

static void log_job(const struct spool_effect *effect)
{
	static const enum log_event events[] = {
		[PRINT_PENDING] = LOG_PRINT_ACCEPTED,
		[PRINT_COMPLETED] = LOG_PRINT_COMPLETED,
		[PRINT_ABORTED] = LOG_PRINT_FAILED,
		[PRINT_UNKNOWN] = LOG_PRINT_UNKNOWN,
	};

	if (effect->state != PRINT_PROCESSING)
		log_emit(events[effect->state], LOG_WORD("KEY", effect->key), LOG_WORD("ROLE", effect->word),
			 LOG_WORD("REASONS", effect->reasons));
}

static int record(struct core *core, const struct spool_effect *effect)
{
	int r = journal_record(core->options.journal, clock_utc_ms(core->options.clock), effect->key, effect->word,
			       effect->state, effect->reasons);

	if (r < 0) {
		journal_lost(core, r);
		return fault_pass(r);
	}
	log_job(effect);
	return 0;
}

static void send_page(struct core *core, const struct spool_effect *effect)
{
	struct core_printer *at = &core->printers[effect->role][effect->printer];
	const struct core_page *page = page_find(core, effect->job);

	if (!page || at->driver->send(at->printer, page->format, page->fd, page->n_bytes) < 0)
		spool_finished(core->spool, clock_mono_ms(), effect->role, effect->printer, SPOOL_NOT_SENT, "other");
}

static void check_printer(struct core *core, const struct spool_effect *effect)
{
	struct core_printer *at = &core->printers[effect->role][effect->printer];

	if (at->driver->check(at->printer, effect->word) < 0)
		spool_checked(core->spool, clock_mono_ms(), effect->role, effect->printer, "other");
}

static void show_status(struct core *core, const struct spool_effect *effect)
{
	log_emit(LOG_PRINTER_STATE, LOG_WORD("ROLE", spool_role_name(core->spool, effect->role)),
		 LOG_WORD("REASONS", effect->reasons[0] ? effect->reasons : "ready"));
	core->options.handlers->status(core->options.data);
}

static int carry_out(struct core *core, const struct spool_effect *effect)
{
	struct core_printer *at = &core->printers[effect->role][effect->printer];

	switch (effect->kind) {
	case SPOOL_CHECK:
		check_printer(core, effect);
		break;
	case SPOOL_RECORD:
		return record(core, effect);
	case SPOOL_SEND:
		send_page(core, effect);
		break;
	case SPOOL_CANCEL:
		at->driver->cancel(at->printer);
		break;
	case SPOOL_TELL:
		core->options.handlers->job(core->options.data, effect->key, effect->state, effect->reasons);
		break;
	case SPOOL_DROP:
		page_drop(page_find(core, effect->job));
		break;
	case SPOOL_STATUS:
		show_status(core, effect);
		break;
	}
	return 0;
}

static void timer_set(struct core *core)
{
	int64_t next = spool_next_mono_ms(core->spool);

	sd_event_source_set_enabled(core->timer, next == INT64_MAX ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
	if (next != INT64_MAX)
		sd_event_source_set_time(core->timer, next > 0 ? (uint64_t)next * 1000 : 0);
}

static void settle(struct core *core)
{
	size_t n;

	while ((n = spool_take_effects(core->spool, core->effects)) > 0)
		for (size_t i = 0; i < n; i++)
			if (carry_out(core, &core->effects[i]) < 0)
				return; /* the loop ends: nothing may follow what is not recorded */
	timer_set(core);
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct core *core = data;
	int64_t now = clock_mono_ms();
	int r = 0;

	if (now - core->swept_mono_ms >= DAY_MS) {
		core->swept_mono_ms = now;
		r = journal_forget_old(core->options.journal, clock_utc_ms(core->options.clock));
	}
	if (r < 0)
		journal_lost(core, r);
	spool_tick(core->spool, now);
	settle(core);
	return 0;
}

static int open_role(struct core *core, size_t role, const struct config_printer_role *config)
{
	static const struct printer_handlers handlers = {
		.checked = on_checked, .noticed = on_noticed, .finished = on_finished};

	for (size_t i = 0; i < config->n_uris; i++) {
		struct core_printer *at = &core->printers[role][i];
		struct printer_options options = {core->loop, config->uris[i], &handlers, at};
		int r;

		*at = (struct core_printer){core, role, i, printer_driver_find(config->uris[i]), NULL};
		r = at->driver && !printer_uri_error(config->uris[i]) ? at->driver->open(&options, &at->printer) : -EINVAL;
		if (r < 0)
			return fault_pass(r);
		core->n_printers[role]++;
	}
	return 0;
}

int core_new(const struct core_options *options, struct core **ret_core)
{
	CLEANUP(core_freep) struct core *core = calloc(1, sizeof(*core));
	struct spool_role roles[SPOOL_ROLES_MAX];
	int r = 0;

	if (!core)
		return fault_raise(-ENOMEM);
	core->options = *options;
	core->loop = sd_event_ref(options->loop);
	core->swept_mono_ms = clock_mono_ms();
	for (size_t i = 0; i < SPOOL_JOBS_MAX; i++)
		core->pages[i].fd = -1;
	if (options->n_roles > SPOOL_ROLES_MAX)
		return fault_raise(-EINVAL);
	for (size_t i = 0; i < options->n_roles && r == 0; i++) {
		const struct config_printer_role *role = &options->roles[i];

		if (!role->n_uris)
			continue; /* a town without such a printer: its pages are refused at once */
		roles[core->n_roles] = (struct spool_role){role->role, role->n_uris};
		r = role->n_uris > SPOOL_PRINTERS_MAX ? fault_raise(-EINVAL) : open_role(core, core->n_roles++, role);
	}
	if (r == 0)
		r = spool_new(roles, core->n_roles, &core->spool);
	if (r == 0)
		r = sd_event_add_time(core->loop, &core->timer, CLOCK_MONOTONIC, 0, 10000, on_timer, core);
	if (r < 0)
		return fault_pass(r);
	timer_set(core);
	*ret_core = TAKE(core);
	return 0;
}

struct core *core_free(struct core *core)
{
	if (!core)
		return NULL;
	for (size_t role = 0; role < SPOOL_ROLES_MAX; role++)
		for (size_t i = 0; i < core->n_printers[role]; i++)
			core->printers[role][i].driver->close(core->printers[role][i].printer);
	for (size_t i = 0; i < SPOOL_JOBS_MAX; i++)
		if (core->pages[i].job)
			page_drop(&core->pages[i]);
	spool_free(core->spool);
	sd_event_source_disable_unref(core->timer);
	sd_event_unref(core->loop);
	free(core);
	return NULL;
}

static enum spool_known known_of(bool is_known, enum print_state state)
{
	if (!is_known || state == PRINT_PENDING || state == PRINT_PROCESSING)
		return SPOOL_KEY_NEW; /* on its way: the spool itself knows it */
	if (state == PRINT_ABORTED)
		return SPOOL_KEY_ABORTED;
	return state == PRINT_COMPLETED ? SPOOL_KEY_COMPLETED : SPOOL_KEY_UNKNOWN;
}

/* The page's descriptor must stand in its slot before the spool's effects may send it. */
static int page_keep(struct core *core, uint32_t job, const char *format, int *page_fd, int64_t n_bytes)
{
	struct core_page *page = page_find(core, 0);

	if (!page)
		return fault_raise(-ENOBUFS);
	*page = (struct core_page){.job = job, .fd = TAKE_FD(*page_fd), .n_bytes = n_bytes};
	snprintf(page->format, sizeof(page->format), "%s", format);
	return 0;
}

int core_submit(struct core *core, const char *role, const char *key, const char *format, int page_fd)
{
	CLEANUP(closep) int page = -1;
	enum print_state state = PRINT_ABORTED;
	bool is_known = false;
	int64_t n_bytes;
	uint32_t job;
	int r = page_check(page_fd, &n_bytes);

	if (r < 0)
		return fault_pass(r);
	page = fcntl(page_fd, F_DUPFD_CLOEXEC, 0);
	if (page < 0)
		return fault_raise(-errno);
	r = journal_find(core->options.journal, key, &is_known, &state);
	if (r < 0)
		return fault_pass(r);
	job = spool_submit(core->spool, clock_mono_ms(), role, key, format, n_bytes, known_of(is_known, state));
	if (job)
		r = page_keep(core, job, format, &page, n_bytes);
	settle(core);
	return r < 0 ? fault_pass(r) : 0;
}

int core_find(struct core *core, const char *key, enum print_state *ret_state)
{
	bool is_known = false;
	enum print_state state = PRINT_ABORTED;
	int r = journal_find(core->options.journal, key, &is_known, &state);

	if (r < 0)
		return fault_pass(r);
	*ret_state = is_known ? state : PRINT_ABORTED;
	return 0;
}

bool core_is_idle(const struct core *core)
{
	for (size_t i = 0; i < SPOOL_JOBS_MAX; i++)
		if (core->pages[i].job)
			return false;
	return true;
}

size_t core_n_roles(const struct core *core)
{
	return core->n_roles;
}

struct print_role_status core_role(const struct core *core, size_t role)
{
	const char *reasons = spool_role_reasons(core->spool, role);

	return (struct print_role_status){spool_role_name(core->spool, role), reasons[0] ? reasons : "ready"};
}
