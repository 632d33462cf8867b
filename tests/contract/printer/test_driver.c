/* SPDX-License-Identifier: MIT
 * One contract for every driver: memory, file, socket, USB device and IPP are held to the same sentences. The printers
 * behind them are real ends: a TCP sink with or without ESC/POS status, a terminal pair as character device, and CUPS'
 * ippeveprinter (run me through tests/support/ipp_world). */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>
#include <cmocka.h>

#include "printer/driver/driver.h"
#include "shared/base/banned.h"

#define WAIT_US (15 * 1000000ULL)
#define BYTES_MAX (1024 * 1024)

/* ---- the far end of socket: and usb: ---------------------------------------------------------------------------- */

struct sink {
	int listen_fd, fd;
	pthread_t thread;
	bool is_answering;
	unsigned char paper;   /* answer to DLE EOT 4 */
	size_t cut_after;      /* hang up (RST) after so many bytes, 0 never */
	atomic_bool is_stopping;
	pthread_mutex_t lock;
	unsigned char bytes[BYTES_MAX];
	size_t n_bytes;
};

/* A receipt printer's ears: takes the status questions out of the stream and answers them. */
static size_t answer_questions(struct sink *sink, int fd, unsigned char *bytes, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char answer = 0;
		bool is_eot = i + 2 < n && bytes[i] == 0x10 && bytes[i + 1] == 0x04 && (bytes[i + 2] == 2 || bytes[i + 2] == 4);
		bool is_done = i + 2 < n && bytes[i] == 0x1d && bytes[i + 1] == 0x72 && bytes[i + 2] == 1;

		if (!sink->is_answering || (!is_eot && !is_done)) {
			bytes[kept++] = bytes[i];
			continue;
		}
		if (is_eot)
			answer = bytes[i + 2] == 4 ? (unsigned char)(0x12 | sink->paper) : 0x12;
		assert_int_equal(write(fd, &answer, 1), 1);
		i += 2;
	}
	return kept;
}

static void serve(struct sink *sink, int fd)
{
	unsigned char chunk[65536];

	while (!atomic_load(&sink->is_stopping)) {
		struct pollfd pfd = {.fd = fd, .events = POLLIN};
		ssize_t n = poll(&pfd, 1, 50) > 0 ? read(fd, chunk, sizeof(chunk)) : -2;

		if (n == -2)
			continue;
		if (n <= 0)
			return;
		pthread_mutex_lock(&sink->lock);
		n = (ssize_t)answer_questions(sink, fd, chunk, (size_t)n);
		if (sink->n_bytes + (size_t)n <= BYTES_MAX)
			memcpy(sink->bytes + sink->n_bytes, chunk, (size_t)n);
		sink->n_bytes += (size_t)n;
		pthread_mutex_unlock(&sink->lock);
		if (sink->cut_after && sink->n_bytes >= sink->cut_after) {
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, sizeof(struct linger));
			return;
		}
	}
}

static void *sink_main(void *data)
{
	struct sink *sink = data;

	if (sink->fd >= 0)
		serve(sink, sink->fd);
	while (sink->listen_fd >= 0 && !atomic_load(&sink->is_stopping)) {
		struct pollfd pfd = {.fd = sink->listen_fd, .events = POLLIN};
		int fd = poll(&pfd, 1, 50) > 0 ? accept(sink->listen_fd, NULL, NULL) : -1;

		if (fd < 0)
			continue;
		serve(sink, fd);
		close(fd);
	}
	return NULL;
}

static void sink_start(struct sink *sink)
{
	pthread_mutex_init(&sink->lock, NULL);
	assert_int_equal(pthread_create(&sink->thread, NULL, sink_main, sink), 0);
}

static void sink_listen(struct sink *sink, char *uri, size_t size, const char *query)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(address);

	sink->fd = -1;
	sink->listen_fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(sink->listen_fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(sink->listen_fd, 4), 0);
	assert_int_equal(getsockname(sink->listen_fd, (struct sockaddr *)&address, &len), 0);
	snprintf(uri, size, "socket://127.0.0.1:%d%s", ntohs(address.sin_port), query);
	sink_start(sink);
}

/* A terminal pair in raw mode stands for /dev/usb/lp0: a character device that takes and gives bytes. */
static void sink_device(struct sink *sink, char *uri, size_t size)
{
	struct termios raw;
	char name[64];
	int slave;

	assert_int_equal(openpty(&sink->fd, &slave, name, NULL, NULL), 0);
	assert_int_equal(tcgetattr(slave, &raw), 0);
	cfmakeraw(&raw);
	assert_int_equal(tcsetattr(slave, TCSANOW, &raw), 0);
	sink->listen_fd = slave; /* kept open, so that the pair outlives the driver's connections */
	snprintf(uri, size, "usb://%s", name);
	sink_start(sink);
}

