/* SPDX-License-Identifier: MIT
 * The calendar arithmetic is gmtime_r and timegm of the C library on shifted seconds. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "shared/base/buf.h"
#include "shared/base/clock.h"
#include "shared/base/fault.h"
#include "shared/base/banned.h"

#define CLOCK_FILE_BYTES_MAX 64

struct clock {
	char *file;             /* NULL: the system's clock */
	struct timespec mtime;  /* of the setting in force */
	int64_t set_utc_ms;
	int64_t set_mono_ms;
};

static int64_t read_ms(clockid_t id)
{
	struct timespec now;

	clock_gettime(id, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_mono_ms(void)
{
	return read_ms(CLOCK_MONOTONIC);
}

static int clock_load(struct clock *clock)
{
	CLEANUP(buf_release) struct buf text = BUF_INIT(CLOCK_FILE_BYTES_MAX);
	struct stat st;
	int64_t utc_ms;
	int r;

	if (stat(clock->file, &st) < 0)
		return fault_raise(-errno);
	if (st.st_mtim.tv_sec == clock->mtime.tv_sec && st.st_mtim.tv_nsec == clock->mtime.tv_nsec)
		return 0;
	r = buf_read_file(&text, clock->file);
	if (r < 0)
		return fault_pass(r);
	r = instant_parse(buf_text(&text), &utc_ms);
	if (r < 0)
		return fault_pass(r);
	clock->mtime = st.st_mtim;
	clock->set_utc_ms = utc_ms;
	clock->set_mono_ms = clock_mono_ms();
	return 0;
}

int clock_new(const char *file, struct clock **ret_clock)
{
	CLEANUP(clock_freep) struct clock *clock = calloc(1, sizeof(*clock));
	int r;

	if (!clock)
		return fault_raise(-ENOMEM);
	if (file) {
		clock->file = strdup(file);
		if (!clock->file)
			return fault_raise(-ENOMEM);
		r = clock_load(clock);
		if (r < 0)
			return fault_pass(r);
	}
	*ret_clock = TAKE(clock);
	return 0;
}

struct clock *clock_free(struct clock *clock)
{
	if (clock)
		free(clock->file);
	free(clock);
	return NULL;
}

int64_t clock_utc_ms(struct clock *clock)
{
	if (!clock->file)
		return read_ms(CLOCK_REALTIME);
	(void)!clock_load(clock); /* a half-written file: the last setting runs on */
	return clock->set_utc_ms + clock_mono_ms() - clock->set_mono_ms;
}

static int offset_min_of(const char *zone, int *ret_offset_min)
{
	if (strcmp(zone, "Asia/Tokyo") == 0)
		*ret_offset_min = 9 * 60;
	else if (strcmp(zone, "UTC") == 0)
		*ret_offset_min = 0;
	else
		return fault_raise(-EINVAL);
	return 0;
}

int local_time_from(int64_t utc_ms, const char *zone, struct local_time *ret_local)
{
	struct tm tm;
	int offset_min;
	time_t seconds;
	int r = offset_min_of(zone, &offset_min);

	if (r < 0)
		return fault_pass(r);
	seconds = (time_t)((utc_ms - (utc_ms % 1000 + 1000) % 1000) / 1000 + (int64_t)offset_min * 60);
	if (!gmtime_r(&seconds, &tm))
		return fault_raise(-EINVAL);
	*ret_local = (struct local_time){.year = tm.tm_year + 1900,
					 .month = tm.tm_mon + 1,
					 .day = tm.tm_mday,
					 .hour = tm.tm_hour,
					 .minute = tm.tm_min,
					 .second = tm.tm_sec,
					 .weekday = tm.tm_wday ? tm.tm_wday : 7,
					 .utc_offset_min = offset_min};
	return 0;
}

int local_time_to_utc_ms(const struct local_time *local, const char *zone, int64_t *ret_utc_ms)
{
	struct tm tm = {.tm_year = local->year - 1900,
			.tm_mon = local->month - 1,
			.tm_mday = local->day,
			.tm_hour = local->hour,
			.tm_min = local->minute,
			.tm_sec = local->second};
	int offset_min;
	int r = offset_min_of(zone, &offset_min);

	if (r < 0)
		return fault_pass(r);
	*ret_utc_ms = ((int64_t)timegm(&tm) - (int64_t)offset_min * 60) * 1000;
	return 0;
}

const char *instant_format(int64_t utc_ms, const char *zone, char out[INSTANT_LENGTH + 1])
{
	struct local_time t = {0};

	if (local_time_from(utc_ms, zone, &t) < 0)
		(void)!local_time_from(utc_ms, "UTC", &t);
	snprintf(out, INSTANT_LENGTH + 1, "%04u-%02u-%02uT%02u:%02u:%02u+%02u:%02u", (unsigned)t.year % 10000,
		 (unsigned)t.month % 100, (unsigned)t.day % 100, (unsigned)t.hour % 100, (unsigned)t.minute % 100,
		 (unsigned)t.second % 100, (unsigned)t.utc_offset_min / 60 % 100, (unsigned)t.utc_offset_min % 60);
	return out;
}

int instant_parse(const char *text, int64_t *ret_utc_ms)
{
	struct tm tm = {0};
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	unsigned hours = 0, minutes = 0;
	int sign = 0;
	time_t seconds;

	if (!rest)
		return fault_raise(-EINVAL);
	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	if (*rest == '+' || *rest == '-') {
		sign = *rest == '+' ? 1 : -1;
		if (sscanf(rest + 1, "%2u:%2u", &hours, &minutes) != 2 || hours > 14 || minutes > 59)
			return fault_raise(-EINVAL);
	} else if (*rest != 'Z') {
		return fault_raise(-EINVAL);
	}
	seconds = timegm(&tm) - sign * (time_t)(hours * 3600 + minutes * 60);
	*ret_utc_ms = (int64_t)seconds * 1000;
	return 0;
}
