/* SPDX-License-Identifier: MIT
 * What a program serves after its bundle was exchanged, refused, lost, or the power went: by real bundles, a real key and a
 * real state folder. The store is cut before every change of the disk it makes. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "shared/config/bundle/keeper.h"
#include "shared/config/bundle/pack.h"
#include "shared/config/number_permit.h"
#include "shared/config/town.h"
#include "tests/unit/shared/config_folder.h"
#include "shared/base/banned.h"

#define NOW "2026-11-24T10:12:00+09:00"

struct bench {
	struct folder folder;
	struct minisign_secret secret;
	char state_dir[160], bundle[160], signature[176], key[160], clock_file[160];
	struct config_arguments arguments;
	struct clock *clock;
	int fits; /* what the program says of the next configuration */
};

static void set_clock(struct bench *bench, const char *instant)
{
	folder_write_text(&bench->folder, ".", "clock", instant);
	bench->clock = clock_free(bench->clock);
	assert_int_equal(clock_new(bench->clock_file, &bench->clock), 0);
}

static int set_up(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	struct minisign_public public;

	folder_make(&bench->folder);
	snprintf(bench->state_dir, sizeof(bench->state_dir), "%s/state", bench->folder.path);
	snprintf(bench->bundle, sizeof(bench->bundle), "%s/in.mdg", bench->folder.path);
	snprintf(bench->signature, sizeof(bench->signature), "%s.minisig", bench->bundle);
	snprintf(bench->key, sizeof(bench->key), "%s/town.pub", bench->folder.path);
	snprintf(bench->clock_file, sizeof(bench->clock_file), "%s/clock", bench->folder.path);
	set_clock(bench, NOW);
	assert_int_equal(mkdir(bench->state_dir, 0700), 0);
	assert_int_equal(minisign_generate(&public, &bench->secret), 0);
	assert_int_equal(minisign_public_write(bench->key, &public), 0);
	bench->arguments = (struct config_arguments){
		.paths = {bench->bundle}, .n_paths = 1, .bundle_key = bench->key, .is_fast = true};
	*state = bench;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *bench = *state;

	clock_free(bench->clock);
	folder_remove(&bench->folder);
	minisign_secret_release(&bench->secret);
	free(bench);
	return 0;
}

/* The sound town, its certificates taking @minutes. */
static void pack(struct bench *bench, int minutes, struct bundle_stamp stamp)
{
	const struct config_options options = {.templates_dir = bench->folder.path, .allow_unsigned = true};
	CLEANUP(findings_release) struct findings findings = {0};
	CLEANUP(loaded_release) struct loaded loaded = {0};
	char text[64], over[160];

	snprintf(text, sizeof(text), "services: [{id: certificates, minutes: %d}]\n", minutes);
	folder_write_text(&bench->folder, "over", "layer.yaml", "extends: town\n");
	folder_write_text(&bench->folder, "over", "more.yaml", text);
	snprintf(over, sizeof(over), "%s/over", bench->folder.path);
	assert_int_equal(loaded_read(over, &options, &findings, &loaded), 0);
	assert_int_equal(bundle_pack(&loaded, &stamp, &bench->secret, bench->bundle, &findings), 0);
}

static void read_pair(const struct bench *bench, struct buf *bytes, struct buf *signature)
{
	*bytes = BUF_INIT(BUNDLE_BYTES_MAX);
	*signature = BUF_INIT(BUNDLE_BYTES_MAX);
	assert_int_equal(buf_read_file(bytes, bench->bundle), 0);
	assert_int_equal(buf_read_file(signature, bench->signature), 0);
}

struct cut {
	int n_left; /* changes until the power goes; −1 never */
};

static int count_down(void *data)
{
	struct cut *cut = data;

	if (cut->n_left == 0)
		return -EIO;
	cut->n_left -= cut->n_left > 0;
	return 0;
}

static int put(const struct bench *bench, int64_t serial, struct cut *cut)
{
	CLEANUP(keeper_store_release) struct keeper_store store = {.before_change = count_down, .data = cut};
	CLEANUP(buf_release) struct buf bytes, signature;
	struct keeper_mark mark = {.code = "209996", .serial = serial};

	read_pair(bench, &bytes, &signature);
	manifest_hash(buf_text(&bytes), bytes.len, mark.hash);
	assert_int_equal(keeper_store_init(&store, bench->state_dir, 0), 0);
	return keeper_store_put(&store, &mark, &bytes, &signature);
}