static void sink_stop(struct sink *sink)
{
	atomic_store(&sink->is_stopping, true);
	pthread_join(sink->thread, NULL);
	if (sink->listen_fd >= 0)
		close(sink->listen_fd);
	if (sink->fd >= 0)
		close(sink->fd);
}

/* ---- one printer under test --------------------------------------------------------------------------------------- */

enum kind { MEMORY, FILES, SOCKET_MUTE, SOCKET_ANSWERING, DEVICE, IPP };

struct subject {
	enum kind kind;
	const struct printer_driver *driver;
	void *printer;
	sd_event *loop;
	char uri[512], folder[64];
	struct sink *sink;
	const char *format, *page;
	int page_fd;
	/* what was answered */
	bool is_inside, is_sending;
	int n_checked, n_finished, n_noticed;
	enum printer_outcome outcome;
	char reasons[PRINTER_REASONS_MAX];
};

static const char escpos_page[] = "\x1b@slip of the contract test, long enough to be told from a question\n";
static const char pdf_page[] = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
			       "trailer<</Root 1 0 R>>\n%%EOF\n";

static void on_checked(void *data, const char *reasons)
{
	struct subject *s = data;

	assert_false(s->is_inside);
	s->n_checked++;
	snprintf(s->reasons, sizeof(s->reasons), "%s", reasons);
	if (!s->is_sending || reasons[0])
		return;
	s->is_inside = true;
	assert_int_equal(s->driver->send(s->printer, s->format, s->page_fd, (int64_t)strlen(s->page)), 0);
	s->is_inside = false;
}

static void on_noticed(void *data, const char *reasons)
{
	struct subject *s = data;

	s->n_noticed++;
}

static void on_finished(void *data, enum printer_outcome outcome, const char *reasons)
{
	struct subject *s = data;

	assert_false(s->is_inside);
	s->n_finished++;
	s->outcome = outcome;
	snprintf(s->reasons, sizeof(s->reasons), "%s", reasons);
}

static const struct printer_handlers handlers = {.checked = on_checked, .noticed = on_noticed, .finished = on_finished};

static void subject_open(struct subject *s, const char *uri)
{
	struct printer_options options = {.uri = uri, .handlers = &handlers, .data = s};

	assert_int_equal(sd_event_new(&s->loop), 0);
	options.loop = s->loop;
	s->driver = s->kind == MEMORY ? &printer_driver_memory : printer_driver_find(uri);
	assert_non_null(s->driver);
	assert_int_equal(s->driver->open(&options, &s->printer), 0);
	s->page_fd = memfd_create("page", MFD_CLOEXEC);
	assert_int_equal(write(s->page_fd, s->page, strlen(s->page)), (ssize_t)strlen(s->page));
}

static void subject_start(struct subject *s, enum kind kind)
{
	*s = (struct subject){.kind = kind, .format = "application/vnd.escpos", .page = escpos_page};
	if (kind == SOCKET_MUTE || kind == SOCKET_ANSWERING || kind == DEVICE)
		s->sink = calloc(1, sizeof(*s->sink));
	if (kind == MEMORY) {
		snprintf(s->uri, sizeof(s->uri), "memory:test");
	} else if (kind == FILES) {
		snprintf(s->folder, sizeof(s->folder), "/tmp/print-contract-XXXXXX");
		assert_non_null(mkdtemp(s->folder));
		snprintf(s->uri, sizeof(s->uri), "file:%s", s->folder);
	} else if (kind == DEVICE) {
		sink_device(s->sink, s->uri, sizeof(s->uri));
	} else if (kind == IPP) {
		assert_non_null(getenv("MADOGUCHI_IPP_URI"));
		snprintf(s->uri, sizeof(s->uri), "%s", getenv("MADOGUCHI_IPP_URI"));
		snprintf(s->folder, sizeof(s->folder), "%s", getenv("MADOGUCHI_IPP_OUTPUT"));
		s->format = "application/pdf";
		s->page = pdf_page;
	} else {
		s->sink->is_answering = kind == SOCKET_ANSWERING;
		sink_listen(s->sink, s->uri, sizeof(s->uri), kind == SOCKET_MUTE ? "?status=none" : "");
	}
	subject_open(s, s->uri);
}

static void folder_clear(const char *folder)
{
	DIR *dir = opendir(folder);

	for (struct dirent *entry; dir && (entry = readdir(dir));)
		unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir)
		closedir(dir);
}

static void subject_stop(struct subject *s)
{
	s->driver->close(s->printer);
	sd_event_unref(s->loop);
	close(s->page_fd);
	if (s->sink)
		sink_stop(s->sink);
	free(s->sink);
	if (s->folder[0])
		folder_clear(s->folder);
	if (s->kind == FILES)
		rmdir(s->folder);
}

