/* SPDX-License-Identifier: MIT
 * ipp: and ipps: through libcups, without cupsd. libcups blocks, so each printer has a thread that is spoken to over a
 * socket pair: one command in, notices and one answer out. A serial number on both tells late answers from wanted
 * ones, and the thread from time to time compares it to know whether it is still wanted. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared/base/fault.h"
#include "printer/driver/address.h"
#include "printer/driver/driver.h"
#include "printer/driver/ipp_talk.h"
#include "shared/base/banned.h"

#define FORMAT_MAX 64

struct command {
	unsigned serial;
	bool is_page;
	char format[FORMAT_MAX];
	int page_fd; /* owned by the thread */
	int64_t n_bytes;
};

struct answer {
	unsigned serial;
	enum { CHECKED, NOTICED, FINISHED } kind;
	enum printer_outcome outcome;
	char reasons[PRINTER_REASONS_MAX];
};

struct ipp_printer {
	const struct printer_handlers *handlers;
	void *data;
	sd_event_source *source;
	int ours, theirs;
	pthread_t thread;
	struct printer_address address;
	atomic_uint serial; /* of the command that is wanted */
	atomic_bool is_stopping;
	unsigned running;   /* thread: the command at work */
};

static const char *ipp_parse_error(const char *uri)
{
	struct printer_address address;

	return printer_address_parse_ipp(uri, &address);
}

static enum ipp_wish thread_wish(void *data, int ms)
{
	struct ipp_printer *printer = data;
	struct pollfd pfd = {.fd = printer->theirs, .events = POLLIN};

	if (ms)
		(void)poll(&pfd, 1, ms);
	if (atomic_load(&printer->is_stopping))
		return IPP_STOP;
	return atomic_load(&printer->serial) == printer->running ? IPP_GO_ON : IPP_CANCEL;
}

static void thread_answer(struct ipp_printer *printer, const struct answer *answer)
{
	(void)!send(printer->theirs, answer, sizeof(*answer), MSG_NOSIGNAL); /* fails only when nobody wants it */
}

static void thread_noticed(void *data, const char *reasons)
{
	struct ipp_printer *printer = data;
	struct answer answer = {.serial = printer->running, .kind = NOTICED};

	snprintf(answer.reasons, sizeof(answer.reasons), "%s", reasons);
	thread_answer(printer, &answer);
}

static void thread_carry_out(struct ipp_printer *printer, struct ipp_talk *talk, const struct command *command)
{
	struct answer answer = {.serial = command->serial, .kind = command->is_page ? FINISHED : CHECKED};

	printer->running = command->serial;
	if (command->is_page) {
		answer.outcome = ipp_talk_print(talk, command->format, command->page_fd, command->n_bytes, answer.reasons);
		close(command->page_fd);
	} else {
		ipp_talk_check(talk, command->format, answer.reasons);
	}
	thread_answer(printer, &answer);
}

static void *thread_main(void *data)
{
	static const struct ipp_talk_handlers handlers = {.wish = thread_wish, .noticed = thread_noticed};
	struct ipp_printer *printer = data;
	struct ipp_talk *talk = ipp_talk_new(&printer->address, &handlers, printer);
	struct command command;

	while (talk && recv(printer->theirs, &command, sizeof(command), 0) == sizeof(command))
		thread_carry_out(printer, talk, &command);
	ipp_talk_free(talk);
	shutdown(printer->theirs, SHUT_RDWR);
	return NULL;
}

static int on_answer(sd_event_source *source, int fd, uint32_t revents, void *data)
{
	struct ipp_printer *printer = data;
	struct answer answer;

	if (recv(fd, &answer, sizeof(answer), MSG_DONTWAIT) != sizeof(answer)) {
		if (revents & (EPOLLHUP | EPOLLERR))
			sd_event_source_set_enabled(source, SD_EVENT_OFF);
		return 0;
	}
	if (answer.serial != atomic_load(&printer->serial))
		return 0;
	switch (answer.kind) {
	case CHECKED:
		printer->handlers->checked(printer->data, answer.reasons);
		break;
	case NOTICED:
		printer->handlers->noticed(printer->data, answer.reasons);
		break;
	case FINISHED:
		printer->handlers->finished(printer->data, answer.outcome, answer.reasons);
		break;
	}
	return 0;
}

static void ipp_close(void *data)
{
	struct ipp_printer *printer = data;

	if (!printer)
		return;
	atomic_store(&printer->is_stopping, true);
	sd_event_source_disable_unref(printer->source);
	if (printer->ours >= 0)
		close(printer->ours);
	if (printer->theirs >= 0) {
		pthread_join(printer->thread, NULL);
		close(printer->theirs);
	}
	free(printer);
}

/* Signals belong to the loop's thread. */
static int thread_start(struct ipp_printer *printer)
{
	sigset_t all, old;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	r = pthread_create(&printer->thread, NULL, thread_main, printer);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return r ? fault_raise(-r) : 0;
}

static int ipp_open(const struct printer_options *options, void **ret_printer)
{
	struct ipp_printer *printer = calloc(1, sizeof(*printer));
	int pair[2], r;

	if (!printer)
		return fault_raise(-ENOMEM);
	printer->ours = printer->theirs = -1;
	printer->handlers = options->handlers;
	printer->data = options->data;
	r = printer_address_parse_ipp(options->uri, &printer->address) ? -EINVAL : 0;
	if (r == 0 && socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
		r = -errno;
	if (r < 0) {
		ipp_close(printer);
		return fault_raise(r);
	}
	printer->ours = pair[0];
	r = sd_event_add_io(options->loop, &printer->source, pair[0], EPOLLIN, on_answer, printer);
	if (r >= 0) {
		printer->theirs = pair[1];
		r = thread_start(printer);
	}
	if (r < 0) {
		close(pair[1]);
		printer->theirs = -1;
		ipp_close(printer);
		return fault_pass(r);
	}
	*ret_printer = printer;
	return 0;
}

static int give_command(struct ipp_printer *printer, struct command *command, const char *format)
{
	command->serial = atomic_fetch_add(&printer->serial, 1) + 1;
	snprintf(command->format, sizeof(command->format), "%s", format);
	if (send(printer->ours, command, sizeof(*command), MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return fault_raise(-errno);
	return 0;
}

static int ipp_check(void *data, const char *format)
{
	return give_command(data, &(struct command){.page_fd = -1}, format);
}

static int ipp_send(void *data, const char *format, int page_fd, int64_t n_bytes)
{
	struct command command = {.is_page = true, .n_bytes = n_bytes};
	int r;

	command.page_fd = fcntl(page_fd, F_DUPFD_CLOEXEC, 0);
	if (command.page_fd < 0)
		return fault_raise(-errno);
	r = give_command(data, &command, format);
	if (r < 0)
		close(command.page_fd);
	return r;
}

static void ipp_cancel(void *data)
{
	struct ipp_printer *printer = data;

	atomic_fetch_add(&printer->serial, 1);
}

static const char *const ipp_schemes[] = {"ipp", "ipps", NULL};

const struct printer_driver printer_driver_ipp = {
	.schemes = ipp_schemes,
	.parse_error = ipp_parse_error,
	.open = ipp_open,
	.close = ipp_close,
	.check = ipp_check,
	.send = ipp_send,
	.cancel = ipp_cancel,
};