static int fits(void *data, const struct config *config)
{
	const struct bench *bench = data;

	assert_non_null(config);
	return bench->fits;
}

static struct town *start_as(struct bench *bench, const char *office, bool is_local)
{
	const struct town_options options = {.arguments = &bench->arguments, .state_dir = bench->state_dir, .office = office,
					     .is_local = is_local, .clock = bench->clock, .fits = fits, .data = bench};
	struct town *town = NULL;

	return town_new(&options, &town) == 0 ? town : NULL;
}

static struct town *start(struct bench *bench)
{
	return start_as(bench, "209996-honcho", true);
}

static int minutes_of(const struct town *town)
{
	return config_service_find(town_config(town), "certificates")->minutes;
}

/* town_take(), the old one let go. */
static int take(struct town *town)
{
	struct config *old = NULL;
	int r = town_take(town, &old);

	assert_int_equal(r == 1, old != NULL);
	config_free(old);
	return r;
}

static void assert_starts_with(struct bench *bench, int minutes, bool is_last_good, const char *refused)
{
	CLEANUP(town_freep) struct town *town = start(bench);

	assert_non_null(town);
	assert_int_equal(minutes_of(town), minutes);
	assert_int_equal(town_status(town).is_last_good, is_last_good);
	assert_string_equal(town_status(town).refused, refused);
}

static void spoil(const char *path)
{
	CLEANUP(fclosep) FILE *file = fopen(path, "r+e");
	int byte;

	assert_non_null(file);
	assert_int_equal(fseek(file, 100, SEEK_SET), 0);
	byte = fgetc(file);
	assert_int_equal(fseek(file, 100, SEEK_SET), 0);
	assert_int_not_equal(fputc(~byte & 0xff, file), EOF);
}

/* ---- starting ------------------------------------------------------------------------------------------------------- */

static void a_taken_bundle_is_kept_and_started_from_when_the_given_one_is_gone(void **state)
{
	struct bench *bench = *state;
	CLEANUP(town_freep) struct town *town = NULL;

	pack(bench, 11, (struct bundle_stamp){.serial = 1});
	town = start(bench);
	assert_non_null(town);
	assert_non_null(strstr(town_path(town), "/state/bundle/209996-1.mdg"));
	town = town_free(town);
	assert_int_equal(unlink(bench->signature), 0);
	assert_starts_with(bench, 11, true, "bundle-unsigned");
	assert_int_equal(unlink(bench->bundle), 0);
	assert_starts_with(bench, 11, true, "bundle-unreadable");
	town = start_as(bench, "209988-honcho", true); /* a machine that moved: the kept one is not its town's either */
	assert_null(town);
}

static void an_altered_older_or_foreign_bundle_is_refused_and_the_last_good_goes_on(void **state)
{
	struct bench *bench = *state;

	pack(bench, 12, (struct bundle_stamp){.serial = 5});
	assert_starts_with(bench, 12, false, "");
	pack(bench, 13, (struct bundle_stamp){.serial = 4});
	assert_starts_with(bench, 12, true, "bundle-older");
	pack(bench, 13, (struct bundle_stamp){.serial = 5});
	assert_starts_with(bench, 12, true, "bundle-same-serial");
	pack(bench, 13, (struct bundle_stamp){.serial = 6});
	spoil(bench->bundle);
	assert_starts_with(bench, 12, true, "bundle-altered");
	pack(bench, 13, (struct bundle_stamp){.serial = 6, .not_before = "2026-11-25"});
	assert_starts_with(bench, 12, true, "bundle-not-yet");
	set_clock(bench, "2026-11-25T00:00:01+09:00");
	assert_starts_with(bench, 13, false, "");
}

static void without_anything_good_nothing_is_started(void **state)
{
	struct bench *bench = *state;

	assert_null(start(bench));
	pack(bench, 12, (struct bundle_stamp){.serial = 5});
	spoil(bench->bundle);
	assert_null(start(bench));
	pack(bench, 12, (struct bundle_stamp){.serial = 5, .not_before = "2026-11-25"});
	assert_null(start(bench)); /* its day has not come, by a clock there is no reason to doubt */
	pack(bench, 12, (struct bundle_stamp){.serial = 5});
	assert_null(start_as(bench, "209988-honcho", true));
}

