/* SPDX-License-Identifier: MIT
 * Receipt printers that speak ESC/POS over TCP 9100 (socket://192.0.2.7:9100) or a USB character device
 * (usb:///dev/usb/lp0). The page goes out as it is; around it we only ask for the condition, where the printer answers:
 * DLE EOT 2 and 4 (real-time status: cover, error, paper) before, GS r 1 (answered in its turn, so after the page was
 * worked off) behind. A printer that once did not answer is not asked again and gets pure page bytes; so does one
 * configured with ?status=none. Addresses are numbers: a counter must print without a name service.
 * Source: EPSON ESC/POS command reference, DLE EOT and GS r. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/base/clock.h"
#include "shared/base/fault.h"
#include "printer/driver/address.h"
#include "printer/driver/driver.h"
#include "shared/base/banned.h"

#define CONNECT_MS 5000
#define ANSWER_MS 500
#define DRAIN_STEP_MS 20
#define ASK_AGAIN_MS 2000
#define CONFIRM_MS 5000
#define CHUNK_BYTES 16384

enum phase { CLOSED, REFUSING, CONNECTING, ASKING, OPEN, WRITING, DRAINING };

struct escpos {
	const struct printer_handlers *handlers;
	void *data;
	sd_event *loop;
	sd_event_source *io, *timer;
	struct printer_address address;
	enum phase phase;
	int fd;
	bool is_mute;             /* asked once, did not answer */
	unsigned n_answers;       /* to DLE EOT: even ones are to 2, odd ones to 4 */
	char cause[PRINTER_REASONS_MAX]; /* from the answers of the present pair */
	char noticed[PRINTER_REASONS_MAX];
	int page_fd;
	int64_t n_bytes, n_read, n_written;
	unsigned char chunk[CHUNK_BYTES];
	size_t chunk_at, chunk_len;
	int64_t drain_mono_ms, asked_mono_ms;
};

static const unsigned char ask_status[] = {0x10, 0x04, 0x02, 0x10, 0x04, 0x04};
static const unsigned char ask_done[] = {0x1d, 0x72, 0x01};

static const char *escpos_parse_error(const char *uri)
{
	struct printer_address address;

	return printer_address_parse(uri, &address);
}

static void disconnect(struct escpos *printer)
{
	printer->io = sd_event_source_disable_unref(printer->io);
	if (printer->fd >= 0)
		close(printer->fd);
	printer->fd = -1;
	printer->phase = CLOSED;
	explicit_bzero(printer->chunk, sizeof(printer->chunk));
	sd_event_source_set_enabled(printer->timer, SD_EVENT_OFF);
}

static int set_timer(struct escpos *printer, int64_t ms)
{
	int r = sd_event_source_set_time_relative(printer->timer, (uint64_t)ms * 1000);

	if (r >= 0)
		r = sd_event_source_set_enabled(printer->timer, SD_EVENT_ONESHOT);
	return r < 0 ? fault_raise(r) : 0;
}

static void finish(struct escpos *printer, enum printer_outcome outcome, const char *reasons)
{
	disconnect(printer);
	printer->handlers->finished(printer->data, outcome, reasons);
}

/* The connection is kept only for a page that follows at once: other machines may use this printer too. */
static void checked(struct escpos *printer, const char *reasons)
{
	sd_event_source_set_enabled(printer->timer, SD_EVENT_OFF);
	printer->phase = reasons[0] ? CLOSED : OPEN;
	if (reasons[0])
		disconnect(printer);
	printer->handlers->checked(printer->data, reasons);
	if (printer->phase == OPEN)
		disconnect(printer);
}

static void lost(struct escpos *printer)
{
	switch (printer->phase) {
	case CONNECTING:
	case ASKING:
		checked(printer, "connecting-to-device");
		break;
	case WRITING:
	case DRAINING:
		finish(printer, printer->n_written ? PRINTER_LOST : PRINTER_NOT_SENT, "connecting-to-device");
		break;
	case CLOSED:
	case REFUSING:
	case OPEN:
		disconnect(printer);
		break;
	}
}

static void notice(struct escpos *printer, const char *reasons)
{
	if (strcmp(printer->noticed, reasons) == 0)
		return;
	snprintf(printer->noticed, sizeof(printer->noticed), "%s", reasons);
	printer->handlers->noticed(printer->data, reasons);
}

