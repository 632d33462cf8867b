/* SPDX-License-Identifier: MIT
 * Eras as one table of first days. A date with unknown parts counts as the latest day it may be, because an
 * era is named after the year's end in every register. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "shared/base/fault.h"
#include "shared/jp/era.h"
#include "shared/base/banned.h"

#define N_ERAS 5

struct era_start {
	struct date first;
	int year_zero; /* western year − year of the era */
	const char *name;
};

/* Source: the government orders on 元号; 明治 begins here with the Gregorian calendar */
static const struct era_start era_starts[N_ERAS + 1] = {
	[ERA_NONE] = {{0, 0, 0}, 0, ""},
	[ERA_MEIJI] = {{1873, 1, 1}, 1867, "明治"},
	[ERA_TAISHO] = {{1912, 7, 30}, 1911, "大正"},
	[ERA_SHOWA] = {{1926, 12, 25}, 1925, "昭和"},
	[ERA_HEISEI] = {{1989, 1, 8}, 1988, "平成"},
	[ERA_REIWA] = {{2019, 5, 1}, 2018, "令和"},
};

static int date_compare(const struct date *a, const struct date *b)
{
	if (a->year != b->year)
		return a->year - b->year;
	return a->month != b->month ? a->month - b->month : a->day - b->day;
}

/* An unknown year may be a leap year, so 29 February stays possible. */
static int days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && is_leap);
}

static struct date latest(const struct date *date)
{
	struct date last = *date;

	if (!last.month)
		last = (struct date){last.year, 12, 31};
	else if (!last.day)
		last.day = days_in_month(last.year, last.month);
	return last;
}

static bool is_calendar_date(const struct date *date)
{
	if (date->year < 0 || date->year > 9999 || date->month < 0 || date->month > 12 || date->day < 0)
		return false;
	if (!date->month)
		return !date->day;
	return date->day <= days_in_month(date->year, date->month);
}

static int digits(const char *text, size_t n_digits)
{
	int value = 0;

	for (size_t i = 0; i < n_digits; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = value * 10 + (text[i] - '0');
	}
	return value;
}

int date_parse(const char *iso, struct date *ret_date)
{
	struct date date;

	if (strlen(iso) != 10 || iso[4] != '-' || iso[7] != '-')
		return fault_raise(-EINVAL);
	date = (struct date){digits(iso, 4), digits(iso + 5, 2), digits(iso + 8, 2)};
	if (date.year < 0 || date.month < 0 || date.day < 0 || !is_calendar_date(&date))
		return fault_raise(-EINVAL);
	*ret_date = date;
	return 0;
}

const char *date_format(const struct date *date, char out[11])
{
	snprintf(out, 11, "%04u-%02u-%02u", (unsigned)date->year % 10000, (unsigned)date->month % 100,
		 (unsigned)date->day % 100);
	return out;
}

enum era era_of(const struct date *date, int *ret_era_year)
{
	struct date last = latest(date);

	if (!date->year)
		return ERA_NONE;
	for (int era = N_ERAS; era > ERA_NONE; era--)
		if (date_compare(&last, &era_starts[era].first) >= 0) {
			*ret_era_year = date->year - era_starts[era].year_zero;
			return (enum era)era;
		}
	return ERA_NONE;
}

const char *era_name(enum era era)
{
	return era >= ERA_NONE && era <= ERA_REIWA ? era_starts[era].name : "";
}

int era_to_date(enum era era, int era_year, int month, int day, struct date *ret_date)
{
	struct date date, last, first_day;

	if (era <= ERA_NONE || era > ERA_REIWA || era_year < 1 || era_year > 999)
		return fault_raise(-EINVAL);
	date = (struct date){era_starts[era].year_zero + era_year, month, day};
	if (!is_calendar_date(&date))
		return fault_raise(-EINVAL);
	last = latest(&date);
	first_day = (struct date){date.year, month ? month : 1, day ? day : 1};
	if (date_compare(&last, &era_starts[era].first) < 0)
		return fault_raise(-EINVAL);
	if (era < ERA_REIWA && date_compare(&first_day, &era_starts[era + 1].first) >= 0)
		return fault_raise(-EINVAL);
	*ret_date = date;
	return 0;
}

static void format_year(const struct date *date, char *out, size_t size)
{
	int era_year = 0;
	enum era era = era_of(date, &era_year);

	if (!date->year)
		snprintf(out, size, "年不詳");
	else if (era == ERA_NONE)
		snprintf(out, size, "%d年", date->year);
	else if (era_year == 1)
		snprintf(out, size, "%s元年", era_name(era));
	else
		snprintf(out, size, "%s%d年", era_name(era), era_year);
}

const char *era_format(const struct date *date, char out[64])
{
	char year[32];

	format_year(date, year, sizeof(year));
	if (!date->year && !date->month)
		snprintf(out, 64, "年月日不詳");
	else if (!date->month)
		snprintf(out, 64, "%s 月日不詳", year);
	else if (!date->day)
		snprintf(out, 64, "%s%s%d月 日不詳", year, date->year ? "" : " ", date->month);
	else
		snprintf(out, 64, "%s%s%d月%d日", year, date->year ? "" : " ", date->month, date->day);
	return out;
}

const char *era_format_en(const struct date *date, char out[64])
{
	static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July",
					     "August", "September", "October", "November", "December"};
	const char *month = date->month >= 1 && date->month <= 12 ? months[date->month - 1] : "";

	if (!date->year && !date->month)
		snprintf(out, 64, "date unknown");
	else if (!date->month)
		snprintf(out, 64, "%d (month and day unknown)", date->year);
	else if (!date->year && !date->day)
		snprintf(out, 64, "%s (day and year unknown)", month);
	else if (!date->year)
		snprintf(out, 64, "%d %s (year unknown)", date->day, month);
	else if (!date->day)
		snprintf(out, 64, "%s %d (day unknown)", month, date->year);
	else
		snprintf(out, 64, "%d %s %d", date->day, month, date->year);
	return out;
}

const char *era_format_in(const struct date *date, const char *language, char out[64])
{
	bool is_whole = date->year && date->month && date->day;

	if (strncmp(language, "ja", 2) == 0)
		return era_format(date, out);
	if (is_whole && strcmp(language, "zh-Hans") == 0)
		snprintf(out, 64, "%d年%d月%d日", date->year, date->month, date->day);
	else if (is_whole && strcmp(language, "ko") == 0)
		snprintf(out, 64, "%d년 %d월 %d일", date->year, date->month, date->day);
	else if (is_whole && (strcmp(language, "vi") == 0 || strcmp(language, "pt") == 0))
		snprintf(out, 64, "%02d/%02d/%d", date->day, date->month, date->year);
	else
		return era_format_en(date, out);
	return out;
}
