/* SPDX-License-Identifier: MIT
 * Another configuration while the hall is open. The log holds ids only, so the day folds by the new configuration as it did by
 * the old; what must not happen is asked beforehand. */
#include <errno.h>
#include <string.h>

#include "queue/hall/internal.h"
#include "shared/base/fault.h"
#include "shared/log/log.h"
#include "shared/base/banned.h"

static bool is_window_of(const struct config *config, const char *office, const char *window)
{
	const struct config_window *found = config_window_find(config, window);

	return found && strcmp(found->office, office) == 0;
}

/* Somebody sits at a window that would be gone: that visit is ended first. */
static bool is_needed(const struct hall *hall, const struct config *config)
{
	for (size_t i = 0; i < desk_n_windows(hall->desk); i++) {
		const struct desk_window *window = desk_window_at(hall->desk, i);

		if (window->ticket && !is_window_of(config, hall->office->id, window->config->id))
			return true;
	}
	return false;
}

static bool is_of_town(const struct hall *hall, const struct config *config)
{
	return strcmp(hall->config->municipality.code, config->municipality.code) == 0;
}

int hall_set_fits(const struct hall_set *set, const struct config *config)
{
	for (size_t i = 0; i < set->n_halls; i++)
		if (is_of_town(set->halls[i], config) && !config_office_find(config, set->halls[i]->office->id))
			return fault_raise(-EINVAL);
	if (!set->store || store_is_broken(set->store))
		return fault_raise(-EAGAIN);
	for (size_t i = 0; i < set->n_halls; i++)
		if (is_of_town(set->halls[i], config) && is_needed(set->halls[i], config))
			return fault_raise(-EAGAIN);
	return 0;
}

/* All of them first: a store that must be opened again then folds every day by what is to be served. */
static int point_at(struct hall_set *set, const struct config *old, const struct config *config)
{
	size_t n_before = set->n_halls;
	int r = 0;

	for (size_t i = 0; i < n_before; i++) {
		struct hall *hall = set->halls[i];

		if (hall->config != old)
			continue;
		hall->office = config_office_find(config, hall->office->id);
		hall->config = config;
	}
	for (size_t i = 0; i < config->n_offices && r == 0; i++) {
		char name[HALL_NAME_BYTES_MAX + 1];

		snprintf(name, sizeof(name), "%s-%s", config->municipality.code, config->offices[i].id);
		if (!hall_find(set, name))
			r = hall_add(set, config, &config->offices[i]);
	}
	return r < 0 ? fault_pass(r) : 0;
}

int hall_set_exchange(struct hall_set *set, const struct config *old, const struct config *config)
{
	int r;

	hall_run(set); /* what was submitted is decided by what it was submitted under */
	r = point_at(set, old, config);
	for (size_t i = 0; i < set->n_halls && r == 0; i++)
		if (set->halls[i]->config == config)
			r = hall_load(set, set->halls[i]);
	if (r < 0) {
		set->store = store_close(set->store); /* nothing is decided by half a day */
		return fault_pass(r);
	}
	hall_tick(set);
	return 0;
}
