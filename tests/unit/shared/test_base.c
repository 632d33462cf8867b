/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <errno.h>
#include <cmocka.h>

#include "shared/base/buf.h"
#include "shared/base/clock.h"
#include "shared/base/fault.h"
#include "shared/base/secret.h"
#include "shared/base/utf8.h"
#include "shared/base/banned.h"

static void buf_refuses_to_grow_beyond_its_maximum(void **state)
{
	CLEANUP(buf_release) struct buf buf = BUF_INIT(4);

	assert_int_equal(buf_add_text(&buf, "1234"), 0);
	assert_int_equal(buf_add_text(&buf, "5"), -ENOSPC);
	assert_string_equal(buf_text(&buf), "1234");
}

static void utf8_refuses_overlong_surrogates_and_truncated_text(void **state)
{
	assert_true(utf8_is_valid("葛󠄀飾\xf0\xa0\xae\xb7", strlen("葛󠄀飾\xf0\xa0\xae\xb7")));
	assert_false(utf8_is_valid("\xc0\x80", 2));
	assert_false(utf8_is_valid("\xed\xa0\x80", 3));
	assert_false(utf8_is_valid("\xe3\x81", 2));
	assert_false(utf8_is_valid("\xf4\x90\x80\x80", 4));
	assert_false(utf8_is_clean_text("a\nb", 3));
	assert_true(utf8_is_clean_text("見本　花子", strlen("見本　花子")));
}

static void local_time_is_the_offices_whatever_the_machine_says(void **state)
{
	struct local_time t;
	char text[INSTANT_LENGTH + 1];
	int64_t utc_ms, back_ms;

	assert_int_equal(instant_parse("2026-11-24T10:12:00+09:00", &utc_ms), 0);
	assert_int_equal(local_time_from(utc_ms, "Asia/Tokyo", &t), 0);
	assert_int_equal(t.hour, 10);
	assert_int_equal(t.weekday, 2);
	assert_string_equal(instant_format(utc_ms, "Asia/Tokyo", text), "2026-11-24T10:12:00+09:00");
	assert_int_equal(local_time_to_utc_ms(&t, "Asia/Tokyo", &back_ms), 0);
	assert_int_equal(back_ms, utc_ms);
	assert_int_equal(local_time_from(utc_ms, "Mars/Olympus", &t), -EINVAL);
}

static void secret_keeps_its_bound_and_forgets(void **state)
{
	CLEANUP(secret_freep) struct secret *secret = secret_new(4);

	assert_int_equal(secret_append(secret, "1234", 4), 0);
	assert_int_equal(secret_append(secret, "5", 1), -ENOSPC);
	assert_true(secret_is_digits(secret, 4));
	secret_drop_last(secret);
	assert_int_equal(secret_length(secret), 3);
	secret_clear(secret);
	assert_int_equal(((const unsigned char *)secret_bytes(secret))[0], 0);
}

static int fail_below(void)
{
	return fault_raise(-EIO);
}

static void fault_trail_names_code_and_every_hop(void **state)
{
	char text[256];

	assert_int_equal(fault_pass(fail_below()), -EIO);
	fault_format(text, sizeof(text));
	assert_non_null(strstr(text, "EIO at "));
	assert_non_null(strstr(text, " < "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(buf_refuses_to_grow_beyond_its_maximum),
		cmocka_unit_test(utf8_refuses_overlong_surrogates_and_truncated_text),
		cmocka_unit_test(local_time_is_the_offices_whatever_the_machine_says),
		cmocka_unit_test(secret_keeps_its_bound_and_forgets),
		cmocka_unit_test(fault_trail_names_code_and_every_hop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
