/* SPDX-License-Identifier: MIT
 * One contract for every card driver: test_driver memory|replay|pcsc. The exchange is the same for all; pcsc has it
 * with the virtual card through pcscd (run by tests/support/pcsc_world), the others from the script below. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "cardreader/driver/driver.h"
#include "cardreader/driver/exchange.h"
#include "shared/base/banned.h"

#define LOOKS_MAX 40

static const char script[] = "# a My Number card: application, tries, absent application; then it goes\n"
			     "> 00A4040C0A D3921000310001010408\n< 9000\n"
			     "> 00200091\n< 63C3\n"
			     "> 00A4040C05 A000000000\n< 6A82\n";

struct world {
	const struct card_driver *driver;
	void *device;
	struct driver_readers readers;
	size_t card_at; /* the reader with the card */
};

/* Only the virtual card is told anything; the scripts end by themselves. */
static void tell_card(const struct world *world, const char *command)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	const char *path = getenv("MADOGUCHI_CARD_CONTROL");
	char answer[64] = "";
	int fd;

	if (world->driver != &driver_pcsc)
		return;
	assert_non_null(path);
	snprintf(to.sun_path, sizeof(to.sun_path), "%s", path);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(write(fd, command, strlen(command)), strlen(command));
	assert_true(read(fd, answer, sizeof(answer) - 1) > 0);
	close(fd);
	assert_string_equal(answer, "ok\n");
}

static bool has_card(struct world *world)
{
	for (size_t i = 0; i < world->readers.n; i++)
		if (world->readers.at[i].has_card) {
			world->card_at = i;
			return true;
		}
	return false;
}

static void wait_for_card(struct world *world, bool wanted)
{
	for (int looks = 0; looks < LOOKS_MAX; looks++) {
		int r = world->driver->watch(world->device, &world->readers, 250);

		assert_true(r == DRIVER_OK || r == DRIVER_UNCHANGED);
		assert_true(world->readers.has_service);
		if (world->readers.n && has_card(world) == wanted)
			return;
	}
	fail_msg("the card was not seen to %s", wanted ? "come" : "go");
}

static int set_up(void **state)
{
	struct world *world = *state;

	assert_int_equal(world->driver->open(script, &world->device), DRIVER_OK);
	world->readers = (struct driver_readers){0};
	wait_for_card(world, true);
	return 0;
}

static int tear_down(void **state)
{
	struct world *world = *state;

	assert_null(world->driver->close(world->device));
	return 0;
}

static uint16_t status_of(struct world *world, const char *command, size_t n_command)
{
	uint8_t answer[300];
	size_t n = 0;

	assert_int_equal(world->driver->transmit(world->device, (const uint8_t *)command, n_command, answer, sizeof(answer), &n),
			 DRIVER_OK);
	assert_int_equal(n, 2);
	return (uint16_t)(answer[0] << 8 | answer[1]);
}

static const struct driver_reader *reader_of(const struct world *world)
{
	return &world->readers.at[world->card_at];
}

#define SELECT_TEXT "\x00\xA4\x04\x0C\x0A\xD3\x92\x10\x00\x31\x00\x01\x01\x04\x08"

static void a_card_is_talked_to_until_it_goes_and_its_going_is_seen(void **state)
{
	struct world *world = *state;
	uint8_t answer[300];
	size_t n = 7;

	assert_int_equal(world->driver->connect(world->device, reader_of(world)->name, reader_of(world)->event_count),
			 DRIVER_OK);
	assert_int_equal(status_of(world, SELECT_TEXT, 15), 0x9000);
	assert_int_equal(status_of(world, "\x00\x20\x00\x91", 4), 0x63C3);
	assert_int_equal(status_of(world, "\x00\xA4\x04\x0C\x05\xA0\x00\x00\x00\x00", 10), 0x6A82);
	tell_card(world, "remove after 0\n");
	assert_int_equal(world->driver->transmit(world->device, (const uint8_t *)SELECT_TEXT, 15, answer, sizeof(answer), &n),
			 DRIVER_REMOVED);
	assert_int_equal(n, 7); /* untouched */
	world->driver->disconnect(world->device);
	wait_for_card(world, false);
	assert_int_not_equal(world->driver->connect(world->device, reader_of(world)->name, reader_of(world)->event_count),
			     DRIVER_OK);
	tell_card(world, "insert\n");
}

static void another_card_than_the_one_seen_is_refused(void **state)
{
	struct world *world = *state;

	assert_int_equal(world->driver->connect(world->device, reader_of(world)->name, reader_of(world)->event_count + 7),
			 DRIVER_REMOVED);
	assert_int_equal(world->driver->connect(world->device, reader_of(world)->name, reader_of(world)->event_count),
			 DRIVER_OK);
	world->driver->disconnect(world->device);
}

static void a_reader_that_is_not_there_is_told(void **state)
{
	struct world *world = *state;

	assert_int_equal(world->driver->connect(world->device, "no such reader", 1), DRIVER_NO_READER);
}

static void a_card_let_go_takes_no_command_until_connected_again(void **state)
{
	struct world *world = *state;
	uint8_t answer[300];
	size_t n = 0;

	assert_int_equal(world->driver->connect(world->device, reader_of(world)->name, reader_of(world)->event_count),
			 DRIVER_OK);
	world->driver->disconnect(world->device);
	assert_int_not_equal(
		world->driver->transmit(world->device, (const uint8_t *)SELECT_TEXT, 15, answer, sizeof(answer), &n), DRIVER_OK);
	assert_int_equal(world->driver->connect(world->device, reader_of(world)->name, reader_of(world)->event_count),
			 DRIVER_OK);
	assert_int_equal(status_of(world, SELECT_TEXT, 15), 0x9000);
	world->driver->disconnect(world->device);
}

static void watching_an_unchanged_reader_ends_at_its_time(void **state)
{
	struct world *world = *state;

	assert_int_equal(world->driver->watch(world->device, &world->readers, 10), DRIVER_UNCHANGED);
}

int main(int argc, char **argv)
{
	static const struct card_driver *const drivers[] = {&driver_memory, &driver_replay, &driver_pcsc};
	struct world world = {0};

	for (size_t i = 0; argc == 2 && i < sizeof(drivers) / sizeof(*drivers); i++)
		if (strcmp(argv[1], drivers[i]->name) == 0)
			world.driver = drivers[i];
	if (!world.driver) {
		fprintf(stderr, "usage: test_driver memory|replay|pcsc\n");
		return 2;
	}
#define TEST(fn) {#fn, fn, set_up, tear_down, &world}
	const struct CMUnitTest tests[] = {
		TEST(a_card_is_talked_to_until_it_goes_and_its_going_is_seen),
		TEST(another_card_than_the_one_seen_is_refused),
		TEST(a_reader_that_is_not_there_is_told),
		TEST(a_card_let_go_takes_no_command_until_connected_again),
		TEST(watching_an_unchanged_reader_ends_at_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