static void run_until(struct subject *s, const int *count, int wanted)
{
	uint64_t until, now;

	sd_event_now(s->loop, CLOCK_MONOTONIC, &until);
	until += WAIT_US;
	while (*count < wanted) {
		assert_true(sd_event_run(s->loop, 100000) >= 0);
		sd_event_now(s->loop, CLOCK_MONOTONIC, &now);
		if (now > until)
			fail_msg("no answer from %s", s->uri);
	}
}

static void run_for(struct subject *s, uint64_t usec)
{
	uint64_t until, now;

	sd_event_now(s->loop, CLOCK_MONOTONIC, &until);
	until += usec;
	do {
		assert_true(sd_event_run(s->loop, 20000) >= 0);
		sd_event_now(s->loop, CLOCK_MONOTONIC, &now);
	} while (now < until);
}

static void check(struct subject *s, const char *format)
{
	int before = s->n_checked;

	s->is_inside = true;
	assert_true(s->driver->check(s->printer, format) >= 0);
	s->is_inside = false;
	assert_int_equal(s->n_checked, before); /* never from inside the call */
	run_until(s, &s->n_checked, before + 1);
}

static void print(struct subject *s)
{
	int before = s->n_finished;

	s->is_sending = true;
	check(s, s->format);
	run_until(s, &s->n_finished, before + 1);
	s->is_sending = false;
}

/* Return: how often the page is in what the printer got. */
static int count_in(const char *bytes, size_t n, const char *page)
{
	int count = 0;
	const char *at = bytes;

	while ((at = memmem(at, n - (size_t)(at - bytes), page, strlen(page)))) {
		count++;
		at += strlen(page);
	}
	return count;
}

static int pages_printed(struct subject *s)
{
	static char bytes[BYTES_MAX];
	int count = 0;

	if (s->kind == MEMORY)
		return (int)printer_memory_of(s->printer)->n_pages;
	if (s->sink) {
		pthread_mutex_lock(&s->sink->lock);
		count = count_in((char *)s->sink->bytes, s->sink->n_bytes, s->page);
		pthread_mutex_unlock(&s->sink->lock);
		return count;
	}
	DIR *dir = opendir(s->folder);

	assert_non_null(dir);
	for (struct dirent *entry; (entry = readdir(dir));) {
		int fd = openat(dirfd(dir), entry->d_name, O_RDONLY | O_CLOEXEC);
		ssize_t n = fd < 0 ? -1 : read(fd, bytes, sizeof(bytes));

		if (n == (ssize_t)strlen(s->page) && memcmp(bytes, s->page, (size_t)n) == 0)
			count++;
		if (fd >= 0)
			close(fd);
	}
	closedir(dir);
	return count;
}

/* ---- the contract -------------------------------------------------------------------------------------------------- */

static void for_each(void (*test)(struct subject *s))
{
	static const enum kind kinds[] = {MEMORY, FILES, SOCKET_MUTE, SOCKET_ANSWERING, DEVICE, IPP};
	static struct subject subject;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		subject_start(&subject, kinds[i]);
		print_message("# %s\n", subject.uri);
		test(&subject);
		subject_stop(&subject);
	}
}

static void expect_ready(struct subject *s)
{
	check(s, "");
	assert_string_equal(s->reasons, "");
	check(s, s->format);
	assert_string_equal(s->reasons, "");
	assert_int_equal(s->n_finished, 0);
	assert_int_equal(pages_printed(s), 0);
}

static void ready_printer_says_so_and_prints_nothing_by_itself(void **state)
{
	for_each(expect_ready);
}

static void expect_two_pages(struct subject *s)
{
	for (int i = 1; i <= 2; i++) {
		print(s);
		assert_int_equal(s->outcome, PRINTER_PRINTED);
		assert_string_equal(s->reasons, "");
		for (int k = 0; k < 200 && pages_printed(s) < i; k++)
			run_for(s, 10000); /* the sink's thread reads at its own pace */
		assert_int_equal(pages_printed(s), i);
	}
	assert_int_equal(s->n_finished, 2);
}

static void page_arrives_whole_and_once_and_so_does_the_next(void **state)
{
	for_each(expect_two_pages);
}

static void expect_silence_after_cancel(struct subject *s)
{
	if (s->kind == MEMORY)
		printer_memory_of(s->printer)->is_holding = true;
	s->is_sending = true;
	check(s, s->format);
	s->driver->cancel(s->printer);
	run_for(s, 400000);
	assert_int_equal(s->n_finished, 0);
	/* and it serves again */
	if (s->kind == MEMORY)
		printer_memory_of(s->printer)->is_holding = false;
	print(s);
	assert_int_equal(s->outcome, PRINTER_PRINTED);
}

