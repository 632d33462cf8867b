/* SPDX-License-Identifier: MIT
 * Whether offices, services and windows make a counter: hours with sense, numbers that cannot meet, a window for
 * every service. */
#include <string.h>

#include "shared/config/schema/check.h"
#include "shared/config/schema/value.h"
#include "shared/base/banned.h"

struct day_use {
	struct config_hours hours;
	bool is_single; /* said by name, which beats a span of days */
	bool is_said;
};

/* Takes one line of hours into the week; false when it quarrels with another of its kind. */
static bool use_days(struct day_use week[8], const struct tree *line)
{
	struct config_hours hours;
	int first, last;
	bool is_free = true;

	if (value_days(line->key, &first, &last) < 0 || value_span(line->scalar, &hours) < 0)
		return true;
	for (int day = first; day <= last; day++) {
		bool is_single = first == last;

		if (week[day].is_said && week[day].is_single == is_single)
			is_free = false;
		if (!week[day].is_said || is_single)
			week[day] = (struct day_use){hours, is_single, true};
	}
	return is_free;
}

static void check_lunch(struct loading *loading, const struct tree *office, const struct day_use week[8])
{
	const struct tree *value = tree_find(office, "lunch");
	struct config_hours lunch;

	if (!value || value->is_bad || value_span(value->scalar, &lunch) < 0 || !lunch.is_open)
		return;
	for (int day = 1; day <= 7; day++) {
		const struct config_hours *hours = &week[day].hours;

		if (hours->is_open && hours->from_min < lunch.from_min && lunch.to_min < hours->to_min)
			return;
	}
	finding_add(loading, RULE_LUNCH_OUTSIDE_HOURS, &value->place,
		"lunch \"%s\" lies within the hours of no day — correct it or the hours",
		    value->scalar);
}

static void check_day_start(struct loading *loading, const struct tree *office, const struct day_use week[8])
{
	const struct tree *value = tree_find(office, "day_starts");
	int start;

	if (!value || value->is_bad || value_time(value->scalar, &start) < 0)
		return;
	for (int day = 1; day <= 7; day++) {
		const struct config_hours *hours = &week[day].hours;

		if (!hours->is_open || start <= hours->from_min || start >= hours->to_min)
			continue;
		finding_add(loading, RULE_DAY_STARTS_IN_HOURS, &value->place,
			    "day_starts \"%s\" lies within the hours of %s: numbers would begin anew while people wait — choose a time at night",
			    value->scalar, key_weekdays[day - 1]);
		return;
	}
}

static void check_office(struct loading *loading, const struct tree *office)
{
	struct day_use week[8] = {{{0}}};
	const struct tree *hours = tree_find(office, "hours");
	bool is_any_open = false;

	if (!hours || hours->is_bad || hours->kind != TREE_MAP)
		return;
	for (const struct tree *line = hours->first; line; line = line->next)
		if (line->is_bad)
			return;
	for (const struct tree *line = hours->first; line; line = line->next)
		if (!use_days(week, line))
			finding_add(loading, RULE_OVERLAPPING_HOURS, &line->key_place,
				"%s names a day that another line names too — keep one of them", line->key);
	for (int day = 1; day <= 7; day++)
		is_any_open |= week[day].hours.is_open;
	if (!is_any_open)
		finding_add(loading, RULE_NEVER_OPEN, &hours->place,
			"the office is open on no day — add hours such as mon-fri: \"08:30-17:15\"");
	check_lunch(loading, office, week);
	check_day_start(loading, office, week);
}

static const char *prefix_of(const struct tree *service)
{
	return tree_text(service, "prefix");
}

/* The band of a service that has a sound one. */
static bool band_of(const struct tree *service, int *ret_first, int *ret_last)
{
	const struct tree *numbers = tree_find(service, "numbers");

	return numbers && !numbers->is_bad && numbers->kind == TREE_SCALAR &&
	       value_band(numbers->scalar, ret_first, ret_last) == 0;
}

static void check_band(struct loading *loading, const struct tree *services, const struct tree *service)
{
	int first, last, other_first, other_last;

	if (!band_of(service, &first, &last))
		return;
	for (const struct tree *other = services->first; other && other != service; other = other->next) {
		if (!band_of(other, &other_first, &other_last) || strcmp(prefix_of(service), prefix_of(other)) != 0)
			continue;
		if (first <= other_last && other_first <= last)
			finding_add(loading, RULE_BAND_OVERLAP, &tree_find(service, "numbers")->place,
				    "the numbers %s%s of \"%s\" meet those of \"%s\" (%s) — give one of them another prefix or band",
				    prefix_of(service), tree_text(service,
				    "numbers"), tree_text(service, "id"), tree_text(other, "id"),
				    tree_text(other, "numbers"));
	}
}

static bool is_served(const struct tree *windows, const char *service)
{
	for (const struct tree *window = windows ? windows->first : NULL; window; window = window->next) {
		const struct tree *serves = tree_find(window, "serves");

		for (const struct tree *entry = serves ? serves->first : NULL; entry; entry = entry->next)
			if (entry->kind == TREE_SCALAR && strcmp(entry->scalar, service) == 0)
				return true;
	}
	return false;
}

static void check_services(struct loading *loading, const struct tree *root)
{
	const struct tree *services = tree_find(root, "services");
	const struct tree *windows = tree_find(root, "windows");

	for (const struct tree *service = services ? services->first : NULL; service; service = service->next) {
		if (service->is_bad)
			continue;
		check_band(loading, services, service);
		if (windows && !windows->is_bad && !is_served(windows, tree_text(service, "id")))
			finding_add(loading, RULE_SERVICE_WITHOUT_WINDOW, &service->place,
				"no window serves \"%s\" — add it to the serves of a window, or remove the service",
				    tree_text(service, "id"));
	}
}

void check_counter(struct loading *loading, struct tree *root)
{
	const struct tree *offices = tree_find(root, "offices");

	for (const struct tree *office = offices ? offices->first : NULL; office; office = office->next)
		check_office(loading, office);
	check_services(loading, root);
}