static void connected(struct escpos *printer)
{
	printer->n_answers = 0;
	printer->cause[0] = '\0';
	if (printer->is_mute || printer->address.is_silent) {
		checked(printer, "");
		return;
	}
	printer->phase = ASKING;
	sd_event_source_set_io_events(printer->io, EPOLLIN);
	if (write(printer->fd, ask_status, sizeof(ask_status)) != sizeof(ask_status) || set_timer(printer, ANSWER_MS) < 0)
		lost(printer);
}

/* One byte from DLE EOT 2 (offline cause) or 4 (paper). */
static const char *cause_of(unsigned which, unsigned char status)
{
	if (which == 2)
		return status & 0x04 ? "cover-open" : status & 0x20 ? "media-empty" : status & 0x40 ? "other" : "";
	return status & 0x60 ? "media-empty" : "";
}

static void take_status(struct escpos *printer, unsigned char status)
{
	const char *cause = cause_of(printer->n_answers % 2 ? 4 : 2, status);
	bool is_pair = printer->n_answers++ % 2;

	if (!is_pair || !printer->cause[0])
		snprintf(printer->cause, sizeof(printer->cause), "%s", cause);
	if (!is_pair)
		return;
	if (printer->phase == ASKING)
		checked(printer, printer->cause);
	else if (printer->phase == DRAINING)
		notice(printer, printer->cause);
}

static void take_answers(struct escpos *printer)
{
	unsigned char answers[64];
	ssize_t n = read(printer->fd, answers, sizeof(answers));

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		lost(printer);
		return;
	}
	for (ssize_t i = 0; i < n && printer->fd >= 0; i++) {
		/* fixed bits tell the answers apart: DLE EOT 0xx1xx10, GS r 0xx0xxxx */
		if ((answers[i] & 0x93) == 0x12)
			take_status(printer, answers[i]);
		else if (!(answers[i] & 0x90) && printer->phase == DRAINING)
			finish(printer, PRINTER_PRINTED, "");
	}
}

static void drain_begin(struct escpos *printer)
{
	bool is_asked = printer->n_answers >= 2;

	printer->phase = DRAINING;
	printer->drain_mono_ms = printer->asked_mono_ms = clock_mono_ms();
	sd_event_source_set_io_events(printer->io, EPOLLIN);
	if (is_asked && write(printer->fd, ask_done, sizeof(ask_done)) != sizeof(ask_done))
		lost(printer);
	else if (set_timer(printer, DRAIN_STEP_MS) < 0)
		lost(printer);
}

/* Every byte is written; when did the printer take them all, and what does it say? */
static void drain_step(struct escpos *printer)
{
	int64_t now = clock_mono_ms();
	int n_left = 0;

	if (ioctl(printer->fd, SIOCOUTQ, &n_left) < 0)
		n_left = 0; /* a device without an output queue: written is taken */
	if (!n_left && printer->n_answers < 2) {
		finish(printer, PRINTER_PRINTED, "");
		return;
	}
	if (!n_left && now - printer->drain_mono_ms >= CONFIRM_MS && !printer->noticed[0]) {
		finish(printer, PRINTER_PRINTED, "");
		return;
	}
	if (printer->n_answers >= 2 && now - printer->asked_mono_ms >= ASK_AGAIN_MS) {
		printer->asked_mono_ms = now;
		if (write(printer->fd, ask_status, sizeof(ask_status)) < 0 && errno != EAGAIN) {
			lost(printer);
			return;
		}
	}
	if (set_timer(printer, DRAIN_STEP_MS) < 0)
		lost(printer);
}

static bool chunk_fill(struct escpos *printer)
{
	ssize_t n;

	if (printer->chunk_at < printer->chunk_len || printer->n_read == printer->n_bytes)
		return true;
	n = pread(printer->page_fd, printer->chunk, sizeof(printer->chunk), printer->n_read);
	if (n <= 0)
		return false;
	printer->chunk_at = 0;
	printer->chunk_len = (size_t)n;
	printer->n_read += n;
	return true;
}