static void cancelled_page_gives_no_answer_and_leaves_the_printer_usable(void **state)
{
	for_each(expect_silence_after_cancel);
}

static void expect_quiet_close(struct subject *s)
{
	s->is_inside = true; /* any answer from inside close() would be caught */
	assert_true(s->driver->check(s->printer, s->format) >= 0);
	s->driver->close(s->printer);
	s->is_inside = false;
	s->printer = NULL;
	run_for(s, 50000);
	assert_int_equal(s->n_checked, 0);
}

static void closing_in_the_middle_is_silent(void **state)
{
	for_each(expect_quiet_close);
}

static void absent_printer_is_told_as_connecting_to_device(void **state)
{
	static const char *const uris[] = {"file:/nonexistent/folder/slip", "socket://127.0.0.1:1", "usb:///dev/usb/lp99",
					   "usb:///dev/../etc/hostname", "ipp://127.0.0.1:1/ipp/print"};

	for (size_t i = 0; i < sizeof(uris) / sizeof(*uris); i++) {
		struct subject s = {.kind = FILES, .format = "", .page = escpos_page};

		subject_open(&s, uris[i]);
		check(&s, "");
		assert_string_equal(s.reasons, "connecting-to-device");
		subject_stop(&s);
	}
}

static void format_the_printer_cannot_read_is_refused_before_it_is_sent(void **state)
{
	static const enum kind kinds[] = {SOCKET_MUTE, SOCKET_ANSWERING, DEVICE, IPP};
	static struct subject s;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		subject_start(&s, kinds[i]);
		check(&s, kinds[i] == IPP ? "application/vnd.escpos" : "application/pdf");
		assert_string_equal(s.reasons, "unsupported-document-format");
		subject_stop(&s);
	}
}

static void receipt_printer_without_paper_gets_no_byte_of_the_page(void **state)
{
	static struct subject s;

	subject_start(&s, SOCKET_ANSWERING);
	s.sink->paper = 0x60;
	s.is_sending = true;
	check(&s, s.format);
	assert_string_equal(s.reasons, "media-empty");
	run_for(&s, 100000);
	assert_int_equal(s.sink->n_bytes, 0);
	s.sink->paper = 0;
	print(&s);
	assert_int_equal(s.outcome, PRINTER_PRINTED);
	subject_stop(&s);
}

static void silent_receipt_printer_gets_nothing_but_the_page(void **state)
{
	static struct subject s;

	subject_start(&s, SOCKET_MUTE);
	print(&s);
	run_for(&s, 100000);
	assert_int_equal(s.sink->n_bytes, strlen(s.page));
	assert_memory_equal(s.sink->bytes, s.page, strlen(s.page));
	subject_stop(&s);
}

static void receipt_printer_that_never_answers_is_asked_only_once(void **state)
{
	static struct subject s;

	subject_start(&s, SOCKET_MUTE);
	s.driver->close(s.printer);
	*strchr(s.uri, '?') = '\0';
	sd_event_unref(s.loop);
	close(s.page_fd);
	subject_open(&s, s.uri);
	check(&s, "");
	assert_string_equal(s.reasons, "");
	print(&s);
	print(&s);
	for (int k = 0; k < 200 && pages_printed(&s) < 2; k++)
		run_for(&s, 10000);
	assert_int_equal(s.sink->n_bytes, 6 + 2 * strlen(s.page));
	subject_stop(&s);
}

static void connection_cut_in_mid_page_may_have_printed(void **state)
{
	static struct subject s;
	char *big = malloc(BYTES_MAX);

	memset(big, 'x', BYTES_MAX);
	big[BYTES_MAX - 1] = '\0';
	subject_start(&s, SOCKET_MUTE);
	s.sink->cut_after = 1000;
	s.page = big;
	assert_int_equal(pwrite(s.page_fd, big, strlen(big), 0), (ssize_t)strlen(big));
	print(&s);
	assert_int_equal(s.outcome, PRINTER_LOST);
	subject_stop(&s);
	free(big);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ready_printer_says_so_and_prints_nothing_by_itself),
		cmocka_unit_test(page_arrives_whole_and_once_and_so_does_the_next),
		cmocka_unit_test(cancelled_page_gives_no_answer_and_leaves_the_printer_usable),
		cmocka_unit_test(closing_in_the_middle_is_silent),
		cmocka_unit_test(absent_printer_is_told_as_connecting_to_device),
		cmocka_unit_test(format_the_printer_cannot_read_is_refused_before_it_is_sent),
		cmocka_unit_test(receipt_printer_without_paper_gets_no_byte_of_the_page),
		cmocka_unit_test(silent_receipt_printer_gets_nothing_but_the_page),
		cmocka_unit_test(receipt_printer_that_never_answers_is_asked_only_once),
		cmocka_unit_test(connection_cut_in_mid_page_may_have_printed),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
