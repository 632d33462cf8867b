/* SPDX-License-Identifier: MIT
 * Which bundle may be used: all cases of the pure decision, and days as Japan counts them;
 * the store by cutting before every change of the disk, once and then again, as a machine that is switched off at night. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "shared/base/clock.h"
#include "shared/config/bundle/keeper.h"
#include "shared/base/banned.h"

#define NOW "2026-11-24T10:12:00+09:00"

/* ---- the decision ------------------------------------------------------------------------------------------------- */

static const uint8_t one_hash[MANIFEST_HASH_BYTES] = {1}, other_hash[MANIFEST_HASH_BYTES] = {2};

static int64_t instant(const char *text)
{
	int64_t utc_ms;

	assert_int_equal(instant_parse(text, &utc_ms), 0);
	return utc_ms;
}

static struct keeper_mark mark_of(const char *code, int64_t serial)
{
	struct keeper_mark mark = {.serial = serial, .hash = {1}};

	snprintf(mark.code, sizeof(mark.code), "%s", code);
	return mark;
}

static enum keeper_verdict judge(const struct keeper_mark *mark, const char *office, int64_t serial, const uint8_t *hash,
				 const char *not_before, const char *now, bool has_other)
{
	const struct manifest manifest = {.code = "209996", .name = "", .serial = serial, .not_before = not_before, .expires = ""};

	return keeper_judge(&(struct keeper_case){mark, office, &manifest, hash, instant(now), has_other});
}

static void the_first_bundle_is_taken_and_pins_the_town(void **state)
{
	struct keeper_mark other = mark_of("209988", 5);

	assert_int_equal(judge(NULL, NULL, 5, one_hash, "", NOW, false), KEEPER_TAKE);
	assert_int_equal(judge(NULL, "209996", 5, one_hash, "", NOW, false), KEEPER_TAKE);
	assert_int_equal(judge(NULL, "209988", 5, one_hash, "", NOW, false), KEEPER_OTHER_TOWN);
	assert_int_equal(judge(&other, NULL, 9, one_hash, "", NOW, true), KEEPER_OTHER_TOWN);
	assert_int_equal(judge(&other, "209996", 9, one_hash, "", NOW, true), KEEPER_OTHER_TOWN);
}

static void a_serial_only_rises_and_stands_for_one_content(void **state)
{
	struct keeper_mark mark = mark_of("209996", 5);

	assert_int_equal(judge(&mark, NULL, 6, other_hash, "", NOW, true), KEEPER_TAKE);
	assert_int_equal(judge(&mark, NULL, 5, one_hash, "", NOW, true), KEEPER_TAKE);
	assert_int_equal(judge(&mark, NULL, 5, other_hash, "", NOW, true), KEEPER_SAME_SERIAL);
	assert_int_equal(judge(&mark, NULL, 4, one_hash, "", NOW, true), KEEPER_OLDER);
	assert_int_equal(judge(&mark, NULL, 4, one_hash, "", NOW, false), KEEPER_OLDER);
}

static void a_bundle_is_taken_from_its_day_on_in_japan(void **state)
{
	struct keeper_mark mark = mark_of("209996", 5);

	assert_int_equal(judge(&mark, NULL, 6, other_hash, "2026-11-25", "2026-11-24T23:59:59+09:00", true), KEEPER_NOT_YET);
	assert_int_equal(judge(&mark, NULL, 6, other_hash, "2026-11-25", "2026-11-25T00:00:00+09:00", true), KEEPER_TAKE);
	assert_int_equal(judge(NULL, NULL, 6, other_hash, "2026-11-25", NOW, false), KEEPER_NOT_YET);
}

/* The battery of the clock is empty: it is 1970, or the day the board was made. */
static void a_lost_clock_closes_no_counter(void **state)
{
	static const char *const lost[] = {"1970-01-01T00:03:00Z", "2019-01-01T09:00:00+09:00", "2026-10-01T00:00:00Z"};
	const int64_t serial = INT64_C(20261124011200);
	struct keeper_mark mark = mark_of("209996", serial);

	for (size_t i = 0; i < sizeof(lost) / sizeof(lost[0]); i++) {
		/* what was taken before is taken again, whatever day it was for */
		assert_int_equal(judge(&mark, NULL, serial, one_hash, "2026-11-25", lost[i], true), KEEPER_TAKE);
		/* without any other there is no choice */
		assert_int_equal(judge(NULL, NULL, serial, one_hash, "2026-11-25", lost[i], false), KEEPER_TAKE);
		/* with another the new one waits until somebody sets the clock */
		assert_int_equal(judge(&mark, NULL, serial + 1, other_hash, "2026-11-25", lost[i], true), KEEPER_NOT_YET);
		/* and one for no certain day needs no clock */
		assert_int_equal(judge(&mark, NULL, serial + 1, other_hash, "", lost[i], true), KEEPER_TAKE);
		assert_true(keeper_clock_is_wrong(&mark, NULL, instant(lost[i])));
	}
	assert_false(keeper_clock_is_wrong(&mark, NULL, instant(NOW)));
	assert_false(keeper_clock_is_wrong(&mark, NULL, instant("2026-11-23T20:00:00Z"))); /* a laptop some hours ahead */
	assert_false(keeper_clock_is_wrong(NULL, NULL, instant("2026-01-01T00:00:00Z")));
}

static void validity_is_counted_in_whole_days_of_japan(void **state)
{
	struct manifest manifest = {.not_before = "2026-04-01", .expires = "2027-03-31"};

	assert_int_equal(manifest_age(&manifest, instant("2026-03-31T23:59:59+09:00")), MANIFEST_NOT_YET);
	assert_int_equal(manifest_age(&manifest, instant("2026-04-01T00:00:00+09:00")), MANIFEST_VALID);
	assert_int_equal(manifest_age(&manifest, instant("2027-03-01T23:59:59+09:00")), MANIFEST_VALID);
	assert_int_equal(manifest_age(&manifest, instant("2027-03-02T00:00:00+09:00")), MANIFEST_EXPIRES_SOON);
	assert_int_equal(manifest_age(&manifest, instant("2027-03-31T23:59:59+09:00")), MANIFEST_EXPIRES_SOON);
	assert_int_equal(manifest_age(&manifest, instant("2027-04-01T00:00:00+09:00")), MANIFEST_EXPIRED);
	manifest.expires = "";
	assert_int_equal(manifest_age(&manifest, instant("2099-01-01T00:00:00Z")), MANIFEST_VALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_bundle_is_taken_and_pins_the_town),
		cmocka_unit_test(a_serial_only_rises_and_stands_for_one_content),
		cmocka_unit_test(a_bundle_is_taken_from_its_day_on_in_japan),
		cmocka_unit_test(a_lost_clock_closes_no_counter),
		cmocka_unit_test(validity_is_counted_in_whole_days_of_japan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
