/* SPDX-License-Identifier: MIT
 * The office's calendar: service day, hours, numbers and ids. All arithmetic is in the office's zone,
 * whatever the machine's. */
#include <stdio.h>
#include <string.h>

#include "queue/desk/internal.h"
#include "shared/base/clock.h"
#include "shared/base/banned.h"

#define MINUTE_MS 60000

int desk_day_of(const struct desk *desk, int64_t utc_ms)
{
	struct local_time t;

	if (local_time_from(utc_ms - (int64_t)desk->office->day_starts_min * MINUTE_MS, desk->config->municipality.timezone,
			    &t) < 0)
		return 0;
	return t.year * 10000 + t.month * 100 + t.day;
}

static bool is_holiday(const struct config *config, const struct local_time *t)
{
	char date[32];

	snprintf(date, sizeof(date), "%04d-%02d-%02d", t->year, t->month, t->day);
	for (size_t i = 0; i < config->n_holidays; i++)
		if (strcmp(config->holidays[i], date) == 0)
			return true;
	return false;
}

bool desk_is_within_hours(const struct desk *desk, int64_t utc_ms)
{
	const struct config_hours *hours;
	struct local_time t;
	int minute;

	if (local_time_from(utc_ms, desk->config->municipality.timezone, &t) < 0)
		return false;
	hours = &desk->office->hours[t.weekday];
	minute = t.hour * 60 + t.minute;
	return hours->is_open && !is_holiday(desk->config, &t) && minute >= hours->from_min && minute < hours->to_min;
}

void desk_number_format(const struct config_service *service, int number, char *out, size_t size)
{
	snprintf(out, size, "%s%03d", service->prefix, number);
}

void desk_ticket_id_format(int day, const struct config_service *service, int number, char *out, size_t size)
{
	char text[DESK_TICKET_ID_BYTES_MAX + 1];

	desk_number_format(service, number, text, sizeof(text));
	snprintf(out, size, "%08d-%.20s", day, text);
}

const char *desk_ticket_number(const struct desk_ticket *ticket)
{
	const char *dash = strchr(ticket->id, '-');

	return dash ? dash + 1 : ticket->id;
}