static void an_expired_bundle_serves_on_and_says_so_to_staff(void **state)
{
	struct bench *bench = *state;
	CLEANUP(town_freep) struct town *town = NULL;
	json_t *told;

	pack(bench, 12, (struct bundle_stamp){.serial = 5, .expires = "2026-11-20"});
	town = start(bench);
	assert_non_null(town);
	assert_string_equal(town_status(town).age, "expired");
	told = town_status_encode(town);
	assert_string_equal(json_string_value(json_object_get(told, "age")), "expired");
	assert_string_equal(json_string_value(json_object_get(told, "expires")), "2026-11-20");
	json_decref(told);
	set_clock(bench, "2026-10-25T09:00:00+09:00");
	town = town_free(town);
	town = start(bench);
	assert_string_equal(town_status(town).age, "expires-soon");
}

static void a_clock_that_fell_back_to_1970_starts_what_was_served(void **state)
{
	struct bench *bench = *state;
	CLEANUP(town_freep) struct town *town = NULL;

	set_clock(bench, "1970-01-01T00:00:05Z");
	pack(bench, 12, (struct bundle_stamp){.serial = 20261124011200, .not_before = "2026-11-24"});
	town = start(bench); /* a new machine whose battery is empty */
	assert_non_null(town);
	assert_true(town_status(town).is_clock_wrong);
	assert_string_equal(town_status(town).refused, "");
	town = town_free(town);
	town = start(bench);
	assert_non_null(town);
	assert_int_equal(minutes_of(town), 12);
	set_clock(bench, NOW);
	assert_starts_with(bench, 12, false, "");
}

static void only_who_serves_nobody_else_takes_what_is_unsigned(void **state)
{
	struct bench *bench = *state;
	CLEANUP(town_freep) struct town *town = NULL;
	char folder[160];

	pack(bench, 12, (struct bundle_stamp){.serial = 5});
	bench->arguments.bundle_key = NULL;
	bench->arguments.allow_unsigned = true;
	assert_null(start_as(bench, NULL, false));
	town = start_as(bench, NULL, true);
	assert_non_null(town);
	assert_null(config_number_permit(town_config(town), "juminhyo"));
	assert_string_equal(town_path(town), bench->bundle); /* not kept: nobody signed it */
	town = town_free(town);
	snprintf(folder, sizeof(folder), "%s/over", bench->folder.path);
	bench->arguments.paths[0] = folder;
	bench->arguments.templates_dir = bench->folder.path;
	assert_null(start_as(bench, NULL, false));
	town = start_as(bench, NULL, true);
	assert_non_null(town);
	town = town_free(town);
	bench->arguments.allow_unsigned = false;
	bench->arguments.bundle_key = bench->key; /* who has a key wants it used */
	assert_null(start_as(bench, NULL, true));
}

/* ---- the state folder ----------------------------------------------------------------------------------------------- */

static void the_power_may_go_at_every_change_of_the_disk(void **state)
{
	struct bench *bench = *state;
	struct cut whole = {-1};
	int n = 0, n_old = 0, r = -EIO;

	for (; r < 0; n++) {
		CLEANUP(town_freep) struct town *town = NULL;
		struct cut cut = {n}, again = {n / 2};

		pack(bench, 21, (struct bundle_stamp){.serial = 1});
		assert_int_equal(put(bench, 1, &whole), 0);
		pack(bench, 22, (struct bundle_stamp){.serial = 2});
		r = put(bench, 2, &cut);
		(void)!put(bench, 2, &again); /* and once more while it is mended */
		assert_int_equal(unlink(bench->bundle), 0);
		town = start(bench);
		if (!town)
			fail_msg("cut before change %d: nothing to start from", n);
		n_old += minutes_of(town) == 21;
		assert_true(minutes_of(town) == 21 || minutes_of(town) == 22);
		town = town_free(town);
		pack(bench, 22, (struct bundle_stamp){.serial = 2});
		assert_starts_with(bench, 22, false, "");
		assert_int_equal(unlink(bench->bundle), 0);
		assert_starts_with(bench, 22, true, "bundle-unreadable");
		if (n > 100)
			fail_msg("it never ends");
		folder_write_text(&bench->folder, "state/bundle", "newest", ""); /* for the next round the serial starts anew */
		char path[200];
		snprintf(path, sizeof(path), "%s/bundle/209996-2.mdg", bench->state_dir);
		assert_int_equal(unlink(path), 0);
		snprintf(path, sizeof(path), "%s/bundle/newest", bench->state_dir);
		assert_int_equal(unlink(path), 0);
	}
	assert_true(n > 10 && n_old > 5); /* it was cut in earnest */
}

