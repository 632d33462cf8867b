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

/* A prefix as the eye reads it: O is a nought and I a one. All digits then: *ret_ahead is what they add to a number. */
static bool is_lookalike(const char *prefix, long *ret_ahead)
{
	long ahead = 0;

	if (*prefix == '\0' || strspn(prefix, "OI") != strlen(prefix))
		return false;
	for (; *prefix != '\0'; prefix++)
		ahead = ahead * 10 + (*prefix == 'I');
	*ret_ahead = ahead * 1000; /* numbers are written with three digits at least */
	return true;
}

/* Whether @service's numbers with its letters read as digits meet the plain numbers of @other. */
static bool looks_like(const struct tree *service, const struct tree *other)
{
	int first, last, other_first, other_last;
	long ahead;

	if (*prefix_of(other) != '\0' || !is_lookalike(prefix_of(service), &ahead) || !band_of(service, &first, &last) ||
	    !band_of(other, &other_first, &other_last))
		return false;
	last = last > 999 ? 999 : last;
	return ahead + first <= other_last && other_first <= ahead + last;
}

static void check_bands(struct loading *loading, const struct tree *service, const struct tree *other)
{
	const struct tree *numbers = tree_find(service, "numbers");
	int first, last, other_first, other_last;

	if (!band_of(service, &first, &last) || !band_of(other, &other_first, &other_last))
		return;
	if (strcmp(prefix_of(service), prefix_of(other)) == 0 && first <= other_last && other_first <= last)
		finding_add(loading, RULE_BAND_OVERLAP, &numbers->place,
			    "the numbers %s%s of \"%s\" meet those of \"%s\" (%s) — give one of them another prefix or band",
			    prefix_of(service), numbers->scalar, tree_text(service, "id"), tree_text(other, "id"),
			    tree_text(other, "numbers"));
	if (looks_like(service, other) || looks_like(other, service))
		finding_add(loading, RULE_BAND_LOOKALIKE, &numbers->place,
			    "numbers of \"%s\" and \"%s\" look alike, O being read as 0 and I as 1 — choose another letter",
			    tree_text(service, "id"), tree_text(other, "id"));
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
		for (const struct tree *other = services->first; other && other != service; other = other->next)
			check_bands(loading, service, other);
		if (windows && !windows->is_bad && !is_served(windows, tree_text(service, "id")))
			finding_add(loading, RULE_SERVICE_WITHOUT_WINDOW, &service->place,
				"no window serves \"%s\" — add it to the serves of a window, or remove the service",
				    tree_text(service, "id"));
	}
}

/* ---- windows ------------------------------------------------------------------------------------------------------- */

static const char *label_of(const struct tree *window)
{
	return tree_text(tree_find(window, "label"), "ja");
}

static void check_window(struct loading *loading, const struct tree *windows, const struct tree *window)
{
	const struct tree *serves = tree_find(window, "serves"), *from = tree_find(window, "staffed_from");
	const char *office = tree_text(window, "office");

	if (serves && !serves->is_bad && serves->kind == TREE_LIST && serves->n_children == 0)
		finding_add(loading, RULE_IDLE_WINDOW, &serves->place,
			"the window \"%s\" serves nothing — name services, or remove it", tree_text(window, "id"));
	if (from && from->kind == TREE_SCALAR && *office != '\0' && strcmp(from->scalar, office) == 0)
		finding_add(loading, RULE_REMOTE_FROM_ITSELF, &from->place,
			"a remote counter is staffed from another office than \"%s\", where it stands — name that one, or delete staffed_from",
			    office);
	for (const struct tree *other = windows->first; other && other != window; other = other->next)
		if (*label_of(window) != '\0' && strcmp(label_of(window), label_of(other)) == 0 &&
		    strcmp(office, tree_text(other, "office")) == 0)
			finding_add(loading, RULE_LABEL_TWICE, &tree_find(window, "label")->place,
				"the windows \"%s\" and \"%s\" of one office are both called \"%s\" — people called there go to the wrong one, "
				"give them different labels",
				    tree_text(other, "id"), tree_text(window, "id"), label_of(window));
}

static bool has_window(const struct tree *windows, const char *office)
{
	return tree_entry(windows, "office", office) != NULL;
}

static void check_windows(struct loading *loading, const struct tree *root)
{
	const struct tree *windows = tree_find(root, "windows"), *offices = tree_find(root, "offices");

	if (!windows || windows->is_bad || windows->kind != TREE_LIST)
		return;
	for (const struct tree *window = windows->first; window; window = window->next)
		if (!window->is_bad && window->kind == TREE_MAP)
			check_window(loading, windows, window);
	for (const struct tree *office = offices && offices->kind == TREE_LIST ? offices->first : NULL; office; office = office->next)
		if (*tree_text(office, "id") != '\0' && !has_window(windows, tree_text(office, "id")))
			finding_add(loading, RULE_OFFICE_WITHOUT_WINDOW, &office->place,
				"the office \"%s\" has no window, so nobody can be called there — add one with office: %s, or remove the office",
				    tree_text(office, "id"), tree_text(office, "id"));
}

void check_counter(struct loading *loading, struct tree *root)
{
	const struct tree *offices = tree_find(root, "offices");

	for (const struct tree *office = offices ? offices->first : NULL; office; office = office->next)
		check_office(loading, office);
	check_services(loading, root);
	check_windows(loading, root);
}
