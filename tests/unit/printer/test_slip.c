/* SPDX-License-Identifier: MIT
 * The bytes a receipt printer gets, and what a page must be before anybody takes it. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <cmocka.h>

#include "printer/driver/address.h"
#include "printer/driver/driver.h"
#include "printer/page.h"
#include "printer/slip/bitmap.h"
#include "shared/base/limits.h"
#include "shared/base/banned.h"

static size_t read_back(int fd, uint8_t *out, size_t size)
{
	ssize_t n = pread(fd, out, size, 0);

	assert_true(n >= 0);
	return (size_t)n;
}

static void escpos_of_a_small_picture_is_these_bytes(void **state)
{
	/* 12 × 2 dots: the left column, then everything but the last dot */
	static const uint8_t coverage[] = {255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 99, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 0};
	static const uint8_t golden[] = {0x1b, 0x40, 0x1d, 0x76, 0x30, 0x00, 0x02, 0x00, 0x02, 0x00, 0x80, 0x00, 0x7f, 0xe0,
					 0x1b, 0x4a, 0x40, 0x1d, 0x56, 0x42, 0x00};
	CLEANUP(bitmap_release) struct bitmap bitmap = {0};
	CLEANUP(closep) int fd = memfd_create("slip", MFD_CLOEXEC);
	uint8_t got[64];

	assert_int_equal(bitmap_from_coverage(coverage, 12, 2, 12, 112, &bitmap), 0);
	assert_int_equal(bitmap_write_escpos(&bitmap, fd), 0);
	assert_int_equal(read_back(fd, got, sizeof(got)), sizeof(golden));
	assert_memory_equal(got, golden, sizeof(golden));
}

static void escpos_of_a_tall_picture_comes_in_bands_without_a_gap(void **state)
{
	static uint8_t coverage[8 * 300];
	static uint8_t got[1024];
	CLEANUP(bitmap_release) struct bitmap bitmap = {0};
	CLEANUP(closep) int fd = memfd_create("slip", MFD_CLOEXEC);
	size_t n, at = 2;
	int rows = 0;

	for (int y = 0; y < 300; y++)
		coverage[y * 8 + y % 8] = 255;
	assert_int_equal(bitmap_from_coverage(coverage, 8, 300, 8, 112, &bitmap), 0);
	assert_int_equal(bitmap_write_escpos(&bitmap, fd), 0);
	n = read_back(fd, got, sizeof(got));
	while (got[at] == 0x1d && got[at + 1] == 0x76) {
		int n_rows = got[at + 6] | got[at + 7] << 8;

		assert_int_equal(got[at + 4], 1);
		for (int y = 0; y < n_rows; y++)
			assert_int_equal(got[at + 8 + (size_t)y], 0x80 >> (rows + y) % 8);
		rows += n_rows;
		at += 8 + (size_t)n_rows;
	}
	assert_int_equal(rows, 300);
	assert_int_equal(n - at, 7); /* feed and cut */
}

static void page_that_could_still_change_is_not_taken(void **state)
{
	CLEANUP(closep) int open_fd = memfd_create("page", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	CLEANUP(closep) int plain_fd = memfd_create("page", MFD_CLOEXEC);
	CLEANUP(closep) int page = -1;
	CLEANUP(closep) int copy = -1;
	int64_t n_bytes = 0;

	assert_int_equal(write(open_fd, "page", 4), 4);
	assert_int_equal(write(plain_fd, "other", 5), 5);
	assert_int_equal(page_check(open_fd, &n_bytes), -EPERM);
	assert_int_equal(page_seal(open_fd, &page), 0);
	assert_int_equal(page_check(page, &n_bytes), 0);
	assert_int_equal(n_bytes, 4);
	assert_true(write(open_fd, "x", 1) < 0);
	assert_int_equal(page_seal(plain_fd, &copy), 0); /* cannot be sealed itself: a copy is */
	assert_int_equal(page_check(copy, &n_bytes), 0);
	assert_int_equal(n_bytes, 5);
}

static void empty_or_oversized_page_is_not_taken(void **state)
{
	CLEANUP(closep) int fd = memfd_create("page", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int page = -1;

	assert_int_equal(page_seal(fd, &page), -EINVAL);
	assert_int_equal(ftruncate(fd, PAGE_BYTES_MAX + 1), 0);
	assert_int_equal(page_seal(fd, &page), -EFBIG);
	assert_int_equal(page, -1);
}

static void printer_addresses_are_understood_or_refused_with_a_reason(void **state)
{
	static const char *const good[] = {"socket://192.0.2.7:9100", "socket://192.0.2.7", "socket://[2001:db8::7]:9100",
					   "socket://localhost:9100?status=none", "usb:///dev/usb/lp0", "file:/var/lib/slips",
					   "ipps://192.0.2.8/ipp/print", "ipp://127.0.0.1:8631/ipp/print", "ipp://localhost/ipp/print"};
	static const char *const bad[] = {"ipp://192.0.2.8/ipp/print", "socket://printer.example:9100", "socket://", "usb://EPSON/TM",
					  "file:slips", "http://192.0.2.8/", "lpd://192.0.2.8", "socket://192.0.2.7:9100?x=1",
					  "ipps://user@192.0.2.8/ipp/print", "memory:a", "", "ipp://127.0.0.1.example/ipp"};

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (printer_uri_error(good[i]))
			fail_msg("%s: %s", good[i], printer_uri_error(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (!printer_uri_error(bad[i]))
			fail_msg("%s was taken", bad[i]);
	assert_non_null(strstr(printer_uri_error("ipp://192.0.2.8/ipp/print"), "use ipps:"));
}

static void ipp_address_keeps_host_port_and_resource(void **state)
{
	struct printer_address address;

	assert_null(printer_address_parse_ipp("ipps://192.0.2.8:8443/ipp/print", &address));
	assert_true(address.is_tls);
	assert_string_equal(address.host, "192.0.2.8");
	assert_int_equal(address.port, 8443);
	assert_string_equal(address.path, "/ipp/print");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escpos_of_a_small_picture_is_these_bytes),
		cmocka_unit_test(escpos_of_a_tall_picture_comes_in_bands_without_a_gap),
		cmocka_unit_test(page_that_could_still_change_is_not_taken),
		cmocka_unit_test(empty_or_oversized_page_is_not_taken),
		cmocka_unit_test(printer_addresses_are_understood_or_refused_with_a_reason),
		cmocka_unit_test(ipp_address_keeps_host_port_and_resource),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