static void a_damaged_mark_or_copy_does_not_forget_what_was_taken(void **state)
{
	struct bench *bench = *state;
	char path[200];

	pack(bench, 12, (struct bundle_stamp){.serial = 5});
	assert_starts_with(bench, 12, false, "");
	folder_write_text(&bench->folder, "state/bundle", "newest", "\x01\x02");
	pack(bench, 13, (struct bundle_stamp){.serial = 4});
	assert_starts_with(bench, 12, true, "bundle-older");
	pack(bench, 14, (struct bundle_stamp){.serial = 7});
	assert_starts_with(bench, 14, false, "");
	snprintf(path, sizeof(path), "%s/bundle/209996-7.mdg", bench->state_dir);
	spoil(path);
	assert_starts_with(bench, 14, false, ""); /* the given one mends it */
	spoil(path);
	assert_int_equal(unlink(bench->bundle), 0);
	assert_null(start(bench));
}

static void a_full_state_folder_keeps_the_old_and_serves_the_new(void **state)
{
	struct bench *bench = *state;
	CLEANUP(town_freep) struct town *town = NULL;
	struct rlimit was, full = {400, 0};

	pack(bench, 12, (struct bundle_stamp){.serial = 5});
	assert_starts_with(bench, 12, false, "");
	pack(bench, 13, (struct bundle_stamp){.serial = 6});
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	full.rlim_max = was.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &full), 0); /* any file ends at 400 bytes, as on a full disk */
	town = start(bench);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	assert_non_null(town);
	assert_int_equal(minutes_of(town), 13);
	assert_true(town_status(town).is_unkept);
	assert_string_equal(town_path(town), bench->bundle);
	town = town_free(town);
	assert_int_equal(unlink(bench->bundle), 0);
	assert_starts_with(bench, 12, true, "bundle-unreadable");
}

static void a_state_folder_that_cannot_be_written_closes_no_counter(void **state)
{
	struct bench *bench = *state;
	CLEANUP(town_freep) struct town *town = NULL;

	folder_write_text(&bench->folder, "state", "bundle", "in the way"); /* root writes everywhere but through a file */
	pack(bench, 12, (struct bundle_stamp){.serial = 5});
	town = start(bench);
	assert_non_null(town);
	assert_true(town_status(town).is_unkept);
	pack(bench, 13, (struct bundle_stamp){.serial = 4});
	assert_int_equal(take(town), 0); /* remembered while it runs */
	assert_string_equal(town_status(town).refused, "bundle-older");
	pack(bench, 14, (struct bundle_stamp){.serial = 6});
	assert_int_equal(take(town), 1);
	assert_int_equal(minutes_of(town), 14);
}

/* ---- exchanging ------------------------------------------------------------------------------------------------------- */

static void a_newer_bundle_is_taken_while_running_and_a_worse_one_changes_nothing(void **state)
{
	struct bench *bench = *state;
	CLEANUP(town_freep) struct town *town = NULL;
	const struct config *before;

	pack(bench, 12, (struct bundle_stamp){.serial = 5});
	town = start(bench);
	before = town_config(town);
	assert_int_equal(take(town), 0);
	pack(bench, 13, (struct bundle_stamp){.serial = 4});
	assert_int_equal(take(town), 0);
	assert_string_equal(town_status(town).refused, "bundle-older");
	assert_int_equal(town_status(town).refused_serial, 4);
	assert_int_equal(unlink(bench->signature), 0);
	assert_int_equal(take(town), 0);
	assert_string_equal(town_status(town).refused, "bundle-unsigned");
	assert_ptr_equal(town_config(town), before);
	assert_int_equal(minutes_of(town), 12);
	pack(bench, 12, (struct bundle_stamp){.serial = 5}); /* the right one is put back: nothing is to be said any more */
	assert_int_equal(take(town), 0);
	assert_string_equal(town_status(town).refused, "");
	pack(bench, 14, (struct bundle_stamp){.serial = 6});
	assert_int_equal(take(town), 1);
	assert_int_equal(minutes_of(town), 14);
	assert_int_equal(town_status(town).serial, 6);
	assert_non_null(strstr(town_path(town), "209996-6.mdg"));
	town = town_free(town);
	assert_int_equal(unlink(bench->bundle), 0);
	assert_starts_with(bench, 14, true, "bundle-unreadable");
}

