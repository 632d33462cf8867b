#pragma once
/* SPDX-License-Identifier: MIT
 * Era dates (和暦), at the edge only: inside the house dates are ISO. Boundaries: 明治 from 1873-01-01 (Gregorian
 * calendar adopted; earlier dates have no era here), 大正 1912-07-30, 昭和 1926-12-25, 平成 1989-01-08,
 * 令和 2019-05-01. Source: the 元号 government orders; GIF DS-441. */
#include "shared/base/cleanup.h"

/** A date with unknown parts as 0 (年月日 may be partly unknown in old or foreign records). */
struct date {
	int year, month, day;
};

/** date_parse() - ISO YYYY-MM-DD, parts 00 (year 0000) meaning unknown; calendar-checked; a day
 *  without its month is refused. 0 or -EINVAL. */
MUST_USE int date_parse(const char *iso, struct date *ret_date);
/** date_format() - ISO; @out holds 11 bytes. Return: @out. */
const char *date_format(const struct date *date, char out[11]);

enum era { ERA_NONE, ERA_MEIJI, ERA_TAISHO, ERA_SHOWA, ERA_HEISEI, ERA_REIWA };
/** era_of() - era and year of the era (1 = 元年); ERA_NONE for unknown years or before 1873. An unknown
 *  month or day counts as the latest it may be: in a boundary year the era of that year's (or month's) end. */
enum era era_of(const struct date *date, int *ret_era_year);
const char *era_name(enum era era);           /* 昭和 */
/** era_to_date() - 昭和 35-02-29 → 1960-02-29. -EINVAL when the day is not in that era. */
MUST_USE int era_to_date(enum era era, int era_year, int month, int day, struct date *ret_date);
/** era_format() - "昭和35年2月29日", "令和元年5月1日", unknown parts as 不詳 ("昭和25年 月日不詳"); western
 *  "1850年1月1日" without an era. @out holds 64 bytes. Return: @out. */
const char *era_format(const struct date *date, char out[64]);
/** era_format_en() - "29 February 1960", "February 1960 (day unknown)". */
const char *era_format_en(const struct date *date, char out[64]);
/** era_format_in() - as a reader of @language writes it: by era in Japanese, "1960年2月29日", "1960년 2월 29일", "29/02/1960";
 *  where a part is unknown and the language has no words for it, as era_format_en(). */
const char *era_format_in(const struct date *date, const char *language, char out[64]);
