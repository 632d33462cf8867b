/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "shared/jp/code.h"
#include "shared/jp/era.h"
#include "shared/jp/ruby.h"
#include "shared/base/banned.h"

static void assert_era(const char *iso, const char *expected)
{
	struct date date;
	char text[64];

	assert_int_equal(date_parse(iso, &date), 0);
	assert_string_equal(era_format(&date, text), expected);
}

static void era_changes_on_the_days_the_orders_name(void **state)
{
	assert_era("1872-12-31", "1872年12月31日");
	assert_era("1873-01-01", "明治6年1月1日");
	assert_era("1868-10-23", "1868年10月23日");
	assert_era("1912-07-29", "明治45年7月29日");
	assert_era("1912-07-30", "大正元年7月30日");
	assert_era("1926-12-24", "大正15年12月24日");
	assert_era("1926-12-25", "昭和元年12月25日");
	assert_era("1989-01-07", "昭和64年1月7日");
	assert_era("1989-01-08", "平成元年1月8日");
	assert_era("2019-04-30", "平成31年4月30日");
	assert_era("2019-05-01", "令和元年5月1日");
	assert_era("2026-11-24", "令和8年11月24日");
}

static void era_prints_unknown_parts_as_fusho(void **state)
{
	assert_era("1950-00-00", "昭和25年 月日不詳");
	assert_era("1950-05-00", "昭和25年5月 日不詳");
	assert_era("0000-00-00", "年月日不詳");
	assert_era("0000-05-03", "年不詳 5月3日");
	assert_era("0000-05-00", "年不詳 5月 日不詳");
	assert_era("1850-00-00", "1850年 月日不詳");
}

static void era_of_a_boundary_year_with_unknown_parts_is_that_of_its_end(void **state)
{
	assert_era("1989-00-00", "平成元年 月日不詳");
	assert_era("1989-01-00", "平成元年1月 日不詳");
	assert_era("1912-03-00", "明治45年3月 日不詳");
	assert_era("2019-00-00", "令和元年 月日不詳");
	assert_era("2019-04-00", "平成31年4月 日不詳");
}

static void era_and_back_is_the_same_day_for_every_day_of_two_centuries(void **state)
{
	int era_year = 0;

	for (int year = 1873; year < 2080; year++)
		for (int month = 1; month <= 12; month++)
			for (int day = 1; day <= 28; day++) {
				struct date date = {year, month, day}, back;
				enum era era = era_of(&date, &era_year);

				assert_int_equal(era_to_date(era, era_year, month, day, &back), 0);
				assert_memory_equal(&date, &back, sizeof(date));
			}
}

static void era_refuses_days_outside_it(void **state)
{
	struct date date = {1, 2, 3};

	assert_int_equal(era_to_date(ERA_SHOWA, 64, 1, 8, &date), -EINVAL);
	assert_int_equal(era_to_date(ERA_HEISEI, 1, 1, 7, &date), -EINVAL);
	assert_int_equal(era_to_date(ERA_HEISEI, 31, 5, 1, &date), -EINVAL);
	assert_int_equal(era_to_date(ERA_TAISHO, 1, 7, 29, &date), -EINVAL);
	assert_int_equal(era_to_date(ERA_MEIJI, 5, 12, 31, &date), -EINVAL);
	assert_int_equal(era_to_date(ERA_SHOWA, 0, 1, 1, &date), -EINVAL);
	assert_int_equal(era_to_date(ERA_SHOWA, 34, 2, 29, &date), -EINVAL);
	assert_int_equal(era_to_date(ERA_NONE, 1, 1, 1, &date), -EINVAL);
	assert_int_equal(date.year, 1);
	assert_int_equal(era_to_date(ERA_SHOWA, 35, 2, 29, &date), 0);
	assert_int_equal(date.year, 1960);
	assert_int_equal(era_to_date(ERA_HEISEI, 31, 0, 0, &date), 0);
	assert_int_equal(date.year, 2019);
}

static void date_refuses_what_the_calendar_does_not_have(void **state)
{
	static const char *const wrong[] = {"", "2026-02-29", "1900-02-29", "2026-13-01", "2026-11-31", "2026-00-05", "26-11-24",
					    "2026/11/24", "2026-11-24T", "２026-11-24", "2026-1-024", "-026-01-01"};
	struct date date;
	char text[11];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_int_equal(date_parse(wrong[i], &date), -EINVAL);
	assert_int_equal(date_parse("2000-02-29", &date), 0);
	assert_string_equal(date_format(&date, text), "2000-02-29");
	assert_int_equal(date_parse("0000-02-29", &date), 0);
	assert_string_equal(date_format(&date, text), "0000-02-29");
}

