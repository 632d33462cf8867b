/* SPDX-License-Identifier: MIT
 * A printer in memory: the contract test's measure for the others, and a printer whose faults a test can choose. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/base/fault.h"
#include "printer/driver/driver.h"
#include "shared/base/banned.h"

struct memory_printer {
	struct printer_memory memory; /* first: printer_memory_of() */
	const struct printer_handlers *handlers;
	void *data;
	sd_event_source *answer;
	bool is_sending;
};

static const char *memory_parse_error(const char *uri)
{
	return strncmp(uri, "memory:", 7) == 0 ? NULL : "not a memory: address";
}

static int on_answer(sd_event_source *source, void *data)
{
	struct memory_printer *printer = data;

	sd_event_source_set_enabled(source, SD_EVENT_OFF);
	if (!printer->is_sending) {
		printer->handlers->checked(printer->data, printer->memory.reasons);
		return 0;
	}
	printer->is_sending = false;
	if (printer->memory.outcome == PRINTER_PRINTED)
		printer->memory.n_pages++;
	printer->handlers->finished(printer->data, printer->memory.outcome, printer->memory.reasons);
	return 0;
}

static int memory_open(const struct printer_options *options, void **ret_printer)
{
	struct memory_printer *printer = calloc(1, sizeof(*printer));
	int r;

	if (!printer)
		return fault_raise(-ENOMEM);
	printer->handlers = options->handlers;
	printer->data = options->data;
	r = sd_event_add_defer(options->loop, &printer->answer, on_answer, printer);
	if (r < 0) {
		free(printer);
		return fault_raise(r);
	}
	sd_event_source_set_enabled(printer->answer, SD_EVENT_OFF);
	*ret_printer = printer;
	return 0;
}

static void memory_close(void *data)
{
	struct memory_printer *printer = data;

	if (!printer)
		return;
	sd_event_source_disable_unref(printer->answer);
	free(printer);
}

static int memory_check(void *data, const char *format)
{
	struct memory_printer *printer = data;

	printer->is_sending = false;
	return sd_event_source_set_enabled(printer->answer, SD_EVENT_ONESHOT);
}

static int memory_send(void *data, const char *format, int page_fd, int64_t n_bytes)
{
	struct memory_printer *printer = data;
	ssize_t n = pread(page_fd, printer->memory.last, sizeof(printer->memory.last), 0);

	if (n < 0)
		return fault_raise(-errno);
	printer->memory.last_n_bytes = (size_t)n_bytes;
	printer->is_sending = true;
	if (printer->memory.is_holding)
		return 0;
	return sd_event_source_set_enabled(printer->answer, SD_EVENT_ONESHOT);
}

static void memory_cancel(void *data)
{
	struct memory_printer *printer = data;

	printer->is_sending = false;
	sd_event_source_set_enabled(printer->answer, SD_EVENT_OFF);
}

struct printer_memory *printer_memory_of(void *printer)
{
	return printer;
}

void printer_memory_release(void *data)
{
	struct memory_printer *printer = data;

	printer->memory.is_holding = false;
	if (printer->is_sending)
		sd_event_source_set_enabled(printer->answer, SD_EVENT_ONESHOT);
}

static const char *const memory_schemes[] = {"memory", NULL};

const struct printer_driver printer_driver_memory = {
	.schemes = memory_schemes,
	.parse_error = memory_parse_error,
	.open = memory_open,
	.close = memory_close,
	.check = memory_check,
	.send = memory_send,
	.cancel = memory_cancel,
};