static void the_program_may_ask_for_a_moment_or_refuse(void **state)
{
	struct bench *bench = *state;
	CLEANUP(town_freep) struct town *town = NULL;

	pack(bench, 12, (struct bundle_stamp){.serial = 5});
	town = start(bench);
	pack(bench, 13, (struct bundle_stamp){.serial = 6});
	bench->fits = -EAGAIN;
	assert_int_equal(take(town), 0);
	assert_true(town_is_due(town));
	assert_string_equal(town_status(town).refused, "");
	bench->fits = -EINVAL;
	assert_int_equal(take(town), 0);
	assert_string_equal(town_status(town).refused, "bundle-unfit");
	assert_int_equal(minutes_of(town), 12);
	bench->fits = 0;
	assert_int_equal(take(town), 1);
	assert_int_equal(minutes_of(town), 13);
}

struct told {
	sd_event *loop;
	int n;
};

static void on_due(void *data, struct town *town)
{
	struct told *told = data;

	told->n++;
	sd_event_exit(told->loop, 0);
}

static int give_up(sd_event_source *source, uint64_t usec, void *data)
{
	return sd_event_exit(data, 1);
}

static void two_files_put_in_place_are_noticed_once(void **state)
{
	struct bench *bench = *state;
	CLEANUP(town_freep) struct town *town = NULL;
	sd_event *loop = NULL;
	struct told told = {0};
	char away[200], away_signature[200];

	pack(bench, 12, (struct bundle_stamp){.serial = 5});
	town = start(bench);
	snprintf(away, sizeof(away), "%s/away", bench->folder.path);
	snprintf(away_signature, sizeof(away_signature), "%s/away.minisig", bench->folder.path);
	assert_int_equal(sd_event_new(&loop), 0);
	told = (struct told){.loop = loop};
	assert_int_equal(town_watch(town, loop, on_due, &told), 0);
	pack(bench, 13, (struct bundle_stamp){.serial = 6});
	assert_int_equal(rename(bench->signature, away_signature), 0);
	assert_int_equal(rename(bench->bundle, away), 0);
	assert_int_equal(rename(away, bench->bundle), 0);
	assert_int_equal(rename(away_signature, bench->signature), 0);
	assert_true(sd_event_add_time_relative(loop, NULL, CLOCK_MONOTONIC, 20000000, 0, give_up, loop) >= 0);
	assert_int_equal(sd_event_loop(loop), 0);
	assert_int_equal(told.n, 1);
	assert_int_equal(take(town), 1);
	assert_int_equal(minutes_of(town), 13);
	sd_event_unref(loop);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		T(a_taken_bundle_is_kept_and_started_from_when_the_given_one_is_gone),
		T(an_altered_older_or_foreign_bundle_is_refused_and_the_last_good_goes_on),
		T(without_anything_good_nothing_is_started),
		T(an_expired_bundle_serves_on_and_says_so_to_staff),
		T(a_clock_that_fell_back_to_1970_starts_what_was_served),
		T(only_who_serves_nobody_else_takes_what_is_unsigned),
		T(the_power_may_go_at_every_change_of_the_disk),
		T(a_damaged_mark_or_copy_does_not_forget_what_was_taken),
		T(a_full_state_folder_keeps_the_old_and_serves_the_new),
		T(a_state_folder_that_cannot_be_written_closes_no_counter),
		T(a_newer_bundle_is_taken_while_running_and_a_worse_one_changes_nothing),
		T(the_program_may_ask_for_a_moment_or_refuse),
		T(two_files_put_in_place_are_noticed_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