static void english_dates_name_the_month(void **state)
{
	char text[64];

	assert_string_equal(era_format_en(&(struct date){1960, 2, 29}, text), "29 February 1960");
	assert_string_equal(era_format_en(&(struct date){1960, 2, 0}, text), "February 1960 (day unknown)");
	assert_string_equal(era_format_en(&(struct date){1960, 0, 0}, text), "1960 (month and day unknown)");
	assert_string_equal(era_format_en(&(struct date){0, 0, 0}, text), "date unknown");
	assert_string_equal(era_format_in(&(struct date){1960, 2, 29}, "ja-easy", text), "昭和35年2月29日");
	assert_string_equal(era_format_in(&(struct date){1960, 2, 29}, "ko", text), "1960년 2월 29일");
	assert_string_equal(era_format_in(&(struct date){1960, 2, 29}, "vi", text), "29/02/1960");
	assert_string_equal(era_format_in(&(struct date){1960, 2, 0}, "vi", text), "February 1960 (day unknown)");
	assert_string_equal(era_name(ERA_SHOWA), "昭和");
}

static void assert_stripped(const char *text, const char *expected)
{
	CLEANUP(freep) char *plain = ruby_strip(text);

	assert_non_null(plain);
	assert_string_equal(plain, expected);
}

static void ruby_gives_base_and_reading(void **state)
{
	const char *text = "ご{用件|ようけん}は";
	struct ruby_run run;

	assert_true(ruby_next(&text, &run));
	assert_memory_equal(run.base, "ご", run.base_len);
	assert_null(run.reading);
	assert_true(ruby_next(&text, &run));
	assert_int_equal(run.base_len, strlen("用件"));
	assert_memory_equal(run.base, "用件", run.base_len);
	assert_int_equal(run.reading_len, strlen("ようけん"));
	assert_memory_equal(run.reading, "ようけん", run.reading_len);
	assert_true(ruby_next(&text, &run));
	assert_int_equal(run.base_len, strlen("は"));
	assert_false(ruby_next(&text, &run));
}

static void ruby_leaves_malformed_and_doubled_braces_as_text(void **state)
{
	assert_stripped("", "");
	assert_stripped("{窓口|まどぐち}で {待|ま}つ", "窓口で 待つ");
	assert_stripped("{窓口", "{窓口");
	assert_stripped("{窓口|}", "{窓口|}");
	assert_stripped("{|まどぐち}", "{|まどぐち}");
	assert_stripped("{{a}} || b", "{a} | b");
	assert_stripped("a|b}", "a|b}");
	assert_stripped("{a{窓|まど}", "{a窓");
	assert_stripped("{a|b|c}", "{a|b|c}");
}

static bool number_is_valid(const char *digits)
{
	return individual_number_is_valid((const unsigned char *)digits, strlen(digits));
}

/* The one of the textbooks; elsewhere in the tests numbers have a wrong check digit, so that they are nobody's. */
static void an_individual_number_has_one_check_digit_that_fits(void **state)
{
	char number[] = "123456789018";

	for (char last = '0'; last <= '9'; last++) {
		number[11] = last;
		assert_int_equal(number_is_valid(number), last == '8');
	}
	number[11] = '8';
	for (size_t i = 0; i < 11; i++) { /* any one digit misread is found */
		char was = number[i];

		number[i] = was == '9' ? '0' : (char)(was + 1);
		assert_false(number_is_valid(number));
		number[i] = was;
	}
	assert_true(number_is_valid("000000000000")); /* remainder 0, as 令8条 has it: the digit is 0 */
	assert_true(number_is_valid("000000000060")); /* remainder 1: 0 too */
	assert_false(number_is_valid("12345678901"));
	assert_false(number_is_valid("1234567890180"));
	assert_false(number_is_valid("12345678901８"));
	assert_false(number_is_valid("12345678901x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_individual_number_has_one_check_digit_that_fits),
		cmocka_unit_test(era_changes_on_the_days_the_orders_name),
		cmocka_unit_test(era_prints_unknown_parts_as_fusho),
		cmocka_unit_test(era_of_a_boundary_year_with_unknown_parts_is_that_of_its_end),
		cmocka_unit_test(era_and_back_is_the_same_day_for_every_day_of_two_centuries),
		cmocka_unit_test(era_refuses_days_outside_it),
		cmocka_unit_test(date_refuses_what_the_calendar_does_not_have),
		cmocka_unit_test(english_dates_name_the_month),
		cmocka_unit_test(ruby_gives_base_and_reading),
		cmocka_unit_test(ruby_leaves_malformed_and_doubled_braces_as_text),
	};

	return cmocka_run_group_tests_name("jp", tests, NULL, NULL);
}
