#pragma once
/* SPDX-License-Identifier: MIT
 * Clock: wall time as UTC milliseconds, from the system or from a --clock-file (tests and
 * demonstrations: one ISO instant; the clock starts there and runs on, a changed file sets it anew).
 * Local time is that of the office, whatever the machine's zone. Thread: any, one object per thread. */
#include <stdint.h>
#include "shared/base/cleanup.h"

struct clock;

/** Local calendar time in the office's zone. */
struct local_time {
	int year, month, day;       /* 1-based month and day, Gregorian */
	int hour, minute, second;
	int weekday;                /* 1 Monday … 7 Sunday (GIF DS-441) */
	int utc_offset_min;
};

/** clock_new() - @file: path of a clock file, or NULL for the system clock. 0 or negative errno
 *  (-EINVAL: the file holds no instant like 2026-11-24T10:12:00+09:00). */
MUST_USE int clock_new(const char *file, struct clock **ret_clock);
struct clock *clock_free(struct clock *clock);
DEFINE_CLEANUP(struct clock *, clock_free)

/** clock_utc_ms() - now. With a clock file that became unreadable, the last setting runs on. */
int64_t clock_utc_ms(struct clock *clock);
/** clock_mono_ms() - monotonic milliseconds; never set by a clock file. */
int64_t clock_mono_ms(void);

/** local_time_from() - @timezone: "Asia/Tokyo" or "UTC", the only two we know; Japan has had no summer time
 *  since 1951, so +09:00 needs no zone files. 0 or -EINVAL for another zone. */
MUST_USE int local_time_from(int64_t utc_ms, const char *timezone, struct local_time *ret_local);
/** local_time_to_utc_ms() - the instant of a local time in @timezone; 0 or -EINVAL. */
MUST_USE int local_time_to_utc_ms(const struct local_time *local, const char *timezone, int64_t *ret_utc_ms);

#define INSTANT_LENGTH 25 /* 2026-11-24T10:12:00+09:00 */
/** instant_format() - ISO 8601 with offset in @timezone. @out holds INSTANT_LENGTH + 1 bytes. Return: @out. */
const char *instant_format(int64_t utc_ms, const char *timezone, char out[INSTANT_LENGTH + 1]);
/** instant_parse() - ISO 8601 with offset (or Z), seconds optional fraction dropped. 0 or -EINVAL. */
MUST_USE int instant_parse(const char *text, int64_t *ret_utc_ms);