static void write_on(struct escpos *printer)
{
	while (printer->n_written < printer->n_bytes) {
		ssize_t n;

		if (!chunk_fill(printer)) {
			lost(printer);
			return;
		}
		n = write(printer->fd, printer->chunk + printer->chunk_at, printer->chunk_len - printer->chunk_at);
		if (n < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (n < 0) {
			lost(printer);
			return;
		}
		printer->chunk_at += (size_t)n;
		printer->n_written += n;
	}
	drain_begin(printer);
}

static int on_io(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	struct escpos *printer = data;
	int error = 0;
	socklen_t size = sizeof(error);

	if (printer->phase == CONNECTING) {
		if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error)
			lost(printer);
		else
			connected(printer);
		return 0;
	}
	if (revents & (EPOLLIN | EPOLLHUP | EPOLLERR))
		take_answers(printer);
	if (printer->phase == WRITING && (revents & EPOLLOUT))
		write_on(printer);
	return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *data)
{
	struct escpos *printer = data;

	switch (printer->phase) {
	case REFUSING:
		checked(printer, "unsupported-document-format");
		break;
	case CONNECTING:
		lost(printer);
		break;
	case ASKING:
		printer->is_mute = printer->n_answers == 0;
		checked(printer, printer->n_answers ? "timed-out" : "");
		break;
	case DRAINING:
		drain_step(printer);
		break;
	case CLOSED:
	case OPEN:
	case WRITING:
		break;
	}
	return 0;
}

static int escpos_open(const struct printer_options *options, void **ret_printer)
{
	CLEANUP(freep) struct escpos *printer = calloc(1, sizeof(*printer));
	int r;

	if (!printer)
		return fault_raise(-ENOMEM);
	if (printer_address_parse(options->uri, &printer->address))
		return fault_raise(-EINVAL);
	printer->handlers = options->handlers;
	printer->data = options->data;
	printer->fd = -1;
	r = sd_event_add_time(options->loop, &printer->timer, CLOCK_MONOTONIC, 0, 0, on_timer, printer);
	if (r < 0)
		return fault_raise(r);
	sd_event_source_set_enabled(printer->timer, SD_EVENT_OFF);
	printer->loop = sd_event_ref(options->loop);
	*ret_printer = TAKE(printer);
	return 0;
}

static void escpos_close(void *data)
{
	struct escpos *printer = data;

	if (!printer)
		return;
	disconnect(printer);
	sd_event_source_disable_unref(printer->timer);
	sd_event_unref(printer->loop);
	free(printer);
}

/* Starts to connect. What fails at once is told through the timer like what fails later. */
static int escpos_connect(struct escpos *printer)
{
	struct stat st;

	if (printer->address.path[0]) {
		printer->fd = open(printer->address.path, O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
		if (printer->fd >= 0 && (fstat(printer->fd, &st) < 0 || !S_ISCHR(st.st_mode))) {
			close(printer->fd);
			printer->fd = -1;
		}
		return printer->fd < 0 ? -ENODEV : 0;
	}
	printer->fd = socket(printer->address.sa.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (printer->fd < 0)
		return fault_raise(-errno);
	if (connect(printer->fd, (struct sockaddr *)&printer->address.sa, printer->address.sa_len) < 0 &&
	    errno != EINPROGRESS) {
		close(printer->fd);
		printer->fd = -1;
		return -ENODEV;
	}
	return 0;
}

static int escpos_check(void *data, const char *format)
{
	struct escpos *printer = data;
	int r;

	disconnect(printer);
	printer->noticed[0] = '\0';
	if (format[0] && strcmp(format, "application/vnd.escpos") != 0) {
		printer->phase = REFUSING;
		return set_timer(printer, 0);
	}
	printer->phase = CONNECTING;
	r = escpos_connect(printer);
	if (r == -ENODEV)
		return set_timer(printer, 0);
	if (r < 0)
		return fault_pass(r);
	r = sd_event_add_io(printer->loop, &printer->io, printer->fd, EPOLLIN | EPOLLOUT, on_io, printer);
	if (r < 0)
		return fault_raise(r);
	return set_timer(printer, CONNECT_MS);
}

static int escpos_send(void *data, const char *format, int page_fd, int64_t n_bytes)
{
	struct escpos *printer = data;
	int r;

	if (printer->phase != OPEN)
		return fault_raise(-ENOTCONN);
	printer->phase = WRITING;
	printer->page_fd = page_fd;
	printer->n_bytes = n_bytes;
	printer->n_read = printer->n_written = 0;
	printer->chunk_at = printer->chunk_len = 0;
	r = sd_event_source_set_io_events(printer->io, EPOLLIN | EPOLLOUT);
	return r < 0 ? fault_raise(r) : 0;
}

static void escpos_cancel(void *data)
{
	disconnect(data);
}

static const char *const escpos_schemes[] = {"socket", "usb", NULL};

const struct printer_driver printer_driver_escpos = {
	.schemes = escpos_schemes,
	.parse_error = escpos_parse_error,
	.open = escpos_open,
	.close = escpos_close,
	.check = escpos_check,
	.send = escpos_send,
	.cancel = escpos_cancel,
};
